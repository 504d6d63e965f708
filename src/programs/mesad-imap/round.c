#include "programs/mesad-imap/box.h"

#include "base/pack.h"
#include "io/sys.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE_EVERY_MS = 3600000, SKIPPED_AGAIN_MS = 300000 };

/* --- LIST and NEEDS --- */

static bool ask_needs(struct box *b, const struct imap_uids *u, bool more, bool whole,
		      struct err *e)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	pack_u32(&body, b->validity);
	pack_u8(&body, (uint8_t)((more ? IMAP_LIST_MORE : 0) | (whole ? 0 : IMAP_LIST_NEW)));
	pack_u32(&body, (uint32_t)u->n);
	for (size_t i = 0; i < u->n; i++)
		pack_u32(&body, u->uid[i]);
	box_answer_clear(b);
	box_say(b, FRAME_IMAP_LIST, &body, -1);
	sbuf_free(&body);
	return box_answer(b, FRAME_IMAP_NEEDS, e);
}

/* The answer has to name what was asked, one by one. */
static bool answers(const struct box *b, const struct imap_uids *asked, struct err *e)
{
	const struct answer *a = &b->answer;

	if (a->validity == b->validity && a->uids.n == asked->n &&
	    (asked->n == 0 || memcmp(a->uids.uid, asked->uid, asked->n * sizeof *asked->uid) == 0))
		return true;
	return err_set(e, "the desk's answer is to another question");
}

static bool list_chunk(struct box *b, const struct imap_uids *u, bool more, bool whole,
		       struct imap_uids *wanted, struct err *e)
{
	if (!ask_needs(b, u, more, whole, e) || !answers(b, u, e))
		return false;
	for (size_t i = 0; i < u->n; i++) {
		if (b->answer.what[i] == 1)
			wanted->uid[wanted->n++] = u->uid[i];
		else if (b->answer.what[i] == 2)
			box_done_add(b, b->validity, u->uid[i]);
	}
	box_answer_clear(b);
	return true;
}

static bool list_all(struct box *b, const struct imap_uids *u, bool whole, struct imap_uids *wanted,
		     struct err *e)
{
	size_t at = 0;

	wanted->uid = mem_array(u->n + 1, sizeof *wanted->uid);
	do {
		size_t left = u->n - at, n = left < IMAP_UIDS ? left : IMAP_UIDS;

		if (!list_chunk(b, &(struct imap_uids){u->uid + at, n}, n < left, whole, wanted, e))
			return false;
		at += n;
	} while (at < u->n);
	return true;
}

/* --- SIZES and FETCH --- */

static bool ask_fetch(struct box *b, const struct imap_size *sizes, size_t n, struct err *e)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	pack_u32(&body, b->validity);
	pack_u32(&body, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		pack_u32(&body, sizes[i].uid);
		pack_i64(&body, sizes[i].size);
		pack_i64(&body, sizes[i].internaldate);
	}
	box_answer_clear(b);
	box_say(b, FRAME_IMAP_SIZES, &body, -1);
	sbuf_free(&body);
	return box_answer(b, FRAME_IMAP_FETCH, e);
}

static bool has_uid(const struct imap_size *sizes, size_t n, uint32_t uid)
{
	for (size_t i = 0; i < n; i++)
		if (sizes[i].uid == uid)
			return true;
	return false;
}

/* What the server gave no size for: gone, or the server is confused, and the next listing tells. */
static bool say_missing(struct box *b, const struct imap_uids *u, const struct imap_size *sizes,
			size_t n, struct err *e)
{
	struct imap_uids lost = {mem_array(u->n + 1, sizeof *u->uid), 0}, there = {0};
	bool ok = true;

	for (size_t i = 0; i < u->n; i++)
		if (!has_uid(sizes, n, u->uid[i]))
			lost.uid[lost.n++] = u->uid[i];
	if (lost.n > 0)
		ok = imap_still(b->imap, &lost, &there, e);
	if (ok && there.n > 0)
		ok = err_set(e, "the server lists mail %u but gives no size for it", there.uid[0]);
	for (size_t i = 0; ok && i < lost.n; i++)
		ok = box_say_gone(b, lost.uid[i]);
	free(lost.uid);
	free(there.uid);
	return ok;
}

