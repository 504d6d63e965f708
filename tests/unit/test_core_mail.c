/* What comes of a mail: cases, the requester's replies, automatic mail, bounces. */
#include "core_desk.h"

#include "core/rule.h"

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

static void expect(struct desk *d, const char *name, const char *wanted)
{
	const char *got = says(d, on_mail(d->a, &d->w, &d->f));

	if (strcmp(got, wanted) != 0)
		fail_msg("%s\n  wanted %s\n  got    %s", name, wanted, got);
}

/* --- a new case --- */

static void test_new_case(void **state)
{
	struct desk *d = *state;
	struct plan *p;
	const struct ticket *t;

	desk_mail(d, PEDRO, "Impresora", "No imprime.");
	p = on_mail(d->a, &d->w, &d->f);
	t = &p->tickets[0].after;
	assert_string_equal(
		says(d, p),
		"case; new: received assigned; acknowledgement>pedro assignment>ana/relay");
	assert_int_equal(t->opened_at, NOW - 60);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].due, NOW - 60 + 12 * HOUR);
	assert_int_equal(t->clocks[CLOCK_RESPONSE].warn_at, NOW - 60 + 9 * HOUR);
	assert_string_equal(t->channel, "email");
	assert_string_equal(t->thread_id, "este@correo.example");
	assert_string_equal(t->assignee, "ana");
	assert_string_equal(p->why.thread, "new");
	assert_string_equal(p->mails[0].in_reply_to, "este@correo.example");
	assert_true(p->mails[0].acknowledges);
	assert_string_equal(var_of(p, 0, "within"), "12 horas");
	assert_string_equal(var_of(p, 1, "text"), "No imprime.");
	assert_string_equal(p->mails[1].in_reply_to, "");
	assert_int_equal(p->n_messages, 1);
	assert_true(p->messages[0].inbound);
}

static void no_staff(struct desk *d)
{
	d->policy.n_staff = 0;
}
static void level_three(struct desk *d)
{
	d->policy.default_service = "";
	d->policy.default_level = 3;
}
static void level_three_alone(struct desk *d)
{
	level_three(d);
	d->staff[2].role = ROLE_TECHNICIAN;
}
static void coordinator_assigns(struct desk *d)
{
	d->policy.assign_auto = false;
}
static void failed_verdict(struct desk *d)
{
	d->f.verdict = VERDICT_FAIL;
}
static void two_froms(struct desk *d)
{
	d->f.from_count = 2;
}
static void no_from(struct desk *d)
{
	d->f.from = (struct address){"", ""};
	d->f.from_count = 0;
}
static void spent_address(struct desk *d)
{
	desk_spent(d, BUDGET_ADDRESS, PEDRO, false, NOW + HOUR);
}
static void spent_domain(struct desk *d)
{
	desk_spent(d, BUDGET_DOMAIN, "PEDRO+x@entidad.example", false, NOW + HOUR);
}
static void spent_total(struct desk *d)
{
	desk_spent(d, BUDGET_TOTAL, PEDRO, false, NOW + HOUR);
}
static void spent_and_told(struct desk *d)
{
	spent_address(d);
	d->snap.brake_told_at = NOW - HOUR + 1;
}
static void spent_a_day(struct desk *d)
{
	spent_address(d);
	d->snap.braked = true;
	d->snap.brake_told_at = NOW - DAY_SECONDS;
}
static void spent_still(struct desk *d)
{
	spent_address(d);
	d->snap.braked = true;
	d->snap.brake_told_at = NOW - DAY_SECONDS + 1;
}
static void spent_by_another(struct desk *d)
{
	desk_spent(d, BUDGET_ADDRESS, LUCIA, false, NOW + HOUR);
}
static void spent_by_his_case(struct desk *d)
{
	desk_spent(d, BUDGET_TICKET, PEDRO, true, NOW + HOUR);
}
static void digest_waits(struct desk *d)
{
	desk_spent(d, BUDGET_ADDRESS, PEDRO, false, 0)->digest_due = NOW + HOUR;
	d->snap.braked = true;
	d->snap.brake_told_at = NOW - HOUR;
}
static void no_from_and_spent(struct desk *d)
{
	no_from(d);
	desk_spent(d, BUDGET_TOTAL, "", false, NOW + HOUR);
}
static void within_budget(struct desk *d)
{
	desk_spent(d, BUDGET_ADDRESS, PEDRO, false, 0);
	desk_spent(d, BUDGET_TOTAL, PEDRO, false, 0);
}
static void oversize(struct desk *d)
{
	d->f.headers_only = true;
}
static void limit_hit(struct desk *d)
{
	static const char *warnings[] = {"no usable Date",
					 "the text is too long: the rest of it was not read",
					 "signed: the signature was not checked here"};

	d->f.warnings = warnings;
	d->f.n_warnings = 3;
}
static void only_repairs(struct desk *d)
{
	limit_hit(d);
	d->f.n_warnings = 1;
}
static void copies(struct desk *d)
{
	d->cc[0] = (struct address){LUCIA, ""};
	d->cc[1] = (struct address){"Lucia+x@ENTIDAD.example", ""};
	d->cc[2] = (struct address){STRANGER, ""};
	d->cc[3] = (struct address){ANA, ""};
	d->f.n_cc = 4;
	d->to[1] = (struct address){PEDRO, ""};
	d->to[2] = (struct address){"no address@entidad.example", ""};
	d->f.n_to = 3;
}

