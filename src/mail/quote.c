#include "mail/quote.h"

#include "base/text.h"
#include "mail/quote_marks.h"

#include <string.h>

enum {
	COMMENT_LINES = 7, /* so much text below a quote is a comment on it */
	FORWARD_LEVELS = 20,
	RULES_ABOVE = 3 /* lines between the start of a quote and its headers */
};

/* A run of text or of quotes; blank lines and signatures end no run. */
struct run {
	bool quote;
	bool attributed; /* somebody's words, and it is told whose */
	bool headed;	 /* a whole mail with its headers */
	size_t from, to; /* lines */
	size_t written;
};

struct quoting {
	struct arena *a;
	const struct quote_line *l;
	const enum quote_class *c;
	size_t n;
	enum span_kind *kind; /* of every line */
	bool is_reply, forward_subject;
	bool forwarded;	 /* the text is a request that was handed on */
	size_t our_foot; /* line after the last foot of ours outside of quote marks, or 0 */
	struct run *runs;
	size_t n_runs;
};

/* ---- the subject ---- */

static bool is_forward_subject(struct arena *a, struct slice subject)
{
	struct slice s = slice_trim(slice_of(text_fold(a, subject)));
	while (s.n > 0 && s.p[0] == '[') {
		size_t end = slice_chr(s, ']');
		if (end == SIZE_MAX)
			return false;
		s = slice_trim(slice_sub(s, end + 1, s.n));
	}
	size_t colon = slice_chr(s, ':');
	return colon != SIZE_MAX &&
	       quote_alt_equals(quote_forward_prefix, slice_trim(slice_sub(s, 0, colon))) > 0;
}

/* ---- forwarded mail ---- */

static bool is_address_char(char c)
{
	return (unsigned char)c > ' ' && strchr("<>()[]\",;:", c) == NULL;
}

/* «Ana Ruiz <ana@entidad.example>», «Ana Ruiz [mailto:ana@…]», «ana@…», «Ana Ruiz». */
static struct address author_of(struct arena *a, struct slice value)
{
	struct address who = {"", ""};
	size_t at = slice_chr(value, '@'), from = at, to = at, name = value.n;
	if (at != SIZE_MAX) {
		while (from > 0 && is_address_char(value.p[from - 1]))
			from--;
		while (to < value.n && is_address_char(value.p[to]))
			to++;
		char *addr = slice_dup(a, slice_sub(value, from, to - from));
		for (char *p = strrchr(addr, '@'); p != NULL && *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p - 'A' + 'a');
		if (address_valid(addr))
			who.addr = addr;
		name = from;
	}
	for (size_t i = 0; i < name; i++)
		if (strchr("<[(", value.p[i]) != NULL)
			name = i;
	struct slice n = slice_sub(value, 0, name);
	while (n.n > 0 && strchr("*\"' \t", n.p[0]) != NULL)
		n = slice_sub(n, 1, n.n);
	while (n.n > 0 && strchr("*\"' \t", n.p[n.n - 1]) != NULL)
		n.n--;
	who.name = text_line(a, n);
	return who;
}

static bool is_separator(const struct quoting *q, size_t at)
{
	return q->l[at].fold[0] != '\0' && quote_separator_of(q->l, q->n, at) != SEP_NONE;
}

/* «06.11.2026, 10:12, "Luis Paz" <luis@…>:», its address perhaps on the next line: a name is what
 * the quotes hold, if they hold one. */
static struct address said_by(const struct quoting *q, size_t at)
{
	struct address who = {"", ""};
	for (size_t i = at; i < q->n && q->c[i] == CLASS_SAID && who.addr[0] == '\0'; i++) {
		struct slice line = q->l[i].text;
		size_t open = slice_chr(line, '"'), angle = slice_chr(line, '<');
		size_t from = open < angle ? open : angle;
		bool bare = from == SIZE_MAX;
		who = author_of(q->a, bare ? line : slice_sub(line, from, line.n));
		if (bare)
			who.name = "";
	}
	return who;
}

/* The author of the mail below line at; through further forwards as long as a mail's own subject
 * says that it is one. */
