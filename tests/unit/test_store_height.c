/* An older copy that is put back gives out no number and no id of a mail again. */
#include "store_help.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char beside[160];

static const char *file_of(struct fixture *f, const char *name)
{
	snprintf(beside, sizeof(beside), "%s/%s", f->dir, name);
	return beside;
}

static void cases(struct fixture *f, int n)
{
	for (int i = 0; i < n; i++)
		case_new(f, "Impresora", NOW);
}

static int64_t seq_of(struct fixture *f, int64_t ticket)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "select seq from ticket where id = %lld", (long long)ticket);
	return sql_number(f, sql);
}

static int64_t last_mail(struct fixture *f)
{
	return sql_number(f, "select max(id) from outbox");
}

/* Stop, lay the copy in the database's place, start. */
static void put_back(struct fixture *f, const char *copy)
{
	char from[160];

	snprintf(from, sizeof(from), "%s", copy);
	store_close(&f->st);
	unlink(file_of(f, "mesad.db-wal"));
	unlink(file_of(f, "mesad.db-shm"));
	assert_int_equal(rename(from, f->path), 0);
	fixture_reopen(f);
}

static char *backup(struct fixture *f)
{
	char *path = arena_str(f->a, file_of(f, "copy.db"));

	OK(f, store_backup(f->st, path, &f->e));
	return path;
}

static void gap_is(struct fixture *f, int64_t first, int64_t last)
{
	struct store_gap *g;
	size_t n = store_gaps(f->st, f->a, &g);

	assert_int_equal(n, first > 0 ? 2 : 0);
	if (n > 0) {
		assert_false(g[0].mail);
		assert_true(g[1].mail);
		assert_int_equal(g[0].year, 2026);
		assert_int_equal(g[0].first, first);
		assert_int_equal(g[0].last, last);
	}
}

static void tell(struct fixture *f)
{
	OK(f, store_begin(f->st, &f->e));
	OK(f, store_gaps_told(f->st, &f->e));
	OK(f, store_commit(f->st, false, &f->e));
}

/* Whatever was done to the file before, this is what the next case gets, and all is well. */
static void next_is(struct fixture *f, int64_t seq)
{
	assert_int_equal(seq_of(f, case_new(f, "Impresora", NOW)), seq);
	assert_string_equal(findings(f), "");
}

static void a_restart_skips_nothing(void **state)
{
	struct fixture f;

	fixture_open(&f);
	cases(&f, 2);
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	next_is(&f, 3);
	fixture_close(&f);
}

static void a_copy_steps_over_what_was_given_out(void **state)
{
	struct fixture f;
	int64_t mail;
	char *copy;

	fixture_open(&f);
	cases(&f, 3);
	copy = backup(&f);
	cases(&f, 4);
	mail = last_mail(&f);
	put_back(&f, copy);
	gap_is(&f, 4, 7);
	next_is(&f, 8);
	assert_true(sql_number(&f, "select min(id) from outbox where ticket = 4") > mail);
	/* until somebody was told */
	fixture_reopen(&f);
	gap_is(&f, 4, 7);
	tell(&f);
	gap_is(&f, 0, 0);
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	next_is(&f, 9);
	fixture_close(&f);
}

/* The same copy twice: the second gap begins where the first did. */
static void a_copy_is_put_back_twice(void **state)
{
	struct fixture f;
	char *copy, *again;

	fixture_open(&f);
	cases(&f, 1);
	copy = backup(&f);
	again = arena_str(f.a, file_of(&f, "again.db"));
	OK(&f, store_backup(f.st, again, &f.e));
	cases(&f, 1);
	put_back(&f, copy);
	next_is(&f, 3);
	put_back(&f, again);
	gap_is(&f, 2, 3);
	next_is(&f, 4);
	fixture_close(&f);
}

