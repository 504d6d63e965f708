#include "core/command.h"

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

/* --- one line, cut into what matters --- */

/* Around and between the words of a command: blanks that are none, quotes, marks of bold. */
static bool is_ornament(uint32_t cp)
{
	static const uint32_t ornaments[] = {' ',    '\t',   '\r',   '*',    '_',    '"',    '\'',
					     '`',    0xA0,   0xAB,   0xBB,   0xAD,   0x2018, 0x2019,
					     0x201A, 0x201C, 0x201D, 0x201E, 0x2009, 0x200A, 0x200B,
					     0x200C, 0x200D, 0x2060, 0x202F, 0xFEFF};

	for (size_t i = 0; i < COUNT(ornaments); i++)
		if (cp == ornaments[i])
			return true;
	return false;
}

static bool is_final(uint32_t cp)
{
	static const uint32_t finals[] = {'.', ',', ';', ':', '!', '?', 0x2026, 0xA1, 0xBF};

	for (size_t i = 0; i < COUNT(finals); i++)
		if (cp == finals[i])
			return true;
	return is_ornament(cp);
}

/* Between a verb and its text: no mark that the text itself may begin with. */
static bool is_separator(uint32_t cp)
{
	static const uint32_t separators[] = {' ', '\t', ':', '.',  ',',
					      ';', '*',	 '_', 0xA0, 0x202F};

	for (size_t i = 0; i < COUNT(separators); i++)
		if (cp == separators[i])
			return true;
	return false;
}

static struct slice skip(struct slice s, bool (*what)(uint32_t))
{
	uint32_t cp;
	size_t len;

	while ((len = text_next(s, &cp)) > 0 && what(cp))
		s = slice_sub(s, len, s.n);
	return s;
}

static struct slice skip_end(struct slice s, bool (*what)(uint32_t))
{
	size_t keep = 0, at = 0, len;
	uint32_t cp;

	while ((len = text_next(slice_sub(s, at, s.n), &cp)) > 0) {
		at += len;
		if (!what(cp))
			keep = at;
	}
	return slice_sub(s, 0, keep);
}

static bool is_sharp(uint32_t cp)
{
	return cp == '#' || cp == 0xFF03;
}

static bool ends_word(uint32_t cp)
{
	return cp == ':' || cp == ' ' || cp == '\t' || cp == 0xA0 || is_sharp(cp);
}

struct line {
	bool command;	   /* begins with # and a word */
	struct slice rest; /* after the verb, trimmed; the text of a message keeps its marks */
	const char *word;  /* the verb as written, folded */
};

static struct line line_read(struct arena *a, struct slice raw)
{
	struct slice s = skip(raw, is_ornament), after;
	struct line l = {.word = ""};
	uint32_t cp;
	size_t len = text_next(s, &cp), at = 0;

	if (len == 0 || !is_sharp(cp))
		return l;
	s = skip(slice_sub(s, len, s.n), is_ornament);
	while ((len = text_next(slice_sub(s, at, s.n), &cp)) > 0 && !ends_word(cp))
		at += len;
	after = slice_sub(s, at, s.n);
	l.word = text_fold(a, skip_end(slice_sub(s, 0, at), is_final));
	l.rest = slice_trim(skip(after, is_separator));
	l.command = l.word[0] != '\0';
	return l;
}

static bool in_list(const char *list, const char *word)
{
	struct slice rest = slice_of(list), piece;

	while (slice_next(&rest, ' ', &piece))
		if (slice_eq(piece, slice_of(word)))
			return true;
	return false;
}

static const struct verb_row *verb_find(const char *folded)
{
	for (size_t i = 1; i < VERB_COUNT; i++)
		if (str_eq(rows[i].es, folded) || str_eq(rows[i].en, folded) ||
		    in_list(rows[i].aliases, folded))
			return &rows[i];
	return NULL;
}

/* --- what was meant --- */

static const char *nearest(const char *folded)
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

