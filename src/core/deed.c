#include "core/deed.h"

#include "core/clock.h"
#include "core/notify.h"

/* --- the table's refusal, as people read it --- */

static const char *refused(struct act *x, const char *what)
{
	return arena_printf(x->a, "el caso está %s y por eso no se puede %s.",
			    state_label(act_ticket(x)->state), what);
}

static bool may(const struct act *x, enum event_type t)
{
	return ticket_may(act_ticket(x)->state, t);
}

/* --- whose it is --- */

/* The one who had it learns that she has it no more. */
static void tell_previous(struct act *x, const struct staff *previous, const char *now_of)
{
	struct plan_mail *m;

	if (!previous || previous == x->who)
		return;
	m = notify_staff(x, MAIL_TRANSCRIPT, previous, AUDIENCE_NOTE);
	plan_var(m, "transcript",
		 arena_printf(x->a, "Este caso pasó a %s. Lo cambió %s.", now_of, x->who->name));
}

static void give(struct act *x, enum event_type t, const struct staff *to)
{
	struct event ev;

	event_init(&ev, t, x->w->now, act_actor(x));
	event_text(&ev, "assignee", to->id);
	act_event(x, &ev);
}

const char *act_take(struct act *x)
{
	const struct staff *previous = policy_staff(x->w->policy, act_ticket(x)->assignee);

	if (!may(x, EVENT_TAKEN))
		return refused(x, "tomar");
	give(x, EVENT_TAKEN, x->who);
	tell_previous(x, previous, x->who->name);
	return NULL;
}

void act_hand_over(struct act *x, const struct staff *to, const char *note)
{
	struct plan_mail *m = notify_staff(x, MAIL_ASSIGNMENT, to, AUDIENCE_RELAY);

	plan_var(m, "text", x->k->last_request);
	plan_var(m, "note", note);
}

const char *act_assign(struct act *x, const struct staff *to)
{
	const struct staff *previous = policy_staff(x->w->policy, act_ticket(x)->assignee);

	if (!may(x, EVENT_ASSIGNED))
		return refused(x, "asignar");
	give(x, EVENT_ASSIGNED, to);
	if (to != previous)
		tell_previous(x, previous, to->name);
	if (to != x->who)
		act_hand_over(x, to, arena_printf(x->a, "Se lo asignó %s.", x->who->name));
	return NULL;
}

/* --- words to the requester --- */

static unsigned state_bit(enum state s)
{
	return 1u << s;
}

/* Somebody else's case: its owner learns what was answered. */
static void tell_owner(struct act *x, const char *text)
{
	const struct staff *owner = policy_staff(x->w->policy, act_ticket(x)->assignee);
	struct plan_mail *m;

	if (!owner || owner == x->who)
		return;
	m = notify_staff(x, MAIL_TRANSCRIPT, owner, AUDIENCE_NOTE);
	plan_var(m, "transcript",
		 arena_printf(x->a, "%s le respondió al solicitante:\n\n%s", x->who->name, text));
}

const char *act_reply(struct act *x, const char *text)
{
	struct plan_mail *m = notify_requester(x, MAIL_RELAY_OUT);

	if (!m)
		return "no hay una dirección del solicitante a la cual escribir.";
	notify_words(x, m, text);
	notify_as(x, m, x->who);
	m->answers = true;
	if (str_empty(act_ticket(x)->assignee) && may(x, EVENT_TAKEN))
		give(x, EVENT_TAKEN, x->who);
	act_simple(x, EVENT_REPLIED, "");
	act_message(x, text, false);
	notify_participants(x, text);
	tell_owner(x, text);
	return NULL;
}

void act_note(struct act *x, const char *text)
{
	act_simple(x, EVENT_NOTE, "");
	act_message(x, text, true);
}

/* --- end and beginning --- */

