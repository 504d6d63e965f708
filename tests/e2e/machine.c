/* Loaded into the desk and its readers of mailboxes: a machine that misbehaves as the file
 * $MESAD_MACHINE says at the moment (lab.py, Machine). The other workers are left alone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct machine {
	int64_t mono_ms;    /* so much more on the clock that only runs (CLOCK_BOOTTIME) */
	int64_t wall_s;	    /* so much more on the wall clock, and no timer is told of it */
	int64_t late_wakes; /* the loop goes on just after the next whole second */
	int64_t sync_fails; /* the next so many syncs */
	int64_t sync_ms;    /* what the next sync takes, by that clock */
};

enum { AFTER_NS = 1000000 };

static volatile struct machine *machine;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("MESAD_MACHINE"), *who = program_invocation_short_name;
	bool here = strcmp(who, "mesad") == 0 || strcmp(who, "mesad-imap") == 0;
	int fd = path && here ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p;

	if (fd < 0)
		return;
	p = mmap(NULL, sizeof(*machine), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		machine = p;
}

static void real_time(clockid_t clock, struct timespec *t)
{
	syscall(SYS_clock_gettime, clock, t);
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, t);

	if (rc != 0 || !machine)
		return rc;
	if (clock == CLOCK_REALTIME)
		t->tv_sec += machine->wall_s;
	if (clock == CLOCK_BOOTTIME) {
		t->tv_sec += machine->mono_ms / 1000;
		t->tv_nsec += machine->mono_ms % 1000 * 1000000;
		t->tv_sec += t->tv_nsec / 1000000000;
		t->tv_nsec %= 1000000000;
	}
	return rc;
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout_ms)
{
	int n = epoll_pwait(fd, events, max, timeout_ms, NULL);
	struct timespec t;

	if (!machine || !machine->late_wakes || n <= 0 || timeout_ms == 0)
		return n;
	real_time(CLOCK_REALTIME, &t);
	t.tv_sec++;
	t.tv_nsec = AFTER_NS;
	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
	return n;
}

static int sync_of(long call, int fd)
{
	if (machine && machine->sync_fails > 0) {
		machine->sync_fails--;
		errno = EIO;
		return -1;
	}
	if (machine) {
		machine->mono_ms += machine->sync_ms;
		machine->sync_ms = 0;
	}
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return sync_of(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_of(SYS_fdatasync, fd);
}
