/* mesad-imap: brings one mailbox to the desk and tidies up after it. Everything that it knows comes
 * from the desk; everything that it does to the mailbox, the desk has committed before. */
#include "programs/mesad-imap/box.h"

#include "base/backoff.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/str.h"
#include "base/version.h"
#include "io/sandbox.h"
#include "io/sys.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

enum {
	BACKOFF_FIRST_MS = 1000,
	BACKOFF_MOST_MS = 300000,
	LOGIN_AGAIN_MS = 15 * 60000, /* more often, and servers lock the account */
	WORKED_WELL = 10,	     /* times as long as the wait that follows */
	WHY_MAX = 1200
};

/* --- OAuth2 --- */

static bool save_refresh(void *ctx, const char *refresh, struct err *e)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct box *b = ctx;
	bool ok;

	pack_str(&body, refresh);
	box_answer_clear(b);
	ok = box_say(b, FRAME_TOKEN, &body, -1) || !box_gone(b, e);
	sbuf_free(&body);
	ok = ok && box_answer(b, FRAME_TOKEN_SAVED, e);
	box_answer_clear(b);
	return ok;
}

/* --- one connection --- */

static bool log_in(struct box *b, struct err *e)
{
	struct stream_wake wake = {b->sock, box_listen, b};

	b->fault = FAULT_NONE;
	if (b->conf.oauth2 && !oauth_access(&b->access, &b->fault, e))
		return false;
	b->imap = imap_open(&b->conf, b->conf.oauth2 ? b->access.token : NULL, &wake, &b->fault, e);
	if (!b->imap && b->fault == FAULT_LOGIN)
		oauth_forget(&b->access);
	return b->imap != NULL;
}

/* A token of an earlier login may have been withdrawn before its time: a new one tells. */
static bool log_in_twice(struct box *b, struct err *e)
{
	return log_in(b, e) || (b->conf.oauth2 && b->fault == FAULT_LOGIN && !b->access.fresh &&
				!b->gone && log_in(b, e));
}

static bool open_box(struct box *b, struct err *e)
{
	b->renewed = false;
	b->logged_in = false;
	b->listed = false;
	b->open_ms = sys_mono_ms();
	if (!log_in_twice(b, e))
		return false;
	b->logged_in = true;
	b->highest = 0;
	b->moved_ms = sys_mono_ms();
	if (!imap_select(b->imap, b->conf.folder, e)) {
		b->fault = imap_fault(b->imap);
		return false;
	}
	b->validity = imap_uidvalidity(b->imap);
	return true;
}

/* How long nothing has to be done unless something happens. */
static int64_t idle_ms(const struct box *b)
{
	int64_t seconds = imap_has_idle(b->imap) || b->conf.idle_renew < b->conf.poll_seconds
				  ? b->conf.idle_renew
				  : b->conf.poll_seconds;
	int64_t ms = seconds * 1000, now = sys_mono_ms();

	if (b->done.n > 0 && b->move_ms - now < ms)
		ms = b->move_ms - now;
	if (b->skipped && b->whole_ms - now < ms)
		ms = b->whole_ms - now;
	return ms > 0 ? ms : 0;
}

static bool wants_work(const struct box *b)
{
	return b->gone || b->stop || b->relist || (b->done.n > 0 && sys_mono_ms() >= b->move_ms);
}

static bool on_call(void *ctx)
{
	struct box *b = ctx;

	box_listen(b);
	return wants_work(b);
}

/* Between rounds. Whatever ends the wait, the next round looks for new mail: news that came between
 * two commands are told to nobody twice. */
static bool rest(struct box *b, struct err *e)
{
	struct stream_wake call = {b->sock, on_call, b};

	if (!on_call(b)) {
		box_tell(b, BOX_IDLE, "");
		if (imap_wait(b->imap, &call, idle_ms(b), e) == IMAP_WOKEN_ERROR)
			return false;
	}
	return !box_gone(b, e) && box_moves(b, e);
}

/* Until something fails (false) or the desk says stop (true). */
static bool serve(struct box *b, struct err *e)
{
	while (!b->stop) {
		bool whole = !b->listed || b->relist || sys_mono_ms() >= b->whole_ms;

		if (!box_round(b, whole, e))
			return false;
		if (!rest(b, e))
			return false;
		b->failures = 0;
	}
	return box_moves(b, e);
}

/* --- life --- */

static int64_t wait_ms(const struct box *b)
{
	if (b->fault == FAULT_LOGIN || b->fault == FAULT_NO_AUTH || b->fault == FAULT_TOKEN)
		return LOGIN_AGAIN_MS;
	return backoff_ms(b->failures, BACKOFF_FIRST_MS, BACKOFF_MOST_MS, sys_seed());
}

/* A connection that worked for long is no failure like the others: a firewall that drops idle
 * connections must not make every wait longer than the last. */
static void forgive(struct box *b)
{
	if (b->listed && sys_mono_ms() - b->open_ms >= WORKED_WELL * wait_ms(b))
		b->failures = 0;
}

static void fall_back(struct box *b, const struct err *e)
{
	char why[WHY_MAX];
	int64_t until;

	if (b->gone || b->stop)
		return;
	snprintf(why, sizeof why, "%s: %s", fault_name(b->fault), e->text);
	box_tell(b, fault_is_refusal(b->fault) ? BOX_REFUSED : BOX_WAITING, why);
	forgive(b);
	until = sys_mono_ms() + wait_ms(b);
	b->failures++;
	while (!b->gone && !b->stop && !(b->renewed && b->fault == FAULT_TOKEN) &&
	       sys_mono_ms() < until)
		box_pause(b, until - sys_mono_ms());
}

static void live(struct box *b)
{
	while (!b->gone && !b->stop) {
		struct err e = {0};

		box_tell(b, BOX_CONNECTING, "");
		if (open_box(b, &e) && serve(b, &e)) {
			imap_logout(&b->imap);
			return;
		}
		if (b->imap && b->fault == FAULT_NONE)
			b->fault = imap_fault(b->imap);
		imap_close(&b->imap);
		box_answer_clear(b);
		fall_back(b, &e);
	}
}

static bool greet_desk(struct box *b, struct err *e)
{
	static char buf[FRAME_MAX];
	struct frame f;

	if (!frame_hello_send(b->sock) || frame_recv(b->sock, buf, &f) != FRAME_OK)
		return err_set(e, "no desk");
	return frame_hello_check(&f, e);
}

int main(int argc, char **argv)
{
	static struct box box;
	struct box *b = &box;
	struct err e = {0};

	if (argc == 2 && str_eq(argv[1], "--version")) {
		printf("mesad-imap %s\n", mesad_version);
		return EX_OK;
	}
	log_open("mesad-imap", LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	b->sock = work_channel();
	if (b->sock < 0) {
		fprintf(stderr, "mesad-imap is started by mesad.\n");
		return EX_USAGE;
	}
	work_die_with_parent();
	b->arena = arena_new();
	if (!greet_desk(b, &e) || !sandbox_enter(SANDBOX_IMAP, &e)) {
		log_event(LOG_LEVEL_ERROR, "worker_failed", "why=\"%s\"", e.text);
		return EX_SOFTWARE;
	}
	b->access = (struct oauth_access){.save = save_refresh, .ctx = b};
	while (!b->has_conf && !b->gone && !b->stop)
		box_pause(b, INT32_MAX);
	live(b);
	return EX_OK;
}
