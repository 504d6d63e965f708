/* mem: arenas (one a mail, one a configuration) and checked allocation.
 * Out of memory ends the process: the supervisor restarts it and nothing committed is lost. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void);
/* Frees everything that was allocated from it. NULL-safe; sets *ap to NULL. */
void arena_free(struct arena **ap);
/* n bytes, zeroed, aligned for any type. Never NULL; n == 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n)
	__attribute__((malloc, alloc_size(2), returns_nonnull));
/* count * size with an overflow check. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
/* Copies; the string forms add a NUL. arena_str(NULL) is "". */
void *arena_copy(struct arena *a, const void *p, size_t n) __attribute__((returns_nonnull));
char *arena_strn(struct arena *a, const char *p, size_t n) __attribute__((returns_nonnull));
char *arena_str(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
/* Bytes handed out so far. */
size_t arena_used(const struct arena *a);

/* Heap memory, zeroed, never NULL. Free with free(). */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));
void *mem_array(size_t count, size_t size) __attribute__((returns_nonnull));
/* Grow to count * size bytes; the new part is not zeroed. */
void *mem_grow(void *p, size_t count, size_t size) __attribute__((returns_nonnull));
char *mem_str(const char *s) __attribute__((returns_nonnull));
