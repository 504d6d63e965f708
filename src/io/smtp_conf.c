#include "io/smtp.h"

void smtp_conf_pack(struct sbuf *b, const struct smtp_conf *c)
{
	pack_str(b, c->host);
	pack_u32(b, (uint32_t)c->port);
	pack_u8(b, (uint8_t)c->tls);
	pack_str(b, c->ca_file);
	pack_str(b, c->user);
	pack_str(b, c->password);
	pack_u8(b, c->oauth2);
	oauth_conf_pack(b, &c->oauth);
	pack_str(b, c->ehlo);
}

bool smtp_conf_unpack(struct slice body, struct arena *a, struct smtp_conf *out)
{
	struct unpack u = unpack_of(body.p, body.n);
	uint8_t tls;

	*out = (struct smtp_conf){0};
	out->host = unpack_str(&u, a);
	out->port = (int)(unpack_u32(&u) & 0xFFFFFF);
	tls = unpack_u8(&u);
	out->tls = (enum stream_tls)tls;
	out->ca_file = unpack_str(&u, a);
	out->user = unpack_str(&u, a);
	out->password = unpack_str(&u, a);
	out->oauth2 = unpack_u8(&u) != 0;
	oauth_conf_unpack(&u, a, &out->oauth);
	out->ehlo = unpack_str(&u, a);
	return unpack_done(&u) && tls <= STREAM_PLAIN && out->port > 0 && out->port < 65536 &&
	       !str_empty(out->host);
}
