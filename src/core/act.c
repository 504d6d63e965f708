#include "core/act.h"

#include "core/clock.h"
#include "core/notify.h"

#include <stdlib.h>
#include <string.h>

enum { PARTICIPANTS_MAX = 20 };

struct act act_on(struct arena *a, const struct world *w, struct plan *p,
		  const struct known_ticket *k, const struct facts *f, const struct staff *who)
{
	return (struct act){.a = a,
			    .w = w,
			    .p = p,
			    .k = k,
			    .f = f,
			    .who = who,
			    .linked = "",
			    .ticket = plan_ticket(a, p, &k->t)};
}

const struct ticket *act_ticket(const struct act *x)
{
	return &x->p->tickets[x->ticket].after;
}

const char *act_actor(const struct act *x)
{
	return x->who ? x->who->id : "system";
}

void act_event(struct act *x, const struct event *ev)
{
	/* the acts ask first: a refusal here is a mistake of ours, and nothing may be written */
	if (!plan_event(x->a, x->p, x->ticket, ev, NULL))
		abort();
}

void act_simple(struct act *x, enum event_type t, const char *why)
{
	struct event ev;

	event_init(&ev, t, x->w->now, act_actor(x));
	if (!str_empty(why))
		event_text(&ev, "why", why);
	act_event(x, &ev);
}

void act_message(struct act *x, const char *text, bool internal)
{
	struct plan_message m = {
		.ticket = x->ticket,
		.inbound = true,
		.internal = internal,
		.message_id = x->f ? x->f->message_id : "",
		.text = text,
	};

	m.from = x->f ? x->f->from : (struct address){x->who->email, x->who->name};
	plan_message(x->a, x->p, &m);
}

/* How mail/read's warnings speak of a limit; the others tell of repairs. */
static bool is_limit(const char *warning)
{
	static const char *const marks[] = {"not read", "too deep", "limit"};

	for (size_t i = 0; i < COUNT(marks); i++)
		if (strstr(warning, marks[i]))
			return true;
	return false;
}

void act_limits(struct act *x)
{
	const struct facts *f = x->f;
	const char *limit = "";
	struct event ev;

	for (size_t i = 0; i < f->n_warnings && limit[0] == '\0'; i++)
		if (is_limit(f->warnings[i]))
			limit = f->warnings[i];
	if (!f->headers_only && limit[0] == '\0')
		return;
	event_init(&ev, EVENT_LIMITED, x->w->now, "system");
	event_text(&ev, "why",
		   f->headers_only
			   ? "el mensaje es demasiado grande: el cuerpo quedó en el servidor"
			   : "parte del mensaje quedó sin leer; está completo en el archivo");
	event_text(&ev, "limit", limit);
	act_event(x, &ev);
}

/* --- participants --- */

static bool follows(const struct act *x, const char *addr)
{
	const struct plan_ticket *pt = &x->p->tickets[x->ticket];
	enum standing standing;

	for (size_t i = 0; i < pt->n_join; i++)
		if (address_same(pt->join[i], addr))
			return true;
	if (address_same(pt->after.requester.addr, addr))
		return true;
	return x->k && trust_part_of(x->a, x->k, addr, &standing);
}

static void join_one(struct act *x, const char *addr)
{
	const struct policy *p = x->w->policy;
	struct plan_ticket *pt = &x->p->tickets[x->ticket];
	struct event ev;

	if (!address_valid(addr) || !address_in(addr, p->domains, p->n_domains) ||
	    policy_is_own(p, addr) || policy_staff_by_mail(p, addr) || follows(x, addr) ||
	    pt->n_join + (x->k ? x->k->n_participants : 0) >= PARTICIPANTS_MAX)
		return;
	pt->join[pt->n_join++] = address_key(x->a, addr);
	event_init(&ev, EVENT_JOINED, x->w->now, "requester");
	event_text(&ev, "address", address_key(x->a, addr));
	act_event(x, &ev);
}

void act_join_copied(struct act *x)
{
	const struct facts *f = x->f;

	x->p->tickets[x->ticket].join = arena_array(x->a, PARTICIPANTS_MAX, sizeof(char *));
	for (size_t i = 0; i < f->n_to; i++)
		join_one(x, f->to[i].addr);
	for (size_t i = 0; i < f->n_cc; i++)
		join_one(x, f->cc[i].addr);
}

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
	if (x->who->role != ROLE_COORDINATOR && !technicians_may(as))
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
