/* str: slices (borrowed bytes) and sbufs (growing bytes with a hard limit). */
#pragma once

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct slice {
	const char *p; /* not NUL-terminated; may be NULL when n is 0 */
	size_t n;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

struct slice slice_of(const char *cstr); /* NULL gives an empty slice */

/* Clamped to s. Every reader goes along a text with it: hence inline. */
static inline struct slice slice_sub(struct slice s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return s.p ? (struct slice){s.p + from, n} : SLICE("");
}

struct slice slice_trim(struct slice s); /* without blanks, tabs, CR and LF at both ends */
bool slice_eq(struct slice a, struct slice b);
bool slice_ieq(struct slice a, struct slice b); /* ASCII letters without case */
bool slice_ieqs(struct slice a, const char *b);
bool slice_starts(struct slice s, struct slice prefix);
bool slice_istarts(struct slice s, const char *prefix);
bool slice_iends(struct slice s, const char *suffix);
/* Index of the first occurrence, or SIZE_MAX. slice_ifind: ASCII letters without case. */
size_t slice_find(struct slice hay, struct slice needle);
size_t slice_ifind(struct slice hay, struct slice needle);
size_t slice_chr(struct slice s, char c);
bool slice_has_any(struct slice s, const char *set);
/* Cut the next line off *rest (without its CRLF, LF or bare CR). False when nothing is left. */
bool slice_line(struct slice *rest, struct slice *line);
/* Cut the next piece before sep off *rest. False when nothing is left. */
bool slice_next(struct slice *rest, char sep, struct slice *piece);
/* Decimal digits only, the whole slice, no sign; false on overflow or anything else. */
bool slice_u64(struct slice s, uint64_t *out);
char *slice_dup(struct arena *a, struct slice s); /* NUL-terminated copy */

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
/* NULL or "". Here, so that analysers see what it means for the pointer. */
static inline bool str_empty(const char *s)
{
	return !s || !*s;
}

/* A growing buffer. Past max nothing more is stored and `over` is set: check it once, at the end.
 * p is always NUL-terminated once anything was put; n does not count that NUL. */
struct sbuf {
	char *p;
	size_t n, cap, max;
	bool over;
};

#define SBUF_INIT(limit) ((struct sbuf){.max = (limit)})

void sbuf_put(struct sbuf *b, const void *p, size_t n);
void sbuf_slice(struct sbuf *b, struct slice s);
void sbuf_cstr(struct sbuf *b, const char *s); /* NULL puts nothing */
void sbuf_chr(struct sbuf *b, char c);
void sbuf_printf(struct sbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
void sbuf_cut(struct sbuf *b, size_t n); /* shorten to n bytes */
void sbuf_clear(struct sbuf *b);	 /* forget content and `over`, keep memory */
void sbuf_free(struct sbuf *b);
struct slice sbuf_view(const struct sbuf *b); /* valid until the next put */
char *sbuf_dup(struct arena *a, const struct sbuf *b);
