/* backoff: how long to wait before the next attempt. Pure. */
#pragma once

#include <stdint.h>

/* attempt 0 waits about first_ms, each next one twice as long, never above most_ms. The jitter
 * takes off up to a quarter, drawn from seed and attempt: the same arguments, the same wait. */
int64_t backoff_ms(unsigned attempt, int64_t first_ms, int64_t most_ms, uint32_t seed);
