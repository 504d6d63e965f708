/* verify_rows: chain, projections, bytes. */
#include "store/raw.h"
#include "store/verify_parts.h"

#include <stdlib.h>

/* --- the chain --- */

static void check_link(struct verify *v, struct arena *a, sqlite3_stmt *q, struct sha256 *before,
		       int64_t *last)
{
	struct event_link l = {
		.id = col_int(q, 0),
		.at = col_int(q, 1),
		.type = col_text(a, q, 2),
		.ticket = col_int(q, 3),
		.actor = col_text(a, q, 4),
	};
	bool whole = col_sha(q, 5, &l.digest);
	struct sha256 chain, is, digest;
	enum event_type type;

	if (l.id != *last + 1)
		found(v, "event %lld follows event %lld", (long long)l.id, (long long)*last);
	if (!event_read(l.type, &type))
		found(v, "event %lld is of the unknown type «%s»", (long long)l.id, l.type);
	if (sqlite3_column_type(q, 7) != SQLITE_NULL) {
		digest = event_digest(col_blob(a, q, 7), col_blob(a, q, 8));
		if (!whole || !digest_equal(&digest, &l.digest, sizeof(digest)))
			found(v, "event %lld: its detail was altered", (long long)l.id);
	}
	chain = event_chain(&l, before);
	if (!whole || !col_sha(q, 6, &is) || !digest_equal(&chain, &is, sizeof(is)))
		found(v, "event %lld: the chain breaks here", (long long)l.id);
	/* on from what is stored: one break is told once */
	if (!col_sha(q, 6, before))
		*before = chain;
	*last = l.id;
}

/* The chain ends where it was last seen to. */
static bool check_head(struct verify *v, int64_t last, const struct sha256 *chain)
{
	sqlite3_stmt *q = query(v, "select id, chain from event_head where one = 1");
	int rc = query_next(v, q);
	int64_t head = rc == 1 ? col_int(q, 0) : 0;
	struct sha256 is;

	if (rc >= 0 && head != last)
		found(v, "the last event was %lld, now it is %lld", (long long)head,
		      (long long)last);
	else if (rc == 1 && (!col_sha(q, 1, &is) || !digest_equal(&is, chain, sizeof(is))))
		found(v, "event %lld is not the one that was the last", (long long)last);
	query_end(q);
	return rc >= 0;
}

bool verify_chain(struct verify *v)
{
	sqlite3_stmt *q =
		query(v, "select e.id, e.at, e.type, e.ticket, e.actor, e.digest, e.chain, d.salt, "
			 "d.detail from event e left join event_detail d on d.event = e.id "
			 "order by e.id");
	struct sha256 before = {{0}};
	int64_t last = 0;
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1) {
		struct arena *a = arena_new();

		check_link(v, a, q, &before, &last);
		arena_free(&a);
	}
	query_end(q);
	return rc == 0 && check_head(v, last, &before) &&
	       each_is_found(v, "select 'detail ' || event || ' is of no event' from "
				"event_detail where event not in "
				"(select id from event)");
}

/* --- cases: the row is what its events make of it --- */

struct replay {
	struct verify *v;
	struct arena *a;
	sqlite3_stmt *tickets, *events, *details, *timers;
};

/* false: it cannot be read */
static bool read_details(struct replay *r, const char *json, struct event *ev, int *rc)
{
	sqlite3_reset(r->details);
	sqlite3_bind_text(r->details, 1, json, -1, SQLITE_STATIC);
	while ((*rc = query_next(r->v, r->details)) == 1) {
		const char *type = col_text(r->a, r->details, 1);

		if (ev->n == EVENT_DETAILS_MAX)
			return false;
		if (str_eq(type, "text"))
			event_text(ev, col_text(r->a, r->details, 0),
				   col_text(r->a, r->details, 2));
		else if (str_eq(type, "integer"))
			event_num(ev, col_text(r->a, r->details, 0), col_int(r->details, 2));
		else
			return false;
	}
	return *rc == 0;
}

enum replayed { REPLAY_DONE, REPLAY_WRONG, REPLAY_FAILED };

/* What was erased from an event is as the row has it: the type's own meaning, and whatever later
 * events say, is compared all the same. */
static bool details_of(struct replay *r, const struct ticket *is, struct event *ev, int *rc)
{
	if (sqlite3_column_type(r->events, 4) != SQLITE_NULL)
		return read_details(r, col_text(r->a, r->events, 4), ev, rc);
	event_details_of(ev, is);
	return true;
}

static enum replayed replay_one(struct replay *r, const struct ticket *is, struct ticket *t)
{
	struct event ev;
	enum event_type type;
	struct err why;
	int rc = 0;

	if (!event_read(col_text(r->a, r->events, 1), &type))
		return REPLAY_WRONG;
	event_init(&ev, type, col_int(r->events, 2), col_text(r->a, r->events, 3));
	if (!details_of(r, is, &ev, &rc) || !ticket_apply(r->a, t, &ev, &why)) {
		if (rc >= 0)
			found(r->v, "ticket %lld: event %lld cannot be applied", (long long)t->id,
			      (long long)col_int(r->events, 0));
		return rc < 0 ? REPLAY_FAILED : REPLAY_WRONG;
	}
	return REPLAY_DONE;
}

