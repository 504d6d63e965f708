#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "face/board.h"
#include "face/flat.h"
#include "face/history.h"
#include "face/terminal.h"

#include <string.h>

enum { OUT_MAX = 1 << 20 };

static const struct terminal PIPE = {false, 0}, NARROW = {false, 80}, COLOUR = {true, 80};
static const char EVIL[] = "uno\033[2Jdos\a\r\n\xC2\x9B"
			   "31mtres\xE2\x80\xAE";

/* Nothing but LF below the blank, no DEL, no C1: fit for any terminal. */
static void assert_harmless(const struct sbuf *b)
{
	struct slice rest = sbuf_view(b);
	uint32_t cp;

	assert_false(b->over);
	for (size_t len; (len = text_next(rest, &cp)) > 0; rest = slice_sub(rest, len, rest.n)) {
		assert_true(cp == '\n' || cp >= ' ');
		assert_false(cp >= 0x7F && cp <= 0x9F);
		assert_false(cp >= 0x202A && cp <= 0x202E);
	}
}

/* ESC only as the start of one of our own sequences. */
static void assert_only_our_escapes(const struct sbuf *b)
{
	for (const char *p = b->p; (p = strchr(p, '\033')) != NULL; p++) {
		size_t n = strspn(p + 2, "0123456789;");

		assert_true(p[1] == '[' && p[2 + n] == 'm' && n <= 4);
	}
	assert_null(strstr(b->p, "\033[2J"));
}

static size_t widest(const struct sbuf *b)
{
	struct slice rest = sbuf_view(b), line;
	size_t w = 0;

	while (slice_line(&rest, &line))
		if (text_width(line) > w)
			w = text_width(line);
	return w;
}

/* --- tables --- */

static const struct column COLUMNS[] = {
	{.title = "Caso"}, {.title = "N", .right = true}, {.title = "Asunto", .stretch = true}};

static void a_table_is_aligned(void **state)
{
	static const char *const cells[] = {"ST-1", "7", "Año nuevo", "ST-22", "113", NULL};
	struct table t = {COLUMNS, COUNT(COLUMNS), cells, NULL, 2};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	terminal_table(&b, &t, &PIPE);
	assert_string_equal(b.p, "Caso     N  Asunto\n"
				 "─────  ───  ─────────\n"
				 "ST-1     7  Año nuevo\n"
				 "ST-22  113\n");
	sbuf_clear(&b);
	t.n_rows = 0;
	terminal_table(&b, &t, &PIPE);
	assert_int_equal(b.n, 0);
	sbuf_free(&b);
}

static void a_table_fits_the_terminal(void **state)
{
	static const char *const cells[] = {
		"ST-1",
		"1",
		"un asunto que no cabe de ninguna manera en ochenta columnas, ni en broma",
		"ST-2",
		"2",
		"日本語の件名はとても長いのでこの端末の幅には収まりません、そうでしょう、本当に",
	};
	struct table t = {COLUMNS, COUNT(COLUMNS), cells, NULL, 2};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	for (size_t width = 30; width <= 90; width++) {
		struct terminal to = {false, width};

		sbuf_clear(&b);
		terminal_table(&b, &t, &to);
		assert_true(widest(&b) <= width);
	}
	sbuf_clear(&b);
	terminal_table(&b, &t, &NARROW);
	assert_non_null(strstr(b.p, "…"));
	sbuf_clear(&b);
	terminal_table(&b, &t, &PIPE); /* a pipe is never cut */
	assert_null(strstr(b.p, "…"));
	sbuf_free(&b);
}

/* The list of cases on the usual eighty columns: the subject gives way first, then the names. */
static void names_give_way_after_the_subject(void **state)
{
	static const struct column columns[] = {
		{.title = "Caso"},
		{.title = "Recibido"},
		{.title = "Atiende", .most = 18},
		{.title = "Solicitante", .most = 24},
		{.title = "Asunto", .stretch = true},
	};
	static const char *const cells[] = {"ST-2026-000001", "2026-11-27 19:58", "Ana Ruiz",
					    "Luisa Fernanda Peña Niño",
					    "La clave del correo venció"};
	struct table t = {columns, COUNT(columns), cells, NULL, 1};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	for (size_t width = 66; width <= 100; width++) {
		struct terminal to = {false, width};

		sbuf_clear(&b);
		terminal_table(&b, &t, &to);
		assert_true(widest(&b) <= width);
		assert_non_null(strstr(b.p, "ST-2026-000001  2026-11-27 19:58  "));
	}
	sbuf_free(&b);
}

