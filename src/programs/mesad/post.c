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

static bool hand_out(struct desk *d, struct sending *s, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf wire = SBUF_INIT(WIRE_MAX), body = SBUF_INIT(FRAME_BODY_MAX);
	int fd = -1;
	bool ok = engine_wire(d->engine, a, s->row.id, &wire, e);

	if (ok)
		fd = fd_seal(sbuf_view(&wire), e);
	if (fd >= 0) {
		pack_str(&body, s->row.envelope_from);
		pack_str(&body, s->row.to);
		ok = worker_send(&d->post.w, FRAME_SMTP_SEND, (uint32_t)s->row.id, sbuf_view(&body),
				 fd, e);
		close(fd);
	}
	sbuf_free(&wire);
	sbuf_free(&body);
	arena_free(&a);
	return ok && fd >= 0;
}

static void told(struct desk *d, struct sending *s, enum delivery what, const char *reply)
{
	s->told = true;
	s->what = what;
	text_copy(s->reply, sizeof(s->reply), reply);
	desk_pending(d);
}

void post_hand_out(struct desk *d)
{
	struct post *p = &d->post;
	struct err e;

	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &p->slot[i];

		if (s->row.id == 0 || !s->fresh)
			continue;
		s->fresh = false;
		if (!hand_out(d, s, &e)) {
			log_event(LOG_LEVEL_ERROR, "mail_not_handed_out", "outbox=%lld why=\"%s\"",
				  (long long)s->row.id, e.text);
			told(d, s, DELIVERY_LATER, e.text);
		}
	}
	p->w.deadline_ms = p->n ? sys_mono_ms() + SEND_DEADLINE_MS : 0;
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
	if (d->post.n == 0)
		d->post.w.deadline_ms = 0;
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
		d->post.w.deadline_ms = sys_mono_ms() + SEND_DEADLINE_MS;
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

/* What it had is sent again with the same bytes: at least once, never lost. */
void post_fell(struct desk *d, const char *why)
{
	worker_kill(&d->post.w, sys_mono_ms(), why);
	for (size_t i = 0; i < DESK_WINDOW; i++) {
		struct sending *s = &d->post.slot[i];

		if (s->row.id && !s->told)
			clear(&d->post, s);
	}
	d->post.look = true;
}
