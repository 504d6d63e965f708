/* desk: the loop. It sleeps until a socket speaks, the earliest row is due, a worker owes an answer
 * or a batch has waited for company long enough; nothing else wakes it. */
#include "programs/mesad/desk.h"

#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	EVENTS = 64,
	FRAMES_A_TURN = 64,
	WALL_SLEEP_MAX = 86400,
	CLOCK_SEEN_MS = 2000,
	WORKER_TRIES = 3,
	MOVES_MS = 15000
};

void desk_pending(struct desk *d)
{
	if (d->pending_ms == 0)
		d->pending_ms = sys_mono_ms();
}

/* --- descriptors --- */

bool desk_watch(struct desk *d, int fd, uint32_t tag, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u32 = tag};

	d->watches_write[tag >> 24][tag & 0xffffff] = false;
	if (epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0)
		return true;
	return err_sys(e, "epoll");
}

/* A full socket is written to when it has room again. */
static void watch_writes(struct desk *d, struct worker *w, uint32_t tag)
{
	bool *now = &d->watches_write[tag >> 24][tag & 0xffffff];
	bool wants = worker_running(w) && worker_wants_write(w);
	struct epoll_event ev = {.events = EPOLLIN | (wants ? EPOLLOUT : 0), .data.u32 = tag};

	if (!worker_running(w) || wants == *now)
		return;
	if (epoll_ctl(d->epoll_fd, EPOLL_CTL_MOD, w->sock, &ev) == 0)
		*now = wants;
}

void desk_read_worker(struct desk *d, struct worker *w, size_t i, frame_fn *on, fell_fn *fell)
{
	static char buf[FRAME_MAX]; /* one loop, one reader at a time */
	struct err e = {"ended"};

	for (int k = 0; k < FRAMES_A_TURN && worker_running(w); k++) {
		struct frame f;
		enum frame_rc rc = frame_recv(w->sock, buf, &f);
		bool ok;

		if (rc == FRAME_AGAIN)
			break;
		if (rc != FRAME_OK) {
			fell(d, i, rc == FRAME_EOF ? "ended" : "bad frame");
			return;
		}
		ok = on(d, i, &f, &e);
		if (f.fd >= 0)
			close(f.fd);
		if (!ok) {
			fell(d, i, e.text);
			return;
		}
	}
	if (worker_running(w) && !worker_flush(w, &e))
		fell(d, i, e.text);
}

/* --- workers as a list --- */

typedef void worker_fn(struct desk *d, struct worker *w, uint32_t tag, fell_fn *fell, int64_t ms);

static void fell_post(struct desk *d, size_t i, const char *why)
{
	(void)i;
	post_fell(d, why);
}

static void fell_web(struct desk *d, size_t i, const char *why)
{
	(void)i;
	web_fell(d, why);
}

static void each_worker(struct desk *d, worker_fn *fn, int64_t ms)
{
	for (size_t i = 0; i < d->n_boxes; i++)
		fn(d, &d->boxes[i].w, WATCH(WATCH_BOX, i), box_fell, ms);
	for (size_t i = 0; i < DESK_PARSERS; i++)
		fn(d, &d->parsers[i].w, WATCH(WATCH_PARSER, i), reading_fell, ms);
	fn(d, &d->post.w, WATCH(WATCH_POST, 0), fell_post, ms);
	fn(d, &d->web, WATCH(WATCH_WEB, 0), fell_web, ms);
}

static void dispatch(struct desk *d, uint32_t tag);

/* What it has said already is read before it is called late: the desk may have been busy itself. */
static void check_worker(struct desk *d, struct worker *w, uint32_t tag, fell_fn *fell, int64_t ms)
{
	if (worker_overdue(w, ms))
		dispatch(d, tag);
	if (worker_overdue(w, ms))
		fell(d, tag & 0xffffff, "late");
	watch_writes(d, w, tag);
}

static void kill_worker(struct desk *d, struct worker *w, uint32_t tag, fell_fn *fell, int64_t ms)
{
	(void)ms;
	if (worker_running(w))
		fell(d, tag & 0xffffff, NULL);
}

