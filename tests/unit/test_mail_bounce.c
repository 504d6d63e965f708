#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/bounce.h"
#include "mail/bounce_marks.h"

#include <stdlib.h>
#include <string.h>

static struct bounce_report read_report(struct arena *a, const char *header, const char *text,
					const char *status, const char *returned)
{
	struct headers h = header_split(a, slice_of(header));
	struct mime_leaf leaves[2] = {{.role = MIME_DELIVERY_STATUS,
				       .type = "message/delivery-status",
				       .charset = "",
				       .parent = "multipart/report",
				       .bytes = slice_of(status)},
				      {.role = MIME_REPORT_PART,
				       .type = "text/rfc822-headers",
				       .charset = "",
				       .parent = "multipart/report",
				       .bytes = slice_of(returned)}};
	struct mime_tree t = {.type = status ? "multipart/report" : "text/plain",
			      .report_type = status ? "delivery-status" : "",
			      .leaves = status ? leaves : leaves + 1,
			      .n = (status ? 1U : 0U) + (returned ? 1U : 0U)};
	const struct slice *subject = header_get(&h, "Subject");

	return bounce_read(a, &h, &t, subject ? header_unfold(a, *subject) : "", slice_of(text));
}

#define DAEMON "From: MAILER-DAEMON@mx.example\nTo: sistemas@e.example\nSubject: "

