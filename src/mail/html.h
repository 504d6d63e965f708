/* html: HTML mail -> the text a technician likes to read. libxml2's SAX push parser: no tree,
 * no recursion, nothing loaded. Quoted blocks keep their depth as «> » lines so that mail/quote
 * sees them. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum { HTML_TEXT_MAX = 2 * 1024 * 1024 };

/* html is UTF-8. Links as text <url>, lists, tables, alt texts; hidden and tracking content gone.
 * *limited is set when the output cap was reached. Never NULL. */
char *html_to_text(struct arena *a, struct slice html, bool *limited);
