/* rules.yaml: from words to service, area, level, priority and who attends. */
#include "base/text.h"
#include "conf/load.h"

#include <string.h>

enum { CONDITIONS_MAX = 20, PATTERNS_MAX = 2000 };

struct set_row {
	const char *service, *area;
	const struct node *assignee;
	int level, priority;
};

struct rule_row {
	const struct node *at;
	const char *name;
	const struct node *when, *set;
	bool stop;
};

static const struct key set_keys[] = {
	{.name = "service",
	 .read = read_service,
	 .offset = offsetof(struct set_row, service),
	 .otherwise = ""},
	{.name = "area",
	 .read = read_str,
	 .offset = offsetof(struct set_row, area),
	 .otherwise = "",
	 .min = 1},
	{.name = "level",
	 .read = read_int,
	 .offset = offsetof(struct set_row, level),
	 .min = 1,
	 .max = 3},
	{.name = "priority", .read = read_priority, .offset = offsetof(struct set_row, priority)},
	{.name = "assignee", .read = read_node, .offset = offsetof(struct set_row, assignee)},
};

static const struct key rule_keys[] = {
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct rule_row, name),
	 .required = true,
	 .min = 1,
	 .max = 80},
	{.name = "when",
	 .read = read_node,
	 .offset = offsetof(struct rule_row, when),
	 .required = true},
	{.name = "set", .read = read_node, .offset = offsetof(struct rule_row, set)},
	{.name = "stop", .read = read_bool, .offset = offsetof(struct rule_row, stop)},
};

static const struct key file_keys[] = {{.name = "rules", .read = read_node}};

/* --- conditions --------------------------------------------------------------------------- */

/* `words` is subject or text; it becomes two rules, or two conditions when negated. */
enum { FIELD_WORDS = RULE_ATTACHMENT + 1 };

static const struct {
	const char *name;
	int field;
} fields[] = {{"subject", RULE_SUBJECT},
	      {"text", RULE_TEXT},
	      {"from", RULE_FROM},
	      {"to", RULE_TO},
	      {"attachment", RULE_ATTACHMENT},
	      {"words", FIELD_WORDS}};

static const struct {
	const char *name;
	enum rule_test test;
} tests[] = {{"contains", RULE_CONTAINS}, {"is", RULE_IS}, {"matches", RULE_MATCHES}};

/* One rule as it grows. */
struct draft {
	struct load *l;
	struct rule_condition *list;
	size_t n;
	size_t words[CONDITIONS_MAX], n_words; /* conditions on subject or text */
};

static void compile(struct load *l, const struct node *at, struct pattern **out)
{
	size_t offset = 0;
	struct err e;
	struct owned_pattern *own;
	struct node place = *at;

	*out = pattern_new(at->text, &offset, &e);
	if (!*out) {
		place.column = node_column(at, offset);
		tell(&l->r, &place, DIAG_ERROR,
		     "corrija el patrón; para palabras sueltas basta contains",
		     "el patrón no es válido: %s", e.text);
		return;
	}
	own = arena_alloc(l->r.a, sizeof *own);
	*own = (struct owned_pattern){*out, l->patterns};
	l->patterns = own;
}

static const char *fold_value(struct load *l, const struct node *at)
{
	const char *folded = text_fold(l->r.a, slice_of(at->text));

	if (slice_trim(slice_of(folded)).n)
		return folded;
	tell(&l->r, at, DIAG_ERROR, "escriba una palabra",
	     "un texto vacío está en todos los correos");
	return NULL;
}

/* The values of one test, from a scalar or a list. */
static void values(struct load *l, struct rule_condition *c, const struct node *v)
{
	bool list = v->kind == NODE_LIST;
	size_t most = list ? v->count : 1;
	const char **texts = arena_array(l->r.a, most, sizeof *texts);
	struct pattern **patterns = arena_array(l->r.a, most, sizeof(struct pattern *));

	if (!most || most > PATTERNS_MAX)
		tell(&l->r, v, DIAG_ERROR, "escriba al menos una palabra, y no más de 2000",
		     "esta lista está vacía o es demasiado larga");
	for (const struct node *one = list ? v->first : v; one; one = list ? one->next : NULL) {
		if (!is_scalar(&l->r, one))
			continue;
		if (c->test == RULE_MATCHES) {
			compile(l, one, &patterns[c->n]);
			c->n += patterns[c->n] != NULL;
		} else {
			texts[c->n] = fold_value(l, one);
			c->n += texts[c->n] != NULL;
		}
	}
	c->values = texts;
	c->patterns = patterns;
}

static void add(struct draft *d, struct rule_condition c, int field, const struct node *v)
{
	if (d->n + 2 > CONDITIONS_MAX) {
		tell(&d->l->r, v, DIAG_ERROR, "repártala en varias reglas",
		     "esta regla tiene demasiadas condiciones");
		return;
	}
	values(d->l, &c, v);
	c.field = (enum rule_field)(field == FIELD_WORDS ? RULE_SUBJECT : field);
	d->list[d->n++] = c;
	if (field != FIELD_WORDS)
		return;
	if (c.negated) {
		c.field = RULE_TEXT;
		d->list[d->n++] = c;
	} else {
		d->words[d->n_words++] = d->n - 1;
	}
}

