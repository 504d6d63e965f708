#include "core/thread.h"

#include "core/subject.h"

/* Signals, weakest first. A stronger one wins; among equals the newest reference. */
enum weight {
	WEIGHT_NONE,
	WEIGHT_SIMILAR,	  /* same sender, same subject, within days */
	WEIGHT_TAG,	  /* a number in the subject: a hint, never a right */
	WEIGHT_THREAD_ID, /* a Message-ID of the thread, made for somebody else or theirs */
	WEIGHT_REFERENCE, /* References: a mail of ours to this address */
	WEIGHT_REF,	  /* a signed Ref. in the text, for this address */
	WEIGHT_ANSWER,	  /* In-Reply-To: a mail of ours to this address */
	WEIGHT_TOKEN	  /* it came to the signed address */
};

static const char *const reasons[] = {
	[WEIGHT_NONE] = "nothing in it names a case",
	[WEIGHT_SIMILAR] = "an answer with lost headers: same sender and subject as an open case",
	[WEIGHT_TAG] = "the subject has the number of a case",
	[WEIGHT_THREAD_ID] = "it names a Message-ID of the thread",
	[WEIGHT_REFERENCE] = "References names our mail to this address",
	[WEIGHT_REF] = "the quote has a Ref. signed for this address",
	[WEIGHT_ANSWER] = "In-Reply-To names our mail to this address",
	[WEIGHT_TOKEN] = "it came to the reply address signed for this sender",
};

struct signal {
	enum weight weight;
	const struct known_ticket *k;
	const struct outgoing *answers;
};

struct look {
	struct arena *a;
	const struct world *w;
	const struct facts *f;
	struct signal best;
};

static void offer(struct look *l, enum weight weight, const struct known_ticket *k,
		  const struct outgoing *answers)
{
	if (k && weight > l->best.weight)
		l->best = (struct signal){weight, k, answers};
}

static const struct outgoing *outgoing_by_id(const struct snapshot *s, const char *id)
{
	for (size_t i = 0; i < s->n_outgoing; i++)
		if (!str_empty(id) && slice_ieqs(slice_of(id), s->outgoing[i].message_id))
			return &s->outgoing[i];
	return NULL;
}

static const struct incoming *incoming_by_id(const struct snapshot *s, const char *id)
{
	for (size_t i = 0; i < s->n_incoming; i++)
		if (!str_empty(id) && slice_ieqs(slice_of(id), s->incoming[i].message_id))
			return &s->incoming[i];
	return NULL;
}

static void look_at_id(struct look *l, const char *id, enum weight own)
{
	const struct snapshot *s = l->w->snap;
	const struct outgoing *o = outgoing_by_id(s, id);
	const struct incoming *in = incoming_by_id(s, id);

	if (o && address_same(o->to, l->f->from.addr))
		offer(l, own, snapshot_ticket(s, o->ticket), o);
	else if (o)
		offer(l, WEIGHT_THREAD_ID, snapshot_ticket(s, o->ticket), o);
	if (in)
		offer(l, WEIGHT_THREAD_ID, snapshot_ticket(s, in->ticket), NULL);
}

static void look_at_headers(struct look *l)
{
	look_at_id(l, l->f->in_reply_to, WEIGHT_ANSWER);
	for (size_t i = l->f->n_references; i > 0; i--)
		look_at_id(l, l->f->references[i - 1], WEIGHT_REFERENCE);
}

/* The mail of ours that headers name within case k, when the signed code alone found the case. */
static const struct outgoing *answered(const struct look *l, const struct known_ticket *k)
{
	const struct outgoing *o = outgoing_by_id(l->w->snap, l->f->in_reply_to);

	for (size_t i = l->f->n_references; !o && i > 0; i--)
		o = outgoing_by_id(l->w->snap, l->f->references[i - 1]);
	return o && o->ticket == k->t.id && address_same(o->to, l->f->from.addr) ? o : NULL;
}

