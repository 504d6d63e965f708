/* mesad.yaml: where things are. */
#include "base/text.h"
#include "conf/file.h"
#include "conf/load.h"
#include "conf/zone.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DAY = 86400 };

struct entity_row {
	const char *name;
	const struct node *timezone;
	int locale;
	struct strs domains;
};

struct web_row {
	const char *listen;
	const struct node *base_url;
};

struct trust_row {
	int commands;
	const char *authserv_id, *internal;
	bool topmost;
};

struct retry_row {
	int64_t first, most, expire;
};

struct places_row {
	struct entity_row entity;
	const char *state_dir;
	const struct node *mailboxes, *smtp, *web, *trust_at;
	struct trust_row trust;
	struct retry_row retry;
	int64_t message_max, idle_renew;
};

static const struct choice locales[] = {{"es-co", 0}, {"es_co", 0}, {NULL, 0}};
static const struct choice trust_choices[] = {
	{"token", TRUST_TOKEN}, {"token_and_dmarc", TRUST_TOKEN_AND_DMARC}, {NULL, 0}};

static const struct key entity_keys[] = {
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct entity_row, name),
	 .otherwise = "",
	 .min = 1,
	 .max = 200},
	{.name = "timezone", .read = read_node, .offset = offsetof(struct entity_row, timezone)},
	{.name = "locale",
	 .read = read_choice,
	 .offset = offsetof(struct entity_row, locale),
	 .choices = locales},
	{.name = "domains",
	 .read = read_strs,
	 .offset = offsetof(struct entity_row, domains),
	 .max = 253},
};

static const struct key web_keys[] = {
	{.name = "listen",
	 .read = read_str,
	 .offset = offsetof(struct web_row, listen),
	 .otherwise = "127.0.0.1:8025",
	 .min = 1,
	 .max = 80},
	{.name = "base_url",
	 .read = read_node,
	 .offset = offsetof(struct web_row, base_url),
	 .required = true},
};

static const struct key trust_keys[] = {
	{.name = "commands",
	 .read = read_choice,
	 .offset = offsetof(struct trust_row, commands),
	 .otherwise = "token",
	 .choices = trust_choices},
	{.name = "authserv_id",
	 .read = read_str,
	 .offset = offsetof(struct trust_row, authserv_id),
	 .max = 253},
	{.name = "topmost", .read = read_bool, .offset = offsetof(struct trust_row, topmost)},
	{.name = "internal",
	 .read = read_str,
	 .offset = offsetof(struct trust_row, internal),
	 .min = 3,
	 .max = 500},
};

static const struct key retry_keys[] = {
	{.name = "first",
	 .read = read_seconds,
	 .offset = offsetof(struct retry_row, first),
	 .otherwise = "5m",
	 .min = 1,
	 .max = DAY},
	{.name = "most",
	 .read = read_seconds,
	 .offset = offsetof(struct retry_row, most),
	 .otherwise = "4h",
	 .min = 1,
	 .max = 7 * DAY},
	{.name = "expire",
	 .read = read_seconds,
	 .offset = offsetof(struct retry_row, expire),
	 .otherwise = "3d",
	 .min = 1,
	 .max = 30 * DAY},
};

static const struct key places_keys[] = {
	{.name = "entity",
	 .read = read_map,
	 .offset = offsetof(struct places_row, entity),
	 .sub = entity_keys,
	 .n_sub = COUNT(entity_keys)},
	{.name = "state_dir",
	 .read = read_str,
	 .offset = offsetof(struct places_row, state_dir),
	 .min = 1},
	{.name = "mailboxes",
	 .read = read_node,
	 .offset = offsetof(struct places_row, mailboxes),
	 .required = true},
	{.name = "smtp", .read = read_node, .offset = offsetof(struct places_row, smtp)},
	{.name = "web", .read = read_node, .offset = offsetof(struct places_row, web)},
	{.name = "trust",
	 .read = read_map,
	 .offset = offsetof(struct places_row, trust),
	 .sub = trust_keys,
	 .n_sub = COUNT(trust_keys)},
	{.name = "retry",
	 .read = read_map,
	 .offset = offsetof(struct places_row, retry),
	 .sub = retry_keys,
	 .n_sub = COUNT(retry_keys)},
	{.name = "message_max",
	 .read = read_bytes,
	 .offset = offsetof(struct places_row, message_max),
	 .otherwise = "25MB",
	 .min = 64 << 10,
	 .max = 200 << 20},
	{.name = "idle_renew",
	 .read = read_seconds,
	 .offset = offsetof(struct places_row, idle_renew),
	 .otherwise = "9m",
	 .min = 1,
	 .max = 29 * 60},
};

