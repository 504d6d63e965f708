/* snapshot: what deciding needs, loaded by keys. */
#include "store/rows.h"

#include "store/digest.h"
#include "store/queries.h"

#include <string.h>

enum {
	TICKETS_MAX = 16,
	FOUND_MAX = 256, /* mails, ours or theirs, that the ids name */
	THREAD_MAX = 20,
	STAFF_MAX = 16,
	SIMILAR_SECONDS = 7 * 86400
};

/* --- one known case --- */

struct row {
	int64_t id, outbox;
	bool inbound, internal;
	const char *message_id, *from, *to;
};

/* The conversation's last rows, newest first. */
static bool read_thread(struct store *st, struct arena *a, int64_t ticket, struct row **out,
			size_t *n, struct err *e)
{
	enum { ROWS_MAX = 256 }; /* as in the statement */
	sqlite3_stmt *q = sql_open(st, SQL_THREAD, e, VALUES(v_int(ticket)));
	size_t cap = 0;
	int rc = -1;

	*out = NULL;
	for (*n = 0; q && (rc = sql_next(st, q, e)) == 1; ++*n) {
		if (*n == cap) {
			struct row *more = arena_array(a, cap ? ROWS_MAX : 32, sizeof(*more));

			if (cap)
				memcpy(more, *out, cap * sizeof(*more));
			cap = cap ? ROWS_MAX : 32;
			*out = more;
		}
		(*out)[*n] = (struct row){
			.id = col_int(q, 0),
			.inbound = col_int(q, 1) != 0,
			.internal = col_int(q, 2) != 0,
			.outbox = col_int(q, 3),
			.message_id = col_text(a, q, 4),
			.from = col_text(a, q, 5),
			.to = col_text(a, q, 6),
		};
	}
	return rc == 0;
}

static bool read_participants(struct store *st, struct arena *a, struct known_ticket *k,
			      struct err *e)
{
	enum { PARTICIPANTS_MAX = 200 };
	sqlite3_stmt *q = sql_open(st, SQL_PARTICIPANTS, e, VALUES(v_int(k->t.id)));
	const char *found[PARTICIPANTS_MAX];
	size_t n = 0;
	int rc = q ? 0 : -1;

	while (q && n < PARTICIPANTS_MAX && (rc = sql_next(st, q, e)) == 1)
		found[n++] = col_text(a, q, 0);
	sql_end(q);
	k->participants = arena_copy(a, found, n * sizeof(*found));
	k->n_participants = n;
	return rc >= 0;
}

static bool takes_part(const struct known_ticket *k, const char *requester, const char *addr)
{
	if (str_eq(addr, requester))
		return true;
	for (size_t i = 0; i < k->n_participants; i++)
		if (str_eq(addr, k->participants[i]))
			return true;
	return false;
}

/* Ids that the requester's side has seen: its own, and ours to it. Oldest first. */
static void thread_ids(struct arena *a, struct known_ticket *k, const char *requester,
		       const struct row *rows, size_t n)
{
	const char *ids[THREAD_MAX];
	size_t found = 0;

	for (size_t i = 0; i < n && found < THREAD_MAX; i++) {
		const struct row *r = &rows[i];
		bool theirs = r->inbound && takes_part(k, requester, r->from);

		if (!r->internal && (theirs || r->outbox) && r->message_id[0])
			ids[THREAD_MAX - ++found] = r->message_id;
	}
	k->thread_ids = arena_copy(a, ids + THREAD_MAX - found, found * sizeof(*ids));
	k->n_thread_ids = found;
}

static void staff_threads(struct arena *a, struct known_ticket *k, const struct row *rows, size_t n)
{
	struct staff_thread list[STAFF_MAX];
	size_t found = 0;

	for (size_t i = 0; i < n && found < STAFF_MAX; i++) {
		size_t at = 0;

		if (!rows[i].outbox || !rows[i].internal)
			continue;
		while (at < found && !str_eq(list[at].to, rows[i].to))
			at++;
		if (at == found)
			list[found++] = (struct staff_thread){rows[i].to, rows[i].message_id};
	}
	k->staff_threads = arena_copy(a, list, found * sizeof(*list));
	k->n_staff_threads = found;
}

