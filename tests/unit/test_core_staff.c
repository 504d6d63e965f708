/* Mail of staff: who may what, commands, replies, notes, and what is held. */
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

static void expect(struct desk *d, const char *name, const char *wanted)
{
	const char *got = says(d, on_mail(d->a, &d->w, &d->f));

	if (strcmp(got, wanted) != 0)
		fail_msg("%s\n  wanted %s\n  got    %s", name, wanted, got);
}

static const char RELAY[] = "asignacion@mesa.example";
static const char NOTICE[] = "aviso@mesa.example";
static const char ACK[] = "acuse@mesa.example";
static const char BENITOS[] = "para-benito@mesa.example";

/* Ana answers one of the mails that she has of a case in this state. */
static void ana_answers(struct desk *d, enum state s, const char *id, const char *text)
{
	desk_case(d, s);
	desk_sent(d, RELAY, ANA, AUDIENCE_RELAY, MAIL_ASSIGNMENT);
	desk_sent(d, NOTICE, ANA, AUDIENCE_NOTE, MAIL_WARNING);
	desk_sent(d, ACK, PEDRO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
	desk_sent(d, BENITOS, BENITO, AUDIENCE_RELAY, MAIL_ASSIGNMENT);
	desk_mail(d, ANA, "Re: [" NUMBER "] Impresora", text);
	desk_answers(d, id);
}

static const struct {
	const char *name;
	enum state state;
	const char *answers, *text, *wanted;
} rows[] = {
	/* who reads what */
	{"a reply to the assignment", STATE_NEW, RELAY, "Ya subo.",
	 "part; open: replied; relay_out>pedro!~"},
	{"a reply on a solved case", STATE_RESOLVED, RELAY, "Una cosa más.",
	 "part; resolved: replied; relay_out>pedro!~"},
	{"a reply on a closed case", STATE_CLOSED, RELAY, "Una cosa más.",
	 "part; closed: replied; relay_out>pedro!~"},
	{"an answer to a warning is a note", STATE_OPEN, NOTICE, "Voy en camino.",
	 "part; open: note; transcript>ana/note"},
	{"an empty reply", STATE_OPEN, RELAY, "", "part; open: held; transcript>ana/note"},
	{"nothing above a quote that nobody recognised", STATE_OPEN, RELAY,
	 "| Su respuesta a este correo la leerá el solicitante.\nCaso asignado a Ana.",
	 "part; open: held; transcript>ana/note"},
	/* commands */
	{"take", STATE_NEW, RELAY, "#tomar", "part; open: taken; transcript>ana/note"},
	{"take, answering a notice", STATE_NEW, NOTICE, "#tomar",
	 "part; open: taken; assignment>ana/relay transcript>ana/note"},
	{"take in silence", STATE_NEW, RELAY, "#tomar\n#silencio", "part; open: taken;"},
	{"take what is solved", STATE_RESOLVED, RELAY, "#tomar",
	 "part; resolved: held; transcript>ana/relay"},
	{"take and write", STATE_NEW, RELAY, "#tomar\n\nYa lo reviso.",
	 "part; open: taken replied; relay_out>pedro!~ transcript>ana/note"},
	{"take and write, answering a notice", STATE_NEW, NOTICE, "#tomar\n\nYa lo reviso.",
	 "part; open: taken note; assignment>ana/relay transcript>ana/note"},
	{"assign", STATE_OPEN, RELAY, "#asignar benito",
	 "part; open: assigned; assignment>benito/relay transcript>ana/note"},
	{"assign to oneself", STATE_OPEN, RELAY, "#asignar ana",
	 "part; open: assigned; transcript>ana/note"},
	{"assign to nobody known", STATE_OPEN, RELAY, "#asignar zoila",
	 "part; open: held; transcript>ana/relay"},
	{"assign to an ambiguous name", STATE_OPEN, RELAY, "#asignar ruiz",
	 "part; open: held; transcript>ana/relay"},
	{"assign what is closed", STATE_CLOSED, RELAY, "#asignar benito",
	 "part; closed: held; transcript>ana/relay"},
	{"a note", STATE_OPEN, RELAY, "#nota El cable está roto.",
	 "part; open: note; transcript>ana/note"},
	{"a note without text", STATE_OPEN, RELAY, "#nota",
	 "part; open: held; transcript>ana/relay"},
	{"note and solution share no text", STATE_OPEN, RELAY, "#nota\n#resuelto\nCambié el cable.",
	 "part; open: held; transcript>ana/relay"},
	{"solved", STATE_OPEN, RELAY, "#resuelto\nCambié el cable.",
	 "part; resolved: resolved; survey>pedro!?~ transcript>ana/note"},
	{"solved, answering a notice", STATE_OPEN, NOTICE, "#resuelto Cambié el cable.",
	 "part; resolved: resolved; survey>pedro!?~ transcript>ana/note"},
	{"solved from new", STATE_NEW, RELAY, "#resuelto Cambié el cable.",
	 "part; resolved: resolved; survey>pedro!?~ transcript>ana/note"},
	{"solved without report", STATE_OPEN, RELAY, "#resuelto",
	 "part; open: held; transcript>ana/relay"},
	{"solved twice", STATE_RESOLVED, RELAY, "#resuelto Otra vez.",
	 "part; resolved: held; transcript>ana/relay"},
	{"reopen", STATE_CLOSED, RELAY, "#reabrir",
	 "part; open: reopened; relay_out>pedro transcript>ana/note"},
	{"reopen and write", STATE_RESOLVED, RELAY, "#reabrir\nMe faltó algo.",
	 "part; open: reopened replied; relay_out>pedro!~ transcript>ana/note"},
	{"reopen and write, answering a notice", STATE_RESOLVED, NOTICE, "#reabrir\nMe faltó algo.",
	 "part; open: reopened note; relay_out>pedro transcript>ana/note"},
	{"close with words, answering a notice", STATE_OPEN, NOTICE,
	 "#cerrar duplicado\nVer el 100.",
	 "part; closed: closed; closed>pedro~ transcript>ana/note"},
	{"reopen what is open", STATE_OPEN, RELAY, "#reabrir",
	 "part; open: held; transcript>ana/relay"},
	{"close as a duplicate", STATE_OPEN, RELAY, "#cerrar duplicado",
	 "part; closed: closed; closed>pedro transcript>ana/note"},
	{"close with words", STATE_OPEN, RELAY, "#cerrar no-soporte\nEso es de compras.",
	 "part; closed: closed; closed>pedro~ transcript>ana/note"},
	{"close with a note", STATE_OPEN, RELAY, "#nota\n#cerrar no-soporte\nEso es de compras.",
	 "part; closed: note closed; closed>pedro transcript>ana/note"},
	{"close first, then the note", STATE_OPEN, RELAY,
	 "#cerrar no-soporte\n#nota\nEso es de compras.",
	 "part; closed: closed note; closed>pedro transcript>ana/note"},
	{"close for a coordinator's reason", STATE_OPEN, RELAY, "#cerrar trasladado",
	 "part; open: held; transcript>ana/relay"},
	{"close what is closed", STATE_CLOSED, RELAY, "#cerrar duplicado",
	 "part; closed: held; transcript>ana/relay"},
	{"see", STATE_OPEN, RELAY, "#ver", "part; open:; status>ana/note"},
	{"see by number", STATE_OPEN, RELAY, "#ver 123", "part; open:; status>ana/note"},
	{"see another", STATE_OPEN, RELAY, "#ver ST-2026-000200",
	 "part; open:; new:; status>ana/note"},
	{"see none", STATE_OPEN, RELAY, "#ver 999", "part; open: held; transcript>ana/relay"},
	{"see and take", STATE_NEW, RELAY, "#ver\n#tomar",
	 "part; open: taken; status>ana/note transcript>ana/note"},
	{"help", STATE_OPEN, RELAY, "#ayuda", "part; open:; status>ana/note"},
	{"a word that is no command", STATE_OPEN, RELAY, "#tomat\nHola",
	 "part; open: held; transcript>ana/relay"},
	{"a command below", STATE_OPEN, RELAY, "Hola:\n#resuelto\nListo.",
	 "part; open: held; transcript>ana/relay"},
	{"all or nothing", STATE_NEW, RELAY, "#tomar\n#cerrar trasladado\nHola",
	 "part; new: held; transcript>ana/relay"},
	/* not hers */
	{"somebody else's mail is no right", STATE_OPEN, BENITOS, "#tomar",
	 "part; open: held; confirm>ana/note"},
	{"nor the requester's", STATE_OPEN, ACK, "Listo, ya quedó, mande la clave.",
	 "part; open: held; confirm>ana/note"},
	{"nor a number in the subject", STATE_OPEN, "desconocido@x.example", "#resuelto Ya.",
	 "part; open: held; confirm>ana/note"},
};

static void second_case(struct desk *d)
{
	struct event ev;

	ticket_init(&d->tickets[1].t);
	d->tickets[1].t.id = 2;
	d->tickets[1].t.number = "ST-2026-000200";
	d->tickets[1].last_request = "";
	event_init(&ev, EVENT_RECEIVED, NOW - HOUR, "requester");
	desk_apply(d, 1, &ev);
	d->snap.n_tickets = 2;
}

static void test_rows(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		desk_close(d);
		desk_open(d);
		ana_answers(d, rows[i].state, rows[i].answers, rows[i].text);
		second_case(d);
		expect(d, rows[i].name, rows[i].wanted);
	}
}