static struct address innermost(struct quoting *q, size_t at)
{
	struct address who = {"", ""};
	int levels = 0;
	for (size_t i = at; i < q->n && levels < FORWARD_LEVELS;) {
		bool below = i > at &&
			     (q->c[i - 1] == CLASS_FORWARD || (i == at + 1 && is_separator(q, at)));
		struct quote_block b = {0};
		if (q->l[i].fold[0] != '\0')
			b = quote_block_read(q->l, q->n, i, below);
		if (b.lines == 0) {
			if (below && q->c[i] == CLASS_SAID) {
				struct address said = said_by(q, i);
				return said.addr[0] != '\0' ? said : who;
			}
			i++;
			continue;
		}
		struct address next = author_of(q->a, b.from);
		if (next.addr[0] != '\0')
			who = next;
		if (!is_forward_subject(q->a, b.subject))
			break;
		i += b.lines;
		levels++;
	}
	return who;
}

/* ---- kinds ---- */

static void set(struct quoting *q, size_t from, size_t to, enum span_kind k)
{
	for (size_t i = from; i < to; i++)
		q->kind[i] = k;
}

static enum span_kind own_kind(enum quote_class c)
{
	switch (c) {
	case CLASS_BLANK:
	case CLASS_TEXT:
	case CLASS_RULE:
	case CLASS_CODE:
		return SPAN_NEW;
	case CLASS_SIGNATURE:
	case CLASS_FOOTER:
		return SPAN_SIGNATURE;
	case CLASS_QUOTE:
	case CLASS_SAID:
	case CLASS_HEAD:
	case CLASS_ORIGINAL:
	case CLASS_FORWARD:
	case CLASS_ABOVE:
		break;
	}
	return SPAN_QUOTED;
}

/* What was forwarded is the request: all of it but its headers and disclaimers. */
static void keep_forwarded(struct quoting *q, size_t at)
{
	bool written = false;
	for (size_t i = at; i < q->n; i++) {
		if (q->kind[i] == SPAN_NEW)
			q->kind[i] = SPAN_FORWARDED;
		if (q->c[i] != CLASS_QUOTE && q->c[i] != CLASS_SIGNATURE)
			continue;
		written = written || q->l[i].fold[0] != '\0';
		if (written)
			q->kind[i] = SPAN_FORWARDED;
	}
}

/* «Ref. ST-2026-000123 · k7f3q9wm» ends each of our own mails: what stands between a mark at the
 * top and that line is ours. */
static size_t find_our_foot(const struct quote_line *l, size_t n)
{
	for (size_t i = n; i > 0; i--)
		if (l[i - 1].depth == 0 && strncmp(l[i - 1].fold, "ref. ", 5) == 0 &&
		    strstr(l[i - 1].fold, " \xC2\xB7 ") != NULL)
			return i;
	return 0;
}

static size_t next_written(const struct quoting *q, size_t at)
{
	while (at < q->n && q->c[at] == CLASS_BLANK)
		at++;
	return at;
}

/* «> De: …» without a word above that it is forwarded: the subject says so. */
static size_t quoted_head(const struct quoting *q, size_t at)
{
	if (q->c[at] != CLASS_QUOTE || (at > 0 && q->c[at - 1] == CLASS_QUOTE) ||
	    !q->forward_subject || q->is_reply)
		return 0;
	size_t line = is_separator(q, at) && at + 1 < q->n;
	size_t head = quote_block_read(q->l, q->n, at + line, line).lines;
	return head > 0 ? head + line : 0;
}

static bool forward_is_request(const struct quoting *q, size_t at, bool written)
{
	if (q->c[at] == CLASS_QUOTE)
		return quoted_head(q, at) > 0;
	if (q->c[at] == CLASS_FORWARD)
		return !q->is_reply || q->forward_subject || !written;
	size_t next = next_written(q, at + 1);
	bool head = q->c[at] == CLASS_HEAD ||
		    (q->c[at] == CLASS_ORIGINAL && next < q->n && q->c[next] == CLASS_HEAD);
	return head && (!q->is_reply || q->forward_subject);
}

