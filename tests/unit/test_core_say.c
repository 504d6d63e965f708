#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/say.h"

static const struct zone BOGOTA = {.name = "America/Bogota", .first_offset = -5 * 3600};
enum { AT = 1793738460 }; /* 2026-11-03 20:41 UTC */

static void moments_are_said_in_local_time(void **state)
{
	struct arena *a = arena_new();

	assert_string_equal(say_day(a, &BOGOTA, AT), "martes 3 de noviembre de 2026");
	assert_string_equal(say_hour(a, &BOGOTA, AT), "3:41 p. m.");
	assert_string_equal(say_short(a, &BOGOTA, AT), "2026-11-03 15:41");
	/* past midnight in London, still the day before here */
	assert_string_equal(say_day(a, &BOGOTA, AT + 4 * 3600), "martes 3 de noviembre de 2026");
	arena_free(&a);
}

static void noon_and_midnight_are_twelve(void **state)
{
	static const struct {
		int hour;
		const char *said;
	} rows[] = {{0, "12:00 a. m."},	 {1, "1:00 a. m."},  {11, "11:00 a. m."},
		    {12, "12:00 p. m."}, {13, "1:00 p. m."}, {23, "11:00 p. m."}};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(say_hour(a, &BOGOTA, (rows[i].hour + 5) * 3600), rows[i].said);
	arena_free(&a);
}

static void a_promise_is_said_as_it_was_made(void **state)
{
	static const struct {
		struct duration d;
		bool working;
		const char *said;
	} rows[] = {
		{{12 * 3600, 0}, false, "12 horas"},
		{{3600, 0}, false, "1 hora"},
		{{5400, 0}, false, "1 hora y 30 minutos"},
		{{2700, 0}, false, "45 minutos"},
		{{90, 0}, false, "1 minuto y 30 segundos"},
		{{3661, 0}, false, "1 hora, 1 minuto y 1 segundo"},
		{{0, 2}, false, "2 días"},
		{{0, 1}, false, "1 día"},
		{{0, 1}, true, "1 día hábil"},
		{{0, 2}, true, "2 días hábiles"},
		{{12 * 3600, 0}, true, "12 horas hábiles"},
		{{3600, 0}, true, "1 hora hábil"},
		{{0, 0}, false, "0 segundos"},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(say_duration(a, rows[i].d, rows[i].working), rows[i].said);
	arena_free(&a);
}

static void a_span_is_said_roughly(void **state)
{
	static const struct {
		int64_t seconds;
		const char *said;
	} rows[] = {
		{0, "menos de 1 min"}, {59, "menos de 1 min"}, {60, "1 min"},  {3599, "59 min"},
		{3600, "1 h"},	       {12000, "3 h 20 min"},  {86400, "1 d"}, {187200, "2 d 4 h"},
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(say_span(a, rows[i].seconds), rows[i].said);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_said_in_local_time),
		cmocka_unit_test(noon_and_midnight_are_twelve),
		cmocka_unit_test(a_promise_is_said_as_it_was_made),
		cmocka_unit_test(a_span_is_said_roughly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
