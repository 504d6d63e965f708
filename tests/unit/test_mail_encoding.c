#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/encoding.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *encoding;
	struct slice in, out;
} decoded[] = {
	{"base64", SLICE("aG9sYQ=="), SLICE("hola")},
	{"BASE64", SLICE("aG9s\r\nYQ==\r\n"), SLICE("hola")},
	{"base64", SLICE("aG 9s!\n*YQ"), SLICE("hola")},	      /* junk, no padding */
	{"base64", SLICE("aG9sYQ==\naG9sYQ==\n"), SLICE("holahola")}, /* two codes */
	{"base64", SLICE("aG9sYQ== ignored"), SLICE("hola")},
	{"base64", SLICE("\r\nNo imprime nada.\r\n"),
	 SLICE("\r\nNo imprime nada.\r\n")},		  /* a lie */
	{"base64", SLICE("-_-_"), SLICE("\xFB\xFF\xBF")}, /* the URL alphabet */
	{"base64", SLICE(""), SLICE("")},
	{"base64", SLICE("===="), SLICE("")},
	{"quoted-printable", SLICE("ma=C3=B1ana"),
	 SLICE("ma\xC3\xB1"
	       "ana")},
	{"quoted-printable", SLICE("ma=c3=b1ana"),
	 SLICE("ma\xC3\xB1"
	       "ana")},
	{"quoted-printable", SLICE("uno=\r\ndos"), SLICE("unodos")},
	{"quoted-printable", SLICE("uno= \t\ndos"), SLICE("unodos")},
	{"quoted-printable", SLICE("fin="), SLICE("fin")},
	{"quoted-printable", SLICE("a=b =ZZ =4"), SLICE("a=b =ZZ =4")},
	{"x-uuencode", SLICE("begin 644 a.txt\n$:&]L80``\n`\nend\n"), SLICE("hola")},
	{"uuencode", SLICE("$:&]L80\n"), SLICE("hola")}, /* blanks at the end eaten */
	{"8bit",
	 SLICE("ma\xF1"
	       "ana="),
	 SLICE("ma\xF1"
	       "ana=")},
	{"x-unknown", SLICE("YQ=="), SLICE("YQ==")},
	{"", SLICE("YQ=="), SLICE("YQ==")},
};

static void test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decoded); i++) {
		struct sbuf b = SBUF_INIT(1000);

		encoding_decode(&b, decoded[i].encoding, decoded[i].in);
		if (!slice_eq(sbuf_view(&b), decoded[i].out))
			fail_msg("row %zu: %.*s", i, (int)b.n, b.p ? b.p : "");
		sbuf_free(&b);
	}
}

static void every_length(void (*encode)(struct sbuf *, struct slice), const char *name, bool text)
{
	char bytes[300];

	srand(7);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(text ? "a =.\tF\xC3"[rand() % 7] : rand());
	for (size_t n = 0; n <= sizeof bytes; n++) {
		struct sbuf coded = SBUF_INIT(10000), back = SBUF_INIT(10000);
		struct slice rest, line;

		encode(&coded, (struct slice){bytes, n});
		rest = sbuf_view(&coded);
		while (slice_line(&rest, &line))
			assert_true(line.n <= 76);
		encoding_decode(&back, name, sbuf_view(&coded));
		if (text && n) /* the coder ends the last line */
			sbuf_cut(&back, back.n - 2);
		assert_true(slice_eq(sbuf_view(&back), (struct slice){bytes, n}));
		sbuf_free(&coded);
		sbuf_free(&back);
	}
}

static void test_base64_back(void **state)
{
	(void)state;
	every_length(encoding_base64, "base64", false);
}

static void test_qp_back(void **state)
{
	(void)state;
	every_length(encoding_qp, "quoted-printable", true);
}

static void test_qp_form(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"hola\n", "hola\r\n"},
		{"hola\r\nadi\xC3\xB3s\r\n", "hola\r\nadi=C3=B3s\r\n"},
		{"fin \n", "fin=20\r\n"},
		{"fin\t\n", "fin=09\r\n"},
		{"From ana\n", "=46rom ana\r\n"},
		{".\n", "=2E\r\n"},
		{"a=b\n", "a=3Db\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sbuf b = SBUF_INIT(1000);

		encoding_qp(&b, slice_of(rows[i].in));
		assert_string_equal(b.p, rows[i].out);
		sbuf_free(&b);
	}
}

/* A length without code is no data: 1 MB of «M» lines must not become 23 MB. */
static void test_uu_does_not_grow(void **state)
{
	enum { LINES = 10000 };
	char *in = malloc(2 * LINES);
	struct sbuf b = SBUF_INIT((size_t)100 * LINES);

	(void)state;
	assert_non_null(in);
	for (size_t i = 0; i < LINES; i++) {
		in[2 * i] = 'M';
		in[2 * i + 1] = '\n';
	}
	encoding_decode(&b, "x-uuencode", (struct slice){in, 2 * LINES});
	assert_true(b.n <= 4 * 2 * LINES);
	sbuf_free(&b);
	free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),		 cmocka_unit_test(test_base64_back),
		cmocka_unit_test(test_qp_back),		 cmocka_unit_test(test_qp_form),
		cmocka_unit_test(test_uu_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
