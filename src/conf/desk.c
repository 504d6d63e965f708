/* desk.yaml: what the entity decided. */
#include "conf/load.h"

#include <string.h>

enum { DAY = 86400, YEAR = 366 * DAY, EXCEPTIONS_MAX = 200, ADDRESSES_A_DOMAIN = 50 };

struct response_row {
	struct duration within;
	const struct calendar *calendar;
	int warn;
	const struct node *rules;
};

struct exception_row {
	const struct node *at;
	const char *area, *service;
	int level, priority;
	struct response_policy response;
};

struct term_row {
	struct duration within;
	const struct calendar *calendar;
};

struct class_row {
	const char *service, *area;
	int level, priority;
};

struct desk_row {
	const char *name, *data_line;
	const struct node *number, *before;
	struct response_row response;
	struct term_row survey, reopen, late_vote;
	struct budget limit[BUDGET_COUNT];
	const struct node *budgets, *intake;
	int assign;
	int64_t attach_max;
	struct class_row otherwise;
	struct strs own_lists;
};

enum assign { ASSIGN_AUTO, ASSIGN_COORDINATOR };
static const struct choice assign_choices[] = {
	{"auto", ASSIGN_AUTO}, {"coordinator", ASSIGN_COORDINATOR}, {NULL, 0}};
#define AT(type, field) .offset = offsetof(struct type, field)

static const struct key response_keys[] = {
	{.name = "within",
	 .read = read_duration,
	 AT(response_row, within),
	 .otherwise = "12h",
	 .min = 1,
	 .max = YEAR},
	{.name = "calendar", .read = read_calendar, AT(response_row, calendar)},
	{.name = "warn",
	 .read = read_percent,
	 AT(response_row, warn),
	 .otherwise = "75%",
	 .max = 99},
	{.name = "rules", .read = read_node, AT(response_row, rules)},
};

static const struct key exception_keys[] = {
	{.name = "area", .read = read_str, AT(exception_row, area), .otherwise = "", .min = 1},
	{.name = "service", .read = read_service, AT(exception_row, service), .otherwise = ""},
	{.name = "level", .read = read_int, AT(exception_row, level), .min = 1, .max = 3},
	{.name = "priority", .read = read_priority, AT(exception_row, priority)},
	{.name = "within",
	 .read = read_duration,
	 AT(exception_row, response.within),
	 .required = true,
	 .min = 1,
	 .max = YEAR},
	{.name = "calendar", .read = read_calendar, AT(exception_row, response.calendar)},
	{.name = "warn", .read = read_percent, AT(exception_row, response.warn), .max = 99},
};

static const struct key survey_keys[] = {
	{.name = "close_after",
	 .read = read_duration,
	 AT(term_row, within),
	 .otherwise = "2d",
	 .min = 1,
	 .max = YEAR},
	{.name = "calendar", .read = read_calendar, AT(term_row, calendar)},
};

static const struct key reopen_keys[] = {
	{.name = "within",
	 .read = read_duration,
	 AT(term_row, within),
	 .otherwise = "5d",
	 .max = YEAR},
	{.name = "calendar", .read = read_calendar, AT(term_row, calendar)},
};

static const struct key late_keys[] = {
	{.name = "within",
	 .read = read_duration,
	 AT(term_row, within),
	 .otherwise = "30d",
	 .max = YEAR},
};

static read_fn read_budget;
static const struct key budget_keys[] = {
	{.name = "address", .read = read_budget, AT(desk_row, limit[BUDGET_ADDRESS])},
	{.name = "ticket", .read = read_budget, AT(desk_row, limit[BUDGET_TICKET])},
	{.name = "domain", .read = read_budget, AT(desk_row, limit[BUDGET_DOMAIN])},
	{.name = "total", .read = read_budget, AT(desk_row, limit[BUDGET_TOTAL])},
};

static const struct key default_keys[] = {
	{.name = "service", .read = read_service, AT(class_row, service), .otherwise = ""},
	{.name = "area", .read = read_str, AT(class_row, area), .otherwise = ""},
	{.name = "level",
	 .read = read_int,
	 AT(class_row, level),
	 .otherwise = "1",
	 .min = 1,
	 .max = 2},
	{.name = "priority", .read = read_priority, AT(class_row, priority), .otherwise = "media"},
};

