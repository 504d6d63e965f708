/* snapshot: what was looked up before deciding. needs() says what to look up, store/queries loads
 * it, decide() sees nothing else. */
#pragma once

#include "core/facts.h"
#include "core/plan.h"
#include "core/ticket.h"

enum { KEYS_IDS_MAX = 64, KEYS_NUMBERS_MAX = 16 };

struct keys {
	const char **message_ids; /* ours or theirs: In-Reply-To, References, bounced ids */
	size_t n_message_ids;
	const char **numbers; /* in subject, refs, reply token and commands */
	size_t n_numbers;
	const char *message_id;	 /* the mail's own, for duplicates */
	const char *from;	 /* address key of the sender */
	const char *subject_key; /* folded subject without reply prefixes and tags */
	struct sha256 sha256, body_sha256;
	bool loads; /* staff's loads are wanted */
	bool sent;  /* and the last mails that left about the cases of those numbers */
};

/* A mail of ours, as far as answering it matters. */
struct outgoing {
	int64_t id, ticket; /* ticket 0: none */
	const char *message_id;
	const char *to; /* address key */
	enum audience audience;
	enum mail_purpose purpose;
	int round;
	int64_t created_at;
	bool answers, surveys;
};

/* A mail of theirs that is part of a case. */
struct incoming {
	const char *message_id;
	int64_t ticket;
	const char *from;
};

struct known_ticket {
	struct ticket t;
	const char **participants; /* address keys; the requester is not among them */
	size_t n_participants;
	const char *last_from_requester_id; /* Message-ID to thread answers on */
	const char **thread_ids; /* Message-IDs of the conversation with the requester, oldest
				    first, at most 20 */
	size_t n_thread_ids;
	/* the last mails of ours to each staff member of the case, to thread on: by address key */
	struct staff_thread {
		const char *to;
		const char *message_id;
	} * staff_threads;
	size_t n_staff_threads;
	const char *last_request; /* the requester's last words, for #ver and warnings */
	int64_t replied_at; /* the last «replied» or «resolved» event and its actor; 0 and "" when
			       none */
	const char *replied_by;
	bool hinted; /* a «note» event with the detail hinted exists */
};

struct load {
	const char *staff; /* id */
	int open_cases;
	int64_t last_given_at;
};

/* How far the budgets of automatic mail are spent for one address. */
struct spent {
	const char *to;		       /* address key */
	int64_t ticket;		       /* what it would be about; 0: no case yet, or many */
	int64_t free_at[BUDGET_COUNT]; /* when one more may leave; 0: now */
	int64_t digest_due;	       /* a digest waits for this address; 0: none */
	int64_t digested_at;	       /* its last digest within the address's window; 0: none */
};

struct snapshot {
	struct known_ticket *tickets;
	size_t n_tickets;
	struct outgoing *outgoing;
	size_t n_outgoing;
	struct incoming *incoming;
	size_t n_incoming;
	int64_t similar_ticket; /* open case of the same sender and subject key within a few days, 0
				 */
	int64_t duplicate_ticket; /* the case that it became or went to; 0: none */
	int64_t duplicate_raw; /* an earlier mail with the same bytes, or same id and same body; 0
				*/
	struct load *loads;
	size_t n_loads;
	struct spent *spent; /* of the sender, and of the requester of each case */
	size_t n_spent;
	bool braked;	       /* some digest waits */
	int64_t brake_told_at; /* when the coordinator was last told of it; 0: never */
	const char *token_key; /* 32 bytes: to check Ref codes */
	size_t token_key_len;
	int64_t raw; /* the mail in hand, for attachments that travel on */
};

/* What to look up for this mail. Pure. */
struct keys needs_mail(struct arena *a, const struct facts *f, const struct policy *p);
/* For commands on the case of this number, not by mail. */
struct keys needs_command(struct arena *a, const char *number, const char *text,
			  const struct policy *p);

const struct known_ticket *snapshot_ticket(const struct snapshot *s, int64_t id); /* or NULL */
const struct known_ticket *snapshot_number(const struct snapshot *s, const char *number);
