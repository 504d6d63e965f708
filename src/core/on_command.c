#include "core/staff.h"

#include "base/json.h"
#include "core/deed.h"
#include "core/notify.h"
#include "core/say.h"

#include <stdint.h>

enum { LINES_MAX = COMMANDS_MAX + 2, ANSWER_MAX = 256 * 1024 };

/* One set of commands while it is being done. */
struct run {
	struct act x;
	const struct order *o;
	const struct commands *c;
	const char *text; /* the message, while no command has taken it; "" then */
	const char *lines[LINES_MAX];
	size_t n;
	bool acted; /* something but a question */
};

static void done(struct run *r, const char *line)
{
	r->lines[r->n++] = line;
}

static bool has(const struct commands *c, enum verb v)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].verb == v)
			return true;
	return false;
}

/* --- the verbs: NULL when done, else why not --- */

/* Whoever has the case now, and no mail of it whose answer reaches the requester, gets one. */
static void needs_words(struct run *r)
{
	if (r->o->audience != AUDIENCE_RELAY)
		act_hand_over(&r->x, r->o->who, "");
}

static const char *do_take(struct run *r, const struct command *c)
{
	const char *why = act_take(&r->x);

	(void)c;
	if (why)
		return why;
	needs_words(r);
	done(r, "El caso queda a su nombre y en atención.");
	return NULL;
}

static const char *staff_names(struct arena *a, const struct policy *p)
{
	const char *list = "";

	for (size_t i = 0; i < p->n_staff; i++)
		list = arena_printf(a, "%s%s%s (%s)", list, i ? ", " : "", p->staff[i].name,
				    p->staff[i].id);
	return list;
}

static const char *do_assign(struct run *r, const struct command *c)
{
	const struct policy *p = r->x.w->policy;
	struct arena *a = r->x.a;
	const struct staff *to;
	size_t found = policy_find_staff(a, p, c->arg, &to);
	const char *why;

	if (found != 1)
		return arena_printf(a, "%s «%s». Las personas son: %s.",
				    found ? "hay varias personas que se llaman"
					  : "no hay nadie que se llame",
				    c->arg, staff_names(a, p));
	why = act_assign(&r->x, to);
	if (why)
		return why;
	if (to == r->o->who)
		needs_words(r);
	done(r, arena_printf(a, "El caso queda a nombre de %s.", to->name));
	return NULL;
}

static const char *do_note(struct run *r, const struct command *c)
{
	(void)c;
	if (has(r->c, VERB_RESOLVED))
		return "#nota y #resuelto no pueden ir en el mismo mensaje: el texto es de uno "
		       "solo.";
	if (r->text[0] == '\0')
		return "#nota necesita un texto.";
	act_note(&r->x, r->text);
	r->text = "";
	done(r, "El texto quedó como nota interna.");
	return NULL;
}

static const char *do_resolved(struct run *r, const struct command *c)
{
	const char *why = act_resolve(&r->x, r->text);

	(void)c;
	if (why)
		return why;
	r->text = "";
	done(r, "El caso queda solucionado; el solicitante recibe su informe y la encuesta.");
	return NULL;
}

static bool relays(const struct run *r)
{
	return r->o->audience == AUDIENCE_RELAY && r->text[0];
}

static const char *do_reopen(struct run *r, const struct command *c)
{
	const char *why = act_reopen(&r->x, !relays(r));

	(void)c;
	if (!why)
		done(r, "El caso vuelve a atención.");
	return why;
}

static const char *do_close(struct run *r, const struct command *c)
{
	int as = CLOSED_NOT;
	const char *why;

	close_reason(r->x.a, c->arg, &as);
	why = act_close(&r->x, (enum closed_as)as, has(r->c, VERB_NOTE) ? "" : r->text);
	if (why)
		return why;
	if (!has(r->c, VERB_NOTE))
		r->text = "";
	done(r, arena_printf(r->x.a, "El caso queda cerrado (%s); se le informa al solicitante.",
			     closed_as_label((enum closed_as)as)));
	return NULL;
}

static const char *moment_line(struct act *x, const char *lines, const char *what, int64_t at)
{
	if (!at)
		return lines;
	return arena_printf(x->a, "%s%s%s: %s", lines, lines[0] ? "\n" : "", what,
			    say_short(x->a, x->w->policy->zone, at));
}

