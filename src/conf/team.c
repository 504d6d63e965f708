/* services.yaml and staff.yaml: what is offered and who attends it. */
#include "base/text.h"
#include "conf/load.h"

#include <string.h>

enum { DAY = 86400, REMINDERS_MAX = 10 };

bool is_first(const struct reader *r, const struct node *at, const char *what, const char *value,
	      const char *const *before, size_t n)
{
	if (str_empty(value))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (str_empty(before[i]) || !slice_ieqs(slice_of(before[i]), value))
			continue;
		tell(r, at, DIAG_ERROR, "deje uno solo, o cambie uno de los dos",
		     "%s «%.80s» ya está antes", what, value);
		return false;
	}
	return true;
}

/* --- services ----------------------------------------------------------------------------- */

enum service_type { TYPE_NONE, TYPE_INCIDENT, TYPE_REQUEST, TYPE_MAINTENANCE };
static const char *const type_names[] = {"", "incidencia", "requerimiento", "mantenimiento"};
static const struct choice type_choices[] = {{"incidencia", TYPE_INCIDENT},
					     {"requerimiento", TYPE_REQUEST},
					     {"mantenimiento", TYPE_MAINTENANCE},
					     {"incident", TYPE_INCIDENT},
					     {"request", TYPE_REQUEST},
					     {"maintenance", TYPE_MAINTENANCE},
					     {NULL, 0}};

struct service_row {
	const struct node *at;
	const char *id, *name, *guide;
	int type, level;
	struct strs staff;
};

static const struct key service_keys[] = {
	{.name = "id",
	 .read = read_id,
	 .offset = offsetof(struct service_row, id),
	 .required = true},
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct service_row, name),
	 .required = true,
	 .min = 1,
	 .max = 200},
	{.name = "type",
	 .read = read_choice,
	 .offset = offsetof(struct service_row, type),
	 .choices = type_choices},
	{.name = "level",
	 .read = read_int,
	 .offset = offsetof(struct service_row, level),
	 .otherwise = "1",
	 .min = 1,
	 .max = 3},
	{.name = "guide",
	 .read = read_str,
	 .offset = offsetof(struct service_row, guide),
	 .otherwise = "",
	 .max = 500},
	{.name = "staff",
	 .read = read_strs,
	 .offset = offsetof(struct service_row, staff),
	 .max = 40},
};

static const struct key services_keys[] = {{.name = "services", .read = read_node}};

void load_services(struct load *l, const struct node *root)
{
	const struct node *list = NULL;
	struct service_row *rows;
	struct service *out;
	const char **ids;
	size_t n;

	schema_read(&l->r, root, services_keys, COUNT(services_keys), &list);
	rows = schema_rows(&l->r, list, service_keys, COUNT(service_keys), sizeof *rows, &n);
	if (n > SERVICES_MAX) {
		tell(&l->r, list, DIAG_ERROR, "redúzcala", "hay más de %d servicios", SERVICES_MAX);
		n = 0;
	}
	out = arena_array(l->r.a, n, sizeof *out);
	ids = arena_array(l->r.a, n, sizeof *ids);
	for (size_t i = 0; i < n; i++) {
		ids[i] = rows[i].id ? rows[i].id : "";
		is_first(&l->r, rows[i].at, "el servicio", ids[i], ids, i);
		out[i] = (struct service){.id = ids[i],
					  .name = rows[i].name ? rows[i].name : "",
					  .type = type_names[rows[i].type],
					  .level = rows[i].level,
					  .guide = rows[i].guide};
	}
	l->p->services = out;
	l->p->n_services = n;
	l->service_rows = rows;
}

static bool is_service(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_services; i++) {
		if (str_eq(p->services[i].id, id))
			return true;
	}
	return false;
}

static const char *nearest_service(const struct reader *r, const char *id)
{
	const struct policy *p = r->load->p;
	const char **names = arena_array(r->a, p->n_services, sizeof *names);

	for (size_t i = 0; i < p->n_services; i++)
		names[i] = p->services[i].id;
	return did_you_mean(r, id, names, p->n_services);
}

void read_service(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	(void)k;
	if (!is_scalar(r, v))
		return;
	if (r->load->partial || is_service(r->load->p, v->text))
		*(const char **)field = v->text;
	else
		tell(r, v, DIAG_ERROR, "use un id de services.yaml, o añádalo allí",
		     "no hay un servicio «%.60s»%s", v->text, nearest_service(r, v->text));
}

/* --- people ------------------------------------------------------------------------------- */

