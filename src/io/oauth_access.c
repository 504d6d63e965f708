#include "io/oauth.h"
#include "io/sys.h"

static bool renew(struct oauth_access *o, struct arena *a, enum fault *fault, struct err *e)
{
	struct oauth_token got;

	if (!oauth_fetch(&o->conf, a, &got, fault, e))
		return false;
	if (*got.refresh && !o->save(o->ctx, got.refresh, e)) {
		*fault = FAULT_CONFIG;
		return false;
	}
	o->conf.refresh_token = arena_str(a, *got.refresh ? got.refresh : o->conf.refresh_token);
	o->token = got.access;
	o->until_ms = sys_mono_ms() + got.life * 1000;
	return true;
}

bool oauth_access(struct oauth_access *o, enum fault *fault, struct err *e)
{
	struct arena *a;

	o->fresh = false;
	if (o->token && sys_mono_ms() < o->until_ms)
		return true;
	oauth_forget(o);
	a = arena_new();
	o->fresh = renew(o, a, fault, e);
	if (!o->fresh) {
		arena_free(&a); /* the old one holds the refresh token that is still good */
		return false;
	}
	arena_free(&o->arena);
	o->arena = a;
	return true;
}

void oauth_forget(struct oauth_access *o)
{
	o->token = NULL;
}

void oauth_replace(struct oauth_access *o, const char *refresh_token)
{
	if (!o->arena)
		o->arena = arena_new();
	o->conf.refresh_token = arena_str(o->arena, refresh_token);
}
