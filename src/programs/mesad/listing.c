/* listing: what a mailbox holds, against the ledger: what is to be fetched, what to be finished,
 * and what is gone. */
#include "programs/mesad/desk.h"

#include <stdlib.h>

void listing_drop(struct listing *l)
{
	free(l->uids);
	*l = (struct listing){0};
}

/* Only a listing of the whole folder says what is gone from it. False: not in order. */
static bool listing_add(struct listing *l, uint32_t validity, uint8_t flags, const uint32_t *uids,
			size_t n)
{
	if (flags & IMAP_LIST_NEW)
		return true;
	if (!l->more)
		listing_drop(l);
	for (size_t i = 0; i < n; i++) {
		if (l->n && uids[i] <= l->uids[l->n - 1])
			return false;
		if (l->n == l->room) {
			l->room = l->room ? l->room * 2 : 256;
			l->uids = mem_grow(l->uids, l->room, sizeof(*l->uids));
		}
		l->uids[l->n++] = uids[i];
	}
	l->validity = validity;
	l->more = flags & IMAP_LIST_MORE;
	l->whole = !l->more;
	return true;
}

size_t boxes_to_reconcile(const struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_boxes; i++)
		n += d->boxes[i].listing.whole;
	return n;
}

/* A UID gone from its folder is a finished move. */
bool boxes_reconcile(struct desk *d, struct err *e)
{
	for (size_t i = 0; i < d->n_boxes; i++) {
		const struct box *b = &d->boxes[i];

		if (b->listing.whole &&
		    !ledger_reconcile(d->store, b->conf->name, b->listing.validity, b->listing.uids,
				      b->listing.n, e))
			return false;
	}
	return true;
}

void boxes_reconciled(struct desk *d)
{
	for (size_t i = 0; i < d->n_boxes; i++)
		if (d->boxes[i].listing.whole)
			listing_drop(&d->boxes[i].listing);
}

/* Brought already and not in the ledger yet: listed anew meanwhile, it must not come twice. */
static bool waits_to_be_kept(const struct desk *d, const struct box *b, uint32_t validity,
			     uint32_t uid)
{
	for (const struct item *it = d->to_keep.head; it; it = it->next)
		if (it->box >= 0 && &d->boxes[it->box] == b && it->key.uid == uid &&
		    it->key.uidvalidity == validity)
			return true;
	return false;
}

/* What the worker is to do: 0 nothing, 1 fetch, 2 finish. */
static uint8_t wanted(const struct desk *d, struct box *b, uint32_t validity, uint32_t uid,
		      enum ledger_need need)
{
	if (need == LEDGER_FINISH) {
		b->to_move++;
		return 2;
	}
	return need == LEDGER_FETCH && !waits_to_be_kept(d, b, validity, uid);
}

bool listing_frame(struct desk *d, struct box *b, struct unpack *u, struct err *e)
{
	uint32_t validity = unpack_u32(u);
	uint8_t flags = unpack_u8(u);
	uint32_t n = unpack_count(u, 4);
	struct arena *a = arena_new();
	uint32_t *uids = arena_array(a, n, sizeof(*uids));
	enum ledger_need *need = arena_array(a, n, sizeof(*need));
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	for (uint32_t k = 0; k < n; k++)
		uids[k] = unpack_u32(u);
	if (!(flags & IMAP_LIST_NEW) && !b->listing.more)
		b->to_move = 0; /* what is to be moved is told again below */
	ok = (unpack_done(u) && listing_add(&b->listing, validity, flags, uids, n)) ||
	     err_set(e, "malformed LIST frame");
	ok = ok && ledger_needs(d->store, b->conf->name, validity, uids, n, need, e);
	if (ok) {
		pack_u32(&body, validity);
		pack_u32(&body, n);
		for (uint32_t k = 0; k < n; k++) {
			pack_u32(&body, uids[k]);
			pack_u8(&body, wanted(d, b, validity, uids[k], need[k]));
		}
		ok = worker_send(&b->w, FRAME_IMAP_NEEDS, 0, sbuf_view(&body), -1, e);
	}
	if (b->listing.whole)
		desk_pending(d);
	sbuf_free(&body);
	arena_free(&a);
	return ok;
}
