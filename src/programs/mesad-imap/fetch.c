#include "programs/mesad-imap/box.h"

#include "base/log.h"
#include "base/pack.h"
#include "io/sys.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	FETCH_BYTES = 4 * 1024 * 1024,
	FETCH_MAILS = 64,
	CREDIT_WAIT_MS = 240000, /* then a NOOP, so that the server does not log us out */

	/* A mail that cannot be fetched weighs more with each try: from the first it is fetched
	 * alone and last, then only its headers, and in the end the desk gets it empty, puts it
	 * aside and tells a person. It has to be the mail's own fault: others came meanwhile, and
	 * time went by. What a server refuses for a while weighs little, however often. */
	WEIGHT_LOST = 1,
	WEIGHT_WRONG = 4,
	WEIGHT_UNPROVEN = 7,
	WEIGHT_HEADERS = 8,
	WEIGHT_EMPTY = 16,
	WEIGH_AGAIN_MS = 240000 /* less than the time to the next try (round.c) */
};

/* One batch under way. */
struct batch {
	struct box *box;
	struct job *jobs; /* the whole list: delivered ones are marked there */
	size_t n_jobs;
	struct job *some[FETCH_MAILS];
	size_t n;
	unsigned before; /* mails brought when it began */
	int64_t bytes;
	int fd; /* the mail that is coming, -1: none */
	int64_t got;
	bool too_big;
	struct err *e;
};

/* --- troubles --- */

static struct trouble *trouble_of(struct box *b, uint32_t uid)
{
	for (size_t i = 0; i < b->n_trouble; i++)
		if (b->trouble[i].uid == uid)
			return &b->trouble[i];
	return NULL;
}

static int weight_of(struct box *b, uint32_t uid)
{
	const struct trouble *t = trouble_of(b, uid);

	return t ? t->weight : 0;
}

/* before: mails brought when none of its batch had come yet. */
static void weigh(struct box *b, uint32_t uid, int weight, unsigned before)
{
	struct trouble *t = trouble_of(b, uid);
	int64_t now = sys_mono_ms();

	if (!t && b->n_trouble < TROUBLES_MAX) {
		t = &b->trouble[b->n_trouble++];
		*t = (struct trouble){.uid = uid, .brought = before, .weighed_ms = now};
	}
	if (!t)
		return;
	t->alone = t->alone || t->brought != b->brought;
	if (t->brought != b->brought && now >= t->weighed_ms + WEIGH_AGAIN_MS) {
		t->weight += weight;
		t->weighed_ms = now;
		t->brought = b->brought;
	} else if (t->weight < WEIGHT_UNPROVEN) {
		t->weight++;
	}
}

/* Others come while it does not: it holds nobody up. */
static bool fails_alone(struct box *b, uint32_t uid)
{
	const struct trouble *t = trouble_of(b, uid);

	return t && t->alone;
}

static void forget_trouble(struct box *b, uint32_t uid)
{
	struct trouble *t = trouble_of(b, uid);

	if (t)
		*t = b->trouble[--b->n_trouble];
}

/* --- handing over --- */

bool box_say_gone(struct box *b, uint32_t uid)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	pack_u32(&body, b->validity);
	pack_u32(&body, uid);
	ok = box_say(b, FRAME_IMAP_GONE, &body, -1);
	sbuf_free(&body);
	return ok;
}

static bool hand_over(struct box *b, struct job *job, int fd, enum imap_how how)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	pack_u32(&body, b->validity);
	pack_u32(&body, job->uid);
	pack_i64(&body, job->size);
	pack_i64(&body, job->internaldate);
	pack_u8(&body, how == IMAP_HEADERS);
	ok = box_say(b, FRAME_IMAP_MAIL, &body, fd);
	sbuf_free(&body);
	job->delivered = true;
	b->used += job->size;
	b->in_hand++;
	b->brought++;
	forget_trouble(b, job->uid);
	return ok;
}

