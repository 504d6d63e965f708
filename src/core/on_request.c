#include "core/request.h"

#include "core/clock.h"
#include "core/deed.h"
#include "core/notify.h"
#include "core/open.h"
#include "core/said.h"
#include "core/vote.h"

enum when { WHEN_OPEN, WHEN_SOLVED, WHEN_CLOSED, WHEN_LONG_CLOSED, WHEN_COUNT };
enum said { SAID_TEXT, SAID_VOTE, SAID_THANKS, SAID_QUOTED, SAID_COUNT };
enum effect {
	EFFECT_JOIN,   /* joins the case and reaches the technician */
	EFFECT_VOTE,   /* the evaluation, in time or late */
	EFFECT_RECORD, /* recorded, nothing moves */
	EFFECT_SHOW,   /* the same, and the technician sees it */
	EFFECT_REOPEN, /* back in attention */
	EFFECT_NEW     /* a case of its own, linked */
};

static const enum effect effects[WHEN_COUNT][SAID_COUNT] = {
	/*                     text           vote           thanks         only a quote */
	[WHEN_OPEN] = {EFFECT_JOIN, EFFECT_JOIN, EFFECT_JOIN, EFFECT_JOIN},
	[WHEN_SOLVED] = {EFFECT_REOPEN, EFFECT_VOTE, EFFECT_RECORD, EFFECT_SHOW},
	[WHEN_CLOSED] = {EFFECT_REOPEN, EFFECT_VOTE, EFFECT_RECORD, EFFECT_SHOW},
	[WHEN_LONG_CLOSED] = {EFFECT_NEW, EFFECT_VOTE, EFFECT_RECORD, EFFECT_SHOW},
};

struct reply {
	struct act x;
	const struct thread *th;
	const struct trust *tr;
	const char *text;  /* the new words; all where the answers stand among the quoted */
	const char *below; /* a vote: the words under it */
	int score;
};

static enum when when_of(const struct world *w, const struct facts *f, const struct ticket *t)
{
	if (t->state == STATE_CLOSED)
		return clock_still(w->policy, t, w->policy->reopen_within, f->received_at)
			       ? WHEN_CLOSED
			       : WHEN_LONG_CLOSED;
	return t->state == STATE_RESOLVED ? WHEN_SOLVED : WHEN_OPEN;
}

/* Our foot's code or our survey's link: whoever has the line could speak or vote as its reader. */
static bool is_key(const struct policy *p, const struct facts *f, struct slice line)
{
	for (size_t i = 0; i < f->n_refs; i++)
		if (slice_find(line, slice_of(f->refs[i].code)) != SIZE_MAX)
			return true;
	return !str_empty(p->base_url) && slice_find(line, slice_of(p->base_url)) != SIZE_MAX;
}

static const char *whole_text(struct arena *a, const struct policy *p, const struct facts *f)
{
	struct sbuf b = SBUF_INIT(slice_of(f->text).n + 2);
	struct slice rest = slice_trim(slice_of(f->text)), line;
	const char *out;

	while (slice_line(&rest, &line)) {
		if (is_key(p, f, line))
			continue;
		sbuf_put(&b, line.p, line.n);
		sbuf_put(&b, "\n", 1);
	}
	out = slice_dup(a, slice_trim(sbuf_view(&b)));
	sbuf_free(&b);
	return out;
}

/* Who answers between our lines, in red or below each question, has written where no mark tells the
 * answer from the question: then all of it is shown. */
static const char *words_of(struct arena *a, const struct policy *p, const struct facts *f)
{
	const char *text = facts_new_text(a, f);
	bool elsewhere = facts_span_text(a, f, SPAN_QUOTED)[0] && said_below(a, text);

	return text[0] && !elsewhere ? text : whole_text(a, p, f);
}

/* Only the requester evaluates, and only by answering the survey: by its Message-ID, or by the
 * signed foot where a phone dropped the headers. Of a closed case any mail to her will do: the one
 * that says that no evaluation came is the last that she has. */
static bool answers_survey(const struct reply *r)
{
	const struct outgoing *o = r->th->answers;
	enum audience au;

	if (r->tr->standing != STANDING_REQUESTER)
		return false;
	if (o)
		return (o->surveys || act_ticket(&r->x)->state == STATE_CLOSED) &&
		       address_same(o->to, r->x.f->from.addr);
	return trust_signed(r->x.a, r->x.w, r->x.f, r->x.k, &au);
}

/* Nothing new stands in it: a reply sent by mistake, or words put among the quoted ones, which a
 * person must look at. A file is an answer; a picture may be that of the quoted mail. */
static bool only_quotes(const struct reply *r)
{
	const struct facts *f = r->x.f;

	for (size_t i = 0; i < f->n_attachments; i++)
		if (!(f->attachments[i].flags & ATT_INLINE))
			return false;
	return r->text[0] != '\0' && facts_new_text(r->x.a, f)[0] == '\0';
}

static enum said said_of(struct reply *r)
{
	const struct facts *f = r->x.f;

