#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACED "\xEF\xBF\xBD"

static void knows_valid_utf8(void **state)
{
	static const struct {
		struct slice s;
		bool valid;
	} rows[] = {
		{SLICE(""), true},
		{SLICE("ascii"), true},
		{SLICE("avería ñ 你 😀"), true},
		{SLICE("nul\0inside"), true},
		{SLICE(REPLACED), true},
		{SLICE("\xF4\x8F\xBF\xBF"), true},  /* U+10FFFF */
		{SLICE("\xF4\x90\x80\x80"), false}, /* past it */
		{SLICE("\xED\xA0\x80"), false},	    /* surrogate */
		{SLICE("\xC0\xAF"), false},	    /* overlong slash */
		{SLICE("\xE0\x80\xAF"), false},
		{SLICE("\xF0\x80\x80\xAF"), false},
		{SLICE("\x80"), false},
		{SLICE("\xC3"), false}, /* cut short */
		{SLICE("\xE4\xBD"), false},
		{SLICE("\xFF"), false},
		{SLICE("caf\xE9"), false}, /* Latin-1 */
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_valid(rows[i].s), rows[i].valid);
}

static void cuts_at_boundaries(void **state)
{
	static const struct {
		struct slice s;
		size_t max, n;
	} rows[] = {
		{SLICE("ñandú"), 100, 7},
		{SLICE("ñandú"), 1, 0},
		{SLICE("ñandú"), 2, 2},
		{SLICE("a😀b"), 4, 1},
		{SLICE("a😀b"), 5, 5},
		{SLICE("\x80\x80\x80\x80\x80\x80"), 5, 5}, /* junk is cut where it is told */
		{SLICE("abc"), 0, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(text_cut(rows[i].s, rows[i].max).n, rows[i].n);
}

static void puts_only_scalar_values(void **state)
{
	static const struct {
		uint32_t cp;
		const char *want;
	} rows[] = {
		{'a', "a"},	    {0xF1, "ñ"},	  {0x1F600, "😀"},
		{0xD800, REPLACED}, {0x110000, REPLACED}, {UINT32_MAX, REPLACED},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sbuf b = SBUF_INIT(10);

		text_put(&b, rows[i].cp);
		assert_string_equal(b.p, rows[i].want);
		sbuf_free(&b);
	}
}

typedef char *(*mapping)(struct arena *, struct slice);

static void maps(mapping f, struct slice in, const char *want)
{
	struct arena *a = arena_new();
	char *got = f(a, in);

	assert_string_equal(got, want);
	assert_true(text_valid(slice_of(got)));
	assert_string_equal(f(a, slice_of(got)), want); /* doing it again changes nothing */
	arena_free(&a);
}

static void folds(void **state)
{
	static const struct {
		struct slice in;
		const char *want;
	} rows[] = {
		{SLICE("ÁÉÍÓÚ Ñandú façade ß"), "aeiou nandu facade ss"},
		{SLICE("A\xCC\x81vila"), "avila"},	   /* decomposed */
		{SLICE("im\xC2\xADpresora"), "impresora"}, /* soft hyphen */
		{SLICE("re\xE2\x80\x8Bset"), "reset"},	   /* zero-width space */
		{SLICE("x\xFFy"), "x" REPLACED "y"},
		{SLICE("a\0b"), "a b"},
		{SLICE("İSTANBUL"), "istanbul"},
		{SLICE(""), ""},
		{SLICE("\xED\xA0\x80"), REPLACED REPLACED REPLACED},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		maps(text_fold, rows[i].in, rows[i].want);
	maps(text_nfc,
	     SLICE("averi\xCC\x81"
		   "a"),
	     "avería");
	maps(text_nfc, SLICE("\xE2\x84\xAB"), "Å"); /* ANGSTROM SIGN */
	maps(text_nfc, SLICE("\xEF\xAC\x81"),
	     "\xEF\xAC\x81"); /* a ligature is not compatibility's */
}

/* The short way for Western text says what the tables of all scripts say: one Chinese character at
 * the end takes the long way. */
static void folds_alike_both_ways(void **state)
{
	for (uint32_t cp = 1; cp < 0x2100; cp++) {
		struct sbuf one = SBUF_INIT(64), with = SBUF_INIT(64);
		struct arena *a = arena_new();

		sbuf_cstr(&one, "x");
		text_put(&one, cp);
		sbuf_cstr(&one, "y");
		sbuf_slice(&with, sbuf_view(&one));
		sbuf_cstr(&with, "中");
		assert_string_equal(arena_printf(a, "%s中", text_fold(a, sbuf_view(&one))),
				    text_fold(a, sbuf_view(&with)));
		sbuf_free(&one);
		sbuf_free(&with);
		arena_free(&a);
	}
}

/* A run of marks in the wrong order makes canonical reordering quadratic: 600 kB of it would take
 * minutes. */
static void marks_in_masses_are_dropped(void **state)
{
	struct sbuf b = SBUF_INIT(1 << 20);
	struct arena *a = arena_new();
	char *got;

	sbuf_chr(&b, 'a');
	for (int i = 0; i < 150000; i++)
		sbuf_cstr(&b, "\xCC\x81\xCC\xA3"); /* acute above, dot below */
	got = text_nfc(a, sbuf_view(&b));
	assert_true(strlen(got) < 100);
	assert_string_equal(text_fold(a, sbuf_view(&b)), "a");
	sbuf_free(&b);
	arena_free(&a);
}

static void makes_one_line(void **state)
{
	static const struct {
		struct slice in;
		const char *want;
	} rows[] = {
		{SLICE("  Ana \t Ruiz \r\n"), "Ana Ruiz"},
		{SLICE("a\r\nBcc: x@y.example"), "a Bcc: x@y.example"},
		{SLICE("\x1B[2J\x1B]0;t\x07"), "[2J ]0;t"},
		{SLICE("a\xC2\x9B"
		       "31mb"),
		 "a 31mb"}, /* C1 CSI */
		{SLICE("gpj.\xE2\x80\xAE"
		       "exe"),
		 "gpj. exe"}, /* right-to-left override */
		{SLICE("a\xE2\x81\xA6"
		       "b\xE2\x81\xA9"),
		 "a b"}, /* isolates */
		{SLICE("a\xE2\x80\xA8"
		       "b\xE2\x80\xA9"
		       "c"),
		 "a b c"}, /* LS, PS */
		{SLICE("a\xC2\xA0\xE3\x80\x80"
		       "b"),
		 "a b"}, /* no-break, ideographic */
		{SLICE("nul\0l"), "nul l"},
		{SLICE("\x7F\x01"), ""},
		{SLICE("ñ\xF0\x9F"), "ñ" REPLACED REPLACED},
		{SLICE("\xF3\xA0\x81\x81tag"), "tag"}, /* invisible tag characters */
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		maps(text_line, rows[i].in, rows[i].want);
}

static void cleans_texts(void **state)
{
	static const struct {
		struct slice in;
		const char *want;
	} rows[] = {
		{SLICE("a\r\nb\rc\nd"), "a\nb\nc\nd"},
		{SLICE("a\r\r\nb"), "a\n\nb"},
		{SLICE("  sangría\tcol  \n"), "  sangría\tcol  \n"},
		{SLICE("x\x1B[0m"), "x [0m"},
		{SLICE("x\xE2\x80\xAEy\xE2\x80\xA8z"), "x y\nz"},
		{SLICE("a\0b\xFF"), "a b" REPLACED},
		{SLICE(""), ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		maps(text_clean, rows[i].in, rows[i].want);
}

static void measures_columns(void **state)
{
	assert_int_equal(text_width(slice_of("avería")), 6);
	assert_int_equal(text_width(slice_of("averi\xCC\x81"
					     "a")),
			 6);
	assert_int_equal(text_width(slice_of("你好")), 4);
	assert_int_equal(text_width(slice_of("")), 0);
}

static void measures_distance(void **state)
{
	char longest[400];
	static const struct {
		const char *a, *b;
		size_t limit, want;
	} rows[] = {
		{"resuelto", "resuelto", 2, 0}, {"resulto", "resuelto", 2, 1},
		{"reseulto", "resuelto", 2, 2}, {"abc", "xyz", 2, 3},
		{"abcdef", "uvwxyz", 2, 3},	{"", "abc", 5, 3},
		{"año", "ano", 2, 1},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(text_distance(rows[i].a, rows[i].b, rows[i].limit), rows[i].want);
		assert_int_equal(text_distance(rows[i].b, rows[i].a, rows[i].limit), rows[i].want);
	}
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(text_distance(longest, "a", 3), 4);
	assert_int_equal(text_distance(longest, longest, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_valid_utf8),
		cmocka_unit_test(cuts_at_boundaries),
		cmocka_unit_test(puts_only_scalar_values),
		cmocka_unit_test(folds),
		cmocka_unit_test(folds_alike_both_ways),
		cmocka_unit_test(marks_in_masses_are_dropped),
		cmocka_unit_test(makes_one_line),
		cmocka_unit_test(cleans_texts),
		cmocka_unit_test(measures_columns),
		cmocka_unit_test(measures_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
