#include "core/act.h"

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