static void no_escape_of_theirs_gets_through(void **state)
{
	const char *cells[] = {EVIL, EVIL, EVIL};
	enum paint paints[] = {PAINT_BAD};
	struct table t = {COLUMNS, COUNT(COLUMNS), cells, paints, 1};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	terminal_table(&b, &t, &NARROW);
	terminal_text(&b, &NARROW, "  ", EVIL);
	terminal_put(&b, &NARROW, PAINT_BAD, EVIL);
	terminal_cell(&b, &NARROW, PAINT_BAD, EVIL, 9, true);
	terminal_heading(&b, &NARROW, EVIL);
	assert_harmless(&b);
	sbuf_clear(&b);
	terminal_table(&b, &t, &COLOUR);
	terminal_put(&b, &COLOUR, PAINT_BAD, EVIL);
	assert_non_null(strchr(b.p, '\033'));
	assert_only_our_escapes(&b);
	sbuf_free(&b);
}

static void a_cell_has_its_width(void **state)
{
	static const struct {
		const char *value, *expected;
		size_t columns;
		bool right;
	} rows[] = {
		{"ab", "ab  ", 4, false},     {"ab", "  ab", 4, true},
		{"abcd", "abcd", 4, false},   {"abcde", "abc…", 4, false},
		{"日本語", "日… ", 4, false}, {"ñañá", "ñañá", 4, false},
		{"", "    ", 4, false},
	};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	for (size_t i = 0; i < COUNT(rows); i++) {
		sbuf_clear(&b);
		terminal_cell(&b, &PIPE, PAINT_NONE, rows[i].value, rows[i].columns, rows[i].right);
		assert_string_equal(b.p, rows[i].expected);
	}
	sbuf_free(&b);
}

static void a_bar_is_as_long_as_its_share(void **state)
{
	static const struct {
		double value, most;
		const char *expected;
	} rows[] = {
		{4, 4, "████"}, {2, 4, "██"}, {1, 8, "▌"}, {0.001, 4, "▏"}, {9, 4, "████"},
	};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	for (size_t i = 0; i < COUNT(rows); i++) {
		sbuf_clear(&b);
		terminal_bar(&b, &PIPE, PAINT_GOOD, rows[i].value, rows[i].most, 4);
		assert_string_equal(b.p, rows[i].expected);
	}
	sbuf_clear(&b);
	terminal_bar(&b, &PIPE, PAINT_GOOD, 0, 4, 4);
	terminal_bar(&b, &PIPE, PAINT_GOOD, 4, 0, 4);
	assert_int_equal(b.n, 0);
	sbuf_free(&b);
}

static void text_is_wrapped_at_blanks(void **state)
{
	struct terminal to = {false, 24};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	terminal_text(&b, &to, "  ", "uno dos tres cuatro cinco seis\n\nsiete");
	assert_string_equal(b.p, "  uno dos tres cuatro\n  cinco seis\n\n  siete\n");
	sbuf_clear(&b);
	terminal_text(&b, &to, "", "unapalabralarguisimaquenocabeenlalinea");
	assert_string_equal(b.p, "unapalabralarguisimaquen\nocabeenlalinea\n");
	sbuf_free(&b);
}

/* --- details of events --- */

static void flat_objects_are_read(void **state)
{
	struct arena *a = arena_new();
	struct flat f = flat_of(
		a, " {\"a\":\"x\\\"y\\\\\\n\\u00f1\\ud83d\\ude42\", \"n\":-12 ,\"z\":\"\"}");
	struct flat_pair p;

	assert_true(flat_next(&f, &p));
	assert_string_equal(p.key, "a");
	assert_string_equal(p.text, "x\"y\\\nñ🙂");
	assert_false(p.number);
	assert_true(flat_next(&f, &p));
	assert_true(p.number);
	assert_int_equal(p.num, -12);
	assert_string_equal(p.text, "-12");
	assert_true(flat_next(&f, &p));
	assert_string_equal(p.text, "");
	assert_false(flat_next(&f, &p));
	arena_free(&a);
}

static void what_is_no_object_ends_the_walk(void **state)
{
	static const char *const rows[] = {"",
					   "{}",
					   "[]",
					   "{\"a\"",
					   "{\"a\":",
					   "{\"a\":\"x",
					   "{\"a\":{}}",
					   "{\"a\":null}",
					   "{a:1}",
					   "{\"a\":\"\\u12\"}",
					   "{\"a\":\"\\q\"}",
					   "{\"a\":-}",
					   "{\"a\":99999999999999999999}"};
	struct arena *a = arena_new();
	struct flat_pair p;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct flat f = flat_of(a, rows[i]);

		assert_false(flat_next(&f, &p));
	}
	arena_free(&a);
}

