#include "conf/zone.h"

#include "conf/file.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_LEN = 44, OFFSET_MOST = 26 * 3600, TYPE_LEN = 6 };

/* Known without the tzdata package. */
static const struct zone built_in[] = {
	{.name = "America/Bogota", .first_offset = -5 * 3600},
	{.name = "UTC"},
};

struct tzif {
	uint64_t isut, isstd, leap, times, types, chars;
	uint8_t version;
};

static uint64_t big_endian(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (uint8_t)p[i];
	return v;
}

static bool header(struct slice s, struct tzif *h)
{
	if (s.n < HEADER_LEN || memcmp(s.p, "TZif", 4) != 0)
		return false;
	*h = (struct tzif){
		.version = (uint8_t)s.p[4],
		.isut = big_endian(s.p + 20, 4),
		.isstd = big_endian(s.p + 24, 4),
		.leap = big_endian(s.p + 28, 4),
		.times = big_endian(s.p + 32, 4),
		.types = big_endian(s.p + 36, 4),
		.chars = big_endian(s.p + 40, 4),
	};
	return h->isut <= 256 && h->isstd <= 256 && h->leap <= 1024 &&
	       h->times <= ZONE_CHANGES_MAX && h->types >= 1 && h->types <= 256 && h->chars <= 4096;
}

static uint64_t body_len(const struct tzif *h, uint64_t time_len)
{
	return h->times * (time_len + 1) + h->types * TYPE_LEN + h->chars +
	       h->leap * (time_len + 4) + h->isstd + h->isut;
}

static bool offset_of(const char *types, const struct tzif *h, uint8_t type, int32_t *out)
{
	if (type >= h->types)
		return false;
	*out = (int32_t)(uint32_t)big_endian(types + type * TYPE_LEN, 4);
	return *out >= -OFFSET_MOST && *out <= OFFSET_MOST;
}

static bool changes(struct zone *z, struct zone_change *list, const char *body,
		    const struct tzif *h)
{
	const char *index = body + h->times * 8, *types = index + h->times;

	if (!offset_of(types, h, 0, &z->first_offset))
		return false;
	for (size_t i = 0; i < h->times; i++) {
		list[i].at = (int64_t)big_endian(body + i * 8, 8);
		if (!offset_of(types, h, (uint8_t)index[i], &list[i].offset) ||
		    (i && list[i].at <= list[i - 1].at))
			return false;
	}
	z->n = h->times;
	return true;
}

/* A change at the very moment of the last one takes its place. */
static void append(struct zone *z, struct zone_change *list, int64_t at, int32_t offset)
{
	if (z->n && at < list[z->n - 1].at)
		return;
	if (!z->n || at > list[z->n - 1].at)
		z->n++;
	list[z->n - 1] = (struct zone_change){at, offset};
}

static void expand(struct zone *z, struct zone_change *list, const struct zone_rule *r)
{
	int64_t last = z->n ? list[z->n - 1].at : INT64_MIN;

	for (int year = 1970; r->has_summer && year <= ZONE_LAST_YEAR; year++) {
		int64_t start = zone_when_local(&r->start, year) - r->standard;
		int64_t end = zone_when_local(&r->end, year) - r->summer;
		bool south = end < start;

		if ((south ? end : start) > last)
			append(z, list, south ? end : start, south ? r->standard : r->summer);
		if ((south ? start : end) > last)
			append(z, list, south ? start : end, south ? r->summer : r->standard);
	}
}

/* The footer is a line of its own after the second block; empty when the file says no rule. */
static bool footer(struct slice s, struct slice *out)
{
	size_t end;

	if (s.n < 2 || s.p[0] != '\n')
		return false;
	s = slice_sub(s, 1, SIZE_MAX);
	end = slice_chr(s, '\n');
	if (end == SIZE_MAX)
		return false;
	*out = slice_sub(s, 0, end);
	return true;
}

static bool second_block(struct slice bytes, struct tzif *h, struct slice *body, struct slice *rest)
{
	uint64_t first;

	if (!header(bytes, h) || h->version < '2')
		return false;
	first = HEADER_LEN + body_len(h, 4);
	if (first > bytes.n)
		return false;
	bytes = slice_sub(bytes, (size_t)first, SIZE_MAX);
	if (!header(bytes, h))
		return false;
	bytes = slice_sub(bytes, HEADER_LEN, SIZE_MAX);
	if (body_len(h, 8) > bytes.n)
		return false;
	*body = slice_sub(bytes, 0, (size_t)body_len(h, 8));
	*rest = slice_sub(bytes, body->n, SIZE_MAX);
	return true;
}

const struct zone *zone_parse(struct arena *a, const char *name, struct slice bytes, struct err *e)
{
	struct zone *z = arena_alloc(a, sizeof *z);
	struct zone_change *list;
	struct zone_rule rule = {0};
	struct slice body, rest, line;
	struct tzif h;
	const size_t future = 2 * (ZONE_LAST_YEAR - 1970 + 1);

	if (!second_block(bytes, &h, &body, &rest) || !footer(rest, &line)) {
		err_set(e, "el archivo de la zona horaria está dañado o es demasiado antiguo");
		return NULL;
	}
	list = arena_array(a, (size_t)h.times + future, sizeof *list);
	if (!changes(z, list, body.p, &h) || (line.n && !zone_rule_read(line, &rule))) {
		err_set(e, "el archivo de la zona horaria está dañado");
		return NULL;
	}
	expand(z, list, &rule);
	z->name = arena_str(a, name);
	z->changes = list;
	return z;
}

static bool name_ok(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_+-/";
	size_t n = strlen(name);

	/* No dot is allowed, so no path leads upward. */
	return n > 0 && n <= ZONE_NAME_MAX && strspn(name, allowed) == n && name[0] != '/' &&
	       name[n - 1] != '/' && !strstr(name, "//");
}

const struct zone *zone_built_in(void)
{
	return &built_in[0];
}

static const struct zone *known(const char *name)
{
	for (size_t i = 0; i < COUNT(built_in); i++) {
		if (str_eq(built_in[i].name, name))
			return &built_in[i];
	}
	return NULL;
}

const struct zone *zone_load(struct arena *a, const char *name, struct err *e)
{
	const char *dir = getenv("TZDIR");
	const struct zone *z = NULL;
	struct slice bytes;

	if (!name_ok(name)) {
		err_set(e, "no es el nombre de una zona horaria");
		return NULL;
	}
	if (str_empty(dir))
		dir = "/usr/share/zoneinfo";
	switch (file_read(a, dir, name, ZONE_FILE_MAX, &bytes, e)) {
	case FILE_OK:
		return zone_parse(a, name, bytes, e);
	case FILE_MISSING:
		z = known(name);
		if (!z)
			err_set(e, "este equipo no conoce esa zona horaria");
		break;
	case FILE_TROUBLE:
		break;
	}
	return z;
}
