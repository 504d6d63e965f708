/* html_marks: what programs say with their own ids and classes: here begins the signature, here
 * the quoted mail. It is told on in the text, as a line that mail/quote knows. Inside of
 * mail/html. */
#pragma once

#include "mail/html_writer.h"

/* Where one of them begins in the text; nothing was written there before `set`. */
struct html_mark {
	size_t at;
	bool set;
};

struct html_marks {
	struct html_mark mail, signature;
	size_t depth;	  /* of the open element that is the signature; 0: none is open */
	size_t signed_to; /* where its text ends */
	bool named;	  /* the quoted mail's head itself bears a mark */
	bool boxed;	  /* something quoted began */
};

/* An element at that depth opens. id and class as written, may be NULL. */
void html_marks_open(struct html_marks *m, const struct html_writer *w, size_t depth,
		     const char *id, const char *class, const char *smart);
void html_marks_close(struct html_marks *m, const struct html_writer *w, size_t depth);
/* Words come. Behind a signature they are the writer's own: it was none. */
void html_marks_words(struct html_marks *m, const struct html_writer *w, struct slice text);
/* Write the lines into the text. */
void html_marks_write(const struct html_marks *m, struct html_writer *w);
