#include "base/text.h"
#include "conf/schema.h"
#include "core/address.h"
#include "core/policy.h"

#include <string.h>

enum { TEXT_DEFAULT_MAX = 998, ID_MAX = 40, LIST_MAX = 1000, TEN_YEARS = 3653 * 86400, SHOWN = 60 };

bool is_scalar(const struct reader *r, const struct node *v)
{
	if (v->kind != NODE_SCALAR) {
		tell(r, v, DIAG_ERROR, "escriba un solo valor",
		     v->kind == NODE_LIST ? "aquí se esperaba un valor, no una lista"
					  : "aquí se esperaba un valor, no un grupo de claves");
		return false;
	}
	if (node_blank(v)) {
		tell(r, v, DIAG_ERROR, "escríbalo, o quite la línea", "falta el valor de «%s»",
		     v->key ? v->key->text : "este elemento");
		return false;
	}
	return !v->told;
}

static bool length_ok(const struct reader *r, const struct key *k, const struct node *v)
{
	size_t n = strlen(v->text), max = k->max ? (size_t)k->max : TEXT_DEFAULT_MAX;

	if (n >= (size_t)k->min && n <= max)
		return true;
	tell(r, v, DIAG_ERROR, "",
	     n > max ? "este texto pasa de %zu bytes" : "este texto está vacío", max);
	return false;
}

static bool has_control(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20)
			return true;
	}
	return false;
}

void read_str(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	if (!is_scalar(r, v) || !length_ok(r, k, v))
		return;
	if (has_control(v->text)) {
		tell(r, v, DIAG_ERROR, "escríbalo en una sola línea",
		     "este texto tiene saltos de línea o caracteres de control");
		return;
	}
	*(const char **)field = v->text;
}

void read_id(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	(void)k;
	if (!is_scalar(r, v))
		return;
	if (!*v->text || strlen(v->text) > ID_MAX || strspn(v->text, letters) != strlen(v->text)) {
		tell(r, v, DIAG_ERROR, "use minúsculas sin tilde, números y guiones: sitio-web",
		     "«%.60s» no sirve como identificador", v->text);
		return;
	}
	*(const char **)field = v->text;
}

static char *lower_domain(struct arena *a, const char *addr)
{
	char *copy = arena_str(a, addr);

	for (char *p = strrchr(copy, '@'); p && *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	}
	return copy;
}

void read_any_address(const struct reader *r, const struct key *k, const struct node *v,
		      void *field)
{
	(void)k;
	if (!is_scalar(r, v))
		return;
	if (!address_valid(v->text)) {
		tell(r, v, DIAG_ERROR, "escriba solo la dirección: ana@entidad.gov.co",
		     "«%.*s» no es una dirección de correo", SHOWN, v->text);
		return;
	}
	*(const char **)field = lower_domain(r->a, v->text);
}

void read_address(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	const char *addr = NULL;

	read_any_address(r, k, v, &addr);
	if (!addr)
		return;
	if (!address_sendable(addr)) {
		tell(r, v, DIAG_ERROR, ADDRESS_UNSENDABLE_REMEDY, "a «%.*s» no llega el correo",
		     SHOWN, v->text);
		return;
	}
	*(const char **)field = addr;
}

void read_strs(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	struct strs *out = field;
	const struct node *one = v->kind == NODE_LIST ? v->first : v;
	const struct key item = {.read = read_str, .min = 1, .max = k->max};

	*out = (struct strs){0};
	if (node_blank(v))
		return;
	if (v->kind == NODE_LIST && v->count > LIST_MAX) {
		tell(r, v, DIAG_ERROR, "redúzcala", "la lista pasa de %d elementos", LIST_MAX);
		return;
	}
	out->v = arena_array(r->a, v->kind == NODE_LIST ? v->count : 1, sizeof *out->v);
	out->at = arena_array(r->a, v->kind == NODE_LIST ? v->count : 1, sizeof *out->at);
	for (; one; one = v->kind == NODE_LIST ? one->next : NULL) {
		const char *text = NULL;

		read_str(r, &item, one, &text);
		if (!text)
			continue;
		out->at[out->n] = one;
		out->v[out->n++] = text;
	}
}

