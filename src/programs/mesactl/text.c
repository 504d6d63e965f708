/* text: tables and pages of the reading verbs for people. */
#include "programs/mesactl/text.h"

#include "core/say.h"
#include "face/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TEXT_MAX = 256 * 1024 * 1024, ROWS_FIRST = 256 };

struct terminal text_terminal(const struct ctl *c)
{
	struct terminal t = {.colour = c->colour, .width = 0};
	struct winsize w;

	if (isatty(STDOUT_FILENO))
		t.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col
										: TERMINAL_WIDTH;
	return t;
}

static void print_table(const struct ctl *c, const struct column *columns, size_t n_columns,
			const char *const *cells, const enum paint *paints, size_t n_rows,
			const char *nothing)
{
	struct terminal to = text_terminal(c);
	struct sbuf b = SBUF_INIT(TEXT_MAX);
	struct table t = {
		.columns = columns,
		.n_columns = n_columns,
		.cells = cells,
		.paints = paints,
		.n_rows = n_rows,
	};

	if (n_rows == 0) {
		puts(nothing);
		return;
	}
	terminal_table(&b, &t, &to);
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

/* --- list --- */

enum { LIST_COLUMNS = 6 };

struct text_list {
	struct ctl *c;
	const char **cells;
	enum paint *paints;
	size_t n, cap;
};

struct text_list *text_list_new(struct ctl *c)
{
	struct text_list *l = arena_alloc(c->a, sizeof(*l));

	l->c = c;
	return l;
}

static enum paint paint_of(const struct ticket *t)
{
	if (t->state == STATE_CLOSED)
		return PAINT_QUIET;
	if (t->clocks[CLOCK_RESPONSE].breached && !t->clocks[CLOCK_RESPONSE].stopped)
		return PAINT_BAD;
	if (t->clocks[CLOCK_RESPONSE].warned && !t->clocks[CLOCK_RESPONSE].stopped)
		return PAINT_WARN;
	return t->state == STATE_RESOLVED ? PAINT_GOOD : PAINT_NONE;
}

void text_list_add(struct text_list *l, const struct ticket *t)
{
	const struct policy *p = l->c->conf->policy;
	const struct staff *s = policy_staff(p, t->assignee);
	struct arena *a = l->c->a;
	const char **row;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : ROWS_FIRST;
		l->cells = mem_grow(l->cells, l->cap * LIST_COLUMNS, sizeof(*l->cells));
		l->paints = mem_grow(l->paints, l->cap, sizeof(*l->paints));
	}
	row = &l->cells[l->n * LIST_COLUMNS];
	row[0] = arena_str(a, t->number);
	row[1] = state_label(t->state);
	row[2] = say_short(a, p->zone, t->opened_at);
	row[3] = arena_str(a, s ? s->name : str_empty(t->assignee) ? "por asignar" : t->assignee);
	row[4] = arena_str(a, str_empty(t->requester.name) ? t->requester.addr : t->requester.name);
	row[5] = arena_str(a, t->subject);
	l->paints[l->n++] = paint_of(t);
}

void text_list_print(struct text_list *l)
{
	static const struct column columns[LIST_COLUMNS] = {
		{.title = "Caso"},
		{.title = "Estado"},
		{.title = "Recibido"},
		{.title = "Atiende", .most = 18},
		{.title = "Solicitante", .most = 24},
		{.title = "Asunto", .stretch = true},
	};

	print_table(l->c, columns, LIST_COLUMNS, l->cells, l->paints, l->n, "No hay casos.");
	free(l->cells);
	free(l->paints);
}

/* --- the others --- */

static const char *bytes_text(struct arena *a, int64_t n)
{
	if (n < 1024)
		return arena_printf(a, "%lld B", (long long)n);
	if (n < 1024 * 1024)
		return arena_printf(a, "%lld KB", (long long)(n / 1024));
	return arena_printf(a, "%.1f MB", (double)n / (1024 * 1024));
}

int text_attachments(struct ctl *c, const struct attachment_row *rows, size_t n)
{
	static const struct column columns[] = {
		{.title = "Id", .right = true},
		{.title = "Tamaño", .right = true},
		{.title = "Tipo", .most = 40},
		{.title = "Nombre", .stretch = true},
	};
	const char **cells = arena_array(c->a, n * COUNT(columns), sizeof(*cells));

	for (size_t i = 0; i < n; i++) {
		const char **row = &cells[i * COUNT(columns)];

		row[0] = arena_printf(c->a, "%lld", (long long)rows[i].id);
		row[1] = bytes_text(c->a, rows[i].att.size);
		row[2] = rows[i].att.type;
		row[3] = rows[i].att.name;
	}
	print_table(c, columns, COUNT(columns), cells, NULL, n, "El caso no tiene adjuntos.");
	return CTL_OK;
}

static const char *outbox_state(const struct outbox_item *o)
{
	static const struct {
		const char *name, *label;
	} labels[] = {
		{"queued", "en espera"},
		{"sent", "aceptado"},
		{"failed", "falló"},
		{"cancelled", "no se envió"},
	};

	for (size_t i = 0; i < COUNT(labels); i++)
		if (str_eq(labels[i].name, o->state))
			return labels[i].label;
	return o->state;
}

int text_outbox(struct ctl *c, const struct outbox_item *list, size_t n)
{
	static const struct column columns[] = {
		{.title = "Id", .right = true},
		{.title = "Caso"},
		{.title = "Estado"},
		{.title = "Intentos", .right = true},
		{.title = "Próximo"},
		{.title = "Para", .most = 32},
		{.title = "Respuesta", .stretch = true},
	};
	const char **cells = arena_array(c->a, n * COUNT(columns), sizeof(*cells));
	enum paint *paints = arena_array(c->a, n, sizeof(*paints));

	for (size_t i = 0; i < n; i++) {
		const char **row = &cells[i * COUNT(columns)];

		row[0] = arena_printf(c->a, "%lld", (long long)list[i].id);
		row[1] = list[i].number;
		row[2] = outbox_state(&list[i]);
		row[3] = arena_printf(c->a, "%d", list[i].attempts);
		row[4] = str_eq(list[i].state, "queued")
				 ? say_short(c->a, c->conf->policy->zone, list[i].next_at)
				 : "";
		row[5] = list[i].to;
		row[6] = list[i].reply;
		paints[i] = str_eq(list[i].state, "failed") ? PAINT_BAD
			    : list[i].attempts > 0	    ? PAINT_WARN
							    : PAINT_NONE;
	}
	print_table(c, columns, COUNT(columns), cells, paints, n, "No hay correo en espera.");
	return CTL_OK;
}

int text_quarantine(struct ctl *c, const struct quarantine_item *list, size_t n)
{
	static const struct column columns[] = {
		{.title = "Id", .right = true},
		{.title = "Buzón"},
		{.title = "Recibido"},
		{.title = "Tamaño", .right = true},
		{.title = "Por qué", .stretch = true},
	};
	const char **cells = arena_array(c->a, n * COUNT(columns), sizeof(*cells));

	for (size_t i = 0; i < n; i++) {
		const char **row = &cells[i * COUNT(columns)];

		row[0] = arena_printf(c->a, "%lld", (long long)list[i].id);
		row[1] = list[i].mailbox;
		row[2] = say_short(c->a, c->conf->policy->zone, list[i].received_at);
		row[3] = bytes_text(c->a, list[i].size);
		row[4] = list[i].why;
	}
	print_table(c, columns, COUNT(columns), cells, NULL, n, "No hay correo en cuarentena.");
	return CTL_OK;
}