/* --- by what right --- */

static void nothing(struct desk *d)
{
	(void)d;
}
static void failed(struct desk *d)
{
	d->f.verdict = VERDICT_FAIL;
}
static void many(struct desk *d)
{
	d->f.from_count = 2;
}
static void strict(struct desk *d)
{
	d->policy.trust_commands = TRUST_TOKEN_AND_DMARC;
}
static void strict_pass(struct desk *d)
{
	strict(d);
	d->f.verdict = VERDICT_PASS;
}
static void strict_internal(struct desk *d)
{
	strict(d);
	d->f.internal = true;
}
static void by_foot(struct desk *d)
{
	d->f.in_reply_to = "";
	desk_ref(d, ANA, AUDIENCE_RELAY);
}
static void by_foot_of_notice(struct desk *d)
{
	d->f.in_reply_to = "";
	desk_ref(d, ANA, AUDIENCE_NOTE);
}
static void by_foot_of_another(struct desk *d)
{
	d->f.in_reply_to = "";
	desk_ref(d, BENITO, AUDIENCE_RELAY);
}
static const char *tag(struct desk *d, const char *addr, bool upper)
{
	char code[REF_CODE_LEN + 1];

	trust_ref(d->snap.token_key, d->snap.token_key_len, NUMBER, addr, AUDIENCE_RELAY, code);
	for (char *c = code; upper && *c; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
	return arena_printf(d->a, "st-2026-000123.%s", code);
}
static void by_address(struct desk *d)
{
	d->f.in_reply_to = "";
	d->f.reply_token = tag(d, ANA, false);
}
static void by_address_in_capitals(struct desk *d)
{
	d->f.in_reply_to = "";
	d->f.reply_token = tag(d, ANA, true);
}
static void by_address_of_another(struct desk *d)
{
	d->f.in_reply_to = "";
	d->f.reply_token = tag(d, BENITO, false);
}
static void by_broken_address(struct desk *d)
{
	d->f.in_reply_to = "";
	d->f.reply_token = "st-2026-000123.corto";
}
static void by_reference(struct desk *d)
{
	static const char *refs[] = {"asignacion@mesa.example", "otra@x.example"};

	d->f.in_reply_to = "otra@x.example";
	d->f.references = refs;
	d->f.n_references = 2;
}
static void without_keys(struct desk *d)
{
	by_foot(d);
	d->snap.token_key_len = 0;
}
static void foot_of_a_requester(struct desk *d)
{
	d->f.in_reply_to = "";
	desk_ref(d, ANA, AUDIENCE_REQUESTER);
}
static void other_case_of_mine(struct desk *d)
{
	static const char *refs[] = {"aviso@mesa.example"};

	by_foot(d);
	d->f.references = refs;
	d->f.n_references = 1;
}

static const struct {
	const char *name;
	void (*set)(struct desk *);
	bool done;
} rights[] = {
	{"her own mail", nothing, true},
	{"authentication failed", failed, false},
	{"two mailboxes in From", many, false},
	{"strict, no verdict", strict, false},
	{"strict, pass", strict_pass, true},
	{"strict, internal", strict_internal, true},
	{"the signed foot", by_foot, true},
	{"the foot of a notice", by_foot_of_notice, true},
	{"the foot of a colleague's mail", by_foot_of_another, false},
	{"the signed address", by_address, true},
	{"the signed address, in capitals", by_address_in_capitals, true},
	{"a colleague's signed address", by_address_of_another, false},
	{"a broken signed address", by_broken_address, false},
	{"References alone", by_reference, true},
	{"no keys here", without_keys, false},
	{"the foot and a reference", other_case_of_mine, true},
	{"the foot of a mail to a requester", foot_of_a_requester, false},
};

static void test_rights(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(rights); i++) {
		enum state got;

		desk_close(d);
		desk_open(d);
		ana_answers(d, STATE_NEW, RELAY, "#tomar");
		rights[i].set(d);
		got = on_mail(d->a, &d->w, &d->f)->tickets[0].after.state;
		if ((got == STATE_OPEN) != rights[i].done)
			fail_msg("%s: %s", rights[i].name, state_name(got));
	}
}

