#include "mail/html.h"

#include "base/text.h"
#include "mail/html_feed.h"
#include "mail/html_marks.h"
#include "mail/html_rule.h"
#include "mail/html_table.h"
#include "mail/html_tags.h"
#include "mail/html_writer.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum {
	URL_MAX = 2000,
	STYLE_MAX = 1024,
	LIST_START_MAX = 1000000,
	EMPTY_SUSPECT = 200, /* so much HTML without text: something unclosed swallowed it */
};

struct state {
	struct html_writer w;
	size_t depth;	  /* open elements */
	size_t hidden;	  /* depth at which something hidden began; 0: visible */
	size_t pre;	  /* depth at which a style began to keep line ends; 0: none */
	bool show_hidden; /* the second try: only scripts and styles are left out */
	char href[URL_MAX + 1];
	size_t link_from; /* where the text of the open link begins */
	bool in_link;
	struct html_tables tables;
	struct html_marks marks;
	bool spaced; /* the open paragraph has space around it */
	bool limited;
};

static const char *attr(const xmlChar **atts, const char *name)
{
	for (size_t i = 0; atts && atts[i]; i += 2)
		if (slice_ieqs(slice_of((const char *)atts[i]), name))
			return atts[i + 1] ? (const char *)atts[i + 1] : "";
	return NULL;
}

/* The style of an element in lower case and without blanks, so that it can be searched. */
struct style {
	char text[STYLE_MAX];
};

static bool read_style(const xmlChar **atts, struct style *st)
{
	const char *c = attr(atts, "style");
	size_t n = 0;

	for (; c && *c && n + 1 < sizeof st->text; c++)
		if (!(*c == ' ' || *c == '\t' || *c == '\n' || *c == '\r'))
			st->text[n++] = *c >= 'A' && *c <= 'Z' ? (char)(*c + ('a' - 'A')) : *c;
	if (n > 0 && n + 1 < sizeof st->text)
		st->text[n++] = ';';
	st->text[n] = '\0';
	return n > 0;
}

static bool style_says(const struct style *st, const char *rule)
{
	return strstr(st->text, rule) != NULL;
}

static bool hides(const xmlChar **atts)
{
	static const char *const rules[] = {"display:none", "visibility:hidden",
					    "mso-hide:all", "max-height:0",
					    "opacity:0;",   "font-size:0;color:#fff"};
	struct style st;

	if (attr(atts, "hidden"))
		return true;
	if (!read_style(atts, &st))
		return false;
	for (size_t i = 0; i < COUNT(rules); i++)
		if (style_says(&st, rules[i]))
			return true;
	return false;
}

/* A paragraph without space around it, as Outlook writes each line. */
static bool tight(const xmlChar **atts)
{
	struct slice class = slice_of(attr(atts, "class"));
	struct style st;

	if (slice_istarts(class, "MsoNormal") || slice_istarts(class, "MsoPlainText") ||
	    slice_istarts(class, "MsoList"))
		return true;
	return read_style(atts, &st) &&
	       (style_says(&st, "margin:0") || style_says(&st, "margin-bottom:0"));
}

/* Mail programs also indent with blockquote. */
static bool only_indents(const xmlChar **atts)
{
	struct slice class = slice_of(attr(atts, "class"));
	struct style st;

	if (attr(atts, "type") || attr(atts, "cite"))
		return false;
	return slice_ifind(class, SLICE("indent")) != SIZE_MAX ||
	       (read_style(atts, &st) && style_says(&st, "border:none") &&
		style_says(&st, "margin:"));
}

/* --- links --- */

static void link_open(struct state *s, const xmlChar **atts)
{
	struct slice href = slice_trim(slice_of(attr(atts, "href")));

	s->in_link = href.n > 0 && href.n <= URL_MAX &&
		     (slice_istarts(href, "http://") || slice_istarts(href, "https://") ||
		      slice_istarts(href, "mailto:") || slice_istarts(href, "tel:"));
	if (!s->in_link)
		return;
	memcpy(s->href, href.p, href.n);
	s->href[href.n] = '\0';
	s->link_from = html_writer_mark(&s->w);
}

/* Same target, written another way: «www.x.example», «x.example/», «ana@x.example». */
static bool same_target(struct slice text, struct slice url)
{
	static const char *const prefixes[] = {"https://", "http://", "mailto:", "tel:", "www."};

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		if (slice_istarts(text, prefixes[i]))
			text = slice_sub(text, strlen(prefixes[i]), text.n);
		if (slice_istarts(url, prefixes[i]))
			url = slice_sub(url, strlen(prefixes[i]), url.n);
	}
	if (url.n && url.p[url.n - 1] == '/')
		url.n--;
	if (text.n && text.p[text.n - 1] == '/')
		text.n--;
	return slice_ieq(text, url);
}

