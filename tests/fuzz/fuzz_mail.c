/* Any bytes as a mail: what comes out packs and unpacks, and every file can be taken out again. */
#include "base/text.h"
#include "mail/encoding.h"
#include "mail/read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void check_files(struct arena *a, struct slice raw, const struct facts *f)
{
	for (size_t i = 0; i < f->n_attachments && i < 8; i++) {
		const struct attachment *t = &f->attachments[i];
		struct sbuf b = SBUF_INIT(4 * raw.n + 64);
		struct sha256 d;
		struct slice bytes;

		check(read_attachment(a, raw, i, &bytes));
		check(bytes.n == (size_t)t->size);
		if (!(t->flags & ATT_TNEF_PART)) {
			encoding_decode(&b, t->encoding,
					slice_sub(raw, (size_t)t->offset, (size_t)t->len));
			d = sha256_of(b.p, b.n);
			check(digest_equal(d.b, t->sha256.b, SHA256_LEN));
		}
		sbuf_free(&b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice raw = {(const char *)data, size};
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(64 * 1024 * 1024);
	struct facts f, g;

	read_init();
	read_mail(a, raw, &f);
	check(text_valid(slice_of(f.text)) && text_valid(slice_of(f.subject)));
	facts_pack(&b, &f);
	check(facts_unpack(a, sbuf_view(&b), (int64_t)size, &g));
	check(str_eq(f.text, g.text) && f.n_attachments == g.n_attachments);
	check_files(a, raw, &f);
	sbuf_free(&b);
	arena_free(&a);
	return 0;
}
