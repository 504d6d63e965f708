/* fuzz_quote: any text splits into spans that cover it. */
#include "base/text.h"
#include "mail/quote.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *a = arena_new();
	char *text = text_clean(a, (struct slice){(const char *)data + 1, size - 1});
	struct slice s = slice_of(text);
	struct span *spans;
	struct address from;
	size_t at = 0;
	size_t n = quote_spans(a, s, data[0] & 1, data[0] & 2 ? "RV: caso" : "Re: caso", &spans,
			       &from);
	for (size_t i = 0; i < n; i++) {
		if (spans[i].from != at || spans[i].len == 0 || spans[i].kind >= SPAN_COUNT)
			abort();
		at += spans[i].len;
	}
	if (at != s.n || (from.addr[0] != '\0' && !address_valid(from.addr)))
		abort();
	arena_free(&a);
	return 0;
}