static const struct choice role_choices[] = {
	{"technician", ROLE_TECHNICIAN},    {"engineer", ROLE_ENGINEER},
	{"coordinator", ROLE_COORDINATOR},  {"tecnico", ROLE_TECHNICIAN},
	{"tecnica", ROLE_TECHNICIAN},	    {"ingeniero", ROLE_ENGINEER},
	{"ingeniera", ROLE_ENGINEER},	    {"coordinador", ROLE_COORDINATOR},
	{"coordinadora", ROLE_COORDINATOR}, {NULL, 0}};

struct staff_row {
	const struct node *at;
	const char *id, *name, *email;
	int role, level;
	bool attends;
	struct strs services;
};

struct outside_row {
	const struct node *at;
	const char *id, *name, *email;
	struct duration answer_within;
	const struct node *remind;
};

struct team_row {
	const struct node *staff, *providers, *offices;
};

static const struct key staff_keys[] = {
	{.name = "id", .read = read_id, .offset = offsetof(struct staff_row, id), .required = true},
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct staff_row, name),
	 .required = true,
	 .min = 1,
	 .max = 120},
	{.name = "email",
	 .read = read_address,
	 .offset = offsetof(struct staff_row, email),
	 .required = true},
	{.name = "role",
	 .read = read_choice,
	 .offset = offsetof(struct staff_row, role),
	 .otherwise = "technician",
	 .choices = role_choices},
	{.name = "level",
	 .read = read_int,
	 .offset = offsetof(struct staff_row, level),
	 .min = 1,
	 .max = 2},
	{.name = "attends", .read = read_bool, .offset = offsetof(struct staff_row, attends)},
	{.name = "services",
	 .read = read_strs,
	 .offset = offsetof(struct staff_row, services),
	 .max = 40},
};

static const struct key outside_keys[] = {
	{.name = "id",
	 .read = read_id,
	 .offset = offsetof(struct outside_row, id),
	 .required = true},
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct outside_row, name),
	 .required = true,
	 .min = 1,
	 .max = 120},
	{.name = "email",
	 .read = read_address,
	 .offset = offsetof(struct outside_row, email),
	 .required = true},
	{.name = "answer_within",
	 .read = read_duration,
	 .offset = offsetof(struct outside_row, answer_within),
	 .otherwise = "2d",
	 .min = 1,
	 .max = 365 * DAY},
	{.name = "remind", .read = read_node, .offset = offsetof(struct outside_row, remind)},
};

static const struct key team_keys[] = {
	{.name = "staff", .read = read_node, .offset = offsetof(struct team_row, staff)},
	{.name = "providers", .read = read_node, .offset = offsetof(struct team_row, providers)},
	{.name = "offices", .read = read_node, .offset = offsetof(struct team_row, offices)},
};

/* Ids and addresses that are taken, over all lists of the file. */
struct taken {
	const char **ids, **mails;
	size_t n;
};