static void test_confirmation(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_OPEN, BENITOS, "Mándeme su clave.");
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(var_of(p, 0, "held"), "Mándeme su clave.");
	assert_non_null(strstr(var_of(p, 0, "why"), "No respondía a un correo"));
	assert_true(p->messages[0].internal);
	assert_string_equal(p->why.trust, "registered address without a token of its own");
	desk_spent(d, BUDGET_ADDRESS, ANA, false, NOW + HOUR);
	expect(d, "a storm of forgeries is no storm of questions", "part; open: held;");
}

/* Staff who asked for help themselves. */
static void test_staff_as_requester(void **state)
{
	struct desk *d = *state;

	desk_case(d, STATE_OPEN);
	d->tickets[0].t.requester.addr = BENITO;
	desk_sent(d, ACK, BENITO, AUDIENCE_REQUESTER, MAIL_ACKNOWLEDGEMENT);
	desk_sent(d, NOTICE, BENITO, AUDIENCE_NOTE, MAIL_WARNING);
	desk_mail(d, BENITO, "Re: Impresora", "Es urgente.");
	desk_answers(d, ACK);
	expect(d, "his own case", "part; open: message; relay_in>ana/relay~");
	d->f.in_reply_to = NOTICE;
	expect(d, "as staff on his own case", "part; open: note; transcript>benito/note");
	desk_mail(d, BENITO, "Mi teclado", "No sirve.");
	expect(d, "a fresh mail",
	       "case; new: received assigned; acknowledgement>benito assignment>ana/relay");
}

