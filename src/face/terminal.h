/* terminal: text for terminals and pipes. Pure. What data holds goes through text_line, so no
 * escape sequence of a mail ever reaches a terminal; ours are written only with `colour`. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum { TERMINAL_WIDTH = 80 }; /* where none is told */

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_QUIET, PAINT_GOOD, PAINT_WARN, PAINT_BAD, PAINT_COUNT };

struct terminal {
	bool colour;  /* a terminal, and the user did not say otherwise (NO_COLOR) */
	size_t width; /* columns; 0: no limit (a pipe) */
};

struct column {
	const char *title;
	bool right;   /* numbers */
	bool stretch; /* gives way when the line is too long, the widest first */
	size_t most; /* columns, past which a cell is cut with «…», sooner where the line is too
			long still; 0: no limit */
};

struct table {
	const struct column *columns;
	size_t n_columns;
	const char *const *cells; /* row by row, n_rows * n_columns; NULL is "" */
	const enum paint *paints; /* one a row; NULL: none */
	size_t n_rows;
};

/* Title line, a rule, the rows; nothing at all when there are no rows. Two blanks between columns,
 * no blanks at line ends. */
void terminal_table(struct sbuf *out, const struct table *t, const struct terminal *to);

/* value cleaned, painted when there is colour. */
void terminal_put(struct sbuf *out, const struct terminal *to, enum paint paint, const char *value);
/* The same, cut with «…» past `columns` and filled with blanks up to it. */
void terminal_cell(struct sbuf *out, const struct terminal *to, enum paint paint, const char *value,
		   size_t columns, bool right);
/* A heading on a line of its own, a blank line before it unless it is the first. */
void terminal_heading(struct sbuf *out, const struct terminal *to, const char *title);
/* value of `most` as blocks, `columns` wide at the most; anything above nothing is seen. */
void terminal_bar(struct sbuf *out, const struct terminal *to, enum paint paint, double value,
		  double most, size_t columns);
/* A text of several lines, each cleaned, behind a prefix, wrapped at blanks to the width. */
void terminal_text(struct sbuf *out, const struct terminal *to, const char *prefix,
		   const char *text);
