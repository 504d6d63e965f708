#include "store/tickets.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(column, type, member)                                                                \
	{                                                                                          \
		column, type, offsetof(struct ticket, member)                                      \
	}
#define RESPONSE(column, type, member) FIELD("response_" column, type, clocks[0].member)

const struct ticket_field ticket_fields[] = {
	FIELD("number", FIELD_TEXT, number),
	FIELD("state", FIELD_STATE, state),
	FIELD("closed_as", FIELD_CLOSED, closed_as),
	FIELD("channel", FIELD_TEXT, channel),
	FIELD("subject", FIELD_TEXT, subject),
	FIELD("requester", FIELD_TEXT, requester.addr),
	FIELD("requester_name", FIELD_TEXT, requester.name),
	FIELD("service", FIELD_TEXT, service),
	FIELD("area", FIELD_TEXT, area),
	FIELD("assignee", FIELD_TEXT, assignee),
	FIELD("level", FIELD_INT, level),
	FIELD("priority", FIELD_PRIORITY, priority),
	FIELD("opened_at", FIELD_I64, opened_at),
	FIELD("first_response_at", FIELD_I64, first_response_at),
	FIELD("resolved_at", FIELD_I64, resolved_at),
	FIELD("closed_at", FIELD_I64, closed_at),
	RESPONSE("started", FIELD_I64, started),
	RESPONSE("warn_at", FIELD_I64, warn_at),
	RESPONSE("due", FIELD_I64, due),
	RESPONSE("stopped", FIELD_I64, stopped),
	RESPONSE("warned", FIELD_I64, warned),
	RESPONSE("breached", FIELD_I64, breached),
	RESPONSE("policy", FIELD_TEXT, policy),
	FIELD("survey_sent_at", FIELD_I64, survey_sent_at),
	FIELD("survey_close_at", FIELD_I64, survey_close_at),
	FIELD("score", FIELD_INT, score),
	FIELD("comment", FIELD_TEXT, comment),
	FIELD("round", FIELD_INT, round),
	FIELD("reopened", FIELD_INT, reopened),
	FIELD("response_mail", FIELD_I64, response_mail),
	FIELD("wrote_at", FIELD_I64, wrote_at),
	FIELD("thread_id", FIELD_TEXT, thread_id),
	FIELD("merged_into", FIELD_TEXT, merged_into),
};
const size_t ticket_fields_n = COUNT(ticket_fields);

_Static_assert(CLOCK_COUNT == 1, "a new clock needs its columns");

static const void *member(const struct ticket *t, const struct ticket_field *f)
{
	return (const char *)t + f->offset;
}

static const char *text_of(const struct ticket *t, const struct ticket_field *f)
{
	const char *s = *(const char *const *)member(t, f);

	return s ? s : "";
}

/* Enums have the size of int with the compilers that build this. */
static int int_of(const struct ticket *t, const struct ticket_field *f)
{
	int v;

	memcpy(&v, member(t, f), sizeof(v));
	return v;
}

static struct value value_of(const struct ticket *t, const struct ticket_field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
		return v_text(text_of(t, f));
	case FIELD_INT:
		return v_int(int_of(t, f));
	case FIELD_I64:
		return v_int(*(const int64_t *)member(t, f));
	case FIELD_STATE:
		return v_text(state_name(t->state));
	case FIELD_CLOSED:
		return v_text(closed_as_name(t->closed_as));
	case FIELD_PRIORITY:
		return v_text(priority_name(t->priority));
	}
	abort();
}

static bool read_name(struct arena *a, sqlite3_stmt *q, int i, name_fn *name, int count, int *out)
{
	*out = name_value(name, count, col_text(a, q, i));
	return *out >= 0;
}

static bool read_field(struct arena *a, sqlite3_stmt *q, int i, const struct ticket_field *f,
		       struct ticket *t)
{
	void *to = (char *)t + f->offset;
	int v = (int)col_int(q, i);
	bool ok = true;

