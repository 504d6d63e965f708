/* Message-IDs in Message-ID, In-Reply-To and References. */
#include "base/text.h"
#include "mail/header.h"

static bool wide_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *clean_id(struct arena *a, struct slice s)
{
	char *id;
	size_t n = 0;
	struct slice rest;

	if (s.n == 0 || s.n > HEADER_ID_LEN_MAX)
		return NULL;
	id = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ' && s.p[i] != 127)
			id[n++] = s.p[i];
	rest = (struct slice){id, n};
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = text_next(slice_sub(rest, i, n), &cp);

		if (cp == 0xFFFD && len == 1)
			id[i] = '?'; /* ids are compared, never shown: one byte for one byte */
		i += len;
	}
	return n ? id : NULL;
}

static size_t lonely_ids(struct arena *a, struct slice value, const char **list)
{
	size_t n = 0;

	for (size_t i = 0; i < value.n && n < HEADER_IDS_MAX;) {
		size_t from;

		while (i < value.n && (wide_blank(value.p[i]) || value.p[i] == ','))
			i++;
		from = i;
		while (i < value.n && !wide_blank(value.p[i]) && value.p[i] != ',')
			i++;
		struct slice word = slice_sub(value, from, i - from);

		while (word.n && (word.p[word.n - 1] == '>' || word.p[word.n - 1] == ';'))
			word.n--;
		const char *id = slice_chr(word, '@') != SIZE_MAX ? clean_id(a, word) : NULL;

		if (id)
			list[n++] = id;
	}
	return n;
}

size_t header_ids(struct arena *a, struct slice value, const char ***out)
{
	const char **list = arena_array(a, HEADER_IDS_MAX, sizeof *list);
	size_t n = 0;

	value = slice_sub(value, 0, HEADER_FIELD_MAX);
	for (struct slice rest = value; n < HEADER_IDS_MAX;) {
		size_t open = slice_chr(rest, '<');

		if (open == SIZE_MAX)
			break;
		rest = slice_sub(rest, open + 1, rest.n);
		size_t end = 0;

		while (end < rest.n && rest.p[end] != '>' && rest.p[end] != '<')
			end++;
		const char *id = clean_id(a, slice_sub(rest, 0, end));

		if (id)
			list[n++] = id;
		rest = slice_sub(rest, end, rest.n);
	}
	if (n == 0)
		n = lonely_ids(a, value, list);
	*out = list;
	return n;
}
