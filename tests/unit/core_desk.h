/* core_desk: a small desk for the tests of deciding: three people, one requester, one case. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decide.h"
#include "core/thread.h"
#include "core/trust.h"

/* 2026-11-03 15:41:00 in Bogotá (UTC-5) */
enum { NOW = 1793738460, HOUR = 3600, DAY_SECONDS = 86400 };

#define DESK "mesa@entidad.example"
#define PEDRO "pedro@entidad.example"	/* the requester */
#define LUCIA "lucia@entidad.example"	/* of the entity, in copy */
#define ANA "ana@entidad.example"	/* technician */
#define BENITO "benito@entidad.example" /* engineer */
#define CARMEN "carmen@entidad.example" /* coordinator */
#define STRANGER "raro@fuera.example"
#define NUMBER "ST-2026-000123"

struct desk {
	struct arena *a;
	struct policy policy;
	struct staff staff[4];
	struct snapshot snap;
	struct world w;
	struct known_ticket tickets[2];
	struct outgoing outgoing[8];
	struct incoming incoming[4];
	struct load loads[4];
	struct spent spent[4];
	struct facts f;
	struct span span[2];
	struct address to[4];
	struct address cc[4];
	struct attachment attachments[4];
};

void desk_open(struct desk *d);
void desk_close(struct desk *d);

/* tickets[0] becomes a case of Pedro's, assigned to Ana, that lived through what its state needs:
 * received two hours ago, resolved an hour ago, closed half an hour ago. */
void desk_case(struct desk *d, enum state s);
void desk_apply(struct desk *d, size_t i, const struct event *ev);
/* One more event without details on tickets[0]. */
void desk_event(struct desk *d, enum event_type t, int64_t at, const char *actor);

/* f becomes a mail of a person to the desk, all new text. */
void desk_mail(struct desk *d, const char *from, const char *subject, const char *text);
/* … in answer to this Message-ID, with quoted text under it. */
void desk_answers(struct desk *d, const char *message_id);
/* A mail of ours about tickets[0]. */
struct outgoing *desk_sent(struct desk *d, const char *id, const char *to, enum audience audience,
			   enum mail_purpose purpose);
/* A mail of theirs that is part of tickets[0]. */
void desk_got(struct desk *d, const char *id, const char *from);
/* A signed Ref. of tickets[0] for this address, in the mail's quote. */
void desk_ref(struct desk *d, const char *addr, enum audience audience);
/* One budget for mail to addr about tickets[0] (`known`) or about a case that is none yet: spent
 * until free_at; 0: not spent. */
struct spent *desk_spent(struct desk *d, enum budget_kind kind, const char *addr, bool known,
			 int64_t free_at);
void desk_attach(struct desk *d, const char *name, int64_t size, unsigned flags);

/* What a plan does, in one line: «part; open: message; relay_in>ana/relay». States and events of
 * each case; then each mail: purpose>local part, /relay or /note, and marks: ! answers, ? surveys,
 * ~ not automatic. */
const char *says(struct desk *d, const struct plan *p);
/* The value of a variable of the n-th mail, "" when it is not set. */
const char *var_of(const struct plan *p, size_t mail, const char *name);
/* Does f end the process by itself? */
bool desk_aborts(void (*f)(void));
const char *detail_of(const struct plan *p, enum event_type t, const char *key);
