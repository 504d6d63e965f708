/* connect: what stream.c and connect.c share: a TCP connection to one of a name's addresses. */
#pragma once

#include "io/stream.h"

/* A connected, non-blocking, close-on-exec socket; -1 with fault and e set. All addresses are tried
 * in turn until deadline_ms (sys_mono_ms). */
int connect_to(const struct stream_conf *c, int64_t deadline_ms, enum fault *fault, struct err *e);

/* Wait for events on fd, or for the stop. Returns 1 ready, 0 the time is over, -1 stopped. */
int connect_wait(int fd, short events, const struct stream_wake *w, int64_t deadline_ms);
