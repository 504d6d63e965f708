/* intake: a mail from its bytes to its fate. */
#include "base/json.h"
#include "engine/parts.h"
#include "mail/verdict.h"
#include "mail/who.h"
#include "store/raw.h"

#include <string.h>

enum { WHY_MAX = 16 * 1024, TOKEN_HEADERS = 5 };

/* The body is what two copies of a mail share although the way they took differs. */
static struct sha256 body_digest(struct slice raw, const struct headers *h)
{
	struct slice body = slice_sub(raw, h->body_at, SIZE_MAX);

	return sha256_of(body.p, body.n);
}

int64_t engine_keep(struct engine *en, const struct ledger_key *key, struct slice raw, int64_t size,
		    int64_t received_at, bool headers_only, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct headers h = header_split(a, raw);
	struct ledger_mail m = {
		.key = *key,
		.received_at = received_at > now || received_at <= 0 ? now : received_at,
		.size = size,
		.sha256 = sha256_of(raw.p, raw.n),
		.body_sha256 = body_digest(raw, &h),
		.headers_only = headers_only,
	};
	int64_t id = 0;

	arena_free(&a);
	if (!store_save(en->st, e))
		return 0;
	m.raw = raw_add(en->st, raw, &m.sha256, e);
	if (m.raw)
		id = ledger_add(en->st, &m, FATE_NONE, e);
	if (id == 0 || !store_release(en->st, e)) {
		store_undo(en->st);
		return 0;
	}
	return id;
}

bool engine_before_start(struct engine *en, const struct ledger_key *key, int64_t size,
			 int64_t received_at, struct err *e)
{
	struct ledger_mail m = {.key = *key, .received_at = received_at, .size = size};

	return ledger_add(en->st, &m, FATE_BEFORE_START, e) != 0;
}

/* The +tag of ours under which it arrived. */
static const char *reply_token(struct engine *en, struct arena *a, const struct headers *h)
{
	static const char *const names[TOKEN_HEADERS] = {"Delivered-To", "X-Original-To", "To",
							 "Cc", "Envelope-To"};

	for (size_t i = 0; i < TOKEN_HEADERS; i++) {
		const struct slice *v = header_get(h, names[i]);
		struct address *list;
		size_t n = v ? header_addresses(a, *v, &list) : 0;

		for (size_t k = 0; k < n; k++) {
			struct slice tag = address_tag(list[k].addr);

			if (tag.n && policy_is_own(en->conf->policy, list[k].addr))
				return slice_dup(a, tag);
		}
	}
	return "";
}

void intake_who(struct engine *en, struct arena *a, struct slice raw, struct facts *f)
{
	struct headers h = header_split(a, raw);
	struct verdict_trust t = {
		.authserv_id = en->conf->verdict.authserv_id,
		.topmost = en->conf->verdict.topmost,
		.internal = en->conf->verdict.internal,
	};

	who_read(a, &h, f);
	verdict_read(a, &h, &t, f->from.addr, f);
	f->reply_token = reply_token(en, a, &h);
	f->body_sha256 = body_digest(raw, &h);
	f->sha256 = sha256_of(raw.p, raw.n);
}

/* Why, for `history` and the ledger: one flat object. */
static const char *why_json(struct arena *a, const struct why *w)
{
	struct sbuf b = SBUF_INIT(WHY_MAX);
	struct json j = json_to(&b);
	const char *text;

	json_open(&j, NULL, '{');
	json_str(&j, "thread", w->thread ? w->thread : "");
	json_str(&j, "reason", w->reason ? w->reason : "");
	json_str(&j, "trust", w->trust ? w->trust : "");
	json_open(&j, "rules", '[');
	for (size_t i = 0; i < w->n_rules; i++)
		if (w->rules[i].matched)
			json_str(&j, NULL, w->rules[i].name);
	json_close(&j, ']');
	json_close(&j, '}');
	text = b.over ? "{}" : sbuf_dup(a, &b);
	sbuf_free(&b);
	return text;
}

static bool decide_fate(struct engine *en, struct arena *a, const struct ledger_entry *entry,
			const struct facts *f, const struct keys *k, const struct plan *p,
			enum fate fate, struct err *e)
{
	struct ledger_fate row = {
		.fate = fate,
		.ticket = p && p->n_tickets ? p->tickets[0].after.id : 0,
		.message_id = f->message_id,
		.from_key = k->from,
		.subject_key = k->subject_key,
		.subject = f->subject,
		.why = p ? why_json(a, &p->why) : "{}",
	};

	return ledger_decide(en->st, entry->id, &row, e) &&
	       ledger_attachments(en->st, entry->id, f->attachments, f->n_attachments, e);
}

static bool look_up(struct engine *en, struct arena *a, const struct facts *f, int64_t raw,
		    int64_t now, struct keys *k, struct snapshot *s, struct err *e)
{
	*k = needs_mail(a, f, en->conf->policy);
	if (!store_snapshot(en->st, a, k, en->conf->policy, now, s, e))
		return false;
	s->token_key = (const char *)en->key.b;
	s->token_key_len = sizeof(en->key.b);
	s->raw = raw;
	return true;
}