static const struct {
	const char *name;
	void (*set)(struct desk *);
	const char *wanted;
} born_rows[] = {
	{"nobody at all", no_staff, "case; new: received; acknowledgement>pedro"},
	{"nobody attends that level, and nobody coordinates", level_three_alone,
	 "case; new: received; acknowledgement>pedro assignment>ana/relay assignment>benito/relay "
	 "assignment>dora/relay"},
	{"nobody attends that level", level_three,
	 "case; new: received; acknowledgement>pedro assignment>carmen/relay"},
	{"the coordinator assigns", coordinator_assigns,
	 "case; new: received; acknowledgement>pedro assignment>carmen/relay"},
	{"authentication failed: no thanks", failed_verdict,
	 "case; new: received cancelled assigned; assignment>ana/relay"},
	{"two mailboxes in From", two_froms,
	 "case; new: received cancelled assigned; assignment>ana/relay"},
	{"no From", no_from, "case; new: received cancelled assigned; assignment>ana/relay"},
	{"budget of the address spent", spent_address,
	 "case; new: received postponed assigned; alert>carmen/note assignment>ana/relay"},
	{"budget of the domain spent", spent_domain,
	 "case; new: received postponed assigned; alert>carmen/note assignment>ana/relay"},
	{"budget of all spent", spent_total,
	 "case; new: received postponed assigned; alert>carmen/note assignment>ana/relay"},
	{"the coordinator was told within the hour", spent_and_told,
	 "case; new: received postponed assigned; assignment>ana/relay"},
	{"it lasts a day: she is told again", spent_a_day,
	 "case; new: received postponed assigned; alert>carmen/note assignment>ana/relay"},
	{"it lasts", spent_still, "case; new: received postponed assigned; assignment>ana/relay"},
	{"another one's budget", spent_by_another,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"another case's budget", spent_by_his_case,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"a digest waits: what comes joins it", digest_waits,
	 "case; new: received postponed assigned; assignment>ana/relay"},
	{"nobody to write to later either", no_from_and_spent,
	 "case; new: received cancelled assigned; assignment>ana/relay"},
	{"the last one within the budgets", within_budget,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"too big", oversize,
	 "oversize; new: received limited assigned; acknowledgement>pedro assignment>ana/relay"},
	{"a limit was hit", limit_hit,
	 "case; new: received limited assigned; acknowledgement>pedro assignment>ana/relay"},
	{"repairs are no limits", only_repairs,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"people of the entity in copy", copies,
	 "case; new: received joined assigned; acknowledgement>pedro assignment>ana/relay"},
};

static void test_new_rows(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(born_rows); i++) {
		desk_close(d);
		desk_open(d);
		desk_mail(d, PEDRO, "Impresora", "No imprime.");
		born_rows[i].set(d);
		expect(d, born_rows[i].name, born_rows[i].wanted);
	}
}

/* As many attachments as are read, with the longest names: what their list costs grows with it. */
static void test_many_attachments(void **state)
{
	enum { MANY = 500, NAME = 255 };
	struct desk *d = *state;
	struct attachment *att = arena_array(d->a, MANY, sizeof(*att));
	char *name = arena_alloc(d->a, NAME + 1);
	size_t before;
	struct plan *p;

	memset(name, 'n', NAME);
	for (int i = 0; i < MANY; i++)
		att[i] = (struct attachment){
			.name = name, .type = "", .encoding = "", .offset = i, .len = 1, .size = 1};
	desk_mail(d, PEDRO, "Fotos", "Van las fotos.");
	d->f.attachments = att;
	d->f.n_attachments = MANY;
	before = arena_used(d->a);
	p = on_mail(d->a, &d->w, &d->f);
	assert_int_equal(strlen(var_of(p, 1, "attachment_names")), MANY * (NAME + 2) - 2);
	assert_in_range(arena_used(d->a) - before, 0, 4 * MANY * NAME);
}

static void test_new_notes(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	d->policy.assign_auto = false;
	desk_mail(d, PEDRO, "Impresora", "No imprime.");
	d->f.forwarded_from = (struct address){STRANGER, ""};
	d->f.verdict = VERDICT_FAIL;
	d->f.from_count = 2;
	d->f.headers_only = true;
	p = on_mail(d->a, &d->w, &d->f);
	assert_non_null(strstr(var_of(p, 0, "note"), "Reenvía un mensaje de " STRANGER));
	assert_non_null(strstr(var_of(p, 0, "note"), "remitente claro"));
	assert_non_null(strstr(var_of(p, 0, "note"), "demasiado grande"));
	assert_non_null(strstr(var_of(p, 0, "note"), "Ana Ruiz (ana): 0 casos abiertos"));
	assert_string_equal(var_of(p, 0, "auth_failed"), "1");
	d->f.forwarded_from = (struct address){STRANGER, "Remoto Raro"};
	p = on_mail(d->a, &d->w, &d->f);
	assert_non_null(strstr(var_of(p, 0, "note"), "Reenvía un mensaje de Remoto Raro."));
}