/* --- what reaches whom --- */

static void test_reply_threads(void **state)
{
	struct desk *d = *state;
	static const char *ids[] = {"pide@entidad.example", "acuse@mesa.example"};
	static const char *others[] = {LUCIA, "mala direccion"};
	struct plan *p;

	ana_answers(d, STATE_OPEN, RELAY, "Ya subo.");
	d->tickets[0].thread_ids = ids;
	d->tickets[0].n_thread_ids = 2;
	d->tickets[0].participants = others;
	d->tickets[0].n_participants = 2;
	desk_attach(d, "guia.pdf", 100, 0);
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(says(d, p), "part; open: replied; relay_out>pedro!~ relay_out>lucia~");
	assert_string_equal(p->mails[0].in_reply_to, "pide@entidad.example");
	assert_int_equal(p->mails[0].n_references, 2);
	assert_string_equal(p->mails[0].from_name, "Ana Ruiz · Mesa de ayuda");
	assert_string_equal(var_of(p, 0, "text"), "Ya subo.");
	assert_int_equal(p->mails[0].n_attachments, 1);
	assert_int_equal(p->mails[1].n_attachments, 1);
	d->tickets[0].last_from_requester_id = "";
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(p->mails[0].in_reply_to, "acuse@mesa.example");
}

static void test_transcript_threads(void **state)
{
	struct desk *d = *state;
	static struct staff_thread threads[] = {{BENITO, "hilo-benito@mesa.example"},
						{ANA, "hilo-ana@mesa.example"}};
	struct plan *p;

	ana_answers(d, STATE_OPEN, RELAY, "#asignar benito");
	d->tickets[0].staff_threads = threads;
	d->tickets[0].n_staff_threads = 2;
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(p->mails[0].in_reply_to, "hilo-benito@mesa.example");
	assert_string_equal(var_of(p, 0, "text"), "La impresora no imprime.");
	assert_string_equal(var_of(p, 0, "note"), "Se lo asignó Ana Ruiz.");
	assert_string_equal(p->mails[1].in_reply_to, "este@correo.example");
	assert_string_equal(p->mails[1].references[0], "hilo-ana@mesa.example");
	assert_string_equal(var_of(p, 1, "transcript"), "El caso queda a nombre de Benito Peña.");
}