static const struct key desk_keys[] = {
	{.name = "name",
	 .read = read_str,
	 AT(desk_row, name),
	 .otherwise = "Mesa de ayuda",
	 .min = 1,
	 .max = 80},
	{.name = "number", .read = read_node, AT(desk_row, number)},
	{.name = "numbers_before", .read = read_node, AT(desk_row, before)},
	{.name = "response",
	 .read = read_map,
	 AT(desk_row, response),
	 .sub = response_keys,
	 .n_sub = COUNT(response_keys)},
	{.name = "survey",
	 .read = read_map,
	 AT(desk_row, survey),
	 .sub = survey_keys,
	 .n_sub = COUNT(survey_keys)},
	{.name = "reopen",
	 .read = read_map,
	 AT(desk_row, reopen),
	 .sub = reopen_keys,
	 .n_sub = COUNT(reopen_keys)},
	{.name = "late_vote",
	 .read = read_map,
	 AT(desk_row, late_vote),
	 .sub = late_keys,
	 .n_sub = COUNT(late_keys)},
	{.name = "budgets", .read = read_node, AT(desk_row, budgets)},
	{.name = "assign",
	 .read = read_choice,
	 AT(desk_row, assign),
	 .otherwise = "auto",
	 .choices = assign_choices},
	{.name = "attach_max",
	 .read = read_bytes,
	 AT(desk_row, attach_max),
	 .otherwise = "10MB",
	 .max = 100 << 20},
	{.name = "default",
	 .read = read_map,
	 AT(desk_row, otherwise),
	 .sub = default_keys,
	 .n_sub = COUNT(default_keys)},
	{.name = "data_line",
	 .read = read_str,
	 AT(desk_row, data_line),
	 .otherwise = "Sus datos se usan solo para atender esta solicitud (Ley 1581 de 2012)."},
	{.name = "intake", .read = read_node, AT(desk_row, intake)},
	{.name = "own_lists", .read = read_strs, AT(desk_row, own_lists), .max = 255},
	{.name = "labels", .read = read_names},
	{.name = "titles", .read = read_names},
};

/* --- terms -------------------------------------------------------------------------------- */

static const struct calendar *calendar_named(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_calendars; i++) {
		if (str_eq(p->calendars[i]->id, id))
			return p->calendars[i];
	}
	return NULL;
}

/* In official acts days are working days unless one says otherwise (Ley 4 de 1913, art. 62). */
static const struct calendar *term_calendar(struct load *l, const struct node *group,
					    const struct term_row *row)
{
	if (node_get(group, "calendar"))
		return row->calendar;
	return row->within.days ? calendar_named(l->p, "laboral") : NULL;
}

static void exceptions(struct load *l, const struct node *list)
{
	struct exception_row *rows;
	struct response_exception *out;
	size_t n;

	rows = schema_rows(&l->r, list, exception_keys, COUNT(exception_keys), sizeof *rows, &n);
	if (n > EXCEPTIONS_MAX) {
		tell(&l->r, list, DIAG_ERROR, "redúzcala", "hay más de %d reglas", EXCEPTIONS_MAX);
		return;
	}
	out = arena_array(l->r.a, n, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const struct node *at = rows[i].at;

		out[i] = (struct response_exception){.area = rows[i].area,
						     .service = rows[i].service,
						     .level = rows[i].level,
						     .priority = rows[i].priority,
						     .response = rows[i].response};
		if (!node_get(at, "priority"))
			out[i].priority = -1;
		if (!node_get(at, "calendar"))
			out[i].response.calendar = l->p->response.calendar;
		if (!node_get(at, "warn"))
			out[i].response.warn = l->p->response.warn;
		if (!*out[i].area && !*out[i].service && !out[i].level && out[i].priority < 0)
			tell(&l->r, at, DIAG_ERROR, "añada area, service, level o priority",
			     "esta regla no dice a qué casos se aplica");
	}
	l->p->exceptions = out;
	l->p->n_exceptions = n;
}

