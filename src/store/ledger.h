/* ledger: one row and one fate for every (mailbox, UIDVALIDITY, UID). Row of one mail: «entry». */
#pragma once

#include "core/plan.h"
#include "store/store.h"

struct ledger_key {
	const char
		*mailbox; /* configured name; «ingest» for mesactl ingest and new (uid counts up) */
	uint32_t uidvalidity, uid;
};

enum ledger_need {
	LEDGER_FETCH,  /* unknown: fetch it */
	LEDGER_FINISH, /* fate committed, move or mark still to do */
	LEDGER_BUSY,   /* stored, no fate yet: the desk has it */
	LEDGER_DONE
};

/* What each of the n UIDs that the server lists needs; out holds n. */
bool ledger_needs(struct store *st, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		  size_t n, enum ledger_need *out, struct err *e);
/* Has this mailbox ever been handled (any row)? -1 could not tell. */
int ledger_known(struct store *st, const char *mailbox);
/* First start of a mailbox: the moment, kept for the `start` rule; 0 not yet. */
int64_t ledger_started(struct store *st, const char *mailbox);
bool ledger_start(struct store *st, const char *mailbox, int64_t at, struct err *e);

struct ledger_mail {
	struct ledger_key key;
	int64_t received_at; /* INTERNALDATE clamped to now */
	int64_t size;	     /* on the server */
	int64_t raw;	     /* 0: never fetched (before_start) */
	struct sha256 sha256, body_sha256;
	bool headers_only;
};
/* New entry without a fate (or, for FATE_BEFORE_START, finished at once). Returns its id, 0 on
 * failure. The attempt counts as open from this commit on. */
int64_t ledger_add(struct store *st, const struct ledger_mail *m, enum fate fate, struct err *e);

struct ledger_entry {
	int64_t id, raw, received_at, size;
	struct ledger_key key;
	int attempts;	 /* parser deaths and latenesses that the desk witnessed */
	int desk_deaths; /* deaths of the desk with this single mail in hand */
	bool in_hand;	 /* marked by ledger_in_hand */
	bool headers_only;
};
/* Entries without a fate, oldest first, at most max, with id > after. */
bool ledger_open(struct store *st, struct arena *a, int64_t after, size_t max,
		 struct ledger_entry **out, size_t *n, struct err *e);
bool ledger_get(struct store *st, struct arena *a, int64_t id, struct ledger_entry *out,
		struct err *e);
/* The parser died or was late with it. */
bool ledger_attempt(struct store *st, int64_t id, struct err *e);
/* After an unclean start, entries are retried one at a time: mark the one in hand (committed). */
bool ledger_in_hand(struct store *st, int64_t id, struct err *e);
/* At start: the entry marked in hand, if any, has now cost the desk a death; returns its id or 0.
 */
int64_t ledger_desk_died(struct store *st, struct err *e);

/* The fate, with what identifies the mail later. ticket 0: none. why: JSON object text or "". */
struct ledger_fate {
	enum fate fate;
	int64_t ticket;
	const char *message_id, *from_key, *subject_key, *subject;
	const char *why;
};
/* Fails for an entry that has one. «ingest» entries are finished by it. */
bool ledger_decide(struct store *st, int64_t id, const struct ledger_fate *f, struct err *e);
/* Where its attachments stand within the raw mail. */
bool ledger_attachments(struct store *st, int64_t id, const struct attachment *list, size_t n,
			struct err *e);
/* Moved or marked on the server (or gone from its folder: a finished move). */
bool ledger_finished(struct store *st, const char *mailbox, uint32_t uidvalidity,
		     const uint32_t *uids, size_t n, struct err *e);
/* Server list against ledger: entries with a fate, unfinished, whose UID is no longer listed (or
 * whose UIDVALIDITY is gone) are finished moves. uids sorted. */
bool ledger_reconcile(struct store *st, const char *mailbox, uint32_t uidvalidity,
		      const uint32_t *uids, size_t n, struct err *e);
/* The next UID for mailbox «ingest». */
uint32_t ledger_next_ingest(struct store *st);
/* Quarantine: back to «no fate» for one more try. */
bool ledger_retry(struct store *st, int64_t id, struct err *e);
bool ledger_unfinished(struct store *st, int64_t *open_r, int64_t *unmoved_r, struct err *e);
