#include "conf/yaml.h"

#include "base/text.h"
#include "conf/file.h"
#include "conf/yaml_reason.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct builder {
	struct arena *a;
	const char *file;
	struct diags *d;
	struct node *root;
	struct node *stack[YAML_DEPTH_MAX]; /* open lists and maps */
	struct node *key[YAML_DEPTH_MAX];   /* the key that waits for its value */
	size_t depth, nodes;
	bool second, stop; /* stop: the tree is not whole */
};

static void tell(struct builder *b, int line, int column, const char *message, const char *remedy)
{
	diags_add(b->d, (struct diag){.file = b->file,
				      .line = line,
				      .column = column,
				      .message = message,
				      .remedy = remedy});
}

static void tell_mark(struct builder *b, yaml_mark_t m, const char *message, const char *remedy)
{
	tell(b, (int)m.line + 1, (int)m.column + 1, message, remedy);
}

static void give_up(struct builder *b, yaml_mark_t m, const char *message, const char *remedy)
{
	tell_mark(b, m, message, remedy);
	b->stop = true;
}

static void tell_syntax(struct builder *b, const yaml_parser_t *p)
{
	struct yaml_reason why = yaml_reason(b->a, p->problem ? p->problem : "?");

	tell_mark(b, p->problem_mark, why.message, why.remedy);
}

/* --- events to nodes ---------------------------------------------------------------------- */

static void append(struct node *parent, struct node *n)
{
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	parent->count++;
}

static void place(struct builder *b, struct node *n, yaml_mark_t m)
{
	struct node *parent = b->depth ? b->stack[b->depth - 1] : NULL;
	struct node **key = b->depth ? &b->key[b->depth - 1] : NULL;

	if (!parent) {
		b->root = n;
	} else if (parent->kind == NODE_LIST) {
		append(parent, n);
	} else if (*key) {
		n->key = *key;
		*key = NULL;
		append(parent, n);
	} else {
		n->told |= n->kind != NODE_SCALAR;
		if (n->kind != NODE_SCALAR)
			tell_mark(b, m, "la clave debe ser un texto",
				  "escriba «clave: valor»; entre comillas si empieza por [ o {");
		*key = n;
	}
}

static struct node *new_node(struct builder *b, const yaml_event_t *ev, enum node_kind kind)
{
	yaml_mark_t m = ev->start_mark;
	struct node *n = arena_alloc(b->a, sizeof *n);

	*n = (struct node){
		.kind = kind,
		.file = b->file,
		.line = (int)m.line + 1,
		.column = (int)m.column + 1,
		.one_line = ev->start_mark.line == ev->end_mark.line,
		.text = "",
	};
	if (++b->nodes > YAML_NODES_MAX)
		give_up(b, m, "el archivo tiene demasiados elementos", "repártalo o redúzcalo");
	return n;
}

static void refuse_marks(struct builder *b, const yaml_event_t *ev, const yaml_char_t *anchor,
			 const yaml_char_t *tag)
{
	if (anchor)
		tell_mark(b, ev->start_mark, "las anclas (&) no se usan aquí",
			  "escriba el valor completo en cada lugar, o entre comillas");
	if (tag)
		tell_mark(b, ev->start_mark, "las etiquetas (!) no se usan aquí",
			  "quite la etiqueta o ponga el valor entre comillas");
}

static void open_node(struct builder *b, const yaml_event_t *ev, enum node_kind kind)
{
	struct node *n = new_node(b, ev, kind);

	place(b, n, ev->start_mark);
	if (b->depth == YAML_DEPTH_MAX) {
		give_up(b, ev->start_mark, "hay demasiados niveles, uno dentro de otro",
			"simplifique esta parte");
		return;
	}
	b->stack[b->depth] = n;
	b->key[b->depth++] = NULL;
}

