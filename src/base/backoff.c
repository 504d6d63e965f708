#include "base/backoff.h"

static uint32_t mix(uint32_t v)
{
	v = (v ^ v >> 16) * 0x7feb352du;
	v = (v ^ v >> 15) * 0x846ca68bu;
	return v ^ v >> 16;
}

int64_t backoff_ms(unsigned attempt, int64_t first_ms, int64_t most_ms, uint32_t seed)
{
	uint32_t drawn = mix(seed ^ mix(attempt));
	int64_t wait = first_ms > 0 ? first_ms : 1;

	if (most_ms < 1)
		most_ms = 1;
	while (attempt-- > 0 && wait < most_ms)
		wait = wait > most_ms / 2 ? most_ms : wait * 2;
	if (wait > most_ms)
		wait = most_ms;
	return wait - (int64_t)((drawn % (uint64_t)(wait / 4 + 1)));
}
