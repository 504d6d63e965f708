/* Any bytes as the value of a header field, read in every way. */
#include "base/text.h"
#include "mail/header.h"
#include "mail/words.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *s)
{
	if (!text_valid(slice_of(s)) || strpbrk(s, "\r\n"))
		abort();
}

static void check_addresses(struct arena *a, struct slice value)
{
	struct address *list;
	size_t n = header_addresses(a, value, &list);

	for (size_t i = 0; i < n; i++)
		if (list[i].addr[0] && !address_valid(list[i].addr))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice value = {(const char *)data, size}, param;
	struct arena *a = arena_new();
	const char **ids, *charset;
	size_t n = header_ids(a, value, &ids);
	int64_t utc;

	for (size_t i = 0; i < n; i++)
		check_line(ids[i]);
	check_addresses(a, value);
	check_line(words_decode(a, value));
	header_date(value, &utc);
	header_token(a, value);
	if (header_param(a, value, "name", &param, &charset)) {
		const char *name = words_filename(a, words_param(a, param, charset), "adjunto");

		check_line(name);
		if (strlen(name) > 255 || name[0] == '\0' || strpbrk(name, "/\\"))
			abort();
	}
	arena_free(&a);
	return 0;
}
