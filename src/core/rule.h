/* rule: routing by the entity's rules. Facts in; service, area, level, priority and who attends
 * out, with a line for each rule that was looked at. Pure. */
#pragma once

#include "core/plan.h"

struct routing {
	const char *service, *area, *assignee; /* assignee "": by load */
	int level;
	enum priority priority;
	struct rule_trace *trace;
	size_t n_trace;
};

/* What no rule sets comes from the service, then from the desk's defaults. */
struct routing rule_route(struct arena *a, const struct policy *p, const struct facts *f);

/* Is addr one of the list («who@domain» or «@domain», folded)? */
bool rule_address_listed(const char *addr, const char *const *list, size_t n);
/* The intake rule that names this sender, or NULL. */
const struct intake *rule_intake(const struct policy *p, const char *addr);
/* Who asks: From, or Reply-To where an intake rule says so (the site's form). */
struct address rule_requester(const struct policy *p, const struct facts *f);