static void link_close(struct state *s)
{
	struct slice text, url = slice_of(s->href);

	if (!s->in_link)
		return;
	s->in_link = false;
	text = slice_trim(html_writer_since(&s->w, s->link_from));
	if (slice_istarts(url, "mailto:"))
		url = slice_sub(url, 7, slice_chr(slice_sub(url, 7, url.n), '?'));
	else if (slice_istarts(url, "tel:"))
		return;
	if (text.n == 0 || url.n == 0 || same_target(text, url) ||
	    slice_ifind(text, url) != SIZE_MAX)
		return;
	html_writer_word(&s->w, SLICE("<"));
	html_writer_raw(&s->w, url);
	html_writer_raw(&s->w, SLICE(">"));
}

static void image(struct state *s, const xmlChar **atts)
{
	struct slice alt = slice_trim(slice_of(attr(atts, "alt")));

	if (alt.n == 0 || slice_ieqs(slice_of(attr(atts, "width")), "1") ||
	    slice_ieqs(slice_of(attr(atts, "height")), "1"))
		return;
	html_writer_text(&s->w, SLICE("["));
	html_writer_text(&s->w, alt);
	html_writer_text(&s->w, SLICE("]"));
}

static bool keeps_lines(const xmlChar **atts)
{
	struct style st;

	return read_style(atts, &st) && style_says(&st, "white-space:pre");
}

/* «<ol start="3">». */
static unsigned first_number(const xmlChar **atts)
{
	uint64_t n;

	return slice_u64(slice_trim(slice_of(attr(atts, "start"))), &n) && n <= LIST_START_MAX
		       ? (unsigned)n
		       : 1;
}

/* --- events --- */

/* Only whole blocks are marked, and cells of a table may be written once more as one line. */
static void note_mark(struct state *s, const struct html_tag *t, const xmlChar **atts)
{
	if (atts && s->tables.depth == 0 && (t->kind == TAG_BLOCK || t->kind == TAG_PARAGRAPH))
		html_marks_open(&s->marks, &s->w, s->depth, attr(atts, "id"), attr(atts, "class"),
				attr(atts, "data-smartmail"));
}

static void block_open(struct state *s, const struct html_tag *t, const xmlChar **atts)
{
	s->spaced = t->kind == TAG_PARAGRAPH && !tight(atts);
	html_writer_break(&s->w, s->spaced ? 2 : 1);
}

static void open_visible(struct state *s, const struct html_tag *t, const xmlChar **atts)
{
	switch (t->kind) {
	case TAG_BLOCK:
	case TAG_PARAGRAPH:
		block_open(s, t, atts);
		break;
	case TAG_BREAK:
		html_writer_newline(&s->w);
		break;
	case TAG_RULE:
		html_writer_break(&s->w, 1);
		html_writer_text(&s->w, HTML_RULE);
		html_writer_break(&s->w, 1);
		break;
	case TAG_QUOTE:
		html_writer_break(&s->w, 1);
		html_writer_quote(&s->w, !only_indents(atts));
		break;
	case TAG_LIST:
		html_writer_list(&s->w, t->ordered, first_number(atts));
		break;
	case TAG_ITEM:
		html_writer_item(&s->w);
		break;
	case TAG_PRE:
		html_writer_break(&s->w, 1);
		html_writer_pre(&s->w, true);
		break;
	case TAG_TABLE:
		html_table_open(&s->tables, &s->w);
		break;
	case TAG_ROW:
		html_row_open(&s->tables, &s->w);
		break;
	case TAG_CELL:
		html_cell_open(&s->tables, &s->w);
		break;
	case TAG_LINK:
		link_close(s);
		link_open(s, atts);
		break;
	case TAG_IMAGE:
		image(s, atts);
		break;
	case TAG_SKIP:
	case TAG_INLINE:
		break;
	}
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct state *s = ctx;
	const struct html_tag *t = html_tag_find((const char *)name);

	s->depth++;
	if (s->hidden)
		return;
	if (t->kind == TAG_SKIP || (!s->show_hidden && atts && hides(atts))) {
		s->hidden = s->depth;
		if (t->kind == TAG_BLOCK || t->kind == TAG_PARAGRAPH)
			html_writer_break(&s->w, 1);
		return;
	}
	note_mark(s, t, atts);
	open_visible(s, t, atts);
	if (s->pre == 0 && t->kind != TAG_PRE && atts && keeps_lines(atts)) {
		s->pre = s->depth;
		html_writer_pre(&s->w, true);
	}
}

