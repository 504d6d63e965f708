/* engine: the only caller of decide and store. One thing in (mail, command, vote, send result,
 * timer), one SAVEPOINT out; many of them share one transaction. It reads no clock and touches
 * nothing outside the database: `now` (UTC seconds) is an argument everywhere. mesad and the
 * simulation drive this and nothing else. */
#pragma once

#include "conf/conf.h"
#include "core/decide.h"
#include "mail/template.h"
#include "store/apply.h"
#include "store/digest.h"
#include "store/ledger.h"
#include "store/outbox.h"
#include "store/queries.h"
#include "store/store.h"

struct engine;

/* conf and templates stay the caller's and must outlive the engine or the next engine_reload. */
struct engine *engine_new(struct store *st, const struct mesad_conf *conf,
			  const struct template_set *templates, struct err *e);
void engine_free(struct engine **ep);
/* A changed policy is an event with the old and the new fingerprint. */
bool engine_reload(struct engine *en, const struct mesad_conf *conf,
		   const struct template_set *templates, int64_t now, struct err *e);

/* The batch. A failed commit has rolled back: everything since begin did not happen. light: see
 * store_commit; only for batches of send results and timers that sent nothing. */
bool engine_begin(struct engine *en, struct err *e);
bool engine_commit(struct engine *en, bool light, struct err *e);
void engine_abandon(struct engine *en);

/* One event that the last committed batch made, for the log. number "" for no case. */
struct news {
	const char *event, *number, *actor;
};
/* The events of the last commit; valid until the next begin. */
size_t engine_news(const struct engine *en, const struct news **out);

/* Intake: bytes durable, entry open. Returns the entry's id, 0 on failure. */
int64_t engine_keep(struct engine *en, const struct ledger_key *key, struct slice raw, int64_t size,
		    int64_t received_at, bool headers_only, int64_t now, struct err *e);
/* A mail that was in the mailbox long before the first start: a fate and nothing else. */
bool engine_before_start(struct engine *en, const struct ledger_key *key, int64_t size,
			 int64_t received_at, struct err *e);

/* What became of a mail. Strings live in the arena that was given. */
struct outcome {
	enum fate fate;
	const char *number; /* of the case, "" for none */
};
/* A kept entry with what the parser said about it. facts' «who wrote» is overwritten from raw.
 * False: undone, nothing of it happened; the entry stays open. */
bool engine_mail(struct engine *en, struct arena *a, const struct ledger_entry *entry,
		 struct slice raw, struct facts *f, int64_t now, struct outcome *out,
		 struct err *e);
/* The parser cannot read it: kept whole, the coordinator told once. */
bool engine_quarantine(struct engine *en, struct arena *a, const struct ledger_entry *entry,
		       const char *why, int64_t now, struct err *e);

/* Staff by the control socket. *plan_r: answer and refusal. 0 no such case, 1 done or refused,
 * -1 failed. */
int engine_command(struct engine *en, struct arena *a, const char *number, const char *who,
		   const char *text, int64_t now, struct plan **plan_r, struct err *e);
bool engine_new_case(struct engine *en, struct arena *a, const struct new_case *n, int64_t now,
		     struct plan **plan_r, struct err *e);

/* Fires one due timer; false: undone. */
bool engine_timer(struct engine *en, const struct timer *t, int64_t now, struct err *e);

/* Queues a digest that is due, or puts it off until the budgets allow it; false: undone. */
bool engine_digest(struct engine *en, const struct digest_row *row, int64_t now, struct err *e);

enum { CLOCK_SLACK = 300 }; /* seconds that the wall clock may stray */
/* Is the wall clock before the last event, by more than that? */
bool engine_is_behind(const struct engine *en, int64_t now);
/* The coordinator is told, once for each such event. */
bool engine_clock_behind(struct engine *en, int64_t now, struct err *e);
/* Somebody says that it is right all the same (the clock was ahead once, and was put right): on
 * record, and from here on the hour is measured anew. Needs an open batch. */
bool engine_clock_accept(struct engine *en, int64_t now, struct err *e);

/* An older copy of the database was put back, and the numbers that were given out since were
 * stepped over: that goes on record, and the coordinator is told, once. Nothing to tell: nothing
 * happens. False: it is tried again at the next start, and is no reason not to work. */
bool engine_restored(struct engine *en, int64_t now, struct err *e);

/* The page. What the link shows now, changing nothing. */
enum page_state { PAGE_SURVEY, PAGE_GONE, PAGE_VOTED, PAGE_CLOSED, PAGE_WITHDRAWN };
struct survey_view {
	enum page_state state;
	int64_t ticket;
	int round;
	struct known_ticket known; /* all but PAGE_GONE */
	const char *solution;	   /* what the technician reported, or "" */
};
bool engine_survey(struct engine *en, struct arena *a, struct slice token, int64_t now,
		   struct survey_view *out, struct err *e);
/* A submitted form: 1 result set, 0 the token is not ours, -1 failed. */
int engine_vote(struct engine *en, struct arena *a, struct slice token, int score, bool solved,
		const char *comment, int64_t now, enum vote_result *result, struct err *e);

/* Outgoing rows that may be handed to the sender now; needs an open batch. On a clock that is
 * behind only mail about no case leaves: what the server accepts stops one clock and starts
 * another. */
bool engine_claim(struct engine *en, struct arena *a, int64_t now, const int64_t *busy,
		  size_t n_busy, size_t max, struct outbox_row **out, size_t *n, struct err *e);
/* The wire bytes of a row, checked against the hash that was fixed when it was queued. */
bool engine_wire(struct engine *en, struct arena *a, int64_t row, struct sbuf *out, struct err *e);

/* What the mail server said. LATER waits with growing back-off and jitter (seed), or expires. */
enum delivery { DELIVERY_ACCEPTED, DELIVERY_LATER, DELIVERY_UNCERTAIN, DELIVERY_REFUSED };
bool engine_sent(struct engine *en, const struct outbox_row *row, enum delivery what,
		 const char *reply, uint32_t seed, int64_t now, struct err *e);

/* explain: what on_mail would do with this mail, one that is known already as if it came for the
 * first time. Reads only; works on a read-only store. */
struct explained {
	struct plan *plan;
	bool duplicate;		  /* the same mail is in the ledger: it would change nothing */
	const char *duplicate_of; /* the number of its case, or "" */
	const char **subjects;	  /* one for each plan mail, rendered */
};
bool engine_explain(struct engine *en, struct arena *a, struct slice raw, struct facts *f,
		    int64_t now, struct explained *out, struct err *e);
