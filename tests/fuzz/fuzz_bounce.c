/* fuzz_bounce: header, a status part and words, parted by «\f»; a first byte above 0x7F chooses
 * another shape than a delivery report. Nothing that is found breaks the promises of its contract.
 */
#include "base/text.h"
#include "mail/automatic.h"
#include "mail/bounce.h"

#include <stdint.h>
#include <stdlib.h>

static const struct {
	const char *type, *report_type;
} shapes[] = {{"multipart/report", "delivery-status"},		{"text/plain", ""},
	      {"multipart/report", "feedback-report"},		{"text/calendar", ""},
	      {"multipart/report", "disposition-notification"}, {"multipart/mixed", ""}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct slice rest = {(const char *)data, size}, header = {"", 0}, status = {"", 0};
	slice_next(&rest, '\f', &header);
	slice_next(&rest, '\f', &status);
	struct headers h = header_split(a, header);
	struct mime_leaf leaves[] = {
		{.role = MIME_DELIVERY_STATUS, .type = "message/delivery-status", .bytes = status},
		{.role = MIME_REPORT_PART, .type = "message/rfc822", .bytes = rest}};
	size_t shape = size > 0 && data[0] & 0x80 ? (data[0] >> 1) % COUNT(shapes) : 0;
	struct mime_tree t = {.type = shapes[shape].type,
			      .report_type = shapes[shape].report_type,
			      .leaves = leaves,
			      .n = size > 0 && data[0] & 1 ? 2 : 0};
	for (size_t i = 0; i < COUNT(leaves); i++)
		leaves[i].charset = leaves[i].parent = "";
	const struct slice *v = header_get(&h, "Subject");
	char *subject = text_line(a, v == NULL ? (struct slice){"", 0} : *v);
	struct slice text = slice_of(text_clean(a, rest));
	struct bounce_report b = bounce_read(a, &h, &t, subject, text);
	struct automatic m = automatic_read(a, &h, &t, subject, text);
	if (b.is_bounce != (b.n > 0) || m.kind >= KIND_COUNT || m.reason == NULL)
		abort();
	for (size_t i = 0; i < b.n; i++)
		if (b.list[i].recipient == NULL || b.list[i].status == NULL ||
		    b.list[i].diagnostic == NULL || (b.list[i].delayed && b.list[i].permanent) ||
		    !text_valid(slice_of(b.list[i].diagnostic)))
			abort();
	arena_free(&a);
	return 0;
}
