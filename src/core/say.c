#include "core/say.h"

#include <inttypes.h>

static const char *const DAYS[7] = {"lunes",   "martes", "miércoles", "jueves",
				    "viernes", "sábado", "domingo"};
static const char *const MONTHS[12] = {"enero",	     "febrero", "marzo",     "abril",
				       "mayo",	     "junio",	"julio",     "agosto",
				       "septiembre", "octubre", "noviembre", "diciembre"};

char *say_day(struct arena *a, const struct zone *z, int64_t utc)
{
	struct civil c = zone_civil(z, utc);

	return arena_printf(a, "%s %d de %s de %d", DAYS[c.weekday], c.day, MONTHS[c.month - 1],
			    c.year);
}

char *say_hour(struct arena *a, const struct zone *z, int64_t utc)
{
	struct civil c = zone_civil(z, utc);
	int hour = c.hour % 12 == 0 ? 12 : c.hour % 12;

	return arena_printf(a, "%d:%02d %s", hour, c.minute, c.hour < 12 ? "a. m." : "p. m.");
}

char *say_short(struct arena *a, const struct zone *z, int64_t utc)
{
	struct civil c = zone_civil(z, utc);

	return arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
			    c.minute);
}

static char *counted(struct arena *a, int64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%" PRId64 " %s", n, n == 1 ? one : many);
}

char *say_duration(struct arena *a, struct duration d, bool working)
{
	static const struct {
		int64_t seconds;
		const char *one, *many;
	} units[] = {
		{3600, "hora", "horas"}, {60, "minuto", "minutos"}, {1, "segundo", "segundos"}};
	const char *said = "";
	bool one;
	int64_t left = d.seconds;

	if (d.days != 0)
		said = counted(a, d.days, "día", "días");
	one = d.days == 1;
	for (size_t i = 0; i < COUNT(units); i++) {
		int64_t n = left / units[i].seconds;

		left -= n * units[i].seconds;
		if (n == 0)
			continue;
		one = *said == '\0' && n == 1;
		said = arena_printf(a, "%s%s%s", said, *said ? (left ? ", " : " y ") : "",
				    counted(a, n, units[i].one, units[i].many));
	}
	if (*said == '\0')
		return arena_str(a, "0 segundos");
	return arena_printf(a, "%s%s", said, !working ? "" : one ? " hábil" : " hábiles");
}

char *say_span(struct arena *a, int64_t seconds)
{
	int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (minutes < 1)
		return arena_str(a, "menos de 1 min");
	if (hours < 1)
		return arena_printf(a, "%" PRId64 " min", minutes);
	if (days < 1)
		return minutes % 60 ? arena_printf(a, "%" PRId64 " h %" PRId64 " min", hours,
						   minutes % 60)
				    : arena_printf(a, "%" PRId64 " h", hours);
	return hours % 24 ? arena_printf(a, "%" PRId64 " d %" PRId64 " h", days, hours % 24)
			  : arena_printf(a, "%" PRId64 " d", days);
}
