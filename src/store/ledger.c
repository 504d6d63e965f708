#include "store/ledger.h"

#include "store/db.h"

#include <stdlib.h>

bool ledger_needs(struct store *st, const char *mailbox, uint32_t uidvalidity, const uint32_t *uids,
		  size_t n, enum ledger_need *out, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		sqlite3_stmt *q =
			sql_open(st, SQL_LEDGER_NEED, e,
				 VALUES(v_text(mailbox), v_int(uidvalidity), v_int(uids[i])));
		int rc = q ? sql_next(st, q, e) : -1;

		if (rc < 0)
			return false;
		out[i] = LEDGER_FETCH;
		if (rc == 1 && sqlite3_column_type(q, 0) == SQLITE_NULL)
			out[i] = LEDGER_BUSY;
		else if (rc == 1)
			out[i] = col_int(q, 1) ? LEDGER_DONE : LEDGER_FINISH;
		sql_end(q);
	}
	return true;
}

int ledger_known(struct store *st, const char *mailbox)
{
	int64_t known;

	if (!sql_int(st, SQL_LEDGER_KNOWN, 0, &known, NULL, VALUES(v_text(mailbox))))
		return -1;
	return known != 0;
}

int64_t ledger_started(struct store *st, const char *mailbox)
{
	int64_t at;

	return sql_int(st, SQL_LEDGER_STARTED, 0, &at, NULL, VALUES(v_text(mailbox))) ? at : 0;
}

bool ledger_start(struct store *st, const char *mailbox, int64_t at, struct err *e)
{
	return sql_run(st, SQL_LEDGER_START, e, VALUES(v_text(mailbox), v_int(at)));
}

int64_t ledger_add(struct store *st, const struct ledger_mail *m, enum fate fate, struct err *e)
{
	bool ok = sql_run(st, SQL_LEDGER_ADD, e,
			  VALUES(v_text(m->key.mailbox), v_int(m->key.uidvalidity),
				 v_int(m->key.uid), v_int(m->received_at), v_int(m->size),
				 v_ref(m->raw), v_sha(&m->sha256), v_sha(&m->body_sha256),
				 m->raw ? v_sha64(&m->sha256) : v_ref(0), v_int(m->headers_only),
				 v_name(fate == FATE_NONE ? NULL : fate_name(fate)),
				 v_int(fate == FATE_BEFORE_START)));

	return ok ? sqlite3_last_insert_rowid(st->db) : 0;
}

static void read_entry(struct arena *a, sqlite3_stmt *q, struct ledger_entry *out)
{
	*out = (struct ledger_entry){
		.id = col_int(q, 0),
		.raw = col_int(q, 1),
		.received_at = col_int(q, 2),
		.size = col_int(q, 3),
		.key = {col_text(a, q, 4), (uint32_t)col_int(q, 5), (uint32_t)col_int(q, 6)},
		.attempts = (int)col_int(q, 7),
		.desk_deaths = (int)col_int(q, 8),
		.in_hand = col_int(q, 9) != 0,
		.headers_only = col_int(q, 10) != 0,
	};
}

bool ledger_open(struct store *st, struct arena *a, int64_t after, size_t max,
		 struct ledger_entry **out, size_t *n, struct err *e)
{
	sqlite3_stmt *q =
		sql_open(st, SQL_LEDGER_OPEN, e, VALUES(v_int(after), v_int((int64_t)max)));
	int rc = -1;

	*out = arena_array(a, max, sizeof(**out));
	for (*n = 0; q && *n < max && (rc = sql_next(st, q, e)) == 1; ++*n)
		read_entry(a, q, &(*out)[*n]);
	sql_end(q);
	return q && rc >= 0;
}

bool ledger_get(struct store *st, struct arena *a, int64_t id, struct ledger_entry *out,
		struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_LEDGER_GET, e, VALUES(v_int(id)));
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1)
		read_entry(a, q, out);
	sql_end(q);
	if (rc == 0)
		err_set(e, "no entry %lld in the ledger", (long long)id);
	return rc == 1;
}

bool ledger_attempt(struct store *st, int64_t id, struct err *e)
{
	return sql_run(st, SQL_LEDGER_ATTEMPT, e, VALUES(v_int(id)));
}

bool ledger_in_hand(struct store *st, int64_t id, struct err *e)
{
	return sql_run(st, SQL_LEDGER_HAND_CLEAR, e, VALUES(v_int(id))) &&
	       sql_run(st, SQL_LEDGER_HAND, e, VALUES(v_int(id)));
}

