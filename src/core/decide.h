/* decide: facts + snapshot + now -> plan. Pure: no clock, file, socket or random. */
#pragma once

#include "core/command.h"
#include "core/plan.h"
#include "core/snapshot.h"

struct world {
	const struct policy *policy;
	const struct snapshot *snap;
	int64_t now; /* UTC seconds */
};

/* One mail that is no duplicate (the engine asks snapshot.duplicate_raw first). Never fails: what
 * cannot be placed becomes a case. */
struct plan *on_mail(struct arena *a, const struct world *w, const struct facts *f);

/* Commands on a case by staff whose authority is proven already (mail: core/trust; mesactl: the
 * socket's owner). text: the commands and the message below them. f may be NULL (not by mail). */
struct plan *on_command(struct arena *a, const struct world *w, const struct known_ticket *k,
			const struct staff *who, const char *text, const struct facts *f);

/* A case that staff register for somebody (mesactl new). */
struct new_case {
	struct address from;
	const char *subject, *body, *channel, *by;
};
struct plan *on_new(struct arena *a, const struct world *w, const struct new_case *n);

/* A timer row that is due. The condition is looked at again: one that no longer holds gives an
 * empty plan. late_breach: the breach of this case is overdue too (the warning is only recorded).
 */
struct plan *on_timer(struct arena *a, const struct world *w, const struct known_ticket *k,
		      enum timer_kind kind);

/* Cases of which budgets held mail back from one address. */
struct digest {
	struct address to;
	const struct ticket *cases; /* oldest first */
	size_t n;		    /* at least one */
	int64_t more;		    /* beyond those */
};
/* The digest that is due. NULL: the budgets do not let it leave before *due. */
struct plan *on_digest(struct arena *a, const struct world *w, const struct digest *d,
		       int64_t *due);

/* The page or a reply. score 0: none given; solved false: «no quedó solucionado». */
struct vote {
	int round, score;
	bool solved;
	const char *comment;
	const char *by;	 /* address that the link was made for, or that replied */
	const char *way; /* link, reply */
};
enum vote_result {
	VOTE_RECORDED,
	VOTE_REPEATED,
	VOTE_LATE,
	VOTE_TOO_LATE,
	VOTE_REOPENED,
	VOTE_WITHDRAWN
};
struct plan *on_vote(struct arena *a, const struct world *w, const struct known_ticket *k,
		     const struct vote *v, enum vote_result *result);

/* What became of an outgoing mail. */
enum sent { SENT_ACCEPTED, SENT_REFUSED, SENT_EXPIRED, SENT_BOUNCED };
struct sent_result {
	const struct outgoing *mail;
	enum sent what;
	const char *diagnostic;
};
struct plan *on_sent(struct arena *a, const struct world *w, const struct known_ticket *k,
		     const struct sent_result *r);
