/* act: one thing that happens to a case: who, by which mail, into which plan; events and messages.
 * The mails are notify's; what people do, each thing once for mail, socket and page, is in deed. */
#pragma once

#include "core/decide.h"
#include "core/trust.h"

struct act {
	struct arena *a;
	const struct world *w;
	struct plan *p;
	const struct known_ticket *k; /* NULL: a case that is being opened */
	const struct facts *f;	      /* the mail in hand; NULL: none */
	const struct staff *who;      /* staff who act; NULL: the requester, or the desk itself */
	const char *linked;	      /* number of the case it is linked with, "" */
	int ticket;		      /* index into p->tickets */
};

/* k's case becomes the plan's. who may be NULL. */
struct act act_on(struct arena *a, const struct world *w, struct plan *p,
		  const struct known_ticket *k, const struct facts *f, const struct staff *who);
const struct ticket *act_ticket(const struct act *x);
/* Staff's id, else «system». */
const char *act_actor(const struct act *x);
/* Into the plan; the caller has asked ticket_may. `why` "" is left out. */
void act_event(struct act *x, const struct event *ev);
void act_simple(struct act *x, enum event_type t, const char *why);
/* The words of the mail (or of the command) as a message of the conversation. */
void act_message(struct act *x, const char *text, bool internal);
/* The case says when a limit was hit while its mail was read. */
void act_limits(struct act *x);
/* People of the entity in To and Cc follow the case from now on. */
void act_join_copied(struct act *x);
