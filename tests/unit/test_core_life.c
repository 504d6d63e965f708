/* Timers, what became of outgoing mail, votes by page: the life of a case after its mails. */
#include "core_desk.h"

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

static void same(const char *name, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		fail_msg("%s\n  wanted %s\n  got    %s", name, wanted, got);
}

/* --- timers: the case was received at NOW - 2 h, due at + 12 h, warned at + 9 h --- */

static const struct {
	const char *name;
	enum state state;
	enum timer_kind kind;
	int64_t at; /* seconds after NOW */
	const char *wanted;
} timer_rows[] = {
	{"a warning too early", STATE_NEW, TIMER_WARN, 7 * HOUR - 1, "none;"},
	{"a warning", STATE_NEW, TIMER_WARN, 7 * HOUR,
	 "none; new: warned; warning>ana/note warning>carmen/note"},
	{"a warning in attention", STATE_OPEN, TIMER_WARN, 7 * HOUR,
	 "none; open: warned; warning>ana/note warning>carmen/note"},
	{"a warning whose breach is due", STATE_NEW, TIMER_WARN, 10 * HOUR, "none; new: warned;"},
	{"a breach too early", STATE_NEW, TIMER_BREACH, 10 * HOUR - 1, "none;"},
	{"a breach", STATE_NEW, TIMER_BREACH, 10 * HOUR,
	 "none; new: breached; breach>ana/note breach>carmen/note"},
	{"answered", STATE_RESOLVED, TIMER_BREACH, 10 * HOUR, "none;"},
	{"closed", STATE_CLOSED, TIMER_WARN, 10 * HOUR, "none;"},
	{"no survey yet", STATE_OPEN, TIMER_CLOSE, 90 * HOUR, "none;"},
	{"the survey's days not over", STATE_RESOLVED, TIMER_CLOSE, 47 * HOUR - 1, "none;"},
	{"the survey's days over", STATE_RESOLVED, TIMER_CLOSE, 47 * HOUR,
	 "none; closed: closed; closed>pedro"},
};

static void test_timers(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(timer_rows); i++) {
		desk_case(d, timer_rows[i].state);
		d->w.now = NOW + timer_rows[i].at;
		same(timer_rows[i].name,
		     says(d, on_timer(d->a, &d->w, &d->tickets[0], timer_rows[i].kind)),
		     timer_rows[i].wanted);
	}
}

static void test_timer_details(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	desk_case(d, STATE_NEW);
	d->w.now = NOW + 10 * HOUR;
	p = on_timer(d->a, &d->w, &d->tickets[0], TIMER_BREACH);
	assert_string_equal(var_of(p, 0, "within"), "12 horas");
	assert_string_equal(var_of(p, 0, "text"), "La impresora no imprime.");
	assert_int_equal(p->tickets[0].after.clocks[CLOCK_RESPONSE].breached, NOW + 10 * HOUR);
	d->tickets[0].t = p->tickets[0].after;
	same("told once", says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_BREACH)), "none;");
	same("no warning after it", says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_WARN)),
	     "none;");
	desk_case(d, STATE_NEW);
	d->tickets[0].t.assignee = "";
	p = on_timer(d->a, &d->w, &d->tickets[0], TIMER_BREACH);
	same("the queue's", says(d, p), "none; new: breached; breach>carmen/note");
}