static void reads_status_parts(void **state)
{
	static const struct {
		const char *status, *recipient, *code, *report;
		bool bounce, permanent, delayed;
	} rows[] = {
		{"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: "
		 "failed\nStatus: "
		 "5.1.1\n",
		 "a@b.example", "5.1.1", "", true, true, false},
		{"Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n",
		 "a@b.example", "4.4.1", "delayed", true, false, true},
		{"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 4.4.7\n",
		 "a@b.example", "4.4.7", "", true, false, false},
		{"Final-Recipient: rfc822; i@m.example\nOriginal-Recipient: "
		 "rfc822;a@B.example\nAction: "
		 "failed\nStatus: 5.2.2 (full)\n",
		 "a@b.example", "5.2.2", "", true, true, false},
		{"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: "
		 "5.0.0\nDiagnostic-Code: "
		 "smtp;\n 550 5.7.1 no\n",
		 "a@b.example", "5.7.1", "", true, true, false},
		{"Final-Recipient: rfc822; a@#b.example\nAction: failed\nStatus: 5.1.2\n",
		 "a@#b.example", "5.1.2", "", true, true, false},
		{"Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n", NULL,
		 NULL, "delivered", false, false, false},
		{"Final-Recipient: rfc822; x@b.example\nAction: relayed\nStatus: 2.0.0\n\n"
		 "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
		 "a@b.example", "5.1.1", "", true, true, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct bounce_report b = read_report(a, DAEMON "x\n\n", "Aviso.", rows[i].status,
						     "Message-ID: <m1@e.example>\n");

		assert_int_equal(b.is_bounce, rows[i].bounce);
		assert_string_equal(b.report, rows[i].report);
		if (rows[i].bounce) {
			assert_int_equal(b.n, 1);
			assert_string_equal(b.list[0].recipient, rows[i].recipient);
			assert_string_equal(b.list[0].status, rows[i].code);
			assert_int_equal(b.list[0].permanent, rows[i].permanent);
			assert_int_equal(b.list[0].delayed, rows[i].delayed);
			assert_string_equal(b.original_id, "m1@e.example");
		}
		arena_free(&a);
	}
}

static void reads_words(void **state)
{
	static const struct {
		const char *header, *text, *recipient, *code;
		bool permanent;
	} rows[] = {
		{DAEMON "failure notice\n\n",
		 "Hi. This is the qmail-send program at x.\n\n<a@b.example>:\nno mailbox "
		 "(#5.1.1)\n",
		 "a@b.example", "5.1.1", true},
		{DAEMON "x\n\n", "<a@b.example>: 550 User unknown\n", "a@b.example", "5.1.1", true},
		{DAEMON "x\n\n", "No pudo ser entregado a a@b.example: buzón lleno", "a@b.example",
		 "5.2.2", true},
		{DAEMON "Undeliverable: x\n\n",
		 "Your message\n  To: otro@b.example\ndid not reach the following recipient(s):\n\n"
		 "c=US;a= ;dda:SMTP=a@b.example; on Mon\n",
		 "a@b.example", "", true},
		{DAEMON "Mail Delivery Problem\n\n",
		 "Your mail to the following recipients could not be delivered because x:\n\tana\n",
		 "ana@mx.example", "", true},
		{DAEMON "Mail Delivery Problem\n\n",
		 "Your mail to the following recipients could not be delivered because they do "
		 "not accept mail from lista@e.example:\n\tana\n",
		 "ana@mx.example", "", true},
		{DAEMON "Warning: delayed 24 hours\n\n",
		 "has not yet been delivered to:\n  a@b.example\nDelivery attempts will continue\n",
		 "a@b.example", "", false},
		{DAEMON "x\n\n", "a@b.example: 450 try later", "a@b.example", "", false},
		{"From: x@y.example\nX-Failed-Recipients: a@b.example\n\n", "550 5.1.1 no",
		 "a@b.example", "5.1.1", true},
		{"From: postmaster@b.example\nReturn-Path: <>\nSubject: x\n\n",
		 "a@b.example (user not found)\nThe message that you sent was undeliverable",
		 "a@b.example", "5.1.1", true},
		{DAEMON "Zustellung verzögert: x\n\n",
		 "Die Zustellung an a@b.example hat sich verzögert.", "a@b.example", "", false},
		{DAEMON "x\n\n",
		 "Your message to <a@b.example> was automatically rejected:\nQuota "
		 "exceeded\n",
		 "a@b.example", "5.2.2", true},
		/* a reply runs into the address that it quotes */
		{DAEMON "x\n\n", "5.1.0 - Unknown address error 550-'a@b.example... No such user'",
		 "a@b.example", "", true},
		{DAEMON "x\n\n",
		 "Delivery has been delayed.\nOriginal message from otro@c.example\n"
		 "Recipient: a@b.example",
		 "a@b.example", "", false},
		{DAEMON "x\n\n", "550-1@b.example: no such user", "550-1@b.example", "", true},
		{DAEMON "x\n\n", "'a@b.example': no such user", "a@b.example", "", true},
		/* of a language that no table has */
		{"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: x\n\n",
		 "Skilaboðin komust ekki til a@b.example", "a@b.example", "", true},
		/* what came back names others */
		{DAEMON "failure notice\n\n",
		 "<a@b.example>: 550 5.1.1 no\n--- Below this line is a copy of the message.\n"
		 "Received: from x\n<otro@c.example>: 550 5.7.1 no\n",
		 "a@b.example", "5.1.1", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct bounce_report b = read_report(a, rows[i].header, rows[i].text, NULL, NULL);

		if (!b.is_bounce || b.n != 1 || !str_eq(b.list[0].recipient, rows[i].recipient) ||
		    b.list[0].permanent != rows[i].permanent ||
		    (rows[i].code[0] && !str_eq(b.list[0].status, rows[i].code)))
			fail_msg("row %zu: %s %s %d", i, b.n ? b.list[0].recipient : "-",
				 b.n ? b.list[0].status : "-", b.n && b.list[0].permanent);
		assert_true(b.reason[0] != '\0');
		arena_free(&a);
	}
}

static void leaves_people_alone(void **state)
{
	static const struct {
		const char *header, *text;
	} rows[] = {
		{"From: Ana <ana@e.example>\nSubject: No sale un correo\n\n",
		 "Me devuelven esto:\nDelivery to the following recipient failed permanently:\n"
		 "a@b.example\n550 5.1.1 User unknown"},
		{"From: Ana <ana@e.example>\nSubject: Correo no entregado\n\n",
		 "Buenos días: el correo a a@b.example no pudo ser entregado, dice 550 5.1.1."},
		{"From: Ana <ana@e.example>\nSubject: Fwd: Undelivered Mail Returned to Sender\n\n",
		 "This is the mail system at host x.\n<a@b.example>: 550 5.1.1 User unknown"},
		{"From: Administrador del sistema <ana@e.example>\nSubject: Usuario nuevo\n\n",
		 "Crear a luis@e.example, por favor."},
		{"From: Ana <ana@e.example>\nSubject: Buzón lleno\n\n", "Mi buzón está lleno."},
		{"From: Administrador del sistema <ana@e.example>\nSubject: Rebotes\n\n",
		 "Resumen de la semana:\na@b.example 550 5.1.1 User unknown"},
		{"From: Ana <ana@e.example>\nSubject: Returned mail\n\n",
		 "The following addresses had permanent fatal errors: <a@b.example>\n¿Qué es "
		 "esto?"},
		{"From: Filtro <noreply@f.example>\nSubject: Re: caso\n\n",
		 "Your message could not be delivered to a@b.example until you prove you are "
		 "human."},
		{"From: Ana <ana@e.example>\nReturn-Path: <>\nSubject: Vacaciones\n\n",
		 "Regreso el lunes."},
		{"From: \"ana@e.example\" <ana@e.example>\n"
		 "Subject: Undelivered Mail Returned to Sender\n\n",
		 "Me llega esto.\nThis is the mail system at host x.\n<a@b.example>: 550 no"},
		{"From: ana@e.example (Ana)\nSubject: Undelivered Mail Returned to Sender\n\n",
		 "Me llega esto.\nThis is the mail system at host x.\n<a@b.example>: 550 no"},
		/* under the report's own subject, below words of hers */
		{"From: Ana <ana@e.example>\nSubject: Undelivered Mail Returned to Sender\n\n",
		 "Me llega esto dos veces al día.\nThis is the mail system at host x.\n"
		 "<a@b.example>: 550 5.1.1 User unknown"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct bounce_report b = read_report(a, rows[i].header, rows[i].text, NULL, NULL);

		if (b.is_bounce)
			fail_msg("row %zu: %s", i, b.reason);
		arena_free(&a);
	}
}

static void reads_codes(void **state)
{
	static const struct {
		const char *text, *status;
		unsigned code;
	} rows[] = {
		{"550 5.1.1 User unknown", "5.1.1", 550},
		{"550-5.7.26 see", "5.7.26", 550},
		{"5.0.0 (550 5.7.1 no)", "5.7.1", 550},
		{"554 4.4.7 expired <421 4.4.2 timed out>", "4.4.2", 554},
		{"550 5.1.1 no, 5.7.1 no", "5.1.1", 550},
		{"5.1.0 - Unknown address error 550-'5.7.1 <a@b.example> no'", "5.7.1", 550},
		{"5.1.0 - Unknown address error 550-'5.0.0 no'", "5.1.0", 550},
		{"5.1.0 Unknown 450 4.7.1 no", "5.1.0", 450},
		{"5.0.0, 4.4.1", "5.0.0", 0},
		{"(#5.1.1)", "5.1.1", 0},
		{"said: 421-4.7.0 [x]", "4.7.0", 421},
		{"code 5.1.10.", "5.1.10", 0},
		{"[SMTP Error Code 550]", "", 550},
		{"mx [5.1.1.7] and 14.5.1.1 and 5.1.1.2", "", 0},
		{"8.12.11/8.12.11 version 5.17.3", "", 0},
		{"size 55000, port 4500, 2550", "", 0},
		{"a-550@b.example", "", 0},
		{"2.1.5 ok", "", 0},
		{"", "", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char status[16];
		unsigned code = bounce_codes(slice_of(rows[i].text), status);

		if (code != rows[i].code || strcmp(status, rows[i].status) != 0)
			fail_msg("%s: %u %s", rows[i].text, code, status);
	}
}

static void finds_the_returned_mail(void **state)
{
	static const struct {
		const char *text, *header, *id;
	} rows[] = {
		{"<a@b.example>: 550 no\n--- Below this line is a copy of the message.\n\nTo: "
		 "x\nMessage-ID: <m1@e.example>\n",
		 DAEMON "failure notice\n\n", "m1@e.example"},
		{"<a@b.example>: 550 no\nOriginal message follows.\nMessage-ID:\n <m1@e.example>\n",
		 DAEMON "failure notice\n\n", "m1@e.example"},
		{"<a@b.example>: 550 no\n",
		 DAEMON "failure notice\nIn-Reply-To: <m2@e.example>\n\n", "m2@e.example"},
		{"<a@b.example>: 550 no\nOriginal message follows.\n> "
		 "h=from:to:message-id:date;\n> "
		 "Message-ID: <m3@e.example>\n",
		 DAEMON "failure notice\n\n", "m3@e.example"},
		{"<a@b.example>: 550 no\n",
		 DAEMON "failure notice\nX-CM-Original-Message-ID: <m4@e.example>\n\n",
		 "m4@e.example"},
		{"<a@b.example>: 550 no\n",
		 DAEMON "failure notice\nOriginal-Message-ID: <m5@e.example>\n"
			"In-Reply-To: <m2@e.example>\n\n",
		 "m5@e.example"},
		{"<a@b.example>: 550 no\n", DAEMON "failure notice\n\n", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct bounce_report b = read_report(a, rows[i].header, rows[i].text, NULL, NULL);

		assert_true(b.is_bounce);
		assert_string_equal(b.original_id, rows[i].id);
		arena_free(&a);
	}
}

/* One is late, another has failed: that one is told first, and the report is no mere delay. */
static void failures_stand_before_delays(void **state)
{
	struct arena *a = arena_new();
	struct bounce_report b = read_report(
		a, DAEMON "x\n\n", "Aviso.",
		"Final-Recipient: rfc822; c@b.example\nAction: delayed\nStatus: 4.4.1\n\n"
		"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
		NULL);

	assert_int_equal(b.n, 2);
	assert_string_equal(b.list[0].recipient, "a@b.example");
	assert_true(b.list[0].permanent && b.list[1].delayed);
	assert_string_equal(b.report, "");
	arena_free(&a);
}

/* SMTPUTF8: the status is no returned mail, although its type begins like that of one. */
static void reads_global_reports(void **state)
{
	static const char status[] =
		"Final-Recipient: utf-8; a@b.example\nAction: failed\nStatus: 5.1.1\n";
	static const char returned[] = "Message-ID: <m1@e.example>\n";
	struct mime_leaf leaves[] = {{.type = "message/global-delivery-status",
				      .charset = "",
				      .parent = "multipart/report",
				      .bytes = slice_of(status)},
				     {.type = "message/global-headers",
				      .charset = "",
				      .parent = "multipart/report",
				      .bytes = slice_of(returned)}};
	struct mime_tree t = {.type = "multipart/report",
			      .report_type = "delivery-status",
			      .leaves = leaves,
			      .n = COUNT(leaves)};
	struct arena *a = arena_new();
	struct headers h = header_split(a, SLICE(DAEMON "x\n\n"));
	struct bounce_report b = bounce_read(a, &h, &t, "x", SLICE("Aviso."));

	assert_true(b.is_bounce);
	assert_string_equal(b.list[0].recipient, "a@b.example");
	assert_string_equal(b.original_id, "m1@e.example");
	arena_free(&a);
}

static void many_recipients_are_bounded(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(1 << 20);

	for (int i = 0; i < 3 * BOUNCE_RECIPIENTS_MAX; i++)
		sbuf_printf(
			&b,
			"Final-Recipient: rfc822; u%d@b.example\nAction: failed\nStatus: 5.1.1\n\n",
			i);
	struct bounce_report r = read_report(a, DAEMON "x\n\n", "", b.p, NULL);
	assert_int_equal(r.n, BOUNCE_RECIPIENTS_MAX);
	sbuf_free(&b);
	arena_free(&a);
}

static void tables_are_folded(void **state)
{
	struct arena *a = arena_new();
	const char *const lists[] = {bounce_senders, bounce_sender_names, bounce_starts,
				     bounce_ends,    bounce_labels,	  bounce_delays,
				     bounce_given_up};

	for (size_t i = 0; i < COUNT(lists); i++)
		assert_string_equal(text_fold(a, slice_of(lists[i])), lists[i]);
	for (size_t i = 0; i < bounce_dialects_n; i++) {
		assert_string_equal(text_fold(a, slice_of(bounce_dialects[i].subjects)),
				    bounce_dialects[i].subjects);
		assert_string_equal(text_fold(a, slice_of(bounce_dialects[i].texts)),
				    bounce_dialects[i].texts);
	}
	for (size_t i = 0; i < bounce_phrases_n; i++)
		assert_string_equal(text_fold(a, slice_of(bounce_phrases[i].phrases)),
				    bounce_phrases[i].phrases);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_status_parts),
		cmocka_unit_test(reads_words),
		cmocka_unit_test(leaves_people_alone),
		cmocka_unit_test(reads_codes),
		cmocka_unit_test(finds_the_returned_mail),
		cmocka_unit_test(failures_stand_before_delays),
		cmocka_unit_test(reads_global_reports),
		cmocka_unit_test(many_recipients_are_bounded),
		cmocka_unit_test(tables_are_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
