#include "store_help.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- between SQLite and the disk --- */

struct faults faults = {.room = -1};

static sqlite3_vfs shim, *real;
static const sqlite3_io_methods *real_db, *real_wal;
static sqlite3_io_methods db_methods, wal_methods;

static bool fits(int n)
{
	if (faults.room < 0)
		return true;
	if (faults.room < n)
		return false;
	faults.room -= n;
	return true;
}

static int write_by(const sqlite3_io_methods *by, sqlite3_file *file, const void *p, int n,
		    sqlite3_int64 at)
{
	if (faults.kill_at && --faults.kill_at == 0) {
		by->xWrite(file, p, n / 2, at);
		kill(getpid(), SIGKILL);
	}
	return fits(n) ? by->xWrite(file, p, n, at) : SQLITE_FULL;
}

static int on_db_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	return write_by(real_db, file, p, n, at);
}

static int on_wal_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
	return write_by(real_wal, file, p, n, at);
}

static int on_db_sync(sqlite3_file *file, int flags)
{
	faults.db_syncs++;
	(void)file, (void)flags;
	return SQLITE_OK;
}

static int on_wal_sync(sqlite3_file *file, int flags)
{
	faults.wal_syncs++;
	(void)file, (void)flags;
	return faults.sync_fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int rc = real->xOpen(real, name, file, flags, out);

	(void)vfs;
	if (rc == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB)) {
		real_db = file->pMethods;
		db_methods = *real_db;
		db_methods.xWrite = on_db_write;
		db_methods.xSync = on_db_sync;
		file->pMethods = &db_methods;
	} else if (rc == SQLITE_OK && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL))) {
		real_wal = file->pMethods;
		wal_methods = *real_wal;
		wal_methods.xWrite = on_wal_write;
		wal_methods.xSync = on_wal_sync;
		file->pMethods = &wal_methods;
	}
	return rc;
}

static void faults_install(void)
{
	faults = (struct faults){.room = -1};
	if (real)
		return;
	real = sqlite3_vfs_find("unix");
	shim = *real;
	shim.zName = "faults";
	shim.xOpen = on_open;
	sqlite3_vfs_register(&shim, 1);
}

/* --- a database of its own --- */

static const struct zone bogota = {"America/Bogota", -18000, NULL, 0};

void fixture_open(struct fixture *f)
{
	enum trouble t;

	faults_install();
	memset(f, 0, sizeof(*f));
	snprintf(f->dir, sizeof(f->dir), "/tmp/mesad-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/mesad.db", f->dir);
	f->a = arena_new();
	f->zone = bogota;
	f->policy.zone = &f->zone;
	f->policy.number = "ST-{year}-{seq:6}";
	f->policy.budgets[BUDGET_ADDRESS] = (struct budget){10, 86400};
	f->policy.budgets[BUDGET_TOTAL] = (struct budget){30, 60};
	OK(f, (f->st = store_open(f->dir, STORE_WRITE, &t, &f->e)) != NULL);
}

void fixture_reopen(struct fixture *f)
{
	enum trouble t;

	store_close(&f->st);
	OK(f, (f->st = store_open(f->dir, STORE_WRITE, &t, &f->e)) != NULL);
}

void fixture_close(struct fixture *f)
{
	DIR *d;
	struct dirent *entry;

	store_close(&f->st);
	arena_free(&f->a);
	d = opendir(f->dir);
	while (d && (entry = readdir(d)) != NULL)
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
	rmdir(f->dir);
}

static sqlite3 *side_door(struct fixture *f)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	return db;
}

