/* token: a refreshed OAuth2 token must survive a power cut before it is used. */
#include "programs/mesad/desk.h"
#include "programs/shared/servers.h"

#include <string.h>

struct turnover {
	struct arena *a;
	const char *path;
	const struct worker *from;
	struct slice frame;
};

/* Where servers turn tokens over, the old one that a sibling holds is worth nothing now. Whether it
 * can be told is seen when the loop looks at that worker next. */
static void tell(struct desk *d, const struct turnover *n, const struct server_conf *s,
		 struct worker *w)
{
	struct err e;

	if (w != n->from && worker_running(w) && s->oauth2 &&
	    str_eq(servers_token_path(n->a, d->conf, s), n->path))
		worker_send(w, FRAME_TOKEN, 0, n->frame, -1, &e);
}

static void tell_siblings(struct desk *d, struct arena *a, const char *path,
			  const struct worker *from, const char *token)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct turnover n = {a, path, from, {NULL, 0}};

	pack_str(&body, token);
	n.frame = sbuf_view(&body);
	for (size_t i = 0; i < d->n_boxes; i++)
		tell(d, &n, &d->boxes[i].conf->imap, &d->boxes[i].w);
	if (d->conf->has_smtp)
		tell(d, &n, &d->conf->smtp, &d->post.w);
	explicit_bzero(body.p, body.n);
	sbuf_free(&body);
}

bool token_save(struct desk *d, const struct server_conf *s, struct worker *w, struct unpack *u,
		struct err *e)
{
	struct arena *a = arena_new();
	char *token = unpack_str(u, a), *path = servers_token_path(a, d->conf, s);
	size_t n = slice_of(token).n;
	bool ok = unpack_done(u) && n ? true : err_set(e, "malformed TOKEN frame");

	ok = ok && sys_replace_file(path, token, n, e) &&
	     worker_send(w, FRAME_TOKEN_SAVED, 0, (struct slice){NULL, 0}, -1, e);
	if (ok)
		tell_siblings(d, a, path, w, token);
	explicit_bzero(token, n);
	arena_free(&a);
	return ok;
}
