#include "core/clock.h"
#include "core/notify.h"
#include "core/timer.h"

static bool current_survey(const struct ticket *t, const struct outgoing *mail)
{
	return mail->surveys && t->state == STATE_RESOLVED && mail->round == t->round;
}

/* The human answer that the clock waits for. One after the limit was a breach first. */
static void responded(struct act *x, const struct outgoing *mail)
{
	const struct clock *c = &act_ticket(x)->clocks[CLOCK_RESPONSE];
	struct event ev;

	/* what was written before a reopening does not answer it */
	if (!mail->answers || c->stopped || mail->created_at < c->started)
		return;
	if (clock_overdue(act_ticket(x), x->w->now))
		timer_breach(x);
	event_init(&ev, EVENT_RESPONDED, x->w->now, "system");
	event_num(&ev, "response_mail", mail->id);
	act_event(x, &ev);
}

static void surveyed(struct act *x, const struct outgoing *mail)
{
	struct event ev;

	if (!current_survey(act_ticket(x), mail) || act_ticket(x)->survey_sent_at)
		return;
	event_init(&ev, EVENT_SURVEYED, x->w->now, "system");
	event_num(&ev, "survey_close_at", clock_survey_close(x->w->policy, x->w->now));
	act_event(x, &ev);
}

static void accepted(struct act *x, const struct sent_result *r)
{
	if (r->mail->purpose == MAIL_ACKNOWLEDGEMENT)
		act_simple(x, EVENT_ACKNOWLEDGED, "");
	responded(x, r->mail);
	surveyed(x, r->mail);
}

/* --- what did not arrive --- */

static const struct {
	const char *reason, *hint;
} advice[MAIL_PURPOSE_COUNT] = {
	[MAIL_ACKNOWLEDGEMENT] = {"el acuse de recibo",
				  "Confirme la dirección del solicitante por otro medio: las "
				  "respuestas tampoco le llegarán."},
	[MAIL_RELAY_OUT] =
		{"una respuesta para el solicitante",
		 "Comuníquese por otro medio: si era la primera respuesta, el plazo sigue "
		 "corriendo."},
	[MAIL_SURVEY] =
		{"el aviso de solución con la encuesta",
		 "El solicitante no sabe que su caso está solucionado y el caso no se cerrará "
		 "solo. Avísele por otro medio; la coordinación puede cerrarlo con #cerrar."},
	[MAIL_CLOSED] = {"el aviso de cierre", "Infórmele al solicitante por otro medio."},
};

static const char *reason_of(const struct outgoing *mail)
{
	const char *reason = advice[mail->purpose].reason;

	return reason ? reason : "un aviso para el personal de la mesa de ayuda";
}

static const char *hint_of(const struct outgoing *mail)
{
	const char *hint = advice[mail->purpose].hint;

	return hint ? hint : "Revise el buzón de esa persona.";
}

static void tell_failure(struct act *x, const struct sent_result *r)
{
	/* a solution that nobody was told of is the coordinator's too: only she may close it */
	struct staff_list l = r->mail->surveys ? staff_answerable(x) : staff_in_charge(x);

	/* news of a failure that fails itself ends here */
	if (r->mail->purpose == MAIL_FAILED)
		return;
	if (l.n && address_same(l.list[0]->email, r->mail->to))
		l = staff_coordinators(x);
	for (size_t i = 0; i < l.n; i++) {
		struct plan_mail *m;

		if (address_same(l.list[i]->email, r->mail->to))
			continue;
		m = notify_staff(x, MAIL_FAILED, l.list[i], AUDIENCE_NOTE);
		plan_var(m, "recipient", r->mail->to);
		plan_var(m, "reason", reason_of(r->mail));
		plan_var(m, "diagnostic", r->diagnostic);
		plan_var(m, "hint", hint_of(r->mail));
	}
}

static void failed(struct act *x, const struct sent_result *r, enum event_type t)
{
	struct event ev;

	event_init(&ev, t, x->w->now, "system");
	event_text(&ev, "to", r->mail->to);
	event_text(&ev, "mail", mail_purpose_name(r->mail->purpose));
	event_text(&ev, "why", r->diagnostic);
	/* nobody was asked: it does not close by itself */
	if (current_survey(act_ticket(x), r->mail))
		event_num(&ev, "survey_close_at", 0);
	act_event(x, &ev);
}

static void bounced(struct act *x, const struct sent_result *r)
{
	failed(x, r, EVENT_BOUNCED);
	if (act_ticket(x)->response_mail == r->mail->id)
		act_simple(x, EVENT_UNRESPONDED,
			   "la respuesta fue devuelta: el plazo sigue corriendo");
	tell_failure(x, r);
}

static void not_sent(struct act *x, const struct sent_result *r)
{
	failed(x, r, EVENT_MAIL_FAILED);
	tell_failure(x, r);
}

struct plan *on_sent(struct arena *a, const struct world *w, const struct known_ticket *k,
		     const struct sent_result *r)
{
	static void (*const happened[])(struct act *, const struct sent_result *) = {
		[SENT_ACCEPTED] = accepted,
		[SENT_REFUSED] = not_sent,
		[SENT_EXPIRED] = not_sent,
		[SENT_BOUNCED] = bounced,
	};
	struct plan *p = plan_new(a);
	struct act x;

	p->outbox = r->mail->id;
	if (!k)
		return p;
	x = act_on(a, w, p, k, NULL, NULL);
	happened[r->what](&x, r);
	return p;
}
