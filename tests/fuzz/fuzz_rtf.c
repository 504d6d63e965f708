/* Any bytes as RTF, packed or not: valid UTF-8 out, never longer than the cap. */
#include "base/text.h"
#include "mail/charset.h"
#include "mail/rtf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct slice s = {(const char *)data, size};
	struct rtf out;
	bool limited;

	charset_open_all();
	rtf_unpack(a, s, &s, &limited);
	if (rtf_read(a, s, &out) && (!text_valid(out.text) || out.text.n > RTF_TEXT_MAX))
		abort();
	arena_free(&a);
	return 0;
}
