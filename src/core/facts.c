#include "core/facts.h"

#include "base/text.h"

enum {
	FACTS_VERSION = 1,
	STR_MIN = 4, /* the length word of a packed string */
	ADDRESS_MIN = 2 * STR_MIN,
	SPAN_MIN = 1 + 4 + 4,
	ATTACHMENT_MIN = 3 * STR_MIN + 3 * 8 + 4 + STR_MIN,
	BOUNCE_MIN = 3 * STR_MIN + 2,
	ATT_FLAGS_ALL = ATT_INLINE | ATT_CALENDAR | ATT_ENCRYPTED | ATT_SIGNATURE | ATT_MESSAGE |
			ATT_TNEF_PART
};

const char *mail_kind_name(enum mail_kind k)
{
	static const char *const names[KIND_COUNT] = {
		[KIND_NEW] = "new",
		[KIND_REPLY] = "reply",
		[KIND_AUTO_REPLY] = "auto_reply",
		[KIND_BOUNCE] = "bounce",
		[KIND_LIST] = "list",
		[KIND_CALENDAR] = "calendar",
		[KIND_MALFORMED] = "malformed",
	};

	return k < KIND_COUNT ? names[k] : "malformed";
}

/* Every plain string of facts, once: init, pack and unpack walk this table. */
static const size_t strings[] = {
	offsetof(struct facts, from.addr),
	offsetof(struct facts, from.name),
	offsetof(struct facts, sender.addr),
	offsetof(struct facts, sender.name),
	offsetof(struct facts, reply_to.addr),
	offsetof(struct facts, reply_to.name),
	offsetof(struct facts, message_id),
	offsetof(struct facts, in_reply_to),
	offsetof(struct facts, reply_token),
	offsetof(struct facts, authentication),
	offsetof(struct facts, subject),
	offsetof(struct facts, text),
	offsetof(struct facts, forwarded_from.addr),
	offsetof(struct facts, forwarded_from.name),
	offsetof(struct facts, auto_reason),
	offsetof(struct facts, bounced_id),
	offsetof(struct facts, report),
};

static const char **string_at(struct facts *f, size_t i)
{
	return (const char **)(void *)((char *)f + strings[i]);
}

static const char *string_of(const struct facts *f, size_t i)
{
	return *(const char *const *)(const void *)((const char *)f + strings[i]);
}

void facts_init(struct facts *f)
{
	*f = (struct facts){.kind = KIND_NEW};
	for (size_t i = 0; i < COUNT(strings); i++)
		*string_at(f, i) = "";
}

static char *text_of(struct arena *a, const struct facts *f, unsigned kinds)
{
	struct sbuf b = SBUF_INIT(slice_of(f->text).n + 1);
	char *out;

	for (size_t i = 0; i < f->n_spans; i++)
		if (kinds & 1u << f->spans[i].kind)
			sbuf_put(&b, f->text + f->spans[i].from, f->spans[i].len);
	out = slice_dup(a, slice_trim(sbuf_view(&b)));
	sbuf_free(&b);
	return out;
}

char *facts_span_text(struct arena *a, const struct facts *f, enum span_kind kind)
{
	return text_of(a, f, 1u << kind);
}

char *facts_new_text(struct arena *a, const struct facts *f)
{
	return text_of(a, f, 1u << SPAN_NEW | 1u << SPAN_FORWARDED);
}

static void pack_address(struct sbuf *b, const struct address *a)
{
	pack_str(b, a->addr);
	pack_str(b, a->name);
}

static void pack_addresses(struct sbuf *b, const struct address *list, size_t n)
{
	pack_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_address(b, &list[i]);
}

static void pack_strings(struct sbuf *b, const char *const *list, size_t n)
{
	pack_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_str(b, list[i]);
}

static void pack_attachment(struct sbuf *b, const struct attachment *t)
{
	pack_str(b, t->name);
	pack_str(b, t->type);
	pack_str(b, t->encoding);
	pack_i64(b, t->offset);
	pack_i64(b, t->len);
	pack_i64(b, t->size);
	pack_bytes(b, t->sha256.b, SHA256_LEN);
	pack_u32(b, t->flags);
}

