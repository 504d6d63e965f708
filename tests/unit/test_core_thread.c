/* Which case a mail belongs to, with the reason; and who wrote it. */
#include "core_desk.h"

#include <string.h>

static const char ACK[] = "acuse@mesa.example";
static const char *const others[] = {LUCIA};
static const char *participants[1];

static void nothing(struct desk *d)
{
	(void)d;
}
static void in_reply_to(struct desk *d)
{
	desk_answers(d, "Acuse@mesa.example");
}
static void references(struct desk *d)
{
	static const char *refs[] = {"acuse@mesa.example", "ajena@x.example"};

	d->f.references = refs;
	d->f.n_references = 2;
}
static void own_first_mail(struct desk *d)
{
	desk_answers(d, "pide@entidad.example");
}
static void quoted_ref(struct desk *d)
{
	desk_ref(d, d->f.from.addr, AUDIENCE_REQUESTER);
}
static void refs_of_others(struct desk *d)
{
	desk_ref(d, LUCIA, AUDIENCE_REQUESTER);
	desk_ref(d, STRANGER, AUDIENCE_REQUESTER);
}
static void second_ref(struct desk *d)
{
	desk_ref(d, STRANGER, AUDIENCE_REQUESTER);
	desk_ref(d, d->f.from.addr, AUDIENCE_REQUESTER);
}
static void ref_of_unknown_case(struct desk *d)
{
	static struct ref r = {"ST-2026-000999", "k7f3q9wm"};

	d->f.refs = &r;
	d->f.n_refs = 1;
}
static void ref_that_is_not_ours(struct desk *d)
{
	static struct ref r = {NUMBER, "aaaaaaaa"};

	d->f.refs = &r;
	d->f.n_refs = 1;
}
static void reply_address(struct desk *d)
{
	char code[REF_CODE_LEN + 1];

	trust_ref(d->snap.token_key, d->snap.token_key_len, NUMBER, d->f.from.addr,
		  AUDIENCE_REQUESTER, code);
	d->f.reply_token = arena_printf(d->a, "st-2026-000123.%s", code);
}
static void address_signed_for_another(struct desk *d)
{
	const char *from = d->f.from.addr;

	d->f.from.addr = PEDRO;
	reply_address(d);
	d->f.from.addr = from;
}
static void reply_address_and_reference(struct desk *d)
{
	reply_address(d);
	references(d);
}
static void address_with_more(struct desk *d)
{
	d->f.reply_token = "x-st-2026-000123.k7f3q9wm";
}
static void address_of_no_number(struct desk *d)
{
	d->f.reply_token = "hola.k7f3q9wm";
}
static void tagged(struct desk *d)
{
	d->f.subject = "[" NUMBER "] Impresora";
}
static void tagged_failed(struct desk *d)
{
	tagged(d);
	d->f.verdict = VERDICT_FAIL;
}
static void tagged_unknown(struct desk *d)
{
	d->f.subject = "[ST-2026-000999] Impresora";
}
static void similar(struct desk *d)
{
	d->snap.similar_ticket = 1;
}
static void similar_reply(struct desk *d)
{
	similar(d);
	d->f.kind = KIND_REPLY;
}
static void by_sender_field(struct desk *d)
{
	in_reply_to(d);
	d->f.sender.addr = PEDRO;
}
static void mail_about_no_case(struct desk *d)
{
	d->outgoing[0].ticket = 0;
	in_reply_to(d);
}
static void starts_anew(struct desk *d)
{
	d->f.in_reply_to = ACK;
	d->f.subject = "Ahora el teléfono";
	d->f.kind = KIND_REPLY;
}
static void answers_another(struct desk *d)
{
	starts_anew(d);
	d->f.subject = "Re: Ahora el teléfono";
}
static void same_subject(struct desk *d)
{
	starts_anew(d);
	d->f.subject = "impresora";
}
static void starts_anew_quoting(struct desk *d)
{
	starts_anew(d);
	desk_answers(d, ACK);
}
static void starts_anew_tagged(struct desk *d)
{
	starts_anew(d);
	d->f.subject = "Ahora el teléfono, no " NUMBER;
}
static void starts_anew_other_tag(struct desk *d)
{
	starts_anew(d);
	d->f.subject = "Como en ST-2026-000999";
}
static void starts_anew_at_signed_address(struct desk *d)
{
	starts_anew(d);
	d->f.in_reply_to = "";
	reply_address(d);
}
static void starts_anew_with_foot(struct desk *d)
{
	starts_anew_quoting(d);
	d->f.in_reply_to = "";
	quoted_ref(d);
}
static void forwards(struct desk *d)
{
	in_reply_to(d);
	d->f.subject = "RV: Pedido de tóner";
}
static void forwards_same(struct desk *d)
{
	in_reply_to(d);
	d->f.subject = "RV: Impresora";
}