const char *act_resolve(struct act *x, const char *text)
{
	struct plan_mail *m;

	if (!may(x, EVENT_RESOLVED))
		return refused(x, "dar por solucionado");
	if (text[0] == '\0')
		return "#resuelto necesita el informe: escriba qué encontró y qué hizo.";
	if (str_empty(act_ticket(x)->assignee))
		give(x, EVENT_TAKEN, x->who);
	act_simple(x, EVENT_RESOLVED, "");
	act_message(x, text, false);
	m = notify_requester(x, MAIL_SURVEY);
	if (m) {
		notify_words(x, m, text);
		notify_as(x, m, x->who);
		m->answers = m->surveys = true;
		m->while_states = state_bit(STATE_RESOLVED);
		m->while_round = act_ticket(x)->round;
	}
	notify_participants(x, text);
	return NULL;
}

void act_back(struct act *x, const char *actor, int64_t from)
{
	struct clock c = clock_promise(x->a, x->w->policy, act_ticket(x), from);
	struct event ev;

	event_init(&ev, EVENT_REOPENED, x->w->now, actor);
	clock_details(&ev, &c);
	act_event(x, &ev);
	x->p->tickets[x->ticket].cancel_surveys = true;
}

const char *act_reopen(struct act *x, bool tell)
{
	const struct staff *assignee = policy_staff(x->w->policy, act_ticket(x)->assignee);
	struct plan_mail *m;

	if (!may(x, EVENT_REOPENED))
		return refused(x, "reabrir");
	act_back(x, act_actor(x), x->w->now);
	m = tell ? notify_requester_automatic(x, MAIL_RELAY_OUT) : NULL;
	if (m) {
		plan_var(m, "text", "Su caso vuelve a estar en atención.");
		m->while_states = ~(state_bit(STATE_RESOLVED) | state_bit(STATE_CLOSED));
	}
	if (assignee && assignee != x->who) {
		m = notify_staff(x, MAIL_REOPENED, assignee, AUDIENCE_RELAY);
		plan_var(m, "text", x->k->last_request);
		plan_var(m, "why", arena_printf(x->a, "Lo reabrió %s.", x->who->name));
	}
	return NULL;
}

static bool technicians_may(enum closed_as as)
{
	return as == CLOSED_DUPLICATE || as == CLOSED_NOT_SUPPORT;
}

const char *act_close(struct act *x, enum closed_as as, const char *text)
{
	struct plan_mail *m;
	struct event ev;

	if (!may(x, EVENT_CLOSED))
		return refused(x, "cerrar");
	x->p->denied = x->who->role != ROLE_COORDINATOR && !technicians_may(as);
	if (x->p->denied)
		return "por ese motivo solo cierra la coordinación; usted puede cerrar como "
		       "duplicado o no-soporte.";
	event_init(&ev, EVENT_CLOSED, x->w->now, act_actor(x));
	event_text(&ev, "closed_as", closed_as_name(as));
	act_event(x, &ev);
	x->p->tickets[x->ticket].cancel_surveys = true;
	if (text[0])
		act_message(x, text, false);
	m = text[0] ? notify_requester(x, MAIL_CLOSED) : notify_requester_automatic(x, MAIL_CLOSED);
	if (m) {
		plan_var(m, "closed_reason", closed_as_label(as));
		plan_var(m, "note", text);
		m->while_states = state_bit(STATE_CLOSED);
	}
	return NULL;
}

/* --- the evaluation --- */

static void vote_mail(struct act *x, const struct staff *to, int score, const char *comment,
		      bool late)
{
	struct plan_mail *m =
		notify_staff(x, MAIL_VOTE, to, comment[0] ? AUDIENCE_RELAY : AUDIENCE_NOTE);

	if (score)
		plan_var(m, "score", arena_printf(x->a, "%d", score));
	plan_var(m, "comment", comment);
	plan_var(m, "late", late ? "1" : "");
}

bool act_bad_score(int score)
{
	enum { BAD_SCORE = 2 };

	return score && score <= BAD_SCORE;
}

void act_vote_told(struct act *x, int score, const char *comment, bool late)
{
	struct staff_list l = act_bad_score(score) ? staff_answerable(x) : staff_in_charge(x);

	for (size_t i = 0; i < l.n; i++)
		vote_mail(x, l.list[i], score, comment, late);
}
