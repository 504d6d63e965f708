#include "core/budget.h"

static bool spent(const struct budget *b, int64_t used)
{
	return b->count > 0 && used >= b->count;
}

const char *budget_refuses(const struct world *w)
{
	if (spent(&w->policy->budget_address, w->snap->sent_to_address))
		return "se alcanzó el límite de correo automático para esa dirección";
	if (spent(&w->policy->budget_total, w->snap->sent_total))
		return "se alcanzó el límite total de correo automático";
	return NULL;
}
