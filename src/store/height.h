/* height: how far the database has come, in a file beside it. An older copy that is put back is
 * told by it, and what was given out since, numbers of cases and ids of cases and mails, is never
 * given out again. Private to the room. */
#pragma once

#include "store/store.h"

enum height_what { HEIGHT_NUMBER, HEIGHT_CASE, HEIGHT_MAIL, HEIGHT_WHATS };

enum { HEIGHT_YEARS = 16, HEIGHT_ROWS = HEIGHT_YEARS + 2 };

/* The last that was given out of each kind and, for numbers, of each counter. */
struct height {
	struct height_row {
		enum height_what what;
		int64_t year, last;
	} rows[HEIGHT_ROWS];
	size_t n;
};

/* Opens state_dir/mesad.height, made when it is not there (0600), and reads what it says into
 * st->reached; st->has_reached is false when it says nothing that can be believed. */
bool height_open(struct store *st, const char *state_dir, struct err *e);

/* Once the database is open: where an older copy is in its place, records the gaps and steps over
 * them, in a transaction of its own. A copy is told by the file; one of store_backup by its mark
 * too, and where the file says nothing it leaps. */
bool height_catch_up(struct store *st, struct err *e);

/* Notes what a durable commit has reached; never less than it noted before. The file is written
 * over in place without a sync: after a power cut it may be behind the database, and is never ahead
 * of it. */
void height_note(struct store *st);
void height_close(struct store *st); /* with a sync */
