#include "base/digest.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <stdlib.h>

_Static_assert(SHA256_LEN == SHA256_DIGEST_SIZE, "digest length");

struct sha256_ctx *sha256_begin(void)
{
	struct sha256_ctx *c = mem_alloc(sizeof *c);

	sha256_init(c);
	return c;
}

void sha256_add(struct sha256_ctx *c, const void *p, size_t n)
{
	if (n)
		sha256_update(c, n, p);
}

struct sha256 sha256_end(struct sha256_ctx **cp)
{
	struct sha256 d;

	sha256_digest(*cp, sizeof d.b, d.b);
	free(*cp);
	*cp = NULL;
	return d;
}

struct sha256 sha256_of(const void *p, size_t n)
{
	struct sha256_ctx c;
	struct sha256 d;

	sha256_init(&c);
	sha256_add(&c, p, n);
	sha256_digest(&c, sizeof d.b, d.b);
	return d;
}

struct sha256 hmac_sha256(const void *key, size_t key_len, const void *p, size_t n)
{
	struct hmac_sha256_ctx c;
	struct sha256 d;

	hmac_sha256_set_key(&c, key_len, key_len ? key : (const void *)"");
	if (n)
		hmac_sha256_update(&c, n, p);
	hmac_sha256_digest(&c, sizeof d.b, d.b);
	return d;
}

bool digest_equal(const void *a, const void *b, size_t n)
{
	return memeql_sec(a, b, n) != 0;
}

void hex_encode(const void *p, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[b[i] >> 4];
		out[2 * i + 1] = digit[b[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(struct slice s, uint8_t *out, size_t out_len)
{
	if (s.n / 2 != out_len || s.n % 2)
		return false;
	for (size_t i = 0; i < out_len; i++) {
		int high = hex_value(s.p[2 * i]), low = hex_value(s.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void base32_encode(const void *p, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdefghjkmnpqrstvwxyz";
	const uint8_t *b = p;
	unsigned held = 0, bits = 0;

	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | b[i]) & 0xFFFF;
		for (bits += 8; bits >= 5; bits -= 5)
			*out++ = digit[held >> (bits - 5) & 31];
	}
	if (bits > 0)
		*out++ = digit[held << (5 - bits) & 31];
	*out = '\0';
}

int64_t hash64(struct slice s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32u : c)) * 0x100000001b3u;
	}
	return (int64_t)h;
}
