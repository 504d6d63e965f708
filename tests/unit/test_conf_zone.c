#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, HOUR = 3600 };

static void agrees_with_libc(void **state)
{
	static const char *const names[] = {
		"America/Bogota",
		"America/Santiago",
		"Europe/Madrid",
		"America/New_York",
		"Australia/Lord_Howe",
		"Europe/Dublin",
		"Africa/Casablanca",
		"Asia/Kolkata",
		"Pacific/Apia",
		"America/Caracas",
		"UTC",
	};
	struct arena *a = arena_new();
	struct err e;

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct zone *z = zone_load(a, names[i], &e);

		if (!z)
			fail_msg("%s: %s", names[i], e.text);
		setenv("TZ", names[i], 1);
		tzset();
		/* every 31 hours and some seconds from 1971 to 2099 */
		for (time_t t = 31536000; t < 4070908800; t += 31 * HOUR + 1234) {
			struct tm tm;
			struct civil c = zone_civil(z, t);

			localtime_r(&t, &tm);
			if (c.hour != tm.tm_hour || c.day != tm.tm_mday || c.minute != tm.tm_min)
				fail_msg("%s at %lld", names[i], (long long)t);
		}
	}
	unsetenv("TZ");
	tzset();
	arena_free(&a);
}

static void bogota_needs_no_files(void **state)
{
	struct arena *a = arena_new();
	const struct zone *z;
	struct err e;

	setenv("TZDIR", "/nonexistent", 1);
	z = zone_load(a, "America/Bogota", &e);
	assert_non_null(z);
	assert_int_equal(zone_civil(z, 1791205200).hour, 8);
	assert_non_null(zone_load(a, "UTC", &e));
	assert_null(zone_load(a, "Europe/Madrid", &e));
	assert_non_null(strstr(e.text, "no conoce"));
	unsetenv("TZDIR");
	arena_free(&a);
}

static void bad_names(void **state)
{
	static const char *const names[] = {
		"",	    "/etc/passwd", "../passwd", "America/../UTC", "America//X",
		"America/", "Bogotá",	   "a b",	"America",	  "Nowhere/City"};
	struct arena *a = arena_new();
	struct err e;

	for (size_t i = 0; i < COUNT(names); i++) {
		e.text[0] = 0;
		assert_null(zone_load(a, names[i], &e));
		assert_true(e.text[0] != 0);
	}
	arena_free(&a);
}

/* --- the rule at the end --------------------------------------------------------------------- */

static void rules_are_read(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int32_t standard, summer;
	} rows[] = {
		{"<-05>5", true, -5 * HOUR, 0},
		{"CET-1CEST,M3.5.0,M10.5.0/3", true, HOUR, 2 * HOUR},
		{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", true, 37800, 39600},
		{"<-04>4<-03>,M9.1.6/24,M4.1.6/24", true, -4 * HOUR, -3 * HOUR},
		{"IST-1GMT0,M10.5.0,M3.5.0/1", true, HOUR, 0},
		{"EST5EDT,0/0,J365/25", true, -5 * HOUR, -4 * HOUR},
		{"LMT3:20:15", true, -(3 * HOUR + 20 * 60 + 15), 0},
		{"", false, 0, 0},
		{"EST", false, 0, 0},
		{"E5", false, 0, 0},
		{"EST5EDT", false, 0, 0},
		{"EST5EDT,M3.2.0", false, 0, 0},
		{"EST5EDT,M13.2.0,M11.1.0", false, 0, 0},
		{"EST5EDT,M3.6.0,M11.1.0", false, 0, 0},
		{"EST5EDT,M3.2.7,M11.1.0", false, 0, 0},
		{"EST5EDT,J0,J5", false, 0, 0},
		{"EST5EDT,M3.2.0,M11.1.0x", false, 0, 0},
		{"EST99", false, 0, 0},
		{"<-05", false, 0, 0},
		{"EST5EDT,M3.2.0/168,M11.1.0", false, 0, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct zone_rule r;

		if (zone_rule_read(slice_of(rows[i].text), &r) != rows[i].ok)
			fail_msg("%s", rows[i].text);
		if (!rows[i].ok)
			continue;
		assert_int_equal(r.standard, rows[i].standard);
		assert_int_equal(r.summer, rows[i].summer);
	}
}

static void days_of_a_rule(void **state)
{
	static const struct {
		struct zone_when w;
		int year, month, day;
	} rows[] = {
		{{WHEN_MONTH, 3, 5, 0, 0}, 2026, 3, 29},
		{{WHEN_MONTH, 3, 2, 0, 0}, 2026, 3, 8},
		{{WHEN_MONTH, 2, 5, 0, 0}, 2032, 2, 29},
		{{WHEN_MONTH, 12, 5, 4, 0}, 2026, 12, 31},
		{{WHEN_MONTH, 12, 5, 5, 0}, 2026, 12, 25},
		{{WHEN_JULIAN, 0, 0, 60, 0}, 2028, 3, 1},
		{{WHEN_JULIAN, 0, 0, 59, 0}, 2028, 2, 28},
		{{WHEN_JULIAN, 0, 0, 60, 0}, 2027, 3, 1},
		{{WHEN_DAY, 0, 0, 59, 0}, 2028, 2, 29},
		{{WHEN_DAY, 0, 0, 59, 0}, 2100, 3, 1},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(zone_when_local(&rows[i].w, rows[i].year),
				 civil_day(rows[i].year, rows[i].month, rows[i].day) * DAY);
	}
}

/* --- damaged files ---------------------------------------------------------------------------- */

static struct slice whole(struct arena *a, const char *name)
{
	FILE *f;
	char *buf = arena_alloc(a, ZONE_FILE_MAX);
	size_t n;

	f = fopen(arena_printf(a, "/usr/share/zoneinfo/%s", name), "r");
	assert_non_null(f);
	n = fread(buf, 1, ZONE_FILE_MAX, f);
	fclose(f);
	return (struct slice){buf, n};
}

/* Cut anywhere but in the rule's own text it is refused; nothing is read past the end. */
static void cut_files(void **state)
{
	struct arena *a = arena_new();
	struct slice s = whole(a, "Europe/Madrid");
	struct err e;

	assert_non_null(zone_parse(a, "x", s, &e));
	for (size_t n = 0; n < s.n; n++) {
		char *exact = malloc(n + 1); /* so that a read past n is seen */

		assert_non_null(exact);
		memcpy(exact, s.p, n);
		assert_null(zone_parse(a, "x", (struct slice){exact, n}, &e));
		free(exact);
	}
	arena_free(&a);
}

static void changed_bytes(void **state)
{
	struct arena *a = arena_new();
	struct slice s = whole(a, "America/Santiago");
	char *copy = arena_copy(a, s.p, s.n);
	struct err e;

	for (size_t i = 0; i < s.n; i++) {
		for (int bit = 0; bit < 8; bit += 7) {
			struct arena *b = arena_new();
			const struct zone *z;

			copy[i] = (char)(copy[i] ^ 1 << bit);
			z = zone_parse(b, "x", (struct slice){copy, s.n}, &e);
			for (size_t j = 1; z && j < z->n; j++)
				assert_true(z->changes[j].at > z->changes[j - 1].at);
			copy[i] = (char)(copy[i] ^ 1 << bit);
			arena_free(&b);
		}
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_libc), cmocka_unit_test(bogota_needs_no_files),
		cmocka_unit_test(bad_names),	    cmocka_unit_test(rules_are_read),
		cmocka_unit_test(days_of_a_rule),   cmocka_unit_test(cut_files),
		cmocka_unit_test(changed_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
