/* bounce: delivery reports by RFC 3464 and by the dialects of MTAs and providers that write
 * their own. The dialects are a table: sender or subject or text marks -> how to read it. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"
#include "mail/mime.h"

struct bounce_report {
	bool is_bounce;	    /* failed or delayed: KIND_BOUNCE */
	const char *report; /* "", delivered, delayed */
	struct bounce *list;
	size_t n;
	const char *original_id; /* Message-ID of the mail that came back, or "" */
	const char *reason;	 /* by what it was recognised */
};

struct bounce_report bounce_read(struct arena *a, const struct headers *h,
				 const struct mime_tree *t, const char *subject, struct slice text);