/* --- the entity --------------------------------------------------------------------------- */

static void entity(struct load *l, const struct entity_row *row)
{
	static const struct key text = {.name = "timezone", .min = 1, .max = ZONE_NAME_MAX};
	const char *name = "America/Bogota";
	struct err e;

	if (row->timezone)
		read_str(&l->r, &text, row->timezone, &name);
	l->p->zone = zone_load(l->r.a, name, &e);
	if (!l->p->zone && row->timezone)
		tell(&l->r, row->timezone, DIAG_ERROR,
		     "escriba por ejemplo America/Bogota; los demás nombres vienen con el paquete "
		     "tzdata",
		     "«%.60s»: %s", name, e.text);
	if (!l->p->zone)
		l->p->zone = zone_built_in();
	l->p->entity = row->name;
	for (size_t i = 0; i < row->domains.n; i++) {
		if (strpbrk(row->domains.v[i], "@ /") || !strchr(row->domains.v[i], '.'))
			tell(&l->r, row->domains.at[i], DIAG_ERROR,
			     "escriba lo que va después de la arroba: entidad.gov.co",
			     "«%.60s» no es un dominio de correo", row->domains.v[i]);
		row->domains.v[i] = text_fold(l->r.a, slice_of(row->domains.v[i]));
	}
	l->p->domains = row->domains.v;
	l->p->n_domains = row->domains.n;
}

/* What was not said follows from the first mailbox. */
static void entity_from_address(struct load *l)
{
	char *domain;

	if (!l->p->n_addresses)
		return;
	domain = slice_dup(l->r.a, address_domain(l->p->addresses[0]));
	if (!l->p->n_domains) {
		l->p->domains = arena_copy(l->r.a, &domain, sizeof domain);
		l->p->n_domains = 1;
	}
	if (!*l->p->entity)
		l->p->entity = domain;
}

/* --- the rest ----------------------------------------------------------------------------- */

static void state_dir(struct load *l, const struct node *root, const char *said)
{
	const struct node *at = node_get(root, "state_dir");
	const char *env = getenv("STATE_DIRECTORY"), *dir = said;
	struct stat st;

	if (!dir && !str_empty(env))
		dir = arena_strn(l->r.a, env, strcspn(env, ":"));
	l->c->state_dir = file_path(l->r.a, l->c->dir, dir ? dir : "/var/lib/mesad");
	if (stat(l->c->state_dir, &st) != 0)
		tell(&l->r, at ? at : root, DIAG_WARNING, "mesad lo crea al arrancar si puede",
		     "todavía no existe %.200s", l->c->state_dir);
	else if (!S_ISDIR(st.st_mode))
		tell(&l->r, at ? at : root, DIAG_ERROR, "indique una carpeta",
		     "%.200s no es una carpeta", l->c->state_dir);
}

/* «127.0.0.1:8025», «[::1]:8025», «localhost:8025» */
static bool listen_read(struct load *l, const char *text)
{
	const char *colon = strrchr(text, ':');
	unsigned char ip[16];
	uint64_t port;
	char *host;
	size_t n;

	if (!colon || !slice_u64(slice_of(colon + 1), &port) || port < 1 || port > 65535)
		return false;
	n = (size_t)(colon - text);
	if (n > 2 && text[0] == '[' && text[n - 1] == ']')
		host = arena_strn(l->r.a, text + 1, n - 2);
	else
		host = arena_strn(l->r.a, text, n);
	if (str_eq(host, "localhost") || !*host)
		host = arena_str(l->r.a, "127.0.0.1");
	l->c->web_listen_host = host;
	l->c->web_port = (int)port;
	return inet_pton(strchr(host, ':') ? AF_INET6 : AF_INET, host, ip) == 1;
}

