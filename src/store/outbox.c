#include "store/outbox.h"

#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

/* --- who has what in hand --- */

static bool is_handed(const struct store *st, int64_t id)
{
	for (size_t i = 0; i < st->n_handed; i++)
		if (st->handed[i] == id)
			return true;
	return false;
}

static void hand(struct store *st, int64_t id)
{
	if (st->n_handed == st->cap_handed) {
		st->cap_handed = st->cap_handed ? st->cap_handed * 2 : 64;
		st->handed = mem_grow(st->handed, st->cap_handed, sizeof(*st->handed));
	}
	st->handed[st->n_handed++] = id;
}

static void take_back(struct store *st, int64_t id)
{
	for (size_t i = 0; i < st->n_handed; i++)
		if (st->handed[i] == id)
			st->handed[i--] = st->handed[--st->n_handed];
}

/* --- what no longer holds --- */

struct condition {
	unsigned states;
	int round;
};

static bool holds(const struct condition *c, enum state s, int round)
{
	return (c->states == 0 || (c->states >> s & 1)) && (c->round == 0 || c->round == round);
}

struct stale {
	int64_t id, ticket;
	const char *purpose;
	struct stale *next;
};

/* t NULL: the row is about no case. */
static bool cancel_row(struct store *st, struct arena *a, int64_t id, const char *purpose,
		       struct ticket *t, const struct event *as, const char *why, struct err *e)
{
	struct event ev = *as;

	event_text(&ev, "mail", purpose);
	event_num(&ev, "outbox", id);
	event_text(&ev, "why", why);
	if (!sql_run(st, SQL_OUTBOX_CANCEL, e, VALUES(v_int(ev.at), v_text(why), v_int(id))))
		return false;
	return t ? event_happens(st, a, t, &ev, e) : event_append(st, &ev, 0, e);
}

static const char *const no_longer = "ya no correspondía";

bool outbox_cancel_stale(struct store *st, struct arena *a, struct ticket *t, int64_t now,
			 struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_OUTBOX_STALE, e, VALUES(v_int(t->id)));
	struct stale *list = NULL, **tail = &list;
	struct event ev;
	int rc = -1;

	while (q && (rc = sql_next(st, q, e)) == 1) {
		struct condition c = {(unsigned)col_int(q, 2), (int)col_int(q, 3)};

		if (holds(&c, t->state, t->round) || is_handed(st, col_int(q, 0)))
			continue;
		*tail = arena_alloc(a, sizeof(**tail));
		(*tail)->id = col_int(q, 0);
		(*tail)->purpose = col_text(a, q, 1);
		tail = &(*tail)->next;
	}
	event_init(&ev, EVENT_CANCELLED, now, "system");
	for (const struct stale *s = list; rc == 0 && s; s = s->next)
		if (!cancel_row(st, a, s->id, s->purpose, t, &ev, no_longer, e))
			rc = -1;
	return rc == 0;
}

/* --- claiming --- */

static bool cancel_claimed(struct store *st, struct arena *a, const struct stale *list, int64_t now,
			   struct err *e)
{
	struct event ev;

	event_init(&ev, EVENT_CANCELLED, now, "system");
	for (; list; list = list->next) {
		struct ticket t;

		if (ticket_load(st, a, list->ticket, &t, e) != 1 ||
		    !cancel_row(st, a, list->id, list->purpose, &t, &ev, no_longer, e))
			return false;
	}
	return true;
}

/* A row about a case whose condition is gone. */
static bool is_stale(struct arena *a, sqlite3_stmt *q)
{
	struct condition c = {(unsigned)col_int(q, 9), (int)col_int(q, 10)};
	int state = name_value(name_of_state, STATE_COUNT, col_text(a, q, 11));

	return col_int(q, 1) != 0 && state > 0 &&
	       !holds(&c, (enum state)state, (int)col_int(q, 12));
}

