#include "io/sasl.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *sasl_base64(struct arena *a, struct slice s)
{
	char *out = arena_alloc(a, (s.n + 2) / 3 * 4 + 1), *at = out;

	for (size_t i = 0; i < s.n; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (uint8_t)s.p[i + k] : 0);
		*at++ = alphabet[v >> 18];
		*at++ = alphabet[v >> 12 & 63];
		*at++ = i + 1 < s.n ? alphabet[v >> 6 & 63] : '=';
		*at++ = i + 2 < s.n ? alphabet[v & 63] : '=';
	}
	return out;
}

char *sasl_plain(struct arena *a, const char *user, const char *password)
{
	size_t nu = strlen(user), np = strlen(password);
	char *raw = arena_alloc(a, nu + np + 2);

	memcpy(raw + 1, user, nu);
	memcpy(raw + nu + 2, password, np);
	return sasl_base64(a, (struct slice){raw, nu + np + 2});
}

char *sasl_xoauth2(struct arena *a, const char *user, const char *token)
{
	return sasl_base64(
		a, slice_of(arena_printf(a, "user=%s\001auth=Bearer %s\001\001", user, token)));
}
