/* embedded: files that were written into the text of a mail: uuencode and yEnc. Inside of
 * mail/mime. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum { EMBEDDED_MAX = 50 };

struct embedded {
	struct slice name;
	size_t from, to; /* of text: the coded lines, opening and closing line included */
	bool yenc;	 /* not decoded here */
};

/* Files in text, in order, at most EMBEDDED_MAX. */
size_t embedded_find(struct arena *a, struct slice text, struct embedded **out);

/* text without those lines. */
struct slice embedded_cut(struct arena *a, struct slice text, const struct embedded *list,
			  size_t n);
