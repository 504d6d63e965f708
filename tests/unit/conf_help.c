#include "conf_help.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char conf_dir_mesad[] = "mailboxes:\n"
			      "  - address: mesa@entidad.example\n"
			      "    imap: {host: imap.entidad.example, password_file: imap.pass}\n"
			      "smtp: {host: smtp.entidad.example}\n"
			      "trust: {authserv_id: mx.entidad.example}\n";

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

struct conf_dir conf_dir_new(void)
{
	struct conf_dir d = {"/tmp/mesad-conf-XXXXXX"};

	need(mkdtemp(d.path) != NULL, "mkdtemp");
	return d;
}

void conf_dir_put_bytes(const struct conf_dir *d, const char *file, const char *p, size_t n)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", d->path, file);
	f = fopen(path, "w");
	need(f && fwrite(p, 1, n, f) == n && fclose(f) == 0, path);
}

void conf_dir_put(const struct conf_dir *d, const char *file, const char *text)
{
	conf_dir_put_bytes(d, file, text, strlen(text));
}

void conf_dir_free(struct conf_dir *d)
{
	DIR *dir = opendir(d->path);

	need(dir != NULL, d->path);
	for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
		char path[512];

		snprintf(path, sizeof path, "%s/%s", d->path, e->d_name);
		if (e->d_name[0] != '.')
			need(remove(path) == 0, path);
	}
	closedir(dir);
	need(rmdir(d->path) == 0, d->path);
}

struct conf *conf_dir_load(const struct conf_dir *d, char **told)
{
	struct sbuf out = SBUF_INIT(1 << 20);
	struct diags diags;
	struct conf *c;

	diags_init(&diags);
	c = conf_load(d->path, CONF_DIR_NOW, &diags);
	diags_print(&out, &diags, false);
	diags_free(&diags);
	*told = strdup(out.p ? out.p : "");
	need(*told != NULL, "strdup");
	sbuf_free(&out);
	return c;
}