/* --- history, show and board --- */

static const struct zone BOGOTA = {.name = "America/Bogota", .first_offset = -5 * 3600};
static const struct staff STAFF[] = {{.id = "ana", .name = "Ana Ruiz", .email = "ana@a.example"}};
static const struct policy POLICY = {.entity = "Entidad",
				     .desk_name = "Mesa de ayuda",
				     .zone = &BOGOTA,
				     .staff = STAFF,
				     .n_staff = COUNT(STAFF)};
enum { NOON = 1793725200 }; /* 2026-11-03 12:00 in Bogotá */

static struct ticket a_ticket(void)
{
	return (struct ticket){.number = "ST-2026-000123",
			       .state = STATE_OPEN,
			       .channel = "correo",
			       .subject = "No enciende",
			       .requester = {"luz@a.example", "Luz Peña"},
			       .service = "",
			       .area = "",
			       .assignee = "ana",
			       .level = 1,
			       .priority = PRIORITY_MEDIUM,
			       .opened_at = NOON,
			       .clocks = {{.started = NOON, .due = NOON + 7200, .policy = "2h"}},
			       .comment = "",
			       .merged_into = ""};
}

static void a_history_is_told_by_days(void **state)
{
	static const struct history_line lines[] = {
		{NOON, "received", "requester",
		 "{\"response_due\":1793732400,\"thread_id\":\"x@y\"}"},
		{NOON + 60, "assigned", "system", "{\"assignee\":\"ana\"}"},
		{NOON + 70, "received", "requester",
		 "{\"response_policy\":\"12s always 75%\",\"channel\":\"email\"}"},
		{NOON + 80, "reopened", "requester",
		 "{\"response_policy\":\"2d laboral 0%\",\"outbox\":12}"},
		{NOON + 90, "evaluated", "requester",
		 "{\"score\":1,\"solved\":\"no\",\"by\":\"luz@a.example\",\"way\":\"link\"}"},
		{NOON + 86400, "evaluated", "requester", "{\"score\":4,\"novedad\":\"sí\"}"},
		{NOON + 86460, "unknown_type", "nadie", "roto"},
	};
	struct ticket t = a_ticket();
	struct history m = {&POLICY, &t, lines, COUNT(lines)};
	struct sbuf b = SBUF_INIT(OUT_MAX);
	static const char *const holds[] = {
		"ST-2026-000123  No enciende\n",
		"\nmartes 3 de noviembre de 2026\n  12:00    recibido",
		"responder antes de: 2026-11-03 14:00",
		"responsable: Ana Ruiz",
		"plazo: 12 segundos, a toda hora; aviso al 75 %\n",
		"canal: correo electrónico\n",
		"plazo: 2 días hábiles, calendario «laboral»\n",
		"solucionado: no\n",
		"quién: luz@a.example\n",
		"medio: enlace de la encuesta\n",
		"\nmiércoles 4 de noviembre de 2026\n  12:00    evaluado",
		"calificación: 4",
		"novedad: sí", /* unknown keys are told too */
		"unknown_type",
		"nadie",
	};

	history_text(&b, &NARROW, &m);
	assert_harmless(&b);
	for (size_t i = 0; i < COUNT(holds); i++)
		assert_non_null(strstr(b.p, holds[i]));
	assert_null(strstr(b.p, "x@y"));
	assert_null(strstr(b.p, "outbox"));
	sbuf_free(&b);
}

static void a_case_is_shown_with_its_conversation(void **state)
{
	struct ticket t = a_ticket();
	static const char *const copied[] = {"jefe@a.example"};
	struct show_message messages[] = {
		{NOON, true, false, "luz@a.example", "", "Buenas:\n\nno enciende", ""},
		{NOON + 60, false, false, "Ana Ruiz", "luz@a.example", "Voy.", "failed"},
		{NOON + 90, false, true, "Ana Ruiz", "", EVIL, ""},
	};
	struct show_attachment att = {3, 1234567, "foto.jpg"};
	struct show m = {&POLICY, &t, copied, 1, messages, COUNT(messages), &att, 1, NOON + 9000};
	struct sbuf b = SBUF_INIT(OUT_MAX);
	static const char *const holds[] = {
		"Luz Peña <luz@a.example>",
		"jefe@a.example",
		"Ana Ruiz",
		"en atención",
		"vencida desde 2026-11-03 14:00",
		"3 foto.jpg (1,2 MB)",
		"  Buenas:\n\n  no enciende\n",
		"Ana Ruiz → luz@a.example (no se entregó)",
		"Ana Ruiz · nota interna",
	};

	show_text(&b, &NARROW, &m);
	assert_harmless(&b);
	for (size_t i = 0; i < COUNT(holds); i++)
		assert_non_null(strstr(b.p, holds[i]));
	t.clocks[0].stopped = NOON + 3600;
	sbuf_clear(&b);
	show_text(&b, &NARROW, &m);
	assert_non_null(strstr(b.p, "2026-11-03 13:00, a las 1 h de recibido"));
	sbuf_free(&b);
}

