#include "core/plan.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 8 };

const char *fate_name(enum fate f)
{
	static const char *const names[FATE_COUNT] = {
		[FATE_NONE] = "none",
		[FATE_CASE] = "case",
		[FATE_PART] = "part",
		[FATE_AUTOMATIC] = "automatic",
		[FATE_SPAM] = "spam",
		[FATE_DUPLICATE] = "duplicate",
		[FATE_BEFORE_START] = "before_start",
		[FATE_OVERSIZE] = "oversize",
		[FATE_QUARANTINE] = "quarantine",
	};

	return names[f];
}

const char *audience_name(enum audience a)
{
	static const char *const names[AUDIENCE_COUNT] = {
		[AUDIENCE_REQUESTER] = "requester",
		[AUDIENCE_RELAY] = "relay",
		[AUDIENCE_NOTE] = "note",
	};

	return names[a];
}

const char *audience_told(enum audience a)
{
	static const char *const lines[AUDIENCE_COUNT] = {
		[AUDIENCE_REQUESTER] = "",
		[AUDIENCE_RELAY] = "Su respuesta a este correo la leerá el solicitante.",
		[AUDIENCE_NOTE] = "Su respuesta a este correo queda como nota interna; el "
				  "solicitante no la verá.",
	};

	return lines[a];
}

const char *mail_purpose_name(enum mail_purpose p)
{
	static const char *const names[MAIL_PURPOSE_COUNT] = {
		[MAIL_ACKNOWLEDGEMENT] = "acknowledgement",
		[MAIL_ASSIGNMENT] = "assignment",
		[MAIL_RELAY_IN] = "relay_in",
		[MAIL_RELAY_OUT] = "relay_out",
		[MAIL_SURVEY] = "survey",
		[MAIL_WARNING] = "warning",
		[MAIL_BREACH] = "breach",
		[MAIL_CLOSED] = "closed",
		[MAIL_REOPENED] = "reopened",
		[MAIL_TRANSCRIPT] = "transcript",
		[MAIL_STATUS] = "status",
		[MAIL_VOTE] = "vote",
		[MAIL_FAILED] = "failed",
		[MAIL_ALERT] = "alert",
		[MAIL_CONFIRM] = "confirm",
		[MAIL_DIGEST] = "digest",
	};

	return names[p];
}

/* Room for one more; the old array stays in the arena. */
static void *grown(struct arena *a, void *old, size_t n, size_t *cap, size_t size)
{
	void *p;

	if (n < *cap)
		return old;
	*cap = *cap ? *cap * 2 : FIRST_CAP;
	p = arena_array(a, *cap, size);
	if (n)
		memcpy(p, old, n * size);
	return p;
}

struct plan *plan_new(struct arena *a)
{
	struct plan *p = arena_alloc(a, sizeof(*p));

	p->answer = "";
	p->why = (struct why){.thread = "none", .reason = "", .number = "", .trust = ""};
	return p;
}

int plan_ticket(struct arena *a, struct plan *p, const struct ticket *t)
{
	struct plan_ticket *pt = &p->tickets[p->n_tickets];

	(void)a;
	if (p->n_tickets == COUNT(p->tickets))
		abort();
	pt->id = t->id;
	pt->after = *t;
	return (int)p->n_tickets++;
}

bool plan_event(struct arena *a, struct plan *p, int ticket, const struct event *ev, struct err *e)
{
	struct plan_ticket *pt = &p->tickets[ticket];

	if (!ticket_apply(a, &pt->after, ev, e))
		return false;
	pt->events = grown(a, pt->events, pt->n, &pt->cap, sizeof(*pt->events));
	pt->events[pt->n++] = *ev;
	return true;
}

struct plan_mail *plan_mail(struct arena *a, struct plan *p, enum mail_purpose purpose, int ticket,
			    struct address to, enum audience audience)
{
	struct plan_mail *m;

	p->mails = grown(a, p->mails, p->n_mails, &p->cap_mails, sizeof(*p->mails));
	m = &p->mails[p->n_mails++];
	*m = (struct plan_mail){
		.purpose = purpose,
		.ticket = ticket,
		.to = {to.addr, to.name ? to.name : ""},
		.audience = audience,
		.from_name = "",
		.in_reply_to = "",
	};
	return m;
}

void plan_var(struct plan_mail *m, const char *name, const char *value)
{
	if (m->n_vars == MAIL_VARS_MAX)
		abort();
	m->vars[m->n_vars++] = (struct var){name, value ? value : ""};
}

void plan_message(struct arena *a, struct plan *p, const struct plan_message *m)
{
	p->messages = grown(a, p->messages, p->n_messages, &p->cap_messages, sizeof(*p->messages));
	p->messages[p->n_messages++] = *m;
}

void plan_postpone(struct arena *a, struct plan *p, const struct plan_postponed *w)
{
	p->postponed =
		grown(a, p->postponed, p->n_postponed, &p->cap_postponed, sizeof(*p->postponed));
	p->postponed[p->n_postponed++] = *w;
}

void plan_alert(struct arena *a, struct plan *p, const struct policy *pol, const char *why,
		const char *diagnostic, const char *hint)
{
	for (size_t i = 0; i < pol->n_staff; i++) {
		const struct staff *s = &pol->staff[i];
		struct plan_mail *m;

		if (s->role != ROLE_COORDINATOR)
			continue;
		m = plan_mail(a, p, MAIL_ALERT, -1, (struct address){s->email, s->name},
			      AUDIENCE_NOTE);
		m->automatic = true;
		plan_var(m, "why", why);
		plan_var(m, "diagnostic", diagnostic);
		plan_var(m, "hint", hint);
	}
}
