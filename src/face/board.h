/* board: the desk at a glance, for a terminal of 80 columns. Pure. */
#pragma once

#include "core/ticket.h"
#include "face/terminal.h"

struct board_load {
	const char *name;
	int64_t open;
};
struct board_mailbox {
	const char *name;
	const char *state; /* one Spanish phrase: «en línea», «sin conexión: …» */
	int64_t seen_at;   /* last time it was read; 0: never */
	bool bad;
};
struct board_event {
	int64_t at;
	const char *number, *type, *actor; /* number "": about no case */
};

struct board {
	const struct policy *policy;
	int64_t now;
	int64_t by_state[STATE_COUNT];
	int64_t received_today, closed_today, due_soon, breached_open, unassigned;
	int64_t outbox_waiting, outbox_retrying, outbox_failed, quarantined, mail_open;
	int64_t evaluations; /* this month */
	double score_mean;
	const struct board_load *loads;
	size_t n_loads;
	const struct ticket *urgent; /* open cases without an answer, the earliest due first */
	size_t n_urgent;
	const struct board_mailbox *mailboxes;
	size_t n_mailboxes;
	const struct board_event *events; /* the newest first */
	size_t n_events;
};

void board_text(struct sbuf *out, const struct terminal *to, const struct board *m);