static void test_registered(void **state)
{
	struct desk *d = *state;
	struct new_case n = {.from = {PEDRO, NULL},
			     .subject = "Teléfono",
			     .body = "No da tono.",
			     .channel = "phone",
			     .by = "ana"};
	struct plan *p = on_new(d->a, &d->w, &n);

	assert_string_equal(
		says(d, p),
		"none; new: received assigned; acknowledgement>pedro assignment>ana/relay");
	assert_string_equal(p->tickets[0].after.channel, "phone");
	assert_string_equal(p->tickets[0].events[0].actor, "ana");
	assert_int_equal(p->tickets[0].after.opened_at, NOW);
	assert_string_equal(p->mails[0].in_reply_to, "");
	assert_string_equal(p->answer, "{\"done\":[\"El caso quedó registrado.\"]}");
	n.body = NULL;
	n.from.name = "Pedro";
	p = on_new(d->a, &d->w, &n);
	assert_string_equal(p->messages[0].text, "");
	n.from.addr = "";
	assert_string_equal(says(d, on_new(d->a, &d->w, &n)),
			    "none; new: received cancelled assigned; assignment>ana/relay");
	n.from.addr = DESK;
	assert_string_equal(says(d, on_new(d->a, &d->w, &n)),
			    "none; new: received cancelled assigned; assignment>ana/relay");
}

/* --- «What a requester's reply does» --- */

static const char *const RELAY_ID = "relevo@mesa.example";
static const char *const SURVEY_ID = "encuesta@mesa.example";
static const char *const ACK_ID = "acuse@mesa.example";

static const struct {
	const char *name;
	enum state state;
	const char *answers, *text;
	int64_t later; /* the mail comes so much later than NOW */
	const char *wanted;
} reply_rows[] = {
	{"open, text", STATE_OPEN, ACK_ID, "Es la del segundo piso.", 0,
	 "part; open: message; relay_in>ana/relay~"},
	{"new, text", STATE_NEW, ACK_ID, "Es la del segundo piso.", 0,
	 "part; new: message; relay_in>ana/relay~"},
	{"waiting, text: back to open", STATE_WAITING, ACK_ID, "Ya llegó el repuesto.", 0,
	 "part; open: message; relay_in>ana/relay~"},
	{"external, text", STATE_EXTERNAL, ACK_ID, "¿Hay noticias?", 0,
	 "part; external: message; relay_in>ana/relay~"},
	{"open, thanks are words like others", STATE_OPEN, ACK_ID, "Gracias", 0,
	 "part; open: message; relay_in>ana/relay~"},
	{"open, a digit to an old survey", STATE_OPEN, SURVEY_ID, "5", 0,
	 "part; open: message; relay_in>ana/relay~"},
	{"solved, the vote", STATE_RESOLVED, SURVEY_ID, "5", 0,
	 "part; closed: evaluated closed; vote>ana/note closed>pedro"},
	{"solved, the vote with words", STATE_RESOLVED, SURVEY_ID,
	 "Calificación: 4\nTodo muy rápido.", 0,
	 "part; closed: evaluated closed; vote>ana/relay closed>pedro"},
	{"solved, a bad vote", STATE_RESOLVED, SURVEY_ID, "2/5", 0,
	 "part; closed: evaluated closed; vote>ana/note vote>carmen/note closed>pedro"},
	{"solved, a digit that answers another mail", STATE_RESOLVED, RELAY_ID, "5", 0,
	 "part; open: message reopened; reopened>ana/relay"},
	{"solved, thanks", STATE_RESOLVED, SURVEY_ID, "¡Muchas gracias, Ana!\nPedro Gómez", 0,
	 "part; resolved: thanked;"},
	{"solved, NO", STATE_RESOLVED, SURVEY_ID, "NO", 0,
	 "part; open: message reopened; reopened>ana/relay"},
	{"solved, NO and why", STATE_RESOLVED, SURVEY_ID, "NO\nSigue igual.", 0,
	 "part; open: message reopened; reopened>ana/relay"},
	{"solved, thanks and a question", STATE_RESOLVED, SURVEY_ID, "Gracias. ¿Y la otra?", 0,
	 "part; open: message reopened; reopened>ana/relay"},
	{"closed, a late vote", STATE_CLOSED, SURVEY_ID, "4", 0,
	 "part; closed: late_vote; vote>ana/note"},
	{"closed, a late vote that answers the news of it", STATE_CLOSED, RELAY_ID, "4", 0,
	 "part; closed: late_vote; vote>ana/note"},
	{"closed, a late vote after the reopening's time", STATE_CLOSED, SURVEY_ID, "4",
	 6 * DAY_SECONDS, "part; closed: late_vote; vote>ana/note"},
	{"closed, a vote too late", STATE_CLOSED, SURVEY_ID, "4", 31 * DAY_SECONDS,
	 "part; closed: thanked;"},
	{"closed, a vote too late with words", STATE_CLOSED, SURVEY_ID, "4\nY otra cosa.",
	 31 * DAY_SECONDS, "part; closed: thanked; relay_in>ana/relay~"},
	{"closed, thanks", STATE_CLOSED, SURVEY_ID, "Mil gracias", 0, "part; closed: thanked;"},
	{"closed, text within the time", STATE_CLOSED, SURVEY_ID, "Volvió a fallar.", 0,
	 "part; open: message reopened; reopened>ana/relay"},
	{"closed, text at the last moment", STATE_CLOSED, SURVEY_ID, "Volvió a fallar.",
	 5 * DAY_SECONDS - HOUR / 2 + 60, "part; open: message reopened; reopened>ana/relay"},
	{"closed, text a second later", STATE_CLOSED, SURVEY_ID, "Volvió a fallar.",
	 5 * DAY_SECONDS - HOUR / 2 + 61,
	 "case; new: received linked assigned; acknowledgement>pedro assignment>ana/relay"},
	{"closed long ago, thanks", STATE_CLOSED, SURVEY_ID, "gracias", 90 * DAY_SECONDS,
	 "part; closed: thanked;"},
};

