/* The one table of states, what events mean, and the timers that a case wants. */
#include "core_desk.h"

#include "core/act.h"

#include <string.h>

/* before, new, open, waiting, external, verifying, resolved, closed; «-»: refused */
static const struct {
	enum event_type type;
	const char *leads;
} table[] = {
	{EVENT_NONE, "--------"},	  {EVENT_RECEIVED, "N-------"},
	{EVENT_ACKNOWLEDGED, "-NOWXVRC"}, {EVENT_ASSIGNED, "-NOWXV--"},
	{EVENT_TAKEN, "-OOOXV--"},	  {EVENT_MESSAGE, "-NOOXVRC"},
	{EVENT_REPLIED, "-OOWXVRC"},	  {EVENT_RESPONDED, "-NOWXVRC"},
	{EVENT_UNRESPONDED, "-NOWXVRC"},  {EVENT_NOTE, "-NOWXVRC"},
	{EVENT_HELD, "-NOWXVRC"},	  {EVENT_WARNED, "-NOWXVR-"},
	{EVENT_BREACHED, "-NOWXVR-"},	  {EVENT_RESOLVED, "-RRRRR--"},
	{EVENT_SURVEYED, "------R-"},	  {EVENT_EVALUATED, "------R-"},
	{EVENT_LATE_VOTE, "-------C"},	  {EVENT_THANKED, "-NOWXVRC"},
	{EVENT_CLOSED, "-CCCCCC-"},	  {EVENT_REOPENED, "------OO"},
	{EVENT_AUTOMATIC, "-NOWXVRC"},	  {EVENT_BOUNCED, "-NOWXVRC"},
	{EVENT_MAIL_FAILED, "-NOWXVRC"},  {EVENT_LINKED, "-NOWXVRC"},
	{EVENT_JOINED, "-NOWXVRC"},	  {EVENT_LIMITED, "-NOWXVRC"},
	{EVENT_CANCELLED, "-NOWXVRC"},	  {EVENT_POSTPONED, "-NOWXVRC"},
	{EVENT_DIGESTED, "-NOWXVRC"},	  {EVENT_POLICY, "--------"},
	{EVENT_CLOCK, "--------"},	  {EVENT_RESTORED, "--------"},
};

static enum state state_of(char c)
{
	static const char letters[] = "-NOWXVRC";

	return (enum state)(strchr(letters, c) - letters);
}

static void test_table(void **state)
{
	struct arena *a = arena_new();

	assert_int_equal(COUNT(table), EVENT_COUNT);
	for (size_t i = 0; i < COUNT(table); i++)
		for (int s = 0; s < STATE_COUNT; s++) {
			enum state to = state_of(table[i].leads[s]);
			struct ticket t;
			struct event ev;
			struct err e;

			ticket_init(&t);
			t.state = (enum state)s;
			event_init(&ev, table[i].type, NOW, "system");
			assert_int_equal(table[i].type, i);
			assert_int_equal(ticket_may((enum state)s, table[i].type),
					 to != STATE_NONE);
			assert_int_equal(ticket_apply(a, &t, &ev, &e), to != STATE_NONE);
			assert_int_equal(t.state, to ? to : (enum state)s);
		}
	arena_free(&a);
}

static void test_refusal_says_which(void **state)
{
	struct arena *a = arena_new();
	struct ticket t;
	struct event ev;
	struct err e;

	ticket_init(&t);
	event_init(&ev, EVENT_CLOSED, NOW, "system");
	assert_false(ticket_apply(a, &t, &ev, &e));
	assert_string_equal(e.text, "event closed has no place in state none");
	t.state = STATE_CLOSED;
	assert_false(ticket_apply(a, &t, &ev, &e));
	assert_string_equal(e.text, "event closed has no place in state closed");
	arena_free(&a);
}

static void test_names(void **state)
{
	for (int i = 1; i < STATE_COUNT; i++) {
		enum state s;

		assert_true(state_read(state_name((enum state)i), &s));
		assert_int_equal(s, i);
		assert_true(strlen(state_label((enum state)i)) > 0);
	}
	for (int i = 1; i < EVENT_COUNT; i++) {
		enum event_type t;

		assert_true(event_read(event_name((enum event_type)i), &t));
		assert_int_equal(t, i);
		assert_true(strlen(event_label((enum event_type)i)) > 0);
	}
	for (int i = 1; i < CLOSED_AS_COUNT; i++)
		assert_true(strlen(closed_as_name((enum closed_as)i)) > 0 &&
			    strlen(closed_as_label((enum closed_as)i)) > 0);
	for (int i = 0; i < TIMER_KIND_COUNT; i++)
		assert_true(strlen(timer_name((enum timer_kind)i)) > 0);
	for (int i = 0; i < FATE_COUNT; i++)
		assert_true(strlen(fate_name((enum fate)i)) > 0);
	for (int i = 0; i < AUDIENCE_COUNT; i++)
		assert_true(strlen(audience_name((enum audience)i)) > 0);
	for (int i = 0; i < MAIL_PURPOSE_COUNT; i++)
		assert_true(strlen(mail_purpose_name((enum mail_purpose)i)) > 0);
}

