/* wire: the bytes of an outgoing mail as they cross the network. */
#include "engine/parts.h"
#include "mail/compose.h"
#include "store/raw.h"

enum { WIRE_MAX = 64 * 1024 * 1024 };

static bool wire_segment(struct store *st, struct arena *a, const struct outbox_segment *s,
			 struct sbuf *out, struct err *e)
{
	struct segment seg = {
		.literal = s->literal,
		.raw = s->raw,
		.offset = s->offset,
		.len = s->len,
		.encoding = s->encoding,
	};
	struct slice stored = {NULL, 0};

	if (s->raw && !raw_part(st, a, s->raw, s->offset, s->len, &stored, e))
		return false;
	compose_segment(out, &seg, stored);
	return true;
}

bool wire_bytes(struct store *st, struct arena *a, const struct outbox_segment *segments, size_t n,
		struct sbuf *out, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!wire_segment(st, a, &segments[i], out, e))
			return false;
	if (out->over)
		return err_set(e, "the mail is larger than %zu bytes", out->max);
	return true;
}

bool engine_wire(struct engine *en, struct arena *a, int64_t row, struct sbuf *out, struct err *e)
{
	struct outbox_bytes b;
	struct sha256 sha;

	if (!outbox_bytes(en->st, a, row, &b, e) || !wire_bytes(en->st, a, b.segments, b.n, out, e))
		return false;
	sha = sha256_of(out->p, out->n);
	if (!digest_equal(&sha, &b.sha256, sizeof(sha)))
		return err_set(e, "outbox row %lld: its bytes changed since they were queued",
			       (long long)row);
	return true;
}
