#include "mail/encoding.h"

#include <stdint.h>
#include <string.h>

enum {
	LINE_CHARS = 76,
	B64_LINE_BYTES = 57,
	ALIEN_PART = 6,	 /* one character in so many that is no base64: it is text … */
	ALIEN_LEAST = 8, /* … in a line that is not too short to tell */
};

static const char B64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { SKIP = 64, PAD = 65 };

static uint8_t b64_value[256];

__attribute__((constructor)) static void make_table(void)
{
	for (int i = 0; i < 256; i++)
		b64_value[i] = SKIP;
	for (uint8_t i = 0; i < 64; i++)
		b64_value[(unsigned char)B64[i]] = i;
	b64_value['-'] = 62; /* the URL alphabet, which some programs put into mail */
	b64_value['_'] = 63;
	b64_value['='] = PAD;
}

/* Decoded output is collected in blocks: sbuf_put for each byte would be the hot spot. */
struct block {
	struct sbuf *out;
	size_t n;
	char b[4096];
};

static void flush(struct block *k)
{
	sbuf_put(k->out, k->b, k->n);
	k->n = 0;
}

static void put(struct block *k, unsigned c)
{
	if (k->n == sizeof k->b)
		flush(k);
	k->b[k->n++] = (char)(c & 0xFF);
}

static size_t line_end(struct slice s, size_t i)
{
	const char *end = memchr(s.p + i, '\n', s.n - i);

	return end ? (size_t)(end - s.p) : s.n;
}

/* Groups of four characters as long as nothing else is between them: nearly all of any code.
 * Returns where they end. */
static size_t whole_groups(struct block *k, struct slice s, size_t i)
{
	while (i + 4 <= s.n) {
		const unsigned char *p = (const unsigned char *)s.p + i;
		unsigned a = b64_value[p[0]], b = b64_value[p[1]], c = b64_value[p[2]],
			 d = b64_value[p[3]];

		if ((a | b | c | d) > 63)
			break;
		if (k->n + 3 > sizeof k->b)
			flush(k);
		k->b[k->n++] = (char)(a << 2 | b >> 4);
		k->b[k->n++] = (char)((b & 15) << 4 | c >> 2);
		k->b[k->n++] = (char)((c & 3) << 6 | d);
		i += 4;
	}
	return i;
}

/* Is the first line with something on it code? Some programs say base64 and send the text itself:
 * words with blanks between, letters of other alphabets. */
static bool base64_looks(struct slice s)
{
	struct slice line = {"", 0};
	size_t code = 0;

	while (line.n == 0 && slice_line(&s, &line))
		line = slice_trim(line);
	for (size_t i = 0; i < line.n; i++)
		code += b64_value[(unsigned char)line.p[i]] != SKIP;
	return line.n < ALIEN_LEAST || (line.n - code) * ALIEN_PART < line.n;
}

/* What is no code is skipped. Padding ends the code; a new one may begin on the next line (several
 * base64 texts one after the other are common), what follows in the same line is not meant. */
static void base64_decode(struct sbuf *out, struct slice s)
{
	struct block k = {.out = out, .n = 0};
	uint32_t acc = 0;
	unsigned have = 0;

	if (!base64_looks(s)) {
		sbuf_slice(out, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		uint8_t v;

		if (have == 0)
			i = whole_groups(&k, s, i);
		if (i == s.n)
			break;
		v = b64_value[(unsigned char)s.p[i]];
		if (v == SKIP)
			continue;
		if (v == PAD) {
			acc = 0;
			have = 0;
			i = line_end(s, i);
			continue;
		}
		acc = (acc << 6) | v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			put(&k, acc >> have);
		}
	}
	flush(&k);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of a soft line break at s.p[i] («=», blanks, line end, or «=» at the very end); 0 when it
 * is none. */
static size_t soft_break(struct slice s, size_t i)
{
	size_t j = i + 1;

	while (j < s.n && j - i < LINE_CHARS && (s.p[j] == ' ' || s.p[j] == '\t'))
		j++;
	if (j == s.n)
		return j - i;
	if (s.p[j] == '\n')
		return j + 1 - i;
	if (s.p[j] == '\r')
		return j + 1 - i + (j + 1 < s.n && s.p[j + 1] == '\n');
	return 0;
}

static void qp_decode(struct sbuf *out, struct slice s)
{
	struct block k = {.out = out, .n = 0};

	for (size_t i = 0; i < s.n; i++) {
		size_t skip;

		if (s.p[i] != '=') {
			put(&k, (unsigned char)s.p[i]);
		} else if (i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			put(&k, (unsigned)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])));
			i += 2;
		} else if ((skip = soft_break(s, i)) != 0) {
			i += skip - 1;
		} else {
			put(&k, '=');
		}
	}
	flush(&k);
}