static void test_replies(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(reply_rows); i++) {
		desk_close(d);
		desk_open(d);
		desk_case(d, reply_rows[i].state);
		desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
		desk_sent(d, RELAY_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_RELAY_OUT);
		desk_sent(d, SURVEY_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_SURVEY);
		desk_mail(d, PEDRO, "Re: Impresora", reply_rows[i].text);
		desk_answers(d, reply_rows[i].answers);
		d->f.received_at += reply_rows[i].later;
		d->w.now += reply_rows[i].later;
		expect(d, reply_rows[i].name, reply_rows[i].wanted);
	}
}

static void survey_case(struct desk *d, enum state s, const char *from, const char *text)
{
	desk_case(d, s);
	desk_sent(d, SURVEY_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_SURVEY);
	desk_mail(d, from, "Re: Impresora", text);
	desk_answers(d, SURVEY_ID);
}

static void test_reply_details(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	survey_case(d, STATE_RESOLVED, PEDRO, "5\nMuy bien.");
	p = on_mail(d->a, &d->w, &d->f);
	assert_int_equal(p->tickets[0].after.score, 5);
	assert_string_equal(p->tickets[0].after.comment, "Muy bien.");
	assert_int_equal(p->tickets[0].after.closed_as, CLOSED_EVALUATED);
	assert_string_equal(p->why.thread, "reply");
	assert_string_equal(p->why.number, NUMBER);

	d->f.text = "Sigue igual.";
	d->span[0].len = 12;
	d->f.n_spans = 1;
	d->f.verdict = VERDICT_FAIL;
	p = on_mail(d->a, &d->w, &d->f);
	assert_true(p->tickets[0].cancel_surveys);
	assert_int_equal(p->tickets[0].after.clocks[CLOCK_RESPONSE].due, NOW - 60 + 12 * HOUR);
	assert_int_equal(p->tickets[0].after.survey_close_at, 0);
	assert_string_equal(var_of(p, 0, "auth_failed"), "1");
}

/* A phone that dropped the headers: the signed foot of the survey is in the quote. */
static void test_vote_by_foot(void **state)
{
	struct desk *d = *state;

	desk_case(d, STATE_RESOLVED);
	desk_mail(d, PEDRO, "Impresora", "5");
	desk_ref(d, PEDRO, AUDIENCE_REQUESTER);
	expect(d, "the foot", "part; closed: evaluated closed; vote>ana/note closed>pedro");
	desk_mail(d, PEDRO, "[" NUMBER "] Impresora", "5");
	expect(d, "a number alone is no right to vote",
	       "part; open: message reopened; reopened>ana/relay");
}

static void test_vote_of_others(void **state)
{
	struct desk *d = *state;
	static const char *others[] = {LUCIA};

	survey_case(d, STATE_RESOLVED, LUCIA, "5");
	d->tickets[0].participants = others;
	d->tickets[0].n_participants = 1;
	expect(d, "a participant does not evaluate", "part; resolved: thanked;");
	desk_mail(d, LUCIA, "Impresora", "5\nPero sigue fallando.");
	desk_answers(d, SURVEY_ID);
	expect(d, "her words are words", "part; open: message reopened; reopened>ana/relay");
}

/* From is somebody's else, Sender the requester's: of the case, but no vote. */
static void test_vote_by_sender_field(void **state)
{
	struct desk *d = *state;

	survey_case(d, STATE_RESOLVED, STRANGER, "5");
	d->f.sender.addr = PEDRO;
	expect(d, "not the address that was asked",
	       "part; open: message reopened; reopened>ana/relay");
}

