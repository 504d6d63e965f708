#include "conf/file.h"
#include "conf/load.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct choice tls_choices[] = {
	{"implicit", TLS_IMPLICIT}, {"starttls", TLS_STARTTLS}, {"none", TLS_NONE}, {NULL, 0}};
const struct choice auth_choices[] = {
	{"password", AUTH_PASSWORD}, {"oauth2", AUTH_OAUTH2}, {NULL, 0}};

enum grant { GRANT_UNSAID, GRANT_REFRESH, GRANT_CLIENT };
static const struct choice grant_choices[] = {
	{"refresh_token", GRANT_REFRESH}, {"client_credentials", GRANT_CLIENT}, {NULL, 0}};

struct oauth_row {
	struct oauth2_conf o;
	int grant;
	const struct node *token_url, *secret, *refresh;
};

static const struct key oauth_keys[] = {
	{.name = "token_url",
	 .read = read_node,
	 .offset = offsetof(struct oauth_row, token_url),
	 .required = true},
	{.name = "client_id",
	 .read = read_str,
	 .offset = offsetof(struct oauth_row, o.client_id),
	 .otherwise = "",
	 .required = true,
	 .min = 1},
	{.name = "client_secret_file",
	 .read = read_node,
	 .offset = offsetof(struct oauth_row, secret)},
	{.name = "refresh_token_file",
	 .read = read_node,
	 .offset = offsetof(struct oauth_row, refresh)},
	{.name = "grant",
	 .read = read_choice,
	 .offset = offsetof(struct oauth_row, grant),
	 .choices = grant_choices},
	{.name = "scope",
	 .read = read_str,
	 .offset = offsetof(struct oauth_row, o.scope),
	 .otherwise = ""},
};

bool is_loopback(const char *host)
{
	struct in_addr v4;

	if (str_eq(host, "localhost") || str_eq(host, "::1"))
		return true;
	return inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
}

bool url_ok(struct load *l, const struct node *at, const char *url)
{
	bool https = strncmp(url, "https://", 8) == 0, http = strncmp(url, "http://", 7) == 0;
	const char *host = url + (https ? 8 : 7);
	size_t n;

	if ((!https && !http) || strpbrk(url, " <>\"\\@?#")) {
		tell(&l->r, at, DIAG_ERROR, "escriba por ejemplo https://soporte.entidad.gov.co",
		     "«%.80s» no es una dirección web", url);
		return false;
	}
	n = *host == '[' ? strcspn(host, "]") : strcspn(host, ":/");
	host = arena_strn(l->r.a, host + (*host == '['), n - (*host == '['));
	if (!*host || (http && !is_loopback(host))) {
		tell(&l->r, at, DIAG_ERROR, "use https://; http:// solo sirve en este mismo equipo",
		     "«%.80s» no está cifrada o no dice el equipo", url);
		return false;
	}
	return true;
}

void read_host(const struct reader *r, const struct key *k, const struct node *v, void *field)
{
	const struct key text = {.name = k->name, .min = 1, .max = 253};
	const char *host = NULL;

	read_str(r, &text, v, &host);
	if (!host)
		return;
	if (strpbrk(host, " /@\"[]<>,;")) {
		tell(r, v, DIAG_ERROR, "escriba solo el nombre o la IP: imap.entidad.gov.co",
		     "«%.60s» no es el nombre de un servidor", host);
		return;
	}
	*(const char **)field = host;
}

void check_secret(struct load *l, const struct node *at, const char *file)
{
	const char *secret;
	struct stat st;
	struct err e;

	if (!conf_secret(l->r.a, l->c, file, &secret, &e)) {
		tell(&l->r, at, DIAG_WARNING, "", "%s", e.text);
		return;
	}
	if (stat(file_path(l->r.a, l->c->dir, file), &st) == 0 && (st.st_mode & S_IROTH))
		tell(&l->r, at, DIAG_WARNING, "quíteles el permiso: chmod o= en ese archivo",
		     "otros usuarios de este equipo pueden leer «%.80s»", file);
}

static const char *secret_name(struct load *l, const struct node *at)
{
	static const struct key text = {.name = "", .min = 1};
	const char *file = "";

	if (!at)
		return "";
	read_str(&l->r, &text, at, &file);
	if (*file)
		check_secret(l, at, file);
	return file;
}

static void need(struct load *l, const struct node *at, const struct node *is_there,
		 const char *name, const char *why)
{
	if (!is_there)
		tell(&l->r, at, DIAG_ERROR, arena_printf(l->r.a, "añada «%s: …»", name),
		     "falta «%s»: %s", name, why);
}

