/* automatic_words: machines that name themselves in words only, in subject or text. Inside of
 * mail/automatic. */
#pragma once

#include "mail/automatic.h"

/* subject and text are decoded. False when a person may have written it; *out is unchanged. */
bool automatic_words(struct arena *a, const struct headers *h, const char *subject,
		     struct slice text, struct automatic *out);
