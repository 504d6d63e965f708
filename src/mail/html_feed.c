#include "mail/html_feed.h"

#include <string.h>

enum {
	CHUNK = 16 * 1024,
	ATTRIBUTES_MAX = 100, /* of one tag */
	CONDITIONAL_MAX = 1000,
};

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* From the «<» at `at` to where its attributes become too many, or SIZE_MAX; *end is past its «>».
 * libxml2 compares each attribute of a tag with all before it. */
static size_t crowded_tag(struct slice html, size_t at, size_t *end)
{
	size_t words = 0, cut = SIZE_MAX, i = at + 1;
	char quote = '\0', last = '\0';

	if (i >= html.n || (html.p[i] | 0x20) < 'a' || (html.p[i] | 0x20) > 'z')
		words = html.n; /* no tag: text, a comment, a closing tag */
	for (; words < html.n && i < html.n; i++) {
		char c = html.p[i];

		if (!quote && (c == '>' || c == '<'))
			break;
		if (quote) {
			quote = c == quote ? '\0' : quote;
		} else if ((c == '"' || c == '\'') && last == '=') {
			quote = c;
		} else if (blank(c)) {
			words += !blank(html.p[i - 1]);
			if (words > ATTRIBUTES_MAX && cut == SIZE_MAX)
				cut = i;
			continue;
		}
		last = c;
	}
	*end = i;
	return cut;
}

/* «<![if !supportLists]>» is a comment to browsers, and text to libxml2: past its «>», else from.
 */
static size_t conditional_end(struct slice html, size_t from)
{
	struct slice s = slice_sub(html, from, CONDITIONAL_MAX);
	size_t close = slice_starts(s, SLICE("<![")) ? slice_chr(s, '>') : SIZE_MAX;

	return close == SIZE_MAX ? from : from + close + 1;
}

/* Past the comment that begins at `from`, else from; one without an end takes all that follows. */
static size_t comment_end(struct slice html, size_t from)
{
	struct slice s = slice_sub(html, from, html.n);
	size_t close;

	if (!slice_starts(s, SLICE("<!--")))
		return from;
	close = slice_find(s, SLICE("-->"));
	return close == SIZE_MAX ? html.n : from + close + 3;
}

struct slice html_feed_next(struct slice html, size_t from, size_t *skip)
{
	size_t at = from;

	*skip = 0;
	while (at < html.n && at - from < CHUNK) {
		const char *open = memchr(html.p + at, '<', html.n - at);
		size_t end, cut;

		if (!open)
			break;
		at = (size_t)(open - html.p);
		end = conditional_end(html, at);
		if (end != at) {
			*skip = end - at;
			return slice_sub(html, from, at - from);
		}
		end = comment_end(html, at);
		if (end != at) {
			at = end;
			continue;
		}
		cut = crowded_tag(html, at, &end);
		if (cut != SIZE_MAX) {
			*skip = end - cut;
			return slice_sub(html, from, cut - from);
		}
		at = end;
	}
	return slice_sub(html, from, at < html.n && at - from >= CHUNK ? at - from : html.n - from);
}
