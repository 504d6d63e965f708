#include "core/notify.h"

#include "core/budget.h"

#include <string.h>

/* --- to whom --- */

static void list_add(struct staff_list *l, const struct staff *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->list[i] == s)
			return;
	l->list[l->n++] = s;
}

static struct staff_list list_new(struct act *x)
{
	return (struct staff_list){
		.list = arena_array(x->a, x->w->policy->n_staff, sizeof(struct staff *))};
}

static void add_coordinators(struct act *x, struct staff_list *l)
{
	const struct policy *p = x->w->policy;

	for (size_t i = 0; i < p->n_staff; i++)
		if (p->staff[i].role == ROLE_COORDINATOR)
			list_add(l, &p->staff[i]);
}

struct staff_list staff_coordinators(struct act *x)
{
	struct staff_list l = list_new(x);

	add_coordinators(x, &l);
	return l;
}

/* A desk without coordinator: a case that is nobody's is everybody's. */
static void or_everybody(struct act *x, struct staff_list *l)
{
	const struct policy *p = x->w->policy;

	for (size_t i = 0, none = l->n == 0; none && i < p->n_staff; i++)
		if (p->staff[i].attends)
			list_add(l, &p->staff[i]);
}

struct staff_list staff_answerable(struct act *x)
{
	const struct staff *assignee = policy_staff(x->w->policy, act_ticket(x)->assignee);
	struct staff_list l = list_new(x);

	if (assignee)
		list_add(&l, assignee);
	add_coordinators(x, &l);
	or_everybody(x, &l);
	return l;
}

struct staff_list staff_in_charge(struct act *x)
{
	const struct staff *assignee = policy_staff(x->w->policy, act_ticket(x)->assignee);
	struct staff_list l = list_new(x);

	if (assignee)
		list_add(&l, assignee);
	else
		add_coordinators(x, &l);
	or_everybody(x, &l);
	return l;
}

/* --- on which thread --- */

static void thread_on(struct act *x, struct plan_mail *m, const char *const *ids, size_t n)
{
	m->references = arena_array(x->a, n + 1, sizeof(*m->references));
	for (size_t i = 0; i < n; i++)
		if (!str_empty(ids[i]))
			m->references[m->n_references++] = ids[i];
	if (m->n_references)
		m->in_reply_to = m->references[m->n_references - 1];
}

static void thread_staff(struct act *x, struct plan_mail *m)
{
	const char *ids[2] = {"", ""};

	for (size_t i = 0; x->k && i < x->k->n_staff_threads; i++)
		if (address_same(x->k->staff_threads[i].to, m->to.addr))
			ids[0] = x->k->staff_threads[i].message_id;
	/* an answer to what she just wrote */
	if (x->f && address_same(x->f->from.addr, m->to.addr))
		ids[1] = x->f->message_id;
	thread_on(x, m, ids, COUNT(ids));
}

static void thread_requester(struct act *x, struct plan_mail *m)
{
	size_t n = x->k ? x->k->n_thread_ids : 0;
	const char **ids = arena_array(x->a, n + 2, sizeof(*ids));

	for (size_t i = 0; i < n; i++)
		ids[i] = x->k->thread_ids[i];
	if (x->f && !x->who)
		ids[n++] = x->f->message_id;
	thread_on(x, m, ids, n);
	if (x->who && !str_empty(x->k->last_from_requester_id))
		m->in_reply_to = x->k->last_from_requester_id;
}

/* --- the mails --- */

struct plan_mail *notify_staff(struct act *x, enum mail_purpose purpose, const struct staff *to,
			       enum audience audience)
{
	struct plan_mail *m = plan_mail(x->a, x->p, purpose, x->ticket,
					(struct address){to->email, to->name}, audience);

	/* the requester's own words are a person's */
	m->automatic = purpose != MAIL_RELAY_IN;
	thread_staff(x, m);
	return m;
}

static bool reachable(const struct act *x, const char *addr)
{
	return address_valid(addr) && !policy_is_own(x->w->policy, addr);
}

static struct plan_mail *to_person(struct act *x, enum mail_purpose purpose, struct address to)
{
	struct plan_mail *m;

	if (!reachable(x, to.addr))
		return NULL;
	m = plan_mail(x->a, x->p, purpose, x->ticket, to, AUDIENCE_REQUESTER);
	thread_requester(x, m);
	return m;
}

struct plan_mail *notify_requester(struct act *x, enum mail_purpose purpose)
{
	return to_person(x, purpose, act_ticket(x)->requester);
}

