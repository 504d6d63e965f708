/* digest: SHA-256, HMAC and the text forms of bytes. Nettle (what GnuTLS itself uses) underneath:
 * the parser maps no TLS. */
#pragma once

#include "base/str.h"

#include <stdint.h>

enum { SHA256_LEN = 32, SHA256_HEX = 65 };

struct sha256 {
	uint8_t b[SHA256_LEN];
};

struct sha256 sha256_of(const void *p, size_t n);

struct sha256_ctx; /* incremental */
struct sha256_ctx *sha256_begin(void);
void sha256_add(struct sha256_ctx *c, const void *p, size_t n);
struct sha256 sha256_end(struct sha256_ctx **cp); /* frees it */

struct sha256 hmac_sha256(const void *key, size_t key_len, const void *p, size_t n);

/* Constant time for equal lengths. */
bool digest_equal(const void *a, const void *b, size_t n);

void hex_encode(const void *p, size_t n, char *out); /* out holds 2n + 1 */
bool hex_decode(struct slice s, uint8_t *out, size_t out_len);

/* Lower-case base32 without padding, alphabet 0-9a-z without i, l, o, u (read aloud without
 * mistakes): out holds ceil(8n/5) + 1. */
void base32_encode(const void *p, size_t n, char *out);

/* 64-bit FNV-1a of ASCII-lower-cased bytes: the index key of a Message-ID. */
int64_t hash64(struct slice s);