static void test_vote_again(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	survey_case(d, STATE_CLOSED, PEDRO, "1\nLa verdad no.");
	d->tickets[0].t.closed_as = CLOSED_EVALUATED;
	expect(d, "once", "part; closed: thanked; relay_in>ana/relay~");
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(detail_of(p, EVENT_THANKED, "why"), "ya había calificado");
	d->tickets[0].t.round = 2;
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(detail_of(p, EVENT_THANKED, "why"), "calificó una solución anterior");
}

static void test_empty_replies(void **state)
{
	struct desk *d = *state;

	survey_case(d, STATE_RESOLVED, PEDRO, "");
	d->f.text = "";
	d->f.n_spans = 0;
	expect(d, "nothing at all moves nothing", "part; resolved: thanked;");
	desk_attach(d, "foto.jpg", 10, ATT_INLINE);
	expect(d, "a picture says something", "part; open: message reopened; reopened>ana/relay");
	d->f.text = "Respondí entre líneas.";
	expect(d, "all of it looked quoted", "part; resolved: thanked; relay_in>ana/relay~");
	assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "text"),
			    "Respondí entre líneas.");
	desk_attach(d, "pantalla.pdf", 10, 0);
	expect(d, "a file says something", "part; open: message reopened; reopened>ana/relay");
}

/* A reply that says nothing (sent by mistake, a telephone's line and the quote) moves nothing, but
 * the technician sees it. */
static void test_only_quotes(void **state)
{
	static const struct {
		enum state state;
		int64_t ago;
		const char *wanted;
	} cases[] = {
		{STATE_OPEN, 0, "part; open: message; relay_in>ana/relay~"},
		{STATE_RESOLVED, 0, "part; resolved: thanked; relay_in>ana/relay~"},
		{STATE_CLOSED, 0, "part; closed: thanked; relay_in>ana/relay~"},
		{STATE_CLOSED, 30 * DAY_SECONDS, "part; closed: thanked; relay_in>ana/relay~"},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		desk_close(d);
		desk_open(d);
		survey_case(d, cases[i].state, PEDRO, "");
		d->f.text = "Enviado desde mi iPhone\n> 5\n";
		d->span[0] = (struct span){SPAN_SIGNATURE, 0, 24};
		d->span[1] = (struct span){SPAN_QUOTED, 24, 4};
		d->f.n_spans = 2;
		d->w.now += cases[i].ago;
		d->f.received_at = d->w.now;
		expect(d, "only a quote", cases[i].wanted);
	}
}

/* «Respondo en rojo»: the answers stand where no mark tells them from our questions. */
static void test_answers_among_quoted(void **state)
{
	static const char whole[] = "Respondo en rojo.\nDe: Sistemas\n¿Qué equipo es? El HP.";
	static const struct {
		const char *first;
		const char *wanted;
	} cases[] = {{"Respondo en rojo.", whole}, {"Respondo mañana..", "Respondo mañana.."}};
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t n = (uint32_t)strlen(cases[i].first);

		desk_close(d);
		desk_open(d);
		survey_case(d, STATE_OPEN, PEDRO, "");
		d->f.text = arena_printf(d->a, "%s%s", cases[i].first, strchr(whole, '\n'));
		d->span[0] = (struct span){SPAN_NEW, 0, n};
		d->span[1] = (struct span){SPAN_QUOTED, n, (uint32_t)strlen(d->f.text) - n};
		d->f.n_spans = 2;
		expect(d, cases[i].first, "part; open: message; relay_in>ana/relay~");
		assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "text"),
				    cases[i].wanted);
	}
}

/* The technician reads what she left among the quoted lines, never what would speak for her. */
static void test_keys_not_shown(void **state)
{
	struct desk *d = *state;
	const char *quoted;

	survey_case(d, STATE_RESOLVED, PEDRO, "");
	d->policy.base_url = "https://mesa.example.org";
	desk_ref(d, PEDRO, AUDIENCE_REQUESTER);
	quoted = arena_printf(
		d->a, "> ¿Quedó bien? No.\n> https://mesa.example.org/e/abc\n> Ref. %s · %s\n",
		d->f.refs[0].number, d->f.refs[0].code);
	d->f.text = quoted;
	d->span[0] = (struct span){SPAN_QUOTED, 0, (uint32_t)strlen(quoted)};
	d->f.n_spans = 1;
	assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "text"), "> ¿Quedó bien? No.");
}

/* Another's digit is not her vote. */
static void test_forwarded_digit(void **state)
{
	struct desk *d = *state;

	survey_case(d, STATE_RESOLVED, PEDRO, "");
	d->f.text = "5\nMuy bien.";
	d->span[0] = (struct span){SPAN_FORWARDED, 0, (uint32_t)strlen(d->f.text)};
	d->f.n_spans = 1;
	expect(d, "no vote", "part; open: message reopened; reopened>ana/relay");
}