static enum node_style style_of(yaml_scalar_style_t s)
{
	if (s == YAML_SINGLE_QUOTED_SCALAR_STYLE)
		return STYLE_SINGLE;
	if (s == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return STYLE_DOUBLE;
	return s == YAML_PLAIN_SCALAR_STYLE ? STYLE_PLAIN : STYLE_BLOCK;
}

static void scalar(struct builder *b, const yaml_event_t *ev)
{
	struct node *n = new_node(b, ev, NODE_SCALAR);
	const char *value = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;

	refuse_marks(b, ev, ev->data.scalar.anchor, ev->data.scalar.tag);
	n->style = style_of(ev->data.scalar.style);
	n->told = len > YAML_SCALAR_MAX || memchr(value, 0, len);
	if (len > YAML_SCALAR_MAX)
		tell_mark(b, ev->start_mark, "este texto es demasiado largo", "el máximo es 64 KB");
	else if (n->told)
		tell_mark(b, ev->start_mark, "este texto tiene un carácter nulo", "quítelo");
	else
		n->text = arena_strn(b->a, value, len);
	place(b, n, ev->start_mark);
}

static void alias(struct builder *b, const yaml_event_t *ev)
{
	struct node *n = new_node(b, ev, NODE_SCALAR);

	n->told = true;
	tell_mark(b, ev->start_mark, "los alias (*) no se usan aquí",
		  "escriba el valor completo, o entre comillas si empieza por *");
	place(b, n, ev->start_mark);
}

static int by_key(const void *x, const void *y)
{
	const struct node *a = *(const struct node *const *)x, *b = *(const struct node *const *)y;
	int by_text = strcmp(a->key->text, b->key->text);

	if (by_text)
		return by_text;
	return a->key->line != b->key->line ? a->key->line - b->key->line
					    : a->key->column - b->key->column;
}

static void refuse_doubles(struct builder *b, const struct node *map)
{
	struct node **sorted;
	size_t n = 0;

	assert(map); /* libyaml closes only what it opened */
	sorted = mem_array(map->count, sizeof *sorted);
	for (struct node *v = map->first; v; v = v->next) {
		if (!v->key->told)
			sorted[n++] = v;
	}
	qsort(sorted, n, sizeof *sorted, by_key);
	for (size_t i = 1; i < n; i++) {
		const struct node *k = sorted[i]->key, *before = sorted[i - 1]->key;

		if (str_eq(k->text, before->text))
			tell(b, k->line, k->column,
			     arena_printf(b->a, "clave repetida «%.60s»; ya está en la línea %d",
					  k->text, before->line),
			     "deje una sola");
	}
	free(sorted);
}

static void document(struct builder *b, const yaml_event_t *ev)
{
	if (b->second)
		give_up(b, ev->start_mark, "hay un segundo documento (---)",
			"deje uno solo por archivo");
	if (ev->data.document_start.version_directive ||
	    ev->data.document_start.tag_directives.start !=
		    ev->data.document_start.tag_directives.end)
		tell_mark(b, ev->start_mark, "las directivas (%) no se usan aquí", "quítelas");
	b->second = true;
}

static void take(struct builder *b, const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		document(b, ev);
		break;
	case YAML_ALIAS_EVENT:
		alias(b, ev);
		break;
	case YAML_SCALAR_EVENT:
		scalar(b, ev);
		break;
	case YAML_SEQUENCE_START_EVENT:
		refuse_marks(b, ev, ev->data.sequence_start.anchor, ev->data.sequence_start.tag);
		open_node(b, ev, NODE_LIST);
		break;
	case YAML_MAPPING_START_EVENT:
		refuse_marks(b, ev, ev->data.mapping_start.anchor, ev->data.mapping_start.tag);
		open_node(b, ev, NODE_MAP);
		break;
	case YAML_MAPPING_END_EVENT:
		refuse_doubles(b, b->stack[b->depth - 1]);
		b->depth--;
		break;
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

static void build(struct builder *b, struct slice bytes)
{
	yaml_parser_t p;
	bool end = false;

	if (!yaml_parser_initialize(&p))
		abort(); /* out of memory */
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, (const unsigned char *)bytes.p, bytes.n);
	while (!end && !b->stop) {
		yaml_event_t ev;

		if (!yaml_parser_parse(&p, &ev)) {
			tell_syntax(b, &p);
			b->stop = true;
			break;
		}
		take(b, &ev);
		end = ev.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&p);
}

struct node *yaml_parse(struct arena *a, const char *file, struct slice bytes, struct diags *d)
{
	struct builder *b = arena_alloc(a, sizeof *b);
	struct yaml_reason why;

	*b = (struct builder){.a = a, .file = arena_str(a, file), .d = d};
	if (slice_starts(bytes, SLICE("\xef\xbb\xbf")))
		bytes = slice_sub(bytes, 3, SIZE_MAX);
	if (bytes.n > YAML_FILE_MAX) {
		tell(b, 0, 0, "el archivo es demasiado grande", "el máximo es 1 MB");
		return NULL;
	}
	if (!yaml_readable(bytes, &why)) {
		tell(b, why.line, why.column, why.message, why.remedy);
		return NULL;
	}
	build(b, bytes);
	if (b->stop)
		return NULL;
	if (!b->root) {
		b->root = arena_alloc(a, sizeof *b->root);
		*b->root = (struct node){
			.kind = NODE_MAP, .file = b->file, .line = 1, .column = 1, .text = ""};
	}
	return b->root;
}

struct node *yaml_load(struct arena *a, const char *dir, const char *file, struct diags *d,
		       bool *missing)
{
	struct slice bytes;
	struct err e;

	*missing = false;
	switch (file_read(a, dir, file, YAML_FILE_MAX, &bytes, &e)) {
	case FILE_OK:
		return yaml_parse(a, file, bytes, d);
	case FILE_MISSING:
		*missing = true;
		return NULL;
	case FILE_TROUBLE:
		break;
	}
	diags_add(d, (struct diag){.file = file,
				   .message = e.text,
				   .remedy = "revise el archivo y sus permisos"});
	return NULL;
}

/* --- asking ------------------------------------------------------------------------------- */

const struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *v = map->first; v; v = v->next) {
		if (v->key->kind == NODE_SCALAR && str_eq(v->key->text, key))
			return v;
	}
	return NULL;
}

bool node_blank(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->style == STYLE_PLAIN &&
	       (str_empty(n->text) || str_eq(n->text, "~") || str_eq(n->text, "null"));
}

int node_column(const struct node *n, size_t offset)
{
	struct slice s = slice_sub(slice_of(n->text), 0, offset);
	int column = n->column;

	if (!n->one_line || n->style == STYLE_BLOCK)
		return column;
	column += n->style != STYLE_PLAIN;
	while (s.n) {
		uint32_t cp;
		size_t len = text_next(s, &cp);

		column++;
		column += n->style == STYLE_SINGLE && cp == '\'';
		column += n->style == STYLE_DOUBLE && (cp == '\\' || cp == '"');
		s = slice_sub(s, len, SIZE_MAX);
	}
	return column;
}
