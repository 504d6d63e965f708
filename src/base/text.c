#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
	/* Reordering marks is quadratic in the length of a run of them; no script needs this many
	 * (Unicode's stream-safe format). */
	MARKS_MAX = 30,
	DISTANCE_MAX = 128, /* code points: longer words are not mistyped names */
};

/* Length of the run of ASCII from first to «~» at the start: most of any mail. */
static size_t run_of(struct slice s, char first)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= first && s.p[n] <= '~')
		n++;
	return n;
}

static size_t printable(struct slice s)
{
	return run_of(s, ' ');
}

/* Valid UTF-8 without NUL and with bounded runs of marks: what utf8proc_map may be given. */
static void put_mappable(struct sbuf *b, struct slice s)
{
	uint32_t cp;
	size_t marks = 0;

	for (size_t len; s.n > 0; s = slice_sub(s, len, s.n)) {
		len = printable(s);
		if (len > 0) {
			marks = 0;
			sbuf_put(b, s.p, len);
			continue;
		}
		len = text_next(s, &cp);
		if (cp < 0x80) {
			marks = 0;
			sbuf_chr(b, cp ? (char)cp : ' ');
			continue;
		}
		marks = utf8proc_get_property((utf8proc_int32_t)cp)->combining_class ? marks + 1
										     : 0;
		if (marks <= MARKS_MAX)
			text_put(b, cp);
	}
}

static char *map(struct arena *a, struct slice s, utf8proc_option_t options)
{
	struct sbuf in = SBUF_INIT(SIZE_MAX / 8);
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n;
	char *copy;

	put_mappable(&in, s);
	n = utf8proc_map((const utf8proc_uint8_t *)in.p, (utf8proc_ssize_t)in.n, &out, options);
	if (n == UTF8PROC_ERROR_NOMEM)
		abort();
	copy = n > 0 ? arena_strn(a, (const char *)out, (size_t)n) : arena_str(a, "");
	free(out);
	sbuf_free(&in);
	return copy;
}

/* Are all bytes ASCII other than NUL? Most mail is, and then nothing needs a table. */
static bool plain(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] - 1u >= 0x7F)
			return false;
	return true;
}

/* Code points that NFC leaves as they are, next to anything of the same kind: Latin-1 and its
 * extensions, general punctuation, the euro. */
static bool composed(struct slice s)
{
	uint32_t cp;

	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n))
		if (cp == 0 || (cp >= 0x300 && !(cp >= 0x2010 && cp <= 0x2027) && cp != 0x20AC))
			return false;
	return true;
}

/* U+00C0 to U+00FF folded, each as its last byte after 0xC3, or an ASCII letter; ß apart. */
static const unsigned char latin_fold[64] = "aaaaaa\xa6"
					    "ceeeeiiii\xb0"
					    "nooooo\x97\xb8"
					    "uuuuy\xbe"
					    "saaaaaa\xa6"
					    "ceeeeiiii\xb0"
					    "nooooo\xb7\xb8"
					    "uuuuy\xbe"
					    "y";

/* One character of Latin-1 or a plain mark of general punctuation: its length, 0 for any other.
 * What it becomes is never longer. */
static size_t fold_latin(const unsigned char *p, size_t n, char **out)
{
	if (n >= 2 && p[0] == 0xC3 && (p[1] & 0xC0) == 0x80) {
		unsigned char to = latin_fold[p[1] & 0x3F];

		if (to >= 0x80)
			*(*out)++ = (char)0xC3;
		*(*out)++ = (char)to;
		if (p[1] == 0x9F)
			*(*out)++ = 's';
		return 2;
	}
	if (n >= 2 && p[0] == 0xC2 && p[1] >= 0xA0 && p[1] <= 0xBF && p[1] != 0xAD &&
	    p[1] != 0xB5) {
		memcpy(*out, p, 2);
		*out += 2;
		return 2;
	}
	if (n >= 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0xA7) {
		memcpy(*out, p, 3);
		*out += 3;
		return 3;
	}
	return 0;
}

/* What people write in Spanish, without the tables of all scripts. NULL: something else is in it.
 */
