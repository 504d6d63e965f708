/* budget: how much automatic mail may leave to people outside the desk (DESIGN 4), and when the
 * surplus is told. Mail to staff is not counted but for a question that a stranger caused: a
 * warning must not be lost. Pure. */
#pragma once

#include "core/decide.h"

/* May one more automatic mail go to this address about this case (0: none yet)? A plan holds one
 * at most. NULL: yes; else one Spanish line that says why not. */
const char *budget_refuses(const struct world *w, const char *to, int64_t ticket);
/* When the budgets alone would let one more leave; 0: now. */
int64_t budget_free_at(const struct world *w, const char *to, int64_t ticket);
/* When the digest of what was refused is due: at most one in the address's window. */
int64_t budget_digest_due(const struct world *w, const char *to, int64_t ticket);
/* Is it time to tell the coordinator that mail is held back? Once an episode, once a day at most
 * while it lasts. */
bool budget_brake_is_news(const struct world *w);
