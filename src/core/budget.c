#include "core/budget.h"

enum { EPISODE_APART = 3600, EPISODE_AGAIN = 86400 };

static const char *const reached[BUDGET_COUNT] = {
	[BUDGET_ADDRESS] = "se alcanzó el límite de correo automático para esa dirección",
	[BUDGET_TICKET] = "se alcanzó el límite de correo automático para este caso",
	[BUDGET_DOMAIN] = "se alcanzó el límite de correo automático para ese dominio",
	[BUDGET_TOTAL] = "se alcanzó el límite total de correo automático",
};

/* What was not loaded is not spent. */
static const struct spent *spent_for(const struct world *w, const char *to, int64_t ticket)
{
	static const struct spent nothing = {.to = ""};

	for (size_t i = 0; i < w->snap->n_spent; i++)
		if (w->snap->spent[i].ticket == ticket && address_same(w->snap->spent[i].to, to))
			return &w->snap->spent[i];
	return &nothing;
}

const char *budget_refuses(const struct world *w, const char *to, int64_t ticket)
{
	const struct spent *s = spent_for(w, to, ticket);

	for (size_t i = 0; i < BUDGET_COUNT; i++)
		if (s->free_at[i])
			return reached[i];
	/* else what comes later would be told first, and take the digest's place */
	return s->digest_due ? "espera un resumen para esa dirección" : NULL;
}

static int64_t latest(int64_t x, int64_t y)
{
	return x > y ? x : y;
}

int64_t budget_free_at(const struct world *w, const char *to, int64_t ticket)
{
	const struct spent *s = spent_for(w, to, ticket);
	int64_t at = 0;

	for (size_t i = 0; i < BUDGET_COUNT; i++)
		at = latest(at, s->free_at[i]);
	return at;
}

int64_t budget_digest_due(const struct world *w, const char *to, int64_t ticket)
{
	int64_t last = spent_for(w, to, ticket)->digested_at;
	int64_t at = budget_free_at(w, to, ticket);

	return last ? latest(at, last + w->policy->budgets[BUDGET_ADDRESS].seconds) : at;
}

bool budget_brake_is_news(const struct world *w)
{
	return w->now - w->snap->brake_told_at >= (w->snap->braked ? EPISODE_AGAIN : EPISODE_APART);
}
