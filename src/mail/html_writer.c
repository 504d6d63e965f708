#include "mail/html_writer.h"

#include "base/text.h"
#include "mail/charset_set.h"
#include "mail/html.h"

enum {
	BREAKS_MAX = 3,
	QUOTE_SHOWN_MAX = 12, /* deeper quotes are written at this depth */
	LIST_SHOWN_MAX = 8,
};

static const struct slice CELL_GAP = {" | ", 3};

void html_writer_start(struct html_writer *w)
{
	*w = (struct html_writer){.out = SBUF_INIT(HTML_TEXT_MAX)};
}

void html_writer_free(struct html_writer *w)
{
	sbuf_free(&w->out);
}

bool html_writer_full(const struct html_writer *w)
{
	return w->out.over;
}

static size_t shown_quote(const struct html_writer *w)
{
	return w->quote < QUOTE_SHOWN_MAX ? w->quote : QUOTE_SHOWN_MAX;
}

static void put_quote(struct html_writer *w, size_t depth)
{
	for (size_t i = 0; i < depth; i++)
		sbuf_cstr(&w->out, "> ");
}

static void put_item(struct html_writer *w)
{
	size_t depth = w->lists < LIST_SHOWN_MAX ? w->lists : LIST_SHOWN_MAX;

	for (size_t i = 1; i < depth; i++)
		sbuf_cstr(&w->out, "  ");
	if (depth && w->list[depth - 1].ordered)
		sbuf_printf(&w->out, "%u. ", w->list[depth - 1].next++);
	else
		sbuf_cstr(&w->out, "- ");
	w->item = false;
}

/* Write what is due before text: line ends with the marks of quotes, a list's marker, a blank. */
static void settle(struct html_writer *w)
{
	size_t depth = shown_quote(w);
	bool first = w->out.n == 0;

	if (w->breaks && !first) {
		size_t between = depth < w->line_quote ? depth : w->line_quote;

		for (unsigned i = 0; i < w->breaks; i++) {
			if (i > 0)
				put_quote(w, between);
			sbuf_chr(&w->out, '\n');
		}
	}
	if (first || w->breaks) {
		put_quote(w, depth);
		w->line_quote = depth;
		if (w->item)
			put_item(w);
	} else if (w->space) {
		sbuf_chr(&w->out, ' ');
	}
	w->breaks = 0;
	w->space = false;
}

/* Fillers of hidden preview lines: soft hyphen, zero-width space and joiner, word joiner, BOM. */
static bool invisible(uint32_t cp)
{
	return cp == 0xAD || cp == 0x200B || cp == 0x2060 || cp == 0xFEFF || cp == 0x34F;
}

static bool wide_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void put_pre(struct html_writer *w, struct slice s)
{
	struct slice line;

	while (s.n) {
		bool ends = slice_chr(s, '\n') != SIZE_MAX;

		if (!slice_line(&s, &line))
			break;
		if (line.n) {
			settle(w);
			sbuf_slice(&w->out, line);
		}
		if (ends)
			html_writer_newline(w);
	}
}

/* A joiner before a blank joins nothing: hidden preview lines are full of them. */
static void drop_joiner(struct html_writer *w)
{
	struct slice s = sbuf_view(&w->out);

	if (s.n >= 3 && slice_eq(slice_sub(s, s.n - 3, 3), SLICE("\xE2\x80\x8C")))
		sbuf_cut(&w->out, s.n - 3);
}

static void put_special(struct html_writer *w, uint32_t cp, struct slice bytes)
{
	if (cp == 0xA0) { /* makes a line of its own, but runs of them are one blank */
		drop_joiner(w);
		if (w->breaks || w->out.n == 0)
			settle(w);
		w->space = true;
		return;
	}
	if (invisible(cp) || (cp == 0x200C && w->space))
		return;
	settle(w);
	if (cp >= 0x80 && cp < 0xA0) /* «&#150;»: meant as Windows-1252 */
		text_put(&w->out, charset_single(CHARSET_1252, (unsigned char)cp));
	else
		sbuf_slice(&w->out, bytes);
}

