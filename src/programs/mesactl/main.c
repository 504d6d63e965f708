/* mesactl: what a person at the keyboard may ask of the desk. */
#include "programs/mesactl/ctl.h"

#include "base/log.h"
#include "base/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ctl_verb verbs[] = {
	{"check", "revisar", run_check, "[--connect]",
	 "revisa la configuración; con --connect, también los servidores",
	 "  mesactl check\n  mesactl check --connect     IMAP, SMTP, TLS, DNS y claves, una frase "
	 "cada uno\n"},
	{"parse", "leer", run_parse, "ARCHIVO…", "muestra lo que mesad lee en un correo",
	 "  mesactl parse correo.eml\n  mesactl parse --json *.eml    una línea JSON por "
	 "archivo\n"},
	{"explain", "explicar", run_explain, "ARCHIVO…",
	 "cuenta qué haría mesad con un correo, y por qué, sin hacerlo",
	 "  mesactl explain correo.eml\n"},
	{"ingest", "ingresar", run_ingest, "ARCHIVO…",
	 "registra correos guardados en archivos como si llegaran al buzón",
	 "  mesactl ingest correo.eml\n"},
	{"new", "nuevo", run_new,
	 "--from CORREO --subject ASUNTO [--name NOMBRE] [--channel CANAL] [--body TEXTO|-]",
	 "registra un caso a nombre de quien llamó o vino",
	 "  mesactl new --from luisa@entidad.example --subject 'No imprime' --channel telefono\n"
	 "  echo 'La impresora del piso 2' | mesactl new --from luisa@entidad.example \\\n"
	 "      --subject 'No imprime' --body -\n"},
	{"list", "lista", run_list, "[--state ESTADO]", "lista los casos",
	 "  mesactl list\n  mesactl lista --state abierto\n"},
	{"show", "ver", run_show, "NÚMERO", "muestra un caso entero",
	 "  mesactl show ST-2026-000123\n  mesactl ver 123\n"},
	{"history", "historia", run_history, "NÚMERO", "la vida de un caso, paso a paso",
	 "  mesactl history 123\n"},
	{"do", "hacer", run_do, "NÚMERO --as QUIEN 'ÓRDENES'",
	 "da órdenes sobre un caso en nombre de alguien del equipo",
	 "  mesactl do 123 --as ana '#tomar'\n"
	 "  mesactl do 123 --as ana '#resuelto Se cambió el cable de red.'\n"},
	{"attachment", "adjunto", run_attachment, "NÚMERO [ID -o ARCHIVO]",
	 "lista los adjuntos de un caso o guarda uno",
	 "  mesactl attachment 123\n  mesactl attachment 123 4 -o foto.jpg\n"},
	{"outbox", "salida", run_outbox, "[list [--all] | retry ID | release ID | drop ID]",
	 "el correo que espera salir",
	 "  mesactl outbox\n  mesactl outbox retry 17     otra vez, ahora\n"
	 "  mesactl outbox drop 17      no se enviará; queda escrito\n"},
	{"quarantine", "cuarentena", run_quarantine,
	 "[list | show ID | retry ID | export ID -o ARCHIVO]",
	 "los correos que no se pudieron leer",
	 "  mesactl quarantine\n  mesactl quarantine export 9 -o raro.eml\n"},
	{"clock", "reloj", run_clock, "accept",
	 "acepta la hora del servidor aunque haya sucesos más tarde", "  mesactl clock accept\n"},
	{"verify", "verificar", run_verify, "",
	 "comprueba la base de datos, la cadena del historial y cada caso", "  mesactl verify\n"},
	{"backup", "respaldo", run_backup, "ARCHIVO",
	 "copia la base de datos con el servicio en marcha",
	 "  install -d -o mesad -m 700 /var/backups/mesad     una vez: la copia la escribe mesad\n"
	 "  mesactl backup /var/backups/mesad/hoy.db\n"},
	{"board", "tablero", run_board, "", "la mesa de un vistazo", "  mesactl board\n"},
	{"demo", "demostracion", run_demo, "",
	 "tres casos completos en servidores privados, en un minuto", "  mesactl demo\n"},
	{"help", "ayuda", run_help, "[VERBO]", "esta ayuda, o la de un verbo",
	 "  mesactl help do\n"},
};

