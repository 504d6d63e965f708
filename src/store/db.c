#include "store/db.h"

#include "core/plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SIMILAR_MAX = 4096 }; /* what is past it is compared, not hashed */

/* --- errors --- */

static enum trouble trouble_of(int code, int sys)
{
	bool full = sys == ENOSPC || sys == EDQUOT || sys == EROFS;

	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return TROUBLE_BUSY;
	case SQLITE_FULL:
	case SQLITE_READONLY:
		return TROUBLE_FULL;
	case SQLITE_IOERR:
		/* After a failed fsync nobody knows what is on the disk. */
		if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
			return TROUBLE_IO;
		return full ? TROUBLE_FULL : TROUBLE_IO;
	case SQLITE_CANTOPEN:
		return full ? TROUBLE_FULL : TROUBLE_OTHER;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return TROUBLE_CORRUPT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return TROUBLE_NONE; /* the row's fault: the database is well */
	default:
		return TROUBLE_OTHER;
	}
}

bool sql_fail(struct store *st, struct err *e)
{
	int code = sqlite3_extended_errcode(st->db);

	if (code == SQLITE_NOMEM)
		abort();
	st->trouble = trouble_of(code, sqlite3_system_errno(st->db));
	return err_set(e, "database: %s (%d)", sqlite3_errmsg(st->db), code);
}

bool sql_corrupt(struct store *st, struct err *e, const char *what)
{
	st->trouble = TROUBLE_CORRUPT;
	return err_set(e, "database: %s", what);
}

/* --- statements --- */

sqlite3_stmt *sql_get(struct store *st, enum sql id, struct err *e)
{
	sqlite3_stmt **q = &st->statements[id];
	char *text;

	if (*q) {
		sqlite3_reset(*q);
		return *q;
	}
	text = sql_text(id);
	if (sqlite3_prepare_v3(st->db, text, -1, SQLITE_PREPARE_PERSISTENT, q, NULL) != SQLITE_OK) {
		sql_fail(st, e);
		err_prefix(e, "statement %d", (int)id);
	}
	free(text);
	return *q;
}

static int bind_one(sqlite3_stmt *q, int at, const struct value *v)
{
	switch (v->type) {
	case SQLITE_INTEGER:
		return sqlite3_bind_int64(q, at, v->i);
	case SQLITE_TEXT:
		return sqlite3_bind_text64(q, at, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
	case SQLITE_BLOB:
		return v->n ? sqlite3_bind_blob64(q, at, v->p, v->n, SQLITE_STATIC)
			    : sqlite3_bind_zeroblob(q, at, 0);
	default:
		return sqlite3_bind_null(q, at);
	}
}

bool sql_bind(struct store *st, sqlite3_stmt *q, struct err *e, const struct value *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bind_one(q, (int)i + 1, &v[i]) != SQLITE_OK)
			return sql_fail(st, e);
	return true;
}

/* Some errors roll the whole transaction back: from then on each write would be its own. */
static bool may_step(struct store *st, sqlite3_stmt *q, struct err *e)
{
	if (sqlite3_stmt_readonly(q))
		return true;
	if (st->tx_file == NULL) {
		st->trouble = TROUBLE_OTHER;
		return err_set(e, "database: a write outside a transaction");
	}
	if (sqlite3_get_autocommit(st->db)) {
		if (st->trouble == TROUBLE_NONE)
			st->trouble = TROUBLE_IO;
		return err_set(e, "database: the transaction was rolled back");
	}
	return true;
}

int sql_next(struct store *st, sqlite3_stmt *q, struct err *e)
{
	int rc;

	if (!may_step(st, q, e))
		return -1;
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		sql_fail(st, e);
	sqlite3_reset(q);
	return rc == SQLITE_DONE ? 0 : -1;
}

bool sql_finish(struct store *st, sqlite3_stmt *q, struct err *e)
{
	int rc = sql_next(st, q, e);

	if (rc == 1)
		sqlite3_reset(q);
	return rc >= 0;
}

sqlite3_stmt *sql_open(struct store *st, enum sql id, struct err *e, const struct value *v,
		       size_t n)
{
	sqlite3_stmt *q = sql_get(st, id, e);

	return q && sql_bind(st, q, e, v, n) ? q : NULL;
}

bool sql_run(struct store *st, enum sql id, struct err *e, const struct value *v, size_t n)
{
	sqlite3_stmt *q = sql_open(st, id, e, v, n);

	return q && sql_finish(st, q, e);
}

void sql_end(sqlite3_stmt *q)
{
	if (q)
		sqlite3_reset(q);
}

