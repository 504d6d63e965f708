/* A plan becomes rows: numbers, the projection, the chain, timers, conversation, snapshot. */
#include "store_help.h"

#include <stdio.h>
#include <string.h>

static void numbers_run_on_and_undo_leaves_no_gap(void **state)
{
	struct fixture f;

	fixture_open(&f);
	case_new(&f, "uno", NOW);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_save(f.st, &f.e));
	case_apply(&f, case_plan(&f, "dos", NOW), mail_in(&f, "dos", NOW), NOW);
	store_undo(f.st);
	OK(&f, store_save(f.st, &f.e));
	case_apply(&f, case_plan(&f, "tres", NOW), mail_in(&f, "tres", NOW), NOW);
	OK(&f, store_release(f.st, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	assert_int_equal(sql_number(&f, "select count(*) from ticket"), 2);
	assert_int_equal(sql_number(&f, "select count(*) from ticket where subject = 'tres' "
					"and number = 'ST-2026-000002'"),
			 1);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

/* {pattern, moment, number}: the year is the entity's, 2027 begins at five in the morning UTC. */
static const struct {
	const char *pattern;
	int64_t at;
	const char *number;
} years[] = {
	{"ST-{year}-{seq:6}", 1798779599, "ST-2026-000001"},
	{"ST-{year}-{seq:6}", 1798779600, "ST-2027-000001"},
	{"ST-{year}-{seq:6}", 1798779601, "ST-2027-000002"},
	{"C{seq:4}", 1798779602, "C0001"},
	{"C{seq:4}", 1798779602 + 366 * 86400, "C0002"},
};

static void each_local_year_counts_from_one(void **state)
{
	struct fixture f;
	struct known_ticket k;

	fixture_open(&f);
	for (size_t i = 0; i < COUNT(years); i++) {
		f.policy.number = years[i].pattern;
		assert_int_equal(store_ticket(f.st, f.a, case_new(&f, "x", years[i].at), &k, &f.e),
				 1);
		assert_string_equal(k.t.number, years[i].number);
	}
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static void the_row_gives_back_the_ticket(void **state)
{
	struct fixture f;
	struct plan *p;
	struct known_ticket k;
	const struct ticket *t = &k.t;

	fixture_open(&f);
	p = plan_on(&f, case_new(&f, "Impresora «láser»", NOW));
	plan_happens(&f, p, EVENT_RESPONDED, NOW + 60);
	plan_happens(&f, p, EVENT_RESOLVED, NOW + 120);
	apply_now(&f, p, NOW + 120);
	assert_int_equal(store_ticket_by_number(f.st, f.a, "st-2026-000001", &k, &f.e), 1);
	assert_int_equal(t->state, STATE_RESOLVED);
	assert_string_equal(t->subject, "Impresora «láser»");
	assert_string_equal(t->requester.addr, PEDRO);
	assert_string_equal(t->requester.name, "Pedro Gómez");
	assert_string_equal(t->assignee, "ana");
	assert_int_equal(t->priority, PRIORITY_HIGH);
	assert_int_equal(t->level, 1);
	assert_int_equal(t->opened_at, NOW);
	assert_int_equal(t->first_response_at, NOW + 60);
	assert_int_equal(t->resolved_at, NOW + 120);
	assert_int_equal(t->clocks[0].due, NOW + 12 * HOUR);
	assert_int_equal(t->round, 1);
	assert_int_equal(store_ticket_by_number(f.st, f.a, "1", &k, &f.e), 1);
	assert_int_equal(store_ticket_by_number(f.st, f.a, "2", &k, &f.e), 0);
	assert_int_equal(store_ticket_by_number(f.st, f.a, "0", &k, &f.e), 0);
	assert_int_equal(store_ticket_by_number(f.st, f.a, "x'; --", &k, &f.e), 0);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static size_t due(struct fixture *f, int64_t now, struct timer **list)
{
	size_t n;

	OK(f, timers_due(f->st, f->a, now, 16, list, &n, &f->e));
	return n;
}

static void timers_follow_the_ticket(void **state)
{
	struct fixture f;
	struct timer *list;
	struct plan *p;
	int64_t id;

	fixture_open(&f);
	assert_int_equal(timers_next(f.st, 0), INT64_MAX);
	id = case_new(&f, "x", NOW);
	case_new(&f, "y", NOW - HOUR);
	assert_int_equal(timers_next(f.st, NOW), NOW + 8 * HOUR);
	assert_int_equal(timers_next(f.st, NOW + 8 * HOUR), NOW + 9 * HOUR);
	assert_int_equal(due(&f, NOW + 8 * HOUR - 1, &list), 0);
	assert_int_equal(due(&f, NOW + 12 * HOUR, &list), 4);
	assert_int_equal(list[0].due, NOW + 8 * HOUR);
	assert_int_equal(list[0].kind, TIMER_WARN);
	assert_int_equal(list[3].kind, TIMER_BREACH);
	assert_int_equal(list[3].ticket, id);
	p = plan_on(&f, id);
	plan_happens(&f, p, EVENT_WARNED, NOW + 9 * HOUR);
	apply_now(&f, p, NOW + 9 * HOUR);
	assert_int_equal(due(&f, NOW + 12 * HOUR, &list), 3);
	p = plan_on(&f, id);
	plan_happens(&f, p, EVENT_RESPONDED, NOW + 9 * HOUR);
	apply_now(&f, p, NOW + 9 * HOUR);
	assert_int_equal(due(&f, NOW + 12 * HOUR, &list), 2);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static const struct load *load_of(struct fixture *f, const char *staff)
{
	struct load *list;
	size_t n;

	OK(f, store_loads(f->st, f->a, &list, &n, &f->e));
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].staff, staff))
			return &list[i];
	return NULL;
}

static void assign(struct fixture *f, struct plan *p, const char *to, int64_t at)
{
	struct event ev;

	event_init(&ev, EVENT_ASSIGNED, at, "carmen");
	event_text(&ev, "assignee", to);
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
}

static void loads_follow_assignment_and_end(void **state)
{
	struct fixture f;
	struct plan *p;
	int64_t id;

	fixture_open(&f);
	id = case_new(&f, "x", NOW);
	case_new(&f, "y", NOW + 1);
	assert_int_equal(load_of(&f, "ana")->open_cases, 2);
	assert_int_equal(load_of(&f, "ana")->last_given_at, NOW + 1);
	p = plan_on(&f, id);
	assign(&f, p, "benito", NOW + 2);
	apply_now(&f, p, NOW + 2);
	assert_int_equal(load_of(&f, "ana")->open_cases, 1);
	assert_int_equal(load_of(&f, "benito")->open_cases, 1);
	assert_int_equal(load_of(&f, "benito")->last_given_at, NOW + 2);
	p = plan_on(&f, id);
	plan_happens(&f, p, EVENT_RESOLVED, NOW + 3);
	apply_now(&f, p, NOW + 3);
	assert_int_equal(load_of(&f, "benito")->open_cases, 0);
	p = plan_on(&f, id);
	plan_happens(&f, p, EVENT_REOPENED, NOW + 4);
	assign(&f, p, "", NOW + 4);
	apply_now(&f, p, NOW + 4);
	assert_int_equal(load_of(&f, "benito")->open_cases, 0);
	assert_int_equal(load_of(&f, "ana")->open_cases, 1);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

static bool no_compose(void *ctx, struct arena *a, const struct plan_mail *m,
		       const struct ticket *t, int64_t id, struct outbox_bytes *out, struct err *e)
{
	return err_set(e, "no template");
}

static void what_cannot_be_composed_fails_whole(void **state)
{
	struct fixture f;
	struct apply_in in = {.now = NOW, .compose = no_compose};

	fixture_open(&f);
	in.policy = &f.policy;
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_save(f.st, &f.e));
	assert_false(store_apply(f.st, f.a, case_plan(&f, "x", NOW), &in, &f.e));
	assert_non_null(strstr(f.e.text, "no template"));
	/* not the database's fault: the desk puts the mail aside */
	assert_int_equal(store_trouble(f.st), TROUBLE_NONE);
	store_undo(f.st);
	OK(&f, store_commit(f.st, false, &f.e));
	case_new(&f, "y", NOW);
	assert_int_equal(sql_number(&f, "select count(*) from ticket"), 1);
	assert_string_equal(findings(&f), "");
	fixture_close(&f);
}

/* --- the conversation --- */

static void say(struct fixture *f, struct plan *p, const char *from, const char *id, bool internal,
		const char *text)
{
	struct plan_message m = {.inbound = true,
				 .internal = internal,
				 .from = {from, ""},
				 .message_id = id,
				 .text = text};

	plan_message(f->a, p, &m);
}

static void a_known_case_brings_its_threads(void **state)
{
	static const char *const joined[] = {"Lucia+x@entidad.example"};
	struct fixture f;
	struct known_ticket k;
	struct plan *p;
	int64_t id;

	fixture_open(&f);
	id = case_new(&f, "x", NOW);
	p = plan_on(&f, id);
	p->tickets[0].join = (const char **)joined;
	p->tickets[0].n_join = 1;
	say(&f, p, "lucia@entidad.example", "l1@x", false, "Yo también.");
	say(&f, p, ANA, "a1@x", false, "Voy.");
	say(&f, p, ANA, "a2@x", true, "Nota.");
	plan_mail(f.a, p, MAIL_RELAY_IN, 0, (struct address){"Ana@entidad.example", "Ana"},
		  AUDIENCE_RELAY);
	plan_happens(&f, p, EVENT_REPLIED, NOW + 5);
	apply_now(&f, p, NOW + 5);
	p = plan_on(&f, id);
	say(&f, p, PEDRO, "p2@x", false, "¿Y entonces?");
	plan_mail(f.a, p, MAIL_RELAY_IN, 0, (struct address){ANA, "Ana"}, AUDIENCE_RELAY);
	plan_mail(f.a, p, MAIL_RELAY_OUT, 0, (struct address){PEDRO, ""}, AUDIENCE_REQUESTER);
	apply_now(&f, p, NOW + 6);
	assert_int_equal(store_ticket(f.st, f.a, id, &k, &f.e), 1);
	assert_int_equal(k.n_participants, 1);
	assert_string_equal(k.participants[0], "lucia@entidad.example");
	assert_string_equal(k.last_request, "¿Y entonces?");
	assert_string_equal(k.last_from_requester_id, "p2@x");
	assert_int_equal(k.n_thread_ids, 5);
	assert_string_equal(k.thread_ids[0], "p1@entidad.example");
	assert_string_equal(k.thread_ids[1], "o1@mesa.example");
	assert_string_equal(k.thread_ids[2], "l1@x");
	assert_string_equal(k.thread_ids[3], "p2@x");
	assert_string_equal(k.thread_ids[4], "o4@mesa.example");
	assert_int_equal(k.n_staff_threads, 1);
	assert_string_equal(k.staff_threads[0].to, ANA);
	assert_string_equal(k.staff_threads[0].message_id, "o3@mesa.example");
	assert_int_equal(k.replied_at, NOW + 5);
	assert_string_equal(k.replied_by, "ana");
	assert_false(k.hinted);
	fixture_close(&f);
}

static void a_long_thread_keeps_its_last_twenty(void **state)
{
	struct fixture f;
	struct known_ticket k;
	struct plan *p;
	int64_t id;

	fixture_open(&f);
	id = case_new(&f, "x", NOW);
	p = plan_on(&f, id);
	for (int i = 0; i < 300; i++)
		say(&f, p, PEDRO, arena_printf(f.a, "m%d@x", i), false, arena_printf(f.a, "%d", i));
	apply_now(&f, p, NOW);
	assert_int_equal(store_ticket(f.st, f.a, id, &k, &f.e), 1);
	assert_int_equal(k.n_thread_ids, 20);
	assert_string_equal(k.thread_ids[0], "m280@x");
	assert_string_equal(k.thread_ids[19], "m299@x");
	assert_string_equal(k.last_request, "299");
	fixture_close(&f);
}

static void a_hint_is_remembered(void **state)
{
	struct fixture f;
	struct known_ticket k;
	struct event ev;
	struct plan *p;

	fixture_open(&f);
	p = plan_on(&f, case_new(&f, "x", NOW));
	event_init(&ev, EVENT_NOTE, NOW, "ana");
	event_num(&ev, "hinted", 1);
	OK(&f, plan_event(f.a, p, 0, &ev, &f.e));
	apply_now(&f, p, NOW);
	assert_int_equal(store_ticket(f.st, f.a, 1, &k, &f.e), 1);
	assert_true(k.hinted);
	fixture_close(&f);
}

/* --- the snapshot --- */

static struct snapshot look(struct fixture *f, const struct keys *k, int64_t now)
{
	struct snapshot s;

	OK(f, store_snapshot(f->st, f->a, k, &f->policy, now, &s, &f->e));
	return s;
}

static void a_snapshot_holds_what_the_keys_name(void **state)
{
	const char *ids[] = {"o1@mesa.example", "P2@entidad.example", "nobody@x",
			     "o1@mesa.example"};
	const char *numbers[] = {"ST-2026-000003", "ST-2026-000099"};
	struct keys k = {.message_ids = ids,
			 .n_message_ids = COUNT(ids),
			 .numbers = numbers,
			 .n_numbers = COUNT(numbers),
			 .loads = true};
	struct fixture f;
	struct snapshot s;

	fixture_open(&f);
	for (int i = 0; i < 4; i++)
		case_new(&f, "x", NOW);
	s = look(&f, &k, NOW);
	assert_int_equal(s.n_outgoing, 2);
	assert_int_equal(s.outgoing[0].ticket, 1);
	assert_string_equal(s.outgoing[0].to, PEDRO);
	assert_int_equal(s.outgoing[0].purpose, MAIL_ACKNOWLEDGEMENT);
	assert_int_equal(s.outgoing[0].audience, AUDIENCE_REQUESTER);
	assert_int_equal(s.n_incoming, 1);
	assert_int_equal(s.incoming[0].ticket, 2);
	assert_string_equal(s.incoming[0].from, PEDRO);
	assert_int_equal(s.n_tickets, 3);
	assert_int_equal(s.n_loads, 1);
	assert_int_equal(s.duplicate_raw, 0);
	/* with what was sent about case 3, too: a bounce may name it by nothing else */
	k.sent = true;
	s = look(&f, &k, NOW);
	assert_int_equal(s.n_outgoing, 3);
	assert_int_equal(s.outgoing[2].ticket, 3);
	assert_string_equal(s.outgoing[2].to, PEDRO);
	fixture_close(&f);
}

static void similar_is_open_recent_and_the_same(void **state)
{
	static const struct {
		const char *from, *subject;
		int64_t later;
		bool found;
	} rows[] = {
		{PEDRO, "x", 0, true},
		{PEDRO, "x", 7 * 86400 - 1, true},
		{PEDRO, "x", 7 * 86400 + 1, false},
		{PEDRO, "y", 0, false},
		{ANA, "x", 0, false},
		{PEDRO, "", 0, false},
		{"", "x", 0, false},
	};
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	case_new(&f, "x", NOW);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct keys k = {.from = rows[i].from, .subject_key = rows[i].subject};

		if ((look(&f, &k, NOW + rows[i].later).similar_ticket == 1) != rows[i].found)
			fail_msg("row %zu", i);
	}
	p = plan_on(&f, 1);
	plan_happens(&f, p, EVENT_RESOLVED, NOW);
	apply_now(&f, p, NOW);
	assert_int_equal(
		look(&f, &(struct keys){.from = PEDRO, .subject_key = "x"}, NOW).similar_ticket, 0);
	fixture_close(&f);
}

static void the_same_mail_is_found_again(void **state)
{
	struct sha256 first = sha256_of("Subject: x 1\r\n\r\nx", 17), other = sha256_of("y", 1);
	const struct {
		struct sha256 sha, body;
		const char *id;
		bool found;
	} rows[] = {
		{first, other, "", true},
		{other, first, "p1@entidad.example", true},
		{other, first, "p9@entidad.example", false},
		{other, other, "p1@entidad.example", false}, /* a stolen Message-ID */
		{other, first, "", false},
	};
	struct fixture f;

	fixture_open(&f);
	case_new(&f, "x", NOW);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct keys k = {.sha256 = rows[i].sha,
				 .body_sha256 = rows[i].body,
				 .message_id = rows[i].id};

		if ((look(&f, &k, NOW).duplicate_raw != 0) != rows[i].found)
			fail_msg("row %zu", i);
	}
	fixture_close(&f);
}

