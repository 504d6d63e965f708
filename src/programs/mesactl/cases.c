/* cases: list, show and history as JSON lines; as text they are src/face's. */
#include "programs/mesactl/ctl.h"
#include "programs/mesactl/text.h"

#include <stdio.h>

enum { OBJECT_MAX = 256 * 1024 * 1024 };

struct listing {
	struct ctl *c;
	struct text_list *text; /* NULL: JSON */
};

static bool list_row(void *ctx, const struct ticket *t)
{
	struct listing *l = ctx;
	struct sbuf b = SBUF_INIT(OBJECT_MAX);
	struct json j = json_to(&b);

	if (l->text) {
		text_list_add(l->text, t);
	} else {
		case_fields(&j, l->c->conf->policy, t);
		json_close(&j, '}');
		ctl_line(&b);
	}
	sbuf_free(&b);
	return true;
}

int run_list(struct ctl *c)
{
	const char *state = ctl_option(c, "--state");
	struct list_filter f = {.state = -1};
	struct listing l = {.c = c};
	enum state s;
	struct err e;
	int rc;

	if (c->argc)
		return ctl_usage("list");
	if (state && !state_read(text_fold(c->a, slice_of(state)), &s))
		return ctl_fail(CTL_USAGE,
				"no hay un estado «%s»; los que hay: nuevo, abierto, espera, "
				"proveedor, «por verificar», solucionado, cerrado",
				state);
	if (state)
		f.state = (int)s;
	rc = ctl_store(c);
	if (rc)
		return rc;
	l.text = c->json ? NULL : text_list_new(c);
	if (!query_list(c->store, &f, list_row, &l, &e))
		rc = ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	if (l.text)
		text_list_print(l.text);
	return rc;
}

/* 0 found, else an exit code that was told. */
static int open_case(struct ctl *c, const char *number, struct known_ticket *k)
{
	struct err e;
	int rc = ctl_store(c);
	int found;

	if (rc)
		return rc;
	found = store_ticket_by_number(c->store, c->a, number, k, &e);
	if (found < 0)
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	return found ? CTL_OK : ctl_fail(CTL_NOINPUT, "no hay un caso %s", number);
}

static void put_clocks(struct ctl *c, struct json *j, const struct ticket *t)
{
	const struct policy *p = c->conf->policy;
	const struct clock *k = &t->clocks[CLOCK_RESPONSE];

	json_open(j, "clocks", '[');
	if (k->started) {
		json_open(j, NULL, '{');
		json_str(j, "name", "response");
		json_str(j, "policy", k->policy);
		json_str(j, "started_at", case_time(c->a, p, k->started));
		json_str(j, "warn_at", case_time(c->a, p, k->warn_at));
		json_str(j, "due", case_time(c->a, p, k->due));
		json_str(j, "stopped_at", case_time(c->a, p, k->stopped));
		json_str(j, "warned_at", case_time(c->a, p, k->warned));
		json_str(j, "breached_at", case_time(c->a, p, k->breached));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static bool put_messages(struct ctl *c, struct json *j, int64_t ticket, struct err *e)
{
	struct message_row *m;
	size_t n;

	if (!query_messages(c->store, c->a, ticket, &m, &n, e))
		return false;
	json_open(j, "messages", '[');
	for (size_t i = 0; i < n; i++) {
		json_open(j, NULL, '{');
		json_int(j, "id", m[i].id);
		json_str(j, "at", case_time(c->a, c->conf->policy, m[i].at));
		json_bool(j, "inbound", m[i].inbound);
		json_bool(j, "internal", m[i].internal);
		json_str(j, "from", m[i].from);
		json_str(j, "to", str_empty(m[i].to) ? NULL : m[i].to);
		json_str(j, "subject", str_empty(m[i].subject) ? NULL : m[i].subject);
		json_str(j, "purpose", str_empty(m[i].purpose) ? NULL : m[i].purpose);
		json_str(j, "state", str_empty(m[i].state) ? NULL : m[i].state);
		json_str(j, "message_id", m[i].message_id);
		json_str(j, "text", m[i].text);
		json_close(j, '}');
	}
	json_close(j, ']');
	return true;
}

static void put_event(struct ctl *c, struct json *j, const struct event_row *r)
{
	json_open(j, NULL, '{');
	json_int(j, "id", r->id);
	json_str(j, "at", case_time(c->a, c->conf->policy, r->at));
	json_str(j, "type", r->type);
	json_str(j, "actor", r->actor);
	json_raw(j, "detail", str_empty(r->detail) ? "{}" : r->detail);
	json_close(j, '}');
}

static bool put_events(struct ctl *c, struct json *j, int64_t ticket, struct err *e)
{
	struct event_row *r;
	size_t n;

	if (!query_events(c->store, c->a, ticket, &r, &n, e))
		return false;
	json_open(j, "events", '[');
	for (size_t i = 0; i < n; i++)
		put_event(c, j, &r[i]);
	json_close(j, ']');
	return true;
}

static int show_json(struct ctl *c, const struct known_ticket *k)
{
	static const char *const later[] = {"externals", "visits", "equipment"};
	struct sbuf b = SBUF_INIT(OBJECT_MAX);
	struct json j = json_to(&b);
	struct err e;
	int rc = CTL_OK;

	case_fields(&j, c->conf->policy, &k->t);
	json_open(&j, "participants", '[');
	for (size_t i = 0; i < k->n_participants; i++)
		json_str(&j, NULL, k->participants[i]);
	json_close(&j, ']');
	put_clocks(c, &j, &k->t);
	for (size_t i = 0; i < COUNT(later); i++) {
		json_open(&j, later[i], '[');
		json_close(&j, ']');
	}
	if (put_messages(c, &j, k->t.id, &e) && put_events(c, &j, k->t.id, &e)) {
		json_close(&j, '}');
		ctl_line(&b);
	} else {
		rc = ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	}
	sbuf_free(&b);
	return rc;
}

int run_show(struct ctl *c)
{
	struct known_ticket k;
	int rc;

	if (c->argc != 1)
		return ctl_usage("show");
	rc = open_case(c, c->argv[0], &k);
	if (rc)
		return rc;
	return c->json ? show_json(c, &k) : text_show(c, &k);
}

int run_history(struct ctl *c)
{
	struct known_ticket k;
	struct event_row *r;
	struct err e;
	size_t n;
	int rc;

	if (c->argc != 1)
		return ctl_usage("history");
	rc = open_case(c, c->argv[0], &k);
	if (rc)
		return rc;
	if (!c->json)
		return text_history(c, &k);
	if (!query_events(c->store, c->a, k.t.id, &r, &n, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	for (size_t i = 0; i < n; i++) {
		struct sbuf b = SBUF_INIT(OBJECT_MAX);
		struct json j = json_to(&b);

		put_event(c, &j, &r[i]);
		ctl_line(&b);
		sbuf_free(&b);
	}
	return CTL_OK;
}
