/* The budgets' counters, and what waits in a digest. */
#include "store_help.h"

#include "store/digest.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 86400 };

static struct spent spent_of(struct fixture *f, const char *key, int64_t ticket, int64_t now)
{
	struct snapshot s = {0};
	struct known_ticket k;

	if (ticket) {
		assert_int_equal(store_ticket(f->st, f->a, ticket, &k, &f->e), 1);
		s.tickets = &k;
		s.n_tickets = 1;
		key = "";
	}
	OK(f, store_spent(f->st, f->a, &f->policy, now, key, &s, &f->e));
	assert_int_equal(s.n_spent, 1);
	return s.spent[0];
}

/* Twelve acknowledgements to Pedro, a second apart. */
static void twelve(struct fixture *f)
{
	fixture_open(f);
	for (int i = 0; i < 12; i++)
		case_new(f, "x", NOW + i);
}

static const struct {
	const char *name;
	enum budget_kind kind;
	struct budget budget;
	const char *key;
	int64_t ticket, now, free_at;
} rows[] = {
	{"ten a day: the third of twelve holds",
	 BUDGET_ADDRESS,
	 {10, DAY},
	 PEDRO,
	 0,
	 NOW + 12,
	 NOW + 2 + DAY},
	{"twelve a day: the first", BUDGET_ADDRESS, {12, DAY}, PEDRO, 0, NOW + 12, NOW + DAY},
	{"thirteen a day", BUDGET_ADDRESS, {13, DAY}, PEDRO, 0, NOW + 12, 0},
	{"the last moment of the window",
	 BUDGET_ADDRESS,
	 {12, DAY},
	 PEDRO,
	 0,
	 NOW + DAY - 1,
	 NOW + DAY},
	{"its end", BUDGET_ADDRESS, {12, DAY}, PEDRO, 0, NOW + DAY, 0},
	{"another address", BUDGET_ADDRESS, {1, DAY}, ANA, 0, NOW + 12, 0},
	{"another address of the domain", BUDGET_DOMAIN, {12, DAY}, ANA, 0, NOW + 12, NOW + DAY},
	{"another domain", BUDGET_DOMAIN, {1, DAY}, "x@fuera.example", 0, NOW + 12, 0},
	{"of a domain that ends alike", BUDGET_DOMAIN, {1, DAY}, "x@example", 0, NOW + 12, 0},
	{"one case", BUDGET_TICKET, {1, DAY}, "", 3, NOW + 12, NOW + 2 + DAY},
	{"two a case", BUDGET_TICKET, {2, DAY}, "", 3, NOW + 12, 0},
	{"of no case", BUDGET_TICKET, {1, DAY}, PEDRO, 0, NOW + 12, 0},
	{"in all", BUDGET_TOTAL, {3, 60}, "x@fuera.example", 0, NOW + 12, NOW + 9 + 60},
	{"what a clock that was ahead left", BUDGET_TOTAL, {12, DAY}, PEDRO, 0, NOW + 5, 0},
};

static void each_budget_says_when_it_is_free(void **state)
{
	struct fixture f;

	twelve(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spent s;

		memset(f.policy.budgets, 0, sizeof(f.policy.budgets));
		f.policy.budgets[rows[i].kind] = rows[i].budget;
		s = spent_of(&f, rows[i].key, rows[i].ticket, rows[i].now);
		if (s.free_at[rows[i].kind] != rows[i].free_at)
			fail_msg("%s: %lld", rows[i].name,
				 (long long)s.free_at[rows[i].kind] - NOW);
	}
	fixture_close(&f);
}

static void without_budgets_nothing_is_looked_up(void **state)
{
	struct fixture f;
	struct snapshot s = {0};

	twelve(&f);
	memset(f.policy.budgets, 0, sizeof(f.policy.budgets));
	OK(&f, store_spent(f.st, f.a, &f.policy, NOW, PEDRO, &s, &f.e));
	assert_int_equal(s.n_spent, 0);
	fixture_close(&f);
}

/* The case says that its acknowledgement waits for the digest. */
static void postpone(struct fixture *f, int64_t ticket, int64_t now)
{
	struct plan *p = plan_on(f, ticket);
	struct plan_postponed w = {0, p->tickets[0].after.requester, now + 100};

	p->brake_told = true;
	plan_happens(f, p, EVENT_POSTPONED, now);
	plan_postpone(f->a, p, &w);
	apply_now(f, p, now);
}

