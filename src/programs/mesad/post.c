/* post: outgoing mail. Rows are claimed within a batch, handed out after its commit, and their
 * results wait for the next one. */
#include "programs/mesad/desk.h"

#include "base/log.h"
#include "programs/shared/servers.h"

#include <string.h>
#include <unistd.h>

enum { WIRE_MAX = 64 * 1024 * 1024, SEND_DEADLINE_MS = 15 * 60 * 1000 };

static bool send_conf(struct desk *d, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct smtp_conf sc;
	bool ok = servers_smtp(a, d->conf, &sc, e);

	if (ok) {
		smtp_conf_pack(&body, &sc);
		ok = worker_send(&d->post.w, FRAME_SMTP_CONF, 0, sbuf_view(&body), -1, e);
		explicit_bzero(body.p, body.n);
	}
	sbuf_free(&body);
	arena_free(&a);
	return ok;
}

void post_start(struct desk *d, int64_t now_ms)
{
	struct worker *w = &d->post.w;
	struct err e;

	if (!d->conf->has_smtp || d->quiet || !worker_may_start(w, now_ms))
		return;
	if (!worker_start(w, now_ms, &e) || !desk_watch(d, w->sock, WATCH(WATCH_POST, 0), &e) ||
	    !send_conf(d, &e)) {
		log_event(LOG_LEVEL_ERROR, "worker_failed", "worker=mesad-smtp why=\"%s\"", e.text);
		worker_kill(w, now_ms, "cannot start");
		return;
	}
	d->post.look = true;
}

static struct sending *free_slot(struct post *p)
{
	for (size_t i = 0; i < DESK_WINDOW; i++)
		if (p->slot[i].row.id == 0)
			return &p->slot[i];
	return NULL;
}

static void clear(struct post *p, struct sending *s)
{
	arena_free(&s->a);
	*s = (struct sending){0};
	p->n--;
}

static void take(struct post *p, const struct outbox_row *row)
{
	struct sending *s = free_slot(p);

	s->a = arena_new();
	s->row = *row;
	s->row.number = arena_str(s->a, row->number);
	s->row.envelope_from = arena_str(s->a, row->envelope_from);
	s->row.to = arena_str(s->a, row->to);
	s->row.message_id = arena_str(s->a, row->message_id);
	s->fresh = true;
	p->n++;
}

void post_claim(struct desk *d, int64_t now)
{
	struct post *p = &d->post;
	int64_t busy[DESK_WINDOW];
	size_t n_busy = 0, n = 0, room = DESK_WINDOW - p->n;
	struct outbox_row *rows;
	struct arena *a;
	struct err e;

	if (!p->look || room == 0 || d->stopping || d->reloading || !worker_running(&p->w))
		return;
	a = arena_new();
	for (size_t i = 0; i < DESK_WINDOW; i++)
		if (p->slot[i].row.id)
			busy[n_busy++] = p->slot[i].row.id;
	if (engine_claim(d->engine, a, now, busy, n_busy, room, &rows, &n, &e)) {
		p->look = n == room;
		for (size_t i = 0; i < n; i++)
			take(p, &rows[i]);
	} else {
		log_event(LOG_LEVEL_ERROR, "claim_failed", "why=\"%s\"", e.text);
		p->look = false; /* at the next occasion, not at once */
	}
	arena_free(&a);
}

void post_unclaim(struct desk *d)
{
	for (size_t i = 0; i < DESK_WINDOW; i++)
		if (d->post.slot[i].row.id && d->post.slot[i].fresh)
			clear(&d->post, &d->post.slot[i]);
	d->post.look = true;
}

/* The mail as it goes over the wire; -1: not to be had. */
static int wire_of(struct desk *d, const struct sending *s, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf wire = SBUF_INIT(WIRE_MAX);
	int fd = engine_wire(d->engine, a, s->row.id, &wire, e) ? fd_seal(sbuf_view(&wire), e) : -1;

	sbuf_free(&wire);
	arena_free(&a);
	return fd;
}

static bool hand_out(struct post *p, struct sending *s, int fd, struct err *e)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	bool ok;

	pack_str(&body, s->row.envelope_from);
	pack_str(&body, s->row.to);
	ok = worker_send(&p->w, FRAME_SMTP_SEND, (uint32_t)s->row.id, sbuf_view(&body), fd, e);
	sbuf_free(&body);
	s->turn = ++p->turns;
	s->fresh = !ok;
	return ok;
}

static void told(struct desk *d, struct sending *s, enum delivery what, const char *reply)
{
	s->told = true;
	s->what = what;
	text_copy(s->reply, sizeof(s->reply), reply);
	desk_pending(d);
}

/* The one that the worker has, or has next; NULL: it owes nothing. */
static struct sending *in_hand(struct post *p)
{
	struct sending *first = NULL;

	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &p->slot[i];

