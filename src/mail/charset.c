#include "mail/charset.h"

#include "base/text.h"
#include "mail/charset_set.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_MAX_LEN = 40,
	REPAIR_PART = 10, /* at most one damaged character in ten is repaired */
	PROBE = 4096,	  /* bytes looked at to tell UTF-16 */
};

static iconv_t converters[CHARSET_COUNT];
static uint32_t singles[CHARSET_COUNT][128]; /* code points of 0x80 to 0xFF */

/* The upper half of a charset of single bytes, asked from its converter once: from then on a
 * table lookup a byte. What has no meaning there has it in Windows-1252, or none. */
static void learn_single(size_t row, iconv_t cd)
{
	for (unsigned i = 0; i < 128; i++) {
		char in = (char)(0x80 + i), out[8];
		char *ip = &in, *op = out;
		size_t in_left = 1, out_left = sizeof out;
		uint32_t cp = 0xFFFD;

		iconv(cd, NULL, NULL, NULL, NULL);
		/* the second call: some hold a letter back that a mark may follow */
		if (iconv(cd, &ip, &in_left, &op, &out_left) != (size_t)-1 &&
		    iconv(cd, NULL, NULL, &op, &out_left) != (size_t)-1 && out_left < sizeof out)
			text_next((struct slice){out, sizeof out - out_left}, &cp);
		if (cp == 0xFFFD && row != CHARSET_1252)
			cp = singles[CHARSET_1252][i];
		singles[row][i] = cp;
	}
}

size_t charset_open_all(void)
{
	size_t open = 0;

	for (size_t i = 0; i < CHARSET_COUNT; i++) {
		const struct charset_row *r = &charset_table[i];

		if (converters[i] || !r->iconv)
			continue;
		converters[i] = iconv_open("UTF-8", r->iconv);
		if (converters[i] == (iconv_t)-1) {
			converters[i] = NULL;
			continue;
		}
		if (r->kind == CHARSET_SINGLE)
			learn_single(i, converters[i]);
		open++;
	}
	return open;
}

uint32_t charset_single(size_t row, unsigned char byte)
{
	if (!converters[CHARSET_1252])
		charset_open_all();
	return byte < 0x80 ? byte : singles[row][byte - 0x80];
}

/* Labels are compared without blanks, quotes, «_» and «-»: «UTF_8», "utf8", «iso 8859 1». */
static int row_of(const char *declared)
{
	char name[NAME_MAX_LEN];
	size_t n = 0;

	for (const char *c = declared ? declared : ""; *c && n + 1 < sizeof name; c++) {
		char k = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;

		if ((k >= 'a' && k <= 'z') || (k >= '0' && k <= '9') || k == '+' || k == ':')
			name[n++] = k;
	}
	name[n] = '\0';
	for (size_t i = 0; n && i < CHARSET_COUNT; i++) {
		struct slice labels = slice_of(charset_table[i].labels), label;

		while (slice_next(&labels, ' ', &label))
			if (slice_eq(label, (struct slice){name, n}))
				return (int)i;
	}
	return -1;
}

bool charset_known(const char *declared)
{
	return row_of(declared) >= 0;
}

/* --- conversions; each appends to out and returns the number of characters it could not read ---
 */

static size_t from_single(size_t row, struct slice s, struct sbuf *out)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;

		while (i < s.n && (unsigned char)s.p[i] < 0x80)
			i++;
		sbuf_put(out, s.p + from, i - from);
		for (; i < s.n && (unsigned char)s.p[i] >= 0x80; i++)
			text_put(out, charset_single(row, (unsigned char)s.p[i]));
	}
	return 0;
}

/* Valid UTF-8 as it is; a byte that is none is what it would be in Windows-1252. */
static size_t from_utf8(struct slice s, struct sbuf *out)
{
	size_t bad = 0, from = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t len = text_next(slice_sub(s, i, s.n), &cp);

		if (cp == 0xFFFD && len == 1) {
			sbuf_put(out, s.p + from, i - from);
			text_put(out, charset_single(CHARSET_1252, (unsigned char)s.p[i]));
			from = i + 1;
			bad++;
		}
		i += len;
	}
	sbuf_put(out, s.p + from, s.n - from);
	return bad;
}