	if (only_quotes(r))
		return SAID_QUOTED;
	if (said_vote(r->x.a, facts_span_text(r->x.a, f, SPAN_NEW), &r->score, &r->below)) {
		if (answers_survey(r))
			return SAID_VOTE;
		/* who was not asked says no more than that it is well */
		if (r->tr->standing == STANDING_PARTICIPANT && r->below[0] == '\0')
			return SAID_THANKS;
	}
	if (r->text[0] == '\0')
		return f->n_attachments ? SAID_TEXT : SAID_THANKS;
	return said_thanks(r->x.a, r->x.w->policy, r->text, f->from.name) ? SAID_THANKS : SAID_TEXT;
}

static const char *author(const struct facts *f)
{
	return str_empty(f->from.name) ? f->from.addr : f->from.name;
}

/* To whoever has the case: the words, and who reads the answer. */
static void tell(struct reply *r, enum mail_purpose purpose)
{
	struct staff_list l = staff_in_charge(&r->x);

	for (size_t i = 0; i < l.n; i++) {
		struct plan_mail *m = notify_staff(&r->x, purpose, l.list[i], AUDIENCE_RELAY);

		notify_words(&r->x, m, r->text);
		plan_var(m, "author", author(r->x.f));
		plan_var(m, "auth_failed", r->x.f->verdict == VERDICT_FAIL ? "1" : "");
	}
}

static const char *writer(const struct reply *r)
{
	return r->tr->standing == STANDING_PARTICIPANT ? "participant" : "requester";
}

static void wrote(struct reply *r)
{
	struct event ev;

	event_init(&ev, EVENT_MESSAGE, r->x.f->received_at, writer(r));
	event_text(&ev, "from", r->x.f->from.addr);
	act_event(&r->x, &ev);
	act_limits(&r->x);
	act_message(&r->x, r->text, false);
	act_join_copied(&r->x);
}

static void effect_join(struct reply *r)
{
	wrote(r);
	tell(r, MAIL_RELAY_IN);
}

static void record(struct reply *r, const char *why)
{
	struct event ev;

	event_init(&ev, EVENT_THANKED, r->x.f->received_at, writer(r));
	event_text(&ev, "from", r->x.f->from.addr);
	event_text(&ev, "why", why);
	act_event(&r->x, &ev);
	act_message(&r->x, r->text, false);
}

static void effect_reopen(struct reply *r)
{
	wrote(r);
	act_back(&r->x, writer(r), r->x.f->received_at);
	tell(r, MAIL_REOPENED);
}

static void effect_record(struct reply *r)
{
	record(r, "");
}

static void effect_show(struct reply *r)
{
	record(r, "la respuesta no trae texto nuevo");
	tell(r, MAIL_RELAY_IN);
}

/* Why a vote changed nothing; NULL: it did. */
static const char *const vote_moved_nothing[] = {
	[VOTE_RECORDED] = NULL, [VOTE_REPEATED] = "ya había calificado",
	[VOTE_LATE] = NULL,	[VOTE_TOO_LATE] = "calificó fuera de plazo",
	[VOTE_REOPENED] = NULL, [VOTE_WITHDRAWN] = "calificó una solución anterior",
};

static void effect_vote(struct reply *r)
{
	const struct outgoing *o = r->th->answers;
	struct vote v = {
		.round = o && o->surveys ? o->round : act_ticket(&r->x)->round,
		.score = r->score,
		.solved = true,
		.comment = r->below,
		.by = r->x.f->from.addr,
		.way = "reply",
	};

	const char *unmoved = vote_moved_nothing[vote_on(&r->x, &v)];

	if (!unmoved) {
		act_message(&r->x, r->text, false);
		return;
	}
	record(r, unmoved);
	/* the words under the number still have a reader */
	if (r->below[0])
		tell(r, MAIL_RELAY_IN);
}

static struct plan *new_linked(struct arena *a, const struct world *w, const struct facts *f,
			       const struct known_ticket *k, const char *channel)
{
	struct opening o = {
		.f = f,
		.channel = channel,
		.actor = "requester",
		.linked = k,
		.linked_why =
			"Responde a un caso que se cerró hace más tiempo del que permite reabrir.",
	};

	return open_case(a, w, &o);
}

static void (*const does[])(struct reply *) = {
	[EFFECT_JOIN] = effect_join,	 [EFFECT_VOTE] = effect_vote,
	[EFFECT_RECORD] = effect_record, [EFFECT_SHOW] = effect_show,
	[EFFECT_REOPEN] = effect_reopen, [EFFECT_NEW] = NULL,
};

struct plan *request_mail(struct arena *a, const struct world *w, const struct facts *f,
			  const struct thread *th, const struct trust *tr, const char *channel)
{
	struct plan *p = plan_new(a);
	struct reply r = {.x = act_on(a, w, p, th->ticket, f, NULL),
			  .th = th,
			  .tr = tr,
			  .text = words_of(a, w->policy, f),
			  .below = ""};
	enum effect e = effects[when_of(w, f, &th->ticket->t)][said_of(&r)];

	p->fate = FATE_PART;
	if (does[e]) {
		does[e](&r);
		return p;
	}
	p = new_linked(a, w, f, th->ticket, channel);
	p->why.thread = "linked";
	return p;
}