static void web(struct load *l, const struct node *at)
{
	static const struct key text = {.name = "base_url", .min = 1, .max = 200};
	const struct node *listen = node_get(at, "listen");
	struct web_row row = {0};
	const char *url = "";

	l->p->base_url = l->c->web_listen_host = "";
	if (!at || node_blank(at))
		return;
	schema_read(&l->r, at, web_keys, COUNT(web_keys), &row);
	l->c->has_web = true;
	if (!listen_read(l, row.listen))
		tell(&l->r, listen ? listen : at, DIAG_ERROR,
		     "escriba IP:puerto, como 127.0.0.1:8025",
		     "«%.60s» no dice en qué dirección escuchar", row.listen);
	else if (!is_loopback(l->c->web_listen_host))
		tell(&l->r, listen, DIAG_WARNING,
		     "escuche en 127.0.0.1 y ponga delante un servidor web con HTTPS",
		     "esta página quedará abierta a la red sin cifrado");
	if (row.base_url)
		read_str(&l->r, &text, row.base_url, &url);
	if (*url && url_ok(l, row.base_url, url)) {
		struct slice s = slice_of(url);

		while (slice_iends(s, "/"))
			s.n--;
		l->p->base_url = slice_dup(l->r.a, s);
	}
}

/* «Encabezado: valor», and neither of them empty: any mail may lack a value. */
static bool is_mark(struct slice s)
{
	size_t colon = slice_chr(s, ':');

	return colon != SIZE_MAX && slice_trim(slice_sub(s, 0, colon)).n &&
	       slice_trim(slice_sub(s, colon + 1, SIZE_MAX)).n;
}

static void trust(struct load *l, const struct node *root, const struct trust_row *row)
{
	const struct node *group = node_get(root, "trust");
	const struct node *at = group ? group : root;
	bool none = str_empty(row->authserv_id) && !row->topmost;

	l->p->trust_commands = (enum trust_commands)row->commands;
	l->c->verdict.authserv_id = str_empty(row->authserv_id) ? NULL : row->authserv_id;
	l->c->verdict.topmost = row->topmost;
	l->c->verdict.internal = row->internal;
	if (row->internal && !is_mark(slice_of(row->internal)))
		tell(&l->r, node_get(group, "internal"), DIAG_ERROR,
		     "escriba «Encabezado: valor», como lo pone su servidor",
		     "«%.60s» no es un encabezado con su valor", row->internal);
	if (row->commands == TRUST_TOKEN_AND_DMARC && none && !row->internal)
		tell(&l->r, at, DIAG_WARNING,
		     "diga authserv_id (el nombre con que su servidor firma "
		     "Authentication-Results), "
		     "topmost o internal",
		     "con token_and_dmarc y sin authserv_id ninguna orden por correo será "
		     "aceptada");
	else if (none && !row->authserv_id)
		tell(&l->r, at, DIAG_WARNING,
		     "mire Authentication-Results en un correo recibido y ponga aquí su primer "
		     "nombre; "
		     "si su servidor no lo escribe, ponga authserv_id: \"\"",
		     "no se ha dicho trust.authserv_id: no se sabrá si un remitente es falso");
	else if (!none && row->commands == TRUST_TOKEN)
		tell(&l->r, at, DIAG_WARNING,
		     "cuando vea que lo hace bien, ponga commands: token_and_dmarc",
		     "su servidor comprueba a los remitentes y trust.commands no lo aprovecha");
}

static void limits(struct load *l, const struct node *root, const struct places_row *row)
{
	const struct node *retry = node_get(root, "retry");

	l->c->message_max = row->message_max;
	l->c->idle_renew = row->idle_renew;
	l->c->retry_first = row->retry.first;
	l->c->retry_most = row->retry.most;
	l->c->expire = row->retry.expire;
	if (row->retry.most < row->retry.first)
		tell(&l->r, retry ? retry : root, DIAG_ERROR, "ponga en most un tiempo más largo",
		     "retry.most es más corto que retry.first");
}

void load_places(struct load *l, const struct node *root)
{
	struct places_row row = {0};

	schema_read(&l->r, root, places_keys, COUNT(places_keys), &row);
	entity(l, &row.entity);
	state_dir(l, root, row.state_dir);
	load_mailboxes(l, row.mailboxes);
	load_smtp(l, root, row.smtp);
	entity_from_address(l);
	web(l, row.web);
	trust(l, root, &row.trust);
	limits(l, root, &row);
}