static void load_oauth(struct load *l, struct server_conf *s, const struct node *at)
{
	struct oauth_row row = {0};
	static const struct key text = {.name = "", .min = 1};

	schema_read(&l->r, at, oauth_keys, COUNT(oauth_keys), &row);
	row.o.token_url = "";
	if (row.token_url)
		read_str(&l->r, &text, row.token_url, &row.o.token_url);
	if (*row.o.token_url)
		url_ok(l, row.token_url, row.o.token_url);
	if (row.grant == GRANT_UNSAID)
		row.grant = row.refresh ? GRANT_REFRESH : GRANT_CLIENT;
	row.o.grant = row.grant == GRANT_REFRESH ? "refresh_token" : "client_credentials";
	if (row.grant == GRANT_REFRESH)
		need(l, at, row.refresh, "refresh_token_file",
		     "con grant refresh_token hace falta");
	else
		need(l, at, row.secret, "client_secret_file",
		     "hace falta ese archivo, o refresh_token_file");
	row.o.client_secret_file = secret_name(l, row.secret);
	row.o.refresh_token_file = secret_name(l, row.refresh);
	s->oauth = row.o;
}

static void set_port(struct server_conf *s, bool imap)
{
	static const int ports[2][3] = {
		{[TLS_IMPLICIT] = 465, [TLS_STARTTLS] = 587, [TLS_NONE] = 25},
		{[TLS_IMPLICIT] = 993, [TLS_STARTTLS] = 143, [TLS_NONE] = 143}};

	if (!s->port)
		s->port = ports[imap][s->tls];
}

/* A server that waits for TLS and a client that waits for a greeting wait for each other. */
static void check_port(struct load *l, const struct server_conf *s, const struct node *at)
{
	static const struct {
		int port;
		enum tls_mode tls;
	} usual[] = {{993, TLS_IMPLICIT},
		     {465, TLS_IMPLICIT},
		     {143, TLS_STARTTLS},
		     {587, TLS_STARTTLS},
		     {25, TLS_STARTTLS}};

	for (size_t i = 0; i < COUNT(usual); i++)
		if (s->port == usual[i].port && s->tls != usual[i].tls && s->tls != TLS_NONE)
			tell(&l->r, node_get(at, "port"), DIAG_WARNING,
			     usual[i].tls == TLS_IMPLICIT
				     ? "escriba «tls: implicit», o el puerto de starttls"
				     : "escriba «tls: starttls», o el puerto de implicit",
			     "el puerto %d suele ser de %s", s->port,
			     usual[i].tls == TLS_IMPLICIT ? "implicit" : "starttls");
}

static void check_auth(struct load *l, struct server_row *row, const struct node *at)
{
	struct server_conf *s = &row->s;
	const struct node *password = node_get(at, "password_file");

	if (row->auth == AUTH_UNSAID)
		row->auth = row->oauth ? AUTH_OAUTH2 : AUTH_PASSWORD;
	s->oauth2 = row->auth == AUTH_OAUTH2;
	s->oauth = (struct oauth2_conf){"", "", "", "", "", ""};
	if (s->oauth2) {
		need(l, at, row->oauth, "oauth2", "con auth oauth2 hace falta este grupo");
		if (row->oauth)
			load_oauth(l, s, row->oauth);
	} else if (*s->user) {
		need(l, at, password, "password_file", "hace falta el archivo con la contraseña");
		if (*s->password_file)
			check_secret(l, password, s->password_file);
	} else if (password) {
		tell(&l->r, password, DIAG_WARNING, "añada «user: …», o quite esta línea",
		     "sin «user» esta contraseña no se usa");
	}
}

void load_server(struct load *l, struct server_row *row, const struct node *at, const char *own)
{
	static const struct key host = {.name = "host"};
	struct server_conf *s = &row->s;
	const struct node *file = node_get(at, "ca_file");

	s->host = "";
	if (row->host_at)
		read_host(&l->r, &host, row->host_at, &s->host);
	s->tls = (enum tls_mode)row->tls;
	if (s->tls == TLS_NONE && *s->host && !is_loopback(s->host))
		tell(&l->r, node_get(at, "tls"), DIAG_ERROR,
		     "use implicit o starttls; none solo sirve en este mismo equipo",
		     "sin cifrado, la contraseña viajaría a la vista hasta «%.60s»", s->host);
	if (s->port)
		check_port(l, s, at);
	set_port(s, own != NULL);
	if (own && !*s->user)
		s->user = own;
	if (*s->ca_file) {
		s->ca_file = file_path(l->r.a, l->c->dir, s->ca_file);
		if (access(s->ca_file, R_OK) != 0)
			tell(&l->r, file, DIAG_WARNING, "póngalo allí, en formato PEM",
			     "no se puede leer %.200s", s->ca_file);
	}
	check_auth(l, row, at);
}