static void test_nobody_in_charge(void **state)
{
	struct desk *d = *state;

	desk_case(d, STATE_OPEN);
	d->tickets[0].t.assignee = "";
	desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
	desk_mail(d, PEDRO, "Re: Impresora", "¿Hola?");
	desk_answers(d, ACK_ID);
	expect(d, "the queue", "part; open: message; relay_in>carmen/relay~");
	d->tickets[0].t.assignee = "quien-ya-no-esta";
	expect(d, "who is gone", "part; open: message; relay_in>carmen/relay~");
	d->f.headers_only = true;
	expect(d, "too big", "part; open: message limited; relay_in>carmen/relay~");
}

static void test_copies_join(void **state)
{
	struct desk *d = *state;
	static const char *others[] = {LUCIA};
	struct plan *p;

	desk_case(d, STATE_OPEN);
	d->tickets[0].participants = others;
	d->tickets[0].n_participants = 1;
	desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
	desk_mail(d, PEDRO, "Re: Impresora", "Copio a Mario.");
	desk_answers(d, ACK_ID);
	d->cc[0] = (struct address){LUCIA, ""};
	d->cc[1] = (struct address){"mario@sede.entidad.example", "Mario"};
	d->cc[2] = (struct address){"nora@entidad.example", "Nora"};
	d->f.n_cc = 3;
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(says(d, p), "part; open: message joined joined; relay_in>ana/relay~");
	assert_int_equal(p->tickets[0].n_join, 2);
	assert_string_equal(p->tickets[0].join[0], "mario@sede.entidad.example");
	d->tickets[0].n_participants = 20;
	d->tickets[0].participants = arena_array(d->a, 20, sizeof(char *));
	for (int i = 0; i < 20; i++)
		d->tickets[0].participants[i] = LUCIA;
	assert_int_equal(on_mail(d->a, &d->w, &d->f)->tickets[0].n_join, 0);
}

static void test_attachments_travel(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	desk_mail(d, PEDRO, "Impresora", "Va la foto.");
	desk_attach(d, "foto.jpg", 600, 0);
	desk_attach(d, "video.mp4", 600, 0);
	desk_attach(d, "firma.p7s", 10, ATT_SIGNATURE);
	desk_attach(d, "nota.txt", 400, 0);
	p = on_mail(d->a, &d->w, &d->f);
	assert_int_equal(p->mails[1].n_attachments, 2);
	assert_int_equal(p->mails[1].attachments[0].raw, 7);
	assert_string_equal(var_of(p, 1, "attachment_names"), "foto.jpg, nota.txt");
	assert_string_equal(var_of(p, 1, "too_big_names"), "video.mp4");
	assert_int_equal(p->mails[0].n_attachments, 0);

	desk_mail(d, PEDRO, "Impresora", "Desde Outlook.");
	desk_attach(d, "uno.doc", 100, ATT_TNEF_PART);
	desk_attach(d, "dos.doc", 100, ATT_TNEF_PART);
	d->attachments[1].offset = d->attachments[0].offset;
	p = on_mail(d->a, &d->w, &d->f);
	assert_int_equal(p->mails[1].n_attachments, 1);
	assert_string_equal(p->mails[1].attachments[0].att.name, "winmail.dat");
	assert_string_equal(var_of(p, 1, "attachment_names"), "uno.doc, dos.doc");
}

/* --- automatic mail --- */

static void plain(struct desk *d)
{
	(void)d;
}
static void out_of_office(struct desk *d)
{
	d->f.kind = KIND_AUTO_REPLY;
	d->f.auto_reason = "Auto-Submitted: auto-replied";
}
static void out_of_office_on_case(struct desk *d)
{
	desk_answers(d, ACK_ID);
	out_of_office(d);
}
static void out_of_office_on_closed(struct desk *d)
{
	desk_case(d, STATE_CLOSED);
	d->f.in_reply_to = ACK_ID;
	d->f.subject = "Fuera de la oficina";
	out_of_office(d);
}
static void stranger_machine(struct desk *d)
{
	out_of_office_on_case(d);
	d->f.from.addr = STRANGER;
}
static void own_mark(struct desk *d)
{
	d->f.ours = true;
}
static void own_address(struct desk *d)
{
	d->f.from.addr = "MESA+x@entidad.example";
}
static void many_hops(struct desk *d)
{
	d->f.hops = 31;
}
static void some_hops(struct desk *d)
{
	d->f.hops = 30;
}
static void list(struct desk *d)
{
	d->f.kind = KIND_LIST;
	d->f.auto_reason = "List-Id: <todos.entidad.example>";
}
static const char *const own_lists[] = {"otra.entidad.example", "Todos.entidad.example"};
static void list_of_ours(struct desk *d)
{
	list(d);
	d->policy.own_lists = own_lists;
	d->policy.n_own_lists = 2;
}
static void other_list(struct desk *d)
{
	list(d);
	d->policy.own_lists = own_lists;
	d->policy.n_own_lists = 1;
}
static void reason_only(struct desk *d)
{
	d->f.auto_reason = "X-Loop";
}
static void kind_only(struct desk *d)
{
	d->f.kind = KIND_AUTO_REPLY;
}
static void invitation(struct desk *d)
{
	d->f.kind = KIND_CALENDAR;
	d->f.auto_reason = "text/calendar";
}
static void invitation_accepted(struct desk *d)
{
	invitation(d);
	d->f.subject = "Aceptado: Reunión del jueves";
}
static void invitation_by_machine(struct desk *d)
{
	invitation(d);
	own_mark(d);
}
static const char *const from_pedro[] = {"otra@entidad.example", "@entidad.example"};
static const struct intake alarms = {"ups", from_pedro, 2, false, true};
static const char *const very_pedro[] = {PEDRO};
static const struct intake named_alarms = {"ups", very_pedro, 1, false, true};
static const struct intake forms = {"formulario", from_pedro, 2, true, false};
static void alarm_rule(struct desk *d)
{
	out_of_office(d);
	d->policy.intake = &alarms;
	d->policy.n_intake = 1;
}
static void alarm_again(struct desk *d)
{
	alarm_rule(d);
	d->snap.similar_ticket = 1;
}
static void alarm_of_ours(struct desk *d)
{
	alarm_rule(d);
	d->f.ours = true;
}
static void alarm_rule_for_a_person(struct desk *d)
{
	d->policy.intake = &alarms;
	d->policy.n_intake = 1;
}
static void unmarked_alarm(struct desk *d)
{
	d->policy.intake = &named_alarms;
	d->policy.n_intake = 1;
}
static void unmarked_alarm_again(struct desk *d)
{
	unmarked_alarm(d);
	d->snap.similar_ticket = 1;
}
static void answer_from_there(struct desk *d)
{
	unmarked_alarm(d);
	desk_answers(d, ACK_ID);
}
static void form(struct desk *d)
{
	out_of_office(d);
	d->policy.intake = &forms;
	d->policy.n_intake = 1;
	d->f.reply_to = (struct address){"vecina@fuera.example", "Vecina"};
}
static void form_of_ours(struct desk *d)
{
	form(d);
	d->f.ours = true;
}
static void form_without(struct desk *d)
{
	form(d);
	d->f.reply_to.addr = "";
}
static void form_to_us(struct desk *d)
{
	form(d);
	d->f.reply_to.addr = DESK;
}

