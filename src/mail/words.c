#include "mail/words.h"

#include "base/text.h"
#include "mail/charset.h"
#include "mail/encoding.h"

enum { CHARSET_NAME_MAX = 60, WORD_MAX = 64 * 1024, FILENAME_MAX_BYTES = 255, EXTENSION_MAX = 16 };

/* One encoded word: =?charset*lang?B?text?= */
struct word {
	struct slice charset;
	char coding; /* 'b' or 'q' */
	struct slice text;
	size_t len; /* in the header, delimiters included */
};

static bool wide_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct slice s, size_t i)
{
	while (i < s.n && wide_blank(s.p[i]))
		i++;
	return i;
}

static bool charset_char(char c)
{
	return c > ' ' && c < 127 && c != '?' && c != '=' && c != '"' && c != '<' && c != '>';
}

static bool hex_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/* «¿Qué?=20Hola?=»: a question mark that should have been coded, before a code. */
static bool question_mark(struct slice s, size_t i)
{
	if (i + 3 >= s.n || !hex_digit(s.p[i + 2]) || !hex_digit(s.p[i + 3]))
		return false;
	for (i += 4; i + 1 < s.n && !wide_blank(s.p[i]); i++)
		if (s.p[i] == '?' && s.p[i + 1] == '=')
			return true;
	return false;
}

/* Where the text of a word ends. «?=» may be lost at the end of a header, and Q text may hold «?»
 * and blanks although it must not. SIZE_MAX: no word. */
static size_t text_end(struct slice s, char coding, bool *closed)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '?' && i + 1 < s.n && s.p[i + 1] == '=' &&
		    !(coding == 'q' && question_mark(s, i))) {
			*closed = true;
			return i;
		}
		if (s.p[i] == '=' && i + 2 < s.n && s.p[i + 1] == '?' && s.p[i + 2] != '=' && i > 0)
			return SIZE_MAX; /* another word opens inside */
		if (coding == 'b' && !wide_blank(s.p[i]) && s.p[i] == '?')
			return SIZE_MAX;
	}
	*closed = false;
	return s.n;
}

static bool read_word(struct slice s, struct word *w)
{
	size_t i = 2, end, star;
	bool closed;

	while (i < s.n && i < CHARSET_NAME_MAX && charset_char(s.p[i]))
		i++;
	if (i + 2 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?')
		return false;
	w->charset = slice_sub(s, 2, i - 2);
	star = slice_chr(w->charset, '*');
	w->charset = slice_sub(w->charset, 0, star);
	w->coding = (char)(s.p[i + 1] | 0x20);
	if (w->coding != 'b' && w->coding != 'q')
		return false;
	i += 3;
	end = text_end(slice_sub(s, i, s.n), w->coding, &closed);
	if (end == SIZE_MAX || end > WORD_MAX)
		return false;
	w->text = slice_sub(s, i, end);
	/* a word that nothing closes: believed only when it is the rest, without blanks */
	if (!closed)
		for (size_t j = 0; j < w->text.n; j++)
			if (wide_blank(w->text.p[j]))
				return false;
	w->len = i + end + (closed ? 2 : 0);
	return true;
}

static void put_q(struct sbuf *b, struct slice text)
{
	struct sbuf spaced = SBUF_INIT(WORD_MAX);

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\r' || text.p[i] == '\n')
			continue;
		sbuf_chr(&spaced, text.p[i] == '_' ? ' ' : text.p[i]);
	}
	/* a trailing «=» is a cut code, not a soft line break: nothing readable is in it */
	encoding_decode(b, "quoted-printable", sbuf_view(&spaced));
	sbuf_free(&spaced);
}

/* Words of one charset that follow each other are joined before they are decoded: many programs
 * cut in the middle of a character, or of a base64 group. */
struct run {
	struct slice charset;
	struct sbuf code;  /* base64 text not decoded yet */
	struct sbuf bytes; /* in charset */
	bool open;
};

static void run_code(struct run *r)
{
	encoding_decode(&r->bytes, "base64", sbuf_view(&r->code));
	sbuf_clear(&r->code);
}

static void run_close(struct arena *a, struct run *r, struct sbuf *out)
{
	struct slice text;

	if (!r->open)
		return;
	run_code(r);
	text = charset_to_utf8(a, slice_dup(a, r->charset), sbuf_view(&r->bytes), NULL);
	sbuf_slice(out, text);
	sbuf_clear(&r->bytes);
	r->open = false;
}

static void run_add(struct arena *a, struct run *r, const struct word *w, struct sbuf *out)
{
	if (r->open && !slice_ieq(r->charset, w->charset))
		run_close(a, r, out);
	r->open = true;
	r->charset = w->charset;
	if (w->coding == 'b') {
		sbuf_slice(&r->code, w->text);
		sbuf_chr(&r->code, '\n'); /* code after padding begins on a new line */
		return;
	}
	run_code(r);
	put_q(&r->bytes, w->text);
}

