/* transaction: begin, commit, one item within; the WAL's size. */
#include "store/db.h"

enum {
	WAL_IDLE_PAGES = 1000,	/* 4 MiB: worth a checkpoint while nothing else is to do */
	WAL_FORCED_PAGES = 8000 /* 32 MiB: even while busy */
};

bool store_begin_at(struct store *st, const char *file, int line, struct err *e)
{
	if (st->tx_file)
		return err_set(e, "transaction already open since %s:%d", st->tx_file, st->tx_line);
	if (st->broken) {
		st->trouble = TROUBLE_IO;
		return err_set(e, "database: an earlier write is in doubt; only a start can tell");
	}
	if (!sql_exec(st, "begin immediate", e))
		return err_prefix(e, "begin");
	st->tx_file = file;
	st->tx_line = line;
	st->saved = st->gave_out = false;
	st->trouble = TROUBLE_NONE;
	st->tx_changes = sqlite3_total_changes64(st->db);
	return true;
}

/* What FULL does at the end of a commit. A failed sync is never tried again as if the first had
 * not been: the commit is in doubt and only a fresh start can tell. */
static bool wal_sync(struct store *st, struct err *e)
{
	sqlite3_file *wal = NULL;

	if (sqlite3_file_control(st->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK &&
	    wal && wal->pMethods && wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return true;
	st->trouble = TROUBLE_IO;
	st->broken = true;
	return err_set(e, "database: the commit could not be made durable");
}

static bool lost(struct store *st, struct err *e)
{
	st->tx_file = NULL;
	st->saved = false;
	if (st->trouble == TROUBLE_NONE)
		st->trouble = TROUBLE_IO;
	return err_set(e, "commit: the transaction was rolled back");
}

bool store_commit(struct store *st, bool light, struct err *e)
{
	bool changed = sqlite3_total_changes64(st->db) != st->tx_changes;

	if (st->tx_file == NULL)
		return err_set(e, "commit without a transaction");
	if (sqlite3_get_autocommit(st->db))
		return lost(st, e);
	if (!sql_exec(st, "commit", e)) {
		st->broken = st->trouble == TROUBLE_IO;
		return err_prefix(e, "commit");
	}
	st->tx_file = NULL;
	st->saved = false;
	if (changed && (!light || st->gave_out)) {
		if (!wal_sync(st, e))
			return false;
		height_note(st);
	}
	if (st->wal_pages >= WAL_FORCED_PAGES)
		store_checkpoint(st);
	return true;
}

void store_rollback(struct store *st)
{
	if (st->tx_file == NULL)
		return;
	st->tx_file = NULL;
	st->saved = false;
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "rollback", NULL, NULL, NULL);
}

bool store_in_tx(const struct store *st)
{
	return st->tx_file != NULL;
}

bool store_save(struct store *st, struct err *e)
{
	if (st->tx_file == NULL || st->saved || sqlite3_get_autocommit(st->db))
		return err_set(e, "savepoint outside its place");
	st->trouble = TROUBLE_NONE;
	st->saved = sql_exec(st, "savepoint item", e);
	return st->saved;
}

bool store_release(struct store *st, struct err *e)
{
	if (!st->saved || sqlite3_get_autocommit(st->db))
		return err_set(e, "release without a savepoint");
	if (!sql_exec(st, "release item", e))
		return false;
	st->saved = false;
	return true;
}

void store_undo(struct store *st)
{
	if (st->saved && !sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "rollback to item; release item", NULL, NULL, NULL);
	st->saved = false;
}

void store_checkpoint(struct store *st)
{
	int in_log = 0, done = 0;

	if (st->tx_file || st->wal_pages < WAL_IDLE_PAGES)
		return;
	switch (sqlite3_wal_checkpoint_v2(st->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log,
					  &done)) {
	case SQLITE_OK:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		break;
	default:
		sql_fail(st, NULL);
		st->broken = st->broken || st->trouble == TROUBLE_IO;
	}
	if (done == in_log)
		st->wal_pages = 0; /* the next commit says what it is then */
}
