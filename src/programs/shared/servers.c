#include "programs/shared/servers.h"

#include "base/digest.h"
#include "io/sys.h"

static enum stream_tls tls_of(enum tls_mode m)
{
	switch (m) {
	case TLS_IMPLICIT:
		return STREAM_IMPLICIT;
	case TLS_STARTTLS:
		return STREAM_STARTTLS;
	case TLS_NONE:
		break;
	}
	return STREAM_PLAIN;
}

char *servers_token_path(struct arena *a, const struct mesad_conf *c, const struct server_conf *s)
{
	const char *first = s->oauth.refresh_token_file ? s->oauth.refresh_token_file : "";
	char *what = arena_printf(a, "%s %s %s %s", s->oauth.token_url, s->oauth.client_id, s->user,
				  first);
	struct sha256 h = sha256_of(what, slice_of(what).n);
	char name[17];

	hex_encode(h.b, 8, name);
	return arena_printf(a, "%s/token-%s", c->state_dir, name);
}

/* The token that was refreshed last, else the one that the administrator put there. */
static bool refresh_token(struct arena *a, const struct mesad_conf *c, const struct server_conf *s,
			  const char **out, struct err *e)
{
	if (conf_secret(a, c, servers_token_path(a, c, s), out, NULL))
		return true;
	return conf_secret(a, c, s->oauth.refresh_token_file, out, e);
}

static bool secrets(struct arena *a, const struct mesad_conf *c, const struct server_conf *s,
		    const char **password, struct oauth_conf *oauth, struct err *e)
{
	*password = "";
	*oauth = (struct oauth_conf){
		.token_url = s->oauth.token_url ? s->oauth.token_url : "",
		.client_id = s->oauth.client_id ? s->oauth.client_id : "",
		.client_secret = "",
		.refresh_token = "",
		.scope = s->oauth.scope ? s->oauth.scope : "",
		.ca_file = "",
	};
	if (!s->oauth2)
		return str_empty(s->user) || conf_secret(a, c, s->password_file, password, e);
	if (!str_empty(s->oauth.client_secret_file) &&
	    !conf_secret(a, c, s->oauth.client_secret_file, &oauth->client_secret, e))
		return false;
	return str_eq(s->oauth.grant, "client_credentials") ||
	       refresh_token(a, c, s, &oauth->refresh_token, e);
}

bool servers_imap(struct arena *a, const struct mesad_conf *c, const struct mailbox_conf *box,
		  struct imap_conf *out, struct err *e)
{
	const struct server_conf *s = &box->imap;

	*out = (struct imap_conf){
		.name = box->name,
		.host = s->host,
		.port = s->port,
		.tls = tls_of(s->tls),
		.ca_file = s->ca_file,
		.user = s->user,
		.oauth2 = s->oauth2,
		.folder = box->folder,
		.move_to = box->move_to,
		.poll_seconds = box->poll_seconds,
		.idle_renew = c->idle_renew,
		.message_max = c->message_max,
	};
	return secrets(a, c, s, &out->password, &out->oauth, e);
}

bool servers_smtp(struct arena *a, const struct mesad_conf *c, struct smtp_conf *out, struct err *e)
{
	const struct server_conf *s = &c->smtp;

	*out = (struct smtp_conf){
		.host = s->host,
		.port = s->port,
		.tls = tls_of(s->tls),
		.ca_file = s->ca_file,
		.user = s->user,
		.oauth2 = s->oauth2,
		.ehlo = slice_dup(a, address_domain(c->smtp_from)),
	};
	return secrets(a, c, s, &out->password, &out->oauth, e);
}
