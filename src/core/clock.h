/* clock: the promise of a first response, as details of the event that starts it. Pure. */
#pragma once

#include "core/ticket.h"

/* What a case of this class was promised from `from` on. */
struct clock clock_promise(struct arena *a, const struct policy *p, const struct ticket *t,
			   int64_t from);
/* The promise as details of the event that starts it (ticket.c's field table). */
void clock_details(struct event *ev, const struct clock *c);
/* «12 horas», for the acknowledgement. */
const char *clock_within(struct arena *a, const struct policy *p, const struct ticket *t);
/* Runs still, and the limit has passed at now without having been told. */
bool clock_overdue(const struct ticket *t, int64_t now);
/* When an unanswered survey of a mail accepted at `from` closes the case. */
int64_t clock_survey_close(const struct policy *p, int64_t from);
/* Is now still within d (working time of the reopening) after the case was closed? */
bool clock_still(const struct policy *p, const struct ticket *t, struct duration d, int64_t now);
