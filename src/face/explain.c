#include "face/explain.h"

#include "core/say.h"
#include "core/thread.h"
#include "face/history.h"

#include <string.h>

enum { KEY_WIDTH = 14, TEXT_LINES = 12 };

#define PAD "                  " /* two blanks, a key, two blanks */

struct shown {
	struct sbuf *out;
	const struct terminal *to;
	struct arena *a;
	const struct explain *m;
};

/* A value of several lines stands below itself. */
static void row(const struct shown *s, const char *key, const char *value)
{
	struct sbuf b = SBUF_INIT(s->out->max);

	if (str_empty(value))
		return;
	terminal_text(&b, s->to, PAD, value);
	sbuf_cstr(s->out, "  ");
	terminal_cell(s->out, s->to, PAINT_QUIET, key, KEY_WIDTH, false);
	sbuf_cstr(s->out, "  ");
	if (b.n > sizeof(PAD) - 1)
		sbuf_put(s->out, b.p + sizeof(PAD) - 1, b.n - (sizeof(PAD) - 1));
	sbuf_free(&b);
}

static const char *who(const struct shown *s, const struct address *who)
{
	return str_empty(who->name) || str_empty(who->addr)
		       ? arena_printf(s->a, "%s%s", who->name, who->addr)
		       : arena_printf(s->a, "%s <%s>", who->name, who->addr);
}

/* --- what it says --- */

static const char *kind_of(const struct shown *s)
{
	static const char *const names[KIND_COUNT] = {
		[KIND_NEW] = "un correo nuevo",
		[KIND_REPLY] = "una respuesta",
		[KIND_AUTO_REPLY] = "un correo automático",
		[KIND_BOUNCE] = "un aviso de que un correo no se entregó",
		[KIND_LIST] = "un correo de lista",
		[KIND_CALENDAR] = "una invitación",
		[KIND_MALFORMED] = "ilegible",
	};
	const struct facts *f = s->m->f;

	return str_empty(f->auto_reason)
		       ? names[f->kind]
		       : arena_printf(s->a, "%s (%s)", names[f->kind], f->auto_reason);
}

static const char *lines_of(const struct shown *s, enum span_kind kind, const char *what)
{
	struct slice text = slice_of(facts_span_text(s->a, s->m->f, kind)), line;
	size_t n = 0;

	while (slice_line(&text, &line))
		n++;
	return n == 0 ? "" : arena_printf(s->a, "%zu %s%s", n, n == 1 ? "línea" : "líneas", what);
}

static const char *head_of(const struct shown *s, const char *text)
{
	struct slice rest = slice_of(text), line;
	size_t n = 0;

	while (n < TEXT_LINES && slice_line(&rest, &line))
		n++;
	return rest.n == 0 ? text : arena_printf(s->a, "%.*s…", (int)(rest.p - text), text);
}

static void put_text(const struct shown *s)
{
	const char *quoted = lines_of(s, SPAN_QUOTED, " de correos anteriores");
	const char *signature = lines_of(s, SPAN_SIGNATURE, " de firma y avisos");

	row(s, "Texto nuevo", head_of(s, facts_span_text(s->a, s->m->f, SPAN_NEW)));
	row(s, "Reenviado", head_of(s, facts_span_text(s->a, s->m->f, SPAN_FORWARDED)));
	if (!str_empty(s->m->f->forwarded_from.addr))
		row(s, "De quién es", who(s, &s->m->f->forwarded_from));
	row(s, "Aparte", quoted);
	row(s, str_empty(quoted) ? "Aparte" : "", signature);
}

static const char *marks_of(struct arena *a, unsigned flags)
{
	static const struct {
		enum attachment_flag flag;
		const char *name;
	} rows[] = {{ATT_INLINE, "dentro del texto"}, {ATT_CALENDAR, "invitación"},
		    {ATT_ENCRYPTED, "cifrado"},	      {ATT_SIGNATURE, "firma digital"},
		    {ATT_MESSAGE, "correo adjunto"},  {ATT_TNEF_PART, "de winmail.dat"}};
	const char *all = "";

	for (size_t i = 0; i < COUNT(rows); i++)
		if (flags & (unsigned)rows[i].flag)
			all = arena_printf(a, "%s, %s", all, rows[i].name);
	return all;
}

static void put_files(const struct shown *s)
{
	const struct facts *f = s->m->f;

	for (size_t i = 0; i < f->n_attachments; i++) {
		const struct attachment *t = &f->attachments[i];

		row(s, i ? "" : "Adjuntos",
		    arena_printf(s->a, "%s (%s, %s%s)", t->name, t->type,
				 history_size(s->a, t->size), marks_of(s->a, t->flags)));
	}
}

static void put_bounces(const struct shown *s)
{
	const struct facts *f = s->m->f;

	for (size_t i = 0; i < f->n_bounces; i++) {
		const struct bounce *b = &f->bounces[i];

		row(s, i ? "" : "No entregado",
		    arena_printf(s->a, "%s %s, %s: %s",
				 str_empty(b->recipient) ? "(sin destinatario)" : b->recipient,
				 b->status,
				 b->delayed	? "se sigue intentando"
				 : b->permanent ? "definitivo"
						: "temporal",
				 b->diagnostic));
	}
}

