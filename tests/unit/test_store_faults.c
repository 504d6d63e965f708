/* The process dies within a write, the disk is full, a sync fails: what was acknowledged is there,
 * what was not is whole or absent, and verify finds nothing. */
#include "store_help.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* A few more than a quick run needs, where time is given. */
static int64_t stride(int64_t quick)
{
	return getenv("MESAD_SOAK") ? 1 : quick;
}

/* --- work that never ends by itself --- */

static void one_item(struct fixture *f, int64_t i)
{
	int64_t mail;

	OK(f, store_save(f->st, &f->e));
	mail = mail_in(f, arena_printf(f->a, "m%lld", (long long)i), NOW);
	case_apply(f, case_plan(f, "x", NOW), mail, NOW);
	if (i % 5 == 4)
		store_undo(f->st);
	else
		OK(f, store_release(f->st, &f->e));
}

static void answer_last(struct fixture *f, int64_t last)
{
	struct plan *p = plan_on(f, last);

	plan_happens(f, p, EVENT_RESPONDED, NOW + 1);
	OK(f, store_begin(f->st, &f->e));
	OK(f, apply_at(f, p, 0, NOW + 1));
	OK(f, store_commit(f->st, true, &f->e));
}

/* Batches of cases, an answer between; *acknowledged is what a commit promised. */
static void work(struct fixture *f, int64_t *acknowledged)
{
	for (int64_t i = 0;; i += 3) {
		OK(f, store_begin(f->st, &f->e));
		for (int64_t k = i; k < i + 3; k++)
			one_item(f, k);
		OK(f, store_commit(f->st, false, &f->e));
		*acknowledged = sql_number(f, "select max(id) from ticket");
		answer_last(f, *acknowledged);
		if (i % 12 == 0)
			fixture_reopen(f);
	}
}

