/* care: verify, backup and the demonstration. */
#include "programs/mesactl/ctl.h"

#include "base/version.h"
#include "store/verify.h"
#include "work/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void progress(void *ctx, const char *step)
{
	(void)ctx;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s…", step);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static void print_finding(struct ctl *c, const char *what)
{
	struct sbuf b = SBUF_INIT(64 * 1024);
	struct json j = json_to(&b);

	if (!c->json) {
		printf("✗ %s\n", what);
		return;
	}
	json_open(&j, NULL, '{');
	json_str(&j, "finding", what);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

int run_verify(struct ctl *c)
{
	struct finding *list;
	struct err e;
	size_t n;
	int rc;

	if (c->argc)
		return ctl_usage("verify");
	rc = ctl_store(c);
	if (rc)
		return rc;
	if (!store_verify(c->store, c->a, &list, &n, progress, NULL, &e)) {
		clear_progress();
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	}
	clear_progress();
	for (size_t i = 0; i < n; i++)
		print_finding(c, list[i].what);
	if (n)
		return CTL_DATA;
	if (c->json)
		printf("{\"clean\":true,\"head\":\"%s\"}\n", store_chain_head(c->store, c->a));
	else
		printf("✓ todo en orden; cabeza de la cadena %s\n",
		       store_chain_head(c->store, c->a));
	return CTL_OK;
}

/* The copy has a journal beside it while it is written: the folder itself must be writable. */
static int check_folder(struct ctl *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? arena_strn(c->a, path, (size_t)(slash - path) + 1) : ".";

	if (access(folder, W_OK) == 0 || errno != EACCES)
		return CTL_OK;
	return ctl_fail(CTL_CANTCREAT,
			"%s: copia el dueño de los datos (usuario %u), que no puede escribir en "
			"esa carpeta. Remedio: use una suya, hecha una vez con «install -d -o %u "
			"-m 700 /var/backups/mesad»",
			path, (unsigned)geteuid(), (unsigned)geteuid());
}

int run_backup(struct ctl *c)
{
	struct err e;
	int rc;

	if (c->argc != 1)
		return ctl_usage("backup");
	rc = ctl_store(c);
	if (rc)
		return rc;
	if (access(c->argv[0], F_OK) == 0)
		return ctl_fail(CTL_CANTCREAT, "%s ya existe", c->argv[0]);
	rc = check_folder(c, c->argv[0]);
	if (rc)
		return rc;
	if (!store_backup(c->store, c->argv[0], &e))
		return ctl_fail(CTL_CANTCREAT, "%s", e.text);
	if (!c->json)
		printf("✓ respaldo comprobado en %s\n", c->argv[0]);
	return CTL_OK;
}

/* The demonstration is a script that plays the people, on the programs of this installation. */
int run_demo(struct ctl *c)
{
	char *mesad = worker_path(c->a, "mesad");
	struct slice folder = slice_sub(slice_of(mesad), 0, (size_t)(strrchr(mesad, '/') - mesad));
	char *path =
		arena_printf(c->a, "%.*s/../share/mesad/demo/demo.py", (int)folder.n, folder.p);

	if (c->argc)
		return ctl_usage("demo");
	if (access(path, R_OK) != 0)
		path = arena_printf(c->a, "%s/demo/demo.py", mesad_share);
	if (access(path, R_OK) != 0)
		return ctl_fail(
			CTL_UNAVAILABLE,
			"la demostración no está instalada aquí; en el código fuente: make demo");
	setenv("MESAD_PROGRAM", mesad, 1);
	setenv("MESACTL_PROGRAM", worker_path(c->a, "mesactl"), 1);
	execlp("python3", "python3", path, (char *)NULL);
	return ctl_fail(CTL_UNAVAILABLE, "falta python3: apt-get install python3");
}
