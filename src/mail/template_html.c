#include "mail/template_html.h"

#include <string.h>

/* What a line is, and the block that such lines make. */
enum block { BLOCK_NONE, BLOCK_TEXT, BLOCK_QUOTE, BLOCK_LIST, BLOCK_ROWS, BLOCK_FOOT, BLOCK_NOTE };

#define QUIET "color:#5b6770"

static const struct {
	const char *open, *close, *line_open, *line_close, *between;
} BLOCKS[] = {
	[BLOCK_NONE] = {"", "", "", "", ""},
	[BLOCK_TEXT] = {"<p style=\"margin:0 0 16px\">", "</p>\n", "", "", "<br>\n"},
	[BLOCK_QUOTE] = {"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" "
			 "cellspacing=\"0\" border=\"0\" style=\"margin:0 0 16px\"><tr><td "
			 "style=\"border-left:3px solid #9db8b5;padding:2px 0 2px 14px\">",
			 "</td></tr></table>\n", "", "", "<br>\n"},
	[BLOCK_LIST] = {"<ul style=\"margin:0 0 16px;padding:0 0 0 22px\">\n", "</ul>\n",
			"<li style=\"margin:0 0 6px\">", "</li>\n", ""},
	[BLOCK_ROWS] = {"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" "
			"border=\"0\" style=\"margin:0 0 16px\">\n",
			"</table>\n", "<tr>", "</td></tr>\n", ""},
	[BLOCK_FOOT] =
		{"<p class=\"quiet\" style=\"margin:24px 0 0;padding:12px 0 0;border-top:1px "
		 "solid #d9dfdd;font-size:13px;line-height:19px;" QUIET "\">",
		 "</p>\n", "", "", "<br>\n"},
	[BLOCK_NOTE] =
		{"<p class=\"quiet\" style=\"margin:0 0 16px;font-size:14px;line-height:20px;" QUIET
		 "\">",
		 "</p>\n", "", "", "<br>\n"},
};

static const char ROW_KEY[] =
	"<td class=\"quiet key\" valign=\"top\" style=\"padding:0 14px 4px 0;" QUIET "\">";
static const char ROW_VALUE[] =
	"</td><td class=\"value\" valign=\"top\" style=\"padding:0 0 4px\">";

/* Tables and bgcolor: Outlook on the desktop draws no padding or colour on a link. */
static const char BUTTON_OPEN[] =
	"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
	"style=\"margin:8px 0 24px\"><tr><td bgcolor=\"#0b5d5e\" "
	"style=\"border-radius:6px;background-color:#0b5d5e\"><a href=\"";
static const char BUTTON_STYLE[] =
	"\" style=\"display:inline-block;padding:14px 28px;border:1px solid #0b5d5e;"
	"border-radius:6px;font-size:17px;line-height:22px;font-weight:bold;color:#ffffff;"
	"text-decoration:none\"><span style=\"color:#ffffff\">";
static const char BUTTON_CLOSE[] = "</span></a></td></tr></table>\n";
static const char BUTTON_LABEL[] = "Abrir el enlace";

struct line {
	size_t from, to; /* of what is shown, the template's own sign taken off */
	size_t key_to;	 /* BLOCK_ROWS: end of the key */
	enum block block;
	bool button;
};

