#include "conf/zone.h"

enum { HOUR = 3600, OFFSET_HOURS = 24, TIME_HOURS = 167 };

struct cursor {
	struct slice s;
	bool bad;
};

static bool eat(struct cursor *c, char ch)
{
	if (!c->s.n || c->s.p[0] != ch)
		return false;
	c->s = slice_sub(c->s, 1, SIZE_MAX);
	return true;
}

static int number(struct cursor *c, int least, int most)
{
	int v = 0;
	size_t n = 0;

	while (n < 3 && n < c->s.n && c->s.p[n] >= '0' && c->s.p[n] <= '9')
		v = v * 10 + (c->s.p[n++] - '0');
	if (n == 0 || v < least || v > most) {
		c->bad = true;
		return least;
	}
	c->s = slice_sub(c->s, n, SIZE_MAX);
	return v;
}

/* [+-]hh[:mm[:ss]] */
static int32_t time_of(struct cursor *c, int most_hours)
{
	bool negative = eat(c, '-');
	int32_t t;

	if (!negative)
		eat(c, '+');
	t = number(c, 0, most_hours) * HOUR;
	if (eat(c, ':'))
		t += number(c, 0, 59) * 60;
	if (eat(c, ':'))
		t += number(c, 0, 59);
	return negative ? -t : t;
}

static bool letter(char ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z');
}

/* EST, or <-05> */
static void name(struct cursor *c)
{
	bool quoted = eat(c, '<');
	size_t n = 0;

	while (n < c->s.n && (quoted ? c->s.p[n] != '>' : letter(c->s.p[n])))
		n++;
	if (n < 3)
		c->bad = true;
	c->s = slice_sub(c->s, n, SIZE_MAX);
	if (quoted && !eat(c, '>'))
		c->bad = true;
}

static struct zone_when when(struct cursor *c)
{
	struct zone_when w = {.time = 2 * HOUR};

	if (eat(c, 'M')) {
		w.kind = WHEN_MONTH;
		w.month = number(c, 1, 12);
		c->bad |= !eat(c, '.');
		w.week = number(c, 1, 5);
		c->bad |= !eat(c, '.');
		w.day = number(c, 0, 6);
	} else if (eat(c, 'J')) {
		w.kind = WHEN_JULIAN;
		w.day = number(c, 1, 365);
	} else {
		w.kind = WHEN_DAY;
		w.day = number(c, 0, 365);
	}
	if (eat(c, '/'))
		w.time = time_of(c, TIME_HOURS);
	return w;
}

bool zone_rule_read(struct slice text, struct zone_rule *out)
{
	struct cursor c = {.s = text};

	*out = (struct zone_rule){0};
	name(&c);
	out->standard = -time_of(&c, OFFSET_HOURS); /* POSIX counts westward */
	if (c.bad || c.s.n == 0)
		return !c.bad;
	out->has_summer = true;
	name(&c);
	out->summer = out->standard + HOUR;
	if (c.s.n && c.s.p[0] != ',')
		out->summer = -time_of(&c, OFFSET_HOURS);
	c.bad |= !eat(&c, ',');
	out->start = when(&c);
	c.bad |= !eat(&c, ',');
	out->end = when(&c);
	return !c.bad && c.s.n == 0;
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The w-th such weekday (0 is Sunday) of the month; 5 is the last. */
static int64_t month_day(const struct zone_when *w, int year)
{
	int64_t first = civil_day(year, w->month, 1);
	int64_t next =
		w->month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, w->month + 1, 1);
	int64_t sunday_first = (first + 4) % 7; /* weekday of the first, 0 is Sunday */
	int64_t day;

	if (sunday_first < 0)
		sunday_first += 7;
	day = first + (w->day - sunday_first + 7) % 7 + 7 * (w->week - 1);
	return day < next ? day : day - 7;
}

int64_t zone_when_local(const struct zone_when *w, int year)
{
	int64_t day = civil_day(year, 1, 1);

	switch (w->kind) {
	case WHEN_MONTH:
		day = month_day(w, year);
		break;
	case WHEN_JULIAN:
		day += w->day - 1 + (w->day >= 60 && leap(year));
		break;
	case WHEN_DAY:
		day += w->day;
		break;
	}
	return day * 86400 + w->time;
}