static void test_state_words(void **state)
{
	static const struct {
		const char *word;
		enum state state;
	} rows[] = {
		{"solucionado", STATE_RESOLVED},
		{"cerrado", STATE_CLOSED},
		{"en atencion", STATE_OPEN},
		{"abierto", STATE_OPEN},
		{"nuevo", STATE_NEW},
		{"en espera", STATE_WAITING},
		{"resolved", STATE_RESOLVED},
	};
	enum state s;
	enum event_type t;

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(state_read(rows[i].word, &s));
		assert_int_equal(s, rows[i].state);
	}
	assert_false(state_read("dormido", &s));
	assert_false(state_read("", &s));
	assert_false(event_read("slept", &t));
}

static void test_fields(void **state)
{
	struct arena *a = arena_new();
	struct ticket t = {.id = 7};
	struct event ev;

	event_init(&ev, EVENT_RECEIVED, NOW, "requester");
	event_text(&ev, "channel", "phone");
	event_text(&ev, "subject", "Ratón");
	event_text(&ev, "requester", PEDRO);
	event_text(&ev, "requester_name", NULL);
	event_text(&ev, "priority", "high");
	event_num(&ev, "level", 2);
	event_num(&ev, "response_due", NOW + 5);
	event_text(&ev, "only_told", "nothing");
	assert_true(ticket_apply(a, &t, &ev, NULL));
	assert_int_equal(t.id, 7);
	assert_string_equal(t.number, "");
	assert_string_equal(t.subject, "Ratón");
	assert_string_equal(t.requester.name, "");
	assert_string_equal(t.assignee, "");
	assert_int_equal(t.priority, PRIORITY_HIGH);
	assert_int_equal(t.level, 2);
	assert_int_equal(t.clocks[CLOCK_RESPONSE].due, NOW + 5);
	assert_int_equal(t.opened_at, NOW);
	assert_null(event_detail(&ev, "nothing"));
	assert_string_equal(event_detail(&ev, "only_told")->text, "nothing");
	arena_free(&a);
}

static const struct {
	const char *key, *text;
	int64_t num;
} wrong_details[] = {
	{"priority", "huge", 0},     {"priority", NULL, 2},  {"level", NULL, 10},
	{"level", NULL, -1},	     {"level", "2", 0},	     {"score", NULL, 6},
	{"closed_as", "lost", 0},    {"closed_as", NULL, 1}, {"subject", NULL, 1},
	{"response_due", "soon", 0},
};

static void test_wrong_details_change_nothing(void **state)
{
	struct arena *a = arena_new();
	struct ticket t;
	struct err e;

	for (size_t i = 0; i < COUNT(wrong_details); i++) {
		struct event ev;

		ticket_init(&t);
		t.state = STATE_NEW;
		event_init(&ev, EVENT_TAKEN, NOW, "ana");
		event_text(&ev, "assignee", "ana");
		if (wrong_details[i].text)
			event_text(&ev, wrong_details[i].key, wrong_details[i].text);
		else
			event_num(&ev, wrong_details[i].key, wrong_details[i].num);
		assert_false(ticket_apply(a, &t, &ev, &e));
		assert_non_null(strstr(e.text, wrong_details[i].key));
		assert_int_equal(t.state, STATE_NEW);
		assert_string_equal(t.assignee, "");
	}
	arena_free(&a);
}

static void test_long_text_is_cut(void **state)
{
	struct arena *a = arena_new();
	char *subject = arena_alloc(a, 3000);
	struct ticket t = {.number = NUMBER};
	struct event ev;

	for (int i = 0; i < 1499; i++)
		memcpy(subject + 2 * i, "ñ", 2);
	event_init(&ev, EVENT_RECEIVED, NOW, "requester");
	event_text(&ev, "subject", subject);
	assert_true(ticket_apply(a, &t, &ev, NULL));
	assert_int_equal(strlen(t.subject), TICKET_TEXT_MAX);
	assert_string_equal(t.number, NUMBER);
	arena_free(&a);
}