static const char *state_meant(struct arena *a, struct slice rest)
{
	const char *folded = text_fold(a, skip_end(skip(rest, is_final), is_final));
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

static const char *verb_list(struct arena *a)
{
	const char *list = "";

	for (size_t i = 1; i < VERB_COUNT; i++)
		list = arena_printf(a, "%s%s#%s", list, i > 1 ? ", " : "", rows[i].es);
	return list;
}

static void bad(struct commands *out, struct arena *a, struct slice raw, const char *why,
		const char *meant)
{
	out->state = COMMANDS_BAD;
	out->bad_line = slice_dup(a, text_cut(slice_trim(raw), COMMAND_LINE_MAX));
	out->why = why;
	out->meant = meant;
}

static void unknown(struct commands *out, struct arena *a, struct slice raw, const struct line *l)
{
	if (str_eq(l->word, "estado"))
		bad(out, a, raw, "el estado cambia con el comando de cada paso, no con #estado.",
		    state_meant(a, l->rest));
	else
		bad(out, a, raw,
		    arena_printf(a, "no conozco ese comando. Los que hay son: %s.", verb_list(a)),
		    nearest(l->word));
}

/* --- arguments: NULL when the argument is good, else why it is not --- */

static const char *wrong_none(struct arena *a, const struct verb_row *v, const char *arg)
{
	if (arg[0] == '\0' || v->takes_message)
		return NULL;
	return arena_printf(a, "#%s va sin nada más en su línea.", v->es);
}

static const char *wrong_person(struct arena *a, const struct verb_row *v, const char *arg)
{
	(void)a;
	(void)v;
	return arg[0] ? NULL : "falta decir a quién.";
}

static const char *wrong_reason(struct arena *a, const struct verb_row *v, const char *arg)
{
	int as;

	(void)v;
	if (close_reason(a, arg, &as))
		return NULL;
	return "el motivo es uno de estos: duplicado, no-soporte, trasladado, sin evaluación, "
	       "aceptado, informe.";
}

static const char *wrong_number(struct arena *a, const struct verb_row *v, const char *arg)
{
	struct slice s = slice_of(arg);
	bool digits = false;

	(void)v;
	for (size_t i = 0; i < s.n; i++) {
		digits = digits || (s.p[i] >= '0' && s.p[i] <= '9');
		if ((unsigned char)s.p[i] <= ' ')
			digits = false;
	}
	if (s.n == 0 || digits)
		return NULL;
	return arena_printf(a, "«%s» no es el número de un caso.", arg);
}

static const char *(*const wrong[])(struct arena *, const struct verb_row *, const char *) = {
	[ARG_NONE] = wrong_none,
	[ARG_PERSON] = wrong_person,
	[ARG_REASON] = wrong_reason,
	[ARG_NUMBER_OPTIONAL] = wrong_number,
};

static const char *meant_of(struct arena *a, const struct verb_row *v, const char *arg)
{
	const char *meant;

	if (v->verb != VERB_STATUS)
		return v->usage;
	meant = state_meant(a, slice_of(arg));
	return meant[0] ? meant : v->usage;
}

static bool repeated(const struct commands *out, enum verb v)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->list[i].verb == v)
			return true;
	return false;
}

/* --- the block at the top --- */

static void take_line(struct arena *a, struct commands *out, struct slice raw, const struct line *l,
		      struct sbuf *message)
{
	const struct verb_row *v = verb_find(l->word);
	const char *arg, *why;

	if (!v) {
		unknown(out, a, raw, l);
		return;
	}
	arg = v->takes_message ? "" : slice_dup(a, skip_end(skip(l->rest, is_final), is_final));
	why = wrong[v->arg](a, v, arg);
	if (!v->takes_message && raw.n > COMMAND_LINE_MAX)
		why = "la línea es demasiado larga.";
	else if (out->n == COMMANDS_MAX)
		why = "son demasiados comandos en un solo mensaje.";
	else if (repeated(out, v->verb))
		why = arena_printf(a, "#%s aparece dos veces.", v->es);
	if (why) {
		bad(out, a, raw, why, meant_of(a, v, arg));
		return;
	}
	out->list[out->n++] = (struct command){
		v->verb, arg, slice_dup(a, text_cut(slice_trim(raw), COMMAND_LINE_MAX))};
	out->silent = out->silent || v->verb == VERB_SILENT;
	if (v->takes_message && l->rest.n) {
		sbuf_slice(message, l->rest);
		sbuf_chr(message, '\n');
	}
}

/* The first command line below other text, if there is one. */
static bool command_below(struct arena *a, struct slice text, struct slice *found)
{
	struct slice raw;

	while (slice_line(&text, &raw)) {
		struct line l = line_read(a, raw);

		if (l.command && verb_find(l.word)) {
			*found = raw;
			return true;
		}
	}
	return false;
}

static const char *trimmed(struct arena *a, const struct sbuf *b)
{
	return slice_dup(a, slice_trim(sbuf_view(b)));
}

struct commands commands_read(struct arena *a, const char *text)
{
	struct commands out = {.message = "", .bad_line = "", .why = "", .meant = ""};
	struct slice rest = slice_of(text), before = rest, raw, below;
	struct sbuf message = SBUF_INIT(rest.n + COMMANDS_MAX + 1);

	out.list = arena_array(a, COMMANDS_MAX, sizeof(*out.list));
	while (out.state != COMMANDS_BAD && slice_line(&rest, &raw)) {
		struct line l = line_read(a, raw);

		if (l.command)
			take_line(a, &out, raw, &l, &message);
		else if (skip(raw, is_ornament).n)
			break;
		before = rest;
	}
	sbuf_slice(&message, before);
	out.message = trimmed(a, &message);
	sbuf_free(&message);
	if (out.state == COMMANDS_BAD) {
		out.message = slice_dup(a, slice_trim(slice_of(text)));
	} else if (command_below(a, before, &below)) {
		bad(&out, a, below, "hay un comando debajo de otro texto.", "");
		out.state = COMMANDS_BELOW;
		out.message = slice_dup(a, slice_trim(slice_of(text)));
	} else if (out.n) {
		out.state = COMMANDS_OK;
	}
	return out;
}
