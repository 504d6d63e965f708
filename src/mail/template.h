/* template: the mails that people read, one file a purpose (config/templates/es/NAME.txt, NAME by
 * mail_purpose_name()), and layout.html around the HTML part, which code makes from the same text.
 *
 * A file: `Asunto: …`, a blank line, the text. `{name}` puts a variable; `{?name}…{/name}` stays
 * when it is not empty, `{!name}…{/name}` when it is; a section's tag alone on its line takes no
 * line; `{{` is a brace. A variable after nothing but blanks, `>` and `|` repeats that prefix on
 * each of its lines. What the words of a variable look like never makes markup: only what the
 * template itself says does:
 *     `- item`      a list             `> words`   a block of quoted words
 *     `  Key: value` (two blanks) a row of a table of particulars
 *     a line that is {survey_url}  the big button      `Ref. …`  the foot, small
 *
 * The shipped templates are compiled in; a file of the same name in the entity's own folder takes
 * the place of one. A wrong file is refused with file:line:column. */
#pragma once

#include "base/err.h"
#include "core/plan.h"

enum {
	TEMPLATE_FILE_MAX = 64 * 1024,
	TEMPLATE_DEPTH_MAX = 8,	      /* sections within sections */
	TEMPLATE_VAR_MAX = 256 * 1024 /* bytes of one variable; past it it is cut, and says so */
};

struct template_set;

/* dir: the entity's folder (templates/es of its configuration); NULL or one that does not exist:
 * the shipped ones alone. Reads files once. NULL with e set when one cannot be read or is wrong. */
struct template_set *template_load(const char *dir, struct err *e);
void template_free(struct template_set **tp);

struct rendered {
	const char *subject, *text, *html; /* UTF-8; subject is one clean line; text in LF */
};

/* name: mail_purpose_name(). Variables that are not given are empty; names that no template may
 * use are ignored. False only for a name without a template. */
bool template_render(struct arena *a, const struct template_set *t, const char *name,
		     const struct var *vars, size_t n, struct rendered *out, struct err *e);

/* The variables that templates may use, for documentation and checks; NULL-terminated. */
const char *const *template_variables(void);