static struct digest_row only_due(struct fixture *f, int64_t now)
{
	struct digest_row *due;
	size_t n;

	OK(f, digests_due(f->st, f->a, now, 8, &due, &n, &f->e));
	assert_int_equal(n, 1);
	return due[0];
}

static void the_surplus_waits_in_one_digest(void **state)
{
	struct snapshot s = {0};
	struct digest_row row;
	struct digest d;
	struct fixture f;
	struct event_row *ev;
	size_t n;

	twelve(&f);
	for (int i = 1; i <= 12; i++)
		postpone(&f, i, NOW + 20 + i);
	postpone(&f, 12, NOW + 40); /* the same case twice is told once */
	OK(&f, store_spent(f.st, f.a, &f.policy, NOW + 50, PEDRO, &s, &f.e));
	assert_int_equal(s.spent[0].digest_due, NOW + 121); /* the first one's */
	assert_true(s.braked);
	assert_int_equal(s.brake_told_at, NOW + 40);
	assert_int_equal(timers_next(f.st, NOW + 50), NOW + 121);
	assert_int_equal(timers_next(f.st, NOW + 121), NOW + 9 * HOUR); /* a warning */
	row = only_due(&f, NOW + 121);
	assert_string_equal(row.to.addr, PEDRO);
	assert_string_equal(row.to.name, "Pedro Gómez");
	OK(&f, digest_cases(f.st, f.a, &row, &d, &f.e));
	assert_int_equal(d.n, 12);
	assert_int_equal(d.more, 0);
	assert_string_equal(d.cases[11].number, "ST-2026-000012");
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, digest_later(f.st, &row, NOW + 500, &f.e));
	OK(&f, digests_due(f.st, f.a, NOW + 499, 8, &(struct digest_row *){NULL}, &n, &f.e));
	assert_int_equal(n, 0);
	OK(&f, digest_done(f.st, &row, NOW + 500, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	OK(&f, query_events(f.st, f.a, 7, &ev, &n, &f.e));
	assert_string_equal(ev[n - 1].type, "digested");
	assert_int_equal(sql_number(&f, "select count(*) from digest_case"), 0);
	OK(&f, store_spent(f.st, f.a, &f.policy, NOW + 500, PEDRO, &s, &f.e));
	assert_false(s.braked);
	assert_int_equal(s.spent[0].digest_due, 0);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

/* One mail lists so many and counts the others; each case has it on record. */
static void a_flood_is_listed_up_to_a_limit(void **state)
{
	struct digest_row row;
	struct digest d;
	struct fixture f;

	fixture_open(&f);
	for (int i = 1; i <= 130; i++) {
		case_new(&f, "x", NOW);
		postpone(&f, i, NOW);
	}
	row = only_due(&f, NOW + 100);
	OK(&f, digest_cases(f.st, f.a, &row, &d, &f.e));
	assert_int_equal(d.n, 50);
	assert_int_equal(d.more, 80);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, digest_done(f.st, &row, NOW + 100, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_int_equal(sql_number(&f, "select count(*) from event where type = 'digested'"), 130);
	fixture_close(&f);
}

/* The last digest to an address is known as long as its window lasts. */
static void the_last_digest_is_known(void **state)
{
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	case_new(&f, "x", NOW - 5);
	p = plan_new(f.a);
	plan_mail(f.a, p, MAIL_DIGEST, -1, (struct address){PEDRO, ""}, AUDIENCE_REQUESTER)
		->automatic = true;
	apply_now(&f, p, NOW);
	assert_int_equal(spent_of(&f, PEDRO, 0, NOW + 5).digested_at, NOW);
	assert_int_equal(spent_of(&f, ANA, 0, NOW + 5).digested_at, 0);
	assert_int_equal(spent_of(&f, PEDRO, 0, NOW + DAY).digested_at, 0);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_budget_says_when_it_is_free),
		cmocka_unit_test(without_budgets_nothing_is_looked_up),
		cmocka_unit_test(the_surplus_waits_in_one_digest),
		cmocka_unit_test(a_flood_is_listed_up_to_a_limit),
		cmocka_unit_test(the_last_digest_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
