/* frames, descriptors and workers. The program is its own worker: by the name that it is started
 * under it plays one of the parts in `parts`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/version.h"
#include "work/frame.h"
#include "work/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

static char buf[FRAME_MAX];

static int open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

struct pair {
	int a, b;
};

static struct pair pair_new(void)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	return (struct pair){ends[0], ends[1]};
}

static void pair_close(struct pair p)
{
	close(p.a);
	close(p.b);
}

/* --- descriptors --- */

static void sealed_bytes_cannot_change(void **state)
{
	struct err e;
	struct slice got;
	int fd = fd_seal(SLICE("hola"), &e);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_true(fd_map(fd, 4, true, &got, &e));
	assert_true(slice_eq(got, SLICE("hola")));
	fd_unmap(&got);
	assert_int_equal(got.n, 0);
	assert_false(fd_map(fd, 3, true, &got, &e));
	assert_non_null(strstr(e.text, "more than 3"));
	close(fd);
}

static void unsealed_and_odd_descriptors_are_refused(void **state)
{
	struct err e;
	struct slice got;
	int fd = fd_create(&e), ends[2];

	assert_true(fd_write_all(fd, SLICE("hola"), &e));
	assert_false(fd_map(fd, 100, true, &got, &e));
	assert_non_null(strstr(e.text, "not sealed"));
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK), 0);
	assert_false(fd_map(fd, 100, true, &got, &e)); /* half sealed */
	assert_true(fd_map(fd, 100, false, &got, &e));
	fd_unmap(&got);
	assert_true(fd_finish(fd, &e));
	assert_true(fd_map(fd, 100, true, &got, &e));
	fd_unmap(&got);
	close(fd);
	fd = fd_seal(SLICE(""), &e);
	assert_true(fd_map(fd, 0, true, &got, &e));
	assert_int_equal(got.n, 0);
	fd_unmap(&got);
	close(fd);
	fd = open("/proc/self/exe",
		  O_RDONLY | O_CLOEXEC); /* a file on a disk has no seals at all */
	assert_true(fd >= 0);
	assert_false(fd_map(fd, INT64_MAX, true, &got, &e));
	assert_non_null(strstr(e.text, "not sealed"));
	close(fd);
	assert_int_equal(pipe(ends), 0);
	assert_false(fd_map(ends[0], 100, false, &got, &e));
	assert_false(fd_map(-1, 100, false, &got, &e));
	close(ends[0]);
	assert_false(fd_write_all(ends[0], SLICE("x"), &e));
	close(ends[1]);
}

/* Small ones are copied, larger ones mapped: nobody can tell. */
static void any_size_is_read_whole(void **state)
{
	static const size_t sizes[] = {1, 4095, 4096, 65535, 65536, 65537, 300000};
	char *bytes = malloc(300000);

	for (size_t i = 0; i < 300000; i++)
		bytes[i] = (char)(i * 31 + i / 4096);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct slice want = {bytes, sizes[i]}, got;
		struct err e;
		int before = open_fds(), fd = fd_seal(want, &e);

		assert_true(fd_map(fd, (int64_t)sizes[i], true, &got, &e));
		close(fd);
		assert_true(slice_eq(got, want));
		fd_unmap(&got);
		assert_int_equal(got.n, 0);
		assert_int_equal(open_fds(), before);
	}
	free(bytes);
}

/* --- frames --- */

static void frames_arrive_whole(void **state)
{
	struct pair p = pair_new();
	struct frame f;
	struct slice got;
	struct err e;
	char *big = malloc(FRAME_BODY_MAX + 1);
	int fd = fd_seal(SLICE("correo"), &e), before;

	memset(big, 'x', FRAME_BODY_MAX + 1);
	assert_int_equal(frame_send(p.a, 10, 7, SLICE("a\0b"), -1), FRAME_OK);
	assert_int_equal(frame_send(p.a, 65535, UINT32_MAX, SLICE(""), fd), FRAME_OK);
	assert_int_equal(frame_send(p.a, 11, 8, (struct slice){big, FRAME_BODY_MAX}, -1), FRAME_OK);
	assert_int_equal(frame_send(p.a, 11, 8, (struct slice){big, FRAME_BODY_MAX + 1}, -1),
			 FRAME_BAD);
	before = open_fds();
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_int_equal(f.type, 10);
	assert_int_equal(f.id, 7);
	assert_int_equal(f.fd, -1);
	assert_true(slice_eq(f.body, SLICE("a\0b")));
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_int_equal(f.type, 65535);
	assert_int_equal(f.id, UINT32_MAX);
	assert_int_equal(f.body.n, 0);
	assert_int_equal(fcntl(f.fd, F_GETFD), FD_CLOEXEC);
	assert_true(fd_map(f.fd, 100, true, &got, &e));
	assert_true(slice_eq(got, SLICE("correo")));
	fd_unmap(&got);
	close(f.fd);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_int_equal(f.body.n, FRAME_BODY_MAX);
	assert_int_equal(open_fds(), before);
	fcntl(p.b, F_SETFL, O_NONBLOCK);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_AGAIN);
	close(p.a);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_EOF);
	assert_int_equal(frame_send(p.b, 1, 1, SLICE("x"), -1), FRAME_EOF); /* and no SIGPIPE */
	close(p.b);
	close(fd);
	free(big);
}

