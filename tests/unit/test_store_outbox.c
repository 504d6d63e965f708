/* Mails of ours: bytes fixed when queued, claimed while they make sense, one verdict. */
#include "store_help.h"

#include "store/queries.h"

#include <stdio.h>
#include <string.h>

static size_t claim(struct fixture *f, int64_t now, const int64_t *busy, size_t n_busy, size_t max,
		    struct outbox_row **out)
{
	size_t n;

	OK(f, store_begin(f->st, &f->e));
	OK(f, outbox_claim(f->st, f->a, now, false, busy, n_busy, max, out, &n, &f->e));
	OK(f, store_commit(f->st, true, &f->e));
	return n;
}

static const char *state_of(struct fixture *f, int64_t id)
{
	struct outbox_item *list;
	size_t n;

	OK(f, query_outbox(f->st, f->a, true, 0, &list, &n, &f->e));
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			return arena_printf(f->a, "%s %d %s", list[i].state, list[i].attempts,
					    list[i].reply);
	return "none";
}

/* A verdict in its own transaction. */
#define VERDICT(f, call)                                                                           \
	do {                                                                                       \
		OK(f, store_begin((f)->st, &(f)->e));                                              \
		OK(f, call);                                                                       \
		OK(f, store_commit((f)->st, false, &(f)->e));                                      \
	} while (0)

static void due_rows_are_claimed_oldest_first(void **state)
{
	struct outbox_row *rows;
	struct fixture f;
	int64_t busy[1];

	fixture_open(&f);
	assert_int_equal(outbox_next(f.st, 0), INT64_MAX);
	case_new(&f, "a", NOW + 2);
	case_new(&f, "b", NOW);
	case_new(&f, "c", NOW + 5);
	assert_int_equal(outbox_waiting(f.st), 3);
	assert_int_equal(outbox_next(f.st, 0), NOW);
	assert_int_equal(outbox_next(f.st, NOW), NOW + 2);
	assert_int_equal(claim(&f, NOW - 1, NULL, 0, 9, &rows), 0);
	assert_int_equal(claim(&f, NOW + 4, NULL, 0, 9, &rows), 2);
	assert_int_equal(rows[0].id, 2);
	assert_int_equal(rows[1].id, 1);
	assert_string_equal(rows[0].to, PEDRO);
	assert_string_equal(rows[0].message_id, "o2@mesa.example");
	assert_string_equal(rows[0].envelope_from, "mesa@entidad.example");
	assert_int_equal(rows[0].ticket, 2);
	assert_int_equal(rows[0].purpose, MAIL_ACKNOWLEDGEMENT);
	busy[0] = 2;
	assert_int_equal(claim(&f, NOW + 9, busy, 1, 1, &rows), 1);
	assert_int_equal(rows[0].id, 1);
	fixture_close(&f);
}

