/* assign: who attends a case. Pure. */
#pragma once

#include "core/decide.h"
#include "core/rule.h"

struct assigned {
	const struct staff *staff; /* NULL: the queue */
	const char *why;	   /* one Spanish line for the history */
};

/* By the rule's name, else by load (policy.assign_auto), else the queue. */
struct assigned assign_choose(struct arena *a, const struct world *w, const struct routing *r);
/* The people who could attend, with their loads: a Spanish line each, for the coordinator. */
const char *assign_people(struct arena *a, const struct world *w, const struct routing *r);
