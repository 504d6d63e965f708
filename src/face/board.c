#include "face/board.h"

#include "base/text.h"
#include "core/say.h"
#include "face/history.h"

#include <inttypes.h>

enum {
	LABEL = 24,
	COUNT_WIDTH = 5,
	BAR = 32,
	URGENT_MAX = 10,
	EVENTS_MAX = 8,
	CELLS = 5,
	HAPPENED = 30,
	NUMBER = 16,
	ACTOR = 18
};

struct drawn {
	struct sbuf *out;
	const struct terminal *to;
	struct arena *a;
	const struct board *m;
};

static const char *number(const struct drawn *d, int64_t n)
{
	return arena_printf(d->a, "%" PRId64, n);
}

static void put_counted(const struct drawn *d, const char *label, int64_t n, int64_t most,
			enum paint paint)
{
	sbuf_cstr(d->out, "  ");
	terminal_cell(d->out, d->to, PAINT_NONE, label, LABEL, false);
	terminal_cell(d->out, d->to, PAINT_BOLD, number(d, n), COUNT_WIDTH, true);
	if (n > 0) {
		sbuf_cstr(d->out, "  ");
		terminal_bar(d->out, d->to, paint, (double)n, (double)most, BAR);
	}
	sbuf_chr(d->out, '\n');
}

static void put_title(const struct drawn *d)
{
	const struct policy *p = d->m->policy;

	terminal_put(d->out, d->to, PAINT_BOLD,
		     arena_printf(d->a, "%s · %s", p->desk_name, p->entity));
	sbuf_chr(d->out, '\n');
	terminal_put(d->out, d->to, PAINT_QUIET,
		     arena_printf(d->a, "%s, %s", say_day(d->a, p->zone, d->m->now),
				  say_hour(d->a, p->zone, d->m->now)));
	sbuf_chr(d->out, '\n');
}

static void put_alarm(const struct drawn *d, bool *first, int64_t n, const char *one,
		      const char *many, enum paint paint)
{
	if (n == 0)
		return;
	sbuf_cstr(d->out, *first ? "  " : "  ·  ");
	*first = false;
	terminal_put(d->out, d->to, paint,
		     arena_printf(d->a, "%" PRId64 " %s", n, n == 1 ? one : many));
}

static void put_alarms(const struct drawn *d)
{
	const struct board *m = d->m;
	bool first = true;

	sbuf_chr(d->out, '\n');
	put_alarm(d, &first, m->breached_open, "con el plazo vencido", "con el plazo vencido",
		  PAINT_BAD);
	put_alarm(d, &first, m->due_soon, "por vencer", "por vencer", PAINT_WARN);
	put_alarm(d, &first, m->unassigned, "sin asignar", "sin asignar", PAINT_WARN);
	if (first) {
		sbuf_cstr(d->out, "  ");
		terminal_put(d->out, d->to, PAINT_GOOD, "Nada vencido ni por asignar");
	}
	sbuf_chr(d->out, '\n');
}

static void put_states(const struct drawn *d)
{
	const struct board *m = d->m;
	int64_t most = 1;

	terminal_heading(d->out, d->to, "Casos abiertos");
	for (int s = STATE_NEW; s < STATE_CLOSED; s++)
		most = m->by_state[s] > most ? m->by_state[s] : most;
	for (int s = STATE_NEW; s < STATE_CLOSED; s++)
		put_counted(d, state_label((enum state)s), m->by_state[s], most, PAINT_NONE);
	put_alarms(d);
}

/* «4,4»: the comma is how the country writes it. */
static const char *decimal(struct arena *a, double v)
{
	int64_t tenths = (int64_t)(v * 10 + 0.5);

	return arena_printf(a, "%" PRId64 ",%" PRId64, tenths / 10, tenths % 10);
}

static void put_today(const struct drawn *d)
{
	const struct board *m = d->m;

	sbuf_printf(d->out, "  Hoy: %" PRId64 " %s, %" PRId64 " %s", m->received_today,
		    m->received_today == 1 ? "recibido" : "recibidos", m->closed_today,
		    m->closed_today == 1 ? "cerrado" : "cerrados");
	if (m->evaluations > 0)
		sbuf_printf(d->out, ".  Este mes: %s de 5 en %" PRId64 " %s",
			    decimal(d->a, m->score_mean), m->evaluations,
			    m->evaluations == 1 ? "calificación" : "calificaciones");
	sbuf_chr(d->out, '\n');
}

static void put_loads(const struct drawn *d)
{
	const struct board *m = d->m;
	int64_t most = 1;

	if (m->n_loads == 0)
		return;
	terminal_heading(d->out, d->to, "Por persona");
	for (size_t i = 0; i < m->n_loads; i++)
		most = m->loads[i].open > most ? m->loads[i].open : most;
	for (size_t i = 0; i < m->n_loads; i++)
		put_counted(d, m->loads[i].name, m->loads[i].open, most, PAINT_GOOD);
}