static void earliest_worker(struct desk *d, struct worker *w, uint32_t tag, fell_fn *fell,
			    int64_t ms)
{
	int64_t next = worker_next_ms(w);
	bool starts = !d->stopping && !d->reloading;
	bool wanted =
		worker_running(w) || ((tag >> 24) == WATCH_PARSER && reading_wants(d, ms)) ||
		(starts && !d->quiet &&
		 ((tag >> 24) == WATCH_BOX || ((tag >> 24) == WATCH_POST && d->conf->has_smtp) ||
		  ((tag >> 24) == WATCH_WEB && d->web_fd >= 0)));

	(void)fell;
	if (wanted && next < d->wake_ms)
		d->wake_ms = next;
}

static void start_workers(struct desk *d, int64_t ms)
{
	if (d->stopping || d->reloading)
		return;
	for (size_t i = 0; i < d->n_boxes; i++)
		box_start(d, i, ms);
	post_start(d, ms);
	web_start(d, ms);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- the wall clock --- */

static void tell_behind(struct desk *d)
{
	struct err e;

	if (!engine_clock_behind(d->engine, sys_now(), &e))
		log_event(LOG_LEVEL_ERROR, "clock_not_told", "why=\"%s\"", e.text);
	d->post.look = true;
}

/* A jump forward holds what closes by itself; a clock before the last event holds intake too. */
void desk_look_at_clock(struct desk *d)
{
	int64_t ms = sys_mono_ms();
	int64_t place = sys_now() * 1000 - ms;
	int64_t moved = (place - d->wall_minus_mono_ms) / 1000;
	bool back;

	if (moved > CLOCK_SLACK) {
		d->clock_hold_until_ms = ms + CLOCK_HOLD_MS;
		log_event(LOG_LEVEL_WARN, "clock_jumped", "seconds=%lld held_seconds=%d",
			  (long long)moved, CLOCK_HOLD_MS / 1000);
	}
	if (moved < -CLOCK_SLACK)
		boxes_clock_back(d, sys_now());
	if (moved > 1 || moved < -1)
		d->wall_minus_mono_ms = place;
	back = engine_is_behind(d->engine, sys_now());
	if (back != d->clock_back)
		log_event(LOG_LEVEL_WARN, back ? "clock_before_last_event" : "clock_sane",
			  "intake=%s", back ? "waits" : "goes_on");
	if (back && !d->clock_back)
		tell_behind(d);
	d->clock_back = back;
	d->timers_due = true;
	d->armed_for = 0;
}

/* The timer tells of a clock that was set, but for the moments in which it is armed anew. */
static void watch_clock(struct desk *d)
{
	int64_t moved = sys_now() * 1000 - sys_mono_ms() - d->wall_minus_mono_ms;

	if (moved > CLOCK_SEEN_MS || moved < -CLOCK_SEEN_MS)
		desk_look_at_clock(d);
}

/* The time of waiting after a jump is over: what had to wait is looked at. */
static void look_at_hold(struct desk *d, int64_t ms)
{
	if (d->clock_hold_until_ms == 0 || ms < d->clock_hold_until_ms)
		return;
	d->clock_hold_until_ms = 0;
	d->timers_due = true;
}

static void arm(struct desk *d)
{
	struct itimerspec t = {0};
	int64_t now = sys_now();
	int64_t due = d->next_timer;

	if (due == d->armed_for)
		return;
	d->armed_for = due;
	if (d->clock_back)
		due = least(due, store_last_event(d->store) - CLOCK_SLACK);
	if (due == INT64_MAX)
		due = now + WALL_SLEEP_MAX; /* still there to notice a changed clock */
	t.it_value.tv_sec = due > now ? due : now + 1;
	if (timerfd_settime(d->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &t, NULL) !=
		    0 &&
	    errno != ECANCELED) /* armed all the same; that the clock was set is seen anyway */
		log_event(LOG_LEVEL_ERROR, "timer_failed", "errno=%d", errno);
}

static void on_timer_fd(struct desk *d)
{
	uint64_t n;

	if ((read(d->timer_fd, &n, sizeof(n)) < 0 && errno == ECANCELED) || d->clock_back)
		desk_look_at_clock(d);
	d->armed_for = 0;
	d->timers_due = true;
	d->post.look = true;
}

/* --- signals --- */

static void on_signal(struct desk *d)
{
	struct signalfd_siginfo si;

	while (read(d->signal_fd, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGHUP) {
			if (d->ready && !d->reloading)
				sys_notify("RELOADING=1");
			d->reloading = true;
		} else if (!d->stopping) {
			sys_notify("STOPPING=1");
			d->stopping = true;
			d->stop_by_ms = sys_mono_ms() + STOP_MS;
			for (size_t i = 0; i < d->n_boxes; i++)
				if (worker_running(&d->boxes[i].w))
					box_fell(d, i, NULL);
		}
	}
}

/* --- sleeping --- */

static bool hands_empty(const struct desk *d)
{
	return d->to_keep.n == 0 && d->to_parse.n == 0 && d->to_decide.n == 0 &&
	       reading_busy(d) == 0 && d->post.n == 0 && d->n_finished == 0 && !d->recovering;
}

/* It fell again and again: a program that is not there, a password that cannot be read. */
static bool gives_up(const struct worker *w)
{
	return !worker_running(w) && w->deaths >= WORKER_TRIES;
}

/* What is in hand cannot get its fate now. What was kept waits in the ledger. */
static bool stuck(const struct desk *d)
{
	bool parses = d->to_parse.n == 0;

	for (size_t i = 0; i < DESK_PARSERS; i++)
		parses = parses || !gives_up(&d->parsers[i].w);
	return d->trouble_until_ms || d->clock_back || !parses;
}

static int sleep_ms(struct desk *d, int64_t ms)
{
	int64_t until;

	if (batch_wanted(d, ms))
		return 0;
	d->wake_ms = INT64_MAX;
	each_worker(d, earliest_worker, ms);
	until = d->wake_ms;
	if (d->trouble_until_ms > ms)
		until = least(until, d->trouble_until_ms);
	else if (d->pending_ms && batch_pending(d))
		until = least(until, d->pending_ms + DESK_LINGER_MS);
	if (d->stopping)
		until = least(until, d->stop_by_ms);
	if (d->quiet && control_clients(d) == 0 && (hands_empty(d) || stuck(d)))
		until = least(until, d->quiet_since_ms + QUIET_MS);
	if (d->moves_by_ms)
		until = least(until, d->moves_by_ms);
	if (d->clock_hold_until_ms > ms)
		until = least(until, d->clock_hold_until_ms);
	if (d->watchdog_next_ms)
		until = least(until, d->watchdog_next_ms);
	if (until == INT64_MAX)
		return -1;
	return until <= ms ? 0 : until - ms > 3600000 ? 3600000 : (int)(until - ms);
}

static void dispatch(struct desk *d, uint32_t tag)
{
	size_t i = tag & 0xffffff;

	switch ((enum watch_kind)(tag >> 24)) {
	case WATCH_SIGNAL:
		on_signal(d);
		break;
	case WATCH_TIMER:
		on_timer_fd(d);
		break;
	case WATCH_LISTEN:
		control_accept(d);
		break;
	case WATCH_BOX:
		box_read(d, i);
		break;
	case WATCH_PARSER:
		reading_read(d, i);
		break;
	case WATCH_POST:
		post_read(d);
		break;
	case WATCH_WEB:
		web_read(d);
		break;
	case WATCH_CLIENT:
		control_read(d, i);
		break;
	case WATCH_KINDS:
		break;
	}
}

static void beat(struct desk *d, int64_t ms)
{
	int64_t every = sys_watchdog_ms();

	if (every == 0 || ms < d->watchdog_next_ms)
		return;
	sys_notify("WATCHDOG=1");
	d->watchdog_next_ms = ms + every;
}

/* Everything was read once and idles: the house is open. */
static void look_ready(struct desk *d)
{
	if (d->ready || d->quiet)
		return;
	for (size_t i = 0; i < d->n_boxes; i++)
		if (d->boxes[i].listed_at == 0)
			return;
	d->ready = true;
	log_event(LOG_LEVEL_INFO, "ready", "mailboxes=%zu", d->n_boxes);
	sys_notify("READY=1");
}

/* All is done but moves that the server will not make now: the next round makes them. */
static bool moves_late(struct desk *d, int64_t ms)
{
	if (!boxes_but_moves_quiet(d))
		d->moves_by_ms = 0;
	else if (d->moves_by_ms == 0)
		d->moves_by_ms = ms + MOVES_MS;
	if (d->moves_by_ms == 0 || ms < d->moves_by_ms)
		return false;
	d->exit_code = 75;
	return true;
}

/* --drain: 0 when all is done, 75 when something has to wait. */
static bool drained(struct desk *d, int64_t ms)
{
	bool sends = d->post.look && d->conf->has_smtp && !gives_up(&d->post.w);
	bool refused = false, retry = false;

	for (size_t i = 0; i < d->n_boxes; i++) {
		refused = refused || d->boxes[i].state == BOX_REFUSED;
		retry = retry || d->boxes[i].state == BOX_RETRY;
	}
	if (stuck(d)) {
		d->exit_code = 75;
		return true;
	}
	if (!hands_empty(d) || sends || d->timers_due) {
		d->moves_by_ms = 0;
		return false;
	}
	if (refused || retry) {
		d->exit_code = 75;
		return true;
	}
	if (!boxes_quiet(d))
		return moves_late(d, ms);
	d->exit_code = outbox_waiting(d->store) > 0 ? 75 : 0;
	return true;
}

static bool finished(struct desk *d, int64_t ms)
{
	if (d->failed)
		return true;
	if (d->stopping)
		return ms >= d->stop_by_ms || (d->post.n == 0 && !batch_wanted(d, INT64_MAX));
	if (d->drain)
		return drained(d, ms);
	if (d->quiet)
		return control_clients(d) == 0 && (hands_empty(d) || stuck(d)) &&
		       ms >= d->quiet_since_ms + QUIET_MS;
	return false;
}

void desk_stop_workers(struct desk *d)
{
	each_worker(d, kill_worker, sys_mono_ms());
}

/* SIGHUP: what is in hand is brought to its end, then the workers start anew; a configuration that
 * is refused leaves them alone. */
static void look_reload(struct desk *d)
{
	/* a clock may be behind for years */
	if (d->reloading && d->clock_back)
		reading_put_down(d);
	if (!d->reloading || d->post.n || d->to_keep.n || d->to_parse.n || d->to_decide.n ||
	    d->n_finished || reading_busy(d))
		return;
	desk_reload(d);
	d->reloading = false;
}

/* A commit in doubt, whoever asked for it: only a start finds out what is on the disk. */
static void look_at_store(struct desk *d)
{
	if (d->failed || !store_broken(d->store))
		return;
	log_event(LOG_LEVEL_ERROR, "store_failed", "why=\"a write is in doubt\"");
	d->failed = true;
	d->exit_code = 70;
}

void desk_run(struct desk *d)
{
	struct epoll_event ev[EVENTS];

	d->wall_minus_mono_ms = sys_now() * 1000 - sys_mono_ms();
	desk_look_at_clock(d);
	for (;;) {
		int64_t ms = sys_mono_ms();
		int n;

		watch_clock(d);
		start_workers(d, ms);
		look_at_hold(d, ms);
		reading_pump(d, ms);
		if (batch_wanted(d, ms))
			batch_run(d);
		reading_pump(d, ms);
		each_worker(d, check_worker, ms);
		look_reload(d);
		look_ready(d);
		look_at_store(d);
		beat(d, ms);
		if (finished(d, ms))
			break;
		arm(d);
		n = epoll_wait(d->epoll_fd, ev, EVENTS, sleep_ms(d, ms));
		for (int i = 0; i < n; i++)
			dispatch(d, ev[i].data.u32);
		if (n == 0 && !batch_wanted(d, sys_mono_ms()))
			store_checkpoint(d->store);
	}
	desk_stop_workers(d);
}
