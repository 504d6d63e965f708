/* truth: what must hold whatever happens. The simulation knows who wrote each mail and what the MTA
 * took when; nothing here asks the desk what it thinks, only what it did. */
#include "sim.h"

#include "store/verify.h"

#include <string.h>

enum { ACKNOWLEDGED_WITHIN = 5 * MINUTE, TOLD_WITHIN = 60, MINUTES_MAX = 400000 };

/* --- each mail --- */

static const char *hex(struct sim *s, struct sha256 sha)
{
	struct sbuf b = SBUF_INIT(2 * sizeof(sha) + 1);
	const char *out;

	for (size_t i = 0; i < sizeof(sha); i++)
		sbuf_printf(&b, "%02x", ((const unsigned char *)&sha)[i]);
	out = sbuf_dup(s->a, &b);
	sbuf_free(&b);
	return out;
}

/* How many entries of the ledger have these bytes, and a fate of their own. */
static int64_t own_fates(struct sim *s, const struct letter *l)
{
	return sim_number(s,
			  "select count(*) from mail where sha256 = x'%s' and fate is not null and "
			  "fate <> 'duplicate'",
			  hex(s, sha256_of(l->raw.p, l->raw.n)));
}

/* A case that was closed when its answer came: that one is told in a new case. */
static bool was_closed(struct sim *s, const char *number)
{
	return sim_number(s, "select count(*) from ticket where number = %Q and closed_at > 0",
			  number) == 1;
}

static void wrong(struct sim *s, const struct letter *l, const struct outcome *out)
{
	sim_fail(s, "mail %u of %s (%s, about %s) became %s %s", l->uid, l->author->addr, l->why,
		 l->number, fate_name(out->fate), out->number);
}

/* A number is given out once. */
static void is_new(struct sim *s, const char *number)
{
	for (size_t i = 0; i < s->n_numbers; i++)
		if (str_eq(s->numbers[i], number))
			sim_fail(s, "%s is given out again", number);
	if (s->n_numbers == s->cap_numbers) {
		s->cap_numbers = s->cap_numbers ? 2 * s->cap_numbers : 64;
		s->numbers = mem_grow(s->numbers, s->cap_numbers, sizeof(*s->numbers));
	}
	s->numbers[s->n_numbers++] = arena_str(s->a, number);
}

void truth_decided(struct sim *s, struct letter *l, const struct outcome *out)
{
	bool part = out->fate == FATE_PART && str_eq(out->number, l->number);

	if (out->fate == FATE_CASE)
		is_new(s, out->number);
	if (s->put_back) /* it cannot know what it was told after the copy */
		return;
	if (out->fate == FATE_DUPLICATE) {
		if (own_fates(s, l) != 1)
			wrong(s, l, out);
		return;
	}
	s->counted[N_CASES] += out->fate == FATE_CASE;
	switch (l->meant) {
	case MEANT_CASE:
		if (out->fate != FATE_CASE || str_eq(out->number, l->number))
			wrong(s, l, out);
		break;
	case MEANT_PART:
		if (l->number[0] && !part && !(out->fate == FATE_CASE && was_closed(s, l->number)))
			wrong(s, l, out);
		break;
	case MEANT_AUTO:
		if (out->fate != FATE_AUTOMATIC)
			wrong(s, l, out);
		break;
	case MEANT_FORGED:
	case MEANT_ANY:
		if (out->fate != FATE_CASE && out->fate != FATE_PART && out->fate != FATE_AUTOMATIC)
			wrong(s, l, out);
		break;
	}
}

/* Whoever uses the name of staff leaves a note at most. */
void truth_forged(struct sim *s, const struct letter *l, const struct news *news, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(news[i].actor, l->author->staff->id) && !str_eq(news[i].event, "held") &&
		    !str_eq(news[i].event, "note"))
			sim_fail(s, "a forged mail made «%s» of %s", news[i].event, news[i].actor);
}

/* --- closing by itself --- */

