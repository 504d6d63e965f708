/* template_text: the small language of the templates: read once into a flat list of nodes, put
 * together with the variables into marked text. */
#pragma once

#include "base/err.h"
#include "core/plan.h"

/* Where each byte of a text comes from: what the template says may be markup, data never is. */
enum mark {
	MARK_TEMPLATE,
	MARK_DATA,
	MARK_HOUR,   /* data that does not break: «3:41 p. m.» */
	MARK_STRONG, /* data that people look for: hours, numbers */
	MARK_STRONG_HOUR,
	MARK_LINK,   /* an address of our own web */
	MARK_BUTTON, /* the survey's */
	MARK_READERS /* who will read the answer */
};

struct marked {
	struct sbuf text, marks; /* of equal length */
};

struct template_node;

struct template_nodes {
	struct template_node *list;
	size_t n;
};

/* Reads source (LF only, UTF-8). file and line (of the first byte) are for messages. */
bool template_parse(struct arena *a, const char *file, int line, struct slice source,
		    struct template_nodes *out, struct err *e);
void template_put(struct arena *a, struct marked *m, const struct template_nodes *t,
		  const struct var *vars, size_t n);
/* The value of a variable, "" when it was not given. */
const char *template_value(const struct var *vars, size_t n, const char *name);
