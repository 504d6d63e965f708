/* height: how far the database has come, in a file beside it. An older copy that is put back is
 * told by it, and what was given out since, numbers of cases and ids of mails, is never given out
 * again. Private to the room. */
#pragma once

#include "store/store.h"

enum { HEIGHT_YEARS = 4 };

struct height {
	int64_t mail; /* the last id of the outbox */
	struct {
		int64_t year, last; /* as in counter */
	} years[HEIGHT_YEARS];
	size_t n_years;
};

/* Opens state_dir/mesad.height, made when it is not there (0600), and reads what it says into
 * st->reached; st->has_reached is false when it says nothing that can be believed. */
bool height_open(struct store *st, const char *state_dir, struct err *e);

/* Notes what a durable commit has reached; never less than it noted before. The file is written
 * over in place without a sync: it may be behind the database, and is never ahead of it. */
void height_note(struct store *st);

/* When the database is behind its file, or is a copy of store_backup that came without one, records
 * the gaps and steps over them, in a transaction of its own. */
bool height_catch_up(struct store *st, struct err *e);