static void test_only_files(void **state)
{
	struct desk *d = *state;

	ana_answers(d, STATE_OPEN, RELAY, "");
	desk_attach(d, "logo.png", 10, ATT_INLINE);
	expect(d, "the signature's logo is no answer", "part; open: held; transcript>ana/note");
	desk_attach(d, "guia.pdf", 10, 0);
	expect(d, "a file is", "part; open: replied; relay_out>pedro!~");
}

/* Who signed her words is not named a second time under them. */
static void test_signed_once(void **state)
{
	struct desk *d = *state;

	ana_answers(d, STATE_OPEN, RELAY, "Ya voy.\n\nAna Ruiz");
	assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "signed"), "1");
	ana_answers(d, STATE_OPEN, RELAY, "Ya voy.");
	assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "signed"), "");
}

static void test_hint_once(void **state)
{
	struct desk *d = *state;

	ana_answers(d, STATE_OPEN, NOTICE, "Otra nota.");
	d->tickets[0].hinted = true;
	expect(d, "told before", "part; open: note;");
}

static void test_unreachable(void **state)
{
	struct desk *d = *state;

	ana_answers(d, STATE_OPEN, RELAY, "Hola");
	d->tickets[0].t.requester.addr = "";
	expect(d, "no address", "part; open: held; transcript>ana/note");
	d->tickets[0].t.requester.addr = DESK;
	expect(d, "nor to ourselves", "part; open: held; transcript>ana/note");
	d->f.text = "#resuelto Listo.";
	d->span[0].len = 16;
	d->f.n_spans = 1;
	expect(d, "solved all the same", "part; resolved: resolved; transcript>ana/note");
	d->f.text = "#cerrar duplicado";
	d->span[0].len = 17;
	expect(d, "closed all the same", "part; closed: closed; transcript>ana/note");
	d->f.text = "#tomar\nHola";
	d->span[0].len = 11;
	expect(d, "held with its commands", "part; open: held; transcript>ana/relay");
}