/* A mail in hand is no copy of itself, nor of its own copies. */
static void a_copy_is_no_original(void **state)
{
	struct fixture f;
	struct ledger_fate fate = {.fate = FATE_DUPLICATE};
	struct sha256 sha = sha256_of("igual", 5);
	struct keys k = {.sha256 = sha, .body_sha256 = sha};
	int64_t one, two;

	fixture_open(&f);
	OK(&f, store_begin(f.st, &f.e));
	one = mail_in(&f, "igual", NOW);
	two = mail_in(&f, "igual", NOW);
	assert_int_equal(look(&f, &k, NOW).duplicate_raw, 0);
	OK(&f, ledger_decide(f.st, two, &fate, &f.e));
	assert_int_equal(look(&f, &k, NOW).duplicate_raw, 0);
	fate.fate = FATE_QUARANTINE;
	OK(&f, ledger_decide(f.st, one, &fate, &f.e));
	assert_int_not_equal(look(&f, &k, NOW).duplicate_raw, 0);
	OK(&f, ledger_retry(f.st, one, &f.e));
	assert_int_equal(look(&f, &k, NOW).duplicate_raw, 0);
	OK(&f, store_commit(f.st, false, &f.e));
	fixture_close(&f);
}

/* --- for people --- */

static bool collect(void *ctx, const struct ticket *t)
{
	char *to = ctx;

	snprintf(to + strlen(to), 200 - strlen(to), "%s ", t->number + 8);
	return strlen(to) < 21;
}

