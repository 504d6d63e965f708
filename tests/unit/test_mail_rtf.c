#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/rtf.h"

#include <string.h>

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	charset_open_all();
	a = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

/* --- packing: the examples of the format's description --- */

static const struct {
	struct slice packed;
	const char *rtf;
} packs[] = {
	{SLICE("\x2D\0\0\0\x2B\0\0\0LZFu\xF1\xC5\xC7\xA7\x03\0\x0A\0rcpg125B2\x0A\xF3 hel\x09\0 bw"
	       "\x05\xB0ld}\x0A\x80\x0F\xA0"),
	 "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"},
	{SLICE("\x1A\0\0\0\x1C\0\0\0LZFu\xE2\xD4\x4B\x51\x41\0\x04 WXYZ\x0Dn}\x01\x0E\xB0"),
	 "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"},
	{SLICE("\x12\0\0\0\x06\0\0\0MELA\0\0\0\0{\\rtf}"), "{\\rtf}"},
};

static void unpacks(void **state)
{
	struct slice rtf;
	bool limited;

	(void)state;
	for (size_t i = 0; i < COUNT(packs); i++) {
		assert_true(rtf_unpack(a, packs[i].packed, &rtf, &limited));
		assert_false(limited);
		if (!slice_eq(rtf, slice_of(packs[i].rtf)))
			fail_msg("row %zu: «%.*s»", i, (int)rtf.n, rtf.p);
		for (size_t n = 0; n < packs[i].packed.n; n++)
			rtf_unpack(a, slice_sub(packs[i].packed, 0, n), &rtf, &limited);
	}
	assert_false(rtf_unpack(a, SLICE("nada"), &rtf, &limited));
	assert_false(
		rtf_unpack(a, SLICE("\x12\0\0\0\x06\0\0\0NADA\0\0\0\0{\\rtf}"), &rtf, &limited));
}

static void unpacking_is_bounded(void **state)
{
	enum { TOKENS = 1200 * 1024 };
	char *p = arena_alloc(a, 16 + 17 * (TOKENS / 8));
	size_t n = 16;
	struct slice rtf;
	bool limited;

	(void)state;
	memcpy(p, "\0\0\0\0\0\0\0\0LZFu\0\0\0\0", 16);
	for (int i = 0; i < TOKENS / 8; i++) {
		p[n++] = '\xFF';
		for (int j = 0; j < 8; j++) { /* sixteen bytes from the window's start */
			p[n++] = '\0';
			p[n++] = '\x0E';
		}
	}
	assert_true(rtf_unpack(a, (struct slice){p, n}, &rtf, &limited));
	assert_true(limited);
	assert_true(rtf.n <= RTF_UNPACKED_MAX);
}

/* --- reading --- */

static const struct {
	const char *rtf, *text;
	bool is_html;
} rows[] = {
	{"{\\rtf1 hola}", "hola", false},
	{"{\\rtf1\\ansi\\ansicpg1252 ma\\'f1ana\\par a\\tab b\\line c}", "mañana\na\tb\nc", false},
	{"{\\rtf1\\ansi\\ansicpg1251 \\'ef\\'f0\\'e8\\'e2\\'e5\\'f2}", "привет", false},
	{"{\\rtf1{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}}a "
	 "{\\f1\\'ef\\'f0} \\'f1}",
	 "a пр ñ", false},
	{"{\\rtf1{\\fonttbl{\\f0\\fcharset128 M;}}\\f0\\'83\\'65\\'83\\'58\\'83\\'67}", "テスト",
	 false},
	{"{\\rtf1\\uc1\\u241?o \\u8364\\'80 \\uc0\\u241x \\uc2\\u241xyz}", "ño € ñx ñz", false},
	{"{\\rtf1\\u-10179?\\u-8704?!}", "\xF0\x9F\x98\x80!", false},
	{"{\\rtf1 a\\~b\\_c\\-d\\{\\}\\\\ \\ldblquote e\\rdblquote\\emdash f}",
	 "a\xC2\xA0"
	 "b-cd{}\\ “e”—f",
	 false},
	{"{\\rtf1{\\stylesheet{\\s0 Normal;}}{\\info{\\author Ana}}{\\*\\generator X;}{\\colortbl;}"
	 "hola{\\pict 0102}{\\header no}}",
	 "hola", false},
	{"{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://x.example\"}{\\fldrslt aqu\\'ed}}}",
	 "aquí", false},
	{"{\\rtf1 a\\bin3 {}}b}", "ab", false},
	{"{\\rtf1 a\r\nb\\\nc}", "ab\nc", false},
	{"{\\rtf1\\fromtext hola\\par Ana}", "hola\nAna", false},
	{"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag19 <html>}{\\*\\htmltag64}\\htmlrtf {\\htmlrtf0 "
	 "{\\*\\htmltag64 <p>}ma\\'f1ana\\htmlrtf\\par}\\htmlrtf0 {\\*\\mhtmltag4 no}\n"
	 "{\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0{\\*\\htmltag72 </p>\\par }}",
	 "<html><p>mañana&amp;</p>\n", true},
	/* damaged */
	{"{\\rtf1 hola", "hola", false},
	{"{\\rtf1 a}}}b", "ab", false},
	{"{\\rtf1 a\\", "a", false},
	{"{\\rtf1 a\\'", "a", false},
	{"{\\rtf1 a\\'zz\\'4", "a4", false},
	{"{\\rtf1 a\\bin99999 b}", "ab", false},
	{"{\\rtf1 a\\u", "a\x01", false},
};

static void reads(void **state)
{
	struct rtf out;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(rtf_read(a, slice_of(rows[i].rtf), &out));
		assert_false(out.limited);
		if (!slice_eq(out.text, slice_of(rows[i].text)) || out.is_html != rows[i].is_html)
			fail_msg("row %zu: «%.*s»", i, (int)out.text.n, out.text.p);
	}
	assert_false(rtf_read(a, SLICE("hola"), &out));
	assert_false(rtf_read(a, SLICE(""), &out));
}

static void reading_is_bounded(void **state)
{
	enum { LONG = RTF_TEXT_MAX + 1000, DEEP = 100000 };
	char *p = arena_alloc(a, LONG);
	struct rtf out;

	(void)state;
	memset(p, 'x', LONG);
	memcpy(p, "{\\rtf1 ", 7);
	assert_true(rtf_read(a, (struct slice){p, LONG}, &out));
	assert_true(out.limited);
	assert_true(out.text.n <= RTF_TEXT_MAX);
	/* deeper groups than are remembered close again in their order */
	memset(p + 7, '{', DEEP);
	memset(p + 7 + DEEP, '}', DEEP);
	memcpy(p + 7 + 2 * (size_t)DEEP, "hola}", 5);
	assert_true(rtf_read(a, (struct slice){p, 7 + 2 * (size_t)DEEP + 5}, &out));
	assert_true(slice_eq(out.text, SLICE("hola")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(unpacks, setup, teardown),
		cmocka_unit_test_setup_teardown(unpacking_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(reads, setup, teardown),
		cmocka_unit_test_setup_teardown(reading_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
