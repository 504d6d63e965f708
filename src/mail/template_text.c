#include "mail/template_text.h"

#include "base/text.h"
#include "mail/template.h"

#include <string.h>

/* Every variable there is, and how the HTML part shows it. */
static const struct {
	const char *name;
	enum mark mark;
} VARIABLES[] = {
	{"area", MARK_DATA},
	{"assignee", MARK_DATA},
	{"attachment_names", MARK_DATA},
	{"auth_failed", MARK_DATA},
	{"author", MARK_DATA},
	{"bad_line", MARK_DATA},
	{"base_url", MARK_LINK},
	{"cases", MARK_DATA},
	{"close_day", MARK_STRONG},
	{"close_hour", MARK_STRONG_HOUR},
	{"closed_reason", MARK_DATA},
	{"comment", MARK_DATA},
	{"data_line", MARK_DATA},
	{"desk", MARK_DATA},
	{"desk_address", MARK_DATA},
	{"diagnostic", MARK_DATA},
	{"due_day", MARK_STRONG},
	{"due_hour", MARK_STRONG_HOUR},
	{"entity", MARK_DATA},
	{"first_time", MARK_DATA},
	{"guide", MARK_LINK},
	{"held", MARK_DATA},
	{"help", MARK_DATA},
	{"hint", MARK_DATA},
	{"history", MARK_DATA},
	{"late", MARK_DATA},
	{"level", MARK_DATA},
	{"linked", MARK_DATA},
	{"meant", MARK_STRONG},
	{"note", MARK_DATA},
	{"number", MARK_STRONG},
	{"previous", MARK_DATA},
	{"priority", MARK_DATA},
	{"readers", MARK_READERS},
	{"reason", MARK_DATA},
	{"received_day", MARK_DATA},
	{"received_hour", MARK_HOUR},
	{"recipient", MARK_DATA},
	{"ref", MARK_DATA},
	{"requester", MARK_DATA},
	{"requester_address", MARK_DATA},
	{"score", MARK_STRONG},
	{"service", MARK_DATA},
	{"signed", MARK_DATA},
	{"staff_name", MARK_DATA},
	{"state", MARK_DATA},
	{"subject", MARK_DATA},
	{"survey_url", MARK_BUTTON},
	{"text", MARK_DATA},
	{"too_big_names", MARK_DATA},
	{"transcript", MARK_DATA},
	{"why", MARK_DATA},
	{"within", MARK_STRONG},
};

static const char CUT_SHORT[] =
	"\n[…] (El texto es muy largo y se recortó aquí; está completo en el "
	"mensaje original.)";

enum node_kind { NODE_TEXT, NODE_VAR, NODE_IF, NODE_UNLESS, NODE_END };

struct template_node {
	enum node_kind kind;
	struct slice text; /* NODE_TEXT */
	size_t variable;   /* index into VARIABLES */
	size_t end;	   /* NODE_IF, NODE_UNLESS: where the section ends */
};

struct reader {
	struct arena *a;
	struct template_nodes *out;
	struct slice source;
	size_t at, cap;
	size_t open[TEMPLATE_DEPTH_MAX];
	size_t depth;
	const char *file;
	int line;
	struct err *e;
};

const char *const *template_variables(void)
{
	static const char *names[COUNT(VARIABLES) + 1];

	for (size_t i = 0; i < COUNT(VARIABLES); i++)
		names[i] = VARIABLES[i].name;
	return names;
}

static size_t variable_of(struct slice name)
{
	for (size_t i = 0; i < COUNT(VARIABLES); i++)
		if (slice_eq(name, slice_of(VARIABLES[i].name)))
			return i;
	return SIZE_MAX;
}

/* --- reading --- */

static bool fail(struct reader *r, size_t at, const char *why, struct slice what)
{
	int line = r->line, column = 1;
	uint32_t cp;

	for (size_t i = 0; i < at;) {
		size_t len = text_next(slice_sub(r->source, i, r->source.n), &cp);

		column++;
		if (cp == '\n') {
			line++;
			column = 1;
		}
		i += len;
	}
	what = text_cut(what, 60);
	return err_set(r->e, "%s:%d:%d: %s «%.*s»", r->file, line, column, why, (int)what.n,
		       what.n ? what.p : "");
}

static struct template_node *add(struct reader *r, enum node_kind kind)
{
	struct template_nodes *t = r->out;

	if (t->n == r->cap) {
		struct template_node *more;

		r->cap = r->cap ? r->cap * 2 : 32;
		more = arena_array(r->a, r->cap, sizeof *more);
		if (t->n)
			memcpy(more, t->list, t->n * sizeof *more);
		t->list = more;
	}
	t->list[t->n].kind = kind;
	return &t->list[t->n++];
}

static void add_text(struct reader *r, size_t from, size_t to)
{
	if (to > from)
		add(r, NODE_TEXT)->text = slice_sub(r->source, from, to - from);
}

