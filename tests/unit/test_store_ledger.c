/* Every mail has one row and one fate; its bytes come back as they were. */
#include "store_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* {size, offset, len, what comes back}: pieces are of one MiB. */
static const struct {
	int64_t size, offset, len, from, gives;
} parts[] = {
	{0, 0, INT64_MAX, 0, 0},
	{1, 0, 10, 0, 1},
	{5000, 100, 50, 100, 50},
	{5000, 4990, 50, 4990, 10},
	{5000, 6000, 50, 5000, 0},
	{5000, -5, -1, 0, 0},
	{1 << 20, 0, INT64_MAX, 0, 1 << 20},
	{(1 << 20) + 1, (1 << 20) - 1, 2, (1 << 20) - 1, 2},
	{(3 << 20) + 7, 5, (3 << 20) + 2, 5, (3 << 20) + 2},
	{(3 << 20) + 7, 2 << 20, 1 << 20, 2 << 20, 1 << 20},
};

static void raw_bytes_come_back(void **state)
{
	enum { BIG = 4 << 20 };
	char *bytes = malloc(BIG);
	struct fixture f;
	struct slice out;

	for (int i = 0; i < BIG; i++)
		bytes[i] = (char)(i * 31 + (i >> 8) * 17);
	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct slice in = {bytes, (size_t)parts[i].size};
		struct sha256 sha = sha256_of(in.p, in.n);
		int64_t id;

		OK(&f, (id = raw_add(f.st, in, &sha, &f.e)) != 0);
		OK(&f, raw_part(f.st, f.a, id, parts[i].offset, parts[i].len, &out, &f.e));
		assert_int_equal(out.n, parts[i].gives);
		assert_memory_equal(out.p, bytes + parts[i].from, out.n);
		OK(&f, raw_get(f.st, f.a, id, &out, &f.e));
		assert_true(slice_eq(out, in));
	}
	OK(&f, store_commit(f.st, false, &f.e));
	assert_false(raw_get(f.st, f.a, 999, &out, &f.e));
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
	free(bytes);
}

static enum ledger_need need(struct fixture *f, uint32_t validity, uint32_t uid)
{
	enum ledger_need n;

	OK(f, ledger_needs(f->st, "sistemas", validity, &uid, 1, &n, &f->e));
	return n;
}

static void decide(struct fixture *f, int64_t id, enum fate fate)
{
	struct ledger_fate row = {.fate = fate, .why = "{}"};

	OK(f, ledger_decide(f->st, id, &row, &f->e));
}