static bool is_mark(enum quote_class c)
{
	return c == CLASS_SAID || c == CLASS_HEAD || c == CLASS_ORIGINAL || c == CLASS_FORWARD ||
	       c == CLASS_ABOVE;
}

/* Walk down to the mark below which nothing is new. Returns its line, n where there is none. */
static size_t find_cut(struct quoting *q, struct address *forwarded_from)
{
	bool written = false,
	     marked = false; /* did the person write above, or end with a footer? */
	for (size_t i = 0; i < q->n; i++) {
		enum quote_class c = q->c[i];
		written = written || c == CLASS_TEXT || c == CLASS_FOOTER;
		if ((is_mark(c) || c == CLASS_QUOTE) && forward_is_request(q, i, written)) {
			*forwarded_from = innermost(q, i);
			q->forwarded = true;
			keep_forwarded(q, i + quoted_head(q, i));
			return q->n;
		}
		if (!is_mark(c))
			continue;
		size_t last = i;
		while (last + 1 < q->n && q->c[last + 1] == c)
			last++;
		size_t next = next_written(q, last + 1);
		bool quotes = next < q->n && q->c[next] == CLASS_QUOTE;
		if (written ? !(quotes && (c == CLASS_SAID || c == CLASS_ORIGINAL))
			    : marked && c == CLASS_ABOVE)
			return i;
		if (!written && !quotes && q->our_foot > last) {
			set(q, i, q->our_foot, SPAN_QUOTED);
			last = q->our_foot - 1;
		}
		marked = true;
		i = last;
	}
	return q->n;
}

/* ---- interleaved answers ---- */

/* «> ____», «> De: …», «> Enviado: …»: nobody picks out a mail by its headers. */
static bool is_headed(const struct quoting *q, size_t at)
{
	size_t i = at;
	while (i < q->n && i < at + RULES_ABOVE && q->c[i] == CLASS_QUOTE &&
	       (q->l[i].fold[0] == '\0' || quote_is_rule(&q->l[i])))
		i++;
	return i < q->n && q->c[i] == CLASS_QUOTE && q->l[i].fold[0] != '\0' &&
	       quote_block_read(q->l, q->n, i, false).lines > 0;
}

static void open_run(struct quoting *q, size_t at, bool quote)
{
	size_t before = at;
	while (before > 0 && (q->c[before - 1] == CLASS_BLANK))
		before--;
	q->runs[q->n_runs++] =
		(struct run){.quote = quote,
			     .headed = quote && is_headed(q, at),
			     .from = at,
			     .attributed = quote && ((before > 0 && is_mark(q->c[before - 1])) ||
						     quote_is_attributed(q->l, q->n, at))};
}

static void add_line(struct quoting *q, size_t at, bool quote, bool anew)
{
	if (anew || q->n_runs == 0 || q->runs[q->n_runs - 1].quote != quote)
		open_run(q, at, quote);
	struct run *r = &q->runs[q->n_runs - 1];
	r->to = at + 1;
	r->written += q->l[at].fold[0] != '\0';
}

static void find_runs(struct quoting *q, size_t end)
{
	size_t most = 1;
	bool anew = false; /* an attribution parts what is quoted above and below it */
	for (size_t i = 1; i < end; i++)
		most += q->c[i] != q->c[i - 1];
	q->runs = arena_array(q->a, most, sizeof(*q->runs));
	for (size_t i = 0; i < end; i++) {
		bool quote = q->c[i] == CLASS_QUOTE;
		if (quote || (q->c[i] == CLASS_TEXT && q->kind[i] == SPAN_NEW))
			add_line(q, i, quote, quote && anew);
		anew = q->c[i] == CLASS_SAID || (anew && q->c[i] == CLASS_BLANK);
	}
}

/* One quote with text below it: is it what the writer picked out to answer? */
static bool is_picked(const struct quoting *q, size_t at)
{
	const struct run *r = &q->runs[at], *below = &q->runs[at + 1];
	if (!r->attributed)
		return true;
	return at > 0 && below->written >= COMMENT_LINES && r->written <= below->written;
}

