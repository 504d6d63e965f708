/* reading: the parsers. A few mails are handed to each ahead, so that it need not wait for the desk
 * between two of them. A death or a lateness is the first one's alone, and is written down before
 * that mail is tried again; the others go back as they were. */
#include "programs/mesad/desk.h"

#include "base/log.h"
#include "store/raw.h"

#include <string.h>
#include <unistd.h>

size_t reading_busy(const struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < DESK_PARSERS; i++)
		n += d->parsers[i].handed.n;
	return n;
}

/* A mail that was taken up again after a start has its bytes in the store alone. */
static bool fetch_bytes(struct desk *d, struct item *it, struct err *e)
{
	struct arena *a;
	struct slice raw;
	bool ok;

	if (it->fd >= 0)
		return true;
	a = arena_new();
	ok = raw_get(d->store, a, it->raw, &raw, e);
	if (ok)
		it->fd = fd_seal(raw, e);
	arena_free(&a);
	return ok && it->fd >= 0;
}

/* After an unclean end each mail goes alone, under its name: what kills the desk thrice is known.
 */
static bool take_in_hand(struct desk *d, const struct item *it, struct err *e)
{
	if (engine_begin(d->engine, e) && ledger_in_hand(d->store, it->entry, e) &&
	    engine_commit(d->engine, false, e))
		return true;
	engine_abandon(d->engine);
	return false;
}

static void aside(struct desk *d, struct item *it, const char *why)
{
	it->why = why;
	queue_put(&d->to_decide, it);
	desk_pending(d);
}

static bool start_parser(struct desk *d, size_t i, int64_t now_ms)
{
	struct parser *p = &d->parsers[i];
	struct err e;

	if (worker_running(&p->w))
		return true;
	if (!worker_may_start(&p->w, now_ms))
		return false;
	if (worker_start(&p->w, now_ms, &e) && desk_watch(d, p->w.sock, WATCH(WATCH_PARSER, i), &e))
		return true;
	log_event(LOG_LEVEL_ERROR, "worker_failed", "worker=mesad-parse why=\"%s\"", e.text);
	worker_kill(&p->w, now_ms, "cannot start");
	return false;
}

/* The deadline is the first one's: it begins when the one before was answered. */
static void owe(struct parser *p, int64_t now_ms)
{
	p->w.deadline_ms = p->handed.n ? now_ms + PARSE_DEADLINE_MS : 0;
}

static void hand(struct desk *d, size_t i, struct item *it, int64_t now_ms)
{
	struct parser *p = &d->parsers[i];
	struct err e;

	if (it->why) {
		aside(d, it, it->why);
		return;
	}
	if (it->desk_deaths >= DESK_DEATHS) {
		aside(d, it, "the desk died three times with this mail in hand");
		return;
	}
	if (!fetch_bytes(d, it, &e)) {
		aside(d, it, "its bytes cannot be read back");
		return;
	}
	if (d->careful && !take_in_hand(d, it, &e)) {
		queue_first(&d->to_parse, it);
		d->trouble_until_ms = now_ms + TROUBLE_MS;
		return;
	}
	queue_put(&p->handed, it);
	if (p->handed.n == 1)
		owe(p, sys_mono_ms()); /* a commit may have taken long */
	if (!worker_send(&p->w, FRAME_PARSE, (uint32_t)it->entry, (struct slice){NULL, 0}, it->fd,
			 &e))
		reading_read(d, i); /* it has died: its last answers, then its end */
}

bool reading_wants(const struct desk *d, int64_t now_ms)
{
	if (d->to_parse.n == 0 || d->stopping || d->trouble_until_ms > now_ms)
		return false;
	return !d->careful || (reading_busy(d) == 0 && d->to_decide.n == 0);
}

/* The one with the least before it; DESK_PARSERS: none can take any. */
static size_t next_parser(struct desk *d, int64_t now_ms)
{
	size_t best = DESK_PARSERS, least = PARSE_AHEAD;

	for (size_t i = 0; i < DESK_PARSERS; i++) {
		if (d->parsers[i].handed.n < least && start_parser(d, i, now_ms)) {
			best = i;
			least = d->parsers[i].handed.n;
		}
	}
	return best;
}