static char *fold_western(struct arena *a, struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	char *folded = arena_alloc(a, s.n + 1), *out = folded;

	for (size_t i = 0, len; i < s.n; i += len) {
		len = 1;
		if (p[i] - 1u < 0x7F)
			*out++ = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + ('a' - 'A') : p[i]);
		else
			len = fold_latin(p + i, s.n - i, &out);
		if (len == 0)
			return NULL;
	}
	*out = '\0';
	return folded;
}

char *text_fold(struct arena *a, struct slice s)
{
	char *quick = fold_western(a, s);

	if (quick)
		return quick;
	return map(a, s,
		   UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
			   UTF8PROC_IGNORE);
}

char *text_nfc(struct arena *a, struct slice s)
{
	if (plain(s) || composed(s))
		return arena_strn(a, s.p ? s.p : "", s.n);
	return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

/* Rows of what never reaches a header, a name or a terminal, LF and TAB apart. */
static bool is_unfit(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} rows[] = {
		{0x00, 0x1F},	  {0x7F, 0x9F},	    {0x061C, 0x061C}, {0x200E, 0x200F},
		{0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (cp >= rows[i].first && cp <= rows[i].last)
			return true;
	return false;
}

static bool is_space(uint32_t cp)
{
	return cp == ' ' ||
	       (cp >= 0xA0 && utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_ZS);
}

char *text_line(struct arena *a, struct slice s)
{
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);
	bool blank = false;
	uint32_t cp;
	char *out;

	for (size_t len; s.n > 0; s = slice_sub(s, len, s.n)) {
		size_t word = run_of(s, '!');

		len = word ? word : text_next(s, &cp);
		if (word == 0 && (is_unfit(cp) || is_space(cp))) {
			blank = b.n > 0;
			continue;
		}
		if (blank)
			sbuf_chr(&b, ' ');
		blank = false;
		if (word)
			sbuf_put(&b, s.p, word);
		else
			text_put(&b, cp);
	}
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

char *text_clean(struct arena *a, struct slice s)
{
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);
	uint32_t cp, before = 0;
	char *out;

	while (s.n > 0) {
		size_t len = printable(s);

		if (len > 0) {
			sbuf_put(&b, s.p, len);
			before = ' ';
			s = slice_sub(s, len, s.n);
			continue;
		}
		len = text_next(s, &cp);
		if (cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
			sbuf_chr(&b, '\n');
		else if (cp == '\n' && before == '\r')
			; /* the CR of this CRLF was the LF */
		else if (cp != '\n' && cp != '\t' && is_unfit(cp))
			sbuf_chr(&b, ' ');
		else
			text_put(&b, cp);
		before = cp;
		s = slice_sub(s, len, s.n);
	}
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

size_t text_width(struct slice s)
{
	size_t columns = 0;
	uint32_t cp;

	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n)) {
		int w = utf8proc_charwidth((utf8proc_int32_t)cp);

		columns += w > 0 ? (size_t)w : 0;
	}
	return columns;
}

/* False when the word is longer than any that is compared. */
static bool codepoints(const char *s, uint32_t *out, size_t *n)
{
	struct slice rest = slice_of(s);
	uint32_t cp;

	*n = 0;
	for (size_t len; (len = text_next(rest, &cp)) > 0; rest = slice_sub(rest, len, rest.n)) {
		if (*n == DISTANCE_MAX)
			return false;
		out[(*n)++] = cp;
	}
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b, size_t limit)
{
	uint32_t x[DISTANCE_MAX], y[DISTANCE_MAX];
	size_t nx, ny, row[DISTANCE_MAX + 1];

	if (!codepoints(a, x, &nx) || !codepoints(b, y, &ny))
		return str_eq(a, b) ? 0 : limit + 1;
	for (size_t j = 0; j <= ny; j++)
		row[j] = j;
	for (size_t i = 1; i <= nx; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= ny; j++) {
			size_t above = row[j];

			row[j] = least(least(above, row[j - 1]) + 1,
				       diagonal + (x[i - 1] != y[j - 1]));
			diagonal = above;
		}
	}
	return least(row[ny], limit + 1);
}