static void test_close_by_itself(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	desk_case(d, STATE_RESOLVED);
	d->w.now = NOW + 48 * HOUR;
	p = on_timer(d->a, &d->w, &d->tickets[0], TIMER_CLOSE);
	assert_int_equal(p->tickets[0].after.closed_as, CLOSED_UNEVALUATED);
	assert_true(p->mails[0].automatic);
	desk_event(d, EVENT_MESSAGE, NOW, "requester");
	same("never after the requester wrote",
	     says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_CLOSE)), "none;");
	desk_case(d, STATE_RESOLVED);
	desk_spent(d, BUDGET_TICKET, PEDRO, true, NOW + 50 * HOUR);
	p = on_timer(d->a, &d->w, &d->tickets[0], TIMER_CLOSE);
	same("over the budget", says(d, p), "none; closed: closed postponed; alert>carmen/note");
	assert_int_equal(p->n_postponed, 1);
	assert_int_equal(p->postponed[0].due, NOW + 50 * HOUR);
	assert_string_equal(p->postponed[0].to.addr, PEDRO);
	assert_true(p->brake_told);
	d->tickets[0].t.requester.addr = DESK;
	desk_spent(d, BUDGET_TICKET, DESK, true, NOW + 50 * HOUR);
	same("over the budget, and nobody to tell later",
	     says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_CLOSE)), "none; closed: closed;");
	d->snap.n_spent = 0;
	d->tickets[0].t.requester.addr = "";
	same("nobody to tell", says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_CLOSE)),
	     "none; closed: closed;");
}

/* --- outgoing mail --- */

static const struct {
	const char *name;
	enum state state;
	bool answered; /* the clock had stopped */
	enum mail_purpose purpose;
	const char *to;
	enum sent what;
	const char *wanted;
} sent_rows[] = {
	{"the acknowledgement left", STATE_NEW, false, MAIL_ACKNOWLEDGEMENT, PEDRO, SENT_ACCEPTED,
	 "none; new: acknowledged;"},
	{"an assignment left", STATE_NEW, false, MAIL_ASSIGNMENT, ANA, SENT_ACCEPTED,
	 "none; new:;"},
	{"the first answer", STATE_OPEN, false, MAIL_RELAY_OUT, PEDRO, SENT_ACCEPTED,
	 "none; open: responded;"},
	{"the second answer", STATE_OPEN, true, MAIL_RELAY_OUT, PEDRO, SENT_ACCEPTED,
	 "none; open:;"},
	{"the answer after the closing", STATE_CLOSED, true, MAIL_RELAY_OUT, PEDRO, SENT_ACCEPTED,
	 "none; closed:;"},
	{"the survey again", STATE_RESOLVED, true, MAIL_SURVEY, PEDRO, SENT_ACCEPTED,
	 "none; resolved:;"},
	{"a survey of a case that is open again", STATE_OPEN, true, MAIL_SURVEY, PEDRO,
	 SENT_ACCEPTED, "none; open:;"},
	{"a refused acknowledgement", STATE_NEW, false, MAIL_ACKNOWLEDGEMENT, PEDRO, SENT_REFUSED,
	 "none; new: mail_failed; failed>ana/note"},
	{"an expired answer", STATE_OPEN, false, MAIL_RELAY_OUT, PEDRO, SENT_EXPIRED,
	 "none; open: mail_failed; failed>ana/note"},
	{"a refused mail to the assignee", STATE_OPEN, false, MAIL_ASSIGNMENT, ANA, SENT_REFUSED,
	 "none; open: mail_failed; failed>carmen/note"},
	{"a refused mail to the coordinator", STATE_OPEN, false, MAIL_WARNING, CARMEN, SENT_REFUSED,
	 "none; open: mail_failed; failed>ana/note"},
	{"news of a failure that fail", STATE_OPEN, false, MAIL_FAILED, ANA, SENT_REFUSED,
	 "none; open: mail_failed;"},
	{"a survey that came back", STATE_RESOLVED, true, MAIL_SURVEY, PEDRO, SENT_BOUNCED,
	 "none; resolved: bounced; failed>ana/note failed>carmen/note"},
	{"a refused survey", STATE_RESOLVED, true, MAIL_SURVEY, PEDRO, SENT_REFUSED,
	 "none; resolved: mail_failed; failed>ana/note failed>carmen/note"},
};

