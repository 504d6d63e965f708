/* html_writer: running text with breaks, quotes and lists. Inside of mail/html.
 * Breaks are wishes until text comes: no blank space at the start, at the end, or in heaps. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

struct html_writer {
	struct sbuf out;
	unsigned breaks; /* line ends to write before the next text */
	bool space;	 /* a blank to write before the next text on the same line */
	bool pre;
	size_t quote; /* open quoting blockquotes; what is written is bounded */
	size_t quote_levels;
	unsigned char quote_stack[64];
	size_t line_quote; /* quote depth of the line that was written last */
	size_t lists;
	struct {
		bool ordered;
		unsigned next;
	} list[8];
	bool item; /* the marker of a list item is due */
};

void html_writer_start(struct html_writer *w);
void html_writer_free(struct html_writer *w);
bool html_writer_full(const struct html_writer *w);

void html_writer_text(struct html_writer *w, struct slice text); /* white space collapses */
void html_writer_word(struct html_writer *w, struct slice text); /* with a blank before it */
void html_writer_raw(struct html_writer *w, struct slice text);	 /* as it is, same line */
void html_writer_break(struct html_writer *w, unsigned lines);	 /* at least so many line ends */
void html_writer_newline(struct html_writer *w);		 /* one more line end */

void html_writer_quote(struct html_writer *w, bool quotes);
void html_writer_unquote(struct html_writer *w);
void html_writer_list(struct html_writer *w, bool ordered, unsigned first);
void html_writer_unlist(struct html_writer *w);
void html_writer_item(struct html_writer *w);
void html_writer_pre(struct html_writer *w, bool on);

size_t html_writer_mark(const struct html_writer *w);
struct slice html_writer_since(const struct html_writer *w, size_t mark);
/* Write pieces (slices of the output, the last of it) again as one line. */
void html_writer_join(struct html_writer *w, const struct slice *pieces, size_t n);

/* The text, lines trimmed at their ends. */
char *html_writer_finish(struct arena *a, struct html_writer *w);
