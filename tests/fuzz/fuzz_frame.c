/* Any packet that a peer may send: a frame or a refusal, never a descriptor kept. */
#include "work/frame.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buf[FRAME_MAX];
	struct frame f;
	struct err e;
	int pair[2];

	if (size == 0 || size > FRAME_MAX ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return 0;
	if (send(pair[0], data, size, MSG_NOSIGNAL) == (ssize_t)size) {
		enum frame_rc rc = frame_recv(pair[1], buf, &f);

		if (rc != FRAME_OK && rc != FRAME_BAD)
			abort();
		if (f.fd >= 0 || (rc == FRAME_OK && f.body.n + FRAME_HEAD != size))
			abort();
		if (rc == FRAME_OK)
			frame_hello_check(&f, &e);
	}
	close(pair[0]);
	close(pair[1]);
	return 0;
}
