#include "mail/mime_split.h"

#include "mail/mime.h"

#include <string.h>

enum {
	PARTS_FIRST = 8,
	BOUNDARY_MAX = 2000, /* 70 by the standard */
	GUESSES_MAX = 4,     /* scans for a lost boundary, in one mail */
	GUESS_LINES_MAX = 2000,
};

/* An open multipart. */
struct frame {
	struct slice boundary;
	size_t part; /* index of the multipart */
	size_t children;
	int alternative;
	bool guessed;
};

struct splitter {
	struct arena *a;
	struct slice raw;
	struct mime_parts *out;
	struct frame stack[MIME_DEPTH_MAX];
	size_t depth;
	size_t pos; /* start of the next line */
	bool open;  /* the last part of the list is a leaf that still grows */
	char eol;   /* old Macintosh mail has no LF at all */
	int alternatives;
	int guesses;
};

static struct slice rest_of(const struct splitter *s)
{
	return slice_sub(s->raw, s->pos, s->raw.n);
}

static struct slice next_line(struct splitter *s)
{
	struct slice rest = rest_of(s), line = rest;
	const char *end = rest.n ? memchr(rest.p, s->eol, rest.n) : NULL;

	if (end)
		line.n = (size_t)(end - rest.p);
	s->pos += line.n + (end != NULL);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool blank_tail(struct slice s)
{
	return slice_trim(s).n == 0;
}

/* Before its first part a multipart has no text that could hold a line like its boundary: there
 * one that was moved to the right counts, too. */
static struct slice without_indent(const struct splitter *s, struct slice line)
{
	struct slice left = slice_trim(line);

	return s->stack[s->depth - 1].children == 0 && slice_starts(left, SLICE("--")) ? left
										       : line;
}

/* The open multipart whose boundary this line is, innermost first; -1 when none. */
static int boundary_of(const struct splitter *s, struct slice line, bool *closes)
{
	struct slice after = slice_sub(line, 2, line.n);

	for (size_t i = s->depth; i > 0; i--) {
		struct slice b = s->stack[i - 1].boundary, tail;

		if (!slice_starts(after, b))
			continue;
		tail = slice_sub(after, b.n, after.n);
		*closes =
			slice_starts(tail, SLICE("--")) || slice_eq(slice_trim(tail), SLICE("--"));
		/* after a closing mark some programs go on with text in the same line */
		if (*closes || blank_tail(tail))
			return (int)i - 1;
	}
	return -1;
}

static struct mime_part *add_part(struct splitter *s)
{
	struct mime_parts *o = s->out;

	if (o->n == MIME_PARTS_MAX) {
		o->too_many = true;
		return NULL;
	}
	if (o->n == o->cap) {
		struct mime_part *grown;

		o->cap = o->cap ? 2 * o->cap : PARTS_FIRST;
		grown = arena_array(s->a, o->cap, sizeof *grown);
		if (o->n)
			memcpy(grown, o->list, o->n * sizeof *grown);
		o->list = grown;
	}
	return &o->list[o->n++];
}

/* A type as mail says it: missing, cut, or with a word where a type should be. */
static const char *type_of(struct arena *a, const struct headers *h, const char *parent)
{
	const struct slice *v = header_get(h, "Content-Type");
	const char *type = v ? header_token(a, *v) : "";

	if (type[0] == '\0')
		return str_eq(parent, "multipart/digest") ? "message/rfc822" : "text/plain";
	if (slice_chr(slice_of(type), '/') == SIZE_MAX)
		return str_eq(type, "html")	   ? "text/html"
		       : str_eq(type, "multipart") ? "multipart/mixed"
						   : "text/plain";
	return type;
}

static struct slice boundary_param(struct arena *a, const struct headers *h)
{
	const struct slice *v = header_get(h, "Content-Type");
	struct slice b = {"", 0};
	const char *charset;

	if (!v || !header_param(a, *v, "boundary", &b, &charset) || b.n > BOUNDARY_MAX)
		return (struct slice){"", 0};
	while (b.n && (b.p[b.n - 1] == ' ' || b.p[b.n - 1] == '\t'))
		b.n--;
	return b;
}

static bool mime_field(struct slice line)
{
	return slice_istarts(line, "Content-") && slice_chr(line, ':') != SIZE_MAX;
}

/* The boundary that the mail really uses: the first line «--x» with a MIME field after it. */
static struct slice guess_boundary(struct splitter *s)
{
	size_t keep = s->pos;
	struct slice found = {"", 0}, line, mark = {"", 0};