static void put_mail(const struct shown *s)
{
	static const char *const verdicts[] = {
		[VERDICT_NONE] = "",
		[VERDICT_PASS] = " · el servidor comprobó que es quien dice",
		[VERDICT_FAIL] = " · el servidor no pudo comprobar que sea quien dice"};
	const struct facts *f = s->m->f;

	row(s, "De", arena_printf(s->a, "%s%s", who(s, &f->from), verdicts[f->verdict]));
	row(s, "Asunto", str_empty(f->subject) ? "(sin asunto)" : f->subject);
	if (f->date)
		row(s, "Fecha", say_short(s->a, s->m->policy->zone, f->date));
	row(s, "Es", kind_of(s));
	put_text(s);
	for (size_t i = 0; i < f->n_commands; i++)
		row(s, i ? "" : "Comandos", f->commands[i].line);
	put_files(s);
	put_bounces(s);
	for (size_t i = 0; i < f->n_warnings; i++)
		row(s, i ? "" : "Avisos", f->warnings[i]);
}

/* --- what would become of it --- */

static const char *becomes(const struct shown *s)
{
	const struct explain *m = s->m;
	const struct why *why = &m->plan->why;

	switch (m->plan->fate) {
	case FATE_CASE:
	case FATE_OVERSIZE:
		return str_eq(why->thread, "linked") ? "abre un caso, relacionado con otro"
						     : "abre un caso";
	case FATE_PART:
		return arena_printf(s->a, "va al caso %s", why->number);
	case FATE_AUTOMATIC:
		return str_empty(why->number)
			       ? "se registra; no abre caso ni se responde"
			       : arena_printf(s->a, "se registra en el caso %s; no se responde",
					      why->number);
	case FATE_SPAM:
		return "se registra como correo no deseado";
	case FATE_NONE:
	case FATE_DUPLICATE:
	case FATE_BEFORE_START:
	case FATE_QUARANTINE:
	case FATE_COUNT:
		break;
	}
	return fate_name(m->plan->fate);
}

/* What deciding says beside the thread. */
static const char *because(const struct shown *s)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"automatic: ", "es automático: "},
		{"intake rule ", "lo dice la regla de entrada "},
		{"a bounce of our mail", "es el rechazo de un correo nuestro"},
		{"a bounce that names no mail of ours",
		 "es el rechazo de un correo que no es nuestro"},
	};
	const char *reason = s->m->plan->why.reason;

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].text);
		const char *rest = reason + n;

		if (strncmp(reason, rows[i].text, n) == 0)
			return *rest == '\0' ? rows[i].said
					     : arena_printf(s->a, "%s%s", rows[i].said, rest);
	}
	return thread_said(s->a, reason);
}

static const char *rules_of(const struct shown *s)
{
	const struct why *why = &s->m->plan->why;
	const char *all = "";

	for (size_t i = 0; i < why->n_rules; i++)
		if (why->rules[i].matched)
			all = arena_printf(s->a, "%s%s«%s» (%s)", all, all[0] ? ", " : "",
					   why->rules[i].name, why->rules[i].why);
	return all[0] || why->n_rules == 0 ? all : "ninguna coincide";
}

static void put_case(const struct shown *s, const struct ticket *t)
{
	const struct policy *p = s->m->policy;
	const struct service *service = policy_service(p, t->service);
	const struct staff *staff = policy_staff(p, t->assignee);
	const struct clock *k = &t->clocks[CLOCK_RESPONSE];

	row(s, "Servicio", service ? service->name : t->service);
	row(s, "Prioridad",
	    arena_printf(s->a, "%s · nivel %d", priority_label(t->priority), t->level));
	row(s, "Responsable", staff ? staff->name : "por asignar");
	if (k->due && !k->stopped)
		row(s, "Respuesta",
		    arena_printf(s->a, "a más tardar %s", say_short(s->a, p->zone, k->due)));
}

static void put_plan(const struct shown *s)
{
	const struct plan *p = s->m->plan;

	if (s->m->duplicate)
		row(s, "Ahora",
		    str_empty(s->m->duplicate_of)
			    ? "nada: ya está en el registro; si llegara por primera vez:"
			    : arena_printf(s->a,
					   "nada: ya está en el caso %s; si llegara por primera "
					   "vez:",
					   s->m->duplicate_of));
	row(s, "Qué pasa", becomes(s));
	row(s, "Por qué", because(s));
	row(s, "Reglas", rules_of(s));
	if (p->n_tickets)
		put_case(s, &p->tickets[0].after);
	for (size_t i = 0; i < p->n_mails; i++)
		row(s, i ? "" : "Correos",
		    arena_printf(s->a, "%s: %s", p->mails[i].to.addr, s->m->subjects[i]));
}

void explain_text(struct sbuf *out, const struct terminal *to, const struct explain *m)
{
	struct shown s = {.out = out, .to = to, .a = arena_new(), .m = m};

	terminal_heading(out, to, m->file);
	put_mail(&s);
	terminal_heading(out, to, "Qué haría mesad");
	put_plan(&s);
	arena_free(&s.a);
}
