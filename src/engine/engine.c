#include "engine/parts.h"

#include <stdlib.h>
#include <string.h>

static bool load_key(struct engine *en, struct err *e)
{
	struct arena *a = arena_new();
	struct slice key;
	bool ok = store_meta_get(en->st, a, "token_key", &key) && key.n == sizeof(en->key.b);

	if (ok)
		memcpy(en->key.b, key.p, key.n);
	arena_free(&a);
	return ok || err_set(e, "the database holds no signing key: restore it from a backup");
}

struct engine *engine_new(struct store *st, const struct mesad_conf *conf,
			  const struct template_set *templates, struct err *e)
{
	struct engine *en = mem_alloc(sizeof(*en));

	en->st = st;
	en->conf = conf;
	en->templates = templates;
	en->news_arena = arena_new();
	if (!load_key(en, e))
		engine_free(&en);
	return en;
}

void engine_free(struct engine **ep)
{
	struct engine *en = *ep;

	if (en == NULL)
		return;
	arena_free(&en->news_arena);
	free(en->news);
	explicit_bzero(&en->key, sizeof(en->key));
	free(en);
	*ep = NULL;
}

/* The first start records the policy it begins with; from then on each change is an event. */
bool engine_reload(struct engine *en, const struct mesad_conf *conf,
		   const struct template_set *templates, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct slice old = {NULL, 0};
	struct event ev;
	bool ok = true;

	en->conf = conf;
	en->templates = templates;
	store_meta_get(en->st, a, "policy", &old);
	if (slice_eq(old, slice_of(conf->policy->hash)))
		goto out;
	event_init(&ev, EVENT_POLICY, now, "system");
	event_text(&ev, "old", slice_dup(a, old));
	event_text(&ev, "new", conf->policy->hash);
	ok = engine_begin(en, e) && store_event(en->st, &ev, e) &&
	     store_meta_set(en->st, "policy", slice_of(conf->policy->hash), e) &&
	     engine_commit(en, false, e);
	if (!ok)
		engine_abandon(en);
out:
	arena_free(&a);
	return ok;
}

bool engine_begin(struct engine *en, struct err *e)
{
	en->n_news = 0;
	arena_free(&en->news_arena);
	en->news_arena = arena_new();
	en->batch = store_begin(en->st, e);
	return en->batch;
}

bool engine_commit(struct engine *en, bool light, struct err *e)
{
	en->batch = false;
	if (store_commit(en->st, light, e))
		return true;
	store_rollback(en->st);
	en->n_news = 0;
	return false;
}

void engine_abandon(struct engine *en)
{
	store_rollback(en->st);
	en->batch = false;
	en->n_news = 0;
}

size_t engine_news(const struct engine *en, const struct news **out)
{
	*out = en->news;
	return en->n_news;
}

static void news_add(struct engine *en, const struct event *ev, const char *number)
{
	if (en->n_news == en->cap_news) {
		en->cap_news = en->cap_news ? en->cap_news * 2 : 64;
		en->news = mem_grow(en->news, en->cap_news, sizeof(*en->news));
	}
	en->news[en->n_news++] = (struct news){
		.event = event_name(ev->type),
		.number = arena_str(en->news_arena, number),
		.actor = arena_str(en->news_arena, ev->actor),
	};
}

bool engine_apply(struct engine *en, struct arena *a, struct plan *p, int64_t mail, int64_t now,
		  struct err *e)
{
	struct letter_ctx ctx = {en, now};
	struct apply_in in = {
		.policy = en->conf->policy,
		.now = now,
		.mail = mail,
		.compose = letter_compose,
		.ctx = &ctx,
	};

	if (!store_apply(en->st, a, p, &in, e))
		return false;
	for (size_t i = 0; i < p->n_tickets; i++) {
		const struct plan_ticket *pt = &p->tickets[i];

		for (size_t k = 0; k < pt->n; k++)
			news_add(en, &pt->events[k], pt->after.number);
	}
	return true;
}

bool item_undo(struct engine *en, size_t news_before, struct arena **own)
{
	store_undo(en->st);
	en->n_news = news_before;
	if (own)
		arena_free(own);
	return false;
}
