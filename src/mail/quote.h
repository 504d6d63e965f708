/* quote: which part of a text is new, which is quoted, which is signature. Pure; nothing is
 * thrown away, and in doubt text is new. Patterns of the clients are data (a table by client and
 * language). */
#pragma once

#include "base/mem.h"
#include "base/str.h"
#include "core/facts.h"

/* Cover text exactly with spans. is_reply: the header shows an answer (a forwarded mail without
 * answer header is a request whose forwarded text counts as new).
 * *forwarded_from: innermost author of forwarded text (addr "" when none). */
size_t quote_spans(struct arena *a, struct slice text, bool is_reply, const char *subject,
		   struct span **out, struct address *forwarded_from);