static const struct {
	const char *name, *from;
	enum state state;
	void (*set)(struct desk *);
	enum thread_decision decision;
	const char *reason; /* a part of it */
} rows[] = {
	/* the requester */
	{"nothing", PEDRO, STATE_OPEN, nothing, THREAD_NEW, "nothing in it"},
	{"our mail to him", PEDRO, STATE_OPEN, in_reply_to, THREAD_JOIN, "In-Reply-To"},
	{"References alone", PEDRO, STATE_OPEN, references, THREAD_JOIN, "References"},
	{"his own first mail", PEDRO, STATE_OPEN, own_first_mail, THREAD_JOIN, "Message-ID"},
	{"the foot in the quote", PEDRO, STATE_OPEN, quoted_ref, THREAD_JOIN, "Ref."},
	{"the second foot", PEDRO, STATE_OPEN, second_ref, THREAD_JOIN, "Ref."},
	{"feet of others", PEDRO, STATE_OPEN, refs_of_others, THREAD_NEW, "nothing"},
	{"a foot of no case", PEDRO, STATE_OPEN, ref_of_unknown_case, THREAD_NEW, "nothing"},
	{"a made-up foot", PEDRO, STATE_OPEN, ref_that_is_not_ours, THREAD_NEW, "nothing"},
	{"the signed address", PEDRO, STATE_OPEN, reply_address, THREAD_JOIN, "reply address"},
	{"the signed address first", PEDRO, STATE_OPEN, reply_address_and_reference, THREAD_JOIN,
	 "reply address"},
	{"an address that is none", PEDRO, STATE_OPEN, address_with_more, THREAD_NEW, "nothing"},
	{"an address of no number", PEDRO, STATE_OPEN, address_of_no_number, THREAD_NEW, "nothing"},
	{"a number in the subject", PEDRO, STATE_OPEN, tagged, THREAD_JOIN, "number of a case"},
	{"a number and a failed verdict", PEDRO, STATE_OPEN, tagged_failed, THREAD_LINKED,
	 "authentication failed"},
	{"a number of no case", PEDRO, STATE_OPEN, tagged_unknown, THREAD_NEW, "nothing"},
	{"the same subject again", PEDRO, STATE_OPEN, similar, THREAD_NEW, "nothing"},
	{"an answer without headers", PEDRO, STATE_OPEN, similar_reply, THREAD_JOIN,
	 "lost headers"},
	{"our mail about no case", PEDRO, STATE_OPEN, mail_about_no_case, THREAD_NEW, "nothing"},
	/* a participant, and one by Sender */
	{"in copy, our mail to another", LUCIA, STATE_OPEN, in_reply_to, THREAD_JOIN, "Message-ID"},
	{"a secretary's From, his Sender", STRANGER, STATE_OPEN, by_sender_field, THREAD_JOIN,
	 "Message-ID"},
	{"in copy, a number in the subject", LUCIA, STATE_OPEN, tagged, THREAD_JOIN,
	 "number of a case"},
	{"in copy, a number and a failed verdict", LUCIA, STATE_OPEN, tagged_failed, THREAD_LINKED,
	 "authentication failed"},
	{"in copy, the address signed for him", LUCIA, STATE_OPEN, address_signed_for_another,
	 THREAD_NEW, "nothing"},
	/* strangers */
	{"a stranger at the address signed for him", STRANGER, STATE_OPEN,
	 address_signed_for_another, THREAD_NEW, "nothing"},
	{"a stranger with a foot of his own", STRANGER, STATE_OPEN, quoted_ref, THREAD_LINKED,
	 "Ref. signed for this address, but the sender has no part in it"},
	{"a stranger with References", STRANGER, STATE_OPEN, references, THREAD_LINKED,
	 "no part in it"},
	{"a stranger, the same subject", STRANGER, STATE_OPEN, similar_reply, THREAD_LINKED,
	 "no part in it"},
	{"a stranger with a number", STRANGER, STATE_OPEN, tagged, THREAD_LINKED, "no part in it"},
	{"a stranger with our Message-ID", STRANGER, STATE_OPEN, in_reply_to, THREAD_LINKED,
	 "no part in it"},
	{"a stranger with his Message-ID", STRANGER, STATE_OPEN, own_first_mail, THREAD_LINKED,
	 "no part in it"},
	/* staff, whatever they prove later */
	{"staff with a number", ANA, STATE_OPEN, tagged, THREAD_JOIN, "number of a case"},
	{"staff with a number, failed", ANA, STATE_OPEN, tagged_failed, THREAD_JOIN,
	 "number of a case"},
	{"staff with nothing", ANA, STATE_OPEN, nothing, THREAD_NEW, "nothing"},
	{"staff on a closed case", ANA, STATE_CLOSED, starts_anew, THREAD_JOIN, "Message-ID"},
	/* reply used to start anew */
	{"open: it stays", PEDRO, STATE_OPEN, starts_anew, THREAD_JOIN, "In-Reply-To"},
	{"solved: it stays", PEDRO, STATE_RESOLVED, starts_anew, THREAD_JOIN, "In-Reply-To"},
	{"closed, another subject, no quote", PEDRO, STATE_CLOSED, starts_anew, THREAD_LINKED,
	 "had ended"},
	{"closed, another subject, quoting", PEDRO, STATE_CLOSED, starts_anew_quoting, THREAD_JOIN,
	 "In-Reply-To"},
	{"closed, another subject that answers", PEDRO, STATE_CLOSED, answers_another, THREAD_JOIN,
	 "In-Reply-To"},
	{"closed, the same subject anew", PEDRO, STATE_CLOSED, same_subject, THREAD_JOIN,
	 "In-Reply-To"},
	{"closed, with its number", PEDRO, STATE_CLOSED, starts_anew_tagged, THREAD_JOIN,
	 "In-Reply-To"},
	{"closed, with another number", PEDRO, STATE_CLOSED, starts_anew_other_tag, THREAD_LINKED,
	 "had ended"},
	{"closed, same subject", PEDRO, STATE_CLOSED, in_reply_to, THREAD_JOIN, "In-Reply-To"},
	{"closed, only its number", PEDRO, STATE_CLOSED, tagged, THREAD_JOIN, "number of a case"},
	{"closed, the signed address, another subject", PEDRO, STATE_CLOSED,
	 starts_anew_at_signed_address, THREAD_LINKED, "had ended and the subject is another"},
	{"closed, the foot in the quote, another subject", PEDRO, STATE_CLOSED,
	 starts_anew_with_foot, THREAD_JOIN, "Ref."},
	/* forwards that keep the headers */
	{"open: it stays", PEDRO, STATE_OPEN, forwards, THREAD_JOIN, "In-Reply-To"},
	{"solved, something else handed on", PEDRO, STATE_RESOLVED, forwards, THREAD_LINKED,
	 "had ended"},
	{"solved, the same handed on", PEDRO, STATE_RESOLVED, forwards_same, THREAD_JOIN,
	 "In-Reply-To"},
};

