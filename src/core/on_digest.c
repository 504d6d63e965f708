#include "core/budget.h"
#include "core/clock.h"
#include "core/say.h"

static const char *case_line(struct arena *a, const struct policy *p, const struct ticket *t)
{
	const char *within = clock_within(a, p, t);

	return arena_printf(a, "%s: recibido el %s, %s%s%s; %s", t->number,
			    say_day(a, p->zone, t->opened_at), say_hour(a, p->zone, t->opened_at),
			    within[0] ? "; plazo máximo: " : "", within, state_label(t->state));
}

/* A digest of one case is a mail about that case: its answer joins it. */
static struct plan_mail *mail_of(struct arena *a, struct plan *p, const struct digest *d)
{
	bool one = d->n == 1 && d->more == 0;
	int ticket = one ? plan_ticket(a, p, &d->cases[0]) : -1;

	return plan_mail(a, p, MAIL_DIGEST, ticket, d->to, AUDIENCE_REQUESTER);
}

struct plan *on_digest(struct arena *a, const struct world *w, const struct digest *d, int64_t *due)
{
	const char *lines = "";
	struct plan_mail *m;
	struct plan *p;

	*due = budget_free_at(w, d->to.addr, 0);
	if (*due)
		return NULL;
	p = plan_new(a);
	m = mail_of(a, p, d);
	m->automatic = true;
	for (size_t i = 0; i < d->n; i++)
		lines = arena_printf(a, "%s%s%s", lines, i ? "\n" : "",
				     case_line(a, w->policy, &d->cases[i]));
	if (d->more)
		lines = arena_printf(a, "%s\ny %lld más", lines, (long long)d->more);
	plan_var(m, "cases", lines);
	return p;
}
