#include "core/open.h"
#include "core/request.h"
#include "core/rule.h"
#include "core/staff.h"
#include "core/thread.h"

#include "base/text.h"

#include <string.h>

enum { HOPS_MAX = 30 };

/* --- automatic mail: recorded, never answered, moves nothing --- */

static bool own_list(struct arena *a, const struct policy *p, const struct facts *f)
{
	const char *reason = text_fold(a, slice_of(f->auto_reason));

	for (size_t i = 0; f->kind == KIND_LIST && i < p->n_own_lists; i++)
		if (strstr(reason, text_fold(a, slice_of(p->own_lists[i]))))
			return true;
	return false;
}

/* An invitation is a person's wish; «Aceptado: …» is a calendar's answer. */
static bool invitation(struct arena *a, const struct facts *f)
{
	static const char *const answers[] = {"accept", "acept",      "declin",
					      "rechaz", "tentativ",   "provisional",
					      "cancel", "nueva hora", "new time"};
	const char *subject = text_fold(a, slice_of(f->subject));

	for (size_t i = 0; i < COUNT(answers); i++)
		if (slice_starts(slice_of(subject), slice_of(answers[i])))
			return false;
	return f->kind == KIND_CALENDAR;
}

/* Why no person wrote it, or NULL. */
static const char *automatic_why(struct arena *a, const struct policy *p, const struct facts *f)
{
	if (policy_is_own(p, f->from.addr))
		return "its From is the desk itself";
	if (f->ours)
		return "it carries our own mark";
	if (f->hops > HOPS_MAX)
		return "it went through too many servers";
	if (own_list(a, p, f) || invitation(a, f))
		return NULL;
	if (f->kind == KIND_AUTO_REPLY || f->kind == KIND_LIST || f->kind == KIND_BOUNCE)
		return f->auto_reason[0] ? f->auto_reason : mail_kind_name(f->kind);
	return f->auto_reason[0] ? f->auto_reason : NULL;
}

static void event_automatic(struct arena *a, const struct world *w, struct plan *p,
			    const struct known_ticket *k, const struct facts *f, const char *why)
{
	struct act x = act_on(a, w, p, k, f, NULL);
	struct event ev;

	event_init(&ev, EVENT_AUTOMATIC, w->now, "system");
	event_text(&ev, "from", f->from.addr);
	event_text(&ev, "subject_of_mail", f->subject);
	event_text(&ev, "why", why);
	act_event(&x, &ev);
}

static struct plan *automatic(struct arena *a, const struct world *w, const struct facts *f,
			      const char *why)
{
	struct thread th = thread_decide(a, w, f);
	struct plan *p = plan_new(a);
	enum standing part;

	p->fate = FATE_AUTOMATIC;
	p->why.reason = arena_printf(a, "automatic: %s", why);
	if (!th.ticket ||
	    !(th.decision == THREAD_JOIN || trust_part_of(a, th.ticket, f->from.addr, &part)))
		return p;
	event_automatic(a, w, p, th.ticket, f, why);
	p->why.thread = "reply";
	p->why.number = th.ticket->t.number;
	return p;
}

/* A machine that does not say that it is one: the rule has its very address. Whoever answers a case
 * there, and others of a domain that a rule names, are persons. */
static bool silent_machine(struct arena *a, const struct world *w, const struct facts *f,
			   const struct intake *in)
{
	for (size_t i = 0; i < in->n_from; i++)
		if (in->from[i][0] != '@' && address_same(in->from[i], f->from.addr))
			return thread_decide(a, w, f).decision == THREAD_NEW;
	return false;
}

/* A sender whose alarms become cases. While one is open, the next ones are part of it. */
static struct plan *alarm(struct arena *a, const struct world *w, const struct facts *f,
			  const struct intake *in)
{
	const struct known_ticket *open = snapshot_ticket(w->snap, w->snap->similar_ticket);
	struct opening o = {.f = f,
			    .channel = "email",
			    .actor = "requester",
			    .no_ack = "el remitente es automático",
			    .linked_why = ""};
	struct plan *p;

	if (open) {
		p = plan_new(a);
		p->fate = FATE_AUTOMATIC;
		event_automatic(a, w, p, open, f, in->name);
		p->why.thread = "reply";
		p->why.number = open->t.number;
	} else {
		p = open_case(a, w, &o);
		p->why.thread = "new";
	}
	p->why.reason = arena_printf(a, "intake rule %s", in->name);
	return p;
}

/* --- bounces: on the mail that they name --- */

static const struct outgoing *outgoing_named(const struct snapshot *s, const char *id)
{
	for (size_t i = 0; !str_empty(id) && i < s->n_outgoing; i++)
		if (slice_ieqs(slice_of(id), s->outgoing[i].message_id))
			return &s->outgoing[i];
	return NULL;
}

