#include "core/clock.h"
#include "core/notify.h"
#include "core/timer.h"

static void told(struct act *x, enum mail_purpose purpose)
{
	struct staff_list l = staff_answerable(x);

	for (size_t i = 0; i < l.n; i++) {
		struct plan_mail *m = notify_staff(x, purpose, l.list[i], AUDIENCE_NOTE);

		plan_var(m, "within", clock_within(x->a, x->w->policy, act_ticket(x)));
		plan_var(m, "text", x->k->last_request);
		/* of no use to anybody once the case is closed */
		m->while_states = ~(1u << STATE_CLOSED);
	}
}

/* A warning whose breach is due as well is recorded, not mailed. */
static void warn(struct act *x)
{
	bool late = clock_overdue(act_ticket(x), x->w->now);

	act_simple(x, EVENT_WARNED, late ? "el plazo ya se había vencido: no se envió aviso" : "");
	if (!late)
		told(x, MAIL_WARNING);
}

void timer_breach(struct act *x)
{
	act_simple(x, EVENT_BREACHED, "");
	told(x, MAIL_BREACH);
}

static void close_unevaluated(struct act *x)
{
	struct plan_mail *m;
	struct event ev;

	event_init(&ev, EVENT_CLOSED, x->w->now, "system");
	event_text(&ev, "closed_as", closed_as_name(CLOSED_UNEVALUATED));
	act_event(x, &ev);
	m = notify_requester_automatic(x, MAIL_CLOSED);
	if (!m)
		return;
	plan_var(m, "closed_reason", "no recibimos su calificación en el plazo");
	m->while_states = 1u << STATE_CLOSED;
}

static bool due_still(const struct world *w, const struct ticket *t, enum timer_kind kind)
{
	struct timer timers[TIMER_KIND_COUNT];
	size_t n = ticket_timers(t, timers);

	for (size_t i = 0; i < n; i++)
		if (timers[i].kind == kind)
			return timers[i].due <= w->now;
	return false;
}

struct plan *on_timer(struct arena *a, const struct world *w, const struct known_ticket *k,
		      enum timer_kind kind)
{
	static void (*const fire[TIMER_KIND_COUNT])(struct act *) = {
		[TIMER_WARN] = warn,
		[TIMER_BREACH] = timer_breach,
		[TIMER_CLOSE] = close_unevaluated,
	};
	struct plan *p = plan_new(a);
	struct act x;

	if (!due_still(w, &k->t, kind))
		return p;
	x = act_on(a, w, p, k, NULL, NULL);
	fire[kind](&x);
	return p;
}
