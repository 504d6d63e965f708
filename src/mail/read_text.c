#include "mail/read_text.h"

#include "base/text.h"
#include "mail/charset.h"
#include "mail/flowed.h"
#include "mail/html.h"
#include "mail/invite.h"

enum { META_PROBE = 2048 };

/* «<meta … charset=x>» when the mail itself does not tell. */
static const char *meta_charset(struct arena *a, struct slice html)
{
	struct slice s = slice_sub(html, 0, META_PROBE);
	size_t meta = slice_ifind(s, SLICE("<meta")), at, n = 0;

	if (meta == SIZE_MAX)
		return "";
	s = slice_sub(s, meta, s.n);
	at = slice_ifind(s, SLICE("charset="));
	if (at == SIZE_MAX)
		return "";
	s = slice_sub(s, at + 8, s.n);
	if (s.n && (s.p[0] == '"' || s.p[0] == '\''))
		s = slice_sub(s, 1, s.n);
	while (n < s.n && n < 40 && slice_chr(SLICE("\"'>; /\r\n"), s.p[n]) == SIZE_MAX)
		n++;
	return slice_dup(a, slice_sub(s, 0, n));
}

/* What some call text/plain is a page, and what some call text/html has not one tag. */
static bool is_page(struct slice s)
{
	s = slice_trim(slice_sub(s, 0, META_PROBE));
	return slice_istarts(s, "<!doctype html") || slice_istarts(s, "<html");
}

static bool has_tag(struct slice s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '<' && slice_chr(SLICE("!/"), s.p[i + 1]) != SIZE_MAX)
			return true;
		else if (s.p[i] == '<' &&
			 ((s.p[i + 1] | 0x20) >= 'a' && (s.p[i + 1] | 0x20) <= 'z'))
			return true;
	return slice_chr(s, '&') != SIZE_MAX;
}

static struct slice leaf_text(struct arena *a, const struct mime_leaf *l, struct read_text *out)
{
	const char *charset = l->charset;
	enum charset_rung rung;
	struct slice s = slice_sub(l->bytes, 0, MIME_TEXT_MAX);
	bool page = l->role == MIME_HTML ? has_tag(s) : is_page(s), limited = false;

	out->limited = out->limited || s.n < l->bytes.n;
	if (page && charset[0] == '\0')
		charset = meta_charset(a, s);
	s = charset_to_utf8(a, charset, s, &rung);
	out->guessed = out->guessed || rung == RUNG_DETECTED || rung == RUNG_FALLBACK;
	if (page) {
		s = slice_of(html_to_text(a, s, &limited));
		out->limited = out->limited || limited;
	} else if (l->flowed) {
		s = flowed_join(a, s, l->delsp);
	}
	return slice_of(text_clean(a, s));
}

static struct slice trim_end(struct slice s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static struct slice trim_blank_lines(struct slice s)
{
	struct slice rest = s, line;

	while (slice_line(&rest, &line) && slice_trim(line).n == 0)
		s = rest;
	return trim_end(s);
}

/* A mail that is nothing but an invitation. */
static struct slice invitation(struct arena *a, const struct mime_tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct mime_leaf *l = &t->leaves[i];

		if (l->role == MIME_ATTACHMENT && (l->att.flags & ATT_CALENDAR))
			return trim_end(slice_of(invite_text(
				a, charset_to_utf8(a, l->charset,
						   slice_sub(l->bytes, 0, MIME_TEXT_MAX), NULL))));
	}
	return (struct slice){"", 0};
}

void read_text(struct arena *a, const struct mime_tree *t, struct read_text *out)
{
	struct sbuf all = SBUF_INIT(MIME_TEXT_MAX);

	*out = (struct read_text){.text = ""};
	for (size_t i = 0; i < t->n && !all.over; i++) {
		struct slice s;

		if (t->leaves[i].role != MIME_TEXT && t->leaves[i].role != MIME_HTML)
			continue;
		s = trim_blank_lines(leaf_text(a, &t->leaves[i], out));
		if (s.n == 0)
			continue;
		if (all.n)
			sbuf_cstr(&all, "\n\n");
		if (all.n + s.n > MIME_TEXT_MAX) {
			s = text_cut(s, MIME_TEXT_MAX - all.n);
			out->limited = true;
		}
		sbuf_slice(&all, s);
	}
	if (all.n == 0)
		sbuf_slice(&all, invitation(a, t));
	out->armored =
		slice_find(sbuf_view(&all), SLICE("-----BEGIN PGP MESSAGE-----")) != SIZE_MAX;
	out->text = text_nfc(a, sbuf_view(&all));
	sbuf_free(&all);
}