static void close_visible(struct state *s, const struct html_tag *t)
{
	switch (t->kind) {
	case TAG_BLOCK:
		html_writer_break(&s->w, 1);
		break;
	case TAG_PARAGRAPH:
		html_writer_break(&s->w, s->spaced ? 2 : 1);
		break;
	case TAG_QUOTE:
		html_writer_break(&s->w, 1);
		html_writer_unquote(&s->w);
		break;
	case TAG_LIST:
		html_writer_unlist(&s->w);
		break;
	case TAG_PRE:
		html_writer_pre(&s->w, false);
		html_writer_break(&s->w, 1);
		break;
	case TAG_TABLE:
		html_table_close(&s->tables, &s->w);
		break;
	case TAG_ROW:
		html_row_close(&s->tables, &s->w);
		break;
	case TAG_LINK:
		link_close(s);
		break;
	case TAG_ITEM:
	case TAG_BREAK:
	case TAG_RULE:
	case TAG_CELL:
	case TAG_IMAGE:
	case TAG_SKIP:
	case TAG_INLINE:
		break;
	}
}

static void on_end(void *ctx, const xmlChar *name)
{
	struct state *s = ctx;

	html_marks_close(&s->marks, &s->w, s->depth);
	if (!s->hidden)
		close_visible(s, html_tag_find((const char *)name));
	else if (s->hidden == s->depth)
		s->hidden = 0;
	if (s->pre == s->depth && s->pre) {
		s->pre = 0;
		html_writer_pre(&s->w, false);
	}
	s->depth -= s->depth > 0;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	struct state *s = ctx;

	struct slice words = {(const char *)text, len > 0 ? (size_t)len : 0};

	if (s->hidden || words.n == 0)
		return;
	html_marks_words(&s->marks, &s->w, words);
	html_writer_text(&s->w, words);
}

static void quiet(void *ctx, const char *msg, ...)
{
	(void)ctx;
	(void)msg;
}

static void run(struct state *s, struct slice html)
{
	htmlSAXHandler sax;
	htmlParserCtxtPtr p;

	memset(&sax, 0, sizeof sax);
	sax.startElement = on_start;
	sax.endElement = on_end;
	sax.characters = on_text;
	sax.cdataBlock = NULL;
	sax.ignorableWhitespace = on_text;
	sax.error = quiet;
	sax.warning = quiet;
	p = htmlCreatePushParserCtxt(&sax, s, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!p)
		return;
	htmlCtxtUseOptions(p, HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				      HTML_PARSE_RECOVER | HTML_PARSE_IGNORE_ENC);
	/* text outside of a body would be put into a paragraph that nobody wrote */
	htmlParseChunk(p, "<body>", 6, 0);
	for (size_t at = 0; at < html.n && !html_writer_full(&s->w);) {
		size_t skip;
		struct slice part = html_feed_next(html, at, &skip);

		htmlParseChunk(p, part.p, (int)part.n, 0);
		at += part.n + skip;
	}
	htmlParseChunk(p, NULL, 0, 1);
	htmlFreeParserCtxt(p);
}

/* Where the structure swallowed everything: cut the tags out and keep the rest. */
static void strip_tags(struct html_writer *w, struct slice html)
{
	while (html.n && !html_writer_full(w)) {
		size_t open = slice_chr(html, '<'), close;

		html_writer_text(w, slice_sub(html, 0, open));
		if (open == SIZE_MAX)
			break;
		html = slice_sub(html, open, html.n);
		close = slice_chr(html, '>');
		html = slice_sub(html, close == SIZE_MAX ? html.n : close + 1, html.n);
		html_writer_text(w, SLICE(" "));
	}
}

static char *finish(struct arena *a, struct state *s)
{
	html_marks_write(&s->marks, &s->w);

	char *text = html_writer_finish(a, &s->w);

	s->limited = s->limited || html_writer_full(&s->w);
	html_writer_free(&s->w);
	return text;
}

char *html_to_text(struct arena *a, struct slice html, bool *limited)
{
	struct state *s = arena_alloc(a, sizeof *s);
	char *text = NULL;

	for (int attempt = 0; attempt < 3; attempt++) {
		bool was_limited = s->limited;

		*s = (struct state){.show_hidden = attempt > 0, .limited = was_limited};
		html_writer_start(&s->w);
		if (attempt < 2)
			run(s, html);
		else
			strip_tags(&s->w, html);
		text = finish(a, s);
		if (text[0] || html.n < EMPTY_SUSPECT)
			break;
	}
	*limited = s->limited;
	return text;
}