void reading_pump(struct desk *d, int64_t now_ms)
{
	if (d->recovering && d->to_parse.n == 0 && reading_busy(d) == 0 && d->to_decide.n == 0)
		reading_recover(d);
	while (reading_wants(d, now_ms)) {
		size_t i = next_parser(d, now_ms);

		if (i == DESK_PARSERS)
			return;
		hand(d, i, queue_take(&d->to_parse), now_ms);
	}
}

static bool on_frame(struct desk *d, size_t i, struct frame *f, struct err *e)
{
	struct parser *p = &d->parsers[i];
	struct item *it = p->handed.head;

	if (f->type == FRAME_HELLO)
		return frame_hello_check(f, e);
	if (f->type != FRAME_PARSED || it == NULL || f->id != (uint32_t)it->entry || f->fd < 0)
		return err_set(e, "an answer that nobody asked for");
	it->facts_fd = f->fd;
	f->fd = -1;
	queue_put(&d->to_decide, queue_take(&p->handed));
	owe(p, sys_mono_ms());
	desk_pending(d);
	return true;
}

void reading_read(struct desk *d, size_t i)
{
	desk_read_worker(d, &d->parsers[i].w, i, on_frame, reading_fell);
}

void reading_fell(struct desk *d, size_t i, const char *why)
{
	struct parser *p = &d->parsers[i];
	struct item *it;

	worker_kill(&p->w, sys_mono_ms(), why);
	it = d->stopping ? NULL : queue_take(&p->handed);
	queue_before(&d->to_parse, &p->handed);
	if (it == NULL)
		return;
	log_event(LOG_LEVEL_WARN, "parser_lost_mail", "entry=%lld mailbox=%s uid=%u attempt=%d",
		  (long long)it->entry, it->key.mailbox, it->key.uidvalidity ? it->key.uid : 0,
		  it->attempts + 1);
	it->died = true;
	queue_put(&d->to_decide, it);
	desk_pending(d);
}

/* Which box of today has this name? -1: none any more; the mail gets its fate all the same. */
static int box_named(const struct desk *d, const char *name)
{
	for (size_t i = 0; i < d->n_boxes; i++)
		if (str_eq(d->boxes[i].conf->name, name))
			return (int)i;
	return -1;
}

static void take_up(struct desk *d, const struct ledger_entry *en)
{
	struct item *it = item_new();

	it->box = box_named(d, en->key.mailbox);
	it->key = en->key;
	it->key.mailbox = it->box >= 0 ? d->boxes[it->box].conf->name : "ingest";
	it->entry = en->id;
	it->raw = en->raw;
	it->size = en->size;
	it->received_at = en->received_at;
	it->headers_only = en->headers_only;
	it->attempts = en->attempts;
	it->desk_deaths = en->desk_deaths;
	if (it->box >= 0)
		d->boxes[it->box].in_hand++;
	queue_put(&d->to_parse, it);
}

void reading_recover(struct desk *d)
{
	struct arena *a = arena_new();
	struct ledger_entry *list;
	struct err e;
	size_t n = 0;

	if (!ledger_open(d->store, a, d->recovered_to, DESK_RECOVER, &list, &n, &e)) {
		log_event(LOG_LEVEL_ERROR, "recover_failed", "why=\"%s\"", e.text);
		d->failed = true;
		d->exit_code = 70;
	}
	for (size_t i = 0; i < n; i++) {
		take_up(d, &list[i]);
		d->recovered_to = list[i].id;
	}
	if (n == 0) {
		d->recovering = false;
		d->careful = false;
		for (size_t i = 0; i < d->n_boxes; i++)
			box_settle(d, i);
	}
	arena_free(&a);
}

void reading_put_down(struct desk *d)
{
	struct item *it;

	if (d->to_parse.n || reading_busy(d))
		return;
	for (size_t i = 0; i < d->n_boxes; i++)
		if (worker_running(&d->boxes[i].w))
			box_fell(d, i, NULL);
	while ((it = queue_take(&d->to_keep)) != NULL)
		item_free(it); /* whoever brought it has waited too long already */
	while ((it = queue_take(&d->to_decide)) != NULL) {
		d->recovering = true;
		if (it->entry <= d->recovered_to)
			d->recovered_to = it->entry - 1;
		if (it->box >= 0)
			d->boxes[it->box].in_hand--;
		item_free(it);
	}
}
