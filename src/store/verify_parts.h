/* verify_parts: the checks of verify, one a row of its table. */
#pragma once

#include "store/rows.h"
#include "store/verify.h"

enum { FINDINGS_MAX = 1000 };

struct verify {
	struct store *st;
	struct arena *a;
	struct finding *list;
	size_t n;
	struct err *e;
};

void found(struct verify *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A literal query that is used once. NULL: failed. Finalize with query_end. */
sqlite3_stmt *query(struct verify *v, const char *sql);
int query_next(struct verify *v, sqlite3_stmt *q); /* 1 row, 0 end, -1 failed */
void query_end(sqlite3_stmt *q);
/* Each row of sql is a finding: one text column. */
bool each_is_found(struct verify *v, const char *sql);

/* false: could not look */
bool verify_chain(struct verify *v);
bool verify_tickets(struct verify *v);
bool verify_bytes(struct verify *v);
bool verify_outbox(struct verify *v);
