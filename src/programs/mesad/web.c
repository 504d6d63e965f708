/* web: the survey's page. The worker speaks HTTP and owns nothing; what a page shows and what a
 * submission does is decided here. */
#include "programs/mesad/desk.h"

#include "base/log.h"
#include "core/say.h"
#include "face/page.h"

#include <string.h>
#include <unistd.h>

enum { METHOD_POST = 2, COMMENT_MAX = 4000 };

struct ask {
	uint8_t method;
	const char *token, *score, *solved, *comment, *origin, *address;
};

static struct page_house house(const struct desk *d)
{
	const struct policy *p = d->conf->policy;

	return (struct page_house){p->entity, p->desk_name, p->addresses[0]};
}

void web_start(struct desk *d, int64_t now_ms)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct err e;

	if (d->web_fd < 0 || !worker_may_start(&d->web, now_ms))
		return;
	pack_str(&body, d->conf->policy->base_url);
	if (!worker_start(&d->web, now_ms, &e) ||
	    !desk_watch(d, d->web.sock, WATCH(WATCH_WEB, 0), &e) ||
	    !worker_send(&d->web, FRAME_WEB_CONF, 0, sbuf_view(&body), d->web_fd, &e)) {
		log_event(LOG_LEVEL_ERROR, "worker_failed", "worker=mesad-web why=\"%s\"", e.text);
		worker_kill(&d->web, now_ms, "cannot start");
	}
	sbuf_free(&body);
}

/* --- what a link shows --- */

static const char *assignee_name(const struct desk *d, const struct ticket *t)
{
	const struct staff *s = policy_staff(d->conf->policy, t->assignee);

	return s ? s->name : "";
}

static void show_form(struct desk *d, struct arena *a, const struct survey_view *v,
		      const struct ask *q, const char *error, struct sbuf *page)
{
	const struct zone *z = d->conf->policy->zone;
	const struct ticket *t = &v->known.t;
	uint64_t score = 0;
	struct page_survey m = {
		.house = house(d),
		.number = t->number,
		.subject = t->subject,
		.author = assignee_name(d, t),
		.solution = v->solution,
		.close_day = t->survey_close_at ? say_day(a, z, t->survey_close_at) : "",
		.close_hour = t->survey_close_at ? say_hour(a, z, t->survey_close_at) : "",
		.error = error,
		.comment = q->comment,
		.unsolved = str_eq(q->solved, "no"),
	};

	slice_u64(slice_of(q->score), &score);
	m.score = score <= 5 ? (int)score : 0;
	page_survey(page, &m);
}

static enum page_notice withdrawn(const struct survey_view *v)
{
	enum state s = v->known.t.state;

	return s == STATE_RESOLVED || s == STATE_CLOSED ? PAGE_NOTICE_OLDER : PAGE_NOTICE_WITHDRAWN;
}

static uint32_t show(struct desk *d, struct arena *a, const struct survey_view *v,
		     const struct ask *q, const char *error, struct sbuf *page)
{
	struct page_house h = house(d);
	const char *number = v->state == PAGE_GONE ? "" : v->known.t.number;

	switch (v->state) {
	case PAGE_SURVEY:
		show_form(d, a, v, q, error, page);
		return error[0] ? 422 : 200;
	case PAGE_VOTED:
		page_notice(page, &h, PAGE_NOTICE_ALREADY, number, v->known.t.score);
		return 200;
	case PAGE_CLOSED: /* a late vote is still taken: the same form */
		show_form(d, a, v, q, error, page);
		return error[0] ? 422 : 200;
	case PAGE_WITHDRAWN:
		page_notice(page, &h, withdrawn(v), number, 0);
		return 200;
	case PAGE_GONE:
		break;
	}
	page_error(page, &h, 404, "");
	return 404;
}

/* --- what a submission does --- */

static enum page_notice notice_of(enum vote_result r)
{
	switch (r) {
	case VOTE_RECORDED:
		return PAGE_NOTICE_THANKS;
	case VOTE_REPEATED:
		return PAGE_NOTICE_ALREADY;
	case VOTE_LATE:
		return PAGE_NOTICE_LATE;
	case VOTE_TOO_LATE:
		return PAGE_NOTICE_CLOSED;
	case VOTE_REOPENED:
		return PAGE_NOTICE_REOPENED;
	case VOTE_WITHDRAWN:
		break;
	}
	return PAGE_NOTICE_WITHDRAWN;
}

