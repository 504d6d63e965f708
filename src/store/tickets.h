/* tickets: struct ticket <-> its row, by one table of fields. */
#pragma once

#include "core/ticket.h"
#include "store/db.h"

enum field_type { FIELD_TEXT, FIELD_INT, FIELD_I64, FIELD_STATE, FIELD_CLOSED, FIELD_PRIORITY };

struct ticket_field {
	const char *column;
	enum field_type type;
	size_t offset; /* in struct ticket */
};

/* Every column of the table but id, year and seq, in the order of statements' {columns}. */
extern const struct ticket_field ticket_fields[];
extern const size_t ticket_fields_n;

/* The row that q stands on: id first, then {columns}. False (corrupt) for a name that is none. */
bool ticket_read(struct store *st, struct arena *a, sqlite3_stmt *q, struct ticket *out,
		 struct err *e);
/* 1 found, 0 none, -1 failed. */
int ticket_load(struct store *st, struct arena *a, int64_t id, struct ticket *out, struct err *e);
bool ticket_insert(struct store *st, const struct ticket *t, int year, int64_t seq, struct err *e);
bool ticket_update(struct store *st, const struct ticket *t, struct err *e);
/* Exactly the timers that the ticket wants. */
bool ticket_set_timers(struct store *st, const struct ticket *t, struct err *e);
/* The first field in which they differ (id aside), or NULL. */
const char *ticket_differs(const struct ticket *a, const struct ticket *b);
