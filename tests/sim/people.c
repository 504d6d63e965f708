/* people: who writes to the desk and what they do with its mail. They read nothing but the bytes
 * that they were sent, and answer as mail programs do: with headers and a quote, with a block of
 * labels, from a telephone that drops the headers. */
#include "sim.h"

#include "core/address.h"
#include "mail/read.h"

#include <string.h>

enum { BODY_BYTES = 1 << 18, REQUESTERS = 12 };

/* --- who --- */

static struct person *add(struct sim *s, enum role_of role, const char *name, const char *addr)
{
	struct person *p = &s->people[s->n_people++];

	*p = (struct person){.role = role, .name = name, .addr = addr};
	return p;
}

void people_open(struct sim *s)
{
	static const struct {
		enum role_of role;
		const char *name, *local;
	} around[] = {
		{AWAY, "Gloria Vega", "gloria.vega"}, {AWAY, "Tomás Gil", "tomas.gil"},
		{ROBOT, "Radicación", "radicacion"},  {GONE, "Julio Mora", "julio.mora"},
		{REFUSED, "Sara Paz", "sara.paz"},    {STRANGER, "Proveedor Uno", NULL},
	};

	for (size_t i = 0; i < s->policy->n_staff && s->n_people < SIM_PEOPLE / 3; i++) {
		const struct staff *st = &s->policy->staff[i];

		add(s, st->role == ROLE_COORDINATOR && !st->attends ? COORDINATOR : TECHNICIAN,
		    st->name, st->email)
			->staff = st;
	}
	for (size_t i = 0; i < COUNT(around); i++)
		add(s, around[i].role, around[i].name,
		    around[i].local
			    ? arena_printf(s->a, "%s@%s", around[i].local, s->policy->domains[0])
			    : "ventas@fuera.example");
	for (int i = 1; i <= REQUESTERS && s->n_people < SIM_PEOPLE; i++)
		add(s, REQUESTER, arena_printf(s->a, "Persona %d", i),
		    arena_printf(s->a, "persona%d@%s", i, s->policy->domains[0]));
}

struct person *people_find(struct sim *s, const char *addr)
{
	for (size_t i = 0; i < s->n_people; i++)
		if (address_same(s->people[i].addr, addr))
			return &s->people[i];
	return NULL;
}

static struct person *anyone(struct sim *s, enum role_of role)
{
	for (;;) {
		struct person *p = &s->people[chance_below(s, (uint32_t)s->n_people)];

		if (p->role == role)
			return p;
	}
}

/* --- writing --- */

/* What a mail of the desk's looked like to whoever got it. */
struct got {
	struct person *by;
	struct outbox_row row;
	const char *id, *subject, *text;
};

struct writing {
	const char *subject, *headers, *body;
};

static struct letter *post(struct sim *s, const struct person *from, const struct writing *w,
			   enum meant meant, const char *number, const char *why)
{
	struct sbuf b = SBUF_INIT(BODY_BYTES);
	struct slice rest = slice_of(w->body), line;
	struct letter *l;

	if (conf_get(s->conf)->verdict.authserv_id) /* as the server that takes it writes it */
		sbuf_printf(&b, "Authentication-Results: %s; dmarc=%s header.from=%s\r\n",
			    conf_get(s->conf)->verdict.authserv_id,
			    meant != MEANT_FORGED ? "pass"
			    : chance(s, 500)	  ? "fail"
						  : "none",
			    strchr(from->addr, '@') + 1);
	sbuf_printf(&b, "From: =?utf-8?q?");
	for (const char *c = from->name; *c; c++)
		sbuf_printf(&b, (*c & 0x80) || *c == ' ' ? "=%02X" : "%c", (unsigned char)*c);
	sbuf_printf(&b,
		    "?= <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMessage-ID: <%llu.%llu@de.%s>\r\n"
		    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: 8bit\r\n%s\r\n",
		    from->addr, s->policy->addresses[0], w->subject, (unsigned long long)s->seed,
		    (unsigned long long)chance_next(s), strchr(from->addr, '@') + 1, w->headers);
	while (slice_line(&rest, &line)) {
		sbuf_slice(&b, line);
		sbuf_cstr(&b, "\r\n");
	}
	l = server_put(s, sbuf_view(&b), from, meant, number, why);
	sbuf_free(&b);
	return l;
}