/* The last resort of a mail that no FETCH brings. */
static bool hand_over_empty(struct box *b, struct job *job, struct err *e)
{
	int fd = fd_seal(SLICE(""), e);
	bool ok = fd >= 0 && (hand_over(b, job, fd, IMAP_HEADERS) || !box_gone(b, e));

	log_event(LOG_LEVEL_ERROR, "mail_unreadable", "mailbox=%s uid=%u", b->conf.name, job->uid);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* --- the sink --- */

static void drop_fd(struct batch *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->got = 0;
}

static bool on_chunk(void *ctx, const void *p, size_t n)
{
	struct batch *t = ctx;

	t->got += (int64_t)n;
	/* The server said less; what it said was within the limit. */
	if (t->got > t->box->conf.message_max + FETCH_BYTES) {
		t->too_big = true;
		return err_set(t->e, "a mail is larger than the server said");
	}
	if (t->fd < 0)
		t->fd = fd_create(t->e);
	return t->fd >= 0 && fd_write_all(t->fd, (struct slice){p, n}, t->e);
}

static struct job *job_of(struct batch *t, uint32_t uid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->some[i]->uid == uid && !t->some[i]->delivered)
			return t->some[i];
	return NULL;
}

static bool on_mail(void *ctx, uint32_t uid, bool exists)
{
	struct batch *t = ctx;
	struct job *job = job_of(t, uid);
	bool ok = true;

	/* Not asked for; or no bytes where there should be some: whoever is left over is asked
	 * for again. */
	if (!job || !exists || (t->got == 0 && job->size > 0)) {
		drop_fd(t);
		return true;
	}
	if (t->fd < 0)
		t->fd = fd_create(t->e);
	ok = t->fd >= 0 && fd_finish(t->fd, t->e) &&
	     (hand_over(t->box, job, t->fd, job->how) || !box_gone(t->box, t->e));
	drop_fd(t);
	return ok;
}

/* --- batches --- */

static enum imap_how how_of(struct box *b, const struct job *job)
{
	return weight_of(b, job->uid) >= WEIGHT_HEADERS ? IMAP_HEADERS : job->how;
}

static bool has_credit(const struct box *b, int64_t bytes, size_t mails)
{
	return b->in_hand == 0 ||
	       (b->used + bytes <= IMAP_CREDIT_FIRST && b->in_hand + mails <= IMAP_MAILS_MAX);
}

static bool fits(struct box *b, const struct batch *t, const struct job *job)
{
	if (t->n == 0)
		return has_credit(b, job->size, 1);
	return t->n < FETCH_MAILS && t->bytes + job->size <= FETCH_BYTES &&
	       weight_of(b, job->uid) == 0 && weight_of(b, t->some[0]->uid) == 0 &&
	       job->how == t->some[0]->how && b->used + t->bytes + job->size <= IMAP_CREDIT_FIRST &&
	       b->in_hand + t->n + 1 <= IMAP_MAILS_MAX;
}

/* The one that weighs least, the first of several; NULL: all are done. */
static struct job *next_job(struct box *b, const struct batch *t)
{
	struct job *best = NULL;

	for (size_t i = 0; i < t->n_jobs; i++)
		if (!t->jobs[i].delivered &&
		    (!best || weight_of(b, t->jobs[i].uid) < weight_of(b, best->uid)))
			best = &t->jobs[i];
	return best;
}

static void fill(struct box *b, struct batch *t)
{
	const struct job *first = next_job(b, t);

	for (size_t i = first ? (size_t)(first - t->jobs) : 0; i < t->n_jobs; i++) {
		if (t->jobs[i].delivered || (t->n > 0 && weight_of(b, t->jobs[i].uid) > 0))
			continue;
		if (!fits(b, t, &t->jobs[i]))
			return;
		t->jobs[i].how = how_of(b, &t->jobs[i]);
		t->some[t->n++] = &t->jobs[i];
		t->bytes += t->jobs[i].size;
	}
}

static struct imap_uids left_of(const struct batch *t, uint32_t *room)
{
	struct imap_uids u = {room, 0};

	for (size_t i = 0; i < t->n; i++)
		if (!t->some[i]->delivered)
			u.uid[u.n++] = t->some[i]->uid;
	return u;
}

