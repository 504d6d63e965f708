#include "mail/invite.h"

#include "base/text.h"

enum { VALUE_MAX = 4000, LINES_MAX = 5000, STAMP_LEN = 15 };

enum field { SUMMARY, START, END, LOCATION, ORGANIZER, DESCRIPTION, FIELDS };

static const struct {
	const char *name, *label;
} fields[FIELDS] = {
	[SUMMARY] = {"SUMMARY", NULL},
	[START] = {"DTSTART", "Inicio"},
	[END] = {"DTEND", "Fin"},
	[LOCATION] = {"LOCATION", "Lugar"},
	[ORGANIZER] = {"ORGANIZER", "Organiza"},
	[DESCRIPTION] = {"DESCRIPTION", NULL},
};

static const struct {
	const char *method, *title;
} titles[] = {
	{"REQUEST", "Invitación"},
	{"CANCEL", "Invitación cancelada"},
	{"REPLY", "Respuesta a la invitación"},
	{"COUNTER", "Otra fecha propuesta"},
	{"", "Evento"},
};

/* The next line, folds joined (RFC 5545 section 3.1). */
static bool next_line(struct arena *a, struct slice *rest, struct slice *out)
{
	struct slice line;
	struct sbuf b = SBUF_INIT(VALUE_MAX);

	if (!slice_line(rest, &line))
		return false;
	*out = text_cut(line, VALUE_MAX);
	if (rest->n == 0 || (rest->p[0] != ' ' && rest->p[0] != '\t'))
		return true;
	sbuf_slice(&b, line);
	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t') && slice_line(rest, &line))
		sbuf_slice(&b, slice_sub(line, 1, line.n));
	*out = text_cut((struct slice){sbuf_dup(a, &b), b.n}, VALUE_MAX);
	sbuf_free(&b);
	return true;
}

/* The colon before the value; those within the quotes of a parameter are its own. */
static size_t value_colon(struct slice line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		quoted = quoted != (line.p[i] == '"');
		if (line.p[i] == ':' && !quoted)
			return i;
	}
	return slice_chr(line, ':');
}

/* «NAME;PARAM=x:value», true when the name is this one. */
static bool field_is(struct slice line, const char *name, struct slice *value)
{
	size_t n = slice_of(name).n;

	if (n >= line.n || !slice_istarts(line, name) || (line.p[n] != ':' && line.p[n] != ';'))
		return false;
	size_t colon = value_colon(line);
	if (colon == SIZE_MAX)
		return false;
	*value = slice_trim(slice_sub(line, colon + 1, line.n));
	return true;
}

/* «\n», «\,», «\;», «\\» */
static char *unescape(struct arena *a, struct slice s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool escaped = s.p[i] == '\\' && i + 1 < s.n;

		i += escaped;
		out[n++] = escaped && (s.p[i] == 'n' || s.p[i] == 'N') ? '\n' : s.p[i];
	}
	out[n] = '\0';
	return out;
}

/* «America/Bogota:…», «"(UTC-05:00) Bogotá":…» */
static struct slice zone_of(struct slice s)
{
	bool quoted = s.n > 0 && s.p[0] == '"';
	struct slice zone = slice_sub(s, quoted, s.n);
	size_t close = quoted ? slice_chr(zone, '"') : SIZE_MAX;

	if (close != SIZE_MAX)
		return slice_sub(zone, 0, close);
	zone = slice_sub(zone, 0, slice_chr(zone, ':'));
	return slice_sub(zone, 0, slice_chr(zone, ';'));
}

/* «20260304T101112Z» as «2026-03-04 10:11 UTC»; anything else as it stands. */
static char *moment(struct arena *a, struct slice line, struct slice v)
{
	size_t tz = slice_ifind(line, SLICE("TZID="));
	struct slice zone = {"", 0};

	for (size_t i = 0; i < v.n && i < STAMP_LEN; i++)
		if (i != 8 && (v.p[i] < '0' || v.p[i] > '9'))
			return slice_dup(a, v);
	if (v.n == 8)
		return arena_printf(a, "%.4s-%.2s-%.2s", v.p, v.p + 4, v.p + 6);
	if (v.n < STAMP_LEN)
		return slice_dup(a, v);
	if (v.n > STAMP_LEN && v.p[STAMP_LEN] == 'Z')
		zone = SLICE("UTC");
	else if (tz != SIZE_MAX)
		zone = zone_of(slice_sub(line, tz + 5, line.n));
	return arena_printf(a, "%.4s-%.2s-%.2s %.2s:%.2s%s%.*s", v.p, v.p + 4, v.p + 6, v.p + 9,
			    v.p + 11, zone.n ? " " : "", (int)zone.n, zone.p);
}

static const char *read_field(struct arena *a, enum field f, struct slice line, struct slice value)
{
	if (f == START || f == END)
		return moment(a, line, value);
	if (f == ORGANIZER && slice_istarts(value, "mailto:"))
		value = slice_sub(value, 7, value.n);
	return unescape(a, value);
}

static const char *title_of(struct slice method)
{
	size_t i = 0;

	while (i + 1 < COUNT(titles) && !slice_ieqs(method, titles[i].method))
		i++;
	return titles[i].title;
}

char *invite_text(struct arena *a, struct slice ics)
{
	const char *found[FIELDS] = {NULL};
	struct slice line, value, method = {"", 0};
	struct sbuf b = SBUF_INIT((size_t)4 * VALUE_MAX);
	bool event = false;
	char *out;

	for (int i = 0; i < LINES_MAX && next_line(a, &ics, &line); i++) {
		if (field_is(line, "METHOD", &value))
			method = value;
		if (slice_ieqs(slice_trim(line), "BEGIN:VEVENT"))
			event = true;
		if (slice_ieqs(slice_trim(line), "END:VEVENT"))
			break;
		for (enum field f = 0; event && f < FIELDS; f++)
			if (!found[f] && field_is(line, fields[f].name, &value))
				found[f] = read_field(a, f, line, value);
	}
	if (!event)
		return arena_str(a, "");
	sbuf_printf(&b, "%s: %s\n", title_of(method), found[SUMMARY] ? found[SUMMARY] : "");
	for (enum field f = START; f < DESCRIPTION; f++)
		if (!str_empty(found[f]))
			sbuf_printf(&b, "%s: %s\n", fields[f].label, found[f]);
	if (!str_empty(found[DESCRIPTION]))
		sbuf_printf(&b, "\n%s\n", found[DESCRIPTION]);
	out = text_clean(a, text_cut(sbuf_view(&b), b.n));
	sbuf_free(&b);
	return out;
}
