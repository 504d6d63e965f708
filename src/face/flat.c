#include "face/flat.h"

#include "base/digest.h"
#include "base/text.h"

#include <string.h>

enum { FLAT_TEXT_MAX = 1024 * 1024 };

static void skip_blanks(struct slice *s)
{
	while (s->n > 0 && strchr(" \t\r\n", s->p[0]) && s->p[0])
		*s = slice_sub(*s, 1, s->n);
}

static bool take(struct slice *s, char c)
{
	skip_blanks(s);
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = slice_sub(*s, 1, s->n);
	return true;
}

static bool hex4(struct slice s, uint32_t *out)
{
	uint8_t b[2];

	if (s.n < 4 || !hex_decode(slice_sub(s, 0, 4), b, sizeof b))
		return false;
	*out = (uint32_t)b[0] << 8 | b[1];
	return true;
}

/* Behind «\u»; a pair of surrogates is one character. */
static bool read_unicode(struct slice *s, struct sbuf *out)
{
	uint32_t high, low;

	if (!hex4(*s, &high))
		return false;
	*s = slice_sub(*s, 4, s->n);
	if (high >= 0xD800 && high < 0xDC00 && slice_starts(*s, SLICE("\\u")) &&
	    hex4(slice_sub(*s, 2, s->n), &low) && low >= 0xDC00 && low < 0xE000) {
		*s = slice_sub(*s, 6, s->n);
		high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	}
	text_put(out, high ? high : 0xFFFD);
	return true;
}

static bool read_escape(struct slice *s, struct sbuf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c;

	if (s->n == 0)
		return false;
	c = s->p[0];
	*s = slice_sub(*s, 1, s->n);
	if (c == 'u')
		return read_unicode(s, out);
	at = c ? strchr(from, c) : NULL;
	if (!at)
		return false;
	sbuf_chr(out, to[at - from]);
	return true;
}

static bool read_string(struct flat *f, const char **out)
{
	struct sbuf b = SBUF_INIT(FLAT_TEXT_MAX);
	bool ok = take(&f->rest, '"'), done = false;

	while (ok && !done && f->rest.n > 0) {
		char c = f->rest.p[0];

		f->rest = slice_sub(f->rest, 1, f->rest.n);
		if (c == '"')
			done = true;
		else if (c == '\\')
			ok = read_escape(&f->rest, &b);
		else
			sbuf_chr(&b, c);
	}
	*out = arena_strn(f->a, b.p ? b.p : "", b.n);
	sbuf_free(&b);
	return ok && done;
}

static bool read_number(struct flat *f, struct flat_pair *out)
{
	struct slice s = f->rest;
	bool minus = take(&s, '-');
	size_t n = 0;
	uint64_t v;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	if (!slice_u64(slice_sub(s, 0, n), &v) || v > INT64_MAX)
		return false;
	out->number = true;
	out->num = minus ? -(int64_t)v : (int64_t)v;
	out->text = slice_dup(f->a, slice_sub(f->rest, 0, (size_t)(s.p + n - f->rest.p)));
	f->rest = slice_sub(s, n, s.n);
	return true;
}

struct flat flat_of(struct arena *a, const char *json)
{
	struct flat f = {a, slice_of(json)};

	if (!take(&f.rest, '{'))
		f.rest.n = 0;
	return f;
}

bool flat_next(struct flat *f, struct flat_pair *out)
{
	*out = (struct flat_pair){.text = ""};
	take(&f->rest, ',');
	if (!read_string(f, &out->key) || !take(&f->rest, ':'))
		return false;
	skip_blanks(&f->rest);
	if (f->rest.n > 0 && f->rest.p[0] == '"')
		return read_string(f, &out->text);
	return read_number(f, out);
}