static void test_sent(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(sent_rows); i++) {
		struct sent_result r = {.what = sent_rows[i].what, .diagnostic = "550 no"};

		desk_case(d, sent_rows[i].state);
		if (!sent_rows[i].answered)
			d->tickets[0].t.clocks[CLOCK_RESPONSE].stopped = 0;
		else if (!d->tickets[0].t.clocks[CLOCK_RESPONSE].stopped)
			desk_event(d, EVENT_RESPONDED, NOW - HOUR, "system");
		d->snap.n_outgoing = 0;
		r.mail = desk_sent(d, "x@mesa.example", sent_rows[i].to, AUDIENCE_NOTE,
				   sent_rows[i].purpose);
		same(sent_rows[i].name, says(d, on_sent(d->a, &d->w, &d->tickets[0], &r)),
		     sent_rows[i].wanted);
	}
}

static struct plan *sent(struct desk *d, enum mail_purpose purpose, enum sent what)
{
	struct sent_result r = {.what = what, .diagnostic = "550 no"};

	d->snap.n_outgoing = 0;
	r.mail = desk_sent(d, "x@mesa.example", PEDRO, AUDIENCE_REQUESTER, purpose);
	return on_sent(d->a, &d->w, &d->tickets[0], &r);
}

static void test_clock_stops_and_starts(void **state)
{
	struct desk *d = *state;
	struct ticket *t = &d->tickets[0].t;
	struct plan *p;

	desk_case(d, STATE_OPEN);
	p = sent(d, MAIL_RELAY_OUT, SENT_ACCEPTED);
	*t = p->tickets[0].after;
	assert_int_equal(t->first_response_at, NOW);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].stopped, NOW);
	assert_int_equal(t->response_mail, 101);
	p = sent(d, MAIL_RELAY_OUT, SENT_BOUNCED);
	same("it came back", says(d, p), "none; open: bounced unresponded; failed>ana/note");
	*t = p->tickets[0].after;
	assert_int_equal(t->first_response_at, 0);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].stopped, 0);
	assert_int_equal(t->response_mail, 0);
	t->clocks[CLOCK_RESPONSE].started = NOW;
	p = sent(d, MAIL_RELAY_OUT, SENT_ACCEPTED);
	same("written before the reopening", says(d, p), "none; open:;");
	t->clocks[CLOCK_RESPONSE].started = NOW - 2 * HOUR;
	d->w.now = NOW + 11 * HOUR;
	p = sent(d, MAIL_RELAY_OUT, SENT_ACCEPTED);
	same("an answer after the limit was a breach first", says(d, p),
	     "none; open: breached responded; breach>ana/note breach>carmen/note");
}

static void test_survey_starts_its_days(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	desk_case(d, STATE_OPEN);
	desk_event(d, EVENT_RESOLVED, NOW - 60, "ana");
	p = sent(d, MAIL_SURVEY, SENT_ACCEPTED);
	same("accepted", says(d, p), "none; resolved: responded surveyed;");
	assert_int_equal(p->tickets[0].after.survey_sent_at, NOW);
	assert_int_equal(p->tickets[0].after.survey_close_at, NOW + 2 * DAY_SECONDS);
	d->tickets[0].t = p->tickets[0].after;
	p = sent(d, MAIL_SURVEY, SENT_BOUNCED);
	assert_int_equal(p->tickets[0].after.survey_close_at, 0);
	d->tickets[0].t.round = 3;
	p = sent(d, MAIL_SURVEY, SENT_BOUNCED);
	d->outgoing[0].round = 2;
	p = on_sent(d->a, &d->w, &d->tickets[0],
		    &(struct sent_result){&d->outgoing[0], SENT_BOUNCED, "no"});
	assert_int_equal(p->tickets[0].after.survey_close_at, NOW + 2 * DAY_SECONDS);
}

