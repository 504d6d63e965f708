#include "core/open.h"

/* What staff register is routed like a mail with the same words. */
struct plan *on_new(struct arena *a, const struct world *w, const struct new_case *n)
{
	struct span whole = {SPAN_NEW, 0, (uint32_t)slice_of(n->body).n};
	struct facts f;
	struct opening o = {.f = &f, .channel = n->channel, .actor = n->by, .linked_why = ""};
	struct plan *p;

	facts_init(&f);
	f.from = (struct address){n->from.addr, n->from.name ? n->from.name : ""};
	f.from_count = 1;
	f.subject = n->subject;
	f.text = n->body ? n->body : "";
	f.spans = &whole;
	f.n_spans = 1;
	f.received_at = w->now;
	p = open_case(a, w, &o);
	p->fate = FATE_NONE; /* no mail came */
	p->why.thread = "new";
	p->why.reason = "registered by staff";
	p->answer = "{\"done\":[\"El caso quedó registrado.\"]}";
	return p;
}
