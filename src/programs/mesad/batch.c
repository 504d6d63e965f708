/* batch: everything that waits goes into one transaction: new mails are kept, parsed ones decided,
 * send results and moves recorded, due timers fired, outgoing rows claimed. Only after its commit
 * does anything leave the house. */
#include "programs/mesad/desk.h"

#include "base/log.h"
#include "mail/header.h"
#include "store/raw.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RAW_MAX = 256 * 1024 * 1024,
	FACTS_MAX = 64 * 1024 * 1024,
};

size_t batch_pending(const struct desk *d)
{
	size_t n = d->n_finished + boxes_to_reconcile(d);

	/* on a clock that runs behind, intake waits */
	if (!d->clock_back)
		n += d->to_keep.n + d->to_decide.n;

	for (size_t i = 0; i < DESK_WINDOW; i++)
		n += d->post.slot[i].row.id && d->post.slot[i].told;
	return n;
}

static bool post_has_room(const struct desk *d)
{
	return d->post.look && !d->stopping && !d->reloading && worker_running(&d->post.w) &&
	       d->post.n < DESK_WINDOW / 2;
}

/* Company is waited for only while somebody is still at work. */
bool batch_wanted(const struct desk *d, int64_t now_ms)
{
	size_t n = batch_pending(d);

	if (d->failed || now_ms < d->trouble_until_ms)
		return false;
	if (d->flush_now || d->timers_due || post_has_room(d))
		return true;
	if (n == 0)
		return false;
	if (n >= DESK_BATCH || now_ms - d->pending_ms >= DESK_LINGER_MS)
		return true;
	return d->to_keep.n == 0 && reading_busy(d) == 0 && d->post.n == 0;
}

/* --- keeping --- */

static bool keep(struct desk *d, struct item *it, int64_t now, struct err *e)
{
	struct slice raw;

	if (it->before_start)
		return engine_before_start(d->engine, &it->key, it->size, it->received_at, e);
	if (!fd_map(it->fd, RAW_MAX, true, &raw, e))
		return false;
	/* the mail server lists it and brings no byte of it */
	if (it->headers_only && raw.n == 0)
		it->why = "the mail server does not bring it: it is in the folder of what is done";
	it->entry = engine_keep(d->engine, &it->key, raw, it->size, it->received_at,
				it->headers_only, now, e);
	fd_unmap(&raw);
	return it->entry != 0;
}

/* The store is well and will not have it (it knows the UID already): nothing is lost, for it lies
 * on the server still, and the others must not wait for it. */
static void leave(struct desk *d, struct item *it, const struct err *e)
{
	log_event(LOG_LEVEL_ERROR, "mail_not_kept", "mailbox=%s uid=%u why=\"%s\"", it->key.mailbox,
		  it->key.uid, e->text);
	if (it->box >= 0)
		d->boxes[it->box].in_hand--;
	if (it->client)
		control_told(d, it);
	item_free(it);
}

static bool keep_all(struct desk *d, struct queue *kept, int64_t now, struct err *e)
{
	for (size_t k = 0; k < DESK_BATCH && d->to_keep.head; k++) {
		struct item *it = d->to_keep.head;

		if (keep(d, it, now, e))
			queue_put(kept, queue_take(&d->to_keep));
		else if (store_trouble(d->store) == TROUBLE_NONE)
			leave(d, queue_take(&d->to_keep), e);
		else
			return err_prefix(e, "keep mail uid=%u", it->key.uid);
	}
	return true;
}

/* --- deciding --- */

static bool item_raw(struct desk *d, struct arena *a, const struct item *it, struct slice *raw,
		     bool *mapped, struct err *e)
{
	*mapped = it->fd >= 0;
	if (it->fd >= 0)
		return fd_map(it->fd, RAW_MAX, true, raw, e);
	return raw_get(d->store, a, it->raw, raw, e);
}

static struct ledger_entry entry_of(const struct item *it)
{
	return (struct ledger_entry){
		.id = it->entry,
		.raw = it->raw,
		.received_at = it->received_at,
		.size = it->size,
		.key = it->key,
		.headers_only = it->headers_only,
	};
}

/* facts from the worker's bytes; false: they are not to be believed at all. */
static bool item_facts(struct arena *a, const struct item *it, struct slice raw, struct facts *f,
		       struct slice *bytes, struct err *e)
{
	if (!fd_map(it->facts_fd, FACTS_MAX, true, bytes, e))
		return false;
	return facts_unpack(a, *bytes, (int64_t)raw.n, f) ||
	       err_set(e, "the parser's answer is malformed");
}

static bool decide_mail(struct desk *d, struct arena *a, struct item *it, int64_t now,
			struct outcome *out, struct err *e)
{
	struct ledger_entry entry;
	struct slice raw = {NULL, 0}, bytes = {NULL, 0};
	struct facts f;
	bool mapped = false, ok;

