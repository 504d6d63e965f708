#include "conf/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

char *file_path(struct arena *a, const char *dir, const char *name)
{
	return name[0] == '/' ? arena_str(a, name) : arena_printf(a, "%s/%s", dir, name);
}

static bool fill(int fd, char *buf, size_t max, size_t *n)
{
	ssize_t got = 1;

	while (*n < max && got > 0) {
		got = read(fd, buf + *n, max - *n);
		if (got > 0)
			*n += (size_t)got;
	}
	return got >= 0;
}

enum file_result file_read(struct arena *a, const char *dir, const char *name, size_t max,
			   struct slice *out, struct err *e)
{
	const char *path = file_path(a, dir, name);
	/* NONBLOCK: a pipe in the place of a file must not hold us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum file_result r = FILE_TROUBLE;
	struct stat st;
	char *buf;
	size_t n = 0;

	if (fd < 0) {
		r = errno == ENOENT ? FILE_MISSING : FILE_TROUBLE;
		err_sys(e, "no se pudo abrir %s", path);
		return r;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(e, "%s no es un archivo", path);
		goto out;
	}
	if (st.st_size > (off_t)max) {
		err_set(e, "%s es demasiado grande (máximo %zu bytes)", path, max);
		goto out;
	}
	buf = arena_alloc(a, (size_t)st.st_size + 1);
	if (!fill(fd, buf, (size_t)st.st_size, &n)) {
		err_sys(e, "no se pudo leer %s", path);
		goto out;
	}
	*out = (struct slice){buf, n};
	r = FILE_OK;
out:
	close(fd);
	return r;
}
