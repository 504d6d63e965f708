#include "io/connect.h"

#include "io/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* One dead address among several must not eat the whole time. */
enum { ADDRESS_MS = 10000, ADDRESSES_MAX = 16 };

int connect_wait(int fd, short events, const struct stream_wake *w, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd p[2] = {{fd, events, 0}, {w->fd, POLLIN, 0}};
		int64_t left = deadline_ms - sys_mono_ms();
		int n;

		if (left < 0)
			left = 0;
		n = poll(p, w->fd >= 0 ? 2 : 1, left > INT_MAX ? INT_MAX : (int)left);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0 && p[1].revents && w->stop && w->stop(w->ctx))
			return -1;
		if (n > 0 && p[0].revents)
			return 1;
		if (n == 0)
			return 0;
	}
}

static enum fault fault_of(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return FAULT_REFUSED;
	case ETIMEDOUT:
		return FAULT_TIMEOUT;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EACCES:
	case EPERM:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return FAULT_UNREACHABLE;
	default:
		return FAULT_LOST;
	}
}

static void set_options(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
}

/* 0, or an errno: the connection is made, or why not. ECANCELED: stopped. */
static int connect_one(int fd, const struct addrinfo *ai, const struct stream_wake *w,
		       int64_t deadline_ms)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (connect(fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	switch (connect_wait(fd, POLLOUT, w, deadline_ms)) {
	case 0:
		return ETIMEDOUT;
	case -1:
		return ECANCELED;
	default:
		break;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	return error;
}

static int try_addresses(const struct stream_conf *c, const struct addrinfo *list,
			 int64_t deadline_ms, enum fault *fault, struct err *e)
{
	int error = EHOSTUNREACH, tries = 0;

	for (const struct addrinfo *ai = list; ai && tries < ADDRESSES_MAX; ai = ai->ai_next) {
		int64_t until = ai->ai_next ? sys_mono_ms() + ADDRESS_MS : deadline_ms;
		int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		tries++;
		error = fd < 0 ? errno
			       : connect_one(fd, ai, &c->wake,
					     until < deadline_ms ? until : deadline_ms);
		if (error == 0) {
			set_options(fd);
			return fd;
		}
		if (fd >= 0)
			close(fd);
		if (error == ECANCELED)
			break;
	}
	errno = error;
	*fault = error == ECANCELED ? FAULT_STOPPED : fault_of(error);
	err_sys(e, "connect to %s port %d (%d addresses tried)", c->host, c->port, tries);
	return -1;
}

static bool is_numeric(const char *host)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *list = NULL;
	bool yes = getaddrinfo(host, NULL, &hints, &list) == 0;

	if (list)
		freeaddrinfo(list);
	return yes;
}

int connect_to(const struct stream_conf *c, int64_t deadline_ms, enum fault *fault, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	char port[16];
	int rc, fd;

	snprintf(port, sizeof port, "%d", c->port);
	/* AI_ADDRCONFIG hides loopback addresses on a machine without network. */
	hints.ai_flags = AI_NUMERICSERV;
	if (!is_numeric(c->host) && !sys_is_loopback(c->host))
		hints.ai_flags |= AI_ADDRCONFIG;
	rc = getaddrinfo(c->host, port, &hints, &list);
	if (rc != 0) {
		*fault = FAULT_NAME;
		err_set(e, "look up %s: %s", c->host,
			rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
		return -1;
	}
	fd = try_addresses(c, list, deadline_ms, fault, e);
	freeaddrinfo(list);
	return fd;
}
