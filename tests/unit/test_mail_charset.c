#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/charset.h"

#include <stdlib.h>
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
	const char *charset;
	struct slice in;
	const char *out;
	enum charset_rung rung;
} rows[] = {
	/* as declared, by whatever name */
	{"utf-8",
	 SLICE("ma\xC3\xB1"
	       "ana"),
	 "mañana", RUNG_DECLARED},
	{"\"UTF8\"",
	 SLICE("ma\xC3\xB1"
	       "ana"),
	 "mañana", RUNG_DECLARED},
	{"us-ascii", SLICE("hola"), "hola", RUNG_DECLARED},
	{"iso-8859-1",
	 SLICE("ma\xF1"
	       "ana"),
	 "mañana", RUNG_DECLARED},
	{"ISO_8859-1", SLICE("\x93hola\x94 5 \x80"), "“hola” 5 €", RUNG_DECLARED},
	{"iso-8859-15", SLICE("5 \xA4"), "5 €", RUNG_DECLARED},
	{"cp850",
	 SLICE("ma\xA4"
	       "ana"),
	 "mañana", RUNG_DECLARED},
	{"macintosh",
	 SLICE("ma\x96"
	       "ana"),
	 "mañana", RUNG_DECLARED},
	{"windows-1251", SLICE("\xEF\xF0\xE8\xE2\xE5\xF2"), "привет", RUNG_DECLARED},
	{"win-1257", SLICE("\xC4\xF5\xF6"), "Äõö", RUNG_DECLARED},
	{"win1254", SLICE("\xFD\xFE"), "ış", RUNG_DECLARED},
	{"1250", SLICE("\xE8\xF8"), "čř", RUNG_DECLARED},
	{"koi8-r", SLICE("\xD0\xD2\xC9\xD7\xC5\xD4"), "привет", RUNG_DECLARED},
	{"shift_jis", SLICE("\x83\x65\x83\x58\x83\x67"), "テスト", RUNG_DECLARED},
	{"iso-2022-jp", SLICE("\x1B$B%F%9%H\x1B(B"), "テスト", RUNG_DECLARED},
	/* the vendors' row 13, half-width kana, JIS X 0212; an escape that EUC has not */
	{"iso-2022-jp", SLICE("\x1B$B-!\x1B(B a\n\x1B$B4]\x1B(B"), "① a\n丸", RUNG_DECLARED},
	{"iso-2022-jp", SLICE("\x1B(I1\x1B(B1 \x1B$(D0!\x1B(B"), "ｱ1 丂", RUNG_DECLARED},
	{"iso-2022-jp", SLICE("\x1B$(O.!\x1B(B a"), "俱 a", RUNG_DECLARED},
	{"euc-kr", SLICE("\xC1\xA4\xB8\xAE"), "정리", RUNG_DECLARED},
	{"gb2312", SLICE("\xCF\xF2\xD7\xF3"), "向左", RUNG_DECLARED},
	/* a label that lies: three bytes a letter */
	{"gb2312", SLICE("\xE5\x90\x91\xE5\xB7\xA6\xE8\xB5\xB0"), "向左走", RUNG_UTF8},
	{"gb2312",
	 SLICE("La impresora est\xC3\xA1 da\xC3\xB1"
	       "ada"),
	 "La impresora está dañada", RUNG_UTF8},
	/* valid in both, and «联通» in the one that is declared */
	{"gbk", SLICE("\xC1\xAA\xCD\xA8"), "联通", RUNG_DECLARED},
	{"big5", SLICE("\xA4\xA4\xA4\xE5"), "中文", RUNG_DECLARED},
	{"utf-7", SLICE("ma+APE-ana"), "mañana", RUNG_DECLARED},
	{"utf-16", SLICE("\xFF\xFEh\0o\0"), "ho", RUNG_DECLARED},
	{"utf-16le", SLICE("h\0o\0"), "ho", RUNG_DECLARED},
	{"utf-16be", SLICE("\0h\0o"), "ho", RUNG_DECLARED},
	/* labels that lie */
	{"iso-8859-1",
	 SLICE("ma\xC3\xB1"
	       "ana"),
	 "mañana", RUNG_UTF8},
	{"gb2312",
	 SLICE("ma\xC3\xB1"
	       "ana \xE2\x82\xAC"),
	 "mañana €", RUNG_UTF8},
	{"utf-16", SLICE("hola, no anda la impresora"), "hola, no anda la impresora",
	 RUNG_DECLARED},
	{"utf-8",
	 SLICE("Se\xF1or, la impresi\xF3n no sali\xF3 ma\xF1"
	       "ana"),
	 "Señor, la impresión no salió mañana", RUNG_FALLBACK},
	{NULL, SLICE("Se\xF1or"), "Señor", RUNG_UTF8},
	{"nada",
	 SLICE("ma\xC3\xB1"
	       "ana"),
	 "mañana", RUNG_UTF8},
	{"", SLICE("\xFF\xFEh\0o\0l\0a\0"), "hola", RUNG_DETECTED},
	/* damage: the bad byte alone is read as Windows-1252 */
	{"utf-8", SLICE("uno \xC3\xB1 dos \xC3\xB1 \xF1 tres \xC3\xB1"), "uno ñ dos ñ ñ tres ñ",
	 RUNG_UTF8},
	/* two texts pasted together: each stays what it was */
	{"utf-8",
	 SLICE("impresi\xC3\xB3n, se\xF1or; ma\xF1"
	       "ana, adi\xF3s"),
	 "impresión, señor; mañana, adiós", RUNG_FALLBACK},
	/* marks and zero bytes */
	{"utf-8", SLICE("\xEF\xBB\xBFhola"), "hola", RUNG_DECLARED},
	{"us-ascii", SLICE("ho\0la"), "hola", RUNG_DECLARED},
	{"", SLICE(""), "", RUNG_DECLARED},
};

