/* zone: a time zone by its name, from the system's TZif files (RFC 8536, version 2 and later), its
 * rule for the future spelled out until ZONE_LAST_YEAR. The files are read with suspicion. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/calendar.h"

enum { ZONE_LAST_YEAR = 2100, ZONE_FILE_MAX = 262144, ZONE_CHANGES_MAX = 4096, ZONE_NAME_MAX = 64 };

/* «America/Bogota», under $TZDIR or /usr/share/zoneinfo. That one and UTC are known without any
 * file. NULL with e set; everything lives in a. */
const struct zone *zone_load(struct arena *a, const char *name, struct err *e);

/* America/Bogota as it is without any file. */
const struct zone *zone_built_in(void);

/* The same from the bytes of a TZif file. */
const struct zone *zone_parse(struct arena *a, const char *name, struct slice bytes, struct err *e);

/* The rule at the end of a TZif file («CET-1CEST,M3.5.0,M10.5.0/3»). */
struct zone_when {
	enum { WHEN_MONTH, WHEN_JULIAN, WHEN_DAY } kind; /* Mm.w.d, Jn (no leap day), n */
	int month, week, day;
	int32_t time; /* seconds after local midnight, may be negative or past the day */
};

struct zone_rule {
	int32_t standard, summer; /* offsets, seconds east of UTC */
	bool has_summer;
	struct zone_when start, end;
};

bool zone_rule_read(struct slice text, struct zone_rule *out);
/* Local seconds since 1970 at which w falls in that year. */
int64_t zone_when_local(const struct zone_when *w, int year);