void read_bool(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	static const char *const words[2][4] = {{"false", "no", "off", "n"},
						{"true", "si", "yes", "on"}};
	const char *folded;

	(void)k;
	if (!is_scalar(r, v))
		return;
	folded = text_fold(r->a, slice_of(v->text));
	for (size_t i = 0; i < 8; i++) {
		if (str_eq(words[i / 4][i % 4], folded)) {
			*(bool *)field = i >= 4;
			return;
		}
	}
	tell(r, v, DIAG_ERROR, "escriba true o false", "«%.*s» no es sí ni no", SHOWN, v->text);
}

static bool in_range(const struct reader *r, const struct key *k, const struct node *v, int64_t n,
		     const char *least, const char *most)
{
	if (n >= k->min && n <= k->max)
		return true;
	tell(r, v, DIAG_ERROR, arena_printf(r->a, "de %s a %s", least, most),
	     "«%.*s» está fuera de lo permitido", SHOWN, v->text);
	return false;
}

static const char *as_number(const struct reader *r, int64_t n)
{
	return arena_printf(r->a, "%lld", (long long)n);
}

void read_int(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	uint64_t n;

	if (!is_scalar(r, v))
		return;
	if (!slice_u64(slice_of(v->text), &n) || n > INT32_MAX) {
		tell(r, v, DIAG_ERROR,
		     arena_printf(r->a, "escriba un número de %lld a %lld", (long long)k->min,
				  (long long)k->max),
		     "«%.*s» no es un número entero", SHOWN, v->text);
		return;
	}
	if (in_range(r, k, v, (int64_t)n, as_number(r, k->min), as_number(r, k->max)))
		*(int *)field = (int)n;
}

/* --- durations ---------------------------------------------------------------------------- */

static size_t digits(struct slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

bool duration_read(struct slice s, struct duration *out)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = {1, 60, 3600, 0};
	struct duration d = {0};

	s = slice_trim(s);
	if (!s.n)
		return false;
	while (s.n) {
		size_t n = digits(s);
		const char *unit = n < s.n && s.p[n] ? strchr(units, s.p[n]) : NULL;
		uint64_t v;

		if (!unit || !slice_u64(slice_sub(s, 0, n), &v) || v > TEN_YEARS)
			return false;
		if (*unit == 'd')
			d.days += (int32_t)v;
		d.seconds += (int64_t)v * seconds[unit - units];
		if (d.days > TEN_YEARS / 86400 || d.seconds > TEN_YEARS)
			return false;
		s = slice_trim(slice_sub(s, n + 1, SIZE_MAX));
	}
	*out = d;
	return true;
}

static const char *as_time(const struct reader *r, int64_t s)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};

	for (size_t i = 0; i < COUNT(units); i++) {
		if (s >= units[i].seconds && s % units[i].seconds == 0)
			return arena_printf(r->a, "%lld%c", (long long)(s / units[i].seconds),
					    units[i].unit);
	}
	return "0s";
}

static bool time_value(const struct reader *r, const struct key *k, const struct node *v,
		       struct duration *d)
{
	if (!is_scalar(r, v))
		return false;
	if (!duration_read(slice_of(v->text), d)) {
		tell(r, v, DIAG_ERROR, "escriba un número y su unidad: 90s 45m 12h 2d",
		     "«%.*s» no es un tiempo", SHOWN, v->text);
		return false;
	}
	return in_range(r, k, v, d->seconds + (int64_t)d->days * 86400, as_time(r, k->min),
			as_time(r, k->max));
}

void read_seconds(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	struct duration d;

	if (time_value(r, k, v, &d))
		*(int64_t *)field = d.seconds + (int64_t)d.days * 86400;
}

void read_duration(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	struct duration d;

	if (time_value(r, k, v, &d))
		*(struct duration *)field = d;
}