static void terms(struct load *l, const struct node *root, const struct desk_row *row)
{
	l->p->response = (struct response_policy){.within = row->response.within,
						  .calendar = row->response.calendar,
						  .warn = row->response.warn};
	exceptions(l, row->response.rules);
	l->p->survey_close = row->survey.within;
	l->p->survey_calendar = term_calendar(l, node_get(root, "survey"), &row->survey);
	l->p->reopen_within = row->reopen.within;
	l->p->reopen_calendar = term_calendar(l, node_get(root, "reopen"), &row->reopen);
	l->p->late_vote_within = row->late_vote.within;
}

/* --- budgets: «10/1d», or none ------------------------------------------------------------- */

static void read_budget(const struct reader *r, const struct key *k, const struct node *v,
			void *field)
{
	struct slice s = slice_of(v->text);
	size_t slash = slice_chr(s, '/');
	struct duration d;
	uint64_t count;

	(void)k;
	if (!is_scalar(r, v))
		return;
	if (str_eq(v->text, "none")) {
		*(struct budget *)field = (struct budget){0};
		return;
	}
	if (slash == SIZE_MAX || !slice_u64(slice_trim(slice_sub(s, 0, slash)), &count) || !count ||
	    count > 1000000 || !duration_read(slice_sub(s, slash + 1, SIZE_MAX), &d) ||
	    duration_zero(d)) {
		tell(r, v, DIAG_ERROR, "escriba cuántos y en cuánto tiempo: 10/1d, o none",
		     "«%.60s» no es un tope", v->text);
		return;
	}
	*(struct budget *)field = (struct budget){.count = (int64_t)count,
						  .seconds = d.seconds + (int64_t)d.days * DAY};
}

static void budgets(struct load *l, struct desk_row *row)
{
	/* a group with all its lines commented out says nothing */
	const struct node *at = row->budgets && !node_blank(row->budgets) ? row->budgets : NULL;

	row->limit[BUDGET_ADDRESS] = (struct budget){10, DAY};
	row->limit[BUDGET_TICKET] = (struct budget){5, DAY};
	row->limit[BUDGET_TOTAL] = (struct budget){30, 60};
	if (at && at->kind == NODE_SCALAR && str_eq(at->text, "none"))
		memset(row->limit, 0, sizeof(row->limit));
	else if (at)
		schema_read(&l->r, at, budget_keys, COUNT(budget_keys), row);
	/* whoever lets one address have more means its domain too */
	if (!at || (at->kind != NODE_SCALAR && !node_get(at, "domain"))) {
		row->limit[BUDGET_DOMAIN] = row->limit[BUDGET_ADDRESS];
		row->limit[BUDGET_DOMAIN].count *= ADDRESSES_A_DOMAIN;
	}
	memcpy(l->p->budgets, row->limit, sizeof(row->limit));
}

static void not_yet(struct load *l, const struct node *root, const char *name)
{
	const struct node *at = node_get(root, name);

	if (at && at->count)
		tell(&l->r, at, DIAG_WARNING, "puede dejarlo escrito",
		     "«%s» todavía no cambia nada", name);
}

void load_desk(struct load *l, const struct node *root)
{
	struct desk_row row = {0};

	schema_read(&l->r, root, desk_keys, COUNT(desk_keys), &row);
	l->p->desk_name = row.name;
	l->p->data_line = row.data_line;
	l->p->assign_auto = row.assign == ASSIGN_AUTO;
	l->p->attach_max = row.attach_max;
	l->p->default_service = row.otherwise.service;
	l->p->default_area = row.otherwise.area;
	l->p->default_level = row.otherwise.level;
	l->p->default_priority = (enum priority)row.otherwise.priority;
	l->p->own_lists = row.own_lists.v;
	l->p->n_own_lists = row.own_lists.n;
	load_numbers(l, row.number, row.before);
	terms(l, root, &row);
	budgets(l, &row);
	load_intake(l, row.intake);
	not_yet(l, root, "labels");
	not_yet(l, root, "titles");
}
