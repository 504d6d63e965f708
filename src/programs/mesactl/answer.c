/* answer: the desk's answer to a write. It is one line of JSON as base/json writes it, which is
 * what a program gets; people get what is inside it. */
#include "programs/mesactl/ctl.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { STRING_MAX = 256 * 1024 };

static uint32_t four_digits(struct slice s)
{
	uint32_t v = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

/* One character of a string, past it; false at its end. */
static bool next_char(struct slice *s, struct sbuf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at;
	char c;

	if (s->n == 0 || s->p[0] == '"')
		return false;
	c = s->p[0];
	*s = slice_sub(*s, 1, s->n);
	if (c != '\\' || s->n == 0) {
		sbuf_chr(out, c);
		return true;
	}
	c = s->p[0];
	at = strchr(from, c);
	*s = slice_sub(*s, 1, s->n);
	if (c == 'u') {
		text_put(out, four_digits(slice_sub(*s, 0, 4)));
		*s = slice_sub(*s, 4, s->n);
	} else {
		sbuf_chr(out, at ? to[at - from] : c);
	}
	return true;
}

/* The next string, NULL after the last; *key: a name, not a value. */
static char *next_string(struct arena *a, struct slice *s, bool *key)
{
	struct sbuf out = SBUF_INIT(STRING_MAX);
	const char *quote = s->n ? memchr(s->p, '"', s->n) : NULL;
	char *text;

	if (quote == NULL)
		return NULL;
	*s = slice_sub(*s, (size_t)(quote - s->p) + 1, s->n);
	while (next_char(s, &out))
		;
	*s = slice_sub(*s, 1, s->n);
	*key = s->n && s->p[0] == ':';
	text = sbuf_dup(a, &out);
	sbuf_free(&out);
	return text;
}

static const char *fate_called(const char *fate)
{
	static const struct {
		enum fate fate;
		const char *label;
	} rows[] = {
		{FATE_CASE, "caso nuevo"},
		{FATE_PART, "se añadió al caso"},
		{FATE_AUTOMATIC, "correo automático: queda anotado y no se contesta"},
		{FATE_SPAM, "correo no deseado: no abre caso"},
		{FATE_DUPLICATE, "ya se había recibido"},
		{FATE_BEFORE_START, "anterior al inicio: no abre caso"},
		{FATE_OVERSIZE, "caso nuevo; el correo pasa del tamaño permitido"},
		{FATE_QUARANTINE, "no se pudo leer: quedó en cuarentena"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(fate, fate_name(rows[i].fate)))
			return rows[i].label;
	return fate;
}

/* What was not done, in one sentence on stderr. */
static void say_refused(const char *why, const char *at, const char *meant)
{
	fprintf(stderr, "mesactl: %s%s%s%s", at[0] ? "«" : "", at, at[0] ? "»: " : "", why);
	if (meant[0])
		fprintf(stderr, " ¿Quiso decir «%s»?", meant);
	fputc('\n', stderr);
}

void answer_print(void *ctx, struct slice line)
{
	struct ctl *c = ctx;
	const char *name = "", *refused = "", *at = "", *meant = "", *fate = "", *number = "";
	const char *text;
	bool key;

	if (c->json) {
		fwrite(line.p, 1, line.n, stdout);
		fputc('\n', stdout);
		return;
	}
	while ((text = next_string(c->a, &line, &key)) != NULL) {
		if (key)
			name = text;
		else if (str_eq(name, "done"))
			printf("%s\n", text);
		else if (str_eq(name, "refused"))
			refused = text;
		else if (str_eq(name, "line"))
			at = text;
		else if (str_eq(name, "meant"))
			meant = text;
		else if (str_eq(name, "fate"))
			fate = fate_called(text);
		else if (str_eq(name, "number"))
			number = text;
	}
	if (refused[0])
		say_refused(refused, at, meant);
	else if (number[0] || fate[0])
		printf("%s%s%s\n", number, number[0] && fate[0] ? "  " : "", fate);
}
