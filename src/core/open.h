/* open: a case is born. Shared by mail, form, alarm and what staff register. */
#pragma once

#include "core/act.h"

struct opening {
	const struct facts *f; /* the words; «who wrote» is the requester */
	const char *channel, *actor;
	const char *no_ack;		   /* why nobody is thanked; NULL: the requester is */
	const struct known_ticket *linked; /* NULL: none */
	const char *linked_why;		   /* one Spanish line for staff, "" */
};

struct plan *open_case(struct arena *a, const struct world *w, const struct opening *o);
