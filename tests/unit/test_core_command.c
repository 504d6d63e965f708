/* The grammar of commands by e-mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/command.h"
#include "core/ticket.h"

#include <string.h>

/* What was read, in one line: «ok take assign(ana) | message», «bad LINE / meant», «below LINE». */
static const char *shown(struct arena *a, const struct commands *c)
{
	const char *s = c->state == COMMANDS_OK ? "ok" : c->state == COMMANDS_NONE ? "none" : "";

	if (c->state == COMMANDS_BAD)
		return arena_printf(a, "bad %s / %s", c->bad_line, c->meant);
	if (c->state == COMMANDS_BELOW)
		return arena_printf(a, "below %s", c->bad_line);
	for (size_t i = 0; i < c->n; i++)
		s = arena_printf(a, "%s %s%s%s%s", s, verb_row(c->list[i].verb)->en,
				 c->list[i].arg[0] ? "(" : "", c->list[i].arg,
				 c->list[i].arg[0] ? ")" : "");
	return c->message[0] ? arena_printf(a, "%s | %s", s, c->message) : s;
}

static const struct {
	const char *text, *wanted;
} rows[] = {
	/* no commands */
	{"", "none"},
	{"Ya le ayudo.", "none | Ya le ayudo."},
	{"  \n\nYa le ayudo.\n\n", "none | Ya le ayudo."},
	{"Marque la tecla # y espere", "none | Marque la tecla # y espere"},
	{"# ", "none | #"},
	{"##", "none | ##"},
	/* one command */
	{"#tomar", "ok take"},
	{"\n\n  #tomar  \r\n", "ok take"},
	{"#TOMAR", "ok take"},
	{"# tomar", "ok take"},
	{"#tomar.", "ok take"},
	{"#tomar:", "ok take"},
	{"#tomar!", "ok take"},
	{"“#tomar”", "ok take"},
	{"«#tomar»", "ok take"},
	{"*#tomar*", "ok take"},
	{"#\xC2\xA0tomar", "ok take"},
	{"\xE2\x80\x8B#tomar", "ok take"},
	{"\xEF\xBC\x83tomar", "ok take"},
	{"#take", "ok take"},
	{"#solucionado Cambié el cable.", "ok resolved | Cambié el cable."},
	{"#Resuelto: Cambié el cable.", "ok resolved | Cambié el cable."},
	{"#resuelto\n\nCambié el cable.\n\nQuedó probado.",
	 "ok resolved | Cambié el cable.\n\nQuedó probado."},
	{"#resuelto Uno.\nDos.", "ok resolved | Uno.\nDos."},
	{"#nota ¿Quién tiene la llave?", "ok note | ¿Quién tiene la llave?"},
	{"#nota: “entre comillas”", "ok note | “entre comillas”"},
	{"#asignar ana", "ok assign(ana)"},
	{"#asignar: Ana Ruiz.", "ok assign(Ana Ruiz)"},
	{"#asignar «Ana»", "ok assign(Ana)"},
	{"#asignar ana@entidad.example", "ok assign(ana@entidad.example)"},
	{"#cerrar duplicado", "ok close(duplicado)"},
	{"#cerrar No-Soporte.", "ok close(No-Soporte)"},
	{"#cerrar sin evaluación", "ok close(sin evaluación)"},
	{"#ver", "ok status"},
	{"#ver 123", "ok status(123)"},
	{"#status ST-2026-000123", "ok status(ST-2026-000123)"},
	{"#ayuda", "ok help"},
	{"#silencio", "ok silent"},
	{"#asignar\tana", "ok assign(ana)"},
	{"#asignar\xC2\xA0"
	 "ana",
	 "ok assign(ana)"},
	/* several */
	{"#tomar\n#asignar ana\n\nHola", "ok take assign(ana) | Hola"},
	{"#nota Uno\n#tomar\nDos", "ok note take | Uno\nDos"},
	{"#tomar\n#silencio", "ok take silent"},
	/* not understood */
	{"#tomat", "bad #tomat / #tomar"},
	{"#resuelt0\nListo", "bad #resuelt0 / #resuelto TEXTO"},
	{"#xyz", "bad #xyz / "},
	{"#ab", "bad #ab / "},
	{"#abracadabra", "bad #abracadabra / "},
	{"#proveedor sisnova", "bad #proveedor sisnova / "},
	{"#tomar ya", "bad #tomar ya / #tomar"},
	{"#asignar", "bad #asignar / #asignar QUIEN"},
	{"#cerrar", "bad #cerrar / #cerrar MOTIVO"},
	{"#cerrar porque sí", "bad #cerrar porque sí / #cerrar MOTIVO"},
	{"#ver todo", "bad #ver todo / #ver [NUMERO]"},
	{"#ver 12 34", "bad #ver 12 34 / #ver [NUMERO]"},
	{"#ver 12\t34", "bad #ver 12\t34 / #ver [NUMERO]"},
	{"#tomar#silencio", "bad #tomar#silencio / #tomar"},
	{"#ver 12 a", "bad #ver 12 a / #ver [NUMERO]"},
	{"#status resolved", "bad #status resolved / #resuelto TEXTO"},
	{"#estado", "bad #estado / #ver"},
	{"#estado solucionado", "bad #estado solucionado / #resuelto TEXTO"},
	{"#estado «cerrado».", "bad #estado «cerrado». / #cerrar MOTIVO"},
	{"#estado en atención", "bad #estado en atención / #tomar"},
	{"#estado en espera", "bad #estado en espera / "},
	{"#estado perdido", "bad #estado perdido / "},
	{"#tomar\n#tomar", "bad #tomar / #tomar"},
	{"#tomar\n#xyz\nHola", "bad #xyz / "},
	/* below other text */
	{"Hola\n#resuelto", "below #resuelto"},
	{"#tomar\nHola\n  #Resuelto: ya", "below #Resuelto: ya"},
	{"Hola\n#xyz", "none | Hola\n#xyz"},
	{"Pasos:\n#1 apague\n#2 prenda", "none | Pasos:\n#1 apague\n#2 prenda"},
};

