#include "mail/compose_header.h"

#include "base/text.h"
#include "mail/compose.h"

#include <string.h>

enum {
	WORD_FRAME = 12,      /* «=?UTF-8?B?» and «?=» */
	WORD_CODE_MAX = 63,   /* 75 less the frame */
	WORD_CODE_LEAST = 12, /* less room than this on a line is not worth an encoded word */
	PARAM_PIECE = 50
};

struct field field_begin(struct sbuf *out, const char *name)
{
	sbuf_printf(out, "%s:", name);
	return (struct field){out, strlen(name) + 1};
}

void field_end(struct field *f)
{
	sbuf_cstr(f->out, "\r\n");
}

static void fold(struct field *f)
{
	sbuf_cstr(f->out, "\r\n");
	f->column = 0;
}

static bool at_start(const struct field *f)
{
	return f->out->p[f->out->n - 1] == ':'; /* never an empty first line */
}

void field_word(struct field *f, struct slice word)
{
	if (f->column + 1 + word.n > FOLD_AT && !at_start(f))
		fold(f);
	sbuf_chr(f->out, ' ');
	sbuf_slice(f->out, word);
	f->column += 1 + word.n;
}

bool header_fit(struct slice value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7F)
			return false;
	return text_valid(value);
}

bool header_id_fit(const char *id)
{
	size_t n = id ? strlen(id) : 0;

	for (size_t i = 0; i < n; i++)
		if (id[i] <= 0x20 || id[i] >= 0x7F || id[i] == '<' || id[i] == '>')
			return false;
	return n > 0 && n <= HEADER_MSGID_MAX;
}

static bool ascii(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7F)
			return false;
	return true;
}

/* --- RFC 2047 --- */

/* What may stand in an encoded word everywhere, a display name included (section 5, rule 3). */
static bool plain_in_q(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!*+-/", c));
}

static size_t q_len(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ' || plain_in_q((unsigned char)s.p[i]) ? 1 : 3;
	return n;
}

static size_t b_len(struct slice s)
{
	return (s.n + 2) / 3 * 4;
}

static void put_q(struct sbuf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == ' ')
			sbuf_chr(out, '_');
		else if (plain_in_q(c))
			sbuf_chr(out, (char)c);
		else
			sbuf_printf(out, "=%02X", c);
	}
}

static void put_b(struct sbuf *out, struct slice s)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		unsigned v = (unsigned)(unsigned char)s.p[i] << 16;
		char four[4];

		v |= left > 1 ? (unsigned)(unsigned char)s.p[i + 1] << 8 : 0;
		v |= left > 2 ? (unsigned)(unsigned char)s.p[i + 2] : 0;
		four[0] = digit[v >> 18];
		four[1] = digit[v >> 12 & 63];
		four[2] = left > 1 ? digit[v >> 6 & 63] : '=';
		four[3] = left > 2 ? digit[v & 63] : '=';
		sbuf_put(out, four, sizeof four);
	}
}

/* The longest beginning of whole characters whose code is no longer than room. */
static struct slice fitting(struct slice s, size_t room, size_t (*len)(struct slice))
{
	size_t n = 0;

	while (n < s.n) {
		uint32_t cp;
		size_t next = n + text_next(slice_sub(s, n, s.n), &cp);

		if (len(slice_sub(s, 0, next)) > room)
			break;
		n = next;
	}
	return slice_sub(s, 0, n);
}

static void field_encoded(struct field *f, struct slice s)
{
	bool q = q_len(s) <= b_len(s);

	while (s.n > 0) {
		size_t used = f->column + 1 + WORD_FRAME, room, before;
		struct slice piece;

		if (used + WORD_CODE_LEAST > FOLD_ENCODED_AT) {
			fold(f);
			used = 1 + WORD_FRAME;
		}
		room = FOLD_ENCODED_AT - used;
		piece = fitting(s, room < WORD_CODE_MAX ? room : WORD_CODE_MAX, q ? q_len : b_len);
		before = f->out->n;
		sbuf_printf(f->out, " =?UTF-8?%c?", q ? 'Q' : 'B');
		if (q)
			put_q(f->out, piece);
		else
			put_b(f->out, piece);
		sbuf_cstr(f->out, "?=");
		f->column += f->out->n - before;
		s = slice_sub(s, piece.n, s.n);
	}
}

static bool needs_code(struct slice word)
{
	return !ascii(word) || word.n > HEADER_WORD_MAX ||
	       slice_find(word, SLICE("=?")) != SIZE_MAX;
}

