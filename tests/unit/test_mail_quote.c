#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/quote.h"
#include "mail/quote_marks.h"

#include <stdlib.h>
#include <string.h>

#define RULE_MAIL "────────────────────────────────"

struct split {
	struct arena *a;
	struct span *spans;
	size_t n;
	struct address from;
	struct slice text;
};

static struct split split(const char *text, bool is_reply, const char *subject)
{
	struct split s = {.a = arena_new(), .text = slice_of(text)};

	s.n = quote_spans(s.a, s.text, is_reply, subject, &s.spans, &s.from);
	return s;
}

static char *kind_text(struct split *s, enum span_kind k)
{
	struct sbuf b = SBUF_INIT(1 << 24);

	for (size_t i = 0; i < s->n; i++)
		if (s->spans[i].kind == k)
			sbuf_put(&b, s->text.p + s->spans[i].from, s->spans[i].len);
	char *text = slice_dup(s->a, slice_trim(sbuf_view(&b)));
	sbuf_free(&b);
	return text;
}

static void covers(const struct split *s)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n; i++) {
		assert_int_equal(s->spans[i].from, at);
		assert_true(s->spans[i].len > 0);
		assert_true(s->spans[i].kind < SPAN_COUNT);
		if (i > 0)
			assert_int_not_equal(s->spans[i].kind, s->spans[i - 1].kind);
		at += s->spans[i].len;
	}
	assert_int_equal(at, s->text.n);
}

/* --- attributions --- */

static size_t said(struct arena *a, const char *text)
{
	struct quote_line *l;
	size_t n = quote_lines(a, slice_of(text), &l);

	return quote_said(l, n, 0);
}

