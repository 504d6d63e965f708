/* The file: made, refused, opened beside the writer, ended well or badly; what a commit costs. */
#include "store_help.h"

#include "store/sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_new_file_is_private_and_keyed(void **state)
{
	struct fixture f;
	struct stat s;
	struct slice key, again;

	fixture_open(&f);
	assert_int_equal(stat(f.path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	assert_true(store_meta_get(f.st, f.a, "token_key", &key));
	assert_int_equal(key.n, 32);
	fixture_reopen(&f);
	assert_true(store_meta_get(f.st, f.a, "token_key", &again));
	assert_true(slice_eq(key, again));
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

/* A file of the first version, with a history, is brought up to date when it is opened. */
static void an_older_file_is_brought_up_to_date(void **state)
{
	struct fixture f;

	fixture_open(&f);
	store_close(&f.st);
	assert_int_equal(unlink(f.path), 0);
	{
		sqlite3 *db = NULL;

		assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, sql_migrations[0].text, NULL, NULL, NULL),
				 SQLITE_OK);
		sqlite3_close(db);
	}
	sql_do(&f, "insert into meta values ('token_key', zeroblob(32));"
		   "insert into event values (1, 5, 'policy', null, 'system', zeroblob(32), "
		   "randomblob(32)),"
		   "(2, 6, 'policy', null, 'system', zeroblob(32), zeroblob(32));"
		   "pragma application_id = 1835365217; pragma user_version = 1");
	fixture_reopen(&f);
	assert_int_equal(sql_number(&f, "pragma user_version"), (int64_t)sql_migrations_n);
	assert_int_equal(sql_number(&f, "select id from event_head"), 2);
	assert_int_equal(sql_number(&f, "select chain = zeroblob(32) from event_head"), 1);
	case_new(&f, "x", NOW);
	assert_int_equal(sql_number(&f, "select id from event_head"), 4);
	fixture_close(&f);
}

static const struct {
	const char *sql, *says;
} refused[] = {
	{"pragma user_version = 900", "newer mesad"},
	{"pragma application_id = 77", "another program"},
};

static void what_is_not_ours_is_refused(void **state)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct fixture f;
		enum trouble t;

		fixture_open(&f);
		store_close(&f.st);
		sql_do(&f, refused[i].sql);
		assert_null(store_open(f.dir, STORE_WRITE, &t, &f.e));
		assert_non_null(strstr(f.e.text, refused[i].says));
		assert_int_equal(t, TROUBLE_OTHER);
		assert_null(store_open(f.dir, STORE_READ, &t, &f.e));
		fixture_close(&f);
	}
}

static void overwrite(const char *path, long at, const char *with)
{
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	fseek(file, at, SEEK_SET);
	fwrite(with, 1, strlen(with), file);
	fclose(file);
}

static void a_damaged_file_is_refused_and_kept(void **state)
{
	static const long places[] = {0, 100, 4096 + 3, 3 * 4096};

	for (size_t i = 0; i < COUNT(places); i++) {
		struct fixture f;
		enum trouble t;

		fixture_open(&f);
		store_close(&f.st);
		overwrite(f.path, places[i], "not what was here before, at all, ever");
		assert_null(store_open(f.dir, STORE_WRITE, &t, &f.e));
		assert_int_equal(t, TROUBLE_CORRUPT);
		fixture_close(&f);
	}
}

static void a_shortened_file_is_refused(void **state)
{
	struct fixture f;
	enum trouble t;

	fixture_open(&f);
	store_close(&f.st);
	assert_int_equal(truncate(f.path, 8 * 4096), 0);
	assert_null(store_open(f.dir, STORE_WRITE, &t, &f.e));
	assert_int_equal(t, TROUBLE_CORRUPT);
	fixture_close(&f);
}

static void a_folder_that_is_not_there(void **state)
{
	struct err e;
	enum trouble t;

	assert_null(store_open("/nonexistent/mesad", STORE_WRITE, &t, &e));
	assert_int_equal(t, TROUBLE_OTHER);
	assert_null(store_open("/tmp", STORE_READ, &t, &e));
}

static void readers_come_and_go_beside_the_writer(void **state)
{
	struct fixture f;
	struct store *reader;
	struct known_ticket k;
	enum trouble t;

	fixture_open(&f);
	OK(&f, (reader = store_open(f.dir, STORE_READ, &t, &f.e)) != NULL);
	case_new(&f, "Impresora", NOW);
	assert_int_equal(store_ticket(reader, f.a, 1, &k, &f.e), 1);
	assert_string_equal(k.t.number, "ST-2026-000001");
	OK(&f, store_begin(f.st, &f.e));
	assert_false(store_begin(reader, &f.e));
	store_rollback(f.st);
	store_close(&reader);
	store_close(&f.st);
	OK(&f, (reader = store_open(f.dir, STORE_READ, &t, &f.e)) != NULL);
	assert_int_equal(store_ticket(reader, f.a, 1, &k, &f.e), 1);
	assert_false(store_meta_set(reader, "x", SLICE("y"), &f.e));
	store_close(&reader);
	fixture_close(&f);
}

