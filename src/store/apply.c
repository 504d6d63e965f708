#include "store/apply.h"

#include "store/digest.h"
#include "store/rows.h"

#include <string.h>

struct applying {
	struct store *st;
	struct arena *a;
	struct plan *p;
	const struct apply_in *in;
	struct err *e;
};

/* --- tickets --- */

static bool next_id(struct store *st, enum sql last, int64_t *out, struct err *e)
{
	if (!sql_int(st, last, 0, out, e, NULL, 0))
		return false;
	++*out;
	return true;
}

/* A pattern without the year counts on for ever: else the second year would repeat the first. */
static int number_year(const struct apply_in *in)
{
	if (strstr(in->policy->number, "{year") == NULL)
		return 0;
	return zone_civil(in->policy->zone, in->now).year;
}

static bool new_ticket(struct applying *x, struct plan_ticket *pt)
{
	int year = number_year(x->in);
	int64_t seq, id;

	if (pt->n == 0 || pt->events[0].n == EVENT_DETAILS_MAX)
		return err_set(x->e, "a new case without a first event that has room");
	if (!next_id(x->st, SQL_TICKET_LAST, &id, x->e) ||
	    !sql_int(x->st, SQL_COUNTER_NEXT, 0, &seq, x->e, VALUES(v_int(year))))
		return false;
	x->st->gave_out = true;
	pt->id = pt->after.id = id;
	pt->after.number = policy_number(x->a, x->in->policy,
					 zone_civil(x->in->policy->zone, x->in->now).year, seq);
	/* the number is part of the truth too */
	event_text(&pt->events[0], "number", pt->after.number);
	return ticket_insert(x->st, &pt->after, year, seq, x->e);
}

static bool place_tickets(struct applying *x)
{
	for (size_t i = 0; i < x->p->n_tickets; i++) {
		struct plan_ticket *pt = &x->p->tickets[i];
		bool ok = true;

		if (pt->id == 0)
			ok = new_ticket(x, pt);
		else if (pt->n)
			ok = ticket_update(x->st, &pt->after, x->e);
		if (!ok)
			return false;
	}
	return true;
}

/* --- events --- */

static bool add_event(struct applying *x, const struct event *ev, int64_t ticket)
{
	const struct detail *to = event_detail(ev, "assignee");

	if (to && !str_empty(to->text) &&
	    !sql_run(x->st, SQL_GIVEN, x->e, VALUES(v_text(to->text), v_int(ev->at))))
		return false;
	return event_append(x->st, ev, ticket, x->e);
}

static bool add_events(struct applying *x)
{
	for (size_t i = 0; i < x->p->n_tickets; i++) {
		const struct plan_ticket *pt = &x->p->tickets[i];

		for (size_t k = 0; k < pt->n; k++)
			if (!add_event(x, &pt->events[k], pt->id))
				return false;
	}
	return true;
}

/* --- mails and messages --- */

static const struct ticket *ticket_at(const struct plan *p, int index)
{
	return index < 0 || (size_t)index >= p->n_tickets ? NULL : &p->tickets[index].after;
}

/* What was said in a mail of ours, in the case's conversation. */
static bool add_said(struct applying *x, const struct plan_mail *m, const struct ticket *t,
		     int64_t id, const struct outbox_bytes *b)
{
	return sql_run(x->st, SQL_MESSAGE_ADD, x->e,
		       VALUES(v_int(t->id), v_int(x->in->now), v_ref(0), v_int(id), v_int(0),
			      v_int(m->audience != AUDIENCE_REQUESTER), v_text(b->envelope_from),
			      v_text(""), v_text(address_key(x->a, b->to)), v_text(b->message_id),
			      v_text(b->text)));
}

static bool add_mail(struct applying *x, const struct plan_mail *m)
{
	const struct ticket *t = ticket_at(x->p, m->ticket);
	struct outbox_bytes b = {.subject = "", .text = ""};
	struct outbox_new o = {.now = x->in->now, .mail = m, .ticket = t, .bytes = &b};

	x->st->gave_out = true;
	return next_id(x->st, SQL_OUTBOX_LAST, &o.id, x->e) &&
	       x->in->compose(x->in->ctx, x->a, m, t, o.id, &b, x->e) &&
	       outbox_add(x->st, x->a, &o, x->e) && (!t || add_said(x, m, t, o.id, &b));
}

