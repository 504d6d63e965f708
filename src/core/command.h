/* command: the grammar of commands by e-mail (PROCEDURE.md, «Commands by e-mail»).
 * All or nothing; a line that is not understood comes with the likely meaning. A verb is a row. */
#pragma once

#include "base/mem.h"
#include "base/str.h"
#include "core/facts.h"

#include <stdint.h>

enum verb {
	VERB_NONE,
	VERB_TAKE,
	VERB_ASSIGN,
	VERB_NOTE,
	VERB_RESOLVED,
	VERB_REOPEN,
	VERB_CLOSE,
	VERB_STATUS,
	VERB_HELP,
	VERB_SILENT,
	VERB_COUNT
};

enum verb_arg { ARG_NONE, ARG_PERSON, ARG_REASON, ARG_NUMBER_OPTIONAL };

struct verb_row {
	enum verb verb;
	const char *es, *en; /* canonical names, folded, without # */
	const char *aliases; /* further folded names, blank-separated, or "" */
	enum verb_arg arg;
	bool takes_message; /* text after the verb is the first line of the message */
	const char *usage;  /* «#asignar QUIEN» */
	const char *help;   /* one Spanish line */
};

const struct verb_row *verb_row(enum verb v);
/* The reason of #cerrar as an enum closed_as; false when it is none. */
bool close_reason(struct arena *a, const char *arg, int *as);

struct command {
	enum verb verb;
	const char *arg;  /* trimmed, "" when none */
	const char *line; /* as written */
};

enum command_state {
	COMMANDS_NONE, /* no command at the top: the text is a message */
	COMMANDS_OK,
	COMMANDS_BAD,  /* one line was not understood: nothing is done */
	COMMANDS_BELOW /* a known verb below other text: everything is held */
};

struct commands {
	enum command_state state;
	struct command *list;
	size_t n;
	const char *message;  /* the text after the commands, trimmed; "" when none. BAD, BELOW: all
				 of it */
	const char *bad_line; /* BAD, BELOW: the line */
	const char *why;      /* BAD, BELOW: one Spanish sentence */
	const char *meant;    /* BAD: the likely line, or "" */
	bool silent;	      /* #silencio */
};

enum { COMMANDS_MAX = 30, COMMAND_LINE_MAX = 400 };

/* text: new text only (no quote, no signature). Never NULL strings. */
struct commands commands_read(struct arena *a, const char *text);
