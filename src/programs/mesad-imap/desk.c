#include "programs/mesad-imap/box.h"

#include "base/pack.h"
#include "io/sys.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEEP_AWAKE_MS = 240000, SEND_AGAIN_MS = 20 };

/* --- frames in --- */

void box_answer_clear(struct box *b)
{
	free(b->answer.uids.uid);
	free(b->answer.what);
	b->answer = (struct answer){0};
}

/* NEEDS and FETCH have one shape. */
static bool on_answer(struct box *b, uint16_t type, struct unpack *u)
{
	uint32_t validity = unpack_u32(u), n = unpack_count(u, 5);

	box_answer_clear(b);
	b->answer.validity = validity;
	b->answer.uids.uid = mem_array((size_t)n + 1, sizeof(uint32_t));
	b->answer.what = mem_array((size_t)n + 1, 1);
	for (uint32_t i = 0; i < n; i++) {
		b->answer.uids.uid[i] = unpack_u32(u);
		b->answer.what[i] = unpack_u8(u);
	}
	b->answer.uids.n = n;
	b->answer.type = type;
	return unpack_done(u);
}

static bool on_done(struct box *b, struct unpack *u)
{
	uint32_t validity = unpack_u32(u), n = unpack_count(u, 4);

	for (uint32_t i = 0; i < n; i++)
		box_done_add(b, validity, unpack_u32(u));
	return unpack_done(u);
}

static bool on_credit(struct box *b, struct unpack *u)
{
	int64_t bytes = unpack_i64(u);

	b->used = bytes > b->used ? 0 : b->used - bytes;
	b->in_hand -= b->in_hand > 0;
	return unpack_done(u) && bytes >= 0;
}

static bool on_conf(struct box *b, const struct frame *f)
{
	if (b->has_conf)
		return false;
	b->has_conf = imap_conf_unpack(f->body, b->arena, &b->conf);
	b->access.conf = b->conf.oauth;
	return b->has_conf;
}

static bool on_token(struct box *b, struct unpack *u)
{
	struct arena *a = arena_new();
	const char *token = unpack_str(u, a);
	bool ok = unpack_done(u) && b->has_conf;

	if (ok)
		oauth_replace(&b->access, token);
	b->renewed = true;
	arena_free(&a);
	return ok;
}

static bool on_frame(struct box *b, const struct frame *f)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);

	switch (f->type) {
	case FRAME_IMAP_CONF:
		return on_conf(b, f);
	case FRAME_IMAP_NEEDS:
	case FRAME_IMAP_FETCH:
		return on_answer(b, f->type, &u);
	case FRAME_IMAP_DONE:
		return on_done(b, &u);
	case FRAME_IMAP_CREDIT:
		return on_credit(b, &u);
	case FRAME_IMAP_RELIST:
		b->relist = true;
		return true;
	case FRAME_IMAP_STOP:
		b->stop = true;
		return true;
	case FRAME_TOKEN:
		return on_token(b, &u);
	case FRAME_TOKEN_SAVED:
		b->answer.type = FRAME_TOKEN_SAVED;
		return true;
	default:
		return false;
	}
}

static bool readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

bool box_listen(void *ctx)
{
	static char buf[FRAME_MAX];
	struct box *b = ctx;

	while (!b->gone && readable(b->sock)) {
		struct frame f;
		enum frame_rc rc = frame_recv(b->sock, buf, &f);

		if (rc == FRAME_OK && f.fd >= 0)
			close(f.fd); /* no frame for us has one */
		if (rc == FRAME_EOF || rc == FRAME_BAD || (rc == FRAME_OK && !on_frame(b, &f)))
			b->gone = true;
	}
	/* Before login nothing is owed to the server; after it, a command is let finish. */
	return b->gone || (b->stop && !b->logged_in);
}

/* --- frames out --- */

bool box_gone(const struct box *b, struct err *e)
{
	return b->gone && !err_set(e, "the desk is gone");
}

bool box_say(struct box *b, uint16_t type, const struct sbuf *body, int fd)
{
	struct slice s = body ? sbuf_view(body) : (struct slice){0};
	enum frame_rc rc;

	while ((rc = frame_send(b->sock, type, 0, s, fd)) == FRAME_AGAIN)
		poll(NULL, 0, SEND_AGAIN_MS); /* too many descriptors on their way */
	if (rc != FRAME_OK)
		b->gone = true;
	return rc == FRAME_OK;
}

void box_tell(struct box *b, enum box_state state, const char *why)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	if (b->state_told && b->state == state && state != BOX_WAITING && state != BOX_REFUSED &&
	    !*why)
		return;
	b->state = state;
	b->state_told = true;
	pack_u8(&body, (uint8_t)state);
	pack_str(&body, why);
	box_say(b, FRAME_IMAP_STATE, &body, -1);
	sbuf_free(&body);
}

/* --- waiting --- */

void box_pause(struct box *b, int64_t ms)
{
	struct pollfd p = {.fd = b->sock, .events = POLLIN};

	if (poll(&p, 1, ms > INT_MAX ? INT_MAX : ms < 0 ? 0 : (int)ms) > 0)
		box_listen(b);
}

bool box_answer(struct box *b, uint16_t type, struct err *e)
{
	int64_t awake = sys_mono_ms() + KEEP_AWAKE_MS;

	while (b->answer.type != type) {
		box_pause(b, awake - sys_mono_ms() > 0 ? awake - sys_mono_ms() : 0);
		if (box_gone(b, e))
			return false;
		if (sys_mono_ms() < awake)
			continue;
		if (b->imap && !imap_noop(b->imap, e))
			return false;
		awake = sys_mono_ms() + KEEP_AWAKE_MS;
	}
	return true;
}
