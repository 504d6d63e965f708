#include "core/assign.h"

static struct load load_of(const struct snapshot *s, const struct staff *who)
{
	for (size_t i = 0; i < s->n_loads; i++)
		if (str_eq(s->loads[i].staff, who->id))
			return s->loads[i];
	return (struct load){.staff = who->id};
}

static bool serves(const struct staff *who, const char *service)
{
	for (size_t i = 0; i < who->n_services; i++)
		if (str_eq(who->services[i], service))
			return true;
	return who->n_services == 0;
}

static size_t attending(const struct policy *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_staff; i++)
		n += p->staff[i].attends;
	return n;
}

/* A sole technician takes every service and level. */
static bool can(const struct policy *p, const struct staff *who, const struct routing *r)
{
	if (!who->attends)
		return false;
	return attending(p) == 1 || (serves(who, r->service) && who->level >= r->level);
}

/* Nearest level first: an engineer is kept for what needs one. Then the lightest load, then who
 * waited longest; equals stay in the file's order. */
static bool before(const struct snapshot *s, const struct staff *x, const struct staff *y)
{
	struct load lx = load_of(s, x), ly = load_of(s, y);

	if (x->level != y->level)
		return x->level < y->level;
	if (lx.open_cases != ly.open_cases)
		return lx.open_cases < ly.open_cases;
	return lx.last_given_at < ly.last_given_at;
}

static const struct staff *lightest(const struct world *w, const struct routing *r)
{
	const struct policy *p = w->policy;
	const struct staff *best = NULL;

	for (size_t i = 0; i < p->n_staff; i++)
		if (can(p, &p->staff[i], r) && (!best || before(w->snap, &p->staff[i], best)))
			best = &p->staff[i];
	return best;
}

static const char *open_cases(struct arena *a, const struct snapshot *s, const struct staff *who)
{
	int n = load_of(s, who).open_cases;

	return n == 1 ? "1 caso abierto" : arena_printf(a, "%d casos abiertos", n);
}

struct assigned assign_choose(struct arena *a, const struct world *w, const struct routing *r)
{
	struct assigned out = {.staff = policy_staff(w->policy, r->assignee)};

	if (out.staff) {
		out.why = "lo dice una regla";
		return out;
	}
	if (!w->policy->assign_auto) {
		out.why = "la coordinación asigna los casos";
		return out;
	}
	out.staff = lightest(w, r);
	if (!out.staff)
		out.why = "nadie atiende ese servicio en ese nivel";
	else if (attending(w->policy) == 1)
		out.why = "es la única persona que atiende";
	else
		out.why = arena_printf(a, "tiene la menor carga: %s",
				       open_cases(a, w->snap, out.staff));
	return out;
}

const char *assign_people(struct arena *a, const struct world *w, const struct routing *r)
{
	const struct policy *p = w->policy;
	const char *lines = "";

	for (size_t i = 0; i < p->n_staff; i++)
		if (can(p, &p->staff[i], r))
			lines = arena_printf(a, "%s%s%s (%s): %s", lines, lines[0] ? "\n" : "",
					     p->staff[i].name, p->staff[i].id,
					     open_cases(a, w->snap, &p->staff[i]));
	return lines;
}
