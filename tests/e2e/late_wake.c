/* Loaded into the desk: it wakes just after the next whole second, as on a machine that is busy
 * elsewhere. What comes due at that second is then found by whatever woke it, not by its timer. */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <time.h>

enum { AFTER_NS = 1000000 };

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	int n = epoll_pwait(fd, events, max, timeout_ms, NULL);
	struct timespec t;

	if (n <= 0 || timeout_ms == 0)
		return n;
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec++;
	t.tv_nsec = AFTER_NS;
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
	return n;
}
