/* target: the new file that something is brought out into. It is opened before root becomes the
 * owner of the state, who may have no right to write there. */
#include "programs/mesactl/ctl.h"

#include "work/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int target_open(struct target *t, const char *path)
{
	bool out = str_eq(path, "-");

	*t = (struct target){.path = out ? NULL : path};
	t->fd = out ? dup(STDOUT_FILENO)
		    : open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return ctl_fail(CTL_CANTCREAT, "%s: %s", path, strerror(errno));
	return CTL_OK;
}

int target_write(const struct target *t, struct slice bytes)
{
	struct err e;

	if (fd_write_all(t->fd, bytes, &e))
		return CTL_OK;
	return ctl_fail(CTL_CANTCREAT, "%s: no se pudo escribir", t->path ? t->path : "-");
}

int target_close(struct target *t, int rc)
{
	if (close(t->fd) != 0 && rc == CTL_OK)
		rc = ctl_fail(CTL_CANTCREAT, "%s: no se pudo escribir", t->path ? t->path : "-");
	if (rc != CTL_OK && t->path && unlink(t->path) != 0)
		fprintf(stderr, "mesactl: bórrelo: %s no quedó completo\n", t->path);
	return rc;
}
