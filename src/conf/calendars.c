/* calendar.yaml: working hours and days that are closed. */
#include "base/text.h"
#include "conf/load.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400, DAYS_MAX = 4000, RANGE_MAX = 400 };

enum holidays { HOLIDAYS_NONE, HOLIDAYS_COLOMBIA };
static const struct choice holiday_choices[] = {{"colombia", HOLIDAYS_COLOMBIA},
						{"none", HOLIDAYS_NONE},
						{"no", HOLIDAYS_NONE},
						{"ninguno", HOLIDAYS_NONE},
						{NULL, 0}};

struct calendar_row {
	const struct node *at;
	const char *id;
	const struct node *hours, *closed, *open;
	int holidays;
};

static const struct key calendar_keys[] = {
	{.name = "id",
	 .read = read_id,
	 .offset = offsetof(struct calendar_row, id),
	 .required = true},
	{.name = "hours",
	 .read = read_node,
	 .offset = offsetof(struct calendar_row, hours),
	 .required = true},
	{.name = "holidays",
	 .read = read_choice,
	 .offset = offsetof(struct calendar_row, holidays),
	 .otherwise = "colombia",
	 .choices = holiday_choices},
	{.name = "closed", .read = read_node, .offset = offsetof(struct calendar_row, closed)},
	{.name = "open", .read = read_node, .offset = offsetof(struct calendar_row, open)},
};

static const struct key file_keys[] = {
	{.name = "calendars", .read = read_node},
};

/* Monday is 0. The first three letters are enough. */
static const char *const days_es[7] = {"lunes",	  "martes", "miercoles", "jueves",
				       "viernes", "sabado", "domingo"};
static const char *const days_en[7] = {"monday", "tuesday",  "wednesday", "thursday",
				       "friday", "saturday", "sunday"};

static int weekday(struct load *l, struct slice s)
{
	const char *folded = text_fold(l->r.a, slice_trim(s));
	size_t n = strlen(folded);

	for (int i = 0; n >= 3 && i < 7; i++) {
		if (strncmp(days_es[i], folded, n) == 0 || strncmp(days_en[i], folded, n) == 0)
			return i;
	}
	return -1;
}

/* «lunes», «lunes-viernes», «lunes, miércoles»: a mask, 0 when not understood. */
static unsigned weekdays(struct load *l, struct slice s)
{
	unsigned mask = 0;
	struct slice piece;

	while (slice_next(&s, ',', &piece)) {
		size_t dash = slice_chr(piece, '-');
		int from = weekday(l, slice_sub(piece, 0, dash));
		int to = dash == SIZE_MAX ? from : weekday(l, slice_sub(piece, dash + 1, SIZE_MAX));

		if (from < 0 || to < 0)
			return 0;
		for (int i = from; i != to; i = (i + 1) % 7)
			mask |= 1U << i;
		mask |= 1U << to;
	}
	return mask;
}

/* «8», «08:00», «24:00»: seconds after midnight */
static bool clock_read(struct slice s, int32_t *out)
{
	size_t colon;
	uint64_t h, m = 0;

	s = slice_trim(s);
	colon = slice_chr(s, ':');
	if (!slice_u64(slice_sub(s, 0, colon), &h) || h > 24)
		return false;
	if (colon != SIZE_MAX && (s.n - colon != 3 || !slice_u64(slice_sub(s, colon + 1, 2), &m)))
		return false;
	if (m > 59 || (h == 24 && m > 0))
		return false;
	*out = (int32_t)(h * 3600 + m * 60);
	return true;
}

static bool shift_read(struct load *l, const struct node *at, struct shift *out)
{
	struct slice s = slice_of(at->text);
	size_t dash = slice_chr(s, '-');

	if (!is_scalar(&l->r, at))
		return false;
	if (dash == SIZE_MAX || !clock_read(slice_sub(s, 0, dash), &out->from) ||
	    !clock_read(slice_sub(s, dash + 1, SIZE_MAX), &out->to)) {
		tell(&l->r, at, DIAG_ERROR, "escriba por ejemplo \"08:00-12:00\"",
		     "«%.60s» no es una jornada", at->text);
		return false;
	}
	if (out->from >= out->to) {
		tell(&l->r, at, DIAG_ERROR,
		     "una jornada que pasa de medianoche se escribe en dos días",
		     "«%.60s» termina antes de empezar", at->text);
		return false;
	}
	return true;
}

