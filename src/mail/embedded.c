#include "mail/embedded.h"

#include <string.h>

/* «begin 644 name» */
static bool uu_begin(struct slice line, struct slice *name)
{
	size_t i = 6;

	if (!slice_starts(line, SLICE("begin ")))
		return false;
	while (i < line.n && line.p[i] >= '0' && line.p[i] <= '7')
		i++;
	if (i < 9 || i > 11 || i >= line.n || line.p[i] != ' ')
		return false;
	*name = slice_trim(slice_sub(line, i, line.n));
	return name->n > 0;
}

/* A line whose first character tells how long it is. */
static bool uu_line(struct slice line)
{
	size_t bytes, chars;

	if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return false;
	bytes = (size_t)(line.p[0] - ' ') & 0x3F;
	chars = (bytes + 2) / 3 * 4;
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] > '`')
			return false;
	/* a check character more, or blanks eaten at the end */
	return line.n <= chars + 3 && line.n + 4 >= chars;
}

/* Where the block that begins at text[at] ends; false when no line of code follows. */
static bool uu_end(struct slice text, size_t at, size_t *end)
{
	struct slice rest = slice_sub(text, at, text.n), line;
	bool any = false;

	while (slice_line(&rest, &line)) {
		if (slice_eq(slice_trim(line), SLICE("end"))) {
			*end = text.n - rest.n;
			return any;
		}
		if (line.n && !uu_line(line)) {
			*end = (size_t)(line.p - text.p);
			return any;
		}
		any = any || line.n > 1;
	}
	*end = text.n;
	return any;
}

static bool yenc_begin(struct slice line, struct slice *name)
{
	size_t at = slice_find(line, SLICE(" name="));

	if (!slice_starts(line, SLICE("=ybegin ")))
		return false;
	*name = at == SIZE_MAX ? SLICE("yenc") : slice_trim(slice_sub(line, at + 6, line.n));
	return true;
}

static size_t yenc_end(struct slice text, size_t at)
{
	struct slice rest = slice_sub(text, at, text.n), line;

	while (slice_line(&rest, &line))
		if (slice_starts(line, SLICE("=yend")))
			break;
	return text.n - rest.n;
}

/* The start of the next line that begins with «begin » or «=ybegin »; SIZE_MAX when none. */
static size_t next_begin(struct slice text, size_t from)
{
	while (from < text.n) {
		const char *end;

		if (text.p[from] == 'b' || text.p[from] == '=')
			return from;
		end = memchr(text.p + from, '\n', text.n - from);
		if (!end)
			break;
		from = (size_t)(end - text.p) + 1;
	}
	return SIZE_MAX;
}

size_t embedded_find(struct arena *a, struct slice text, struct embedded **out)
{
	struct embedded *list = NULL;
	size_t n = 0;

	for (size_t at = next_begin(text, 0); at != SIZE_MAX && n < EMBEDDED_MAX;
	     at = next_begin(text, at)) {
		struct slice rest = slice_sub(text, at, text.n), line, name;
		size_t end, body;
		bool yenc;

		slice_line(&rest, &line);
		body = text.n - rest.n;
		yenc = yenc_begin(line, &name);
		if (yenc)
			end = yenc_end(text, body);
		else if (!uu_begin(line, &name) || !uu_end(text, body, &end)) {
			at = body;
			continue;
		}
		if (!list)
			list = arena_array(a, EMBEDDED_MAX, sizeof *list);
		list[n++] = (struct embedded){.name = name, .from = at, .to = end, .yenc = yenc};
		at = end;
	}
	*out = list;
	return n;
}

struct slice embedded_cut(struct arena *a, struct slice text, const struct embedded *list, size_t n)
{
	char *p = arena_alloc(a, text.n + 1);
	size_t len = 0, at = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t end = i < n ? list[i].from : text.n;

		memcpy(p + len, text.p + at, end - at);
		len += end - at;
		at = i < n ? list[i].to : end;
	}
	return (struct slice){p, len};
}
