/* said: what the words of a requester's reply amount to. Pure; the phrases are data. */
#pragma once

#include "core/policy.h"

/* First line only a digit of 1 to 5 («4», «calificación: 4», «4/5»)? *below: the text under it. */
bool said_vote(struct arena *a, const char *text, int *score, const char **below);

/* Nothing but thanks, greetings and names (of the writer, of staff)? Short, and no question. */
bool said_thanks(struct arena *a, const struct policy *p, const char *text, const char *writer);

/* Do these words say that the answers stand among the quoted ones («respondo en rojo», «see my
 * comments below»)? Looks at the first 40 words. */
bool said_below(struct arena *a, const char *text);