static bool speaks(const struct look *l, const struct ref *r, const struct known_ticket **k)
{
	const struct snapshot *s = l->w->snap;
	enum audience au;

	*k = snapshot_number(s, r->number);
	return *k && trust_ref_check(s->token_key, s->token_key_len, (*k)->t.number,
				     address_key(l->a, l->f->from.addr), r->code, &au);
}

static void look_at_codes(struct look *l)
{
	const struct known_ticket *k;
	struct ref token;

	if (trust_token_read(l->a, l->w->policy, l->f->reply_token, &token) &&
	    speaks(l, &token, &k))
		offer(l, WEIGHT_TOKEN, k, answered(l, k));
	for (size_t i = 0; i < l->f->n_refs; i++)
		if (speaks(l, &l->f->refs[i], &k))
			offer(l, WEIGHT_REF, k, answered(l, k));
}

static void look_at_subject(struct look *l)
{
	const char *number;
	const struct snapshot *s = l->w->snap;

	if (policy_numbers_in(l->a, l->w->policy, slice_of(l->f->subject), &number, 1))
		offer(l, WEIGHT_TAG, snapshot_number(s, number), NULL);
	if (l->f->kind == KIND_REPLY)
		offer(l, WEIGHT_SIMILAR, snapshot_ticket(s, s->similar_ticket), NULL);
}

static bool has_quote(const struct facts *f)
{
	for (size_t i = 0; i < f->n_spans; i++)
		if (f->spans[i].kind == SPAN_QUOTED)
			return true;
	return false;
}

/* «Reply» used to start anew, or a conversation handed on: the case had ended, and this is about
 * something else. */
static bool starts_anew(struct look *l)
{
	const struct facts *f = l->f;
	const struct ticket *t = &l->best.k->t;
	bool ended = t->state == STATE_CLOSED || t->state == STATE_RESOLVED;
	bool same = str_eq(subject_key(l->a, l->w->policy, f->subject),
			   subject_key(l->a, l->w->policy, t->subject));
	enum subject_prefix prefix;

	if (!ended)
		return false;
	prefix = subject_prefix(l->a, f->subject);
	if (prefix == PREFIX_FORWARD)
		return !same;
	/* whoever starts anew writes a subject of his own, and quotes nothing */
	if (prefix == PREFIX_REPLY || has_quote(f))
		return false;
	return t->state == STATE_CLOSED && !same;
}

/* Does a subject's tag of the case stand in this subject? Then it is about that case. */
static bool tagged(struct look *l)
{
	const char *number;

	return policy_numbers_in(l->a, l->w->policy, slice_of(l->f->subject), &number, 1) &&
	       slice_ieqs(slice_of(number), l->best.k->t.number);
}

static struct thread linked(const struct look *l, const char *reason)
{
	return (struct thread){THREAD_LINKED, l->best.k, NULL, reason};
}

struct thread thread_decide(struct arena *a, const struct world *w, const struct facts *f)
{
	struct look l = {.a = a, .w = w, .f = f};
	struct thread out = {THREAD_NEW, NULL, NULL, reasons[WEIGHT_NONE]};
	bool part, staff = policy_staff_by_mail(w->policy, f->from.addr) != NULL;
	enum standing standing;

	look_at_codes(&l);
	look_at_headers(&l);
	look_at_subject(&l);
	if (!l.best.k)
		return out;
	part = trust_part_of(a, l.best.k, f->from.addr, &standing) ||
	       trust_part_of(a, l.best.k, f->sender.addr, &standing);
	if (!part && !staff)
		return linked(&l, arena_printf(a, "%s, but the sender has no part in it",
					       reasons[l.best.weight]));
	if (part && !staff && l.best.weight == WEIGHT_TAG && f->verdict == VERDICT_FAIL)
		return linked(&l, "the subject has a number, but the authentication failed");
	if (!staff && !tagged(&l) && starts_anew(&l))
		return linked(&l,
			      arena_printf(a,
					   "%s, but that case had ended and the subject is another",
					   reasons[l.best.weight]));
	out = (struct thread){THREAD_JOIN, l.best.k, l.best.answers, reasons[l.best.weight]};
	return out;
}
