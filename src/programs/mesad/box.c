/* box: one mailbox's worker. What it lists is held against the ledger; what it brings is kept; what
 * has its fate it may move. */
#include "programs/mesad/desk.h"

#include "base/log.h"
#include "base/pack.h"
#include "programs/shared/servers.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* `mesactl board` knows it by its first word. */
#define BOX_CRASHED                                                                                \
	"crash: the server's answer makes the worker fall; tried again, ever more slowly; see "    \
	"mesactl check --connect"

static bool send_conf(struct desk *d, struct box *b, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct imap_conf ic;
	bool ok = servers_imap(a, d->conf, b->conf, &ic, e);

	if (ok) {
		imap_conf_pack(&body, &ic);
		ok = worker_send(&b->w, FRAME_IMAP_CONF, 0, sbuf_view(&body), -1, e);
		explicit_bzero(body.p, body.n);
	}
	sbuf_free(&body);
	arena_free(&a);
	return ok;
}

/* Its own waits are bounded, but for what no deadline reaches (a name that is looked up, a library
 * that spins). While it has mails of ours in hand, the desk owes, not the worker. */
static void owes(const struct desk *d, struct box *b)
{
	int64_t rhythm = d->conf->idle_renew > b->conf->poll_seconds ? d->conf->idle_renew
								     : b->conf->poll_seconds;
	/* A large mail on a thin line takes its time. */
	int64_t ms = BOX_DEADLINE_MS + d->conf->message_max * 1000 / IMAP_FETCH_RATE;

	/* In each renewal of IDLE the mailbox is listed, and that is told. */
	if (b->state == BOX_IDLE && !b->relisting)
		ms = rhythm * 1000 + BOX_IDLE_LATE_MS;
	b->w.deadline_ms = b->in_hand == 0 ? sys_mono_ms() + ms : 0;
}

void box_start(struct desk *d, size_t i, int64_t now_ms)
{
	struct box *b = &d->boxes[i];
	struct err e;

	if (worker_running(&b->w) || d->quiet || d->stopping || !worker_may_start(&b->w, now_ms))
		return;
	if (!worker_start(&b->w, now_ms, &e) ||
	    !desk_watch(d, b->w.sock, WATCH(WATCH_BOX, i), &e) || !send_conf(d, b, &e)) {
		log_event(LOG_LEVEL_ERROR, "mailbox_failed", "mailbox=%s why=\"%s\"", b->conf->name,
			  e.text);
		text_copy(b->why, sizeof(b->why), e.text);
		b->state = BOX_REFUSED;
		worker_kill(&b->w, now_ms, "cannot start");
		return;
	}
	b->state = BOX_CONNECTING;
	b->relisting = false;
	b->to_move = 0;
	owes(d, b);
	b->asked_at = 0;
	b->heard_listed = 0;
}

/* Mails that were not kept yet will be listed and brought again. */
static void forget_unkept(struct desk *d, size_t i)
{
	struct queue left;
	struct item *it;

	queue_init(&left);
	while ((it = queue_take(&d->to_keep)) != NULL) {
		if (it->box == (int)i) {
			d->boxes[i].in_hand--;
			item_free(it);
		} else {
			queue_put(&left, it);
		}
	}
	queue_init(&d->to_keep);
	while ((it = queue_take(&left)) != NULL)
		queue_put(&d->to_keep, it);
}

/* The library may fall over what a broken or hostile server says. That costs the worker, again and
 * again and ever more slowly, and no other mailbox; the people in charge are told once. */
static void tell_crash(struct box *b)
{
	bool fell = WIFSIGNALED(b->w.status) ? WTERMSIG(b->w.status) != SIGKILL
					     : WEXITSTATUS(b->w.status) != 0;

	if (!fell)
		return;
	text_copy(b->why, sizeof(b->why), BOX_CRASHED);
	if (!b->crash_told)
		log_event(LOG_LEVEL_ERROR, "mailbox_unreachable", "mailbox=%s why=\"%s\"",
			  b->conf->name, b->why);
	b->crash_told = true;
}

void box_fell(struct desk *d, size_t i, const char *why)
{
	struct box *b = &d->boxes[i];

	worker_kill(&b->w, sys_mono_ms(), why);
	if (why)
		tell_crash(b);
	forget_unkept(d, i);
	b->state = BOX_RETRY;
	b->heard_listed = 0;
	b->to_move = 0;
	listing_drop(&b->listing);
}

/* --- what the worker says --- */

/* `start`: what lay in the mailbox before the very first start. When nobody knows the hour of the
 * mail, or that of the start because the clock ran ahead then, it is no old one. */
