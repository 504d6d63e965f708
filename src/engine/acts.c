/* acts: commands, new cases, timers, votes and send results; each one SAVEPOINT. */
#include "base/backoff.h"
#include "engine/parts.h"

#include <string.h>

/* One case, or none. */
static struct snapshot plain_snapshot(struct engine *en, struct known_ticket *k)
{
	return (struct snapshot){
		.tickets = k,
		.n_tickets = k ? 1 : 0,
		.token_key = (const char *)en->key.b,
		.token_key_len = sizeof(en->key.b),
	};
}

/* … with the budgets, where mail may leave to its requester, or to `from` about a new one. */
static bool spending_snapshot(struct engine *en, struct arena *a, struct known_ticket *k,
			      const char *from, int64_t now, struct snapshot *s, struct err *e)
{
	*s = plain_snapshot(en, k);
	return store_spent(en->st, a, en->conf->policy, now, from, s, e);
}

/* One plan as one item: apply and release, or nothing. */
static bool item(struct engine *en, struct arena *a, struct plan *p, int64_t now, struct err *e)
{
	size_t before = en->n_news;

	if (!store_save(en->st, e))
		return false;
	if (!engine_apply(en, a, p, 0, now, e) || !store_release(en->st, e))
		return item_undo(en, before, NULL);
	return true;
}

int engine_command(struct engine *en, struct arena *a, const char *number, const char *who,
		   const char *text, int64_t now, struct plan **plan_r, struct err *e)
{
	const struct policy *policy = en->conf->policy;
	struct keys keys = needs_command(a, number, text, policy);
	const struct staff *staff = NULL;
	const struct known_ticket *k;
	struct snapshot s;
	struct world w = {.policy = policy, .snap = &s, .now = now};
	size_t named;

	if (!store_snapshot(en->st, a, &keys, policy, now, &s, e))
		return -1;
	k = snapshot_number(&s, number);
	if (k == NULL)
		return 0;
	named = policy_find_staff(a, policy, who, &staff);
	if (named != 1) {
		*plan_r = plan_new(a);
		(*plan_r)->refused = true;
		(*plan_r)->denied = named == 0;
		(*plan_r)->answer = named ? "{\"refused\":\"hay varias personas que se llaman así: "
					    "use su id de staff.yaml\"}"
					  : "{\"refused\":\"esa persona no está en staff.yaml\"}";
		return 1;
	}
	*plan_r = on_command(a, &w, k, staff, text, NULL);
	return item(en, a, *plan_r, now, e) ? 1 : -1;
}

bool engine_new_case(struct engine *en, struct arena *a, const struct new_case *n, int64_t now,
		     struct plan **plan_r, struct err *e)
{
	struct snapshot s;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};

	if (!spending_snapshot(en, a, NULL, address_key(a, n->from.addr), now, &s, e) ||
	    !store_loads(en->st, a, &s.loads, &s.n_loads, e))
		return false;
	*plan_r = on_new(a, &w, n);
	return item(en, a, *plan_r, now, e);
}

bool engine_timer(struct engine *en, const struct timer *t, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct known_ticket k;
	struct snapshot s;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};
	int found = store_ticket(en->st, a, t->ticket, &k, e);
	bool ok = found >= 0;

	if (found == 1)
		ok = spending_snapshot(en, a, &k, "", now, &s, e) &&
		     item(en, a, on_timer(a, &w, &k, t->kind), now, e);
	arena_free(&a);
	return ok;
}

/* --- digests --- */

static bool digest_item(struct engine *en, struct arena *a, const struct digest_row *row,
			int64_t now, struct err *e)
{
	struct snapshot s;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};
	struct digest d;
	struct plan *p;
	int64_t due;

	if (!spending_snapshot(en, a, NULL, row->key, now, &s, e) ||
	    !digest_cases(en->st, a, row, &d, e))
		return false;
	p = on_digest(a, &w, &d, &due);
	if (p == NULL)
		return digest_later(en->st, row, due, e);
	return engine_apply(en, a, p, 0, now, e) && digest_done(en->st, row, now, e);
}

bool engine_digest(struct engine *en, const struct digest_row *row, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	size_t before = en->n_news;

	if (!store_save(en->st, e)) {
		arena_free(&a);
		return false;
	}
	if (!digest_item(en, a, row, now, e) || !store_release(en->st, e))
		return item_undo(en, before, &a);
	arena_free(&a);
	return true;
}

/* --- the survey's page --- */

/* 1: the token is ours and *k is its case, 0 not ours, -1 failed. */
static int survey_ticket(struct engine *en, struct arena *a, struct slice token,
			 struct known_ticket *k, int *round, struct err *e)
{
	struct slice mac;
	int64_t id;
	int found;

	if (!token_survey_split(token, &id, round, &mac))
		return 0;
	found = store_ticket(en->st, a, id, k, e);
	if (found <= 0)
		return found;
	return token_survey_verify(&en->key, id, *round, address_key(a, k->t.requester.addr), mac);
}

bool engine_survey(struct engine *en, struct arena *a, struct slice token, int64_t now,
		   struct survey_view *out, struct err *e)
{
	int found;

