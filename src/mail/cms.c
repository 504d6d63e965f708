#include "mail/cms.h"

enum {
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31,
	TAG_OCTETS_PARTED = 0x24, /* several octet strings */
	TAG_EXPLICIT = 0xA0,
	LENGTH_BYTES_MAX = 4,
};

#define OID_SIGNED_DATA SLICE("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02")

/* One element; rest is what may come after it. */
struct element {
	unsigned tag;
	bool open; /* of no told length: it ends with two zero bytes */
	struct slice body, rest;
};

/* False at the end, and for tags and lengths of several bytes that no signed mail has. */
static bool take(struct slice s, struct element *e)
{
	size_t len, head = 2;

	if (s.n < head || ((unsigned char)s.p[0] & 0x1F) == 0x1F)
		return false;
	e->tag = (unsigned char)s.p[0];
	len = (unsigned char)s.p[1];
	e->open = len == 0x80;
	if (len > 0x80) {
		size_t bytes = len - 0x80;

		if (bytes > LENGTH_BYTES_MAX || s.n < head + bytes)
			return false;
		len = 0;
		for (size_t i = 0; i < bytes; i++)
			len = len << 8 | (unsigned char)s.p[head++];
	}
	e->body = slice_sub(s, head, e->open ? s.n : len);
	e->rest = e->open ? e->body : slice_sub(s, head + e->body.n, s.n);
	return true;
}

/* Past the next element, whose tag must be this one. */
static bool skip(struct slice *s, unsigned tag)
{
	struct element e;
	size_t depth;

	if (!take(*s, &e) || e.tag != tag)
		return false;
	depth = e.open;
	*s = e.rest;
	while (depth > 0 && take(*s, &e)) {
		depth += e.open;
		depth -= e.tag == 0;
		*s = e.rest;
	}
	return depth == 0;
}

static bool enter(struct slice *s, unsigned tag)
{
	struct element e;

	if (!take(*s, &e) || e.tag != tag)
		return false;
	*s = e.body;
	return true;
}

/* Octets, whole or in pieces. */
static struct slice octets(struct arena *a, struct slice s)
{
	struct sbuf all = SBUF_INIT(s.n + 1);
	struct slice whole;
	struct element e;

	while (take(s, &e) && (e.tag == TAG_OCTETS || e.tag == TAG_OCTETS_PARTED)) {
		if (e.tag == TAG_OCTETS)
			sbuf_slice(&all, e.body);
		s = e.tag == TAG_OCTETS ? e.rest : e.body;
	}
	whole = (struct slice){sbuf_dup(a, &all), all.n};
	sbuf_free(&all);
	return whole;
}

bool cms_signed_content(struct arena *a, struct slice bytes, struct slice *content)
{
	struct slice s = bytes;
	struct element oid;

	if (!enter(&s, TAG_SEQUENCE) || !take(s, &oid) || oid.tag != TAG_OID ||
	    !slice_eq(oid.body, OID_SIGNED_DATA))
		return false;
	s = oid.rest;
	if (!enter(&s, TAG_EXPLICIT) || !enter(&s, TAG_SEQUENCE) || !skip(&s, TAG_INTEGER) ||
	    !skip(&s, TAG_SET))
		return false;
	if (!enter(&s, TAG_SEQUENCE) || !skip(&s, TAG_OID) || !enter(&s, TAG_EXPLICIT))
		return false;
	*content = octets(a, s);
	return content->n > 0;
}
