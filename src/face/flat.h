/* flat: reads the flat JSON objects that events keep their details in. Total: what is no such
 * object ends the walk. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

struct flat {
	struct arena *a;
	struct slice rest;
};

struct flat_pair {
	const char *key, *text; /* text of a number too */
	bool number;
	int64_t num;
};

struct flat flat_of(struct arena *a, const char *json);
/* False when nothing (sound) is left. */
bool flat_next(struct flat *f, struct flat_pair *out);