static bool close_section(struct reader *r, size_t at, size_t variable, struct slice tag)
{
	struct template_node *opened;

	if (r->depth == 0)
		return fail(r, at, "cierra lo que no está abierto:", tag);
	opened = &r->out->list[r->open[r->depth - 1]];
	if (opened->variable != variable)
		return fail(r, at, "cierra otra sección que la última abierta:", tag);
	r->depth--;
	opened->end = r->out->n;
	add(r, NODE_END)->variable = variable;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Does the tag [from, to) have its line to itself? Then [*from, *to) becomes the whole line. */
static void whole_line(struct slice s, size_t *from, size_t *to)
{
	size_t a = *from, b = *to;

	while (a > 0 && is_blank(s.p[a - 1]))
		a--;
	while (b < s.n && is_blank(s.p[b]))
		b++;
	if ((a > 0 && s.p[a - 1] != '\n') || (b < s.n && s.p[b] != '\n'))
		return;
	*from = a;
	*to = b < s.n ? b + 1 : b;
}

/* One tag, source[at] being «{». *text_from moves behind it. */
static bool read_tag(struct reader *r, size_t at, size_t *text_from)
{
	struct slice s = r->source, tag, name;
	size_t len = slice_chr(slice_sub(s, at, s.n), '}'), variable, from = at, to;
	char sign;

	if (len == SIZE_MAX)
		return fail(r, at, "una llave sin cerrar:", slice_sub(s, at, 20));
	tag = slice_sub(s, at, len + 1);
	name = slice_sub(tag, 1, len - 1);
	sign = name.n && strchr("?!/", name.p[0]) ? name.p[0] : '\0';
	if (sign)
		name = slice_sub(name, 1, name.n);
	variable = variable_of(name);
	if (variable == SIZE_MAX)
		return fail(r, at, "no existe el dato", tag);
	to = at + tag.n;
	if (sign)
		whole_line(s, &from, &to);
	add_text(r, *text_from, from);
	*text_from = to;
	if (sign == '/')
		return close_section(r, at, variable, tag);
	if (sign && r->depth == TEMPLATE_DEPTH_MAX)
		return fail(r, at, "demasiadas secciones una dentro de otra:", tag);
	if (sign)
		r->open[r->depth++] = r->out->n;
	add(r, sign == '?' ? NODE_IF : sign == '!' ? NODE_UNLESS : NODE_VAR)->variable = variable;
	return true;
}

bool template_parse(struct arena *a, const char *file, int line, struct slice source,
		    struct template_nodes *out, struct err *e)
{
	struct reader r = {
		.a = a, .out = out, .source = source, .file = file, .line = line, .e = e};
	size_t text_from = 0;

	*out = (struct template_nodes){NULL, 0};
	for (size_t i = 0; i < source.n;) {
		if (source.p[i] != '{') {
			i++;
		} else if (i + 1 < source.n && source.p[i + 1] == '{') {
			add_text(&r, text_from, i + 1);
			text_from = i += 2;
		} else {
			if (!read_tag(&r, i, &text_from))
				return false;
			i = text_from;
		}
	}
	add_text(&r, text_from, source.n);
	if (r.depth > 0) {
		size_t variable = out->list[r.open[r.depth - 1]].variable;

		return fail(&r, source.n,
			    "una sección que no se cierra:", slice_of(VARIABLES[variable].name));
	}
	return true;
}

/* --- putting together --- */

const char *template_value(const struct var *vars, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(vars[i].name, name))
			return vars[i].value ? vars[i].value : "";
	return "";
}

static void put(struct marked *m, struct slice s, enum mark mark)
{
	sbuf_slice(&m->text, s);
	while (m->marks.n < m->text.n)
		sbuf_chr(&m->marks, (char)mark);
}

/* What stands before the end of m on its line, if it is only blanks, «>» and «|». */
static char *prefix_of(struct arena *a, const struct marked *m)
{
	size_t from = m->text.n;

	while (from > 0 && m->text.p[from - 1] != '\n')
		from--;
	for (size_t i = from; i < m->text.n; i++)
		if (!strchr(" >|\t", m->text.p[i]) || m->marks.p[i] != MARK_TEMPLATE)
			return arena_str(a, "");
	return arena_strn(a, m->text.p ? m->text.p + from : "", m->text.n - from);
}

static void put_value(struct arena *a, struct marked *m, const char *value, enum mark mark)
{
	struct slice whole = slice_trim(slice_of(text_clean(a, slice_of(value))));
	struct slice rest = text_cut(whole, TEMPLATE_VAR_MAX), line, prefix;
	bool first = true;

	if (rest.n < whole.n)
		rest = slice_of(arena_printf(a, "%.*s%s", (int)rest.n, rest.p, CUT_SHORT));
	prefix = slice_of(prefix_of(a, m));
	while (slice_next(&rest, '\n', &line)) {
		if (!first) {
			put(m, SLICE("\n"), mark);
			put(m, line.n ? prefix : slice_sub(prefix, 0, slice_trim(prefix).n),
			    MARK_TEMPLATE);
		}
		put(m, line, mark);
		first = false;
	}
}

void template_put(struct arena *a, struct marked *m, const struct template_nodes *t,
		  const struct var *vars, size_t n)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct template_node *node = &t->list[i];
		const char *value =
			node->kind == NODE_TEXT || node->kind == NODE_END
				? ""
				: template_value(vars, n, VARIABLES[node->variable].name);

		switch (node->kind) {
		case NODE_TEXT:
			put(m, node->text, MARK_TEMPLATE);
			break;
		case NODE_VAR:
			put_value(a, m, value, VARIABLES[node->variable].mark);
			break;
		case NODE_IF:
		case NODE_UNLESS:
			if ((*value == '\0') == (node->kind == NODE_IF))
				i = node->end;
			break;
		case NODE_END:
			break;
		}
	}
}
