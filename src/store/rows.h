/* rows: what apply, outbox and verify share. */
#pragma once

#include "store/apply.h"
#include "store/tickets.h"

/* --- events --- */

/* One event at the chain's end. ticket 0: about no case. */
bool event_append(struct store *st, const struct event *ev, int64_t ticket, struct err *e);
/* The same, applied to t first; the row and the timers follow. */
bool event_happens(struct store *st, struct arena *a, struct ticket *t, const struct event *ev,
		   struct err *e);

struct event_link {
	int64_t id, at, ticket;
	const char *type, *actor;
	struct sha256 digest;
};
struct sha256 event_chain(const struct event_link *l, const struct sha256 *before);
struct sha256 event_digest(struct slice salt, struct slice detail);

/* --- outbox --- */

enum { SEGMENT_BITS = 10, SEGMENTS_MAX = 1 << SEGMENT_BITS }; /* pieces of one mail */

struct outbox_new {
	int64_t id, now;
	const struct plan_mail *mail;
	const struct ticket *ticket; /* NULL: no case */
	const struct outbox_bytes *bytes;
};
bool outbox_add(struct store *st, struct arena *a, const struct outbox_new *o, struct err *e);
/* Queued mails of the case that no longer hold and are not with the sender. */
bool outbox_cancel_stale(struct store *st, struct arena *a, struct ticket *t, int64_t now,
			 struct err *e);
/* Of the segments as they are stored: literals as they are, references by the hash of what they
 * point at. Without references it is the hash of the wire bytes. */
bool outbox_parts(struct store *st, const struct outbox_segment *s, size_t n, struct sha256 *out,
		  struct err *e);
void outbox_read_outgoing(struct arena *a, sqlite3_stmt *q, struct outgoing *out);
