#include "core/rule.h"

#include <string.h>

enum { SHOWN_MAX = 60 /* bytes of a value in a trace line */ };

/* The values that a condition looks at; text is what people wrote, not what they quoted. */
struct subjects {
	const char **list, **folded; /* folded: NULL until somebody asks */
	size_t n;
	bool addresses;
};

enum { FIELDS = RULE_ATTACHMENT + 1 };

/* One mail before all rules: a long text is cut out and folded once, not once a rule. */
struct look {
	struct arena *a;
	const struct facts *f;
	struct subjects of[FIELDS]; /* list NULL: not looked at yet */
};

static void add(struct subjects *s, const char *value)
{
	s->list[s->n++] = value;
}

static const char *words(struct arena *a, const struct facts *f)
{
	const char *text = facts_new_text(a, f);

	return text[0] ? text : f->text;
}

static void add_subject(struct arena *a, struct subjects *s, const struct facts *f)
{
	(void)a;
	add(s, f->subject);
}

static void add_text(struct arena *a, struct subjects *s, const struct facts *f)
{
	add(s, words(a, f));
}

static void add_from(struct arena *a, struct subjects *s, const struct facts *f)
{
	(void)a;
	add(s, f->from.addr);
}

static void add_to(struct arena *a, struct subjects *s, const struct facts *f)
{
	(void)a;
	for (size_t i = 0; i < f->n_to; i++)
		add(s, f->to[i].addr);
	for (size_t i = 0; i < f->n_cc; i++)
		add(s, f->cc[i].addr);
}

static void add_attachments(struct arena *a, struct subjects *s, const struct facts *f)
{
	(void)a;
	for (size_t i = 0; i < f->n_attachments; i++)
		add(s, f->attachments[i].name);
}

static const struct {
	const char *name;
	void (*add)(struct arena *, struct subjects *, const struct facts *);
	bool addresses;
} fields[FIELDS] = {
	[RULE_SUBJECT] = {"subject", add_subject, false},
	[RULE_TEXT] = {"text", add_text, false},
	[RULE_FROM] = {"from", add_from, true},
	[RULE_TO] = {"to", add_to, true},
	[RULE_ATTACHMENT] = {"attachment", add_attachments, false},
};

static struct subjects *subjects_of(struct look *l, enum rule_field field)
{
	struct subjects *s = &l->of[field];
	const struct facts *f = l->f;

	if (s->list)
		return s;
	s->list = arena_array(l->a, 1 + f->n_to + f->n_cc + f->n_attachments, sizeof(*s->list));
	s->addresses = fields[field].addresses;
	fields[field].add(l->a, s, f);
	s->folded = arena_array(l->a, s->n, sizeof(*s->folded));
	return s;
}

static const char *folded(struct arena *a, struct subjects *s, size_t k)
{
	if (!s->folded[k])
		s->folded[k] = text_fold(a, slice_trim(slice_of(s->list[k])));
	return s->folded[k];
}

static bool is_address(const char *addr, const char *value)
{
	struct slice domain = address_domain(addr);

	if (value[0] == '@')
		return slice_ieqs(domain, value + 1);
	return address_same(addr, value);
}

bool rule_address_listed(const char *addr, const char *const *list, size_t n)
{
	for (size_t i = 0; !str_empty(addr) && i < n; i++)
		if (is_address(addr, list[i]))
			return true;
	return false;
}

const struct intake *rule_intake(const struct policy *p, const char *addr)
{
	for (size_t i = 0; i < p->n_intake; i++)
		if (rule_address_listed(addr, p->intake[i].from, p->intake[i].n_from))
			return &p->intake[i];
	return NULL;
}

