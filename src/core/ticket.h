/* ticket: the case, its events, and the only door that changes one. The row is the sum of its
 * events: ticket_apply over the history gives the same value (store's verify does just that). */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "core/policy.h"

enum state {
	STATE_NONE, /* before «received» */
	STATE_NEW,
	STATE_OPEN,
	STATE_WAITING,
	STATE_EXTERNAL,
	STATE_VERIFYING,
	STATE_RESOLVED,
	STATE_CLOSED,
	STATE_COUNT
};
const char *state_name(enum state s);  /* new open waiting external verifying resolved closed */
const char *state_label(enum state s); /* nuevo, en atención … */
bool state_read(const char *folded, enum state *out); /* both languages */

enum closed_as {
	CLOSED_NOT,
	CLOSED_EVALUATED,
	CLOSED_UNEVALUATED,
	CLOSED_ACCEPTED,
	CLOSED_REPORTED,
	CLOSED_DUPLICATE,
	CLOSED_NOT_SUPPORT,
	CLOSED_TRANSFERRED,
	CLOSED_AS_COUNT
};
const char *closed_as_name(enum closed_as c);  /* evaluated, …; "" for CLOSED_NOT */
const char *closed_as_label(enum closed_as c); /* evaluado, sin evaluación, duplicado … */

enum event_type {
	EVENT_NONE,
	EVENT_RECEIVED,	    /* the case is born */
	EVENT_ACKNOWLEDGED, /* the acknowledgement was accepted by the mail server */
	EVENT_ASSIGNED,	    /* to whom, or back to the queue */
	EVENT_TAKEN,	    /* #tomar: mine, in attention */
	EVENT_MESSAGE,	    /* the requester or a participant wrote */
	EVENT_REPLIED,	    /* a technician's answer was queued for the requester */
	EVENT_RESPONDED,    /* a human answer was accepted by the mail server: stops the clock */
	EVENT_UNRESPONDED,  /* that answer bounced: the clock goes on */
	EVENT_NOTE,	    /* internal */
	EVENT_HELD, /* a technician's text that was not sent or a command not done, with why */
	EVENT_WARNED,
	EVENT_BREACHED,
	EVENT_RESOLVED,
	EVENT_SURVEYED, /* the survey's mail was accepted: the two days begin */
	EVENT_EVALUATED,
	EVENT_LATE_VOTE, /* recorded; opens nothing */
	EVENT_THANKED,	 /* thanks only: nothing moves */
	EVENT_CLOSED,
	EVENT_REOPENED,
	EVENT_AUTOMATIC,   /* automatic mail on the case: recorded, moves nothing */
	EVENT_BOUNCED,	   /* a mail of ours came back */
	EVENT_MAIL_FAILED, /* refused for good, or expired */
	EVENT_LINKED,	   /* this case and that one belong together */
	EVENT_JOINED,	   /* a participant */
	EVENT_LIMITED,	   /* a limit was hit while reading a mail of the case */
	EVENT_CANCELLED,   /* an outgoing mail that no longer made sense */
	EVENT_POSTPONED,   /* an automatic mail that a budget held back: it waits for a digest */
	EVENT_DIGESTED,	   /* told in a digest that was queued */
	EVENT_POLICY,	   /* the rules of the house changed (no case) */
	EVENT_CLOCK,	   /* the wall clock was accepted although later events stand (no case) */
	EVENT_RESTORED,	   /* an older copy of the database was put back (no case) */
	EVENT_COUNT
};
const char *event_name(enum event_type t);  /* received acknowledged assigned … */
const char *event_label(enum event_type t); /* Spanish, for the history */
bool event_read(const char *name, enum event_type *out);

/* One detail of an event. A key of the ticket's field table (ticket.c) changes that field; any
 * other key only tells. Stored as one flat JSON object. */
struct detail {
	const char *key;
	const char *text; /* NULL: a number */
	int64_t num;
};

enum { EVENT_DETAILS_MAX = 24 };

struct event {
	enum event_type type;
	int64_t at;	   /* UTC seconds: when it happened (received: INTERNALDATE) */
	const char *actor; /* «requester», «participant», a staff id, «system», «provider:ID» */
	struct detail details[EVENT_DETAILS_MAX];
	size_t n;
};

enum clock_kind { CLOCK_RESPONSE, CLOCK_COUNT };

/* A promise with its own policy: what it began with, it keeps. */
struct clock {
	int64_t started, warn_at, due; /* 0: not running, none */
	int64_t stopped, warned, breached;
	const char *policy; /* «12h always 75%» as shown */
};

enum { TICKET_TEXT_MAX = 998 };

struct ticket {
	int64_t id;	    /* row; 0 for one that is not stored yet */
	const char *number; /* "" until applied */
	enum state state;
	enum closed_as closed_as;
	const char *channel, *subject;
	struct address requester;
	const char *service, *area, *assignee; /* ids; assignee "": the queue */
	int level;
	enum priority priority;
	int64_t opened_at, first_response_at, resolved_at, closed_at; /* 0: not yet */
	struct clock clocks[CLOCK_COUNT];
	int64_t survey_sent_at;	 /* accepted by the server; 0: not */
	int64_t survey_close_at; /* the moment it closes by itself; 0: never (bounced, answered …)
				  */
	int score;		 /* 1 to 5, 0: none */
	const char *comment;
	int round;	       /* solutions so far: one survey per round */
	int reopened;	       /* times */
	int64_t response_mail; /* outbox row whose acceptance was the first response; 0: none */
	int64_t wrote_at;      /* the requester's last words */
	const char *thread_id; /* Message-ID of the mail that opened it, or "" */
	const char *merged_into;
};

/* A case before its first event: every string "". */
void ticket_init(struct ticket *t);

/* Apply one event: the table of states first (an illegal step is refused, e says which), then the
 * field details, then what the type itself means for times and clocks. Strings are copied into a.
 */
bool ticket_apply(struct arena *a, struct ticket *t, const struct event *ev, struct err *e);

/* Where this event leads; STATE_NONE: nowhere, it is refused. */
enum state ticket_step(enum state s, enum event_type t);
/* May this event happen in this state? */
bool ticket_may(enum state s, enum event_type t);

void event_init(struct event *ev, enum event_type t, int64_t at, const char *actor);
/* Every detail that changes a field, as t has it. */
void event_details_of(struct event *ev, const struct ticket *t);
/* Over EVENT_DETAILS_MAX it aborts: the callers are our own code. */
void event_text(struct event *ev, const char *key, const char *text);
void event_num(struct event *ev, const char *key, int64_t num);
const struct detail *event_detail(const struct event *ev, const char *key); /* or NULL */

/* The timers that a ticket in this shape wants: the store keeps exactly these rows. */
enum timer_kind { TIMER_WARN, TIMER_BREACH, TIMER_CLOSE, TIMER_KIND_COUNT };
const char *timer_name(enum timer_kind k);
struct timer {
	int64_t ticket;
	enum timer_kind kind;
	int64_t due;
};
size_t ticket_timers(const struct ticket *t, struct timer out[TIMER_KIND_COUNT]);
