#include "core/said.h"

#include "base/text.h"

enum {
	WORDS_MAX = 40,
	THANKS_BYTES_MAX = 600,
	PHONE_DIGITS = 6,
	SHORT_WORD = 3,
	POINTING_WORDS = 5 /* between what is answered and where */
};

struct words {
	const char *list[WORDS_MAX];
	size_t n;
	bool over;
};

static bool word_letter(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= 0xDF && cp < 0x250);
}

/* Folded words; everything else (punctuation, pictures) only separates. */
static struct words words_of(struct arena *a, struct slice text)
{
	struct slice s = slice_of(text_fold(a, text));
	struct words w = {.n = 0};
	size_t at = 0, from = 0, len;
	bool inside = false;
	uint32_t cp;

	do {
		len = text_next(slice_sub(s, at, s.n), &cp);
		if (len && word_letter(cp)) {
			from = inside ? from : at;
			inside = true;
		} else if (inside) {
			w.over = w.over || w.n == WORDS_MAX;
			if (!w.over)
				w.list[w.n++] = slice_dup(a, slice_sub(s, from, at - from));
			inside = false;
		}
		at += len;
	} while (len);
	return w;
}

/* --- the vote --- */

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, list[i]))
			return true;
	return false;
}

static const char *const before_digit[] = {"calificacion", "califico", "nota",	     "puntaje",
					   "mi",	   "con",      "evaluacion", "es",
					   "rating",	   "score",    "la",	     "un"};
static const char *const after_digit[] = {
	"de",	   "sobre",	"5",	 "out",	  "of",	  "muy",       "mala",	 "malo",
	"regular", "aceptable", "buena", "bueno", "bien", "excelente", "puntos", "estrellas"};

bool said_vote(struct arena *a, const char *text, int *score, const char **below)
{
	struct slice rest = slice_trim(slice_of(text)), line;
	struct words w;
	size_t i = 0;

	if (!slice_line(&rest, &line))
		return false;
	w = words_of(a, line);
	while (i < w.n && is_one_of(w.list[i], before_digit, COUNT(before_digit)))
		i++;
	if (w.over || i == w.n || w.list[i][0] < '1' || w.list[i][0] > '5' || w.list[i][1])
		return false;
	for (size_t k = i + 1; k < w.n; k++)
		if (!is_one_of(w.list[k], after_digit, COUNT(after_digit)))
			return false;
	*score = w.list[i][0] - '0';
	*below = slice_dup(a, slice_trim(rest));
	return true;
}

/* --- thanks --- */

/* Phrases that say it, and phrases that may stand around it. Longer ones first where one begins
 * another. */
