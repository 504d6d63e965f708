/* say: moments and spans of time in the Spanish that people read (es-CO). Pure. */
#pragma once

#include "base/str.h"
#include "core/calendar.h"

char *say_day(struct arena *a, const struct zone *z,
	      int64_t utc); /* «martes 3 de noviembre de 2026» */
char *say_hour(struct arena *a, const struct zone *z, int64_t utc);  /* «3:41 p. m.» */
char *say_short(struct arena *a, const struct zone *z, int64_t utc); /* «2026-11-03 15:41» */
/* A promise as it was configured: «12 horas», «2 días», «1 hora y 30 minutos»; with a calendar,
 * «2 días hábiles» and «12 horas hábiles». */
char *say_duration(struct arena *a, struct duration d, bool working);
/* A span that passed: «3 h 20 min», «2 d 4 h», «menos de 1 min». */
char *say_span(struct arena *a, int64_t seconds);
