#include "conf/conf.h"
#include "conf/file.h"

#include <stdlib.h>
#include <string.h>

static bool printable(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

bool conf_secret(struct arena *a, const struct mesad_conf *c, const char *file, const char **out,
		 struct err *e)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	enum file_result r;
	struct slice s;

	if (str_empty(file))
		return err_set(e, "no se dijo en qué archivo está la contraseña");
	r = file_read(a, c->dir, file, SECRET_MAX, &s, e);
	if (r == FILE_MISSING && !strchr(file, '/') && !str_empty(credentials))
		r = file_read(a, credentials, file, SECRET_MAX, &s, e);
	if (r == FILE_MISSING)
		return err_set(e,
			       "falta el archivo de la contraseña %s: créelo con permiso 0640 y "
			       "grupo mesad, o "
			       "entréguelo como credencial de systemd",
			       file_path(a, c->dir, file));
	if (r == FILE_TROUBLE)
		return err_prefix(e, "contraseña");
	s = slice_trim(s);
	if (!s.n)
		return err_set(
			e, "el archivo de la contraseña %s está vacío: escriba la contraseña en él",
			file_path(a, c->dir, file));
	if (!printable(s))
		return err_set(e, "la contraseña de %s debe ir en una sola línea",
			       file_path(a, c->dir, file));
	*out = slice_dup(a, s);
	return true;
}
