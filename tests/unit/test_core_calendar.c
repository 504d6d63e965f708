#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "core/calendar.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

/* --- zones written by hand: the rules of 2024 to 2027 --------------------------------------- */

static const struct zone bogota = {.name = "America/Bogota", .first_offset = -5 * HOUR};
static const struct zone utc = {.name = "UTC"};

/* Last Sundays of March and October, 01:00 UTC. */
static const struct zone_change madrid_changes[] = {
	{1711846800, 2 * HOUR}, {1729990800, HOUR},	{1743296400, 2 * HOUR},
	{1761440400, HOUR},	{1774746000, 2 * HOUR}, {1792890000, HOUR},
};
static const struct zone madrid = {.name = "Europe/Madrid",
				   .first_offset = HOUR,
				   .changes = madrid_changes,
				   .n = COUNT(madrid_changes)};

/* First Sundays after 2 April (03:00 UTC) and 2 September (04:00 UTC): midnight itself is missing.
 */
static const struct zone_change santiago_changes[] = {
	{1712458800, -4 * HOUR}, {1725768000, -3 * HOUR}, {1743908400, -4 * HOUR},
	{1757217600, -3 * HOUR}, {1775358000, -4 * HOUR}, {1788667200, -3 * HOUR},
};
static const struct zone santiago = {.name = "America/Santiago",
				     .first_offset = -3 * HOUR,
				     .changes = santiago_changes,
				     .n = COUNT(santiago_changes)};

/* A day that was not (Samoa, 30 December 2011), and half an hour of summer (Lord Howe, 2026). */
static const struct zone_change apia_changes[] = {{1325239200, 14 * HOUR}};
static const struct zone apia = {.name = "Pacific/Apia",
				 .first_offset = -10 * HOUR,
				 .changes = apia_changes,
				 .n = COUNT(apia_changes)};
static const struct zone_change howe_changes[] = {{1775314800, 37800}, {1791041400, 39600}};
static const struct zone howe = {.name = "Australia/Lord_Howe",
				 .first_offset = 39600,
				 .changes = howe_changes,
				 .n = COUNT(howe_changes)};