static void tell_brake(struct act *x, const char *refused)
{
	if (x->p->brake_told || !budget_brake_is_news(x->w))
		return;
	x->p->brake_told = true;
	plan_alert(
		x->a, x->p, x->w->policy,
		arena_printf(x->a,
			     "El correo automático está frenado: %s (%s). Los casos se registran "
			     "y se atienden como siempre; los acuses y avisos que no salgan van "
			     "en un solo resumen para cada dirección cuando el límite lo permita. "
			     "Si alguien escribe sin parar, revise que no sea una máquina.",
			     refused, act_ticket(x)->requester.addr),
		"", "mesactl list");
}

static void postpone(struct act *x, enum mail_purpose purpose, const char *refused)
{
	const struct ticket *t = act_ticket(x);
	struct plan_postponed w = {x->ticket, t->requester,
				   budget_digest_due(x->w, t->requester.addr, t->id)};
	struct event ev;

	event_init(&ev, EVENT_POSTPONED, x->w->now, "system");
	event_text(&ev, "mail", mail_purpose_name(purpose));
	event_text(&ev, "why", refused);
	act_event(x, &ev);
	plan_postpone(x->a, x->p, &w);
	tell_brake(x, refused);
}

struct plan_mail *notify_requester_automatic(struct act *x, enum mail_purpose purpose)
{
	const struct ticket *t = act_ticket(x);
	const char *refused = budget_refuses(x->w, t->requester.addr, t->id);
	struct plan_mail *m;

	if (refused && reachable(x, t->requester.addr)) {
		postpone(x, purpose, refused);
		return NULL;
	}
	m = notify_requester(x, purpose);
	if (m)
		m->automatic = true;
	return m;
}

void notify_participants(struct act *x, const char *text)
{
	for (size_t i = 0; i < x->k->n_participants; i++) {
		struct plan_mail *m =
			to_person(x, MAIL_RELAY_OUT, (struct address){x->k->participants[i], ""});

		if (!m)
			continue;
		notify_words(x, m, text);
		notify_as(x, m, x->who);
	}
}

void notify_as(struct act *x, struct plan_mail *m, const struct staff *who)
{
	plan_var(m, "author", who->name);
	for (size_t i = 0; i < m->n_vars; i++)
		if (str_eq(m->vars[i].name, "text") && strstr(m->vars[i].value, who->name)) {
			plan_var(m, "signed", "1"); /* once is enough */
			break;
		}
	m->from_name = arena_printf(x->a, "%s · %s", who->name, x->w->policy->desk_name);
}

/* --- words and attachments --- */

enum { NAMES_MAX = 256 * 1024 };

static void name_add(struct sbuf *list, const char *name)
{
	if (list->n)
		sbuf_cstr(list, ", ");
	sbuf_cstr(list, name);
}

static void names_var(struct act *x, struct plan_mail *m, const char *var, struct sbuf *names)
{
	plan_var(m, var, sbuf_dup(x->a, names));
	sbuf_free(names);
}

static bool listed_at(const struct attach *list, size_t n, int64_t offset)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].att.offset == offset)
			return true;
	return false;
}

/* What lies inside a winmail.dat travels as the winmail.dat that it lies in. */
static struct attachment travelling(struct attachment att)
{
	if (att.flags & ATT_TNEF_PART) {
		att.name = "winmail.dat";
		att.type = "application/ms-tnef";
		att.size = att.len;
	}
	return att;
}

static void notify_attachments(struct act *x, struct plan_mail *m)
{
	const struct facts *f = x->f;
	struct sbuf names = SBUF_INIT(NAMES_MAX), too_big = SBUF_INIT(NAMES_MAX);
	int64_t left = x->w->policy->attach_max;
	struct attach *list = arena_array(x->a, f->n_attachments, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < f->n_attachments; i++) {
		struct attachment att = travelling(f->attachments[i]);

		if (att.flags & ATT_SIGNATURE)
			continue;
		if (listed_at(list, n, att.offset)) {
			name_add(&names, f->attachments[i].name);
			continue;
		}
		if (att.size > left) {
			name_add(&too_big, f->attachments[i].name);
			continue;
		}
		left -= att.size;
		list[n++] = (struct attach){x->w->snap->raw, att};
		name_add(&names, f->attachments[i].name);
	}
	m->attachments = list;
	m->n_attachments = n;
	names_var(x, m, "attachment_names", &names);
	names_var(x, m, "too_big_names", &too_big);
}

void notify_words(struct act *x, struct plan_mail *m, const char *text)
{
	plan_var(m, "text", text);
	if (x->f && x->f->n_attachments)
		notify_attachments(x, m);
}
