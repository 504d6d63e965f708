/* mime_split: where the parts of a mail are. One pass over the lines, a stack of boundaries, no
 * recursion, no copies: a part is a span of the raw mail. Inside of mail/mime. */
#pragma once

#include "base/mem.h"
#include "mail/header.h"

struct mime_part {
	struct headers head; /* of the part; the mail's own for the first */
	const char *type;    /* «text/plain» when missing; lower case */
	const char *parent;  /* type of the multipart around it, "" at the top */
	size_t from, to;     /* the body in raw, still encoded */
	int alternative;     /* number of the multipart/alternative it is in, innermost; -1: none */
	int branch;	     /* which child of that alternative */
	int depth;
	bool container; /* a multipart whose parts follow */
};

struct mime_parts {
	struct mime_part *list;
	size_t n, cap;
	bool too_deep, too_many; /* limits hit */
	bool repaired;		 /* a boundary was missing, wrong or never closed */
};

void mime_split(struct arena *a, struct slice raw, const struct headers *h, struct mime_parts *out);
