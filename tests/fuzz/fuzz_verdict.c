/* Any bytes as a header block with verdicts: a field without our id never counts. */
#include "mail/verdict.h"
#include "mail/who.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct verdict_trust trusts[] = {
		{.authserv_id = "mx.x.example", .internal = "X-Interno: si"},
		{.topmost = true},
	};
	struct slice raw = {(const char *)data, size};
	struct arena *a = arena_new();
	struct headers h = header_split(a, raw);
	struct facts f;

	for (size_t i = 0; i < COUNT(trusts); i++) {
		facts_init(&f);
		who_read(a, &h, &f);
		verdict_read(a, &h, &trusts[i], f.from.addr, &f);
		if (trusts[i].authserv_id && f.verdict != VERDICT_NONE &&
		    slice_ifind(raw, SLICE("mx.x.example")) == SIZE_MAX)
			abort();
	}
	arena_free(&a);
	return 0;
}
