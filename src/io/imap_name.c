#include "base/text.h"
#include "io/imap.h"

#include <string.h>

enum { NAME_MAX_BYTES = 1000 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Bits of UTF-16 that wait for a whole base64 digit. */
struct shift {
	bool on;
	uint32_t bits;
	int n;
};

static void shift_out(struct sbuf *b, struct shift *s)
{
	if (!s->on)
		return;
	if (s->n > 0)
		sbuf_chr(b, alphabet[s->bits << (6 - s->n) & 63]);
	sbuf_chr(b, '-');
	*s = (struct shift){0};
}

static void shift_unit(struct sbuf *b, struct shift *s, uint32_t unit)
{
	if (!s->on)
		sbuf_chr(b, '&');
	s->on = true;
	s->bits = s->bits << 16 | unit;
	for (s->n += 16; s->n >= 6; s->n -= 6)
		sbuf_chr(b, alphabet[s->bits >> (s->n - 6) & 63]);
	s->bits &= (1U << s->n) - 1;
}

static void put_wide(struct sbuf *b, struct shift *s, uint32_t cp)
{
	if (cp < 0x10000) {
		shift_unit(b, s, cp);
		return;
	}
	cp -= 0x10000;
	shift_unit(b, s, 0xD800 + (cp >> 10));
	shift_unit(b, s, 0xDC00 + (cp & 0x3FF));
}

bool imap_folder_name(struct arena *a, const char *utf8, char **out)
{
	struct slice s = slice_of(utf8);
	struct sbuf b = SBUF_INIT(NAME_MAX_BYTES);
	struct shift shift = {0};
	uint32_t cp;
	bool ok = s.n > 0 && text_valid(s);

	for (size_t len; ok && (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n)) {
		ok = cp >= 0x20 && cp != 0x7F;
		if (cp >= 0x80) {
			put_wide(&b, &shift, cp);
			continue;
		}
		shift_out(&b, &shift);
		sbuf_chr(&b, (char)cp);
		if (cp == '&')
			sbuf_chr(&b, '-');
	}
	shift_out(&b, &shift);
	ok = ok && !b.over;
	if (ok)
		*out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return ok;
}
