/* check: is the configuration right, and with --connect, do the servers let us in? */
#include "programs/mesactl/ctl.h"

#include "io/sys.h"

#include <stdio.h>

enum { DIAGS_TEXT = 1024 * 1024 };

static void print_diag_json(const struct diag *d)
{
	struct sbuf b = SBUF_INIT(DIAGS_TEXT);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_str(&j, "file", d->file);
	json_int(&j, "line", d->line);
	json_int(&j, "column", d->column);
	json_str(&j, "severity", d->severity == DIAG_ERROR ? "error" : "warning");
	json_str(&j, "message", d->message);
	json_str(&j, "remedy", d->remedy);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

static void print_diags(struct ctl *c, const struct diags *d)
{
	struct sbuf b = SBUF_INIT(DIAGS_TEXT);

	if (c->json) {
		for (size_t i = 0; i < d->n; i++)
			print_diag_json(&d->list[i]);
		return;
	}
	diags_print(&b, d, c->colour);
	fwrite(b.p ? b.p : "", 1, b.n, stdout);
	sbuf_free(&b);
}

int run_check(struct ctl *c)
{
	bool connect = ctl_flag(c, "--connect");
	struct diags d;
	bool good;

	if (c->argc)
		return ctl_usage("check");
	if (c->dir == NULL)
		c->dir = conf_default_dir(c->a);
	diags_init(&d);
	c->conf_owner = conf_load(c->dir, sys_now(), &d);
	good = c->conf_owner != NULL;
	if (good)
		c->conf = conf_get(c->conf_owner);
	print_diags(c, &d);
	diags_free(&d);
	if (!good)
		return CTL_CONFIG;
	if (!c->json)
		printf("✓ la configuración de %s está bien\n", c->dir);
	return connect ? check_connect(c) : CTL_OK;
}