static int64_t at(const struct zone *z, int year, int month, int day, int hour, int minute)
{
	return zone_utc(
		z,
		(struct civil){
			.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

/* --- civil time ----------------------------------------------------------------------------- */

static void days_agree_with_libc(void **state)
{
	for (int64_t day = -400000; day < 400000; day += 97) {
		time_t t = (time_t)(day * DAY);
		struct tm tm;
		struct civil c = zone_civil(&utc, day * DAY + 3661);

		gmtime_r(&t, &tm);
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.weekday, (tm.tm_wday + 6) % 7);
		assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second, 10101);
		assert_int_equal(civil_day(c.year, c.month, c.day), day);
	}
}

static void never_stays_in_range(void **state)
{
	assert_int_equal(zone_civil(&bogota, INT64_MAX).year, 9999);
	assert_int_equal(zone_civil(&madrid, INT64_MIN).year, 1);
}

static void local_times(void **state)
{
	static const struct {
		const struct zone *zone;
		int year, month, day, hour, minute;
		int64_t want;
	} rows[] = {
		{&bogota, 2026, 10, 5, 8, 0, 1791205200},
		{&bogota, 2025, 12, 31, 23, 59, 1767243540},
		/* Madrid, 29 March 2026: 02:00 to 03:00 is missing */
		{&madrid, 2026, 3, 29, 1, 59, 1774745940},
		{&madrid, 2026, 3, 29, 2, 0, 1774746000},
		{&madrid, 2026, 3, 29, 2, 30, 1774746000},
		{&madrid, 2026, 3, 29, 3, 0, 1774746000},
		{&madrid, 2026, 3, 29, 3, 1, 1774746060},
		/* 25 October 2026: 02:00 to 03:00 comes twice */
		{&madrid, 2026, 10, 25, 2, 30, 1792888200},
		{&madrid, 2026, 10, 25, 3, 0, 1792893600},
		/* Santiago, 6 September 2026: the day begins at 01:00 */
		{&santiago, 2026, 9, 6, 0, 0, 1788667200},
		{&santiago, 2026, 9, 6, 1, 0, 1788667200},
		{&santiago, 2026, 9, 5, 23, 59, 1788667140},
		{&apia, 2011, 12, 30, 12, 0, 1325239200},
		{&apia, 2011, 12, 31, 0, 0, 1325239200},
		{&apia, 2011, 12, 29, 23, 0, 1325235600},
	};

	assert_int_equal(zone_civil(&madrid, 1774746000).hour, 3);
	assert_int_equal(zone_civil(&madrid, 1774745999).hour, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(at(rows[i].zone, rows[i].year, rows[i].month, rows[i].day,
				    rows[i].hour, rows[i].minute),
				 rows[i].want);
	}
}

/* --- holidays ------------------------------------------------------------------------------- */

static void holidays_of_two_years(void **state)
{
	static const int days[][3] = {
		{2026, 1, 1},	{2026, 1, 12},	{2026, 3, 23},	{2026, 4, 2},	{2026, 4, 3},
		{2026, 5, 1},	{2026, 5, 18},	{2026, 6, 8},	{2026, 6, 15},	{2026, 6, 29},
		{2026, 7, 20},	{2026, 8, 7},	{2026, 8, 17},	{2026, 10, 12}, {2026, 11, 2},
		{2026, 11, 16}, {2026, 12, 8},	{2026, 12, 25}, {2027, 1, 1},	{2027, 1, 11},
		{2027, 3, 22},	{2027, 3, 25},	{2027, 3, 26},	{2027, 5, 1},	{2027, 5, 10},
		{2027, 5, 31},	{2027, 6, 7},	{2027, 7, 5},	{2027, 7, 20},	{2027, 8, 7},
		{2027, 8, 16},	{2027, 10, 18}, {2027, 11, 1},	{2027, 11, 15}, {2027, 12, 8},
		{2027, 12, 25},
	};
	size_t next = 0;

	for (int64_t day = civil_day(2026, 1, 1); day < civil_day(2028, 1, 1); day++) {
		struct civil c = zone_civil(&utc, day * DAY);
		bool listed = next < COUNT(days) &&
			      civil_day(days[next][0], days[next][1], days[next][2]) == day;

		assert_int_equal(holiday_colombia(c.year, c.month, c.day), listed);
		next += listed;
	}
	assert_int_equal(next, COUNT(days));
}

/* Easter Sundays as the Church publishes them; everything that hangs on them follows. */
static void holidays_by_easter(void **state)
{
	static const int easters[][2] = {
		{4, 12}, {4, 4},  {4, 17}, {4, 9},  {3, 31}, {4, 20}, {4, 5},
		{3, 28}, {4, 16}, {4, 1},  {4, 21}, {4, 13}, {3, 28}, {4, 17},
		{4, 9},	 {3, 25}, {4, 13}, {4, 5},  {4, 25}, {4, 10}, {4, 1},
	};
	static const int after[] = {-3, -2, 43, 64, 71};

	for (int year = 2020; year <= 2040; year++) {
		const int *e = easters[year - 2020];

		for (size_t i = 0; i < COUNT(after); i++) {
			int64_t day = civil_day(year, e[0], e[1]) + after[i];
			struct civil c = zone_civil(&utc, day * DAY);

			assert_true(holiday_colombia(year, c.month, c.day));
		}
		assert_false(holiday_colombia(year, e[0], e[1])); /* Easter itself is a Sunday */
	}
}

static void holidays_of_a_year_are_18(void **state)
{
	for (int year = 2020; year <= 2060; year++) {
		bool coincide = year == 2025 || year == 2030 || year == 2038 || year == 2041 ||
				year == 2052 || year == 2057;
		int n = 0;

		for (int64_t d = civil_day(year, 1, 1); d < civil_day(year + 1, 1, 1); d++) {
			struct civil c = zone_civil(&utc, d * DAY);

			n += holiday_colombia(c.year, c.month, c.day);
		}
		assert_int_equal(n, coincide ? 17 : 18);
	}
}

/* --- INDUPAL's calendar, by hand ------------------------------------------------------------- */

static struct calendar laboral(const struct zone *z)
{
	struct calendar c = {.id = "laboral", .zone = z, .colombian_holidays = true};

	for (int day = 0; day < 5; day++) {
		c.shifts[day][0] = (struct shift){8 * HOUR, 12 * HOUR};
		c.shifts[day][1] = (struct shift){14 * HOUR, 18 * HOUR};
		c.n_shifts[day] = 2;
	}
	return c;
}

static void business_days_of_a_year(void **state)
{
	struct calendar c = laboral(&bogota);
	int n26 = 0, n27 = 0;

	for (int64_t d = civil_day(2026, 1, 1); d < civil_day(2027, 1, 1); d++)
		n26 += calendar_open_day(&c, d);
	for (int64_t d = civil_day(2027, 1, 1); d < civil_day(2028, 1, 1); d++)
		n27 += calendar_open_day(&c, d);
	assert_int_equal(n26, 243);
	assert_int_equal(n27, 246);
}

static void adds(void **state)
{
	static const struct {
		const char *name;
		int from[5]; /* local: year, month, day, hour, minute */
		struct duration d;
		int want[5];
	} rows[] = {
		{"within a morning", {2026, 10, 6, 9, 0}, {HOUR, 0}, {2026, 10, 6, 10, 0}},
		{"over lunch", {2026, 10, 6, 11, 30}, {HOUR, 0}, {2026, 10, 6, 14, 30}},
		{"to the very end of a shift",
		 {2026, 10, 6, 11, 0},
		 {HOUR, 0},
		 {2026, 10, 6, 12, 0}},
		{"into the next day", {2026, 10, 6, 17, 0}, {2 * HOUR, 0}, {2026, 10, 7, 9, 0}},
		{"over a weekend and a holiday",
		 {2026, 10, 9, 17, 30},
		 {HOUR, 0},
		 {2026, 10, 13, 8, 30}},
		{"from a Sunday", {2026, 10, 18, 15, 0}, {30 * MINUTE, 0}, {2026, 10, 19, 8, 30}},
		{"nothing from a Sunday", {2026, 10, 18, 15, 0}, {0, 0}, {2026, 10, 18, 15, 0}},
		{"two days keep the hour", {2026, 10, 6, 16, 20}, {0, 2}, {2026, 10, 8, 16, 20}},
		{"two days over Columbus", {2026, 10, 9, 10, 0}, {0, 2}, {2026, 10, 14, 10, 0}},
		{"two days from a Saturday", {2026, 10, 17, 10, 0}, {0, 2}, {2026, 10, 20, 10, 0}},
		{"two days at night", {2026, 10, 6, 22, 0}, {0, 2}, {2026, 10, 8, 22, 0}},
		{"a day and an hour", {2026, 10, 6, 11, 30}, {HOUR, 1}, {2026, 10, 7, 14, 30}},
		{"Holy Week", {2026, 4, 1, 17, 0}, {2 * HOUR, 0}, {2026, 4, 6, 9, 0}},
		{"a year's end", {2025, 12, 31, 17, 0}, {0, 1}, {2026, 1, 2, 17, 0}},
	};
	struct calendar c = laboral(&bogota);

	for (size_t i = 0; i < COUNT(rows); i++) {
		const int *f = rows[i].from, *w = rows[i].want;
		int64_t got =
			calendar_add(&c, at(&bogota, f[0], f[1], f[2], f[3], f[4]), rows[i].d);

		if (got != at(&bogota, w[0], w[1], w[2], w[3], w[4]))
			fail_msg("%s: %lld", rows[i].name, (long long)got);
	}
}

static void closed_and_open_days(void **state)
{
	const int64_t closed[] = {civil_day(2026, 10, 7), civil_day(2026, 12, 24)};
	const int64_t open[] = {civil_day(2026, 10, 12)};
	struct calendar c = laboral(&bogota);

	c.closed = closed;
	c.n_closed = COUNT(closed);
	c.open = open;
	c.n_open = COUNT(open);
	assert_false(calendar_open_day(&c, civil_day(2026, 10, 7)));
	assert_true(calendar_open_day(&c, civil_day(2026, 10, 8)));
	assert_false(calendar_open_day(&c, civil_day(2026, 12, 24)));
	assert_true(calendar_open_day(&c, civil_day(2026, 10, 12)));
	assert_false(calendar_open_day(&c, civil_day(2026, 11, 2)));
	assert_false(calendar_open_day(&c, civil_day(2026, 10, 10))); /* a Saturday has no shift */
	c.colombian_holidays = false;
	assert_true(calendar_open_day(&c, civil_day(2026, 11, 2)));
}

static void elapsed_time(void **state)
{
	assert_int_equal(calendar_add(NULL, 1000, (struct duration){60, 2}), 1060 + 2 * DAY);
	assert_int_equal(calendar_add(NULL, INT64_MAX - 5, (struct duration){6, 0}), INT64_MAX);
	assert_int_equal(calendar_add(NULL, INT64_MAX - 5, (struct duration){0, 1}), INT64_MAX);
	assert_int_equal(calendar_between(NULL, 10, 25), 15);
	assert_int_equal(calendar_between(NULL, 25, 10), 0);
	assert_int_equal(calendar_between(NULL, INT64_MIN, INT64_MAX), INT64_MAX);
	assert_int_equal(calendar_part(NULL, 1000, (struct duration){12 * HOUR, 0}, 75),
			 1000 + 9 * HOUR);
	assert_int_equal(calendar_part(NULL, 1000, (struct duration){3, 0}, 50), 1001);
	assert_int_equal(calendar_part(NULL, INT64_MAX - 5, (struct duration){6, 0}, 50),
			 INT64_MAX);
	assert_true(duration_zero((struct duration){0, 0}));
	assert_false(duration_zero((struct duration){1, 0}));
	assert_false(duration_zero((struct duration){0, 1}));
}

static void parts_are_measured_inside(void **state)
{
	struct calendar c = laboral(&bogota);
	int64_t friday = at(&bogota, 2026, 10, 16, 17, 0);
	int64_t saturday = at(&bogota, 2026, 10, 17, 10, 0);

	/* 4 working hours from Friday at 17:00: 75 % is two hours into Monday's. */
	assert_int_equal(calendar_part(&c, friday, (struct duration){4 * HOUR, 0}, 75),
			 at(&bogota, 2026, 10, 19, 10, 0));
	assert_int_equal(calendar_part(&c, friday, (struct duration){4 * HOUR, 0}, 100),
			 at(&bogota, 2026, 10, 19, 11, 0));
	/* Two days from Saturday at 10 end on Tuesday at 10: ten working hours, half of them five.
	 */
	assert_int_equal(calendar_part(&c, saturday, (struct duration){0, 2}, 50),
			 at(&bogota, 2026, 10, 19, 15, 0));
	assert_int_equal(calendar_part(&c, friday, (struct duration){4 * HOUR, 0}, 150),
			 at(&bogota, 2026, 10, 19, 15, 0));
}

static void one_that_never_opens(void **state)
{
	struct calendar none = {.id = "nunca", .zone = &bogota};
	struct calendar c = laboral(&bogota);

	assert_int_equal(calendar_add(&none, 0, (struct duration){1, 0}), INT64_MAX);
	assert_int_equal(calendar_add(&none, 0, (struct duration){0, 1}), INT64_MAX);
	assert_int_equal(calendar_add(&none, 0, (struct duration){1, 1}), INT64_MAX);
	assert_int_equal(calendar_add(&none, 7, (struct duration){0, 0}), 7);
	assert_int_equal(calendar_between(&none, 0, 365 * DAY), 0);
	assert_int_equal(calendar_part(&none, 0, (struct duration){1, 0}, 50), INT64_MAX);
	assert_int_equal(calendar_between(&c, 100, 100), 0);
}

/* --- against a minute-by-minute oracle -------------------------------------------------------
 * The oracle walks minutes. Its local clock never goes back (when the hour comes twice it stands
 * still until the second one is over), and a minute is working time when that clock stands in a
 * shift of an open day. */

static uint64_t seed = 20261005;

static int below(int n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (int)((seed >> 33) % (uint64_t)n);
}

enum { WINDOW = 75 * 24 * 60 };

struct oracle {
	int64_t start; /* UTC, a whole minute */
	int64_t local[WINDOW];
	bool open[WINDOW];
};

static int32_t offset_at(const struct zone *z, int64_t t)
{
	int32_t offset = z->first_offset;

	for (size_t i = 0; i < z->n && z->changes[i].at <= t; i++)
		offset = z->changes[i].offset;
	return offset;
}

static bool is_open(const struct calendar *c, int64_t local)
{
	time_t t = (time_t)local;
	struct tm tm;
	int32_t second = (int32_t)(local % DAY);
	int wd = (int)((local / DAY + 3) % 7); /* 1970 began on a Thursday */
	bool in_shift = false;

	for (size_t i = 0; i < c->n_shifts[wd]; i++)
		in_shift |= c->shifts[wd][i].from <= second && second < c->shifts[wd][i].to;
	for (size_t i = 0; i < c->n_closed; i++) {
		if (c->closed[i] * DAY <= local && local < (c->closed[i] + 1) * DAY)
			return false;
	}
	if (!in_shift || !c->colombian_holidays)
		return in_shift;
	gmtime_r(&t, &tm);
	return !holiday_colombia(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void consult(struct oracle *o, const struct calendar *c, int64_t start)
{
	int64_t most = INT64_MIN;

	o->start = start;
	for (size_t i = 0; i < WINDOW; i++) {
		int64_t t = start + (int64_t)i * MINUTE;
		int64_t local = t + offset_at(c->zone, t);

		most = local > most ? local : most;
		o->local[i] = most;
		o->open[i] = is_open(c, most);
	}
}

/* Minutes of open time, from minute `from` on, until there are `n`: the minute at which they end.
 */
static int64_t oracle_add(const struct oracle *o, size_t from, int n)
{
	for (size_t i = from; i < WINDOW; i++) {
		n -= o->open[i];
		if (n == 0)
			return o->start + (int64_t)(i + 1) * MINUTE;
	}
	return INT64_MAX;
}

static int oracle_between(const struct oracle *o, size_t from, size_t to)
{
	int n = 0;

	for (size_t i = from; i < to; i++)
		n += o->open[i];
	return n;
}

/* The same local minute on the n-th open day after. */
static int64_t oracle_days(const struct oracle *o, const struct calendar *c, size_t from, int n)
{
	int64_t t = o->start + (int64_t)from * MINUTE;
	int64_t local = t + offset_at(c->zone, t), day = local / DAY;
	int64_t want;

	while (n > 0) {
		bool open = false;

		day++;
		for (int64_t m = 0; m < DAY; m += MINUTE)
			open |= is_open(c, day * DAY + m);
		n -= open;
	}
	want = day * DAY + local % DAY;
	for (size_t i = from; i < WINDOW; i++) {
		if (o->local[i] >= want)
			return o->start + (int64_t)i * MINUTE;
	}
	return INT64_MAX;
}

static void random_calendar(struct calendar *c, const struct zone *z, int64_t *closed, int64_t day)
{
	*c = (struct calendar){.id = "azar", .zone = z, .colombian_holidays = below(2)};
	for (int wd = 0; wd < 7; wd++) {
		int minute = 0;

		for (size_t i = 0; i < CALENDAR_SHIFTS && below(3); i++) {
			int from = minute + below(300), to = from + 1 + below(500);

			if (to > 1440)
				to = 1440;
			if (from >= to)
				break;
			c->shifts[wd][c->n_shifts[wd]++] = (struct shift){from * 60, to * 60};
			minute = to;
		}
	}
	if (!c->n_shifts[1]) {
		c->shifts[1][0] = (struct shift){0, DAY};
		c->n_shifts[1] = 1;
	}
	c->closed = closed;
	for (int i = below(6); i > 0; i--) {
		closed[c->n_closed] =
			day + 1 + below(4) + (c->n_closed ? closed[c->n_closed - 1] - day : 0);
		c->n_closed++;
	}
}

static void agrees_with_the_oracle(void **state)
{
	static const struct {
		const struct zone *zone;
		int64_t around; /* windows begin up to 60 days before this */
	} where[] = {
		{&bogota, 1790000000},	 {&madrid, 1774746000},	  {&madrid, 1792890000},
		{&santiago, 1775358000}, {&santiago, 1788667200}, {&santiago, 1743908400},
		{&apia, 1325239200},	 {&howe, 1775314800},	  {&howe, 1791041400},
	};
	struct oracle *o = malloc(sizeof *o);
	int rounds = getenv("MESAD_SOAK") ? 200 : 2;

	assert_non_null(o);
	for (int round = 0; round < rounds * (int)COUNT(where); round++) {
		const struct zone *z = where[round % (int)COUNT(where)].zone;
		int64_t around = where[round % (int)COUNT(where)].around;
		int64_t start = (around / 60 - below(60 * 24 * 60)) * MINUTE, closed[8];
		struct calendar c;

		random_calendar(&c, z, closed, start / DAY);
		consult(o, &c, start);
		for (int i = 0; i < 60; i++) {
			size_t from = (size_t)below(WINDOW / 2);
			size_t to = from + (size_t)below(WINDOW / 2);
			int64_t t = start + (int64_t)from * MINUTE;
			int minutes = 1 + below(4000), days = 1 + below(7);
			int64_t want = oracle_add(o, from, minutes);

			assert_int_equal(calendar_between(&c, t, start + (int64_t)to * MINUTE),
					 oracle_between(o, from, to) * MINUTE);
			if (want != INT64_MAX)
				assert_int_equal(
					calendar_add(&c, t, (struct duration){minutes * MINUTE, 0}),
					want);
			want = oracle_days(o, &c, from, days);
			if (want != INT64_MAX)
				assert_int_equal(calendar_add(&c, t, (struct duration){0, days}),
						 want);
		}
	}
	free(o);
}

/* Whole lives happen in seconds: adding and measuring undo each other at any second. */
static void seconds_add_up(void **state)
{
	static const struct zone *const zones[] = {&bogota, &madrid, &santiago, &howe};

	for (int i = 0; i < 800; i++) {
		const struct zone *z = zones[i % 4];
		struct calendar c = laboral(z);
		int64_t from = 1767225600 + (int64_t)below(300 * DAY);
		int64_t s = 1 + below(200000);
		int64_t due = calendar_add(&c, from, (struct duration){s, 0});
		int64_t part = calendar_part(&c, from, (struct duration){s, 0}, 75);

		assert_int_equal(calendar_between(&c, from, due), s);
		assert_int_equal(calendar_between(&c, from, due - 1), s - 1);
		assert_int_equal(calendar_between(&c, from, part), s * 75 / 100);
		assert_true(part <= due);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_agree_with_libc),
		cmocka_unit_test(never_stays_in_range),
		cmocka_unit_test(local_times),
		cmocka_unit_test(holidays_of_two_years),
		cmocka_unit_test(holidays_by_easter),
		cmocka_unit_test(holidays_of_a_year_are_18),
		cmocka_unit_test(business_days_of_a_year),
		cmocka_unit_test(adds),
		cmocka_unit_test(closed_and_open_days),
		cmocka_unit_test(elapsed_time),
		cmocka_unit_test(parts_are_measured_inside),
		cmocka_unit_test(one_that_never_opens),
		cmocka_unit_test(agrees_with_the_oracle),
		cmocka_unit_test(seconds_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
