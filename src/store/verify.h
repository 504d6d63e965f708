/* verify: is everything as it must be? Integrity, foreign keys, hash chain, projections against
 * events, timers against tickets, numbers without gaps, fates, raw and outgoing bytes against their
 * hashes. Of an outgoing mail with attachments, the stored pieces and what they refer to are
 * checked here; that they encode to the same wire bytes, whenever it is sent (engine_wire). */
#pragma once

#include "store/store.h"

struct finding {
	const char *what; /* one plain English line */
};
/* Findings in order; n 0: clean. false: could not look. progress may be NULL. */
bool store_verify(struct store *st, struct arena *a, struct finding **out, size_t *n,
		  void (*progress)(void *ctx, const char *step), void *ctx, struct err *e);
/* The chain's head, hex. */
char *store_chain_head(struct store *st, struct arena *a);
