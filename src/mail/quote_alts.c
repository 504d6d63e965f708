/* Alternatives: tables of phrases parted by «|». Each is taken apart once, by its address (they
 * are all constants); asking then looks at the first three bytes before it compares anything. */
#include "mail/quote_marks.h"

#include <string.h>

enum { KNOWN_MAX = 1024, STARTS_LOG2 = 14, STARTS = 1 << STARTS_LOG2 };

struct alts {
	const char *source;
	struct slice *list; /* by first byte */
	size_t n;
	uint16_t from[257];	    /* those that begin with byte b: from[b] to from[b + 1] */
	uint8_t starts[STARTS / 8]; /* which three bytes any of them begins with (hashed) */
};

static uint32_t start_bit(const unsigned char *p)
{
	uint32_t three = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

	return three * 2654435761u >> (32 - STARTS_LOG2);
}

static void note_start(struct alts *t, const unsigned char *p)
{
	uint32_t bit = start_bit(p);

	t->starts[bit / 8] = (uint8_t)(t->starts[bit / 8] | 1u << bit % 8);
}

/* A phrase of one or two bytes goes with whatever follows it. */
static void note_phrase(struct alts *t, struct slice s)
{
	unsigned char p[3] = {(unsigned char)s.p[0]};
	unsigned b1 = s.n > 1 ? (unsigned char)s.p[1] : 0, e1 = s.n > 1 ? b1 : 255;
	unsigned b2 = s.n > 2 ? (unsigned char)s.p[2] : 0, e2 = s.n > 2 ? b2 : 255;

	for (unsigned b = b1; b <= e1; b++)
		for (unsigned c = b2; c <= e2; c++) {
			p[1] = (unsigned char)b;
			p[2] = (unsigned char)c;
			note_start(t, p);
		}
}

static struct alts *take_apart(const char *source)
{
	struct alts *t = mem_alloc(sizeof(*t));
	struct slice rest = slice_of(source), alt;
	size_t count[257] = {0}, n = 0;

	t->source = source;
	while (slice_next(&rest, '|', &alt))
		if (alt.n > 0) {
			count[(unsigned char)alt.p[0]]++;
			n++;
		}
	t->list = mem_array(n + 1, sizeof(*t->list));
	t->n = n;
	for (size_t b = 0, at = 0; b < 257; b++) {
		t->from[b] = (uint16_t)at;
		at += count[b];
		count[b] = t->from[b];
	}
	rest = slice_of(source);
	while (slice_next(&rest, '|', &alt))
		if (alt.n > 0) {
			t->list[count[(unsigned char)alt.p[0]]++] = alt;
			note_phrase(t, alt);
		}
	return t;
}

/* The tables live as long as the program: there are as many as the code has. */
static const struct alts *alts_of(const char *source)
{
	static struct alts *known[KNOWN_MAX];
	size_t at = ((uintptr_t)source >> 3) * 2654435761u % KNOWN_MAX;

	while (known[at] != NULL && known[at]->source != source)
		at = (at + 1) % KNOWN_MAX;
	if (known[at] == NULL)
		known[at] = take_apart(source);
	return known[at];
}

size_t quote_alt_starts(const char *alts, const char *s)
{
	const struct alts *t = alts_of(alts);
	unsigned char first = (unsigned char)s[0];
	size_t best = 0;

	for (size_t i = t->from[first]; i < t->from[first + 1]; i++)
		if (t->list[i].n > best && strncmp(s, t->list[i].p, t->list[i].n) == 0)
			best = t->list[i].n;
	return best;
}

size_t quote_alt_equals(const char *alts, struct slice s)
{
	const struct alts *t;
	unsigned char first;

	if (s.n == 0)
		return 0;
	t = alts_of(alts);
	first = (unsigned char)s.p[0];
	for (size_t i = t->from[first]; i < t->from[first + 1]; i++)
		if (slice_eq(t->list[i], s))
			return t->list[i].n;
	return 0;
}

size_t quote_alt_ends(const char *alts, size_t at, struct slice s, struct slice *alt)
{
	const struct alts *t = alts_of(alts);

	for (; at < t->n; at++) {
		*alt = t->list[at];
		if (alt->n <= s.n && alt->p[alt->n - 1] == s.p[s.n - 1] &&
		    memcmp(s.p + s.n - alt->n, alt->p, alt->n) == 0)
			return at + 1;
	}
	return 0;
}

unsigned quote_alt_count(const char *alts, const char *s)
{
	const struct alts *t = alts_of(alts);
	struct slice hay = slice_of(s);
	unsigned n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += slice_find(hay, t->list[i]) != SIZE_MAX;
	return n;
}

/* Does any phrase begin at s? */
static bool begins(const struct alts *t, const char *s)
{
	unsigned char first = (unsigned char)s[0];

	for (size_t i = t->from[first]; i < t->from[first + 1]; i++)
		if ((t->list[i].n < 2 || t->list[i].p[1] == s[1]) &&
		    strncmp(s, t->list[i].p, t->list[i].n) == 0)
			return true;
	return false;
}

bool quote_alt_inside(const char *alts, const char *s)
{
	const struct alts *t = alts_of(alts);
	size_t n = strlen(s), at = 0;

	for (; at + 1 < n; at++) {
		uint32_t bit = start_bit((const unsigned char *)s + at);

		if (t->starts[bit / 8] & 1u << bit % 8 && begins(t, s + at))
			return true;
	}
	return at < n && begins(t, s + at);
}
