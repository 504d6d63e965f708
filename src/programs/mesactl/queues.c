/* queues: outgoing mail and quarantine, looked at and acted on. */
#include "programs/mesactl/ctl.h"
#include "programs/mesactl/text.h"

#include "store/raw.h"

enum { OUTBOX_ROWS = 1000, LINE_BYTES = 64 * 1024 };

static void outbox_json(struct ctl *c, const struct outbox_item *o)
{
	const struct policy *p = c->conf->policy;
	struct sbuf b = SBUF_INIT(LINE_BYTES);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_int(&j, "id", o->id);
	json_str(&j, "number", str_empty(o->number) ? NULL : o->number);
	json_str(&j, "purpose", o->purpose);
	json_str(&j, "to", o->to);
	json_str(&j, "subject", o->subject);
	json_str(&j, "state", o->state);
	json_int(&j, "attempts", o->attempts);
	json_str(&j, "created_at", case_time(c->a, p, o->created_at));
	json_str(&j, "next_at", case_time(c->a, p, o->next_at));
	json_str(&j, "sent_at", case_time(c->a, p, o->sent_at));
	json_str(&j, "reply", o->reply);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

static int outbox_list(struct ctl *c)
{
	bool all = ctl_flag(c, "--all");
	struct outbox_item *list;
	struct err e;
	size_t n;
	int rc = ctl_store(c);

	if (rc)
		return rc;
	if (!query_outbox(c->store, c->a, all, OUTBOX_ROWS, &list, &n, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	if (!c->json)
		return text_outbox(c, list, n);
	for (size_t i = 0; i < n; i++)
		outbox_json(c, &list[i]);
	return CTL_OK;
}

int run_outbox(struct ctl *c)
{
	if (c->argc == 0 || (c->argc <= 2 && str_eq(c->argv[0], "list")) ||
	    str_eq(c->argv[0], "--all"))
		return outbox_list(c);
	if (c->argc == 2 && (str_eq(c->argv[0], "retry") || str_eq(c->argv[0], "release") ||
			     str_eq(c->argv[0], "drop")))
		return ctl_write(c, "outbox", c->argv[0], c->argv[1]);
	return ctl_usage("outbox");
}

/* --- quarantine --- */

static void quarantine_json(struct ctl *c, const struct quarantine_item *q)
{
	struct sbuf b = SBUF_INIT(LINE_BYTES);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_int(&j, "id", q->id);
	json_str(&j, "mailbox", q->mailbox);
	json_int(&j, "uid", q->uid);
	json_str(&j, "received_at", case_time(c->a, c->conf->policy, q->received_at));
	json_int(&j, "size", q->size);
	json_str(&j, "why", q->why);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

static int quarantine_items(struct ctl *c, struct quarantine_item **list, size_t *n)
{
	struct err e;
	int rc = ctl_store(c);

	if (rc)
		return rc;
	if (!query_quarantine(c->store, c->a, list, n, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	return CTL_OK;
}

static int export(struct ctl *c, const struct quarantine_item *q, const struct target *to)
{
	struct slice raw;
	struct err e;

	if (!raw_get(c->store, c->a, q->raw, &raw, &e))
		return ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
	return target_write(to, raw);
}

/* to NULL: it is shown. */
static int quarantine_one(struct ctl *c, const char *id, const struct target *to)
{
	struct quarantine_item *list;
	uint64_t want;
	size_t n;
	int rc = quarantine_items(c, &list, &n);

	if (rc)
		return rc;
	if (!slice_u64(slice_of(id), &want))
		return ctl_usage("quarantine");
	for (size_t i = 0; i < n; i++) {
		if (list[i].id != (int64_t)want)
			continue;
		if (to)
			return export(c, &list[i], to);
		if (!c->json)
			return text_quarantine(c, &list[i], 1);
		quarantine_json(c, &list[i]);
		return CTL_OK;
	}
	return ctl_fail(CTL_NOINPUT, "no hay un correo %s en cuarentena", id);
}

static int quarantine_export(struct ctl *c, const char *id, const char *path)
{
	struct target to;
	int rc = target_open(&to, path);

	return rc ? rc : target_close(&to, quarantine_one(c, id, &to));
}

int run_quarantine(struct ctl *c)
{
	const char *to = ctl_option(c, "-o");
	struct quarantine_item *list;
	size_t n;
	int rc;

	if (c->argc == 2 && str_eq(c->argv[0], "retry"))
		return ctl_write(c, "quarantine", "retry", c->argv[1]);
	if (c->argc == 2 && str_eq(c->argv[0], "show"))
		return quarantine_one(c, c->argv[1], NULL);
	if (c->argc == 2 && str_eq(c->argv[0], "export") && to)
		return quarantine_export(c, c->argv[1], to);
	if (c->argc > 1 || (c->argc == 1 && !str_eq(c->argv[0], "list")))
		return ctl_usage("quarantine");
	rc = quarantine_items(c, &list, &n);
	if (rc || !c->json)
		return rc ? rc : text_quarantine(c, list, n);
	for (size_t i = 0; i < n; i++)
		quarantine_json(c, &list[i]);
	return CTL_OK;
}
