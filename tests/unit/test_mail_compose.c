#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/compose.h"
#include "mail/compose_header.h"
#include "mail/encoding.h"
#include "mail/header.h"
#include "mail/words.h"

#include <stdio.h>
#include <string.h>

enum { WIRE_MAX = 64 * 1024 * 1024, FUZZ_ROUNDS = 3000 };

static const char STORED[] = "SG9sYSwgbXVuZG8uCg=="; /* «Hola, mundo.» and LF */

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	struct arena *a = *state;

	arena_free(&a);
	return 0;
}

static struct compose_in plain_mail(void)
{
	return (struct compose_in){
		.from = {"sistemas@a.example", "Mesa de ayuda"},
		.to = {"luz@a.example", "Luz Marina Peña"},
		.subject = "[ST-2026-000123] Recibimos su solicitud",
		.date = 1793738460, /* 2026-11-03 20:41:00 UTC */
		.zone = -5 * 3600,
		.message_id = "mesa.3v.0123456789abcdef@a.example",
		.in_reply_to = "",
		.reply_to = "",
		.number = "ST-2026-000123",
		.text = "Cordial saludo.\n",
		.html = "",
	};
}

static struct slice wire_of(struct arena *a, const struct composed *c)
{
	struct sbuf b = SBUF_INIT(WIRE_MAX);
	char *copy;
	size_t n;

	for (size_t i = 0; i < c->n; i++) {
		const struct segment *s = &c->segments[i];

		compose_segment(
			&b, s,
			s->raw ? slice_sub(slice_of(STORED), (size_t)s->offset, (size_t)s->len)
			       : (struct slice){NULL, 0});
	}
	assert_false(b.over);
	copy = sbuf_dup(a, &b);
	n = b.n;
	sbuf_free(&b);
	return (struct slice){copy, n};
}

static struct slice made(struct arena *a, const struct compose_in *in)
{
	struct composed c;
	struct err e;

	assert_true(compose(a, in, &c, &e));
	return wire_of(a, &c);
}

static const char *field(struct arena *a, struct slice wire, const char *name)
{
	struct headers h = header_split(a, wire);
	const struct slice *v = header_get(&h, name);

	return v ? header_unfold(a, *v) : NULL;
}

/* Canonical: CRLF alone, no line past 998, no control characters in the header. */
static void assert_canonical(struct slice wire)
{
	size_t column = 0;

	for (size_t i = 0; i < wire.n; i++) {
		if (wire.p[i] == '\n')
			assert_true(i > 0 && wire.p[i - 1] == '\r');
		if (wire.p[i] == '\r')
			assert_true(i + 1 < wire.n && wire.p[i + 1] == '\n');
		column = wire.p[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 999); /* 998 and the CR */
	}
	assert_true(wire.n > 2 && memcmp(wire.p + wire.n - 2, "\r\n", 2) == 0);
}

