/* staff: mail of a registered address about a case, and commands on it. */
#pragma once

#include "core/act.h"
#include "core/command.h"
#include "core/thread.h"

/* The order as it came: what was answered decides who reads the message. */
struct order {
	const struct known_ticket *k;
	const struct facts *f; /* NULL: by socket */
	const struct staff *who;
	const struct outgoing *answers; /* NULL: not known, or by socket */
	enum audience audience;
};

/* All or nothing: a plan that does it, or one that holds it and says why. */
struct plan *command_plan(struct arena *a, const struct world *w, const struct order *o,
			  const struct commands *c);

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

/* Mail of staff with full authority. */
struct plan *staff_mail(struct arena *a, const struct world *w, const struct order *o);
/* Mail of a registered address that falls short: a note, and a question to that address. */
struct plan *staff_unproven(struct arena *a, const struct world *w, const struct order *o,
			    const struct trust *t);
