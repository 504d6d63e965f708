/* html_feed: HTML in the pieces that libxml2 is given. Inside of mail/html. */
#pragma once

#include "base/str.h"

/* What to feed next: about a chunk from `from` on, or up to where a tag with too many attributes
 * is cut, or a conditional that libxml2 would take for text; *skip bytes after it are left out.
 * libxml2 compares each attribute with all before it. */
struct slice html_feed_next(struct slice html, size_t from, size_t *skip);