static const char *left_of(const struct drawn *d, const struct ticket *t, enum paint *paint)
{
	const struct clock *c = &t->clocks[CLOCK_RESPONSE];

	*paint = PAINT_NONE;
	if (c->due == 0 || c->stopped)
		return "";
	if (c->due <= d->m->now) {
		*paint = PAINT_BAD;
		return arena_printf(d->a, "hace %s", say_span(d->a, d->m->now - c->due));
	}
	if (c->warn_at && c->warn_at <= d->m->now)
		*paint = PAINT_WARN;
	return arena_printf(d->a, "en %s", say_span(d->a, c->due - d->m->now));
}

static void put_urgent(const struct drawn *d)
{
	static const struct column columns[CELLS] = {{.title = "Caso"},
						     {.title = "Vence"},
						     {.title = "Responsable", .most = 12},
						     {.title = "Solicitante", .most = 14},
						     {.title = "Asunto", .stretch = true}};
	const struct board *m = d->m;
	size_t n = m->n_urgent < URGENT_MAX ? m->n_urgent : URGENT_MAX;
	const char **cells = arena_array(d->a, n * CELLS + 1, sizeof *cells);
	enum paint *paints = arena_array(d->a, n + 1, sizeof *paints);
	struct table t = {columns, CELLS, cells, paints, n};

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct ticket *k = &m->urgent[i];
		const struct staff *s = policy_staff(m->policy, k->assignee);
		const char **cell = cells + i * CELLS;

		cell[0] = k->number;
		cell[1] = left_of(d, k, &paints[i]);
		cell[2] = s ? s->name : str_empty(k->assignee) ? "por asignar" : k->assignee;
		cell[3] = str_empty(k->requester.name) ? k->requester.addr : k->requester.name;
		cell[4] = k->subject;
	}
	terminal_heading(d->out, d->to, "Lo primero");
	terminal_table(d->out, &t, d->to);
}

static void put_mail(const struct drawn *d)
{
	const struct board *m = d->m;
	bool first = true;

	terminal_heading(d->out, d->to, "Correo");
	for (size_t i = 0; i < m->n_mailboxes; i++) {
		const struct board_mailbox *b = &m->mailboxes[i];

		sbuf_cstr(d->out, "  ");
		terminal_cell(d->out, d->to, PAINT_NONE, b->name, LABEL, false);
		terminal_put(d->out, d->to, b->bad ? PAINT_BAD : PAINT_GOOD, b->state);
		if (b->seen_at)
			sbuf_printf(d->out, ", leído hace %s", say_span(d->a, m->now - b->seen_at));
		sbuf_chr(d->out, '\n');
	}
	put_alarm(d, &first, m->mail_open, "correo por procesar", "correos por procesar",
		  PAINT_WARN);
	put_alarm(d, &first, m->outbox_waiting, "correo por enviar", "correos por enviar",
		  PAINT_NONE);
	put_alarm(d, &first, m->outbox_retrying, "espera otro intento: mesactl outbox",
		  "esperan otro intento: mesactl outbox", PAINT_WARN);
	put_alarm(d, &first, m->outbox_failed, "no entregado", "no entregados", PAINT_BAD);
	put_alarm(d, &first, m->quarantined, "en cuarentena", "en cuarentena", PAINT_BAD);
	sbuf_cstr(d->out, first ? "  Nada pendiente por enviar\n" : "\n");
}

static void put_actor(const struct drawn *d, const struct board_event *ev)
{
	const char *name = history_actor(d->m->policy, NULL, ev->actor);

	terminal_cell(d->out, d->to, PAINT_QUIET, name, ACTOR, false);
	while (d->out->n > 0 && d->out->p[d->out->n - 1] == ' ')
		sbuf_cut(d->out, d->out->n - 1);
	sbuf_chr(d->out, '\n');
}

static void put_events(const struct drawn *d)
{
	const struct board *m = d->m;

	if (m->n_events == 0)
		return;
	terminal_heading(d->out, d->to, "Últimos movimientos");
	for (size_t i = 0; i < m->n_events && i < EVENTS_MAX; i++) {
		const struct board_event *ev = &m->events[i];
		struct civil c = zone_civil(m->policy->zone, ev->at);
		enum event_type type;

		sbuf_printf(d->out, "  %02d:%02d  ", c.hour, c.minute);
		terminal_cell(d->out, d->to, PAINT_NONE, ev->number, NUMBER, false);
		sbuf_cstr(d->out, "  ");
		terminal_cell(d->out, d->to, PAINT_NONE,
			      event_read(ev->type, &type) ? event_label(type) : ev->type, HAPPENED,
			      false);
		sbuf_cstr(d->out, "  ");
		put_actor(d, ev);
	}
}

void board_text(struct sbuf *out, const struct terminal *to, const struct board *m)
{
	struct terminal narrow = {
		to->colour, to->width && to->width < TERMINAL_WIDTH ? to->width : TERMINAL_WIDTH};
	struct drawn d = {out, &narrow, arena_new(), m};

	put_title(&d);
	put_states(&d);
	put_today(&d);
	put_loads(&d);
	put_urgent(&d);
	put_mail(&d);
	put_events(&d);
	arena_free(&d.a);
}
