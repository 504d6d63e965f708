/* One thing in, one transaction out: what needs core, store, templates and configuration at once.
 */
#include "store_help.h"

#include "conf_help.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

struct house {
	struct fixture f;
	struct conf_dir dir;
	struct conf *conf;
	struct template_set *templates;
	struct engine *en;
};

static void house_open(struct house *h, const char *desk_yaml)
{
	char *told;

	fixture_open(&h->f);
	h->dir = conf_dir_new();
	conf_dir_put(&h->dir, "mesad.yaml", conf_dir_mesad);
	conf_dir_put(&h->dir, "desk.yaml", desk_yaml);
	conf_dir_put(&h->dir, "staff.yaml",
		     "staff:\n"
		     "  - {id: ana, name: Ana Ruiz, email: ana@entidad.example, role: technician}\n"
		     "  - {id: carmen, name: Carmen Díaz, email: carmen@entidad.example, "
		     "role: coordinator}\n");
	h->conf = conf_dir_load(&h->dir, &told);
	if (!h->conf)
		fail_msg("%s", told);
	free(told);
	h->templates = template_load(NULL, &h->f.e);
	OK(&h->f, (h->en = engine_new(h->f.st, conf_get(h->conf), h->templates, &h->f.e)) != NULL);
}

static void house_close(struct house *h)
{
	engine_free(&h->en);
	template_free(&h->templates);
	conf_free(&h->conf);
	conf_dir_free(&h->dir);
	fixture_close(&h->f);
}

static const char *registered(struct house *h, int64_t now)
{
	struct new_case n = {{PEDRO, "Pedro Gómez"}, "Impresora", "No imprime.", "telefono", "ana"};
	struct plan *p;

	OK(&h->f, engine_begin(h->en, &h->f.e));
	OK(&h->f, engine_new_case(h->en, h->f.a, &n, now, &p, &h->f.e));
	OK(&h->f, engine_commit(h->en, false, &h->f.e));
	return p->tickets[0].after.number;
}

static const struct plan *ordered(struct house *h, const char *number, const char *text)
{
	struct plan *p;

	OK(&h->f, engine_begin(h->en, &h->f.e));
	assert_int_equal(engine_command(h->en, h->f.a, number, "ana", text, NOW + 60, &p, &h->f.e),
			 1);
	OK(&h->f, engine_commit(h->en, false, &h->f.e));
	return p;
}

/* «#ver 45» on the case 46, from the command line. */
static void commands_see_the_cases_that_they_name(void **state)
{
	struct house h;
	const char *one, *two;
	struct plan *p;

	house_open(&h, "budgets: none\n");
	one = registered(&h, NOW);
	two = registered(&h, NOW + 1);
	assert_non_null(strstr(ordered(&h, two, "#ver 1")->answer, one));
	assert_non_null(strstr(ordered(&h, "2", arena_printf(h.f.a, "#ver %s", one))->answer, one));
	assert_non_null(strstr(ordered(&h, two, "#ver")->answer, two));
	assert_true(ordered(&h, two, "#ver 3")->refused);
	OK(&h.f, engine_begin(h.en, &h.f.e));
	assert_int_equal(engine_command(h.en, h.f.a, "3", "ana", "#ver 1", NOW, &p, &h.f.e), 0);
	engine_abandon(h.en);
	house_close(&h);
}