/* One good frame as it is on the wire, to be spoilt. */
static size_t wire(char *out)
{
	struct pair p = pair_new();
	ssize_t n;

	assert_int_equal(frame_send(p.a, 10, 7, SLICE("cuerpo"), -1), FRAME_OK);
	n = recv(p.b, out, 64, 0);
	assert_int_equal(n, FRAME_HEAD + 6);
	pair_close(p);
	return (size_t)n;
}

/* What a peer had said before it died with our frames unread is heard. */
static void last_words_are_heard(void **state)
{
	struct pair p = pair_new();
	struct frame f;

	assert_int_equal(frame_send(p.a, 10, 1, SLICE("primera"), -1), FRAME_OK);
	assert_int_equal(frame_send(p.a, 10, 2, SLICE("segunda"), -1), FRAME_OK);
	assert_int_equal(frame_send(p.b, 11, 3, SLICE("nadie la lee"), -1), FRAME_OK);
	close(p.a);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_int_equal(f.id, 1);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_int_equal(f.id, 2);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_EOF);
	close(p.b);
}

static void send_raw(int sock, struct slice bytes, const int *fds, size_t n_fds)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)bytes.p, bytes.n};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (n_fds > 0) {
		struct cmsghdr *c;

		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	assert_int_equal(sendmsg(sock, &msg, 0), bytes.n);
}

static void spoilt_frames_are_bad(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		char with;
	} rows[] = {
		{"magic", 0, 'X'},
		{"magic's end", 3, 'X'},
		{"version", 4, 9},
		{"flag without descriptor", 5, 1},
		{"unknown flag", 5, 2},
		{"length", 12, 5},
		{"length's high byte", 15, 1},
	};
	struct pair p = pair_new();
	struct frame f;
	char good[64], bad[64];
	size_t n = wire(good);

	for (size_t i = 0; i < COUNT(rows); i++) {
		memcpy(bad, good, n);
		bad[rows[i].at] = rows[i].with;
		send_raw(p.a, (struct slice){bad, n}, NULL, 0);
		if (frame_recv(p.b, buf, &f) != FRAME_BAD)
			fail_msg("%s was taken", rows[i].name);
	}
	for (size_t cut = 1; cut < n; cut++) {
		send_raw(p.a, (struct slice){good, cut}, NULL, 0);
		assert_int_equal(frame_recv(p.b, buf, &f), FRAME_BAD);
	}
	pair_close(p);
}

static void oversized_packets_are_bad(void **state)
{
	struct pair p = pair_new();
	struct frame f;
	char *big = calloc(1, FRAME_MAX + 100);

	assert_int_equal(wire(big), FRAME_HEAD + 6);
	send_raw(p.a, (struct slice){big, FRAME_MAX + 100}, NULL, 0);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_BAD);
	free(big);
	pair_close(p);
}

static void descriptors_too_many_are_closed(void **state)
{
	static const size_t counts[] = {2, 3, 8, 16};
	struct pair p = pair_new();
	struct frame f;
	char good[64];
	size_t n = wire(good);
	int fds[16], before = open_fds();

	good[5] = 1; /* it says that it brings one */
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = p.a;
	for (size_t i = 0; i < COUNT(counts); i++) {
		send_raw(p.a, (struct slice){good, n}, fds, counts[i]);
		assert_int_equal(frame_recv(p.b, buf, &f), FRAME_BAD);
		assert_int_equal(f.fd, -1);
		assert_int_equal(open_fds(), before);
	}
	good[5] = 0; /* one that it does not mention */
	send_raw(p.a, (struct slice){good, n}, fds, 1);
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_BAD);
	assert_int_equal(open_fds(), before);
	pair_close(p);
}