		if (s->row.id && !s->fresh && !s->told && (!first || s->turn < first->turn))
			first = s;
	}
	return first;
}

/* The deadline is that of the mail in hand: it begins when the one before was answered. */
static void owe(struct post *p)
{
	p->w.deadline_ms = in_hand(p) ? sys_mono_ms() + SEND_DEADLINE_MS : 0;
}

void post_hand_out(struct desk *d)
{
	struct post *p = &d->post;
	struct err e;

	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &p->slot[i];
		bool gone;
		int fd;

		if (s->row.id == 0 || !s->fresh)
			continue;
		fd = wire_of(d, s, &e);
		if (fd < 0) {
			log_event(LOG_LEVEL_ERROR, "mail_not_handed_out", "outbox=%lld why=\"%s\"",
				  (long long)s->row.id, e.text);
			s->fresh = false;
			told(d, s, DELIVERY_LATER, e.text);
			continue;
		}
		gone = !hand_out(p, s, fd, &e);
		close(fd);
		if (gone) { /* no relay was asked: they are claimed again at once */
			post_unclaim(d);
			post_fell(d, e.text);
			return;
		}
	}
	if (p->w.deadline_ms == 0)
		owe(p);
}

bool post_settle(struct desk *d)
{
	bool any = false;

	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &d->post.slot[i];

		if (s->row.id && s->told && s->recorded) {
			clear(&d->post, s);
			any = true;
		}
	}
	return any;
}

static struct sending *slot_of(struct post *p, uint32_t id)
{
	for (size_t i = 0; i < DESK_WINDOW; i++)
		if (p->slot[i].row.id && (uint32_t)p->slot[i].row.id == id && !p->slot[i].told)
			return &p->slot[i];
	return NULL;
}

static enum delivery delivery_of(uint8_t verdict)
{
	switch ((enum send_verdict)verdict) {
	case SEND_ACCEPTED:
		return DELIVERY_ACCEPTED;
	case SEND_REFUSED:
		return DELIVERY_REFUSED;
	case SEND_UNCERTAIN:
		return DELIVERY_UNCERTAIN;
	case SEND_LATER:
		break;
	}
	return DELIVERY_LATER;
}

static bool on_result(struct desk *d, const struct frame *f, struct unpack *u, struct err *e)
{
	struct arena *a = arena_new();
	struct sending *s = slot_of(&d->post, f->id);
	uint8_t verdict = unpack_u8(u);
	uint32_t code = unpack_u32(u);
	const char *line = text_line(a, slice_of(unpack_str(u, a)));
	bool ok = unpack_done(u) && s != NULL;

	if (ok) {
		told(d, s, delivery_of(verdict), line);
		owe(&d->post);
		log_event(verdict == SEND_ACCEPTED ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "smtp",
			  "outbox=%lld ticket=%s verdict=%s code=%u reply=%s", (long long)s->row.id,
			  s->row.number[0] ? s->row.number : "-",
			  verdict == SEND_ACCEPTED    ? "accepted"
			  : verdict == SEND_REFUSED   ? "refused"
			  : verdict == SEND_UNCERTAIN ? "uncertain"
						      : "later",
			  code, log_quote(a, line));
	}
	arena_free(&a);
	return ok || err_set(e, "a result that nobody waits for");
}

static bool on_frame(struct desk *d, size_t i, struct frame *f, struct err *e)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);

	(void)i;
	switch (f->type) {
	case FRAME_HELLO:
		return frame_hello_check(f, e);
	case FRAME_SMTP_RESULT:
		return on_result(d, f, &u, e);
	case FRAME_SMTP_STATE:
		return true; /* each mail's own result says it */
	case FRAME_TOKEN:
		return token_save(d, &d->conf->smtp, &d->post.w, &u, e);
	default:
		return err_set(e, "frame of unknown type %u", f->type);
	}
}

static void fell(struct desk *d, size_t i, const char *why)
{
	(void)i;
	post_fell(d, why);
}

void post_read(struct desk *d)
{
	desk_read_worker(d, &d->post.w, 0, on_frame, fell);
}

/* A mail that the worker falls over must not be the first again at once, for ever and before all
 * others: it waits its turn, as one of which nobody knows whether it was taken. What it did not
 * have in hand yet is handed out again. */
void post_fell(struct desk *d, const char *why)
{
	struct sending *first = in_hand(&d->post);

	worker_kill(&d->post.w, sys_mono_ms(), why);
	if (first && why) {
		log_event(LOG_LEVEL_WARN, "sender_lost_mail", "outbox=%lld why=\"%s\"",
			  (long long)first->row.id, why);
		told(d, first, DELIVERY_UNCERTAIN, why);
	}
	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &d->post.slot[i];

		if (s->row.id && !s->told)
			clear(&d->post, s);
	}
	d->post.look = true;
}
