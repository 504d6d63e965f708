/* letter: one planned mail -> its bytes. Here, and only here, symbols meet numbers and tokens. */
#include "core/say.h"
#include "core/trust.h"
#include "engine/parts.h"
#include "mail/compose.h"

#include <string.h>

enum { WIRE_MAX = 64 * 1024 * 1024, LETTER_VARS = MAIL_VARS_MAX + 40 };

struct letter {
	struct engine *en;
	struct arena *a;
	const struct plan_mail *m;
	const struct ticket *t; /* NULL: no case */
	int64_t now;
	const char *to_key;
	char code[REF_CODE_LEN + 1];
	struct var vars[LETTER_VARS];
	size_t n;
};

static void put(struct letter *l, const char *name, const char *value)
{
	if (l->n < COUNT(l->vars))
		l->vars[l->n++] = (struct var){name, value ? value : ""};
}

static void put_moment(struct letter *l, const char *day, const char *hour, int64_t at)
{
	const struct zone *z = l->en->conf->policy->zone;

	put(l, day, at ? say_day(l->a, z, at) : "");
	put(l, hour, at ? say_hour(l->a, z, at) : "");
}

static const char *service_name(const struct policy *p, const char *id)
{
	const struct service *s = policy_service(p, id);

	return s ? s->name : id;
}

static const char *staff_name(const struct policy *p, const char *id)
{
	const struct staff *s = policy_staff(p, id);

	return s ? s->name : id;
}

static const char *survey_url(const struct letter *l)
{
	const struct policy *p = l->en->conf->policy;

	if (!l->m->surveys || p->base_url[0] == '\0')
		return "";
	return arena_printf(l->a, "%s/e/%s", p->base_url,
			    token_survey(l->a, &l->en->key, l->t->id, l->t->round, l->to_key));
}

static void put_case(struct letter *l)
{
	const struct policy *p = l->en->conf->policy;
	const struct ticket *t = l->t;
	const struct service *service = policy_service(p, t->service);
	const struct clock *response = &t->clocks[CLOCK_RESPONSE];

	put(l, "number", t->number);
	put(l, "ref", l->code);
	put(l, "state", state_label(t->state));
	put(l, "service", service_name(p, t->service));
	put(l, "guide", service ? service->guide : "");
	put(l, "area", t->area);
	put(l, "level", arena_printf(l->a, "%d", t->level));
	put(l, "priority", priority_label(t->priority));
	put(l, "assignee", staff_name(p, t->assignee));
	put(l, "subject", t->subject);
	put(l, "requester", str_empty(t->requester.name) ? t->requester.addr : t->requester.name);
	put(l, "requester_address", t->requester.addr);
	put_moment(l, "received_day", "received_hour", t->opened_at);
	put_moment(l, "due_day", "due_hour", response->stopped ? 0 : response->due);
	put(l, "survey_url", survey_url(l));
	if (l->m->surveys)
		put_moment(l, "close_day", "close_hour",
			   calendar_add(p->survey_calendar, l->now, p->survey_close));
}

static void put_house(struct letter *l)
{
	const struct policy *p = l->en->conf->policy;

	put(l, "entity", p->entity);
	put(l, "desk", p->desk_name);
	put(l, "desk_address", p->addresses[0]);
	put(l, "base_url", p->base_url);
	put(l, "data_line", p->data_line);
	put(l, "staff_name", l->m->to.name);
	put(l, "readers", audience_told(l->m->audience));
}

/* What core set comes last: the first of two values of a name is the one that counts, and the
 * case's own values must not be shadowed by words from outside. */
static void gather(struct letter *l)
{
	put_house(l);
	if (l->t)
		put_case(l);
	for (size_t i = 0; i < l->m->n_vars; i++)
		put(l, l->m->vars[i].name, l->m->vars[i].value);
}

static void letter_start(struct letter *l, struct engine *en, struct arena *a,
			 const struct plan_mail *m, const struct ticket *t, int64_t now)
{
	*l = (struct letter){.en = en, .a = a, .m = m, .t = t, .now = now};
	l->to_key = address_key(a, m->to.addr);
	if (t)
		trust_ref(en->key.b, sizeof(en->key.b), t->number, l->to_key, m->audience, l->code);
	gather(l);
}

