#include "io/sys.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 64 };

/* --- systemd --- */

static void notify_raw(const char *path, const char *text)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd;

	if (n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

void sys_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sbuf text = SBUF_INIT(4096);
	struct timespec t;

	if (str_empty(path))
		return;
	sbuf_cstr(&text, state);
	if (strstr(state, "RELOADING=1")) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		sbuf_printf(&text, "\nMONOTONIC_USEC=%lld",
			    (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000);
	}
	notify_raw(path, text.p);
	sbuf_free(&text);
}

int64_t sys_watchdog_ms(void)
{
	uint64_t usec, pid;

	if (!slice_u64(slice_of(getenv("WATCHDOG_USEC")), &usec))
		return 0;
	if (slice_u64(slice_of(getenv("WATCHDOG_PID")), &pid) && pid != (uint64_t)getpid())
		return 0;
	return (int64_t)(usec / 2000);
}

/* --- unix sockets --- */

/* A socket's address has room for 107 bytes; a longer path is reached through its folder's
 * descriptor. Returns that descriptor, -1 when none is needed, -2 on error. */
static int address_of(const char *path, struct sockaddr_un *to, struct err *e)
{
	const char *name = strrchr(path, '/');
	char *folder;
	int dir, n;

	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) < sizeof to->sun_path) {
		memcpy(to->sun_path, path, strlen(path));
		return -1;
	}
	folder = mem_str(path);
	if (name)
		folder[name - path] = '\0';
	dir = name ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	free(folder);
	if (dir < 0) {
		err_sys(e, "socket %s", path);
		return -2;
	}
	n = snprintf(to->sun_path, sizeof to->sun_path, "/proc/self/fd/%d/%s", dir, name + 1);
	if (n > 0 && (size_t)n < sizeof to->sun_path)
		return dir;
	close(dir);
	err_set(e, "socket %s: the name is too long", path);
	return -2;
}

static int connect_at(const struct sockaddr_un *to)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), error;

	if (fd >= 0 && connect(fd, (const struct sockaddr *)to, sizeof *to) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static int listen_at(const struct sockaddr_un *to)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;
	mode_t before = umask(0177);
	bool ok = fd >= 0 && bind(fd, (const struct sockaddr *)to, sizeof *to) == 0 &&
		  listen(fd, BACKLOG) == 0;

	error = errno;
	umask(before);
	if (!ok && fd >= 0)
		close(fd);
	errno = error;
	return ok ? fd : -1;
}

int sys_listen_unix(const char *path, struct err *e)
{
	struct sockaddr_un to;
	int dir = address_of(path, &to, e), probe, fd = -1;

	if (dir == -2)
		return -1;
	probe = connect_at(&to);
	if (probe >= 0) {
		close(probe);
		err_set(e, "socket %s: somebody answers there already", path);
		goto out;
	}
	if (errno == ECONNREFUSED)
		unlink(path); /* left behind by one that was killed */
	fd = listen_at(&to);
	if (fd < 0)
		err_sys(e, "socket %s", path);
out:
	if (dir >= 0)
		close(dir);
	return fd;
}

int sys_connect_unix(const char *path, struct err *e)
{
	struct sockaddr_un to;
	int dir = address_of(path, &to, e), fd;

	if (dir == -2)
		return -1;
	fd = connect_at(&to);
	if (fd < 0)
		err_sys(e, "socket %s", path);
	if (dir >= 0)
		close(dir);
	return fd;
}

int sys_accept(int fd)
{
	int got;

	do
		got = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	while (got < 0 && (errno == EINTR || errno == ECONNABORTED));
	return got;
}

bool sys_peer(int fd, uid_t *uid)
{
	struct ucred who;
	socklen_t len = sizeof who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
		return false;
	*uid = who.uid;
	return true;
}

/* --- TCP --- */

bool sys_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcasecmp(host, "localhost") == 0;
}

int sys_listen_tcp(const char *host, int port, struct err *e)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	bool is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1, ok;
	int one = 1, fd;

	if (!is_v4 && inet_pton(AF_INET6, host, &v6.sin6_addr) != 1) {
		err_set(e, "listen on %s: an IP address is needed", host);
		return -1;
	}
	fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	ok = fd >= 0 &&
	     (is_v4 ? bind(fd, (struct sockaddr *)&v4, sizeof v4)
		    : bind(fd, (struct sockaddr *)&v6, sizeof v6)) == 0 &&
	     listen(fd, BACKLOG) == 0;
	if (ok)
		return fd;
	err_sys(e, "listen on %s port %d", host, port);
	if (fd >= 0)
		close(fd);
	return -1;
}
