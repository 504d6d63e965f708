#include "programs/mesactl/ctl.h"

#include "io/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int ctl_fail(int code, const char *fmt, ...)
{
	va_list ap;

	fputs("mesactl: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

int ctl_conf(struct ctl *c)
{
	struct sbuf text = SBUF_INIT(1024 * 1024);
	struct diags d;

	if (c->conf)
		return CTL_OK;
	if (c->dir == NULL)
		c->dir = conf_default_dir(c->a);
	diags_init(&d);
	c->conf_owner = conf_load(c->dir, sys_now(), &d);
	if (c->conf_owner == NULL) {
		diags_print(&text, &d, false);
		fputs(text.p ? text.p : "", stderr);
		ctl_fail(CTL_CONFIG, "la configuración de %s tiene errores", c->dir);
	} else {
		c->conf = conf_get(c->conf_owner);
	}
	sbuf_free(&text);
	diags_free(&d);
	return c->conf ? CTL_OK : CTL_CONFIG;
}

/* What cannot be looked at is not taken for absent. */
static bool never_ran(const struct ctl *c)
{
	return access(arena_printf(c->a, "%s/" STORE_FILE, c->conf->state_dir), F_OK) != 0 &&
	       errno == ENOENT;
}

static int open_store(struct ctl *c, const char *dir, enum store_mode mode)
{
	enum trouble t = TROUBLE_NONE;
	struct err e;

	c->store = store_open(dir, mode, &t, &e);
	if (c->store)
		return CTL_OK;
	return ctl_fail(t == TROUBLE_BUSY ? CTL_TRYAGAIN : CTL_UNAVAILABLE, "%s", e.text);
}

int ctl_store(struct ctl *c)
{
	struct err e;
	int rc = ctl_conf(c);

	if (rc)
		return rc;
	if (never_ran(c))
		return ctl_fail(
			CTL_NOINPUT,
			"aún no hay datos en %s: inicie mesad una vez (systemctl start mesad)",
			c->conf->state_dir);
	if (!sys_become_owner(c->conf->state_dir, &e))
		return ctl_fail(CTL_NOPERM, "%s", e.text);
	return open_store(c, c->conf->state_dir, STORE_READ);
}

int ctl_store_or_empty(struct ctl *c)
{
	const char *tmp = getenv("TMPDIR");
	int rc = ctl_conf(c);

	if (rc || !never_ran(c))
		return rc ? rc : ctl_store(c);
	c->scratch = arena_printf(c->a, "%s/mesactl-XXXXXX", str_empty(tmp) ? "/tmp" : tmp);
	if (mkdtemp(c->scratch) == NULL) {
		rc = ctl_fail(CTL_CANTCREAT, "%s: %s", c->scratch, strerror(errno));
		c->scratch = NULL;
		return rc;
	}
	fprintf(stderr, "mesactl: aún no hay datos en %s: se responde como si no hubiera casos\n",
		c->conf->state_dir);
	return open_store(c, c->scratch, STORE_WRITE);
}

static void remove_scratch(struct ctl *c)
{
	static const char *const files[] = {STORE_FILE, STORE_FILE "-wal", STORE_FILE "-shm",
					    STORE_HEIGHT};

	for (size_t i = 0; i < COUNT(files); i++)
		unlink(arena_printf(c->a, "%s/%s", c->scratch, files[i]));
	rmdir(c->scratch);
}

void ctl_close(struct ctl *c)
{
	store_close(&c->store);
	if (c->scratch)
		remove_scratch(c);
	conf_free(&c->conf_owner);
	arena_free(&c->a);
}

static int too_big(const char *path, size_t max)
{
	return ctl_fail(CTL_DATA, "%s: pasa de %zu bytes", path, max);
}

/* NONBLOCK: a pipe in the place of a file must not hold us, and a device has no end. */
static int open_plain(const char *path, size_t max, int *fd)
{
	struct stat st;
	int rc;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0)
		return ctl_fail(CTL_NOINPUT, "%s: %s", path, strerror(errno));
	if (fstat(*fd, &st) != 0)
		rc = ctl_fail(CTL_NOINPUT, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		rc = ctl_fail(CTL_NOINPUT,
			      "%s: no es un archivo; lo que da otro programa se lee con «-»", path);
	else if (st.st_size > (off_t)max)
		rc = too_big(path, max);
	else
		return CTL_OK;
	close(*fd);
	return rc;
}

int ctl_file(struct ctl *c, const char *path, size_t max, struct slice *out)
{
	struct sbuf b = SBUF_INIT(max);
	int fd = STDIN_FILENO, rc = CTL_OK;
	char buf[65536];
	ssize_t n = 0;

	if (!str_eq(path, "-"))
		rc = open_plain(path, max, &fd);
	if (rc)
		return rc;
	while (!b.over && (n = read(fd, buf, sizeof(buf))) > 0)
		sbuf_put(&b, buf, (size_t)n);
	if (n < 0)
		rc = ctl_fail(CTL_NOINPUT, "%s: %s", path, strerror(errno));
	else if (b.over)
		rc = too_big(path, max);
	else
		*out = (struct slice){arena_copy(c->a, b.p ? b.p : "", b.n), b.n};
	if (fd > STDIN_FILENO)
		close(fd);
	sbuf_free(&b);
	return rc;
}

void ctl_line(const struct sbuf *b)
{
	fwrite(b->p ? b->p : "", 1, b->n, stdout);
	fputc('\n', stdout);
}

/* --- options --- */

static void take_out(struct ctl *c, int at, int n)
{
	for (int i = at; i + n < c->argc; i++)
		c->argv[i] = c->argv[i + n];
	c->argc -= n;
}

void ctl_literal(struct ctl *c)
{
	for (int i = 0; i < c->argc; i++)
		if (str_eq(c->argv[i], "--")) {
			take_out(c, i, 1);
			c->literal = c->argc - i;
			return;
		}
}

const char *ctl_option(struct ctl *c, const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i < c->argc - c->literal; i++) {
		const char *arg = c->argv[i];

		if (str_eq(arg, name) && i + 1 < c->argc - c->literal) {
			const char *value = c->argv[i + 1];

			take_out(c, i, 2);
			return value;
		}
		if (n > 2 && strncmp(arg, name, n) == 0 && arg[n] == '=') {
			take_out(c, i, 1);
			return arg + n + 1;
		}
	}
	return NULL;
}

bool ctl_flag(struct ctl *c, const char *name)
{
	for (int i = 0; i < c->argc - c->literal; i++)
		if (str_eq(c->argv[i], name)) {
			take_out(c, i, 1);
			return true;
		}
	return false;
}
