/* outbox: mails of ours, bytes fixed when they are queued. Never altered; cancelled with an event.
 */
#pragma once

#include "core/plan.h"
#include "core/snapshot.h"
#include "store/store.h"

/* The bytes: literal, or a piece of stored raw mail decoded and re-encoded as base64. */
struct outbox_segment {
	struct slice literal;
	int64_t raw, offset, len; /* raw != 0: by reference */
	const char *encoding;
};

struct outbox_bytes {
	const char *message_id; /* without <> */
	const char *envelope_from, *to;
	struct outbox_segment *segments;
	size_t n;
	int64_t size;	      /* on the wire */
	struct sha256 sha256; /* of the wire bytes */
	const char *subject;  /* as people read it */
	const char *text;     /* the text part, for the case's conversation; not read back */
};

/* A row that may be sent now. */
struct outbox_row {
	int64_t id, ticket;
	const char *number; /* the case's, "" for a mail of no case */
	const char *envelope_from, *to, *message_id;
	int attempts;
	int64_t created_at;
	int64_t size;
	enum mail_purpose purpose;
};

/* Due rows (next_at <= now, not in `busy`), oldest first, at most max; caseless: only those about
 * no case. Rows whose condition (while_states, while_round) no longer holds are cancelled with an
 * event in the same call: needs an open transaction. */
bool outbox_claim(struct store *st, struct arena *a, int64_t now, bool caseless,
		  const int64_t *busy, size_t n_busy, size_t max, struct outbox_row **out,
		  size_t *n, struct err *e);
/* The segments of a row, to be written out by the engine; checked against sha256 by the caller. */
bool outbox_bytes(struct store *st, struct arena *a, int64_t id, struct outbox_bytes *out,
		  struct err *e);
/* For core/on_sent. false: no such row. */
bool outbox_outgoing(struct store *st, struct arena *a, int64_t id, struct outgoing *out,
		     struct err *e);
/* Verdicts: accepted (sent_at), failed for good, or one more try at next_at. A row that was
 * cancelled meanwhile and was accepted all the same is sent; a failed one may be tried again. */
bool outbox_sent(struct store *st, int64_t id, int64_t at, const char *reply, struct err *e);
bool outbox_failed(struct store *st, int64_t id, int64_t at, const char *why, struct err *e);
bool outbox_retry(struct store *st, int64_t id, int64_t next_at, const char *why, struct err *e);
/* By human hands, refused while the row is with the sender: once more, now, whether it waits or has
 * failed; what was sent or cancelled stays so. */
bool outbox_again(struct store *st, int64_t id, int64_t at, struct err *e);
/* Likewise: cancelled, with an event; only what waits. */
bool outbox_drop(struct store *st, int64_t id, int64_t at, const char *who, struct err *e);
/* The earliest next_at after `after` of a row without verdict, INT64_MAX when there is none; and
 * the number of rows without verdict. */
int64_t outbox_next(struct store *st, int64_t after);
int64_t outbox_waiting(struct store *st);
/* After a start: rows that wait for a retry are due at once. */
bool outbox_wake(struct store *st, int64_t now, struct err *e);
