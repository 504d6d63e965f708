#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/words.h"

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

static const struct {
	const char *in, *out;
} words[] = {
	{"hola", "hola"},
	{"=?utf-8?q?ma=C3=B1ana?=", "mañana"},
	{"=?UTF-8?B?bWHDsWFuYQ==?=", "mañana"},
	{"=?utf-8*es?q?ma=c3=b1ana?=", "mañana"},
	{"Re: =?utf-8?q?a=C3=B1o?= nuevo", "Re: año nuevo"},
	{"=?utf-8?q?uno?= =?utf-8?q?dos?=", "unodos"},
	{"=?utf-8?q?uno?=\r\n\t=?iso-8859-1?q?a=F1o?=", "unoaño"},
	{"=?utf-8?q?uno?= y =?utf-8?q?dos?=", "uno y dos"},
	{"=?utf-8?q?a_b?=", "a b"},
	/* cut in the middle of a character, or of a base64 group */
	{"=?utf-8?q?ma=C3?= =?utf-8?q?=B1ana?=", "mañana"},
	{"=?utf-8?B?bWHDs?= =?utf-8?B?WFuYQ==?=", "mañana"},
	{"=?utf-8?B?aG9sYQ==?= =?utf-8?B?aG9sYQ==?=", "holahola"},
	/* wrong or no charset, wrong code */
	{"=?iso-8859-1?q?ma=F1ana?=", "mañana"},
	{"=?iso-8859-1?q?=80uro?=", "€uro"},
	{"=?utf-8?q?ma=F1ana?=", "mañana"},
	{"=?nada?q?ma=C3=B1ana?=", "mañana"},
	{"=??q?hola?=", "hola"},
	{"=?gb2312?B?z/LX8w==?=", "向左"},
	{"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"},
	/* as it should not be */
	{"=?utf-8?q?con blancos?=", "con blancos"},
	{"=?utf-8?q?=C2=BFqu=C3=A9?=20hay?"
	 "?=",
	 "¿qué? hay?"},
	{"=?utf-8?q?sin cierre", "=?utf-8?q?sin cierre"},
	{"=?utf-8?q?cortad=C3=B3", "cortadó"},
	{"x=?utf-8?q?pegado?=y", "xpegadoy"},
	{"=?utf-8?x?hola?=", "=?utf-8?x?hola?="},
	{"=?utf-8?q?hola", "hola"},
	{"=?utf-8", "=?utf-8"},
	{"=?=", "=?="},
	{"a =? b ?= c", "a =? b ?= c"},
	/* once, not twice */
	{"=?utf-8?q?=3D=3Futf-8=3Fq=3Fdentro=3F=3D?=", "=?utf-8?q?dentro?="},
	/* raw bytes */
	{"ma\xC3\xB1"
	 "ana",
	 "mañana"},
	{"ma\xF1"
	 "ana",
	 "mañana"},
	{"\x1B$B%F%9%H\x1B(B", "テスト"},
	/* one clean line */
	{"=?utf-8?q?a=0D=0ABcc=3A_x?=", "a Bcc: x"},
	{"=?utf-8?q?a=E2=80=A8b=C2=85c?=", "a b c"},
	{"a\r\n b\r\n\tc", "a b c"},
	{"  a  ", "a"},
	{"=?utf-8?q?n=CC=83?=", "ñ"}, /* NFC */
	{"", ""},
};

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		const char *got = words_decode(a, slice_of(words[i].in));

		if (!str_eq(got, words[i].out))
			fail_msg("%s: «%s»", words[i].in, got);
	}
}

static void test_params(void **state)
{
	(void)state;
	assert_string_equal(words_param(a,
					SLICE("se\xF1"
					      "al"),
					"iso-8859-1"),
			    "señal");
	assert_string_equal(words_param(a, SLICE("=?utf-8?q?a=C3=B1o?="), ""), "año");
	/* coded twice: nobody names a file so */
	assert_string_equal(words_param(a, SLICE("=?utf-8?q?a=C3=B1o?="), "utf-8"), "año");
	assert_string_equal(words_param(a, SLICE("x =?utf-8?q?no?="), "utf-8"), "x =?utf-8?q?no?=");
	assert_string_equal(words_param(a, SLICE("a\r\nb"), "utf-8"), "a b");
	/* a Mac's decomposed letters stay */
	assert_string_equal(words_param(a, SLICE("Pen\xCC\x83on"), "utf-8"), "Pen\xCC\x83on");
}

static const struct {
	const char *in, *out;
} names[] = {
	{"acta.pdf", "acta.pdf"},
	{"año nuevo.pdf", "año nuevo.pdf"},
	{"/etc/passwd", "passwd"},
	{"..\\..\\win.ini", "win.ini"},
	{"C:\\tmp\\x.txt", "x.txt"},
	{"C:x.txt", "C_x.txt"},
	{"..", "adjunto"},
	{".", "adjunto"},
	{"", "adjunto"},
	{"   ", "adjunto"},
	{".oculto", "oculto"},
	{"x.txt. . ", "x.txt"},
	{"a/b/", "b"},
	{"CON", "_CON"},
	{"con.txt", "_con.txt"},
	{"lpt1.log", "_lpt1.log"},
	{"consola.txt", "consola.txt"},
	{"a\nb.txt", "a b.txt"},
	{"a\x1B[31m.txt", "a [31m.txt"},
	{"a<b>\"c|d?.txt", "a_b__c_d_.txt"},
	{"fac\xE2\x80\xAEtxt.exe", "fac txt.exe"}, /* right-to-left override */
};

static void test_filenames(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *got = words_filename(a, names[i].in, "adjunto");

		if (!str_eq(got, names[i].out))
			fail_msg("%s: «%s»", names[i].in, got);
	}
}

static void test_long_filename(void **state)
{
	char name[1200];
	const char *got;

	(void)state;
	for (size_t i = 0; i < 1000; i += 4)
		memcpy(name + i, "\xF0\x9F\x98\x80", 4);
	memcpy(name + 1000, ".pdf", 5);
	got = words_filename(a, name, "adjunto");
	assert_true(strlen(got) <= 255 && strlen(got) > 240);
	assert_true(slice_iends(slice_of(got), ".pdf"));
	assert_true(text_valid(slice_of(got)));
	memset(name, 'a', 1000);
	name[1000] = '\0';
	assert_int_equal(strlen(words_filename(a, name, "adjunto")), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_params, setup, teardown),
		cmocka_unit_test_setup_teardown(test_filenames, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_filename, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
