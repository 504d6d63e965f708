#include "programs/mesad-imap/box.h"

#include "base/log.h"
#include "base/pack.h"
#include "base/str.h"
#include "io/sys.h"

#include <stdlib.h>
#include <string.h>

/* The server said no (a full mailbox, say): the cases stand, only the tidying up waits. */
enum { MOVE_AGAIN_MS = 60000, MOVE_BETWEEN_MS = 30000 };

void box_done_add(struct box *b, uint32_t validity, uint32_t uid)
{
	if (b->validity && validity != b->validity)
		return; /* of an earlier life of the folder */
	if (validity != b->done_validity) {
		b->done_validity = validity;
		b->done.n = 0;
	}
	if (b->done.n == b->done_room) {
		b->done_room = b->done_room ? 2 * b->done_room : 64;
		b->done.uid = mem_grow(b->done.uid, b->done_room, sizeof *b->done.uid);
	}
	b->done.uid[b->done.n++] = uid;
}

static int compare_uid(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

static void sort_once(struct imap_uids *u)
{
	size_t n = 0;

	qsort(u->uid, u->n, sizeof *u->uid, compare_uid);
	for (size_t i = 0; i < u->n; i++)
		if (u->uid[i] != 0 && (n == 0 || u->uid[i] != u->uid[n - 1]))
			u->uid[n++] = u->uid[i];
	u->n = n;
}

static void say_finished(struct box *b, const struct imap_uids *u)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	pack_u32(&body, b->validity);
	pack_u32(&body, (uint32_t)u->n);
	for (size_t i = 0; i < u->n; i++)
		pack_u32(&body, u->uid[i]);
	box_say(b, FRAME_IMAP_FINISHED, &body, -1);
	sbuf_free(&body);
}

static bool move_some(struct box *b, const struct imap_uids *u, struct err *e)
{
	return str_empty(b->conf.move_to) ? imap_mark(b->imap, u, e)
					  : imap_move(b->imap, u, b->conf.move_to, e);
}

static void put_off(struct box *b, const struct err *e)
{
	b->move_ms = sys_mono_ms() + MOVE_AGAIN_MS;
	log_event(LOG_LEVEL_WARN, "move_failed", "mailbox=%s mails=%zu why=\"%s\"", b->conf.name,
		  b->done.n, e->text);
}

bool box_moves(struct box *b, struct err *e)
{
	uint32_t uid[IMAP_BATCH];
	struct imap_uids some = {uid, 0};

	if (b->done_validity != b->validity)
		b->done.n = 0;
	if (b->done.n == 0 || sys_mono_ms() < b->move_ms)
		return true;
	sort_once(&b->done);
	some.n = b->done.n < IMAP_BATCH ? b->done.n : IMAP_BATCH;
	/* New DONE frames may come, and the list be moved in memory, while this waits. */
	memcpy(uid, b->done.uid, some.n * sizeof *uid);
	b->moved_ms = sys_mono_ms();
	if (!move_some(b, &some, e)) {
		if (imap_alive(b->imap))
			put_off(b, e);
		return imap_alive(b->imap);
	}
	if (b->done_validity == b->validity && b->done.n >= some.n) {
		b->done.n -= some.n;
		memmove(b->done.uid, b->done.uid + some.n, b->done.n * sizeof *b->done.uid);
	}
	say_finished(b, &some);
	return true;
}

bool box_moves_between(struct box *b, struct err *e)
{
	return sys_mono_ms() < b->moved_ms + MOVE_BETWEEN_MS || box_moves(b, e);
}
