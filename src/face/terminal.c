#include "face/terminal.h"

#include "base/text.h"

#include <string.h>

enum {
	GAP = 2,
	STRETCH_LEAST = 12,
	BOUNDED_LEAST = 8,
	COLUMNS_MAX = 24,
	WRAP_LEAST = 20,
	EIGHTHS = 8
};

static const char *const PAINTS[PAINT_COUNT] = {
	[PAINT_NONE] = "",	   [PAINT_BOLD] = "\033[1m",  [PAINT_QUIET] = "\033[2m",
	[PAINT_GOOD] = "\033[32m", [PAINT_WARN] = "\033[33m", [PAINT_BAD] = "\033[1;31m",
};
static const char PLAIN[] = "\033[0m";

static void begin(struct sbuf *out, const struct terminal *to, enum paint paint)
{
	if (to->colour && paint != PAINT_NONE)
		sbuf_cstr(out, PAINTS[paint]);
}

static void end(struct sbuf *out, const struct terminal *to, enum paint paint)
{
	if (to->colour && paint != PAINT_NONE)
		sbuf_cstr(out, PLAIN);
}

static void fill(struct sbuf *out, size_t n)
{
	while (n-- > 0)
		sbuf_chr(out, ' ');
}

/* The longest beginning that takes at most `columns`. */
static struct slice fitting(struct slice s, size_t columns)
{
	size_t n = 0, used = 0;
	uint32_t cp;

	for (size_t len; (len = text_next(slice_sub(s, n, s.n), &cp)) > 0; n += len) {
		used += text_width(slice_sub(s, n, len));
		if (used > columns)
			break;
	}
	return slice_sub(s, 0, n);
}

static char *cleaned(struct arena *a, const char *value)
{
	return text_line(a, slice_of(value));
}

static void put_cut(struct sbuf *out, struct slice s, size_t columns)
{
	if (columns == 0 || text_width(s) <= columns) {
		sbuf_slice(out, s);
		return;
	}
	sbuf_slice(out, fitting(s, columns - 1));
	sbuf_cstr(out, "…");
}

static size_t cut_width(struct slice s, size_t columns)
{
	size_t w = text_width(s);

	if (columns == 0 || w <= columns)
		return w;
	return text_width(fitting(s, columns - 1)) + 1;
}

void terminal_put(struct sbuf *out, const struct terminal *to, enum paint paint, const char *value)
{
	struct arena *a = arena_new();

	begin(out, to, paint);
	sbuf_cstr(out, cleaned(a, value));
	end(out, to, paint);
	arena_free(&a);
}

/* filled: blanks up to `columns` on the right side too. */
static void put_cell(struct sbuf *out, const struct terminal *to, enum paint paint, struct slice s,
		     size_t columns, bool right, bool filled)
{
	size_t w = cut_width(s, columns), room = columns > w ? columns - w : 0;

	if (right)
		fill(out, room);
	begin(out, to, paint);
	put_cut(out, s, columns);
	end(out, to, paint);
	if (!right && filled)
		fill(out, room);
}

void terminal_cell(struct sbuf *out, const struct terminal *to, enum paint paint, const char *value,
		   size_t columns, bool right)
{
	struct arena *a = arena_new();

	put_cell(out, to, paint, slice_of(cleaned(a, value)), columns, right, true);
	arena_free(&a);
}

void terminal_heading(struct sbuf *out, const struct terminal *to, const char *title)
{
	if (out->n > 0)
		sbuf_chr(out, '\n');
	terminal_put(out, to, PAINT_BOLD, title);
	sbuf_chr(out, '\n');
}