static int open_days_between(struct sim *s, int64_t from, int64_t to)
{
	const struct calendar *c = s->policy->survey_calendar;
	struct civil a = zone_civil(s->policy->zone, from), b = zone_civil(s->policy->zone, to);
	int64_t last = civil_day(b.year, b.month, b.day);
	int n = 0;

	for (int64_t d = civil_day(a.year, a.month, a.day) + 1; d <= last; d++)
		n += !c || calendar_open_day(c, d);
	return n;
}

/* Only after the MTA had the survey for as long as was promised, and only when the requester had
 * said nothing by then. */
void truth_closed(struct sim *s, const char *number)
{
	int64_t row = sim_number(s,
				 "select max(o.id) from outbox o join ticket t on t.id = o.ticket "
				 "where t.number = %Q and o.surveys = 1 and o.state = 'sent'",
				 number);
	int64_t due = sim_number(s, "select survey_close_at from ticket where number = %Q", number);
	int64_t at = row > 0 ? server_post(s, row)->first_at : 0;
	int days = s->policy->survey_close.days;

	sim_tell(s, "%s closes by itself", number);
	if (at == 0 || s->now < at + (int64_t)days * DAY || open_days_between(s, at, s->now) < days)
		sim_fail(s, "%s was closed too early; its survey left at %lld", number,
			 (long long)at);
	for (size_t i = 0; i < s->n_letters && !s->put_back; i++) {
		const struct letter *l = s->letters[i];

		if (l->speaks && str_eq(l->number, number) && l->at >= at && l->at <= due)
			sim_fail(s, "%s was closed although mail %u had come (%s)", number, l->uid,
				 l->why);
	}
}

/* --- the whole --- */

void truth_verify(struct sim *s)
{
	struct arena *a = arena_new();
	struct finding *f;
	struct err e;
	size_t n = 0;

	if (!store_verify(s->st, a, &f, &n, NULL, NULL, &e))
		sim_fail(s, "verify: %s", e.text);
	if (n)
		sim_fail(s, "verify: %s", f[0].what);
	arena_free(&a);
}

static bool was_down(struct sim *s, int64_t from, int64_t to)
{
	for (size_t i = 0; i < s->n_outages; i++)
		if (s->outages[i].from <= to && s->outages[i].to >= from)
			return true;
	return false;
}

/* Working time minute by minute, as a person would count it. */
static int64_t counted_due(struct sim *s, const struct response_policy *r, int64_t from)
{
	int64_t left = r->within.seconds, t = from;

	if (!r->calendar)
		return from + left + (int64_t)r->within.days * DAY;
	for (int i = 0; left > 0 && i < MINUTES_MAX; i++) {
		struct civil c = zone_civil(s->policy->zone, t);
		int64_t step = MINUTE - c.second;
		int32_t of_day = c.hour * HOUR + c.minute * MINUTE;
		bool open = false;

		for (size_t k = 0; k < r->calendar->n_shifts[c.weekday]; k++)
			open = open || (r->calendar->shifts[c.weekday][k].from <= of_day &&
					of_day < r->calendar->shifts[c.weekday][k].to);
		open = open && calendar_open_day(r->calendar, civil_day(c.year, c.month, c.day));
		step = open && step > left ? left : step;
		left -= open ? step : 0;
		t += step;
	}
	return t;
}

/* Its history into the story, for whoever must understand what follows. */
static void tell_case(struct sim *s, int64_t ticket)
{
	for (int64_t id = 0;;) {
		const char *line;

		id = sim_number(s, "select min(id) from event where ticket = %lld and id > %lld",
				(long long)ticket, (long long)id);
		if (id < 0)
			return;
		line = sim_text(
			s,
			"select e.id || ' ' || e.type || ' at ' || e.at || ' by ' || e.actor || "
			"' ' || coalesce(d.detail, '') from event e left join event_detail d on "
			"d.event = e.id where e.id = %lld",
			(long long)id);
		sim_tell(s, "%s", line);
	}
}