void html_writer_text(struct html_writer *w, struct slice s)
{
	if (w->pre) {
		put_pre(w, s);
		return;
	}
	for (size_t i = 0; i < s.n && !w->out.over;) {
		size_t from = i;
		uint32_t cp;

		if (wide_blank(s.p[i])) {
			w->space = true;
			i++;
			continue;
		}
		while (i < s.n && (unsigned char)s.p[i] < 0x80 && !wide_blank(s.p[i]))
			i++;
		if (i > from) {
			settle(w);
			sbuf_put(&w->out, s.p + from, i - from);
			continue;
		}
		i += text_next(slice_sub(s, i, s.n), &cp);
		put_special(w, cp, slice_sub(s, from, i - from));
	}
}

void html_writer_word(struct html_writer *w, struct slice text)
{
	w->space = true;
	settle(w);
	sbuf_slice(&w->out, text);
}

void html_writer_raw(struct html_writer *w, struct slice text)
{
	sbuf_slice(&w->out, text);
}

void html_writer_break(struct html_writer *w, unsigned lines)
{
	if (w->item && lines > 1) /* between a list's marker and its text */
		lines = 1;
	if (w->breaks < lines)
		w->breaks = lines;
	w->space = false;
}

void html_writer_newline(struct html_writer *w)
{
	if (w->breaks < BREAKS_MAX)
		w->breaks++;
	w->space = false;
}

/* The stack remembers which blockquotes quote; past its end all do not. */
void html_writer_quote(struct html_writer *w, bool quotes)
{
	if (w->quote_levels < sizeof w->quote_stack) {
		w->quote_stack[w->quote_levels] = quotes;
		w->quote += quotes;
	}
	w->quote_levels++;
}

void html_writer_unquote(struct html_writer *w)
{
	if (w->quote_levels == 0)
		return;
	w->quote_levels--;
	if (w->quote_levels < sizeof w->quote_stack)
		w->quote -= w->quote_stack[w->quote_levels];
}

void html_writer_list(struct html_writer *w, bool ordered, unsigned first)
{
	html_writer_break(w, 1);
	if (w->lists < LIST_SHOWN_MAX) {
		w->list[w->lists].ordered = ordered;
		w->list[w->lists].next = first;
	}
	w->lists++;
}

void html_writer_unlist(struct html_writer *w)
{
	html_writer_break(w, 1);
	w->lists -= w->lists > 0;
	w->item = false;
}

void html_writer_item(struct html_writer *w)
{
	html_writer_break(w, 1);
	w->item = true;
}

void html_writer_pre(struct html_writer *w, bool on)
{
	w->pre = on;
}

size_t html_writer_mark(const struct html_writer *w)
{
	return w->out.n;
}

struct slice html_writer_since(const struct html_writer *w, size_t mark)
{
	return slice_sub(sbuf_view(&w->out), mark, w->out.n);
}

void html_writer_join(struct html_writer *w, const struct slice *pieces, size_t n)
{
	struct sbuf line = SBUF_INIT(HTML_TEXT_MAX);

	for (size_t i = 0; i < n; i++) {
		struct slice s = pieces[i];

		/* each cell was a line of its own and has the marks of a quoted line */
		while (i && w->line_quote && slice_starts(s, SLICE("> ")))
			s = slice_sub(s, 2, s.n);
		if (i)
			sbuf_slice(&line, CELL_GAP);
		sbuf_slice(&line, s);
	}
	sbuf_cut(&w->out, (size_t)(pieces[0].p - w->out.p));
	sbuf_slice(&w->out, sbuf_view(&line));
	sbuf_free(&line);
}

char *html_writer_finish(struct arena *a, struct html_writer *w)
{
	struct slice rest = sbuf_view(&w->out), line;
	char *text = arena_alloc(a, rest.n + 2);
	size_t n = 0;

	while (slice_line(&rest, &line)) {
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		for (size_t i = 0; i < line.n; i++)
			text[n++] = line.p[i];
		text[n++] = '\n';
	}
	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	text[n] = '\0';
	return text;
}
