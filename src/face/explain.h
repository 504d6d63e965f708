/* explain: one mail, what it says and what would become of it, as text for people. Pure. */
#pragma once

#include "core/facts.h"
#include "core/plan.h"
#include "face/terminal.h"

struct explain {
	const char *file; /* as it was named */
	const struct policy *policy;
	const struct facts *f;
	const struct plan *plan;
	const char *const *subjects; /* one for each mail of the plan */
	bool duplicate;		     /* it is in the ledger: the plan is that of a first time */
	const char *duplicate_of;    /* the number of its case, or "" */
};
void explain_text(struct sbuf *out, const struct terminal *to, const struct explain *m);