static void another_build_is_refused(void **state)
{
	struct pair p = pair_new();
	struct frame f;
	struct err e;

	assert_true(frame_hello_send(p.a));
	assert_int_equal(frame_recv(p.b, buf, &f), FRAME_OK);
	assert_true(frame_hello_check(&f, &e));
	f.body.n--;
	assert_false(frame_hello_check(&f, &e));
	f.body = SLICE("0000000000000000");
	assert_false(frame_hello_check(&f, &e));
	assert_non_null(strstr(e.text, "0000000000000000"));
	f.body = slice_of(mesad_build);
	f.type = 10;
	assert_false(frame_hello_check(&f, &e));
	pair_close(p);
}

/* --- workers --- */

static char self[4096];

/* Wait until the worker's socket has something, then take one frame. */
static enum frame_rc next_frame(struct worker *w, struct frame *f)
{
	struct pollfd p = {.fd = w->sock, .events = POLLIN};

	if (poll(&p, 1, PATIENCE_MS) != 1)
		fail_msg("%s says nothing", w->name);
	return frame_recv(w->sock, buf, f);
}

static struct worker started(const char *part)
{
	struct worker w;
	struct err e;

	worker_init(&w, part, self);
	assert_true(worker_may_start(&w, 1000));
	if (!worker_start(&w, 1000, &e))
		fail_msg("%s", e.text);
	assert_true(worker_running(&w));
	assert_false(worker_may_start(&w, 1 << 30));
	return w;
}

