#include "work/fd.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALS = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, COPY_MAX = 64 * 1024 };

int fd_create(struct err *e)
{
	int fd = memfd_create("mesad", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		err_sys(e, "memfd_create");
	return fd;
}

bool fd_write_all(int fd, struct slice bytes, struct err *e)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, "write");
		bytes = slice_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

bool fd_finish(int fd, struct err *e)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) == 0 || err_sys(e, "seal a memfd");
}

int fd_seal(struct slice bytes, struct err *e)
{
	int fd = fd_create(e);

	if (fd < 0)
		return -1;
	if (!fd_write_all(fd, bytes, e) || !fd_finish(fd, e)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool copy(int fd, size_t size, struct slice *out, struct err *e)
{
	char *p = mem_alloc(size);
	size_t at = 0;

	while (at < size) {
		ssize_t n = pread(fd, p + at, size - at, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n < 0)
				err_sys(e, "pread");
			else
				err_set(e, "descriptor became shorter while it was read");
			free(p);
			return false;
		}
		at += (size_t)n;
	}
	*out = (struct slice){p, size};
	return true;
}

bool fd_map(int fd, int64_t max, bool must_be_sealed, struct slice *out, struct err *e)
{
	int seals = must_be_sealed ? fcntl(fd, F_GET_SEALS) : SEALS; /* -1: no memfd at all */
	struct stat st;
	void *p;

	*out = SLICE("");
	if (fstat(fd, &st) < 0)
		return err_sys(e, "fstat");
	if (!S_ISREG(st.st_mode))
		return err_set(e, "descriptor is no file");
	if (seals < 0 || (seals & SEALS) != SEALS)
		return err_set(e, "descriptor is not sealed");
	if (st.st_size > max)
		return err_set(e, "descriptor holds %lld bytes, more than %lld",
			       (long long)st.st_size, (long long)max);
	if (st.st_size == 0)
		return true;
	if (st.st_size <= COPY_MAX)
		return copy(fd, (size_t)st.st_size, out, e);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, "mmap");
	*out = (struct slice){p, (size_t)st.st_size};
	return true;
}

void fd_unmap(struct slice *mapped)
{
	void *p = (void *)(uintptr_t)mapped->p;

	if (mapped->n > COPY_MAX)
		munmap(p, mapped->n);
	else if (mapped->n > 0)
		free(p);
	*mapped = (struct slice){NULL, 0};
}
