/* mime_choose: which text of a multipart/alternative is read. Inside of mail/mime. */
#pragma once

#include "mail/mime.h"

struct choice {
	int group;  /* the alternative that the leaf is in; -1: none */
	int branch; /* which child of it */
	bool dropped;
};

/* Plain text unless it is empty, a stub, or says much less than the HTML; HTML otherwise. */
void mime_choose(struct arena *a, const struct mime_leaf *leaves, struct choice *choices, size_t n);