static void sizes_are_for_people(void **state)
{
	static const struct {
		int64_t bytes;
		const char *said;
	} rows[] = {{0, "0 B"},
		    {999, "999 B"},
		    {1000, "1 kB"},
		    {1499, "1 kB"},
		    {1500, "2 kB"},
		    {1000000, "1,0 MB"},
		    {48 * 1000000 + 950000, "48,9 MB"}};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(history_size(a, rows[i].bytes), rows[i].said);
	arena_free(&a);
}

static void the_board_fits_eighty_columns(void **state)
{
	struct ticket urgent[] = {a_ticket(), a_ticket(), a_ticket()};
	struct board_load loads[] = {{"Ana Ruiz", 7}, {EVIL, 2}, {"Sara", 0}};
	struct board_mailbox boxes[] = {{"sistemas", "en línea", NOON - 120, false},
					{EVIL, EVIL, 0, true}};
	struct board_event events[] = {{NOON, "ST-2026-000123", "replied", "ana"},
				       {NOON - 60, "", EVIL, EVIL}};
	struct board m = {.policy = &POLICY,
			  .now = NOON + 3600,
			  .by_state = {0, 3, 11, 2, 0, 1, 4, 900},
			  .received_today = 1,
			  .closed_today = 2,
			  .breached_open = 2,
			  .unassigned = 1,
			  .outbox_waiting = 3,
			  .outbox_retrying = 2,
			  .evaluations = 14,
			  .score_mean = 4.36,
			  .loads = loads,
			  .n_loads = COUNT(loads),
			  .urgent = urgent,
			  .n_urgent = COUNT(urgent),
			  .mailboxes = boxes,
			  .n_mailboxes = COUNT(boxes),
			  .events = events,
			  .n_events = COUNT(events)};
	struct sbuf b = SBUF_INIT(OUT_MAX);
	static const char *const holds[] = {
		"Mesa de ayuda · Entidad\nmartes 3 de noviembre de 2026, 1:00 p. m.\n",
		"en atención",
		"2 con el plazo vencido",
		"1 sin asignar",
		"1 recibido, 2 cerrados",
		"4,4 de 5 en 14 calificaciones",
		"en 1 h",
		"hace 2 h",
		"3 correos por enviar",
		"2 esperan otro intento: mesactl outbox",
		"12:00  ST-2026-000123",
	};

	urgent[1].clocks[0].due = NOON - 3600;
	urgent[2].subject = "un asunto larguísimo que de ninguna manera cabe en el tablero";
	board_text(&b, &PIPE, &m);
	assert_harmless(&b);
	assert_true(widest(&b) <= 80);
	for (size_t i = 0; i < COUNT(holds); i++)
		assert_non_null(strstr(b.p, holds[i]));
	sbuf_clear(&b);
	board_text(&b, &COLOUR, &m);
	assert_only_our_escapes(&b);
	sbuf_free(&b);
}

static void an_empty_board_is_calm(void **state)
{
	struct board m = {.policy = &POLICY, .now = NOON};
	struct sbuf b = SBUF_INIT(OUT_MAX);

	board_text(&b, &PIPE, &m);
	assert_non_null(strstr(b.p, "Nada vencido ni por asignar"));
	assert_non_null(strstr(b.p, "Nada pendiente por enviar"));
	assert_null(strstr(b.p, "█"));
	assert_null(strstr(b.p, "\033"));
	sbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_aligned),
		cmocka_unit_test(a_table_fits_the_terminal),
		cmocka_unit_test(names_give_way_after_the_subject),
		cmocka_unit_test(no_escape_of_theirs_gets_through),
		cmocka_unit_test(a_cell_has_its_width),
		cmocka_unit_test(a_bar_is_as_long_as_its_share),
		cmocka_unit_test(text_is_wrapped_at_blanks),
		cmocka_unit_test(flat_objects_are_read),
		cmocka_unit_test(what_is_no_object_ends_the_walk),
		cmocka_unit_test(a_history_is_told_by_days),
		cmocka_unit_test(a_case_is_shown_with_its_conversation),
		cmocka_unit_test(sizes_are_for_people),
		cmocka_unit_test(the_board_fits_eighty_columns),
		cmocka_unit_test(an_empty_board_is_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
