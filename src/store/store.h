/* store: the database. One process writes, through one connection; readers open read-only and
 * never checkpoint. WAL, every commit synced but a light one, foreign keys on. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

struct store;

#define STORE_FILE "mesad.db"	    /* in state_dir */
#define STORE_HEIGHT "mesad.height" /* beside it: how far it has come */

enum store_mode { STORE_WRITE, STORE_READ };

/* What kind of trouble the database met since the last begin or save. NONE although a call failed:
 * the item's own fault, the database is well. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_BUSY,	 /* try again */
	TROUBLE_FULL,	 /* disk full: read-only mode, recovery by itself */
	TROUBLE_IO,	 /* stop writing, exit, restart */
	TROUBLE_CORRUPT, /* refuse to start; the file stays as it is */
	TROUBLE_OTHER
};

/* Opens state_dir/mesad.db; STORE_WRITE creates it (0600), runs quick_check on a small one and on
 * one that was open when the machine fell (a killed process leaves the file whole), and brings the
 * schema up to date in one transaction; a newer schema, a network file system or a mode that does
 * not stick is refused. An older copy that was put back steps over what was given out since: the
 * file mesad.height beside it tells. NULL with e and *t set. Whatever writes needs an open
 * transaction. */
struct store *store_open(const char *state_dir, enum store_mode mode, enum trouble *t,
			 struct err *e);
void store_close(struct store **sp);
enum trouble store_trouble(const struct store *st);
/* A write failed so that nobody knows what is on the disk: no later one that succeeds mends that.
 * No transaction begins any more; the process ends, and the next one finds out. */
bool store_broken(const struct store *st);

/* The one owner of transactions: it knows who opened the one that stands. */
#define store_begin(st, e) store_begin_at((st), __FILE__, __LINE__, (e))
bool store_begin_at(struct store *st, const char *file, int line, struct err *e); /* IMMEDIATE */
/* light: without the sync that makes it outlive a power cut (send results; see DESIGN, section 3);
 * the next full one makes it durable too. One that gave out a number or an id is never light. A
 * commit that failed with TROUBLE_IO is in doubt: only a fresh start can tell. */
bool store_commit(struct store *st, bool light, struct err *e);
void store_rollback(struct store *st); /* nothing open: nothing happens */
bool store_in_tx(const struct store *st);
/* One item within a batch. undo takes back everything since save. */
bool store_save(struct store *st, struct err *e);
bool store_release(struct store *st, struct err *e);
void store_undo(struct store *st);

/* Small values: «token_key» (32 random bytes, made at creation), «policy», «generation», … */
bool store_meta_get(struct store *st, struct arena *a, const char *key, struct slice *out);
bool store_meta_set(struct store *st, const char *key, struct slice value, struct err *e);

/* The moment of the latest event recorded since the clock was last accepted (0: none): a wall clock
 * before it is not sane. */
int64_t store_last_event(struct store *st);

/* What was given out before an older copy of the database was put back, and nobody has been told
 * of: opening has stepped over it (DESIGN, section 3). Reading needs no transaction, telling does.
 */
struct store_gap {
	const char *what; /* number: of cases; case, mail: their ids */
	int64_t year;	  /* of numbers; 0: a pattern without the year */
	int64_t first, last;
};
enum { STORE_GAPS_MAX = 64 };
bool store_gaps(struct store *st, struct arena *a, struct store_gap **out, size_t *n,
		struct err *e);
bool store_gap_told(struct store *st, const struct store_gap *g, struct err *e);

/* WAL checkpoint when it has grown; called by the loop while idle. */
void store_checkpoint(struct store *st);
/* Online copy to path (must not exist), opened and checked afterwards. Read mode will do. */
bool store_backup(struct store *st, const char *path, struct err *e);
