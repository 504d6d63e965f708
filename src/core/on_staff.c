#include "core/staff.h"

#include "core/budget.h"
#include "core/deed.h"
#include "core/notify.h"

#include <string.h>

static const char hint_relay[] = "Para escribirle al solicitante, responda el correo con el que "
				 "recibió el caso. Si no lo tiene, responda este con #tomar y le "
				 "llegará.";

static bool has_files(const struct facts *f)
{
	for (size_t i = 0; i < f->n_attachments; i++)
		if (!(f->attachments[i].flags & (ATT_INLINE | ATT_SIGNATURE)))
			return true;
	return false;
}

static struct plan *hold(struct arena *a, const struct world *w, const struct order *o,
			 const char *text, const char *why)
{
	struct held h = {text, why, "", "", "", AUDIENCE_NOTE};

	return held_plan(a, w, o, &h);
}

static struct plan *plain_reply(struct arena *a, const struct world *w, const struct order *o,
				const char *text)
{
	struct plan *p = plan_new(a);
	struct act x = act_on(a, w, p, o->k, o->f, o->who);
	const char *why;
	struct held h;

	p->fate = FATE_PART;
	if (answered_meanwhile(a, w, o, text, &h))
		return held_plan(a, w, o, &h);
	why = act_reply(&x, text);
	return why ? hold(a, w, o, text, why) : p;
}

/* Once a case, whoever writes into the void learns where to write. */
static struct plan *plain_note(struct arena *a, const struct world *w, const struct order *o,
			       const char *text)
{
	struct plan *p = plan_new(a);
	struct act x = act_on(a, w, p, o->k, o->f, o->who);
	struct plan_mail *m;
	struct event ev;

	p->fate = FATE_PART;
	event_init(&ev, EVENT_NOTE, w->now, o->who->id);
	if (!o->k->hinted)
		event_num(&ev, "hinted", 1);
	act_event(&x, &ev);
	act_message(&x, text, true);
	if (o->k->hinted)
		return p;
	m = notify_staff(&x, MAIL_TRANSCRIPT, o->who, AUDIENCE_NOTE);
	plan_var(m, "note", "Su respuesta quedó como nota interna.");
	plan_var(m, "hint", hint_relay);
	return p;
}

static struct plan *bad_commands(struct arena *a, const struct world *w, const struct order *o,
				 const struct commands *c)
{
	struct held h = {
		.text = c->message,
		.why = c->why,
		.bad_line = c->bad_line,
		.meant = c->meant,
		.hint = "Corrija y responda de nuevo con los comandos en las primeras líneas y el "
			"mensaje debajo.",
		.audience = o->audience,
	};

	return held_plan(a, w, o, &h);
}

/* A mail program may quote in a way that nobody recognised: what follows a first line of ours is
 * not the technician's. */
static const char *above_ours(struct arena *a, const char *words)
{
	struct slice text = slice_of(words);

	for (int au = 0; au < AUDIENCE_COUNT; au++) {
		struct slice line = slice_of(audience_told((enum audience)au));
		size_t at = line.n ? slice_find(text, line) : SIZE_MAX;

		while (at != SIZE_MAX && at > 0 && text.p[at - 1] != '\n')
			at--;
		text = slice_sub(text, 0, at);
	}
	return slice_dup(a, slice_trim(text));
}

/* A code of ours among the words: whoever reads it could write in the technician's name. */
static bool shows_code(const struct facts *f, const char *text)
{
	for (size_t i = 0; i < f->n_refs; i++)
		if (strstr(text, f->refs[i].code))
			return true;
	return false;
}

static struct plan *quotes_us(struct arena *a, const struct world *w, const struct order *o,
			      const char *text)
{
	struct held h = {
		.text = text,
		.why = "el texto trae parte del correo citado, con su código.",
		.bad_line = "",
		.meant = "",
		.hint = "Borre el texto citado, o escriba encima de él, y envíelo de nuevo.",
		.audience = o->audience};

	return held_plan(a, w, o, &h);
}

/* Only the technician's own words command; what they forward goes along with their message. */
static struct commands own_commands(struct arena *a, const struct facts *f)
{
	const char *own = facts_span_text(a, f, SPAN_NEW);
	const char *handed_on = facts_span_text(a, f, SPAN_FORWARDED);
	struct commands c = commands_read(a, above_ours(a, own));

	if (handed_on[0])
		c.message = above_ours(a, arena_printf(a, "%s\n\n%s", c.message, handed_on));
	return c;
}

struct plan *staff_mail(struct arena *a, const struct world *w, const struct order *o)
{
	const char *text = above_ours(a, facts_new_text(a, o->f));
	struct commands c = own_commands(a, o->f);

	if (shows_code(o->f, text))
		return quotes_us(a, w, o, text);
	if (c.state == COMMANDS_OK)
		return command_plan(a, w, o, &c);
	if (c.state != COMMANDS_NONE)
		return bad_commands(a, w, o, &c);
	if (text[0] == '\0' && !has_files(o->f))
		return hold(a, w, o, text, "el mensaje no traía texto nuevo ni adjuntos.");
	if (o->audience == AUDIENCE_RELAY)
		return plain_reply(a, w, o, text);
	return plain_note(a, w, o, text);
}

struct plan *staff_unproven(struct arena *a, const struct world *w, const struct order *o,
			    const struct trust *t)
{
	struct plan *p = plan_new(a);
	struct act x = act_on(a, w, p, o->k, o->f, o->who);
	const char *text = facts_new_text(a, o->f);
	struct plan_mail *m;

	p->fate = FATE_PART;
	held_note(&x, text, t->told);
	if (budget_refuses(w, o->who->email, 0))
		return p;
	m = notify_staff(&x, MAIL_CONFIRM, o->who, AUDIENCE_NOTE);
	plan_var(m, "held", text);
	plan_var(m, "why", t->told);
	plan_var(m, "hint",
		 "Si usted lo escribió: un comando se cumple si lo envía en respuesta a este "
		 "correo; un texto para el solicitante, en respuesta al correo con el que recibió "
		 "el caso. Si no fue usted, no tiene que hacer nada: quedó como nota interna.");
	return p;
}
