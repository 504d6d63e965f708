/* act: what can be done to a case, each thing once: a mail, a command by socket and a page come to
 * the same code. Acts write into the plan; they check the table of states before they touch it. */
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

/* --- acts of staff: NULL when done, else why not (one Spanish sentence) --- */
const char *act_take(struct act *x);
const char *act_assign(struct act *x, const struct staff *to);
/* The case's mail with the requester's last words, to be answered by whoever has the case now. */
void act_hand_over(struct act *x, const struct staff *to, const char *note);
const char *act_resolve(struct act *x, const char *text);
/* tell: the requester is told by a line of the desk's own. */
const char *act_reopen(struct act *x, bool tell);
const char *act_close(struct act *x, enum closed_as as, const char *text);
/* The technician's words to the requester and the participants. */
const char *act_reply(struct act *x, const char *text);
void act_note(struct act *x, const char *text);
/* Back in attention with a clock of its own from `from` on; state RESOLVED or CLOSED. */
void act_back(struct act *x, const char *actor, int64_t from);

/* --- acts of the requester --- */
/* 1 and 2 are told to the coordinator too. */
bool act_bad_score(int score);
void act_vote_told(struct act *x, int score, const char *comment, bool late);