static void a_mail_goes_from_unknown_to_done(void **state)
{
	static const uint32_t uid = 1;
	struct fixture f;
	int64_t id, open, unmoved;

	fixture_open(&f);
	assert_int_equal(ledger_known(f.st, "sistemas"), 0);
	assert_int_equal(need(&f, 7, 1), LEDGER_FETCH);
	OK(&f, store_begin(f.st, &f.e));
	id = mail_in(&f, "x", NOW);
	assert_int_equal(ledger_known(f.st, "sistemas"), 1);
	assert_int_equal(ledger_known(f.st, "otra"), 0);
	assert_int_equal(need(&f, 7, 1), LEDGER_BUSY);
	assert_int_equal(need(&f, 8, 1), LEDGER_FETCH);
	/* a move before the fate counts for nothing */
	OK(&f, ledger_finished(f.st, "sistemas", 7, &uid, 1, &f.e));
	assert_int_equal(need(&f, 7, 1), LEDGER_BUSY);
	decide(&f, id, FATE_SPAM);
	assert_int_equal(need(&f, 7, 1), LEDGER_FINISH);
	OK(&f, ledger_unfinished(f.st, &open, &unmoved, &f.e));
	assert_int_equal(open, 0);
	assert_int_equal(unmoved, 1);
	OK(&f, ledger_finished(f.st, "sistemas", 7, &uid, 1, &f.e));
	assert_int_equal(need(&f, 7, 1), LEDGER_DONE);
	/* one fate only */
	assert_false(ledger_decide(f.st, id, &(struct ledger_fate){.fate = FATE_CASE}, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

static void the_same_uid_twice_is_refused(void **state)
{
	struct fixture f;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	mail_in(&f, "x", NOW);
	assert_int_equal(ledger_add(f.st,
				    &(struct ledger_mail){.key = {"sistemas", 7, 1}, .raw = 1},
				    FATE_NONE, &f.e),
			 0);
	assert_int_equal(store_trouble(f.st), TROUBLE_NONE);
	store_rollback(f.st);
	fixture_close(&f);
}

static void what_was_there_before_the_start_is_done_at_once(void **state)
{
	struct ledger_mail m = {.key = {"sistemas", 7, 40}, .received_at = NOW, .size = 9};
	struct fixture f;

	fixture_open(&f);
	assert_int_equal(ledger_started(f.st, "sistemas"), 0);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, ledger_start(f.st, "sistemas", NOW, &f.e));
	OK(&f, ledger_start(f.st, "sistemas", NOW + 5, &f.e));
	OK(&f, ledger_add(f.st, &m, FATE_BEFORE_START, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_int_equal(ledger_started(f.st, "sistemas"), NOW);
	assert_int_equal(need(&f, 7, 40), LEDGER_DONE);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void what_is_gone_from_the_folder_is_moved(void **state)
{
	static const uint32_t listed[] = {2, 3, 9};
	struct fixture f;
	int64_t id[5];

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	for (int i = 1; i < 5; i++)
		id[i] = mail_in(&f, "x", NOW); /* UIDs 1 to 4 */
	decide(&f, id[1], FATE_SPAM);
	decide(&f, id[2], FATE_SPAM);
	decide(&f, id[4], FATE_SPAM);
	OK(&f, ledger_reconcile(f.st, "sistemas", 7, listed, COUNT(listed), &f.e));
	assert_int_equal(need(&f, 7, 1), LEDGER_DONE);
	assert_int_equal(need(&f, 7, 2), LEDGER_FINISH);
	assert_int_equal(need(&f, 7, 3), LEDGER_BUSY);
	assert_int_equal(need(&f, 7, 4), LEDGER_DONE);
	/* the folder was made anew: nothing of it can be moved any more */
	OK(&f, ledger_reconcile(f.st, "sistemas", 8, NULL, 0, &f.e));
	assert_int_equal(need(&f, 7, 2), LEDGER_DONE);
	assert_int_equal(need(&f, 7, 3), LEDGER_BUSY);
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

static void open_entries_are_taken_up_in_order(void **state)
{
	struct ledger_entry *list, one;
	struct fixture f;
	int64_t id[4];
	size_t n;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	for (int i = 0; i < 4; i++)
		id[i] = mail_in(&f, "x", NOW + i);
	decide(&f, id[1], FATE_SPAM);
	OK(&f, ledger_open(f.st, f.a, 0, 2, &list, &n, &f.e));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].id, id[0]);
	assert_int_equal(list[1].id, id[2]);
	assert_int_equal(list[1].key.uid, 3);
	assert_string_equal(list[1].key.mailbox, "sistemas");
	OK(&f, ledger_open(f.st, f.a, id[2], 9, &list, &n, &f.e));
	assert_int_equal(n, 1);
	OK(&f, ledger_attempt(f.st, id[3], &f.e));
	OK(&f, ledger_attempt(f.st, id[3], &f.e));
	OK(&f, ledger_get(f.st, f.a, id[3], &one, &f.e));
	assert_int_equal(one.attempts, 2);
	assert_int_equal(one.received_at, NOW + 3);
	assert_false(ledger_get(f.st, f.a, 99, &one, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

static void a_death_of_the_desk_is_charged_to_the_mail_in_hand(void **state)
{
	struct ledger_entry one;
	struct fixture f;
	int64_t a, b;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	assert_int_equal(ledger_desk_died(f.st, &f.e), 0);
	a = mail_in(&f, "a", NOW);
	b = mail_in(&f, "b", NOW);
	OK(&f, ledger_in_hand(f.st, a, &f.e));
	OK(&f, ledger_in_hand(f.st, b, &f.e));
	assert_int_equal(ledger_desk_died(f.st, &f.e), b);
	assert_int_equal(ledger_desk_died(f.st, &f.e), 0);
	OK(&f, ledger_get(f.st, f.a, b, &one, &f.e));
	assert_int_equal(one.desk_deaths, 1);
	assert_false(one.in_hand);
	OK(&f, ledger_get(f.st, f.a, a, &one, &f.e));
	assert_int_equal(one.desk_deaths, 0);
	/* a fate takes it out of the hand */
	OK(&f, ledger_in_hand(f.st, a, &f.e));
	decide(&f, a, FATE_SPAM);
	assert_int_equal(ledger_desk_died(f.st, &f.e), 0);
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

static void quarantine_can_be_tried_again(void **state)
{
	struct attachment att = {.name = "a", .type = "b", .encoding = ""};
	struct quarantine_item *list;
	struct ledger_entry one;
	struct fixture f;
	int64_t id;
	size_t n;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	id = mail_in(&f, "a", NOW);
	OK(&f, ledger_attempt(f.st, id, &f.e));
	assert_false(ledger_retry(f.st, id, &f.e));
	decide(&f, id, FATE_QUARANTINE);
	OK(&f, ledger_attachments(f.st, id, &att, 1, &f.e));
	OK(&f, query_quarantine(f.st, f.a, &list, &n, &f.e));
	assert_int_equal(n, 1);
	assert_int_equal(list[0].id, id);
	assert_string_equal(list[0].why, "{}");
	OK(&f, ledger_retry(f.st, id, &f.e));
	OK(&f, ledger_get(f.st, f.a, id, &one, &f.e));
	assert_int_equal(one.attempts, 0);
	OK(&f, query_quarantine(f.st, f.a, &list, &n, &f.e));
	assert_int_equal(n, 0);
	decide(&f, id, FATE_SPAM);
	OK(&f, store_commit(f.st, false, &f.e));
	assert_int_equal(sql_number(&f, "select count(*) from attachment"), 0);
	fixture_close(&f);
}

static void ingest_counts_up_and_needs_no_move(void **state)
{
	struct ledger_mail m = {.key = {"ingest", 1, 1}};
	struct fixture f;
	int64_t id, open, unmoved;

	fixture_open(&f);
	assert_int_equal(ledger_next_ingest(f.st), 1);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, (id = ledger_add(f.st, &m, FATE_NONE, &f.e)) != 0);
	assert_int_equal(ledger_next_ingest(f.st), 2);
	decide(&f, id, FATE_SPAM);
	OK(&f, ledger_unfinished(f.st, &open, &unmoved, &f.e));
	assert_int_equal(open + unmoved, 0);
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_bytes_come_back),
		cmocka_unit_test(a_mail_goes_from_unknown_to_done),
		cmocka_unit_test(the_same_uid_twice_is_refused),
		cmocka_unit_test(what_was_there_before_the_start_is_done_at_once),
		cmocka_unit_test(what_is_gone_from_the_folder_is_moved),
		cmocka_unit_test(open_entries_are_taken_up_in_order),
		cmocka_unit_test(a_death_of_the_desk_is_charged_to_the_mail_in_hand),
		cmocka_unit_test(quarantine_can_be_tried_again),
		cmocka_unit_test(ingest_counts_up_and_needs_no_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
