#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With AddressSanitizer every allocation is a block of its own, so that overruns are seen. */
#ifdef __SANITIZE_ADDRESS__
enum { BLOCK_FIRST = 0, BLOCK_MOST = 1 };
#else
enum { BLOCK_FIRST = 4096, BLOCK_MOST = 256 * 1024 };
#endif
enum { ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(ALIGN) unsigned char data[];
};

struct arena {
	struct block *head;
	size_t used, next_size;
};

static _Noreturn void out_of_memory(void)
{
	static const char text[] = "out of memory\n";

	fwrite(text, 1, sizeof text - 1, stderr);
	abort();
}

void *mem_alloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_array(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_grow(void *p, size_t count, size_t size)
{
	void *grown = reallocarray(p, count ? count : 1, size ? size : 1);

	if (!grown)
		out_of_memory();
	return grown;
}

char *mem_str(const char *s)
{
	size_t n = s ? strlen(s) : 0;
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, s, n);
	return copy;
}

struct arena *arena_new(void)
{
	struct arena *a = mem_alloc(sizeof *a);

	a->next_size = BLOCK_FIRST;
	return a;
}

void arena_free(struct arena **ap)
{
	if (!*ap)
		return;
	for (struct block *b = (*ap)->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(*ap);
	*ap = NULL;
}

/* A block that a large item fills alone goes behind the head, whose free part stays in use. */
static struct block *block_add(struct arena *a, size_t need)
{
	size_t size = need > a->next_size ? need : a->next_size;
	struct block *b = mem_alloc(sizeof *b + size);

	b->size = size;
	if (size == need && a->head) {
		b->next = a->head->next;
		a->head->next = b;
		return b;
	}
	b->next = a->head;
	a->head = b;
	if (a->next_size < BLOCK_MOST)
		a->next_size *= 2;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->head;
	size_t need;
	void *p;

	if (n > SIZE_MAX / 2)
		out_of_memory();
	need = n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
#ifdef __SANITIZE_ADDRESS__
	need = n ? n : 1;
#endif
	if (!b || b->size - b->used < need)
		b = block_add(a, need);
	p = b->data + b->used;
	b->used += need;
	a->used += n;
	return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return arena_alloc(a, total);
}

void *arena_copy(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n)
		memcpy(copy, p, n);
	return copy;
}

char *arena_strn(struct arena *a, const char *p, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *arena_str(struct arena *a, const char *s)
{
	return arena_strn(a, s, s ? strlen(s) : 0);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	int n;
	char *out;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	out = arena_alloc(a, (size_t)n + 1);
	vsnprintf(out, (size_t)n + 1, fmt, again);
	va_end(again);
	return out;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
