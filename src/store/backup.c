/* backup: an online copy, checked before it counts. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Must be new: nobody's file is written over. */
static bool claim(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_sys(e, "%s", path);
	close(fd);
	return true;
}

static bool copy(struct store *st, sqlite3 *to, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", st->db, "main");
	int rc = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(to);

	if (b)
		sqlite3_backup_finish(b);
	return rc == SQLITE_DONE || err_set(e, "copy: %s", sqlite3_errstr(rc));
}

/* So that whoever opens it knows that its numbers may have been given out since. */
static bool mark(sqlite3 *db, struct err *e)
{
	return sqlite3_exec(db, "insert or replace into meta values ('" STORE_COPY_MARK "', x'01')",
			    NULL, NULL, NULL) == SQLITE_OK ||
	       err_set(e, "mark: %s", sqlite3_errmsg(db));
}

/* Without the WAL beside it: what is in this one file is all there is. */
static bool checked(sqlite3 *db, struct err *e)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_exec(db, "pragma journal_mode=delete", NULL, NULL, NULL) == SQLITE_OK &&
		  sqlite3_prepare_v2(db, "pragma integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
		  sqlite3_step(q) == SQLITE_ROW;

	if (!ok)
		err_set(e, "check: %s", sqlite3_errmsg(db));
	else if (!str_eq((const char *)sqlite3_column_text(q, 0), "ok"))
		ok = err_set(e, "check: %s", (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	return ok;
}

static bool make_durable(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		err_sys(e, "%s", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

bool store_backup(struct store *st, const char *path, struct err *e)
{
	sqlite3 *to = NULL;
	bool ok = false;

	if (!claim(path, e))
		return false;
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		err_set(e, "%s", sqlite3_errmsg(to));
	else
		ok = copy(st, to, e) && mark(to, e) && checked(to, e);
	sqlite3_close(to);
	ok = ok && make_durable(path, e);
	if (!ok) {
		unlink(path);
		err_prefix(e, "backup to %s", path);
	}
	return ok;
}
