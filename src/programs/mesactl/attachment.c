/* attachment: list a case's attachments, or bring one out of the stored raw mail. */
#include "programs/mesactl/ctl.h"
#include "programs/mesactl/text.h"

#include "mail/encoding.h"
#include "store/raw.h"

enum { DECODED_MAX = 256 * 1024 * 1024, LINE_BYTES = 16 * 1024 };

static void print_json(const struct attachment_row *r)
{
	struct sbuf b = SBUF_INIT(LINE_BYTES);
	struct json j = json_to(&b);
	char sha[SHA256_HEX];

	hex_encode(r->att.sha256.b, SHA256_LEN, sha);
	json_open(&j, NULL, '{');
	json_int(&j, "id", r->id);
	json_str(&j, "name", r->att.name);
	json_str(&j, "type", r->att.type);
	json_int(&j, "size", r->att.size);
	json_str(&j, "sha256", sha);
	json_bool(&j, "inline", (r->att.flags & ATT_INLINE) != 0);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

/* What is wrapped in a winmail.dat only the sandbox may open. */
static bool unwrap(struct ctl *c, const struct attachment_row *rows, size_t n,
		   const struct attachment_row *r, struct slice *out, struct err *e)
{
	struct reader *reader = reader_new(c);
	uint32_t index = 0;
	struct slice raw;
	bool ok;

	for (size_t i = 0; i < n && &rows[i] != r; i++)
		index += rows[i].mail == r->mail;
	ok = raw_get(c->store, c->a, r->raw, &raw, e) &&
	     reader_extract(reader, c->a, raw, index, out, e);
	reader_free(&reader);
	return ok;
}

static bool decode(struct ctl *c, const struct attachment_row *r, struct slice *out, struct err *e)
{
	struct sbuf b = SBUF_INIT(DECODED_MAX);
	struct slice part;
	bool ok = raw_part(c->store, c->a, r->raw, r->att.offset, r->att.len, &part, e);

	if (ok) {
		encoding_decode(&b, r->att.encoding, part);
		*out = (struct slice){arena_copy(c->a, b.p ? b.p : "", b.n), b.n};
	}
	sbuf_free(&b);
	return ok;
}

static int bring(struct ctl *c, struct attachment_row *rows, size_t n, const char *id,
		 const struct target *to)
{
	const struct attachment_row *r = NULL;
	struct slice bytes;
	struct err e;
	uint64_t want;
	bool ok;

	if (!slice_u64(slice_of(id), &want))
		return ctl_usage("attachment");
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == (int64_t)want)
			r = &rows[i];
	if (r == NULL)
		return ctl_fail(CTL_NOINPUT, "ese caso no tiene un adjunto %s", id);
	ok = r->att.flags & ATT_TNEF_PART ? unwrap(c, rows, n, r, &bytes, &e)
					  : decode(c, r, &bytes, &e);
	if (!ok)
		return ctl_fail(CTL_DATA, "%s", e.text);
	return target_write(to, bytes);
}

/* to NULL: the list. */
static int attachments(struct ctl *c, const struct target *to)
{
	struct attachment_row *rows;
	struct known_ticket k;
	struct err e;
	size_t n;
	int found, rc = ctl_store(c);

	if (rc)
		return rc;
	found = store_ticket_by_number(c->store, c->a, c->argv[0], &k, &e);
	if (found == 0)
		return ctl_fail(CTL_NOINPUT, "no hay un caso %s", c->argv[0]);
	if (found < 0 || !query_attachments(c->store, c->a, k.t.id, &rows, &n, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	if (to)
		return bring(c, rows, n, c->argv[1], to);
	if (!c->json)
		return text_attachments(c, rows, n);
	for (size_t i = 0; i < n; i++)
		print_json(&rows[i]);
	return CTL_OK;
}

int run_attachment(struct ctl *c)
{
	const char *to = ctl_option(c, "-o");
	struct target t;
	int rc;

	if (c->argc < 1 || c->argc > 2 || (c->argc == 2) != (to != NULL))
		return ctl_usage("attachment");
	if (to == NULL)
		return attachments(c, NULL);
	rc = target_open(&t, to);
	return rc ? rc : target_close(&t, attachments(c, &t));
}