static void pack_bounce(struct sbuf *b, const struct bounce *x)
{
	pack_str(b, x->recipient);
	pack_str(b, x->status);
	pack_str(b, x->diagnostic);
	pack_u8(b, x->permanent);
	pack_u8(b, x->delayed);
}

static void pack_lists(struct sbuf *b, const struct facts *f)
{
	pack_strings(b, f->references, f->n_references);
	pack_addresses(b, f->to, f->n_to);
	pack_addresses(b, f->cc, f->n_cc);
	pack_u32(b, (uint32_t)f->n_spans);
	for (size_t i = 0; i < f->n_spans; i++) {
		pack_u8(b, (uint8_t)f->spans[i].kind);
		pack_u32(b, f->spans[i].from);
		pack_u32(b, f->spans[i].len);
	}
	pack_u32(b, (uint32_t)f->n_attachments);
	for (size_t i = 0; i < f->n_attachments; i++)
		pack_attachment(b, &f->attachments[i]);
	pack_u32(b, (uint32_t)f->n_commands);
	for (size_t i = 0; i < f->n_commands; i++)
		pack_str(b, f->commands[i].line);
	pack_u32(b, (uint32_t)f->n_refs);
	for (size_t i = 0; i < f->n_refs; i++) {
		pack_str(b, f->refs[i].number);
		pack_str(b, f->refs[i].code);
	}
	pack_u32(b, (uint32_t)f->n_bounces);
	for (size_t i = 0; i < f->n_bounces; i++)
		pack_bounce(b, &f->bounces[i]);
	pack_strings(b, f->warnings, f->n_warnings);
}

void facts_pack(struct sbuf *out, const struct facts *f)
{
	pack_u8(out, FACTS_VERSION);
	for (size_t i = 0; i < COUNT(strings); i++)
		pack_str(out, string_of(f, i));
	pack_u32(out, f->from_count);
	pack_u32(out, f->hops);
	pack_u8(out, (uint8_t)f->verdict);
	pack_u8(out, (uint8_t)f->kind);
	pack_u8(out, f->internal);
	pack_u8(out, f->ours);
	pack_u8(out, f->headers_only);
	pack_i64(out, f->date);
	pack_i64(out, f->received_at);
	pack_i64(out, f->size);
	pack_lists(out, f);
}

/* --- reading: nothing is believed --- */

static char *take_str(struct unpack *u, struct arena *a)
{
	char *s = unpack_str(u, a);

	if (!text_valid(slice_of(s)))
		u->bad = true;
	return s;
}

static bool take_bool(struct unpack *u)
{
	uint8_t v = unpack_u8(u);

	if (v > 1)
		u->bad = true;
	return v == 1;
}

static uint8_t take_enum(struct unpack *u, unsigned count)
{
	uint8_t v = unpack_u8(u);

	if (v >= count) {
		u->bad = true;
		v = 0;
	}
	return v;
}

static struct sha256 take_digest(struct unpack *u)
{
	struct slice s = unpack_slice(u);
	struct sha256 d = {{0}};

	if (s.n != SHA256_LEN) {
		u->bad = true;
		return d;
	}
	for (size_t i = 0; i < SHA256_LEN; i++)
		d.b[i] = (uint8_t)s.p[i];
	return d;
}

static struct address *take_addresses(struct unpack *u, struct arena *a, size_t *n_r)
{
	size_t n = unpack_count(u, ADDRESS_MIN);
	struct address *list = arena_array(a, n, sizeof *list);

	for (size_t i = 0; i < n; i++) {
		list[i].addr = take_str(u, a);
		list[i].name = take_str(u, a);
	}
	*n_r = n;
	return list;
}

static const char **take_strings(struct unpack *u, struct arena *a, size_t *n_r)
{
	size_t n = unpack_count(u, STR_MIN);
	const char **list = arena_array(a, n, sizeof *list);

	for (size_t i = 0; i < n; i++)
		list[i] = take_str(u, a);
	*n_r = n;
	return list;
}