static enum replayed replay(struct replay *r, const struct ticket *is, struct ticket *t)
{
	enum replayed what = REPLAY_DONE;
	int rc;

	*t = (struct ticket){.id = is->id};
	sqlite3_reset(r->events);
	sqlite3_bind_int64(r->events, 1, is->id);
	while ((rc = query_next(r->v, r->events)) == 1)
		if ((what = replay_one(r, is, t)) != REPLAY_DONE)
			return what;
	return rc < 0 ? REPLAY_FAILED : REPLAY_DONE;
}

static bool check_timers(struct replay *r, const struct ticket *t)
{
	struct timer want[TIMER_KIND_COUNT];
	size_t n = ticket_timers(t, want), seen = 0;
	int rc;

	sqlite3_reset(r->timers);
	sqlite3_bind_int64(r->timers, 1, t->id);
	while ((rc = query_next(r->v, r->timers)) == 1) {
		const char *kind = col_text(r->a, r->timers, 0);
		bool ok = false;

		for (size_t i = 0; i < n; i++)
			ok = ok || (str_eq(kind, timer_name(want[i].kind)) &&
				    want[i].due == col_int(r->timers, 1));
		if (!ok)
			found(r->v, "ticket %s: its timer «%s» should not be there", t->number,
			      kind);
		seen += ok;
	}
	if (rc == 0 && seen != n)
		found(r->v, "ticket %s: %zu of its timers are missing", t->number, n - seen);
	return rc == 0;
}

static bool check_ticket(struct replay *r)
{
	struct ticket is, made;
	const char *column;
	struct err why;

	if (!ticket_read(r->v->st, r->a, r->tickets, &is, &why)) {
		found(r->v, "%s", why.text);
		return true;
	}
	switch (replay(r, &is, &made)) {
	case REPLAY_FAILED:
		return false;
	case REPLAY_DONE:
		column = ticket_differs(&is, &made);
		if (column)
			found(r->v, "ticket %s: its %s is not what its events say", is.number,
			      column);
		break;
	case REPLAY_WRONG:
		break;
	}
	return check_timers(r, &is);
}

bool verify_tickets(struct verify *v)
{
	char *text = sql_text(SQL_LIST);
	struct replay r = {
		.v = v,
		.tickets = query(v, text),
		.events = query(v, "select e.id, e.type, e.at, e.actor, d.detail from event e "
				   "left join event_detail d on d.event = e.id "
				   "where e.ticket = ? order by e.id"),
		.details = query(v, "select key, type, atom from json_each(?)"),
		.timers = query(v, "select kind, due from timer where ticket = ?"),
	};
	bool ok = r.tickets && r.events && r.details && r.timers;
	int rc = 0;

	free(text);
	if (ok) {
		sqlite3_bind_int64(r.tickets, 1, INT64_MIN);
		sqlite3_bind_int64(r.tickets, 2, -1);
	}
	while (ok && (rc = query_next(v, r.tickets)) == 1) {
		r.a = arena_new();
		ok = check_ticket(&r);
		arena_free(&r.a);
	}
	query_end(r.tickets);
	query_end(r.events);
	query_end(r.details);
	query_end(r.timers);
	return ok && rc == 0;
}

/* --- bytes --- */

bool verify_bytes(struct verify *v)
{
	sqlite3_stmt *q = query(v, "select id, size, sha256 from raw order by id");
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1) {
		struct arena *a = arena_new();
		struct sha256 is, want;
		struct slice bytes;
		struct err why;

		if (!raw_get(v->st, a, col_int(q, 0), &bytes, &why)) {
			found(v, "%s", why.text);
		} else {
			is = sha256_of(bytes.p, bytes.n);
			if (!col_sha(q, 2, &want) || !digest_equal(&is, &want, sizeof(is)))
				found(v, "raw mail %lld is not what arrived",
				      (long long)col_int(q, 0));
		}
		arena_free(&a);
	}
	query_end(q);
	return rc == 0;
}

static void check_outgoing(struct verify *v, struct arena *a, sqlite3_stmt *q)
{
	int64_t id = col_int(q, 0);
	struct sha256 parts, want;
	struct outbox_bytes b;
	struct err why;
	bool refers = false;

	if (!outbox_bytes(v->st, a, id, &b, &why) ||
	    !outbox_parts(v->st, b.segments, b.n, &parts, &why)) {
		found(v, "outgoing mail %lld: %s", (long long)id, why.text);
		return;
	}
	for (size_t i = 0; i < b.n; i++)
		refers = refers || b.segments[i].raw;
	if (!col_sha(q, 1, &want) || !digest_equal(&parts, &want, sizeof(want)) ||
	    (!refers && !digest_equal(&parts, &b.sha256, sizeof(parts))))
		found(v, "outgoing mail %lld is not what was queued", (long long)id);
}

bool verify_outbox(struct verify *v)
{
	sqlite3_stmt *q = query(v, "select id, parts_sha256 from outbox order by id");
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1) {
		struct arena *a = arena_new();

		check_outgoing(v, a, q);
		arena_free(&a);
	}
	query_end(q);
	return rc == 0 &&
	       each_is_found(v, "select 'outgoing mail ' || id || ' is in no known state' "
				"from outbox where state not in "
				"('queued', 'sent', 'failed', 'cancelled')");
}