static bool add_mails(struct applying *x)
{
	for (size_t i = 0; i < x->p->n_mails; i++)
		if (!add_mail(x, &x->p->mails[i]))
			return false;
	return true;
}

static bool add_messages(struct applying *x)
{
	int64_t at = x->in->now;

	if (x->p->n_messages && x->in->mail &&
	    !sql_int(x->st, SQL_LEDGER_RECEIVED, at, &at, x->e, VALUES(v_int(x->in->mail))))
		return false;
	for (size_t i = 0; i < x->p->n_messages; i++) {
		const struct plan_message *m = &x->p->messages[i];
		const struct ticket *t = ticket_at(x->p, m->ticket);

		if (t == NULL)
			return err_set(x->e, "a message of no case");
		if (!sql_run(x->st, SQL_MESSAGE_ADD, x->e,
			     VALUES(v_int(t->id), v_int(at), v_ref(x->in->mail), v_ref(0),
				    v_int(m->inbound), v_int(m->internal), v_text(m->from.addr),
				    v_text(address_key(x->a, m->from.addr ? m->from.addr : "")),
				    v_text(""), v_text(m->message_id), v_text(m->text))))
			return false;
	}
	return true;
}

static bool add_postponed(struct applying *x)
{
	for (size_t i = 0; i < x->p->n_postponed; i++) {
		const struct plan_postponed *w = &x->p->postponed[i];

		if (!digest_wait(x->st, x->a, &w->to, x->p->tickets[w->ticket].id, w->due, x->e))
			return false;
	}
	return !x->p->brake_told || digest_brake_told(x->st, x->in->now, x->e);
}

/* --- the rest --- */

static bool add_participants(struct applying *x, const struct plan_ticket *pt)
{
	for (size_t i = 0; i < pt->n_join; i++)
		if (!sql_run(x->st, SQL_PARTICIPANT_ADD, x->e,
			     VALUES(v_int(pt->id), v_text(address_key(x->a, pt->join[i])))))
			return false;
	return true;
}

static bool finish_tickets(struct applying *x)
{
	for (size_t i = 0; i < x->p->n_tickets; i++) {
		struct plan_ticket *pt = &x->p->tickets[i];

		if (!add_participants(x, pt) ||
		    (pt->cancel_surveys &&
		     !outbox_cancel_stale(x->st, x->a, &pt->after, x->in->now, x->e)) ||
		    (pt->n && !ticket_set_timers(x->st, &pt->after, x->e)))
			return false;
	}
	return true;
}

bool store_apply(struct store *st, struct arena *a, struct plan *p, const struct apply_in *in,
		 struct err *e)
{
	struct applying x = {st, a, p, in, e};

	/* what came in stands before what answers it */
	return place_tickets(&x) && add_events(&x) && add_messages(&x) && add_mails(&x) &&
	       add_postponed(&x) && finish_tickets(&x);
}

/* --- timers --- */

bool timers_due(struct store *st, struct arena *a, int64_t now, size_t max, struct timer **out,
		size_t *n, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_TIMERS_DUE, e, VALUES(v_int(now), v_int((int64_t)max)));
	int rc = q ? 0 : -1;

	*out = arena_array(a, max, sizeof(**out));
	*n = 0;
	while (q && *n < max && (rc = sql_next(st, q, e)) == 1) {
		int kind = name_value(name_of_timer, TIMER_KIND_COUNT, col_text(a, q, 1));

		if (kind < 0) {
			sql_corrupt(st, e, "a timer of no kind");
			rc = -1;
			break;
		}
		(*out)[(*n)++] =
			(struct timer){col_int(q, 0), (enum timer_kind)kind, col_int(q, 2)};
	}
	sql_end(q);
	return rc >= 0;
}

int64_t timers_next(struct store *st, int64_t after)
{
	int64_t at;

	return sql_int(st, SQL_TIMERS_NEXT, INT64_MAX, &at, NULL, VALUES(v_int(after))) ? at
											: INT64_MAX;
}