int64_t ledger_desk_died(struct store *st, struct err *e)
{
	int64_t id;

	if (!sql_int(st, SQL_LEDGER_HAND_WHO, 0, &id, e, NULL, 0) || id == 0)
		return 0;
	return sql_run(st, SQL_LEDGER_HAND_DIED, e, VALUES(v_int(id))) ? id : 0;
}

bool ledger_decide(struct store *st, int64_t id, const struct ledger_fate *f, struct err *e)
{
	bool similar =
		f->fate == FATE_CASE && !str_empty(f->from_key) && !str_empty(f->subject_key);
	bool ok = sql_run(
		st, SQL_LEDGER_DECIDE, e,
		VALUES(v_text(fate_name(f->fate)), v_ref(f->ticket), v_text(f->message_id),
		       str_empty(f->message_id) ? v_ref(0) : v_int(hash64(slice_of(f->message_id))),
		       v_text(f->from_key), v_text(f->subject_key),
		       similar ? v_int(similar_hash(f->from_key, f->subject_key)) : v_ref(0),
		       v_text(f->subject), v_text(f->why), v_int(id)));

	if (!ok)
		return false;
	return sql_changes(st) == 1 ||
	       err_set(e, "entry %lld is not open: it has its fate", (long long)id);
}

bool ledger_attachments(struct store *st, int64_t id, const struct attachment *att, size_t n,
			struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!sql_run(st, SQL_ATTACHMENT_ADD, e,
			     VALUES(v_int(id), v_text(att[i].name), v_text(att[i].type),
				    v_text(att[i].encoding), v_int(att[i].offset),
				    v_int(att[i].len), v_int(att[i].size), v_sha(&att[i].sha256),
				    v_int(att[i].flags))))
			return false;
	return true;
}

bool ledger_finished(struct store *st, const char *mailbox, uint32_t uidvalidity,
		     const uint32_t *uids, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!sql_run(st, SQL_LEDGER_FINISH, e,
			     VALUES(v_text(mailbox), v_int(uidvalidity), v_int(uids[i]))))
			return false;
	return true;
}

static int by_uid(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

bool ledger_reconcile(struct store *st, const char *mailbox, uint32_t uidvalidity,
		      const uint32_t *uids, size_t n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_LEDGER_UNFINISHED, e, VALUES(v_text(mailbox)));
	size_t n_gone = 0, cap = 0;
	int64_t *gone = NULL;
	int rc = -1;

	/* The rows first: changing them under their own index would confuse the walk. */
	while (q && (rc = sql_next(st, q, e)) == 1) {
		uint32_t uid = (uint32_t)col_int(q, 2);

		if (col_int(q, 1) == uidvalidity && n &&
		    bsearch(&uid, uids, n, sizeof(*uids), by_uid))
			continue;
		if (n_gone == cap) {
			cap = cap ? cap * 2 : 64;
			gone = mem_grow(gone, cap, sizeof(*gone));
		}
		gone[n_gone++] = col_int(q, 0);
	}
	for (size_t i = 0; rc == 0 && i < n_gone; i++)
		if (!sql_run(st, SQL_LEDGER_FINISH_ID, e, VALUES(v_int(gone[i]))))
			rc = -1;
	free(gone);
	return rc == 0;
}

uint32_t ledger_next_ingest(struct store *st)
{
	int64_t last;

	return sql_int(st, SQL_LEDGER_NEXT_INGEST, 0, &last, NULL, NULL, 0) ? (uint32_t)last + 1
									    : 0;
}

bool ledger_retry(struct store *st, int64_t id, struct err *e)
{
	if (!sql_run(st, SQL_LEDGER_RETRY, e, VALUES(v_int(id))))
		return false;
	if (sql_changes(st) != 1)
		return err_set(e, "entry %lld is not in quarantine", (long long)id);
	return sql_run(st, SQL_ATTACHMENT_CLEAR, e, VALUES(v_int(id)));
}

bool ledger_unfinished(struct store *st, int64_t *open_r, int64_t *unmoved_r, struct err *e)
{
	return sql_int(st, SQL_LEDGER_COUNT_OPEN, 0, open_r, e, NULL, 0) &&
	       sql_int(st, SQL_LEDGER_COUNT_UNMOVED, 0, unmoved_r, e, NULL, 0);
}