static void test_rows(void **state)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct commands c = commands_read(a, rows[i].text);
		const char *got = shown(a, &c);

		if (strcmp(got, rows[i].wanted) != 0)
			fail_msg("«%s»\n  wanted %s\n  got    %s", rows[i].text, rows[i].wanted,
				 got);
	}
	arena_free(&a);
}

/* Whatever is not done keeps all of its text. */
static void test_nothing_is_lost(void **state)
{
	struct arena *a = arena_new();
	struct commands c = commands_read(a, "#tomar\n#xyz\nHola");

	assert_string_equal(c.message, "#tomar\n#xyz\nHola");
	assert_true(strstr(c.why, "#tomar, #asignar, #nota") != NULL);
	c = commands_read(a, "Hola\n#tomar");
	assert_string_equal(c.message, "Hola\n#tomar");
	assert_true(strlen(c.why) > 0);
	c = commands_read(a, "#tomar\n#silencio");
	assert_true(c.silent);
	assert_string_equal(c.list[0].line, "#tomar");
	arena_free(&a);
}

static void test_limits(void **state)
{
	struct arena *a = arena_new();
	char *words = arena_alloc(a, 2000);
	struct commands c;

	memset(words, 'x', 1000);
	/* a paragraph is one line in many programs */
	c = commands_read(a, arena_printf(a, "#resuelto %s", words));
	assert_int_equal(c.state, COMMANDS_OK);
	assert_int_equal(strlen(c.message), 1000);
	assert_true(strlen(c.list[0].line) <= COMMAND_LINE_MAX);
	c = commands_read(a, arena_printf(a, "#asignar %s", words));
	assert_int_equal(c.state, COMMANDS_BAD);
	assert_string_equal(c.why, "la línea es demasiado larga.");
	arena_free(&a);
}

static void test_reasons(void **state)
{
	struct arena *a = arena_new();
	static const struct {
		const char *text;
		enum closed_as as;
	} reasons[] = {
		{"duplicado", CLOSED_DUPLICATE},	{"No Soporte", CLOSED_NOT_SUPPORT},
		{"not-support", CLOSED_NOT_SUPPORT},	{"trasladado", CLOSED_TRANSFERRED},
		{"Sin Evaluación", CLOSED_UNEVALUATED}, {"aceptado", CLOSED_ACCEPTED},
		{"informe", CLOSED_REPORTED},		{"evaluado", CLOSED_EVALUATED},
	};
	int as;

	for (size_t i = 0; i < COUNT(reasons); i++) {
		assert_true(close_reason(a, reasons[i].text, &as));
		assert_int_equal(as, reasons[i].as);
	}
	assert_false(close_reason(a, "", &as));
	assert_false(close_reason(a, "duplicados", &as));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
