#include "face/history_detail.h"

#include "core/plan.h"
#include "core/say.h"

/* What is worth telling of an event's details, and how. Keys that are not here are told as they
 * stand: nothing that happened is hidden, but for what only the machine needs. */
enum telling {
	TELL_TEXT,
	TELL_STAFF,
	TELL_SERVICE,
	TELL_PRIORITY,
	TELL_CLOSED,
	TELL_MOMENT,
	TELL_MAIL,
	TELL_SOLVED,
	TELL_POLICY,
	TELL_CHANNEL,
	TELL_WAY,
	TELL_NOT
};

static const struct {
	const char *key, *label;
	enum telling how;
} DETAILS[] = {
	{"address", "dirección", TELL_TEXT},
	{"area", "dependencia", TELL_TEXT},
	{"assignee", "responsable", TELL_STAFF},
	{"by", "quién", TELL_TEXT},
	{"channel", "canal", TELL_CHANNEL},
	{"closed_as", "motivo", TELL_CLOSED},
	{"comment", "comentario", TELL_TEXT},
	{"from", "de", TELL_TEXT},
	{"hinted", "", TELL_NOT},
	{"level", "nivel", TELL_TEXT},
	{"limit", "límite", TELL_TEXT},
	{"mail", "correo", TELL_MAIL},
	{"merged_into", "unido a", TELL_TEXT},
	{"number", "", TELL_NOT},
	{"new", "política nueva", TELL_TEXT},
	{"old", "política anterior", TELL_TEXT},
	{"outbox", "", TELL_NOT},
	{"priority", "prioridad", TELL_PRIORITY},
	{"requester", "solicitante", TELL_TEXT},
	{"requester_name", "nombre", TELL_TEXT},
	{"response_due", "responder antes de", TELL_MOMENT},
	{"response_mail", "", TELL_NOT},
	{"response_policy", "plazo", TELL_POLICY},
	{"response_started", "", TELL_NOT},
	{"response_warn_at", "", TELL_NOT},
	{"score", "calificación", TELL_TEXT},
	{"service", "servicio", TELL_SERVICE},
	{"solved", "solucionado", TELL_SOLVED},
	{"subject", "asunto", TELL_TEXT},
	{"subject_of_mail", "asunto del correo", TELL_TEXT},
	{"survey_close_at", "se cierra por sí solo", TELL_MOMENT},
	{"thread_id", "", TELL_NOT},
	{"to", "para", TELL_TEXT},
	{"way", "medio", TELL_WAY},
	{"why", "por qué", TELL_TEXT},
	{"with", "con", TELL_TEXT},
};

/* What each kind of mail is called. */
static const char *const MAILS[MAIL_PURPOSE_COUNT] = {
	[MAIL_ACKNOWLEDGEMENT] = "acuse de recibo",
	[MAIL_ASSIGNMENT] = "asignación",
	[MAIL_RELAY_IN] = "mensaje del solicitante",
	[MAIL_RELAY_OUT] = "respuesta al solicitante",
	[MAIL_SURVEY] = "solución y encuesta",
	[MAIL_WARNING] = "aviso de vencimiento",
	[MAIL_BREACH] = "plazo vencido",
	[MAIL_CLOSED] = "cierre",
	[MAIL_REOPENED] = "caso reabierto",
	[MAIL_TRANSCRIPT] = "respuesta a comandos",
	[MAIL_STATUS] = "consulta",
	[MAIL_VOTE] = "calificación",
	[MAIL_FAILED] = "correo no entregado",
	[MAIL_ALERT] = "aviso",
	[MAIL_CONFIRM] = "confirmación",
	[MAIL_DIGEST] = "resumen",
};

static const char *staff_called(const struct policy *p, const char *id)
{
	const struct staff *s = policy_staff(p, id);

	return s ? s->name : *id ? id : "por asignar";
}

static const char *service_called(const struct policy *p, const char *id)
{
	const struct service *s = policy_service(p, id);

	return s ? s->name : id;
}

static const char *mail_called(const char *name)
{
	for (int i = 0; i < MAIL_PURPOSE_COUNT; i++)
		if (str_eq(mail_purpose_name((enum mail_purpose)i), name))
			return MAILS[i];
	return name;
}

