/* yaml: a file as nodes that know where they stand. A strict subset: one document, no aliases,
 * anchors or tags, no key twice; every scalar is text. */
#pragma once

#include "base/mem.h"
#include "base/str.h"
#include "conf/diag.h"

enum {
	YAML_FILE_MAX = 1 << 20,
	YAML_DEPTH_MAX = 32,
	YAML_NODES_MAX = 50000,
	YAML_SCALAR_MAX = 65536
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };
enum node_style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_BLOCK };

struct node {
	enum node_kind kind;
	enum node_style style; /* of a scalar */
	const char *file;
	int line, column;		  /* from 1, columns are characters */
	bool one_line;			  /* a scalar that ends on the line where it began */
	bool told;			  /* it was refused already: say no more about it */
	const char *text;		  /* of a scalar: UTF-8 without NUL; otherwise "" */
	const struct node *key;		  /* of a value within a map */
	struct node *first, *last, *next; /* items of a list, values of a map */
	size_t count;
};

/* NULL when the text cannot be read to its end (d says why). What is only forbidden (an alias, a
 * key twice) is told and the nodes are still given, so that the schema's errors are told too. A
 * file without a document is an empty map. */
struct node *yaml_parse(struct arena *a, const char *file, struct slice bytes, struct diags *d);
/* The same from dir/file. *missing is set (and NULL returned, nothing told) when there is none. */
struct node *yaml_load(struct arena *a, const char *dir, const char *file, struct diags *d,
		       bool *missing);

/* The value of a key, or NULL. */
const struct node *node_get(const struct node *map, const char *key);
/* Nothing was written: `key:`, `key: ~`, `key: null`. */
bool node_blank(const struct node *n);
/* Where the byte `offset` of a scalar's text stands in its line, quotes and escapes counted. */
int node_column(const struct node *n, size_t offset);
