#include "core/budget.h"

static int64_t planned(const struct plan *p, const char *addr)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->n_mails; i++)
		if (p->mails[i].automatic && p->mails[i].audience == AUDIENCE_REQUESTER &&
		    (addr == NULL || address_same(p->mails[i].to.addr, addr)))
			n++;
	return n;
}

static bool spent(const struct budget *b, int64_t used)
{
	return b->count > 0 && used >= b->count;
}

const char *budget_refuses(const struct world *w, const struct plan *p, const char *addr)
{
	if (spent(&w->policy->budget_address, w->snap->sent_to_address + planned(p, addr)))
		return "se alcanzó el límite de correo automático para esa dirección";
	if (spent(&w->policy->budget_total, w->snap->sent_total + planned(p, NULL)))
		return "se alcanzó el límite total de correo automático";
	return NULL;
}
