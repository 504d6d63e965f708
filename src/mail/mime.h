/* mime: the parts of a mail: what each is, its decoded bytes, and which of them are to be read.
 * The structure comes from mime_split, one pass without recursion: nothing in a mail can make it
 * deep, slow or large, so no preflight is needed in front. */
#pragma once

#include "base/err.h"
#include "core/facts.h"
#include "mail/header.h"

enum {
	MIME_DEPTH_MAX = 32,
	MIME_PARTS_MAX = 500,
	MIME_TEXT_MAX = 2 * 1024 * 1024 /* bytes of readable text, all text parts together */
};

enum mime_role { MIME_TEXT, MIME_HTML, MIME_ATTACHMENT, MIME_DELIVERY_STATUS, MIME_REPORT_PART };

/* One leaf. bytes are decoded (transfer encoding removed), not yet of a known charset. */
struct mime_leaf {
	enum mime_role role;
	const char *type;      /* as declared, lower case, «text/plain» when missing */
	const char *charset;   /* as declared or "" */
	struct slice bytes;    /* decoded; for attachments too */
	struct attachment att; /* filled for MIME_ATTACHMENT */
	const char *parent;    /* type of the multipart it is in: multipart/report … or "" */
	bool flowed, delsp;    /* RFC 3676 */
	int depth;
};

struct mime_tree {
	const char *type;	  /* of the whole mail */
	const char *report_type;  /* report-type parameter of multipart/report, or "" */
	struct mime_leaf *leaves; /* in order; multipart/alternative already chosen: plain unless
				     empty or a stub, html otherwise */
	size_t n;
	bool encrypted, sign;
	const char **warnings; /* limits hit, repairs made */
	size_t n_warnings;
};

/* Never fails: what has no readable structure comes back as one MIME_TEXT leaf of the body as it
 * stands, with a warning. raw must outlive the result; offsets are into raw. */
void mime_read(struct arena *a, struct slice raw, const struct headers *h, struct mime_tree *out);