static void knows_attributions(void **state)
{
	static const struct {
		const char *text;
		size_t lines;
	} rows[] = {
		{"El lun, 2 nov 2026 a las 10:00, Ana (<ana@e.example>) escribió:", 1},
		{"El lun., 2 de nov. de 2026 a la(s) 10:00, Ana Ruiz\n(<ana@e.example>) escribió:",
		 2},
		{"El 2 de noviembre de 2026, 10:00, Ana<ana@e.example>\nescribió:", 2},
		{"El 2/11/26 a las 10:00, Ana escribió:", 1},
		{"El 02/11/2026 a las 10:00 a.m., Ana escribió:", 1},
		{"El 2026-11-02 10:00, Ana escribió:", 1},
		{"El lunes, 2 de noviembre de 2026 10:00:00 COT, Ana <a@e.example> escribió: ", 1},
		{"El 2 nov 2026, a las 10:00, Ana <ana@e.example> escribió:", 1},
		{"El 2 nov 2026 10:00 -0500, Ana <ana@e.example>, escribió:", 1},
		{"El 2/11/26, 10:00, \"Ana\" <ana@e.example> escribió:", 1},
		{"El jueves, 2 de noviembre de 2026, ana escribió:", 1},
		{"Citando a Ana <ana@e.example>:", 1},
		{"Ana Ruiz <ana@e.example> escribió:", 1},
		{"On Mon, Nov 2, 2026 at 10:00 AM Ana <ana@e.example> wrote:", 1},
		{"On Nov 2, 2026,\nat 10:00,\nAna <ana@e.example> wrote:", 3},
		{"On 2 Nov 2026, at 10:00, Ana wrote:", 1},
		{"On Mon, 2026-11-02 at 10:00 -0500, Ana wrote:", 1},
		{"---- On Mon, 02 Nov 2026 10:00:00 -0500 Ana <ana@e.example> wrote ----", 1},
		{"At 11/2/2026 10:00 AM, you wrote:", 1},
		{"On Monday, November 2, 2026, ana via Mesa wrote:", 1},
		{"ana via Mesa wrote:", 1},
		{"Le lun. 2 nov. 2026 à 10:00, Ana <ana@e.example> a écrit :", 1},
		{"Le 2 nov. 2026 10:00, \"Ana\"\n<ana@e.example>\na écrit :", 3},
		{"Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ana <ana@e.example>:", 1},
		{"Am 02.11.26 um 10:00 schrieb Ana:", 1},
		{"Ana <ana@e.example> schrieb am Mo., 2. Nov. 2026, 10:00:", 1},
		{"Em seg., 2 de nov. de 2026 às 10:00, Ana <ana@e.example> escreveu:", 1},
		{"Il giorno lun 2 nov 2026 alle ore 10:00 Ana <ana@e.example> ha scritto:", 1},
		{"Op ma 2 nov 2026 om 10:00 schreef Ana <ana@e.example>:", 1},
		{"Op 2 nov. 2026 om 10:00 heeft Ana <ana@e.example> het volgende\ngeschreven:", 2},
		{"Den mån 2 nov. 2026 kl 10:00 skrev Ana <ana@e.example>:", 1},
		{"man. 2. nov. 2026 kl. 10.00 skrev Ana <ana@e.example>:", 1},
		{"ma 2. marrask. 2026 klo 10.00 Ana (ana@e.example) kirjoitti:", 1},
		{"pon., 2 lis 2026 o 10:00 Ana <ana@e.example> napisał(a):", 1},
		{"W dniu 2.11.2026 o 10:00, Ana pisze:", 1},
		{"po 2. 11. 2026 v 10:00 odesílatel Ana <ana@e.example> napsal:", 1},
		{"2026. 11. 02. 10:00 keltezéssel, Ana <ana@e.example> írta:", 1},
		{"Ana <ana@e.example> ezt írta (időpont: 2026. nov. 2., H, 10:00):", 1},
		{"În lun., 2 nov. 2026 la 10:00, Ana <ana@e.example> a scris:", 1},
		{"El dl., 2 de nov. 2026 a les 10:00, Ana (<ana@e.example>) va escriure:", 1},
		{"пн, 2 нояб. 2026 г. в 10:00, Ana <ana@e.example>:", 1},
		{"2 ноября 2026 г., 10:00 пользователь Ana <ana@e.example> написал:", 1},
		{"2 Kas 2026 Pzt, 10:00 tarihinde Ana <ana@e.example> şunu yazdı:", 1},
		{"Στις Δευ 2 Νοε 2026 στις 10:00, ο Ana <ana@e.example> έγραψε:", 1},
		{"2026年11月2日(月) 10:00 Ana <ana@e.example>:", 1},
		{"在 2026年11月2日，10:00，Ana <ana@e.example> 写道：", 1},
		{"Ana <ana@e.example> 於 2026年11月2日 週一 10:00寫道：", 1},
		{"2026년 11월 2일 (월) 10:00, Ana <ana@e.example>님이 작성:", 1},
		{"في الاثنين، 2 نوفمبر 2026 في 10:00 كتب Ana <ana@e.example>:", 1},
		{"02.11.2026, 10:00, \"Ana\" <ana@e.example>:", 1},
		{"2026-11-02 10:00 GMT-05:00 Ana <ana@e.example>:", 1},
		{"Lunes, 2 de noviembre de 2026, 10:00 -05:00 de Ana <ana@e.example>:", 1},
		{"Ana Ruiz <ana@e.example> writes:", 1},
		{"Missatge de Ana Ruiz <ana@e.example> del dia dl., 2 de nov. 2026 a les 10:00:",
		 1},
		{"Dne 02. 11. 26 v 10:00 Ana napsal(a):", 1},
		{"Ana kirjoitti 2.11.2026 klo 10.00:", 1},
		/* stories */
		{"Ana Ruiz writes:", 0},
		{"El cliente me escribió:", 0},
		{"El 2 de noviembre de 2026 el proveedor nos escribió:", 0},
		{"El lunes, 2 de noviembre de 2026, a las 10:00, el proveedor me escribió:", 0},
		{"El presidente también escribió.", 0},
		{"On Thursday:", 0},
		{"On the one hand, he wrote:", 0},
		{"En 2026 se escribió mucho.", 0},
		{"2026-11-02 10:00:01 error en el servidor:", 0},
		{"Fecha: 2026-11-02 10:00", 0},
		{"Reunión el 2 de noviembre de 2026 a las 10:00:", 0},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		if (said(a, rows[i].text) != rows[i].lines)
			fail_msg("%s: %zu", rows[i].text, said(a, rows[i].text));
	arena_free(&a);
}

/* --- blocks of headers --- */

static void knows_headers(void **state)
{
	static const struct {
		const char *text, *from;
		size_t lines;
	} rows[] = {
		{"De: Ana <ana@e.example>\nEnviado el: lunes\nPara: Luis\nAsunto: x\n\nHola",
		 "Ana <ana@e.example>", 4},
		{"*De:* Ana <ana@e.example>\n*Enviado:* lunes\n*Para:* Luis\n\nHola",
		 "* Ana <ana@e.example>", 3},
		{"From: Ana\n<ana@e.example>\nSent: Monday\nTo: Luis\nSubject: x",
		 "Ana\n<ana@e.example>", 5},
		{"Von: Ana [mailto:ana@e.example]\nGesendet: Montag\nAn: Luis\nBetreff: x",
		 "Ana [mailto:ana@e.example]", 4},
		{"De : Ana<ana@e.example>\nEnvoyé le :lundi\nÀ : Luis\nObjet :x",
		 "Ana<ana@e.example>", 4},
		{"发件人： Ana <ana@e.example>\n发送时间： 2026年11月2日\n收件人： Luis\n主题： x",
		 "Ana <ana@e.example>", 4},
		{"Asunto: x\nFecha: 2 nov 2026 10:00\nDe: Ana\nPara: Luis", "Ana", 4},
		{"De: Ana <ana@e.example> Enviado el: lunes Para: Luis Asunto: x\nHola",
		 "Ana <ana@e.example> Enviado el: lunes Para: Luis Asunto: x", 1},
		/* Notes: a table without colons */
		{"Ana Ruiz/Tesoreria/Entidad\n02/11/2026 10:00 a.m.\n\nPara\nLuis "
		 "Mora\ncc\n\nAsunto\nx\n\nHola",
		 "Ana Ruiz/Tesoreria/Entidad", 9},
		{"Ana <ana@e.example>\n\n02/11/2026 10:00\n\nTo | Luis\ncc\nSubject | x\nHola",
		 "Ana <ana@e.example>", 7},
		/* … and with colons below who and when */
		{"Ana Ruiz\n02/11/2026 10:00 a.m.\nPara: Luis Mora/Tesoreria@ENTIDAD\ncc: "
		 "Eva/Mesa\n"
		 "Asunto: x\n\nHola",
		 "Ana Ruiz", 5},
		{"ana@e.example on 11/02/2026 10:00:45 AM\nTo: "
		 "luis@e.example,\nmesa@e.example\ncc:\n"
		 "Subject: x\n\nHola",
		 "ana@e.example on 11/02/2026 10:00:45 AM", 5},
		{"   Ana Ruiz       02/11/2026 10:00\n\nPara: Luis/Mesa@ENTIDAD\ncc:\nAsunto: "
		 "x\n\nHola",
		 "Ana Ruiz       02/11/2026 10:00", 5},
		{"Comite Directivo 02/11/2026 10:00\nPara: todos\nAsunto: presupuesto", "", 0},
		{"Visita a la sede 02/11/2026 10:00\nPara: luis@e.example\nAsunto: red", "", 0},
		{"Ana Ruiz\n02/11/2026 10:00\nPara: luis@e.example\n\nHola\nAsunto: x", "", 0},
		{"Ana Ruiz\n02/11/2026\nPara: luis@e.example\nAsunto: x", "", 0},
		{"Cita: 02/11/2026 10:00\nPara: luis@e.example\nAsunto: x", "", 0},
		{"Acta 7/2026\n02/11/2026 10:00\n\nPara\nestudio\n\nGracias", "", 0},
		{"Lugar: piso 2/3\n02/11/2026 10:00\nAsunto\nx", "", 0},
		/* people write such lines, too */
		{"De: lunes a viernes\nAsunto: horario", "", 0},
		{"De: la sede\nPara: la otra\nFecha: mañana\nAsunto: traslado", "", 0},
		{"Para: Luis\nAsunto: x", "", 0},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote_line *l;
		size_t n = quote_lines(a, slice_of(rows[i].text), &l);
		struct quote_block b = quote_block_read(l, n, 0, false);

		if (b.lines != rows[i].lines || !slice_eq(b.from, slice_of(rows[i].from)))
			fail_msg("%s: %zu, %.*s", rows[i].text, b.lines, (int)b.from.n, b.from.p);
	}
	arena_free(&a);
}

/* --- footers --- */

static void knows_footers(void **state)
{
	static const struct {
		const char *text;
		bool footer;
	} rows[] = {
		{"Enviado desde mi iPhone", true},
		{"Enviado desde mi Samsung Galaxy", true},
		{"Enviado desde Yahoo Mail para Android", true},
		{"Enviado desde Correo para Windows 10", true},
		{"Obtener Outlook para iOS<https://aka.ms/o0ukef>", true},
		{"Obtener BlueMail para Android", true},
		{"Sent from my iPhone", true},
		{"Sent from my Verizon Wireless BlackBerry", true},
		{"Sent from Outlook Mobile<https://x.example>", true},
		{"Get Outlook for Android", true},
		{"Envoyé de mon iPhone", true},
		{"Von meinem iPhone gesendet", true},
		{"Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
		 true},
		{"Inviato da iPhone", true},
		{"Enviado do meu iPhone", true},
		{"Verstuurd vanaf mijn iPad", true},
		{"Sendt fra min iPad", true},
		{"发自我的 iPhone", true},
		{"Libre de virus. www.avast.com <https://www.avast.com/sig>", true},
		{"Este email ha sido analizado en busca de virus por AVG.", true},
		{"Remitente notificado con Mailtrack", true},
		{"Libre de virus quedó el equipo, gracias", false},
		{"Sent from my desk, is much easier then my mobile phone.", false},
		{"Enviado desde mi oficina", false},
		{"Enviado con copia a la oficina jurídica", false},
		{"El listado fue enviado desde mi correo ayer", false},
		{"Enviado desde mi iPhone no me deja adjuntar las fotos que usted pidió ayer",
		 false},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote_line *l;

		quote_lines(a, slice_of(rows[i].text), &l);
		if (quote_is_footer(l) != rows[i].footer)
			fail_msg("%s", rows[i].text);
	}
	arena_free(&a);
}

/* --- the whole --- */

static void splits(void **state)
{
	static const struct {
		const char *text, *fresh, *quoted, *signature;
	} rows[] = {
		{"", "", "", ""},
		{"\n\n", "", "", ""},
		{"Hola", "Hola", "", ""},
		{"Hola\n-- \nAna", "Hola", "", "-- \nAna"},
		{"-- \nAna", "-- \nAna", "", ""}, /* nothing else was said */
		{"> solo cita", "> solo cita", "", ""},
		{"Hola\n> cita", "Hola", "> cita", ""},
		{"> cita\n\nHola", "> cita\n\nHola", "", ""},
		{"El 2/11/26 a las 10:00, Ana escribió:\n> cita\n\nHola", "Hola",
		 "El 2/11/26 a las 10:00, Ana escribió:\n> cita", ""},
		{"Hola\n\n-----Mensaje original-----\nviejo", "Hola",
		 "-----Mensaje original-----\nviejo", ""},
		{"Hola\n\nEnviado desde mi iPhone\n", "Hola", "", "Enviado desde mi iPhone"},
		{"Hola\n\n>>> Ana <ana@e.example> 02/11/2026 10:00 a. m. >>>\nviejo", "Hola",
		 ">>> Ana <ana@e.example> 02/11/2026 10:00 a. m. >>>\nviejo", ""},
		/* an attribution in a language that no table knows */
		{"Hola\n\nAna <ana@e.example> skribis je 2026-11-02, 10:00:\n\n> cita", "Hola",
		 "Ana <ana@e.example> skribis je 2026-11-02, 10:00:\n\n> cita", ""},
		{"Hola\n\nAna Ruiz <ana@e.example>\nskribis, 10:00:\n> cita", "Hola",
		 "Ana Ruiz <ana@e.example>\nskribis, 10:00:\n> cita", ""},
		/* who and when, and no verb nor colon: the address before the date */
		{"Hola\n\n\"Mesa\" mesa@e.example \xE2\x80\x93 2 de noviembre de 2026 10:00\n> "
		 "cita",
		 "Hola",
		 "\"Mesa\" mesa@e.example \xE2\x80\x93 2 de noviembre de 2026 10:00\n> cita", ""},
		{"Hola\n\n\"Mesa\" <mesa@e.example> - November 2, 2026 10:00 AM\n> cita", "Hola",
		 "\"Mesa\" <mesa@e.example> - November 2, 2026 10:00 AM\n> cita", ""},
		{"Le escribí a ana@e.example el 2/11/2026 a las 10:00\n\n> cita",
		 "Le escribí a ana@e.example el 2/11/2026 a las 10:00", "> cita", ""},
		{"ana@e.example - la reunión es el 2/11/2026 a las 10:00 en el centro\n\n> cita",
		 "ana@e.example - la reunión es el 2/11/2026 a las 10:00 en el centro", "> cita",
		 ""},
		/* labels between a rule and the attribution */
		{"Hola\n\n----------------\nКому: Ana (ana@e.example);\nТема: No imprime;\n"
		 "02.11.2026, 10:00, \"Mesa\" <mesa@e.example>:\n> cita",
		 "Hola",
		 "----------------\nКому: Ana (ana@e.example);\nТема: No imprime;\n"
		 "02.11.2026, 10:00, \"Mesa\" <mesa@e.example>:\n> cita",
		 ""},
		{"Asunto: el de ayer\n02.11.2026, 10:00, \"Mesa\" <mesa@e.example>:\n> cita",
		 "Asunto: el de ayer", "02.11.2026, 10:00, \"Mesa\" <mesa@e.example>:\n> cita", ""},
		/* dashes around an hour separate nothing */
		{"---- 10:30 ---- > 11:00: reinicio\n---- nota ---- De: ayer",
		 "---- 10:30 ---- > 11:00: reinicio\n---- nota ---- De: ayer", "", ""},
		{"Escriban a ana@e.example:\n\n> cita", "Escriban a ana@e.example:", "> cita", ""},
		/* words before an attribution on its line */
		{"Vale, gracias. El lun, 2 nov 2026 a las 10:00, Ana <ana@e.example> escribió:\n"
		 "> cita",
		 "Vale, gracias.",
		 "El lun, 2 nov 2026 a las 10:00, Ana <ana@e.example> escribió:\n> cita", ""},
		{"Listo--- On Mon, Nov 2, 2026 at 10:00 AM, ana@e.example wrote:\n> cita", "Listo",
		 "--- On Mon, Nov 2, 2026 at 10:00 AM, ana@e.example wrote:\n> cita", ""},
		{"Sí. El 2/11/26, 10:00, Ana <ana@e.example> escribió: ¿quedó?", "Sí.",
		 "El 2/11/26, 10:00, Ana <ana@e.example> escribió: ¿quedó?", ""},
		/* … and what was said goes on: told, where more is written below */
		{"Les cuento. El 2/11/26 a las 10:00 Ana <ana@e.example> escribió: no hay "
		 "red.\nVengan.",
		 "Les cuento. El 2/11/26 a las 10:00 Ana <ana@e.example> escribió: no hay "
		 "red.\nVengan.",
		 "", ""},
		{"Sí. El 2/11/26, Ana, de <ana@e.example> la sede que usted conoce, escribió: no.",
		 "Sí. El 2/11/26, Ana, de <ana@e.example> la sede que usted conoce, escribió: no.",
		 "", ""},
		{"Sí. On 2/11/26, Ana <ana@e.example> wrote: reply above this line", "Sí.",
		 "On 2/11/26, Ana <ana@e.example> wrote: reply above this line", ""},
		{"Le cuento. El 2/11/26 Ana, de ana@e.example, nos escribió: no hay.",
		 "Le cuento. El 2/11/26 Ana, de ana@e.example, nos escribió: no hay.", "", ""},
		{"Queda. El Tiempo <tiempo@e.example> escribió: ayer no hubo luz.",
		 "Queda. El Tiempo <tiempo@e.example> escribió: ayer no hubo luz.", "", ""},
		/* a quoted line is not cut, wherever its mark stands */
		{"Hola\n\n > Sí. El 2/11/26, 10:00, Ana <ana@e.example> escribió:\n > cita\n",
		 "Hola", "> Sí. El 2/11/26, 10:00, Ana <ana@e.example> escribió:\n > cita", ""},
		/* directly above a quote less tells whose it is */
		{"Hola\n\nOn Mon, Mesa wrote:\n> cita", "Hola", "On Mon, Mesa wrote:\n> cita", ""},
		{"Hola\n\nEm seg... escreveu:\n> cita", "Hola", "Em seg... escreveu:\n> cita", ""},
		{"Hola\n\nOn 02/11/26 someone wrote:\n\n> cita", "Hola",
		 "On 02/11/26 someone wrote:\n\n> cita", ""},
		{"Hola\n\nMesa de Ayuda escribió:\n> cita", "Hola",
		 "Mesa de Ayuda escribió:\n> cita", ""},
		{"Hola\n\nMesa de Ayuda escribió:\nla clave no sirve",
		 "Hola\n\nMesa de Ayuda escribió:\nla clave no sirve", "", ""},
		{"El proveedor escribió:\n> cita", "El proveedor escribió:", "> cita", ""},
		{"El lunes el proveedor escribió:\n> cita",
		 "El lunes el proveedor escribió:", "> cita", ""},
		{"El marido escribió:\n> cita", "El marido escribió:", "> cita", ""},
		{"Luego dijo:\n> cita", "Luego dijo:", "> cita", ""},
		{"Ana Ruiz:\n> cita", "Ana Ruiz:", "> cita", ""},
		{"Me escribió:\n> cita", "Me escribió:", "> cita", ""},
		{"Luego escribió:\n> cita", "Luego escribió:", "> cita", ""},
		{"El Sistema escribió:\n> cita", "El Sistema escribió:", "> cita", ""},
		{"El 12/10/2026 el usuario escribió:\n> cita",
		 "El 12/10/2026 el usuario escribió:", "> cita", ""},
		{"En 2025 el Ministerio dijo:\n> cita", "En 2025 el Ministerio dijo:", "> cita",
		 ""},
		/* Outlook on the web: a rule, an address and a date are headers enough */
		{"Listo.\n\n____________\nDe: Mesa <mesa@e.example>\nEnviado: viernes\n\nviejo",
		 "Listo.", "____________\nDe: Mesa <mesa@e.example>\nEnviado: viernes\n\nviejo",
		 ""},
		{"Van\n____________\nDe: la sede\nFecha: viernes\nGracias",
		 "Van\n____________\nDe: la sede\nFecha: viernes\nGracias", "", ""},
		{"Van\n____________\nDe: ana@e.example\nPara: sede Sur\n\nTraslado",
		 "Van\n____________\nDe: ana@e.example\nPara: sede Sur\n\nTraslado", "", ""},
		{"Van\n____________ Firma\nDe: ana@e.example\nFecha: hoy\n\nTraslado",
		 "Van\n____________ Firma\nDe: ana@e.example\nFecha: hoy\n\nTraslado", "", ""},
		{"Listo.\n\n----------------\nDe: Mesa <mesa@e.example>\nAsunto: x\n\nviejo",
		 "Listo.", "----------------\nDe: Mesa <mesa@e.example>\nAsunto: x\n\nviejo", ""},
		{"Listo.\n\n____________\nDe: Ana Ruiz\nAsunto: x\n\nviejo", "Listo.",
		 "____________\nDe: Ana Ruiz\nAsunto: x\n\nviejo", ""},
		{"Van\n____________\nDe: Bogotá\nPara: Cali\n\nTraslado",
		 "Van\n____________\nDe: Bogotá\nPara: Cali\n\nTraslado", "", ""},
		{"Van\n____________\nDe: la sede\nAsunto: traslado",
		 "Van\n____________\nDe: la sede\nAsunto: traslado", "", ""},
		/* an address and when it was sent, and nothing else */
		{"Listo.\n\nDe: mesa@e.example\nEnviado el: 2/11/2026\nviejo", "Listo.",
		 "De: mesa@e.example\nEnviado el: 2/11/2026\nviejo", ""},
		{"Listo.\n\nFrom: Mesa <mesa@e.example>\nSent: November 2, 2026\n\nviejo", "Listo.",
		 "From: Mesa <mesa@e.example>\nSent: November 2, 2026\n\nviejo", ""},
		{"Pedido\nDe: mesa@e.example\nEnviado: a todos",
		 "Pedido\nDe: mesa@e.example\nEnviado: "
		 "a todos",
		 "", ""},
		{"Pedido\nDe: mesa@e.example\nFecha: 2/11/2026",
		 "Pedido\nDe: mesa@e.example\nFecha: 2/11/2026", "", ""},
		{"Pedido\nDe: ana@e.example y otros\nEnviado: 2/11/2026",
		 "Pedido\nDe: ana@e.example y otros\nEnviado: 2/11/2026", "", ""},
		{"Pedido\nDe: Bogotá\nEnviado el: 2/11/2026",
		 "Pedido\nDe: Bogotá\nEnviado el: 2/11/2026", "", ""},
		/* the rule of a program's own mark: whose mail it is is enough */
		{"Listo.\n" RULE_MAIL "\nDe: Mesa\nviejo", "Listo.", RULE_MAIL "\nDe: Mesa\nviejo",
		 ""},
		{"Van:\n" RULE_MAIL "\nGracias", "Van:\n" RULE_MAIL "\nGracias", "", ""},
		/* nobody picks out a mail with its headers to answer */
		{"Hola\n> ____\n> De: Mesa <mesa@e.example>\n> Enviado: 10:00\n> Para: Ana\n>\n> "
		 "viejo\n"
		 "Ana",
		 "Hola\nAna",
		 "> ____\n> De: Mesa <mesa@e.example>\n> Enviado: 10:00\n> Para: Ana\n>\n> viejo",
		 ""},
		{"Hola\n> ____\n> viejo\nya quedó", "Hola\n> ____\n> viejo\nya quedó", "", ""},
		/* what the writer cites above an attribution is the writer's */
		{"Gracias\n\nAna Ruiz:\n> vieja\n\nEl 2/11/26 a las 10:00, Mesa escribió:\n> cita",
		 "Gracias\n\nAna Ruiz:",
		 "> vieja\n\nEl 2/11/26 a las 10:00, Mesa escribió:\n> cita", ""},
		{"Respondo\n\n> lo que pide la norma\n\nEl 2/11/26 a las 10:00, Ana escribió:\n"
		 "> cita",
		 "Respondo\n\n> lo que pide la norma",
		 "El 2/11/26 a las 10:00, Ana escribió:\n> cita", ""},
		{"Hola\n\nEnviado con Aqua Mail para Android\nhttps://m.example/a\n", "Hola", "",
		 "Enviado con Aqua Mail para Android\nhttps://m.example/a"},
		{"Enviado desde mi iPhone no abre, ¿por qué?",
		 "Enviado desde mi iPhone no abre, ¿por qué?", "", ""},
		{"Hola\n\n------- Original -------\nviejo", "Hola",
		 "------- Original -------\nviejo", ""},
		{"Hola\n\nSent from Whatever\n", "Hola", "", "Sent from Whatever"},
		{"Hola\n\nSent from Whatever\n\n> cita", "Hola", "> cita", "Sent from Whatever"},
		{"Sent from Whatever\n", "Sent from Whatever", "", ""},
		{"Hola\n\nEnviado desde Tesorería\n\n¿Llegó?",
		 "Hola\n\nEnviado desde Tesorería\n\n¿Llegó?", "", ""},
		{"Hola\n\nEnviado desde la oficina de Tesorería del centro",
		 "Hola\n\nEnviado desde la oficina de Tesorería del centro", "", ""},
		{"Hola\n\n<-- Otro mensaje -->\n\nDe: Ana <ana@e.example>\nEnviado: 10:00\nPara: "
		 "L\n\nviejo",
		 "Hola",
		 "<-- Otro mensaje -->\n\nDe: Ana <ana@e.example>\nEnviado: 10:00\nPara: "
		 "L\n\nviejo",
		 ""},
		{"Hola\n\n****\nDe: Ana <ana@e.example>\nEnviado: 10:00\nPara: L\n\nviejo", "Hola",
		 "****\nDe: Ana <ana@e.example>\nEnviado: 10:00\nPara: L\n\nviejo", ""},
		{"Hola\n****\n....\nAna", "Hola\n****\n....\nAna", "", ""},
		{"Hola\n\n>>> 2 + 2 >>>\n4", "Hola\n\n>>> 2 + 2 >>>\n4", "", ""},
		{"Hola\n\n\xE2\x80\x90\xE2\x80\x90\xE2\x80\x90 Original Message "
		 "\xE2\x80\x90\xE2\x80\x90\xE2\x80\x90\nviejo",
		 "Hola",
		 "\xE2\x80\x90\xE2\x80\x90\xE2\x80\x90 Original Message "
		 "\xE2\x80\x90\xE2\x80\x90\xE2\x80\x90\nviejo",
		 ""},
		{"5\r\n\r\nEl 2/11/26 a las 10:00, Ana escribió:\r\n> 1\r\n", "5",
		 "El 2/11/26 a las 10:00, Ana escribió:\r\n> 1", ""},
		{"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHola\n-----BEGIN PGP "
		 "SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n",
		 "Hola", "",
		 "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n-----BEGIN PGP "
		 "SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"},
		{"Ver abajo.\n\n________________________________\nDe: Ana "
		 "<ana@e.example>\nEnviado: lunes "
		 "10:00\nPara: Luis\n\nviejo",
		 "Ver abajo.",
		 "________________________________\nDe: Ana <ana@e.example>\nEnviado: lunes "
		 "10:00\nPara: Luis\n\nviejo",
		 ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct split s = split(rows[i].text, true, "Re: caso");

		covers(&s);
		assert_string_equal(kind_text(&s, SPAN_NEW), rows[i].fresh);
		assert_string_equal(kind_text(&s, SPAN_QUOTED), rows[i].quoted);
		assert_string_equal(kind_text(&s, SPAN_SIGNATURE), rows[i].signature);
		arena_free(&s.a);
	}
}

static void finds_who_was_forwarded(void **state)
{
	static const struct {
		const char *subject, *text, *from, *fresh, *forwarded;
		bool is_reply;
	} rows[] = {
		{"RV: x", "De: Ana Ruiz <ANA@E.EXAMPLE>\nEnviado: lunes 10:00\nPara: Luis\n\npide",
		 "ANA@e.example", "", "pide", false},
		{"RV: x", "De: Ana\nEnviado: lunes 10:00\nPara: Luis\n\n#tomar\n> #tomar\nsí", "",
		 "", "#tomar\n> #tomar\nsí", false},
		{"RV: x",
		 "Va.\n\nDe: Ana <ana@e.example>\nEnviado: lunes 10:00\nPara: Luis\n\npide\n-- "
		 "\nAna",
		 "ana@e.example", "Va.", "pide\n-- \nAna", false},
		{"Fwd: x",
		 "> Začátek přeposílané zprávy:\n>\n> Od: Ana <ana@e.example>\n> Datum: 2. "
		 "listopadu 2026 "
		 "10:00:00\n> Komu: y\n>\n> pide",
		 "ana@e.example", "", "> pide", false},
		{"Fwd: x",
		 "-------- Message transféré --------\nSujet :     Re: y\nDate :  lundi 10:00\nDe "
		 ":   Ana "
		 "<ana@e.example>\nPour :  y\n\npide",
		 "ana@e.example", "", "pide", false},
		/* all on one line with what follows the dashes */
		{"RV: x",
		 "va\n   ----- Mensaje reenviado ----- De: Ana <ana@e.example>Para: "
		 "\"y@e.example\" "
		 "<y@e.example>Enviado: lunes 10:00Asunto: x\n pide",
		 "ana@e.example", "va", "pide", false},
		/* labels without colons */
		{"RV: x",
		 "------ Mensaje reenviado ------\nDe \"Ana\" <ana@e.example>\nPara \"Luis\" "
		 "<l@e.example>\nFecha 2/11/2026 10:12:33\nAsunto x\n\npide",
		 "ana@e.example", "", "pide", false},
		/* an attribution below */
		{"Fwd: x",
		 "-------- Пересылаемое сообщение --------\n02.11.2026, 10:12, \"Ana\" "
		 "<ana@e.example>:\n\npide",
		 "ana@e.example", "", "pide", false},
		{"Fwd: x",
		 "> ---------- Mensaje original ----------\n> De: Ana <ana@e.example>\n> Para: "
		 "y\n> "
		 "Fecha: 02/11/2026 10:12\n>\n> pide",
		 "ana@e.example", "", "> pide", false},
		/* the attribution tells who, not what is quoted in that mail */
		{"Fwd: x",
		 "---- Пересылаемое сообщение ----\n02.11.2026, 10:12, "
		 "\"Ana\"\n<ana@e.example>:\n\npide\n\n"
		 "From: Otro <otro@e.example>\nDate: 2 Nov 2026 10:00\nTo: z\nSubject: s\n\nviejo",
		 "ana@e.example", "", "pide\n\nviejo", false},
		{"Fwd: x",
		 "---- Пересылаемое сообщение ----\n02.11.2026, 10:12, ana@e.example:\n\npide",
		 "ana@e.example", "", "pide", false},
		{"Fwd: x",
		 "> -----Mensaje original-----\n> De: Ana <ana@e.example>\n> Asunto: x\n>\n> pide",
		 "ana@e.example", "", "> pide", false},
		{"RV: x",
		 "------ Mensaje reenviado ------\n  De\t\"Ana\" <ana@e.example>\nPara y\nFecha "
		 "hoy\n\npide",
		 "ana@e.example", "", "pide", false},
		/* prose that begins like labels */
		{"RV: x",
		 "------ Mensaje reenviado ------\nDe pronto ana@e.example falla.\nA veces no.\nA "
		 "ratos "
		 "sí.\n\npide",
		 "", "", "De pronto ana@e.example falla.\nA veces no.\nA ratos sí.\n\npide", false},
		/* headers in quote marks and no line above them */
		{"Fwd: x",
		 "va\n\n> From: \"Ana\" <ana@e.example>\n> Date: 2 Nov 2026 10:00\n> To: y\n> "
		 "Subject: "
		 "x\n>\n> pide",
		 "ana@e.example", "va", "> pide", false},
		{"Re: x",
		 "va\n\n> From: \"Ana\" <ana@e.example>\n> Date: 2 Nov 2026 10:00\n> To: y\n> "
		 "Subject: "
		 "x\n>\n> cita",
		 "", "va", "", true},
		{"[#7] Fwd: x",
		 "---------- Forwarded message ---------\nFrom: Ana <ana@e.example>\nTo: y\n\npide",
		 "ana@e.example", "", "pide", true},
		{"Re: x",
		 "va\n\n---------- Forwarded message ---------\nFrom: Ana <ana@e.example>\nTo: "
		 "y\n\npide",
		 "", "va", "", true},
		{"RV: x",
		 "De: Ana <ana@e.example>\nEnviado: lunes 10:00\nPara: L\nAsunto: RE: x\n\nsí\n\n"
		 "De: Eva <eva@e.example>\nEnviado: lunes 9:00\nPara: A\nAsunto: x\n\npide",
		 "ana@e.example", "", "sí\n\npide", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct split s = split(rows[i].text, rows[i].is_reply, rows[i].subject);

		covers(&s);
		assert_string_equal(s.from.addr, rows[i].from);
		assert_string_equal(kind_text(&s, SPAN_NEW), rows[i].fresh);
		assert_string_equal(kind_text(&s, SPAN_FORWARDED), rows[i].forwarded);
		arena_free(&s.a);
	}
}

/* --- tables --- */

static void is_folded(struct arena *a, const char *alts)
{
	assert_string_equal(text_fold(a, slice_of(alts)), alts);
	assert_null(strstr(alts, "||"));
}

static void tables_are_folded(void **state)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < quote_said_n; i++) {
		is_folded(a, quote_said_rows[i].open);
		is_folded(a, quote_said_rows[i].verb);
		is_folded(a, quote_said_rows[i].pronoun);
	}
	for (size_t i = 0; i < quote_label_n; i++)
		is_folded(a, quote_label_rows[i].labels);
	for (size_t i = 0; i < quote_separator_n; i++)
		is_folded(a, quote_separator_rows[i].phrases);
	for (size_t i = 0; i < quote_footer_n; i++) {
		is_folded(a, quote_footer_rows[i].head);
		is_folded(a, quote_footer_rows[i].tail);
	}
	const char *const lists[] = {quote_citing,	   quote_above_words, quote_above_asks,
				     quote_forward_prefix, quote_legal_heads, quote_legal_words,
				     quote_green_heads,	   quote_green_words, quote_list_footers,
				     quote_devices};
	for (size_t i = 0; i < COUNT(lists); i++)
		is_folded(a, lists[i]);
	arena_free(&a);
}

/* --- properties --- */

static const char *const pieces[] = {
	"\n",
	"\n\n",
	"\r\n",
	"> ",
	">",
	"-- \n",
	"--\n",
	"____\n",
	"-----\n",
	"Hola",
	"Ana Ruiz",
	" <ana@e.example>",
	" escribió:\n",
	"El 2/11/26 a las 10:00, Ana escribió:\n",
	"On Mon, Nov 2, 2026 at 10:00 AM Ana <a@e.example> wrote:\n",
	"De: Ana <ana@e.example>\n",
	"Enviado: lunes 10:00\n",
	"Para: Luis\n",
	"Asunto: RV: x\n",
	"-----Mensaje original-----\n",
	"---------- Forwarded message ---------\n",
	"Inicio del mensaje reenviado:\n",
	"Enviado desde mi iPhone\n",
	"Aviso legal: este mensaje es confidencial; notifique al remitente y elimínelo.\n",
	"Ref. ST-2026-000123 \xC2\xB7 k7f3q9wm\n",
	"— Responda encima de esta línea —\n",
	"*",
	"_",
	" ",
	"\xC2\xA0",
	"\xE2\x80\xAF",
	"ñ",
	"写道：\n",
	"\xF0\x9F\x98\x80",
	"#resuelto\n",
	"5\n",
	"|",
	"&lt;",
	":",
	"texto de una línea cualquiera que es un poco más larga que otras\n",
	"lista mailing list\n",
	"--Ana\n",
	"\xEF\xBF\xBD",
};

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void spans_cover_anything(void **state)
{
	uint32_t seed = 20261102;
	for (int round = 0; round < 1000; round++) {
		struct sbuf b = SBUF_INIT(1 << 20);
		int n = (int)(next(&seed) % 60);

		for (int i = 0; i < n; i++)
			sbuf_cstr(&b, pieces[next(&seed) % COUNT(pieces)]);
		sbuf_chr(&b, '\0');
		struct split s = split(b.p, next(&seed) % 2, next(&seed) % 3 ? "Re: x" : "RV: x");

		covers(&s);
		arena_free(&s.a);
		sbuf_free(&b);
	}
}

/* Four times the text takes about four times as long; what is quadratic takes sixteen times. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_attributions),	   cmocka_unit_test(knows_headers),
		cmocka_unit_test(knows_footers),	   cmocka_unit_test(splits),
		cmocka_unit_test(finds_who_was_forwarded), cmocka_unit_test(tables_are_folded),
		cmocka_unit_test(spans_cover_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