static bool before_start(const struct box *b, int64_t received)
{
	if (received <= 0)
		return false;
	switch (b->conf->start) {
	case START_ALL:
		return false;
	case START_AGE:
		return b->started <= sys_now() && received < b->started - b->conf->start_value;
	case START_DATE:
		return received < b->conf->start_value;
	}
	return false;
}

static struct item *box_item(struct desk *d, size_t i, uint32_t validity, uint32_t uid,
			     int64_t size, int64_t received)
{
	struct item *it = item_new();

	it->key = (struct ledger_key){d->boxes[i].conf->name, validity, uid};
	it->size = size;
	it->received_at = received;
	it->box = (int)i;
	queue_put(&d->to_keep, it);
	d->boxes[i].in_hand++;
	desk_pending(d);
	return it;
}

static bool on_sizes(struct desk *d, size_t i, struct unpack *u, struct err *e)
{
	struct box *b = &d->boxes[i];
	uint32_t validity = unpack_u32(u);
	uint32_t n = unpack_count(u, 20);
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	pack_u32(&body, validity);
	pack_u32(&body, n);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t uid = unpack_u32(u);
		int64_t size = unpack_i64(u);
		int64_t received = unpack_i64(u);
		bool old = !u->bad && before_start(b, received);

		if (old)
			box_item(d, i, validity, uid, size, received)->before_start = true;
		pack_u32(&body, uid);
		pack_u8(&body, old ? 0 : size > d->conf->message_max ? 2 : 1);
	}
	ok = unpack_done(u) ? worker_send(&b->w, FRAME_IMAP_FETCH, 0, sbuf_view(&body), -1, e)
			    : err_set(e, "malformed SIZES frame");
	sbuf_free(&body);
	return ok;
}

static bool on_brought(struct desk *d, size_t i, struct frame *f, struct unpack *u, struct err *e)
{
	uint32_t validity = unpack_u32(u);
	uint32_t uid = unpack_u32(u);
	int64_t size = unpack_i64(u);
	int64_t received = unpack_i64(u);
	bool headers_only = unpack_u8(u) != 0;
	struct item *it;

	if (!unpack_done(u) || f->fd < 0 || uid == 0)
		return err_set(e, "malformed MAIL frame");
	it = box_item(d, i, validity, uid, size, received);
	it->headers_only = headers_only;
	it->fd = f->fd;
	f->fd = -1;
	return true;
}

static void note_finished(struct desk *d, size_t i, uint32_t validity, uint32_t *uids, size_t n)
{
	if (d->n_finished == COUNT(d->finished))
		batch_run(d);
	if (d->n_finished == COUNT(d->finished)) {
		free(uids); /* no transaction is to be had: the next listing tells it again */
		return;
	}
	d->finished[d->n_finished++] = (struct finished){(int)i, validity, uids, n};
	desk_pending(d);
}

static bool on_finished(struct desk *d, size_t i, struct unpack *u, struct err *e)
{
	struct box *b = &d->boxes[i];
	uint32_t validity = unpack_u32(u);
	uint32_t n = unpack_count(u, 4);
	uint32_t *uids = mem_array(n, sizeof(*uids));

	for (uint32_t k = 0; k < n; k++)
		uids[k] = unpack_u32(u);
	if (!unpack_done(u)) {
		free(uids);
		return err_set(e, "malformed FINISHED frame");
	}
	b->to_move = b->to_move > n ? b->to_move - n : 0;
	note_finished(d, i, validity, uids, n);
	return true;
}

/* A mail that was to be fetched and is no more: somebody moved it, or its move had been made. */
static bool on_gone(struct desk *d, size_t i, struct unpack *u, struct err *e)
{
	uint32_t validity = unpack_u32(u);
	uint32_t *uid = mem_array(1, sizeof(*uid));

	*uid = unpack_u32(u);
	if (!unpack_done(u)) {
		free(uid);
		return err_set(e, "malformed GONE frame");
	}
	note_finished(d, i, validity, uid, 1);
	return true;
}

void box_settle(struct desk *d, size_t i)
{
	struct box *b = &d->boxes[i];

	if (b->heard_listed && b->in_hand == 0 && !d->recovering) {
		b->listed_at = b->heard_listed;
		b->crash_told = false;
		b->heard_listed = 0;
		d->timers_due = true;
	}
}

