#include "mail/html_tags.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by name. */
static const struct html_tag tags[] = {
	{"a", TAG_LINK, false},		  {"address", TAG_BLOCK, false},
	{"applet", TAG_INLINE, false},	  {"area", TAG_IMAGE, false},
	{"article", TAG_BLOCK, false},	  {"aside", TAG_BLOCK, false},
	{"audio", TAG_SKIP, false},	  {"base", TAG_INLINE, false},
	{"blockquote", TAG_QUOTE, false}, {"br", TAG_BREAK, false},
	{"canvas", TAG_SKIP, false},	  {"caption", TAG_BLOCK, false},
	{"center", TAG_BLOCK, false},	  {"dd", TAG_BLOCK, false},
	{"dir", TAG_LIST, false},	  {"div", TAG_BLOCK, false},
	{"dl", TAG_PARAGRAPH, false},	  {"dt", TAG_BLOCK, false},
	{"embed", TAG_INLINE, false},	  {"fieldset", TAG_BLOCK, false},
	{"figcaption", TAG_BLOCK, false}, {"figure", TAG_BLOCK, false},
	{"footer", TAG_BLOCK, false},	  {"form", TAG_BLOCK, false},
	{"h1", TAG_PARAGRAPH, false},	  {"h2", TAG_PARAGRAPH, false},
	{"h3", TAG_PARAGRAPH, false},	  {"h4", TAG_PARAGRAPH, false},
	{"h5", TAG_PARAGRAPH, false},	  {"h6", TAG_PARAGRAPH, false},
	{"head", TAG_INLINE, false},	  {"header", TAG_BLOCK, false},
	{"hr", TAG_RULE, false},	  {"iframe", TAG_SKIP, false},
	{"img", TAG_IMAGE, false},	  {"input", TAG_INLINE, false},
	{"legend", TAG_BLOCK, false},	  {"li", TAG_ITEM, false},
	{"link", TAG_INLINE, false},	  {"listing", TAG_PRE, false},
	{"main", TAG_BLOCK, false},	  {"menu", TAG_LIST, false},
	{"meta", TAG_INLINE, false},	  {"nav", TAG_BLOCK, false},
	{"noscript", TAG_INLINE, false},  {"object", TAG_INLINE, false},
	{"ol", TAG_LIST, true},		  {"option", TAG_BLOCK, false},
	{"p", TAG_PARAGRAPH, false},	  {"plaintext", TAG_PRE, false},
	{"pre", TAG_PRE, false},	  {"script", TAG_SKIP, false},
	{"section", TAG_BLOCK, false},	  {"style", TAG_SKIP, false},
	{"svg", TAG_SKIP, false},	  {"table", TAG_TABLE, false},
	{"td", TAG_CELL, false},	  {"template", TAG_SKIP, false},
	{"th", TAG_CELL, false},	  {"title", TAG_SKIP, false},
	{"tr", TAG_ROW, false},		  {"ul", TAG_LIST, false},
	{"video", TAG_SKIP, false},	  {"xml", TAG_SKIP, false},
	{"xmp", TAG_PRE, false},
};

static int by_name(const void *name, const void *tag)
{
	return strcmp(name, ((const struct html_tag *)tag)->name);
}

const struct html_tag *html_tag_find(const char *name)
{
	static const struct html_tag other = {"", TAG_INLINE, false};
	const struct html_tag *t = bsearch(name, tags, COUNT(tags), sizeof tags[0], by_name);

	return t ? t : &other;
}