	(void)now;
	*out = (struct survey_view){.state = PAGE_GONE, .solution = ""};
	found = survey_ticket(en, a, token, &out->known, &out->round, e);
	if (found <= 0)
		return found == 0;
	out->ticket = out->known.t.id;
	if (!query_solution(en->st, a, out->ticket, &out->solution, e))
		return false;
	if (out->known.t.round != out->round)
		out->state = PAGE_WITHDRAWN;
	else if (out->known.t.score)
		out->state = PAGE_VOTED;
	else if (out->known.t.state == STATE_RESOLVED)
		out->state = PAGE_SURVEY;
	else
		out->state = out->known.t.state == STATE_CLOSED ? PAGE_CLOSED : PAGE_WITHDRAWN;
	return true;
}

int engine_vote(struct engine *en, struct arena *a, struct slice token, int score, bool solved,
		const char *comment, int64_t now, enum vote_result *result, struct err *e)
{
	struct known_ticket k;
	struct snapshot s;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};
	struct vote v = {.score = score, .solved = solved, .comment = comment, .way = "link"};
	int found = survey_ticket(en, a, token, &k, &v.round, e);

	if (found <= 0)
		return found;
	v.by = k.t.requester.addr;
	if (!spending_snapshot(en, a, &k, "", now, &s, e))
		return -1;
	return item(en, a, on_vote(a, &w, &k, &v, result), now, e) ? 1 : -1;
}

/* --- outgoing mail --- */

bool engine_claim(struct engine *en, struct arena *a, int64_t now, const int64_t *busy,
		  size_t n_busy, size_t max, struct outbox_row **out, size_t *n, struct err *e)
{
	/* a row is cancelled together with its event or not at all */
	if (!store_save(en->st, e))
		return false;
	if (outbox_claim(en->st, a, now, engine_is_behind(en, now), busy, n_busy, max, out, n, e) &&
	    store_release(en->st, e))
		return true;
	return item_undo(en, en->n_news, NULL);
}

/* What the case makes of an outgoing mail's end. */
static bool tell_case(struct engine *en, struct arena *a, const struct outbox_row *row,
		      enum sent what, const char *reply, int64_t now, struct err *e)
{
	struct known_ticket k;
	struct outgoing mail;
	struct snapshot s;
	struct world w = {.policy = en->conf->policy, .snap = &s, .now = now};
	struct sent_result r = {.mail = &mail, .what = what, .diagnostic = reply};
	int found = 0;

	if (!outbox_outgoing(en->st, a, row->id, &mail, e))
		return false;
	if (row->ticket)
		found = store_ticket(en->st, a, row->ticket, &k, e);
	if (found < 0)
		return false;
	s = plain_snapshot(en, found ? &k : NULL);
	return engine_apply(en, a, on_sent(a, &w, found ? &k : NULL, &r), 0, now, e);
}

/* The row's own end, and whether the case is to hear of it. */
static bool settle(struct engine *en, const struct outbox_row *row, enum delivery what,
		   const char *reply, uint32_t seed, int64_t now, enum sent *end, bool *ended,
		   struct err *e)
{
	const struct mesad_conf *c = en->conf;
	int64_t wait = backoff_ms((unsigned)row->attempts, c->retry_first * 1000,
				  c->retry_most * 1000, seed) /
		       1000;

	*ended = true;
	switch (what) {
	case DELIVERY_ACCEPTED:
		*end = SENT_ACCEPTED;
		return outbox_sent(en->st, row->id, now, reply, e);
	case DELIVERY_REFUSED:
		*end = SENT_REFUSED;
		return outbox_failed(en->st, row->id, now, reply, e);
	case DELIVERY_UNCERTAIN:
	case DELIVERY_LATER:
		break;
	}
	*end = SENT_EXPIRED;
	*ended = now - row->created_at >= c->expire;
	return *ended ? outbox_failed(en->st, row->id, now, reply, e)
		      : outbox_retry(en->st, row->id, now + (wait > 0 ? wait : 1), reply, e);
}

static bool sent_item(struct engine *en, struct arena *a, const struct outbox_row *row,
		      enum delivery what, const char *reply, uint32_t seed, int64_t now, bool tell,
		      struct err *e)
{
	size_t before = en->n_news;
	enum sent end;
	bool ended;

	if (!store_save(en->st, e))
		return false;
	if (settle(en, row, what, reply, seed, now, &end, &ended, e) &&
	    (!ended || !tell || tell_case(en, a, row, end, reply, now, e)) &&
	    store_release(en->st, e))
		return true;
	return item_undo(en, before, NULL);
}

bool engine_sent(struct engine *en, const struct outbox_row *row, enum delivery what,
		 const char *reply, uint32_t seed, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	bool ok = sent_item(en, a, row, what, reply, seed, now, true, e);

	/* the case cannot be told of it; but the verdict stands, or the mail would leave again */
	if (!ok && store_trouble(en->st) == TROUBLE_NONE)
		ok = sent_item(en, a, row, what,
			       arena_printf(a, "%s [the case was not told: %s]", reply, e->text),
			       seed, now, false, e);
	arena_free(&a);
	return ok;
}