static void test_ladder(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum charset_rung rung;
		struct slice got = charset_to_utf8(a, rows[i].charset, rows[i].in, &rung);

		if (!slice_eq(got, slice_of(rows[i].out)))
			fail_msg("row %zu (%s): «%.*s»", i, rows[i].charset, (int)got.n, got.p);
		if (rung != rows[i].rung)
			fail_msg("row %zu (%s): rung %d", i, rows[i].charset, (int)rung);
	}
}

/* Longer texts without a label: which language is it? The texts are our own. */
static const struct {
	const char *charset, *text;
} languages[] = {
	{"windows-1251", "Здравствуйте! Принтер в нашем отделе снова не печатает, помогите."},
	{"koi8-r", "Здравствуйте! Принтер в нашем отделе снова не печатает, помогите."},
	{"windows-1253", "Καλημέρα σας, ο εκτυπωτής του γραφείου δεν λειτουργεί σήμερα."},
	{"windows-1255", "שלום, המדפסת במשרד שלנו לא עובדת היום בבוקר"},
	{"windows-1256", "مرحبا، الطابعة في مكتبنا لا تعمل منذ الصباح"},
	{"tis-620", "สวัสดีครับ เครื่องพิมพ์ในสำนักงานไม่ทำงานตั้งแต่เช้า"},
	{"gb18030", "您好，我们办公室的打印机今天早上不能工作，请帮助我们。"},
	{"big5", "您好，我們辦公室的印表機今天早上不能工作，請幫助我們。"},
	{"euc-jp", "こんにちは。今日の朝からプリンターが動きません。助けてください。"},
	{"shift_jis", "こんにちは。今日の朝からプリンターが動きません。助けてください。"},
	{"euc-kr", "안녕하세요. 오늘 아침부터 사무실 프린터가 작동하지 않습니다."},
	{"windows-1252",
	 "Señores: la impresión falló otra vez, ¿podrían venir mañana? Atención, por favor."},
	{"windows-1252",
	 "Bonjour, l'imprimante est cassée depuis ce matin, pouvez-vous nous aider à la réparer?"},
};

static struct slice encode(const char *charset, const char *text);

static void test_detect(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(languages); i++) {
		struct slice bytes = encode(languages[i].charset, languages[i].text);
		struct slice got = charset_to_utf8(a, NULL, bytes, NULL);

		if (!slice_eq(got, slice_of(languages[i].text)))
			fail_msg("%s: «%.*s»", languages[i].charset, (int)got.n, got.p);
	}
}

/* Whatever the bytes and the label: UTF-8 without zero bytes, and nothing lost. */
static void test_any_bytes(void **state)
{
	static const char *const labels[] = {NULL,
					     "",
					     "utf-8",
					     "iso-8859-1",
					     "gb2312",
					     "utf-7",
					     "iso-2022-jp",
					     "utf-16",
					     "euc-jp",
					     "iso-2022-kr",
					     "../../etc/passwd",
					     "utf-8//IGNORE"};

	(void)state;
	srand(11);
	for (int i = 0; i < 3000; i++) {
		char bytes[64];
		size_t n = (size_t)rand() % sizeof bytes, high = 0, seen = 0;
		const char *label = labels[(size_t)rand() % COUNT(labels)];
		struct slice got;

		for (size_t j = 0; j < n; j++)
			bytes[j] = (char)(rand() % 3 ? 'a' + rand() % 26 : rand());
		got = charset_to_utf8(a, label, (struct slice){bytes, n}, NULL);
		assert_true(text_valid(got));
		assert_int_equal(slice_chr(got, '\0'), SIZE_MAX);
		for (size_t j = 0; j < n; j++)
			high += bytes[j] >= 'a' && bytes[j] <= 'z';
		for (size_t j = 0; j < got.n; j++)
			seen += got.p[j] >= 'a' && got.p[j] <= 'z';
		if (label == NULL || str_eq(label, "utf-8"))
			assert_true(seen > 0 || high < 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ladder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_detect, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_bytes, setup, teardown),
	};

	if (charset_open_all() < 40)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <iconv.h>

static struct slice encode(const char *charset, const char *text)
{
	iconv_t cd = iconv_open(charset, "UTF-8");
	size_t left = strlen(text), room = 4 * left;
	char *in = (char *)(uintptr_t)text, *out = arena_alloc(a, room), *from = out;

	assert_true(cd != (iconv_t)-1);
	assert_int_equal(iconv(cd, &in, &left, &out, &room), 0);
	iconv_close(cd);
	return (struct slice){from, (size_t)(out - from)};
}
