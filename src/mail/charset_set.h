/* charset_set: the table of charsets, and the detector. Inside of mail/charset. */
#pragma once

#include "base/str.h"

#include <stdint.h>

enum charset_kind {
	CHARSET_UTF8,
	CHARSET_SINGLE, /* one byte a character */
	CHARSET_DOUBLE, /* ASCII and sequences of high bytes */
	CHARSET_SHIFT,	/* seven bits with escapes: ASCII alone says nothing */
	CHARSET_WIDE,	/* UTF-16 */
};

struct charset_row {
	const char *iconv; /* glibc's name; NULL: ours */
	enum charset_kind kind;
	const char *labels; /* blank-separated, only letters and digits */
};

/* Rows that are named in code come first. */
enum {
	CHARSET_UTF_8,
	CHARSET_1252,
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_GB18030,
	CHARSET_BIG5,
	CHARSET_EUCJP,
	CHARSET_CP932,
	CHARSET_CP949,
	CHARSET_ISO2022JP,
	CHARSET_ISO2022KR,
	CHARSET_1251,
	CHARSET_KOI8R,
	CHARSET_1253,
	CHARSET_874,
	CHARSET_1255,
	CHARSET_1256,
	CHARSET_NAMED,
	CHARSET_COUNT = CHARSET_NAMED + 34
};

extern const struct charset_row charset_table[CHARSET_COUNT];

/* The code point of a byte in a charset of single bytes; U+FFFD where it has none. */
uint32_t charset_single(size_t row, unsigned char byte);

/* The row of the charset that s is most likely in, or -1. s is not UTF-8. Pure. */
int charset_detect(struct slice s);
/* The row of the 7-bit charset whose escapes s holds, or -1. */
int charset_shift(struct slice s);
