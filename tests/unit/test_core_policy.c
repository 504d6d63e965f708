/* Numbers, people, services, promises; subjects; what is looked up before deciding. */
#include "core_desk.h"

#include "core/clock.h"
#include "core/subject.h"

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

/* --- numbers --- */

static const struct {
	const char *pattern;
	int year;
	int64_t seq;
	const char *number;
} number_rows[] = {
	{"ST-{year}-{seq:6}", 2026, 123, "ST-2026-000123"},
	{"ST-{year}-{seq:6}", 2026, 1234567, "ST-2026-1234567"},
	{"{seq}", 2026, 7, "7"},
	{"{year}{seq:3}", 2026, 7, "2026007"},
	{"A{b}{seq:2", 2026, 7, "A{b}{seq:2"},
	{"{seq:99}", 2026, 7, "000000000007"},
	{"{seq:x}", 2026, 7, "7"},
	{"}{seq}", 2026, 7, "}7"},
};

static void test_numbers(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(number_rows); i++) {
		d->policy.number = number_rows[i].pattern;
		assert_string_equal(
			policy_number(d->a, &d->policy, number_rows[i].year, number_rows[i].seq),
			number_rows[i].number);
	}
}

static const struct {
	const char *text, *found;
} found_rows[] = {
	{"", ""},
	{"Re: [ST-2026-000123] Impresora", "ST-2026-000123 "},
	{"st-2026-000123", "ST-2026-000123 "},
	{"ST-2026-000123.k7f3q9wm", "ST-2026-000123 "},
	{"ST-2026-000123 y ST-2026-000124, st-2026-000123", "ST-2026-000123 ST-2026-000124 "},
	{"ST-2026-1234567", "ST-2026-1234567 "},
	{"ST-2026-00012", ""},
	{"ST-202-000123", ""},
	{"ST-2026", ""},
	{"XST-2026-000123", ""},
	{"ST-2026-000123a", ""},
	{"ST-2026-1234567890123", ""},
	{"MESA-5 MESA-77", "MESA-5 MESA-77 "},
	{"MESA-", ""},
	{"{ST-2026-000123}", "ST-2026-000123 "},
	{"ñST-2026-000123ñ", "ST-2026-000123 "},
	{"mesa", ""},
};

static void test_numbers_in(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(found_rows); i++) {
		const char *out[8], *got = "";
		size_t n =
			policy_numbers_in(d->a, &d->policy, slice_of(found_rows[i].text), out, 8);

		for (size_t k = 0; k < n; k++)
			got = arena_printf(d->a, "%s%s ", got, out[k]);
		assert_string_equal(got, found_rows[i].found);
	}
}

static void test_numbers_at_most(void **state)
{
	struct desk *d = *state;
	static const char *const odd[] = {"", "{year}/{seq}"};
	const char *out[2];

	assert_int_equal(policy_numbers_in(d->a, &d->policy, SLICE("MESA-1 MESA-2 MESA-3"), out, 2),
			 2);
	d->policy.number_patterns = odd;
	assert_int_equal(policy_numbers_in(d->a, &d->policy, SLICE("en 2026/12 y 26/1"), out, 2),
			 1);
	assert_string_equal(out[0], "2026/12");
}

/* --- people --- */

static const struct {
	const char *who;
	size_t found;
	const char *id;
} people_rows[] = {
	{"ana", 1, "ana"},	   {"ANA", 1, "ana"},
	{"Ana Ruiz", 1, "ana"},	   {"benito@entidad.example", 1, "benito"},
	{"pena", 1, "benito"},	   {"Peña", 1, "benito"},
	{" carmen ", 1, "carmen"}, {"ruiz", 2, NULL},
	{"zoila", 0, NULL},	   {"", 0, NULL},
	{"  ", 0, NULL},
};

static void test_people(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(people_rows); i++) {
		const struct staff *s;

		assert_int_equal(policy_find_staff(d->a, &d->policy, people_rows[i].who, &s),
				 people_rows[i].found);
		if (people_rows[i].id)
			assert_string_equal(s->id, people_rows[i].id);
		else
			assert_null(s);
	}
	assert_null(policy_staff(&d->policy, ""));
	assert_null(policy_staff(&d->policy, "zoila"));
	assert_string_equal(policy_staff_by_mail(&d->policy, "ANA+x@entidad.example")->id, "ana");
	assert_null(policy_staff_by_mail(&d->policy, ""));
	assert_null(policy_staff_by_mail(&d->policy, PEDRO));
	assert_string_equal(policy_service(&d->policy, "telefonia")->name, "Telefonía IP");
	assert_null(policy_service(&d->policy, ""));
	assert_null(policy_service(&d->policy, "otro"));
	assert_true(policy_is_own(&d->policy, "Mesa+tag@entidad.example"));
	assert_false(policy_is_own(&d->policy, ""));
	assert_false(policy_is_own(&d->policy, PEDRO));
}

