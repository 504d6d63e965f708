#include "io/imap.h"

#include "base/str.h"

enum { IDLE_MIN = 1, IDLE_MAX = 29 * 60, POLL_MAX = 86400 };

void imap_conf_pack(struct sbuf *b, const struct imap_conf *c)
{
	pack_str(b, c->name);
	pack_str(b, c->host);
	pack_u32(b, (uint32_t)c->port);
	pack_u8(b, (uint8_t)c->tls);
	pack_str(b, c->ca_file);
	pack_str(b, c->user);
	pack_str(b, c->password);
	pack_u8(b, c->oauth2);
	oauth_conf_pack(b, &c->oauth);
	pack_str(b, c->folder);
	pack_str(b, c->move_to);
	pack_i64(b, c->poll_seconds);
	pack_i64(b, c->idle_renew);
	pack_i64(b, c->message_max);
}

bool imap_conf_unpack(struct slice body, struct arena *a, struct imap_conf *out)
{
	struct unpack u = unpack_of(body.p, body.n);
	uint8_t tls;

	*out = (struct imap_conf){0};
	out->name = unpack_str(&u, a);
	out->host = unpack_str(&u, a);
	out->port = (int)(unpack_u32(&u) & 0xFFFFFF);
	tls = unpack_u8(&u);
	out->tls = (enum stream_tls)tls;
	out->ca_file = unpack_str(&u, a);
	out->user = unpack_str(&u, a);
	out->password = unpack_str(&u, a);
	out->oauth2 = unpack_u8(&u) != 0;
	oauth_conf_unpack(&u, a, &out->oauth);
	out->folder = unpack_str(&u, a);
	out->move_to = unpack_str(&u, a);
	out->poll_seconds = unpack_i64(&u);
	out->idle_renew = unpack_i64(&u);
	out->message_max = unpack_i64(&u);
	return unpack_done(&u) && tls <= STREAM_PLAIN && out->port > 0 && out->port < 65536 &&
	       !str_empty(out->host) && out->message_max > 0 && out->poll_seconds > 0 &&
	       out->poll_seconds <= POLL_MAX && out->idle_renew >= IDLE_MIN &&
	       out->idle_renew <= IDLE_MAX;
}
