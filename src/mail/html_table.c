#include "mail/html_table.h"

static struct html_row *row_now(struct html_tables *t)
{
	return t->depth && t->depth <= HTML_TABLES_MAX ? &t->rows[t->depth - 1] : NULL;
}

void html_table_open(struct html_tables *t, struct html_writer *w)
{
	struct html_row *r;

	html_writer_break(w, 1);
	t->depth++;
	r = row_now(t);
	if (r)
		r->open = false;
}

void html_table_close(struct html_tables *t, struct html_writer *w)
{
	html_writer_break(w, 1);
	t->depth -= t->depth > 0;
}

void html_row_open(struct html_tables *t, struct html_writer *w)
{
	struct html_row *r = row_now(t);

	html_writer_break(w, 1);
	if (r)
		*r = (struct html_row){.open = true};
}

void html_cell_open(struct html_tables *t, struct html_writer *w)
{
	struct html_row *r = row_now(t);

	html_writer_break(w, 1);
	if (!r || !r->open)
		return;
	if (r->n < HTML_CELLS_MAX)
		r->cell[r->n] = html_writer_mark(w);
	r->n++;
}

void html_row_close(struct html_tables *t, struct html_writer *w)
{
	struct html_row *r = row_now(t);
	struct slice cells[HTML_CELLS_MAX];
	size_t full = 0, width = 0;

	if (!r || !r->open)
		return;
	r->open = false;
	html_writer_break(w, 1);
	if (r->n > HTML_CELLS_MAX)
		return;
	for (size_t i = 0; i < r->n; i++) {
		size_t end = i + 1 < r->n ? r->cell[i + 1] : html_writer_mark(w);
		struct slice cell = slice_trim(
			slice_sub(html_writer_since(w, r->cell[i]), 0, end - r->cell[i]));

		if (slice_chr(cell, '\n') != SIZE_MAX)
			return;
		width += cell.n;
		if (cell.n)
			cells[full++] = cell;
	}
	if (full > 1 && width <= HTML_ROW_WIDTH_MAX)
		html_writer_join(w, cells, full);
}
