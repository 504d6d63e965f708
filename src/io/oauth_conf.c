#include "io/oauth.h"

void oauth_conf_pack(struct sbuf *b, const struct oauth_conf *c)
{
	pack_str(b, c->token_url);
	pack_str(b, c->client_id);
	pack_str(b, c->client_secret);
	pack_str(b, c->refresh_token);
	pack_str(b, c->scope);
	pack_str(b, c->ca_file);
}

void oauth_conf_unpack(struct unpack *u, struct arena *a, struct oauth_conf *out)
{
	out->token_url = unpack_str(u, a);
	out->client_id = unpack_str(u, a);
	out->client_secret = unpack_str(u, a);
	out->refresh_token = unpack_str(u, a);
	out->scope = unpack_str(u, a);
	out->ca_file = unpack_str(u, a);
}