static const char *history(struct act *x)
{
	const struct ticket *t = act_ticket(x);
	const char *lines = moment_line(x, "", "Recibido", t->opened_at);

	lines = moment_line(x, lines, "Primera respuesta", t->first_response_at);
	lines = moment_line(x, lines, "Última palabra del solicitante", t->wrote_at);
	lines = moment_line(x, lines, "Solucionado", t->resolved_at);
	lines = moment_line(x, lines, "Encuesta entregada al servidor", t->survey_sent_at);
	lines = moment_line(x, lines, "Cerrado", t->closed_at);
	if (t->reopened)
		lines = arena_printf(x->a, "%s\nVeces reabierto: %d", lines, t->reopened);
	return lines;
}

static void status_mail(struct act *x)
{
	const struct ticket *t = act_ticket(x);
	struct plan_mail *m = notify_staff(x, MAIL_STATUS, x->who, AUDIENCE_NOTE);

	plan_var(m, "history", history(x));
	plan_var(m, "text", x->k->last_request);
	plan_var(m, "closed_reason", closed_as_label(t->closed_as));
	if (t->score)
		plan_var(m, "score", arena_printf(x->a, "%d", t->score));
}

static const char *status_line(struct act *x)
{
	const struct ticket *t = act_ticket(x);
	const struct staff *s = policy_staff(x->w->policy, t->assignee);

	return arena_printf(x->a, "%s: %s%s%s\n%s", t->number, state_label(t->state),
			    t->assignee[0] ? ", a cargo de " : ", sin asignar",
			    s ? s->name : t->assignee, history(x));
}

static const char *do_status(struct run *r, const struct command *c)
{
	const struct known_ticket *k = r->o->k;
	struct act other = r->x;

	if (c->arg[0]) {
		k = snapshot_number(r->x.w->snap, c->arg);
		if (!k)
			return arena_printf(r->x.a, "no encuentro el caso %s.", c->arg);
	}
	if (k->t.id != r->o->k->t.id)
		other = act_on(r->x.a, r->x.w, r->x.p, k, r->o->f, r->o->who);
	if (r->o->f)
		status_mail(&other);
	done(r, status_line(&other));
	return NULL;
}

static const char *help_text(struct arena *a)
{
	const char *text = "";

	for (int v = 1; v < VERB_COUNT; v++) {
		const struct verb_row *row = verb_row((enum verb)v);

		text = arena_printf(a, "%s%s%s — %s", text, text[0] ? "\n" : "", row->usage,
				    row->help);
	}
	return text;
}

static const char *do_help(struct run *r, const struct command *c)
{
	const char *text = help_text(r->x.a);

	(void)c;
	if (r->o->f)
		plan_var(notify_staff(&r->x, MAIL_STATUS, r->o->who, AUDIENCE_NOTE), "help", text);
	done(r, text);
	return NULL;
}

static const char *do_silent(struct run *r, const struct command *c)
{
	(void)r;
	(void)c;
	return NULL;
}

static const struct {
	const char *(*run)(struct run *, const struct command *);
	bool asks; /* answered by a mail of its own: no transcript for it alone */
} does[VERB_COUNT] = {
	[VERB_TAKE] = {do_take, false},	    [VERB_ASSIGN] = {do_assign, false},
	[VERB_NOTE] = {do_note, false},	    [VERB_RESOLVED] = {do_resolved, false},
	[VERB_REOPEN] = {do_reopen, false}, [VERB_CLOSE] = {do_close, false},
	[VERB_STATUS] = {do_status, true},  [VERB_HELP] = {do_help, true},
	[VERB_SILENT] = {do_silent, true},
};

/* What no command took goes where the answered mail said that it would. */
static const char *send_text(struct run *r)
{
	const char *why;

	if (r->text[0] == '\0')
		return NULL;
	r->acted = true;
	if (r->o->audience != AUDIENCE_RELAY) {
		act_note(&r->x, r->text);
		done(r,
		     "El mensaje quedó como nota interna. Para escribirle al solicitante, responda "
		     "el correo con el que recibió el caso; si no lo tiene, #tomar lo trae.");
		return NULL;
	}
	why = act_reply(&r->x, r->text);
	if (!why)
		done(r, "El mensaje va para el solicitante.");
	return why;
}