static bool last_words(struct store *st, struct arena *a, struct known_ticket *k,
		       const char *requester, const struct row *rows, size_t n, struct err *e)
{
	k->last_request = "";
	k->last_from_requester_id = k->t.thread_id;
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *q;
		int rc;

		if (!rows[i].inbound || rows[i].internal || !str_eq(rows[i].from, requester))
			continue;
		if (rows[i].message_id[0])
			k->last_from_requester_id = rows[i].message_id;
		q = sql_open(st, SQL_MESSAGE_TEXT, e, VALUES(v_int(rows[i].id)));
		rc = q ? sql_next(st, q, e) : -1;
		if (rc == 1)
			k->last_request = col_text(a, q, 0);
		sql_end(q);
		return rc >= 0;
	}
	return true;
}

static bool staff_acts(struct store *st, struct arena *a, struct known_ticket *k, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_REPLIED, e, VALUES(v_int(k->t.id)));
	int rc = q ? sql_next(st, q, e) : -1;
	int64_t hinted = 0;

	k->replied_by = "";
	if (rc == 1) {
		k->replied_at = col_int(q, 0);
		k->replied_by = col_text(a, q, 1);
	}
	sql_end(q);
	if (rc < 0 || !sql_int(st, SQL_HINTED, 0, &hinted, e, VALUES(v_int(k->t.id))))
		return false;
	k->hinted = hinted != 0;
	return true;
}

int store_ticket(struct store *st, struct arena *a, int64_t id, struct known_ticket *out,
		 struct err *e)
{
	const char *requester;
	struct row *rows;
	size_t n;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = ticket_load(st, a, id, &out->t, e);
	if (rc != 1)
		return rc;
	requester = address_key(a, out->t.requester.addr);
	if (!read_participants(st, a, out, e) || !read_thread(st, a, id, &rows, &n, e) ||
	    !last_words(st, a, out, requester, rows, n, e) || !staff_acts(st, a, out, e))
		return -1;
	thread_ids(a, out, requester, rows, n);
	staff_threads(a, out, rows, n);
	return 1;
}

/* A number in full, or its last digits alone: 0 is no case. */
static bool number_id(struct store *st, const char *number, int64_t *out, struct err *e)
{
	uint64_t seq;

	if (slice_u64(slice_of(number), &seq) && seq <= INT32_MAX)
		return sql_int(st, SQL_TICKET_SEQ, 0, out, e, VALUES(v_int((int64_t)seq)));
	return sql_int(st, SQL_TICKET_NUMBER, 0, out, e, VALUES(v_text(number)));
}

int store_ticket_by_number(struct store *st, struct arena *a, const char *number,
			   struct known_ticket *out, struct err *e)
{
	int64_t id;

	if (!number_id(st, number, &id, e))
		return -1;
	return id ? store_ticket(st, a, id, out, e) : 0;
}

bool store_loads(struct store *st, struct arena *a, struct load **out, size_t *n, struct err *e)
{
	enum { LOADS_MAX = 1024 };
	sqlite3_stmt *q = sql_open(st, SQL_LOADS, e, NULL, 0);
	struct load found[LOADS_MAX];
	int rc = q ? 0 : -1;

	*n = 0;
	while (q && *n < LOADS_MAX && (rc = sql_next(st, q, e)) == 1)
		found[(*n)++] = (struct load){col_text(a, q, 0), (int)col_int(q, 1), col_int(q, 2)};
	sql_end(q);
	*out = arena_copy(a, found, *n * sizeof(*found));
	return rc >= 0;
}

/* --- a whole snapshot --- */

struct wanted {
	int64_t ids[TICKETS_MAX];
	size_t n;
};

static void want(struct wanted *w, int64_t ticket)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->ids[i] == ticket)
			return;
	if (ticket && w->n < TICKETS_MAX)
		w->ids[w->n++] = ticket;
}

static bool read_outgoing(struct store *st, struct arena *a, sqlite3_stmt *q, struct snapshot *out,
			  struct err *e)
{
	int rc = q ? 0 : -1;

	while (q && out->n_outgoing < FOUND_MAX && (rc = sql_next(st, q, e)) == 1)
		outbox_read_outgoing(a, q, &out->outgoing[out->n_outgoing++]);
	sql_end(q);
	return rc >= 0;
}

static bool find_ours(struct store *st, struct arena *a, const char *id, struct snapshot *out,
		      struct err *e)
{
	return read_outgoing(
		st, a,
		sql_open(st, SQL_FIND_OURS, e, VALUES(v_int(hash64(slice_of(id))), v_text(id))),
		out, e);
}

static bool find_theirs(struct store *st, struct arena *a, const char *id, struct snapshot *out,
			struct err *e)
{
	sqlite3_stmt *q =
		sql_open(st, SQL_FIND_THEIRS, e, VALUES(v_int(hash64(slice_of(id))), v_text(id)));
	int rc = q ? 0 : -1;

