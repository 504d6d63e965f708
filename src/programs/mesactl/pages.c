/* pages: a case, its life and the whole desk for people; the models are filled here. */
#include "programs/mesactl/text.h"

#include "core/calendar.h"
#include "face/board.h"
#include "face/history.h"
#include "io/sys.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_TEXT_MAX = 64 * 1024 * 1024, URGENT = 8, LAST_EVENTS = 8 };

static void print(struct sbuf *b)
{
	fwrite(b->p ? b->p : "", 1, b->n, stdout);
	sbuf_free(b);
}

int text_history(struct ctl *c, const struct known_ticket *k)
{
	struct terminal to = text_terminal(c);
	struct sbuf b = SBUF_INIT(PAGE_TEXT_MAX);
	struct history m = {.policy = c->conf->policy, .t = &k->t};
	struct history_line *lines;
	struct event_row *r;
	struct err e;

	if (!query_events(c->store, c->a, k->t.id, &r, &m.n, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	lines = arena_array(c->a, m.n, sizeof(*lines));
	for (size_t i = 0; i < m.n; i++)
		lines[i] = (struct history_line){r[i].at, r[i].type, r[i].actor, r[i].detail};
	m.lines = lines;
	history_text(&b, &to, &m);
	print(&b);
	return CTL_OK;
}

int text_show(struct ctl *c, const struct known_ticket *k)
{
	struct terminal to = text_terminal(c);
	struct sbuf b = SBUF_INIT(PAGE_TEXT_MAX);
	struct show m = {
		.policy = c->conf->policy,
		.t = &k->t,
		.participants = k->participants,
		.n_participants = k->n_participants,
		.now = sys_now(),
	};
	struct show_attachment *atts;
	struct show_message *messages;
	struct attachment_row *ar;
	struct message_row *mr;
	struct err e;

	if (!query_messages(c->store, c->a, k->t.id, &mr, &m.n_messages, &e) ||
	    !query_attachments(c->store, c->a, k->t.id, &ar, &m.n_attachments, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	messages = arena_array(c->a, m.n_messages, sizeof(*messages));
	for (size_t i = 0; i < m.n_messages; i++)
		messages[i] = (struct show_message){
			.at = mr[i].at,
			.inbound = mr[i].inbound,
			.internal = mr[i].internal,
			.from = mr[i].from,
			.to = mr[i].to,
			.text = mr[i].text,
			.state = mr[i].state,
		};
	atts = arena_array(c->a, m.n_attachments, sizeof(*atts));
	for (size_t i = 0; i < m.n_attachments; i++)
		atts[i] = (struct show_attachment){ar[i].id, ar[i].att.size, ar[i].att.name};
	m.messages = messages;
	m.attachments = atts;
	show_text(&b, &to, &m);
	print(&b);
	return CTL_OK;
}

/* --- board --- */

static int64_t local_midnight(const struct zone *z, int64_t now, bool of_month)
{
	struct civil c = zone_civil(z, now);

	c.hour = c.minute = c.second = 0;
	if (of_month)
		c.day = 1;
	return zone_utc(z, c);
}

static bool fill_loads(struct ctl *c, struct board *m, struct err *e)
{
	struct board_load *out;
	struct load *l;

	if (!store_loads(c->store, c->a, &l, &m->n_loads, e))
		return false;
	out = arena_array(c->a, m->n_loads, sizeof(*out));
	for (size_t i = 0; i < m->n_loads; i++) {
		const struct staff *s = policy_staff(c->conf->policy, l[i].staff);

		out[i] = (struct board_load){s ? s->name : l[i].staff, l[i].open_cases};
	}
	m->loads = out;
	return true;
}

static bool fill_events(struct ctl *c, struct board *m, struct err *e)
{
	struct board_event *out;
	struct event_row *r;

	if (!query_last_events(c->store, c->a, LAST_EVENTS, &r, &m->n_events, e))
		return false;
	out = arena_array(c->a, m->n_events, sizeof(*out));
	for (size_t i = 0; i < m->n_events; i++)
		out[i] = (struct board_event){r[i].at, r[i].number, r[i].type, r[i].actor};
	m->events = out;
	return true;
}

static bool fill(struct ctl *c, struct board *m, struct err *e)
{
	const struct zone *z = c->conf->policy->zone;
	struct board_numbers n;
	struct ticket *urgent;

	if (!query_board(c->store, m->now, local_midnight(z, m->now, false),
			 local_midnight(z, m->now, true), &n, e) ||
	    !query_urgent(c->store, c->a, URGENT, &urgent, &m->n_urgent, e))
		return false;
	memcpy(m->by_state, n.by_state, sizeof(m->by_state));
	m->received_today = n.received_today;
	m->closed_today = n.closed_today;
	m->due_soon = n.due_soon;
	m->breached_open = n.breached_open;
	m->unassigned = n.unassigned;
	m->outbox_waiting = n.outbox_waiting;
	m->outbox_retrying = n.outbox_retrying;
	m->outbox_failed = n.outbox_failed;
	m->quarantined = n.quarantined;
	m->mail_open = n.mail_open;
	m->evaluations = n.evaluations;
	m->score_mean = n.score_mean;
	m->urgent = urgent;
	return fill_loads(c, m, e) && fill_events(c, m, e);
}

static void json_board(const struct board *m)
{
	struct sbuf b = SBUF_INIT(1024 * 1024);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_open(&j, "by_state", '{');
	for (int s = STATE_NEW; s < STATE_COUNT; s++)
		json_int(&j, state_name((enum state)s), m->by_state[s]);
	json_close(&j, '}');
	json_int(&j, "received_today", m->received_today);
	json_int(&j, "closed_today", m->closed_today);
	json_int(&j, "due_soon", m->due_soon);
	json_int(&j, "breached_open", m->breached_open);
	json_int(&j, "unassigned", m->unassigned);
	json_int(&j, "outbox_waiting", m->outbox_waiting);
	json_int(&j, "outbox_retrying", m->outbox_retrying);
	json_int(&j, "outbox_failed", m->outbox_failed);
	json_int(&j, "quarantined", m->quarantined);
	json_int(&j, "mail_open", m->mail_open);
	json_int(&j, "evaluations", m->evaluations);
	json_open(&j, "loads", '[');
	for (size_t i = 0; i < m->n_loads; i++) {
		json_open(&j, NULL, '{');
		json_str(&j, "name", m->loads[i].name);
		json_int(&j, "open", m->loads[i].open);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

/* The mailboxes as a running desk sees them; without one they are not asked. */
struct seen {
	struct ctl *c;
	struct slice status;
};

static void keep_line(void *ctx, struct slice line)
{
	struct seen *s = ctx;

	s->status = (struct slice){arena_copy(s->c->a, line.p, line.n), line.n};
}

static const char *status_word(const struct ctl *c, struct slice status, const char *name)
{
	static const struct {
		const char *state, *label;
	} rows[] = {
		{"\"state\":\"idle\"", "al día"},
		{"\"state\":\"working\"", "leyendo"},
		{"\"state\":\"connecting\"", "conectando"},
		{"\"state\":\"retry\",\"why\":\"crash",
		 "el servidor contesta algo que hace caer al lector: mesactl check --connect"},
		{"\"state\":\"retry\"", "sin conexión; se reintenta: mesactl check --connect"},
		{"\"state\":\"refused\"", "rechazado por el servidor: mesactl check --connect"},
	};
	struct slice key = slice_of(arena_printf(c->a, "\"name\":\"%s\"", name));
	size_t at = slice_find(status, key);
	struct slice after;

	if (at == SIZE_MAX)
		return "mesad no está en marcha";
	after = slice_sub(status, at + key.n, 40);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_find(after, slice_of(rows[i].state)) != SIZE_MAX)
			return rows[i].label;
	return "?";
}

static void fill_mailboxes(struct ctl *c, struct board *m)
{
	struct board_mailbox *out = arena_array(c->a, c->conf->n_mailboxes, sizeof(*out));
	struct seen seen = {.c = c};
	struct client *cl = NULL;

	if (client_try(c, &cl))
		client_ask(cl, "status", NULL, 0, -1, keep_line, &seen);
	client_close(&cl);
	for (size_t i = 0; i < c->conf->n_mailboxes; i++) {
		const char *name = c->conf->mailboxes[i].name;

		out[i].name = name;
		out[i].state = status_word(c, seen.status, name);
		out[i].bad = !str_eq(out[i].state, "al día") && !str_eq(out[i].state, "leyendo");
	}
	m->mailboxes = out;
	m->n_mailboxes = c->conf->n_mailboxes;
}

int run_board(struct ctl *c)
{
	struct terminal to = text_terminal(c);
	struct sbuf b = SBUF_INIT(PAGE_TEXT_MAX);
	struct board m = {.now = sys_now()};
	struct err e;
	int rc;

	if (c->argc)
		return ctl_usage("board");
	rc = ctl_store(c);
	if (rc)
		return rc;
	m.policy = c->conf->policy;
	if (!fill(c, &m, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	if (c->json) {
		json_board(&m);
		return CTL_OK;
	}
	fill_mailboxes(c, &m);
	board_text(&b, &to, &m);
	print(&b);
	return CTL_OK;
}
