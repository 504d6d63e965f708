#include "core/open.h"

#include "core/assign.h"
#include "core/clock.h"
#include "core/notify.h"

static void born(struct act *x, const struct opening *o, const struct routing *r)
{
	const struct facts *f = o->f;
	struct ticket shape = {
		.service = r->service, .area = r->area, .level = r->level, .priority = r->priority};
	struct clock c = clock_promise(x->a, x->w->policy, &shape, f->received_at);
	struct event ev;

	event_init(&ev, EVENT_RECEIVED, f->received_at, o->actor);
	event_text(&ev, "channel", o->channel);
	event_text(&ev, "subject", f->subject);
	event_text(&ev, "requester", f->from.addr);
	event_text(&ev, "requester_name", f->from.name);
	event_text(&ev, "thread_id", f->message_id);
	event_text(&ev, "service", r->service);
	event_text(&ev, "area", r->area);
	event_num(&ev, "level", r->level);
	event_text(&ev, "priority", priority_name(r->priority));
	clock_details(&ev, &c);
	act_event(x, &ev);
}

static void link_with(struct act *x, const struct opening *o)
{
	struct event ev;

	if (!o->linked)
		return;
	x->linked = o->linked->t.number;
	event_init(&ev, EVENT_LINKED, x->w->now, "system");
	event_text(&ev, "with", x->linked);
	event_text(&ev, "why", o->linked_why);
	act_event(x, &ev);
}

/* Why no acknowledgement may leave, or NULL. */
static const char *unthanked(const struct act *x, const struct opening *o)
{
	const struct facts *f = o->f;

	if (o->no_ack)
		return o->no_ack;
	if (f->verdict == VERDICT_FAIL)
		return "la autenticación del remitente falló";
	if (f->from_count != 1)
		return "el mensaje no trae un remitente claro";
	if (!address_valid(f->from.addr) || policy_is_own(x->w->policy, f->from.addr))
		return "no hay una dirección a la cual escribir";
	return NULL;
}

static void acknowledge(struct act *x, const struct opening *o)
{
	const char *why = unthanked(x, o);
	struct plan_mail *m;
	struct event ev;

	if (why) {
		event_init(&ev, EVENT_CANCELLED, x->w->now, "system");
		event_text(&ev, "mail", mail_purpose_name(MAIL_ACKNOWLEDGEMENT));
		event_text(&ev, "why", why);
		act_event(x, &ev);
		return;
	}
	m = notify_requester_automatic(x, MAIL_ACKNOWLEDGEMENT);
	if (!m)
		return;
	plan_var(m, "within", clock_within(x->a, x->w->policy, act_ticket(x)));
	m->acknowledges = true;
}

static const char *more(struct arena *a, const char *note, const char *line)
{
	return line[0] ? arena_printf(a, "%s%s%s", note, note[0] ? "\n" : "", line) : note;
}

/* What staff should know beside the words. */
static const char *note_of(struct act *x, const struct opening *o, const struct routing *r,
			   const struct assigned *to)
{
	const struct address *author = &o->f->forwarded_from;
	const char *note = "", *people;

	if (author->addr[0])
		note = arena_printf(x->a, "Reenvía un mensaje de %s.",
				    author->name[0] ? author->name : author->addr);
	note = more(x->a, note, o->linked_why);
	if (o->f->from_count != 1)
		note = more(x->a, note,
			    "El mensaje no trae un remitente claro; no se envió acuse.");
	if (o->f->headers_only)
		note = more(x->a, note,
			    "El mensaje es demasiado grande: el cuerpo quedó en el servidor "
			    "de correo.");
	if (to->staff)
		return note;
	note = more(x->a, note, arena_printf(x->a, "Está por asignar: %s.", to->why));
	people = assign_people(x->a, x->w, r);
	if (people[0])
		note = more(x->a, note, arena_printf(x->a, "Pueden atenderlo:\n%s", people));
	return note;
}

static const char *whole_text(struct arena *a, const struct facts *f)
{
	return slice_dup(a, slice_trim(slice_of(f->text)));
}

static void hand_out(struct act *x, const struct opening *o, const struct routing *r)
{
	struct assigned to = assign_choose(x->a, x->w, r);
	const char *note = note_of(x, o, r, &to);
	struct staff_list l;
	struct event ev;

	if (to.staff) {
		event_init(&ev, EVENT_ASSIGNED, x->w->now, "system");
		event_text(&ev, "assignee", to.staff->id);
		event_text(&ev, "why", to.why);
		act_event(x, &ev);
	}
	l = staff_in_charge(x);
	for (size_t i = 0; i < l.n; i++) {
		struct plan_mail *m = notify_staff(x, MAIL_ASSIGNMENT, l.list[i], AUDIENCE_RELAY);

		notify_words(x, m, whole_text(x->a, o->f));
		plan_var(m, "note", note);
		plan_var(m, "linked", x->linked);
		plan_var(m, "auth_failed", o->f->verdict == VERDICT_FAIL ? "1" : "");
	}
}

struct plan *open_case(struct arena *a, const struct world *w, const struct opening *o)
{
	struct routing r = rule_route(a, w->policy, o->f);
	struct known_ticket none = {0};
	struct plan *p = plan_new(a);
	struct act x;

	ticket_init(&none.t);
	x = act_on(a, w, p, &none, o->f, NULL);
	x.k = NULL;
	p->fate = o->f->headers_only ? FATE_OVERSIZE : FATE_CASE;
	p->why.rules = r.trace;
	p->why.n_rules = r.n_trace;
	born(&x, o, &r);
	link_with(&x, o);
	act_limits(&x);
	act_message(&x, whole_text(a, o->f), false);
	act_join_copied(&x);
	acknowledge(&x, o);
	hand_out(&x, o, &r);
	return p;
}