static void uu_line(struct block *k, struct slice line)
{
	size_t len = (size_t)((line.p[0] - ' ') & 0x3F), at = 1;

	/* trailing blanks may have been eaten: they are 0; but a length without code is no data */
	for (size_t done = 0; done < len && at < line.n + 4; done += 3, at += 4) {
		uint32_t q = 0;

		for (size_t j = 0; j < 4; j++)
			q = (q << 6) |
			    (at + j < line.n ? (uint32_t)((line.p[at + j] - ' ') & 0x3F) : 0);
		for (size_t j = 0; j < 3 && done + j < len; j++)
			put(k, q >> (16 - 8 * j));
	}
}

static bool uu_data(struct slice line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	return line.n > 0;
}

/* Lines of code; «begin 644 name» before and «end» after are skipped. */
static void uu_decode(struct sbuf *out, struct slice s)
{
	struct block k = {.out = out, .n = 0};
	struct slice line;

	while (slice_line(&s, &line)) {
		if (slice_starts(line, SLICE("begin ")))
			continue;
		if (slice_eq(slice_trim(line), SLICE("end")))
			break;
		if (uu_data(line))
			uu_line(&k, line);
	}
	flush(&k);
}

static const struct {
	const char *name;
	void (*decode)(struct sbuf *, struct slice);
} decoders[] = {
	{"base64", base64_decode}, {"quoted-printable", qp_decode},
	{"x-uuencode", uu_decode}, {"uuencode", uu_decode},
	{"x-uue", uu_decode},
};

void encoding_decode(struct sbuf *out, const char *encoding, struct slice bytes)
{
	for (size_t i = 0; i < COUNT(decoders); i++) {
		if (slice_ieqs(slice_of(encoding), decoders[i].name)) {
			decoders[i].decode(out, bytes);
			return;
		}
	}
	sbuf_slice(out, bytes);
}

void encoding_base64(struct sbuf *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.n; i += B64_LINE_BYTES) {
		struct slice part = slice_sub(bytes, i, B64_LINE_BYTES);
		char line[LINE_CHARS + 2];
		size_t n = 0;

		for (size_t j = 0; j < part.n; j += 3) {
			size_t left = part.n - j;
			uint32_t q = (uint32_t)(unsigned char)part.p[j] << 16;

			if (left > 1)
				q |= (uint32_t)(unsigned char)part.p[j + 1] << 8;
			if (left > 2)
				q |= (unsigned char)part.p[j + 2];
			line[n++] = B64[q >> 18];
			line[n++] = B64[(q >> 12) & 63];
			line[n++] = left > 1 ? B64[(q >> 6) & 63] : '=';
			line[n++] = left > 2 ? B64[q & 63] : '=';
		}
		line[n++] = '\r';
		line[n++] = '\n';
		sbuf_put(out, line, n);
	}
}

/* «From » and a lone dot at a line's start are coded too: mailbox files and careless relays. */
static bool qp_literal(struct slice line, size_t i)
{
	unsigned char c = (unsigned char)line.p[i];

	if (c == '\t' || c == ' ')
		return i + 1 < line.n;
	if (i == 0 && (c == '.' || (c == 'F' && slice_starts(line, SLICE("From ")))))
		return false;
	return c > ' ' && c < 127 && c != '=';
}

void encoding_qp(struct sbuf *out, struct slice text)
{
	struct slice line;

	while (slice_line(&text, &line)) {
		size_t column = 0;

		for (size_t i = 0; i < line.n; i++) {
			bool literal = qp_literal(line, i);
			size_t width = literal ? 1 : 3;

			/* the last character of a line needs no room for «=» */
			if (column + width > LINE_CHARS - (size_t)(i + 1 < line.n)) {
				sbuf_cstr(out, "=\r\n");
				column = 0;
			}
			if (literal)
				sbuf_chr(out, line.p[i]);
			else
				sbuf_printf(out, "=%02X", (unsigned)(unsigned char)line.p[i]);
			column += width;
		}
		sbuf_cstr(out, "\r\n");
	}
}
