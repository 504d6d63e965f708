/* rtf_words: the words of RTF that mean something for reading, as data. Inside of mail/rtf. */
#pragma once

enum rtf_kind {
	RTF_TEXT,
	RTF_SKIP, /* a destination that is not shown */
	RTF_TAG,
	RTF_FROM_HTML,
	RTF_HIDE,
	RTF_FONTS,
	RTF_FONT,
	RTF_FONT_CHARSET,
	RTF_CHARSET,
	RTF_UNICODE,
	RTF_UNICODE_SKIP,
	RTF_BINARY,
};

struct rtf_word {
	const char *name;
	enum rtf_kind kind;
	const char *text; /* of RTF_TEXT */
};

/* NULL for a word that changes nothing. */
const struct rtf_word *rtf_word_find(const char *name);
/* The code page of «\fcharset»; 0 for that of the text. */
unsigned rtf_font_charset(int n);
