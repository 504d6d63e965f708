/* digest: how far the budgets of automatic mail are spent, and what waits until they allow one mail
 * that tells it all. */
#pragma once

#include "core/decide.h"
#include "store/store.h"

/* Into s: the counters of `from` (without a case; "" none) and of the requester of each case in s.
 * Without a single budget nothing is looked up. */
bool store_spent(struct store *st, struct arena *a, const struct policy *p, int64_t now,
		 const char *from, struct snapshot *s, struct err *e);

/* One more case for the digest of this address; within apply. */
bool digest_wait(struct store *st, struct arena *a, const struct address *to, int64_t ticket,
		 int64_t due, struct err *e);
/* The coordinator was told that mail is held back. */
bool digest_brake_told(struct store *st, int64_t at, struct err *e);

struct digest_row {
	const char *key;
	struct address to;
};
/* Digests that are due, oldest first, at most max. */
bool digests_due(struct store *st, struct arena *a, int64_t now, size_t max,
		 struct digest_row **out, size_t *n, struct err *e);
/* Its cases, as many as one mail lists. */
bool digest_cases(struct store *st, struct arena *a, const struct digest_row *row,
		  struct digest *out, struct err *e);
bool digest_later(struct store *st, const struct digest_row *row, int64_t due, struct err *e);
/* Its mail is queued: each case has it on record, and nothing waits any more. */
bool digest_done(struct store *st, const struct digest_row *row, int64_t now, struct err *e);