static const struct {
	const char *name;
	void (*set)(struct desk *);
	const char *wanted;
} automatic_rows[] = {
	{"a person", plain,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"out of office about nothing", out_of_office, "automatic;"},
	{"out of office on a case", out_of_office_on_case, "automatic; open: automatic;"},
	{"out of office, its own subject, case closed", out_of_office_on_closed,
	 "automatic; closed: automatic;"},
	{"a stranger's machine", stranger_machine, "automatic;"},
	{"our own mark", own_mark, "automatic;"},
	{"our own address", own_address, "automatic;"},
	{"too many hops", many_hops, "automatic;"},
	{"many hops", some_hops,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"a list", list, "automatic;"},
	{"the list that the desk is behind", list_of_ours,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"another list", other_list, "automatic;"},
	{"a reason without kind", reason_only, "automatic;"},
	{"a kind without reason", kind_only, "automatic;"},
	{"an invitation is a person's", invitation,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"the answer to an invitation", invitation_accepted, "automatic;"},
	{"an invitation of our own", invitation_by_machine, "automatic;"},
	{"an alarm", alarm_rule, "case; new: received cancelled assigned; assignment>ana/relay"},
	{"the same alarm again", alarm_again, "automatic; open: automatic;"},
	{"an alarm with our mark", alarm_of_ours, "automatic;"},
	{"a person of that domain", alarm_rule_for_a_person,
	 "case; new: received assigned; acknowledgement>pedro assignment>ana/relay"},
	{"a machine that does not say so", unmarked_alarm,
	 "case; new: received cancelled assigned; assignment>ana/relay"},
	{"the same once more", unmarked_alarm_again, "automatic; open: automatic;"},
	{"somebody answers from there", answer_from_there,
	 "part; open: message; relay_in>ana/relay~"},
	{"the form", form,
	 "case; new: received assigned; acknowledgement>vecina assignment>ana/relay"},
	{"a form with our mark", form_of_ours, "automatic;"},
	{"a form without Reply-To", form_without, "automatic;"},
	{"a form that would answer ourselves", form_to_us, "automatic;"},
};

static void test_automatic(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(automatic_rows); i++) {
		desk_close(d);
		desk_open(d);
		desk_case(d, STATE_OPEN);
		desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
		desk_mail(d, PEDRO, "Impresora nueva", "Texto.");
		automatic_rows[i].set(d);
		expect(d, automatic_rows[i].name, automatic_rows[i].wanted);
	}
}

/* --- bounces --- */

static struct bounce hard = {PEDRO, "5.1.1", "no such user", true, false};
static struct bounce soft = {PEDRO, "4.4.1", "", false, true};
static struct bounce expired = {PEDRO, "4.4.7", "delivery time expired", false, false};
static const char *refs[] = {"otra@x.example", "acuse@mesa.example"};

