/* db: the room's own door to SQLite: the connection, prepared statements kept for its life, typed
 * binding. Every error is taken down here, once, with its trouble. */
#pragma once

#include "base/digest.h"
#include "store/height.h"
#include "store/statements.h"
#include "store/store.h"

#include <sqlite3.h>

struct store {
	sqlite3 *db;
	enum store_mode mode;
	enum trouble trouble;
	bool broken; /* store_broken */
	sqlite3_stmt *statements[SQL_COUNT];
	const char *tx_file; /* who opened the transaction that stands; NULL: none */
	int tx_line;
	bool saved;
	int64_t tx_changes; /* total changes when it began */
	int wal_pages;
	int64_t *handed; /* outbox rows that the last claim gave out or was told are out */
	size_t n_handed, cap_handed;
	int height_fd; /* -1: none */
	struct height reached;
	bool has_reached;      /* the file says what `reached` says */
	bool caught_up;	       /* from here on it is noted what is given out */
	bool gave_out;	       /* this transaction: a light commit would not make it last */
	int64_t schema_before; /* of the file when it was opened */
};

/* In meta of a copy that store_backup made. */
#define STORE_COPY_MARK "copy"

/* --- binding --- */

struct value {
	int type; /* SQLITE_INTEGER, _TEXT, _BLOB, _NULL */
	int64_t i;
	const void *p; /* must live until the statement ends */
	size_t n;
};

struct value v_int(int64_t i);
struct value v_ref(int64_t id);	      /* 0: NULL */
struct value v_text(const char *s);   /* NULL: "" */
struct value v_name(const char *s);   /* NULL or "": NULL */
struct value v_slice(struct slice s); /* as text */
struct value v_blob(struct slice s);  /* empty: a blob of no bytes */
struct value v_sha(const struct sha256 *s);

#define VALUES(...)                                                                                \
	(const struct value[]){__VA_ARGS__},                                                       \
		sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)

/* Run to the end a statement that gives no row. A write needs an open transaction. */
bool sql_run(struct store *st, enum sql id, struct err *e, const struct value *v, size_t n);
/* Start one that gives rows; NULL on failure. Walk with sql_next; sql_end before its last row. */
sqlite3_stmt *sql_open(struct store *st, enum sql id, struct err *e, const struct value *v,
		       size_t n);
int sql_next(struct store *st, sqlite3_stmt *q, struct err *e); /* 1 row, 0 end, -1 failed */
void sql_end(sqlite3_stmt *q);
/* The first column of the first row, or `none` without a row. */
bool sql_int(struct store *st, enum sql id, int64_t none, int64_t *out, struct err *e,
	     const struct value *v, size_t n);
/* Does the statement change rows? How many did the last one change? */
int64_t sql_changes(const struct store *st);

/* The statement itself, prepared once. */
sqlite3_stmt *sql_get(struct store *st, enum sql id, struct err *e);
bool sql_bind(struct store *st, sqlite3_stmt *q, struct err *e, const struct value *v, size_t n);
bool sql_finish(struct store *st, sqlite3_stmt *q, struct err *e); /* run a bound one to the end */

/* Text that is not prepared for long: pragmas, migrations. Literals only. */
bool sql_exec(struct store *st, const char *sql, struct err *e);
/* One integer from a literal pragma or query. */
bool sql_ask(struct store *st, const char *sql, int64_t *out, struct err *e);

/* --- columns --- */

int64_t col_int(sqlite3_stmt *q, int i);
char *col_text(struct arena *a, sqlite3_stmt *q, int i); /* never NULL */
struct slice col_blob(struct arena *a, sqlite3_stmt *q, int i);
bool col_sha(sqlite3_stmt *q, int i, struct sha256 *out); /* false: not 32 bytes */

/* Take the error down: text, trouble. Always false. */
bool sql_fail(struct store *st, struct err *e);
/* Not SQLite's but ours: what is stored makes no sense. Always false. */
bool sql_corrupt(struct store *st, struct err *e, const char *what);

/* Index key of (sender, folded subject). */
int64_t similar_hash(const char *from_key, const char *subject_key);
struct value v_sha64(const struct sha256 *s); /* its first eight bytes, for an index */

/* --- names of enums, stored as text --- */

typedef const char *name_fn(int value);
/* The value below count that is called so; -1: none. */
int name_value(name_fn *name, int count, const char *text);
const char *name_of_state(int v);
const char *name_of_closed(int v);
const char *name_of_priority(int v);
const char *name_of_fate(int v);
const char *name_of_purpose(int v);
const char *name_of_audience(int v);
const char *name_of_timer(int v);
