#include "core/vote.h"

#include "core/clock.h"
#include "core/deed.h"
#include "core/notify.h"

static void voted(struct act *x, enum event_type t, const struct vote *v)
{
	struct event ev;

	event_init(&ev, t, x->w->now, "requester");
	if (v->score)
		event_num(&ev, "score", v->score);
	event_text(&ev, "comment", v->comment);
	event_text(&ev, "by", v->by);
	event_text(&ev, "way", v->way);
	event_text(&ev, "solved", v->solved ? "yes" : "no");
	act_event(x, &ev);
}

/* By reply the closing is told; the page says it itself. */
static void tell_closed(struct act *x, const struct vote *v)
{
	struct plan_mail *m;

	if (!str_eq(v->way, "reply"))
		return;
	m = notify_requester_automatic(x, MAIL_CLOSED);
	if (!m)
		return;
	plan_var(m, "closed_reason", "recibimos su calificación");
	plan_var(m, "score", arena_printf(x->a, "%d", v->score));
	m->while_states = 1u << STATE_CLOSED;
}

static enum vote_result solved(struct act *x, const struct vote *v)
{
	struct event ev;

	voted(x, EVENT_EVALUATED, v);
	event_init(&ev, EVENT_CLOSED, x->w->now, "requester");
	event_text(&ev, "closed_as", closed_as_name(CLOSED_EVALUATED));
	act_event(x, &ev);
	act_vote_told(x, v->score, v->comment, false);
	tell_closed(x, v);
	return VOTE_RECORDED;
}

static void tell_reopened(struct act *x, const struct vote *v)
{
	struct staff_list l = act_bad_score(v->score) ? staff_answerable(x) : staff_in_charge(x);

	for (size_t i = 0; i < l.n; i++) {
		struct plan_mail *m = notify_staff(x, MAIL_REOPENED, l.list[i], AUDIENCE_RELAY);

		plan_var(m, "why", "El solicitante dice que no quedó solucionado.");
		plan_var(m, "comment", v->comment);
		if (v->score)
			plan_var(m, "score", arena_printf(x->a, "%d", v->score));
	}
}

static enum vote_result not_solved(struct act *x, const struct vote *v)
{
	if (v->score && act_ticket(x)->state == STATE_RESOLVED)
		voted(x, EVENT_EVALUATED, v);
	act_back(x, "requester", x->w->now);
	tell_reopened(x, v);
	return VOTE_REOPENED;
}

static enum vote_result late(struct act *x, const struct vote *v)
{
	voted(x, EVENT_LATE_VOTE, v);
	act_vote_told(x, v->score, v->comment, true);
	return VOTE_LATE;
}

static enum vote_result after_close(struct act *x, const struct vote *v)
{
	const struct policy *p = x->w->policy;
	const struct ticket *t = act_ticket(x);

	/* One link, one answer: whoever voted and changes her mind writes. */
	if (t->closed_as == CLOSED_EVALUATED || t->score)
		return VOTE_REPEATED;
	if (!v->solved && clock_still(p, t, p->reopen_within, x->w->now))
		return not_solved(x, v);
	if (v->score && clock_still(p, t, p->late_vote_within, x->w->now))
		return late(x, v);
	return VOTE_TOO_LATE;
}

enum vote_result vote_on(struct act *x, const struct vote *v)
{
	const struct ticket *t = act_ticket(x);

	if (v->round != t->round)
		return VOTE_WITHDRAWN;
	if (t->state == STATE_CLOSED)
		return after_close(x, v);
	if (t->state != STATE_RESOLVED)
		return VOTE_WITHDRAWN;
	return v->solved ? solved(x, v) : not_solved(x, v);
}

struct plan *on_vote(struct arena *a, const struct world *w, const struct known_ticket *k,
		     const struct vote *v, enum vote_result *result)
{
	struct plan *p = plan_new(a);
	struct act x = act_on(a, w, p, k, NULL, NULL);
	struct vote own = *v;

	own.comment = own.comment ? own.comment : "";
	*result = vote_on(&x, &own);
	return p;
}
