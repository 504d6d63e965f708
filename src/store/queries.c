#include "store/queries.h"

#include "store/tickets.h"

#include <string.h>

/* A growing list in an arena. */
struct list {
	struct arena *a;
	size_t size, n, cap;
	void *p;
};

static void *list_add(struct list *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		void *more = arena_array(l->a, cap, l->size);

		if (l->n)
			memcpy(more, l->p, l->n * l->size);
		l->p = more;
		l->cap = cap;
	}
	return (char *)l->p + l->n++ * l->size;
}

/* Every row of q through read, into a list. read false: stop, it set e. */
struct reading {
	struct store *st;
	struct arena *a;
	struct err *e;
};
typedef bool read_fn(struct reading *r, sqlite3_stmt *q, void *row);

static bool read_rows(struct reading *r, sqlite3_stmt *q, size_t size, read_fn *read, void **out,
		      size_t *n)
{
	struct list l = {.a = r->a, .size = size};
	int rc = -1;

	while (q && (rc = sql_next(r->st, q, r->e)) == 1)
		if (!read(r, q, list_add(&l))) {
			rc = -1;
			break;
		}
	sql_end(q);
	*out = l.p ? l.p : arena_alloc(r->a, 0);
	*n = l.n;
	return rc == 0;
}

#define READ(st, a, q, type, read, out, n, e)                                                      \
	read_list(&(struct reading){st, a, e}, q, sizeof(type), read, (void **)(out), n)

static bool read_list(struct reading *r, sqlite3_stmt *q, size_t size, read_fn *read, void **out,
		      size_t *n)
{
	void *p;
	bool ok = read_rows(r, q, size, read, &p, n);

	memcpy(out, &p, sizeof(p));
	return ok;
}

/* --- one case --- */

static bool read_event(struct reading *r, sqlite3_stmt *q, void *row)
{
	*(struct event_row *)row = (struct event_row){
		.id = col_int(q, 0),
		.at = col_int(q, 1),
		.ticket = col_int(q, 2),
		.type = col_text(r->a, q, 3),
		.actor = col_text(r->a, q, 4),
		.detail = col_text(r->a, q, 5),
		.number = col_text(r->a, q, 6),
	};
	return true;
}

bool query_events(struct store *st, struct arena *a, int64_t ticket, struct event_row **out,
		  size_t *n, struct err *e)
{
	return READ(st, a, sql_open(st, SQL_EVENTS, e, VALUES(v_int(ticket))), struct event_row,
		    read_event, out, n, e);
}

bool query_last_events(struct store *st, struct arena *a, size_t max, struct event_row **out,
		       size_t *n, struct err *e)
{
	return READ(st, a, sql_open(st, SQL_EVENTS_LAST, e, VALUES(v_int((int64_t)max))),
		    struct event_row, read_event, out, n, e);
}

static bool read_message(struct reading *r, sqlite3_stmt *q, void *row)
{
	*(struct message_row *)row = (struct message_row){
		.id = col_int(q, 0),
		.at = col_int(q, 1),
		.mail = col_int(q, 2),
		.outbox = col_int(q, 3),
		.inbound = col_int(q, 4) != 0,
		.internal = col_int(q, 5) != 0,
		.from = col_text(r->a, q, 6),
		.to = col_text(r->a, q, 7),
		.subject = col_text(r->a, q, 8),
		.message_id = col_text(r->a, q, 9),
		.text = col_text(r->a, q, 10),
		.state = col_text(r->a, q, 11),
		.purpose = col_text(r->a, q, 12),
	};
	return true;
}

bool query_messages(struct store *st, struct arena *a, int64_t ticket, struct message_row **out,
		    size_t *n, struct err *e)
{
	return READ(st, a, sql_open(st, SQL_MESSAGES, e, VALUES(v_int(ticket))), struct message_row,
		    read_message, out, n, e);
}

bool query_solution(struct store *st, struct arena *a, int64_t ticket, const char **out,
		    struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_SOLUTION, e, VALUES(v_int(ticket)));
	int rc = q ? sql_next(st, q, e) : -1;

	*out = rc == 1 ? col_text(a, q, 0) : "";
	sql_end(q);
	return rc >= 0;
}

static bool read_attachment(struct reading *r, sqlite3_stmt *q, void *row)
{
	struct attachment_row *out = row;

	*out = (struct attachment_row){
		.id = col_int(q, 0),
		.mail = col_int(q, 1),
		.raw = col_int(q, 2),
		.att = {.name = col_text(r->a, q, 3),
			.type = col_text(r->a, q, 4),
			.encoding = col_text(r->a, q, 5),
			.offset = col_int(q, 6),
			.len = col_int(q, 7),
			.size = col_int(q, 8),
			.flags = (unsigned)col_int(q, 10)},
	};
	return col_sha(q, 9, &out->att.sha256) ||
	       sql_corrupt(r->st, r->e, "an attachment has no hash");
}

bool query_attachments(struct store *st, struct arena *a, int64_t ticket,
		       struct attachment_row **out, size_t *n, struct err *e)
{
	return READ(st, a, sql_open(st, SQL_ATTACHMENTS, e, VALUES(v_int(ticket))),
		    struct attachment_row, read_attachment, out, n, e);
}

/* --- many cases --- */

static bool read_ticket(struct reading *r, sqlite3_stmt *q, void *row)
{
	return ticket_read(r->st, r->a, q, row, r->e);
}

