/* flowed: format=flowed (RFC 3676) back to paragraphs. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

/* Lines that end with a blank are joined with the next of the same quote depth; delsp: that blank
 * is no part of the text. Quote marks stay in front of each paragraph. Never NULL. */
struct slice flowed_join(struct arena *a, struct slice text, bool delsp);