/* A case can be told again from the details that it stands on. */
static void test_details_of(void **state)
{
	struct desk d;
	struct ticket *t = &d.tickets[0].t, again = {.id = 1};
	struct event ev;

	desk_open(&d);
	desk_case(&d, STATE_NEW);
	t->closed_as = CLOSED_DUPLICATE;
	t->priority = PRIORITY_HIGH;
	t->score = 4;
	t->level = 2;
	t->comment = "bien";
	t->response_mail = 7;
	event_init(&ev, EVENT_RECEIVED, t->opened_at, "requester");
	event_details_of(&ev, t);
	assert_true(ticket_apply(d.a, &again, &ev, NULL));
	assert_int_equal(again.closed_as, CLOSED_DUPLICATE);
	assert_int_equal(again.priority, PRIORITY_HIGH);
	assert_int_equal(again.score, 4);
	assert_int_equal(again.level, 2);
	assert_string_equal(again.comment, "bien");
	assert_string_equal(again.number, NUMBER);
	assert_string_equal(again.requester.addr, PEDRO);
	assert_int_equal(again.response_mail, 7);
	assert_int_equal(again.clocks[CLOCK_RESPONSE].due, t->clocks[CLOCK_RESPONSE].due);
	desk_close(&d);
}

static void test_what_events_mean(void **state)
{
	struct desk d;
	struct ticket *t = &d.tickets[0].t;

	desk_open(&d);
	desk_case(&d, STATE_OPEN);
	desk_event(&d, EVENT_MESSAGE, NOW, "requester");
	assert_int_equal(t->wrote_at, NOW);
	desk_event(&d, EVENT_MESSAGE, NOW - 9, "requester");
	assert_int_equal(t->wrote_at, NOW);
	desk_event(&d, EVENT_WARNED, NOW, "system");
	desk_event(&d, EVENT_BREACHED, NOW + 1, "system");
	assert_int_equal(t->clocks[CLOCK_RESPONSE].warned, NOW);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].breached, NOW + 1);
	desk_event(&d, EVENT_RESPONDED, NOW + 2, "system");
	desk_event(&d, EVENT_RESPONDED, NOW + 3, "system");
	assert_int_equal(t->first_response_at, NOW + 2);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].stopped, NOW + 2);
	desk_event(&d, EVENT_RESOLVED, NOW + 4, "ana");
	assert_int_equal(t->round, 1);
	assert_int_equal(t->resolved_at, NOW + 4);
	desk_event(&d, EVENT_SURVEYED, NOW + 5, "system");
	assert_int_equal(t->survey_sent_at, NOW + 5);
	desk_event(&d, EVENT_REOPENED, NOW + 6, "requester");
	assert_int_equal(t->reopened, 1);
	assert_int_equal(t->resolved_at, 0);
	assert_int_equal(t->survey_sent_at, 0);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].stopped, 0);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].breached, 0);
	assert_int_equal(t->first_response_at, NOW + 2);
	/* an answer of the second clock that bounces leaves the first response where it was */
	desk_event(&d, EVENT_RESPONDED, NOW + 7, "system");
	desk_event(&d, EVENT_UNRESPONDED, NOW + 8, "system");
	assert_int_equal(t->first_response_at, NOW + 2);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].stopped, 0);
	desk_event(&d, EVENT_RESOLVED, NOW + 9, "ana");
	assert_int_equal(t->round, 2);
	desk_event(&d, EVENT_CLOSED, NOW + 10, "system");
	assert_int_equal(t->closed_at, NOW + 10);
	assert_int_equal(t->closed_as, CLOSED_UNEVALUATED);
	desk_event(&d, EVENT_REOPENED, NOW + 11, "ana");
	assert_int_equal(t->closed_as, CLOSED_NOT);
	desk_close(&d);
}

/* --- timers --- */

static void none(struct ticket *t)
{
	(void)t;
}
static void stopped(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].stopped = NOW;
}
static void warned(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].warned = NOW;
}
static void breached(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].breached = NOW;
}
static void no_warning(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].warn_at = 0;
}
static void no_limit(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].warn_at = t->clocks[CLOCK_RESPONSE].due = 0;
}
static void not_started(struct ticket *t)
{
	t->clocks[CLOCK_RESPONSE].started = 0;
}
static void survey_bounced(struct ticket *t)
{
	t->survey_close_at = 0;
}
static void wrote_after(struct ticket *t)
{
	t->wrote_at = t->resolved_at + 1;
}

