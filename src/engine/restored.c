/* restored: an older copy of the database in the place of the one that was lost. */
#include "engine/parts.h"

static const char *number_of(struct engine *en, struct arena *a, int64_t now, int64_t year,
			     int64_t seq)
{
	const struct policy *pol = en->conf->policy;

	return policy_number(a, pol, year ? (int)year : zone_civil(pol->zone, now).year, seq);
}

static const char *range_of(struct engine *en, struct arena *a, int64_t now,
			    const struct store_gap *g)
{
	const char *first = number_of(en, a, now, g->year, g->first);

	return g->first == g->last
		       ? first
		       : arena_printf(a, "%s a %s", first, number_of(en, a, now, g->year, g->last));
}

static struct plan *restored_plan(struct engine *en, struct arena *a, int64_t now,
				  const struct store_gap *g, size_t n)
{
	struct plan *p = plan_new(a);
	const char *numbers = "";

	for (size_t i = 0; i < n; i++)
		if (!g[i].mail)
			numbers = arena_printf(a, "%s%s%s", numbers, i ? ", " : "",
					       range_of(en, a, now, &g[i]));
	plan_alert(a, p, en->conf->policy,
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
		event_text(&ev, "what", g[i].mail ? "mail" : "number");
		event_num(&ev, "year", g[i].year);
		event_num(&ev, "first", g[i].first);
		event_num(&ev, "last", g[i].last);
		if (!store_event(en->st, &ev, e))
			return false;
	}
	return store_gaps_told(en->st, e);
}

bool engine_restored(struct engine *en, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct store_gap *g;
	size_t n = store_gaps(en->st, a, &g);
	bool ok = true;

	if (n > 0) {
		ok = engine_begin(en, e) && record(en, now, g, n, e) &&
		     engine_apply(en, a, restored_plan(en, a, now, g, n), 0, now, e) &&
		     engine_commit(en, false, e);
		if (!ok)
			engine_abandon(en);
	}
	arena_free(&a);
	return ok;
}
