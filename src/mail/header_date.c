/* Dates of RFC 5322, its obsolete forms, asctime, ISO 8601 and what careless programs write. */
#include "mail/header.h"

enum { TOKENS_MAX = 16, YEAR_MIN = 1980, YEAR_MAX = 2100, ZONE_HOURS_MAX = 15 };

struct when {
	int day, month, year;
	int hour, minute, second;
	int zone; /* minutes east */
	bool has_time;
	bool weak_month; /* seen before the day: «mar» may be a Tuesday */
};

static const struct {
	const char *name;
	int month;
} months[] = {
	{"jan", 1}, {"feb", 2},	 {"mar", 3},  {"apr", 4},  {"may", 5},	{"jun", 6},
	{"jul", 7}, {"aug", 8},	 {"sep", 9},  {"oct", 10}, {"nov", 11}, {"dec", 12},
	{"ene", 1}, {"abr", 4},	 {"ago", 8},  {"set", 9},  {"dic", 12}, /* Spanish programs */
	{"mai", 5}, {"okt", 10}, {"dez", 12}, {"out", 10}, {"fev", 2},
};

static const struct {
	const char *name;
	int hours;
} zones[] = {
	{"ut", 0},    {"utc", 0},  {"gmt", 0},	{"z", 0},     {"est", -5},  {"edt", -4},
	{"cst", -6},  {"cdt", -5}, {"mst", -7}, {"mdt", -6},  {"pst", -8},  {"pdt", -7},
	{"cet", 1},   {"cest", 2}, {"wet", 0},	{"west", 1},  {"bst", 1},   {"eet", 2},
	{"eest", 3},  {"msk", 3},  {"jst", 9},	{"cot", -5},  {"art", -3},  {"brt", -3},
	{"pet", -5},  {"ect", -5}, {"vet", -4}, {"bot", -4},  {"clt", -4},  {"clst", -3},
	{"uyt", -3},  {"ast", -4}, {"adt", -3}, {"akst", -9}, {"akdt", -8}, {"hst", -10},
	{"kst", 9},   {"hkt", 8},  {"sgt", 8},	{"aest", 10}, {"aedt", 11}, {"nzst", 12},
	{"nzdt", 13},
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Up to 6 digits; *len tells how many. */
static int number(struct slice s, size_t *len)
{
	int v = 0;

	*len = 0;
	while (*len < s.n && *len < 6 && digit(s.p[*len]))
		v = v * 10 + (s.p[(*len)++] - '0');
	return v;
}

static int month_of(struct slice word)
{
	for (size_t i = 0; word.n >= 3 && i < COUNT(months); i++)
		if (slice_istarts(word, months[i].name))
			return months[i].month;
	return 0;
}

/* «10:20», «10:20:30.5»; «10.20.30» only behind a whole date, or it might be one. */
static bool read_clock(struct slice s, struct when *w)
{
	int part[3] = {0, 0, 0};
	char colon = w->day && w->month && w->year && slice_chr(s, ':') == SIZE_MAX ? '.' : ':';
	size_t len;

	for (int i = 0; i < 3; i++) {
		part[i] = number(s, &len);
		if (len == 0 || len > 2)
			return false;
		s = slice_sub(s, len, s.n);
		if (s.n == 0 || s.p[0] != colon) {
			if (i == 0)
				return false;
			break;
		}
		s = slice_sub(s, 1, s.n);
	}
	w->hour = part[0];
	w->minute = part[1];
	w->second = part[2] > 59 ? 59 : part[2];
	w->has_time = true;
	return true;
}

/* «+0530», «-05:00», «+5»; a senseless zone counts as UTC. */
static void read_offset(struct slice s, struct when *w)
{
	int sign = s.p[0] == '-' ? -1 : 1, h, m = 0;
	size_t len;

	s = slice_sub(s, 1, s.n);
	h = number(s, &len);
	if (len >= 3) {
		m = h % 100;
		h /= 100;
	} else if (len < s.n && s.p[len] == ':') {
		m = number(slice_sub(s, len + 1, s.n), &len);
	}
	w->zone = h <= ZONE_HOURS_MAX && m < 60 ? sign * (h * 60 + m) : 0;
}

static void read_word(struct slice s, struct when *w)
{
	int month = month_of(s);

	if (month && (!w->month || w->weak_month)) {
		w->month = month;
		w->weak_month = !w->day;
		return;
	}
	if (slice_ieqs(s, "pm") && w->has_time && w->hour < 12)
		w->hour += 12;
	if (slice_ieqs(s, "am") && w->hour == 12)
		w->hour = 0;
	for (size_t i = 0; i < COUNT(zones); i++)
		if (slice_ieqs(s, zones[i].name))
			w->zone = zones[i].hours * 60;
}

static void read_number(struct slice s, struct when *w)
{
	size_t len;
	int v = number(s, &len);

	if (len <= 2 && !w->day) {
		w->day = v;
	} else if (!w->year && (len == 2 || len == 4)) {
		w->year = len == 4 ? v : v + (v < 50 ? 2000 : 1900);
	} else if (!w->year && len == 3) { /* RFC 5322: a year since 1900 */
		w->year = v + 1900;
	} else if (!w->year && len > 4) {
		w->year = -1;
	}
}

/* «2024-01-31», also before a «T»: the only order in which a year comes first. */
static bool read_iso(struct slice s, struct when *w)
{
	size_t len;

	if (s.n < 10 || (s.p[4] != '-' && s.p[4] != '/') || s.p[7] != s.p[4])
		return false;
	int year = number(slice_sub(s, 0, 4), &len), month, day;

	if (len != 4)
		return false;
	month = number(slice_sub(s, 5, 2), &len);
	if (len != 2)
		return false;
	day = number(slice_sub(s, 8, 2), &len);
	if (len != 2)
		return false;
	w->year = year;
	w->month = month;
	w->day = day;
	return true;
}

static int64_t days_from_civil(int y, int m, int d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static bool to_utc(const struct when *w, int64_t *utc)
{
	static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = w->year % 4 == 0 && (w->year % 100 != 0 || w->year % 400 == 0);

	if (w->year < YEAR_MIN || w->year >= YEAR_MAX || w->month < 1 || w->month > 12 ||
	    w->day < 1)
		return false;
	if (w->day > length[w->month - 1] + (w->month == 2 && leap) || w->hour > 23 ||
	    w->minute > 59)
		return false;
	*utc = days_from_civil(w->year, w->month, w->day) * 86400 + w->hour * 3600 +
	       w->minute * 60 + w->second - w->zone * 60;
	return true;
}

/* The next run of letters, of digits and what belongs to them, or one sign. */
static struct slice next_token(struct slice *rest)
{
	size_t from = 0, n;

	for (int depth = 0; from < rest->n; from++) {
		char c = rest->p[from];

		if (c == '(')
			depth++;
		else if (c == ')' && depth)
			depth--;
		else if (!depth && (letter(c) || digit(c) ||
				    ((c == '+' || c == '-') && from + 1 < rest->n &&
				     digit(rest->p[from + 1]))))
			break;
	}
	n = from;
	if (n < rest->n && letter(rest->p[n])) {
		while (n < rest->n && letter(rest->p[n]))
			n++;
	} else {
		n += n < rest->n;
		while (n < rest->n && (digit(rest->p[n]) || rest->p[n] == ':' || rest->p[n] == '.'))
			n++;
	}
	struct slice token = slice_sub(*rest, from, n - from);

	*rest = slice_sub(*rest, n, rest->n);
	return token;
}

bool header_date(struct slice value, int64_t *utc)
{
	struct when w = {0};
	struct slice rest = slice_trim(slice_sub(value, 0, 256));

	if (rest.n && digit(rest.p[0]) && read_iso(rest, &w))
		rest = slice_sub(rest, 10, rest.n);
	for (int i = 0; i < TOKENS_MAX; i++) {
		struct slice t = next_token(&rest);

		if (t.n == 0)
			break;
		if (letter(t.p[0]))
			read_word(t, &w);
		else if ((t.p[0] == '+' || t.p[0] == '-') && w.has_time)
			read_offset(t, &w);
		else if (t.p[0] == '-' || t.p[0] == '+') /* 02-Jan-2024: a dash between */
			read_number(slice_sub(t, 1, t.n), &w);
		else if (w.has_time || !read_clock(t, &w))
			read_number(t, &w);
	}
	return to_utc(&w, utc);
}
