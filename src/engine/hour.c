/* hour: a wall clock that cannot be believed. */
#include "core/say.h"
#include "engine/parts.h"

static const char told_for[] = "clock_told";

static bool already_told(struct engine *en, struct arena *a, const char *last)
{
	struct slice was;

	return store_meta_get(en->st, a, told_for, &was) && slice_eq(was, slice_of(last));
}

static struct plan *behind_plan(struct engine *en, struct arena *a, int64_t now, int64_t last)
{
	const struct policy *pol = en->conf->policy;
	struct plan *p = plan_new(a);

	plan_alert(a, p, pol,
		   arena_printf(a,
				"El reloj del servidor marca %s, pero hay sucesos registrados de "
				"%s. Hasta que se aclare no se reciben correos (siguen en el "
				"buzón), no salen los de los casos (esperan) y ningún caso se "
				"cierra solo. Si la hora está mal, corríjala en el servidor y todo "
				"sigue por sí mismo. Si está bien "
				"(el reloj estuvo adelantado y ya se corrigió), acéptela.",
				say_short(a, pol->zone, now), say_short(a, pol->zone, last)),
		   "", "mesactl clock accept");
	return p;
}

bool engine_is_behind(const struct engine *en, int64_t now)
{
	return now + CLOCK_SLACK < store_last_event(en->st);
}

bool engine_clock_behind(struct engine *en, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	int64_t last = store_last_event(en->st);
	const char *mark = arena_printf(a, "%lld", (long long)last);
	bool ok = true;

	if (already_told(en, a, mark))
		goto out;
	ok = engine_begin(en, e) && engine_apply(en, a, behind_plan(en, a, now, last), 0, now, e) &&
	     store_meta_set(en->st, told_for, slice_of(mark), e) && engine_commit(en, false, e);
	if (!ok)
		engine_abandon(en);
out:
	arena_free(&a);
	return ok;
}

/* Mail that was queued by the clock that was ahead would wait for that hour. */
bool engine_clock_accept(struct engine *en, int64_t now, struct err *e)
{
	struct event ev;

	event_init(&ev, EVENT_CLOCK, now, "system");
	event_num(&ev, "before", store_last_event(en->st));
	return store_event(en->st, &ev, e) && outbox_wake(en->st, now, e);
}