static void unknown(struct load *l, const struct node *k, const char *const *names, size_t n,
		    const char *remedy)
{
	tell(&l->r, k, DIAG_ERROR, remedy, "clave desconocida «%.60s»%s", k->text,
	     did_you_mean(&l->r, k->text, names, n));
}

static void one_test(struct draft *d, struct rule_condition c, int field, const struct node *v)
{
	static const char *const names[] = {"contains", "is", "matches"};

	for (size_t i = 0; i < COUNT(tests); i++) {
		if (str_eq(tests[i].name, v->key->text)) {
			c.test = tests[i].test;
			add(d, c, field, v);
			return;
		}
	}
	unknown(d->l, v->key, names, COUNT(names), "aquí pueden ir: contains, is, matches");
}

static void condition(struct draft *d, const struct node *v)
{
	static const char *const names[] = {"subject", "text", "from", "to", "attachment", "words"};
	bool negated = strncmp(v->key->text, "not_", 4) == 0;
	const char *name = v->key->text + (negated ? 4 : 0);
	struct rule_condition c = {.negated = negated};

	for (size_t i = 0; i < COUNT(fields); i++) {
		if (!str_eq(fields[i].name, name))
			continue;
		if (v->kind != NODE_MAP)
			add(d, c, fields[i].field, v);
		else if (!v->count)
			tell(&d->l->r, v, DIAG_ERROR, "añada contains, is o matches",
			     "esta condición está vacía");
		for (const struct node *t = v->kind == NODE_MAP ? v->first : NULL; t; t = t->next)
			one_test(d, c, fields[i].field, t);
		return;
	}
	unknown(d->l, v->key, names, COUNT(names),
		"aquí pueden ir: words, subject, text, from, to, attachment, y lo mismo con not_");
}

static void when(struct draft *d, const struct node *at)
{
	if (!at)
		return;
	if (at->kind != NODE_MAP || !at->count) {
		tell(&d->l->r, at, DIAG_ERROR,
		     "escriba por ejemplo when: {words: [impresora]}; lo que ninguna regla atrapa "
		     "va "
		     "en «default» de desk.yaml",
		     "aquí se esperaban las condiciones de la regla");
		return;
	}
	for (const struct node *v = at->first; v; v = v->next) {
		if (!v->key->told)
			condition(d, v);
	}
}

/* --- what it sets ------------------------------------------------------------------------- */

static const char *assignee(struct load *l, const struct node *at)
{
	if (!at || !is_scalar(&l->r, at))
		return "";
	if (l->partial || policy_staff(l->p, at->text))
		return at->text;
	tell(&l->r, at, DIAG_WARNING, "añada a esa persona en staff.yaml, o quítela de aquí",
	     "no hay nadie con el id «%.60s»", at->text);
	return "";
}

static struct rule set(struct load *l, const struct rule_row *row)
{
	struct set_row s = {.priority = -1};
	struct rule out = {.name = row->name ? row->name : "", .stop = row->stop};

	schema_read(&l->r, row->set, set_keys, COUNT(set_keys), &s);
	out.service = s.service;
	out.area = s.area;
	out.assignee = assignee(l, s.assignee);
	out.level = s.level;
	out.priority = s.priority;
	if (!row->stop && (!row->set || !row->set->count))
		tell(&l->r, row->set ? row->set : row->at, DIAG_ERROR,
		     "añada set: {service: …} con lo que la regla pone", "esta regla no pone nada");
	return out;
}

/* --- rules -------------------------------------------------------------------------------- */

struct rules {
	struct rule *v;
	size_t n;
};

/* One rule for each way in which its `words` may be met: in the subject, or in the text. */
static void spread(struct load *l, struct rules *out, const struct rule *r, const struct draft *d)
{
	for (unsigned way = 0; way < 1U << d->n_words && out->n < RULES_MAX; way++) {
		struct rule *one = &out->v[out->n++];

		*one = *r;
		one->when = arena_copy(l->r.a, d->list, d->n * sizeof *d->list);
		one->n_when = d->n;
		for (size_t i = 0; i < d->n_words; i++)
			one->when[d->words[i]].field = way >> i & 1 ? RULE_TEXT : RULE_SUBJECT;
	}
}

static void one_rule(struct load *l, struct rules *out, const struct rule_row *row)
{
	struct rule_condition list[CONDITIONS_MAX];
	struct draft d = {.l = l, .list = list};
	struct rule r = set(l, row);

	when(&d, row->when);
	if (d.n_words > 2) {
		tell(&l->r, row->when, DIAG_ERROR, "junte sus palabras en una lista",
		     "«words» puede ir hasta dos veces en una regla");
		return;
	}
	spread(l, out, &r, &d);
}

void load_rules(struct load *l, const struct node *root)
{
	const struct node *list = NULL;
	struct rule_row *rows;
	struct rules out = {.v = arena_array(l->r.a, RULES_MAX, sizeof *out.v)};
	size_t n;

	schema_read(&l->r, root, file_keys, COUNT(file_keys), &list);
	rows = schema_rows(&l->r, list, rule_keys, COUNT(rule_keys), sizeof *rows, &n);
	for (size_t i = 0; i < n; i++)
		one_rule(l, &out, &rows[i]);
	if (out.n == RULES_MAX)
		tell(&l->r, list, DIAG_ERROR, "redúzcala", "hay demasiadas reglas");
	l->p->rules = out.v;
	l->p->n_rules = out.n;
}
