/* client: the way to write: the running desk's socket, or a quiet desk's. */
#include "programs/mesactl/ctl.h"

#include "base/pack.h"
#include "io/sys.h"
#include "work/protocol.h"
#include "work/worker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECT_TRIES = 250, CONNECT_WAIT_MS = 20, ANSWER_MS = 30000, GREET_TRIES = 3, LEFT = -1 };

struct client {
	int sock;
	uint32_t id;
	char buf[FRAME_MAX];
};

/* A desk that hangs must not hang the person at the keyboard, too. */
static bool in_time(const struct client *cl)
{
	struct pollfd p = {.fd = cl->sock, .events = POLLIN};

	return poll(&p, 1, ANSWER_MS) > 0;
}

static int too_late(void)
{
	return ctl_fail(CTL_TRYAGAIN, "mesad no respondió a tiempo");
}

/* LEFT: it went away before it greeted, as a quiet desk may at its very end. */
static int greet(struct client *cl)
{
	struct frame f;
	struct err e;

	if (!frame_hello_send(cl->sock))
		return LEFT;
	if (!in_time(cl))
		return too_late();
	if (frame_recv(cl->sock, cl->buf, &f) != FRAME_OK)
		return LEFT;
	if (f.fd >= 0)
		close(f.fd);
	if (frame_hello_check(&f, &e))
		return CTL_OK;
	return ctl_fail(CTL_UNAVAILABLE, "%s: reinicie mesad después de actualizar", e.text);
}

static int connect_now(const char *path)
{
	struct err e;

	return access(path, F_OK) == 0 ? sys_connect_unix(path, &e) : -1;
}

/* A desk with nothing but its lock and its socket; it ends by itself when left alone. */
static pid_t start_quiet(struct ctl *c)
{
	char *path = worker_path(c->a, "mesad");
	pid_t pid = fork();

	if (pid == 0) {
		char *const argv[] = {path, "-c", (char *)c->dir, "--quiet", NULL};

		setsid();
		execv(path, argv);
		_exit(127);
	}
	return pid;
}

static int wait_for_quiet(struct ctl *c, const char *path)
{
	pid_t pid = start_quiet(c);
	int status, sock = -1;

	if (pid < 0)
		return -1;
	for (int i = 0; i < CONNECT_TRIES && sock < 0; i++) {
		sock = connect_now(path);
		if (sock >= 0 || waitpid(pid, &status, WNOHANG) == pid)
			break;
		poll(NULL, 0, CONNECT_WAIT_MS);
	}
	return sock;
}

static int meet(struct ctl *c, const char *path, bool start, struct client **out)
{
	int sock = connect_now(path), rc;

	if (sock < 0 && start)
		sock = wait_for_quiet(c, path);
	if (sock < 0)
		return LEFT;
	*out = mem_alloc(sizeof(**out));
	(*out)->sock = sock;
	rc = greet(*out);
	if (rc != CTL_OK)
		client_close(out);
	return rc;
}

static int open_socket(struct ctl *c, bool start, struct client **out)
{
	const char *path;
	struct err e;
	int rc = ctl_conf(c);

	if (rc)
		return rc;
	if (access(c->conf->state_dir, F_OK) == 0 && !sys_become_owner(c->conf->state_dir, &e))
		return ctl_fail(CTL_NOPERM, "%s", e.text);
	path = arena_printf(c->a, "%s/control", c->conf->state_dir);
	rc = LEFT;
	for (int i = 0; i < GREET_TRIES && rc == LEFT; i++)
		rc = meet(c, path, start, out);
	if (rc == LEFT && !start)
		return CTL_UNAVAILABLE;
	if (rc == LEFT)
		return ctl_fail(CTL_UNAVAILABLE,
				"no se pudo hablar con mesad en %s; vea «journalctl -u mesad»",
				path);
	return rc;
}

int client_open(struct ctl *c, struct client **out)
{
	return open_socket(c, true, out);
}

bool client_try(struct ctl *c, struct client **out)
{
	return open_socket(c, false, out) == CTL_OK;
}

void client_close(struct client **cp)
{
	if (*cp == NULL)
		return;
	close((*cp)->sock);
	free(*cp);
	*cp = NULL;
}

static int ended(const struct frame *f)
{
	struct arena *a = arena_new();
	struct unpack u = unpack_of(f->body.p, f->body.n);
	int code = (int)unpack_u32(&u);
	const char *message = text_line(a, slice_of(unpack_str(&u, a)));

	if (!unpack_done(&u))
		code = CTL_SOFTWARE;
	if (!str_empty(message))
		ctl_fail(code, "%s", message);
	arena_free(&a);
	return code;
}

int client_ask(struct client *cl, const char *verb, const char *const *args, size_t n, int fd,
	       void (*on_line)(void *ctx, struct slice line), void *ctx)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	enum frame_rc rc;
	struct frame f;

	pack_str(&body, verb);
	pack_u32(&body, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		pack_str(&body, args[i]);
	rc = body.over ? FRAME_BAD
		       : frame_send(cl->sock, FRAME_CTL_ASK, ++cl->id, sbuf_view(&body), fd);
	sbuf_free(&body);
	if (rc != FRAME_OK)
		return ctl_fail(CTL_DATA, "la petición es demasiado larga o mesad se fue");
	for (;;) {
		if (!in_time(cl))
			return too_late();
		if (frame_recv(cl->sock, cl->buf, &f) != FRAME_OK)
			return ctl_fail(CTL_UNAVAILABLE, "mesad cerró la conexión");
		if (f.fd >= 0)
			close(f.fd);
		if (f.id != cl->id)
			continue;
		if (f.type == FRAME_CTL_END)
			return ended(&f);
		if (f.type == FRAME_CTL_LINE && on_line)
			on_line(ctx, f.body);
	}
}