static void test_failure_says_what_to_do(void **state)
{
	struct desk *d = *state;
	struct plan *p;
	struct sent_result r = {.what = SENT_REFUSED, .diagnostic = "550 no"};

	desk_case(d, STATE_OPEN);
	p = sent(d, MAIL_ACKNOWLEDGEMENT, SENT_REFUSED);
	assert_string_equal(var_of(p, 0, "recipient"), PEDRO);
	assert_string_equal(var_of(p, 0, "diagnostic"), "550 no");
	assert_string_equal(var_of(p, 0, "reason"), "el acuse de recibo");
	assert_string_not_equal(var_of(p, 0, "hint"), "");
	r.mail = desk_sent(d, "y@mesa.example", CARMEN, AUDIENCE_NOTE, MAIL_WARNING);
	p = on_sent(d->a, &d->w, &d->tickets[0], &r);
	assert_string_equal(var_of(p, 0, "hint"), "Revise el buzón de esa persona.");
	d->policy.n_staff = 0;
	same("nobody to tell", says(d, on_sent(d->a, &d->w, &d->tickets[0], &r)),
	     "none; open: mail_failed;");
	p = on_sent(d->a, &d->w, NULL, &r);
	assert_int_equal(p->outbox, r.mail->id);
	same("about no case", says(d, p), "none;");
}

/* The coordinator has the case, or nobody has it and her own mail fails. */
static void test_coordinator_told_once(void **state)
{
	struct desk *d = *state;
	struct sent_result r = {.what = SENT_REFUSED, .diagnostic = "550 no"};

	desk_case(d, STATE_NEW);
	d->tickets[0].t.assignee = "carmen";
	d->w.now = NOW + 10 * HOUR;
	same("one breach", says(d, on_timer(d->a, &d->w, &d->tickets[0], TIMER_BREACH)),
	     "none; new: breached; breach>carmen/note");
	d->tickets[0].t.assignee = "";
	r.mail = desk_sent(d, "y@mesa.example", CARMEN, AUDIENCE_NOTE, MAIL_WARNING);
	same("nobody else", says(d, on_sent(d->a, &d->w, &d->tickets[0], &r)),
	     "none; new: mail_failed;");
}

/* --- votes by page --- */

static const struct {
	const char *name;
	enum state state;
	int round, score;
	bool solved;
	int64_t later;
	enum vote_result result;
	const char *wanted;
} vote_rows[] = {
	{"five", STATE_RESOLVED, 1, 5, true, 0, VOTE_RECORDED,
	 "none; closed: evaluated closed; vote>ana/note"},
	{"one: the coordinator too", STATE_RESOLVED, 1, 1, true, 0, VOTE_RECORDED,
	 "none; closed: evaluated closed; vote>ana/note vote>carmen/note"},
	{"solved, no score", STATE_RESOLVED, 1, 0, true, 0, VOTE_RECORDED,
	 "none; closed: evaluated closed; vote>ana/note"},
	{"not solved", STATE_RESOLVED, 1, 0, false, 0, VOTE_REOPENED,
	 "none; open: reopened; reopened>ana/relay"},
	{"not solved, with a score", STATE_RESOLVED, 1, 2, false, 0, VOTE_REOPENED,
	 "none; open: evaluated reopened; reopened>ana/relay reopened>carmen/relay"},
	{"of another round", STATE_RESOLVED, 2, 5, true, 0, VOTE_WITHDRAWN, "none; resolved:;"},
	{"open again", STATE_OPEN, 0, 5, true, 0, VOTE_WITHDRAWN, "none; open:;"},
	{"late", STATE_CLOSED, 1, 3, true, 0, VOTE_LATE, "none; closed: late_vote; vote>ana/note"},
	{"late, nothing said", STATE_CLOSED, 1, 0, true, 0, VOTE_TOO_LATE, "none; closed:;"},
	{"too late", STATE_CLOSED, 1, 3, true, 31 * DAY_SECONDS, VOTE_TOO_LATE, "none; closed:;"},
	{"closed, not solved", STATE_CLOSED, 1, 1, false, 0, VOTE_REOPENED,
	 "none; open: reopened; reopened>ana/relay reopened>carmen/relay"},
	{"closed, not solved, after the time", STATE_CLOSED, 1, 1, false, 6 * DAY_SECONDS,
	 VOTE_LATE, "none; closed: late_vote; vote>ana/note vote>carmen/note"},
};

