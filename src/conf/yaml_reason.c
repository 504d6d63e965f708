#include "conf/yaml_reason.h"

#include "base/text.h"

#include <string.h>

static bool printable(uint32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	if (cp < 0xa0)
		return cp < 0x7f || cp == 0x85;
	return cp != 0xfeff && cp != 0xfffe && cp != 0xffff;
}

bool yaml_readable(struct slice s, struct yaml_reason *why)
{
	*why = (struct yaml_reason){.line = 1, .column = 1};
	while (s.n) {
		uint32_t cp;
		size_t n = text_next(s, &cp);

		if (n == 1 && cp == 0xfffd) {
			why->message = "este carácter no está en UTF-8";
			why->remedy = "guarde el archivo como UTF-8";
			return false;
		}
		if (!printable(cp)) {
			why->message = "hay un carácter de control que no se ve";
			why->remedy = "bórrelo y escriba de nuevo esa parte";
			return false;
		}
		why->column++;
		if (cp == '\n') {
			why->line++;
			why->column = 1;
		}
		s = slice_sub(s, n, SIZE_MAX);
	}
	return true;
}

static const struct reason {
	const char *problem, *message, *remedy;
} reasons[] = {
	{"found character that cannot start any token",
	 "aquí hay un carácter que no puede empezar un valor",
	 "si es un tabulador, use espacios; si es @, % o `, ponga el valor entre comillas"},
	{"found a tab character", "hay un tabulador en la sangría", "use espacios"},
	{"mapping values are not allowed", "aquí no puede ir «clave: valor»",
	 "revise la sangría, o ponga entre comillas el texto que tiene dos puntos"},
	{"block sequence entries are not allowed", "aquí no puede empezar una lista",
	 "ponga el guion en una línea propia, con su sangría"},
	{"could not find expected ':'", "falta «:» después de esta clave",
	 "escriba «clave: valor», con un espacio tras los dos puntos"},
	{"did not find expected key",
	 "se esperaba una clave con la misma sangría que las anteriores",
	 "alinee esta línea con las del mismo grupo"},
	{"did not find expected '-' indicator", "se esperaba un guion de la lista",
	 "alinee esta línea con los demás elementos de la lista"},
	{"did not find expected ',' or ']'", "la lista entre corchetes no está bien cerrada",
	 "separe con comas y cierre con «]»"},
	{"did not find expected ',' or '}'", "el grupo entre llaves no está bien cerrado",
	 "separe con comas y cierre con «}»"},
	{"found unexpected end of stream", "el archivo termina dentro de unas comillas",
	 "cierre las comillas"},
	{"found unknown escape character",
	 "esa barra invertida no se entiende entre comillas dobles", "use comillas simples: 'así'"},
	{"did not find expected hexdecimal number", "ese escape no se entiende",
	 "use comillas simples: 'así'"},
	{"did not find expected alphabetic or numeric character", "este nombre no está permitido",
	 "ponga el valor entre comillas"},
	{"did not find expected node content", "aquí falta un valor",
	 "escriba el valor o quite la coma"},
	{"did not find expected <document start>", "esto no puede ir después del final",
	 "deje un solo bloque de claves en el archivo"},
	{"found unexpected ':'", "aquí sobra «:», o falta un espacio después",
	 "escriba «clave: valor», o ponga el texto entre comillas"},
	{"found undefined tag handle", "las etiquetas (!) no se usan aquí",
	 "quite la etiqueta o ponga el valor entre comillas"},
};

struct yaml_reason yaml_reason(struct arena *a, const char *problem)
{
	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (strstr(problem, reasons[i].problem))
			return (struct yaml_reason){.message = reasons[i].message,
						    .remedy = reasons[i].remedy};
	}
	return (struct yaml_reason){.message = arena_printf(a, "no es YAML válido (%s)", problem),
				    .remedy = "compare con los ejemplos de mesad.yaml(5)"};
}
