#include "mail/charset_set.h"

/* Labels of the WHATWG and what else mail says, squeezed to letters and digits. ISO-8859-1 and
 * ASCII are Windows-1252 and UTF-8, as browsers take them. */
const struct charset_row charset_table[CHARSET_COUNT] = {
	[CHARSET_UTF_8] =
		{NULL, CHARSET_UTF8,
		 "utf8 usascii ascii unicode11utf8 unicode20utf8 xunicode20utf8 ansix341968 "
		 "unknown8bit xunknown unknown default iso646us us 646 utf8mb4 utf 8bit 7bit "
		 "binary charset cp65001 utf8bom ansix341986 xuserdefined"},
	[CHARSET_1252] =
		{"WINDOWS-1252", CHARSET_SINGLE,
		 "windows1252 cp1252 xcp1252 iso88591 latin1 l1 iso885911987 isoir100 88591 "
		 "cp819 ibm819 csisolatin1 ansi win1252 1252 iso8859 isolatin1 ansi1252"},
	[CHARSET_UTF16LE] = {"UTF-16LE", CHARSET_WIDE,
			     "utf16 utf16le unicode ucs2 iso10646ucs2 csunicode"},
	[CHARSET_UTF16BE] = {"UTF-16BE", CHARSET_WIDE, "utf16be unicodefffe"},
	[CHARSET_GB18030] =
		{"GB18030", CHARSET_DOUBLE,
		 "gb18030 gbk gb2312 cngb gb231280 chinese xgbk euccn csgb2312 cp936 936 "
		 "csiso58gb231280 isoir58 windows936 gb2312charset"},
	[CHARSET_BIG5] = {"BIG5-HKSCS", CHARSET_DOUBLE,
			  "big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 950 big5tw ms950 windows950"},
	[CHARSET_EUCJP] = {"EUC-JP-MS", CHARSET_DOUBLE,
			   "eucjp xeucjp cseucpkdfmtjapanese eucjpms ujis"},
	[CHARSET_CP932] =
		{"CP932", CHARSET_DOUBLE,
		 "shiftjis sjis cp932 ms932 windows31j xsjis csshiftjis mskanji 932 shiftjisx0213"},
	[CHARSET_CP949] =
		{"CP949", CHARSET_DOUBLE,
		 "euckr ksc5601 ksc56011987 ksc56011989 cp949 949 uhc xwindows949 windows949 "
		 "korean cseuckr csksc56011987 isoir149 ksx1001 ks"},
	[CHARSET_ISO2022JP] = {"ISO-2022-JP-3", CHARSET_SHIFT,
			       "iso2022jp csiso2022jp iso2022jp1 "
			       "iso2022jp2 iso2022jp3 cp50221 cp50220 iso2022jpms jis"},
	[CHARSET_ISO2022KR] = {"ISO-2022-KR", CHARSET_SHIFT, "iso2022kr csiso2022kr"},
	[CHARSET_1251] = {"WINDOWS-1251", CHARSET_SINGLE,
			  "windows1251 cp1251 xcp1251 win1251 1251"},
	[CHARSET_KOI8R] = {"KOI8-R", CHARSET_SINGLE, "koi8r koi8 koi cskoi8r"},
	[CHARSET_1253] = {"WINDOWS-1253", CHARSET_SINGLE,
			  "windows1253 cp1253 xcp1253 win1253 1253 greek8win"},
	[CHARSET_874] =
		{"CP874", CHARSET_SINGLE,
		 "windows874 cp874 tis620 iso885911 tis6202533 tis6200 dos874 iso8859112001"},
	[CHARSET_1255] = {"WINDOWS-1255", CHARSET_SINGLE,
			  "windows1255 cp1255 xcp1255 win1255 1255 iso88598i iso88598e logical "
			  "hebrew iso88598 "
			  "csisolatinhebrew visual csiso88598i"},
	[CHARSET_1256] = {"WINDOWS-1256", CHARSET_SINGLE,
			  "windows1256 cp1256 xcp1256 win1256 1256"},
	{"WINDOWS-1250", CHARSET_SINGLE, "windows1250 cp1250 xcp1250 1250 win1250"},
	{"WINDOWS-1254", CHARSET_SINGLE,
	 "windows1254 cp1254 xcp1254 win1254 1254 iso88599 latin5 l5 csisolatin5 turkish "
	 "iso885991989 isoir148"},
	{"WINDOWS-1257", CHARSET_SINGLE, "windows1257 cp1257 xcp1257 win1257 1257"},
	{"WINDOWS-1258", CHARSET_SINGLE, "windows1258 cp1258 xcp1258 win1258 1258"},
	{"ISO-8859-2", CHARSET_SINGLE, "iso88592 latin2 l2 csisolatin2 iso885921987 isoir101"},
	{"ISO-8859-3", CHARSET_SINGLE, "iso88593 latin3 l3 csisolatin3"},
	{"ISO-8859-4", CHARSET_SINGLE, "iso88594 latin4 l4 csisolatin4"},
	{"ISO-8859-5", CHARSET_SINGLE, "iso88595 cyrillic csisolatincyrillic isoir144"},
	{"ISO-8859-6", CHARSET_SINGLE,
	 "iso88596 arabic asmo708 ecma114 csisolatinarabic iso88596i"},
	{"ISO-8859-7", CHARSET_SINGLE, "iso88597 greek greek8 ecma118 elot928 csisolatingreek"},
	{"ISO-8859-10", CHARSET_SINGLE, "iso885910 latin6 l6 csisolatin6"},
	{"ISO-8859-13", CHARSET_SINGLE, "iso885913 latin7"},
	{"ISO-8859-14", CHARSET_SINGLE, "iso885914 latin8"},
	{"ISO-8859-15", CHARSET_SINGLE, "iso885915 latin9 l9 csisolatin9 latin0"},
	{"ISO-8859-16", CHARSET_SINGLE, "iso885916 latin10"},
	{"KOI8-U", CHARSET_SINGLE, "koi8u koi8ru"},
	{"KOI8-T", CHARSET_SINGLE, "koi8t"},
	{"MACINTOSH", CHARSET_SINGLE, "macintosh mac xmacroman csmacintosh macroman xmac cp10000"},
	{"MAC-CYRILLIC", CHARSET_SINGLE, "xmaccyrillic xmacukrainian maccyrillic"},
	{"MAC-CENTRALEUROPE", CHARSET_SINGLE, "xmacce xmaccentraleurope macce"},
	{"IBM437", CHARSET_SINGLE, "ibm437 cp437 437 cspc8codepage437"},
	{"IBM850", CHARSET_SINGLE, "ibm850 cp850 850 cspc850multilingual dos850"},
	{"CP858", CHARSET_SINGLE, "ibm858 cp858 858 ibm00858"},
	{"IBM852", CHARSET_SINGLE, "ibm852 cp852 852"},
	{"IBM855", CHARSET_SINGLE, "ibm855 cp855"},
	{"IBM857", CHARSET_SINGLE, "ibm857 cp857"},
	{"IBM860", CHARSET_SINGLE, "ibm860 cp860"},
	{"IBM862", CHARSET_SINGLE, "ibm862 cp862 dos862"},
	{"IBM866", CHARSET_SINGLE, "ibm866 cp866 866 csibm866"},
	{"VISCII", CHARSET_SINGLE, "viscii csviscii"},
	{"EUC-TW", CHARSET_DOUBLE, "euctw xeuctw cns11643"},
	{"JOHAB", CHARSET_DOUBLE, "johab"},
	{"UTF-7", CHARSET_SHIFT, "utf7 unicode11utf7 csunicode11utf7 xunicode20utf7 unicode20utf7"},
	{"ISO-2022-CN-EXT", CHARSET_SHIFT, "iso2022cn iso2022cnext csiso2022cn"},
};
