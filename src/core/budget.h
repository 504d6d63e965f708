/* budget: how much automatic mail may leave to people outside the desk (DESIGN 4). Pure. */
#pragma once

#include "core/decide.h"

/* May one more automatic mail go to this address? What the plan holds already counts. NULL: yes;
 * else one Spanish line that says which limit was reached. */
const char *budget_refuses(const struct world *w, const struct plan *p, const char *addr);