	if (s->guesses++ >= GUESSES_MAX)
		return found;
	for (int i = 0; i < GUESS_LINES_MAX && s->pos < s->raw.n && found.n == 0; i++) {
		line = next_line(s);
		if (mark.n && mime_field(line))
			found = mark;
		mark = slice_starts(line, SLICE("--"))
			       ? slice_trim(slice_sub(line, 2, BOUNDARY_MAX))
			       : (struct slice){"", 0};
		/* «--x--» closes something; as an opening it would match its own closing line */
		if (mark.n > 2 && mark.p[mark.n - 1] == '-' && mark.p[mark.n - 2] == '-')
			mark.n = 0;
	}
	s->pos = keep;
	if (found.n)
		s->out->repaired = true;
	return found;
}

static bool push(struct splitter *s, size_t part)
{
	struct mime_part *p = &s->out->list[part];
	struct slice b = boundary_param(s->a, &p->head);
	bool guessed = b.n == 0;

	if (s->depth == MIME_DEPTH_MAX) {
		s->out->too_deep = true;
		return false;
	}
	if (guessed)
		b = guess_boundary(s);
	if (b.n == 0) {
		s->out->repaired = true;
		return false;
	}
	s->stack[s->depth++] = (struct frame){
		.boundary = b,
		.part = part,
		.guessed = guessed,
		.alternative = str_eq(p->type, "multipart/alternative") ? s->alternatives++ : -1,
	};
	return true;
}

/* Begin the part that starts at s->pos, its head already read. */
static void begin(struct splitter *s, struct headers head, const char *parent)
{
	struct mime_part *p = add_part(s);

	s->open = false;
	if (!p)
		return;
	*p = (struct mime_part){.head = head,
				.parent = parent,
				.from = s->pos,
				.to = s->raw.n,
				.alternative = -1,
				.depth = (int)s->depth};
	p->type = type_of(s->a, &p->head, parent);
	for (size_t i = s->depth; i > 0 && p->alternative < 0; i--) {
		p->alternative = s->stack[i - 1].alternative;
		p->branch = (int)s->stack[i - 1].children;
	}
	if (slice_starts(slice_of(p->type), SLICE("multipart/"))) {
		p->container = push(s, s->out->n - 1);
		if (p->container)
			return;
		p->type = "text/plain"; /* no parts can be told apart in it */
	}
	s->open = true;
}

/* The last line end before `at` belongs to the boundary. */
static size_t before_line_end(const struct splitter *s, size_t at, size_t least)
{
	if (at > least && s->raw.p[at - 1] == s->eol)
		at--;
	if (at > least && s->eol == '\n' && s->raw.p[at - 1] == '\r')
		at--;
	return at;
}

static void end_leaf(struct splitter *s, size_t at)
{
	struct mime_part *p;

	if (!s->open)
		return;
	p = &s->out->list[s->out->n - 1];
	p->to = before_line_end(s, at, p->from);
	s->open = false;
}

/* A multipart in which its boundary never came: look for another one, once; else its body is a
 * leaf. True when the scan must go on from the body's start. */
static bool pop(struct splitter *s, size_t at)
{
	struct frame *f = &s->stack[s->depth - 1];
	struct mime_part *p = &s->out->list[f->part];
	struct slice b = {"", 0};

	if (f->children) {
		s->depth--;
		return false;
	}
	s->out->repaired = true;
	if (!f->guessed) {
		s->pos = p->from;
		b = guess_boundary(s);
	}
	if (b.n) {
		f->boundary = b;
		f->guessed = true;
		return true;
	}
	s->depth--;
	s->pos = at;
	p->container = false;
	p->to = before_line_end(s, at, p->from);
	/* what says multipart and has no parts is read as text */
	p->type = "text/plain";
	return false;
}

static void read_head(struct splitter *s, struct headers *head)
{
	struct slice rest = rest_of(s);

	*head = (struct headers){0};
	if (rest.n && (rest.p[0] == '\n' || rest.p[0] == '\r')) {
		next_line(s); /* no head at all: header_split would forgive the blank line */
		return;
	}
	*head = header_split(s->a, rest);
	s->pos += head->body_at;
}

/* A boundary line of frame k, starting at `at`. */
static void at_boundary(struct splitter *s, size_t k, bool closes, size_t at)
{
	struct headers head;
	size_t after = s->pos;

	end_leaf(s, at);
	while (s->depth > k + 1) {
		s->out->repaired = true;
		if (pop(s, at))
			return;
		s->pos = after;
	}
	if (closes) {
		if (s->stack[k].children == 0 && pop(s, at))
			return;
		s->depth = k;
		s->pos = after;
		return;
	}
	if (s->out->n == MIME_PARTS_MAX) {
		s->out->too_many = true;
		return;
	}
	s->stack[k].children++;
	read_head(s, &head);
	begin(s, head, s->out->list[s->stack[k].part].type);
}

void mime_split(struct arena *a, struct slice raw, const struct headers *h, struct mime_parts *out)
{
	struct splitter s = {.a = a, .raw = raw, .out = out, .pos = h->body_at};

	*out = (struct mime_parts){0};
	s.eol = raw.n && memchr(raw.p, '\n', raw.n) ? '\n' : '\r';
	begin(&s, *h, "");
	while (s.depth > 0) {
		size_t at = s.pos;
		bool closes = false;
		int k;
		struct slice line;

		if (s.pos >= raw.n) {
			end_leaf(&s, raw.n);
			out->repaired = true; /* never closed */
			pop(&s, raw.n);
			continue;
		}
		line = without_indent(&s, next_line(&s));
		if (line.n < 2 || line.p[0] != '-' || line.p[1] != '-')
			continue;
		k = boundary_of(&s, line, &closes);
		if (k >= 0)
			at_boundary(&s, (size_t)k, closes, at);
	}
}