static void test_priorities(void **state)
{
	static const struct {
		const char *word;
		enum priority p;
	} words[] = {{"baja", PRIORITY_LOW},
		     {"normal", PRIORITY_MEDIUM},
		     {"alta", PRIORITY_HIGH},
		     {"urgente", PRIORITY_CRITICAL},
		     {"critica", PRIORITY_CRITICAL}};
	enum priority p;

	for (size_t i = 0; i < COUNT(words); i++) {
		assert_true(priority_read(words[i].word, &p));
		assert_int_equal(p, words[i].p);
	}
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		assert_true(priority_read(priority_name((enum priority)i), &p));
		assert_int_equal(p, i);
		assert_true(strlen(priority_label((enum priority)i)) > 0);
	}
	assert_false(priority_read("enorme", &p));
}

/* --- promises --- */

static const struct calendar office = {
	.id = "laboral"}; /* never opens: that is not looked at here */
static const struct response_exception exceptions[] = {
	{"Hacienda", "", 0, -1, {{.seconds = 4 * HOUR}, NULL, 50}},
	{"", "telefonia", 2, -1, {{.days = 1}, NULL, 0}},
	{"", "", 0, PRIORITY_CRITICAL, {{.seconds = HOUR}, NULL, 75}},
	{"", "", 0, PRIORITY_HIGH, {{.seconds = 90}, NULL, 0}},
	{"", "", 0, PRIORITY_LOW, {{.seconds = 90 * 60}, NULL, 0}},
	{"", "servidores", 0, -1, {{.seconds = 0}, NULL, 75}},
	{"", "general", 2, -1, {{.seconds = 8 * HOUR}, &office, 75}},
};

static const struct {
	const char *area, *service;
	int level;
	enum priority priority;
	int64_t warn, due;
	const char *within, *policy;
} promise_rows[] = {
	{"", "", 1, PRIORITY_MEDIUM, 9 * HOUR, 12 * HOUR, "12 horas", "12h always 75%"},
	{"Hacienda", "", 1, PRIORITY_MEDIUM, 2 * HOUR, 4 * HOUR, "4 horas", "4h always 50%"},
	{"", "telefonia", 2, PRIORITY_MEDIUM, 0, DAY_SECONDS, "1 día", "1d always 0%"},
	{"", "telefonia", 1, PRIORITY_MEDIUM, 9 * HOUR, 12 * HOUR, "12 horas", "12h always 75%"},
	{"", "telefonia", 1, PRIORITY_CRITICAL, 45 * 60, HOUR, "1 hora", "1h always 75%"},
	{"", "general", 1, PRIORITY_HIGH, 0, 90, NULL, "90s always 0%"},
	{"", "general", 1, PRIORITY_LOW, 0, 90 * 60, NULL, "90m always 0%"},
	{"", "servidores", 1, PRIORITY_MEDIUM, 0, 0, "", "0h always 75%"},
};

static void test_promises(void **state)
{
	struct desk *d = *state;

	d->policy.exceptions = exceptions;
	d->policy.n_exceptions = COUNT(exceptions);
	for (size_t i = 0; i < COUNT(promise_rows); i++) {
		struct ticket t = {.area = promise_rows[i].area,
				   .service = promise_rows[i].service,
				   .level = promise_rows[i].level,
				   .priority = promise_rows[i].priority};
		struct clock c = clock_promise(d->a, &d->policy, &t, NOW);

		assert_int_equal(c.started, NOW);
		assert_int_equal(c.warn_at, promise_rows[i].warn ? NOW + promise_rows[i].warn : 0);
		assert_int_equal(c.due, promise_rows[i].due ? NOW + promise_rows[i].due : 0);
		assert_string_equal(c.policy, promise_rows[i].policy);
		if (promise_rows[i].within)
			assert_string_equal(clock_within(d->a, &d->policy, &t),
					    promise_rows[i].within);
	}
}

