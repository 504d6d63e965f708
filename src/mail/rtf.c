#include "mail/rtf.h"

#include "base/text.h"
#include "mail/charset.h"
#include "mail/rtf_words.h"

#include <stdio.h>

enum {
	WORD_MAX = 32,	 /* by the format */
	NUMBER_MAX = 10, /* digits */
	FONTS_MAX = 256,
	BYTES_MAX = 64 * 1024, /* of one run in one charset; a longer one is parted */
	UNICODE_SKIP_MAX = 16,
};

struct group {
	bool skipped;
	bool tag;    /* «\*\htmltag»: HTML as it was */
	bool hidden; /* «\htmlrtf»: for those who read RTF only */
	bool fonts;  /* the font table */
	unsigned uc; /* characters after «\u» that say the same */
	unsigned charset;
};

struct reader {
	struct slice s;
	size_t at;
	struct arena *a;
	struct sbuf out, bytes; /* bytes: of a legacy charset, not yet in out */
	bool high_bytes;	/* some of them are no ASCII */
	struct group stack[RTF_DEPTH_MAX];
	size_t depth, below; /* below: open groups past the last of the stack */
	unsigned charset, fonts[FONTS_MAX], font;
	uint32_t high; /* the first half of a pair of UTF-16 */
	unsigned skip; /* characters to leave out after «\u» */
	bool star;     /* «\*» was read: the word that follows names what may be left out */
	bool html;
};

static struct group *now(struct reader *r)
{
	return &r->stack[r->depth];
}

/* --- output --- */

static void flush(struct reader *r)
{
	char name[16];

	if (r->bytes.n == 0)
		return;
	if (!r->high_bytes) {
		sbuf_slice(&r->out, sbuf_view(&r->bytes));
		sbuf_clear(&r->bytes);
		return;
	}
	r->high_bytes = false;
	snprintf(name, sizeof name, "cp%u", now(r)->charset);
	sbuf_slice(&r->out, charset_to_utf8(r->a, name, sbuf_view(&r->bytes), NULL));
	sbuf_clear(&r->bytes);
}

static bool shown(struct reader *r)
{
	const struct group *g = now(r);

	return !g->skipped && !g->fonts && (!r->html || g->tag || !g->hidden);
}

/* One character of the text. */
static void put_byte(struct reader *r, char c)
{
	if (r->skip > 0) {
		r->skip--;
		return;
	}
	if (!shown(r))
		return;
	if (r->bytes.n == BYTES_MAX)
		flush(r);
	sbuf_chr(&r->bytes, c);
	r->high_bytes = r->high_bytes || (unsigned char)c >= 0x80;
}

static void put_text(struct reader *r, const char *s)
{
	if (r->skip > 0) {
		r->skip--;
		return;
	}
	if (!shown(r))
		return;
	flush(r);
	sbuf_cstr(&r->out, s);
}

/* A unit of UTF-16 as a number that may be negative. */
static void put_unicode(struct reader *r, int n)
{
	uint32_t cp = (uint32_t)n & 0xFFFF;

	r->skip = now(r)->uc;
	if (!shown(r))
		return;
	flush(r);
	if (cp >= 0xD800 && cp < 0xDC00) {
		r->high = cp;
		return;
	}
	if (r->high && cp >= 0xDC00 && cp < 0xE000)
		cp = 0x10000 + ((r->high - 0xD800) << 10) + (cp - 0xDC00);
	r->high = 0;
	text_put(&r->out, cp);
}

/* --- groups --- */

static void open_group(struct reader *r)
{
	flush(r);
	r->skip = 0;
	r->star = false;
	if (r->depth + 1 == RTF_DEPTH_MAX) {
		r->below++;
		return;
	}
	r->stack[r->depth + 1] = r->stack[r->depth];
	r->depth++;
}

static void close_group(struct reader *r)
{
	flush(r);
	r->skip = 0;
	r->star = false;
	if (r->below > 0)
		r->below--;
	else if (r->depth > 0)
		r->depth--;
}

/* --- words --- */

static void set_font(struct reader *r, int n)
{
	struct group *g = now(r);

	r->font = n >= 0 && n < FONTS_MAX ? (unsigned)n : FONTS_MAX - 1;
	if (g->fonts)
		return;
	flush(r);
	g->charset = r->fonts[r->font] ? r->fonts[r->font] : r->charset;
}

static void set_charset(struct reader *r, int page)
{
	flush(r);
	r->charset = page > 0 ? (unsigned)page : 1252;
	now(r)->charset = r->charset;
}

