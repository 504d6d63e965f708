#include "store/db.h"

#include "store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	APPLICATION_ID = 0x6D657361, /* «mesa» */
	BUSY_MS = 5000,
	CHECK_ALWAYS_BYTES = 16 * 1024 * 1024, /* read through in a moment */
	TOKEN_KEY_LEN = 32
};

/* --- where it may live --- */

/* Locks and shared memory of SQLite cannot be trusted there. */
static const struct {
	unsigned magic;
	const char *name;
} network[] = {
	{0x6969, "NFS"},      {0x517B, "SMB"},	     {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB2"},
	{0x01021997, "9p"},   {0x564C, "NCP"},	     {0x5346414F, "AFS"},  {0x73757245, "Coda"},
	{0x00C36400, "Ceph"}, {0x7461636F, "OCFS2"},
};

static bool local_disk(const char *dir, struct err *e)
{
	struct statfs fs;

	if (statfs(dir, &fs) != 0)
		return err_sys(e, "%s", dir);
	for (size_t i = 0; i < COUNT(network); i++)
		if ((unsigned)fs.f_type == network[i].magic)
			return err_set(e, "%s: is on %s; the database needs a local disk", dir,
				       network[i].name);
	return true;
}

/* The file with its mode before SQLite sees it: WAL and shared memory take theirs from it. The
 * folder is synced with the WAL's first commit. */
static bool make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && fchmod(fd, 0600) == 0;

	if (!ok)
		err_sys(e, "%s", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* --- opening --- */

static int on_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct store *st = ctx;

	(void)db, (void)name;
	st->wal_pages = pages;
	return SQLITE_OK;
}

static bool pragma_is(struct store *st, const char *set, const char *get, int64_t want,
		      struct err *e)
{
	int64_t is = 0;

	if (!sql_exec(st, set, e) || !sql_ask(st, get, &is, e))
		return false;
	return is == want || err_set(e, "database: «%s» does not stick", set);
}

/* synchronous is NORMAL because store_commit itself syncs the WAL unless told that the commit is a
 * light one: the level cannot be changed inside a transaction. */
static bool configure(struct store *st, struct err *e)
{
	sqlite3 *db = st->db;
	bool write = st->mode == STORE_WRITE;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (!write)
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (!sql_exec(st,
		      "pragma trusted_schema=off; pragma cell_size_check=on; pragma mmap_size=0; "
		      "pragma temp_store=memory; pragma cache_size=-16384",
		      e))
		return false;
	if (!write)
		return pragma_is(st, "pragma query_only=on", "pragma query_only", 1, e);
	sqlite3_wal_hook(db, on_wal, st);
	return sql_exec(st, "pragma auto_vacuum=none; pragma journal_mode=wal", e) &&
	       sql_exec(st, "pragma journal_size_limit=8388608", e) &&
	       pragma_is(st, "pragma synchronous=normal", "pragma synchronous", 1, e) &&
	       pragma_is(st, "pragma foreign_keys=on", "pragma foreign_keys", 1, e);
}

static bool wal_mode(struct store *st, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(st->db, "pragma journal_mode", -1, &q, NULL) == SQLITE_OK &&
		  sqlite3_step(q) == SQLITE_ROW;

	if (!ok)
		sql_fail(st, e);
	else if (!str_eq((const char *)sqlite3_column_text(q, 0), "wal"))
		ok = err_set(e, "database: no write-ahead log is possible here");
	sqlite3_finalize(q);
	return ok;
}

/* --- schema --- */

static bool schema_version(struct store *st, int64_t *out, struct err *e)
{
	int64_t app = 0, tables = 0;

	if (!sql_ask(st, "pragma user_version", out, e) ||
	    !sql_ask(st, "pragma application_id", &app, e) ||
	    !sql_ask(st, "select count(*) from sqlite_schema", &tables, e))
		return false;
	if (app != APPLICATION_ID && (app || *out || tables))
		return err_set(e, "mesad.db belongs to another program");
	if (*out > (int64_t)sql_migrations_n)
		return err_set(e,
			       "mesad.db was written by a newer mesad (schema %lld, this one "
			       "knows %zu)",
			       (long long)*out, sql_migrations_n);
	return true;
}

static bool token_key(struct store *st, struct err *e)
{
	char key[TOKEN_KEY_LEN];
	bool ok = getrandom(key, sizeof(key), 0) == (ssize_t)sizeof(key);

	ok = ok ? store_meta_set(st, "token_key", (struct slice){key, sizeof(key)}, e)
		: err_sys(e, "random");
	explicit_bzero(key, sizeof(key));
	return ok;
}

static bool apply_migrations(struct store *st, int64_t from, struct err *e)
{
	char mark[96];

	for (size_t i = (size_t)from; i < sql_migrations_n; i++)
		if (!sql_exec(st, sql_migrations[i].text, e))
			return err_prefix(e, "migration %s", sql_migrations[i].name);
	snprintf(mark, sizeof(mark), "pragma user_version=%zu; pragma application_id=%d",
		 sql_migrations_n, APPLICATION_ID);
	return sql_exec(st, mark, e) && (from > 0 || token_key(st, e));
}

static bool migrate(struct store *st, struct err *e)
{
	int64_t version;

	if (!schema_version(st, &version, e))
		return false;
	st->schema_before = version;
	if (version == (int64_t)sql_migrations_n)
		return true;
	if (st->mode == STORE_READ)
		return err_set(e, "mesad.db has an older schema: start mesad once");
	if (!store_begin(st, e))
		return false;
	if (apply_migrations(st, version, e) && store_commit(st, false, e))
		return true;
	store_rollback(st);
	return false;
}

/* --- how it ended last time --- */

/* A killed process leaves the file whole; a machine that fell may not. */
static void boot_id(char out[64])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, out, 63) : 0;

	out[n > 0 ? n : 0] = '\0';
	if (n <= 0)
		memcpy(out, "unknown", sizeof("unknown"));
	if (fd >= 0)
		close(fd);
}

