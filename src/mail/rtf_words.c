#include "mail/rtf_words.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by name. */
static const struct rtf_word words[] = {
	{"ansicpg", RTF_CHARSET, ""},
	{"bin", RTF_BINARY, ""},
	{"bkmkend", RTF_SKIP, ""},
	{"bkmkstart", RTF_SKIP, ""},
	{"bullet", RTF_TEXT, "\xE2\x80\xA2"},
	{"cell", RTF_TEXT, "\t"},
	{"colortbl", RTF_SKIP, ""},
	{"emdash", RTF_TEXT, "\xE2\x80\x94"},
	{"emspace", RTF_TEXT, " "},
	{"endash", RTF_TEXT, "\xE2\x80\x93"},
	{"enspace", RTF_TEXT, " "},
	{"f", RTF_FONT, ""},
	{"fcharset", RTF_FONT_CHARSET, ""},
	{"filetbl", RTF_SKIP, ""},
	{"fldinst", RTF_SKIP, ""},
	{"fonttbl", RTF_FONTS, ""},
	{"footer", RTF_SKIP, ""},
	{"footerf", RTF_SKIP, ""},
	{"footerl", RTF_SKIP, ""},
	{"footerr", RTF_SKIP, ""},
	{"fromhtml", RTF_FROM_HTML, ""},
	{"header", RTF_SKIP, ""},
	{"headerf", RTF_SKIP, ""},
	{"headerl", RTF_SKIP, ""},
	{"headerr", RTF_SKIP, ""},
	{"htmlrtf", RTF_HIDE, ""},
	{"htmltag", RTF_TAG, ""},
	{"info", RTF_SKIP, ""},
	{"ldblquote", RTF_TEXT, "\xE2\x80\x9C"},
	{"line", RTF_TEXT, "\n"},
	{"listtable", RTF_SKIP, ""},
	{"lquote", RTF_TEXT, "\xE2\x80\x98"},
	{"mhtmltag", RTF_SKIP, ""},
	{"nonshppict", RTF_SKIP, ""},
	{"objdata", RTF_SKIP, ""},
	{"page", RTF_TEXT, "\n"},
	{"par", RTF_TEXT, "\n"},
	{"pict", RTF_SKIP, ""},
	{"qmspace", RTF_TEXT, " "},
	{"rdblquote", RTF_TEXT, "\xE2\x80\x9D"},
	{"row", RTF_TEXT, "\n"},
	{"rquote", RTF_TEXT, "\xE2\x80\x99"},
	{"sect", RTF_TEXT, "\n"},
	{"stylesheet", RTF_SKIP, ""},
	{"tab", RTF_TEXT, "\t"},
	{"u", RTF_UNICODE, ""},
	{"uc", RTF_UNICODE_SKIP, ""},
	{"xe", RTF_SKIP, ""},
};

static int by_name(const void *name, const void *word)
{
	return strcmp(name, ((const struct rtf_word *)word)->name);
}

const struct rtf_word *rtf_word_find(const char *name)
{
	return bsearch(name, words, COUNT(words), sizeof words[0], by_name);
}

unsigned rtf_font_charset(int n)
{
	static const struct {
		int charset;
		unsigned page;
	} pages[] = {
		{0, 1252},   {77, 10000}, {128, 932},  {129, 949},  {134, 936},	 {136, 950},
		{161, 1253}, {162, 1254}, {163, 1258}, {177, 1255}, {178, 1256}, {186, 1257},
		{204, 1251}, {222, 874},  {238, 1250}, {255, 437},
	};

	for (size_t i = 0; i < COUNT(pages); i++)
		if (pages[i].charset == n)
			return pages[i].page;
	return 0;
}
