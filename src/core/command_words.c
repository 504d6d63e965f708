/* command_words: the table of verbs, and what was meant by a word that is none. */
#include "core/command_words.h"

#include "base/text.h"
#include "core/ticket.h"

enum { NEAR = 2 /* edits between what was written and what was meant */ };

static const struct verb_row rows[VERB_COUNT] = {
	[VERB_TAKE] = {VERB_TAKE, "tomar", "take", "tomo mio", ARG_NONE, false, "#tomar",
		       "el caso queda a su nombre y en atención"},
	[VERB_ASSIGN] = {VERB_ASSIGN, "asignar", "assign", "asigna reasignar", ARG_PERSON, false,
			 "#asignar QUIEN", "el caso queda a nombre de otra persona"},
	[VERB_NOTE] = {VERB_NOTE, "nota", "note", "notas", ARG_NONE, true, "#nota TEXTO",
		       "nota interna: el solicitante no la ve"},
	[VERB_RESOLVED] = {VERB_RESOLVED, "resuelto", "resolved",
			   "solucionado resuelta solucionada resolver solved", ARG_NONE, true,
			   "#resuelto TEXTO",
			   "solución: el texto va al solicitante con la encuesta"},
	[VERB_REOPEN] = {VERB_REOPEN, "reabrir", "reopen", "reabierto", ARG_NONE, false, "#reabrir",
			 "el caso vuelve a atención"},
	[VERB_CLOSE] = {VERB_CLOSE, "cerrar", "close", "", ARG_REASON, false, "#cerrar MOTIVO",
			"cierra el caso: duplicado o no-soporte; la coordinación, por cualquier "
			"motivo"},
	[VERB_STATUS] = {VERB_STATUS, "ver", "status", "show", ARG_NUMBER_OPTIONAL, false,
			 "#ver [NUMERO]", "le envía el estado del caso"},
	[VERB_HELP] = {VERB_HELP, "ayuda", "help", "comandos", ARG_NONE, false, "#ayuda",
		       "le envía esta lista"},
	[VERB_SILENT] = {VERB_SILENT, "silencio", "silent", "", ARG_NONE, false, "#silencio",
			 "hace lo demás sin enviarle confirmación"},
};

/* Why a case may be closed by command, as people write it, folded. */
static const struct {
	const char *folded;
	enum closed_as as;
} reasons[] = {
	{"duplicado", CLOSED_DUPLICATE},
	{"duplicate", CLOSED_DUPLICATE},
	{"no-soporte", CLOSED_NOT_SUPPORT},
	{"no soporte", CLOSED_NOT_SUPPORT},
	{"no es de soporte", CLOSED_NOT_SUPPORT},
	{"not-support", CLOSED_NOT_SUPPORT},
	{"trasladado", CLOSED_TRANSFERRED},
	{"transferred", CLOSED_TRANSFERRED},
	{"sin evaluacion", CLOSED_UNEVALUATED},
	{"unevaluated", CLOSED_UNEVALUATED},
	{"evaluado", CLOSED_EVALUATED},
	{"evaluated", CLOSED_EVALUATED},
	{"aceptado", CLOSED_ACCEPTED},
	{"sin aceptacion", CLOSED_ACCEPTED},
	{"accepted", CLOSED_ACCEPTED},
	{"con informe", CLOSED_REPORTED},
	{"informe", CLOSED_REPORTED},
	{"reported", CLOSED_REPORTED},
};

/* «#estado X»: which command brings a case there. */
static const struct {
	enum state state;
	const char *meant;
} state_commands[] = {
	{STATE_OPEN, "#tomar"},
	{STATE_RESOLVED, "#resuelto TEXTO"},
	{STATE_CLOSED, "#cerrar MOTIVO"},
};

const struct verb_row *verb_row(enum verb v)
{
	return &rows[v];
}

bool close_reason(struct arena *a, const char *arg, int *as)
{
	const char *folded = text_fold(a, slice_of(arg));

	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_eq(folded, reasons[i].folded)) {
			*as = (int)reasons[i].as;
			return true;
		}
	return false;
}

static bool in_list(const char *list, const char *word)
{
	struct slice rest = slice_of(list), piece;

	while (slice_next(&rest, ' ', &piece))
		if (slice_eq(piece, slice_of(word)))
			return true;
	return false;
}

const struct verb_row *verb_find(const char *folded)
{
	for (size_t i = 1; i < VERB_COUNT; i++)
		if (str_eq(rows[i].es, folded) || str_eq(rows[i].en, folded) ||
		    in_list(rows[i].aliases, folded))
			return &rows[i];
	return NULL;
}

/* --- what was meant --- */

const char *verb_nearest(const char *folded)
{
	size_t best = NEAR + 1;
	const char *usage = "";

	/* two edits of a word of three letters mean nothing */
	if (slice_of(folded).n <= NEAR)
		return "";
	for (size_t i = 1; i < VERB_COUNT; i++) {
		size_t es = text_distance(folded, rows[i].es, NEAR);
		size_t en = text_distance(folded, rows[i].en, NEAR);
		size_t d = es < en ? es : en;

		if (d < best) {
			best = d;
			usage = rows[i].usage;
		}
	}
	return usage;
}

const char *state_meant(struct arena *a, struct slice rest)
{
	const char *folded = text_fold(a, rest);
	enum state s;

	if (folded[0] == '\0')
		return "#ver";
	if (!state_read(folded, &s))
		return "";
	for (size_t i = 0; i < COUNT(state_commands); i++)
		if (state_commands[i].state == s)
			return state_commands[i].meant;
	return "";
}

const char *verb_list(struct arena *a)
{
	const char *list = "";

	for (size_t i = 1; i < VERB_COUNT; i++)
		list = arena_printf(a, "%s%s#%s", list, i > 1 ? ", " : "", rows[i].es);
	return list;
}
