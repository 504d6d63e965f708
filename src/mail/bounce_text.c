/* Failed recipients of a report in plain words. Every address above the returned mail is rated by
 * how it stands there; the best rated ones are the failed ones. */
#include "base/text.h"
#include "mail/bounce_marks.h"
#include "mail/quote_marks.h"

#include <ctype.h>
#include <string.h>

enum {
	BARE_WITHIN = 4, /* lines */
	END_AROUND = 48, /* bytes around the words that end a report */
	REPLY_BYTES = 4	 /* «550-» */
};

enum rating {
	RATE_NONE,
	RATE_SEEN,   /* somewhere in a sentence */
	RATE_CODED,  /* on a line with an error code */
	RATE_DIALOG, /* «RCPT TO:<…>» of the session */
	RATE_LISTED  /* a line of its own, or after a label */
};

struct candidate {
	const char *addr;
	size_t line;
	enum rating rating;
};

/* ---- lines ---- */

/* «Received: …» begins a line; «original message follows» stands in a short one. */
static bool is_end(const struct bounce_line *l)
{
	const char *s = l->fold;
	size_t n = strlen(s);
	if (!quote_alt_inside(bounce_ends, s))
		return false;
	while (*s != '\0' && strchr("-*=_#>| ", *s) != NULL)
		s++;
	struct slice rest = slice_of(bounce_ends), alt;
	while (slice_next(&rest, '|', &alt)) {
		bool field = alt.p[alt.n - 1] == ' ' || slice_chr(alt, ':') != SIZE_MAX;
		if (strncmp(s, alt.p, alt.n) == 0)
			return true;
		if (!field && n < alt.n + END_AROUND &&
		    slice_find((struct slice){l->fold, n}, alt) != SIZE_MAX)
			return true;
	}
	return false;
}

size_t bounce_lines(struct arena *a, struct slice text, struct bounce_line **out, size_t *report)
{
	size_t n = 0, cap = 1;
	for (size_t i = 0; i < text.n && cap <= BOUNCE_LINES_MAX; i++)
		cap += text.p[i] == '\n';
	struct bounce_line *l = arena_array(a, cap, sizeof(*l));
	struct slice line;
	*report = SIZE_MAX;
	bool written = false;
	while (n < cap && n < BOUNCE_LINES_MAX && slice_line(&text, &line)) {
		l[n].raw = line;
		l[n].fold = text_fold(a, slice_trim(text_cut(line, BOUNCE_LINE_BYTES)));
		if (*report == SIZE_MAX && written && is_end(&l[n]))
			*report = n;
		written = written || l[n].fold[0] != '\0';
		n++;
	}
	if (*report == SIZE_MAX)
		*report = n;
	*out = l;
	return n;
}

/* ---- addresses ---- */

static bool local_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static bool domain_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '-' || c == '.';
}

