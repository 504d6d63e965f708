/* calendar: local time and working time, as pure functions. One function each to add and to
 * measure; warnings and due times are computed inside the calendar, never by subtracting outside.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Offsets of a zone over time (conf/zone reads them from TZif). Before the first row: first_offset.
 */
struct zone {
	const char *name;
	int32_t first_offset; /* seconds east of UTC */
	const struct zone_change {
		int64_t at; /* UTC seconds */
		int32_t offset;
	} * changes;
	size_t n;
};

struct civil {
	int year, month, day; /* month 1-12 */
	int hour, minute, second;
	int weekday; /* 0 Monday … 6 Sunday */
};

struct civil zone_civil(const struct zone *z, int64_t utc);
/* A local time that does not exist (spring) moves forward to the end of the gap; one that exists
 * twice is the first. */
int64_t zone_utc(const struct zone *z, struct civil c);
int64_t civil_day(int year, int month, int day); /* days since 1970-01-01 */

enum { CALENDAR_SHIFTS = 4 };

struct shift {
	int32_t from, to; /* seconds after local midnight; from < to <= 86400 */
};

struct calendar {
	const char *id; /* «laboral»; «always» is the NULL calendar */
	const struct zone *zone;
	struct shift shifts[7][CALENDAR_SHIFTS]; /* by weekday, in order, without overlap */
	size_t n_shifts[7];
	bool colombian_holidays;      /* Ley 51 de 1983, computed */
	const int64_t *closed, *open; /* civil days added to or taken from the holidays, sorted */
	size_t n_closed, n_open;
};

/* Colombian national holiday (Ley 51 de 1983, with Easter)? */
bool holiday_colombia(int year, int month, int day);

bool calendar_open_day(const struct calendar *c, int64_t civil_day);

struct duration {
	int64_t seconds; /* unit s, m, h: working time under a calendar, elapsed without one */
	int32_t days;	 /* unit d: N working days at the same hour under a calendar, N * 86400 s
			    without */
};

/* The moment d after `from`. cal NULL: elapsed time. A calendar that never opens gives INT64_MAX.
 */
int64_t calendar_add(const struct calendar *cal, int64_t from, struct duration d);
/* Seconds of working time in [from, to); plain difference for NULL. 0 when to <= from. */
int64_t calendar_between(const struct calendar *cal, int64_t from, int64_t to);
/* The moment at which `percent` of d has passed since from (measured inside the calendar). */
int64_t calendar_part(const struct calendar *cal, int64_t from, struct duration d, int percent);
bool duration_zero(struct duration d);