bool query_urgent(struct store *st, struct arena *a, size_t max, struct ticket **out, size_t *n,
		  struct err *e)
{
	return READ(st, a, sql_open(st, SQL_URGENT, e, VALUES(v_int((int64_t)max))), struct ticket,
		    read_ticket, out, n, e);
}

bool query_list(struct store *st, const struct list_filter *f,
		bool (*row)(void *ctx, const struct ticket *t), void *ctx, struct err *e)
{
	bool all = f->state < 0;
	struct value v[] = {
		v_int(f->after),
		v_int(f->max ? (int64_t)f->max : -1),
		v_text(all ? "" : name_of_state(f->state)),
	};
	sqlite3_stmt *q = sql_open(st, all ? SQL_LIST : SQL_LIST_STATE, e, v, all ? 2 : COUNT(v));
	int rc = -1;

	while (q && (rc = sql_next(st, q, e)) == 1) {
		struct arena *a = arena_new();
		struct ticket t;
		bool ok = ticket_read(st, a, q, &t, e);
		bool more = ok && row(ctx, &t);

		arena_free(&a);
		if (!more) {
			rc = ok ? 0 : -1;
			break;
		}
	}
	sql_end(q);
	return rc == 0;
}

/* --- mails --- */

static bool read_outbox(struct reading *r, sqlite3_stmt *q, void *row)
{
	struct outbox_item *out = row;

	*out = (struct outbox_item){
		.id = col_int(q, 0),
		.ticket = col_int(q, 1),
		.created_at = col_int(q, 2),
		.next_at = col_int(q, 3),
		.attempts = (int)col_int(q, 5),
		.number = col_text(r->a, q, 6),
		.purpose = col_text(r->a, q, 7),
		.to = col_text(r->a, q, 8),
		.subject = col_text(r->a, q, 9),
		.state = col_text(r->a, q, 10),
		.reply = col_text(r->a, q, 11),
	};
	if (str_eq(out->state, "sent"))
		out->sent_at = col_int(q, 4);
	return true;
}

bool query_outbox(struct store *st, struct arena *a, bool all, size_t max, struct outbox_item **out,
		  size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, all ? SQL_OUTBOX_LIST : SQL_OUTBOX_LIST_OPEN, e,
				   VALUES(v_int(max ? (int64_t)max : -1)));

	return READ(st, a, q, struct outbox_item, read_outbox, out, n, e);
}

static bool read_quarantine(struct reading *r, sqlite3_stmt *q, void *row)
{
	*(struct quarantine_item *)row = (struct quarantine_item){
		.id = col_int(q, 0),
		.raw = col_int(q, 1),
		.received_at = col_int(q, 2),
		.size = col_int(q, 3),
		.mailbox = col_text(r->a, q, 4),
		.why = col_text(r->a, q, 5),
		.uid = (uint32_t)col_int(q, 6),
	};
	return true;
}

bool query_quarantine(struct store *st, struct arena *a, struct quarantine_item **out, size_t *n,
		      struct err *e)
{
	return READ(st, a, sql_open(st, SQL_QUARANTINE, e, NULL, 0), struct quarantine_item,
		    read_quarantine, out, n, e);
}

/* --- the desk at a glance --- */

static bool count_states(struct store *st, struct board_numbers *out, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_BOARD_STATES, e, NULL, 0);
	int rc = -1;

	while (q && (rc = sql_next(st, q, e)) == 1) {
		int s = name_value(name_of_state, STATE_COUNT,
				   (const char *)sqlite3_column_text(q, 0));

		if (s >= 0)
			out->by_state[s] = col_int(q, 1);
	}
	return rc == 0;
}

static bool count_open(struct store *st, int64_t now, struct board_numbers *out, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_BOARD_OPEN, e, VALUES(v_int(now)));
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1) {
		out->due_soon = col_int(q, 0);
		out->breached_open = col_int(q, 1);
		out->unassigned = col_int(q, 2);
	}
	sql_end(q);
	return rc >= 0;
}

static bool count_scores(struct store *st, int64_t since, struct board_numbers *out, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_BOARD_SCORES, e, VALUES(v_int(since)));
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1) {
		out->evaluations = col_int(q, 0);
		out->score_mean = sqlite3_column_double(q, 1);
	}
	sql_end(q);
	return rc >= 0;
}

bool query_board(struct store *st, int64_t now, int64_t day_start, int64_t month_start,
		 struct board_numbers *out, struct err *e)
{
	int64_t unmoved;

	*out = (struct board_numbers){0};
	return count_states(st, out, e) && count_open(st, now, out, e) &&
	       count_scores(st, month_start, out, e) &&
	       sql_int(st, SQL_BOARD_OPENED, 0, &out->received_today, e,
		       VALUES(v_int(day_start))) &&
	       sql_int(st, SQL_BOARD_CLOSED, 0, &out->closed_today, e, VALUES(v_int(day_start))) &&
	       sql_int(st, SQL_OUTBOX_WAITING, 0, &out->outbox_waiting, e, NULL, 0) &&
	       sql_int(st, SQL_OUTBOX_RETRYING, 0, &out->outbox_retrying, e, NULL, 0) &&
	       sql_int(st, SQL_BOARD_FAILED, 0, &out->outbox_failed, e, NULL, 0) &&
	       sql_int(st, SQL_BOARD_QUARANTINED, 0, &out->quarantined, e, NULL, 0) &&
	       ledger_unfinished(st, &out->mail_open, &unmoved, e);
}
