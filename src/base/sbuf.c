#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SBUF_FIRST = 64 };

/* Room for n bytes in all and a NUL. n <= max holds. */
static void sbuf_room(struct sbuf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : SBUF_FIRST;

	if (b->p && n < b->cap)
		return;
	while (cap <= n)
		cap = cap > SIZE_MAX / 2 ? n + 1 : cap * 2;
	b->p = mem_grow(b->p, cap, 1);
	b->cap = cap;
}

void sbuf_put(struct sbuf *b, const void *p, size_t n)
{
	if (b->over)
		return;
	if (n > b->max - b->n) {
		n = b->max - b->n;
		b->over = true;
	}
	sbuf_room(b, b->n + n);
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void sbuf_slice(struct sbuf *b, struct slice s)
{
	sbuf_put(b, s.p, s.n);
}

void sbuf_cstr(struct sbuf *b, const char *s)
{
	if (s)
		sbuf_put(b, s, strlen(s));
}

void sbuf_chr(struct sbuf *b, char c)
{
	sbuf_put(b, &c, 1);
}

void sbuf_vprintf(struct sbuf *b, const char *fmt, va_list ap)
{
	char small[256], *text = small;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0) {
		b->over = true;
	} else {
		if ((size_t)n >= sizeof small) {
			text = mem_alloc((size_t)n + 1);
			vsnprintf(text, (size_t)n + 1, fmt, again);
		}
		sbuf_put(b, text, (size_t)n);
	}
	va_end(again);
	if (text != small)
		free(text);
}

void sbuf_printf(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(b, fmt, ap);
	va_end(ap);
}

void sbuf_cut(struct sbuf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}

void sbuf_clear(struct sbuf *b)
{
	sbuf_cut(b, 0);
	b->over = false;
}

void sbuf_free(struct sbuf *b)
{
	free(b->p);
	*b = SBUF_INIT(b->max);
}

struct slice sbuf_view(const struct sbuf *b)
{
	return (struct slice){b->p, b->n};
}

char *sbuf_dup(struct arena *a, const struct sbuf *b)
{
	return arena_strn(a, b->p, b->n);
}