	while (q && out->n_incoming < FOUND_MAX && (rc = sql_next(st, q, e)) == 1)
		out->incoming[out->n_incoming++] =
			(struct incoming){col_text(a, q, 0), col_int(q, 1), col_text(a, q, 2)};
	sql_end(q);
	return rc >= 0;
}

static bool find_mails(struct store *st, struct arena *a, const struct keys *k, struct wanted *w,
		       struct snapshot *out, struct err *e)
{
	out->outgoing = arena_array(a, FOUND_MAX, sizeof(*out->outgoing));
	out->incoming = arena_array(a, FOUND_MAX, sizeof(*out->incoming));
	for (size_t i = 0; i < k->n_message_ids; i++)
		if (!find_ours(st, a, k->message_ids[i], out, e) ||
		    !find_theirs(st, a, k->message_ids[i], out, e))
			return false;
	for (size_t i = 0; i < out->n_outgoing; i++)
		want(w, out->outgoing[i].ticket);
	for (size_t i = 0; i < out->n_incoming; i++)
		want(w, out->incoming[i].ticket);
	return true;
}

static bool find_numbers(struct store *st, struct arena *a, const struct keys *k, struct wanted *w,
			 struct snapshot *out, struct err *e)
{
	for (size_t i = 0; i < k->n_numbers; i++) {
		int64_t id;

		if (!number_id(st, k->numbers[i], &id, e))
			return false;
		want(w, id);
		if (k->sent && id &&
		    !read_outgoing(st, a, sql_open(st, SQL_FIND_SENT, e, VALUES(v_int(id))), out,
				   e))
			return false;
	}
	return true;
}

static bool find_similar(struct store *st, const struct keys *k, int64_t now, struct wanted *w,
			 struct snapshot *out, struct err *e)
{
	if (str_empty(k->from) || str_empty(k->subject_key))
		return true;
	if (!sql_int(st, SQL_FIND_SIMILAR, 0, &out->similar_ticket, e,
		     VALUES(v_int(similar_hash(k->from, k->subject_key)),
			    v_int(now - SIMILAR_SECONDS), v_text(k->from), v_text(k->subject_key))))
		return false;
	want(w, out->similar_ticket);
	return true;
}

static bool find_seen(struct store *st, enum sql id, struct snapshot *out, struct err *e,
		      const struct value *v, size_t n)
{
	sqlite3_stmt *q = sql_open(st, id, e, v, n);
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1) {
		out->duplicate_raw = col_int(q, 0);
		out->duplicate_ticket = col_int(q, 1);
	}
	sql_end(q);
	return rc >= 0;
}

/* The entry in hand has no fate yet, so that it never finds itself. */
static bool find_duplicate(struct store *st, const struct keys *k, struct wanted *w,
			   struct snapshot *out, struct err *e)
{
	bool ok = find_seen(st, SQL_FIND_BYTES, out, e,
			    VALUES(v_sha64(&k->sha256), v_sha(&k->sha256)));

	if (ok && !out->duplicate_raw && !str_empty(k->message_id))
		ok = find_seen(st, SQL_FIND_COPY, out, e,
			       VALUES(v_int(hash64(slice_of(k->message_id))), v_text(k->message_id),
				      v_sha(&k->body_sha256)));
	want(w, out->duplicate_ticket);
	return ok;
}

static bool load_wanted(struct store *st, struct arena *a, const struct wanted *w,
			struct snapshot *out, struct err *e)
{
	out->tickets = arena_array(a, w->n, sizeof(*out->tickets));
	for (size_t i = 0; i < w->n; i++) {
		int rc = store_ticket(st, a, w->ids[i], &out->tickets[out->n_tickets], e);

		if (rc < 0)
			return false;
		out->n_tickets += (size_t)rc;
	}
	return true;
}

bool store_snapshot(struct store *st, struct arena *a, const struct keys *k, const struct policy *p,
		    int64_t now, struct snapshot *out, struct err *e)
{
	struct wanted w = {.n = 0};

	*out = (struct snapshot){0};
	return find_duplicate(st, k, &w, out, e) && find_mails(st, a, k, &w, out, e) &&
	       find_numbers(st, a, k, &w, out, e) && find_similar(st, k, now, &w, out, e) &&
	       load_wanted(st, a, &w, out, e) &&
	       (!k->loads || store_loads(st, a, &out->loads, &out->n_loads, e)) &&
	       store_spent(st, a, p, now, k->from, out, e);
}
