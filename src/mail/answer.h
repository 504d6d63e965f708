/* answer: does a person's mail answer another one? */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

/* In-Reply-To or References names a mail (RFC 5322 section 3.6.4). */
bool answer_named(struct arena *a, const struct headers *h);

/* That, or «Re:» in its subject (decoded), or an address to which only an answer goes: a program
 * made it up. */
bool answer_is(struct arena *a, const struct headers *h, const char *subject);

/* Its writer cites what they answer: after some programs the only sign of it. f->spans stand. */
bool answer_cites(struct arena *a, const struct facts *f);
