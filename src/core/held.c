#include "core/held.h"

#include "core/notify.h"

void held_note(struct act *x, const char *text, const char *why)
{
	struct event ev;

	event_init(&ev, EVENT_HELD, x->w->now, x->who->id);
	event_text(&ev, "why", why);
	act_event(x, &ev);
	act_message(x, text, true);
}

struct plan *held_plan(struct arena *a, const struct world *w, const struct order *o,
		       const struct held *h)
{
	struct plan *p = plan_new(a);
	struct act x = act_on(a, w, p, o->k, o->f, o->who);
	struct plan_mail *m;

	p->fate = FATE_PART;
	held_note(&x, h->text, h->why);
	m = notify_staff(&x, MAIL_TRANSCRIPT, o->who, h->audience);
	plan_var(m, "held", h->text);
	plan_var(m, "why", h->why);
	plan_var(m, "bad_line", h->bad_line);
	plan_var(m, "meant", h->meant);
	plan_var(m, "hint", h->hint);
	return p;
}

bool answered_meanwhile(struct arena *a, const struct world *w, const struct order *o,
			const char *text, struct held *h)
{
	const struct known_ticket *k = o->k;
	const struct staff *colleague = policy_staff(w->policy, k->replied_by);

	if (!o->answers || !colleague || colleague == o->who ||
	    k->replied_at <= o->answers->created_at)
		return false;
	*h = (struct held){
		.text = text,
		.why = arena_printf(a, "%s le respondió al solicitante mientras usted escribía.",
				    colleague->name),
		.bad_line = "",
		.meant = "",
		.hint = "Si de todos modos quiere enviarlo, responda este correo con el texto: le "
			"llegará al solicitante.",
		.audience = AUDIENCE_RELAY,
	};
	return true;
}
