#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/read.h"
#include "mail/token.h"
#include "mail/who.h"

#include <string.h>

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static struct facts who(const char *header)
{
	struct headers h = header_split(a, slice_of(header));
	struct facts f;

	facts_init(&f);
	who_read(a, &h, &f);
	return f;
}

static void test_author(void **state)
{
	static const struct {
		const char *header, *addr, *name;
		unsigned count;
	} rows[] = {
		{"From: Ana <ana@x.example>\n", "ana@x.example", "Ana", 1},
		{"From: ana@x.example, bea@x.example\n", "ana@x.example", "", 2},
		{"From: ana@x.example\nFrom: bea@x.example\n", "ana@x.example", "", 2},
		{"From: nadie\nSender: Bea <bea@x.example>\n", "bea@x.example", "nadie", 0},
		{"Return-Path: <bea@x.example>\n", "bea@x.example", "", 0},
		{"Reply-To: <bea@x.example>\n", "bea@x.example", "", 0},
		{"From: <>\nReturn-Path: <>\n", "", "", 0},
		{"From: MAILER-DAEMON\n", "", "MAILER-DAEMON", 0},
		{"Subject: x\n", "", "", 0},
		{"From: g: ana@x.example;\n", "ana@x.example", "", 1},
		{"From: \"ladron@evil.example\" <ana@x.example>\n", "ana@x.example",
		 "ladron@evil.example", 1},
		{"From: Ana\x1B[31m <ana@x.example>\n", "ana@x.example", "Ana [31m", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct facts f = who(rows[i].header);

		if (!str_eq(f.from.addr, rows[i].addr) || !str_eq(f.from.name, rows[i].name) ||
		    f.from_count != rows[i].count)
			fail_msg("%s: %s «%s» %u", rows[i].header, f.from.addr, f.from.name,
				 f.from_count);
	}
}

/* The desk keeps the decoded name from the parser only for the address that it reads itself. */
static void test_name_kept(void **state)
{
	struct headers h = header_split(a, SLICE("From: =?utf-8?q?Mu=C3=B1oz?= <ana@x.example>\n"));
	struct facts f;

	(void)state;
	facts_init(&f);
	f.from = (struct address){"ana@x.example", "Muñoz"};
	who_read(a, &h, &f);
	assert_string_equal(f.from.name, "Muñoz");
	f.from = (struct address){"otra@x.example", "Otra"};
	who_read(a, &h, &f);
	assert_string_equal(f.from.addr, "ana@x.example");
	assert_string_equal(f.from.name, "=?utf-8?q?Mu=C3=B1oz?=");
}

static void test_thread(void **state)
{
	struct facts f =
		who("Message-ID: <m@x>\nMessage-ID: <n@x>\nIn-Reply-To: <b@x> <c@x>\n"
		    "References: <a@x> <b@x>\nReceived: uno\nReceived: dos\nX-Mesad: auto\n");

	(void)state;
	assert_string_equal(f.message_id, "m@x");
	assert_string_equal(f.in_reply_to, "b@x");
	assert_int_equal(f.n_references, 3);
	assert_string_equal(f.references[0], "a@x");
	assert_string_equal(f.references[1], "b@x");
	assert_string_equal(f.references[2], "c@x");
	assert_int_equal(f.hops, 2);
	assert_true(f.ours);
	f = who("Subject: x\n");
	assert_string_equal(f.message_id, "");
	assert_int_equal(f.n_references, 0);
	assert_false(f.ours);
}

static void test_token(void **state)
{
	char *to = token_reply_to(a, "mesa@x.example", "ST-2026-000123", "k7f3q9wm");
	struct slice tag = address_tag(to);

	(void)state;
	assert_non_null(to);
	assert_string_equal(who(arena_printf(a, "To: otra@x.example, <%s>\n", to)).reply_token,
			    slice_dup(a, tag));
	assert_string_equal(
		who(arena_printf(a, "To: o@x.example\nDelivered-To: %s\n", to)).reply_token,
		slice_dup(a, tag));
	assert_string_equal(who("To: mesa+boletin@x.example\n").reply_token, "");
	assert_string_equal(who("To: mesa@x.example\n").reply_token, "");
}

/* --- the whole reader: what only shows when everything works together --- */

static struct facts read(const char *raw)
{
	struct facts f;

	read_init();
	read_mail(a, slice_of(raw), &f);
	return f;
}

static bool warned(const struct facts *f, const char *word)
{
	for (size_t i = 0; i < f->n_warnings; i++)
		if (slice_find(slice_of(f->warnings[i]), slice_of(word)) != SIZE_MAX)
			return true;
	return false;
}

static void test_mail(void **state)
{
	struct facts f =
		read("From: =?utf-8?q?Ana_Mu=C3=B1oz?= <ana@x.example>\nTo: =?utf-8?q?Mesa?= "
		     "<m@x.example>\n"
		     "Subject: =?utf-8?q?Impresi=C3=B3n?=\nDate: Tue, 04 Mar 2025 10:11:12 +0100\n"
		     "Message-ID: <1@x.example>\n\nNo anda.\n");

	(void)state;
	assert_string_equal(f.from.name, "Ana Muñoz");
	assert_string_equal(f.to[0].name, "Mesa");
	assert_string_equal(f.subject, "Impresión");
	assert_string_equal(f.text, "No anda.");
	assert_int_equal(f.date, 1741079472);
	assert_int_equal(f.kind, KIND_NEW);
	assert_int_equal(f.n_warnings, 0);
	assert_int_equal(f.n_commands, 0);
}

static void test_commands(void **state)
{
	struct facts f =
		read("From: ana@x.example\nDate: Tue, 04 Mar 2025 10:11:12 +0100\n"
		     "In-Reply-To: <a@x>\nSubject: Re: x\n\n#asignar bea\n\n#nota\nTexto\n#no\n");

	(void)state;
	assert_int_equal(f.n_commands, 2);
	assert_string_equal(f.commands[0].line, "#asignar bea");
	assert_string_equal(f.commands[1].line, "#nota");
	assert_int_equal(read("Subject: x\n\n# titulo\n").n_commands, 0);
	assert_int_equal(read("Subject: x\n\n# Tomar:\n#  nota hola\n# titulo\n").n_commands, 2);
	assert_int_equal(read("Subject: x\n\nhola\n#nota\n").n_commands, 0);
}

static void test_refs(void **state)
{
	struct facts f =
		read("Subject: x\n\nhola\n> Ref. ST-2026-000123 \xC2\xB7 k7f3q9wm\nRef. sola\n"
		     "Ref. ST-1 * abcd1234 y Ref. ST-2 \xC2\xB7 NO\n");

	(void)state;
	assert_int_equal(f.n_refs, 2);
	assert_string_equal(f.refs[0].number, "ST-2026-000123");
	assert_string_equal(f.refs[0].code, "k7f3q9wm");
	assert_string_equal(f.refs[1].number, "ST-1");
}

static void test_best_answers(void **state)
{
	struct facts f = read("Received: from a by b; Tue, 04 Mar 2025 10:11:12 +0100\n\nhola\n");

	(void)state;
	assert_int_equal(f.date, 1741079472);
	assert_true(warned(&f, "Date"));
	assert_true(warned(&f, "sender"));
	f = read("");
	assert_int_equal(f.kind, KIND_MALFORMED);
	f = read("hola, no anda la impresora\n");
	assert_int_equal(f.kind, KIND_NEW);
	assert_string_equal(f.text, "hola, no anda la impresora");
	f = read("Subject: x\nContent-Type: application/pkcs7-mime; "
		 "smime-type=enveloped-data\n\nx\n");
	assert_true(warned(&f, "encrypted"));
	f = read("Subject: x\n\n-----BEGIN PGP MESSAGE-----\nabc\n");
	assert_true(warned(&f, "encrypted"));
}

/* A mail handed on as a file, without a word of its own: what is in it is the request. */
static void test_handed_on(void **state)
{
	struct facts f = read(
		"From: bea@x.example\nSubject: RV: x\nContent-Type: multipart/mixed; boundary=b\n\n"
		"--b\nContent-Type: message/rfc822\n\nFrom: =?utf-8?q?Ana_=C3=91?= "
		"<ana@x.example>\n"
		"Subject: Otra\n\nNo anda.\n--b--\n");

	(void)state;
	assert_string_equal(f.text,
			    "---------- Mensaje reenviado ----------\nDe: Ana Ñ <ana@x.example>\n"
			    "Asunto: Otra\n\nNo anda.");
	assert_string_equal(facts_span_text(a, &f, SPAN_NEW), "");
	assert_string_equal(facts_new_text(a, &f), "No anda.");
	assert_string_equal(f.forwarded_from.addr, "ana@x.example");
	assert_string_equal(f.forwarded_from.name, "Ana Ñ");
	assert_int_equal(f.n_attachments, 1);
	assert_string_equal(f.attachments[0].name, "Otra.eml");
	/* the second mail within says something, the first does not */
	f = read("From: bea@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		 "Content-Type: message/rfc822\n\nFrom: ana@x.example\nContent-Type: "
		 "message/rfc822\n"
		 "\nFrom: eva@x.example\n\nNo anda.\n--b--\n");
	assert_string_equal(facts_new_text(a, &f), "No anda.");
	assert_string_equal(f.forwarded_from.addr, "eva@x.example");
	/* nothing to read, but somebody wrote it */
	f = read("From: bea@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
		 "Content-Type: message/rfc822\n\nFrom: ana@x.example\n\n--b--\n");
	assert_string_equal(f.text, "");
	assert_string_equal(f.forwarded_from.addr, "ana@x.example");
}

/* Ten are read; the others are files, and it is said. */
static void test_many_handed_on(void **state)
{
	(void)state;
	for (int n = 10; n <= 11; n++) {
		struct sbuf b = SBUF_INIT(1 << 16);
		struct facts f;

		sbuf_cstr(&b, "From: bea@x.example\nContent-Type: multipart/mixed; boundary=b\n\n");
		for (int i = 0; i < n; i++)
			sbuf_printf(&b,
				    "--b\nContent-Type: message/rfc822\n\n"
				    "From: ana@x.example\n\nPide %d.\n",
				    i);
		sbuf_cstr(&b, "--b--\n");
		f = read(sbuf_dup(a, &b));
		assert_int_equal(f.n_attachments, n);
		assert_non_null(strstr(f.text, "Pide 9."));
		assert_null(strstr(f.text, "Pide 10."));
		assert_int_equal(f.n_warnings, n - 10 + 1); /* no Date */
		sbuf_free(&b);
	}
}

static void test_invitation(void **state)
{
	struct facts f = read(
		"Subject: x\nContent-Type: text/calendar; "
		"charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
		"BEGIN:VTIMEZONE\nDTSTART:19700101T000000\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
		"SUMMARY:Revisi\xC3\xB3n\\, segunda\nDTSTART;TZID=America/Bogota:20260304T101500\n"
		"DTEND:20260304T161500Z\nLOCATION:Sala\n  "
		"2\nORGANIZER;CN=Ana:mailto:ana@x.example\n"
		"DESCRIPTION:uno\\ndos\nEND:VEVENT\nEND:VCALENDAR\n");

	(void)state;
	assert_string_equal(
		f.text,
		"Invitación: Revisión, segunda\nInicio: 2026-03-04 10:15 America/Bogota\n"
		"Fin: 2026-03-04 16:15 UTC\nLugar: Sala 2\nOrganiza: ana@x.example\n\nuno\ndos");
	assert_string_equal(f.attachments[0].name, "invitacion.ics");
	/* colons in the quotes of a parameter (RFC 5545, 3.2) */
	f = read("Content-Type: "
		 "text/calendar\n\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART;TZID=\"(UTC-05:00) "
		 "Bogota, Lima\":20260304T101500\nDTEND;TZID=\"roto:20260304T111500\n"
		 "ORGANIZER;CN=\"Ruiz: Ana\":mailto:ana@x.example\nEND:VEVENT\n");
	assert_string_equal(f.text, "Evento: x\nInicio: 2026-03-04 10:15 (UTC-05:00) Bogota, Lima\n"
				    "Fin: 2026-03-04 11:15 roto\nOrganiza: ana@x.example");
	/* with words of its own, those are the text */
	f = read("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nVengan.\n--b\nContent-Type: "
		 "text/calendar\n\n"
		 "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n--b--\n");
	assert_string_equal(f.text, "Vengan.");
	f = read("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n");
	assert_string_equal(f.text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_author, setup, teardown),
		cmocka_unit_test_setup_teardown(test_name_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_token, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mail, setup, teardown),
		cmocka_unit_test_setup_teardown(test_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_best_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_handed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_invitation, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
