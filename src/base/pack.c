#include "base/pack.h"

#include <string.h>

static void put_le(struct sbuf *b, uint64_t v, size_t n)
{
	uint8_t raw[8];

	for (size_t i = 0; i < n; i++)
		raw[i] = (uint8_t)(v >> 8 * i);
	sbuf_put(b, raw, n);
}

void pack_u8(struct sbuf *b, uint8_t v)
{
	put_le(b, v, 1);
}

void pack_u32(struct sbuf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void pack_i64(struct sbuf *b, int64_t v)
{
	put_le(b, (uint64_t)v, 8);
}

void pack_bytes(struct sbuf *b, const void *p, size_t n)
{
	if (n > UINT32_MAX) {
		b->over = true;
		return;
	}
	pack_u32(b, (uint32_t)n);
	sbuf_put(b, p, n);
}

void pack_str(struct sbuf *b, const char *s)
{
	pack_bytes(b, s, s ? strlen(s) : 0);
}

struct unpack unpack_of(const void *p, size_t n)
{
	return (struct unpack){.p = p, .n = n};
}

/* NULL, and bad for good, when n bytes are not there. */
static const uint8_t *take(struct unpack *u, size_t n)
{
	const uint8_t *p;

	if (u->bad || n > u->n - u->at) {
		u->bad = true;
		return NULL;
	}
	p = u->p + u->at;
	u->at += n;
	return p;
}

static uint64_t get_le(struct unpack *u, size_t n)
{
	const uint8_t *p = take(u, n);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

uint8_t unpack_u8(struct unpack *u)
{
	return (uint8_t)get_le(u, 1);
}

uint32_t unpack_u32(struct unpack *u)
{
	return (uint32_t)get_le(u, 4);
}

int64_t unpack_i64(struct unpack *u)
{
	return (int64_t)get_le(u, 8);
}

struct slice unpack_slice(struct unpack *u)
{
	uint32_t n = unpack_u32(u);
	const uint8_t *p = n ? take(u, n) : NULL;

	return p ? (struct slice){(const char *)p, n} : SLICE("");
}

char *unpack_str(struct unpack *u, struct arena *a)
{
	struct slice s = unpack_slice(u);

	if (slice_chr(s, '\0') != SIZE_MAX) {
		u->bad = true;
		s = SLICE("");
	}
	return slice_dup(a, s);
}

uint32_t unpack_count(struct unpack *u, size_t min_item)
{
	uint32_t count = unpack_u32(u);

	if (count > (u->n - u->at) / (min_item ? min_item : 1)) {
		u->bad = true;
		return 0;
	}
	return count;
}

bool unpack_done(const struct unpack *u)
{
	return !u->bad && u->at == u->n;
}
