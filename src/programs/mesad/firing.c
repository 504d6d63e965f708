/* firing: the timers that are due. */
#include "programs/mesad/desk.h"

#include "base/log.h"

enum { TIMERS_A_BATCH = 256, DIGESTS_A_BATCH = 16, TIMERS_LOOKED_AT = 65536 };

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

/* Counts what was done. A row that cannot be done although the store is well stays, and holds
 * nobody up. */
static bool counted(struct desk *d, bool ok, int64_t ticket, size_t *n, const struct err *e)
{
	struct arena *a;

	*n += ok;
	if (ok || store_trouble(d->store) != TROUBLE_NONE)
		return ok;
	a = arena_new();
	log_event(LOG_LEVEL_ERROR, "timer_undone", "ticket=%lld why=%s", (long long)ticket,
		  log_quote(a, e->text));
	arena_free(&a);
	return true;
}

static bool fire_some(struct desk *d, int64_t now, size_t max, size_t *n, size_t *fired,
		      struct err *e)
{
	struct arena *a = arena_new();
	struct timer *due;
	bool ok = timers_due(d->store, a, now, max, &due, n, e);

	for (size_t i = 0; ok && i < *n && *fired < TIMERS_A_BATCH; i++)
		if (may_fire(d, &due[i]))
			ok = counted(d, engine_timer(d->engine, &due[i], now, e), due[i].ticket,
				     fired, e);
	arena_free(&a);
	return ok;
}

/* Rows that have to wait (closes, for an unreachable mailbox) must not stand before those that need
 * not: then it is looked further. */
static bool fire_timers(struct desk *d, int64_t now, bool *fired_r, struct err *e)
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

static bool fire_digests(struct desk *d, int64_t now, bool *fired_r, struct err *e)
{
	struct arena *a;
	struct digest_row *due;
	size_t n = 0, done = 0;
	bool ok;

	if (d->clock_back || d->quiet)
		return true;
	a = arena_new();
	ok = digests_due(d->store, a, now, DIGESTS_A_BATCH, &due, &n, e);
	for (size_t i = 0; ok && i < n; i++)
		ok = counted(d, engine_digest(d->engine, &due[i], now, e), 0, &done, e);
	*fired_r = *fired_r || done > 0;
	if (done == DIGESTS_A_BATCH)
		d->timers_due = true;
	arena_free(&a);
	return ok;
}

bool firing_run(struct desk *d, int64_t now, bool *fired, struct err *e)
{
	return fire_timers(d, now, fired, e) && fire_digests(d, now, fired, e);
}