/* A calendar that never opens promises nothing, and nothing is due. */
static void test_never(void **state)
{
	struct desk *d = *state;
	struct ticket t = {.area = "", .service = "general", .level = 2};
	struct calendar never = office;
	struct clock c;

	never.zone = d->policy.zone;
	d->policy.response.calendar = &never;
	c = clock_promise(d->a, &d->policy, &t, NOW);
	assert_int_equal(c.due, 0);
	assert_int_equal(c.warn_at, 0);
	assert_string_equal(c.policy, "12h laboral 75%");
	assert_string_equal(clock_within(d->a, &d->policy, &t), "12 horas hábiles");
	d->policy.survey_calendar = &never;
	assert_int_equal(clock_survey_close(&d->policy, NOW), 0);
}

/* --- subjects --- */

static const struct {
	const char *subject, *key;
	enum subject_prefix prefix;
} subject_rows[] = {
	{"", "", PREFIX_NONE},
	{"Impresora", "impresora", PREFIX_NONE},
	{"Re: Impresora", "impresora", PREFIX_REPLY},
	{"RE: RV: Impresora", "impresora", PREFIX_REPLY},
	{"Fwd: Re: [ST-2026-000123] Impresora", "impresora", PREFIX_FORWARD},
	{"[ST-2026-000123] Re: Impresora", "impresora", PREFIX_NONE},
	{"Re[2]: Impresora", "impresora", PREFIX_REPLY},
	{"Re (3): Impresora", "impresora", PREFIX_REPLY},
	{"Re(3): Impresora", "impresora", PREFIX_REPLY},
	{"Re : Impresora", "impresora", PREFIX_REPLY},
	{"[Externo] Impresora", "[externo] impresora", PREFIX_NONE},
	{"[sin cerrar Impresora", "[sin cerrar impresora", PREFIX_NONE},
	{"Reunión: hoy", "reunion: hoy", PREFIX_NONE},
	{": nada", ": nada", PREFIX_NONE},
	{"  Impresora \t\t del  piso ", "impresora del piso", PREFIX_NONE},
	{"Re:", "", PREFIX_REPLY},
	{"Resp: Impresora", "impresora", PREFIX_REPLY},
	{"R: Impresora", "impresora", PREFIX_REPLY},
	{"回复：Impresora: hoy", "impresora: hoy", PREFIX_REPLY},
	{"Respuesta automática: Impresora", "respuesta automatica: impresora", PREFIX_NONE},
};

static void test_subjects(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(subject_rows); i++) {
		assert_string_equal(subject_key(d->a, &d->policy, subject_rows[i].subject),
				    subject_rows[i].key);
		assert_int_equal(subject_prefix(d->a, subject_rows[i].subject),
				 subject_rows[i].prefix);
	}
}

static void test_subject_answers(void **state)
{
	static const struct {
		const char *subject;
		bool answers;
	} cases[] = {
		{"Re: x", true},
		{"[#42] Re: x", true},
		{"[a] [b] RE[2]: x", true},
		{"[sin cerrar Re:", false},
		{"Fwd: Re: x", false},
		{"Respuesta automática: x", false},
		{"x", false},
		{"", false},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++)
		if (subject_answers(d->a, cases[i].subject) != cases[i].answers)
			fail_msg("%s", cases[i].subject);
}

/* --- what is looked up --- */

static bool in(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], s))
			return true;
	return false;
}

static void test_needs(void **state)
{
	struct desk *d = *state;
	static const char *refs[] = {"uno@x.example", "dos@x.example", "uno@x.example"};
	struct ref ref = {"st-2026-000005", "k7f3q9wm"};
	struct keys k;

	desk_mail(d, "Ana+x@entidad.example", "Re: [ST-2026-000001] Impresora",
		  "#ver 123\n#ayuda\nComo en MESA-8.");
	desk_answers(d, "tres@x.example");
	d->f.references = refs;
	d->f.n_references = 3;
	d->f.refs = &ref;
	d->f.n_refs = 1;
	d->f.reply_token = "st-2026-000009.k7f3q9wm";
	k = needs_mail(d->a, &d->f, &d->policy);
	assert_int_equal(k.n_message_ids, 3);
	assert_string_equal(k.message_ids[0], "tres@x.example");
	assert_true(in(k.message_ids, k.n_message_ids, "uno@x.example"));
	assert_true(in(k.numbers, k.n_numbers, "ST-2026-000001"));
	assert_true(in(k.numbers, k.n_numbers, "ST-2026-000005"));
	assert_true(in(k.numbers, k.n_numbers, "ST-2026-000009"));
	assert_true(in(k.numbers, k.n_numbers, "123"));
	assert_false(in(k.numbers, k.n_numbers, "MESA-8"));
	assert_string_equal(k.from, "ana@entidad.example");
	assert_string_equal(k.subject_key, "impresora");
	assert_true(k.loads);
	d->f.from.addr = PEDRO;
	k = needs_mail(d->a, &d->f, &d->policy);
	assert_false(in(k.numbers, k.n_numbers, "123"));
	/* one number, named twice, and a command that names none */
	desk_mail(d, ANA, "[MESA-8] x", "#ver");
	ref.number = "MESA-8";
	d->f.refs = &ref;
	d->f.n_refs = 1;
	k = needs_mail(d->a, &d->f, &d->policy);
	assert_int_equal(k.n_numbers, 1);
	desk_mail(d, ANA, "x", "#ver st-2026-000044");
	d->f.bounced_id = "cuatro@x.example";
	d->f.reply_token = "sin-punto";
	k = needs_mail(d->a, &d->f, &d->policy);
	assert_int_equal(k.n_numbers, 1);
	assert_string_equal(k.numbers[0], "ST-2026-000044");
	assert_string_equal(k.message_ids[0], "cuatro@x.example");
	k = needs_command(d->a, "7", "#ver 45", &d->policy);
	assert_int_equal(k.n_numbers, 2);
	assert_string_equal(k.numbers[0], "7");
	assert_string_equal(k.numbers[1], "45");
	assert_true(k.loads);
}