static size_t from_iconv(size_t row, struct slice s, struct sbuf *out)
{
	iconv_t cd = converters[row];
	char buf[4096], *in = (char *)(uintptr_t)s.p;
	size_t left = s.n, bad = 0;

	if (!cd)
		return s.n + 1;
	iconv(cd, NULL, NULL, NULL, NULL);
	while (left > 0) {
		char *to = buf;
		size_t room = sizeof buf;
		size_t rc = iconv(cd, &in, &left, &to, &room);

		sbuf_put(out, buf, sizeof buf - room);
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		text_put(out, charset_single(CHARSET_1252, (unsigned char)*in));
		in++;
		left--;
		bad++;
		if (charset_table[row].kind == CHARSET_SHIFT)
			iconv(cd, NULL, NULL, NULL, NULL);
	}
	return bad;
}

/* ISO-2022-JP as mail has it: with the vendors' row 13 («①»), which glibc knows in EUC only. The
 * escapes that both have become EUC; false when there are others. */
static bool jis_to_euc(struct slice s, struct sbuf *euc)
{
	static const struct {
		const char *escape;
		char lead; /* before each character */
		bool high;
	} sets[] = {{"\x1B(B", 0, false}, {"\x1B(J", 0, false},	    {"\x1B$B", 0, true},
		    {"\x1B$@", 0, true},  {"\x1B(I", '\x8E', true}, {"\x1B$(D", '\x8F', true}};
	size_t set = 0, bytes = 0;

	for (size_t i = 0; i < s.n;) {
		size_t found = COUNT(sets);

		for (size_t k = 0; s.p[i] == '\x1B' && k < COUNT(sets); k++)
			if (slice_starts(slice_sub(s, i, s.n), slice_of(sets[k].escape)))
				found = k;
		if (found < COUNT(sets)) {
			set = found;
			bytes = 0;
			i += strlen(sets[set].escape);
			continue;
		}
		if (s.p[i] == '\x1B')
			return false;
		if (s.p[i] == '\n' || s.p[i] == '\r')
			set = 0;
		if (sets[set].lead && (sets[set].lead == '\x8E' || bytes++ % 2 == 0))
			sbuf_chr(euc, sets[set].lead);
		sbuf_chr(euc, sets[set].high ? (char)(s.p[i] | 0x80) : s.p[i]);
		i++;
	}
	return true;
}

static size_t from_jis(struct slice s, struct sbuf *out)
{
	struct sbuf euc = SBUF_INIT(2 * s.n + 16);
	size_t bad = jis_to_euc(s, &euc) ? from_iconv(CHARSET_EUCJP, sbuf_view(&euc), out)
					 : from_iconv(CHARSET_ISO2022JP, s, out);

	sbuf_free(&euc);
	return bad;
}

static size_t convert(size_t row, struct slice s, struct sbuf *out)
{
	if (row == CHARSET_ISO2022JP)
		return from_jis(s, out);
	switch (charset_table[row].kind) {
	case CHARSET_UTF8:
		return from_utf8(s, out);
	case CHARSET_SINGLE:
		return from_single(row, s, out);
	case CHARSET_DOUBLE:
	case CHARSET_SHIFT:
	case CHARSET_WIDE:
		return from_iconv(row, s, out);
	}
	return s.n;
}

/* --- the ladder --- */

static bool plain_ascii(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == '\0' || s.p[i] == '\x1B')
			return false;
	return true;
}

static size_t high_bytes(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (unsigned char)s.p[i] >= 0x80;
	return n;
}

/* UTF-16 by its mark or by where its zero bytes are; -1 when it is not. */
static int wide_row(struct slice s, bool declared)
{
	size_t zero[2] = {0, 0}, n = s.n < PROBE ? s.n : PROBE;

	if (slice_starts(s, SLICE("\xFF\xFE")))
		return CHARSET_UTF16LE;
	if (slice_starts(s, SLICE("\xFE\xFF")))
		return CHARSET_UTF16BE;
	for (size_t i = 0; i < n; i++)
		zero[i & 1] += s.p[i] == '\0';
	if (zero[1] > n / 5 && zero[1] > 4 * zero[0])
		return CHARSET_UTF16LE;
	if (zero[0] > n / 5 && zero[0] > 4 * zero[1])
		return CHARSET_UTF16BE;
	if (!declared || plain_ascii(slice_sub(s, 0, n)))
		return -1;
	return CHARSET_UTF16BE;
}