static bool is_among(const struct imap_uids *u, uint32_t uid)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->uid[i] == uid)
			return true;
	return false;
}

/* Of several that do not come none is to blame by itself. */
static unsigned before_of(const struct batch *t, size_t left)
{
	return left == 1 ? t->before : t->box->brought;
}

/* It is there and does not come: it is tried again later, unless nothing else comes either. */
static bool put_off(struct batch *t, struct job *job, unsigned before, struct err *e)
{
	weigh(t->box, job->uid, WEIGHT_WRONG, before);
	if (!fails_alone(t->box, job->uid))
		return err_set(e, "the server does not bring mail %u, which it lists", job->uid);
	job->delivered = true;
	t->box->skipped = true;
	return true;
}

/* What was asked for and did not come: gone from the folder, or a trouble. */
static bool sort_out(struct batch *t, struct err *e)
{
	uint32_t room[FETCH_MAILS];
	struct imap_uids left = left_of(t, room), there = {0};
	bool ok = left.n == 0 || imap_still(t->box->imap, &left, &there, e);

	for (size_t i = 0; ok && i < t->n; i++) {
		if (t->some[i]->delivered)
			continue;
		if (is_among(&there, t->some[i]->uid)) {
			ok = put_off(t, t->some[i], before_of(t, left.n), e);
			continue;
		}
		t->some[i]->delivered = true;
		ok = box_say_gone(t->box, t->some[i]->uid) || !box_gone(t->box, e);
	}
	free(there.uid);
	return ok;
}

/* The connection is lost over this batch: who is to blame? */
static void blame(struct batch *t)
{
	enum fault f = imap_fault(t->box->imap);
	int weight = f == FAULT_PROTOCOL || t->too_big ? WEIGHT_WRONG : WEIGHT_LOST;
	uint32_t room[FETCH_MAILS];
	struct imap_uids left = left_of(t, room);

	for (size_t i = 0; i < left.n; i++)
		weigh(t->box, left.uid[i], left.n == 1 ? weight : WEIGHT_LOST,
		      before_of(t, left.n));
}

static bool run(struct batch *t, struct err *e)
{
	uint32_t room[FETCH_MAILS];
	struct imap_uids u = left_of(t, room);
	const struct imap_sink sink = {on_chunk, on_mail, t};
	bool ok = imap_fetch(t->box->imap, &u, t->some[0]->how, t->bytes, &sink, e);

	drop_fd(t);
	if (!ok && !imap_alive(t->box->imap)) {
		if (!t->box->gone)
			blame(t);
		return false;
	}
	return sort_out(t, e); /* a NO may have left some out */
}

/* Credit comes back as the desk commits; what it commits is moved meanwhile. */
static bool wait_credit(struct box *b, struct err *e)
{
	int64_t until = sys_mono_ms() + CREDIT_WAIT_MS;

	box_pause(b, CREDIT_WAIT_MS);
	if (box_gone(b, e))
		return false;
	return sys_mono_ms() < until || imap_noop(b->imap, e);
}

static bool all_delivered(const struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!jobs[i].delivered)
			return false;
	return true;
}

static bool give_up_hopeless(struct box *b, struct job *jobs, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (!jobs[i].delivered && weight_of(b, jobs[i].uid) >= WEIGHT_EMPTY &&
		    !hand_over_empty(b, &jobs[i], e))
			return false;
	return true;
}

bool box_fetch(struct box *b, struct job *jobs, size_t n, struct err *e)
{
	while (!b->stop && !all_delivered(jobs, n)) {
		struct batch t = {.box = b,
				  .jobs = jobs,
				  .n_jobs = n,
				  .before = b->brought,
				  .fd = -1,
				  .e = e};

		box_listen(b);
		if (box_gone(b, e) || !box_moves_between(b, e) || !give_up_hopeless(b, jobs, n, e))
			return false;
		fill(b, &t);
		if (t.n == 0 ? !all_delivered(jobs, n) && !wait_credit(b, e) : !run(&t, e))
			return false;
	}
	return true;
}