/* A case as its events tell it. */
struct life {
	int64_t ticket, started, due, opened;
	bool stopped, breached, ended;
	const char *service, *area, *priority;
	int level;
};

static void case_fail(struct sim *s, const struct life *c, const char *what, int64_t at)
{
	tell_case(s, c->ticket);
	sim_fail(s, "case %lld: %s (%lld; due %lld)", (long long)c->ticket, what, (long long)at,
		 (long long)c->due);
}

static void starts(struct sim *s, struct life *c, int64_t started, int64_t due)
{
	const struct response_policy *r;
	enum priority p = PRIORITY_MEDIUM;
	int64_t counted;

	for (enum priority k = PRIORITY_LOW; k < PRIORITY_COUNT; k++)
		p = str_eq(priority_name(k), c->priority) ? k : p;
	r = policy_response(s->policy, c->area, c->service, c->level, (int)p);
	counted = counted_due(s, r, started);
	if (started && r->within.seconds && due != counted)
		sim_fail(s, "case %lld: due %lld, counted by the minute %lld", (long long)c->ticket,
			 (long long)due, (long long)counted);
	if (started != c->started)
		c->stopped = c->breached = false;
	c->started = started;
	c->due = due;
	if (started && r->within.seconds && due != counted)
		case_fail(s, c, "counted by the minute its limit is another", counted);
}

static void breaches(struct sim *s, struct life *c, int64_t at)
{
	if (c->breached)
		case_fail(s, c, "a breach was told before", at);
	if (c->stopped)
		case_fail(s, c, "a breach of a case that was answered", at);
	if (at < c->due)
		case_fail(s, c, "a breach too early", at);
	if (at > c->due + TOLD_WITHIN && at > c->opened + TOLD_WITHIN && !was_down(s, c->due, at))
		case_fail(s, c, "a breach was told late", at);
	c->breached = true;
}

static void lives(struct sim *s)
{
	static const char sql[] =
		"select e.ticket, e.type, e.at, d.detail ->> '$.response_started', "
		"d.detail ->> '$.response_due', d.detail ->> '$.service', d.detail ->> '$.area', "
		"d.detail ->> '$.priority', d.detail ->> '$.level', e.id from event e "
		"left join event_detail d on d.event = e.id "
		"where e.ticket is not null order by e.ticket, e.id";
	struct life c = {0};
	sqlite3_stmt *q;

	if (sqlite3_prepare_v2(s->look, sql, -1, &q, NULL) != SQLITE_OK)
		sim_fail(s, "%s", sqlite3_errmsg(s->look));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *type = (const char *)sqlite3_column_text(q, 1);
		int64_t at = sqlite3_column_int64(q, 2);
		const char **texts[] = {&c.service, &c.area, &c.priority};

		if (sqlite3_column_int64(q, 0) != c.ticket)
			c = (struct life){.ticket = sqlite3_column_int64(q, 0),
					  .service = "",
					  .area = "",
					  .priority = "medium",
					  .opened = at};
		if (at < c.opened)
			case_fail(s, &c, "something happened before it was received", at);
		for (size_t i = 0; i < COUNT(texts); i++)
			if (sqlite3_column_type(q, 5 + (int)i) != SQLITE_NULL)
				*texts[i] = arena_str(
					s->a, (const char *)sqlite3_column_text(q, 5 + (int)i));
		if (sqlite3_column_type(q, 8) != SQLITE_NULL)
			c.level = sqlite3_column_int(q, 8);
		if (sqlite3_column_type(q, 4) != SQLITE_NULL)
			starts(s, &c,
			       sqlite3_column_type(q, 3) == SQLITE_NULL
				       ? c.started
				       : sqlite3_column_int64(q, 3),
			       sqlite3_column_int64(q, 4));
		if (str_eq(type, "breached"))
			breaches(s, &c, at);
		if (str_eq(type, "responded")) {
			if (c.due && at > c.due && !c.breached && !c.ended)
				case_fail(s, &c, "answered after its limit, and no breach", at);
			c.stopped = true;
		}
		if (str_eq(type, "unresponded"))
			c.stopped = false;
		if (str_eq(type, "closed") || str_eq(type, "reopened"))
			c.ended = str_eq(type, "closed");
	}
	sqlite3_finalize(q);
}