static void test_takes_what_is_free(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_NEW, RELAY, "Ya subo.");
	d->tickets[0].t.assignee = "";
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(says(d, p), "part; open: taken replied; relay_out>pedro!~");
	assert_string_equal(p->tickets[0].after.assignee, "ana");
	desk_case(d, STATE_NEW);
	d->tickets[0].t.assignee = "";
	d->f.text = "#resuelto Cambié el cable.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	d->f.n_spans = 1;
	expect(d, "and what she solves",
	       "part; resolved: taken resolved; survey>pedro!?~ transcript>ana/note");
	desk_case(d, STATE_NEW);
	d->tickets[0].t.assignee = "";
	d->f.text = "#tomar";
	d->span[0].len = 6;
	expect(d, "and what she asks for", "part; open: taken; transcript>ana/note");
	desk_case(d, STATE_CLOSED);
	d->tickets[0].t.assignee = "";
	d->f.text = "#reabrir";
	d->span[0].len = 8;
	expect(d, "reopened, and nobody's",
	       "part; open: reopened; relay_out>pedro transcript>ana/note");
	/* solved again before that mail could leave: it would no longer be true */
	assert_int_equal(on_mail(d->a, &d->w, &d->f)->mails[0].while_states &
				 (1u << STATE_OPEN | 1u << STATE_RESOLVED | 1u << STATE_CLOSED),
			 1u << STATE_OPEN);
	d->f.text = "Una cosa más.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	expect(d, "not what is closed", "part; closed: replied; relay_out>pedro!~");
}

/* What she hands on is not her word: it goes with her message and orders nothing. */
static void test_forwards(void **state)
{
	static const struct {
		const char *own, *handed_on, *wanted, *told;
	} cases[] = {
		{"", "#cerrar\nYa no hace falta.", "part; open: replied; relay_out>pedro!~",
		 "#cerrar\nYa no hace falta."},
		{"#resuelto Esto dijo el proveedor:", "#reabrir\nYa quedó.",
		 "part; resolved: resolved; survey>pedro!?~ transcript>ana/note",
		 "Esto dijo el proveedor:\n\n#reabrir\nYa quedó."},
		{"Esto dijo el proveedor:", "#reabrir\nYa quedó.",
		 "part; open: replied; relay_out>pedro!~",
		 "Esto dijo el proveedor:\n\n#reabrir\nYa quedó."},
	};
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t own = (uint32_t)strlen(cases[i].own);

		desk_close(d);
		desk_open(d);
		ana_answers(d, STATE_OPEN, RELAY, "");
		d->f.text = arena_printf(d->a, "%s\n\n%s", cases[i].own, cases[i].handed_on);
		d->span[0] = (struct span){SPAN_NEW, 0, own + 2};
		d->span[1] = (struct span){SPAN_FORWARDED, own + 2,
					   (uint32_t)strlen(cases[i].handed_on)};
		d->f.n_spans = 2;
		expect(d, cases[i].own, cases[i].wanted);
		assert_string_equal(var_of(on_mail(d->a, &d->w, &d->f), 0, "text"), cases[i].told);
	}
}

static void test_others_case(void **state)
{
	struct desk *d = *state;

	ana_answers(d, STATE_OPEN, RELAY, "Yo le ayudo.");
	d->tickets[0].t.assignee = "benito";
	expect(d, "the owner is told",
	       "part; open: replied; relay_out>pedro!~ transcript>benito/note");
	d->f.text = "#tomar";
	d->span[0].len = 6;
	d->f.n_spans = 1;
	expect(d, "the previous owner is told",
	       "part; open: taken; transcript>benito/note transcript>ana/note");
	d->f.text = "#asignar dora";
	d->span[0].len = 13;
	expect(d, "and when it goes to a third",
	       "part; open: assigned; transcript>benito/note assignment>dora/relay "
	       "transcript>ana/note");
	d->f.text = "#asignar benito";
	d->span[0].len = 15;
	expect(d, "not when it stays his",
	       "part; open: assigned; assignment>benito/relay transcript>ana/note");
	desk_case(d, STATE_CLOSED);
	d->tickets[0].t.assignee = "benito";
	d->f.text = "#reabrir";
	d->span[0].len = 8;
	expect(d, "reopened by another",
	       "part; open: reopened; relay_out>pedro reopened>benito/relay transcript>ana/note");
}

