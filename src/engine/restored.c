/* restored: an older copy of the database in the place of the one that was lost. */
#include "engine/parts.h"

#include <string.h>

static bool is_yearly(const struct policy *pol)
{
	return strstr(pol->number, "{year") != NULL;
}

static const char *number_of(const struct policy *pol, struct arena *a, int64_t now, int64_t year,
			     int64_t seq)
{
	return policy_number(a, pol, year ? (int)year : zone_civil(pol->zone, now).year, seq);
}

/* «ST-2026-000004 a ST-2026-000007»; nothing for a counter that the pattern does not use. */
static const char *range_of(const struct policy *pol, struct arena *a, int64_t now,
			    const struct store_gap *g)
{
	const char *first = number_of(pol, a, now, g->year, g->first);

	if (!str_eq(g->what, "number") || is_yearly(pol) != (g->year > 0))
		return "";
	return g->first == g->last ? first
				   : arena_printf(a, "%s a %s", first,
						  number_of(pol, a, now, g->year, g->last));
}

static struct plan *restored_plan(struct engine *en, struct arena *a, int64_t now,
				  const struct store_gap *g, size_t n)
{
	const struct policy *pol = en->conf->policy;
	struct plan *p = plan_new(a);
	const char *numbers = "";

	for (size_t i = 0; i < n; i++) {
		const char *range = range_of(pol, a, now, &g[i]);

		if (range[0])
			numbers = arena_printf(a, "%s%s%s", numbers, numbers[0] ? ", " : "", range);
	}
	plan_alert(a, p, pol,
		   arena_printf(a,
				"Se puso una copia anterior de la base de datos. Números que ya "
				"pudieron darse antes de restaurarla y que no se repiten: %s. Los "
				"correos que se atendieron después de la copia están en la carpeta "
				"de procesados del buzón, pero no en los casos: devuelva a la "
				"bandeja de entrada los que falten y se vuelven a recibir.",
				numbers[0] ? numbers : "ninguno"),
		   "", "mesactl list");
	return p;
}

static bool record(struct engine *en, int64_t now, const struct store_gap *g, size_t n,
		   struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct event ev;

		event_init(&ev, EVENT_RESTORED, now, "system");
		event_text(&ev, "what", g[i].what);
		event_num(&ev, "year", g[i].year);
		event_num(&ev, "first", g[i].first);
		event_num(&ev, "last", g[i].last);
		if (!store_event(en->st, &ev, e) || !store_gap_told(en->st, &g[i], e))
			return false;
	}
	return true;
}

bool engine_restored(struct engine *en, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct store_gap *g;
	size_t n;
	bool ok = store_gaps(en->st, a, &g, &n, e);

	if (ok && n > 0) {
		ok = engine_begin(en, e) && record(en, now, g, n, e) &&
		     engine_apply(en, a, restored_plan(en, a, now, g, n), 0, now, e) &&
		     engine_commit(en, false, e);
		if (!ok)
			engine_abandon(en);
	}
	arena_free(&a);
	return ok;
}
