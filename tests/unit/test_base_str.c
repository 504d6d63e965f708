#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static void assert_slice(struct slice s, const char *want)
{
	assert_int_equal(s.n, strlen(want));
	if (s.n)
		assert_memory_equal(s.p, want, s.n);
}

static void finds_with_and_without_case(void **state)
{
	static const struct {
		const char *hay, *needle;
		size_t exact, folded;
	} rows[] = {
		{"Caso #resuelto", "#res", 5, 5},    {"Caso #RESUELTO", "#res", SIZE_MAX, 5},
		{"abc", "abcd", SIZE_MAX, SIZE_MAX}, {"abc", "", 0, 0},
		{"", "a", SIZE_MAX, SIZE_MAX},	     {"aab", "ab", 1, 1},
		{"Ñandú", "ñ", SIZE_MAX, SIZE_MAX}, /* only ASCII has case here */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice hay = slice_of(rows[i].hay), needle = slice_of(rows[i].needle);

		assert_int_equal(slice_find(hay, needle), rows[i].exact);
		assert_int_equal(slice_ifind(hay, needle), rows[i].folded);
	}
}

static void cuts_lines(void **state)
{
	struct slice rest = slice_of("uno\r\ndos\n\ntres\rcuatro\r\n"), line;
	static const char *const want[] = {"uno", "dos", "", "tres", "cuatro"};

	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(slice_line(&rest, &line));
		assert_slice(line, want[i]);
	}
	assert_false(slice_line(&rest, &line));
	rest = slice_of(NULL);
	assert_false(slice_line(&rest, &line));
}

static void cuts_pieces(void **state)
{
	struct slice rest = slice_of("a,,b,"), piece;
	static const char *const want[] = {"a", "", "b"};

	for (size_t i = 0; i < COUNT(want); i++) {
		assert_true(slice_next(&rest, ',', &piece));
		assert_slice(piece, want[i]);
	}
	assert_false(slice_next(&rest, ',', &piece));
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
	} rows[] = {
		{"0", true, 0},
		{"0042", true, 42},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"99999999999999999999999", false, 0},
		{"", false, 0},
		{"+1", false, 0},
		{"-1", false, 0},
		{" 1", false, 0},
		{"1x", false, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t v = 0;

		assert_int_equal(slice_u64(slice_of(rows[i].text), &v), rows[i].ok);
		assert_int_equal(v, rows[i].value);
	}
}

static void compares_and_trims(void **state)
{
	assert_slice(slice_trim(slice_of(" \t\r\n x y \n")), "x y");
	assert_slice(slice_trim(slice_of(" \r\n ")), "");
	assert_slice(slice_sub(slice_of("abc"), 1, SIZE_MAX), "bc");
	assert_slice(slice_sub(slice_of("abc"), 9, 2), "");
	assert_true(slice_ieqs(slice_of("Content-TYPE"), "content-type"));
	assert_false(slice_ieqs(slice_of("Content"), "content-type"));
	assert_false(slice_ieqs(slice_of("@"), "`")); /* 32 apart, but no letters */
	assert_true(slice_istarts(slice_of("RE: hola"), "re:"));
	assert_false(slice_istarts(slice_of("R"), "re:"));
	assert_true(slice_iends(slice_of("informe.PDF"), ".pdf"));
	assert_false(slice_iends(slice_of("f"), ".pdf"));
	assert_true(slice_has_any(slice_of("a\rb"), "\r\n"));
	assert_false(slice_has_any(slice_of("ab"), "\r\n"));
	assert_true(slice_eq(slice_of(NULL), slice_of("")));
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, ""));
	assert_true(str_empty(NULL) && str_empty("") && !str_empty(" "));
}

static void buffer_stops_at_its_limit(void **state)
{
	struct sbuf b = SBUF_INIT(5);

	sbuf_cstr(&b, "abc");
	assert_false(b.over);
	sbuf_cstr(&b, "def");
	assert_true(b.over);
	assert_string_equal(b.p, "abcde");
	sbuf_cstr(&b, "");
	sbuf_chr(&b, 'x');
	assert_int_equal(b.n, 5);
	sbuf_clear(&b);
	assert_false(b.over);
	sbuf_printf(&b, "%d-%s", 12, "ab");
	assert_string_equal(b.p, "12-ab");
	assert_false(b.over);
	sbuf_cut(&b, 2);
	assert_string_equal(b.p, "12");
	sbuf_free(&b);
	assert_null(b.p);
}

static void buffer_prints_long_texts(void **state)
{
	struct sbuf b = SBUF_INIT(100000);
	char big[5000];

	memset(big, 'a', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	sbuf_printf(&b, "[%s]", big);
	assert_int_equal(b.n, sizeof big + 1);
	assert_int_equal(b.p[b.n - 1], ']');
	assert_int_equal(b.p[b.n], '\0');
	sbuf_free(&b);
}

static void empty_buffer_is_an_empty_string(void **state)
{
	struct sbuf b = SBUF_INIT(10);
	struct arena *a = arena_new();

	assert_string_equal(sbuf_dup(a, &b), "");
	assert_int_equal(sbuf_view(&b).n, 0);
	sbuf_cstr(&b, "");
	assert_string_equal(b.p, "");
	sbuf_free(&b);
	arena_free(&a);
	arena_free(&a);
}

static void arena_gives_zeroed_aligned_apart(void **state)
{
	struct arena *a = arena_new();
	unsigned char *kept[200];
	size_t total = 0;

	for (size_t i = 0; i < COUNT(kept); i++) {
		size_t n = i * 37 % 9000;

		kept[i] = arena_alloc(a, n);
		assert_int_equal((uintptr_t)kept[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(kept[i][k], 0);
		memset(kept[i], (int)i, n);
		total += n;
	}
	for (size_t i = 0; i < COUNT(kept); i++)
		for (size_t k = 0; k < i * 37 % 9000; k++)
			assert_int_equal(kept[i][k], (unsigned char)i);
	assert_int_equal(arena_used(a), total);
	assert_string_equal(arena_str(a, NULL), "");
	assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
	arena_free(&a);
	assert_null(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_with_and_without_case),
		cmocka_unit_test(cuts_lines),
		cmocka_unit_test(cuts_pieces),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(compares_and_trims),
		cmocka_unit_test(buffer_stops_at_its_limit),
		cmocka_unit_test(buffer_prints_long_texts),
		cmocka_unit_test(empty_buffer_is_an_empty_string),
		cmocka_unit_test(arena_gives_zeroed_aligned_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