/* The case's tag belongs in the subject of every mail about it, whatever the template says. */
static const char *tagged(const struct letter *l, const char *subject)
{
	if (l->t == NULL || strstr(subject, l->t->number) != NULL)
		return subject;
	return arena_printf(l->a, "[%s] %s", l->t->number, subject);
}

static const char *domain_of(struct arena *a, const char *addr)
{
	return slice_dup(a, address_domain(addr));
}

static int32_t zone_offset(const struct zone *z, int64_t utc)
{
	struct civil c = zone_civil(z, utc);
	int64_t local = civil_day(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 +
			c.second;

	return (int32_t)(local - utc);
}

static void fill(const struct letter *l, const struct rendered *r, int64_t outbox_id,
		 struct compose_in *in)
{
	const struct policy *p = l->en->conf->policy;
	const char *desk = l->en->conf->smtp_from;
	const char *name = str_empty(l->m->from_name)
				   ? arena_printf(l->a, "%s · %s", p->desk_name, p->entity)
				   : l->m->from_name;

	*in = (struct compose_in){
		.from = {desk, name},
		.to = l->m->to,
		.subject = tagged(l, r->subject),
		.date = l->now,
		.zone = zone_offset(p->zone, l->now),
		.message_id = token_message_id(l->a, &l->en->key, outbox_id, l->to_key,
					       domain_of(l->a, desk)),
		.in_reply_to = l->m->in_reply_to ? l->m->in_reply_to : "",
		.references = (const char *const *)l->m->references,
		.n_references = l->m->n_references,
		.reply_to = "",
		.number = l->t ? l->t->number : "",
		.automatic = !l->m->automatic	  ? COMPOSE_PERSON
			     : l->m->acknowledges ? COMPOSE_REPLIED
						  : COMPOSE_GENERATED,
		.text = r->text,
		.html = r->html,
		.attachments = l->m->attachments,
		.n_attachments = l->m->n_attachments,
	};
	if (l->t && p->plus_addresses) {
		const char *to = token_reply_to(l->a, p->addresses[0], l->t->number, l->code);

		in->reply_to = to ? to : "";
	} else if (address_same(desk, p->addresses[0]) == false) {
		in->reply_to = p->addresses[0];
	}
}

static struct outbox_segment *segments_of(struct arena *a, const struct composed *c)
{
	struct outbox_segment *out = arena_array(a, c->n, sizeof(*out));

	for (size_t i = 0; i < c->n; i++)
		out[i] = (struct outbox_segment){
			.literal = c->segments[i].literal,
			.raw = c->segments[i].raw,
			.offset = c->segments[i].offset,
			.len = c->segments[i].len,
			.encoding = c->segments[i].encoding,
		};
	return out;
}

bool letter_compose(void *ctx, struct arena *a, const struct plan_mail *m, const struct ticket *t,
		    int64_t outbox_id, struct outbox_bytes *out, struct err *e)
{
	const struct letter_ctx *lc = ctx;
	struct sbuf wire = SBUF_INIT(WIRE_MAX);
	struct compose_in in;
	struct composed c;
	struct rendered r;
	struct letter l;
	bool ok = false;

	letter_start(&l, lc->en, a, m, t, lc->now);
	if (!template_render(a, lc->en->templates, mail_purpose_name(m->purpose), l.vars, l.n, &r,
			     e))
		goto out;
	fill(&l, &r, outbox_id, &in);
	if (!compose(a, &in, &c, e))
		goto out;
	out->message_id = in.message_id;
	out->envelope_from = in.from.addr; /* never <>: a bounce must find its way back */
	out->to = m->to.addr;
	out->subject = in.subject;
	out->text = r.text;
	out->segments = segments_of(a, &c);
	out->n = c.n;
	if (!wire_bytes(lc->en->st, a, out->segments, out->n, &wire, e))
		goto out;
	out->size = (int64_t)wire.n;
	out->sha256 = sha256_of(wire.p, wire.n);
	ok = true;
out:
	sbuf_free(&wire);
	return ok ? true
		  : err_prefix(e, "mail %s to %s", mail_purpose_name(m->purpose), m->to.addr);
}

const char *letter_subject(struct engine *en, struct arena *a, const struct plan_mail *m,
			   const struct ticket *t, int64_t now)
{
	struct rendered r;
	struct letter l;

	letter_start(&l, en, a, m, t, now);
	if (!template_render(a, en->templates, mail_purpose_name(m->purpose), l.vars, l.n, &r,
			     NULL))
		return "";
	return tagged(&l, r.subject);
}
