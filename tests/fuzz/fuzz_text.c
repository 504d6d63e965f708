/* Any bytes as text: what comes out is valid, fit for its place, and does not change again. */
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void twice_is_once(struct arena *a, char *(*f)(struct arena *, struct slice), struct slice s)
{
	char *once = f(a, s);

	check(text_valid(slice_of(once)));
	check(str_eq(f(a, slice_of(once)), once));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = {(const char *)data, size};
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(1 << 20);
	struct json j = json_to(&b);

	twice_is_once(a, text_fold, s);
	twice_is_once(a, text_nfc, s);
	twice_is_once(a, text_line, s);
	twice_is_once(a, text_clean, s);
	check(!strpbrk(text_line(a, s), "\r\n\t\x1b"));
	check(!strpbrk(text_clean(a, s), "\r\x1b"));
	for (size_t max = 0; max < 8; max++)
		check(!text_valid(s) || text_valid(text_cut(s, max)));
	json_slice(&j, NULL, s);
	check(b.over || text_valid(sbuf_view(&b)));
	check(text_valid(slice_of(log_quote(a, slice_dup(a, s)))));
	sbuf_free(&b);
	arena_free(&a);
	return 0;
}
