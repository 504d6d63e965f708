/* facts: what one mail says, as decide() sees it. Made by mail/read in the sandboxed parser; the
 * fields of «who wrote» are overwritten by the desk from the raw header (DESIGN, section 1).
 * Every string is UTF-8 without NUL; never NULL, "" when the mail does not say. */
#pragma once

#include "base/digest.h"
#include "base/pack.h"
#include "core/address.h"

#include <stdint.h>

enum mail_kind {
	KIND_NEW,
	KIND_REPLY,
	KIND_AUTO_REPLY, /* any machine-made answer or notice that is no bounce, list or invitation
			  */
	KIND_BOUNCE,	 /* RFC 3464 or a dialect: failed or delayed */
	KIND_LIST,
	KIND_CALENDAR,
	KIND_MALFORMED, /* nothing could be read */
	KIND_COUNT
};

enum span_kind {
	SPAN_NEW, /* the sender's own words: only here commands and votes are read */
	SPAN_QUOTED,
	SPAN_SIGNATURE,
	SPAN_FORWARDED, /* another's words that the sender hands on: part of what is asked */
	SPAN_COUNT
};

/* Spans cover facts.text exactly, in order, without gaps. */
struct span {
	enum span_kind kind;
	uint32_t from, len; /* bytes of facts.text */
};

enum attachment_flag {
	ATT_INLINE = 1, /* shown in the text (cid: reference or inline disposition of a picture) */
	ATT_CALENDAR = 2,  /* an invitation */
	ATT_ENCRYPTED = 4, /* S/MIME or PGP: not readable here */
	ATT_SIGNATURE = 8, /* detached S/MIME or PGP signature */
	ATT_MESSAGE = 16,  /* message/rfc822 */
	ATT_TNEF_PART =
		32 /* found inside a winmail.dat: offset and len are those of the winmail.dat */
};

struct attachment {
	const char *name; /* safe: no path, control, bidi or device name; <= 255 bytes; never "" */
	const char *type; /* by content where it is known, else as declared; lower case */
	const char *encoding; /* Content-Transfer-Encoding of the span: base64, quoted-printable,
				 7bit, x-uuencode … */
	int64_t offset, len;  /* the encoded bytes inside the stored raw mail */
	int64_t size;	      /* decoded bytes */
	struct sha256 sha256; /* of the decoded bytes */
	unsigned flags;
};

struct bounce {
	const char *recipient;	/* the address that failed; "" when not told */
	const char *status;	/* RFC 3463 «5.1.1»; "" when not told */
	const char *diagnostic; /* one line for people */
	bool permanent;		/* 5.x.x; a delay or a 4.x.x is not */
	bool delayed;		/* still being tried */
};

/* A line of new text that was read as a command; see core/command. */
struct command_line {
	const char *line;
};

/* What the receiving server said about the sender (RFC 8601), from the trusted header alone. */
enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_FAIL }; /* NONE: absent, none, temperror … */

/* One of our own tokens, as found; what it is worth is decided by core/trust. */
struct ref {
	const char *number; /* «ST-2026-000123» */
	const char *code;   /* «k7f3q9wm» */
};

struct facts {
	/* who wrote: set from the raw header by the desk (mail/header), never believed from a
	 * worker */
	struct address from;
	struct address sender, reply_to;
	unsigned from_count;	 /* mailboxes in From over all From fields: 1 in an honest mail */
	const char *message_id;	 /* without <> */
	const char *in_reply_to; /* the first, without <> */
	const char **references; /* oldest first, in_reply_to's others included */
	size_t n_references;
	const char
		*reply_token; /* the +tag of ours under which it arrived (To, Cc, Delivered-To) */
	enum verdict verdict; /* DMARC or aligned DKIM by the trusted authserv-id */
	bool internal;	      /* the server's own mark of internal mail (trust.internal) */
	const char *authentication; /* the trusted Authentication-Results value, or "" */

	/* the message */
	enum mail_kind kind;
	const char *subject; /* decoded, one line */
	struct address *to, *cc;
	size_t n_to, n_cc;
	int64_t date;	     /* Date, UTC seconds; 0 when missing or senseless */
	int64_t received_at; /* INTERNALDATE clamped to now; set by the desk */
	const char *text;    /* the whole readable text, LF, NFC */
	struct span *spans;
	size_t n_spans;
	struct attachment *attachments;
	size_t n_attachments;
	struct command_line *commands; /* the block at the top of the new text */
	size_t n_commands;
	struct ref *refs; /* «Ref. NUMBER · CODE» anywhere in text or quote */
	size_t n_refs;
	struct address forwarded_from; /* innermost author of forwarded text; addr "" when none */

	/* machine or person */
	const char *auto_reason; /* «Auto-Submitted: auto-replied»; "" for a person's mail */
	bool ours;		 /* carries our own automatic mark (X-Mesad) */
	unsigned hops;		 /* Received fields */
	struct bounce *bounces;
	size_t n_bounces;
	const char *bounced_id; /* Message-ID of the mail that bounced; "" when not told */
	const char *report;	/* "", feedback, delivered, mdn, delayed */

	/* the bytes */
	int64_t size; /* bytes on the server */
	bool headers_only;
	struct sha256 sha256;	   /* of the raw mail; the desk's own, not the parser's */
	struct sha256 body_sha256; /* of everything after the header block; the same */
	const char **warnings; /* one plain English line each; limits that were hit, repairs made */
	size_t n_warnings;
};

/* Set every pointer to "" or an empty list, spans to one empty cover. */
void facts_init(struct facts *f);

/* The text of one kind of span, pieces joined as they stand; trimmed. */
char *facts_span_text(struct arena *a, const struct facts *f, enum span_kind kind);

/* What the mail brings: the sender's own words and those that are forwarded; likewise. */
char *facts_new_text(struct arena *a, const struct facts *f);

/* The byte form between parser and desk. Unpacking checks everything it can: UTF-8, span cover,
 * enums, offsets within raw_size, counts; false when anything is off. Strings live in a. */
void facts_pack(struct sbuf *out, const struct facts *f);
bool facts_unpack(struct arena *a, struct slice bytes, int64_t raw_size, struct facts *f);

const char *
mail_kind_name(enum mail_kind k); /* new, reply, auto_reply, bounce, list, calendar, malformed */
