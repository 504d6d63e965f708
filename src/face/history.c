#include "face/history.h"

#include "base/text.h"
#include "core/say.h"
#include "face/flat.h"
#include "face/history_detail.h"

#include <inttypes.h>
#include <string.h>

enum { KEY_WIDTH = 16, EVENT_WIDTH = 30 };

static const char *staff_name(const struct policy *p, const char *id)
{
	const struct staff *s = policy_staff(p, id);

	return s ? s->name : id;
}

static const char *service_name(const struct policy *p, const char *id)
{
	const struct service *s = policy_service(p, id);

	return s ? s->name : id;
}

const char *history_actor(const struct policy *p, const struct ticket *t, const char *actor)
{
	if (str_eq(actor, "system"))
		return "sistema";
	if (str_eq(actor, "participant"))
		return "una persona en copia";
	if (str_eq(actor, "requester"))
		return t == NULL		       ? "solicitante"
		       : !str_empty(t->requester.name) ? t->requester.name
						       : t->requester.addr;
	return staff_name(p, actor);
}

char *history_size(struct arena *a, int64_t bytes)
{
	if (bytes < 1000)
		return arena_printf(a, "%" PRId64 " B", bytes);
	if (bytes < 1000 * 1000)
		return arena_printf(a, "%" PRId64 " kB", (bytes + 500) / 1000);
	return arena_printf(a, "%" PRId64 ",%" PRId64 " MB", bytes / 1000000, bytes / 100000 % 10);
}

static void put_detail(struct sbuf *out, const struct terminal *to, struct arena *a,
		       const struct policy *p, const struct flat_pair *pair)
{
	const char *line = history_detail(a, p, pair);

	if (*line)
		terminal_text(out, to, "           ", line);
}

/* --- the life of a case --- */

static const char *happened(const char *type)
{
	enum event_type t;

	return event_read(type, &t) ? event_label(t) : type;
}

static void put_title(struct sbuf *out, const struct terminal *to, const struct ticket *t)
{
	terminal_put(out, to, PAINT_BOLD, t->number);
	sbuf_cstr(out, "  ");
	terminal_put(out, to, PAINT_NONE, str_empty(t->subject) ? "(sin asunto)" : t->subject);
	sbuf_chr(out, '\n');
}

static enum paint event_paint(const char *type)
{
	static const struct {
		const char *type;
		enum paint paint;
	} rows[] = {
		{"breached", PAINT_BAD},    {"bounced", PAINT_BAD},    {"mail_failed", PAINT_BAD},
		{"unresponded", PAINT_BAD}, {"warned", PAINT_WARN},    {"held", PAINT_WARN},
		{"reopened", PAINT_WARN},   {"cancelled", PAINT_WARN}, {"limited", PAINT_WARN},
		{"postponed", PAINT_WARN},  {"responded", PAINT_GOOD}, {"resolved", PAINT_GOOD},
		{"evaluated", PAINT_GOOD},  {"closed", PAINT_GOOD},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(rows[i].type, type))
			return rows[i].paint;
	return PAINT_NONE;
}

void history_text(struct sbuf *out, const struct terminal *to, const struct history *m)
{
	const struct zone *z = m->policy->zone;
	struct arena *a = arena_new();
	const char *day = "";

	put_title(out, to, m->t);
	for (size_t i = 0; i < m->n; i++) {
		const struct history_line *l = &m->lines[i];
		struct flat f = flat_of(a, l->detail);
		const char *today = say_day(a, z, l->at);
		struct civil c = zone_civil(z, l->at);
		struct flat_pair pair;

		if (!str_eq(day, today))
			terminal_heading(out, to, today);
		day = today;
		sbuf_printf(out, "  %02d:%02d    ", c.hour, c.minute);
		terminal_cell(out, to, event_paint(l->type), happened(l->type), EVENT_WIDTH, false);
		sbuf_cstr(out, "  ");
		terminal_put(out, to, PAINT_QUIET, history_actor(m->policy, m->t, l->actor));
		sbuf_chr(out, '\n');
		while (flat_next(&f, &pair))
			put_detail(out, to, a, m->policy, &pair);
	}
	arena_free(&a);
}

/* --- the case at a glance --- */

struct shown {
	struct sbuf *out;
	const struct terminal *to;
	struct arena *a;
	const struct policy *p;
};

static void row(const struct shown *s, const char *key, enum paint paint, const char *value)
{
	if (str_empty(value))
		return;
	sbuf_cstr(s->out, "  ");
	terminal_cell(s->out, s->to, PAINT_QUIET, key, KEY_WIDTH, false);
	sbuf_cstr(s->out, "  ");
	terminal_put(s->out, s->to, paint, value);
	sbuf_chr(s->out, '\n');
}

static const char *moment(const struct shown *s, int64_t at)
{
	return at ? say_short(s->a, s->p->zone, at) : "";
}

