/* compose: a mail of ours as bytes, fixed for ever: deterministic, CRLF only, one encoder for every
 * header. Attachments are references into stored raw mail, decoded and re-encoded on the way out.
 */
#pragma once

#include "base/err.h"
#include "core/plan.h"

enum {
	COMPOSE_REFERENCES_MAX = 21, /* the first and the last twenty */
	COMPOSE_ATTACHMENTS_MAX = 100,
	COMPOSE_SIZE_MAX = 32 * 1024 * 1024 /* of what is literal */
};

enum compose_auto {
	COMPOSE_PERSON,	  /* a person's words: not marked as automatic */
	COMPOSE_REPLIED,  /* automatic answer to a mail (acknowledgement, transcript) */
	COMPOSE_GENERATED /* automatic notice */
};

struct compose_in {
	struct address from, to; /* addr must be address_valid; name may hold anything */
	const char *subject;	 /* UTF-8, no control character */
	int64_t date;		 /* UTC seconds */
	int32_t zone;		 /* seconds east of UTC, for Date */
	const char *message_id;	 /* ours, without <> */
	const char *in_reply_to; /* theirs, without <>; "" or one that is not fit for a header: left
				    out */
	const char *const *references; /* theirs; unfit ones are left out */
	size_t n_references;
	const char *reply_to; /* address or "" */
	const char *number; /* of the case, for X-Mesad of automatic mail; "" when there is none */
	enum compose_auto automatic;
	const char *text, *html; /* html "": text alone */
	const struct attach *attachments;
	size_t n_attachments;
};

/* Literal bytes, or (raw != 0) [offset, offset + len) of stored raw mail, decoded from `encoding`
 * and written as base64. */
struct segment {
	struct slice literal;
	int64_t raw, offset, len;
	const char *encoding;
};

struct composed {
	struct segment *segments; /* the bytes on the wire, in order */
	size_t n;
};

/* Everything in out lives in a. False (e says which) for an address, subject or Message-ID of ours
 * that may not go out. */
bool compose(struct arena *a, const struct compose_in *in, struct composed *out, struct err *e);

/* The wire bytes of one segment, appended; stored: what its reference names (ignored when literal).
 */
void compose_segment(struct sbuf *out, const struct segment *s, struct slice stored);

/* One header line with its CRLF, folded and encoded (RFC 2047): the only encoder there is. False
 * when value holds a control character or is no UTF-8. */
bool compose_header(struct sbuf *out, const char *name, const char *value);
