/* html_table: tables in a text: a row of short cells becomes one line. Inside of mail/html. */
#pragma once

#include "mail/html_writer.h"

enum {
	HTML_TABLES_MAX = 16,
	HTML_CELLS_MAX = 24,
	HTML_ROW_WIDTH_MAX = 200, /* a wider row stays a block of lines */
};

struct html_row {
	size_t cell[HTML_CELLS_MAX]; /* where each cell's text begins in the output */
	size_t n;
	bool open;
};

/* The open row of each open table; tables nested deeper have none. */
struct html_tables {
	struct html_row rows[HTML_TABLES_MAX];
	size_t depth;
};

void html_table_open(struct html_tables *t, struct html_writer *w);
void html_table_close(struct html_tables *t, struct html_writer *w);
void html_row_open(struct html_tables *t, struct html_writer *w);
void html_cell_open(struct html_tables *t, struct html_writer *w);
void html_row_close(struct html_tables *t, struct html_writer *w);
