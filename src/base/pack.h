/* pack: the byte form of frames and facts: little-endian integers and length-prefixed strings.
 * Reading is total: the first thing out of range sets `bad`, and everything after it reads as
 * zero or empty. Check `bad` (and that nothing is left) once, at the end. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

void pack_u8(struct sbuf *b, uint8_t v);
void pack_u32(struct sbuf *b, uint32_t v);
void pack_i64(struct sbuf *b, int64_t v);
void pack_bytes(struct sbuf *b, const void *p, size_t n); /* u32 length, bytes */
void pack_str(struct sbuf *b, const char *s);		  /* NULL is packed as "" */

struct unpack {
	const uint8_t *p;
	size_t n, at;
	bool bad;
};

struct unpack unpack_of(const void *p, size_t n);
uint8_t unpack_u8(struct unpack *u);
uint32_t unpack_u32(struct unpack *u);
int64_t unpack_i64(struct unpack *u);
struct slice unpack_slice(struct unpack *u);	     /* borrowed from the buffer */
char *unpack_str(struct unpack *u, struct arena *a); /* copy; NUL inside sets bad; never NULL */
/* A count of items of at least min_item bytes each: more than can be left sets bad, returns 0. */
uint32_t unpack_count(struct unpack *u, size_t min_item);
bool unpack_done(const struct unpack *u); /* not bad, and nothing left over */
