/* timer: what a clock does when it runs out; shared with an answer that comes after the limit. */
#pragma once

#include "core/act.h"

/* The breach is recorded and told, once. The clock runs still. */
void timer_breach(struct act *x);
