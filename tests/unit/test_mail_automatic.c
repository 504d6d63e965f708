#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/automatic.h"
#include "mail/automatic_phrases.h"

#include <string.h>

static struct automatic look(struct arena *a, const char *header, const char *subject,
			     const char *text, const char *leaf, const char *parent,
			     const char *bytes)
{
	struct headers h = header_split(a, slice_of(header));
	struct mime_leaf leaves[2] = {
		{.role = MIME_TEXT, .type = "text/plain", .charset = "", .parent = parent},
		{.role = MIME_REPORT_PART,
		 .type = leaf ? leaf : "",
		 .charset = "",
		 .bytes = slice_of(bytes),
		 .parent = parent}};
	struct mime_tree t = {.type = parent[0] ? parent : "text/plain",
			      .report_type = "",
			      .leaves = leaves,
			      .n = leaf ? 2 : 1};

	return automatic_read(a, &h, &t, subject, slice_of(text));
}

static void reads_headers_first(void **state)
{
	static const struct {
		const char *header;
		enum mail_kind kind;
		const char *reason;
	} rows[] = {
		{"Auto-Submitted: auto-replied\n\n", KIND_AUTO_REPLY,
		 "Auto-Submitted: auto-replied"},
		{"Auto-Submitted: auto-generated (failure)\n\n", KIND_AUTO_REPLY,
		 "Auto-Submitted: auto-generated (failure)"},
		{"Auto-Submitted: auto-notified\n\n", KIND_AUTO_REPLY,
		 "Auto-Submitted: auto-notified"},
		{"Auto-Submitted: no\n\n", KIND_NEW, ""},
		{"X-Autoreply: yes\n\n", KIND_AUTO_REPLY, "X-Autoreply: yes"},
		{"X-Autoreply: no\n\n", KIND_NEW, ""},
		{"X-ServiceNow-Generated: true\n\n", KIND_AUTO_REPLY,
		 "X-ServiceNow-Generated: true"},
		{"X-Autorespond: Re: caso\n\n", KIND_AUTO_REPLY, "X-Autorespond: Re: caso"},
		{"Precedence: bulk\n\n", KIND_AUTO_REPLY, "Precedence: bulk"},
		{"Auto-Submitted: No\nPrecedence: bulk\n\n", KIND_NEW, ""},
		{"Auto-Submitted: no (Ana)\nX-Precedence: bulk\n\n", KIND_NEW, ""},
		{"Auto-Submitted: no\nPrecedence: bulk\nX-Autoreply: yes\n\n", KIND_AUTO_REPLY,
		 "X-Autoreply: yes"},
		{"Auto-Submitted: no\nPrecedence: auto_reply\n\n", KIND_AUTO_REPLY,
		 "Precedence: auto_reply"},
		{"Precedence: Auto_Reply\n\n", KIND_AUTO_REPLY, "Precedence: Auto_Reply"},
		{"Precedence: first-class\n\n", KIND_NEW, ""},
		{"X-Auto-Response-Suppress: All\n\n", KIND_NEW,
		 ""}, /* asks for silence, proves nothing */
		{"Return-Path: <>\n\n", KIND_AUTO_REPLY, "Return-Path: <>"},
		{"Return-Path: <ana@e.example>\n\n", KIND_NEW, ""},
		{"Return-Path: <MAILER-DAEMON>\n\n", KIND_AUTO_REPLY, "Return-Path: <>"},
		{"From: MAILER-DAEMON@mx.e.example\n\n", KIND_AUTO_REPLY, "From: MAILER-DAEMON"},
		{"From: Correo <mailer-daemon@mx.e.example>\n\n", KIND_AUTO_REPLY,
		 "From: MAILER-DAEMON"},
		{"From: Ana <no-mailer-daemon@e.example>\n\n", KIND_NEW, ""},
		{"From: postmaster@e.example\n\n", KIND_NEW, ""},
		{"List-Id: <v.l.example>\nPrecedence: list\n\n", KIND_LIST,
		 "List-Id: <v.l.example>"},
		{"List-Unsubscribe: <https://x.example>\n\n", KIND_LIST,
		 "List-Unsubscribe: <https://x.example>"},
		{"List-Id: <v.l.example>\nAuto-Submitted: auto-replied\n\n", KIND_AUTO_REPLY,
		 "Auto-Submitted: auto-replied"},
		{"X-Mesad: ack\n\n", KIND_AUTO_REPLY, "X-Mesad: ack"},
		{"In-Reply-To: <a@b.example>\n\n", KIND_REPLY, ""},
		{"References: <a@b.example>\n\n", KIND_REPLY, ""},
		{"In-Reply-To: nada\n\n", KIND_NEW, ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct automatic m = look(a, rows[i].header, "caso", "Buenos días.", NULL, "", "");

		if (m.kind != rows[i].kind || strcmp(m.reason, rows[i].reason) != 0)
			fail_msg("%s: %d %s", rows[i].header, (int)m.kind, m.reason);
		arena_free(&a);
	}
}

static void reads_words_last(void **state)
{
	static const struct {
		const char *header, *subject, *text;
		enum mail_kind kind;
	} rows[] = {
		{"\n", "Respuesta automática: caso", "Vuelvo el lunes.", KIND_AUTO_REPLY},
		{"\n", "[#42] Automatic reply: caso", "x", KIND_AUTO_REPLY},
		{"\n", "Abwesenheitsnotiz: caso", "x", KIND_AUTO_REPLY},
		{"\n", "Réponse automatique : caso", "x", KIND_AUTO_REPLY},
		{"\n", "Autosvar: caso", "x", KIND_AUTO_REPLY},
		{"\n", "Odpowiedź automatyczna: caso", "x", KIND_AUTO_REPLY},
		{"\n", "Автоответ: caso", "x", KIND_AUTO_REPLY},
		{"\n", "自动回复: caso", "x", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Out of Office", "I am out of the office.",
		 KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Fuera de la oficina hasta el lunes",
		 "Estaré fuera de la oficina.", KIND_AUTO_REPLY},
		{"From: no-responder@p.example\n\n", "Caso 7", "Este es un mensaje automático.",
		 KIND_AUTO_REPLY},
		{"From: noreply@f.example\n\n", "Re: caso",
		 "Please verify your email address so we know.", KIND_AUTO_REPLY},
		{"\n", "(Respuesta automática) caso", "x", KIND_AUTO_REPLY},
		{"\n", "Out of Office AutoReply: caso", "x", KIND_AUTO_REPLY},
		{"\n", "ตอบกลับอัตโนมัติ: caso", "x", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Fuera de la oficina: caso", "x",
		 KIND_AUTO_REPLY},
		{"\n", "Vacaciones: caso", "Me encuentro de vacaciones.", KIND_AUTO_REPLY},
		{"\n", "Ana Ruiz/Tesoreria is out of the office.",
		 "I will be out of the office until Monday.", KIND_AUTO_REPLY},
		{"\n", "Ana Ruiz está fuera de la oficina",
		 "Estaré fuera de la oficina hasta el lunes.", KIND_AUTO_REPLY},
		{"\n", "El ingeniero está fuera de la oficina", "Necesito que alguien más venga.",
		 KIND_NEW},
		{"In-Reply-To: <a@b.example>\n\n", "El ingeniero está de vacaciones",
		 "Manden a otro, por favor.", KIND_REPLY},
		{"\n", "Re: Ana is out of the office", "¿Hasta cuándo? Estaré fuera de la oficina.",
		 KIND_REPLY},
		{"\n", "Report domain: e.example Submitter: p.example Report-ID: 7", "",
		 KIND_AUTO_REPLY},
		{"From: soporte@p.example\n\n", "Ticket 7",
		 "Hemos recibido su solicitud. Este es un mensaje automático.", KIND_AUTO_REPLY},
		{"From: noreply@p.example\nX-Auto-Response-Suppress: All\n\n", "Aviso", "x",
		 KIND_AUTO_REPLY},
		{"\n", "Leído: caso", "Su mensaje\n\n   Asunto: caso\n\nse leyó el lunes.",
		 KIND_AUTO_REPLY},
		{"\n", "Re: caso", "Esta es una respuesta\nautomática. Pronto le atenderemos.",
		 KIND_AUTO_REPLY},
		{"\n", "Re: caso",
		 "Me encuentro de vacaciones. Este correo lo genera\nautomáticamente el sistema.",
		 KIND_AUTO_REPLY},
		{"\n", "Radicado", "Su petición fue radicada. Este aviso es de forma automática.",
		 KIND_AUTO_REPLY},
		{"\n", "Acuse de recibo automático", "Hemos recibido su correo.", KIND_AUTO_REPLY},
		{"\n", "Entregado: caso",
		 "El mensaje se entregó a los siguientes destinatarios:", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Re: caso",
		 "Este es un mensaje automático. Luis ya no trabaja en la entidad.",
		 KIND_AUTO_REPLY},
		{"\n", "Dmarc Aggregate Report Domain: {e.example} Submitter: {p.example}", "",
		 KIND_AUTO_REPLY},
		{"\n", "Return Receipt", "Your document: caso was received by: Ana",
		 KIND_AUTO_REPLY},
		{"\n", "Gelesen: caso", "Ihre Nachricht wurde am Montag gelesen.", KIND_AUTO_REPLY},
		{"\n", "Radicado 7",
		 "Su petición ha sido radicada. Este correo es informativo, por favor no lo "
		 "responda.",
		 KIND_AUTO_REPLY},
		{"\n", "Re: caso", "This message is an automated response.", KIND_AUTO_REPLY},
		{"From: no-reply@p.example\n\n", "Votre message",
		 "Merci de vous authentifier en cliquant sur ce lien.", KIND_AUTO_REPLY},
		/* titles of programs, where nobody wants anything */
		{"\n", "Fuera de la oficina: pedido", "Hola.", KIND_AUTO_REPLY},
		{"\n", "Fuera de oficina: pedido", "Vuelvo el lunes.", KIND_AUTO_REPLY},
		{"\n", "Out of Office: order", "", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Fuera de la oficina - demora en responder", "x",
		 KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n",
		 "Out of Office \xE2\x80\x93 back Monday Re: caso", "Hi,", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Fuera de la oficina", "Saludos.",
		 KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Abwesenheitsnotiz", "Guten Tag,",
		 KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "[Respuesta automática // De viaje] Re: caso",
		 "x", KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "[Auto-Reply | Traveling] Re: caso", "Hi,",
		 KIND_AUTO_REPLY},
		/* people */
		{"\n", "Fuera de la oficina: la VPN", "Desde ayer se cae cuando trabajo en casa.",
		 KIND_NEW},
		{"\n", "Fuera de la oficina - la VPN", "Hola.\n¿Ya la revisaron?", KIND_NEW},
		{"\n", "Fuera de la oficina: no imprime", "Hola.", KIND_NEW},
		{"Content-Type: multipart/mixed; boundary=x\n\n", "Fuera de la oficina: formato",
		 "", KIND_NEW},
		{"\n", "Out of office message does not work", "Hi,", KIND_NEW},
		{"\n", "Out of office-plantilla", "Hola.", KIND_NEW},
		{"\n", "Out of Office", "Please set it up for Ana.", KIND_NEW},
		{"In-Reply-To: <a@b.example>\n\n", "Fuera de la oficina - VPN",
		 "Sigue sin funcionar.", KIND_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Re: Fuera de la oficina: caso", "Ya volví.",
		 KIND_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Respuesta automática",
		 "La necesito desde el lunes.", KIND_REPLY},
		{"\n", "Respuesta automática", "Vengan a configurarla en mi equipo.", KIND_NEW},
		{"In-Reply-To: <a@b.example>\n\n", "[Respuesta automática no sale] caso", "x",
		 KIND_REPLY},
		{"\n", "[Auto-Reply / Outlook] no la veo", "Desde ayer desapareció del menú.",
		 KIND_NEW},
		{"\n", "Correo raro",
		 "I am protecting myself from receiving junk mail, dice. ¿Entro a "
		 "https://x.example/a?",
		 KIND_NEW},
		{"\n", "Vacaciones de Luis",
		 "Este correo es para pedir la respuesta automática: estaré de vacaciones.",
		 KIND_NEW},
		{"\n", "Correo raro",
		 "¿Es virus? Dice que hemos recibido su solicitud y que es un mensaje generado "
		 "automáticamente.",
		 KIND_NEW},
		{"X-Auto-Response-Suppress: DR, RN\nFrom: noreply@p.example\n\n", "Aviso", "x",
		 KIND_NEW},
		{"\n", "Fuera de la oficina: acceso a la VPN", "La necesito el lunes.", KIND_NEW},
		{"\n", "Leído: instructivo", "Ya lo leí y no funciona.", KIND_NEW},
		{"In-Reply-To: <a@b.example>\nX-Auto-Response-Suppress: All\n\n", "Re: caso",
		 "Luis ya no trabaja en la entidad.", KIND_REPLY},
		{"\n", "Leído", "Se eliminó el archivo.", KIND_NEW},
		{"\n", "Return receipt", "The parcel was received by Luis.", KIND_NEW},
		{"\n", "No me responden",
		 "Me llega \"este es un mensaje automático\" y «estaré de vacaciones».", KIND_NEW},
		{"\n", "No me responden",
		 "Me llega “este es un mensaje automático” y estaré fuera de la oficina.",
		 KIND_NEW},
		{"\n", "No me responden",
		 "Me llega «este es un mensaje automático,\nestaré de vacaciones».", KIND_NEW},
		{"\n", "Sin cerrar", "«Este es un mensaje automático. Estaré de vacaciones.",
		 KIND_AUTO_REPLY},
		{"In-Reply-To: <a@b.example>\n\n", "Re: caso",
		 "Ya volví.\n\n> Este es un mensaje automático.\n> Estoy de vacaciones.",
		 KIND_REPLY},
		{"\n", "RV: Respuesta automática: caso",
		 "Miren lo que llega.\n\nDe: Luis <luis@p.example>\nEnviado: lunes\nPara: "
		 "Ana\nAsunto: Respuesta automática: caso\n\nEste es un mensaje automático. "
		 "Estoy fuera de la oficina.",
		 KIND_NEW},
		{"\n", "Fuera de la oficina no funciona la VPN",
		 "Estaré fuera de la oficina mañana.", KIND_NEW},
		{"\n", "Vacaciones", "Estaré de vacaciones; bloqueen mi cuenta.", KIND_NEW},
		{"\n", "Vacaciones de noviembre: clave", "Estaré de vacaciones.", KIND_NEW},
		{"\n", "Re: Respuesta automática: caso", "Ya volví.", KIND_REPLY},
		{"From: ana@e.example\n\n", "Correos raros",
		 "Me llega «este es un mensaje automático».", KIND_NEW},
		{"\n", "Automatizar el reporte", "x", KIND_NEW},
		{"\n", "Ausentes en la nómina", "Estaré ausente el martes.", KIND_NEW},
		{"\n", "[TIC] RE: caso", "x", KIND_REPLY},
		{"\n", "Remoto: no entra", "x", KIND_NEW},
		{"\n", "", "", KIND_NEW},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct automatic m =
			look(a, rows[i].header, rows[i].subject, rows[i].text, NULL, "", "");

		if (m.kind != rows[i].kind)
			fail_msg("%s: %d %s", rows[i].subject, (int)m.kind, m.reason);
		assert_int_equal(m.reason[0] != '\0', m.kind == KIND_AUTO_REPLY);
		arena_free(&a);
	}
}

static void reads_parts(void **state)
{
	static const struct {
		const char *leaf, *parent;
		enum mail_kind kind;
		const char *report, *bytes;
	} rows[] = {
		{"message/feedback-report", "multipart/report", KIND_AUTO_REPLY, "feedback", ""},
		{"message/disposition-notification", "multipart/report", KIND_AUTO_REPLY, "mdn",
		 ""},
		{"message/delivery-status", "multipart/report", KIND_AUTO_REPLY, "", ""},
		{"text/calendar", "multipart/alternative", KIND_CALENDAR, "", ""},
		{"message/delivery-status", "multipart/mixed", KIND_NEW, "", ""},
		{"text/calendar", "multipart/mixed", KIND_NEW, "", ""},
		{"text/calendar", "multipart/mixed", KIND_NEW, "", "METHOD:REQUEST"},
		{"text/calendar", "multipart/mixed", KIND_CALENDAR, "", "METHOD:REPLY"},
		{"text/calendar", "multipart/mixed", KIND_CALENDAR, "", "method:cancel"},
		{"application/ics", "multipart/mixed", KIND_NEW, "", "METHOD:REPLY"},
		{"application/pdf", "multipart/mixed", KIND_NEW, "", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct automatic m =
			look(a, "\n", "caso", "", rows[i].leaf, rows[i].parent, rows[i].bytes);

		assert_int_equal(m.kind, rows[i].kind);
		assert_string_equal(m.report, rows[i].report);
		arena_free(&a);
	}
}

static void tables_are_folded(void **state)
{
	static const struct {
		const struct automatic_phrase *rows;
		const size_t *n;
	} tables[] = {{automatic_subjects, &automatic_subjects_n},
		      {automatic_states, &automatic_states_n},
		      {automatic_absences, &automatic_absences_n},
		      {automatic_machines, &automatic_machines_n}};
	struct arena *a = arena_new();

	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < *tables[t].n; i++)
			assert_string_equal(text_fold(a, slice_of(tables[t].rows[i].phrases)),
					    tables[t].rows[i].phrases);
	for (size_t i = 0; i < automatic_statements_n; i++) {
		const struct automatic_statement *r = &automatic_statements[i];

		assert_string_equal(text_fold(a, slice_of(r->mails)), r->mails);
		assert_string_equal(text_fold(a, slice_of(r->ways)), r->ways);
	}
	assert_string_equal(text_fold(a, slice_of(automatic_answers)), automatic_answers);
	assert_string_equal(text_fold(a, slice_of(automatic_acknowledgements)),
			    automatic_acknowledgements);
	assert_string_equal(text_fold(a, slice_of(automatic_challenges)), automatic_challenges);
	assert_string_equal(text_fold(a, slice_of(automatic_offices)), automatic_offices);
	assert_string_equal(text_fold(a, slice_of(automatic_returns)), automatic_returns);
	assert_string_equal(text_fold(a, slice_of(automatic_requests)), automatic_requests);
	assert_string_equal(text_fold(a, slice_of(automatic_departures)), automatic_departures);
	assert_string_equal(text_fold(a, slice_of(automatic_desk_starts)), automatic_desk_starts);
	for (size_t i = 0; i < automatic_receipts_n; i++) {
		const struct automatic_receipt *r = &automatic_receipts[i];

		assert_string_equal(text_fold(a, slice_of(r->subjects)), r->subjects);
		assert_string_equal(text_fold(a, slice_of(r->texts)), r->texts);
	}
	assert_string_equal(text_fold(a, slice_of(automatic_nobodies)), automatic_nobodies);
	for (size_t i = 0; i < automatic_headers_n; i++)
		assert_string_equal(text_fold(a, slice_of(automatic_headers[i].value)),
				    automatic_headers[i].value);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_headers_first),
		cmocka_unit_test(reads_words_last),
		cmocka_unit_test(reads_parts),
		cmocka_unit_test(tables_are_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
