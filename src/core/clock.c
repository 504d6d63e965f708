#include "core/clock.h"

#include "core/say.h"

static const struct response_policy *response_of(const struct policy *p, const struct ticket *t)
{
	return policy_response(p, t->area, t->service, t->level, (int)t->priority);
}

/* «Never» is no row of the timers. */
static int64_t moment(int64_t at)
{
	return at == INT64_MAX ? 0 : at;
}

/* As it is written in the configuration: «12h», «90s», «2d». */
static const char *duration_text(struct arena *a, struct duration d)
{
	enum { MINUTE = 60, HOUR = 3600 };

	if (d.days)
		return arena_printf(a, "%dd", (int)d.days);
	if (d.seconds % HOUR == 0)
		return arena_printf(a, "%lldh", (long long)(d.seconds / HOUR));
	if (d.seconds % MINUTE == 0)
		return arena_printf(a, "%lldm", (long long)(d.seconds / MINUTE));
	return arena_printf(a, "%llds", (long long)d.seconds);
}

static const char *policy_text(struct arena *a, const struct response_policy *r)
{
	return arena_printf(a, "%s %s %d%%", duration_text(a, r->within),
			    r->calendar ? r->calendar->id : "always", r->warn);
}

struct clock clock_promise(struct arena *a, const struct policy *p, const struct ticket *t,
			   int64_t from)
{
	const struct response_policy *r = response_of(p, t);
	struct clock c = {.started = from, .policy = policy_text(a, r)};

	if (duration_zero(r->within))
		return c;
	c.due = moment(calendar_add(r->calendar, from, r->within));
	if (r->warn > 0)
		c.warn_at = moment(calendar_part(r->calendar, from, r->within, r->warn));
	return c;
}

void clock_details(struct event *ev, const struct clock *c)
{
	event_num(ev, "response_started", c->started);
	event_num(ev, "response_warn_at", c->warn_at);
	event_num(ev, "response_due", c->due);
	event_text(ev, "response_policy", c->policy);
}

const char *clock_within(struct arena *a, const struct policy *p, const struct ticket *t)
{
	const struct response_policy *r = response_of(p, t);

	return duration_zero(r->within) ? "" : say_duration(a, r->within, r->calendar != NULL);
}

bool clock_overdue(const struct ticket *t, int64_t now)
{
	struct timer timers[TIMER_KIND_COUNT];
	size_t n = ticket_timers(t, timers);

	for (size_t i = 0; i < n; i++)
		if (timers[i].kind == TIMER_BREACH && timers[i].due <= now)
			return true;
	return false;
}

int64_t clock_survey_close(const struct policy *p, int64_t from)
{
	return moment(calendar_add(p->survey_calendar, from, p->survey_close));
}

bool clock_still(const struct policy *p, const struct ticket *t, struct duration d, int64_t now)
{
	return now <= calendar_add(p->reopen_calendar, t->closed_at, d);
}
