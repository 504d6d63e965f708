/* invite: the few lines of a calendar invitation that people want to read, for mails that bring
 * nothing but the invitation. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

/* ics is UTF-8. "" when there is no event in it. */
char *invite_text(struct arena *a, struct slice ics);