void sql_do(struct fixture *f, const char *sql)
{
	sqlite3 *db = side_door(f);
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

int64_t sql_number(struct fixture *f, const char *sql)
{
	sqlite3 *db = side_door(f);
	sqlite3_stmt *q = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

/* --- cases --- */

int64_t mail_in(struct fixture *f, const char *bytes, int64_t at)
{
	struct slice raw = slice_of(bytes);
	struct sha256 sha = sha256_of(raw.p, raw.n);
	struct ledger_mail m = {
		.key = {"sistemas", 7, ++f->uid},
		.received_at = at,
		.size = (int64_t)raw.n,
		.sha256 = sha,
		.body_sha256 = sha,
	};
	int64_t id;

	OK(f, (m.raw = raw_add(f->st, raw, &sha, &f->e)) != 0);
	OK(f, (id = ledger_add(f->st, &m, FATE_NONE, &f->e)) != 0);
	return id;
}

bool simple_compose(void *ctx, struct arena *a, const struct plan_mail *m, const struct ticket *t,
		    int64_t outbox_id, struct outbox_bytes *out, struct err *e)
{
	const char *text = arena_printf(a, "Caso %s\r\n", t ? t->number : "-");

	(void)ctx, (void)e;
	*out = (struct outbox_bytes){
		.message_id = arena_printf(a, "o%lld@mesa.example", (long long)outbox_id),
		.envelope_from = "mesa@entidad.example",
		.to = m->to.addr,
		.subject = arena_printf(a, "[%s] %s", t ? t->number : "-",
					mail_purpose_name(m->purpose)),
		.text = text,
		.n = 1 + m->n_attachments,
		.size = (int64_t)strlen(text),
		.sha256 = sha256_of(text, strlen(text)),
	};
	out->segments = arena_array(a, out->n, sizeof(*out->segments));
	out->segments[0].literal = slice_of(text);
	for (size_t i = 0; i < m->n_attachments; i++)
		out->segments[i + 1] = (struct outbox_segment){
			.raw = m->attachments[i].raw,
			.offset = m->attachments[i].att.offset,
			.len = m->attachments[i].att.len,
			.encoding = m->attachments[i].att.encoding,
		};
	return true;
}

struct plan *case_plan(struct fixture *f, const char *subject, int64_t at)
{
	struct plan *p = plan_new(f->a);
	struct ticket t = {0};
	struct plan_message msg = {.inbound = true, .text = "No imprime."};
	struct plan_mail *m;
	struct event ev;

	ticket_init(&t);
	plan_ticket(f->a, p, &t);
	event_init(&ev, EVENT_RECEIVED, at, "requester");
	event_text(&ev, "channel", "correo");
	event_text(&ev, "subject", subject);
	event_text(&ev, "requester", PEDRO);
	event_text(&ev, "requester_name", "Pedro Gómez");
	event_text(&ev, "service", "impresoras");
	event_num(&ev, "level", 1);
	event_text(&ev, "priority", "high");
	event_text(&ev, "response_policy", "12h always 75%");
	event_num(&ev, "response_started", at);
	event_num(&ev, "response_warn_at", at + 9 * HOUR);
	event_num(&ev, "response_due", at + 12 * HOUR);
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
	event_init(&ev, EVENT_ASSIGNED, at, "system");
	event_text(&ev, "assignee", "ana");
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
	msg.from = (struct address){PEDRO, "Pedro Gómez"};
	msg.message_id = arena_printf(f->a, "p%u@entidad.example", f->uid);
	plan_message(f->a, p, &msg);
	m = plan_mail(f->a, p, MAIL_ACKNOWLEDGEMENT, 0, msg.from, AUDIENCE_REQUESTER);
	m->automatic = true;
	p->fate = FATE_CASE;
	return p;
}

bool apply_at(struct fixture *f, struct plan *p, int64_t mail, int64_t at)
{
	struct apply_in in = {
		.policy = &f->policy, .now = at, .mail = mail, .compose = simple_compose};

	return store_apply(f->st, f->a, p, &in, &f->e);
}

int64_t case_apply(struct fixture *f, struct plan *p, int64_t mail, int64_t at)
{
	const struct ticket *t = &p->tickets[0].after;
	struct ledger_fate fate = {
		.fate = FATE_CASE,
		.message_id = p->messages[0].message_id,
		.from_key = PEDRO,
		.subject = t->subject,
		.subject_key = t->subject,
		.why = "{}",
	};

	OK(f, apply_at(f, p, mail, at));
	fate.ticket = t->id;
	OK(f, ledger_decide(f->st, mail, &fate, &f->e));
	return t->id;
}

int64_t case_new(struct fixture *f, const char *subject, int64_t at)
{
	int64_t mail, id;

	OK(f, store_begin(f->st, &f->e));
	mail = mail_in(f, arena_printf(f->a, "Subject: %s %u\r\n\r\nx", subject, f->uid + 1), at);
	id = case_apply(f, case_plan(f, subject, at), mail, at);
	OK(f, store_commit(f->st, false, &f->e));
	return id;
}

struct plan *plan_on(struct fixture *f, int64_t ticket)
{
	struct plan *p = plan_new(f->a);
	struct known_ticket k;

	assert_int_equal(store_ticket(f->st, f->a, ticket, &k, &f->e), 1);
	plan_ticket(f->a, p, &k.t);
	return p;
}

void plan_happens(struct fixture *f, struct plan *p, enum event_type t, int64_t at)
{
	struct event ev;

	event_init(&ev, t, at, "ana");
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
}

void apply_now(struct fixture *f, struct plan *p, int64_t at)
{
	OK(f, store_begin(f->st, &f->e));
	OK(f, apply_at(f, p, 0, at));
	OK(f, store_commit(f->st, false, &f->e));
}

const char *findings(struct fixture *f)
{
	struct finding *list;
	const char *all = "";
	size_t n;

	OK(f, store_verify(f->st, f->a, &list, &n, NULL, NULL, &f->e));
	for (size_t i = 0; i < n; i++)
		all = arena_printf(f->a, "%s%s\n", all, list[i].what);
	return all;
}
