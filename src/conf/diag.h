/* diag: what is wrong with the configuration, told all at once, each with its place and its remedy.
 * Messages are Spanish: the people who edit YAML read them. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum severity { DIAG_ERROR, DIAG_WARNING };

struct diag {
	const char *file; /* as in the configuration directory: «rules.yaml» */
	int line, column; /* from 1; 0: the whole file */
	enum severity severity;
	const char *message, *remedy; /* one clean line each; remedy may be "" */
};

enum { DIAGS_MAX = 50 }; /* of each severity */

struct diags {
	struct arena *arena;
	struct diag list[2 * DIAGS_MAX]; /* sorted by file, line and column */
	size_t n;
	size_t errors, warnings; /* all that were told, also those past DIAGS_MAX */
};

void diags_init(struct diags *d);
void diags_free(struct diags *d); /* NULL-safe inside: may be called twice */

/* The texts are copied, controls and escapes in them made harmless. */
void diags_add(struct diags *d, struct diag one);
size_t diags_errors(const struct diags *d);
/* «rules.yaml:12:5: error: clave desconocida «cola»; ¿quiso decir «service»? Remedio: …», a line
 * each, and a last line when some did not fit. */
void diags_print(struct sbuf *out, const struct diags *d, bool colour);