char *bounce_next_address(struct arena *a, struct slice s, size_t *at, size_t *begin)
{
	for (size_t i = *at; i < s.n; i++) {
		if (s.p[i] != '@')
			continue;
		size_t from = i, to = i + 1;
		while (from > *at && local_char(s.p[from - 1]))
			from--;
		while (to < s.n && domain_char(s.p[to]))
			to++;
		/* the reply of a server runs into what it quotes: «550-'ana@entidad.example» */
		if (i - from > REPLY_BYTES && (s.p[from] == '4' || s.p[from] == '5') &&
		    isdigit((unsigned char)s.p[from + 1]) &&
		    isdigit((unsigned char)s.p[from + 2]) && s.p[from + 3] == '-' &&
		    s.p[from + 4] == '\'')
			from += REPLY_BYTES;
		while (from < i && strchr("'`*=.-", s.p[from]) != NULL)
			from++;
		/* X.400 in Exchange: «dda:SMTP=ana@entidad.example» */
		if (slice_istarts(slice_sub(s, from, i - from), "smtp="))
			from += 5;
		while (to > i + 1 && strchr(".-", s.p[to - 1]) != NULL)
			to--;
		*at = to > i ? to : i + 1;
		*begin = from;
		char *addr = slice_dup(a, slice_sub(s, from, to - from));
		for (char *p = strrchr(addr, '@'); p != NULL && *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		if (address_valid(addr))
			return addr;
	}
	*at = s.n;
	return NULL;
}

static bool is_machine(const char *addr)
{
	static const char locals[] = "postmaster|mailer-daemon|abuse|hostmaster|root|helpdesk";
	char *at = strchr(addr, '@');
	struct slice local = {addr, at == NULL ? strlen(addr) : (size_t)(at - addr)};
	struct slice rest = slice_of(locals), alt;
	while (slice_next(&rest, '|', &alt))
		if (slice_ieq(local, alt))
			return true;
	return false;
}

static bool is_own(const char *addr, const char *const *own, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (address_same(addr, own[i]))
			return true;
	return false;
}

/* ---- rating ---- */

/* Nothing but marks of a list stands before the address. */
static bool leads_line(struct slice raw, size_t begin)
{
	for (size_t i = 0; i < begin; i++)
		if (strchr(" \t<>*-'\"([:.", raw.p[i]) == NULL)
			return false;
	return true;
}

/* Is one of the labels directly before the address? */
static bool after_label(const struct bounce_line *l, size_t begin, const char *labels)
{
	char before[200] = "";
	struct slice head =
		slice_sub(l->raw, begin > 150 ? begin - 150 : 0, begin > 150 ? 150 : begin);
	size_t n = 0;
	for (size_t i = 0; i < head.n; i++)
		before[n++] = (char)tolower((unsigned char)head.p[i]);
	while (n > 0 && strchr(" \t<\"'(", before[n - 1]) != NULL)
		n--;
	if (n > 7 && memcmp(before + n - 7, "rfc822;", 7) == 0)
		n -= 7;
	while (n > 0 && before[n - 1] == ' ')
		n--;
	struct slice rest = slice_of(labels), alt;
	while (slice_next(&rest, '|', &alt))
		if (n >= alt.n && memcmp(before + n - alt.n, alt.p, alt.n) == 0)
			return true;
	return false;
}

static bool in_dialog(const struct bounce_line *l)
{
	return strstr(l->fold, "rcpt to:") != NULL || strstr(l->fold, "rcpt to <") != NULL;
}

static bool is_header_line(const char *fold)
{
	static const char names[] =
		"message-id:|references:|in-reply-to:|from:|sender:|return-path:|reply-to:|"
		"subject:|mail from:|x-|received:|list-|envelope-from|errors-to:";
	return quote_alt_starts(names, fold) > 0 || strstr(fold, "mail from:") != NULL;
}

static enum rating rate(const struct bounce_line *l, size_t begin)
{
	static const char senders[] = "message from|mensaje de";
	char status[16];
	if (is_header_line(l->fold))
		return RATE_NONE;
	if (in_dialog(l))
		return RATE_DIALOG;
	if (after_label(l, begin, senders))
		return RATE_NONE;
	if (leads_line(l->raw, begin) || after_label(l, begin, bounce_labels))
		return RATE_LISTED;
	return bounce_codes(l->raw, status) > 0 || status[0] != '\0' ? RATE_CODED : RATE_SEEN;
}

static size_t collect(struct arena *a, const struct bounce_line *l, size_t n,
		      const char *const *own, size_t n_own, struct candidate *c)
{
	size_t used = 0;
	for (size_t i = 0; i < n && used < BOUNCE_RECIPIENTS_MAX; i++) {
		struct slice s = slice_sub(l[i].raw, 0, BOUNCE_LINE_BYTES);
		for (size_t at = 0, begin; used < BOUNCE_RECIPIENTS_MAX;) {
			const char *addr = bounce_next_address(a, s, &at, &begin);
			if (addr == NULL)
				break;
			enum rating r = is_machine(addr) || is_own(addr, own, n_own)
						? RATE_NONE
						: rate(&l[i], begin);
			if (r != RATE_NONE)
				c[used++] = (struct candidate){addr, i, r};
		}
	}
	return used;
}

/* ---- what happened to one ---- */

static const char *codes_within(struct arena *a, const struct bounce_line *l, size_t from,
				size_t to, unsigned *smtp)
{
	char status[16];
	const char *best = "";
	for (size_t i = from; i < to; i++) {
		unsigned code = bounce_codes(l[i].raw, status);
		if (*smtp == 0)
			*smtp = code;
		if (status[0] != '\0' && (best[0] == '\0' || bounce_finer(status, best)))
			best = arena_str(a, status);
	}
	return best;
}

/* The line that the status was taken from, else the first written one below. */
static const char *diagnostic_within(struct arena *a, const struct bounce_line *l, size_t from,
				     size_t to, const char *status)
{
	char said[16];
	for (size_t i = from; i < to; i++)
		if ((bounce_codes(l[i].raw, said) > 0 && said[0] == '\0') ||
		    (said[0] != '\0' && strcmp(said, status) == 0))
			return text_line(a, text_cut(l[i].raw, 400));
	for (size_t i = from + 1; i < to; i++)
		if (l[i].fold[0] != '\0')
			return text_line(a, text_cut(l[i].raw, 400));
	return "";
}

/* What the words about one recipient amount to; where they are silent, those of the whole. */
static const char *guess_within(const struct bounce_line *l, size_t n, size_t from, size_t to)
{
	const char *guess = bounce_status_by_phrases(l, from, to);

	return guess[0] != '\0' ? guess : bounce_status_by_phrases(l, 0, n);
}

static void explain(struct arena *a, const struct bounce_line *l, size_t n, size_t from, size_t to,
		    const struct bounce_source *src, struct bounce *b)
{
	unsigned smtp = 0;
	b->status = codes_within(a, l, from, to, &smtp);
	if (b->status[0] == '\0' && smtp == 0)
		b->status = codes_within(a, l, 0, n, &smtp);
	b->diagnostic = diagnostic_within(a, l, from, to, b->status);
	b->delayed = src->delayed;
	const char *guess = guess_within(l, n, from, to);
	if (b->status[0] != '\0')
		b->permanent = b->status[0] == '5';
	else if (smtp > 0)
		b->permanent = smtp >= 500;
	else
		b->permanent = guess[0] != '4' || src->given_up;
	if (b->delayed)
		b->permanent = false;
	if (b->status[0] == '\0' && guess[0] != '\0' && (guess[0] == '5') == b->permanent)
		b->status = guess;
}

static bool listed(const struct bounce *out, size_t n, const char *addr)
{
	for (size_t i = 0; i < n; i++)
		if (address_same(out[i].recipient, addr))
			return true;
	return false;
}

static size_t find_start(const struct bounce_line *l, size_t n)
{
	size_t start = 0;
	while (start < n && !quote_alt_inside(bounce_starts, l[start].fold))
		start++;
	return start;
}

/* Above «did not reach the following recipients» stand those of the mail itself. */
static size_t drop_above(size_t start, struct candidate *c, size_t n_c)
{
	size_t kept = 0;
	if (n_c == 0 || c[n_c - 1].line < start)
		return n_c;
	for (size_t i = 0; i < n_c; i++)
		if (c[i].line >= start)
			c[kept++] = c[i];
	return kept;
}

static enum rating best_of(const struct candidate *c, size_t n)
{
	enum rating best = RATE_NONE;
	for (size_t i = 0; i < n; i++)
		best = c[i].rating > best ? c[i].rating : best;
	return best;
}

/* AOL tells only «screenname», indented, below such a line. */
static size_t bare_name(struct arena *a, const struct bounce_line *l, size_t n, size_t start,
			const char *domain, struct candidate *c)
{
	size_t at = start + 1;
	if (start >= n)
		return 0;
	while (at < n && at < start + BARE_WITHIN && l[at].fold[0] == '\0')
		at++;
	if (at >= n || domain[0] == '\0' || l[at].raw.n == 0 ||
	    strchr(" \t", l[at].raw.p[0]) == NULL)
		return 0;
	struct slice word = slice_trim(l[at].raw);
	for (size_t i = 0; i < word.n; i++)
		if (!local_char(word.p[i]))
			return 0;
	if (word.n == 0)
		return 0;
	*c = (struct candidate){arena_printf(a, "%.*s@%s", (int)word.n, word.p, domain), at,
				RATE_LISTED};
	return address_valid(c->addr);
}

size_t bounce_text_read(struct arena *a, const struct bounce_line *l, size_t n,
			const struct bounce_source *from, struct bounce *out, size_t max)
{
	struct candidate c[BOUNCE_RECIPIENTS_MAX], bare;
	size_t start = find_start(l, n), used = 0;
	size_t n_c = collect(a, l, n, from->own, from->n_own, c);
	if (best_of(c, n_c) <= RATE_SEEN && bare_name(a, l, n, start, from->domain, &bare)) {
		c[0] = bare;
		n_c = 1;
	}
	if (n_c == 0)
		n_c = collect(a, l, n, NULL, 0, c);
	n_c = start < n ? drop_above(start, c, n_c) : n_c;
	enum rating best = best_of(c, n_c);
	for (size_t i = 0; i < n_c && used < max; i++) {
		/* of sentences only the first one is about a recipient */
		if (c[i].rating != best || listed(out, used, c[i].addr) ||
		    (best == RATE_SEEN && used > 0))
			continue;
		size_t to = c[i].line + BOUNCE_NEAR_LINES < n ? c[i].line + BOUNCE_NEAR_LINES : n;
		for (size_t j = i + 1; j < n_c && c[j].line < to; j++)
			if (c[j].rating == best && c[j].line > c[i].line)
				to = c[j].line;
		out[used] = (struct bounce){.recipient = c[i].addr};
		explain(a, l, n, c[i].line, to, from, &out[used]);
		used++;
	}
	return used;
}
