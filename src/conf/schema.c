#include "conf/schema.h"

#include "base/text.h"

#include <stdarg.h>
#include <string.h>

enum { NAMES_MAX = 64, DISTANCE_MAX = 2, MAP_ENTRIES_MAX = 200, ROWS_MAX = 2000 };

void tell(const struct reader *r, const struct node *at, enum severity s, const char *remedy,
	  const char *fmt, ...)
{
	struct sbuf text = SBUF_INIT(1024);
	struct diag one = {.file = at->file, .line = at->line, .column = at->column, .severity = s};
	va_list ap;

	if (at->told)
		return;
	va_start(ap, fmt);
	sbuf_vprintf(&text, fmt, ap);
	va_end(ap);
	one.message = text.p;
	one.remedy = remedy;
	diags_add(r->d, one);
	sbuf_free(&text);
}

/* What people write by heart in their own language, or by habit from other programs. */
static const struct {
	const char *written, *meant;
} synonyms[] = {
	{"nombre", "name"},
	{"correo", "email"},
	{"mail", "email"},
	{"direccion", "address"},
	{"email", "address"},
	{"servidor", "host"},
	{"server", "host"},
	{"puerto", "port"},
	{"usuario", "user"},
	{"username", "user"},
	{"clave", "password_file"},
	{"password", "password_file"},
	{"contrasena", "password_file"},
	{"carpeta", "folder"},
	{"cola", "service"},
	{"queue", "service"},
	{"servicio", "service"},
	{"servicios", "services"},
	{"prioridad", "priority"},
	{"nivel", "level"},
	{"dependencia", "area"},
	{"asunto", "subject"},
	{"texto", "text"},
	{"body", "text"},
	{"cuerpo", "text"},
	{"de", "from"},
	{"para", "to"},
	{"adjunto", "attachment"},
	{"cuando", "when"},
	{"if", "when"},
	{"then", "set"},
	{"poner", "set"},
	{"asignar", "assignee"},
	{"assign", "assignee"},
	{"palabras", "words"},
	{"reglas", "rules"},
	{"calendario", "calendar"},
	{"festivos", "holidays"},
	{"horario", "hours"},
	{"cerrado", "closed"},
	{"abierto", "open"},
	{"rol", "role"},
	{"personal", "staff"},
	{"proveedores", "providers"},
	{"oficinas", "offices"},
	{"entidad", "entity"},
	{"zona", "timezone"},
	{"dominios", "domains"},
	{"buzones", "mailboxes"},
	{"numero", "number"},
	{"plazo", "within"},
	{"encuesta", "survey"},
	{"respuesta", "response"},
	{"aviso", "warn"},
	{"tipo", "type"},
	{"guia", "guide"},
	{"ssl", "tls"},
};

static const char *synonym(const char *folded, const char *const *names, size_t n)
{
	for (size_t i = 0; i < COUNT(synonyms); i++) {
		if (!str_eq(synonyms[i].written, folded))
			continue;
		for (size_t j = 0; j < n; j++) {
			if (str_eq(names[j], synonyms[i].meant))
				return names[j];
		}
	}
	return NULL;
}

const char *did_you_mean(const struct reader *r, const char *what, const char *const *names,
			 size_t n)
{
	const char *folded = text_fold(r->a, text_cut(slice_of(what), 60));
	const char *best = synonym(folded, names, n);
	size_t best_distance = strlen(folded) < 4 ? 2 : DISTANCE_MAX + 1;

	for (size_t i = 0; !best && i < n; i++) {
		if (str_eq(text_fold(r->a, slice_of(names[i])), folded))
			best = names[i];
	}
	for (size_t i = 0; !best && i < n; i++) {
		size_t d = text_distance(folded, text_fold(r->a, slice_of(names[i])), DISTANCE_MAX);

		if (d < best_distance) {
			best_distance = d;
			best = names[i];
			i = d ? i : n;
		}
	}
	return best ? arena_printf(r->a, "; ¿quiso decir «%s»?", best) : "";
}