static int compare_size(const void *x, const void *y)
{
	uint32_t a = ((const struct imap_size *)x)->uid, b = ((const struct imap_size *)y)->uid;

	return (a > b) - (a < b);
}

/* A server that says one mail twice must not get it fetched twice. */
static size_t sort_once(struct imap_size *s, size_t n)
{
	size_t kept = 0;

	qsort(s, n, sizeof *s, compare_size);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || s[i].uid != s[kept - 1].uid)
			s[kept++] = s[i];
	return kept;
}

static bool fetch_answered(struct box *b, const struct imap_size *sizes, size_t n, struct err *e)
{
	struct job *jobs = mem_array(n + 1, sizeof *jobs);
	size_t n_jobs = 0;
	bool ok = b->answer.validity == b->validity && b->answer.uids.n == n;

	for (size_t i = 0; ok && i < n; i++) {
		uint8_t how = b->answer.what[i];

		ok = b->answer.uids.uid[i] == sizes[i].uid && how <= IMAP_HEADERS;
		if (ok && how != IMAP_SKIP)
			jobs[n_jobs++] = (struct job){.uid = sizes[i].uid,
						      .size = sizes[i].size,
						      .internaldate = sizes[i].internaldate,
						      .how = (enum imap_how)how};
	}
	box_answer_clear(b);
	ok = ok ? box_fetch(b, jobs, n_jobs, e)
		: err_set(e, "the desk's answer is to another question");
	free(jobs);
	return ok;
}

static bool fetch_some(struct box *b, const struct imap_uids *u, struct err *e)
{
	struct imap_size *sizes = mem_array(u->n, sizeof *sizes);
	size_t n = 0;
	bool ok = imap_sizes(b->imap, u, sizes, &n, e);

	n = sort_once(sizes, n);
	ok = ok && say_missing(b, u, sizes, n, e);
	ok = ok && (n == 0 || (ask_fetch(b, sizes, n, e) && fetch_answered(b, sizes, n, e)));
	free(sizes);
	return ok;
}

static bool fetch_all(struct box *b, const struct imap_uids *wanted, struct err *e)
{
	for (size_t at = 0, n; at < wanted->n; at += n) {
		n = wanted->n - at < IMAP_BATCH ? wanted->n - at : IMAP_BATCH;
		if (b->stop)
			return true;
		if (!fetch_some(b, &(struct imap_uids){wanted->uid + at, n}, e))
			return false;
	}
	return true;
}

/* --- the round --- */

static bool say_listed(struct box *b, int64_t at)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	pack_i64(&body, at);
	ok = box_say(b, FRAME_IMAP_LISTED, &body, -1);
	sbuf_free(&body);
	return ok;
}

static void note_listed(struct box *b, const struct imap_uids *u, bool whole)
{
	if (u->n > 0 && u->uid[u->n - 1] > b->highest)
		b->highest = u->uid[u->n - 1];
	if (whole) {
		b->listed = true;
		b->whole_ms = sys_mono_ms() + WHOLE_EVERY_MS;
	}
	if (b->skipped && b->whole_ms > sys_mono_ms() + SKIPPED_AGAIN_MS)
		b->whole_ms = sys_mono_ms() + SKIPPED_AGAIN_MS;
}

bool box_round(struct box *b, bool whole, struct err *e)
{
	struct imap_uids uids = {0}, wanted = {0};
	int64_t at = sys_now();
	bool ok;

	/* Asked for again while it runs, it has to be done again. */
	if (whole)
		b->relist = b->skipped = false;
	ok = imap_list(b->imap, whole ? 1 : b->highest + 1, &uids, e);
	if (ok && (whole || uids.n > 0)) {
		box_tell(b, BOX_WORKING, "");
		ok = list_all(b, &uids, whole, &wanted, e) && box_moves_between(b, e) &&
		     fetch_all(b, &wanted, e);
	}
	if (ok && !b->stop) {
		note_listed(b, &uids, whole);
		/* a mail that waits may be somebody's word: nothing closes over it */
		ok = say_listed(b, b->skipped ? 1 : at) || !box_gone(b, e);
	}
	free(uids.uid);
	free(wanted.uid);
	return ok;
}