static void lists_go_by_number_state_and_page(void **state)
{
	static const struct {
		struct list_filter filter;
		const char *gives;
	} rows[] = {
		{{-1, 0, 0}, "000001 000002 000003 "}, /* stopped by the callback */
		{{-1, 2, 0}, "000003 000004 "},
		{{-1, 0, 2}, "000001 000002 "},
		{{STATE_RESOLVED, 0, 0}, "000002 "},
		{{STATE_NEW, 1, 1}, "000003 "},
		{{STATE_CLOSED, 0, 0}, ""},
	};
	struct fixture f;
	struct plan *p;

	fixture_open(&f);
	for (int i = 0; i < 4; i++)
		case_new(&f, "x", NOW);
	p = plan_on(&f, 2);
	plan_happens(&f, p, EVENT_RESOLVED, NOW);
	apply_now(&f, p, NOW);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char said[200] = "";

		OK(&f, query_list(f.st, &rows[i].filter, collect, said, &f.e));
		assert_string_equal(said, rows[i].gives);
	}
	fixture_close(&f);
}

static void a_case_shows_events_messages_and_attachments(void **state)
{
	struct attachment att = {.name = "foto.png",
				 .type = "image/png",
				 .encoding = "base64",
				 .offset = 2,
				 .len = 3,
				 .size = 2,
				 .flags = ATT_INLINE};
	struct fixture f;
	struct event_row *ev;
	struct message_row *m;
	struct attachment_row *at;
	size_t n;

	fixture_open(&f);
	case_new(&f, "Impresora", NOW);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, ledger_attachments(f.st, 1, &att, 1, &f.e));
	OK(&f, store_commit(f.st, false, &f.e));
	OK(&f, query_events(f.st, f.a, 1, &ev, &n, &f.e));
	assert_int_equal(n, 2);
	assert_string_equal(ev[0].type, "received");
	assert_string_equal(ev[0].actor, "requester");
	assert_non_null(strstr(ev[0].detail, "\"number\":\"ST-2026-000001\""));
	assert_string_equal(ev[1].detail, "{\"assignee\":\"ana\"}");
	OK(&f, query_messages(f.st, f.a, 1, &m, &n, &f.e));
	assert_int_equal(n, 2);
	assert_true(m[0].inbound);
	assert_string_equal(m[0].from, PEDRO);
	assert_string_equal(m[0].subject, "Impresora");
	assert_string_equal(m[0].text, "No imprime.");
	assert_string_equal(m[0].state, "");
	assert_int_equal(m[0].mail, 1);
	assert_false(m[1].inbound || m[1].internal);
	assert_string_equal(m[1].to, PEDRO);
	assert_string_equal(m[1].state, "queued");
	assert_string_equal(m[1].purpose, "acknowledgement");
	assert_string_equal(m[1].subject, "[ST-2026-000001] acknowledgement");
	OK(&f, query_attachments(f.st, f.a, 1, &at, &n, &f.e));
	assert_int_equal(n, 1);
	assert_string_equal(at[0].att.name, "foto.png");
	assert_int_equal(at[0].raw, 1);
	assert_int_equal(at[0].att.flags, ATT_INLINE);
	OK(&f, query_last_events(f.st, f.a, 1, &ev, &n, &f.e));
	assert_int_equal(n, 1);
	assert_string_equal(ev[0].type, "assigned");
	fixture_close(&f);
}

