/* store_help: a database in a folder of its own, a desk's policy, and cases that go through it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "store/apply.h"
#include "store/ledger.h"
#include "store/queries.h"
#include "store/raw.h"
#include "store/verify.h"

#include <sqlite3.h>

/* 2026-11-03 20:41:00 UTC */
enum { NOW = 1793738460, HOUR = 3600 };

#define PEDRO "pedro@entidad.example"
#define ANA "ana@entidad.example"

struct fixture {
	char dir[64], path[80];
	struct arena *a;
	struct store *st;
	struct policy policy;
	struct zone zone;
	struct err e;
	uint32_t uid; /* of the last mail */
};

void fixture_open(struct fixture *f);
void fixture_close(struct fixture *f); /* the folder goes too */
void fixture_reopen(struct fixture *f);

#define OK(f, call)                                                                                \
	do {                                                                                       \
		(f)->e.text[0] = '\0';                                                             \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, (f)->e.text);                                    \
	} while (0)

/* Past the room's door, on a connection of its own: tampering and looking. */
void sql_do(struct fixture *f, const char *sql);
int64_t sql_number(struct fixture *f, const char *sql);

/* A mail with these bytes, kept and open; needs a transaction. Returns its ledger id. */
int64_t mail_in(struct fixture *f, const char *bytes, int64_t at);
/* A case from it: received, assigned to Ana, acknowledged by mail, Pedro's words kept. */
struct plan *case_plan(struct fixture *f, const char *subject, int64_t at);
/* The case of `plan`, applied and decided for ledger entry `mail`; returns its id. */
int64_t case_apply(struct fixture *f, struct plan *p, int64_t mail, int64_t at);
/* One case in one transaction. */
int64_t case_new(struct fixture *f, const char *subject, int64_t at);
/* A plan that begins with the stored case. */
struct plan *plan_on(struct fixture *f, int64_t ticket);
void plan_happens(struct fixture *f, struct plan *p, enum event_type t, int64_t at);
bool apply_at(struct fixture *f, struct plan *p, int64_t mail, int64_t at);
/* Apply in one transaction. */
void apply_now(struct fixture *f, struct plan *p, int64_t at);

/* A compose_fn: a literal head and, for each attachment, a piece of raw mail. */
bool simple_compose(void *ctx, struct arena *a, const struct plan_mail *m, const struct ticket *t,
		    int64_t outbox_id, struct outbox_bytes *out, struct err *e);

/* Every finding in one text, a line each; "" when clean. */
const char *findings(struct fixture *f);

/* --- between SQLite and the disk: syncs are counted, not done; faults by order --- */

struct faults {
	int wal_syncs, db_syncs;
	int64_t room;	 /* bytes that may still be written, -1: no limit */
	bool sync_fails; /* the WAL's */
	int64_t kill_at; /* the process dies within this write, half done; 0: never */
};
extern struct faults faults;