bool sql_int(struct store *st, enum sql id, int64_t none, int64_t *out, struct err *e,
	     const struct value *v, size_t n)
{
	sqlite3_stmt *q = sql_open(st, id, e, v, n);
	int rc = q ? sql_next(st, q, e) : -1;

	*out = none;
	if (rc == 1 && sqlite3_column_type(q, 0) != SQLITE_NULL)
		*out = sqlite3_column_int64(q, 0);
	sql_end(q);
	return rc >= 0;
}

int64_t sql_changes(const struct store *st)
{
	return sqlite3_changes64(st->db);
}

bool sql_exec(struct store *st, const char *sql, struct err *e)
{
	return sqlite3_exec(st->db, sql, NULL, NULL, NULL) == SQLITE_OK ? true : sql_fail(st, e);
}

bool sql_ask(struct store *st, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(st->db, sql, -1, &q, NULL) == SQLITE_OK;

	ok = ok && sqlite3_step(q) == SQLITE_ROW;
	if (ok)
		*out = sqlite3_column_int64(q, 0);
	else
		sql_fail(st, e);
	sqlite3_finalize(q);
	return ok;
}

/* --- values --- */

struct value v_int(int64_t i)
{
	return (struct value){.type = SQLITE_INTEGER, .i = i};
}

struct value v_ref(int64_t id)
{
	return (struct value){.type = id ? SQLITE_INTEGER : SQLITE_NULL, .i = id};
}

struct value v_text(const char *s)
{
	const char *t = s ? s : "";

	return (struct value){.type = SQLITE_TEXT, .p = t, .n = strlen(t)};
}

struct value v_name(const char *s)
{
	return str_empty(s) ? (struct value){.type = SQLITE_NULL} : v_text(s);
}

struct value v_slice(struct slice s)
{
	return (struct value){.type = SQLITE_TEXT, .p = s.p ? s.p : "", .n = s.n};
}

struct value v_blob(struct slice s)
{
	return (struct value){.type = SQLITE_BLOB, .p = s.p, .n = s.n};
}

struct value v_sha(const struct sha256 *s)
{
	return (struct value){.type = SQLITE_BLOB, .p = s->b, .n = sizeof(s->b)};
}

struct value v_sha64(const struct sha256 *s)
{
	uint64_t h = 0;

	for (int i = 0; i < 8; i++)
		h = h << 8 | s->b[i];
	return v_int((int64_t)h);
}

int64_t similar_hash(const char *from_key, const char *subject_key)
{
	struct sbuf b = SBUF_INIT(SIMILAR_MAX);
	int64_t h;

	sbuf_cstr(&b, from_key);
	sbuf_chr(&b, '\n');
	sbuf_cstr(&b, subject_key);
	h = hash64(sbuf_view(&b));
	sbuf_free(&b);
	return h;
}

/* --- columns --- */

int64_t col_int(sqlite3_stmt *q, int i)
{
	return sqlite3_column_int64(q, i);
}

char *col_text(struct arena *a, sqlite3_stmt *q, int i)
{
	const char *p = (const char *)sqlite3_column_text(q, i);

	return arena_strn(a, p ? p : "", p ? (size_t)sqlite3_column_bytes(q, i) : 0);
}

struct slice col_blob(struct arena *a, sqlite3_stmt *q, int i)
{
	const void *p = sqlite3_column_blob(q, i);
	size_t n = (size_t)sqlite3_column_bytes(q, i);

	return (struct slice){arena_copy(a, p ? p : "", p ? n : 0), p ? n : 0};
}

bool col_sha(sqlite3_stmt *q, int i, struct sha256 *out)
{
	const void *p = sqlite3_column_blob(q, i);

	if (p == NULL || sqlite3_column_bytes(q, i) != SHA256_LEN)
		return false;
	memcpy(out->b, p, SHA256_LEN);
	return true;
}

/* --- names --- */

int name_value(name_fn *name, int count, const char *text)
{
	for (int i = 0; i < count; i++)
		if (str_eq(name(i), text))
			return i;
	return -1;
}

#define NAME_OF(fn, type, name)                                                                    \
	const char *fn(int v)                                                                      \
	{                                                                                          \
		return name((enum type)v);                                                         \
	}

NAME_OF(name_of_state, state, state_name)
NAME_OF(name_of_closed, closed_as, closed_as_name)
NAME_OF(name_of_priority, priority, priority_name)
NAME_OF(name_of_fate, fate, fate_name)
NAME_OF(name_of_purpose, mail_purpose, mail_purpose_name)
NAME_OF(name_of_audience, audience, audience_name)
NAME_OF(name_of_timer, timer_kind, timer_name)
