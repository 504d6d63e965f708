/* No statement that runs once a mail may read more of a table the older the desk is. */
#include "store_help.h"

#include "store/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Partial indexes that hold only what is unfinished: walking one of them is not a walk through a
 * table. */
static const char *const small[] = {"mail_open", "mail_in_hand", "mail_unfinished", "outbox_due"};

static bool walks_a_small_index(const char *step)
{
	for (size_t i = 0; i < COUNT(small); i++)
		if (strstr(step, small[i]))
			return true;
	return false;
}

static bool grows(const char *step)
{
	bool scan = strncmp(step, "SCAN ", 5) == 0 && step[5] != '(' &&
		    strcmp(step, "SCAN CONSTANT ROW") != 0;

	return scan && !walks_a_small_index(step);
}

/* Sorting is bounded by what is asked for: one case's attachments, the cases that are open. */
static bool may_sort(enum sql id)
{
	return id == SQL_ATTACHMENTS || id == SQL_URGENT || sql_may_scan(id);
}

static void check(sqlite3 *db, enum sql id)
{
	char *text = sql_text(id), explain[8192];
	sqlite3_stmt *q = NULL;

	snprintf(explain, sizeof(explain), "explain query plan %s", text);
	if (sqlite3_prepare_v2(db, explain, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(q, 3);

		if (grows(step) && !sql_may_scan(id))
			fail_msg("%s: %s", text, step);
		if (strstr(step, "TEMP B-TREE") && !may_sort(id))
			fail_msg("%s: %s", text, step);
	}
	sqlite3_finalize(q);
	free(text);
}

static void no_statement_grows_with_the_desk(void **state)
{
	struct fixture f;
	sqlite3 *db = NULL;

	fixture_open(&f);
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	for (int id = 0; id < SQL_COUNT; id++)
		check(db, (enum sql)id);
	sqlite3_close(db);
	fixture_close(&f);
}

/* The test above sees a scan when there is one. */
static void a_scan_is_seen(void **state)
{
	assert_true(grows("SCAN mail"));
	assert_true(grows("SCAN outbox USING COVERING INDEX outbox_message"));
	assert_false(grows("SCAN mail USING INDEX mail_open"));
	assert_false(grows("SEARCH mail USING INDEX mail_sha (sha64=?)"));
	assert_false(grows("SCAN (subquery-1)"));
}

/* What a case costs in pages of the WAL, near the start and with many behind it. */
static int64_t pages_of_one(struct fixture *f)
{
	int64_t size;
	char wal[96];
	FILE *file;

	fixture_reopen(f);
	case_new(f, "x", NOW);
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	file = fopen(wal, "rb");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	return size / 4120;
}

static void a_case_costs_the_same_when_there_are_many(void **state)
{
	struct fixture f;
	int64_t few, many;

	fixture_open(&f);
	for (int i = 0; i < 20; i++)
		case_new(&f, "x", NOW);
	few = pages_of_one(&f);
	for (int i = 0; i < 1500; i++)
		case_new(&f, "x", NOW);
	many = pages_of_one(&f);
	if (many > few * 2)
		fail_msg("%d pages at 20 cases, %d at 1500", (int)few, (int)many);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_statement_grows_with_the_desk),
		cmocka_unit_test(a_scan_is_seen),
		cmocka_unit_test(a_case_costs_the_same_when_there_are_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
