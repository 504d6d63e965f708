#include "conf/conf.h"

#include "base/digest.h"
#include "base/version.h"
#include "conf/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum file_id {
	FILE_PLACES,
	FILE_CALENDARS,
	FILE_SERVICES,
	FILE_STAFF,
	FILE_DESK,
	FILE_RULES,
	FILE_PLAN,
	FILE_COUNT
};

/* In the order in which they lean on each other. */
static const struct {
	const char *name;
	void (*load)(struct load *l, const struct node *root);
} files[FILE_COUNT] = {
	[FILE_PLACES] = {"mesad.yaml", load_places},
	[FILE_CALENDARS] = {"calendar.yaml", load_calendars},
	[FILE_SERVICES] = {"services.yaml", load_services},
	[FILE_STAFF] = {"staff.yaml", load_staff},
	[FILE_DESK] = {"desk.yaml", load_desk},
	[FILE_RULES] = {"rules.yaml", load_rules},
	[FILE_PLAN] = {"plan.yaml", load_plan},
};

struct conf {
	struct arena *a;
	struct mesad_conf c;
	struct policy p;
	struct owned_pattern *patterns;
};

static void complain(struct diags *d, const char *file, const char *message, const char *remedy)
{
	diags_add(d, (struct diag){.file = file, .message = message, .remedy = remedy});
}

/* «rules.yml» would be left out without a word. */
static void other_ending(struct load *l, const char *file)
{
	const char *yml = arena_printf(l->r.a, "%.*s.yml", (int)(strlen(file) - 5), file);

	if (access(arena_printf(l->r.a, "%s/%s", l->c->dir, yml), F_OK) == 0)
		diags_add(l->r.d,
			  (struct diag){
				  .file = yml,
				  .severity = DIAG_WARNING,
				  .message = arena_printf(l->r.a, "%s no se lee", yml),
				  .remedy = arena_printf(l->r.a, "póngale de nombre %s", file)});
}

/* A missing file is an empty one, but mesad.yaml; one that cannot be read says no more. */
static const struct node *root_of(struct load *l, const char *file, bool required)
{
	struct node *empty = arena_alloc(l->r.a, sizeof *empty);
	bool missing;
	const struct node *root = yaml_load(l->r.a, l->c->dir, file, l->r.d, &missing);

	if (root)
		return root;
	*empty = (struct node){.kind = NODE_MAP, .file = file, .text = "", .told = !missing};
	if (missing && required) {
		empty->told = true;
		complain(l->r.d, file, "falta este archivo",
			 "cópielo de los ejemplos y ponga sus servidores");
	}
	l->partial |= empty->told;
	return empty;
}

/* --- the policy's hash: of what is written, without comments and blanks --------------------- */

static void hash_node(struct sha256_ctx *h, const struct node *n)
{
	static const char marks[] = "slm";

	sha256_add(h, &marks[n->kind], 1);
	sha256_add(h, n->text, strlen(n->text) + 1);
	for (const struct node *v = n->first; v; v = v->next) {
		if (v->key)
			hash_node(h, v->key);
		hash_node(h, v);
	}
	sha256_add(h, ".", 1);
}

static const char *policy_hash(struct arena *a, const struct policy *p,
			       const struct node *const roots[FILE_COUNT])
{
	/* Of mesad.yaml only what is policy: moving to another server changes no promise. */
	static const char *const parts[] = {"entity", "web", "trust"};
	struct sha256_ctx *h = sha256_begin();
	char *hex = arena_alloc(a, SHA256_HEX);
	struct sha256 sum;

	for (int i = FILE_CALENDARS; i < FILE_COUNT; i++)
		hash_node(h, roots[i]);
	for (size_t i = 0; i < COUNT(parts); i++) {
		const struct node *part = node_get(roots[FILE_PLACES], parts[i]);

		sha256_add(h, parts[i], strlen(parts[i]) + 1);
		if (part)
			hash_node(h, part);
	}
	for (size_t i = 0; i < p->n_addresses; i++)
		sha256_add(h, p->addresses[i], strlen(p->addresses[i]) + 1);
	sum = sha256_end(&h);
	hex_encode(sum.b, SHA256_LEN, hex);
	return hex;
}

/* --- loading ------------------------------------------------------------------------------ */

static bool directory(struct conf *c, const char *dir, struct diags *d)
{
	char *real = realpath(dir, NULL);
	struct stat st;

	if (!real || stat(real, &st) != 0 || !S_ISDIR(st.st_mode)) {
		complain(d, dir, "no es una carpeta de configuración",
			 "indíquela con -c; trae mesad.yaml y los demás archivos");
		free(real);
		return false;
	}
	c->c.dir = arena_str(c->a, real);
	free(real);
	return true;
}

struct conf *conf_load(const char *dir, int64_t now, struct diags *d)
{
	const struct node *roots[FILE_COUNT];
	size_t errors = diags_errors(d);
	struct conf *c = mem_alloc(sizeof *c);
	struct load l = {.c = &c->c, .p = &c->p, .now = now};

	c->a = arena_new();
	c->c.policy = &c->p;
	l.r = (struct reader){.a = c->a, .d = d, .load = &l};
	if (directory(c, dir, d)) {
		for (int i = 0; i < FILE_COUNT; i++) {
			roots[i] = root_of(&l, files[i].name, i == FILE_PLACES);
			other_ending(&l, files[i].name);
		}
		for (int i = 0; i < FILE_COUNT; i++)
			files[i].load(&l, roots[i]);
		load_people(&l, "people.csv");
		c->p.hash = policy_hash(c->a, &c->p, roots);
	}
	c->patterns = l.patterns;
	if (diags_errors(d) != errors)
		conf_free(&c);
	return c;
}

const struct mesad_conf *conf_get(const struct conf *c)
{
	return &c->c;
}

void conf_free(struct conf **cp)
{
	if (!*cp)
		return;
	for (struct owned_pattern *o = (*cp)->patterns; o; o = o->next)
		pattern_free(&o->p);
	arena_free(&(*cp)->a);
	free(*cp);
	*cp = NULL;
}

char *conf_default_dir(struct arena *a)
{
	const char *env = getenv("CONFIGURATION_DIRECTORY");

	if (!str_empty(env))
		return arena_strn(a, env, strcspn(env, ":"));
	if (access(mesad_sysconf, F_OK) == 0)
		return arena_str(a, mesad_sysconf);
	return arena_str(a, "./config");
}