/* Spans must cover the text exactly and cut no character. */
static void take_spans(struct unpack *u, struct arena *a, struct facts *f)
{
	size_t at = 0, text_len = slice_of(f->text).n;

	f->n_spans = unpack_count(u, SPAN_MIN);
	f->spans = arena_array(a, f->n_spans, sizeof *f->spans);
	for (size_t i = 0; i < f->n_spans; i++) {
		struct span *s = &f->spans[i];

		s->kind = (enum span_kind)take_enum(u, SPAN_COUNT);
		s->from = unpack_u32(u);
		s->len = unpack_u32(u);
		if (s->from != at || s->len > text_len - at) {
			u->bad = true;
			f->n_spans = i;
			return;
		}
		at += s->len;
		if (((unsigned char)f->text[at] & 0xC0) == 0x80)
			u->bad = true;
	}
	if (at != text_len)
		u->bad = true;
}

static void take_attachments(struct unpack *u, struct arena *a, int64_t raw_size, struct facts *f)
{
	f->n_attachments = unpack_count(u, ATTACHMENT_MIN);
	f->attachments = arena_array(a, f->n_attachments, sizeof *f->attachments);
	for (size_t i = 0; i < f->n_attachments; i++) {
		struct attachment *t = &f->attachments[i];

		t->name = take_str(u, a);
		t->type = take_str(u, a);
		t->encoding = take_str(u, a);
		t->offset = unpack_i64(u);
		t->len = unpack_i64(u);
		t->size = unpack_i64(u);
		t->sha256 = take_digest(u);
		t->flags = unpack_u32(u);
		if (str_empty(t->name) || t->offset < 0 || t->len < 0 || t->size < 0 ||
		    t->offset > raw_size || t->len > raw_size - t->offset ||
		    (t->flags & ~(unsigned)ATT_FLAGS_ALL) != 0)
			u->bad = true;
	}
}

static void take_bounces(struct unpack *u, struct arena *a, struct facts *f)
{
	f->n_bounces = unpack_count(u, BOUNCE_MIN);
	f->bounces = arena_array(a, f->n_bounces, sizeof *f->bounces);
	for (size_t i = 0; i < f->n_bounces; i++) {
		struct bounce *b = &f->bounces[i];

		b->recipient = take_str(u, a);
		b->status = take_str(u, a);
		b->diagnostic = take_str(u, a);
		b->permanent = take_bool(u);
		b->delayed = take_bool(u);
	}
}

static void take_lists(struct unpack *u, struct arena *a, int64_t raw_size, struct facts *f)
{
	f->references = take_strings(u, a, &f->n_references);
	f->to = take_addresses(u, a, &f->n_to);
	f->cc = take_addresses(u, a, &f->n_cc);
	take_spans(u, a, f);
	take_attachments(u, a, raw_size, f);
	f->n_commands = unpack_count(u, STR_MIN);
	f->commands = arena_array(a, f->n_commands, sizeof *f->commands);
	for (size_t i = 0; i < f->n_commands; i++)
		f->commands[i].line = take_str(u, a);
	f->n_refs = unpack_count(u, 2 * STR_MIN);
	f->refs = arena_array(a, f->n_refs, sizeof *f->refs);
	for (size_t i = 0; i < f->n_refs; i++) {
		f->refs[i].number = take_str(u, a);
		f->refs[i].code = take_str(u, a);
	}
	take_bounces(u, a, f);
	f->warnings = take_strings(u, a, &f->n_warnings);
}

bool facts_unpack(struct arena *a, struct slice bytes, int64_t raw_size, struct facts *f)
{
	struct unpack u = unpack_of(bytes.p, bytes.n);

	facts_init(f);
	if (unpack_u8(&u) != FACTS_VERSION)
		return false;
	for (size_t i = 0; i < COUNT(strings); i++)
		*string_at(f, i) = take_str(&u, a);
	f->from_count = unpack_u32(&u);
	f->hops = unpack_u32(&u);
	f->verdict = (enum verdict)take_enum(&u, VERDICT_FAIL + 1);
	f->kind = (enum mail_kind)take_enum(&u, KIND_COUNT);
	f->internal = take_bool(&u);
	f->ours = take_bool(&u);
	f->headers_only = take_bool(&u);
	f->date = unpack_i64(&u);
	f->received_at = unpack_i64(&u);
	f->size = unpack_i64(&u);
	take_lists(&u, a, raw_size, f);
	return unpack_done(&u) && f->size >= 0;
}
