#include "store/digest.h"

#include "store/rows.h"

#include <string.h>

enum { CASES_LISTED = 50, TICKETS_A_TURN = 64 };

/* --- how far the budgets are spent --- */

static struct slice domain_of(const char *key)
{
	struct slice s = slice_of(key);

	return slice_sub(s, slice_chr(s, '@') + 1, s.n);
}

/* The moment when the count-th newest mail leaves the window: until then the budget is spent. */
static bool free_at(struct store *st, enum sql id, const struct budget *b, int64_t now,
		    const struct value *whose, int64_t *out, struct err *e)
{
	struct value v[4];
	size_t n = 0;
	int64_t nth;

	*out = 0;
	if (b->count == 0)
		return true;
	if (whose)
		v[n++] = *whose;
	v[n++] = v_int(now - b->seconds);
	v[n++] = v_int(now);
	v[n++] = v_int(b->count - 1);
	if (!sql_int(st, id, 0, &nth, e, v, n))
		return false;
	*out = nth ? nth + b->seconds : 0;
	return true;
}

static bool spent_one(struct store *st, const struct policy *p, int64_t now, struct spent *s,
		      struct err *e)
{
	const struct budget *b = p->budgets;
	struct value key = v_text(s->to), ticket = v_int(s->ticket);
	struct value domain = v_slice(domain_of(s->to));

	return free_at(st, SQL_BUDGET_ADDRESS, &b[BUDGET_ADDRESS], now, &key,
		       &s->free_at[BUDGET_ADDRESS], e) &&
	       (s->ticket == 0 || free_at(st, SQL_BUDGET_TICKET, &b[BUDGET_TICKET], now, &ticket,
					  &s->free_at[BUDGET_TICKET], e)) &&
	       free_at(st, SQL_BUDGET_DOMAIN, &b[BUDGET_DOMAIN], now, &domain,
		       &s->free_at[BUDGET_DOMAIN], e) &&
	       free_at(st, SQL_BUDGET_TOTAL, &b[BUDGET_TOTAL], now, NULL, &s->free_at[BUDGET_TOTAL],
		       e) &&
	       sql_int(st, SQL_DIGEST_DUE, 0, &s->digest_due, e, VALUES(key)) &&
	       sql_int(st, SQL_DIGEST_LAST, 0, &s->digested_at, e,
		       VALUES(key, v_int(now - b[BUDGET_ADDRESS].seconds), v_int(now)));
}

static bool no_budgets(const struct policy *p)
{
	for (size_t i = 0; i < BUDGET_COUNT; i++)
		if (p->budgets[i].count)
			return false;
	return true;
}

static const char brake_told[] = "brake_told";

static bool brake(struct store *st, struct arena *a, struct snapshot *s, struct err *e)
{
	int64_t any;
	struct slice told;
	struct unpack u;

	if (!sql_int(st, SQL_DIGEST_ANY, 0, &any, e, NULL, 0))
		return false;
	s->braked = any != 0;
	if (store_meta_get(st, a, brake_told, &told)) {
		u = unpack_of(told.p, told.n);
		s->brake_told_at = unpack_i64(&u);
	}
	return true;
}

bool store_spent(struct store *st, struct arena *a, const struct policy *p, int64_t now,
		 const char *from, struct snapshot *s, struct err *e)
{
	s->spent = NULL;
	s->n_spent = 0;
	if (no_budgets(p))
		return true;
	s->spent = arena_array(a, s->n_tickets + 1, sizeof(*s->spent));
	if (!str_empty(from))
		s->spent[s->n_spent++].to = from;
	for (size_t i = 0; i < s->n_tickets; i++) {
		const struct ticket *t = &s->tickets[i].t;

		s->spent[s->n_spent++] =
			(struct spent){.to = address_key(a, t->requester.addr), .ticket = t->id};
	}
	for (size_t i = 0; i < s->n_spent; i++)
		if (!spent_one(st, p, now, &s->spent[i], e))
			return false;
	return brake(st, a, s, e);
}

/* --- what waits --- */

