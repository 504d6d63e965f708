/* rtf: Rich Text Format as Outlook puts it into winmail.dat: unpacked, and read as text or as the
 * HTML that was wrapped in it. One pass, bounded. Pure. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum {
	RTF_UNPACKED_MAX = 16 * 1024 * 1024,
	RTF_TEXT_MAX = 8 * 1024 * 1024,
	RTF_DEPTH_MAX = 200, /* groups; deeper ones share the state of the last */
};

/* The RTF of a PR_RTF_COMPRESSED. False when it is none; what is damaged ends it.
 * *limited: it was longer than RTF_UNPACKED_MAX. */
bool rtf_unpack(struct arena *a, struct slice packed, struct slice *rtf, bool *limited);

struct rtf {
	struct slice text; /* UTF-8 */
	bool is_html;
	bool limited;
};

/* False when the bytes are no RTF. */
bool rtf_read(struct arena *a, struct slice bytes, struct rtf *out);