static bool on_state(struct box *b, struct unpack *u, struct err *e)
{
	struct arena *a = arena_new();
	enum box_state was = b->state;
	uint8_t state = unpack_u8(u);
	const char *why = log_quote(a, unpack_str(u, a));
	bool ok = unpack_done(u) && state <= BOX_REFUSED;

	if (ok) {
		b->state = (enum box_state)state;
		text_copy(b->why, sizeof(b->why), why);
		if (b->state == BOX_RETRY || b->state == BOX_REFUSED)
			log_event(LOG_LEVEL_WARN, "mailbox_unreachable", "mailbox=%s why=%s",
				  b->conf->name, why);
		else if (b->state != was)
			log_event(LOG_LEVEL_DEBUG, "mailbox_state", "mailbox=%s state=%d",
				  b->conf->name, (int)b->state);
	}
	arena_free(&a);
	return ok || err_set(e, "malformed STATE frame");
}

static bool on_word(struct desk *d, size_t i, struct frame *f, struct err *e)
{
	struct box *b = &d->boxes[i];
	struct unpack u = unpack_of(f->body.p, f->body.n);

	switch (f->type) {
	case FRAME_HELLO:
		return frame_hello_check(f, e);
	case FRAME_IMAP_LIST:
		return listing_frame(d, b, &u, e);
	case FRAME_IMAP_SIZES:
		return on_sizes(d, i, &u, e);
	case FRAME_IMAP_MAIL:
		return on_brought(d, i, f, &u, e);
	case FRAME_IMAP_FINISHED:
		return on_finished(d, i, &u, e);
	case FRAME_IMAP_GONE:
		return on_gone(d, i, &u, e);
	case FRAME_IMAP_LISTED:
		b->heard_listed = unpack_i64(&u);
		b->relisting = false;
		box_settle(d, i);
		return unpack_done(&u) || err_set(e, "malformed LISTED frame");
	case FRAME_IMAP_STATE:
		return on_state(b, &u, e);
	case FRAME_TOKEN:
		return token_save(d, &b->conf->imap, &b->w, &u, e);
	default:
		return err_set(e, "frame of unknown type %u", f->type);
	}
}

/* Only a word from it shows that it lives. */
static bool on_frame(struct desk *d, size_t i, struct frame *f, struct err *e)
{
	struct box *b = &d->boxes[i];

	if (!on_word(d, i, f, e))
		return false;
	if (worker_running(&b->w))
		owes(d, b);
	return true;
}

void box_read(struct desk *d, size_t i)
{
	desk_read_worker(d, &d->boxes[i].w, i, on_frame, box_fell);
}

void box_done(struct desk *d, const struct item *it)
{
	struct box *b = &d->boxes[it->box];
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct err e;

	b->in_hand--;
	if (worker_running(&b->w))
		owes(d, b);
	if (worker_running(&b->w) && !it->before_start) {
		pack_i64(&body, it->size);
		if (!worker_send(&b->w, FRAME_IMAP_CREDIT, 0, sbuf_view(&body), -1, &e))
			box_fell(d, (size_t)it->box, e.text);
	}
	sbuf_free(&body);
}

void box_relist(struct desk *d, size_t i, int64_t due)
{
	struct box *b = &d->boxes[i];
	struct err e;

	if (!worker_running(&b->w) || b->asked_at >= due)
		return;
	b->asked_at = due;
	if (!b->relisting) { /* what it owes since then it owes still */
		b->relisting = true;
		owes(d, b);
	}
	if (!worker_send(&b->w, FRAME_IMAP_RELIST, 0, (struct slice){NULL, 0}, -1, &e))
		box_fell(d, i, e.text);
}

bool boxes_listed_since(struct desk *d, int64_t due)
{
	bool all = true;

	for (size_t i = 0; i < d->n_boxes; i++) {
		if (d->boxes[i].listed_at >= due)
			continue;
		all = false;
		box_relist(d, i, due);
	}
	return all;
}

/* A listing of an hour that has not come yet says nothing about a close that is due then. */
void boxes_clock_back(struct desk *d, int64_t now)
{
	for (size_t i = 0; i < d->n_boxes; i++) {
		struct box *b = &d->boxes[i];

		if (b->listed_at > now)
			b->listed_at = 1;
		if (b->heard_listed > now)
			b->heard_listed = 1;
		if (b->asked_at > now)
			b->asked_at = 0;
	}
}

bool boxes_but_moves_quiet(const struct desk *d)
{
	for (size_t i = 0; i < d->n_boxes; i++) {
		const struct box *b = &d->boxes[i];

		if (b->listed_at == 0 || b->in_hand || b->state != BOX_IDLE)
			return false;
	}
	return true;
}

bool boxes_quiet(const struct desk *d)
{
	for (size_t i = 0; i < d->n_boxes; i++)
		if (d->boxes[i].to_move)
			return false;
	return boxes_but_moves_quiet(d);
}