static void a_copy_of_this_very_moment_skips_nothing(void **state)
{
	struct fixture f;
	char *copy;

	fixture_open(&f);
	cases(&f, 3);
	copy = backup(&f);
	put_back(&f, copy);
	gap_is(&f, 0, 0);
	next_is(&f, 4);
	/* and it is a copy no longer */
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	next_is(&f, 5);
	fixture_close(&f);
}

static void a_copy_without_the_file_leaps(void **state)
{
	struct fixture f;
	int64_t mail;
	char *copy;

	fixture_open(&f);
	cases(&f, 3);
	copy = backup(&f);
	cases(&f, 4);
	mail = last_mail(&f);
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	fixture_reopen(&f);
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	put_back(&f, copy);
	gap_is(&f, 4, 1003);
	next_is(&f, 1004);
	assert_true(sql_number(&f, "select min(id) from outbox where ticket = 4") > mail);
	fixture_close(&f);
}

static void write_over(struct fixture *f, const char *text)
{
	FILE *out = fopen(file_of(f, "mesad.height"), "r+");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static const char *const senseless[] = {
	"mesad height 1\nmail 900\nnumber 2026 900\nsum 0000000000000000\n",
	"mesad height 2\n",
	"\n\n\n",
	"mesad height 1\nmail 90",
};

static void a_senseless_file_says_nothing_and_is_mended(void **state)
{
	for (size_t i = 0; i < COUNT(senseless); i++) {
		struct fixture f;
		char *copy;

		fixture_open(&f);
		cases(&f, 2);
		store_close(&f.st);
		write_over(&f, senseless[i]);
		fixture_reopen(&f);
		gap_is(&f, 0, 0);
		next_is(&f, 3);
		copy = backup(&f);
		cases(&f, 1);
		put_back(&f, copy);
		gap_is(&f, 4, 4);
		fixture_close(&f);
	}
}

static void read_file(struct fixture *f, char out[513])
{
	FILE *in = fopen(file_of(f, "mesad.height"), "r");

	assert_non_null(in);
	memset(out, 0, 513);
	assert_true(fread(out, 1, 512, in) > 0);
	fclose(in);
}

/* After a power cut the database may lack what no sync made durable. */
static void the_file_is_never_ahead(void **state)
{
	struct fixture f;
	char before[513], after[513];
	int64_t mail;

	fixture_open(&f);
	cases(&f, 1);
	read_file(&f, before);
	assert_non_null(strstr(before, "number 2026 1\n"));
	OK(&f, store_begin(f.st, &f.e));
	mail = mail_in(&f, "Subject: y\r\n\r\ny", NOW);
	case_apply(&f, case_plan(&f, "y", NOW), mail, NOW);
	OK(&f, store_commit(f.st, true, &f.e));
	read_file(&f, after);
	assert_string_equal(after, before);
	faults.sync_fails = true;
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "x", SLICE("y"), &f.e));
	assert_false(store_commit(f.st, false, &f.e));
	read_file(&f, after);
	assert_string_equal(after, before);
	faults.sync_fails = false;
	fixture_close(&f);
}

/* Killed between the commit and the note. */
static void a_file_that_is_behind_is_brought_up(void **state)
{
	struct fixture f;
	char old[513], now[513];

	fixture_open(&f);
	cases(&f, 1);
	read_file(&f, old);
	cases(&f, 2);
	store_close(&f.st);
	write_over(&f, old);
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	read_file(&f, now);
	assert_non_null(strstr(now, "number 2026 3\n"));
	next_is(&f, 4);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restart_skips_nothing),
		cmocka_unit_test(a_copy_steps_over_what_was_given_out),
		cmocka_unit_test(a_copy_is_put_back_twice),
		cmocka_unit_test(a_copy_of_this_very_moment_skips_nothing),
		cmocka_unit_test(a_copy_without_the_file_leaps),
		cmocka_unit_test(a_senseless_file_says_nothing_and_is_mended),
		cmocka_unit_test(the_file_is_never_ahead),
		cmocka_unit_test(a_file_that_is_behind_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
