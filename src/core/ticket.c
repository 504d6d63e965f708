#include "core/ticket.h"

#include <stdlib.h>

struct word {
	const char *name, *label;
};

static const struct word states[STATE_COUNT] = {
	[STATE_NONE] = {"", ""},
	[STATE_NEW] = {"new", "nuevo"},
	[STATE_OPEN] = {"open", "en atención"},
	[STATE_WAITING] = {"waiting", "en espera"},
	[STATE_EXTERNAL] = {"external", "con proveedor u oficina"},
	[STATE_VERIFYING] = {"verifying", "por verificar"},
	[STATE_RESOLVED] = {"resolved", "solucionado"},
	[STATE_CLOSED] = {"closed", "cerrado"},
};

/* What else people call a state, folded. */
static const struct {
	const char *folded;
	enum state state;
} state_words[] = {
	{"nuevo", STATE_NEW},
	{"abierto", STATE_OPEN},
	{"en atencion", STATE_OPEN},
	{"atencion", STATE_OPEN},
	{"en espera", STATE_WAITING},
	{"espera", STATE_WAITING},
	{"externo", STATE_EXTERNAL},
	{"proveedor", STATE_EXTERNAL},
	{"por verificar", STATE_VERIFYING},
	{"resuelto", STATE_RESOLVED},
	{"solucionado", STATE_RESOLVED},
	{"cerrado", STATE_CLOSED},
};

static const struct word closings[CLOSED_AS_COUNT] = {
	[CLOSED_NOT] = {"", ""},
	[CLOSED_EVALUATED] = {"evaluated", "evaluado"},
	[CLOSED_UNEVALUATED] = {"unevaluated", "sin evaluación"},
	[CLOSED_ACCEPTED] = {"accepted", "aceptado"},
	[CLOSED_REPORTED] = {"reported", "con informe"},
	[CLOSED_DUPLICATE] = {"duplicate", "duplicado"},
	[CLOSED_NOT_SUPPORT] = {"not-support", "no es de soporte"},
	[CLOSED_TRANSFERRED] = {"transferred", "trasladado"},
};

static const struct word events[EVENT_COUNT] = {
	[EVENT_NONE] = {"", ""},
	[EVENT_RECEIVED] = {"received", "recibido"},
	[EVENT_ACKNOWLEDGED] = {"acknowledged", "acuse de recibo enviado"},
	[EVENT_ASSIGNED] = {"assigned", "asignado"},
	[EVENT_TAKEN] = {"taken", "tomado"},
	[EVENT_MESSAGE] = {"message", "el solicitante escribió"},
	[EVENT_REPLIED] = {"replied", "respuesta al solicitante"},
	[EVENT_RESPONDED] = {"responded", "primera respuesta entregada"},
	[EVENT_UNRESPONDED] = {"unresponded", "la respuesta no llegó"},
	[EVENT_NOTE] = {"note", "nota interna"},
	[EVENT_HELD] = {"held", "retenido, no se envió"},
	[EVENT_WARNED] = {"warned", "aviso de vencimiento"},
	[EVENT_BREACHED] = {"breached", "plazo vencido"},
	[EVENT_RESOLVED] = {"resolved", "solucionado"},
	[EVENT_SURVEYED] = {"surveyed", "encuesta enviada"},
	[EVENT_EVALUATED] = {"evaluated", "evaluado"},
	[EVENT_LATE_VOTE] = {"late_vote", "evaluación tardía"},
	[EVENT_THANKED] = {"thanked", "agradecimiento"},
	[EVENT_CLOSED] = {"closed", "cerrado"},
	[EVENT_REOPENED] = {"reopened", "reabierto"},
	[EVENT_AUTOMATIC] = {"automatic", "correo automático"},
	[EVENT_BOUNCED] = {"bounced", "correo devuelto"},
	[EVENT_MAIL_FAILED] = {"mail_failed", "correo no entregado"},
	[EVENT_LINKED] = {"linked", "relacionado con otro caso"},
	[EVENT_JOINED] = {"joined", "nuevo interesado en copia"},
	[EVENT_LIMITED] = {"limited", "el correo superó un límite"},
	[EVENT_CANCELLED] = {"cancelled", "correo no enviado"},
	[EVENT_POSTPONED] = {"postponed", "correo en espera del resumen"},
	[EVENT_DIGESTED] = {"digested", "informado en un resumen"},
	[EVENT_POLICY] = {"policy", "cambio de la política"},
	[EVENT_CLOCK] = {"clock", "reloj aceptado"},
	[EVENT_RESTORED] = {"restored", "copia restaurada"},
};

static const char *const timers[TIMER_KIND_COUNT] = {
	[TIMER_WARN] = "warn",
	[TIMER_BREACH] = "breach",
	[TIMER_CLOSE] = "close",
};

/* --- the one table: where an event leads. An empty cell is refused. --- */

#define N STATE_NEW
#define O STATE_OPEN
#define W STATE_WAITING
#define X STATE_EXTERNAL
#define V STATE_VERIFYING
#define R STATE_RESOLVED
#define C STATE_CLOSED
/* EVENT_POLICY, EVENT_CLOCK and EVENT_RESTORED have no row: they are about no case.
 * columns: before, new, open, waiting, external, verifying, resolved, closed */