static const struct {
	const char *name;
	enum state state;
	void (*set)(struct ticket *);
	const char *wanted;
} timer_rows[] = {
	{"a new case", STATE_NEW, none, "warn breach "},
	{"in attention", STATE_OPEN, none, "warn breach "},
	{"answered", STATE_OPEN, stopped, ""},
	{"warned", STATE_OPEN, warned, "breach "},
	{"breached", STATE_OPEN, breached, ""},
	{"no warning wanted", STATE_OPEN, no_warning, "breach "},
	{"no limit", STATE_OPEN, no_limit, ""},
	{"no clock", STATE_OPEN, not_started, ""},
	{"solved and surveyed", STATE_RESOLVED, none, "close "},
	{"survey bounced", STATE_RESOLVED, survey_bounced, ""},
	{"the requester wrote after it", STATE_RESOLVED, wrote_after, ""},
	{"closed", STATE_CLOSED, none, ""},
};

static void test_timers(void **state)
{
	struct desk d;

	desk_open(&d);
	for (size_t i = 0; i < COUNT(timer_rows); i++) {
		struct timer timers[TIMER_KIND_COUNT];
		const char *got = "";
		size_t n;

		desk_case(&d, timer_rows[i].state);
		timer_rows[i].set(&d.tickets[0].t);
		n = ticket_timers(&d.tickets[0].t, timers);
		for (size_t k = 0; k < n; k++) {
			got = arena_printf(d.a, "%s%s ", got, timer_name(timers[k].kind));
			assert_int_equal(timers[k].ticket, 1);
		}
		if (strcmp(got, timer_rows[i].wanted) != 0)
			fail_msg("%s: %s", timer_rows[i].name, got);
	}
	desk_close(&d);
}

/* --- the plan's own bounds: mistakes of ours end the process before anything is written --- */

static struct arena *held; /* by a process that ends in the middle */
static struct desk held_desk;

static void too_many_details(void)
{
	struct event ev;

	event_init(&ev, EVENT_NOTE, NOW, "ana");
	for (int i = 0; i <= EVENT_DETAILS_MAX; i++)
		event_num(&ev, "n", i);
}

static void too_many_tickets(void)
{
	struct plan *p;
	struct ticket t;

	held = arena_new();
	p = plan_new(held);
	ticket_init(&t);
	for (int i = 0; i < 4; i++)
		plan_ticket(held, p, &t);
}

static void too_many_vars(void)
{
	struct plan_mail *m;

	held = arena_new();
	m = plan_mail(held, plan_new(held), MAIL_ALERT, -1, (struct address){ANA, NULL},
		      AUDIENCE_NOTE);
	for (int i = 0; i <= MAIL_VARS_MAX; i++)
		plan_var(m, "n", NULL);
}

static void event_out_of_place(void)
{
	struct desk *d = &held_desk;
	struct act x;

	desk_open(d);
	desk_case(d, STATE_CLOSED);
	x = act_on(d->a, &d->w, plan_new(d->a), &d->tickets[0], NULL, NULL);
	act_simple(&x, EVENT_RESOLVED, "");
}

static void test_mistakes_end_it(void **state)
{
	assert_true(desk_aborts(too_many_details));
	assert_true(desk_aborts(too_many_tickets));
	assert_true(desk_aborts(too_many_vars));
	assert_true(desk_aborts(event_out_of_place));
}

static void test_plan_grows(void **state)
{
	struct arena *a = arena_new();
	struct plan *p = plan_new(a);
	struct plan_message said = {.text = "x"};
	struct ticket t;
	struct event ev;
	int at;

	ticket_init(&t);
	at = plan_ticket(a, p, &t);
	event_init(&ev, EVENT_NOTE, NOW, "ana");
	assert_false(plan_event(a, p, at, &ev, NULL));
	assert_int_equal(p->tickets[at].n, 0);
	ev.type = EVENT_RECEIVED;
	assert_true(plan_event(a, p, at, &ev, NULL));
	ev.type = EVENT_NOTE;
	for (int i = 0; i < 100; i++) {
		struct address to = {arena_printf(a, "%d@x.example", i), "x"};

		plan_mail(a, p, MAIL_ALERT, at, to, AUDIENCE_NOTE);
		plan_message(a, p, &said);
		assert_true(plan_event(a, p, at, &ev, NULL));
	}
	assert_int_equal(p->n_mails, 100);
	assert_int_equal(p->n_messages, 100);
	assert_int_equal(p->tickets[at].n, 101);
	assert_string_equal(p->mails[0].to.addr, "0@x.example");
	assert_int_equal(p->tickets[at].events[0].type, EVENT_RECEIVED);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_refusal_says_which),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_state_words),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_wrong_details_change_nothing),
		cmocka_unit_test(test_long_text_is_cut),
		cmocka_unit_test(test_details_of),
		cmocka_unit_test(test_what_events_mean),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_mistakes_end_it),
		cmocka_unit_test(test_plan_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