/* The newest mail with that code: it was made for one case and one recipient. */
static const struct outgoing *outgoing_signed(const struct snapshot *s, const struct ref *r)
{
	const struct known_ticket *k = snapshot_number(s, r->number);
	const struct outgoing *newest = NULL;
	enum audience au;

	for (size_t i = 0; k && i < s->n_outgoing; i++) {
		const struct outgoing *o = &s->outgoing[i];

		if (o->ticket == k->t.id && (!newest || o->id > newest->id) &&
		    trust_ref_check(s->token_key, s->token_key_len, k->t.number, o->to, r->code,
				    &au) &&
		    au == o->audience)
			newest = o;
	}
	return newest;
}

/* By its name; where the report gives back the text alone, by the code at its foot. */
static const struct outgoing *came_back(const struct snapshot *s, const struct facts *f)
{
	const struct outgoing *o = outgoing_named(s, f->bounced_id);

	if (!o)
		o = outgoing_named(s, f->in_reply_to);
	for (size_t i = f->n_references; !o && i > 0; i--)
		o = outgoing_named(s, f->references[i - 1]);
	for (size_t i = 0; !o && i < f->n_refs; i++)
		o = outgoing_signed(s, &f->refs[i]);
	return o;
}

/* The first that nobody tries any more; a code of 4.x that has expired is as lost as one of 5.x. */
static const struct bounce *undelivered(const struct facts *f)
{
	for (size_t i = 0; i < f->n_bounces; i++)
		if (!f->bounces[i].delayed)
			return &f->bounces[i];
	return NULL;
}

static struct plan *bounce(struct arena *a, const struct world *w, const struct facts *f)
{
	const struct outgoing *o = came_back(w->snap, f);
	const struct known_ticket *k = o ? snapshot_ticket(w->snap, o->ticket) : NULL;
	const struct bounce *b = undelivered(f);
	struct sent_result r = {.mail = o, .what = SENT_BOUNCED};
	struct plan *p = plan_new(a);

	if (o && b) {
		r.diagnostic = b->diagnostic[0] ? b->diagnostic : b->status;
		p = on_sent(a, w, k, &r);
	} else if (k) {
		event_automatic(a, w, p, k, f,
				"la entrega se demora; el servidor sigue intentando");
		p->outbox = o->id;
	}
	p->fate = FATE_AUTOMATIC;
	p->why.reason = o ? "a bounce of our mail" : "a bounce that names no mail of ours";
	if (k) {
		p->why.thread = "reply";
		p->why.number = k->t.number;
	}
	return p;
}

/* --- mail of persons --- */

static struct plan *new_case(struct arena *a, const struct world *w, const struct facts *f,
			     const struct thread *th, const char *channel)
{
	struct opening o = {.f = f, .channel = channel, .actor = "requester", .linked_why = ""};

	if (th->decision == THREAD_LINKED) {
		o.linked = th->ticket;
		o.linked_why = "Menciona otro caso; podría estar relacionado.";
	}
	return open_case(a, w, &o);
}

static struct plan *part_of_case(struct arena *a, const struct world *w, const struct facts *f,
				 const struct thread *th, const struct trust *tr,
				 const char *channel)
{
	struct order o = {.k = th->ticket,
			  .f = f,
			  .who = tr->staff,
			  .answers = th->answers,
			  .audience = tr->audience};

	if (tr->standing == STANDING_STAFF)
		return staff_mail(a, w, &o);
	if (tr->short_of)
		return staff_unproven(a, w, &o, tr);
	return request_mail(a, w, f, th, tr, channel);
}

static struct plan *person(struct arena *a, const struct world *w, const struct facts *f,
			   const char *channel)
{
	static const char *const words[] = {
		[THREAD_NEW] = "new", [THREAD_JOIN] = "reply", [THREAD_LINKED] = "linked"};
	struct thread th = thread_decide(a, w, f);
	struct trust tr = trust_of(a, w, f, th.ticket, th.answers);
	struct plan *p;

	if (th.decision == THREAD_JOIN)
		p = part_of_case(a, w, f, &th, &tr, channel);
	else
		p = new_case(a, w, f, &th, channel);
	/* an answer long after the end has become a case of its own */
	p->why.thread = p->fate == FATE_PART	     ? "reply"
			: th.decision == THREAD_JOIN ? "linked"
						     : words[th.decision];
	p->why.reason = th.reason;
	p->why.trust = tr.why;
	p->why.number = p->fate == FATE_PART ? th.ticket->t.number : "";
	return p;
}

struct plan *on_mail(struct arena *a, const struct world *w, const struct facts *f)
{
	const struct intake *in = rule_intake(w->policy, f->from.addr);
	const char *why = automatic_why(a, w->policy, f);
	struct facts form = *f;

	if (f->kind == KIND_BOUNCE)
		return bounce(a, w, f);
	form.from = rule_requester(w->policy, f);
	/* another address than From's: the rule spoke, and a person filled the form in */
	if (form.from.addr != f->from.addr && !f->ours)
		return person(a, w, &form, "web");
	if (in && in->case_without_ack && !f->ours && (why || silent_machine(a, w, f, in)))
		return alarm(a, w, f, in);
	if (why)
		return automatic(a, w, f, why);
	return person(a, w, f, "email");
}