static void add_shift(struct load *l, struct calendar *c, int day, struct shift s,
		      const struct node *at)
{
	size_t n = c->n_shifts[day];

	if (n == CALENDAR_SHIFTS) {
		tell(&l->r, at, DIAG_ERROR, "junte las que se tocan",
		     "un día tiene hasta %d jornadas", CALENDAR_SHIFTS);
	} else if (n && s.from < c->shifts[day][n - 1].to) {
		tell(&l->r, at, DIAG_ERROR, "escríbalas en orden y sin cruces",
		     "esta jornada del %s se cruza con la anterior", days_es[day]);
	} else {
		c->shifts[day][n] = s;
		c->n_shifts[day] = n + 1;
	}
}

static void one_group(struct load *l, struct calendar *c, const struct node *v)
{
	unsigned mask = weekdays(l, slice_of(v->key->text));
	bool list = v->kind == NODE_LIST;

	if (!mask) {
		tell(&l->r, v->key, DIAG_ERROR, "escriba por ejemplo lunes-viernes, o sábado",
		     "«%.60s» no es un día ni varios", v->key->text);
		return;
	}
	if (node_blank(v))
		return;
	for (const struct node *one = list ? v->first : v; one; one = list ? one->next : NULL) {
		struct shift s;

		if (!shift_read(l, one, &s))
			continue;
		for (int day = 0; day < 7; day++) {
			if (mask & 1U << day)
				add_shift(l, c, day, s, one);
		}
	}
}

static void hours(struct load *l, struct calendar *c, const struct node *at)
{
	size_t open = 0;

	if (!at)
		return;
	if (at->kind != NODE_MAP) {
		tell(&l->r, at, DIAG_ERROR,
		     "escriba lunes-viernes: [\"08:00-12:00\", \"14:00-18:00\"]",
		     "aquí se esperaban los días con sus jornadas");
		return;
	}
	for (const struct node *v = at->first; v; v = v->next)
		one_group(l, c, v);
	for (int day = 0; day < 7; day++)
		open += c->n_shifts[day];
	if (!open)
		tell(&l->r, at, DIAG_ERROR, "añada al menos una jornada",
		     "este calendario no abre nunca");
}

/* --- days --------------------------------------------------------------------------------- */

struct days {
	int64_t *v;
	size_t n;
};

/* «2026-12-24», or «2026-12-24..2026-12-31» */
static void add_days(struct load *l, struct days *d, const struct node *at)
{
	struct slice s = slice_of(at->text);
	size_t dots = slice_find(s, SLICE(".."));
	int64_t from, to;

	if (!is_scalar(&l->r, at))
		return;
	if (!date_read(slice_sub(s, 0, dots), &from) ||
	    !date_read(dots == SIZE_MAX ? s : slice_sub(s, dots + 2, SIZE_MAX), &to)) {
		tell(&l->r, at, DIAG_ERROR, "escriba 2026-12-24, o 2026-12-24..2026-12-31",
		     "«%.60s» no es una fecha que exista", at->text);
		return;
	}
	if (to < from || to - from > RANGE_MAX || d->n + (size_t)(to - from) >= DAYS_MAX) {
		tell(&l->r, at, DIAG_ERROR,
		     "escriba primero la fecha más antigua, a lo sumo un año",
		     "«%.60s» no es un tramo de días posible", at->text);
		return;
	}
	for (int64_t day = from; day <= to; day++)
		d->v[d->n++] = day;
}

