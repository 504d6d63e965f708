/* token: a refreshed OAuth2 token must survive a power cut before it is used. */
#include "programs/mesad/desk.h"
#include "programs/shared/servers.h"

#include <string.h>

bool token_save(struct desk *d, const struct server_conf *s, struct worker *w, struct unpack *u,
		struct err *e)
{
	struct arena *a = arena_new();
	char *token = unpack_str(u, a);
	size_t n = slice_of(token).n;
	bool ok = unpack_done(u) && n ? true : err_set(e, "malformed TOKEN frame");

	ok = ok && sys_replace_file(servers_token_path(a, d->conf, s), token, n, e) &&
	     worker_send(w, FRAME_TOKEN_SAVED, 0, (struct slice){NULL, 0}, -1, e);
	explicit_bzero(token, n);
	arena_free(&a);
	return ok;
}