bool digest_wait(struct store *st, struct arena *a, const struct address *to, int64_t ticket,
		 int64_t due, struct err *e)
{
	const char *key = address_key(a, to->addr);

	return sql_run(st, SQL_DIGEST_WAIT, e,
		       VALUES(v_text(key), v_text(to->addr), v_text(to->name), v_int(due))) &&
	       sql_run(st, SQL_DIGEST_CASE, e, VALUES(v_text(key), v_int(ticket)));
}

bool digest_brake_told(struct store *st, int64_t at, struct err *e)
{
	struct sbuf b = SBUF_INIT(sizeof(at));
	bool ok;

	pack_i64(&b, at);
	ok = store_meta_set(st, brake_told, sbuf_view(&b), e);
	sbuf_free(&b);
	return ok;
}

bool digests_due(struct store *st, struct arena *a, int64_t now, size_t max,
		 struct digest_row **out, size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_DIGESTS_DUE, e, VALUES(v_int(now), v_int((int64_t)max)));
	int rc = q ? 0 : -1;

	*out = arena_array(a, max, sizeof(**out));
	*n = 0;
	while (q && *n < max && (rc = sql_next(st, q, e)) == 1)
		(*out)[(*n)++] = (struct digest_row){
			.key = col_text(a, q, 0),
			.to = {col_text(a, q, 1), col_text(a, q, 2)},
		};
	sql_end(q);
	return rc >= 0;
}

/* The next cases after `after`; ids holds TICKETS_A_TURN. */
static bool next_tickets(struct store *st, const char *key, int64_t after, size_t max, int64_t *ids,
			 size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_DIGEST_TICKETS, e,
				   VALUES(v_text(key), v_int(after), v_int((int64_t)max)));
	int rc = q ? 0 : -1;

	*n = 0;
	while (q && *n < max && (rc = sql_next(st, q, e)) == 1)
		ids[(*n)++] = col_int(q, 0);
	sql_end(q);
	return rc >= 0;
}

bool digest_cases(struct store *st, struct arena *a, const struct digest_row *row,
		  struct digest *out, struct err *e)
{
	int64_t ids[CASES_LISTED], all;
	struct ticket *t = arena_array(a, CASES_LISTED, sizeof(*t));
	size_t n;

	*out = (struct digest){.to = row->to, .cases = t};
	if (!next_tickets(st, row->key, 0, CASES_LISTED, ids, &n, e) ||
	    !sql_int(st, SQL_DIGEST_COUNT, 0, &all, e, VALUES(v_text(row->key))))
		return false;
	for (size_t i = 0; i < n; i++) {
		int rc = ticket_load(st, a, ids[i], &t[out->n], e);

		if (rc < 0)
			return false;
		out->n += (size_t)rc;
	}
	out->more = all - (int64_t)n;
	return out->n > 0 || sql_corrupt(st, e, "a digest without a case");
}

bool digest_later(struct store *st, const struct digest_row *row, int64_t due, struct err *e)
{
	return sql_run(st, SQL_DIGEST_LATER, e, VALUES(v_int(due), v_text(row->key)));
}

static bool tell_cases(struct store *st, const int64_t *ids, size_t n, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct event ev;
	bool ok = true;

	event_init(&ev, EVENT_DIGESTED, now, "system");
	for (size_t i = 0; ok && i < n; i++) {
		struct ticket t;

		ok = ticket_load(st, a, ids[i], &t, e) == 1 && event_happens(st, a, &t, &ev, e);
	}
	arena_free(&a);
	return ok;
}

bool digest_done(struct store *st, const struct digest_row *row, int64_t now, struct err *e)
{
	int64_t ids[TICKETS_A_TURN], last = 0;
	size_t n;

	do {
		if (!next_tickets(st, row->key, last, TICKETS_A_TURN, ids, &n, e) ||
		    !tell_cases(st, ids, n, now, e))
			return false;
		last = n ? ids[n - 1] : last;
	} while (n == TICKETS_A_TURN);
	return sql_run(st, SQL_DIGEST_CLEAR, e, VALUES(v_text(row->key))) &&
	       sql_run(st, SQL_DIGEST_DONE, e, VALUES(v_text(row->key)));
}
