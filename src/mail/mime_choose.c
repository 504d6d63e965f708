#include "mail/mime_choose.h"

#include "mail/html.h"

enum {
	STUB_MAX = 700,	      /* a longer text is no stub, whatever it says */
	MUCH_MORE = 4,	      /* times as much text in the HTML … */
	MUCH_MORE_LEAST = 400 /* … and at least so many characters more */
};

/* What programs write into the plain part when they have nothing to say there. ASCII only: the
 * charset is not known yet. Each has «html» or «mime» in it. */
static const char *const stubs[] = {
	"not support html",
	"not display html",
	"html-compatible",
	"html compatible",
	"html-capable",
	"html capable",
	"html enabled",
	"html-enabled",
	"view this message in html",
	"view this email in html",
	"html mail only",
	"this is an html message",
	"this is an html email",
	"this is a html",
	"message is in html",
	"switch to html",
	"html version",
	"html view",
	"no soporta html",
	"no admite html",
	"no soporta el formato html",
	"formato html",
	"compatible con html",
	"correo en html",
	"mensaje html",
	"en format html",
	"im html-format",
	"mime-compliant",
	"mime compliant",
};

static bool stub(struct slice text)
{
	text = slice_trim(text);
	if (text.n > STUB_MAX || (slice_ifind(text, SLICE("html")) == SIZE_MAX &&
				  slice_ifind(text, SLICE("mime")) == SIZE_MAX))
		return false;
	for (size_t i = 0; i < COUNT(stubs); i++)
		if (slice_ifind(text, slice_of(stubs[i])) != SIZE_MAX)
			return true;
	return false;
}

static size_t visible(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (unsigned char)s.p[i] > ' ';
	return n;
}

/* Characters outside of tags: a quick upper bound for the text in it. */
static size_t html_visible(struct slice s)
{
	size_t n = 0;

	while (s.n) {
		size_t open = slice_chr(s, '<'), close;

		n += visible(slice_sub(s, 0, open));
		if (open == SIZE_MAX)
			break;
		s = slice_sub(s, open, s.n);
		close = slice_chr(s, '>');
		s = slice_sub(s, close == SIZE_MAX ? s.n : close + 1, s.n);
	}
	return n;
}

struct sums {
	size_t plain, html; /* leaves */
	size_t plain_chars, html_chars;
	bool plain_stub;
};

static bool readable(const struct mime_leaf *l)
{
	return l->role == MIME_TEXT || l->role == MIME_HTML;
}

static struct sums sum(const struct mime_leaf *leaves, const struct choice *choices, size_t n,
		       int group)
{
	struct sums s = {0};

	for (size_t i = 0; i < n; i++) {
		if (choices[i].group != group)
			continue;
		if (leaves[i].role == MIME_TEXT) {
			s.plain++;
			s.plain_chars += visible(leaves[i].bytes);
			s.plain_stub = s.plain_stub || stub(leaves[i].bytes);
		} else if (leaves[i].role == MIME_HTML) {
			s.html++;
			s.html_chars += html_visible(leaves[i].bytes);
		}
	}
	return s;
}

/* The real length of the HTML's text, asked only when the quick bound leaves it open. */
static size_t html_length(struct arena *a, const struct mime_leaf *leaves,
			  const struct choice *choices, size_t n, int group)
{
	size_t chars = 0;

	for (size_t i = 0; i < n; i++) {
		bool limited;

		if (choices[i].group == group && leaves[i].role == MIME_HTML)
			chars += visible(slice_of(html_to_text(a, leaves[i].bytes, &limited)));
	}
	return chars;
}

static bool much_more(size_t html, size_t plain)
{
	return html > MUCH_MORE * plain && html > plain + MUCH_MORE_LEAST;
}

static enum mime_role chosen(struct arena *a, const struct mime_leaf *leaves,
			     const struct choice *choices, size_t n, int group)
{
	struct sums s = sum(leaves, choices, n, group);

	if (s.plain == 0 || s.html == 0)
		return s.plain ? MIME_TEXT : MIME_HTML;
	if (s.html_chars == 0)
		return MIME_TEXT;
	if (s.plain_chars == 0 || s.plain_stub)
		return MIME_HTML;
	if (much_more(s.html_chars, s.plain_chars) &&
	    much_more(html_length(a, leaves, choices, n, group), s.plain_chars))
		return MIME_HTML;
	return MIME_TEXT;
}

void mime_choose(struct arena *a, const struct mime_leaf *leaves, struct choice *choices, size_t n)
{
	bool *done = arena_array(a, n, sizeof *done);

	for (size_t i = 0; i < n; i++) {
		int group = choices[i].group;
		enum mime_role role;

		if (group < 0 || done[i] || !readable(&leaves[i]))
			continue;
		role = chosen(a, leaves, choices, n, group);
		for (size_t j = i; j < n; j++) {
			if (choices[j].group != group || !readable(&leaves[j]))
				continue;
			choices[j].dropped = leaves[j].role != role;
			done[j] = true;
		}
	}
}
