/* queries: reading. What deciding needs (snapshot), and what people ask (list, show, board). */
#pragma once

#include "core/snapshot.h"
#include "store/ledger.h"
#include "store/outbox.h"

/* Everything that keys name. now bounds the windows (budgets, similar). */
bool store_snapshot(struct store *st, struct arena *a, const struct keys *k, const struct policy *p,
		    int64_t now, struct snapshot *out, struct err *e);
/* One case with all that on_timer, on_sent, on_vote, on_command need. 1 found, 0 none, -1 error. */
int store_ticket(struct store *st, struct arena *a, int64_t id, struct known_ticket *out,
		 struct err *e);
/* By full number, or by its last digits alone in the current year («123»). */
int store_ticket_by_number(struct store *st, struct arena *a, const char *number,
			   struct known_ticket *out, struct err *e);
bool store_loads(struct store *st, struct arena *a, struct load **out, size_t *n, struct err *e);

struct event_row {
	int64_t id, at, ticket;
	const char *type, *actor;
	const char *detail; /* flat JSON object text; "{}" when erased or empty */
	const char *number; /* of the case, "" for none */
};
bool query_events(struct store *st, struct arena *a, int64_t ticket, struct event_row **out,
		  size_t *n, struct err *e);

struct message_row {
	int64_t id, at, mail, outbox;
	bool inbound, internal;
	const char *from, *to, *subject, *message_id, *text, *state,
		*purpose; /* state and purpose: of the outbox row, else "" */
};
bool query_messages(struct store *st, struct arena *a, int64_t ticket, struct message_row **out,
		    size_t *n, struct err *e);

/* The report of the last solution: what was said before its survey was queued; "" when nothing. */
bool query_solution(struct store *st, struct arena *a, int64_t ticket, const char **out,
		    struct err *e);

struct list_filter {
	int state;     /* enum state, -1: all */
	int64_t after; /* ticket id, for paging; 0 */
	size_t max;    /* 0: no limit */
};
/* Calls row for each case in order of number, without holding them all; false from row stops. */
bool query_list(struct store *st, const struct list_filter *f,
		bool (*row)(void *ctx, const struct ticket *t), void *ctx, struct err *e);

struct attachment_row {
	int64_t id, mail, raw;
	struct attachment att;
};
bool query_attachments(struct store *st, struct arena *a, int64_t ticket,
		       struct attachment_row **out, size_t *n, struct err *e);

struct outbox_item {
	int64_t id, ticket, created_at, next_at, sent_at;
	int attempts;
	const char *number, *purpose, *to, *subject, *state,
		*reply; /* state: queued sent failed cancelled */
};
bool query_outbox(struct store *st, struct arena *a, bool all, size_t max, struct outbox_item **out,
		  size_t *n, struct err *e);

struct quarantine_item {
	int64_t id, raw, received_at, size;
	const char *mailbox, *why;
	uint32_t uid;
};
bool query_quarantine(struct store *st, struct arena *a, struct quarantine_item **out, size_t *n,
		      struct err *e);

struct board_numbers {
	int64_t by_state[STATE_COUNT];
	int64_t received_today, closed_today, due_soon, breached_open, unassigned;
	int64_t outbox_waiting, outbox_failed, quarantined, mail_open;
	int64_t outbox_retrying; /* of those that wait: the server did not take them at once */
	int64_t evaluations;	 /* this month */
	double score_mean;
};
bool query_board(struct store *st, int64_t now, int64_t day_start, int64_t month_start,
		 struct board_numbers *out, struct err *e);
/* Open cases with the earliest due first. */
bool query_urgent(struct store *st, struct arena *a, size_t max, struct ticket **out, size_t *n,
		  struct err *e);
bool query_last_events(struct store *st, struct arena *a, size_t max, struct event_row **out,
		       size_t *n, struct err *e);