static void test_threads(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct desk d;
		struct thread th;

		desk_open(&d);
		desk_case(&d, rows[i].state);
		participants[0] = others[0];
		d.tickets[0].participants = participants;
		d.tickets[0].n_participants = 1;
		desk_sent(&d, "acuse@mesa.example", PEDRO, AUDIENCE_REQUESTER,
			  MAIL_ACKNOWLEDGEMENT);
		desk_got(&d, "otra@entidad.example", PEDRO);
		desk_got(&d, "pide@entidad.example", PEDRO);
		desk_mail(&d, rows[i].from, "Re: Impresora", "Texto.");
		rows[i].set(&d);
		th = thread_decide(d.a, &d.w, &d.f);
		if (th.decision != rows[i].decision || !strstr(th.reason, rows[i].reason))
			fail_msg("%s: %d, %s", rows[i].name, (int)th.decision, th.reason);
		/* what people read is no English */
		if (strstr(thread_said(d.a, th.reason), strchr(th.reason, ' ')))
			fail_msg("%s: «%s»", rows[i].name, thread_said(d.a, th.reason));
		assert_int_equal(th.ticket != NULL, th.decision != THREAD_NEW);
		desk_close(&d);
	}
}

/* The stronger signal wins, not the first one. */
static void test_two_cases(void **state)
{
	struct desk d;
	struct thread th;

	desk_open(&d);
	desk_case(&d, STATE_OPEN);
	d.tickets[1] = d.tickets[0];
	d.tickets[1].t.id = 2;
	d.tickets[1].t.number = "ST-2026-000124";
	d.snap.n_tickets = 2;
	desk_sent(&d, "uno@mesa.example", PEDRO, AUDIENCE_REQUESTER, MAIL_RELAY_OUT);
	desk_sent(&d, "dos@mesa.example", PEDRO, AUDIENCE_REQUESTER, MAIL_RELAY_OUT)->ticket = 2;
	desk_mail(&d, PEDRO, "[" NUMBER "] Impresora", "Texto.");
	d.f.in_reply_to = "dos@mesa.example";
	th = thread_decide(d.a, &d.w, &d.f);
	assert_int_equal(th.ticket->t.id, 2);
	assert_ptr_equal(th.answers, &d.outgoing[1]);
	/* the newest reference */
	d.f.in_reply_to = "";
	d.f.references = (const char *[]){"dos@mesa.example", "uno@mesa.example"};
	d.f.n_references = 2;
	th = thread_decide(d.a, &d.w, &d.f);
	assert_int_equal(th.ticket->t.id, 1);
	desk_close(&d);
}

