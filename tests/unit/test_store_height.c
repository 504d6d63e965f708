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

/* The numbers of 2026 that were stepped over; whether ids were, too. */
static void gap_is(struct fixture *f, int64_t first, int64_t last)
{
	const struct store_gap *numbers = NULL;
	struct store_gap *g;
	size_t n, ids = 0;

	OK(f, store_gaps(f->st, f->a, &g, &n, &f->e));
	for (size_t i = 0; i < n; i++) {
		ids += strcmp(g[i].what, "number") != 0;
		if (strcmp(g[i].what, "number") == 0 && g[i].year == 2026)
			numbers = &g[i];
	}
	assert_int_equal(numbers != NULL, first > 0);
	assert_int_equal(ids, first > 0 ? 2 : 0);
	if (numbers) {
		assert_int_equal(numbers->first, first);
		assert_int_equal(numbers->last, last);
	}
}

static void tell(struct fixture *f)
{
	struct store_gap *g;
	size_t n;

	OK(f, store_begin(f->st, &f->e));
	OK(f, store_gaps(f->st, f->a, &g, &n, &f->e));
	for (size_t i = 0; i < n; i++)
		OK(f, store_gap_told(f->st, &g[i], &f->e));
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
	assert_int_equal(sql_number(&f, "select max(id) from ticket"), 8);
	assert_true(sql_number(&f, "select min(id) from outbox where ticket = 8") > mail);
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

/* A folder that was saved whole and laid back looks like this: nobody can tell what came after. */
static void a_copy_that_the_file_does_not_outrun_leaps(void **state)
{
	struct fixture f;
	char *copy;

	fixture_open(&f);
	cases(&f, 3);
	copy = backup(&f);
	put_back(&f, copy);
	gap_is(&f, 4, 1003);
	next_is(&f, 1004);
	/* and it is a copy no longer */
	tell(&f);
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	next_is(&f, 1005);
	fixture_close(&f);
}

/* Copied by hand while the desk stood, and put on another disk. */
static void a_file_alone_leaps(void **state)
{
	struct fixture f;

	fixture_open(&f);
	cases(&f, 3);
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	fixture_reopen(&f);
	gap_is(&f, 4, 1003);
	next_is(&f, 1004);
	fixture_close(&f);
}

/* A copy of a desk that had given out nothing; the pattern is not known here. */
static void a_copy_of_an_empty_desk_leaps(void **state)
{
	struct fixture f;
	char *copy;
	int64_t last;

	fixture_open(&f);
	copy = backup(&f);
	cases(&f, 2);
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	put_back(&f, copy);
	last = sql_number(&f, "select max(last) from counter where year > 0");
	assert_int_equal(last, 1000);
	assert_int_equal(sql_number(&f, "select last from counter where year = 0"), 1000);
	case_new(&f, "Impresora", NOW);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

/* A file of a mesad that kept no height: its first start with one that does skips nothing. */
static void an_upgrade_skips_nothing(void **state)
{
	struct fixture f;

	fixture_open(&f);
	cases(&f, 3);
	store_close(&f.st);
	assert_int_equal(unlink(file_of(&f, "mesad.height")), 0);
	sql_do(&f, "drop table gap; pragma user_version = 5");
	fixture_reopen(&f);
	gap_is(&f, 0, 0);
	next_is(&f, 4);
	fixture_close(&f);
}

/* Of the pattern without the year, after more years than the file has room for. */
static void the_counter_without_a_year_is_kept(void **state)
{
	struct fixture f;
	char *copy;

	fixture_open(&f);
	sql_do(&f, "with recursive y(n) as (values (2001) union all select n + 1 from y where "
		   "n < 2025) insert into counter select n, 5 from y");
	f.policy.number = "ST-{seq:6}";
	cases(&f, 2);
	copy = backup(&f);
	cases(&f, 3);
	put_back(&f, copy);
	assert_int_equal(seq_of(&f, case_new(&f, "Impresora", NOW)), 6);
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
	put_back(&f, copy);
	gap_is(&f, 4, 1003);
	next_is(&f, 1004);
	assert_true(last_mail(&f) > mail + 90000);
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

static void a_senseless_file_is_as_none_and_is_mended(void **state)
{
	for (size_t i = 0; i < COUNT(senseless); i++) {
		struct fixture f;
		char *copy;

		fixture_open(&f);
		cases(&f, 2);
		store_close(&f.st);
		write_over(&f, senseless[i]);
		fixture_reopen(&f);
		gap_is(&f, 3, 1002);
		tell(&f);
		next_is(&f, 1003);
		copy = backup(&f);
		cases(&f, 1);
		put_back(&f, copy);
		gap_is(&f, 1004, 1004);
		fixture_close(&f);
	}
}

static void read_file(struct fixture *f, char out[1025])
{
	FILE *in = fopen(file_of(f, "mesad.height"), "r");

	assert_non_null(in);
	memset(out, 0, 1025);
	assert_true(fread(out, 1, 1024, in) > 0);
	fclose(in);
}

/* After a power cut the database may lack what no sync made durable: a commit that gives out a
 * number is never a light one, and one in doubt is not noted. */
static void the_file_is_never_ahead(void **state)
{
	struct fixture f;
	char before[1025], after[1025];
	int64_t mail;
	int syncs;

	fixture_open(&f);
	cases(&f, 1);
	read_file(&f, before);
	assert_non_null(strstr(before, "number 2026 1\n"));
	syncs = faults.wal_syncs;
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_meta_set(f.st, "x", SLICE("y"), &f.e));
	OK(&f, store_commit(f.st, true, &f.e));
	assert_int_equal(faults.wal_syncs, syncs);
	OK(&f, store_begin(f.st, &f.e));
	mail = mail_in(&f, "Subject: y\r\n\r\ny", NOW);
	case_apply(&f, case_plan(&f, "y", NOW), mail, NOW);
	OK(&f, store_commit(f.st, true, &f.e));
	assert_int_equal(faults.wal_syncs, syncs + 1);
	read_file(&f, before);
	assert_non_null(strstr(before, "number 2026 2\n"));
	faults.sync_fails = true;
	OK(&f, store_begin(f.st, &f.e));
	mail = mail_in(&f, "Subject: z\r\n\r\nz", NOW);
	case_apply(&f, case_plan(&f, "z", NOW), mail, NOW);
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
	char old[1025], now[1025];

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
		cmocka_unit_test(a_copy_that_the_file_does_not_outrun_leaps),
		cmocka_unit_test(a_file_alone_leaps),
		cmocka_unit_test(a_copy_of_an_empty_desk_leaps),
		cmocka_unit_test(an_upgrade_skips_nothing),
		cmocka_unit_test(the_counter_without_a_year_is_kept),
		cmocka_unit_test(a_copy_without_the_file_leaps),
		cmocka_unit_test(a_senseless_file_is_as_none_and_is_mended),
		cmocka_unit_test(the_file_is_never_ahead),
		cmocka_unit_test(a_file_that_is_behind_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
