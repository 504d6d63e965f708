#include "work/frame.h"

#include "base/version.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAGIC = 0x4D534446, VERSION = 1, HAS_FD = 1, FDS_ROOM = 8 };

/* Both ends are the same build on the same machine: the host's byte order will do. */
struct head {
	uint32_t magic;
	uint8_t version, flags;
	uint16_t type;
	uint32_t id, length;
};

_Static_assert(sizeof(struct head) == FRAME_HEAD, "head without holes");

static enum frame_rc send_failed(int error)
{
	switch (error) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case ETOOMANYREFS: /* descriptors in flight that the peer has not taken yet */
		return FRAME_AGAIN;
	case EMSGSIZE:
		return FRAME_BAD;
	default:
		return FRAME_EOF;
	}
}

enum frame_rc frame_send(int sock, uint16_t type, uint32_t id, struct slice body, int fd)
{
	struct head head = {.magic = MAGIC,
			    .version = VERSION,
			    .flags = fd >= 0 ? HAS_FD : 0,
			    .type = type,
			    .id = id,
			    .length = (uint32_t)body.n};
	struct iovec iov[] = {{&head, sizeof head}, {(void *)(uintptr_t)body.p, body.n}};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = body.n ? 2 : 1};
	ssize_t n;

	if (body.n > FRAME_BODY_MAX)
		return FRAME_BAD;
	if (fd >= 0) {
		struct cmsghdr *c;

		msg.msg_control = control;
		msg.msg_controllen = sizeof control;
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? send_failed(errno) : FRAME_OK;
}

/* Collect what descriptors came; how many, whatever the flags say. */
static size_t take_fds(struct msghdr *msg, int *fds)
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; at + sizeof(int) <= bytes && n < FDS_ROOM; at += sizeof(int))
			memcpy(&fds[n++], CMSG_DATA(c) + at, sizeof(int));
	}
	return n;
}

static bool head_right(const struct head *h, size_t n, size_t n_fds)
{
	return n >= sizeof *h && h->magic == MAGIC && h->version == VERSION &&
	       h->length == n - sizeof *h && n_fds <= 1 && h->flags == (n_fds ? HAS_FD : 0);
}

enum frame_rc frame_recv(int sock, void *buf, struct frame *out)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(FDS_ROOM * sizeof(int))];
	struct iovec iov = {buf, FRAME_MAX};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof control};
	struct head head = {0};
	int fds[FDS_ROOM];
	size_t n_fds;
	ssize_t n;

	*out = (struct frame){.body = SLICE(""), .fd = -1};
	/* A peer that ended with frames unread is told once as ECONNRESET; what it had said before
	 * that is still to be read. */
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n < 0)
		return errno == EAGAIN ? FRAME_AGAIN : FRAME_EOF;
	n_fds = take_fds(&msg, fds);
	if (n == 0 && n_fds == 0)
		return FRAME_EOF;
	memcpy(&head, buf, (size_t)n < sizeof head ? (size_t)n : sizeof head);
	if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || !head_right(&head, (size_t)n, n_fds)) {
		for (size_t i = 0; i < n_fds; i++)
			close(fds[i]);
		return FRAME_BAD;
	}
	out->type = head.type;
	out->id = head.id;
	out->body = (struct slice){(const char *)buf + sizeof head, head.length};
	out->fd = n_fds ? fds[0] : -1;
	return FRAME_OK;
}

bool frame_hello_send(int sock)
{
	return frame_send(sock, FRAME_HELLO, 0, slice_of(mesad_build), -1) == FRAME_OK;
}

bool frame_hello_check(const struct frame *f, struct err *e)
{
	if (f->type != FRAME_HELLO || f->fd >= 0)
		return err_set(e, "the first frame is no hello but of type %u", f->type);
	if (!slice_eq(f->body, slice_of(mesad_build)))
		return err_set(e, "the other side is of build '%.*s', this one is %s",
			       (int)(f->body.n < 32 ? f->body.n : 32), f->body.p, mesad_build);
	return true;
}