bool date_read(struct slice s, int64_t *day)
{
	uint64_t y, m, d;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !slice_u64(slice_sub(s, 0, 4), &y) ||
	    !slice_u64(slice_sub(s, 5, 2), &m) || !slice_u64(slice_sub(s, 8, 2), &d))
		return false;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	*day = civil_day((int)y, (int)m, (int)d);
	/* The 31st of a month that has 30 would be the first of the next. */
	return d <= 28 || *day < civil_day((int)y + (m == 12), m == 12 ? 1 : (int)m + 1, 1);
}

/* --- the rest ----------------------------------------------------------------------------- */

void read_percent(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	struct slice s = slice_of(v->text);
	uint64_t n;

	if (!is_scalar(r, v))
		return;
	if (slice_ieqs(s, "no") || slice_ieqs(s, "none")) {
		*(int *)field = 0;
		return;
	}
	if (slice_iends(s, "%"))
		s.n--;
	if (!slice_u64(slice_trim(s), &n) || n > INT32_MAX) {
		tell(r, v, DIAG_ERROR, "escriba por ejemplo 75%", "«%.*s» no es un porcentaje",
		     SHOWN, v->text);
		return;
	}
	if (in_range(r, k, v, (int64_t)n, arena_printf(r->a, "%lld%%", (long long)k->min),
		     arena_printf(r->a, "%lld%%", (long long)k->max)))
		*(int *)field = (int)n;
}

static const char *as_bytes(const struct reader *r, int64_t n)
{
	if (n >= 1 << 20)
		return arena_printf(r->a, "%lldMB", (long long)(n >> 20));
	return arena_printf(r->a, "%lldKB", (long long)(n >> 10));
}

void read_bytes(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {{"b", 0},	{"kb", 10},  {"k", 10},	 {"kib", 10}, {"mb", 20},
		     {"m", 20}, {"mib", 20}, {"gb", 30}, {"g", 30},   {"gib", 30}};
	struct slice s = slice_of(v->text), unit;
	size_t n = digits(s);
	uint64_t value;

	if (!is_scalar(r, v))
		return;
	unit = slice_trim(slice_sub(s, n, SIZE_MAX));
	for (size_t i = 0; i < COUNT(units); i++) {
		if (!slice_ieqs(unit, units[i].unit) || !slice_u64(slice_sub(s, 0, n), &value) ||
		    value > UINT32_MAX)
			continue;
		if (in_range(r, k, v, (int64_t)(value << units[i].shift), as_bytes(r, k->min),
			     as_bytes(r, k->max)))
			*(int64_t *)field = (int64_t)(value << units[i].shift);
		return;
	}
	tell(r, v, DIAG_ERROR, "escriba un número y su unidad: 25MB", "«%.*s» no es un tamaño",
	     SHOWN, v->text);
}

void read_choice(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	const char *names[32], *folded;
	struct sbuf list = SBUF_INIT(300);
	size_t n = 0;

	if (!is_scalar(r, v))
		return;
	folded = text_fold(r->a, slice_of(v->text));
	for (const struct choice *c = k->choices; c->name; c++) {
		if (str_eq(c->name, folded)) {
			*(int *)field = c->value;
			sbuf_free(&list);
			return;
		}
		if (n < COUNT(names))
			names[n++] = c->name;
		sbuf_printf(&list, "%s%s", c == k->choices ? "escriba uno de: " : ", ", c->name);
	}
	tell(r, v, DIAG_ERROR, list.p, "«%.*s» no es un valor de «%s»%s", SHOWN, v->text, k->name,
	     did_you_mean(r, v->text, names, n));
	sbuf_free(&list);
}

void read_priority(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	enum priority p;

	(void)k;
	if (!is_scalar(r, v))
		return;
	if (priority_read(text_fold(r->a, slice_of(v->text)), &p))
		*(int *)field = (int)p;
	else
		tell(r, v, DIAG_ERROR, "escriba baja, media, alta o crítica",
		     "«%.*s» no es una prioridad", SHOWN, v->text);
}
