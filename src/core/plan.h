/* plan: what is to be done about one thing, in symbolic references, so that deciding needs neither
 * numbers nor tokens. store/apply turns it into rows within one transaction. */
#pragma once

#include "core/facts.h"
#include "core/ticket.h"

enum fate {
	FATE_NONE,
	FATE_CASE,	/* opened a case */
	FATE_PART,	/* joined a case */
	FATE_AUTOMATIC, /* recorded, not answered */
	FATE_SPAM,
	FATE_DUPLICATE,
	FATE_BEFORE_START,
	FATE_OVERSIZE, /* a case from its headers; the body stayed on the server */
	FATE_QUARANTINE,
	FATE_COUNT
};
const char *fate_name(enum fate f);

/* Who reads the answer to this mail (PROCEDURE.md, «Who reads what»). */
enum audience {
	AUDIENCE_REQUESTER, /* to the requester or a participant: the answer joins the case */
	AUDIENCE_RELAY, /* to staff, carries the requester's words: the answer goes to the requester
			 */
	AUDIENCE_NOTE,	/* to staff, a notice: the answer is an internal note */
	AUDIENCE_COUNT
};
const char *audience_name(enum audience a);
/* The first line of each mail to staff: who will read the answer. "" for mail to others. */
const char *audience_told(enum audience a);

enum mail_purpose {
	MAIL_ACKNOWLEDGEMENT,
	MAIL_ASSIGNMENT, /* to staff: a new case, whole text */
	MAIL_RELAY_IN,	 /* to staff: the requester wrote again */
	MAIL_RELAY_OUT,	 /* to the requester: the technician's answer */
	MAIL_SURVEY,	 /* to the requester: solved, please confirm and evaluate */
	MAIL_WARNING,
	MAIL_BREACH,
	MAIL_CLOSED,	 /* to the requester */
	MAIL_REOPENED,	 /* to staff */
	MAIL_TRANSCRIPT, /* to staff: what was done, or why not */
	MAIL_STATUS,	 /* to staff: #ver, #ayuda */
	MAIL_VOTE,	 /* to staff: the evaluation; 1 and 2 also to the coordinator */
	MAIL_FAILED,	 /* to staff: a mail of ours could not be delivered */
	MAIL_ALERT,	 /* to the coordinator: quarantine, the brake on automatic mail … */
	MAIL_CONFIRM,	 /* to staff's registered address: somebody used your name */
	MAIL_DIGEST,	 /* to the requester: the cases of which a budget held the mail back */
	MAIL_PURPOSE_COUNT
};
const char *mail_purpose_name(enum mail_purpose p); /* also the name of its template */

struct var {
	const char *name, *value;
};

enum { MAIL_VARS_MAX = 32 };

/* A piece of stored raw mail that travels on. */
struct attach {
	int64_t raw;
	struct attachment att;
};

struct plan_mail {
	enum mail_purpose purpose;
	int ticket; /* index into plan.tickets; -1: no case */
	struct address to;
	enum audience audience;
	const char *from_name; /* «Ana Ruiz · Mesa de ayuda», or "" for the desk's own name */
	bool automatic;	       /* Auto-Submitted and friends; counted against the budgets */
	struct var vars[MAIL_VARS_MAX];
	size_t n_vars;
	const char *in_reply_to; /* Message-ID without <>, or "" */
	const char **references;
	size_t n_references;
	const struct attach *attachments;
	size_t n_attachments;
	unsigned while_states; /* bit mask of enum state in which it still makes sense; 0: always */
	int while_round;       /* and only in this round; 0: any */
	bool answers;	       /* its acceptance is a human answer (responded) */
	bool surveys;	       /* its acceptance starts the survey's two days */
	bool acknowledges;
};

struct plan_ticket {
	int64_t id;	      /* 0: new */
	struct ticket after;  /* with all events applied */
	struct event *events; /* in order */
	size_t n, cap;
	bool cancel_surveys; /* drop queued mails that no longer hold (while_…) */
	const char **join;   /* addresses that become participants */
	size_t n_join;
};

/* A message of the conversation (what `show` lists). */
struct plan_message {
	int ticket;
	bool inbound, internal;
	struct address from;
	const char *message_id;
	const char *text; /* new text as people read it */
};

/* An automatic mail that a budget held back: its case is told in one digest to this address. */
struct plan_postponed {
	int ticket;
	struct address to;
	int64_t due; /* of the digest, where none waits yet */
};

/* Why: kept with the mail, shown by `explain` and `history`. */
struct why {
	const char *thread; /* new, reply, linked, none */
	const char *reason; /* plain English */
	const char *number; /* the case it belongs to, "" for a new one */
	struct rule_trace {
		const char *name;
		bool matched;
		const char *why;
	} * rules;
	size_t n_rules;
	const char *trust; /* who this is and by what */
};

struct plan {
	enum fate fate;
	struct plan_ticket tickets[3]; /* the case, and one or two that it touches */
	size_t n_tickets;
	struct plan_mail *mails;
	size_t n_mails, cap_mails;
	struct plan_message *messages;
	size_t n_messages, cap_messages;
	struct plan_postponed *postponed;
	size_t n_postponed, cap_postponed;
	bool brake_told; /* the coordinator is told that automatic mail is held back */
	struct why why;
	/* the answer to whoever asked by socket or page: JSON object text or "" */
	const char *answer;
	bool refused;	/* a command set that was not done (answer says why) */
	bool denied;	/* … because this person may not */
	int64_t outbox; /* on_sent and bounces: the row it is about; 0: none */
};

struct plan *plan_new(struct arena *a);
/* A new case (t->id 0) or a loaded one; returns its index. */
int plan_ticket(struct arena *a, struct plan *p, const struct ticket *t);
/* Applies the event to the ticket's `after` and records it. False (plan unchanged) when illegal. */
bool plan_event(struct arena *a, struct plan *p, int ticket, const struct event *ev, struct err *e);
struct plan_mail *plan_mail(struct arena *a, struct plan *p, enum mail_purpose purpose, int ticket,
			    struct address to, enum audience audience);
void plan_var(struct plan_mail *m, const char *name, const char *value);
void plan_message(struct arena *a, struct plan *p, const struct plan_message *m);
/* To every coordinator, about no case. */
void plan_alert(struct arena *a, struct plan *p, const struct policy *pol, const char *why,
		const char *diagnostic, const char *hint);
void plan_postpone(struct arena *a, struct plan *p, const struct plan_postponed *w);
