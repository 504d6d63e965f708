/* Any bytes as HTML: valid in, valid out, never longer than the cap. */
#include "base/text.h"
#include "mail/charset.h"
#include "mail/html.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct slice html =
		charset_to_utf8(a, NULL, (struct slice){(const char *)data, size}, NULL);
	bool limited;
	char *text = html_to_text(a, html, &limited);

	if (!text_valid(slice_of(text)) || strlen(text) > HTML_TEXT_MAX)
		abort();
	arena_free(&a);
	return 0;
}
