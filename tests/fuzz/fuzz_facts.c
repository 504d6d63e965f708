/* Any bytes as the parser's answer: what is taken packs to the same bytes again. */
#include "core/facts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(64 * 1024 * 1024);
	struct facts f;

	if (facts_unpack(a, bytes, 1 << 20, &f)) {
		facts_pack(&b, &f);
		if (!slice_eq(sbuf_view(&b), bytes))
			abort();
		facts_span_text(a, &f, SPAN_NEW);
	}
	sbuf_free(&b);
	arena_free(&a);
	return 0;
}
