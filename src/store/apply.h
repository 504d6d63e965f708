/* apply: one plan -> rows, within the caller's SAVEPOINT: numbers, tickets, events with their hash
 * chain, timers (exactly ticket_timers), messages, participants, outgoing mail. */
#pragma once

#include "core/plan.h"
#include "core/policy.h"
#include "store/outbox.h"

/* Makes the bytes of one mail, now that numbers and the outbox row's id are known. t NULL: no case.
 */
typedef bool compose_fn(void *ctx, struct arena *a, const struct plan_mail *m,
			const struct ticket *t, int64_t outbox_id, struct outbox_bytes *out,
			struct err *e);

struct apply_in {
	const struct policy *policy;
	int64_t now;
	int64_t mail; /* ledger entry that caused it; 0: none */
	compose_fn *compose;
	void *ctx;
};

/* On success plan->tickets[i].id, after.id and after.number are filled. A mail whose compose fails
 * fails the whole. */
bool store_apply(struct store *st, struct arena *a, struct plan *p, const struct apply_in *in,
		 struct err *e);

/* Timers that are due, oldest first, at most max. */
bool timers_due(struct store *st, struct arena *a, int64_t now, size_t max, struct timer **out,
		size_t *n, struct err *e);
/* The earliest one that is due after `after`; INT64_MAX: none. */
int64_t timers_next(struct store *st, int64_t after);

/* An event about no case (policy changed, gap in the numbers, clock suspect …). */
bool store_event(struct store *st, const struct event *ev, struct err *e);
