/* How much automatic mail leaves, and what becomes of the surplus. */
#include "core_desk.h"

#include "core/budget.h"

#include <string.h>

static int open_desk(void **state)
{
	static struct desk d;

	desk_open(&d);
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	desk_close(*state);
	return 0;
}

static const struct {
	const char *name;
	int64_t address, domain, total, digested_at, due;
} due_rows[] = {
	{"the address's", NOW + 50, 0, 0, 0, NOW + 50},
	{"the latest of all", NOW + 50, NOW + 70, NOW + 60, 0, NOW + 70},
	{"a digest a window: the last one was an hour ago", NOW + 50, 0, 0, NOW - HOUR,
	 NOW - HOUR + DAY_SECONDS},
	{"the last one was long ago", NOW + 50, 0, 0, NOW - DAY_SECONDS + 20, NOW + 50},
};

static void test_due(void **state)
{
	struct desk *d = *state;

	d->policy.budgets[BUDGET_ADDRESS] = (struct budget){10, DAY_SECONDS};
	d->snap.n_spent = 1;
	for (size_t i = 0; i < COUNT(due_rows); i++) {
		d->spent[0] = (struct spent){.to = PEDRO, .digested_at = due_rows[i].digested_at};
		d->spent[0].free_at[BUDGET_ADDRESS] = due_rows[i].address;
		d->spent[0].free_at[BUDGET_DOMAIN] = due_rows[i].domain;
		d->spent[0].free_at[BUDGET_TOTAL] = due_rows[i].total;
		if (budget_digest_due(&d->w, PEDRO, 0) != due_rows[i].due)
			fail_msg("%s", due_rows[i].name);
	}
}

/* A mail that answers a case of two hours ago, and its two cases. */
static struct digest two_cases(struct desk *d)
{
	static struct ticket t[2];

	desk_case(d, STATE_CLOSED);
	t[0] = d->tickets[0].t;
	desk_case(d, STATE_NEW);
	t[1] = d->tickets[0].t;
	t[1].number = "ST-2026-000124";
	return (struct digest){.to = {PEDRO, "Pedro Gómez"}, .cases = t, .n = 2};
}

static void test_digest(void **state)
{
	struct desk *d = *state;
	struct digest of = two_cases(d);
	struct plan *p;
	int64_t due;

	p = on_digest(d->a, &d->w, &of, &due);
	assert_string_equal(says(d, p), "none; digest>pedro");
	assert_true(p->mails[0].automatic);
	assert_int_equal(p->mails[0].ticket, -1);
	assert_string_equal(p->mails[0].to.name, "Pedro Gómez");
	assert_string_equal(var_of(p, 0, "cases"),
			    NUMBER ": recibido el martes 3 de noviembre de 2026, 1:41 p. m.; "
				   "plazo máximo: 12 horas; cerrado\n"
				   "ST-2026-000124: recibido el martes 3 de noviembre de 2026, "
				   "1:41 p. m.; plazo máximo: 12 horas; nuevo");
}

static void test_digest_of_many(void **state)
{
	struct desk *d = *state;
	struct digest of = two_cases(d);
	int64_t due;

	d->policy.response.within = (struct duration){0};
	of.more = 38;
	of.n = 1;
	assert_string_equal(var_of(on_digest(d->a, &d->w, &of, &due), 0, "cases"),
			    NUMBER ": recibido el martes 3 de noviembre de 2026, 1:41 p. m.; "
				   "cerrado\ny 38 más");
	assert_int_equal(on_digest(d->a, &d->w, &of, &due)->mails[0].ticket, -1);
}

/* Then it is a mail about that case, with its number and its code. */
static void test_digest_of_one(void **state)
{
	struct desk *d = *state;
	struct digest of = two_cases(d);
	struct plan *p;
	int64_t due;

	of.n = 1;
	p = on_digest(d->a, &d->w, &of, &due);
	assert_string_equal(says(d, p), "none; closed:; digest>pedro");
	assert_int_equal(p->mails[0].ticket, 0);
}

/* The surplus is bounded too; that a digest waits does not hold that very digest back. */
static void test_digest_later(void **state)
{
	struct desk *d = *state;
	struct digest of = two_cases(d);
	struct spent *s = desk_spent(d, BUDGET_TOTAL, PEDRO, false, NOW + 60);
	int64_t due;

	s->digest_due = NOW;
	assert_null(on_digest(d->a, &d->w, &of, &due));
	assert_int_equal(due, NOW + 60);
	s->free_at[BUDGET_TOTAL] = 0;
	assert_non_null(on_digest(d->a, &d->w, &of, &due));
}

/* What a person says is no automatic mail: closing with words is never held back. */
static void test_commands(void **state)
{
	struct desk *d = *state;

	desk_case(d, STATE_OPEN);
	desk_spent(d, BUDGET_ADDRESS, PEDRO, true, NOW + HOUR);
	assert_string_equal(says(d, on_command(d->a, &d->w, &d->tickets[0], &d->staff[0],
					       "#cerrar duplicado\n\nEs el mismo de ayer.", NULL)),
			    "none; closed: closed; closed>pedro~");
	assert_string_equal(says(d, on_command(d->a, &d->w, &d->tickets[0], &d->staff[0],
					       "#cerrar duplicado", NULL)),
			    "none; closed: closed postponed; alert>carmen/note");
}

/* Two mails of one set of commands: the coordinator is told once. */
static void test_told_once(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	desk_case(d, STATE_RESOLVED);
	desk_spent(d, BUDGET_ADDRESS, PEDRO, true, NOW + HOUR);
	p = on_command(d->a, &d->w, &d->tickets[0], &d->staff[0], "#reabrir\n#cerrar duplicado",
		       NULL);
	assert_string_equal(says(d, p), "none; closed: reopened postponed closed postponed; "
					"alert>carmen/note");
	assert_int_equal(p->n_postponed, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_due, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_digest, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_digest_of_many, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_digest_of_one, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_digest_later, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_commands, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_told_once, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
