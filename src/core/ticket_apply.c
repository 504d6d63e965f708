#include "core/ticket.h"

#include "base/text.h"

#include <stddef.h>

enum field_kind {
	FIELD_TEXT,
	FIELD_NUM,
	FIELD_LEVEL,
	FIELD_SCORE,
	FIELD_PRIORITY,
	FIELD_CLOSED_AS
};

enum { LEVEL_MAX = 9, SCORE_MAX = 5 };

/* The keys of an event's details that change a field. */
static const struct field {
	const char *key;
	enum field_kind kind;
	size_t at;
} fields[] = {
	{"number", FIELD_TEXT, offsetof(struct ticket, number)},
	{"channel", FIELD_TEXT, offsetof(struct ticket, channel)},
	{"subject", FIELD_TEXT, offsetof(struct ticket, subject)},
	{"requester", FIELD_TEXT, offsetof(struct ticket, requester.addr)},
	{"requester_name", FIELD_TEXT, offsetof(struct ticket, requester.name)},
	{"service", FIELD_TEXT, offsetof(struct ticket, service)},
	{"area", FIELD_TEXT, offsetof(struct ticket, area)},
	{"assignee", FIELD_TEXT, offsetof(struct ticket, assignee)},
	{"comment", FIELD_TEXT, offsetof(struct ticket, comment)},
	{"thread_id", FIELD_TEXT, offsetof(struct ticket, thread_id)},
	{"merged_into", FIELD_TEXT, offsetof(struct ticket, merged_into)},
	{"response_policy", FIELD_TEXT, offsetof(struct ticket, clocks[CLOCK_RESPONSE].policy)},
	{"response_started", FIELD_NUM, offsetof(struct ticket, clocks[CLOCK_RESPONSE].started)},
	{"response_warn_at", FIELD_NUM, offsetof(struct ticket, clocks[CLOCK_RESPONSE].warn_at)},
	{"response_due", FIELD_NUM, offsetof(struct ticket, clocks[CLOCK_RESPONSE].due)},
	{"response_mail", FIELD_NUM, offsetof(struct ticket, response_mail)},
	{"survey_close_at", FIELD_NUM, offsetof(struct ticket, survey_close_at)},
	{"level", FIELD_LEVEL, offsetof(struct ticket, level)},
	{"score", FIELD_SCORE, offsetof(struct ticket, score)},
	{"priority", FIELD_PRIORITY, offsetof(struct ticket, priority)},
	{"closed_as", FIELD_CLOSED_AS, offsetof(struct ticket, closed_as)},
};

static const struct field *field_find(const char *key)
{
	for (size_t i = 0; i < COUNT(fields); i++)
		if (str_eq(fields[i].key, key))
			return &fields[i];
	return NULL;
}

static bool small_number(const struct detail *d, int max, int *out)
{
	if (d->text || d->num < 0 || d->num > max)
		return false;
	*out = (int)d->num;
	return true;
}

static bool closed_as_read(const char *name, enum closed_as *out)
{
	for (int i = 0; i < CLOSED_AS_COUNT; i++)
		if (str_eq(name, closed_as_name((enum closed_as)i))) {
			*out = (enum closed_as)i;
			return true;
		}
	return false;
}

/* Each sets the field at p; false: the detail's kind or value is not the field's. */

static bool set_text(struct arena *a, void *p, const struct detail *d)
{
	if (d->text)
		*(const char **)p = slice_dup(a, text_cut(slice_of(d->text), TICKET_TEXT_MAX));
	return d->text != NULL;
}

static bool set_num(struct arena *a, void *p, const struct detail *d)
{
	(void)a;
	if (!d->text)
		*(int64_t *)p = d->num;
	return !d->text;
}

static bool set_level(struct arena *a, void *p, const struct detail *d)
{
	(void)a;
	return small_number(d, LEVEL_MAX, p);
}

static bool set_score(struct arena *a, void *p, const struct detail *d)
{
	(void)a;
	return small_number(d, SCORE_MAX, p);
}

static bool set_priority(struct arena *a, void *p, const struct detail *d)
{
	(void)a;
	return d->text && priority_read(d->text, p);
}

static bool set_closed_as(struct arena *a, void *p, const struct detail *d)
{
	(void)a;
	return d->text && closed_as_read(d->text, p);
}

static bool (*const setters[])(struct arena *, void *, const struct detail *) = {
	[FIELD_TEXT] = set_text,	 [FIELD_NUM] = set_num,
	[FIELD_LEVEL] = set_level,	 [FIELD_SCORE] = set_score,
	[FIELD_PRIORITY] = set_priority, [FIELD_CLOSED_AS] = set_closed_as,
};

void ticket_init(struct ticket *t)
{
	*t = (struct ticket){.priority = PRIORITY_MEDIUM};
	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i].kind == FIELD_TEXT)
			*(const char **)((char *)t + fields[i].at) = "";
}

/* Each tells the field at p as the detail that sets it. */

static void tell_text(struct event *ev, const char *key, const void *p)
{
	event_text(ev, key, *(const char *const *)p);
}

