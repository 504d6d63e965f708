#include "conf/yaml.h"

#include "base/text.h"
#include "conf/file.h"

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

/* --- before libyaml: what it refuses without saying where --------------------------------- */

static bool printable(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	if (cp < 0xa0)
		return cp < 0x7f || cp == 0x85;
	return cp != 0xfeff && cp != 0xfffe && cp != 0xffff;
}

static bool readable(struct builder *b, struct slice s)
{
	int line = 1, column = 1;

	while (s.n) {
		uint32_t cp;
		size_t n = text_next(s, &cp);

		if (n == 1 && cp == 0xfffd) {
			tell(b, line, column, "este carácter no está en UTF-8",
			     "guarde el archivo como UTF-8");
			return false;
		}
		if (!printable(cp)) {
			tell(b, line, column, "hay un carácter de control que no se ve",
			     "bórrelo y escriba de nuevo esa parte");
			return false;
		}
		column++;
		if (cp == '\n') {
			line++;
			column = 1;
		}
		s = slice_sub(s, n, SIZE_MAX);
	}
	return true;
}

/* --- libyaml's reasons, in Spanish -------------------------------------------------------- */

static const struct reason {
	const char *problem, *message, *remedy;
} reasons[] = {
	{"found character that cannot start any token",
	 "aquí hay un carácter que no puede empezar un valor",
	 "si es un tabulador, use espacios; si es @, % o `, ponga el valor entre comillas"},
	{"found a tab character", "hay un tabulador en la sangría", "use espacios"},
	{"mapping values are not allowed", "aquí no puede ir «clave: valor»",
	 "revise la sangría, o ponga entre comillas el texto que tiene dos puntos"},
	{"block sequence entries are not allowed", "aquí no puede empezar una lista",
	 "ponga el guion en una línea propia, con su sangría"},
	{"could not find expected ':'", "falta «:» después de esta clave",
	 "escriba «clave: valor», con un espacio tras los dos puntos"},
	{"did not find expected key",
	 "se esperaba una clave con la misma sangría que las anteriores",
	 "alinee esta línea con las del mismo grupo"},
	{"did not find expected '-' indicator", "se esperaba un guion de la lista",
	 "alinee esta línea con los demás elementos de la lista"},
	{"did not find expected ',' or ']'", "la lista entre corchetes no está bien cerrada",
	 "separe con comas y cierre con «]»"},
	{"did not find expected ',' or '}'", "el grupo entre llaves no está bien cerrado",
	 "separe con comas y cierre con «}»"},
	{"found unexpected end of stream", "el archivo termina dentro de unas comillas",
	 "cierre las comillas"},
	{"found unknown escape character",
	 "esa barra invertida no se entiende entre comillas dobles", "use comillas simples: 'así'"},
	{"did not find expected hexdecimal number", "ese escape no se entiende",
	 "use comillas simples: 'así'"},
	{"did not find expected alphabetic or numeric character", "este nombre no está permitido",
	 "ponga el valor entre comillas"},
	{"did not find expected node content", "aquí falta un valor",
	 "escriba el valor o quite la coma"},
	{"did not find expected <document start>", "esto no puede ir después del final",
	 "deje un solo bloque de claves en el archivo"},
	{"found undefined tag handle", "las etiquetas (!) no se usan aquí",
	 "quite la etiqueta o ponga el valor entre comillas"},
};

static void tell_syntax(struct builder *b, const yaml_parser_t *p)
{
	const char *problem = p->problem ? p->problem : "?";

	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (strstr(problem, reasons[i].problem)) {
			tell_mark(b, p->problem_mark, reasons[i].message, reasons[i].remedy);
			return;
		}
	}
	tell_mark(b, p->problem_mark, arena_printf(b->a, "no es YAML válido (%s)", problem),
		  "compare con los ejemplos de mesad.yaml(5)");
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
	struct node **sorted = mem_array(map->count, sizeof *sorted);
	size_t n = 0;

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

	*b = (struct builder){.a = a, .file = arena_str(a, file), .d = d};
	if (slice_starts(bytes, SLICE("\xef\xbb\xbf")))
		bytes = slice_sub(bytes, 3, SIZE_MAX);
	if (bytes.n > YAML_FILE_MAX) {
		tell(b, 0, 0, "el archivo es demasiado grande", "el máximo es 1 MB");
		return NULL;
	}
	if (!readable(b, bytes))
		return NULL;
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
