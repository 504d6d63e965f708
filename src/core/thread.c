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

/* English for the record, Spanish for people. */
struct reason {
	const char *text, *said;
};

static const struct reason reasons[] = {
	[WEIGHT_NONE] = {"nothing in it names a case", "nada en él nombra un caso"},
	[WEIGHT_SIMILAR] = {"an answer with lost headers: same sender and subject as an open case",
			    "parece una respuesta que perdió sus encabezados: el mismo remitente y "
			    "el mismo asunto de un caso abierto"},
	[WEIGHT_TAG] = {"the subject has the number of a case",
			"el asunto trae el número de un caso"},
	[WEIGHT_THREAD_ID] = {"it names a Message-ID of the thread",
			      "nombra un correo de la conversación"},
	[WEIGHT_REFERENCE] = {"References names our mail to this address",
			      "nombra un correo nuestro a esa dirección"},
	[WEIGHT_REF] = {"the quote has a Ref. signed for this address",
			"la cita trae una «Ref.» firmada para esa dirección"},
	[WEIGHT_ANSWER] = {"In-Reply-To names our mail to this address",
			   "responde a un correo nuestro a esa dirección"},
	[WEIGHT_TOKEN] = {"it came to the reply address signed for this sender",
			  "llegó a la dirección de respuesta firmada para ese remitente"},
};

/* What may follow one of them. */
static const struct reason but_no_part = {", but the sender has no part in it",
					  ", pero quien escribe no hace parte de ese caso"};
static const struct reason but_ended = {", but that case had ended and the subject is another",
					", pero ese caso ya había terminado y el asunto es otro"};
static const struct reason but_unproven = {
	", but the authentication failed",
	", pero el servidor no pudo comprobar que el remitente sea quien dice"};

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

static struct thread linked(const struct look *l, const struct reason *but)
{
	return (struct thread){THREAD_LINKED, l->best.k, NULL,
			       arena_printf(l->a, "%s%s", reasons[l->best.weight].text, but->text)};
}

struct thread thread_decide(struct arena *a, const struct world *w, const struct facts *f)
{
	struct look l = {.a = a, .w = w, .f = f};
	struct thread out = {THREAD_NEW, NULL, NULL, reasons[WEIGHT_NONE].text};
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
		return linked(&l, &but_no_part);
	if (part && !staff && l.best.weight == WEIGHT_TAG && f->verdict == VERDICT_FAIL)
		return linked(&l, &but_unproven);
	if (!staff && !tagged(&l) && starts_anew(&l))
		return linked(&l, &but_ended);
	out = (struct thread){THREAD_JOIN, l.best.k, l.best.answers, reasons[l.best.weight].text};
	return out;
}

char *thread_said(struct arena *a, const char *reason)
{
	static const struct reason *const buts[] = {&but_no_part, &but_ended, &but_unproven};
	struct slice s = slice_of(reason);

	for (size_t i = 0; i < COUNT(reasons); i++) {
		struct slice text = slice_of(reasons[i].text), rest;

		if (!slice_starts(s, text))
			continue;
		rest = slice_sub(s, text.n, s.n);
		for (size_t j = 0; j < COUNT(buts); j++)
			if (slice_eq(rest, slice_of(buts[j]->text)))
				return arena_printf(a, "%s%s", reasons[i].said, buts[j]->said);
		if (rest.n == 0)
			return arena_str(a, reasons[i].said);
	}
	return arena_str(a, reason);
}
