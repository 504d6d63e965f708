/* Lines of a text, and the readers of marks that stand on one line. */
#include "base/text.h"
#include "mail/html_rule.h"
#include "mail/quote_marks.h"

#include <string.h>

enum {
	FOOTER_WORDS = 7,
	FOOTER_BYTES = 160,
	LAST_FOOTER_WORDS = 4,
	SEPARATOR_BYTES = 140,
	DEPTH_MAX = 200,
	RULE_DASHES = 4,
	CUTS_MAX = 20, /* lines that are cut in two */
	OPEN_LETTERS = 4,
	SAID_WITHIN = 400, /* bytes of a line before an attribution */
	SAID_TRIES = 6,
	LABEL_WITHIN = 12,
	LEGAL_WORDS_FIRST = 3, /* besides its beginning: people write about mail and viruses, too */
	LEGAL_WORDS_NEXT = 2
};

/* ---- lines ---- */

/* What is written instead of some bytes before folding. */
static const struct {
	const char *is, *becomes;
} plain[] = {
	{"\xC2\xA0", " "},
	{"\xE2\x80\xAF", " "},
	{"\xE2\x80\x8B", ""},
	{"\xE2\x80\x8E", ""},
	{"\xE2\x80\x8F", ""},
	{"\xE2\x80\xAA", ""},
	{"\xE2\x80\xAB", ""},
	{"\xE2\x80\xAC", ""},
	{"\xE2\x81\xA8", ""},
	{"\xE2\x81\xA9", ""},
	{"\xEF\xBB\xBF", ""},
	{"\xEF\xBC\x9A", ":"},
	{"\xE2\x81\xA3", ""},
	{"&lt;", "<"},
	{"&gt;", ">"},
	{"&quot;", "\""},
	{"&nbsp;", " "},
	{"&amp;", "&"},
	{"*", ""},
	{"\t", " "},
	{"\xEF\xBC\x9C", "<"},
	{"\xEF\xBC\x9E", ">"},
	{"\r", ""},
};

static size_t plain_step(struct slice s, const char **out)
{
	for (size_t i = 0; i < COUNT(plain); i++)
		if (plain[i].is[0] == s.p[0] && slice_starts(s, slice_of(plain[i].is))) {
			*out = plain[i].becomes;
			return strlen(plain[i].is);
		}
	*out = NULL;
	return 1;
}

/* The bytes at the start that no row of `plain` begins with. */
static size_t untouched(struct slice s)
{
	size_t n = 0;
	while (n < s.n && (unsigned char)s.p[n] < 0x80 && s.p[n] != '&' && s.p[n] != '*' &&
	       s.p[n] != '\t' && s.p[n] != '\r')
		n++;
	return n;
}

static const char *fold_line(struct arena *a, struct sbuf *b, struct slice text)
{
	struct slice s = text_cut(text, QUOTE_FOLD_MAX);
	sbuf_clear(b);
	for (size_t i = 0, step; i < s.n; i += step) {
		const char *becomes;
		step = untouched(slice_sub(s, i, s.n));
		if (step > 0) {
			sbuf_put(b, s.p + i, step);
			continue;
		}
		step = plain_step(slice_sub(s, i, s.n), &becomes);
		if (becomes == NULL)
			sbuf_chr(b, s.p[i]);
		else
			sbuf_cstr(b, becomes);
	}
	struct slice clean = slice_trim(sbuf_view(b));
	if (clean.n == 0)
		return "";
	char *fold = text_fold(a, clean), *w = fold;
	for (const char *r = fold; *r != '\0'; r++)
		if (*r != ' ' || (w > fold && w[-1] != ' '))
			*w++ = *r;
	*w = '\0';
	return fold;
}

/* Quote marks at the start: «> > text», «>>text». A lone «>» is a mark too. */
static unsigned cut_marks(struct slice *s)
{
	unsigned depth = 0;
	size_t at = 0;
	for (size_t i = 0; i < s->n && depth < DEPTH_MAX; i++) {
		if (s->p[i] == '>') {
			depth++;
			at = i + 1;
		} else if (s->p[i] != ' ' && s->p[i] != '\t') {
			break;
		}
	}
	*s = slice_sub(*s, at, s->n);
	return depth;
}

