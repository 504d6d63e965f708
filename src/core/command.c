#include "core/command_words.h"

#include "base/text.h"

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

/* Without marks and ornaments at both ends. */
static struct slice bare(struct slice s)
{
	return skip_end(skip(s, is_final), is_final);
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
		    state_meant(a, bare(l->rest)));
	else
		bad(out, a, raw,
		    arena_printf(a, "no conozco ese comando. Los que hay son: %s.", verb_list(a)),
		    verb_nearest(l->word));
}

/* --- arguments: NULL when the argument is good, else why it is not --- */

static const char *wrong_none(struct arena *a, const struct verb_row *v, const char *arg)
{
	if (arg[0] == '\0')
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

/* One word with a digit in it. */
static bool like_number(struct slice s)
{
	bool digits = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' || s.p[i] == '\t')
			return false;
		digits = digits || (s.p[i] >= '0' && s.p[i] <= '9');
	}
	return digits;
}

static const char *wrong_number(struct arena *a, const struct verb_row *v, const char *arg)
{
	(void)v;
	if (arg[0] == '\0' || like_number(slice_of(arg)))
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
	arg = v->takes_message ? "" : slice_dup(a, bare(l->rest));
	why = wrong[v->arg](a, v, arg);
	if (!v->takes_message && raw.n > COMMAND_LINE_MAX)
		why = "la línea es demasiado larga.";
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

	_Static_assert((int)VERB_COUNT <= (int)COMMANDS_MAX, "no verb comes twice");
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
	if (out.state != COMMANDS_BAD && command_below(a, before, &below)) {
		bad(&out, a, below, "hay un comando debajo de otro texto.", "");
		out.state = COMMANDS_BELOW;
	} else if (out.state != COMMANDS_BAD && out.n) {
		out.state = COMMANDS_OK;
	}
	if (out.state != COMMANDS_OK)
		out.message = slice_dup(a, slice_trim(slice_of(text)));
	return out;
}
