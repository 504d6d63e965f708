#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static enum match match(const char *source, struct slice text)
{
	struct err e = {0};
	size_t offset;
	struct pattern *p = pattern_new(source, &offset, &e);
	enum match m;

	if (!p)
		fail_msg("%s: %s", source, e.text);
	m = pattern_match(p, text);
	pattern_free(&p);
	assert_null(p);
	return m;
}

static void matches(void **state)
{
	static const struct {
		const char *pattern;
		struct slice text;
		enum match want;
	} rows[] = {
		{"impresora", SLICE("La IMPRESORA no prende"), MATCH_YES},
		{"impresora", SLICE("El ratón"), MATCH_NO},
		{"\\bavería\\b", SLICE("una AVERÍA grave"), MATCH_YES},
		{"avería",
		 SLICE("averi\xCC\x81"
		       "a"),
		 MATCH_YES}, /* text decomposed */
		{"averi\xCC\x81"
		 "a",
		 SLICE("avería"), MATCH_YES},		/* pattern decomposed */
		{"\\bano\\b", SLICE("ñano"), MATCH_NO}, /* Ñ is a letter */
		{"^a.c$", SLICE("añc"), MATCH_YES},	/* one character */
		{"a",
		 SLICE("\xFF"
		       "a"),
		 MATCH_NO}, /* not UTF-8 */
		{"^$", SLICE(""), MATCH_YES},
		{"b", SLICE("a\0b"), MATCH_YES},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(match(rows[i].pattern, rows[i].text), rows[i].want);
	assert_int_equal(match("^$", (struct slice){NULL, 0}), MATCH_YES);
}

static void refuses_bad_patterns(void **state)
{
	char long_source[PATTERN_SOURCE_MAX + 2], deep[201];
	const struct {
		const char *pattern;
		bool has_offset;
		size_t offset;
	} rows[] = {
		{"abc(def", true, 7},
		{"[z-a]", true, 3},
		{"a**(", false, 0},
		{"((a{1,1000}){1,1000}){1,1000}", false, 0}, /* would take gigabytes */
		{"\xFF", true, 0},
		{"a\\Cb", false, 0}, /* half characters */
		{long_source, false, 0},
		{deep, false, 0},
	};

	memset(long_source, 'a', sizeof long_source - 1);
	long_source[sizeof long_source - 1] = '\0';
	memset(deep, '(', 100);
	memset(deep + 100, ')', 100);
	deep[200] = '\0';
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {0};
		size_t offset = 99;
		struct pattern *p = pattern_new(rows[i].pattern, &offset, &e);

		if (p)
			fail_msg("accepted: %.40s", rows[i].pattern);
		assert_true(strlen(e.text) > 0);
		if (rows[i].has_offset)
			assert_int_equal(offset, rows[i].offset);
	}
}

/* Each of these takes seconds to years without the budget, though it never matches. The suite's
 * own time-out is what would tell. `end` has the letter without which the quick checks end it. */
static void hostile_texts_end_by_steps(void **state)
{
	static const struct {
		const char *pattern, *unit, *end;
		enum match want;
	} rows[] = {
		{"[^=]{0,300}[^=]{0,300}=x", "a", "x", MATCH_LIMIT},
		{"(a+)+b", "a", "cb", MATCH_LIMIT},
		{"(a|aa)+$", "a", "b", MATCH_LIMIT},
		{"(?:a?){40}a{40}b", "a", "cb", MATCH_LIMIT},
		{"(.*)\\1{9}x", "ab", "y=x", MATCH_LIMIT},
		{"\\w*+=", "a", "-=", MATCH_LIMIT},
		{"[^=]*+(?:=)y", "a", "y", MATCH_LIMIT},    /* long runs, few steps */
		{"(?!.*+=).{9}x=", "a", "=x", MATCH_LIMIT}, /* within an assertion */
		{"(\\w+\\s*)+[.,]+\\d", "palabra ", "1", MATCH_LIMIT},
		{"(?R)?a+b", "a", "cb", MATCH_LIMIT},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sbuf text = SBUF_INIT(PATTERN_TEXT_MAX);
		enum match m;

		while (text.n + 20 < PATTERN_TEXT_MAX)
			sbuf_cstr(&text, rows[i].unit);
		sbuf_cstr(&text, rows[i].end);
		m = match(rows[i].pattern, sbuf_view(&text));
		sbuf_free(&text);
		if (m != rows[i].want)
			fail_msg("%s: %d", rows[i].pattern, (int)m);
	}
}

static void honest_patterns_do_not_give_up(void **state)
{
	static const char *const patterns[] = {
		"\\b(no|ya no) (imprime|prende)\\b",
		"usuario:\\s*\\w+",
		"^\\s*urgente",
		"toner|tóner|cartucho",
		"impresora.{0,40}atasc",
	};

	for (size_t i = 0; i < COUNT(patterns); i++) {
		struct sbuf text = SBUF_INIT(PATTERN_TEXT_MAX);
		enum match m;

		while (text.n + 200 < 30000)
			sbuf_cstr(&text,
				  "La sala de juntas no tiene red desde ayer, y nadie responde. ");
		m = match(patterns[i], sbuf_view(&text));
		sbuf_free(&text);
		if (m != MATCH_NO)
			fail_msg("%s: %d", patterns[i], (int)m);
	}
}

static void looks_no_further_than_its_limit(void **state)
{
	struct sbuf text = SBUF_INIT(PATTERN_TEXT_MAX + 10);

	while (text.n < PATTERN_TEXT_MAX)
		sbuf_chr(&text, ' ');
	sbuf_cstr(&text, "aguja");
	assert_int_equal(match("aguja", sbuf_view(&text)), MATCH_NO);
	sbuf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(refuses_bad_patterns),
		cmocka_unit_test(hostile_texts_end_by_steps),
		cmocka_unit_test(honest_patterns_do_not_give_up),
		cmocka_unit_test(looks_no_further_than_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
