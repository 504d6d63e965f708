/* outbox_add: a mail of ours, queued with its bytes. */
#include "store/rows.h"

enum { REFERENCE_MAX = 512 };

static bool raw_sha(struct store *st, int64_t raw, struct sha256 *out, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_RAW_SHA, e, VALUES(v_int(raw)));
	int rc = q ? sql_next(st, q, e) : -1;
	bool ok = rc == 1 && col_sha(q, 0, out);

	sql_end(q);
	if (rc >= 0 && !ok)
		err_set(e, "no raw mail %lld", (long long)raw);
	return ok;
}

bool outbox_parts(struct store *st, const struct outbox_segment *s, size_t n, struct sha256 *out,
		  struct err *e)
{
	struct sha256_ctx *c = sha256_begin();
	struct sbuf b = SBUF_INIT(REFERENCE_MAX);
	char hex[SHA256_HEX];
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		struct sha256 sha;

		if (s[i].raw == 0) {
			sha256_add(c, s[i].literal.p, s[i].literal.n);
			continue;
		}
		ok = raw_sha(st, s[i].raw, &sha, e);
		if (!ok)
			break;
		hex_encode(sha.b, sizeof(sha.b), hex);
		sbuf_clear(&b);
		sbuf_printf(&b, "\n%s %lld %lld %s\n", hex, (long long)s[i].offset,
			    (long long)s[i].len, s[i].encoding ? s[i].encoding : "");
		sha256_add(c, b.p, b.n);
	}
	sbuf_free(&b);
	*out = sha256_end(&c);
	return ok;
}

static bool add_segments(struct store *st, int64_t id, const struct outbox_bytes *b, struct err *e)
{
	if (b->n > SEGMENTS_MAX)
		return err_set(e, "a mail of %zu pieces", b->n);
	for (size_t i = 0; i < b->n; i++) {
		const struct outbox_segment *s = &b->segments[i];

		if (!sql_run(st, SQL_SEGMENT_ADD, e,
			     VALUES(v_int(id << SEGMENT_BITS | (int64_t)i), v_blob(s->literal),
				    v_ref(s->raw), v_int(s->offset), v_int(s->len),
				    v_text(s->encoding))))
			return false;
	}
	return true;
}

bool outbox_add(struct store *st, struct arena *a, const struct outbox_new *o, struct err *e)
{
	const struct plan_mail *m = o->mail;
	const struct outbox_bytes *b = o->bytes;
	bool budgeted =
		m->automatic && (m->audience == AUDIENCE_REQUESTER || m->purpose == MAIL_CONFIRM);
	struct sha256 parts;

	if (str_empty(b->message_id) || str_empty(b->to))
		return err_set(e, "a mail without Message-ID or recipient");
	return outbox_parts(st, b->segments, b->n, &parts, e) &&
	       sql_run(st, SQL_OUTBOX_ADD, e,
		       VALUES(v_int(o->id), v_ref(o->ticket ? o->ticket->id : 0),
			      v_text(mail_purpose_name(m->purpose)),
			      v_text(audience_name(m->audience)), v_int(m->automatic),
			      v_int(budgeted), v_int(m->answers), v_int(m->surveys),
			      v_int(o->ticket ? o->ticket->round : 0), v_int(m->while_states),
			      v_int(m->while_round), v_text(b->envelope_from), v_text(b->to),
			      v_text(address_key(a, b->to)), v_text(b->subject),
			      v_text(b->message_id), v_int(hash64(slice_of(b->message_id))),
			      v_int(b->size), v_sha(&b->sha256), v_sha(&parts), v_int(o->now),
			      v_int(o->now))) &&
	       add_segments(st, o->id, b, e);
}