static size_t run_of(struct slice s, size_t at, char c)
{
	size_t n = 0;
	while (at + n < s.n && s.p[at + n] == c)
		n++;
	return n;
}

static bool separates(struct arena *a, struct sbuf *b, struct slice words)
{
	struct slice fold = slice_of(fold_line(a, b, slice_trim(words)));
	bool yes = false;
	for (size_t i = 0; fold.n > 0 && i < quote_separator_n && !yes; i++)
		yes = quote_alt_equals(quote_separator_rows[i].phrases, fold) > 0;
	return yes;
}

/* «----- Mensaje reenviado ----- De: Ana …»: the bytes before «De:», 0 when it is no such line. */
static size_t separator_end(struct arena *a, struct sbuf *b, struct slice line)
{
	size_t at = run_of(line, 0, ' '), n = run_of(line, at, '-');
	if (n < RULE_DASHES)
		return 0;
	size_t words = at + n;
	for (at = words; at < line.n && at < SEPARATOR_BYTES && line.p[at] != '-';)
		at++;
	n = run_of(line, at, '-');
	size_t end = at + n + run_of(line, at + n, ' ');
	bool labelled = slice_chr(slice_sub(line, end, LABEL_WITHIN), ':') != SIZE_MAX;
	if (n < RULE_DASHES || end == at + n || end == line.n || !labelled)
		return 0;
	return separates(a, b, slice_sub(line, words, at - words)) ? end : 0;
}