static const struct phrase {
	const char *words;
	bool thanks;
} phrases[] = {
	{"muchas gracias", true},
	{"muchisimas gracias", true},
	{"mil gracias", true},
	{"gracias", true},
	{"agradezco", true},
	{"agradecido", true},
	{"agradecida", true},
	{"le agradezco", true},
	{"muy agradecido", true},
	{"muy agradecida", true},
	{"muy amable", true},
	{"muy amables", true},
	{"dios le pague", true},
	{"thank you", true},
	{"thanks", true},
	{"many thanks", true},
	{"ok", true},
	{"okay", true},
	{"oki", true},
	{"vale", true},
	{"listo", true},
	{"listos", true},
	{"perfecto", true},
	{"excelente", true},
	{"super", true},
	{"si", true},
	{"genial", true},
	{"de acuerdo", true},
	{"entendido", true},
	{"enterado", true},
	{"enterada", true},
	{"recibido", true},
	{"confirmo recibido", true},
	{"great", true},
	{"perfect", true},
	{"ya quedo solucionado", true},
	{"ya quedo", true},
	{"quedo solucionado", true},
	{"ya funciona", true},
	{"ahora si", true},
	{"quedo bien", true},
	{"quedo muy bien", true},
	{"quedo perfecto", true},
	{"todo perfecto", true},
	{"todo ok", true},
	{"ya me funciona", true},
	{"ya me funciono", true},
	{"todo funciona", true},
	{"todo bien", true},
	{"todo en orden", true},
	{"ya esta solucionado", true},
	{"ya esta", true},
	{"solucionado", true},
	{"muy bien", true},
	{"por la ayuda", false},
	{"por su ayuda", false},
	{"por tu ayuda", false},
	{"por toda la ayuda", false},
	{"por toda su ayuda", false},
	{"por la colaboracion", false},
	{"por su colaboracion", false},
	{"por tu colaboracion", false},
	{"su colaboracion", false},
	{"la colaboracion", false},
	{"la ayuda", false},
	{"su ayuda", false},
	{"por la atencion", false},
	{"por su atencion", false},
	{"por la gestion", false},
	{"por su gestion", false},
	{"su gestion", false},
	{"la gestion", false},
	{"por el apoyo", false},
	{"por su apoyo", false},
	{"el apoyo", false},
	{"su apoyo", false},
	{"por la solucion", false},
	{"por la pronta solucion", false},
	{"por la pronta respuesta", false},
	{"por su pronta respuesta", false},
	{"por la respuesta", false},
	{"por su respuesta", false},
	{"por la informacion", false},
	{"por el servicio", false},
	{"por su servicio", false},
	{"por su tiempo", false},
	{"por todo", false},
	{"for your help", false},
	{"for the help", false},
	{"for your support", false},
	{"a lot", false},
	{"so much", false},
	{"very much", false},
	{"a usted", false},
	{"a ustedes", false},
	{"a todos", false},
	{"muy buen servicio", false},
	{"excelente servicio", false},
	{"buen servicio", false},
	{"buenos dias", false},
	{"buenas tardes", false},
	{"buenas noches", false},
	{"buen dia", false},
	{"buena tarde", false},
	{"buena noche", false},
	{"feliz dia", false},
	{"feliz tarde", false},
	{"feliz noche", false},
	{"feliz fin de semana", false},
	{"buen fin de semana", false},
	{"que tenga buen dia", false},
	{"que tenga un buen dia", false},
	{"que este muy bien", false},
	{"bendiciones", false},
	{"cordial saludo", false},
	{"cordialmente", false},
	{"atentamente", false},
	{"saludos cordiales", false},
	{"saludos", false},
	{"un saludo", false},
	{"hola", false},
	{"best regards", false},
	{"kind regards", false},
	{"regards", false},
	{"hello", false},
	{"hi", false},
	{"ingeniero", false},
	{"ingeniera", false},
	{"ing", false},
	{"doctor", false},
	{"doctora", false},
	{"dr", false},
	{"dra", false},
	{"senor", false},
	{"senora", false},
	{"sr", false},
	{"sra", false},
	{"don", false},
	{"dona", false},
	{"estimado", false},
	{"estimada", false},
	{"estimados", false},
	{"companero", false},
	{"companera", false},
	{"equipo de sistemas", false},
	{"equipo", false},
	{"y", false},
	{"muy", false},
	{"senores", false},
	{"todos", false},
};

/* Words of w from i on that are this phrase; 0: none. */
static size_t phrase_at(const struct words *w, size_t i, const char *phrase)
{
	struct slice rest = slice_of(phrase), word;
	size_t n = 0;

	while (slice_next(&rest, ' ', &word)) {
		if (i + n == w->n || !slice_eq(word, slice_of(w->list[i + n])))
			return 0;
		n++;
	}
	return n;
}

static size_t longest_phrase(const struct words *w, size_t i, bool *thanks)
{
	size_t best = 0;

	for (size_t k = 0; k < COUNT(phrases); k++) {
		size_t n = phrase_at(w, i, phrases[k].words);

		if (n > best) {
			best = n;
			*thanks = *thanks || phrases[k].thanks;
		}
	}
	return best;
}

static bool in_name(struct arena *a, const char *word, const char *name)
{
	struct words w = words_of(a, slice_of(name));

	return is_one_of(word, w.list, w.n);
}

static bool named(struct arena *a, const struct policy *p, const char *word, const char *writer)
{
	for (size_t i = 0; i < p->n_staff; i++)
		if (in_name(a, word, p->staff[i].name))
			return true;
	return in_name(a, word, writer);
}

/* --- an unmarked signature: the writer's name on a line, and under it what stands on a card --- */

static bool is_letter(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp >= 0xC0;
}

/* Of a letter. */
static bool is_capital(uint32_t cp)
{
	return cp <= 'Z' || (cp >= 0xC0 && cp <= 0xDE);
}

