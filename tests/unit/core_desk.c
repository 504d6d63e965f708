#include "core_desk.h"

#include "core/clock.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct zone bogota = {.name = "America/Bogota", .first_offset = -5 * HOUR};
static const char *const domains[] = {"entidad.example"};
static const char *const addresses[] = {DESK};
static const char *const patterns[] = {"ST-{year}-{seq:6}", "MESA-{seq}"};
static const char *const only_phones[] = {"telefonia"};
static const struct service services[] = {
	{"general", "Soporte general", "", 1, ""},
	{"telefonia", "Telefonía IP", "incidencia", 1, ""},
	{"servidores", "Servidores", "incidencia", 2, ""},
};
static const char token_key[] = "0123456789abcdef0123456789abcdef";

void desk_open(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	d->a = arena_new();
	d->staff[0] = (struct staff){"ana", "Ana Ruiz", ANA, ROLE_TECHNICIAN, 1, true, NULL, 0};
	d->staff[1] =
		(struct staff){"benito", "Benito Peña", BENITO, ROLE_ENGINEER, 2, true, NULL, 0};
	d->staff[2] = (struct staff){"carmen", "Carmen Díaz", CARMEN, ROLE_COORDINATOR,
				     2,	       false,	      NULL,   0};
	d->staff[3] = (struct staff){
		"dora", "Dora Ruiz", "dora@entidad.example", ROLE_TECHNICIAN, 1, true, only_phones,
		1};
	d->policy = (struct policy){
		.entity = "Entidad de Ejemplo",
		.desk_name = "Mesa de ayuda",
		.zone = &bogota,
		.domains = domains,
		.n_domains = COUNT(domains),
		.addresses = addresses,
		.n_addresses = COUNT(addresses),
		.base_url = "",
		.number = patterns[0],
		.number_patterns = patterns,
		.n_number_patterns = COUNT(patterns),
		.response = {{.seconds = 12 * HOUR}, NULL, 75},
		.survey_close = {.days = 2},
		.reopen_within = {.days = 5},
		.late_vote_within = {.days = 30},
		.assign_auto = true,
		.attach_max = 1000,
		.staff = d->staff,
		.n_staff = COUNT(d->staff),
		.services = services,
		.n_services = COUNT(services),
		.default_service = "general",
		.default_area = "",
		.default_level = 1,
		.default_priority = PRIORITY_MEDIUM,
		.data_line = "",
		.hash = "",
	};
	d->snap = (struct snapshot){
		.tickets = d->tickets,
		.outgoing = d->outgoing,
		.incoming = d->incoming,
		.loads = d->loads,
		.spent = d->spent,
		.token_key = token_key,
		.token_key_len = 32,
		.raw = 7,
	};
	d->w = (struct world){&d->policy, &d->snap, NOW};
	facts_init(&d->f);
}

void desk_close(struct desk *d)
{
	arena_free(&d->a);
}

void desk_apply(struct desk *d, size_t i, const struct event *ev)
{
	struct err e;

	if (!ticket_apply(d->a, &d->tickets[i].t, ev, &e))
		fail_msg("%s", e.text);
}

void desk_event(struct desk *d, enum event_type t, int64_t at, const char *actor)
{
	struct event ev;

	event_init(&ev, t, at, actor);
	if (t == EVENT_TAKEN || t == EVENT_ASSIGNED)
		event_text(&ev, "assignee", "ana");
	if (t == EVENT_CLOSED)
		event_text(&ev, "closed_as", "unevaluated");
	desk_apply(d, 0, &ev);
}

static void born(struct desk *d)
{
	struct known_ticket *k = &d->tickets[0];
	struct event ev;
	struct clock c;

	ticket_init(&k->t);
	k->t.id = 1;
	k->t.number = NUMBER;
	k->last_from_requester_id = "pide@entidad.example";
	k->last_request = "La impresora no imprime.";
	k->replied_by = "";
	d->snap.n_tickets = 1;
	event_init(&ev, EVENT_RECEIVED, NOW - 2 * HOUR, "requester");
	event_text(&ev, "channel", "email");
	event_text(&ev, "subject", "Impresora");
	event_text(&ev, "requester", PEDRO);
	event_text(&ev, "requester_name", "Pedro Gómez");
	event_text(&ev, "service", "general");
	event_num(&ev, "level", 1);
	c = clock_promise(d->a, &d->policy, &k->t, NOW - 2 * HOUR);
	clock_details(&ev, &c);
	desk_apply(d, 0, &ev);
	desk_event(d, EVENT_ASSIGNED, NOW - 2 * HOUR, "system");
}

void desk_case(struct desk *d, enum state s)
{
	struct event ev;

	born(d);
	if (s == STATE_NEW)
		return;
	desk_event(d, EVENT_TAKEN, NOW - 2 * HOUR, "ana");
	if (s == STATE_RESOLVED || s == STATE_CLOSED) {
		desk_event(d, EVENT_RESOLVED, NOW - HOUR, "ana");
		desk_event(d, EVENT_RESPONDED, NOW - HOUR, "system");
		event_init(&ev, EVENT_SURVEYED, NOW - HOUR, "system");
		event_num(&ev, "survey_close_at", NOW + 47 * HOUR);
		desk_apply(d, 0, &ev);
	}
	if (s == STATE_CLOSED)
		desk_event(d, EVENT_CLOSED, NOW - HOUR / 2, "system");
	d->tickets[0].t.state = s; /* waiting, external and verifying have no event yet */
}