/* A code of the case finds it; the mail that is answered is looked for within that case only. */
static void test_answered_mail_of_the_case(void **state)
{
	struct desk d;
	struct thread th;

	desk_open(&d);
	desk_case(&d, STATE_RESOLVED);
	desk_sent(&d, "ajena@mesa.example", PEDRO, AUDIENCE_REQUESTER, MAIL_SURVEY)->ticket = 9;
	desk_sent(&d, "de-lucia@mesa.example", LUCIA, AUDIENCE_REQUESTER, MAIL_RELAY_OUT);
	desk_sent(&d, "encuesta@mesa.example", PEDRO, AUDIENCE_REQUESTER, MAIL_SURVEY);
	desk_mail(&d, PEDRO, "Impresora", "5");
	reply_address(&d);
	d.f.in_reply_to = "encuesta@mesa.example";
	th = thread_decide(d.a, &d.w, &d.f);
	assert_ptr_equal(th.answers, &d.outgoing[2]);
	d.f.in_reply_to = "ajena@mesa.example";
	assert_null(thread_decide(d.a, &d.w, &d.f).answers);
	d.f.in_reply_to = "de-lucia@mesa.example";
	assert_null(thread_decide(d.a, &d.w, &d.f).answers);
	d.f.in_reply_to = "";
	d.f.references = (const char *[]){"x@x.example", "encuesta@mesa.example"};
	d.f.n_references = 2;
	assert_ptr_equal(thread_decide(d.a, &d.w, &d.f).answers, &d.outgoing[2]);
	desk_close(&d);
}