static enum match value_matches(struct arena *a, const struct rule_condition *c, size_t i,
				struct subjects *s, size_t k)
{
	if (c->test == RULE_MATCHES)
		return pattern_match(c->patterns[i], slice_of(s->list[k]));
	if (c->test == RULE_IS && s->addresses)
		return is_address(s->list[k], c->values[i]) ? MATCH_YES : MATCH_NO;
	if (c->test == RULE_IS)
		return str_eq(folded(a, s, k), c->values[i]) ? MATCH_YES : MATCH_NO;
	return strstr(folded(a, s, k), c->values[i]) ? MATCH_YES : MATCH_NO;
}

static const char *shown(struct arena *a, const struct rule_condition *c, size_t i)
{
	static const char *const verbs[] = {
		[RULE_CONTAINS] = "contains", [RULE_IS] = "is", [RULE_MATCHES] = "matches"};
	const char *value = c->values ? c->values[i] : "a pattern";

	return arena_printf(a, "%s %s «%s»", fields[c->field].name, verbs[c->test],
			    slice_dup(a, text_cut(slice_of(value), SHOWN_MAX)));
}

/* Does the condition hold? *why: what decided it. A pattern that gave up decides nothing. */
static bool condition_holds(struct look *l, const struct rule_condition *c, const char **why)
{
	struct subjects *s = subjects_of(l, c->field);
	bool limit = false;

	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < s->n; k++) {
			enum match m = value_matches(l->a, c, i, s, k);

			if (m == MATCH_YES) {
				*why = shown(l->a, c, i);
				return !c->negated;
			}
			if (m == MATCH_LIMIT)
				limit = true;
		}
	*why = arena_printf(l->a, "%s %s", fields[c->field].name,
			    limit ? "cost a pattern too many steps" : "has none of its values");
	return c->negated && !limit;
}

static bool rule_matches(struct look *l, const struct rule *r, const char **why)
{
	const char *all = r->n_when ? "" : "it has no conditions";

	for (size_t i = 0; i < r->n_when; i++) {
		if (!condition_holds(l, &r->when[i], why)) {
			*why = arena_printf(l->a, "no: %s", *why);
			return false;
		}
		all = arena_printf(l->a, "%s%s%s", all, i ? "; " : "", *why);
	}
	*why = all;
	return true;
}

static void set_once(const char **field, const char *value)
{
	if (str_empty(*field) && !str_empty(value))
		*field = value;
}

/* Earlier rules win, field by field. */
static void rule_set(struct routing *out, int *priority, const struct rule *r)
{
	set_once(&out->service, r->service);
	set_once(&out->area, r->area);
	set_once(&out->assignee, r->assignee);
	if (out->level == 0)
		out->level = r->level;
	if (*priority < 0)
		*priority = r->priority;
}

struct routing rule_route(struct arena *a, const struct policy *p, const struct facts *f)
{
	struct routing out = {.service = "", .area = "", .assignee = ""};
	struct look l = {.a = a, .f = f};
	const struct service *service;
	int priority = -1;

	out.trace = arena_array(a, p->n_rules, sizeof(*out.trace));
	for (size_t i = 0; i < p->n_rules; i++) {
		struct rule_trace *t = &out.trace[out.n_trace++];

		t->name = p->rules[i].name;
		t->matched = rule_matches(&l, &p->rules[i], &t->why);
		if (t->matched)
			rule_set(&out, &priority, &p->rules[i]);
		if (t->matched && p->rules[i].stop)
			break;
	}
	set_once(&out.service, p->default_service);
	set_once(&out.area, p->default_area);
	service = policy_service(p, out.service);
	if (out.level == 0)
		out.level = service && service->level ? service->level : p->default_level;
	out.priority = priority < 0 ? p->default_priority : (enum priority)priority;
	return out;
}

struct address rule_requester(const struct policy *p, const struct facts *f)
{
	const struct intake *in = rule_intake(p, f->from.addr);

	if (in && in->requester_from_reply_to && address_valid(f->reply_to.addr) &&
	    !policy_is_own(p, f->reply_to.addr))
		return f->reply_to;
	return f->from;
}
