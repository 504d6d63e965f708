/* subject: what a subject says about its thread, without reply prefixes and numbers. Pure. */
#pragma once

#include "core/policy.h"

/* Folded, without reply and forward prefixes, numbers in brackets, and runs of blanks. */
char *subject_key(struct arena *a, const struct policy *p, const char *subject);

enum subject_prefix { PREFIX_NONE, PREFIX_REPLY, PREFIX_FORWARD };
/* The outermost prefix (Re:, RV:, Fwd: … of the languages that mail programs speak). */
enum subject_prefix subject_prefix(struct arena *a, const char *subject);
/* Does it say «Re:», outermost or after tags of other desks («[#42] Re: …»)? */
bool subject_answers(struct arena *a, const char *subject);
