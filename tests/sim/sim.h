/* sim: months of a desk's life within seconds. The real reader, core, engine and store run on a
 * clock that is only a number, between a model of the IMAP server, a model of the MTA and models of
 * the people who write to each other through them. Everything that happens is drawn from one seed:
 * what went wrong once goes wrong again with it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "engine/engine.h"

#include <sqlite3.h>

enum {
	SIM_PEOPLE = 24,
	SIM_IN_HAND = 8, /* mails that the desk decides in one batch */
	SIM_SENDING = 8, /* mails that the MTA is given at once */
	SIM_POLL_SECONDS = 60,
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400
};

/* What a letter to the desk is meant to become, as only the simulation can know. */
enum meant {
	MEANT_CASE,   /* a person's first mail: a case */
	MEANT_PART,   /* an answer: part of the case that `number` names */
	MEANT_AUTO,   /* a machine's: on record, and nothing moves */
	MEANT_FORGED, /* a stranger's who uses the name of staff: nothing is done in that name */
	MEANT_ANY     /* nobody can tell it from a person's */
};

struct person {
	enum role_of {
		REQUESTER,
		TECHNICIAN,
		COORDINATOR,
		AWAY,  /* her mailbox answers each mail, as it should be marked */
		ROBOT, /* answers each mail as if it were a person */
		GONE,  /* the address is no more: the MTA takes the mail and sends it back later */
		REFUSED, /* the MTA does not take it */
		STRANGER
	} role;
	const char *name, *addr;
	const struct staff *staff; /* or NULL */
	int replies;		   /* a robot's, so far */
};

/* A mail in the desk's mailbox. */
struct letter {
	uint32_t validity, uid;
	int64_t at; /* INTERNALDATE */
	struct slice raw;
	enum meant meant;
	const char *number;
	const struct person *author;
	bool listed;	      /* it is in the folder that the desk lists */
	struct letter *again; /* the same mail, listed before under another UID */
	bool speaks;	      /* the requester's vote or words: it must not be passed over */
	const char *why;      /* what the author had in mind, for the story */
};

/* A mail of the desk's, as the MTA knows it. */
struct post {
	int accepted, unheard; /* copies taken; hand-outs of which the desk never heard the end */
	int64_t first_at;      /* of the first copy */
	struct sha256 sha256;
};

struct sim {
	uint64_t seed, rng;
	int64_t now, until; /* people write until then */
	bool calm;	    /* nothing fails any more */
	struct arena *a;    /* for the whole life */

	/* what is going to happen */
	struct happening *heap;
	size_t n_heap, cap_heap;
	uint64_t order;

	/* the desk */
	char dir[64];
	struct conf *conf;
	const struct policy *policy;
	struct template_set *templates;
	struct store *st; /* NULL: it is down */
	sqlite3 *look;	  /* the simulation's own eye on the database, while the desk is up */
	struct engine *en;
	int64_t wake_at;    /* of the look that is planned; 0 none */
	int64_t open_after; /* recovery: entries up to here were taken */
	bool recovering;
	int64_t skew;			       /* of its clock, seconds */
	struct arena *batch;		       /* of the batch that stands */
	struct ledger_entry hand[SIM_IN_HAND]; /* kept, not decided yet */
	size_t n_hand;
	struct sending *sending; /* with the MTA, or back from it */
	size_t n_sending;
	uint32_t *moved; /* on the server, not yet noted */
	size_t n_moved;
	int64_t *light; /* mails whose acceptance only light commits have noted */
	size_t n_light;
	int64_t durable; /* the last event that a full commit held */

	/* around it */
	struct person people[SIM_PEOPLE];
	size_t n_people;
	struct letter **letters;
	size_t n_letters, cap_letters, first_listed, unmoved;
	uint32_t validity, next_uid;
	struct post *posts; /* by outbox id */
	size_t cap_posts;
	struct outage {
		int64_t from, to;
	} * outages;
	size_t n_outages, cap_outages;
	struct story {
		int64_t at;
		const char *text;
	} story[64]; /* the last things that happened, for whoever must understand a failure */
	size_t n_story;

	const char **numbers; /* of all cases that ever were */
	size_t n_numbers, cap_numbers;
	int64_t copied; /* when a copy was made, 0: none */
	bool put_back;	/* what came after it is unknown to the desk */

	int64_t counted[8]; /* see enum count */
};

enum count { N_LETTERS, N_CASES, N_MAILS, N_CRASHES, N_CUTS, N_AGAIN, N_BOUNCES, N_FORGED };

/* --- world.c: time, chance, the story --- */

struct happening {
	int64_t at;
	uint64_t order;
	void (*fn)(struct sim *s, void *arg);
	void *arg;
};

void sim_open(struct sim *s, const char *config, uint64_t seed, int days);
void sim_run(struct sim *s); /* until nothing is left to happen */
void sim_close(struct sim *s);
void sim_at(struct sim *s, int64_t at, void (*fn)(struct sim *s, void *arg), void *arg);
void sim_tell(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints the seed, the hour and the story, and fails the test. */
void sim_fail(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

uint64_t chance_next(struct sim *s);
uint32_t chance_below(struct sim *s, uint32_t n); /* 0 … n - 1 */
bool chance(struct sim *s, uint32_t per_thousand);
/* A fault, which only happens while things may fail. */
bool fault(struct sim *s, uint32_t per_thousand);
int64_t chance_between(struct sim *s, int64_t from, int64_t to);
/* One number of the database, on a connection of its own; -1 where no row says one. */
int64_t sim_number(struct sim *s, const char *sql, ...);
const char *sim_text(struct sim *s, const char *sql, ...); /* "" where no row says one */

/* --- disk.c: what a fall leaves on it --- */

void disk_install(const char *dir);
/* Nothing reaches the disk any more (the process is dead); with `cut`, of what was not synced a
 * part is taken back too. disk_revive is called before the store is opened again. */
void disk_die(void);
void disk_revive(struct sim *s, bool cut);
void disk_full(bool full);

/* --- desk.c: mesad --- */

void desk_up(struct sim *s);
/* Looks at the mailbox and at its timers, then or before. */
void desk_wake(struct sim *s, int64_t at);
/* A copy of its database is made; later it takes the place of the database. */
void desk_copy(struct sim *s, void *arg);
void desk_put_back(struct sim *s, void *arg);

/* --- server.c: the mailbox, and the MTA --- */

struct sending {
	struct outbox_row row;
	struct arena *a;
	enum delivery what;
};

struct letter *server_put(struct sim *s, struct slice raw, const struct person *author,
			  enum meant meant, const char *number, const char *why);
struct letter *server_letter(struct sim *s, uint32_t uid);
struct letter *server_letter_of(struct sim *s, uint32_t validity, uint32_t uid); /* or NULL */
void server_move(struct sim *s, uint32_t uid);
void server_renumber(struct sim *s); /* another UIDVALIDITY */
/* Hands a row to the MTA. */
void server_send(struct sim *s, struct sending *x, struct slice wire);
struct post *server_post(struct sim *s, int64_t id);

/* --- people.c --- */

void people_open(struct sim *s);
void people_begin(struct sim *s);
struct person *people_find(struct sim *s, const char *addr);
/* A mail of the desk's has come to somebody. */
void people_get(struct sim *s, const struct outbox_row *row, struct slice wire);

/* --- truth.c: what must hold --- */

void truth_decided(struct sim *s, struct letter *l, const struct outcome *out);
void truth_forged(struct sim *s, const struct letter *l, const struct news *news, size_t n);
void truth_closed(struct sim *s, const char *number);
void truth_verify(struct sim *s);
void truth_at_the_end(struct sim *s);
