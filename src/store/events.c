#include "base/json.h"
#include "base/pack.h"
#include "store/rows.h"

#include <string.h>
#include <sys/random.h>

enum { DETAIL_MAX = 4 << 20, LINK_MAX = 4096, SALT_LEN = 16 };

struct sha256 event_digest(struct slice salt, struct slice detail)
{
	struct sha256_ctx *c = sha256_begin();

	sha256_add(c, salt.p, salt.n);
	sha256_add(c, detail.p, detail.n);
	return sha256_end(&c);
}

struct sha256 event_chain(const struct event_link *l, const struct sha256 *before)
{
	struct sbuf b = SBUF_INIT(LINK_MAX);
	struct sha256 out;

	pack_i64(&b, l->id);
	pack_i64(&b, l->at);
	pack_str(&b, l->type);
	pack_i64(&b, l->ticket);
	pack_str(&b, l->actor);
	pack_bytes(&b, l->digest.b, sizeof(l->digest.b));
	pack_bytes(&b, before->b, sizeof(before->b));
	out = sha256_of(b.p, b.n);
	sbuf_free(&b);
	return out;
}

static bool detail_json(struct sbuf *b, const struct event *ev, struct err *e)
{
	struct json j = json_to(b);

	json_open(&j, NULL, '{');
	for (size_t i = 0; i < ev->n; i++) {
		if (ev->details[i].text)
			json_str(&j, ev->details[i].key, ev->details[i].text);
		else
			json_int(&j, ev->details[i].key, ev->details[i].num);
	}
	json_close(&j, '}');
	return !b->over || err_set(e, "event %s: its details are too long", event_name(ev->type));
}

/* The chain's end, which a trigger keeps; an empty chain begins with zeros. What was removed behind
 * our back leaves a gap for ever. */
static bool last_link(struct store *st, int64_t *id, struct sha256 *chain, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_EVENT_HEAD, e, NULL, 0);
	int rc = q ? sql_next(st, q, e) : -1;

	*id = 0;
	*chain = (struct sha256){{0}};
	if (rc == 1) {
		*id = col_int(q, 0);
		if (!col_sha(q, 1, chain)) {
			sql_corrupt(st, e, "the last event has no hash");
			rc = -1;
		}
	}
	sql_end(q);
	return rc >= 0;
}

static bool insert(struct store *st, const struct event_link *l, const struct sha256 *chain,
		   struct slice salt, struct slice detail, struct err *e)
{
	return sql_run(st, SQL_EVENT_ADD, e,
		       VALUES(v_int(l->id), v_int(l->at), v_text(l->type), v_ref(l->ticket),
			      v_text(l->actor), v_sha(&l->digest), v_sha(chain))) &&
	       sql_run(st, SQL_EVENT_DETAIL_ADD, e,
		       VALUES(v_int(l->id), v_blob(salt), v_slice(detail)));
}

bool event_append(struct store *st, const struct event *ev, int64_t ticket, struct err *e)
{
	struct event_link l = {
		.at = ev->at,
		.ticket = ticket,
		.type = event_name(ev->type),
		.actor = ev->actor ? ev->actor : "",
	};
	struct sbuf detail = SBUF_INIT(DETAIL_MAX);
	struct sha256 before, chain;
	char salt[SALT_LEN];
	struct slice salted = {salt, sizeof(salt)};
	bool ok = false;

	if (strlen(l.actor) > LINK_MAX / 2)
		return err_set(e, "event %s: its actor is too long", l.type);
	if (getrandom(salt, sizeof(salt), 0) != (ssize_t)sizeof(salt))
		return err_sys(e, "random");
	if (!detail_json(&detail, ev, e) || !last_link(st, &l.id, &before, e))
		goto out;
	l.id++;
	l.digest = event_digest(salted, sbuf_view(&detail));
	chain = event_chain(&l, &before);
	ok = insert(st, &l, &chain, salted, sbuf_view(&detail), e);
out:
	sbuf_free(&detail);
	return ok ? true : err_prefix(e, "event %s", l.type);
}

bool event_happens(struct store *st, struct arena *a, struct ticket *t, const struct event *ev,
		   struct err *e)
{
	return ticket_apply(a, t, ev, e) && event_append(st, ev, t->id, e) &&
	       ticket_update(st, t, e) && ticket_set_timers(st, t, e);
}

/* Receipts carry their own, older moment: the latest is among the last. */
int64_t store_last_event(struct store *st)
{
	int64_t at;

	return sql_int(st, SQL_EVENT_LATEST, 0, &at, NULL, NULL, 0) ? at : 0;
}

bool store_event(struct store *st, const struct event *ev, struct err *e)
{
	return event_append(st, ev, 0, e);
}
