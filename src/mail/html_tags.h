/* html_tags: what each HTML element means for a text. Inside of mail/html. */
#pragma once

#include <stdbool.h>

enum html_tag_kind {
	TAG_INLINE,
	TAG_BLOCK,
	TAG_PARAGRAPH, /* a block with space around it */
	TAG_BREAK,
	TAG_RULE,
	TAG_QUOTE,
	TAG_LIST,
	TAG_ITEM,
	TAG_PRE,
	TAG_TABLE,
	TAG_ROW,
	TAG_CELL,
	TAG_LINK,
	TAG_IMAGE,
	TAG_SKIP /* neither it nor what is in it is text */
};

struct html_tag {
	const char *name;
	enum html_tag_kind kind;
	bool ordered;
};

/* Never NULL: unknown elements are inline. */
const struct html_tag *html_tag_find(const char *name);
