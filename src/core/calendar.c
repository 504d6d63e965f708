#include "core/calendar.h"

enum { DAY = 86400, SEARCH_DAYS = 73050 /* two hundred years */ };

/* The years 1 to 9999: past them a moment is «never» and only has to stay in range. */
static const int64_t UTC_FIRST = -62135596800, UTC_LAST = 253402300799;

static int64_t clamp(int64_t v, int64_t least, int64_t most)
{
	if (v < least)
		return least;
	return v > most ? most : v;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int weekday_of(int64_t day)
{
	/* 1970-01-01 was a Thursday. */
	return (int)(day + 3 - floor_div(day + 3, 7) * 7);
}

/* Years run from March, so that the leap day is the last one; eras have 400 years. */
int64_t civil_day(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static void civil_date(int64_t day, struct civil *c)
{
	int64_t z = day + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153; /* 0 is March */

	c->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	c->month = (int)(month < 10 ? month + 3 : month - 9);
	c->year = (int)(year + era * 400 + (c->month <= 2));
	c->weekday = weekday_of(day);
}

/* --- zones ------------------------------------------------------------------------------- */

/* How many changes have happened by then. */
static size_t changes_by(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (z->changes[mid].at <= utc)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int32_t offset_after(const struct zone *z, size_t changes)
{
	return changes ? z->changes[changes - 1].offset : z->first_offset;
}

static int64_t local_of(const struct zone *z, int64_t utc)
{
	int64_t t = clamp(utc, UTC_FIRST, UTC_LAST);

	return t + offset_after(z, changes_by(z, t));
}

/* The first moment whose local time is `local` or later: the first of two, and the end of a gap. */
static int64_t first_moment(const struct zone *z, int64_t local)
{
	size_t i = changes_by(z, local - 2 * DAY); /* no offset is that large */
	int64_t start = INT64_MIN;

	for (;; i++) {
		int64_t t = local - offset_after(z, i);

		if (t < start)
			t = start;
		if (i == z->n || t < z->changes[i].at)
			return t;
		start = z->changes[i].at;
	}
}

struct civil zone_civil(const struct zone *z, int64_t utc)
{
	int64_t local = local_of(z, utc);
	int64_t day = floor_div(local, DAY);
	int second = (int)(local - day * DAY);
	struct civil c = {.hour = second / 3600, .minute = second / 60 % 60, .second = second % 60};

	civil_date(day, &c);
	return c;
}

int64_t zone_utc(const struct zone *z, struct civil c)
{
	return first_moment(z, civil_day(c.year, c.month, c.day) * DAY + c.hour * 3600 +
				       c.minute * 60 + c.second);
}

/* --- holidays ---------------------------------------------------------------------------- */

/* Gregorian, by the method of Butcher. */
static int64_t easter(int year)
{
	int a = year % 19, b = year / 100, c = year % 100;
	int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
	int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return civil_day(year, n / 31, n % 31 + 1);
}

struct holiday {
	int month, day; /* month 0: days after Easter */
	bool monday;	/* moved to the next Monday */
};

static const struct holiday holidays[] = {
	{1, 1, false},	 {5, 1, false},	 {7, 20, false}, {8, 7, false},	 {12, 8, false},
	{12, 25, false}, {1, 6, true},	 {3, 19, true},	 {6, 29, true},	 {8, 15, true},
	{10, 12, true},	 {11, 1, true},	 {11, 11, true}, {0, -3, false}, {0, -2, false},
	{0, 43, false},	 {0, 64, false}, {0, 71, false},
};

bool holiday_colombia(int year, int month, int day)
{
	int64_t asked = civil_day(year, month, day), sunday = easter(year);

	for (size_t i = 0; i < sizeof holidays / sizeof holidays[0]; i++) {
		const struct holiday *h = &holidays[i];
		int64_t at = h->month ? civil_day(year, h->month, h->day) : sunday + h->day;

		if (h->monday)
			at += (7 - weekday_of(at)) % 7;
		if (at == asked)
			return true;
	}
	return false;
}

/* --- working time ------------------------------------------------------------------------ */

static bool has_day(const int64_t *days, size_t n, int64_t day)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (days[mid] < day)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && days[low] == day;
}

bool calendar_open_day(const struct calendar *c, int64_t day)
{
	struct civil date = {0};

	if (!c->n_shifts[weekday_of(day)] || has_day(c->closed, c->n_closed, day))
		return false;
	if (!c->colombian_holidays || has_day(c->open, c->n_open, day))
		return true;
	civil_date(day, &date);
	return !holiday_colombia(date.year, date.month, date.day);
}

/* A walk over the stretches of working time, in order. */
struct walk {
	const struct calendar *cal;
	int64_t day, last_day;
	size_t shift;
	int64_t from, to; /* the stretch that walk_next found */
};

static struct walk walk_start(const struct calendar *cal, int64_t from)
{
	int64_t day = floor_div(local_of(cal->zone, from), DAY);

	return (struct walk){.cal = cal, .day = day, .last_day = day + SEARCH_DAYS};
}

static bool walk_next(struct walk *w)
{
	while (w->day <= w->last_day) {
		int wd = weekday_of(w->day);

		if (w->shift < w->cal->n_shifts[wd] && calendar_open_day(w->cal, w->day)) {
			const struct shift *s = &w->cal->shifts[wd][w->shift++];

			w->from = first_moment(w->cal->zone, w->day * DAY + s->from);
			w->to = first_moment(w->cal->zone, w->day * DAY + s->to);
			return true;
		}
		w->day++;
		w->shift = 0;
	}
	return false;
}

static int64_t add_elapsed(int64_t from, struct duration d)
{
	int64_t t;

	if (__builtin_add_overflow(from, (int64_t)d.days * DAY, &t) ||
	    __builtin_add_overflow(t, d.seconds, &t))
		return INT64_MAX;
	return t;
}

static int64_t add_days(const struct calendar *cal, int64_t from, int32_t days)
{
	int64_t local = local_of(cal->zone, from);
	int64_t day = floor_div(local, DAY), last = day + SEARCH_DAYS;
	int64_t of_day = local - day * DAY;

	while (days > 0) {
		if (day++ == last)
			return INT64_MAX;
		days -= calendar_open_day(cal, day);
	}
	return first_moment(cal->zone, day * DAY + of_day);
}

static int64_t add_seconds(const struct calendar *cal, int64_t from, int64_t seconds)
{
	struct walk w = walk_start(cal, from);

	while (walk_next(&w)) {
		int64_t start = w.from > from ? w.from : from;

		if (w.to <= start)
			continue;
		if (seconds <= w.to - start)
			return start + seconds;
		seconds -= w.to - start;
	}
	return INT64_MAX;
}

int64_t calendar_add(const struct calendar *cal, int64_t from, struct duration d)
{
	int64_t t = from;

	if (!cal)
		return add_elapsed(from, d);
	if (d.days > 0)
		t = add_days(cal, t, d.days);
	if (d.seconds > 0 && t != INT64_MAX)
		t = add_seconds(cal, t, d.seconds);
	return t;
}

static int64_t open_between(const struct calendar *cal, int64_t from, int64_t to)
{
	struct walk w = walk_start(cal, from);
	int64_t sum = 0;

	while (walk_next(&w) && w.from < to) {
		int64_t start = w.from > from ? w.from : from;
		int64_t end = w.to < to ? w.to : to;

		if (end > start)
			sum += end - start;
	}
	return sum;
}

int64_t calendar_between(const struct calendar *cal, int64_t from, int64_t to)
{
	int64_t plain;

	if (to <= from)
		return 0;
	if (cal)
		return open_between(cal, from, to);
	return __builtin_sub_overflow(to, from, &plain) ? INT64_MAX : plain;
}

int64_t calendar_part(const struct calendar *cal, int64_t from, struct duration d, int percent)
{
	int64_t due = calendar_add(cal, from, d);
	int64_t total, part;

	if (due == INT64_MAX || percent == 100)
		return due;
	total = calendar_between(cal, from, due);
	part = total / 100 * percent + total % 100 * percent / 100;
	return calendar_add(cal, from, (struct duration){.seconds = part});
}

bool duration_zero(struct duration d)
{
	return d.seconds <= 0 && d.days <= 0;
}