static void worker_talks_and_is_killed(void **state)
{
	struct worker w = started("part-echo");
	struct frame f;
	struct err e;
	int fd = fd_seal(SLICE("carta"), &e);
	struct slice got;
	pid_t pid = w.pid;

	assert_int_equal(next_frame(&w, &f), FRAME_OK);
	assert_true(frame_hello_check(&f, &e));
	assert_true(worker_send(&w, 10, 5, SLICE("hola"), fd, &e));
	close(fd);
	assert_int_equal(next_frame(&w, &f), FRAME_OK);
	assert_int_equal(f.id, 5);
	assert_true(slice_eq(f.body, SLICE("hola")));
	assert_true(fd_map(f.fd, 100, true, &got, &e));
	assert_true(slice_eq(got, SLICE("carta")));
	fd_unmap(&got);
	close(f.fd);
	worker_kill(&w, 2000, "test");
	assert_false(worker_running(&w));
	assert_int_equal(w.sock, -1);
	assert_true(WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
	assert_int_equal(kill(pid, 0), -1); /* gone and reaped */
	worker_kill(&w, 2000, "again does nothing");
	assert_int_equal(w.deaths, 1);
	assert_false(worker_send(&w, 1, 1, SLICE(""), -1, &e));
}

/* What a worker is born with: its channel alone, no signal blocked or ignored, nothing to read. */
static void worker_inherits_nothing(void **state)
{
	int stray = dup(STDERR_FILENO); /* not close-on-exec */
	sigset_t all;
	struct worker w;
	struct frame f;

	setenv("NOTIFY_SOCKET", "/run/x", 1);
	setenv("CREDENTIALS_DIRECTORY", "/run/y", 1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGTERM, SIG_IGN);
	w = started("part-report");
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(next_frame(&w, &f), FRAME_OK);
	assert_string_equal(slice_eq(f.body, SLICE("clean")) ? "clean" : f.body.p, "clean");
	worker_kill(&w, 2000, "test");
	close(stray);
}

static void dead_worker_is_noticed(void **state)
{
	struct worker w = started("part-exit");
	struct frame f;
	struct err e;

	assert_int_equal(next_frame(&w, &f), FRAME_EOF);
	assert_false(worker_send(&w, 10, 1, SLICE("x"), -1, &e));
	worker_kill(&w, 2000, "end of file");
	assert_true(WIFEXITED(w.status) && WEXITSTATUS(w.status) == 42);
}

/* A peer that reads nothing while the desk goes on sending: the queue ends, the desk does not
 * block, and every descriptor comes back. */
static void stalled_worker_fills_a_bounded_queue(void **state)
{
	int before = open_fds();
	struct worker w = started("part-deaf");
	struct err e;
	char body[4096] = {0};
	int fd = fd_seal(SLICE("x"), &e);
	size_t sent = 0;

	while (sent < 100000 &&
	       worker_send(&w, 10, (uint32_t)sent, (struct slice){body, sizeof body}, fd, &e))
		sent++;
	assert_true(sent >= WORKER_QUEUE_MAX && sent < 100000);
	assert_int_equal(w.n_queued, WORKER_QUEUE_MAX);
	assert_true(worker_wants_write(&w));
	assert_true(worker_flush(&w, &e)); /* still full: no error, nothing moves */
	assert_int_equal(w.n_queued, WORKER_QUEUE_MAX);
	worker_kill(&w, 2000, "deaf");
	assert_false(worker_wants_write(&w));
	close(fd);
	assert_int_equal(open_fds(), before);
}

static void queued_frames_keep_their_order(void **state)
{
	struct worker w = started("part-slow"); /* reads when it is told to by SIGUSR1 */
	struct pollfd p = {.fd = w.sock, .events = POLLIN | POLLOUT};
	char body[8192] = {0};
	struct frame f;
	struct err e;
	uint32_t sent = 0, answered = 0;

	assert_int_equal(next_frame(&w, &f), FRAME_OK); /* it waits for the signal now */
	while (w.n_queued < 50) {
		if (!worker_send(&w, 10, sent++, (struct slice){body, sizeof body}, -1, &e))
			fail_msg("%s", e.text);
	}
	kill(w.pid, SIGUSR1);
	while (answered < sent) {
		p.events = (short)(POLLIN | (worker_wants_write(&w) ? POLLOUT : 0));
		assert_int_equal(poll(&p, 1, PATIENCE_MS) > 0, 1);
		if (p.revents & POLLOUT)
			assert_true(worker_flush(&w, &e));
		if (p.revents & POLLIN) {
			assert_int_equal(frame_recv(w.sock, buf, &f), FRAME_OK);
			assert_int_equal(f.id, answered++);
		}
	}
	assert_int_equal(w.n_queued, 0);
	worker_kill(&w, 2000, "test");
}

static void restarts_wait_longer_each_time(void **state)
{
	struct worker w;
	struct err e;
	int64_t now = 1000, wait, before = 0;

	worker_init(&w, "part-exit", self);
	for (int i = 0; i < 6; i++) {
		assert_true(worker_start(&w, now, &e));
		worker_kill(&w, now, "test");
		wait = worker_next_ms(&w) - now;
		assert_true(wait > before && wait <= (int64_t)WORKER_BACKOFF_FIRST << i);
		assert_false(worker_may_start(&w, w.next_ms - 1));
		assert_true(worker_may_start(&w, w.next_ms));
		before = wait;
		now = w.next_ms;
	}
	assert_true(worker_start(&w, now, &e));
	now += WORKER_LIVED_WELL;
	worker_kill(&w, now, "after a good life");
	assert_true(w.next_ms - now <= WORKER_BACKOFF_FIRST);
}

static void missing_program_counts_as_a_death(void **state)
{
	char none[] = "/nonexistent/mesad-parse";
	struct worker w;
	struct err e;
	int before = open_fds();

	worker_init(&w, "mesad-parse", none);
	assert_false(worker_start(&w, 5000, &e));
	assert_non_null(strstr(e.text, "No such file"));
	assert_false(worker_running(&w));
	assert_false(worker_may_start(&w, 5000));
	assert_true(worker_next_ms(&w) > 5000);
	assert_int_equal(open_fds(), before);
}

static void deadlines_run_only_while_owed(void **state)
{
	struct worker w = {.name = "w", .sock = -1};

	w.deadline_ms = 10;
	assert_false(worker_overdue(&w, 99)); /* not running: nothing can be owed */
	w.pid = 1;
	assert_false(worker_overdue(&w, 9));
	assert_true(worker_overdue(&w, 10));
	assert_int_equal(worker_next_ms(&w), 10);
	w.deadline_ms = 0;
	assert_false(worker_overdue(&w, INT64_MAX));
	assert_true(worker_next_ms(&w) == INT64_MAX);
}

static void workers_are_found_beside_the_program(void **state)
{
	struct arena *a = arena_new();
	const char *name = strrchr(self, '/') + 1;
	char *away = worker_path(a, "mesad-nothing");

	assert_string_equal(worker_path(a, name), self);
	assert_non_null(strstr(away, "/libexec/mesad/mesad-nothing"));
	arena_free(&a);
}

/* desk (this process) -> part-middle -> part-orphan: when the middle is killed, the orphan that it
 * started as its worker must die too. */
static void worker_dies_with_its_desk(void **state)
{
	struct worker w = started("part-middle");
	struct pollfd p;
	struct frame f;
	int orphan_end;

	assert_int_equal(next_frame(&w, &f), FRAME_OK); /* brings the pipe's other end */
	orphan_end = f.fd;
	assert_true(orphan_end >= 0);
	worker_kill(&w, 2000, "test");
	p = (struct pollfd){.fd = orphan_end, .events = POLLIN};
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(read(orphan_end, buf, 1), 0); /* end of file: nobody holds it */
	close(orphan_end);
}

/* --- the parts --- */

static void answer(int sock)
{
	struct frame f;

	while (frame_recv(sock, buf, &f) == FRAME_OK) {
		if (f.type != FRAME_HELLO)
			frame_send(sock, f.type, f.id, f.body, f.fd);
		if (f.fd >= 0)
			close(f.fd);
	}
}

static void play_echo(int sock)
{
	frame_hello_send(sock);
	answer(sock);
}

static void play_exit(int sock)
{
	(void)sock;
	_exit(42);
}

static void play_deaf(int sock)
{
	frame_hello_send(sock);
	for (;;)
		pause();
}

static void play_slow(int sock)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	frame_hello_send(sock);
	sigwait(&set, &sig);
	answer(sock);
}