static int by_day(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static struct days days_read(struct load *l, const struct node *at)
{
	struct days d = {0};
	bool list = at && at->kind == NODE_LIST;
	size_t n = 0;

	if (!at || node_blank(at))
		return d;
	d.v = arena_array(l->r.a, DAYS_MAX, sizeof *d.v);
	for (const struct node *one = list ? at->first : at; one; one = list ? one->next : NULL)
		add_days(l, &d, one);
	qsort(d.v, d.n, sizeof *d.v, by_day);
	for (size_t i = 0; i < d.n; i++) {
		if (!n || d.v[n - 1] != d.v[i])
			d.v[n++] = d.v[i];
	}
	d.n = n;
	return d;
}

static struct calendar *one_calendar(struct load *l, const struct calendar_row *row)
{
	struct calendar *c = arena_alloc(l->r.a, sizeof *c);
	struct days closed = days_read(l, row->closed), open = days_read(l, row->open);

	c->id = row->id ? row->id : "";
	c->zone = l->p->zone;
	c->colombian_holidays = row->holidays == HOLIDAYS_COLOMBIA;
	c->closed = closed.v;
	c->n_closed = closed.n;
	c->open = open.v;
	c->n_open = open.n;
	hours(l, c, row->hours);
	for (size_t i = 0; i < open.n; i++) {
		if (closed.n && bsearch(&open.v[i], closed.v, closed.n, sizeof *closed.v, by_day)) {
			tell(&l->r, row->open, DIAG_ERROR, "déjelo en una sola de las dos listas",
			     "un mismo día está en «open» y en «closed»");
			break;
		}
	}
	return c;
}

/* Monday to Friday 8 to 12 and 14 to 18, with the holidays of Colombia. */
static struct calendar *laboral(struct load *l)
{
	struct calendar *c = arena_alloc(l->r.a, sizeof *c);

	*c = (struct calendar){.id = "laboral", .zone = l->p->zone, .colombian_holidays = true};
	for (int day = 0; day < 5; day++) {
		c->shifts[day][0] = (struct shift){8 * 3600, 12 * 3600};
		c->shifts[day][1] = (struct shift){14 * 3600, 18 * 3600};
		c->n_shifts[day] = 2;
	}
	return c;
}

static bool reserved(const char *id)
{
	return str_eq(id, "always") || str_eq(id, "siempre");
}

void load_calendars(struct load *l, const struct node *root)
{
	const struct node *list = NULL;
	struct calendar_row *rows;
	const struct calendar **out;
	const char **ids;
	size_t n, used = 0;

	schema_read(&l->r, root, file_keys, COUNT(file_keys), &list);
	rows = schema_rows(&l->r, list, calendar_keys, COUNT(calendar_keys), sizeof *rows, &n);
	if (n > CALENDARS_MAX) {
		tell(&l->r, list, DIAG_ERROR, "redúzcala", "hay más de %d calendarios",
		     CALENDARS_MAX);
		n = 0;
	}
	out = arena_array(l->r.a, n + 1, sizeof(struct calendar *));
	ids = arena_array(l->r.a, n + 1, sizeof *ids);
	for (size_t i = 0; i < n; i++) {
		out[used] = one_calendar(l, &rows[i]);
		ids[used] = out[used]->id;
		if (reserved(ids[used]))
			tell(&l->r, rows[i].at, DIAG_ERROR, "elija otro nombre",
			     "«%s» ya significa a toda hora", ids[used]);
		used += is_first(&l->r, rows[i].at, "el calendario", ids[used], ids, used);
	}
	for (size_t i = 0; i < used; i++) {
		if (str_eq(ids[i], "laboral"))
			goto done;
	}
	out[used++] = laboral(l);
done:
	l->p->calendars = out;
	l->p->n_calendars = used;
}

void read_calendar(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	const struct policy *p = r->load->p;
	const char **names;
	const char *folded;

	(void)k;
	if (!is_scalar(r, v))
		return;
	folded = text_fold(r->a, slice_of(v->text));
	names = arena_array(r->a, p->n_calendars + 1, sizeof *names);
	if (reserved(folded)) {
		*(const struct calendar **)field = NULL;
		return;
	}
	names[p->n_calendars] = "always";
	for (size_t i = 0; i < p->n_calendars; i++) {
		names[i] = p->calendars[i]->id;
		if (str_eq(names[i], folded)) {
			*(const struct calendar **)field = p->calendars[i];
			return;
		}
	}
	if (r->load->partial)
		return;
	tell(r, v, DIAG_ERROR, "defínalo en calendar.yaml, o escriba always",
	     "no hay un calendario «%.60s»%s", v->text,
	     did_you_mean(r, v->text, names, p->n_calendars + 1));
}
