/* probe_say: what both probes say alike. */
#pragma once

#include "io/probe.h"

/* Always false. */
bool probe_bad(struct probe_result *r, enum fault f, const struct err *e);
const char *probe_tls_words(enum stream_tls tls);