const struct ctl_verb *ctl_verbs(size_t *n)
{
	*n = COUNT(verbs);
	return verbs;
}

static const struct ctl_verb *find(const char *name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (str_eq(name, verbs[i].name) || str_eq(name, verbs[i].es))
			return &verbs[i];
	return NULL;
}

static void print_verb(const struct ctl_verb *v)
{
	printf("uso: mesactl [-c DIR] [--json] %s %s\n     (también: mesactl %s)\n\n%s.\n", v->name,
	       v->args, v->es, v->what);
	if (v->more[0])
		printf("\nEjemplos:\n%s", v->more);
}

static void print_all(void)
{
	printf("uso: mesactl [-c DIR] [--json] VERBO [ARGUMENTOS]\n\n");
	for (size_t i = 0; i < COUNT(verbs); i++)
		printf("  %-11s %-13s %s\n", verbs[i].name, verbs[i].es, verbs[i].what);
	printf("\n  -c DIR      directorio de configuración (por omisión "
	       "$CONFIGURATION_DIRECTORY,\n"
	       "              /etc/mesad, ./config)\n"
	       "  --json      salida para programas: un objeto por línea\n"
	       "  --version   la versión\n\n"
	       "«mesactl help VERBO» trae ejemplos; el manual es mesactl(1).\n");
}

int run_help(struct ctl *c)
{
	const struct ctl_verb *v = c->argc ? find(c->argv[0]) : NULL;

	if (c->argc && v == NULL)
		return ctl_fail(CTL_USAGE, "no hay un verbo «%s»; «mesactl help» los lista",
				c->argv[0]);
	if (v)
		print_verb(v);
	else
		print_all();
	return CTL_OK;
}

int ctl_usage(const char *verb)
{
	const struct ctl_verb *v = find(verb);

	fprintf(stderr, "uso: mesactl %s %s\nEjemplos: mesactl help %s\n", v->name, v->args,
		v->name);
	return CTL_USAGE;
}

/* The likely verb, for one that is not known. */
static int unknown(const char *name)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; i < COUNT(verbs); i++) {
		size_t d = text_distance(name, verbs[i].name, 2);
		size_t es = text_distance(name, verbs[i].es, 2);

		if (d < least) {
			least = d;
			best = verbs[i].name;
		}
		if (es < least) {
			least = es;
			best = verbs[i].es;
		}
	}
	if (best)
		return ctl_fail(CTL_USAGE, "no hay un verbo «%s»; ¿quiso decir «%s»?", name, best);
	return ctl_fail(CTL_USAGE, "no hay un verbo «%s»; «mesactl help» los lista", name);
}

static int run(struct ctl *c, const char *name)
{
	const struct ctl_verb *v = find(name);

	if (v == NULL)
		return unknown(name);
	if (ctl_flag(c, "--help")) {
		print_verb(v);
		return CTL_OK;
	}
	c->colour = !c->json && isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	return v->run(c);
}

int main(int argc, char **argv)
{
	struct ctl c = {.a = arena_new(), .argc = argc - 1, .argv = argv + 1};
	const char *dir;
	int rc;

	log_open("mesactl", LOG_LEVEL_ERROR);
	ctl_literal(&c);
	dir = ctl_option(&c, "-c");
	c.dir = dir ? dir : ctl_option(&c, "--config");
	c.json = ctl_flag(&c, "--json");
	if (c.argc && (str_eq(c.argv[0], "--version") || str_eq(c.argv[0], "-V"))) {
		printf("mesactl %s\n", mesad_version);
		rc = CTL_OK;
	} else if (c.argc == 0 || str_eq(c.argv[0], "--help") || str_eq(c.argv[0], "-h")) {
		rc = c.argc ? CTL_OK : CTL_USAGE;
		print_all();
	} else {
		const char *name = c.argv[0];

		c.argc--;
		c.argv++;
		rc = run(&c, name);
	}
	ctl_close(&c);
	/* an earlier flush that failed left nothing to flush */
	if ((fflush(stdout) != 0 || ferror(stdout)) && rc == CTL_OK)
		rc = ctl_fail(CTL_CANTCREAT, "no se pudo escribir la salida");
	return rc;
}