static const unsigned char step[EVENT_COUNT][STATE_COUNT] = {
	[EVENT_RECEIVED] = {N, 0, 0, 0, 0, 0, 0, 0},
	[EVENT_ACKNOWLEDGED] = {0, N, O, W, X, V, R, C},
	[EVENT_ASSIGNED] = {0, N, O, W, X, V, 0, 0},
	[EVENT_TAKEN] = {0, O, O, O, X, V, 0, 0},
	[EVENT_MESSAGE] = {0, N, O, O, X, V, R, C},
	[EVENT_REPLIED] = {0, O, O, W, X, V, R, C},
	[EVENT_RESPONDED] = {0, N, O, W, X, V, R, C},
	[EVENT_UNRESPONDED] = {0, N, O, W, X, V, R, C},
	[EVENT_NOTE] = {0, N, O, W, X, V, R, C},
	[EVENT_HELD] = {0, N, O, W, X, V, R, C},
	[EVENT_WARNED] = {0, N, O, W, X, V, R, 0},
	[EVENT_BREACHED] = {0, N, O, W, X, V, R, 0},
	[EVENT_RESOLVED] = {0, R, R, R, R, R, 0, 0},
	[EVENT_SURVEYED] = {0, 0, 0, 0, 0, 0, R, 0},
	[EVENT_EVALUATED] = {0, 0, 0, 0, 0, 0, R, 0},
	[EVENT_LATE_VOTE] = {0, 0, 0, 0, 0, 0, 0, C},
	[EVENT_THANKED] = {0, N, O, W, X, V, R, C},
	[EVENT_CLOSED] = {0, C, C, C, C, C, C, 0},
	[EVENT_REOPENED] = {0, 0, 0, 0, 0, 0, O, O},
	[EVENT_AUTOMATIC] = {0, N, O, W, X, V, R, C},
	[EVENT_BOUNCED] = {0, N, O, W, X, V, R, C},
	[EVENT_MAIL_FAILED] = {0, N, O, W, X, V, R, C},
	[EVENT_LINKED] = {0, N, O, W, X, V, R, C},
	[EVENT_JOINED] = {0, N, O, W, X, V, R, C},
	[EVENT_LIMITED] = {0, N, O, W, X, V, R, C},
	[EVENT_CANCELLED] = {0, N, O, W, X, V, R, C},
	[EVENT_POSTPONED] = {0, N, O, W, X, V, R, C},
	[EVENT_DIGESTED] = {0, N, O, W, X, V, R, C},
};
#undef N
#undef O
#undef W
#undef X
#undef V
#undef R
#undef C

enum state ticket_step(enum state s, enum event_type t)
{
	return (enum state)step[t][s];
}

bool ticket_may(enum state s, enum event_type t)
{
	return ticket_step(s, t) != STATE_NONE;
}

const char *state_name(enum state s)
{
	return states[s].name;
}

const char *state_label(enum state s)
{
	return states[s].label;
}

bool state_read(const char *folded, enum state *out)
{
	for (size_t i = 1; i < STATE_COUNT; i++)
		if (str_eq(folded, states[i].name)) {
			*out = (enum state)i;
			return true;
		}
	for (size_t i = 0; i < COUNT(state_words); i++)
		if (str_eq(folded, state_words[i].folded)) {
			*out = state_words[i].state;
			return true;
		}
	return false;
}

const char *closed_as_name(enum closed_as c)
{
	return closings[c].name;
}

const char *closed_as_label(enum closed_as c)
{
	return closings[c].label;
}

const char *event_name(enum event_type t)
{
	return events[t].name;
}

const char *event_label(enum event_type t)
{
	return events[t].label;
}

bool event_read(const char *name, enum event_type *out)
{
	for (size_t i = 1; i < EVENT_COUNT; i++)
		if (str_eq(name, events[i].name)) {
			*out = (enum event_type)i;
			return true;
		}
	return false;
}

void event_init(struct event *ev, enum event_type t, int64_t at, const char *actor)
{
	ev->type = t;
	ev->at = at;
	ev->actor = actor;
	ev->n = 0;
}

static struct detail *detail_add(struct event *ev, const char *key)
{
	if (ev->n == EVENT_DETAILS_MAX)
		abort();
	ev->details[ev->n].key = key;
	return &ev->details[ev->n++];
}

void event_text(struct event *ev, const char *key, const char *text)
{
	detail_add(ev, key)->text = text ? text : "";
}

void event_num(struct event *ev, const char *key, int64_t num)
{
	struct detail *d = detail_add(ev, key);

	d->text = NULL;
	d->num = num;
}

const struct detail *event_detail(const struct event *ev, const char *key)
{
	for (size_t i = 0; i < ev->n; i++)
		if (str_eq(ev->details[i].key, key))
			return &ev->details[i];
	return NULL;
}

const char *timer_name(enum timer_kind k)
{
	return timers[k];
}

/* The clock of a closed case rests: there is nobody left to answer. A late answer of a closed case
 * is judged when the case was closed, not after. */
static bool clock_runs(const struct ticket *t)
{
	const struct clock *c = &t->clocks[CLOCK_RESPONSE];

	return t->state != STATE_CLOSED && c->started && !c->stopped && !c->breached;
}

static void timer_add(struct timer out[], size_t *n, const struct ticket *t, enum timer_kind kind,
		      int64_t due)
{
	if (due > 0)
		out[(*n)++] = (struct timer){.ticket = t->id, .kind = kind, .due = due};
}

size_t ticket_timers(const struct ticket *t, struct timer out[TIMER_KIND_COUNT])
{
	const struct clock *c = &t->clocks[CLOCK_RESPONSE];
	size_t n = 0;

	if (clock_runs(t)) {
		if (!c->warned)
			timer_add(out, &n, t, TIMER_WARN, c->warn_at);
		timer_add(out, &n, t, TIMER_BREACH, c->due);
	}
	/* who wrote after the solution is not closed behind his back */
	if (t->state == STATE_RESOLVED && t->wrote_at <= t->resolved_at)
		timer_add(out, &n, t, TIMER_CLOSE, t->survey_close_at);
	return n;
}
