/* queue: what worker.c and queue.c share. */
#pragma once

#include "work/worker.h"

void queue_drop(struct worker *w);