static void unknown_key(const struct reader *r, const struct node *k, const struct key *keys,
			size_t n)
{
	const char *names[NAMES_MAX], *meant = "";
	struct sbuf list = SBUF_INIT(512);

	for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
		names[i] = keys[i].name;
		sbuf_printf(&list, "%s%s", i ? ", " : "aquí pueden ir: ", keys[i].name);
	}
	if (diags_errors(r->d) < DIAGS_MAX) /* past that nobody reads it */
		meant = did_you_mean(r, k->text, names, n < NAMES_MAX ? n : NAMES_MAX);
	tell(r, k, DIAG_ERROR, list.p, "clave desconocida «%.60s»%s", k->text, meant);
	sbuf_free(&list);
}

static const struct key *find(const struct key *keys, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static void defaults(const struct reader *r, const struct key *keys, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct key *k = &keys[i];
		struct node v = {.kind = NODE_SCALAR, .file = "", .text = k->otherwise};

		if (k->read == read_map)
			schema_read(r, NULL, k->sub, k->n_sub, out + k->offset);
		else if (k->otherwise && *k->otherwise)
			k->read(r, k, &v, out + k->offset);
		else if (k->otherwise)
			*(const char **)(void *)(out + k->offset) = "";
	}
}

static void require(const struct reader *r, const struct node *map, const struct key *keys,
		    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (keys[i].required && !node_get(map, keys[i].name))
			tell(r, map, DIAG_ERROR,
			     arena_printf(r->a, "añada «%s: …» en este grupo", keys[i].name),
			     "falta «%s»", keys[i].name);
	}
}

void schema_read(const struct reader *r, const struct node *map, const struct key *keys, size_t n,
		 void *out)
{
	defaults(r, keys, n, out);
	if (!map || node_blank(map))
		return;
	if (map->kind != NODE_MAP) {
		tell(r, map, DIAG_ERROR, "escriba «clave: valor», una por línea y con sangría",
		     "aquí se esperaba un grupo de claves");
		return;
	}
	for (const struct node *v = map->first; v; v = v->next) {
		const struct key *k = find(keys, n, v->key->text);

		if (v->key->told)
			continue;
		if (k)
			k->read(r, k, v, (char *)out + k->offset);
		else
			unknown_key(r, v->key, keys, n);
	}
	require(r, map, keys, n);
}

void *schema_rows(const struct reader *r, const struct node *list, const struct key *keys, size_t n,
		  size_t size, size_t *count)
{
	char *rows, *row;

	*count = 0;
	if (!list || node_blank(list))
		return NULL;
	if (list->kind != NODE_LIST) {
		tell(r, list, DIAG_ERROR, "empiece cada elemento con un guion",
		     "aquí se esperaba una lista");
		return NULL;
	}
	if (list->count > ROWS_MAX) {
		tell(r, list, DIAG_ERROR, "redúzcala", "la lista pasa de %d elementos", ROWS_MAX);
		return NULL;
	}
	rows = row = arena_array(r->a, list->count, size);
	for (const struct node *v = list->first; v; v = v->next) {
		if (v->kind != NODE_MAP) {
			tell(r, v, DIAG_ERROR, "escriba «- clave: valor»",
			     "aquí se esperaba un grupo de claves");
			continue;
		}
		schema_read(r, v, keys, n, row);
		*(const struct node **)(void *)row = v;
		row += size;
		++*count;
	}
	return rows;
}

void read_map(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	schema_read(r, v, k->sub, k->n_sub, field);
}

void read_node(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	(void)r;
	(void)k;
	*(const struct node **)field = v;
}

void read_names(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	static const struct key text = {.name = "", .read = read_str};
	const char *ignored;

	(void)k;
	(void)field;
	if (node_blank(v))
		return;
	if (v->kind != NODE_MAP || v->count > MAP_ENTRIES_MAX) {
		tell(r, v, DIAG_ERROR, "escriba «palabra: texto», una por línea",
		     "aquí se esperaba un grupo de textos");
		return;
	}
	for (const struct node *one = v->first; one; one = one->next)
		read_str(r, &text, one, &ignored);
}
