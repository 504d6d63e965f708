/* read_text: the readable text of a mail out of its parts. Inside of mail/read. */
#pragma once

#include "mail/mime.h"

struct read_text {
	const char *text; /* UTF-8, LF, NFC; "" when there is none */
	bool limited;	  /* MIME_TEXT_MAX was reached */
	bool guessed;	  /* a part was not in the charset that it declares */
	bool armored;	  /* an inline PGP message */
};

void read_text(struct arena *a, const struct mime_tree *t, struct read_text *out);