static void test_votes(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(vote_rows); i++) {
		struct vote v = {vote_rows[i].round,
				 vote_rows[i].score,
				 vote_rows[i].solved,
				 NULL,
				 PEDRO,
				 "link"};
		enum vote_result result;
		struct plan *p;

		desk_case(d, vote_rows[i].state);
		d->w.now = NOW + vote_rows[i].later;
		p = on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
		same(vote_rows[i].name, says(d, p), vote_rows[i].wanted);
		assert_int_equal(result, vote_rows[i].result);
	}
}

static void test_vote_once(void **state)
{
	struct desk *d = *state;
	struct vote v = {1, 4, true, "Muy rápido", PEDRO, "link"};
	enum vote_result result;
	struct plan *p;

	desk_case(d, STATE_RESOLVED);
	p = on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
	assert_int_equal(p->tickets[0].after.score, 4);
	assert_string_equal(p->tickets[0].after.comment, "Muy rápido");
	assert_int_equal(p->mails[0].audience, AUDIENCE_RELAY);
	d->tickets[0].t = p->tickets[0].after;
	p = on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
	assert_int_equal(result, VOTE_REPEATED);
	same("again", says(d, p), "none; closed:;");
	desk_case(d, STATE_CLOSED);
	p = on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
	assert_string_equal(var_of(p, 0, "late"), "1");
	assert_int_equal(p->tickets[0].after.closed_as, CLOSED_UNEVALUATED);
	d->tickets[0].t = p->tickets[0].after;
	on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
	assert_int_equal(result, VOTE_REPEATED);
}

static void test_failed_solution_stays_in_the_events(void **state)
{
	struct desk *d = *state;
	struct vote v = {1, 2, false, "No sirve", PEDRO, "link"};
	enum vote_result result;
	struct plan *p;

	desk_case(d, STATE_RESOLVED);
	p = on_vote(d->a, &d->w, &d->tickets[0], &v, &result);
	assert_int_equal(p->tickets[0].after.score, 0);
	assert_int_equal(p->tickets[0].after.reopened, 1);
	assert_string_equal(detail_of(p, EVENT_EVALUATED, "solved"), "no");
	assert_string_equal(var_of(p, 0, "comment"), "No sirve");
	assert_string_equal(var_of(p, 0, "score"), "2");
	assert_true(p->tickets[0].cancel_surveys);
}

/* By reply the closing is told, within the budgets. */
static void test_closing_told_by_reply(void **state)
{
	struct desk *d = *state;
	struct vote v = {1, 4, true, "", PEDRO, "reply"};
	enum vote_result result;

	desk_case(d, STATE_RESOLVED);
	same("told", says(d, on_vote(d->a, &d->w, &d->tickets[0], &v, &result)),
	     "none; closed: evaluated closed; vote>ana/note closed>pedro");
	desk_spent(d, BUDGET_TOTAL, PEDRO, true, NOW + 60);
	same("over the budget", says(d, on_vote(d->a, &d->w, &d->tickets[0], &v, &result)),
	     "none; closed: evaluated closed postponed; vote>ana/note alert>carmen/note");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timers, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_timer_details, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_close_by_itself, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_sent, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_clock_stops_and_starts, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_survey_starts_its_days, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_failure_says_what_to_do, open_desk,
						close_desk),
		cmocka_unit_test_setup_teardown(test_coordinator_told_once, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_votes, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote_once, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_failed_solution_stays_in_the_events, open_desk,
						close_desk),
		cmocka_unit_test_setup_teardown(test_closing_told_by_reply, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