static void a_plain_mail_has_its_fields(void **state)
{
	struct compose_in in = plain_mail();
	struct slice wire = made(*state, &in);
	static const struct {
		const char *name, *value;
	} rows[] = {
		{"From", "Mesa de ayuda <sistemas@a.example>"},
		{"To", "=?UTF-8?Q?Luz_Marina_Pe=C3=B1a?= <luz@a.example>"},
		{"Subject", "[ST-2026-000123] Recibimos su solicitud"},
		{"Date", "Tue, 03 Nov 2026 15:41:00 -0500"},
		{"Message-ID", "<mesa.3v.0123456789abcdef@a.example>"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
	};

	assert_canonical(wire);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(field(*state, wire, rows[i].name), rows[i].value);
	assert_null(field(*state, wire, "Auto-Submitted"));
	assert_null(field(*state, wire, "X-Mesad"));
	assert_null(field(*state, wire, "Reply-To"));
	assert_null(field(*state, wire, "References"));
}

static void automatic_mail_says_so(void **state)
{
	struct compose_in in = plain_mail();
	struct slice wire;

	in.automatic = COMPOSE_REPLIED;
	wire = made(*state, &in);
	assert_string_equal(field(*state, wire, "Auto-Submitted"), "auto-replied");
	assert_string_equal(field(*state, wire, "X-Auto-Response-Suppress"), "All");
	assert_string_equal(field(*state, wire, "Precedence"), "bulk");
	assert_string_equal(field(*state, wire, "X-Mesad"), "ST-2026-000123");
	in.automatic = COMPOSE_GENERATED;
	assert_string_equal(field(*state, made(*state, &in), "Auto-Submitted"), "auto-generated");
}

static void references_keep_the_first_and_the_last_twenty(void **state)
{
	struct compose_in in = plain_mail();
	const char *ids[60], **got;
	struct headers h;
	struct slice wire;
	size_t n;

	for (size_t i = 0; i < COUNT(ids); i++)
		ids[i] = arena_printf(*state, "id-%zu@b.example", i);
	in.references = ids;
	in.n_references = COUNT(ids);
	in.in_reply_to = "padre@b.example";
	wire = made(*state, &in);
	assert_canonical(wire);
	h = header_split(*state, wire);
	n = header_ids(*state, *header_get(&h, "References"), &got);
	assert_int_equal(n, 21);
	assert_string_equal(got[0], "id-0@b.example");
	assert_string_equal(got[1], "id-41@b.example");
	assert_string_equal(got[19], "id-59@b.example");
	assert_string_equal(got[20], "padre@b.example");
	assert_string_equal(field(*state, wire, "In-Reply-To"), "<padre@b.example>");
}

static void ids_that_would_break_the_header_are_left_out(void **state)
{
	char *huge = arena_alloc(*state, 2001);
	const char *ids[] = {"a b@c", "x@y\r\nBcc: z@z", "", "<x@y>", huge,
			     "ñ@y",   "bien@b.example"};
	struct compose_in in = plain_mail();
	struct slice wire;

	memset(huge, 'x', 2000);
	in.references = ids;
	in.n_references = COUNT(ids);
	in.in_reply_to = "x@y\r\nBcc: z@z";
	wire = made(*state, &in);
	assert_canonical(wire);
	assert_string_equal(field(*state, wire, "References"), "<bien@b.example>");
	assert_null(field(*state, wire, "In-Reply-To"));
	assert_null(field(*state, wire, "Bcc"));
}

static void what_may_not_go_out_is_refused(void **state)
{
	struct compose_in good = plain_mail(), rows[7];
	struct composed c;
	struct err e;

	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = good;
	rows[0].to.addr = "luz@a.example\r\nBcc: todos@a.example";
	rows[1].to.addr = "";
	rows[2].from.addr = "sistemas";
	rows[3].subject = "Uno\r\nBcc: todos@a.example";
	rows[4].subject = "mal \xC3( utf-8";
	rows[5].message_id = "sin espacios@a.example";
	rows[6].reply_to = "a b@a.example";
	for (size_t i = 0; i < COUNT(rows); i++) {
		e.text[0] = '\0';
		assert_false(compose(*state, &rows[i], &c, &e));
		assert_true(e.text[0] != '\0');
	}
}

/* The Subject as it arrives, through the decoder that reads the world's mail. */
static void subjects_come_back_as_they_went(void **state)
{
	static const char *const rows[] = {
		"Hola",
		"[ST-2026-000123] Solucionamos su solicitud: ¿cómo le atendimos?",
		"año",
		"Una solicitud con un asunto bastante largo que no cabe en una sola línea de "
		"setenta y "
		"ocho caracteres y que además tiene tildes",
		"A very long subject in plain ASCII that has to be folded somewhere because it "
		"does "
		"not fit into one line",
		"日本語の件名はエンコードされた語に分けられます、何度でも、何度でも、何度でも",
		"=?UTF-8?Q?no_soy_una_palabra?= codificada",
		"símbolos ?_= = _ «» — ✓ 🙂 final plano",
		"ñ",
		"ñ ñ",
		"x ñ y ñ z",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct compose_in in = plain_mail();
		struct headers h;
		struct slice wire, rest, line;

		in.subject = rows[i];
		wire = made(*state, &in);
		h = header_split(*state, wire);
		assert_string_equal(words_decode(*state, *header_get(&h, "Subject")), rows[i]);
		rest = slice_sub(wire, 0, h.body_at);
		while (slice_line(&rest, &line))
			assert_true(line.n <= 78);
	}
}

static void names_come_back_as_they_went(void **state)
{
	static const char *const rows[] = {
		"Ana Ruiz",
		"Ana Ruiz · Mesa de ayuda",
		"Ruiz, Ana",
		"Ana \"la de sistemas\" Ruiz",
		"Ana <otra@a.example>",
		"C:\\Ana",
		"José Ñáñez",
		"Oficina Asesora de las Tecnologías de la Información y las Comunicaciones",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct compose_in in = plain_mail();
		struct address *got;
		struct headers h;

		in.from.name = rows[i];
		h = header_split(*state, made(*state, &in));
		assert_int_equal(header_addresses(*state, *header_get(&h, "From"), &got), 1);
		assert_string_equal(got[0].addr, "sistemas@a.example");
		assert_string_equal(words_decode(*state, slice_of(got[0].name)), rows[i]);
	}
}

static void a_name_cannot_begin_a_field(void **state)
{
	struct compose_in in = plain_mail();
	struct slice wire;

	in.to.name = "Luz\r\nBcc: todos@a.example\r\n\r\nCuerpo";
	wire = made(*state, &in);
	assert_canonical(wire);
	assert_null(field(*state, wire, "Bcc"));
	in.to.name = "luz@a.example";
	assert_string_equal(field(*state, made(*state, &in), "To"), "luz@a.example");
}

static struct attach file(const char *name, const char *type)
{
	return (struct attach){.raw = 7,
			       .att = {.name = name,
				       .type = type,
				       .encoding = "base64",
				       .offset = 0,
				       .len = (int64_t)sizeof STORED - 1,
				       .size = 13}};
}

/* One that the house ships as it is, and some that could run. */
static void active_types_are_disarmed(void **state)
{
	static const struct {
		const char *type, *expected;
	} rows[] = {
		{"application/pdf", "application/pdf"},
		{"image/png", "image/png"},
		{"text/html", "application/octet-stream"},
		{"image/svg+xml", "application/octet-stream"},
		{"application/javascript", "application/octet-stream"},
		{"application/x-msdownload", "application/octet-stream"},
		{"message/rfc822", "application/octet-stream"},
		{"text/plain\r\nX-Evil: 1", "application/octet-stream"},
		{"", "application/octet-stream"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct attach x = file("a.bin", rows[i].type);
		struct compose_in in = plain_mail();
		struct slice wire, expected;

		in.attachments = &x;
		in.n_attachments = 1;
		wire = made(*state, &in);
		assert_canonical(wire);
		expected = slice_of(arena_printf(*state, "Content-Type: %s; name=\"a.bin\"\r\n",
						 rows[i].expected));
		assert_true(slice_find(wire, expected) != SIZE_MAX);
		assert_true(slice_find(wire, SLICE("X-Evil")) == SIZE_MAX);
	}
}

static void attachments_are_references_until_they_go(void **state)
{
	struct attach x[] = {file("informe.pdf", "application/pdf"), file("foto.png", "image/png")};
	struct compose_in in = plain_mail();
	struct composed c;
	struct slice wire;
	size_t by_reference = 0;

	in.attachments = x;
	in.n_attachments = COUNT(x);
	in.html = "<p>Hola</p>\n";
	assert_true(compose(*state, &in, &c, NULL));
	for (size_t i = 0; i < c.n; i++)
		if (c.segments[i].raw) {
			assert_int_equal(c.segments[i].raw, 7);
			assert_int_equal(c.segments[i].len, sizeof STORED - 1);
			assert_string_equal(c.segments[i].encoding, "base64");
			by_reference++;
		}
	assert_int_equal(by_reference, 2);
	wire = wire_of(*state, &c);
	assert_canonical(wire);
	assert_true(slice_find(wire, SLICE("\r\n\r\nSG9sYSwgbXVuZG8uCg==\r\n")) != SIZE_MAX);
	assert_true(slice_find(wire, SLICE("multipart/mixed")) <
		    slice_find(wire, SLICE("multipart/alternative")));
}

static void a_winmail_goes_whole_and_once(void **state)
{
	struct attach x[] = {file("uno.pdf", "application/pdf"),
			     file("dos.pdf", "application/pdf")};
	struct compose_in in = plain_mail();
	struct slice wire, at;

	x[0].att.flags = x[1].att.flags = ATT_TNEF_PART;
	in.attachments = x;
	in.n_attachments = COUNT(x);
	wire = made(*state, &in);
	at = SLICE("Content-Disposition: attachment; filename=\"winmail.dat\"");
	assert_true(slice_find(wire, at) != SIZE_MAX);
	wire = slice_sub(wire, slice_find(wire, at) + at.n, wire.n);
	assert_true(slice_find(wire, at) == SIZE_MAX);
}

static void file_names_come_back_as_they_went(void **state)
{
	static const struct {
		const char *name, *expected;
	} rows[] = {
		{"informe.pdf", "informe.pdf"},
		{"informe de gestión (versión final).pdf",
		 "informe de gestión (versión final).pdf"},
		{"Relación de equipos de cómputo para dar de baja por obsolescencia, vigencia "
		 "2026.xlsx",
		 "Relación de equipos de cómputo para dar de baja por obsolescencia, vigencia "
		 "2026.xlsx"},
		{"a_plain_name_that_is_longer_than_any_single_line_of_a_header_should_be_really."
		 "txt",
		 "a_plain_name_that_is_longer_than_any_single_line_of_a_header_should_be_really."
		 "txt"},
		{"a\"b\\c/d.txt", "a_b_c_d.txt"},
		{"x\r\nX-Evil: 1", "x X-Evil_ 1"},
		{"100%.txt", "100%.txt"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct attach x = file(rows[i].name, "application/pdf");
		struct compose_in in = plain_mail();
		struct slice wire, part, value;
		const char *charset;
		struct headers h;

		in.attachments = &x;
		in.n_attachments = 1;
		wire = made(*state, &in);
		assert_canonical(wire);
		part = slice_sub(wire, slice_find(wire, SLICE("Content-Type: application/pdf")),
				 wire.n);
		h = header_split(*state, part);
		assert_true(header_param(*state, *header_get(&h, "Content-Disposition"), "filename",
					 &value, &charset));
		assert_string_equal(words_param(*state, value, charset), rows[i].expected);
		assert_true(header_param(*state, *header_get(&h, "Content-Type"), "name", &value,
					 &charset));
		assert_string_equal(words_param(*state, value, charset), rows[i].expected);
		assert_null(header_get(&h, "X-Evil"));
	}
}

static void the_same_mail_has_the_same_bytes(void **state)
{
	struct attach x = file("informe.pdf", "application/pdf");
	struct compose_in in = plain_mail();
	struct slice one;

	in.html = "<p>Hola</p>\n";
	in.attachments = &x;
	in.n_attachments = 1;
	one = made(*state, &in);
	assert_true(slice_eq(one, made(*state, &in)));
	in.message_id = "mesa.40.0123456789abcdef@a.example";
	assert_false(slice_eq(one, made(*state, &in)));
}

/* --- whatever the words are --- */

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static char *noise(struct arena *a, uint32_t *seed, size_t most, bool any)
{
	static const char *const pieces[] = {
		"\r\n",
		"\n",
		"\r",
		":",
		"Bcc: x@y.example",
		"\r\n\r\n",
		"=?",
		"?=",
		"\"",
		"\\",
		"<",
		">",
		" ",
		"\t",
		"ñ",
		"é",
		"日",
		"🙂",
		"\xFF",
		"\xC3",
		"\x01",
		"\x7F",
		";",
		"--=_alt",
		".",
		"From ",
		"a",
		"palabra",
		"0123456789012345678901234567890123456789",
	};
	struct sbuf b = SBUF_INIT(most);
	char *out;

	for (size_t i = next(seed) % 40; i > 0; i--) {
		const char *piece = pieces[next(seed) % COUNT(pieces)];

		if (any || header_fit(slice_of(piece)))
			sbuf_cstr(&b, piece);
	}
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

static void whatever_the_words_the_header_stays_ours(void **state)
{
	uint32_t seed = 2026;
	struct compose_in in = plain_mail();
	struct headers good = header_split(*state, made(*state, &in));
	size_t refused = 0;

	for (int i = 0; i < FUZZ_ROUNDS; i++) {
		struct arena *a = arena_new();
		struct attach x = file("", "application/pdf");
		struct composed c;
		struct headers h;
		struct slice wire;

		in = plain_mail();
		in.from.name = noise(a, &seed, 300, true);
		in.to.name = noise(a, &seed, 300, true);
		in.subject = noise(a, &seed, 900, i % 2 == 0);
		in.text = noise(a, &seed, 4000, true);
		in.html = noise(a, &seed, 4000, true);
		x.att.name = noise(a, &seed, 255, true);
		in.attachments = &x;
		in.n_attachments = 1;
		if (compose(a, &in, &c, NULL)) {
			wire = wire_of(a, &c);
			assert_canonical(wire);
			h = header_split(a, wire);
			/* a text mail has one field more: its transfer encoding */
			assert_int_equal(h.n, good.n - 1);
			assert_null(header_get(&h, "Bcc"));
		} else {
			refused++;
		}
		arena_free(&a);
	}
	assert_true(refused > 0 && refused <= FUZZ_ROUNDS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_mail_has_its_fields),
		cmocka_unit_test(automatic_mail_says_so),
		cmocka_unit_test(references_keep_the_first_and_the_last_twenty),
		cmocka_unit_test(ids_that_would_break_the_header_are_left_out),
		cmocka_unit_test(what_may_not_go_out_is_refused),
		cmocka_unit_test(subjects_come_back_as_they_went),
		cmocka_unit_test(names_come_back_as_they_went),
		cmocka_unit_test(a_name_cannot_begin_a_field),
		cmocka_unit_test(active_types_are_disarmed),
		cmocka_unit_test(attachments_are_references_until_they_go),
		cmocka_unit_test(a_winmail_goes_whole_and_once),
		cmocka_unit_test(file_names_come_back_as_they_went),
		cmocka_unit_test(the_same_mail_has_the_same_bytes),
		cmocka_unit_test(whatever_the_words_the_header_stays_ours),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