static uint32_t vote(struct desk *d, struct arena *a, const struct ask *q,
		     const struct survey_view *v, struct sbuf *page)
{
	struct slice comment =
		text_cut(slice_of(text_clean(a, slice_of(q->comment))), COMMENT_MAX * 4);
	bool solved = !str_eq(q->solved, "no");
	struct page_house h = house(d);
	enum vote_result result = VOTE_WITHDRAWN;
	struct err e = {"could not begin"};
	uint64_t score = 0;
	int rc;

	slice_u64(slice_of(q->score), &score);
	if (score > 5 || (solved && score == 0))
		return show(d, a, v, q, "Falta elegir una calificación de 1 a 5.", page);
	rc = engine_begin(d->engine, &e)
		     ? engine_vote(d->engine, a, slice_of(q->token), (int)score, solved,
				   slice_dup(a, comment), sys_now(), &result, &e)
		     : -1;
	if (rc == 1 && engine_commit(d->engine, false, &e)) {
		batch_news(d);
		d->post.look = true;
		d->flush_now = true;
		page_notice(page, &h, result == VOTE_WITHDRAWN ? withdrawn(v) : notice_of(result),
			    v->known.t.number, (int)score);
		return 200;
	}
	engine_abandon(d->engine);
	if (rc == 0)
		return show(d, a, &(struct survey_view){.state = PAGE_GONE}, q, "", page);
	log_event(LOG_LEVEL_ERROR, "vote_failed", "why=\"%s\"", e.text);
	page_error(page, &h, 503, "");
	return 503;
}

static uint32_t answer(struct desk *d, struct arena *a, const struct ask *q, struct sbuf *page)
{
	struct page_house h = house(d);
	struct survey_view v;
	struct err e;

	if (!engine_survey(d->engine, a, slice_of(q->token), sys_now(), &v, &e)) {
		page_error(page, &h, 503, "");
		return 503;
	}
	if (q->method == METHOD_POST && v.state != PAGE_GONE)
		return vote(d, a, q, &v, page);
	return show(d, a, &v, q, "", page);
}

/* --- frames --- */

static bool on_ask(struct desk *d, const struct frame *f, struct err *e)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);
	struct sbuf page = SBUF_INIT(PAGE_MAX), body = SBUF_INIT(64);
	struct arena *a = arena_new();
	struct ask q = {.method = unpack_u8(&u)};
	bool ok;
	int fd = -1;

	q.token = unpack_str(&u, a);
	q.score = unpack_str(&u, a);
	q.solved = unpack_str(&u, a);
	q.comment = unpack_str(&u, a);
	q.origin = unpack_str(&u, a);
	q.address = unpack_str(&u, a);
	ok = unpack_done(&u) ? true : err_set(e, "malformed ASK frame");
	if (ok) {
		pack_u32(&body, answer(d, a, &q, &page));
		fd = fd_seal(sbuf_view(&page), e);
		ok = fd >= 0 &&
		     worker_send(&d->web, FRAME_WEB_PAGE, f->id, sbuf_view(&body), fd, e);
	}
	if (fd >= 0)
		close(fd);
	sbuf_free(&page);
	sbuf_free(&body);
	arena_free(&a);
	return ok;
}

static bool on_frame(struct desk *d, size_t i, struct frame *f, struct err *e)
{
	(void)i;
	if (f->type == FRAME_HELLO)
		return frame_hello_check(f, e);
	if (f->type == FRAME_WEB_ASK)
		return on_ask(d, f, e);
	return err_set(e, "frame of unknown type %u", f->type);
}

static void fell(struct desk *d, size_t i, const char *why)
{
	(void)i;
	web_fell(d, why);
}

void web_read(struct desk *d)
{
	desk_read_worker(d, &d->web, 0, on_frame, fell);
}

void web_fell(struct desk *d, const char *why)
{
	worker_kill(&d->web, sys_mono_ms(), why);
}