static const char *closed_called(const char *name)
{
	for (int i = 0; i < CLOSED_AS_COUNT; i++)
		if (str_eq(closed_as_name((enum closed_as)i), name))
			return closed_as_label((enum closed_as)i);
	return name;
}

struct called {
	const char *name, *label;
};

static const char *word(const struct called *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].name, name))
			return list[i].label;
	return name;
}

const char *history_channel(const char *name)
{
	static const struct called list[] = {{"email", "correo electrónico"},
					     {"web", "formulario web"},
					     {"plan", "plan de mantenimiento"},
					     {"telefono", "teléfono"},
					     {"phone", "teléfono"},
					     {"presencial", "en persona"},
					     {"in_person", "en persona"},
					     {"chat", "chat"}};

	for (size_t i = 0; i < COUNT(list); i++)
		if (str_eq(list[i].name, name))
			return list[i].label;
	return NULL;
}

static const char *channel_called(const char *name)
{
	const char *label = history_channel(name);

	return label ? label : name;
}

static const char *way_called(const char *name)
{
	static const struct called list[] = {{"link", "enlace de la encuesta"},
					     {"reply", "respuesta por correo"}};

	return word(list, COUNT(list), name);
}

/* --- «12h always 75%», as core/clock writes a policy --- */

static bool duration_read(struct slice s, struct duration *out)
{
	uint64_t n;
	char unit = s.n ? s.p[s.n - 1] : '\0';

	*out = (struct duration){0};
	if (!slice_u64(slice_sub(s, 0, s.n ? s.n - 1 : 0), &n) || n > INT32_MAX)
		return false;
	switch (unit) {
	case 'd':
		out->days = (int32_t)n;
		return true;
	case 'h':
		out->seconds = (int64_t)n * 3600;
		return true;
	case 'm':
		out->seconds = (int64_t)n * 60;
		return true;
	case 's':
		out->seconds = (int64_t)n;
		return true;
	default:
		return false;
	}
}

static const char *policy_called(struct arena *a, const char *text)
{
	struct slice rest = slice_of(text), within, calendar;
	struct duration d;
	const char *said;
	uint64_t warn;
	bool always;

	if (!slice_next(&rest, ' ', &within) || !slice_next(&rest, ' ', &calendar) ||
	    !duration_read(within, &d) || rest.n < 2 ||
	    !slice_u64(slice_sub(rest, 0, rest.n - 1), &warn))
		return text;
	if (duration_zero(d))
		return "";
	always = slice_eq(calendar, SLICE("always"));
	said = arena_printf(a, "%s, %s", say_duration(a, d, !always),
			    always ? "a toda hora"
				   : arena_printf(a, "calendario «%s»", slice_dup(a, calendar)));
	return warn ? arena_printf(a, "%s; aviso al %d %%", said, (int)warn) : said;
}

static const char *told(struct arena *a, const struct policy *p, enum telling how,
			const struct flat_pair *pair)
{
	enum priority priority;

	switch (how) {
	case TELL_STAFF:
		return staff_called(p, pair->text);
	case TELL_SERVICE:
		return service_called(p, pair->text);
	case TELL_PRIORITY:
		return priority_read(pair->text, &priority) ? priority_label(priority) : pair->text;
	case TELL_CLOSED:
		return closed_called(pair->text);
	case TELL_MOMENT:
		return pair->number && pair->num > 0 ? say_short(a, p->zone, pair->num) : "";
	case TELL_MAIL:
		return mail_called(pair->text);
	case TELL_SOLVED:
		return str_eq(pair->text, "no") ? "no" : "sí";
	case TELL_POLICY:
		return policy_called(a, pair->text);
	case TELL_CHANNEL:
		return channel_called(pair->text);
	case TELL_WAY:
		return way_called(pair->text);
	case TELL_TEXT:
		return pair->text;
	case TELL_NOT:
		break;
	}
	return "";
}

const char *history_detail(struct arena *a, const struct policy *p, const struct flat_pair *pair)
{
	const char *label = pair->key, *value = pair->text;

	for (size_t i = 0; i < COUNT(DETAILS); i++)
		if (str_eq(DETAILS[i].key, pair->key)) {
			label = DETAILS[i].label;
			value = told(a, p, DETAILS[i].how, pair);
		}
	return *value ? arena_printf(a, "%s: %s", label, value) : "";
}