/* Text between words, in whatever charset the sender's program thought of. */
static void put_raw(struct arena *a, struct sbuf *out, struct slice s)
{
	sbuf_slice(out, charset_to_utf8(a, NULL, s, NULL));
}

static void decode(struct arena *a, struct slice v, struct sbuf *out)
{
	struct run run = {.code = SBUF_INIT(WORD_MAX), .bytes = SBUF_INIT(WORD_MAX)};
	size_t raw_from = 0;

	for (size_t i = 0; i + 1 < v.n;) {
		struct word w;

		if (v.p[i] != '=' || v.p[i + 1] != '?' || !read_word(slice_sub(v, i, v.n), &w)) {
			i++;
			continue;
		}
		if (skip_blanks(v, raw_from) < i || !run.open) { /* blanks between words vanish */
			run_close(a, &run, out);
			put_raw(a, out, slice_sub(v, raw_from, i - raw_from));
		}
		run_add(a, &run, &w, out);
		i += w.len;
		raw_from = i;
	}
	run_close(a, &run, out);
	put_raw(a, out, slice_sub(v, raw_from, v.n));
	sbuf_free(&run.code);
	sbuf_free(&run.bytes);
}

static char *decode_line(struct arena *a, struct slice value)
{
	struct sbuf out = SBUF_INIT((size_t)4 * WORD_MAX);
	char *line;

	value = slice_trim(slice_sub(value, 0, WORD_MAX));
	if (slice_find(value, SLICE("=?")) == SIZE_MAX) {
		line = text_line(a, charset_to_utf8(a, NULL, value, NULL));
	} else {
		decode(a, value, &out);
		line = text_line(a, sbuf_view(&out));
		sbuf_free(&out);
	}
	return line;
}

char *words_decode(struct arena *a, struct slice value)
{
	return text_nfc(a, slice_of(decode_line(a, value)));
}

/* Names of files stay as they were composed: a Mac's stays a Mac's. */

char *words_param(struct arena *a, struct slice value, const char *charset)
{
	if (str_empty(charset))
		return decode_line(a, value);
	char *line = text_line(a, charset_to_utf8(a, charset, value, NULL));
	return slice_starts(slice_of(line), SLICE("=?")) ? decode_line(a, slice_of(line)) : line;
}

/* --- names for files --- */

static bool device_name(struct slice stem)
{
	static const char *const names[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_ieqs(stem, names[i]))
			return true;
	return stem.n == 4 && (slice_istarts(stem, "com") || slice_istarts(stem, "lpt")) &&
	       stem.p[3] >= '0' && stem.p[3] <= '9';
}

static struct slice base_name(struct slice s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
			return slice_sub(s, i, s.n);
	return s;
}

/* Cut the middle, keep the extension: it tells people and programs what the file is. */
static char *shorten(struct arena *a, struct slice s)
{
	size_t dot = s.n;
	struct slice ext = {"", 0}, stem = s;

	while (dot > 0 && s.n - dot <= EXTENSION_MAX && s.p[dot - 1] != '.')
		dot--;
	if (dot > 1 && s.n - dot <= EXTENSION_MAX) {
		ext = slice_sub(s, dot - 1, s.n);
		stem = slice_sub(s, 0, dot - 1);
	}
	stem = text_cut(stem, FILENAME_MAX_BYTES - ext.n);
	return arena_printf(a, "%.*s%.*s", (int)stem.n, stem.p, (int)ext.n, ext.p);
}

/* Dots and blanks at the ends: hidden files, «..», and what Windows drops. */
static struct slice trim_dots(struct slice s)
{
	while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
		s.n--;
	while (s.n && (s.p[0] == '.' || s.p[0] == ' '))
		s = slice_sub(s, 1, s.n);
	return s;
}

char *words_filename(struct arena *a, const char *name, const char *fallback)
{
	struct slice s = slice_of(text_line(a, slice_of(name)));
	struct slice base = trim_dots(base_name(slice_trim(s)));
	char *out;

	if (base.n == 0 && s.n) /* «dir/» */
		base = trim_dots(base_name(slice_sub(s, 0, s.n - 1)));
	if (base.n == 0)
		return arena_str(a, fallback);
	out = slice_dup(a, base);
	for (size_t i = 0; i < base.n; i++)
		if (slice_chr(SLICE(":*?\"<>|"), out[i]) != SIZE_MAX)
			out[i] = '_';
	if (device_name(slice_sub(base, 0, slice_chr(base, '.'))))
		out = arena_printf(a, "_%s", out);
	return slice_of(out).n > FILENAME_MAX_BYTES ? shorten(a, slice_of(out)) : out;
}
