/* held: words of staff that are kept and not sent, and how their author is told. */
#pragma once

#include "core/act.h"

/* The order as it came: what was answered decides who reads the message. */
struct order {
	const struct known_ticket *k;
	const struct facts *f; /* NULL: by socket */
	const struct staff *who;
	const struct outgoing *answers; /* NULL: not known, or by socket */
	enum audience audience;
};

/* Nothing done, nothing sent; the text is kept and its author told. */
struct held {
	const char *text, *why, *bad_line, *meant, *hint; /* "" when not said */
	enum audience audience;				  /* of the mail that tells it */
};
struct plan *held_plan(struct arena *a, const struct world *w, const struct order *o,
		       const struct held *h);
/* A colleague answered after the mail that this one answers: how it is held. False: nobody did. */
bool answered_meanwhile(struct arena *a, const struct world *w, const struct order *o,
			const char *text, struct held *h);
/* On the case: kept as an internal note, with why. */
void held_note(struct act *x, const char *text, const char *why);