static void read_row(struct arena *a, sqlite3_stmt *q, struct outbox_row *out)
{
	int purpose = name_value(name_of_purpose, MAIL_PURPOSE_COUNT, col_text(a, q, 8));

	*out = (struct outbox_row){
		.id = col_int(q, 0),
		.ticket = col_int(q, 1),
		.number = col_text(a, q, 13),
		.envelope_from = col_text(a, q, 2),
		.to = col_text(a, q, 3),
		.message_id = col_text(a, q, 4),
		.attempts = (int)col_int(q, 5),
		.created_at = col_int(q, 6),
		.size = col_int(q, 7),
		.purpose = purpose < 0 ? MAIL_ALERT : (enum mail_purpose)purpose,
	};
}

bool outbox_claim(struct store *st, struct arena *a, int64_t now, bool caseless,
		  const int64_t *busy, size_t n_busy, size_t max, struct outbox_row **out,
		  size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_OUTBOX_DUE, e, VALUES(v_int(now), v_int(caseless)));
	struct stale *stale = NULL, **tail = &stale;
	int rc = q ? 0 : -1;

	*out = arena_array(a, max, sizeof(**out));
	*n = 0;
	st->n_handed = 0;
	for (size_t i = 0; i < n_busy; i++)
		hand(st, busy[i]);
	while (q && *n < max && (rc = sql_next(st, q, e)) == 1) {
		if (is_handed(st, col_int(q, 0)))
			continue;
		if (!is_stale(a, q)) {
			read_row(a, q, &(*out)[(*n)++]);
			continue;
		}
		*tail = arena_alloc(a, sizeof(**tail));
		**tail = (struct stale){col_int(q, 0), col_int(q, 1), col_text(a, q, 8), NULL};
		tail = &(*tail)->next;
	}
	sql_end(q);
	if (rc < 0 || !cancel_claimed(st, a, stale, now, e))
		return false;
	for (size_t i = 0; i < *n; i++)
		hand(st, (*out)[i].id);
	return true;
}

/* --- reading --- */

static bool read_segments(struct store *st, struct arena *a, int64_t id, struct outbox_bytes *out,
			  struct err *e)
{
	enum { FEW = 8 };
	sqlite3_stmt *q =
		sql_open(st, SQL_SEGMENTS, e,
			 VALUES(v_int(id << SEGMENT_BITS), v_int((id + 1) << SEGMENT_BITS)));
	size_t cap = FEW;
	int rc = -1;

	out->n = 0;
	out->segments = arena_array(a, cap, sizeof(*out->segments));
	while (q && (rc = sql_next(st, q, e)) == 1) {
		if (out->n == cap) {
			struct outbox_segment *more = arena_array(a, SEGMENTS_MAX, sizeof(*more));

			memcpy(more, out->segments, cap * sizeof(*more));
			out->segments = more;
			cap = SEGMENTS_MAX;
		}
		out->segments[out->n++] = (struct outbox_segment){
			.literal = col_blob(a, q, 0),
			.raw = col_int(q, 1),
			.offset = col_int(q, 2),
			.len = col_int(q, 3),
			.encoding = col_text(a, q, 4),
		};
	}
	return rc == 0;
}

bool outbox_bytes(struct store *st, struct arena *a, int64_t id, struct outbox_bytes *out,
		  struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_OUTBOX_ROW, e, VALUES(v_int(id)));
	int rc = q ? sql_next(st, q, e) : -1;

	*out = (struct outbox_bytes){.text = ""};
	if (rc == 1) {
		out->message_id = col_text(a, q, 3);
		out->envelope_from = col_text(a, q, 4);
		out->to = col_text(a, q, 5);
		out->size = col_int(q, 6);
		col_sha(q, 7, &out->sha256);
		out->subject = col_text(a, q, 8);
	}
	sql_end(q);
	if (rc == 0)
		return err_set(e, "no outgoing mail %lld", (long long)id);
	return rc == 1 && read_segments(st, a, id, out, e);
}

void outbox_read_outgoing(struct arena *a, sqlite3_stmt *q, struct outgoing *out)
{
	int audience = name_value(name_of_audience, AUDIENCE_COUNT, col_text(a, q, 4));
	int purpose = name_value(name_of_purpose, MAIL_PURPOSE_COUNT, col_text(a, q, 5));

	*out = (struct outgoing){
		.id = col_int(q, 0),
		.ticket = col_int(q, 1),
		.message_id = col_text(a, q, 2),
		.to = col_text(a, q, 3),
		/* what this build does not know is told to nobody outside */
		.audience = audience < 0 ? AUDIENCE_NOTE : (enum audience)audience,
		.purpose = purpose < 0 ? MAIL_ALERT : (enum mail_purpose)purpose,
		.round = (int)col_int(q, 6),
		.created_at = col_int(q, 7),
		.answers = col_int(q, 8) != 0,
		.surveys = col_int(q, 9) != 0,
	};
}

