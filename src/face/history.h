/* history: a case as text for people: what `mesactl show` and `mesactl history` print. Pure. */
#pragma once

#include "core/ticket.h"
#include "face/terminal.h"

/* One event, as the store keeps it. */
struct history_line {
	int64_t at;
	const char *type, *actor; /* «received»; «requester», a staff id, «system» */
	const char *detail;	  /* flat JSON object text, "{}" when there is none */
};

struct history {
	const struct policy *policy; /* zone, and names for ids */
	const struct ticket *t;
	const struct history_line *lines; /* in order */
	size_t n;
};
/* The life of a case by days: hour, what happened, who, and what there is to know about it. */
void history_text(struct sbuf *out, const struct terminal *to, const struct history *m);

struct show_message {
	int64_t at;
	bool inbound, internal;
	const char *from, *to; /* addresses or names */
	const char *text;
	const char *state; /* of the outgoing mail: queued sent failed cancelled; "" */
};
struct show_attachment {
	int64_t id, size;
	const char *name;
};
struct show {
	const struct policy *policy;
	const struct ticket *t;
	const char *const *participants;
	size_t n_participants;
	const struct show_message *messages;
	size_t n_messages;
	const struct show_attachment *attachments;
	size_t n_attachments;
	int64_t now;
};
/* The case at a glance, then the conversation. */
void show_text(struct sbuf *out, const struct terminal *to, const struct show *m);

/* Who an actor is, as people read it. */
const char *history_actor(const struct policy *p, const struct ticket *t, const char *actor);
/* «foto.jpg (120 kB)» sizes. */
char *history_size(struct arena *a, int64_t bytes);