	switch (f->type) {
	case FIELD_TEXT:
		*(const char **)to = col_text(a, q, i);
		return true;
	case FIELD_I64:
		*(int64_t *)to = col_int(q, i);
		return true;
	case FIELD_INT:
		break;
	case FIELD_STATE:
		ok = read_name(a, q, i, name_of_state, STATE_COUNT, &v);
		break;
	case FIELD_CLOSED:
		ok = read_name(a, q, i, name_of_closed, CLOSED_AS_COUNT, &v);
		break;
	case FIELD_PRIORITY:
		ok = read_name(a, q, i, name_of_priority, PRIORITY_COUNT, &v);
		break;
	}
	memcpy(to, &v, sizeof(v));
	return ok;
}

bool ticket_read(struct store *st, struct arena *a, sqlite3_stmt *q, struct ticket *out,
		 struct err *e)
{
	*out = (struct ticket){.id = col_int(q, 0)};
	for (size_t i = 0; i < ticket_fields_n; i++)
		if (!read_field(a, q, (int)i + 1, &ticket_fields[i], out))
			return sql_corrupt(st, e,
					   arena_printf(a, "ticket %lld has no valid %s",
							(long long)out->id,
							ticket_fields[i].column));
	return true;
}

int ticket_load(struct store *st, struct arena *a, int64_t id, struct ticket *out, struct err *e)
{
	sqlite3_stmt *q = sql_open(st, SQL_TICKET, e, VALUES(v_int(id)));
	int rc = q ? sql_next(st, q, e) : -1;

	if (rc == 1 && !ticket_read(st, a, q, out, e))
		rc = -1;
	sql_end(q);
	return rc;
}

bool ticket_insert(struct store *st, const struct ticket *t, int year, int64_t seq, struct err *e)
{
	struct value v[COUNT(ticket_fields) + 3] = {v_int(t->id), v_int(year), v_int(seq)};

	for (size_t i = 0; i < ticket_fields_n; i++)
		v[i + 3] = value_of(t, &ticket_fields[i]);
	return sql_run(st, SQL_TICKET_INSERT, e, v, COUNT(v));
}

bool ticket_update(struct store *st, const struct ticket *t, struct err *e)
{
	struct value v[COUNT(ticket_fields) + 1];

	for (size_t i = 0; i < ticket_fields_n; i++)
		v[i] = value_of(t, &ticket_fields[i]);
	v[ticket_fields_n] = v_int(t->id);
	if (!sql_run(st, SQL_TICKET_UPDATE, e, v, COUNT(v)))
		return false;
	return sql_changes(st) == 1 || err_set(e, "ticket %lld is not stored", (long long)t->id);
}

bool ticket_set_timers(struct store *st, const struct ticket *t, struct err *e)
{
	struct timer want[TIMER_KIND_COUNT];
	size_t n = ticket_timers(t, want);

	for (int k = 0; k < TIMER_KIND_COUNT; k++) {
		const struct timer *w = NULL;
		bool ok;

		for (size_t i = 0; i < n; i++)
			if ((int)want[i].kind == k)
				w = &want[i];
		ok = w ? sql_run(st, SQL_TIMER_SET, e,
				 VALUES(v_int(t->id), v_text(name_of_timer(k)), v_int(w->due)))
		       : sql_run(st, SQL_TIMER_CLEAR, e,
				 VALUES(v_int(t->id), v_text(name_of_timer(k))));
		if (!ok)
			return false;
	}
	return true;
}

static bool same(const struct ticket *x, const struct ticket *y, const struct ticket_field *f)
{
	switch (f->type) {
	case FIELD_TEXT:
		return str_eq(text_of(x, f), text_of(y, f));
	case FIELD_I64:
		return *(const int64_t *)member(x, f) == *(const int64_t *)member(y, f);
	case FIELD_INT:
	case FIELD_STATE:
	case FIELD_CLOSED:
	case FIELD_PRIORITY:
		return int_of(x, f) == int_of(y, f);
	}
	abort();
}

const char *ticket_differs(const struct ticket *a, const struct ticket *b)
{
	for (size_t i = 0; i < ticket_fields_n; i++)
		if (!same(a, b, &ticket_fields[i]))
			return ticket_fields[i].column;
	return NULL;
}
