#include "io/sys.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* --- clocks and random bytes --- */

int64_t sys_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

int64_t sys_mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool sys_random(void *p, size_t n)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

uint32_t sys_seed(void)
{
	uint32_t v = 0;

	if (!sys_random(&v, sizeof v))
		v = (uint32_t)sys_mono_ms() ^ (uint32_t)getpid();
	return v;
}

/* --- folders and files --- */

const char *sys_credentials_dir(void)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	return str_empty(dir) ? NULL : dir;
}

char *sys_state_dir_env(struct arena *a)
{
	struct slice all = slice_of(getenv("STATE_DIRECTORY")), first;

	return slice_next(&all, ':', &first) && first.n > 0 ? slice_dup(a, first) : NULL;
}

int sys_lock(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool held;

	if (fd < 0) {
		err_sys(e, "open %s", path);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	held = errno == EWOULDBLOCK;
	err_sys(e, "lock %s", path);
	close(fd);
	return held ? -2 : -1;
}

/* Every folder of path but the last, as far as it is missing. */
static void make_parents(const char *path)
{
	char part[PATH_MAX];

	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		size_t n = (size_t)(at - path);

		if (n >= sizeof part)
			return;
		memcpy(part, path, n);
		part[n] = '\0';
		mkdir(part, 0755); /* whatever fails here shows when the last one is made */
	}
}

/* Locks and memory-mapped indexes do not work there. */
static bool is_network(const char *path)
{
	static const uint32_t types[] = {0x6969, 0xFF534D42, 0xFE534D42,
					 0x517B, 0x5346414F, 0x73757245};
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return false;
	for (size_t i = 0; i < COUNT(types); i++)
		if ((uint32_t)fs.f_type == types[i])
			return true;
	return false;
}

bool sys_state_dir(const char *path, struct err *e)
{
	struct stat st;

	make_parents(path);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_sys(e, "create %s", path);
	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, "%s is no folder", path);
	if (geteuid() != 0 && st.st_uid != geteuid())
		return err_set(e, "%s belongs to another user (%u)", path, (unsigned)st.st_uid);
	if (st.st_mode & S_ISVTX)
		return err_set(e, "%s is a shared folder: give state_dir one of its own", path);
	if ((st.st_mode & 0022) && chmod(path, st.st_mode & 0700) < 0)
		return err_sys(e, "close %s to others", path);
	if (is_network(path))
		return err_set(e, "%s is on a network file system: the database needs a local disk",
			       path);
	return true;
}

int64_t sys_disk_free(const char *path)
{
	struct statvfs fs;

	if (statvfs(path, &fs) < 0)
		return -1;
	return (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
}

bool sys_become_owner(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (geteuid() == st.st_uid)
		return true;
	if (geteuid() != 0)
		return err_set(e, "%s belongs to another user (%u): run this as that user or root",
			       path, (unsigned)st.st_uid);
	if (setgroups(1, &st.st_gid) < 0 || setresgid(st.st_gid, st.st_gid, st.st_gid) < 0 ||
	    setresuid(st.st_uid, st.st_uid, st.st_uid) < 0)
		return err_sys(e, "become user %u", (unsigned)st.st_uid);
	return true;
}

static bool write_synced(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0;

	while (ok && n > 0) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		ok = put > 0;
		p += ok ? put : 0;
		n -= ok ? (size_t)put : 0;
	}
	ok = ok && fsync(fd) == 0;
	if (fd >= 0 && close(fd) < 0)
		ok = false;
	return ok;
}

static bool sync_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	int fd;
	bool ok;

	if (n >= sizeof dir)
		return false;
	memcpy(dir, slash == path ? "/" : slash ? path : ".", n ? n : 1);
	dir[n ? n : 1] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

bool sys_replace_file(const char *path, const void *p, size_t n, struct err *e)
{
	char temp[PATH_MAX];
	int len = snprintf(temp, sizeof temp, "%s.new", path);

	if (len < 0 || (size_t)len >= sizeof temp)
		return err_set(e, "%s: the path is too long", path);
	if (!write_synced(temp, p, n) || rename(temp, path) < 0) {
		err_sys(e, "write %s", path);
		unlink(temp);
		return false;
	}
	return sync_parent(path) || err_sys(e, "write %s", path);
}