static void the_board_counts(void **state)
{
	struct board_numbers b;
	struct ticket *urgent;
	struct fixture f;
	struct plan *p;
	struct event ev;
	size_t n;

	fixture_open(&f);
	case_new(&f, "vencido", NOW - 13 * HOUR);
	case_new(&f, "por vencer", NOW - 10 * HOUR);
	case_new(&f, "nuevo", NOW);
	case_new(&f, "cerrado", NOW - 20 * HOUR);
	p = plan_on(&f, 4);
	plan_happens(&f, p, EVENT_RESPONDED, NOW);
	plan_happens(&f, p, EVENT_RESOLVED, NOW);
	event_init(&ev, EVENT_EVALUATED, NOW, "requester");
	event_num(&ev, "score", 4);
	OK(&f, plan_event(f.a, p, 0, &ev, &f.e));
	plan_happens(&f, p, EVENT_CLOSED, NOW);
	apply_now(&f, p, NOW);
	OK(&f, query_board(f.st, NOW, NOW - 11 * HOUR, NOW - 86400, &b, &f.e));
	assert_int_equal(b.by_state[STATE_NEW], 3);
	assert_int_equal(b.by_state[STATE_CLOSED], 1);
	assert_int_equal(b.received_today, 2);
	assert_int_equal(b.closed_today, 1);
	assert_int_equal(b.breached_open, 1);
	assert_int_equal(b.due_soon, 1);
	assert_int_equal(b.unassigned, 0);
	assert_int_equal(b.outbox_waiting, 4);
	assert_int_equal(b.outbox_retrying, 0);
	assert_int_equal(b.evaluations, 1);
	assert_true(b.score_mean > 3.99 && b.score_mean < 4.01);
	OK(&f, query_urgent(f.st, f.a, 2, &urgent, &n, &f.e));
	assert_int_equal(n, 2);
	assert_string_equal(urgent[0].subject, "vencido");
	assert_string_equal(urgent[1].subject, "por vencer");
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_run_on_and_undo_leaves_no_gap),
		cmocka_unit_test(each_local_year_counts_from_one),
		cmocka_unit_test(the_row_gives_back_the_ticket),
		cmocka_unit_test(timers_follow_the_ticket),
		cmocka_unit_test(loads_follow_assignment_and_end),
		cmocka_unit_test(what_cannot_be_composed_fails_whole),
		cmocka_unit_test(a_known_case_brings_its_threads),
		cmocka_unit_test(a_long_thread_keeps_its_last_twenty),
		cmocka_unit_test(a_hint_is_remembered),
		cmocka_unit_test(a_snapshot_holds_what_the_keys_name),
		cmocka_unit_test(similar_is_open_recent_and_the_same),
		cmocka_unit_test(the_same_mail_is_found_again),
		cmocka_unit_test(a_copy_is_no_original),
		cmocka_unit_test(lists_go_by_number_state_and_page),
		cmocka_unit_test(a_case_shows_events_messages_and_attachments),
		cmocka_unit_test(the_board_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