/* A reader must not tidy up what a killed writer left. */
static void readers_see_what_a_killed_writer_committed(void **state)
{
	struct fixture f;
	struct store *reader;
	struct known_ticket k;
	enum trouble t;
	struct stat before, after;
	char wal[96];
	int status;
	pid_t child;

	fixture_open(&f);
	store_close(&f.st);
	child = fork();
	if (child == 0) {
		f.st = store_open(f.dir, STORE_WRITE, &t, &f.e);
		case_new(&f, "Impresora", NOW);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	snprintf(wal, sizeof(wal), "%s-wal", f.path);
	assert_int_equal(stat(wal, &before), 0);
	assert_true(before.st_size > 0);
	for (int i = 0; i < 2; i++) {
		OK(&f, (reader = store_open(f.dir, STORE_READ, &t, &f.e)) != NULL);
		assert_int_equal(store_ticket(reader, f.a, 1, &k, &f.e), 1);
		store_close(&reader);
		assert_int_equal(stat(wal, &after), 0);
		assert_int_equal(before.st_size, after.st_size);
	}
	fixture_reopen(&f);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_transaction_knows_who_opened_it(void **state)
{
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	assert_true(store_in_tx(f.st));
	assert_false(store_begin(f.st, &f.e));
	assert_non_null(strstr(f.e.text, "test_store_open.c:"));
	store_rollback(f.st);
	store_rollback(f.st);
	assert_false(store_in_tx(f.st));
	assert_false(store_commit(f.st, false, &f.e));
	assert_false(store_meta_set(f.st, "x", SLICE("y"), &f.e));
	assert_non_null(strstr(f.e.text, "outside a transaction"));
	assert_false(store_save(f.st, &f.e));
	assert_false(store_release(f.st, &f.e));
	store_undo(f.st);
	fixture_close(&f);
}

static void undo_takes_back_one_item(void **state)
{
	struct fixture f;
	struct slice v;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "a", SLICE("1"), &f.e));
	OK(&f, store_save(f.st, &f.e));
	assert_false(store_save(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "b", SLICE("2"), &f.e));
	store_undo(f.st);
	store_undo(f.st);
	OK(&f, store_save(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "c", SLICE("3"), &f.e));
	OK(&f, store_release(f.st, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_true(store_meta_get(f.st, f.a, "a", &v));
	assert_false(store_meta_get(f.st, f.a, "b", &v));
	assert_true(store_meta_get(f.st, f.a, "c", &v));
	fixture_close(&f);
}

/* {light, changes something, syncs} */
static const struct {
	bool light, change;
	int syncs;
} commits[] = {
	{false, true, 1}, {true, true, 0}, {false, false, 0}, {true, true, 0}, {false, true, 1},
};

static void a_commit_syncs_once_and_a_light_one_never(void **state)
{
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e)); /* the first after a restart also writes the WAL's head */
	OK(&f, store_meta_set(f.st, "a", SLICE("0"), &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	for (size_t i = 0; i < COUNT(commits); i++) {
		int before = faults.wal_syncs;

		OK(&f, store_begin(f.st, &f.e));
		if (commits[i].change)
			OK(&f, store_meta_set(f.st, "a", SLICE("1"), &f.e));
		OK(&f, store_commit(f.st, commits[i].light, &f.e));
		if (faults.wal_syncs - before != commits[i].syncs)
			fail_msg("commit %zu: %d syncs", i, faults.wal_syncs - before);
	}
	fixture_close(&f);
}

static void a_checkpoint_comes_when_the_wal_has_grown(void **state)
{
	struct fixture f;
	static char big[5 << 20];
	struct slice bytes = {big, sizeof(big)};
	struct sha256 sha = sha256_of(big, sizeof(big));
	int before;

	fixture_open(&f);
	before = faults.db_syncs;
	store_checkpoint(f.st);
	assert_int_equal(faults.db_syncs, before);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, raw_add(f.st, bytes, &sha, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_int_equal(faults.db_syncs, before);
	store_checkpoint(f.st);
	assert_int_equal(faults.db_syncs, before + 1);
	store_checkpoint(f.st);
	assert_int_equal(faults.db_syncs, before + 1);
	fixture_close(&f);
}

static void a_backup_is_whole_and_never_overwrites(void **state)
{
	struct fixture f, copy;
	char path[128];
	struct stat s;

	fixture_open(&f);
	case_new(&f, "Impresora", NOW);
	fixture_open(&copy);
	store_close(&copy.st);
	assert_false(store_backup(f.st, copy.path, &f.e));
	assert_int_equal(unlink(copy.path), 0);
	OK(&f, store_backup(f.st, copy.path, &f.e));
	snprintf(path, sizeof(path), "%s-wal", copy.path);
	assert_int_not_equal(stat(path, &s), 0);
	assert_int_equal(stat(copy.path, &s), 0);
	assert_int_equal(s.st_mode & 0777, 0600);
	fixture_reopen(&copy);
	assert_string_equal(findings(&copy), "");
	assert_string_equal(store_chain_head(copy.st, copy.a), store_chain_head(f.st, f.a));
	fixture_close(&copy);
	assert_false(store_backup(f.st, "/nonexistent/x", &f.e));
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_file_is_private_and_keyed),
		cmocka_unit_test(an_older_file_is_brought_up_to_date),
		cmocka_unit_test(what_is_not_ours_is_refused),
		cmocka_unit_test(a_damaged_file_is_refused_and_kept),
		cmocka_unit_test(a_shortened_file_is_refused),
		cmocka_unit_test(a_folder_that_is_not_there),
		cmocka_unit_test(readers_come_and_go_beside_the_writer),
		cmocka_unit_test(readers_see_what_a_killed_writer_committed),
		cmocka_unit_test(a_transaction_knows_who_opened_it),
		cmocka_unit_test(undo_takes_back_one_item),
		cmocka_unit_test(a_commit_syncs_once_and_a_light_one_never),
		cmocka_unit_test(a_checkpoint_comes_when_the_wal_has_grown),
		cmocka_unit_test(a_backup_is_whole_and_never_overwrites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