static void bytes_come_back_in_their_pieces(void **state)
{
	struct attach att[2] = {{.raw = 1, .att = {.encoding = "base64", .offset = 1, .len = 3}},
				{.raw = 1, .att = {.encoding = "7bit", .offset = 4, .len = 2}}};
	struct outbox_bytes b;
	struct plan_mail *m;
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	case_new(&f, "a", NOW);
	p = plan_on(&f, 1);
	m = plan_mail(f.a, p, MAIL_RELAY_IN, 0, (struct address){ANA, ""}, AUDIENCE_RELAY);
	m->attachments = att;
	m->n_attachments = 2;
	apply_now(&f, p, NOW);
	OK(&f, outbox_bytes(f.st, f.a, 2, &b, &f.e));
	assert_int_equal(b.n, 3);
	assert_true(slice_eq(b.segments[0].literal, SLICE("Caso ST-2026-000001\r\n")));
	assert_int_equal(b.segments[0].raw, 0);
	assert_int_equal(b.segments[1].raw, 1);
	assert_int_equal(b.segments[1].offset, 1);
	assert_string_equal(b.segments[1].encoding, "base64");
	assert_int_equal(b.segments[2].len, 2);
	assert_string_equal(b.subject, "[ST-2026-000001] relay_in");
	assert_string_equal(b.to, ANA);
	assert_false(outbox_bytes(f.st, f.a, 9, &b, &f.e));
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_mail_of_very_many_pieces(void **state)
{
	struct attach att[300];
	struct outbox_bytes b;
	struct plan_mail *m;
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	case_new(&f, "a", NOW);
	p = plan_on(&f, 1);
	m = plan_mail(f.a, p, MAIL_RELAY_IN, 0, (struct address){ANA, ""}, AUDIENCE_RELAY);
	for (size_t i = 0; i < COUNT(att); i++)
		att[i] = (struct attach){.raw = 1, .att = {.encoding = "", .offset = (int64_t)i}};
	m->attachments = att;
	m->n_attachments = COUNT(att);
	apply_now(&f, p, NOW);
	OK(&f, outbox_bytes(f.st, f.a, 2, &b, &f.e));
	assert_int_equal(b.n, 301);
	assert_int_equal(b.segments[300].offset, 299);
	fixture_close(&f);
}

static void verdicts_end_a_row(void **state)
{
	struct board_numbers b;
	struct outbox_row *rows;
	struct fixture f;

	fixture_open(&f);
	for (int i = 0; i < 4; i++)
		case_new(&f, "a", NOW);
	assert_int_equal(claim(&f, NOW, NULL, 0, 9, &rows), 4);
	VERDICT(&f, outbox_sent(f.st, 1, NOW + 1, "250 ok", &f.e));
	VERDICT(&f, outbox_failed(f.st, 2, NOW + 1, "550 no", &f.e));
	VERDICT(&f, outbox_retry(f.st, 3, NOW + 300, "451 later", &f.e));
	assert_string_equal(state_of(&f, 1), "sent 1 250 ok");
	assert_string_equal(state_of(&f, 2), "failed 1 550 no");
	assert_string_equal(state_of(&f, 3), "queued 1 451 later");
	assert_string_equal(state_of(&f, 4), "queued 0 ");
	/* what was accepted stays so, whatever is said later */
	VERDICT(&f, outbox_failed(f.st, 1, NOW + 2, "late", &f.e));
	VERDICT(&f, outbox_retry(f.st, 1, NOW + 2, "late", &f.e));
	assert_string_equal(state_of(&f, 1), "sent 1 250 ok");
	/* by hand, what failed goes out again; what was sent, and what is being sent, does not */
	VERDICT(&f, outbox_again(f.st, 2, NOW + 3, &f.e));
	assert_string_equal(state_of(&f, 2), "queued 2 asked for by mesactl");
	for (int id = 1; id <= 4; id += 3) {
		OK(&f, store_begin(f.st, &f.e));
		assert_false(outbox_again(f.st, id, NOW + 3, &f.e));
		store_rollback(f.st);
	}
	assert_int_equal(outbox_waiting(f.st), 3);
	OK(&f, query_board(f.st, NOW, 0, 0, &b, &f.e));
	assert_int_equal(b.outbox_retrying, 2);
	assert_int_equal(claim(&f, NOW + 299, NULL, 0, 9, &rows), 2);
	VERDICT(&f, outbox_wake(f.st, NOW + 10, &f.e));
	assert_int_equal(claim(&f, NOW + 10, NULL, 0, 9, &rows), 3);
	OK(&f, store_begin(f.st, &f.e));
	assert_false(outbox_sent(f.st, 99, NOW, "", &f.e));
	store_rollback(f.st);
	fixture_close(&f);
}

/* {states, round, what happens to the case, still sent} */
static const struct {
	unsigned states;
	int round;
	enum event_type then;
	bool holds;
} conditions[] = {
	{0, 0, EVENT_RESOLVED, true},
	{1 << STATE_NEW, 0, EVENT_NOTE, true},
	{1 << STATE_NEW, 0, EVENT_RESOLVED, false},
	{1 << STATE_NEW | 1 << STATE_RESOLVED, 0, EVENT_RESOLVED, true},
	{1 << STATE_RESOLVED, 1, EVENT_RESOLVED, true},
	{1 << STATE_RESOLVED, 2, EVENT_RESOLVED, false},
	{0, 1, EVENT_RESOLVED, true},
};

static struct plan *conditional(struct fixture *f, size_t i)
{
	struct plan *p = plan_on(f, case_new(f, "a", NOW));
	struct plan_mail *m =
		plan_mail(f->a, p, MAIL_SURVEY, 0, (struct address){PEDRO, ""}, AUDIENCE_REQUESTER);

	m->while_states = conditions[i].states;
	m->while_round = conditions[i].round;
	apply_now(f, p, NOW);
	return plan_on(f, 1);
}

static void check_cancelled(struct fixture *f, size_t i)
{
	int64_t events = sql_number(f, "select count(*) from event where type = 'cancelled'");

	if ((strncmp(state_of(f, 2), "queued", 6) == 0) != conditions[i].holds ||
	    events != !conditions[i].holds)
		fail_msg("row %zu: %s, %d events", i, state_of(f, 2), (int)events);
	assert_string_equal(findings(f), "");
}

static void claiming_looks_at_the_condition(void **state)
{
	for (size_t i = 0; i < COUNT(conditions); i++) {
		struct outbox_row *rows;
		struct fixture f;
		struct plan *p;

		fixture_open(&f);
		p = conditional(&f, i);
		plan_happens(&f, p, conditions[i].then, NOW);
		apply_now(&f, p, NOW);
		assert_int_equal(claim(&f, NOW, NULL, 0, 9, &rows), 1 + conditions[i].holds);
		check_cancelled(&f, i);
		fixture_close(&f);
	}
}

static void a_plan_can_cancel_at_once(void **state)
{
	for (size_t i = 0; i < COUNT(conditions); i++) {
		struct fixture f;
		struct plan *p;

		fixture_open(&f);
		p = conditional(&f, i);
		plan_happens(&f, p, conditions[i].then, NOW);
		p->tickets[0].cancel_surveys = true;
		apply_now(&f, p, NOW);
		check_cancelled(&f, i);
		fixture_close(&f);
	}
}

/* What the sender has cannot be called back; its verdict counts. */
static void a_row_in_the_senders_hands_is_not_cancelled(void **state)
{
	struct outbox_row *rows;
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	p = conditional(&f, 2);
	assert_int_equal(claim(&f, NOW, NULL, 0, 9, &rows), 2);
	OK(&f, store_begin(f.st, &f.e));
	assert_false(outbox_drop(f.st, 2, NOW, "carmen", &f.e));
	store_rollback(f.st);
	plan_happens(&f, p, EVENT_RESOLVED, NOW);
	p->tickets[0].cancel_surveys = true;
	apply_now(&f, p, NOW);
	assert_string_equal(state_of(&f, 2), "queued 0 ");
	VERDICT(&f, outbox_retry(f.st, 2, NOW + 60, "451", &f.e));
	assert_int_equal(claim(&f, NOW + 60, NULL, 0, 9, &rows), 1);
	assert_string_equal(state_of(&f, 2), "cancelled 1 ya no correspondía");
	fixture_close(&f);
}

static void people_may_drop_a_waiting_mail(void **state)
{
	struct event_row *ev;
	struct fixture f;
	size_t n;

	fixture_open(&f);
	case_new(&f, "a", NOW);
	VERDICT(&f, outbox_drop(f.st, 1, NOW, "carmen", &f.e));
	assert_string_equal(state_of(&f, 1), "cancelled 0 descartado");
	OK(&f, query_events(f.st, f.a, 1, &ev, &n, &f.e));
	assert_string_equal(ev[n - 1].type, "cancelled");
	assert_string_equal(ev[n - 1].actor, "carmen");
	assert_string_equal(ev[n - 1].detail,
			    "{\"mail\":\"acknowledgement\",\"outbox\":1,\"why\":\"descartado\"}");
	OK(&f, store_begin(f.st, &f.e));
	assert_false(outbox_drop(f.st, 1, NOW, "carmen", &f.e));
	assert_false(outbox_drop(f.st, 77, NOW, "carmen", &f.e));
	store_rollback(f.st);
	/* it went out all the same: told as it is */
	VERDICT(&f, outbox_sent(f.st, 1, NOW, "250", &f.e));
	assert_string_equal(state_of(&f, 1), "sent 1 250");
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void a_mail_about_no_case(void **state)
{
	struct plan *p;
	struct outgoing o;
	struct fixture f;

	fixture_open(&f);
	p = plan_new(f.a);
	plan_mail(f.a, p, MAIL_ALERT, -1, (struct address){"Carmen+x@entidad.example", ""},
		  AUDIENCE_NOTE);
	apply_now(&f, p, NOW);
	OK(&f, outbox_outgoing(f.st, f.a, 1, &o, &f.e));
	assert_int_equal(o.ticket, 0);
	assert_string_equal(o.to, "carmen@entidad.example");
	assert_int_equal(o.purpose, MAIL_ALERT);
	assert_int_equal(o.audience, AUDIENCE_NOTE);
	VERDICT(&f, outbox_drop(f.st, 1, NOW, "carmen", &f.e));
	assert_string_equal(findings(&f), "");
	assert_false(outbox_outgoing(f.st, f.a, 9, &o, &f.e));
	fixture_close(&f);
}

static void the_queue_is_listed(void **state)
{
	struct outbox_item *list;
	struct fixture f;
	size_t n;

	fixture_open(&f);
	for (int i = 0; i < 3; i++)
		case_new(&f, "a", NOW + i);
	VERDICT(&f, outbox_sent(f.st, 1, NOW + 9, "250", &f.e));
	VERDICT(&f, outbox_failed(f.st, 2, NOW + 9, "550", &f.e));
	OK(&f, query_outbox(f.st, f.a, false, 0, &list, &n, &f.e));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].id, 2);
	assert_string_equal(list[0].number, "ST-2026-000002");
	assert_string_equal(list[1].subject, "[ST-2026-000003] acknowledgement");
	assert_int_equal(list[0].sent_at, 0);
	OK(&f, query_outbox(f.st, f.a, true, 2, &list, &n, &f.e));
	assert_int_equal(n, 2);
	assert_int_equal(list[0].id, 3);
	OK(&f, query_outbox(f.st, f.a, true, 0, &list, &n, &f.e));
	assert_int_equal(list[2].sent_at, NOW + 9);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(due_rows_are_claimed_oldest_first),
		cmocka_unit_test(bytes_come_back_in_their_pieces),
		cmocka_unit_test(a_mail_of_very_many_pieces),
		cmocka_unit_test(verdicts_end_a_row),
		cmocka_unit_test(claiming_looks_at_the_condition),
		cmocka_unit_test(a_plan_can_cancel_at_once),
		cmocka_unit_test(a_row_in_the_senders_hands_is_not_cancelled),
		cmocka_unit_test(people_may_drop_a_waiting_mail),
		cmocka_unit_test(a_mail_about_no_case),
		cmocka_unit_test(the_queue_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
