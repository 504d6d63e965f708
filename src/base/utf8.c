#include "base/text.h"

#include <string.h>

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

size_t text_next(struct slice s, uint32_t *cp)
{
	utf8proc_int32_t got;
	utf8proc_ssize_t len;

	if (s.n == 0) {
		*cp = 0;
		return 0;
	}
	if ((unsigned char)s.p[0] < 0x80) {
		*cp = (unsigned char)s.p[0];
		return 1;
	}
	/* No character is longer than four bytes; the length is signed there. */
	len = utf8proc_iterate((const utf8proc_uint8_t *)s.p, s.n < 4 ? (utf8proc_ssize_t)s.n : 4,
			       &got);
	if (len <= 0) {
		*cp = REPLACEMENT;
		return 1;
	}
	*cp = (uint32_t)got;
	return (size_t)len;
}

bool text_valid(struct slice s)
{
	uint32_t cp;

	for (size_t len; s.n > 0; s = slice_sub(s, len, s.n)) {
		for (len = 0; len < s.n && (unsigned char)s.p[len] < 0x80;)
			len++;
		if (len > 0)
			continue;
		len = text_next(s, &cp);
		if (len == 1 && cp == REPLACEMENT)
			return false;
	}
	return true;
}

struct slice text_cut(struct slice s, size_t max)
{
	size_t n = max;

	if (s.n <= max)
		return s;
	while (n > 0 && max - n < 3 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	if (((unsigned char)s.p[n] & 0xC0) == 0x80)
		n = max; /* no UTF-8 here: there is no boundary to keep */
	return slice_sub(s, 0, n);
}

void text_copy(char *dst, size_t cap, const char *src)
{
	struct slice s = text_cut(slice_of(src), cap - 1);

	if (s.n)
		memcpy(dst, s.p, s.n);
	dst[s.n] = '\0';
}

void text_put(struct sbuf *b, uint32_t cp)
{
	utf8proc_uint8_t raw[4];
	utf8proc_ssize_t len;

	if (!utf8proc_codepoint_valid((utf8proc_int32_t)cp))
		cp = REPLACEMENT;
	len = utf8proc_encode_char((utf8proc_int32_t)cp, raw);
	sbuf_put(b, raw, (size_t)len);
}