static void act(struct reader *r, const struct rtf_word *w, int n)
{
	struct group *g = now(r);

	switch (w->kind) {
	case RTF_TEXT:
		put_text(r, w->text);
		break;
	case RTF_SKIP:
		g->skipped = true;
		break;
	case RTF_TAG:
		g->tag = r->star;
		g->skipped = g->skipped || !r->html;
		break;
	case RTF_FROM_HTML:
		r->html = true;
		break;
	case RTF_HIDE:
		flush(r);
		g->hidden = n != 0;
		break;
	case RTF_FONTS:
		g->fonts = true;
		break;
	case RTF_FONT:
		set_font(r, n);
		break;
	case RTF_FONT_CHARSET:
		if (g->fonts)
			r->fonts[r->font] = rtf_font_charset(n);
		break;
	case RTF_CHARSET:
		set_charset(r, n);
		break;
	case RTF_UNICODE:
		put_unicode(r, n);
		break;
	case RTF_UNICODE_SKIP:
		g->uc = n >= 0 && n <= UNICODE_SKIP_MAX ? (unsigned)n : 1;
		break;
	case RTF_BINARY:
		r->at += n > 0 && (size_t)n < r->s.n - r->at ? (size_t)n : 0;
		break;
	}
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A word and its number, 1 where there is none; the blank after it belongs to it. */
static void read_word(struct reader *r)
{
	char word[WORD_MAX + 1];
	size_t n = 0, digits = 0;
	int value = 0, sign = 1;
	const struct rtf_word *w;

	for (; r->at < r->s.n && letter(r->s.p[r->at]); r->at++)
		if (n < WORD_MAX)
			word[n++] = r->s.p[r->at];
	word[n] = '\0';
	if (r->at + 1 < r->s.n && r->s.p[r->at] == '-' && digit(r->s.p[r->at + 1])) {
		sign = -1;
		r->at++;
	}
	for (; r->at < r->s.n && digit(r->s.p[r->at]); r->at++)
		if (digits++ < NUMBER_MAX - 1)
			value = value * 10 + (r->s.p[r->at] - '0');
	if (r->at < r->s.n && r->s.p[r->at] == ' ')
		r->at++;
	w = rtf_word_find(word);
	if (w)
		act(r, w, digits ? sign * value : 1);
	else if (r->star)
		now(r)->skipped = true;
	r->star = false;
}

static int hex(char c)
{
	if (digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* «\'f1», «\~», «\{», «\*» … */
static void read_symbol(struct reader *r)
{
	char c = r->s.p[r->at++];

	if (c == '\'' && r->at + 2 <= r->s.n) {
		int high = hex(r->s.p[r->at]), low = hex(r->s.p[r->at + 1]);

		r->at += 2;
		if (high >= 0 && low >= 0)
			put_byte(r, (char)(high << 4 | low));
	} else if (c == '*') {
		r->star = true;
	} else if (c == '~') {
		put_text(r, "\xC2\xA0");
	} else if (c == '_') {
		put_text(r, "-");
	} else if (c == '\n' || c == '\r') {
		put_text(r, "\n");
	} else if (c == '{' || c == '}' || c == '\\') {
		put_byte(r, c);
	}
}

static void read_all(struct reader *r)
{
	while (r->at < r->s.n && !r->out.over) {
		char c = r->s.p[r->at++];

		if (c == '{')
			open_group(r);
		else if (c == '}')
			close_group(r);
		else if (c != '\\')
			(c == '\n' || c == '\r' || c == '\0') ? (void)0 : put_byte(r, c);
		else if (r->at < r->s.n && letter(r->s.p[r->at]))
			read_word(r);
		else if (r->at < r->s.n)
			read_symbol(r);
	}
	flush(r);
}

bool rtf_read(struct arena *a, struct slice bytes, struct rtf *out)
{
	struct reader *r;

	if (!slice_starts(bytes, SLICE("{\\rtf")))
		return false;
	r = arena_alloc(a, sizeof *r);
	*r = (struct reader){.s = bytes, .a = a, .charset = 1252};
	r->out = SBUF_INIT(RTF_TEXT_MAX);
	r->bytes = SBUF_INIT(BYTES_MAX);
	*now(r) = (struct group){.uc = 1, .charset = r->charset};
	read_all(r);
	*out = (struct rtf){.is_html = r->html, .limited = r->out.over};
	out->text = (struct slice){arena_copy(a, r->out.p ? r->out.p : "", r->out.n), r->out.n};
	sbuf_free(&r->out);
	sbuf_free(&r->bytes);
	return true;
}