/* A stranger learns nothing, and staff learn which case he named. */
static void test_stranger_learns_nothing(void **state)
{
	struct desk d;
	struct plan *p;

	desk_open(&d);
	desk_case(&d, STATE_OPEN);
	desk_mail(&d, STRANGER, "[" NUMBER "] ¿Cómo va?", "¿Cómo va ese caso?");
	p = on_mail(d.a, &d.w, &d.f);
	assert_string_equal(
		says(&d, p),
		"case; new: received linked assigned; acknowledgement>raro assignment>ana/relay");
	assert_string_equal(var_of(p, 0, "linked"), "");
	assert_string_equal(var_of(p, 1, "linked"), NUMBER);
	assert_string_equal(detail_of(p, EVENT_LINKED, "with"), NUMBER);
	assert_string_equal(p->why.thread, "linked");
	assert_string_equal(p->why.number, "");
	desk_close(&d);
}

/* --- codes --- */

static void test_codes(void **state)
{
	char code[REF_CODE_LEN + 1], other[REF_CODE_LEN + 1];
	enum audience au;

	for (int i = 0; i < AUDIENCE_COUNT; i++) {
		trust_ref("llave", 5, NUMBER, PEDRO, (enum audience)i, code);
		assert_int_equal(strlen(code), REF_CODE_LEN);
		assert_true(trust_ref_check("llave", 5, NUMBER, PEDRO, code, &au));
		assert_int_equal(au, i);
		assert_false(trust_ref_check("llave", 5, NUMBER, LUCIA, code, &au));
		assert_false(trust_ref_check("llave", 5, "ST-2026-000124", PEDRO, code, &au));
		assert_false(trust_ref_check("otra", 4, NUMBER, PEDRO, code, &au));
		assert_false(trust_ref_check("llave", 0, NUMBER, PEDRO, code, &au));
	}
	trust_ref("llave", 5, NUMBER, PEDRO, AUDIENCE_NOTE, other);
	trust_ref("llave", 5, NUMBER, PEDRO, AUDIENCE_RELAY, code);
	assert_string_not_equal(code, other);
	assert_false(trust_ref_check("llave", 5, NUMBER, PEDRO, "corto", &au));
	assert_false(trust_ref_check("llave", 5, NUMBER, PEDRO, "", &au));
}

static void test_who(void **state)
{
	struct desk d;
	struct trust t;

	desk_open(&d);
	desk_case(&d, STATE_OPEN);
	participants[0] = others[0];
	d.tickets[0].participants = participants;
	d.tickets[0].n_participants = 1;
	desk_mail(&d, PEDRO, "x", "y");
	t = trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL);
	assert_int_equal(t.standing, STANDING_REQUESTER);
	assert_string_equal(t.why, "of this case, by address");
	desk_ref(&d, PEDRO, AUDIENCE_REQUESTER);
	t = trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL);
	assert_string_equal(t.why, "of this case, with its token");
	/* codes of other cases say nothing about this one */
	desk_mail(&d, PEDRO, "x", "y");
	reply_address(&d);
	ref_of_unknown_case(&d);
	d.tickets[0].t.number = "ST-2026-000124";
	t = trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL);
	assert_string_equal(t.why, "of this case, by address");
	d.tickets[0].t.number = NUMBER;
	desk_mail(&d, STRANGER, "x", "y");
	d.f.sender.addr = PEDRO;
	assert_int_equal(trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL).standing,
			 STANDING_REQUESTER);
	desk_mail(&d, LUCIA, "x", "y");
	assert_int_equal(trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL).standing,
			 STANDING_PARTICIPANT);
	desk_mail(&d, STRANGER, "x", "y");
	t = trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL);
	assert_int_equal(t.standing, STANDING_STRANGER);
	assert_string_equal(t.why, "unknown here");
	d.f.from.addr = "";
	assert_int_equal(trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL).standing,
			 STANDING_STRANGER);
	d.tickets[0].t.requester.addr = "";
	assert_int_equal(trust_of(d.a, &d.w, &d.f, &d.tickets[0], NULL).standing,
			 STANDING_STRANGER);
	d.f.from.addr = ANA;
	t = trust_of(d.a, &d.w, &d.f, NULL, NULL);
	assert_int_equal(t.standing, STANDING_STRANGER);
	assert_false(t.short_of);
	assert_string_equal(t.staff->id, "ana");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_two_cases),
		cmocka_unit_test(test_answered_mail_of_the_case),
		cmocka_unit_test(test_stranger_learns_nothing),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_who),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
