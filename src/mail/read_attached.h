/* read_attached: mails that came as files of another one, or wrapped in its signature. Inside of
 * mail/read. */
#pragma once

#include "mail/read_text.h"

enum {
	ATTACHED_MAILS_MAX = 10, /* read as text; the others are files only */
	ATTACHED_DEPTH_MAX = 4	 /* mails within mails, until one says something */
};

/* A mail that says nothing itself: *out becomes the text of the mail in it. Unchanged when there
 * is none. */
void attached_text(struct arena *a, const struct mime_tree *t, struct read_text *out);

/* own and, below it, each attached mail as a mail program writes it when it forwards in the text:
 * so it is quoted, kept and bound by the same rules, and no command stands at its top. own itself
 * when none says anything. *read: what the reading of their texts came upon; *more: there were more
 * than ATTACHED_MAILS_MAX. */
const char *attached_below(struct arena *a, const struct mime_tree *t, const char *own,
			   struct read_text *read, bool *more);

/* Who wrote the first mail that was attached; addr "" when nobody is told. */
struct address attached_author(struct arena *a, const struct mime_tree *t);