static const char *outbox_text(struct house *h, const char *sql)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	char *out;

	assert_int_equal(sqlite3_open(h->f.path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	out = arena_str(h->f.a, (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
	return out;
}

/* Ana answers the mail that gave her the newest case. */
static void ana_writes(struct house *h, const char *text)
{
	const char *id = outbox_text(h, "select message_id from outbox where "
					"purpose = 'assignment' order by id desc limit 1");
	const char *raw = arena_printf(h->f.a,
				       "From: Ana Ruiz <ana@entidad.example>\r\n"
				       "To: mesa@entidad.example\r\n"
				       "Message-ID: <ella@entidad.example>\r\n"
				       "In-Reply-To: <%s>\r\n\r\n%s\r\n",
				       id, text);
	struct span whole = {SPAN_NEW, 0, (uint32_t)strlen(text)};
	struct ledger_key key = {"sistemas", 7, 1};
	struct ledger_entry entry;
	struct outcome out;
	struct facts f;
	int64_t row;

	facts_init(&f);
	f.kind = KIND_REPLY;
	f.text = text;
	f.spans = &whole;
	f.n_spans = 1;
	OK(&h->f, engine_begin(h->en, &h->f.e));
	OK(&h->f, (row = engine_keep(h->en, &key, slice_of(raw), (int64_t)strlen(raw), NOW, false,
				     NOW, &h->f.e)) != 0);
	OK(&h->f, ledger_get(h->f.st, h->f.a, row, &entry, &h->f.e));
	OK(&h->f, engine_mail(h->en, h->f.a, &entry, slice_of(raw), &f, NOW, &out, &h->f.e));
	OK(&h->f, engine_commit(h->en, false, &h->f.e));
	assert_int_equal(out.fate, FATE_PART);
}

/* … and by mail: the answer is a mail about that other case. */
static void a_mail_sees_the_case_that_it_names(void **state)
{
	struct house h;
	const char *one;

	house_open(&h, "budgets: none\n");
	one = registered(&h, NOW);
	registered(&h, NOW + 1);
	ana_writes(&h, "#ver 1");
	assert_non_null(strstr(
		outbox_text(&h, "select subject from outbox where purpose = 'status'"), one));
	assert_string_equal(findings(&h.f), "");
	house_close(&h);
}

static int64_t mails_to(struct house *h, const char *who, const char *purpose)
{
	return sql_number(&h->f, arena_printf(h->f.a,
					      "select count(*) from outbox where to_key = '%s' "
					      "and purpose = '%s'",
					      who, purpose));
}

/* The digest takes its turn within the budgets, and is itself counted. */
static void the_digest_waits_for_its_turn(void **state)
{
	struct digest_row *due;
	struct house h;
	size_t n;

	house_open(&h, "budgets: {address: 2/100s, total: none}\n");
	for (int i = 0; i < 5; i++)
		registered(&h, NOW + i);
	assert_int_equal(mails_to(&h, PEDRO, "acknowledgement"), 2);
	assert_int_equal(mails_to(&h, "carmen@entidad.example", "alert"), 1);
	assert_int_equal(timers_next(h.f.st, NOW), NOW + 100);
	for (int64_t at = NOW + 99; at <= NOW + 100; at++) {
		OK(&h.f, engine_begin(h.en, &h.f.e));
		OK(&h.f, digests_due(h.f.st, h.f.a, at, 8, &due, &n, &h.f.e));
		if (n)
			OK(&h.f, engine_digest(h.en, &due[0], at, &h.f.e));
		OK(&h.f, engine_commit(h.en, false, &h.f.e));
		assert_int_equal(n, at - (NOW + 99));
	}
	assert_int_equal(mails_to(&h, PEDRO, "digest"), 1);
	/* after it one of the window is free, then none: the next digest comes a window later */
	for (int i = 101; i < 104; i++)
		registered(&h, NOW + i);
	assert_int_equal(mails_to(&h, PEDRO, "acknowledgement"), 3);
	assert_int_equal(sql_number(&h.f, "select due from digest"), NOW + 200);
	assert_string_equal(findings(&h.f), "");
	house_close(&h);
}

/* A clock that was ahead left an event of next year. Told once; accepted by a person, on record. */
static void a_clock_is_accepted_by_a_person(void **state)
{
	enum { YEAR = 366 * 86400 };
	struct house h;

	house_open(&h, "budgets: none\n");
	registered(&h, NOW + YEAR);
	for (int i = 0; i < 2; i++)
		OK(&h.f, engine_clock_behind(h.en, NOW + i, &h.f.e));
	assert_int_equal(mails_to(&h, "carmen@entidad.example", "alert"), 1);
	assert_int_equal(store_last_event(h.f.st), NOW + YEAR);
	OK(&h.f, engine_begin(h.en, &h.f.e));
	OK(&h.f, engine_clock_accept(h.en, NOW + 5, &h.f.e));
	OK(&h.f, engine_commit(h.en, false, &h.f.e));
	assert_int_equal(store_last_event(h.f.st), NOW + 5);
	assert_int_equal(outbox_next(h.f.st, NOW + 5), INT64_MAX); /* nothing waits for next year */
	registered(&h, NOW + 6);
	assert_int_equal(store_last_event(h.f.st), NOW + 6);
	assert_string_equal(findings(&h.f), "");
	house_close(&h);
}

/* … and till then only the word to the coordinator leaves: an answer that is accepted at a wrong
 * hour would stop a clock at it. */
static void nothing_leaves_at_a_wrong_hour(void **state)
{
	static const struct {
		int64_t before;
		enum mail_purpose first;
		size_t n;
	} cases[] = {{0, MAIL_ACKNOWLEDGEMENT, 3}, {CLOCK_SLACK + 1, MAIL_ALERT, 1}};
	struct outbox_row *rows;
	struct house h;
	size_t n;

	house_open(&h, "budgets: none\n");
	registered(&h, NOW);
	OK(&h.f, engine_clock_behind(h.en, NOW - HOUR, &h.f.e));
	for (size_t i = 0; i < COUNT(cases); i++) {
		OK(&h.f, engine_begin(h.en, &h.f.e));
		OK(&h.f, outbox_wake(h.f.st, NOW - HOUR, &h.f.e));
		OK(&h.f,
		   engine_claim(h.en, h.f.a, NOW - cases[i].before, NULL, 0, 8, &rows, &n, &h.f.e));
		assert_int_equal(n, cases[i].n);
		assert_int_equal(rows[0].purpose, cases[i].first);
		engine_abandon(h.en);
	}
	house_close(&h);
}

/* What the survey's page shows: the last report, whatever was said before and after. */
static void the_report_is_found(void **state)
{
	const char *text;
	struct house h;

	house_open(&h, "budgets: none\n");
	registered(&h, NOW);
	OK(&h.f, query_solution(h.f.st, h.f.a, 1, &text, &h.f.e));
	assert_string_equal(text, "");
	ordered(&h, "1", "#resuelto Se cambió el tóner.");
	ordered(&h, "1", "#reabrir");
	ordered(&h, "1", "#nota Falta el cable.");
	ordered(&h, "1", "#resuelto Se cambió el cable.");
	ordered(&h, "1", "#cerrar duplicado");
	ordered(&h, "1", "#nota Ya está.");
	OK(&h.f, query_solution(h.f.st, h.f.a, 1, &text, &h.f.e));
	assert_string_equal(text, "Se cambió el cable.");
	house_close(&h);
}

/* Whatever cannot be decided is kept aside, even when nobody can be told. */
static void quarantine_never_fails(void **state)
{
	static const char raw[] = "From: x@fuera.example\r\n\r\nx\r\n";
	struct ledger_key key = {"sistemas", 7, 1};
	struct ledger_entry entry;
	struct house h;
	int64_t row;

	house_open(&h, "budgets: none\n");
	((struct staff *)conf_get(h.conf)->policy->staff)[1].email = "carmen\r\n@x";
	OK(&h.f, engine_begin(h.en, &h.f.e));
	OK(&h.f, (row = engine_keep(h.en, &key, slice_of(raw), sizeof(raw) - 1, NOW, false, NOW,
				    &h.f.e)) != 0);
	OK(&h.f, ledger_get(h.f.st, h.f.a, row, &entry, &h.f.e));
	OK(&h.f, engine_quarantine(h.en, h.f.a, &entry, "it is strange", NOW, &h.f.e));
	OK(&h.f, engine_commit(h.en, false, &h.f.e));
	assert_string_equal(outbox_text(&h, "select fate from mail"), "quarantine");
	assert_int_equal(sql_number(&h.f, "select count(*) from outbox"), 0);
	house_close(&h);
}

/* The verdict about a mail stands although the case cannot be told of it: else it would be sent
 * again, and everything else would wait. */
static void a_verdict_is_kept_in_any_case(void **state)
{
	struct outbox_row *rows;
	struct house h;
	size_t n;

	house_open(&h, "budgets: none\n");
	registered(&h, NOW);
	((struct staff *)conf_get(h.conf)->policy->staff)[0].email = "ana\r\n@x";
	OK(&h.f, engine_begin(h.en, &h.f.e));
	OK(&h.f, engine_claim(h.en, h.f.a, NOW, NULL, 0, 8, &rows, &n, &h.f.e));
	assert_int_equal(rows[0].purpose, MAIL_ACKNOWLEDGEMENT);
	OK(&h.f, engine_sent(h.en, &rows[0], DELIVERY_REFUSED, "550 no", 1, NOW, &h.f.e));
	OK(&h.f, engine_commit(h.en, false, &h.f.e));
	assert_non_null(strstr(outbox_text(&h, "select state || reply from outbox where id = 1"),
			       "failed550 no [the case was not told: "));
	assert_string_equal(findings(&h.f), "");
	house_close(&h);
}

/* One row can be cancelled, the next one's case cannot be read: then neither is. */
static void a_claim_is_whole_or_nothing(void **state)
{
	struct outbox_row *rows;
	struct house h;
	size_t n;

	house_open(&h, "budgets: none\n");
	registered(&h, NOW);
	registered(&h, NOW + 1);
	sql_do(&h.f, "update outbox set while_states = 1; "
		     "update ticket set priority = 'lost' where id = 2");
	OK(&h.f, engine_begin(h.en, &h.f.e));
	assert_false(engine_claim(h.en, h.f.a, NOW + 5, NULL, 0, 8, &rows, &n, &h.f.e));
	OK(&h.f, engine_commit(h.en, false, &h.f.e));
	assert_int_equal(sql_number(&h.f, "select count(*) from outbox where state <> 'queued'"),
			 0);
	assert_int_equal(sql_number(&h.f, "select count(*) from event where type = 'cancelled'"),
			 0);
	house_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_see_the_cases_that_they_name),
		cmocka_unit_test(a_mail_sees_the_case_that_it_names),
		cmocka_unit_test(the_digest_waits_for_its_turn),
		cmocka_unit_test(the_report_is_found),
		cmocka_unit_test(quarantine_never_fails),
		cmocka_unit_test(a_verdict_is_kept_in_any_case),
		cmocka_unit_test(a_claim_is_whole_or_nothing),
		cmocka_unit_test(a_clock_is_accepted_by_a_person),
		cmocka_unit_test(nothing_leaves_at_a_wrong_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
