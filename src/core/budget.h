/* budget: how much automatic mail may leave to people outside the desk (DESIGN 4). Pure. */
#pragma once

#include "core/decide.h"

/* May one more automatic mail go to whoever wrote? A plan holds one at most. NULL: yes; else one
 * Spanish line that says which limit was reached. */
const char *budget_refuses(const struct world *w);