static bool mail_item(struct engine *en, struct arena *a, const struct ledger_entry *entry,
		      struct slice raw, struct facts *f, int64_t now, struct outcome *out,
		      struct err *e)
{
	struct snapshot s;
	struct keys k;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};
	struct plan *p;

	if (!look_up(en, a, f, entry->raw, now, &k, &s, e))
		return false;
	/* nothing is the same as nothing, and says nothing */
	if (s.duplicate_raw && raw.n > 0) {
		*out = (struct outcome){FATE_DUPLICATE, ""};
		return decide_fate(en, a, entry, f, &k, NULL, FATE_DUPLICATE, e);
	}
	p = on_mail(a, &w, f);
	if (f->headers_only && p->fate == FATE_CASE)
		p->fate = FATE_OVERSIZE;
	if (!engine_apply(en, a, p, entry->id, now, e) ||
	    !decide_fate(en, a, entry, f, &k, p, p->fate, e))
		return false;
	*out = (struct outcome){p->fate, p->n_tickets ? p->tickets[0].after.number : ""};
	return true;
}

bool engine_mail(struct engine *en, struct arena *a, const struct ledger_entry *entry,
		 struct slice raw, struct facts *f, int64_t now, struct outcome *out, struct err *e)
{
	size_t before = en->n_news;

	if (!store_save(en->st, e))
		return false;
	f->received_at = entry->received_at;
	f->size = entry->size;
	f->headers_only = entry->headers_only;
	intake_who(en, a, raw, f);
	if (!mail_item(en, a, entry, raw, f, now, out, e) || !store_release(en->st, e))
		return item_undo(en, before, NULL);
	return true;
}

static const char quarantined[] =
	"Un correo no se pudo leer. Quedó en cuarentena, tal como llegó: nadie lo ha recibido "
	"ni se ha respondido.";

static bool quarantine_item(struct engine *en, struct arena *a, const struct ledger_entry *entry,
			    struct plan *p, int64_t now, struct err *e)
{
	struct keys k = {.from = "", .subject_key = ""};
	size_t before = en->n_news;
	struct facts f;

	facts_init(&f);
	if (!store_save(en->st, e))
		return false;
	if (!engine_apply(en, a, p, entry->id, now, e) ||
	    !decide_fate(en, a, entry, &f, &k, p, FATE_QUARANTINE, e) || !store_release(en->st, e))
		return item_undo(en, before, NULL);
	return true;
}

bool engine_quarantine(struct engine *en, struct arena *a, const struct ledger_entry *entry,
		       const char *why, int64_t now, struct err *e)
{
	struct plan *p = plan_new(a);

	p->fate = FATE_QUARANTINE;
	p->why.reason = why;
	plan_alert(a, p, en->conf->policy, quarantined, why,
		   arena_printf(a, "mesactl quarantine show %lld", (long long)entry->id));
	if (quarantine_item(en, a, entry, p, now, e))
		return true;
	/* it may be the alert that cannot be written; this is the last resort and must not fail */
	p->n_mails = 0;
	return store_trouble(en->st) == TROUBLE_NONE && quarantine_item(en, a, entry, p, now, e);
}

/* A new case has no number yet: one that is never given out (0) stands for it. */
static void stand_in_numbers(struct engine *en, struct arena *a, struct plan *p, int64_t now)
{
	const struct policy *policy = en->conf->policy;

	for (size_t i = 0; i < p->n_tickets; i++)
		if (p->tickets[i].id == 0)
			p->tickets[i].after.number =
				policy_number(a, policy, zone_civil(policy->zone, now).year, 0);
}

bool engine_explain(struct engine *en, struct arena *a, struct slice raw, struct facts *f,
		    int64_t now, struct explained *out, struct err *e)
{
	struct snapshot s;
	struct keys k;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};

	if (f->received_at == 0)
		f->received_at = f->date && f->date < now ? f->date : now;
	intake_who(en, a, raw, f);
	if (!look_up(en, a, f, 0, now, &k, &s, e))
		return false;
	*out = (struct explained){.duplicate = s.duplicate_raw != 0, .duplicate_of = ""};
	if (out->duplicate && s.similar_ticket == s.duplicate_ticket)
		s.similar_ticket = 0; /* that is the mail itself */
	for (size_t i = 0; i < s.n_tickets; i++)
		if (s.tickets[i].t.id == s.duplicate_ticket)
			out->duplicate_of = s.tickets[i].t.number;
	out->plan = on_mail(a, &w, f);
	stand_in_numbers(en, a, out->plan, now);
	out->subjects = arena_array(a, out->plan->n_mails + 1, sizeof(*out->subjects));
	for (size_t i = 0; i < out->plan->n_mails; i++) {
		const struct plan_mail *m = &out->plan->mails[i];

		out->subjects[i] = letter_subject(
			en, a, m, m->ticket < 0 ? NULL : &out->plan->tickets[m->ticket].after, now);
	}
	return true;
}
