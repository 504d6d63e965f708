/* mesad-web: speaks HTTP for the survey's page. It reads no file and knows no case: the desk hands
 * it a listening socket, and every page. */
#include "programs/mesad-web/web.h"

#include "base/log.h"
#include "base/pack.h"
#include "base/version.h"
#include "io/sandbox.h"
#include "io/sys.h"

#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

/* --- the desk --- */

bool web_ask(struct web *w, struct request *r, const char *origin, const char *address)
{
	static const uint8_t methods[] = {[WEB_GET] = 0, [WEB_HEAD] = 1, [WEB_POST] = 2};
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	enum frame_rc rc;

	if (++w->next_id == 0)
		w->next_id = 1;
	r->id = w->next_id;
	r->asked_ms = sys_mono_ms();
	pack_u8(&body, methods[r->method]);
	pack_str(&body, r->token);
	pack_bytes(&body, r->score.p, r->score.n);
	pack_bytes(&body, r->solved.p, r->solved.n);
	pack_bytes(&body, r->comment.p, r->comment.n);
	pack_str(&body, origin);
	pack_str(&body, address);
	/* The desk is behind with its answers when the socket is full: then it takes no more. */
	rc = body.over ? FRAME_BAD
		       : frame_send(w->sock, FRAME_WEB_ASK, r->id, sbuf_view(&body), -1);
	sbuf_free(&body);
	if (rc == FRAME_EOF)
		w->gone = true;
	return rc == FRAME_OK;
}

static struct request *waiting_for(struct web *w, uint32_t id)
{
	for (size_t i = 0; i < COUNT(w->slots); i++)
		if (w->slots[i].connection && w->slots[i].waiting && w->slots[i].id == id)
			return &w->slots[i];
	return NULL;
}

/* Takes f->fd over. */
static bool on_page(struct web *w, const struct frame *f)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);
	uint32_t status = unpack_u32(&u);
	struct request *r = waiting_for(w, f->id);
	struct slice page = {0};
	struct err e;
	bool ok = unpack_done(&u) && status >= 200 && status < 600 && f->fd >= 0 &&
		  fd_map(f->fd, PAGE_MAX, true, &page, &e);

	if (f->fd >= 0)
		close(f->fd);
	if (ok && r) /* else its visitor has left, or was told to try again */
		web_answer(r, status, &page);
	fd_unmap(&page);
	return ok;
}

static bool on_conf(struct web *w, const struct frame *f)
{
	struct arena *a = arena_new();
	struct unpack u = unpack_of(f->body.p, f->body.n);
	char *url = unpack_str(&u, a);
	struct err e;
	bool ok = unpack_done(&u) && f->fd >= 0 && !w->daemon && web_open(w, f->fd, url, &e);

	if (!ok && f->fd >= 0)
		close(f->fd);
	arena_free(&a);
	return ok;
}

static bool on_frame(struct web *w, const struct frame *f)
{
	if (f->type == FRAME_WEB_PAGE)
		return on_page(w, f);
	if (f->type == FRAME_WEB_CONF)
		return on_conf(w, f);
	if (f->fd >= 0)
		close(f->fd);
	return false;
}

static void listen_desk(struct web *w)
{
	static char buf[FRAME_MAX];
	struct pollfd p = {.fd = w->sock, .events = POLLIN};

	while (!w->gone && poll(&p, 1, 0) > 0) {
		struct frame f;
		enum frame_rc rc = frame_recv(w->sock, buf, &f);

		if (rc == FRAME_EOF || rc == FRAME_BAD || (rc == FRAME_OK && !on_frame(w, &f)))
			w->gone = true;
	}
}

/* --- deadlines --- */

static int64_t due_ms(const struct request *r)
{
	return r->waiting ? r->asked_ms + WEB_DESK_MS : r->born_ms + WEB_AGE_MS;
}

/* Handles what is overdue; returns when the next one is. */
static int64_t look_at_clocks(struct web *w)
{
	int64_t now = sys_mono_ms(), next = INT64_MAX;

	for (size_t i = 0; i < COUNT(w->slots); i++) {
		struct request *r = &w->slots[i];
		bool was_waiting = r->waiting;

		if (!r->connection)
			continue;
		if (due_ms(r) > now) {
			next = due_ms(r) < next ? due_ms(r) : next;
			continue;
		}
		if (was_waiting)
			web_answer(r, MHD_HTTP_SERVICE_UNAVAILABLE, NULL);
		else
			shutdown(r->fd, SHUT_RDWR); /* MHD sees the end and cleans up */
		r->born_ms = now;
		next = now; /* MHD has to run once more for it */
	}
	return next;
}

static int wait_ms(struct web *w)
{
	int64_t next = look_at_clocks(w), left = next - sys_mono_ms();
	MHD_UNSIGNED_LONG_LONG http;

	if (next == INT64_MAX)
		left = INT64_MAX;
	if (w->daemon && MHD_get_timeout(w->daemon, &http) == MHD_YES && (int64_t)http < left)
		left = (int64_t)http;
	return left < 0 ? 0 : left > INT_MAX ? -1 : (int)left;
}

static size_t open_connections(const struct web *w)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(w->slots); i++)
		n += w->slots[i].connection != NULL;
	return n;
}

/* MHD, once full, listens again only in the run after the one that made room, and nothing would
 * wake us for that. */
static void run_http(struct web *w)
{
	size_t before;

	do {
		before = open_connections(w);
		MHD_run(w->daemon);
	} while (open_connections(w) < before);
}

static void loop(struct web *w)
{
	const union MHD_DaemonInfo *info =
		w->daemon ? MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	struct pollfd p[2] = {{w->sock, POLLIN, 0}, {info ? info->epoll_fd : -1, POLLIN, 0}};

	poll(p, 2, wait_ms(w));
	listen_desk(w);
	if (w->daemon)
		run_http(w);
}

static bool greet_desk(int sock, struct err *e)
{
	static char buf[FRAME_MAX];
	struct frame f;

	if (!frame_hello_send(sock) || frame_recv(sock, buf, &f) != FRAME_OK)
		return err_set(e, "no desk");
	return frame_hello_check(&f, e);
}

int main(int argc, char **argv)
{
	static struct web w;
	struct err e;

	if (argc == 2 && str_eq(argv[1], "--version")) {
		printf("mesad-web %s\n", mesad_version);
		return EX_OK;
	}
	log_open("mesad-web", LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	w.sock = work_channel();
	if (w.sock < 0) {
		fprintf(stderr, "mesad-web is started by mesad.\n");
		return EX_USAGE;
	}
	work_die_with_parent();
	if (!greet_desk(w.sock, &e) || !sandbox_enter(SANDBOX_WEB, &e)) {
		log_event(LOG_LEVEL_ERROR, "worker_failed", "why=\"%s\"", e.text);
		return EX_SOFTWARE;
	}
	fcntl(w.sock, F_SETFL, O_NONBLOCK); /* a desk that is behind must not stop HTTP */
	while (!w.gone)
		loop(&w);
	return EX_OK;
}