/* A colleague answered while she was writing. */
static void test_answered_meanwhile(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_OPEN, RELAY, "Ya subo.");
	d->tickets[0].replied_at = NOW - 60;
	d->tickets[0].replied_by = "benito";
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(says(d, p), "part; open: held; transcript>ana/relay");
	assert_string_equal(var_of(p, 0, "held"), "Ya subo.");
	assert_non_null(strstr(var_of(p, 0, "why"), "Benito Peña"));

	d->outgoing[0].created_at = NOW - 30;
	expect(d, "she answers the notice", "part; open: replied; relay_out>pedro!~");
	d->outgoing[0].created_at = NOW - HOUR;
	d->tickets[0].replied_by = "ana";
	expect(d, "it was herself", "part; open: replied; relay_out>pedro!~");
	d->tickets[0].replied_by = "alguien-que-se-fue";
	expect(d, "somebody who left", "part; open: replied; relay_out>pedro!~");
	d->tickets[0].replied_by = "benito";
	d->f.text = "#resuelto Ya quedó.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	d->f.n_spans = 1;
	expect(d, "a solution too", "part; open: held; transcript>ana/relay");
	d->f.text = "#cerrar duplicado\nYa quedó.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	expect(d, "a closing too", "part; open: held; transcript>ana/relay");
	d->f.in_reply_to = NOTICE;
	d->f.text = "#tomar\nYa quedó.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	expect(d, "but not a note",
	       "part; open: taken note; assignment>ana/relay transcript>ana/note");
	d->f.in_reply_to = RELAY;
	d->f.text = "#nota Ya quedó.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	expect(d, "nor this one", "part; open: note; transcript>ana/note");
	d->f.in_reply_to = "";
	desk_ref(d, ANA, AUDIENCE_RELAY);
	d->f.text = "Ya subo.";
	d->span[0].len = (uint32_t)strlen(d->f.text);
	expect(d, "not known which mail she answers", "part; open: replied; relay_out>pedro!~");
}

static void test_held_says_what(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_OPEN, RELAY, "#estado solucionado\nCambié el cable.");
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(var_of(p, 0, "bad_line"), "#estado solucionado");
	assert_string_equal(var_of(p, 0, "meant"), "#resuelto TEXTO");
	assert_non_null(strstr(var_of(p, 0, "held"), "Cambié el cable."));
	assert_non_null(strstr(p->messages[0].text, "Cambié el cable."));
	assert_true(p->messages[0].internal);
	assert_string_not_equal(detail_of(p, EVENT_HELD, "why"), "");
}

/* --- by socket --- */

static const struct {
	const char *text, *wanted, *answer;
	bool refused;
} by_socket[] = {
	{"#tomar", "none; open: taken; transcript>ana/note assignment>carmen/relay",
	 "{\"done\":[\"El caso queda a su nombre y en atención.\"]}", false},
	{"#cerrar trasladado", "none; closed: closed; closed>pedro",
	 "{\"done\":[\"El caso queda cerrado (trasladado); se le informa al solicitante.\"]}",
	 false},
	{"#resuelto Quedó probado.", "none; resolved: resolved; survey>pedro!?~",
	 "{\"done\":[\"El caso queda solucionado; el solicitante recibe su informe y la "
	 "encuesta.\"]}",
	 false},
	{"#silencio\n#nota Revisado.", "none; open: note;",
	 "{\"done\":[\"El texto quedó como nota interna.\"]}", false},
	{"#asignar zoila", "none;",
	 "{\"refused\":\"no hay nadie que se llame «zoila». Las personas son: Ana Ruiz (ana), "
	 "Benito Peña (benito), Carmen Díaz (carmen), Dora Ruiz (dora).\","
	 "\"line\":\"#asignar zoila\"}",
	 true},
	{"hola", "none;", "{\"refused\":\"no hay ningún comando.\",\"meant\":\"#ayuda\"}", true},
	{"#reabrrir", "none;", NULL, true},
	{"#ver", "none; open:;", NULL, false},
	{"#ayuda", "none; open:;", NULL, false},
};

