/* tnef: Outlook's winmail.dat: the files and the text in it. Bounds are checked at every step;
 * nothing is copied but a body that is RTF. Only the sandboxed parser opens it. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum { TNEF_FILES_MAX = 100, TNEF_ATTRIBUTES_MAX = 10000, TNEF_PROPS_MAX = 2000 };

struct tnef_file {
	const char *name; /* UTF-8, not yet safe; "" when it has none */
	struct slice bytes;
};

struct tnef {
	struct tnef_file *files;
	size_t n;
	struct slice text; /* the plain text body; charset is that of the text */
	const char *charset;
	struct slice html; /* the HTML body, in charset too; empty when none */
	bool limited;	   /* a body was too long: its end is missing */
};

/* False when the bytes are no TNEF. What is cut off or damaged ends the reading; what was read
 * before stays. */
bool tnef_read(struct arena *a, struct slice bytes, struct tnef *out);