static const char *run_all(struct run *r, const struct command **failed)
{
	const char *why;

	for (size_t i = 0; i < r->c->n; i++) {
		const struct command *c = &r->c->list[i];

		*failed = c;
		why = does[c->verb].run(r, c);
		if (why)
			return why;
		r->acted = r->acted || !does[c->verb].asks;
	}
	*failed = NULL;
	return send_text(r);
}

/* --- what the one who asked is told --- */

static const char *answer(struct arena *a, const char *key, const char *const *lines, size_t n)
{
	struct sbuf b = SBUF_INIT(ANSWER_MAX);
	struct json j = json_to(&b);
	const char *text;

	json_open(&j, NULL, '{');
	json_open(&j, key, '[');
	for (size_t i = 0; i < n; i++)
		json_str(&j, NULL, lines[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	text = sbuf_dup(a, &b);
	sbuf_free(&b);
	return text;
}

static const char *refusal(struct arena *a, const char *line, const char *why, const char *meant)
{
	struct sbuf b = SBUF_INIT(ANSWER_MAX);
	struct json j = json_to(&b);
	const char *text;

	json_open(&j, NULL, '{');
	json_str(&j, "refused", why);
	if (line[0])
		json_str(&j, "line", line);
	if (meant[0])
		json_str(&j, "meant", meant);
	json_close(&j, '}');
	text = sbuf_dup(a, &b);
	sbuf_free(&b);
	return text;
}

static void transcript(struct run *r)
{
	const char *text = "";
	struct plan_mail *m;

	for (size_t i = 0; i < r->n; i++)
		text = arena_printf(r->x.a, "%s%s%s", text, i ? "\n" : "", r->lines[i]);
	m = notify_staff(&r->x, MAIL_TRANSCRIPT, r->o->who, AUDIENCE_NOTE);
	plan_var(m, "transcript", text);
}

static struct plan *refused(struct arena *a, const struct world *w, const struct order *o,
			    const struct held *h)
{
	struct plan *p;

	if (o->f)
		return held_plan(a, w, o, h);
	p = plan_new(a);
	p->refused = true;
	p->answer = refusal(a, h->bad_line, h->why, h->meant);
	return p;
}

/* Does anything of this set reach the requester in words? */
static bool speaks_out(const struct order *o, const struct commands *c)
{
	if (c->message[0] == '\0' || has(c, VERB_NOTE))
		return false;
	return o->audience == AUDIENCE_RELAY || has(c, VERB_RESOLVED) || has(c, VERB_CLOSE);
}

static const char *all_text(struct arena *a, const struct facts *f, const char *message)
{
	return f ? facts_new_text(a, f) : message;
}

struct plan *command_plan(struct arena *a, const struct world *w, const struct order *o,
			  const struct commands *c)
{
	struct plan *p = plan_new(a), *no;
	struct run r = {
		.x = act_on(a, w, p, o->k, o->f, o->who), .o = o, .c = c, .text = c->message};
	const struct command *failed = NULL;
	struct held h;
	const char *why;

	if (speaks_out(o, c) && answered_meanwhile(a, w, o, all_text(a, o->f, c->message), &h))
		return refused(a, w, o, &h);
	why = run_all(&r, &failed);
	if (why) {
		h = (struct held){all_text(a, o->f, c->message),
				  why,
				  failed ? failed->line : "",
				  "",
				  "",
				  o->audience};
		no = refused(a, w, o, &h);
		no->denied = p->denied;
		return no;
	}
	p->fate = o->f ? FATE_PART : FATE_NONE;
	p->answer = answer(a, "done", r.lines, r.n);
	if (o->f && r.acted && !c->silent)
		transcript(&r);
	return p;
}

struct plan *on_command(struct arena *a, const struct world *w, const struct known_ticket *k,
			const struct staff *who, const char *text, const struct facts *f)
{
	struct order o = {.k = k, .f = f, .who = who, .audience = AUDIENCE_NOTE};
	struct commands c = commands_read(a, text);
	struct held h = {c.message, c.why, c.bad_line, c.meant, "", AUDIENCE_NOTE};

	if (c.state == COMMANDS_OK)
		return command_plan(a, w, &o, &c);
	if (c.state == COMMANDS_NONE) {
		h.why = "no hay ningún comando.";
		h.meant = "#ayuda";
	}
	return refused(a, w, &o, &h);
}
