/* thread: which case does this mail belong to? Signals weighed, the result with a reason. */
#pragma once

#include "core/snapshot.h"
#include "core/trust.h"

enum thread_decision {
	THREAD_NEW,   /* a case of its own */
	THREAD_JOIN,  /* part of `ticket` */
	THREAD_LINKED /* a case of its own, linked to `ticket`; nothing is told about that one */
};

struct thread {
	enum thread_decision decision;
	const struct known_ticket *ticket; /* NULL for THREAD_NEW */
	const struct outgoing *answers;	   /* the mail of ours that is answered, when known */
	const char *reason; /* «In-Reply-To names our acknowledgement to this address» */
};

/* A reason in Spanish; one that is not from here comes back as it is. */
char *thread_said(struct arena *a, const char *reason);

struct thread thread_decide(struct arena *a, const struct world *w, const struct facts *f);