/* Nothing automatic beyond what the budgets allow, in any window. */
static void budgets(struct sim *s)
{
	const struct budget *b = &s->policy->budgets[BUDGET_ADDRESS];
	int64_t most;

	if (b->count == 0)
		return;
	most = sim_number(s,
			  "select max((select count(*) from outbox y where y.to_key = x.to_key and "
			  "y.budgeted = 1 and y.created_at > x.created_at - %lld and y.created_at "
			  "<= x.created_at)) from outbox x where x.budgeted = 1",
			  (long long)b->seconds);
	if (most > b->count)
		sim_fail(s, "%lld automatic mails to one address in a window of %lld",
			 (long long)most, (long long)b->count);
}

static void none(struct sim *s, const char *what, const char *sql, ...)
{
	char text[1024];
	va_list ap;
	int64_t n;

	va_start(ap, sql);
	sqlite3_vsnprintf(sizeof(text), text, sql, ap);
	va_end(ap);
	n = sim_number(s, "%s", text);
	if (n)
		sim_fail(s, "%lld %s", (long long)n, what);
}

/* Faults have ceased and nobody writes: everything has come to rest, and nothing is missing. */
void truth_at_the_end(struct sim *s)
{
	int64_t different = 0;

	for (size_t i = 0; i < s->n_letters; i++) {
		const struct letter *l = s->letters[i];

		if (l->listed)
			sim_fail(s, "mail %u still lies in the mailbox", l->uid);
		different += !l->again;
	}
	if (sim_number(s, "select count(distinct sha256) from mail") != different && !s->put_back)
		sim_fail(s, "%lld different mails were sent, and the ledger knows another number",
			 (long long)different);
	none(s, "mails that had no fate of their own, or more than one",
	     "select count(*) from (select 1 from mail group by sha256 "
	     "having sum(fate <> 'duplicate') <> 1)");
	none(s, "mails without a fate", "select count(*) from mail where fate is null");
	none(s, "mails in quarantine", "select count(*) from mail where fate = 'quarantine'");
	none(s, "gaps that nobody was told of", "select count(*) from gap where told = 0");
	if (s->put_back && sim_number(s, "select count(*) from event where type = 'restored'") < 1)
		sim_fail(s, "an older copy was put back, and that is not on record");
	none(s, "mails that nobody sends", "select count(*) from outbox where state = 'queued'");
	none(s, "solved cases that never close",
	     "select count(*) from ticket where state = 'resolved' and survey_close_at > 0 and "
	     "survey_close_at < %lld",
	     (long long)s->now);
	none(s, "limits that passed without a word",
	     "select count(*) from ticket where state in ('new', 'open') and response_stopped = 0 "
	     "and response_due > 0 and response_due < %lld and response_breached = 0",
	     (long long)s->now);
	none(s, "cases without an acknowledgement",
	     "select count(*) from ticket t where channel = 'email' and not exists (select 1 from "
	     "outbox where ticket = t.id and purpose = 'acknowledgement') and not exists (select 1 "
	     "from event where ticket = t.id and type = 'postponed')");
	none(s, "evaluated rounds that were closed as unevaluated",
	     "select count(*) from event c join event_detail d on d.event = c.id "
	     "where c.type = 'closed' and d.detail ->> '$.closed_as' = 'unevaluated' and exists "
	     "(select 1 from event v where v.ticket = c.ticket and v.type = 'evaluated' and v.id < "
	     "c.id and v.id > (select max(id) from event where ticket = c.ticket and type in "
	     "('resolved', 'reopened') and id < c.id))");
	lives(s);
	budgets(s);
	truth_verify(s);
}