static bool fell(struct store *st, const char *boot)
{
	struct arena *a = arena_new();
	struct slice was;
	bool yes = store_meta_get(st, a, "running", &was) && !slice_eq(was, slice_of(boot));

	arena_free(&a);
	return yes || str_eq(boot, "unknown");
}

static bool quick_check(struct store *st, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(st->db, "pragma quick_check(1)", -1, &q, NULL) == SQLITE_OK &&
		  sqlite3_step(q) == SQLITE_ROW;
	const char *said = ok ? (const char *)sqlite3_column_text(q, 0) : NULL;

	if (!ok)
		sql_fail(st, e);
	else if (!str_eq(said, "ok"))
		ok = sql_corrupt(st, e, said ? said : "quick_check failed");
	sqlite3_finalize(q);
	return ok;
}

static bool check_file(struct store *st, const char *boot, struct err *e)
{
	int64_t pages, page;

	if (!sql_ask(st, "pragma page_count", &pages, e) ||
	    !sql_ask(st, "pragma page_size", &page, e))
		return false;
	return (pages * page > CHECK_ALWAYS_BYTES && !fell(st, boot)) || quick_check(st, e);
}

static bool mark_running(struct store *st, const char *boot, struct err *e)
{
	if (!store_begin(st, e))
		return false;
	if (store_meta_set(st, "running", slice_of(boot), e) && store_commit(st, false, e))
		return true;
	store_rollback(st);
	return false;
}

static bool start(struct store *st, struct err *e)
{
	char boot[64];

	if (!configure(st, e))
		return false;
	if (st->mode == STORE_READ)
		return migrate(st, e);
	if (!wal_mode(st, e) || !migrate(st, e))
		return false;
	boot_id(boot);
	return check_file(st, boot, e) && height_catch_up(st, e) && mark_running(st, boot, e);
}

static bool open_file(struct store *st, const char *dir, const char *path, struct err *e)
{
	int flags = st->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

	if (!local_disk(dir, e) ||
	    (st->mode == STORE_WRITE && (!make_file(path, e) || !height_open(st, dir, e)))) {
		st->trouble = errno == ENOSPC || errno == EROFS || errno == EDQUOT ? TROUBLE_FULL
										   : TROUBLE_OTHER;
		return false;
	}
	if (sqlite3_open_v2(path, &st->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return sql_fail(st, e);
	return true;
}

struct store *store_open(const char *state_dir, enum store_mode mode, enum trouble *t,
			 struct err *e)
{
	struct store *st = mem_alloc(sizeof(*st));
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/" STORE_FILE, state_dir);

	st->mode = mode;
	st->height_fd = -1;
	*t = TROUBLE_NONE;
	errno = 0;
	if (!open_file(st, state_dir, path, e) || !start(st, e)) {
		err_prefix(e, "%s", path);
		*t = st->trouble == TROUBLE_NONE ? TROUBLE_OTHER : st->trouble;
		st->mode = STORE_READ; /* nothing to say goodbye to */
		store_close(&st);
	}
	arena_free(&a);
	return st;
}

static void say_goodbye(struct store *st)
{
	if (store_begin(st, NULL)) {
		if (!sql_run(st, SQL_META_DROP, NULL, VALUES(v_text("running"))) ||
		    !store_commit(st, false, NULL))
			store_rollback(st);
	}
	sqlite3_wal_checkpoint_v2(st->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void store_close(struct store **sp)
{
	struct store *st = *sp;

	if (st == NULL)
		return;
	store_rollback(st);
	if (st->mode == STORE_WRITE && !st->broken && st->trouble != TROUBLE_IO &&
	    st->trouble != TROUBLE_CORRUPT)
		say_goodbye(st);
	for (size_t i = 0; i < COUNT(st->statements); i++)
		sqlite3_finalize(st->statements[i]);
	sqlite3_close(st->db);
	height_close(st);
	free(st->handed);
	free(st);
	*sp = NULL;
}

enum trouble store_trouble(const struct store *st)
{
	return st->trouble;
}

bool store_broken(const struct store *st)
{
	return st->broken;
}

/* --- small values --- */

bool store_meta_get(struct store *st, struct arena *a, const char *key, struct slice *out)
{
	sqlite3_stmt *q = sql_open(st, SQL_META_GET, NULL, VALUES(v_text(key)));
	bool found = q && sql_next(st, q, NULL) == 1;

	*out = found ? col_blob(a, q, 0) : (struct slice){NULL, 0};
	sql_end(q);
	return found;
}

bool store_meta_set(struct store *st, const char *key, struct slice value, struct err *e)
{
	return sql_run(st, SQL_META_SET, e, VALUES(v_text(key), v_blob(value)));
}
