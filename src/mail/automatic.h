/* automatic: was this mail written by a person? Header first, text last (RFC 3834, RFC 2919,
 * RFC 2369, RFC 5965, RFC 8098; the phrases of ten languages are data). */
#pragma once

#include "core/facts.h"
#include "mail/header.h"
#include "mail/mime.h"

struct automatic {
	enum mail_kind kind; /* KIND_NEW or KIND_REPLY when a person wrote */
	const char *reason;  /* «List-Id: …»; "" for a person */
	const char *report;  /* "", feedback, delivered, mdn, delayed */
};

/* subject and text are decoded. Bounces are recognised before, by mail/bounce. */
struct automatic automatic_read(struct arena *a, const struct headers *h, const struct mime_tree *t,
				const char *subject, struct slice text);