static const struct {
	const char *name;
	const char *bounced_id, *in_reply_to;
	bool references;
	struct bounce *bounce;
	const char *wanted;
} bounce_rows[] = {
	{"nothing of ours", "ajena@x.example", "", false, &hard, "automatic;"},
	{"the acknowledgement", "acuse@mesa.example", "", false, &hard,
	 "automatic; open: bounced; failed>ana/note"},
	{"named by In-Reply-To", "", "ACUSE@mesa.example", false, &hard,
	 "automatic; open: bounced; failed>ana/note"},
	{"named by References", "", "", true, &hard, "automatic; open: bounced; failed>ana/note"},
	{"given up after trying for days", "acuse@mesa.example", "", false, &expired,
	 "automatic; open: bounced; failed>ana/note"},
	{"an answer that was given up", "relevo@mesa.example", "", false, &expired,
	 "automatic; open: bounced unresponded; failed>ana/note"},
	{"a delay", "acuse@mesa.example", "", false, &soft, "automatic; open: automatic;"},
	{"no details", "acuse@mesa.example", "", false, NULL, "automatic; open: automatic;"},
	{"a mail about no case", "alerta@mesa.example", "", false, &hard, "automatic;"},
	{"a delay of a mail about no case", "alerta@mesa.example", "", false, &soft, "automatic;"},
	{"the answer that stopped the clock", "relevo@mesa.example", "", false, &hard,
	 "automatic; open: bounced unresponded; failed>ana/note"},
};

static void test_bounces(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(bounce_rows); i++) {
		desk_close(d);
		desk_open(d);
		desk_case(d, STATE_OPEN);
		desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
		desk_sent(d, "alerta@mesa.example", CARMEN, AUDIENCE_NOTE, MAIL_ALERT)->ticket = 0;
		d->tickets[0].t.response_mail =
			desk_sent(d, RELAY_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_RELAY_OUT)->id;
		desk_mail(d, "MAILER-DAEMON@entidad.example", "Undelivered", "no");
		d->f.kind = KIND_BOUNCE;
		d->f.bounced_id = bounce_rows[i].bounced_id;
		d->f.in_reply_to = bounce_rows[i].in_reply_to;
		d->f.references = refs;
		d->f.n_references = bounce_rows[i].references ? 2 : 0;
		d->f.bounces = bounce_rows[i].bounce;
		d->f.n_bounces = bounce_rows[i].bounce ? 1 : 0;
		expect(d, bounce_rows[i].name, bounce_rows[i].wanted);
	}
}

/* Of a mail whose header did not come back, the foot says what it was. */
static void test_bounce_by_foot(void **state)
{
	static const struct {
		const char *name, *to;
		enum audience audience;
		const char *wanted;
	} cases[] = {
		{"the requester's last mail", PEDRO, AUDIENCE_REQUESTER,
		 "automatic; open: bounced unresponded; failed>ana/note"},
		{"the technician's", ANA, AUDIENCE_RELAY,
		 "automatic; open: bounced; failed>carmen/note"},
		{"a code for others", LUCIA, AUDIENCE_REQUESTER, "automatic;"},
		{"a code of another audience", PEDRO, AUDIENCE_NOTE, "automatic;"},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		desk_close(d);
		desk_open(d);
		desk_case(d, STATE_OPEN);
		desk_sent(d, "aviso@mesa.example", ANA, AUDIENCE_RELAY, MAIL_ASSIGNMENT);
		desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
		d->tickets[0].t.response_mail =
			desk_sent(d, RELAY_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_RELAY_OUT)->id;
		desk_mail(d, "MAILER-DAEMON@entidad.example", "Undelivered", "no");
		d->f.kind = KIND_BOUNCE;
		d->f.bounces = &hard;
		d->f.n_bounces = 1;
		desk_ref(d, cases[i].to, cases[i].audience);
		assert_true(needs_mail(d->a, &d->f, &d->policy).sent);
		expect(d, cases[i].name, cases[i].wanted);
	}
}

static void test_bounce_details(void **state)
{
	struct desk *d = *state;
	struct bounce both[2] = {soft, {PEDRO, "5.2.2", "", true, false}};
	struct plan *p;

	desk_case(d, STATE_OPEN);
	desk_sent(d, ACK_ID, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
	desk_mail(d, "MAILER-DAEMON@entidad.example", "Undelivered", "no");
	d->f.kind = KIND_BOUNCE;
	d->f.bounced_id = ACK_ID;
	d->f.bounces = both;
	d->f.n_bounces = 2;
	p = on_mail(d->a, &d->w, &d->f);
	assert_int_equal(p->outbox, d->outgoing[0].id);
	assert_string_equal(var_of(p, 0, "diagnostic"), "5.2.2");
	assert_string_equal(var_of(p, 0, "recipient"), PEDRO);
	assert_string_equal(p->why.number, NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_case, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_new_rows, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_many_attachments, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_new_notes, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_registered, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_replies, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_reply_details, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote_by_foot, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote_of_others, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote_by_sender_field, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_vote_again, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_empty_replies, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_only_quotes, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_answers_among_quoted, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_keys_not_shown, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_forwarded_digit, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_nobody_in_charge, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_copies_join, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_attachments_travel, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_automatic, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_bounces, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_bounce_by_foot, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_bounce_details, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
