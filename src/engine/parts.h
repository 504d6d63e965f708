/* parts: what the engine's own files share. */
#pragma once

#include "engine/engine.h"
#include "mail/token.h"

struct engine {
	struct store *st;
	const struct mesad_conf *conf;
	const struct template_set *templates;
	struct token_key key;
	struct arena *news_arena;
	struct news *news;
	size_t n_news, cap_news;
	bool batch;
};

/* The letter of one planned mail: vars from the case, template, token, MIME. A compose_fn. */
struct letter_ctx {
	struct engine *en;
	int64_t now;
};
bool letter_compose(void *ctx, struct arena *a, const struct plan_mail *m, const struct ticket *t,
		    int64_t outbox_id, struct outbox_bytes *out, struct err *e);
/* The subject alone, for explain. */
const char *letter_subject(struct engine *en, struct arena *a, const struct plan_mail *m,
			   const struct ticket *t, int64_t now);

/* Apply a plan for entry `mail` (0: none) and remember its news. */
bool engine_apply(struct engine *en, struct arena *a, struct plan *p, int64_t mail, int64_t now,
		  struct err *e);
/* Take back one item: its savepoint and its news. Returns false for `return item_undo(...)`. */
bool item_undo(struct engine *en, size_t news_before, struct arena **own);

/* Write the segments out as they go over the wire. */
bool wire_bytes(struct store *st, struct arena *a, const struct outbox_segment *segments, size_t n,
		struct sbuf *out, struct err *e);

/* `who wrote` and the server's verdict, from the raw header, into f. */
void intake_who(struct engine *en, struct arena *a, struct slice raw, struct facts *f);
