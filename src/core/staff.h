/* staff: mail of a registered address about a case, and commands on it. */
#pragma once

#include "core/command.h"
#include "core/held.h"
#include "core/thread.h"

/* All or nothing: a plan that does it, or one that holds it and says why. */
struct plan *command_plan(struct arena *a, const struct world *w, const struct order *o,
			  const struct commands *c);

/* Mail of staff with full authority. */
struct plan *staff_mail(struct arena *a, const struct world *w, const struct order *o);
/* Mail of a registered address that falls short: a note, and a question to that address. */
struct plan *staff_unproven(struct arena *a, const struct world *w, const struct order *o,
			    const struct trust *t);