static void die_within_write(struct fixture *f, int64_t n, int64_t *acknowledged)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		enum trouble t;

		faults.kill_at = n;
		f->st = store_open(f->dir, STORE_WRITE, &t, &f->e);
		if (f->st)
			work(f, acknowledged);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void whatever_the_write_it_dies_in(void **state)
{
	int64_t *acknowledged = mmap(NULL, sizeof(*acknowledged), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(acknowledged != MAP_FAILED);
	for (int64_t n = 1; n < 600; n += stride(29)) {
		struct fixture f;
		enum trouble t;

		fixture_open(&f);
		store_close(&f.st);
		*acknowledged = 0;
		die_within_write(&f, n, acknowledged);
		OK(&f, (f.st = store_open(f.dir, STORE_WRITE, &t, &f.e)) != NULL);
		if (sql_number(&f, "select count(*) from ticket") < *acknowledged)
			fail_msg("write %lld: an acknowledged case is gone", (long long)n);
		if (findings(&f)[0])
			fail_msg("write %lld: %s", (long long)n, findings(&f));
		f.uid = 100000; /* past what the child used */
		case_new(&f, "sigue", NOW);
		fixture_close(&f);
	}
	munmap(acknowledged, sizeof(*acknowledged));
}

/* Half a schema is no schema: the first start may die anywhere. */
static void whatever_write_of_the_first_start_it_dies_in(void **state)
{
	for (int64_t n = 1; n < 120; n += stride(17)) {
		struct fixture f;
		enum trouble t;
		int status;
		pid_t child;

		fixture_open(&f);
		store_close(&f.st);
		assert_int_equal(unlink(f.path), 0);
		child = fork();
		if (child == 0) {
			faults.kill_at = n;
			f.st = store_open(f.dir, STORE_WRITE, &t, &f.e);
			store_close(&f.st);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		fixture_reopen(&f);
		assert_int_equal(case_new(&f, "x", NOW), 1);
		assert_string_equal(findings(&f), "");
		fixture_close(&f);
	}
}

static bool try_case(struct fixture *f)
{
	struct slice raw = SLICE("Subject: grande\r\n\r\n0123456789");
	struct sha256 sha = sha256_of(raw.p, raw.n);
	struct ledger_mail m = {.key = {"sistemas", 7, 1000 + f->uid++}, .received_at = NOW};
	struct ledger_fate fate = {.fate = FATE_CASE, .from_key = PEDRO};
	struct plan *p = case_plan(f, "x", NOW);
	int64_t id = 0;

	if (store_begin(f->st, &f->e) && store_save(f->st, &f->e) &&
	    (m.raw = raw_add(f->st, raw, &sha, &f->e)) != 0 &&
	    (id = ledger_add(f->st, &m, FATE_NONE, &f->e)) != 0 && apply_at(f, p, id, NOW)) {
		fate.ticket = p->tickets[0].after.id;
		if (ledger_decide(f->st, id, &fate, &f->e) && store_release(f->st, &f->e) &&
		    store_commit(f->st, false, &f->e))
			return true;
	}
	store_undo(f->st);
	store_rollback(f->st);
	return false;
}

static void a_full_disk_costs_nothing_but_time(void **state)
{
	int refused = 0;
	struct fixture f;

	fixture_open(&f);
	case_new(&f, "antes", NOW);
	for (int64_t room = 0; room < 120000; room += 1500 * stride(7)) {
		int64_t before = sql_number(&f, "select count(*) from ticket");
		bool done;

		faults.room = room;
		done = try_case(&f);
		faults.room = -1;
		if (!done && store_trouble(f.st) != TROUBLE_FULL)
			fail_msg("room %lld: %s", (long long)room, f.e.text);
		assert_int_equal(sql_number(&f, "select count(*) from ticket"), before + done);
		refused += !done;
	}
	assert_true(refused > 2);
	assert_true(try_case(&f));
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_large_mail_on_a_full_disk(void **state)
{
	static char big[6 << 20];
	struct slice raw = {big, sizeof(big)};
	struct sha256 sha = sha256_of(big, sizeof(big));
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	faults.room = 3 << 20;
	if (raw_add(f.st, raw, &sha, &f.e))
		assert_false(store_commit(f.st, false, &f.e));
	assert_int_equal(store_trouble(f.st), TROUBLE_FULL);
	/* the transaction may be gone: nothing can slip in outside one */
	store_rollback(f.st);
	assert_false(store_meta_set(f.st, "x", SLICE("y"), &f.e));
	faults.room = -1;
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, raw_add(f.st, raw, &sha, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_failed_sync_is_the_end(void **state)
{
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "x", SLICE("1"), &f.e));
	faults.sync_fails = true;
	assert_false(store_commit(f.st, false, &f.e));
	assert_int_equal(store_trouble(f.st), TROUBLE_IO);
	assert_false(store_in_tx(f.st));
	faults.sync_fails = false;
	assert_true(store_broken(f.st));
	assert_false(store_begin(f.st, &f.e)); /* as if the next sync made up for it */
	assert_int_equal(store_trouble(f.st), TROUBLE_IO);
	fixture_reopen(&f);
	assert_false(store_broken(f.st));
	OK(&f, store_begin(f.st, &f.e));
	store_rollback(f.st);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_failed_sync_between_commits_is_the_end_too(void **state)
{
	static char big[6 << 20];
	struct slice raw = {big, sizeof(big)};
	struct sha256 sha = sha256_of(big, sizeof(big));
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, raw_add(f.st, raw, &sha, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	faults.sync_fails = true;
	store_checkpoint(f.st);
	faults.sync_fails = false;
	assert_true(store_broken(f.st));
	assert_false(store_begin(f.st, &f.e));
	fixture_reopen(&f);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_writer_that_must_wait_is_busy(void **state)
{
	struct fixture f;
	sqlite3 *other = NULL;

	fixture_open(&f);
	assert_int_equal(sqlite3_open(f.path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	assert_false(store_begin(f.st, &f.e));
	assert_int_equal(store_trouble(f.st), TROUBLE_BUSY);
	assert_int_equal(sqlite3_exec(other, "rollback", NULL, NULL, NULL), SQLITE_OK);
	OK(&f, store_begin(f.st, &f.e));
	store_rollback(f.st);
	sqlite3_close(other);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_the_write_it_dies_in),
		cmocka_unit_test(whatever_write_of_the_first_start_it_dies_in),
		cmocka_unit_test(a_full_disk_costs_nothing_but_time),
		cmocka_unit_test(a_large_mail_on_a_full_disk),
		cmocka_unit_test(a_failed_sync_is_the_end),
		cmocka_unit_test(a_failed_sync_between_commits_is_the_end_too),
		cmocka_unit_test(a_writer_that_must_wait_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