void html_escape(struct sbuf *out, struct slice s)
{
	static const struct {
		char c;
		const char *as;
	} rows[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

	for (size_t i = 0; i < s.n; i++) {
		const char *as = NULL;

		for (size_t k = 0; k < COUNT(rows); k++)
			if (rows[k].c == s.p[i])
				as = rows[k].as;
		if (as)
			sbuf_cstr(out, as);
		else
			sbuf_chr(out, s.p[i]);
	}
}

/* --- what a line is --- */

static bool template_at(const struct marked *m, size_t at)
{
	return m->marks.p[at] == MARK_TEMPLATE;
}

static struct slice bytes(const struct marked *m, size_t from, size_t to)
{
	return slice_sub(sbuf_view(&m->text), from, to - from);
}

/* The end of «  Key: » when all of it is the template's; 0 otherwise. */
static size_t key_end(const struct marked *m, size_t from, size_t to)
{
	for (size_t i = from; i + 1 < to && template_at(m, i); i++)
		if (m->text.p[i] == ':' && m->text.p[i + 1] == ' ')
			return i;
	return 0;
}

static bool all_marked(const struct marked *m, size_t from, size_t to, enum mark mark)
{
	for (size_t i = from; i < to; i++)
		if (m->marks.p[i] != (char)mark)
			return false;
	return to > from;
}

static struct line line_at(const struct marked *m, size_t from, size_t to)
{
	struct line l = {.from = from, .to = to, .block = BLOCK_TEXT};
	struct slice s = bytes(m, from, to);

	if (slice_trim(s).n == 0) {
		l.block = BLOCK_NONE;
	} else if (all_marked(m, from, to, MARK_BUTTON)) {
		l.button = true;
	} else if (all_marked(m, from, to, MARK_READERS)) {
		l.block = BLOCK_NOTE;
	} else if (!template_at(m, from)) {
		l.block = BLOCK_TEXT;
	} else if (s.p[0] == '>' || s.p[0] == '|') {
		l.block = BLOCK_QUOTE;
		l.from += s.n > 1 && s.p[1] == ' ' ? 2 : 1;
	} else if (slice_starts(s, SLICE("- "))) {
		l.block = BLOCK_LIST;
		l.from += 2;
	} else if (slice_starts(s, SLICE("Ref. "))) {
		l.block = BLOCK_FOOT;
	} else if (slice_starts(s, SLICE("  ")) && (l.key_to = key_end(m, from, to)) > 0) {
		l.block = BLOCK_ROWS;
		l.from += 2;
	}
	return l;
}

static struct line next_line(const struct marked *m, size_t at)
{
	size_t len = slice_chr(bytes(m, at, m->text.n), '\n');

	return line_at(m, at, len == SIZE_MAX ? m->text.n : at + len);
}

/* --- what stands in a line --- */

static bool is_web(struct slice s)
{
	return (slice_istarts(s, "https://") || slice_istarts(s, "http://")) && s.n > 8;
}

/* Words of our own links become links; words of others never do. */
static void put_links(struct sbuf *out, struct slice s)
{
	struct slice word;
	bool first = true;

	while (slice_next(&s, ' ', &word)) {
		if (!first)
			sbuf_chr(out, ' ');
		first = false;
		if (is_web(word)) {
			sbuf_cstr(out, "<a href=\"");
			html_escape(out, word);
			sbuf_cstr(out, "\" class=\"link\" style=\"color:#0b5d5e\">");
		}
		html_escape(out, word);
		if (is_web(word))
			sbuf_cstr(out, "</a>");
	}
}

/* Verbs that the template names («#tomar») are set apart. */
static void put_template(struct sbuf *out, struct slice s)
{
	static const char open[] = "<span style=\"font-family:Consolas,Menlo,'DejaVu Sans Mono',"
				   "monospace;font-weight:bold\">";

	for (size_t i = 0; i < s.n;) {
		size_t end = i;

		if (s.p[i] == '#' && (i == 0 || s.p[i - 1] == ' '))
			while (end < s.n && !strchr(" ,.;:)", s.p[end]))
				end++;
		if (end > i + 1) {
			sbuf_cstr(out, open);
			html_escape(out, slice_sub(s, i, end - i));
			sbuf_cstr(out, "</span>");
			i = end;
		} else {
			html_escape(out, slice_sub(s, i++, 1));
		}
	}
}

static void put_unbroken(struct sbuf *out, struct slice s)
{
	struct slice word;

	for (bool first = true; slice_next(&s, ' ', &word); first = false) {
		sbuf_cstr(out, first ? "" : "&nbsp;");
		html_escape(out, word);
	}
}

static void put_run(struct sbuf *out, struct slice s, enum mark mark)
{
	switch (mark) {
	case MARK_TEMPLATE:
		put_template(out, s);
		return;
	case MARK_STRONG:
		sbuf_cstr(out, "<strong>");
		html_escape(out, s);
		sbuf_cstr(out, "</strong>");
		return;
	case MARK_HOUR:
		put_unbroken(out, s);
		return;
	case MARK_STRONG_HOUR:
		sbuf_cstr(out, "<strong>");
		put_unbroken(out, s);
		sbuf_cstr(out, "</strong>");
		return;
	case MARK_LINK:
	case MARK_BUTTON:
		put_links(out, s);
		return;
	case MARK_DATA:
	case MARK_READERS:
		html_escape(out, s);
		return;
	}
}

static void put_inline(struct sbuf *out, const struct marked *m, size_t from, size_t to)
{
	for (size_t i = from; i < to;) {
		size_t end = i;

		while (end < to && m->marks.p[end] == m->marks.p[i])
			end++;
		put_run(out, bytes(m, i, end), (enum mark)m->marks.p[i]);
		i = end;
	}
}

static void put_button(struct sbuf *out, struct slice url, struct slice label)
{
	label = slice_trim(label);
	if (label.n && label.p[label.n - 1] == ':')
		label.n--;
	sbuf_cstr(out, BUTTON_OPEN);
	html_escape(out, url);
	sbuf_cstr(out, BUTTON_STYLE);
	html_escape(out, label.n ? label : SLICE(BUTTON_LABEL));
	sbuf_cstr(out, BUTTON_CLOSE);
}

static void put_line(struct sbuf *out, const struct marked *m, const struct line *l)
{
	sbuf_cstr(out, BLOCKS[l->block].line_open);
	if (l->block == BLOCK_ROWS) {
		sbuf_cstr(out, ROW_KEY);
		html_escape(out, bytes(m, l->from, l->key_to));
		sbuf_cstr(out, ROW_VALUE);
		put_inline(out, m, l->key_to + 2, l->to);
	} else {
		put_inline(out, m, l->from, l->to);
	}
}

/* A further line of a variable stays in the row or item that it began in. */
static bool goes_on(const struct marked *m, const struct line *l, enum block open)
{
	return (open == BLOCK_LIST || open == BLOCK_ROWS) && l->block == BLOCK_TEXT && !l->button &&
	       !template_at(m, l->from);
}

static void close_block(struct sbuf *out, enum block *open)
{
	sbuf_cstr(out, BLOCKS[*open].line_close);
	sbuf_cstr(out, BLOCKS[*open].close);
	*open = BLOCK_NONE;
}

void template_html(struct sbuf *out, const struct marked *m)
{
	enum block open = BLOCK_NONE;
	struct slice label = {NULL, 0};

	for (size_t at = 0; at < m->text.n;) {
		struct line l = next_line(m, at), after = {0};

		at = l.to + 1;
		if (at < m->text.n)
			after = next_line(m, at);
		if (l.button) {
			close_block(out, &open);
			put_button(out, bytes(m, l.from, l.to), label);
			label = (struct slice){NULL, 0};
		} else if (after.button && l.block == BLOCK_TEXT) {
			label = bytes(m, l.from, l.to); /* «Calificar la atención:» stands on it */
		} else if (goes_on(m, &l, open)) {
			sbuf_cstr(out, "<br>\n");
			put_inline(out, m, l.from, l.to);
		} else {
			if (open == l.block && open != BLOCK_NONE) {
				sbuf_cstr(out, BLOCKS[open].line_close);
				sbuf_cstr(out, BLOCKS[open].between);
			} else {
				close_block(out, &open);
				open = l.block;
				sbuf_cstr(out, BLOCKS[open].open);
			}
			put_line(out, m, &l);
		}
	}
	close_block(out, &open);
}

bool template_layout(struct sbuf *out, struct slice layout, struct slice content,
		     const char *subject, const struct var *vars, size_t n)
{
	static const char *const names[] = {"entity", "desk", "number"};
	struct slice open = SLICE("<!--"), close = SLICE("-->"), name;
	bool found = false;
	size_t at;

	while ((at = slice_find(layout, open)) != SIZE_MAX) {
		struct slice tail = slice_sub(layout, at + open.n, layout.n);
		size_t end = slice_find(tail, close);
		bool known = true;

		if (end == SIZE_MAX)
			break;
		sbuf_slice(out, slice_sub(layout, 0, at));
		name = slice_sub(tail, 0, end);
		if (slice_eq(name, SLICE("content"))) {
			sbuf_slice(out, content);
			found = true;
		} else if (slice_eq(name, SLICE("subject"))) {
			html_escape(out, slice_of(subject));
		} else {
			known = false;
			for (size_t i = 0; i < COUNT(names); i++)
				if (slice_eq(name, slice_of(names[i]))) {
					html_escape(out,
						    slice_of(template_value(vars, n, names[i])));
					known = true;
				}
		}
		if (!known) /* a comment, or Outlook's conditions */
			sbuf_slice(out, slice_sub(layout, at, open.n + end + close.n));
		layout = slice_sub(tail, end + close.n, tail.n);
	}
	sbuf_slice(out, layout);
	return found;
}