	/* The ledger knows the raw's row; a fresh item learns it here. */
	if (!ledger_get(d->store, a, it->entry, &entry, e))
		return false;
	it->raw = entry.raw;
	ok = item_raw(d, a, it, &raw, &mapped, e) && item_facts(a, it, raw, &f, &bytes, e) &&
	     engine_mail(d->engine, a, &entry, raw, &f, now, out, e);
	fd_unmap(&bytes);
	if (mapped)
		fd_unmap(&raw);
	return ok;
}

/* A mail that cannot be decided although the store is well is kept aside, not tried for ever. */
static bool decide(struct desk *d, struct item *it, int64_t now, struct err *e)
{
	struct outcome out = {FATE_QUARANTINE, ""};
	struct arena *a = arena_new();
	struct ledger_entry entry = entry_of(it);
	bool ok = true;

	if (it->why == NULL) {
		ok = decide_mail(d, a, it, now, &out, e);
		if (!ok && store_trouble(d->store) == TROUBLE_NONE) {
			log_event(LOG_LEVEL_ERROR, "mail_undecided", "entry=%lld why=%s",
				  (long long)it->entry, log_quote(a, e->text));
			ok = engine_quarantine(d->engine, a, &entry, e->text, now, e);
			out = (struct outcome){FATE_QUARANTINE, ""};
		}
	} else {
		ok = engine_quarantine(d->engine, a, &entry, it->why, now, e);
	}
	it->fate = out.fate;
	text_copy(it->number, sizeof(it->number), out.number);
	arena_free(&a);
	return ok;
}

static bool decide_all(struct desk *d, struct queue *decided, int64_t now, struct err *e)
{
	for (size_t k = 0; k < DESK_BATCH && d->to_decide.head; k++) {
		struct item *it = d->to_decide.head;

		if (it->died) {
			if (!ledger_attempt(d->store, it->entry, e))
				return false;
		} else if (!decide(d, it, now, e)) {
			return err_prefix(e, "decide entry %lld", (long long)it->entry);
		}
		queue_put(decided, queue_take(&d->to_decide));
	}
	return true;
}

/* --- the rest --- */

static bool finish_moves(struct desk *d, struct err *e)
{
	for (size_t i = 0; i < d->n_finished; i++) {
		const struct finished *f = &d->finished[i];

		if (!ledger_finished(d->store, d->boxes[f->box].conf->name, f->uidvalidity, f->uids,
				     f->n, e))
			return false;
	}
	return true;
}

static bool record_sent(struct desk *d, int64_t now, struct err *e)
{
	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &d->post.slot[i];

		s->recorded = s->row.id && s->told;
		if (s->recorded &&
		    !engine_sent(d->engine, &s->row, s->what, s->reply, sys_seed(), now, e))
			return err_prefix(e, "send result of row %lld", (long long)s->row.id);
	}
	return true;
}

/* --- before and after --- */

struct batch {
	struct queue kept, decided;
	bool fired, light;
	int64_t now;
};

static bool fill(struct desk *d, struct batch *b, struct err *e)
{
	/* before any mail gets its fate that came after the listing */
	if (!boxes_reconcile(d, e))
		return false;
	if (!d->clock_back &&
	    (!keep_all(d, &b->kept, b->now, e) || !decide_all(d, &b->decided, b->now, e)))
		return false;
	if (!finish_moves(d, e) || !record_sent(d, b->now, e))
		return false;
	if (!firing_run(d, b->now, &b->fired, e))
		return false;
	post_claim(d, b->now);
	return true;
}

/* Nothing of the batch happened: what it took goes back in order. */
static void put_back(struct desk *d, struct batch *b)
{
	struct item *it;
	struct queue q;

	queue_init(&q);
	while ((it = queue_take(&b->kept)) != NULL) {
		it->entry = 0;
		queue_put(&q, it);
	}
	while ((it = queue_take(&d->to_keep)) != NULL)
		queue_put(&q, it);
	queue_init(&d->to_keep);
	while ((it = queue_take(&q)) != NULL)
		queue_put(&d->to_keep, it);
	while ((it = queue_take(&d->to_decide)) != NULL)
		queue_put(&b->decided, it);
	queue_init(&d->to_decide);
	while ((it = queue_take(&b->decided)) != NULL)
		queue_put(&d->to_decide, it);
	post_unclaim(d);
}

