/* plan.yaml and people.csv: checked now, so that what is written early is written well. */
#include "base/text.h"
#include "conf/file.h"
#include "conf/load.h"

#include <string.h>

enum { PEOPLE_MAX = 4 << 20, COLUMNS_MAX = 20, FIELD_MAX = 1000 };

struct work_row {
	const struct node *at;
	const char *id, *name, *service, *equipment;
	const struct node *who;
	struct duration every;
	const struct node *from;
};

static const struct key work_keys[] = {
	{.name = "id", .read = read_id, .offset = offsetof(struct work_row, id), .required = true},
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct work_row, name),
	 .required = true,
	 .min = 1,
	 .max = 200},
	{.name = "service", .read = read_service, .offset = offsetof(struct work_row, service)},
	{.name = "equipment", .read = read_str, .offset = offsetof(struct work_row, equipment)},
	{.name = "who", .read = read_node, .offset = offsetof(struct work_row, who)},
	{.name = "every",
	 .read = read_duration,
	 .offset = offsetof(struct work_row, every),
	 .required = true,
	 .min = 86400,
	 .max = 3653LL * 86400},
	{.name = "from", .read = read_node, .offset = offsetof(struct work_row, from)},
};

static const struct key plan_keys[] = {{.name = "plan", .read = read_node}};

void load_plan(struct load *l, const struct node *root)
{
	const struct node *list = NULL;
	struct work_row *rows;
	const char **ids;
	int64_t day;
	size_t n;

	schema_read(&l->r, root, plan_keys, COUNT(plan_keys), &list);
	rows = schema_rows(&l->r, list, work_keys, COUNT(work_keys), sizeof *rows, &n);
	ids = arena_array(l->r.a, n, sizeof *ids);
	for (size_t i = 0; i < n; i++) {
		const struct node *who = rows[i].who, *from = rows[i].from;

		ids[i] = rows[i].id;
		is_first(&l->r, rows[i].at, "el trabajo", ids[i], ids, i);
		if (who && is_scalar(&l->r, who) && !l->partial && !policy_staff(l->p, who->text))
			tell(&l->r, who, DIAG_WARNING, "añada a esa persona en staff.yaml",
			     "no hay nadie con el id «%.60s»", who->text);
		if (from && is_scalar(&l->r, from) && !date_read(slice_of(from->text), &day))
			tell(&l->r, from, DIAG_ERROR, "escriba una fecha como 2026-11-30",
			     "«%.60s» no es una fecha que exista", from->text);
	}
	if (n)
		tell(&l->r, list, DIAG_WARNING, "puede dejarlo escrito",
		     "mesad todavía no abre los casos del plan");
}

/* --- people.csv --------------------------------------------------------------------------- */

static const char *const columns[] = {"nombre",	  "correos", "dependencia", "sede",
				      "telefono", "equipo",  "delegados",   "compartido"};

struct csv {
	struct load *l;
	const char *file;
	int line;
	struct slice fields[COLUMNS_MAX];
	size_t n;
};

static void complain(const struct csv *c, enum severity s, const char *message, const char *remedy)
{
	diags_add(c->l->r.d, (struct diag){.file = c->file,
					   .line = c->line,
					   .column = 1,
					   .severity = s,
					   .message = message,
					   .remedy = remedy});
}

/* Fields between commas or semicolons; one in quotes may hold them. */
static void split(struct csv *c, struct slice s, char separator)
{
	c->n = 0;
	for (;;) {
		bool quoted = false;
		size_t n = 0;

		while (n < s.n && (quoted || s.p[n] != separator))
			quoted ^= s.p[n++] == '"';
		if (c->n < COLUMNS_MAX)
			c->fields[c->n] = slice_trim(slice_sub(s, 0, n));
		c->n++;
		if (n >= s.n)
			return;
		s = slice_sub(s, n + 1, SIZE_MAX);
	}
}

static size_t header(struct csv *c)
{
	size_t mails = SIZE_MAX;

	for (size_t i = 0; i < c->n && i < COLUMNS_MAX; i++) {
		const char *name = text_fold(c->l->r.a, c->fields[i]);
		bool known = false;

		for (size_t j = 0; j < COUNT(columns); j++)
			known |= str_eq(columns[j], name);
		if (!known)
			complain(
				c, DIAG_WARNING,
				arena_printf(c->l->r.a, "la columna «%.40s» no se usa%s", name,
					     did_you_mean(&c->l->r, name, columns, COUNT(columns))),
				"");
		if (str_eq(name, "correos"))
			mails = i;
	}
	if (mails == SIZE_MAX)
		complain(c, DIAG_ERROR, "falta la columna «correos»",
			 "empiece el archivo con: nombre,correos,dependencia,sede,telefono,equipo");
	return mails;
}

static void mails(struct csv *c, struct slice s)
{
	struct slice one;

	if (s.n >= 2 && s.p[0] == '"')
		s = slice_sub(s, 1, s.n - 2);
	while (slice_next(&s, ' ', &one)) {
		const char *addr = slice_dup(c->l->r.a, text_cut(one, FIELD_MAX));

		if (one.n && !address_valid(addr))
			complain(c, DIAG_ERROR,
				 arena_printf(c->l->r.a, "«%.60s» no es una dirección de correo",
					      addr),
				 "si hay varias, sepárelas con espacios");
		else if (one.n && !address_sendable(addr))
			complain(c, DIAG_ERROR,
				 arena_printf(c->l->r.a, "a «%.60s» no llega el correo", addr),
				 ADDRESS_UNSENDABLE_REMEDY);
	}
}

void load_people(struct load *l, const char *file)
{
	struct csv c = {.l = l, .file = file};
	struct slice rest, line;
	struct err e = {""};
	size_t width = 0, mail = SIZE_MAX;
	char separator = ',';

	switch (file_read(l->r.a, l->c->dir, file, PEOPLE_MAX, &rest, &e)) {
	case FILE_MISSING:
		return;
	case FILE_TROUBLE:
		complain(&c, DIAG_ERROR, e.text, "revise el archivo y sus permisos");
		return;
	case FILE_OK:
		break;
	}
	if (!text_valid(rest)) {
		complain(&c, DIAG_ERROR, "el archivo no está en UTF-8", "guárdelo como CSV UTF-8");
		return;
	}
	if (slice_starts(rest, SLICE("\xef\xbb\xbf")))
		rest = slice_sub(rest, 3, SIZE_MAX);
	while (slice_line(&rest, &line)) {
		c.line++;
		if (!slice_trim(line).n)
			continue;
		if (!width && slice_chr(line, ';') != SIZE_MAX)
			separator = ';';
		split(&c, line, separator);
		if (width && c.n != width)
			complain(&c, DIAG_ERROR, "esta fila no tiene las columnas de la primera",
				 "ponga entre comillas los textos con comas");
		else if (width && mail < c.n)
			mails(&c, c.fields[mail]);
		if (width)
			continue;
		width = c.n;
		mail = header(&c);
		if (width > COLUMNS_MAX)
			return;
	}
}