/* Words from the first that needs it to the last one are encoded as one text. */
void field_text(struct field *f, struct slice text)
{
	struct slice rest = text, word, code = {NULL, 0};

	while (slice_next(&rest, ' ', &word)) {
		if (!needs_code(word))
			continue;
		if (code.p == NULL)
			code.p = word.p;
		code.n = (size_t)(word.p + word.n - code.p);
	}
	rest = code.p ? slice_sub(text, 0, (size_t)(code.p - text.p)) : text;
	while (slice_next(&rest, ' ', &word))
		if (word.n > 0)
			field_word(f, word);
	if (code.p == NULL)
		return;
	field_encoded(f, code);
	rest = slice_sub(text, (size_t)(code.p - text.p) + code.n, text.n);
	while (slice_next(&rest, ' ', &word))
		if (word.n > 0)
			field_word(f, word);
}

static bool atoms(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && !plain_in_q((unsigned char)s.p[i]))
			return false;
	return true;
}

void field_phrase(struct field *f, struct slice name)
{
	struct sbuf quoted = SBUF_INIT(2 * HEADER_WORD_MAX + 2);

	if (needs_code(name)) {
		field_encoded(f, name);
	} else if (atoms(name)) {
		field_text(f, name);
	} else {
		sbuf_chr(&quoted, '"');
		for (size_t i = 0; i < name.n; i++) {
			if (name.p[i] == '"' || name.p[i] == '\\')
				sbuf_chr(&quoted, '\\');
			sbuf_chr(&quoted, name.p[i]);
		}
		sbuf_chr(&quoted, '"');
		field_word(f, sbuf_view(&quoted));
	}
	sbuf_free(&quoted);
}

/* --- parameters --- */

void field_param_old(struct field *f, const char *name, struct slice value)
{
	struct sbuf quoted = SBUF_INIT(4096);
	struct field inner = {&quoted, 0};

	sbuf_chr(f->out, ';');
	sbuf_printf(&quoted, "%s=\"", name);
	if (ascii(value) && value.n <= PARAM_PIECE) {
		sbuf_slice(&quoted, value);
		sbuf_chr(&quoted, '"');
		field_word(f, sbuf_view(&quoted));
	} else {
		/* on a line of its own, the first encoded word right behind the quote */
		size_t at = quoted.n;

		inner.column = at;
		field_encoded(&inner, value);
		sbuf_chr(&quoted, '"');
		memmove(quoted.p + at, quoted.p + at + 1, quoted.n - at - 1);
		sbuf_cut(&quoted, quoted.n - 1);
		fold(f);
		sbuf_chr(f->out, ' ');
		sbuf_slice(f->out, sbuf_view(&quoted));
		f->column = inner.column;
	}
	sbuf_free(&quoted);
}

static bool attribute_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("-._", c));
}

static size_t percent_len(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += attribute_char((unsigned char)s.p[i]) ? 1 : 3;
	return n;
}

static void put_percent(struct sbuf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (attribute_char((unsigned char)s.p[i]))
			sbuf_chr(out, s.p[i]);
		else
			sbuf_printf(out, "%%%02X", (unsigned char)s.p[i]);
}

void field_param(struct field *f, const char *name, struct slice value)
{
	struct sbuf word = SBUF_INIT(512);
	bool whole = percent_len(value) <= PARAM_PIECE;

	if (ascii(value) && value.n <= PARAM_PIECE) {
		field_param_old(f, name, value);
		return;
	}
	for (unsigned i = 0; value.n > 0; i++) {
		struct slice piece = fitting(value, PARAM_PIECE, percent_len);

		sbuf_clear(&word);
		sbuf_cstr(&word, name);
		if (!whole)
			sbuf_printf(&word, "*%u", i);
		sbuf_cstr(&word, i == 0 ? "*=UTF-8''" : "*=");
		put_percent(&word, piece);
		sbuf_chr(f->out, ';');
		f->column++;
		field_word(f, sbuf_view(&word));
		value = slice_sub(value, piece.n, value.n);
	}
	sbuf_free(&word);
}

bool compose_header(struct sbuf *out, const char *name, const char *value)
{
	struct field f;

	if (!header_fit(slice_of(value)))
		return false;
	f = field_begin(out, name);
	field_text(&f, slice_trim(slice_of(value)));
	field_end(&f);
	return true;
}