/* «Ana Ruiz:» above it. */
static bool is_announced(const struct quoting *q, size_t at)
{
	while (at > 0 && q->l[at - 1].fold[0] == '\0')
		at--;
	return at > 0 && q->l[at - 1].fold[strlen(q->l[at - 1].fold) - 1] == ':';
}

/* Unmarked as anybody's, with words above and the attribution of another below: the writer's own.
 */
static bool is_own_quote(const struct quoting *q, size_t at, size_t cut)
{
	bool below = at + 1 < q->n_runs ? q->runs[at + 1].attributed
					: cut < q->n && q->c[cut] == CLASS_SAID;
	return at > 0 && !q->runs[at].attributed && below && !is_announced(q, q->runs[at].from);
}

/* Quotes stay with the answers between them; a quote above or below all the text does not. */
static void keep_picked(struct quoting *q, size_t cut)
{
	size_t n = q->n_runs, quotes = 0, headed = 0, only = 0;
	if (n == 1 && q->runs[0].quote && !q->runs[0].attributed) {
		set(q, q->runs[0].from, q->runs[0].to, SPAN_NEW);
		return;
	}
	/* in a mail that answers nothing, «>» may be anything */
	while (n > 0 && q->runs[n - 1].quote && (q->is_reply || q->runs[n - 1].attributed) &&
	       !is_own_quote(q, n - 1, cut))
		n--;
	for (size_t i = 0; i < n; i++)
		if (q->runs[i].quote) {
			quotes++;
			headed += q->runs[i].headed;
			only = i;
		}
	if (quotes == headed || (quotes == 1 && !is_picked(q, only)))
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = q->runs[i].from; q->runs[i].quote && j < q->runs[i].to; j++)
			if (q->c[j] == CLASS_QUOTE)
				q->kind[j] = SPAN_NEW;
}

/* ---- the whole ---- */

static bool says_something(const struct quoting *q)
{
	for (size_t i = 0; i < q->n; i++)
		if ((q->kind[i] == SPAN_NEW || q->kind[i] == SPAN_FORWARDED) &&
		    q->l[i].fold[0] != '\0')
			return true;
	return false;
}

static void decide(struct quoting *q, struct address *forwarded_from)
{
	for (size_t i = 0; i < q->n; i++)
		q->kind[i] = own_kind(q->c[i]);
	size_t cut = find_cut(q, forwarded_from);
	set(q, cut, q->n, SPAN_QUOTED);
	if (!q->forwarded) {
		find_runs(q, cut);
		keep_picked(q, cut);
	}
	if (!says_something(q))
		for (size_t i = 0; i < cut; i++)
			if (q->c[i] == CLASS_SIGNATURE)
				q->kind[i] = SPAN_NEW;
	for (size_t i = 1; i < q->n; i++)
		if (q->c[i] == CLASS_BLANK)
			q->kind[i] = q->kind[i - 1];
}

static size_t spans_of(const struct quoting *q, struct span **out)
{
	size_t n = 0;
	for (size_t i = 0; i < q->n; i++)
		n += i == 0 || q->kind[i] != q->kind[i - 1];
	struct span *s = arena_array(q->a, n, sizeof(*s));
	n = 0;
	for (size_t i = 0; i < q->n; i++) {
		if (i == 0 || q->kind[i] != q->kind[i - 1])
			s[n++] = (struct span){q->kind[i], q->l[i].from, 0};
		s[n - 1].len += q->l[i].len;
	}
	*out = s;
	return n;
}

size_t quote_spans(struct arena *a, struct slice text, bool is_reply, const char *subject,
		   struct span **out, struct address *forwarded_from)
{
	struct quote_line *l;
	*forwarded_from = (struct address){"", ""};
	struct quoting q = {.a = a, .is_reply = is_reply};
	q.n = quote_lines(a, text, &l);
	q.l = l;
	q.c = quote_classify(a, l, q.n);
	q.our_foot = find_our_foot(l, q.n);
	q.kind = arena_array(a, q.n, sizeof(*q.kind));
	q.forward_subject = is_forward_subject(a, slice_of(subject));
	decide(&q, forwarded_from);
	return spans_of(&q, out);
}