bool outbox_outgoing(struct store *st, struct arena *a, int64_t id, struct outgoing *out,
		     struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_OUTBOX_OUTGOING, e, VALUES(v_int(id)));
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1)
		outbox_read_outgoing(a, q, out);
	sql_end(q);
	if (rc == 0)
		err_set(e, "no outgoing mail %lld", (long long)id);
	return rc == 1;
}

/* --- verdicts --- */

static bool verdict(struct store *st, enum sql id, int64_t row, int64_t at, const char *said,
		    struct err *e)
{
	int64_t known;

	take_back(st, row);
	if (!sql_run(st, id, e, VALUES(v_int(at), v_text(said), v_int(row))))
		return false;
	if (sql_changes(st) == 1)
		return true;
	return sql_int(st, SQL_OUTBOX_OUTGOING, 0, &known, e, VALUES(v_int(row))) &&
	       (known != 0 || err_set(e, "no outgoing mail %lld", (long long)row));
}

bool outbox_sent(struct store *st, int64_t id, int64_t at, const char *reply, struct err *e)
{
	return verdict(st, SQL_OUTBOX_SENT, id, at, reply, e);
}

bool outbox_failed(struct store *st, int64_t id, int64_t at, const char *why, struct err *e)
{
	return verdict(st, SQL_OUTBOX_FAILED, id, at, why, e);
}

bool outbox_retry(struct store *st, int64_t id, int64_t next_at, const char *why, struct err *e)
{
	return verdict(st, SQL_OUTBOX_RETRY, id, next_at, why, e);
}

bool outbox_again(struct store *st, int64_t id, int64_t at, struct err *e)
{
	if (is_handed(st, id))
		return err_set(e, "outgoing mail %lld is with the sender", (long long)id);
	return sql_run(st, SQL_OUTBOX_RETRY, e,
		       VALUES(v_int(at), v_text("asked for by mesactl"), v_int(id))) &&
	       (sql_changes(st) == 1 ||
		err_set(e, "outgoing mail %lld neither waits nor failed", (long long)id));
}

bool outbox_drop(struct store *st, int64_t id, int64_t at, const char *who, struct err *e)
{
	struct arena *a = arena_new();
	sqlite3_stmt *q = sql_open(st, SQL_OUTBOX_ROW, e, VALUES(v_int(id)));
	int rc = q ? sql_next(st, q, e) : -1;
	int64_t ticket = rc == 1 ? col_int(q, 0) : 0;
	bool queued = rc == 1 && str_eq(col_text(a, q, 1), "queued");
	const char *purpose = rc == 1 ? col_text(a, q, 2) : "";
	struct event ev;
	struct ticket t;
	bool ok = false;

	sql_end(q);
	event_init(&ev, EVENT_CANCELLED, at, who);
	if (rc >= 0 && (!queued || is_handed(st, id)))
		err_set(e, "outgoing mail %lld is not waiting", (long long)id);
	else if (rc == 1 && (ticket == 0 || ticket_load(st, a, ticket, &t, e) == 1))
		ok = cancel_row(st, a, id, purpose, ticket ? &t : NULL, &ev, "descartado", e);
	arena_free(&a);
	return ok;
}

/* --- when --- */

int64_t outbox_next(struct store *st, int64_t after)
{
	int64_t at;

	return sql_int(st, SQL_OUTBOX_NEXT, INT64_MAX, &at, NULL, VALUES(v_int(after))) ? at
											: INT64_MAX;
}

int64_t outbox_waiting(struct store *st)
{
	int64_t n;

	return sql_int(st, SQL_OUTBOX_WAITING, 0, &n, NULL, NULL, 0) ? n : -1;
}

bool outbox_wake(struct store *st, int64_t now, struct err *e)
{
	return sql_run(st, SQL_OUTBOX_WAKE, e, VALUES(v_int(now)));
}