static void take(struct load *l, struct taken *t, const struct node *at, const char *id,
		 const char *mail)
{
	t->ids[t->n] = id;
	t->mails[t->n] = mail;
	is_first(&l->r, at, "el identificador", id, t->ids, t->n);
	is_first(&l->r, at, "el correo", mail, t->mails, t->n);
	if (mail && policy_is_own(l->p, mail))
		tell(&l->r, at, DIAG_ERROR, "ponga el correo personal de quien atiende",
		     "«%.80s» es la dirección de la mesa misma", mail);
	t->n++;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void staff_services(struct load *l, struct staff *s, const struct staff_row *row)
{
	const struct service_row *services = l->service_rows;
	size_t most = row->services.n + l->p->n_services, n = row->services.n;
	const char **list = arena_array(l->r.a, most, sizeof *list);

	for (size_t i = 0; i < n; i++) {
		list[i] = row->services.v[i];
		if (!l->partial && !is_service(l->p, list[i]))
			tell(&l->r, row->services.at[i], DIAG_WARNING,
			     "use un id de services.yaml, o añádalo allí",
			     "no hay un servicio «%.60s»%s", list[i],
			     nearest_service(&l->r, list[i]));
	}
	/* Who attends everything needs no more; others also get the services that name them. */
	for (size_t i = 0; row->services.n && i < l->p->n_services; i++) {
		for (size_t j = 0; j < services[i].staff.n; j++) {
			if (str_eq(services[i].staff.v[j], s->id))
				list[n++] = l->p->services[i].id;
		}
	}
	s->services = list;
	s->n_services = n;
}

static void staff(struct load *l, const struct node *list, struct taken *t)
{
	struct staff_row *rows;
	struct staff *out;
	size_t n;

	rows = schema_rows(&l->r, list, staff_keys, COUNT(staff_keys), sizeof *rows, &n);
	n = n < STAFF_MAX ? n : STAFF_MAX;
	out = arena_array(l->r.a, n, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const struct staff_row *row = &rows[i];
		enum role role = (enum role)row->role;

		out[i] = (struct staff){.id = or_empty(row->id),
					.name = or_empty(row->name),
					.email = or_empty(row->email),
					.role = role,
					.level = row->level};
		if (!out[i].level)
			out[i].level = role == ROLE_ENGINEER ? 2 : 1;
		out[i].attends =
			node_get(row->at, "attends") ? row->attends : role != ROLE_COORDINATOR;
		staff_services(l, &out[i], row);
		take(l, t, row->at, row->id, row->email);
	}
	l->p->staff = out;
	l->p->n_staff = n;
}

static void reminders(struct load *l, struct outside *o, const struct node *at)
{
	static const struct key percent = {.name = "remind", .min = 1, .max = 1000};
	bool list = at && at->kind == NODE_LIST;
	int *out;

	if (!at || node_blank(at))
		return;
	if (list && at->count > REMINDERS_MAX) {
		tell(&l->r, at, DIAG_ERROR, "redúzcala", "son más de %d recordatorios",
		     REMINDERS_MAX);
		return;
	}
	out = arena_array(l->r.a, list ? at->count : 1, sizeof *out);
	for (const struct node *one = list ? at->first : at; one; one = list ? one->next : NULL)
		read_percent(&l->r, &percent, one, &out[o->n_remind++]);
	o->remind = out;
}

static void outside(struct load *l, const struct node *list, bool office, struct outside *out,
		    struct taken *t)
{
	struct outside_row *rows;
	size_t n;

	rows = schema_rows(&l->r, list, outside_keys, COUNT(outside_keys), sizeof *rows, &n);
	for (size_t i = 0; i < n && l->p->n_outside < STAFF_MAX; i++) {
		struct outside *o = &out[l->p->n_outside++];

		*o = (struct outside){.id = or_empty(rows[i].id),
				      .name = or_empty(rows[i].name),
				      .email = or_empty(rows[i].email),
				      .office = office,
				      .answer_within = rows[i].answer_within};
		reminders(l, o, rows[i].remind);
		take(l, t, rows[i].at, rows[i].id, rows[i].email);
	}
}

/* A service that names somebody who is not there is told, but the desk runs. */
static void absent(struct load *l)
{
	const struct service_row *rows = l->service_rows;

	for (size_t i = 0; i < l->p->n_services; i++) {
		for (size_t j = 0; j < rows[i].staff.n; j++) {
			if (!l->partial && !policy_staff(l->p, rows[i].staff.v[j]))
				tell(&l->r, rows[i].staff.at[j], DIAG_WARNING,
				     "añada a esa persona en staff.yaml, o quítela de aquí",
				     "no hay nadie con el id «%.60s»", rows[i].staff.v[j]);
		}
	}
}

static void someone_attends(struct load *l, const struct node *at)
{
	bool coordinator = false, attends = false;

	for (size_t i = 0; i < l->p->n_staff; i++) {
		coordinator |= l->p->staff[i].role == ROLE_COORDINATOR;
		attends |= l->p->staff[i].attends;
	}
	if (!attends)
		tell(&l->r, at, DIAG_WARNING, "añada a quien atiende en «staff»",
		     "nadie atiende: los casos quedarán por asignar");
	if (!coordinator)
		tell(&l->r, at, DIAG_WARNING, "dele a una persona «role: coordinator»",
		     "no hay coordinador: nadie recibirá los avisos");
}

void load_staff(struct load *l, const struct node *root)
{
	struct team_row row = {0};
	struct outside *out = arena_array(l->r.a, STAFF_MAX, sizeof *out);
	struct taken t = {.ids = arena_array(l->r.a, 2 * STAFF_MAX, sizeof *t.ids),
			  .mails = arena_array(l->r.a, 2 * STAFF_MAX, sizeof *t.mails)};

	schema_read(&l->r, root, team_keys, COUNT(team_keys), &row);
	if (row.staff && row.staff->count > STAFF_MAX)
		tell(&l->r, row.staff, DIAG_ERROR, "redúzcala", "hay más de %d personas",
		     STAFF_MAX);
	staff(l, row.staff, &t);
	l->p->outside = out;
	outside(l, row.providers, false, out, &t);
	outside(l, row.offices, true, out, &t);
	absent(l);
	someone_attends(l, root);
}