static void test_needs_at_most(void **state)
{
	struct desk *d = *state;
	const char **refs = arena_array(d->a, 200, sizeof(char *));
	struct ref *codes = arena_array(d->a, 40, sizeof(*codes));
	struct keys k;

	desk_mail(d, PEDRO, "x", "y");
	for (int i = 0; i < 200; i++)
		refs[i] = arena_printf(d->a, "%d@x.example", i);
	for (int i = 0; i < 40; i++)
		codes[i] = (struct ref){arena_printf(d->a, "MESA-%d", i), "k7f3q9wm"};
	d->f.references = refs;
	d->f.n_references = 200;
	d->f.refs = codes;
	d->f.n_refs = 40;
	k = needs_mail(d->a, &d->f, &d->policy);
	assert_int_equal(k.n_message_ids, KEYS_IDS_MAX);
	assert_true(in(k.message_ids, k.n_message_ids, "199@x.example"));
	assert_int_equal(k.n_numbers, KEYS_NUMBERS_MAX);
}

static void test_looking_up(void **state)
{
	struct desk *d = *state;

	desk_case(d, STATE_OPEN);
	d->tickets[1].t.id = 2;
	d->tickets[1].t.number = "ST-2027-000123";
	d->tickets[1].t.opened_at = NOW;
	d->snap.n_tickets = 2;
	assert_ptr_equal(snapshot_ticket(&d->snap, 2), &d->tickets[1]);
	assert_null(snapshot_ticket(&d->snap, 0));
	assert_null(snapshot_ticket(&d->snap, 3));
	assert_ptr_equal(snapshot_number(&d->snap, "st-2026-000123"), &d->tickets[0]);
	assert_null(snapshot_number(&d->snap, ""));
	assert_null(snapshot_number(&d->snap, "ST-2026-000999"));
	/* the newest of the same last digits */
	assert_ptr_equal(snapshot_number(&d->snap, "123"), &d->tickets[1]);
	d->tickets[0].t.opened_at = NOW + 1;
	assert_ptr_equal(snapshot_number(&d->snap, "123"), &d->tickets[0]);
	d->tickets[0].t.opened_at = NOW - 1;
	d->tickets[0].t.number = "sin-cifras";
	assert_ptr_equal(snapshot_number(&d->snap, "123"), &d->tickets[1]);
	d->tickets[0].t.number = "";
	assert_null(snapshot_number(&d->snap, "7"));
}

/* The form's budget is that of whoever filled it in. */
static void test_needs_of_a_form(void **state)
{
	struct desk *d = *state;
	static const char *const from[] = {"@entidad.example"};
	const struct intake in = {"formulario", from, 1, true, false};

	desk_mail(d, PEDRO, "x", "y");
	d->policy.intake = &in;
	d->policy.n_intake = 1;
	assert_string_equal(needs_mail(d->a, &d->f, &d->policy).from, PEDRO);
	d->f.reply_to.addr = "Vecina@fuera.example";
	assert_string_equal(needs_mail(d->a, &d->f, &d->policy).from, "vecina@fuera.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_numbers_in, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_numbers_at_most, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_people, open_desk, close_desk),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test_setup_teardown(test_promises, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_never, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_subjects, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_subject_answers, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_needs, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_needs_of_a_form, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_needs_at_most, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_looking_up, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