static void tell_num(struct event *ev, const char *key, const void *p)
{
	event_num(ev, key, *(const int64_t *)p);
}

static void tell_small(struct event *ev, const char *key, const void *p)
{
	event_num(ev, key, *(const int *)p);
}

static void tell_priority(struct event *ev, const char *key, const void *p)
{
	event_text(ev, key, priority_name(*(const enum priority *)p));
}

static void tell_closed_as(struct event *ev, const char *key, const void *p)
{
	event_text(ev, key, closed_as_name(*(const enum closed_as *)p));
}

static void (*const tellers[])(struct event *, const char *, const void *) = {
	[FIELD_TEXT] = tell_text,	  [FIELD_NUM] = tell_num,
	[FIELD_LEVEL] = tell_small,	  [FIELD_SCORE] = tell_small,
	[FIELD_PRIORITY] = tell_priority, [FIELD_CLOSED_AS] = tell_closed_as,
};

void event_details_of(struct event *ev, const struct ticket *t)
{
	_Static_assert(COUNT(fields) <= EVENT_DETAILS_MAX, "they must all fit");

	for (size_t i = 0; i < COUNT(fields); i++)
		tellers[fields[i].kind](ev, fields[i].key, (const char *)t + fields[i].at);
}

/* --- what the type itself means --- */

static void did_receive(struct ticket *t, int64_t at)
{
	t->opened_at = at;
	t->wrote_at = at;
}

static void did_write(struct ticket *t, int64_t at)
{
	if (at > t->wrote_at)
		t->wrote_at = at;
}

static void did_respond(struct ticket *t, int64_t at)
{
	struct clock *c = &t->clocks[CLOCK_RESPONSE];

	if (!t->first_response_at)
		t->first_response_at = at;
	if (!c->stopped)
		c->stopped = at;
}

static void did_not_respond(struct ticket *t, int64_t at)
{
	struct clock *c = &t->clocks[CLOCK_RESPONSE];

	(void)at;
	if (t->first_response_at == c->stopped)
		t->first_response_at = 0;
	c->stopped = 0;
	t->response_mail = 0;
}

static void did_warn(struct ticket *t, int64_t at)
{
	t->clocks[CLOCK_RESPONSE].warned = at;
}

static void did_breach(struct ticket *t, int64_t at)
{
	t->clocks[CLOCK_RESPONSE].breached = at;
}

static void did_resolve(struct ticket *t, int64_t at)
{
	t->resolved_at = at;
	t->round++;
	t->survey_sent_at = t->survey_close_at = 0;
	t->score = 0;
	t->comment = "";
}

static void did_survey(struct ticket *t, int64_t at)
{
	t->survey_sent_at = at;
}

static void did_evaluate(struct ticket *t, int64_t at)
{
	(void)at;
	t->survey_close_at = 0;
}

static void did_close(struct ticket *t, int64_t at)
{
	t->closed_at = at;
	t->survey_close_at = 0;
}

/* The details bring the new clock; here the old one's marks go. */
static void did_reopen(struct ticket *t, int64_t at)
{
	struct clock *c = &t->clocks[CLOCK_RESPONSE];

	(void)at;
	c->stopped = c->warned = c->breached = 0;
	t->response_mail = 0;
	t->resolved_at = t->closed_at = 0;
	t->closed_as = CLOSED_NOT;
	t->survey_sent_at = t->survey_close_at = 0;
	t->score = 0;
	t->comment = "";
	t->reopened++;
}

static void (*const meaning[EVENT_COUNT])(struct ticket *, int64_t) = {
	[EVENT_RECEIVED] = did_receive,	  [EVENT_MESSAGE] = did_write,
	[EVENT_RESPONDED] = did_respond,  [EVENT_UNRESPONDED] = did_not_respond,
	[EVENT_WARNED] = did_warn,	  [EVENT_BREACHED] = did_breach,
	[EVENT_RESOLVED] = did_resolve,	  [EVENT_SURVEYED] = did_survey,
	[EVENT_EVALUATED] = did_evaluate, [EVENT_CLOSED] = did_close,
	[EVENT_REOPENED] = did_reopen,
};

bool ticket_apply(struct arena *a, struct ticket *t, const struct event *ev, struct err *e)
{
	struct ticket next = *t;

	if (!ticket_may(t->state, ev->type))
		return err_set(e, "event %s has no place in state %s", event_name(ev->type),
			       t->state == STATE_NONE ? "none" : state_name(t->state));
	if (t->state == STATE_NONE) {
		ticket_init(&next);
		next.id = t->id;
		next.number = t->number ? t->number : "";
	}
	next.state = ticket_step(t->state, ev->type);
	for (size_t i = 0; i < ev->n; i++) {
		const struct field *f = field_find(ev->details[i].key);

		if (f && !setters[f->kind](a, (char *)&next + f->at, &ev->details[i]))
			return err_set(e, "event %s: detail %s is out of range",
				       event_name(ev->type), f->key);
	}
	if (meaning[ev->type])
		meaning[ev->type](&next, ev->at);
	*t = next;
	return true;
}
