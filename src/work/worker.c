#include "work/worker.h"

#include "base/backoff.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/version.h"
#include "work/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REAP_TRIES = 100, REAP_PAUSE_NS = 1000000 };

void worker_init(struct worker *w, const char *name, char *path)
{
	*w = (struct worker){.name = name, .path = path, .sock = -1};
}

char *worker_path(struct arena *a, const char *name)
{
	static const char *const places[] = {"", "/../libexec/mesad", "/../sbin"};
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	char *slash;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	for (size_t i = 0; slash && i < COUNT(places); i++) {
		char *there =
			arena_printf(a, "%.*s%s/%s", (int)(slash - exe), exe, places[i], name);

		if (access(there, X_OK) == 0)
			return there;
	}
	return arena_printf(a, "%s/%s", mesad_libexec, name);
}

/* What systemd gave the desk alone. */
static const char *const kept_back[] = {"NOTIFY_SOCKET=", "CREDENTIALS_DIRECTORY=",
					"WATCHDOG_PID=",  "WATCHDOG_USEC=",
					"LISTEN_FDS=",	  "LISTEN_PID="};

static char **worker_env(void)
{
	size_t n = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	env = mem_array(n + 1, sizeof *env);
	for (size_t i = 0; i < n; i++) {
		bool back = false;

		for (size_t k = 0; k < COUNT(kept_back); k++)
			back = back || slice_starts(slice_of(environ[i]), slice_of(kept_back[k]));
		if (!back)
			env[kept++] = environ[i];
	}
	return env;
}

/* Between fork and exec: nothing that takes a lock or memory. */
static _Noreturn void become(const struct worker *w, int sock, pid_t desk, char **env)
{
	char *argv[] = {(char *)(uintptr_t)w->name, NULL};
	struct sigaction as_born = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != desk)
		_exit(126);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &as_born, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (sock == WORKER_CHANNEL ? fcntl(sock, F_SETFD, 0) < 0 : dup2(sock, WORKER_CHANNEL) < 0)
		_exit(126);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		_exit(126);
	close_range(WORKER_CHANNEL + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	execve(w->path, argv, env);
	_exit(127);
}

static void count_death(struct worker *w, int64_t now_ms)
{
	uint32_t seed = (uint32_t)hash64(slice_of(w->name)) ^ (uint32_t)getpid();

	if (w->started_ms && now_ms - w->started_ms >= WORKER_LIVED_WELL)
		w->deaths = 0;
	w->next_ms =
		now_ms + backoff_ms(w->deaths, WORKER_BACKOFF_FIRST, WORKER_BACKOFF_MOST, seed);
	if (w->deaths < UINT_MAX)
		w->deaths++;
	w->started_ms = 0;
}

static bool spawn(struct worker *w, struct err *e)
{
	pid_t desk = getpid(), pid;
	int pair[2];
	char **env;

	if (access(w->path, X_OK) < 0)
		return err_sys(e, "%s", w->path);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "socketpair");
	fcntl(pair[0], F_SETFL, O_NONBLOCK); /* our end alone */
	env = worker_env();
	pid = fork();
	if (pid == 0)
		become(w, pair[1], desk, env);
	free(env);
	close(pair[1]);
	if (pid < 0) {
		err_sys(e, "fork");
		close(pair[0]);
		return false;
	}
	w->pid = pid;
	w->sock = pair[0];
	return true;
}

bool worker_start(struct worker *w, int64_t now_ms, struct err *e)
{
	if (w->late && waitpid(w->late, NULL, WNOHANG) != 0)
		w->late = 0;
	if (!spawn(w, e)) {
		count_death(w, now_ms);
		return err_prefix(e, "start %s", w->name);
	}
	w->started_ms = now_ms;
	w->deadline_ms = 0;
	if (!worker_send(w, FRAME_HELLO, 0, slice_of(mesad_build), -1, e)) {
		worker_kill(w, now_ms, e->text);
		return err_prefix(e, "start %s", w->name);
	}
	return true;
}

/* A killed process is gone within a blink, unless the kernel holds it (a dead disk): the desk does
 * not wait for that. */
static bool reap(struct worker *w)
{
	struct timespec pause = {.tv_nsec = REAP_PAUSE_NS};
	pid_t got = 0;

	for (int i = 0; i < REAP_TRIES; i++) {
		got = waitpid(w->pid, &w->status, WNOHANG);
		if (got == w->pid || (got < 0 && errno != EINTR))
			return got == w->pid;
		nanosleep(&pause, NULL);
	}
	w->late = w->pid;
	return false;
}

void worker_kill(struct worker *w, int64_t now_ms, const char *why)
{
	struct arena *a;

	if (!worker_running(w))
		return;
	kill(w->pid, SIGKILL);
	w->status = 0;
	reap(w);
	if (why)
		count_death(w, now_ms);
	else
		w->next_ms = now_ms;
	a = arena_new();
	log_event(why ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG, "worker_ended",
		  "worker=%s pid=%ld why=%s signal=%d exit=%d next_ms=%lld", w->name, (long)w->pid,
		  log_quote(a, why ? why : "stop"),
		  WIFSIGNALED(w->status) ? WTERMSIG(w->status) : 0,
		  WIFEXITED(w->status) ? WEXITSTATUS(w->status) : 0,
		  (long long)(w->next_ms - now_ms));
	arena_free(&a);
	close(w->sock);
	queue_drop(w);
	w->sock = -1;
	w->pid = 0;
	w->deadline_ms = 0;
}

bool worker_running(const struct worker *w)
{
	return w->pid > 0;
}

bool worker_may_start(const struct worker *w, int64_t now_ms)
{
	return !worker_running(w) && now_ms >= w->next_ms;
}

bool worker_overdue(const struct worker *w, int64_t now_ms)
{
	return worker_running(w) && w->deadline_ms && now_ms >= w->deadline_ms;
}

int64_t worker_next_ms(const struct worker *w)
{
	if (!worker_running(w))
		return w->next_ms;
	return w->deadline_ms ? w->deadline_ms : INT64_MAX;
}