static void test_by_socket(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < COUNT(by_socket); i++) {
		struct plan *p;

		desk_case(d, STATE_OPEN);
		p = on_command(d->a, &d->w, &d->tickets[0], &d->staff[2], by_socket[i].text, NULL);
		assert_string_equal(says(d, p), by_socket[i].wanted);
		if (by_socket[i].answer)
			assert_string_equal(p->answer, by_socket[i].answer);
		assert_int_equal(p->refused, by_socket[i].refused);
	}
}

static void test_status(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_CLOSED, RELAY, "#ver");
	d->tickets[0].t.score = 4;
	d->tickets[0].t.reopened = 1;
	p = on_mail(d->a, &d->w, &d->f);
	assert_non_null(strstr(var_of(p, 0, "history"), "Recibido: 2026-11-03 13:41"));
	assert_non_null(strstr(var_of(p, 0, "history"), "Solucionado: 2026-11-03 14:41"));
	assert_non_null(strstr(var_of(p, 0, "history"), "Veces reabierto: 1"));
	assert_string_equal(var_of(p, 0, "score"), "4");
	assert_string_equal(var_of(p, 0, "closed_reason"), "sin evaluación");
	assert_non_null(strstr(p->answer, "a cargo de Ana Ruiz"));
	d->tickets[0].t.assignee = "";
	p = on_mail(d->a, &d->w, &d->f);
	assert_non_null(strstr(p->answer, "sin asignar"));
	d->f.text = "#ayuda";
	d->span[0].len = 6;
	d->f.n_spans = 1;
	p = on_mail(d->a, &d->w, &d->f);
	assert_non_null(strstr(var_of(p, 0, "help"), "#cerrar MOTIVO — "));
}

/* The quote went unrecognised: what is ours is cut off, and a code of ours never leaves. */
static void test_unrecognised_quote(void **state)
{
	struct desk *d = *state;
	struct plan *p;

	ana_answers(d, STATE_OPEN, RELAY,
		    "Ya subo.\n\nEl lunes usted puso:\n| Su respuesta a este correo la leerá el "
		    "solicitante.\n| Solicitante: Pedro");
	p = on_mail(d->a, &d->w, &d->f);
	assert_string_equal(says(d, p), "part; open: replied; relay_out>pedro!~");
	assert_string_equal(var_of(p, 0, "text"), "Ya subo.\n\nEl lunes usted puso:");
	desk_ref(d, ANA, AUDIENCE_RELAY);
	d->f.text = arena_printf(d->a, "Ya subo.\nRef. %s · %s", NUMBER, d->f.refs[0].code);
	d->span[0].len = (uint32_t)strlen(d->f.text);
	d->f.n_spans = 1;
	expect(d, "a code among the words", "part; open: held; transcript>ana/relay");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unrecognised_quote, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_rows, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_rights, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_confirmation, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_staff_as_requester, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_reply_threads, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_transcript_threads, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_only_files, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_signed_once, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_hint_once, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_unreachable, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_takes_what_is_free, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_forwards, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_others_case, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_answered_meanwhile, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_held_says_what, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_by_socket, open_desk, close_desk),
		cmocka_unit_test_setup_teardown(test_status, open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
