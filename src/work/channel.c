#include "work/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int work_channel(void)
{
	int type = 0;
	socklen_t len = sizeof type;

	if (getsockopt(WORKER_CHANNEL, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    type != SOCK_SEQPACKET)
		return -1;
	fcntl(WORKER_CHANNEL, F_SETFD, FD_CLOEXEC);
	return WORKER_CHANNEL;
}

void work_die_with_parent(void)
{
	struct pollfd channel = {.fd = WORKER_CHANNEL};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A desk that died before the line above sends no signal, but its end of the channel is
	 * closed. (getppid() would not tell: the desk itself may be process 1 of a container.) */
	if (poll(&channel, 1, 0) == 1 && (channel.revents & (POLLHUP | POLLERR)))
		_exit(0);
}
