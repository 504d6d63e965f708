/* verdict: what our own mail server found out about the sender (Authentication-Results, RFC 8601).
 * Only the field with the configured authserv-id counts, or only the topmost one for servers that
 * write none; everything else is forged until proven. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

struct verdict_trust {
	const char *authserv_id; /* NULL: none configured -> VERDICT_NONE */
	bool topmost;		 /* the server writes no id: believe only the topmost field */
	const char *internal; /* «Header: value» that the server puts on internal mail, or NULL */
};

/* PASS: dmarc=pass, or dkim=pass whose domain aligns with from. FAIL: dmarc=fail, or spf and dkim
 * both fail. Sets f->verdict, f->internal, f->authentication. */
void verdict_read(struct arena *a, const struct headers *h, const struct verdict_trust *t,
		  const char *from, struct facts *f);