/* A capital, one to three letters, a blank: «On », «El ». */
static bool may_open(struct slice s)
{
	size_t n = 1;
	if (s.n == 0 || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return n >= 2 && n <= OPEN_LETTERS && n < s.n && s.p[n] == ' ';
}

/* «Vale, gracias. El lun, 2 nov 2026 a las 10:00, Ana <ana@…> escribió:»: the bytes before «El», 0
 * when it is no such line. last: nothing is written below, so that what was said may stand on it,
 * too: all of the mail came on one line. */
static size_t said_end(struct arena *a, struct sbuf *b, struct slice line, bool last)
{
	size_t most = line.n < SAID_WITHIN ? line.n : SAID_WITHIN, tries = 0, words = 0;
	struct slice s = line;
	if (cut_marks(&s) > 0 || slice_chr(line, '@') == SIZE_MAX)
		return 0;
	for (size_t i = 0; i < most && tries < SAID_TRIES; i++) {
		bool begins = i > 0 && (line.p[i - 1] == ' ' || line.p[i - 1] == '-');
		if (begins && words > 0 && may_open(slice_sub(line, i, line.n))) {
			tries++;
			if (quote_said_whole(fold_line(a, b, slice_sub(line, i, line.n)), last)) {
				while (i > 0 && (line.p[i - 1] == '-' || line.p[i - 1] == ' '))
					i--;
				return i;
			}
		}
		words += line.p[i] != ' ' && line.p[i] != '-';
	}
	return 0;
}

size_t quote_lines(struct arena *a, struct slice text, struct quote_line **out)
{
	size_t n = 1, cuts = 0;
	for (size_t i = 0; i < text.n && n <= QUOTE_LINES_MAX; i++)
		n += text.p[i] == '\n';
	struct quote_line *l = arena_array(a, n + CUTS_MAX, sizeof(*l));
	struct sbuf b = SBUF_INIT(8 * QUOTE_FOLD_MAX);
	size_t used = 0, written = slice_trim(text).n;
	written += written > 0 ? (size_t)(slice_trim(text).p - text.p) : 0;
	for (size_t at = 0; at < text.n; used++) {
		struct slice rest = slice_sub(text, at, text.n);
		size_t end = used < n - 1 ? slice_chr(rest, '\n') : SIZE_MAX;
		size_t len = end == SIZE_MAX ? rest.n : end + 1;
		size_t cut = cuts < CUTS_MAX ? separator_end(a, &b, slice_sub(rest, 0, end)) : 0;
		if (cut == 0 && cuts < CUTS_MAX)
			cut = said_end(a, &b, slice_sub(rest, 0, end), at + len >= written);
		if (cut > 0) {
			cuts++;
			n++;
			end = len = cut;
		}
		l[used].from = (uint32_t)at;
		l[used].len = (uint32_t)len;
		l[used].text = slice_sub(rest, 0, end == SIZE_MAX ? len : end);
		l[used].depth = cut_marks(&l[used].text);
		l[used].fold = fold_line(a, &b, l[used].text);
		at += len;
	}
	sbuf_free(&b);
	*out = l;
	return used;
}

/* ---- marks of one line ---- */

/* Hyphens and dashes of every width, and what else people rule lines with. */
static const char *const rule_chars[] = {"-",
					 "_",
					 "=",
					 "~",
					 "+",
					 "#",
					 "*",
					 ".",
					 "\xE2\x80\x90",
					 "\xE2\x80\x91",
					 "\xE2\x80\x92",
					 "\xE2\x80\x93",
					 "\xE2\x80\x94",
					 "\xE2\x80\x95",
					 "\xE2\x94\x80",
					 "\xE2\x94\x81",
					 "\xE2\x95\x90"};

static bool rule_char(struct slice s, size_t *len)
{
	for (size_t i = 0; i < COUNT(rule_chars); i++)
		if (rule_chars[i][0] == s.p[0] && slice_starts(s, slice_of(rule_chars[i]))) {
			*len = strlen(rule_chars[i]);
			return true;
		}
	return false;
}

/* The length of the rule's character that s ends with; 0 for none. */
static size_t rule_end(struct slice s)
{
	for (size_t i = 0; i < COUNT(rule_chars); i++) {
		size_t n = strlen(rule_chars[i]);
		if (s.n >= n && memcmp(s.p + s.n - n, rule_chars[i], n) == 0)
			return n;
	}
	return 0;
}

bool quote_is_rule(const struct quote_line *l)
{
	struct slice s = slice_trim(l->text);
	size_t marks = 0, len = 1;
	if (s.n > 2 && s.p[0] == '*' && s.p[s.n - 1] == '*')
		s = slice_sub(s, 1, s.n - 2);
	for (size_t i = 0; i < s.n; i += len, marks++)
		if (s.p[i] != ' ' && !rule_char(slice_sub(s, i, s.n), &len))
			return false;
		else if (s.p[i] == ' ')
			len = 1;
	return marks >= 2;
}

static size_t words(struct slice s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
	return n;
}

/* Without «<https://…>» at the end. */
static struct slice without_link(const char *fold)
{
	struct slice s = slice_of(fold);
	size_t at = slice_find(s, SLICE("http"));
	if (at != SIZE_MAX && at > 0) {
		s = slice_trim(slice_sub(s, 0, at));
		while (s.n > 0 && strchr("<([ ", s.p[s.n - 1]) != NULL)
			s.n--;
	}
	return s;
}

bool quote_is_footer(const struct quote_line *l)
{
	struct slice s = without_link(l->fold);
	if (s.n == 0 || s.n > FOOTER_BYTES || slice_chr(s, '?') != SIZE_MAX ||
	    !quote_alt_inside(quote_devices, l->fold))
		return false;
	while (s.n > 0 && strchr("-\"'([ ", s.p[0]) != NULL)
		s = slice_sub(s, 1, s.n);
	for (size_t i = 0; s.n > 0 && i < quote_footer_n; i++) {
		const struct quote_footer_row *r = &quote_footer_rows[i];
		if (r->head[0] != s.p[0])
			continue;
		size_t head = strlen(r->head);
		if (!slice_starts(s, slice_of(r->head)))
			continue;
		if (r->tail[0] != '\0' ? slice_iends(s, r->tail)
				       : words(slice_sub(s, head, s.n)) <= FOOTER_WORDS)
			return true;
	}
	return false;
}

bool quote_is_last_footer(const struct quote_line *l)
{
	struct slice s = without_link(l->fold);
	size_t head = s.n > 0 ? quote_alt_starts(quote_last_heads, s.p) : 0;
	size_t n = head > 0 ? words(slice_sub(s, head, s.n)) : 0;
	return n > 0 && n <= LAST_FOOTER_WORDS && slice_chr(s, '?') == SIZE_MAX;
}

static struct slice core_of(struct slice s, size_t *dashes)
{
	size_t len = 1;
	*dashes = 0;
	while (s.n > 0 && (s.p[0] == ' ' || rule_char(s, &len))) {
		*dashes += s.p[0] != ' ';
		s = slice_sub(s, s.p[0] == ' ' ? 1 : len, s.n);
	}
	while (s.n > 0 && ((len = rule_end(s)) > 0 || strchr(" :.>", s.p[s.n - 1]) != NULL))
		s.n -= len > 0 ? len : 1;
	return s;
}

bool quote_is_framed(const struct quote_line *l)
{
	struct slice s = slice_of(l->fold);
	size_t dashes;
	while (s.n > 0 && strchr("<[", s.p[0]) != NULL)
		s = slice_sub(s, 1, s.n);
	while (s.n > 0 && strchr(">]", s.p[s.n - 1]) != NULL)
		s.n--;
	if (l->depth > 0 || s.n > SEPARATOR_BYTES || rule_end(s) == 0)
		return false;
	struct slice core = core_of(s, &dashes);
	return dashes >= 2 && core.n > 0;
}

static bool is_above(const char *fold)
{
	return quote_alt_inside(quote_above_words, fold) &&
	       quote_alt_inside(quote_above_asks, fold);
}

/* «Mensaje original» without dashes, but with the headers of one below it. */
static bool has_headers(const struct quote_line *l, size_t n, size_t at)
{
	while (++at < n && l[at].fold[0] == '\0')
		;
	return at < n && quote_block_read(l, n, at, true).from.n > 0;
}

enum quote_separator quote_separator_of(const struct quote_line *l, size_t n, size_t at)
{
	const char *fold = l[at].fold;
	size_t len = strlen(fold), dashes;
	if (len == 0 || len > SEPARATOR_BYTES)
		return SEP_NONE;
	if (is_above(fold))
		return SEP_ABOVE;
	/* a mark of HTML: below it one header is enough */
	if (slice_eq(slice_trim(l[at].text), HTML_RULE_MAIL))
		return has_headers(l, n, at) ? SEP_ORIGINAL : SEP_NONE;
	struct slice core = core_of(slice_of(fold), &dashes);
	bool ruled = dashes >= 2 || (at > 0 && quote_is_rule(&l[at - 1]));
	for (size_t i = 0; core.n > 0 && i < quote_separator_n; i++) {
		const struct quote_separator_row *r = &quote_separator_rows[i];
		size_t start = dashes >= 4 ? quote_alt_starts(r->phrases, core.p) : 0;
		if (start > 0 && start < core.n && core.p[start] == ' ')
			return r->kind;
		if (quote_alt_equals(r->phrases, core) == 0)
			continue;
		/* Apple: «Inicio del mensaje reenviado:» */
		if (ruled || (r->kind == SEP_FORWARD && fold[len - 1] == ':') ||
		    has_headers(l, n, at))
			return r->kind;
	}
	return SEP_NONE;
}

/* The length of a sign before the first word: quotes, dashes, a small tree; 0 for none. */
static size_t sign_at(const char *s)
{
	if (*s != '\0' && strchr("-_=\"'([{#+. ", *s) != NULL)
		return 1;
	if (strncmp(s, "\xF0\x9F", 2) == 0)
		return strnlen(s, 4);
	return *s == '\xE2' ? strnlen(s, 3) : 0;
}

/* Lawyers do not ask. */
static bool asks(const char *text)
{
	size_t len = strlen(text);
	return strstr(text, "? ") != NULL || (len > 0 && text[len - 1] == '?');
}

bool quote_is_legal(struct arena *a, const struct quote_line *l, size_t at, size_t end, bool first)
{
	struct sbuf b = SBUF_INIT(4096);
	for (size_t i = at; i < end; i++) {
		sbuf_cstr(&b, l[i].fold);
		sbuf_chr(&b, ' ');
	}
	const char *text = sbuf_dup(a, &b), *head = text;
	sbuf_free(&b);
	for (size_t sign; (sign = sign_at(head)) > 0;)
		head += sign;
	if (quote_alt_starts(quote_green_heads, head) > 0 &&
	    quote_alt_inside(quote_green_words, text))
		return true;
	if (asks(text))
		return false;
	if (!first)
		return quote_alt_count(quote_legal_words, text) >= LEGAL_WORDS_NEXT;
	return quote_alt_starts(quote_legal_heads, head) > 0 &&
	       quote_alt_count(quote_legal_words, text) >= LEGAL_WORDS_FIRST;
}
