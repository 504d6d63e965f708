/* parse and explain: what mesad reads in a mail, and what it would do with it. */
#include "programs/mesactl/text.h"

#include "face/explain.h"
#include "face/facts_json.h"
#include "io/sys.h"
#include "mail/template.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 512 * 1024 * 1024, LINE_MAX_BYTES = 256 * 1024 * 1024 };

static void unreadable(const char *path, int rc)
{
	struct sbuf b = SBUF_INIT(LINE_MAX_BYTES);
	const char *warning = rc == CTL_DATA ? "the file is too large" : "the file cannot be read";
	struct facts f;

	facts_init(&f);
	f.kind = KIND_MALFORMED;
	f.warnings = &warning;
	f.n_warnings = 1;
	facts_json(&b, path, &f);
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

/* One line for one file, whatever it holds. */
static int parse_one(struct ctl *c, struct reader *r, const char *path)
{
	struct ctl own = {.a = arena_new()};
	struct sbuf b = SBUF_INIT(LINE_MAX_BYTES);
	struct slice raw;
	struct facts f;
	int rc = ctl_file(&own, path, FILE_MAX, &raw);

	(void)c;
	if (rc) {
		unreadable(path, rc);
	} else {
		reader_read(r, own.a, raw, &f);
		facts_json(&b, path, &f);
		fwrite(b.p, 1, b.n, stdout);
	}
	sbuf_free(&b);
	arena_free(&own.a);
	return rc;
}

int run_parse(struct ctl *c)
{
	struct reader *r;
	int rc = CTL_OK;

	if (c->argc == 0)
		return ctl_usage("parse");
	r = reader_new(c);
	for (int i = 0; i < c->argc; i++) {
		int one = parse_one(c, r, c->argv[i]);

		rc = rc ? rc : one;
		if (fflush(stdout) != 0) /* the next one may be the last */
			break;
	}
	reader_free(&r);
	return rc;
}

/* --- explain --- */

static void put_thread(struct json *j, const struct explained *x)
{
	const char *number = x->duplicate ? x->duplicate_of : x->plan->why.number;

	json_open(j, "thread", '{');
	json_str(j, "decision", x->duplicate ? "duplicate" : x->plan->why.thread);
	json_str(j, "ticket", !str_empty(number) ? number : NULL);
	json_str(j, "reason",
		 x->duplicate ? "the same mail is in the ledger already; what follows is what it "
				"would do if it came for the first time"
			      : x->plan->why.reason);
	json_str(j, "trust", x->plan->why.trust);
	json_close(j, '}');
}

static void put_rules(struct json *j, const struct plan *p)
{
	json_open(j, "rules", '[');
	for (size_t i = 0; i < p->why.n_rules; i++) {
		json_open(j, NULL, '{');
		json_str(j, "name", p->why.rules[i].name);
		json_bool(j, "matched", p->why.rules[i].matched);
		json_str(j, "why", p->why.rules[i].why);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* «12h always 75%» */
static const char *calendar_of(struct arena *a, const char *policy)
{
	struct slice rest = slice_of(policy), within, calendar;

	return slice_next(&rest, ' ', &within) && slice_next(&rest, ' ', &calendar)
		       ? slice_dup(a, calendar)
		       : policy;
}

static void put_ticket(struct ctl *c, struct json *j, const struct plan *p)
{
	const struct ticket *t = p->n_tickets ? &p->tickets[0].after : NULL;

	json_open(j, "ticket", '{');
	if (t) {
		json_str(j, "service", t->service);
		json_str(j, "area", t->area);
		json_int(j, "level", t->level);
		json_str(j, "priority", priority_name(t->priority));
		json_str(j, "assignee", t->assignee);
	}
	json_close(j, '}');
	json_open(j, "clocks", '[');
	if (t && t->clocks[CLOCK_RESPONSE].due && !t->clocks[CLOCK_RESPONSE].stopped) {
		const struct clock *k = &t->clocks[CLOCK_RESPONSE];

		json_open(j, NULL, '{');
		json_str(j, "name", "response");
		json_str(j, "due", case_time(c->a, c->conf->policy, k->due));
		json_str(j, "calendar", calendar_of(c->a, k->policy));
		json_open(j, "steps", '[');
		json_str(j, NULL,
			 arena_printf(c->a, "received %s",
				      case_time(c->a, c->conf->policy, k->started)));
		if (k->warn_at)
			json_str(j, NULL,
				 arena_printf(c->a, "warning %s",
					      case_time(c->a, c->conf->policy, k->warn_at)));
		json_str(j, NULL,
			 arena_printf(c->a, "breach %s", case_time(c->a, c->conf->policy, k->due)));
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_mails(struct json *j, const struct explained *x)
{
	json_open(j, "mails", '[');
	for (size_t i = 0; i < x->plan->n_mails; i++) {
		json_open(j, NULL, '{');
		json_str(j, "to", x->plan->mails[i].to.addr);
		json_str(j, "subject", x->subjects[i]);
		json_str(j, "template", mail_purpose_name(x->plan->mails[i].purpose));
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* As IMAP gives it: a file on disk often has LF alone, and would not be the mail of the ledger. */
static struct slice wire_form(struct arena *a, struct slice raw)
{
	size_t lines = 0, n = 0;
	char *out;

	if (raw.n == 0 || memchr(raw.p, '\r', raw.n) != NULL)
		return raw;
	for (size_t i = 0; i < raw.n; i++)
		lines += raw.p[i] == '\n';
	out = arena_alloc(a, raw.n + lines + 1);
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\n')
			out[n++] = '\r';
		out[n++] = raw.p[i];
	}
	return (struct slice){out, n};
}

static void explain_for_people(struct ctl *c, const char *path, const struct facts *f,
			       const struct explained *x)
{
	struct terminal to = text_terminal(c);
	struct sbuf b = SBUF_INIT(LINE_MAX_BYTES);
	struct explain m = {.file = path,
			    .policy = c->conf->policy,
			    .f = f,
			    .plan = x->plan,
			    .subjects = x->subjects,
			    .duplicate = x->duplicate,
			    .duplicate_of = x->duplicate_of};

	explain_text(&b, &to, &m);
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

static int explain_one(struct ctl *c, struct engine *en, struct reader *r, const char *path)
{
	struct sbuf b = SBUF_INIT(LINE_MAX_BYTES);
	struct json j = json_to(&b);
	struct explained x = {0};
	struct slice raw;
	struct facts f;
	struct err e;
	int rc = ctl_file(c, path, FILE_MAX, &raw);

	if (rc)
		return rc;
	reader_read(r, c->a, raw, &f);
	if (!engine_explain(en, c->a, wire_form(c->a, raw), &f, sys_now(), &x, &e)) {
		sbuf_free(&b);
		return ctl_fail(CTL_UNAVAILABLE, "%s: %s", path, e.text);
	}
	if (!c->json && isatty(STDOUT_FILENO)) { /* a program gets a line for each file */
		explain_for_people(c, path, &f, &x);
		return CTL_OK;
	}
	json_open(&j, NULL, '{');
	facts_json_fields(&j, path, &f);
	json_str(&j, "fate", fate_name(x.duplicate ? FATE_DUPLICATE : x.plan->fate));
	put_thread(&j, &x);
	put_rules(&j, x.plan);
	put_ticket(c, &j, x.plan);
	put_mails(&j, &x);
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
	return CTL_OK;
}

int run_explain(struct ctl *c)
{
	struct template_set *templates;
	struct engine *en = NULL;
	struct reader *r = NULL;
	struct err e;
	int rc;

	if (c->argc == 0)
		return ctl_usage("explain");
	rc = ctl_store_or_empty(c);
	if (rc)
		return rc;
	templates = template_load(arena_printf(c->a, "%s/templates/es", c->conf->dir), &e);
	if (templates)
		en = engine_new(c->store, c->conf, templates, &e);
	if (en == NULL)
		rc = ctl_fail(CTL_CONFIG, "%s", e.text);
	r = reader_new(c);
	for (int i = 0; i < c->argc && en; i++) {
		struct ctl own = *c; /* an arena a mail: there may be ten thousand */
		int one;

		own.a = arena_new();
		one = explain_one(&own, en, r, c->argv[i]);
		rc = rc ? rc : one;
		arena_free(&own.a);
	}
	reader_free(&r);
	engine_free(&en);
	template_free(&templates);
	return rc;
}