static void failed(struct desk *d, const struct err *e)
{
	switch (store_trouble(d->store)) {
	case TROUBLE_IO:
	case TROUBLE_CORRUPT:
		log_event(LOG_LEVEL_ERROR, "store_failed", "why=\"%s\"", e->text);
		d->failed = true;
		d->exit_code = 70;
		break;
	case TROUBLE_NONE:
	case TROUBLE_BUSY:
	case TROUBLE_FULL:
	case TROUBLE_OTHER:
		log_event(LOG_LEVEL_ERROR, "store_waits", "seconds=%d why=\"%s\"",
			  TROUBLE_MS / 1000, e->text);
		d->trouble_until_ms = sys_mono_ms() + TROUBLE_MS;
		break;
	}
}

static void after_kept(struct desk *d, struct queue *kept)
{
	struct item *it;

	while ((it = queue_take(kept)) != NULL) {
		if (it->before_start) {
			box_done(d, it);
			box_settle(d, (size_t)it->box);
			item_free(it);
		} else {
			queue_put(&d->to_parse, it);
		}
	}
}

/* The parser fell with it: once more, or aside. */
static void after_death(struct desk *d, struct item *it)
{
	it->died = false;
	it->attempts++;
	if (it->attempts < PARSE_ATTEMPTS) {
		queue_first(&d->to_parse, it);
		return;
	}
	it->why = "the parser died of it, or was late, twice";
	queue_put(&d->to_decide, it);
	desk_pending(d);
}

struct done {
	int box;
	uint32_t uidvalidity;
	struct sbuf uids;
	uint32_t n;
};

static void send_done(struct desk *d, struct done *run)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct box *b = &d->boxes[run->box];
	struct err e;

	if (run->n && worker_running(&b->w)) {
		pack_u32(&body, run->uidvalidity);
		pack_u32(&body, run->n);
		sbuf_slice(&body, sbuf_view(&run->uids));
		if (worker_send(&b->w, FRAME_IMAP_DONE, 0, sbuf_view(&body), -1, &e))
			b->to_move += run->n;
		else
			box_fell(d, (size_t)run->box, e.text);
	}
	sbuf_free(&body);
	sbuf_clear(&run->uids);
	run->n = 0;
}

/* Only now may the mailbox be touched; neighbours go in one frame. */
static void after_decided(struct desk *d, struct queue *decided)
{
	struct done run = {.box = -1, .uids = SBUF_INIT(FRAME_BODY_MAX)};
	struct item *it;

	while ((it = queue_take(decided)) != NULL) {
		if (it->died) {
			after_death(d, it);
			continue;
		}
		if (it->box >= 0) {
			if (run.box != it->box || run.uidvalidity != it->key.uidvalidity) {
				if (run.box >= 0)
					send_done(d, &run);
				run.box = it->box;
				run.uidvalidity = it->key.uidvalidity;
			}
			pack_u32(&run.uids, it->key.uid);
			run.n++;
			box_done(d, it);
		}
		if (it->client)
			control_told(d, it);
		item_free(it);
	}
	if (run.box >= 0)
		send_done(d, &run);
	sbuf_free(&run.uids);
	for (size_t i = 0; i < d->n_boxes; i++)
		box_settle(d, i);
}

void batch_news(const struct desk *d)
{
	const struct news *n;
	size_t count = engine_news(d->engine, &n);

	for (size_t i = 0; i < count; i++)
		log_event(LOG_LEVEL_INFO, n[i].event, "ticket=%s actor=%s",
			  n[i].number[0] ? n[i].number : "-", n[i].actor);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void committed(struct desk *d, struct batch *b)
{
	bool grew = b->decided.n || b->fired;

	batch_news(d);
	for (size_t i = 0; i < d->n_finished; i++)
		free(d->finished[i].uids);
	d->n_finished = 0;
	boxes_reconciled(d);
	after_kept(d, &b->kept);
	after_decided(d, &b->decided);
	post_hand_out(d);
	if (post_settle(d) || grew)
		d->post.look = true;
	d->next_timer = timers_next(d->store, b->now);
	if (!d->quiet)
		d->next_timer = least(d->next_timer, outbox_next(d->store, b->now));
	d->trouble_until_ms = 0;
	d->pending_ms = d->to_keep.n || d->to_decide.n ? sys_mono_ms() : 0;
}

void batch_run(struct desk *d)
{
	struct batch b = {.now = sys_now()};
	bool mails = d->to_keep.n || d->to_decide.n || d->timers_due || d->flush_now;
	struct err e = {"could not begin"};

	queue_init(&b.kept);
	queue_init(&b.decided);
	d->flush_now = false;
	d->timers_due = false;
	if (d->next_timer <= b.now)
		d->post.look = true; /* a row came due and the timer has not said so yet */
	if (engine_begin(d->engine, &e) && fill(d, &b, &e) &&
	    engine_commit(d->engine, !mails && !b.fired, &e)) {
		committed(d, &b);
		return;
	}
	engine_abandon(d->engine);
	put_back(d, &b);
	d->timers_due = true; /* looked at again when the trouble is over */
	failed(d, &e);
}
