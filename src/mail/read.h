/* read: one raw mail -> facts. Everything here runs in the sandboxed parser; who_read also in the
 * desk. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

enum {
	READ_RAW_MAX =
		25 * 1024 * 1024, /* default limit of a mail; larger ones come as headers only */
	READ_WARNINGS_MAX = 40
};

void read_init(void); /* once, before the sandbox: opens every converter */

/* Never fails: at worst kind is KIND_MALFORMED with the reason in warnings. */
void read_mail(struct arena *a, struct slice raw, struct facts *f);

/* The decoded bytes of facts.attachments[index] of that mail: for what only the sandbox may open
 * (files inside a winmail.dat). They borrow from raw or live in a. */
bool read_attachment(struct arena *a, struct slice raw, size_t index, struct slice *bytes);
