/* firing: the timers that are due. */
#include "programs/mesad/desk.h"

enum { TIMERS_A_BATCH = 256, TIMERS_LOOKED_AT = 65536 };

/* May this row fire now? A close by itself only after every mailbox was read at or after its hour,
 * and never on a clock that is not sane (DESIGN, section 4). */
static bool may_fire(struct desk *d, const struct timer *t)
{
	if (d->clock_back || d->quiet)
		return false;
	if (t->kind != TIMER_CLOSE)
		return true;
	return sys_mono_ms() >= d->clock_hold_until_ms && boxes_listed_since(d, t->due);
}

static bool fire_some(struct desk *d, int64_t now, size_t max, size_t *n, size_t *fired,
		      struct err *e)
{
	struct arena *a = arena_new();
	struct timer *due;
	bool ok = timers_due(d->store, a, now, max, &due, n, e);

	for (size_t i = 0; ok && i < *n && *fired < TIMERS_A_BATCH; i++)
		if (may_fire(d, &due[i])) {
			ok = engine_timer(d->engine, &due[i], now, e);
			++*fired;
		}
	arena_free(&a);
	return ok;
}

/* Rows that have to wait (closes, for an unreachable mailbox) must not stand before those that need
 * not: then it is looked further. */
bool firing_run(struct desk *d, int64_t now, bool *fired_r, struct err *e)
{
	size_t max = TIMERS_A_BATCH, n = 0, fired = 0;
	bool ok = fire_some(d, now, max, &n, &fired, e);

	while (ok && n == max && fired == 0 && max < TIMERS_LOOKED_AT) {
		max *= 4;
		ok = fire_some(d, now, max, &n, &fired, e);
	}
	*fired_r = fired > 0;
	if (fired && n == max)
		d->timers_due = true; /* there may be more */
	return ok;
}
