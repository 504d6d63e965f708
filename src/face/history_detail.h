/* history_detail: one detail of an event as people read it. Pure. */
#pragma once

#include "core/policy.h"
#include "face/flat.h"

/* «en persona»; NULL for what is no channel. */
const char *history_channel(const char *name);

/* «responsable: Ana Ruiz»; "" for what only the machine needs. */
const char *history_detail(struct arena *a, const struct policy *p, const struct flat_pair *pair);