static const char *what_came_along(int sock)
{
	sigset_t mask;
	struct sigaction act;
	char c;

	if (sock != WORKER_CHANNEL)
		return "channel elsewhere";
	for (int fd = WORKER_CHANNEL + 1; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return "descriptors";
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int sig = 1; sig < 32; sig++)
		if (sigismember(&mask, sig))
			return "blocked signals";
	sigaction(SIGTERM, NULL, &act);
	if (act.sa_handler != SIG_DFL)
		return "ignored signals";
	if (read(STDIN_FILENO, &c, 1) != 0)
		return "standard input";
	if (getenv("NOTIFY_SOCKET") || getenv("CREDENTIALS_DIRECTORY"))
		return "environment";
	return "clean";
}

static void play_report(int sock)
{
	frame_send(sock, 10, 1, slice_of(what_came_along(sock)), -1);
	answer(sock);
}

static void play_middle(int sock)
{
	struct worker orphan;
	struct pollfd p;
	struct err e;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		_exit(1);
	worker_init(&orphan, "part-deaf", self);
	if (!worker_start(&orphan, 1000, &e))
		_exit(2);
	/* The write end waits in the orphan's socket, unread: as long as it lives, so does that. It
	 * looks at no end of file: the signal alone can end it. */
	if (!worker_send(&orphan, 10, 1, SLICE(""), ends[1], &e))
		_exit(3);
	p = (struct pollfd){.fd = orphan.sock, .events = POLLIN};
	if (poll(&p, 1, PATIENCE_MS) !=
	    1) /* it runs, past every check that it makes at its start */
		_exit(4);
	close(ends[1]);
	frame_send(sock, 10, 1, SLICE(""), ends[0]);
	play_deaf(sock);
}

static const struct {
	const char *name;
	void (*play)(int sock);
} parts[] = {
	{"part-echo", play_echo}, {"part-exit", play_exit},	{"part-deaf", play_deaf},
	{"part-slow", play_slow}, {"part-report", play_report}, {"part-middle", play_middle},
};

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed_bytes_cannot_change),
		cmocka_unit_test(unsealed_and_odd_descriptors_are_refused),
		cmocka_unit_test(any_size_is_read_whole),
		cmocka_unit_test(frames_arrive_whole),
		cmocka_unit_test(last_words_are_heard),
		cmocka_unit_test(spoilt_frames_are_bad),
		cmocka_unit_test(oversized_packets_are_bad),
		cmocka_unit_test(descriptors_too_many_are_closed),
		cmocka_unit_test(another_build_is_refused),
		cmocka_unit_test(worker_talks_and_is_killed),
		cmocka_unit_test(worker_inherits_nothing),
		cmocka_unit_test(dead_worker_is_noticed),
		cmocka_unit_test(stalled_worker_fills_a_bounded_queue),
		cmocka_unit_test(queued_frames_keep_their_order),
		cmocka_unit_test(restarts_wait_longer_each_time),
		cmocka_unit_test(missing_program_counts_as_a_death),
		cmocka_unit_test(deadlines_run_only_while_owed),
		cmocka_unit_test(workers_are_found_beside_the_program),
		cmocka_unit_test(worker_dies_with_its_desk),
	};
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	(void)argc;
	if (n < 0)
		return 1;
	for (size_t i = 0; i < COUNT(parts); i++) {
		if (strcmp(argv[0], parts[i].name) == 0) {
			int sock = work_channel();

			if (sock < 0)
				return 2;
			work_die_with_parent();
			parts[i].play(sock);
			return 0;
		}
	}
	log_open("test_work", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