static void put_response(const struct shown *s, const struct ticket *t, int64_t now)
{
	const struct clock *c = &t->clocks[CLOCK_RESPONSE];
	int64_t end = c->stopped ? c->stopped : now;
	bool late = c->due && end > c->due;
	const char *text;

	if (c->stopped)
		text = arena_printf(s->a, "%s, a las %s de recibido", moment(s, c->stopped),
				    say_span(s->a, c->stopped - c->started));
	else if (c->due && late)
		text = arena_printf(s->a, "vencida desde %s", moment(s, c->due));
	else if (c->due)
		text = arena_printf(s->a, "pendiente, a más tardar %s", moment(s, c->due));
	else
		return;
	row(s, "Respuesta", late ? PAINT_BAD : c->stopped ? PAINT_GOOD : PAINT_WARN, text);
}

static const char *state_of(const struct shown *s, const struct ticket *t)
{
	return t->state == STATE_CLOSED ? arena_printf(s->a, "%s (%s)", state_label(t->state),
						       closed_as_label(t->closed_as))
					: state_label(t->state);
}

static void put_rows(const struct shown *s, const struct show *m)
{
	const struct ticket *t = m->t;
	const char *channel = history_channel(t->channel);

	row(s, "Estado", PAINT_BOLD, state_of(s, t));
	row(s, "Solicitante", PAINT_NONE,
	    str_empty(t->requester.name)
		    ? t->requester.addr
		    : arena_printf(s->a, "%s <%s>", t->requester.name, t->requester.addr));
	for (size_t i = 0; i < m->n_participants; i++)
		row(s, i ? "" : "En copia", PAINT_NONE, m->participants[i]);
	row(s, "Dependencia", PAINT_NONE, t->area);
	row(s, "Servicio", PAINT_NONE, service_name(s->p, t->service));
	row(s, "Prioridad", PAINT_NONE,
	    arena_printf(s->a, "%s · nivel %d", priority_label(t->priority), t->level));
	row(s, "Responsable", str_empty(t->assignee) ? PAINT_WARN : PAINT_NONE,
	    str_empty(t->assignee) ? "por asignar" : staff_name(s->p, t->assignee));
	row(s, "Canal", PAINT_NONE, channel ? channel : t->channel);
	row(s, "Recibido", PAINT_NONE, moment(s, t->opened_at));
	put_response(s, t, m->now);
	row(s, "Solucionado", PAINT_NONE, moment(s, t->resolved_at));
	row(s, "Encuesta", PAINT_NONE, moment(s, t->survey_sent_at));
	if (t->state == STATE_RESOLVED)
		row(s, "Se cierra", PAINT_NONE, moment(s, t->survey_close_at));
	if (t->score)
		row(s, "Calificación", PAINT_NONE, arena_printf(s->a, "%d de 5", t->score));
	row(s, "Comentario", PAINT_NONE, t->comment);
	row(s, "Cerrado", PAINT_NONE, moment(s, t->closed_at));
	if (t->reopened)
		row(s, "Reabierto", PAINT_WARN,
		    arena_printf(s->a, t->reopened == 1 ? "%d vez" : "%d veces", t->reopened));
	row(s, "Unido a", PAINT_NONE, t->merged_into);
	for (size_t i = 0; i < m->n_attachments; i++)
		row(s, i ? "" : "Adjuntos", PAINT_NONE,
		    arena_printf(s->a, "%" PRId64 "  %s (%s)", m->attachments[i].id,
				 m->attachments[i].name,
				 history_size(s->a, m->attachments[i].size)));
}

static const char *mail_state(const char *state)
{
	static const struct {
		const char *state, *label;
	} rows[] = {{"queued", "por enviar"},
		    {"failed", "no se entregó"},
		    {"cancelled", "no se envió"}};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(rows[i].state, state))
			return rows[i].label;
	return "";
}

static void put_message(const struct shown *s, const struct show_message *msg)
{
	const char *state = mail_state(msg->state);

	sbuf_chr(s->out, '\n');
	terminal_put(s->out, s->to, PAINT_QUIET, moment(s, msg->at));
	sbuf_cstr(s->out, "  ");
	terminal_put(s->out, s->to, PAINT_BOLD, msg->from);
	if (msg->internal) {
		sbuf_chr(s->out, ' ');
		terminal_put(s->out, s->to, PAINT_WARN, "· nota interna");
	} else if (!msg->inbound && !str_empty(msg->to)) {
		sbuf_cstr(s->out, " → ");
		terminal_put(s->out, s->to, PAINT_NONE, msg->to);
	}
	if (*state) {
		sbuf_cstr(s->out, " (");
		terminal_put(s->out, s->to, PAINT_BAD, state);
		sbuf_chr(s->out, ')');
	}
	sbuf_chr(s->out, '\n');
	terminal_text(s->out, s->to, "  ", msg->text);
}

void show_text(struct sbuf *out, const struct terminal *to, const struct show *m)
{
	struct shown s = {out, to, arena_new(), m->policy};

	put_title(out, to, m->t);
	sbuf_chr(out, '\n');
	put_rows(&s, m);
	for (size_t i = 0; i < m->n_messages; i++)
		put_message(&s, &m->messages[i]);
	arena_free(&s.a);
}