void desk_mail(struct desk *d, const char *from, const char *subject, const char *text)
{
	struct facts *f = &d->f;

	facts_init(f);
	f->from = (struct address){from, str_eq(from, PEDRO) ? "Pedro Gómez" : ""};
	f->from_count = 1;
	f->to = d->to;
	f->cc = d->cc;
	d->to[0] = (struct address){DESK, ""};
	f->n_to = 1;
	f->message_id = "este@correo.example";
	f->subject = subject;
	f->text = text;
	d->span[0] = (struct span){SPAN_NEW, 0, (uint32_t)strlen(text)};
	f->spans = d->span;
	f->n_spans = 1;
	f->received_at = NOW - 60;
	f->attachments = d->attachments;
}

void desk_answers(struct desk *d, const char *message_id)
{
	struct facts *f = &d->f;
	uint32_t n = (uint32_t)strlen(f->text);

	f->kind = KIND_REPLY;
	f->in_reply_to = message_id;
	f->text = arena_printf(d->a, "%s\n> lo citado\n", f->text);
	d->span[1] = (struct span){SPAN_QUOTED, n, (uint32_t)strlen(f->text) - n};
	f->n_spans = 2;
}

struct outgoing *desk_sent(struct desk *d, const char *id, const char *to, enum audience audience,
			   enum mail_purpose purpose)
{
	struct outgoing *o = &d->outgoing[d->snap.n_outgoing++];

	*o = (struct outgoing){.id = 100 + (int64_t)d->snap.n_outgoing,
			       .ticket = 1,
			       .message_id = id,
			       .to = to,
			       .audience = audience,
			       .purpose = purpose,
			       .round = d->tickets[0].t.round,
			       .created_at = NOW - HOUR,
			       .answers = purpose == MAIL_RELAY_OUT || purpose == MAIL_SURVEY,
			       .surveys = purpose == MAIL_SURVEY};
	return o;
}

void desk_got(struct desk *d, const char *id, const char *from)
{
	d->incoming[d->snap.n_incoming++] = (struct incoming){id, 1, from};
}

void desk_ref(struct desk *d, const char *addr, enum audience audience)
{
	char *code = arena_alloc(d->a, REF_CODE_LEN + 1);
	struct ref *r = arena_array(d->a, d->f.n_refs + 1, sizeof(*r));

	if (d->f.n_refs)
		memcpy(r, d->f.refs, d->f.n_refs * sizeof(*r));
	trust_ref(token_key, 32, NUMBER, addr, audience, code);
	r[d->f.n_refs] = (struct ref){NUMBER, code};
	d->f.refs = r;
	d->f.n_refs++;
}

struct spent *desk_spent(struct desk *d, enum budget_kind kind, const char *addr, bool known,
			 int64_t free_at)
{
	struct spent *s = &d->spent[d->snap.n_spent++];

	d->policy.budgets[kind] = (struct budget){10, DAY_SECONDS};
	*s = (struct spent){.to = addr, .ticket = known ? 1 : 0};
	s->free_at[kind] = free_at;
	return s;
}

void desk_attach(struct desk *d, const char *name, int64_t size, unsigned flags)
{
	d->attachments[d->f.n_attachments] =
		(struct attachment){.name = name,
				    .type = "application/pdf",
				    .encoding = "base64",
				    .offset = 1000 * (int64_t)(d->f.n_attachments + 1),
				    .len = size,
				    .size = size,
				    .flags = flags};
	d->f.n_attachments++;
}

/* --- a plan in one line --- */

static const char *local(struct arena *a, const char *addr)
{
	struct slice s = slice_of(addr);

	return slice_dup(a, slice_sub(s, 0, slice_chr(s, '@')));
}

static const char *mail_says(struct desk *d, const struct plan_mail *m)
{
	return arena_printf(d->a, "%s>%s%s%s%s%s%s", mail_purpose_name(m->purpose),
			    local(d->a, m->to.addr), m->audience == AUDIENCE_REQUESTER ? "" : "/",
			    m->audience == AUDIENCE_REQUESTER ? "" : audience_name(m->audience),
			    m->answers ? "!" : "", m->surveys ? "?" : "", m->automatic ? "" : "~");
}

const char *says(struct desk *d, const struct plan *p)
{
	const char *s = fate_name(p->fate);

	for (size_t i = 0; i < p->n_tickets; i++) {
		s = arena_printf(d->a, "%s; %s:", s, state_name(p->tickets[i].after.state));
		for (size_t k = 0; k < p->tickets[i].n; k++)
			s = arena_printf(d->a, "%s %s", s,
					 event_name(p->tickets[i].events[k].type));
	}
	s = arena_printf(d->a, "%s;", s);
	for (size_t i = 0; i < p->n_mails; i++)
		s = arena_printf(d->a, "%s %s", s, mail_says(d, &p->mails[i]));
	return s;
}

const char *var_of(const struct plan *p, size_t mail, const char *name)
{
	assert_true(mail < p->n_mails);
	for (size_t i = 0; i < p->mails[mail].n_vars; i++)
		if (str_eq(p->mails[mail].vars[i].name, name))
			return p->mails[mail].vars[i].value;
	return "";
}

/* An ordinary exit, so that coverage is written; what f held must stay reachable. */
static void on_abort(int sig)
{
	exit(sig);
}

bool desk_aborts(void (*f)(void))
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, on_abort);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == SIGABRT;
}

const char *detail_of(const struct plan *p, enum event_type t, const char *key)
{
	for (size_t i = 0; i < p->n_tickets; i++)
		for (size_t k = 0; k < p->tickets[i].n; k++) {
			const struct detail *x =
				p->tickets[i].events[k].type == t
					? event_detail(&p->tickets[i].events[k], key)
					: NULL;

			if (x)
				return x->text;
		}
	return "";
}