/* «Profesional Universitaria de Tesorería»: each word that is not short begins with a capital. */
static bool capitalised(struct slice line)
{
	size_t at = 0, len, letters = 0;
	bool small = false;
	uint32_t cp;

	do {
		len = text_next(slice_sub(line, at, line.n), &cp);
		if (len && is_letter(cp)) {
			small = letters++ ? small : !is_capital(cp);
		} else {
			if (small && letters > SHORT_WORD)
				return false;
			letters = 0;
		}
		at += len;
	} while (len);
	return true;
}

static bool on_a_card(struct arena *a, struct slice line)
{
	struct words w = words_of(a, line);
	size_t digits = 0;

	if (slice_chr(line, '@') != SIZE_MAX)
		return true;
	for (size_t i = 0; i < line.n; i++)
		digits += line.p[i] >= '0' && line.p[i] <= '9';
	for (size_t i = 0; i < w.n; i++)
		if (str_eq(w.list[i], "no"))
			return false;
	return digits >= PHONE_DIGITS || capitalised(line);
}

static bool names_writer(struct arena *a, struct slice line, const char *writer)
{
	struct words w = words_of(a, line), name = words_of(a, slice_of(writer));

	for (size_t i = 0; i < w.n; i++)
		if (is_one_of(w.list[i], name.list, name.n))
			return capitalised(line);
	return false;
}

static struct slice without_card(struct arena *a, struct slice text, const char *writer)
{
	struct slice rest = text, before = text, line;
	bool card = false;

	while (slice_line(&rest, &line)) {
		if (card && !on_a_card(a, line))
			return text;
		if (!card && names_writer(a, line, writer)) {
			before = slice_sub(text, 0, (size_t)(line.p - text.p));
			card = before.n > 0;
		}
	}
	return card ? slice_trim(before) : text;
}

bool said_thanks(struct arena *a, const struct policy *p, const char *text, const char *writer)
{
	struct slice s = without_card(a, slice_trim(slice_of(text)), writer);
	bool thanks = false;
	struct words w;

	if (s.n > THANKS_BYTES_MAX || slice_chr(s, '?') != SIZE_MAX)
		return false;
	w = words_of(a, s);
	for (size_t i = 0; i < w.n;) {
		size_t n = longest_phrase(&w, i, &thanks);

		if (n == 0 && !named(a, p, w.list[i], writer))
			return false;
		i += n ? n : 1;
	}
	return thanks && !w.over;
}

/* --- answers among the quoted words --- */

static const char *const answering[] = {
	"respondo",    "respondi", "respondemos", "respondido",	 "responder",	 "respuesta",
	"respuestas",  "contesto", "conteste",	  "contestamos", "contestado",	 "comento",
	"comentarios", "anoto",	   "anotaciones", "aclaro",	 "aclaraciones", "observaciones",
	"datos",       "ver",	   "vea",	  "vean",	 "answer",	 "answers",
	"answered",    "replied",  "reply",	  "replies",	 "comments",	 "responses",
	"see"};
static const char *const among_quoted[] = {"abajo",
					   "debajo",
					   "entre lineas",
					   "en rojo",
					   "en azul",
					   "en verde",
					   "en negrilla",
					   "en negrita",
					   "en mayuscula",
					   "en mayusculas",
					   "en su correo",
					   "en tu correo",
					   "sobre su correo",
					   "sobre el mismo correo",
					   "en el mismo correo",
					   "en el correo de abajo",
					   "below",
					   "inline",
					   "in line",
					   "in red",
					   "in blue",
					   "in bold",
					   "in green"};

static bool points_at(const struct words *w, size_t i)
{
	for (size_t k = 0; k < COUNT(among_quoted); k++)
		if (phrase_at(w, i, among_quoted[k]))
			return true;
	return false;
}

bool said_below(struct arena *a, const char *text)
{
	struct words w = words_of(a, slice_of(text));
	size_t said = SIZE_MAX, where = SIZE_MAX;

	for (size_t i = 0; i < w.n; i++) {
		if (is_one_of(w.list[i], answering, COUNT(answering)))
			said = i;
		if (points_at(&w, i))
			where = i;
		if (said != SIZE_MAX && where != SIZE_MAX &&
		    (said < where ? where - said : said - where) <= POINTING_WORDS)
			return true;
	}
	return false;
}
