/* cms: the mail inside an opaque S/MIME signature (smime.p7m). Nothing is verified. BER, one
 * pass, no recursion. Pure. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

/* What was signed. False when the bytes are no signed data, or are encrypted. What is cut off
 * ends the content; what was read before stays. */
bool cms_signed_content(struct arena *a, struct slice bytes, struct slice *content);