void terminal_bar(struct sbuf *out, const struct terminal *to, enum paint paint, double value,
		  double most, size_t columns)
{
	static const char *const parts[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	size_t eighths;

	if (!(value > 0) || !(most > 0))
		return;
	if (value > most)
		value = most;
	eighths = (size_t)(value / most * (double)(columns * EIGHTHS) + 0.5);
	if (eighths == 0)
		eighths = 1;
	begin(out, to, paint);
	for (size_t i = 0; i < eighths / EIGHTHS; i++)
		sbuf_cstr(out, "█");
	sbuf_cstr(out, parts[eighths % EIGHTHS]);
	end(out, to, paint);
}

/* Where a line of at most `columns` ends: at a blank where there is one. */
static size_t wrap_at(struct slice s, size_t columns)
{
	size_t n = fitting(s, columns).n;

	if (n == s.n)
		return n;
	for (size_t i = n; i > 0; i--)
		if (s.p[i] == ' ')
			return i;
	return n > 0 ? n : 1;
}

static void put_wrapped(struct sbuf *out, const char *prefix, struct slice line, size_t columns)
{
	do {
		size_t n = columns ? wrap_at(line, columns) : line.n;

		sbuf_cstr(out, prefix);
		sbuf_slice(out, slice_sub(line, 0, n));
		while (out->n > 0 && out->p[out->n - 1] == ' ')
			sbuf_cut(out, out->n - 1);
		sbuf_chr(out, '\n');
		line = slice_sub(line, n, line.n);
		if (line.n && line.p[0] == ' ')
			line = slice_sub(line, 1, line.n);
	} while (line.n > 0);
}

void terminal_text(struct sbuf *out, const struct terminal *to, const char *prefix,
		   const char *text)
{
	struct arena *a = arena_new();
	struct slice rest = slice_of(text_clean(a, slice_of(text))), line;
	size_t used = text_width(slice_of(prefix)), columns = 0;

	if (to->width > 0)
		columns = to->width > used + WRAP_LEAST ? to->width - used : WRAP_LEAST;
	while (slice_next(&rest, '\n', &line))
		put_wrapped(out, prefix, slice_of(text_line(a, line)), columns);
	arena_free(&a);
}

/* --- tables --- */

struct layout {
	struct arena *a;
	const struct table *t;
	struct slice *cells; /* cleaned, as in t->cells */
	size_t widths[COLUMNS_MAX];
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void measure(struct layout *l)
{
	const struct table *t = l->t;

	l->cells = arena_array(l->a, t->n_rows * t->n_columns + 1, sizeof *l->cells);
	for (size_t c = 0; c < t->n_columns; c++)
		l->widths[c] = text_width(slice_of(t->columns[c].title));
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		const struct column *column = &t->columns[i % t->n_columns];
		size_t *width = &l->widths[i % t->n_columns], w;

		l->cells[i] = slice_of(cleaned(l->a, t->cells[i]));
		w = text_width(l->cells[i]);
		if (column->most)
			w = least(w, column->most);
		if (w > *width)
			*width = w;
	}
}

static bool stretches(const struct column *c)
{
	return c->stretch;
}

static bool is_bounded(const struct column *c)
{
	return c->most > 0;
}

/* The widest of the columns that may give way, again and again, down to `down_to` each. The columns
 * that are over then. */
static size_t give_way(struct layout *l, bool (*may)(const struct column *), size_t down_to,
		       size_t over)
{
	for (; over > 0; over--) {
		size_t widest = COLUMNS_MAX;

		for (size_t c = 0; c < l->t->n_columns; c++)
			if (may(&l->t->columns[c]) && l->widths[c] > down_to &&
			    (widest == COLUMNS_MAX || l->widths[c] > l->widths[widest]))
				widest = c;
		if (widest == COLUMNS_MAX)
			break;
		l->widths[widest]--;
	}
	return over;
}

static void squeeze(struct layout *l, size_t width)
{
	size_t total = 0;

	for (size_t c = 0; c < l->t->n_columns; c++)
		total += l->widths[c] + (c ? GAP : 0);
	if (width == 0 || total <= width)
		return;
	give_way(l, is_bounded, BOUNDED_LEAST,
		 give_way(l, stretches, STRETCH_LEAST, total - width));
}

static void put_row(struct sbuf *out, const struct terminal *to, const struct layout *l,
		    enum paint paint, const struct slice *cells)
{
	size_t n = l->t->n_columns;

	while (n > 0 && cells[n - 1].n == 0)
		n--;
	for (size_t c = 0; c < n; c++) {
		fill(out, c ? GAP : 0);
		put_cell(out, to, paint, cells[c], l->widths[c], l->t->columns[c].right, c + 1 < n);
	}
	sbuf_chr(out, '\n');
}

static void put_rule(struct sbuf *out, const struct terminal *to, const struct layout *l)
{
	begin(out, to, PAINT_QUIET);
	for (size_t c = 0; c < l->t->n_columns; c++) {
		fill(out, c ? GAP : 0);
		for (size_t i = 0; i < l->widths[c]; i++)
			sbuf_cstr(out, "─");
	}
	end(out, to, PAINT_QUIET);
	sbuf_chr(out, '\n');
}

void terminal_table(struct sbuf *out, const struct table *t, const struct terminal *to)
{
	struct layout l = {.a = arena_new(), .t = t};
	struct slice titles[COLUMNS_MAX] = {{NULL, 0}};

	if (t->n_rows > 0 && t->n_columns > 0 && t->n_columns <= COLUMNS_MAX) {
		measure(&l);
		squeeze(&l, to->width);
		for (size_t c = 0; c < t->n_columns; c++)
			titles[c] = slice_of(t->columns[c].title);
		put_row(out, to, &l, PAINT_BOLD, titles);
		put_rule(out, to, &l);
		for (size_t r = 0; r < t->n_rows; r++)
			put_row(out, to, &l, t->paints ? t->paints[r] : PAINT_NONE,
				l.cells + r * t->n_columns);
	}
	arena_free(&l.a);
}
