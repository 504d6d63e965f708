/* read: one raw mail -> facts. Everything here runs in the sandboxed parser; who_read also in the
 * desk. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

enum {
	READ_RAW_MAX = 25 * 1024 * 1024, /* default limit of a mail; larger ones come as headers only */
	READ_WARNINGS_MAX = 40
};

void read_init(void); /* once, before the sandbox: GMime, converters, patterns */

/* Never fails: at worst kind is KIND_MALFORMED with the reason in warnings. */
void read_mail(struct arena *a, struct slice raw, struct facts *f);