static void quote(struct sbuf *b, const char *text, const char *mark)
{
	struct slice rest = slice_of(text), line;

	while (slice_line(&rest, &line)) {
		sbuf_cstr(b, mark);
		sbuf_slice(b, line);
		sbuf_chr(b, '\n');
	}
}

/* words above what is answered, as one of four mail programs would have it. */
static struct letter *answer(struct sim *s, const struct got *g, const char *words,
			     enum meant meant, const char *why)
{
	const char *headers =
		arena_printf(s->a, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", g->id, g->id);
	struct sbuf b = SBUF_INIT(BODY_BYTES);
	struct writing w = {.headers = headers};
	struct letter *l;

	sbuf_printf(&b, "%s\n\n", words);
	switch (chance_below(s, 4)) {
	case 0:
		sbuf_printf(&b, "El lun, 5 oct 2026 a las 8:00, %s (<%s>) escribió:\n\n",
			    s->policy->desk_name, s->policy->addresses[0]);
		quote(&b, g->text, "> ");
		break;
	case 1:
		sbuf_printf(
			&b,
			"De: %s <%s>\nEnviado: lunes, 5 de octubre de 2026 8:00\nPara: %s <%s>\n"
			"Asunto: %s\n\n",
			s->policy->desk_name, s->policy->addresses[0], g->by->name, g->by->addr,
			g->subject);
		quote(&b, g->text, "");
		break;
	case 2: /* a telephone: the foot of the quote is all that it leaves */
		w.headers = "";
		sbuf_printf(&b,
			    "Enviado desde mi iPhone\n\nEl 5/10/2026, a las 8:00, %s <%s> "
			    "escribió:\n\n",
			    s->policy->desk_name, s->policy->addresses[0]);
		quote(&b, g->text, "> ");
		break;
	default:
		break;
	}
	w.body = b.p;
	w.subject = arena_printf(s->a, "Re: %s", "su caso");
	l = post(s, g->by, &w, meant, g->row.number, why);
	sbuf_free(&b);
	return l;
}

/* --- of themselves --- */

static void writes(struct sim *s, void *arg)
{
	static const char *const wishes[] = {"Buenos días, la impresora no imprime.",
					     "El correo no abre desde ayer.",
					     "Por favor publicar el documento en la página.",
					     "URGENTE: no hay internet en la oficina.",
					     "Necesito un computador para la reunión del viernes.",
					     "El teléfono no da tono.",
					     "No puedo entrar al sistema financiero.",
					     "Quisiera dar de baja un equipo."};
	struct person *p = arg;
	uint32_t n = chance_below(s, COUNT(wishes));
	struct writing w = {
		.subject = arena_printf(s->a, "Solicitud %llu", (unsigned long long)s->order),
		.headers = "",
		.body = arena_printf(s->a, "%s\n\n%s", wishes[n], p->name),
	};

	if (s->calm)
		return;
	post(s, p, &w, MEANT_CASE, "", "a new request");
	sim_at(s, s->now + chance_between(s, HOUR, 6 * DAY), writes, p);
}

/* Knows a number, and more than a number is not to be had of him. */
static void intrudes(struct sim *s, void *arg)
{
	struct person *p = arg, *as_staff = anyone(s, TECHNICIAN);
	const char *number = s->look ? sim_text(s,
						"select number from ticket where requester <> %Q "
						"order by opened_at desc limit 1",
						p->addr)
				     : "";
	const char *id = s->look ? sim_text(s,
					    "select message_id from mail where fate = 'case' and "
					    "ticket = (select id from ticket where number = %Q)",
					    number)
				 : "";
	struct writing w = {.headers = "", .body = "#resuelto Ya quedó.\n\nSaludos"};

	if (s->calm)
		return;
	w.subject = arena_printf(s->a, "Re: [%s] Solicitud", number);
	if (number[0] && chance(s, 500)) {
		if (chance(s, 500))
			w.headers = arena_printf(s->a, "In-Reply-To: <%s>\r\n", id);
		post(s, as_staff, &w, MEANT_FORGED, number, "in the name of a technician");
	} else if (number[0]) {
		w.body = "¿Cómo va ese caso?";
		post(s, p, &w, MEANT_CASE, number, "a stranger with a number");
	}
	sim_at(s, s->now + chance_between(s, 6 * HOUR, 2 * DAY), intrudes, p);
}

static void renumbers(struct sim *s, void *arg)
{
	(void)arg;
	if (s->calm)
		return;
	server_renumber(s);
	sim_at(s, s->now + chance_between(s, 5 * DAY, 40 * DAY), renumbers, NULL);
}

static void is_verified(struct sim *s, void *arg)
{
	(void)arg;
	if (s->calm)
		return;
	if (s->st)
		truth_verify(s);
	sim_at(s, s->now + 15 * DAY, is_verified, NULL);
}

void people_begin(struct sim *s)
{
	for (size_t i = 0; i < s->n_people; i++) {
		struct person *p = &s->people[i];

		if (!p->staff)
			sim_at(s, s->now + chance_between(s, 0, 3 * DAY),
			       p->role == STRANGER ? intrudes : writes, p);
	}
	sim_at(s, s->now + 9 * DAY, renumbers, NULL);
	sim_at(s, s->now + 15 * DAY, is_verified, NULL);
}

/* --- in answer --- */

static const char *any_of(struct sim *s, const char *const *list, size_t n)
{
	return list[chance_below(s, (uint32_t)n)];
}

#define ANY_OF(s, list) any_of((s), (list), COUNT(list))

static void technician(struct sim *s, const struct got *g)
{
	static const char *const acts[] = {
		"Buenos días, ya lo reviso.",
		"Buenos días, ya lo reviso.",
		"¿Me confirma la placa del equipo?",
		"#tomar\nBuenos días, voy para allá.",
		"#prioridad alta\nLo atiendo enseguida.",
		"#nota Falta el repuesto.",
		"#resuleto Listo.",
		"Saludos\n#resuelto",
		"#resuelto",
	};
	static const char *const ends[] = {
		"#resuelto Se cambió el cable y se probó con el usuario.",
		"#solucionado: Se reinstaló el controlador.",
		"#resuelto Quedó funcionando.\n#tiempo 45m",
	};
	const struct person *other = anyone(s, TECHNICIAN);

	if (chance(s, 60))
		return; /* too much to do */
	if (chance(s, 60) && other != g->by)
		answer(s, g, arena_printf(s->a, "#asignar %s", other->staff->id), MEANT_PART,
		       "gives it");
	else if (chance(s, 20))
		answer(s, g, "#cerrar no-soporte\nEsto es de otra área.", MEANT_PART, "closes it");
	else
		answer(s, g, chance(s, 500) ? ANY_OF(s, ends) : ANY_OF(s, acts), MEANT_PART,
		       "attends");
}

static void coordinator(struct sim *s, const struct got *g)
{
	answer(s, g, arena_printf(s->a, "#asignar %s", anyone(s, TECHNICIAN)->staff->id),
	       MEANT_PART, "gives it to somebody");
}

static void requester(struct sim *s, const struct got *g)
{
	static const char *const more[] = {"Es el equipo de la esquina, placa 4312.",
					   "Sigue igual, y ahora tampoco prende.",
					   "¿A qué hora vienen?"};
	static const char *const thanks[] = {"Muchas gracias.", "Ok, gracias por la ayuda",
					     "Listo, muchas gracias."};

	if (chance(s, 200))
		answer(s, g, ANY_OF(s, thanks), MEANT_PART, "thanks");
	else
		answer(s, g, ANY_OF(s, more), MEANT_PART, "more")->speaks = true;
}

/* The page behind the link. */
static void by_link(struct sim *s, const struct got *g)
{
	const char *url = arena_printf(s->a, "%s/e/", s->policy->base_url);
	struct slice text = slice_of(g->text), token;
	size_t at = slice_find(text, slice_of(url));
	struct arena *a = arena_new();
	enum vote_result result;
	size_t n = 0;
	struct err e;

	if (at == SIZE_MAX)
		sim_fail(s, "a survey without its link: %s", g->text);
	token = slice_sub(text, at + strlen(url), text.n);
	while (n < token.n && !strchr(" \r\n>", token.p[n]))
		n++;
	token.n = n;
	sim_tell(s, "%s votes by the link", g->by->addr);
	if (!engine_begin(s->en, &e) ||
	    engine_vote(s->en, a, token, (int)chance_below(s, 5) + 1, chance(s, 900), "Bien.",
			s->now, &result, &e) != 1 ||
	    !engine_commit(s->en, false, &e))
		sim_fail(s, "a vote by the link: %s", e.text);
	arena_free(&a);
	desk_wake(s, s->now);
}

static void surveyed(struct sim *s, const struct got *g)
{
	static const char *const votes[] = {"5", "4\nMuy amables.", "calificación: 3",
					    "1\nNo sirvió.", "5/5"};
	uint32_t n = chance_below(s, 100);

	if (n < 40)
		answer(s, g, ANY_OF(s, votes), MEANT_PART, "a vote")->speaks = true;
	else if (n < 50 && s->policy->base_url[0] && s->st && s->skew == 0)
		by_link(s, g);
	else if (n < 60)
		answer(s, g, "NO", MEANT_PART, "it is not solved")->speaks = true;
	else if (n < 75)
		requester(s, g);
}

static void reacts(struct sim *s, void *arg)
{
	const struct got *g = arg;

	switch (g->row.purpose) {
	case MAIL_ASSIGNMENT:
	case MAIL_RELAY_IN:
	case MAIL_REOPENED:
	case MAIL_WARNING:
	case MAIL_BREACH:
		if (g->by->role == TECHNICIAN)
			technician(s, g);
		else if (g->by->role == COORDINATOR && g->row.purpose == MAIL_ASSIGNMENT)
			coordinator(s, g);
		break;
	case MAIL_SURVEY:
		surveyed(s, g);
		break;
	case MAIL_ACKNOWLEDGEMENT:
	case MAIL_CLOSED:
		if (chance(s, 80))
			requester(s, g);
		break;
	case MAIL_RELAY_OUT:
		if (chance(s, 450))
			requester(s, g);
		break;
	case MAIL_TRANSCRIPT:
	case MAIL_STATUS:
	case MAIL_VOTE:
	case MAIL_FAILED:
	case MAIL_ALERT:
	case MAIL_CONFIRM:
	case MAIL_DIGEST:
	case MAIL_PURPOSE_COUNT:
		break;
	}
}

/* Her mailbox answers for her (RFC 3834). */
static void away(struct sim *s, const struct got *g)
{
	struct writing w = {
		.subject = "Respuesta automática: fuera de la oficina",
		.headers = arena_printf(
			s->a, "Auto-Submitted: auto-replied\r\nIn-Reply-To: <%s>\r\n", g->id),
		.body = "Estoy de vacaciones hasta el lunes.",
	};

	post(s, g->by, &w, MEANT_AUTO, g->row.number, "an answer of her mailbox");
}

static void robot(struct sim *s, const struct got *g)
{
	struct writing w = {
		.subject = arena_printf(s->a, "Radicado %d", ++g->by->replies),
		.headers = chance(s, 500) ? "" : arena_printf(s->a, "In-Reply-To: <%s>\r\n", g->id),
		.body = arena_printf(s->a, "Su mensaje quedó con el radicado %d.", g->by->replies),
	};

	if (!s->calm && chance(s, 500))
		post(s, g->by, &w, MEANT_ANY, "", "a robot's answer");
}

void people_get(struct sim *s, const struct outbox_row *row, struct slice wire)
{
	/* at once, within the hour, the same day, days later */
	static const int64_t most[] = {MINUTE, HOUR, HOUR, 9 * HOUR, 9 * HOUR, 20 * HOUR, 4 * DAY};
	struct person *p = people_find(s, row->to);
	struct got *g = arena_alloc(s->a, sizeof(*g));
	struct arena *a = arena_new();
	struct facts f;

	read_mail(a, wire, &f);
	*g = (struct got){.by = p, .row = *row};
	g->id = arena_str(s->a, f.message_id);
	g->subject = arena_str(s->a, f.subject);
	g->text = arena_str(s->a, f.text);
	arena_free(&a);
	if (!str_eq(g->id, row->message_id))
		sim_fail(s, "mail %lld came with the Message-ID %s", (long long)row->id, g->id);
	if (p->role == AWAY)
		away(s, g);
	else if (p->role == ROBOT)
		robot(s, g);
	else
		sim_at(s, s->now + chance_between(s, 5, most[chance_below(s, COUNT(most))]), reacts,
		       g);
}