/* Try one charset; at most `allow` damaged characters. */
static bool try_row(size_t row, struct slice s, size_t allow, struct sbuf *out)
{
	sbuf_clear(out);
	return convert(row, s, out) <= allow;
}

static int declared_row(const char *declared, struct slice s)
{
	int row = row_of(declared);

	if (row >= 0 && charset_table[row].kind == CHARSET_WIDE)
		return wide_row(s, true);
	return row;
}

/* Valid UTF-8 under another label. A sequence that is so by chance is rarer than a wrong label of a
 * single-byte charset. Of one of double bytes some words are both, but hardly any with three bytes
 * a letter, and none where each stands alone among ASCII: «acción». */
static bool is_no_accident(enum charset_kind kind, struct slice s)
{
	bool alone = true;

	if (kind != CHARSET_DOUBLE)
		return kind == CHARSET_SINGLE;
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] >= 0xE0)
			return true;
		if ((unsigned char)s.p[i] < 0x80)
			continue;
		alone = alone && s.p[i] == '\xC3' &&
			(i + 2 >= s.n || (unsigned char)s.p[i + 2] < 0x80);
		i++;
	}
	return alone;
}

static enum charset_rung climb(const char *declared, struct slice s, struct sbuf *out)
{
	int row = declared_row(declared, s), found;
	size_t allow = high_bytes(s) / REPAIR_PART + 1;
	bool known = row >= 0 && charset_table[row].kind != CHARSET_UTF8;

	if (!known && (found = wide_row(s, false)) >= 0) {
		convert((size_t)found, s, out);
		return RUNG_DETECTED;
	}
	if (text_valid(s) && (!known || is_no_accident(charset_table[row].kind, s))) {
		if (!known && (found = charset_shift(s)) >= 0 && try_row((size_t)found, s, 0, out))
			return RUNG_DETECTED;
		sbuf_clear(out);
		sbuf_slice(out, s);
		return row >= 0 && !known ? RUNG_DECLARED : RUNG_UTF8;
	}
	if (known && try_row((size_t)row, s, 0, out))
		return RUNG_DECLARED;
	if (text_valid(s)) {
		sbuf_clear(out);
		sbuf_slice(out, s);
		return RUNG_UTF8;
	}
	if (known && try_row((size_t)row, s, allow, out))
		return RUNG_DECLARED;
	if (try_row(CHARSET_UTF_8, s, allow, out))
		return RUNG_UTF8;
	found = charset_detect(s);
	if (found >= 0 && try_row((size_t)found, s, allow, out))
		return RUNG_DETECTED;
	/* Windows-1252; what is UTF-8 in between stays: two texts that were pasted together */
	try_row(CHARSET_UTF_8, s, s.n, out);
	return RUNG_FALLBACK;
}

static struct slice without_nul(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\0')
			p[n++] = s.p[i];
	return (struct slice){p, n};
}

struct slice charset_to_utf8(struct arena *a, const char *declared, struct slice bytes,
			     enum charset_rung *rung)
{
	struct sbuf out = SBUF_INIT(4 * bytes.n + 16);
	enum charset_rung found = RUNG_DECLARED;
	struct slice s = bytes;
	int row;

	if (!converters[CHARSET_1252])
		charset_open_all();
	if (slice_starts(s, SLICE("\xEF\xBB\xBF")))
		s = slice_sub(s, 3, s.n);
	row = row_of(declared);
	if (plain_ascii(s) && (row < 0 || charset_table[row].kind != CHARSET_SHIFT)) {
		if (rung)
			*rung = RUNG_DECLARED;
		return s;
	}
	found = climb(declared, s, &out);
	if (rung)
		*rung = found;
	s = sbuf_view(&out);
	if (slice_starts(s, SLICE("\xEF\xBB\xBF"))) /* the mark of UTF-16 */
		s = slice_sub(s, 3, s.n);
	s = without_nul(a, s);
	sbuf_free(&out);
	return s;
}
