/* desk: the daemon's own state. One loop, one writer; a room a file:
 *   main.c     arguments, configuration, start and end
 *   desk.c     the loop: sockets, signals, sleep
 *   batch.c    the one transaction that everything pending goes into
 *   firing.c   the timers that are due
 *   box.c      mesad-imap, one a mailbox
 *   listing.c  what a mailbox holds, against the ledger
 *   reading.c  mesad-parse
 *   post.c     mesad-smtp
 *   web.c      mesad-web
 *   control.c  mesactl */
#pragma once

#include "base/pack.h"
#include "base/version.h"
#include "engine/engine.h"
#include "io/sys.h"
#include "work/protocol.h"
#include "work/worker.h"

enum {
	DESK_PARSERS = 2,
	DESK_WINDOW = 32,    /* outgoing mails handed out at once */
	DESK_BATCH = 128,    /* items of one kind in one transaction */
	DESK_LINGER_MS = 20, /* a batch waits so long for company while workers are busy */
	DESK_CLIENTS = 32,
	DESK_BOXES = 64,
	DESK_RECOVER = 256,	      /* open entries taken up at a time after a start */
	PARSE_DEADLINE_MS = 10000,    /* for the mail that it has */
	BOX_DEADLINE_MS = 30 * 60000, /* a worker that says nothing while it should hangs */
	BOX_IDLE_LATE_MS = 5 * 60000, /* the same while it idles, beyond its own rhythm */
	PARSE_ATTEMPTS = 2,	      /* deaths of the parser that quarantine a mail */
	DESK_DEATHS = 3,	      /* deaths of the desk with the same single mail in hand */
	STOP_MS = 8000,
	QUIET_MS = 1000,     /* without a client, `mesad --quiet` ends */
	LOCK_WAIT_MS = 3000, /* for a quiet desk to end, before another one is told of */
	LOCK_PAUSE_MS = 20,
	TROUBLE_MS = 5000,     /* between tries while the disk is full */
	CLOCK_HOLD_MS = 600000 /* nothing closes so long after a jump forward */
};

/* A mail in hand, from its arrival to its fate. */
struct item {
	struct item *next;
	struct ledger_key key; /* mailbox: the box's name, or «ingest» */
	int64_t entry;	       /* ledger row; 0: not kept yet */
	int64_t raw, size, received_at;
	int box;      /* -1: not from a mailbox */
	int fd;	      /* sealed bytes, -1: they are in the store */
	int facts_fd; /* sealed facts_pack, -1: none yet */
	int attempts, desk_deaths;
	bool headers_only;
	bool before_start;
	bool died;		  /* the parser fell with it: one more attempt to record */
	const char *why;	  /* not NULL: to be quarantined, literal */
	uint32_t client, request; /* control request that waits for its fate; client 0: none */
	enum fate fate;		  /* as decided in the batch that is under way */
	char number[64];
};

struct queue {
	struct item *head, **tail;
	size_t n;
};
void queue_init(struct queue *q);
void queue_put(struct queue *q, struct item *it);
void queue_first(struct queue *q, struct item *it); /* at the front */
void queue_before(struct queue *q,
		  struct queue *front); /* all of front, in its order, at q's front */
struct item *queue_take(struct queue *q);
struct item *item_new(void);
void item_free(struct item *it);

enum box_state { BOX_CONNECTING, BOX_WORKING, BOX_IDLE, BOX_RETRY, BOX_REFUSED };

struct box {
	struct worker w;
	const struct mailbox_conf *conf;
	enum box_state state;
	char why[256];
	int64_t started;      /* the first start of this mailbox (rule `start`) */
	int64_t heard_listed; /* LISTED said so; counts once in_hand is 0 */
	int64_t listed_at;    /* everything in it at this moment has its fate; 0: not yet */
	int64_t asked_at;     /* RELIST was sent for a close due at this moment */
	bool relisting;	      /* RELIST was sent, LISTED not heard */
	bool crash_told;      /* once, until it was read again */
	size_t in_hand;	      /* mails without a committed fate */
	size_t to_move;	      /* DONE was sent, FINISHED not heard */
	struct listing {      /* the folder as it was: what is not in it has been moved */
		uint32_t validity, *uids;
		size_t n, room;
		bool more;  /* chunks are still to come */
		bool whole; /* waits for a transaction */
	} listing;
};

struct parser {
	struct worker w;
	struct queue
		handed; /* PARSE_AHEAD at most, in the order of its answers: it has the first */
};

struct sending {
	struct arena *a;
	struct outbox_row row; /* id 0: free slot */
	uint64_t turn;	       /* in the order of which the worker answers */
	bool fresh;	       /* claimed in the batch that is under way */
	bool told;	       /* the worker has answered; waits for the commit */
	bool recorded;	       /* its result is in the batch that is under way */
	enum delivery what;
	char reply[256];
};

struct post {
	struct worker w;
	struct sending slot[DESK_WINDOW];
	size_t n; /* slots in use */
	uint64_t turns;
	bool look; /* there may be rows to claim */
};

struct client {
	int fd;	     /* -1: free */
	uint32_t id; /* never used twice */
	int64_t since_ms;
};

/* Marks of the server's listing that wait for a transaction. */
struct finished {
	int box;
	uint32_t uidvalidity;
	uint32_t *uids;
	size_t n;
};

/* Tags of epoll: kind in the high byte, index below. */
enum watch_kind {
	WATCH_SIGNAL,
	WATCH_TIMER,
	WATCH_LISTEN,
	WATCH_BOX,
	WATCH_PARSER,
	WATCH_POST,
	WATCH_WEB,
	WATCH_CLIENT,
	WATCH_KINDS
};
#define WATCH(kind, index) (((uint32_t)(kind) << 24) | (uint32_t)(index))

struct desk {
	const char *conf_dir;
	char *path_imap, *path_parse, *path_smtp, *path_web; /* of the workers' programs */
	struct conf *conf_owner;
	const struct mesad_conf *conf;
	struct template_set *templates;
	struct store *store;
	struct engine *engine;
	int lock_fd, epoll_fd, signal_fd, timer_fd, listen_fd, web_fd;

	struct box *boxes;
	size_t n_boxes;
	struct parser parsers[DESK_PARSERS];
	struct post post;
	struct worker web;
	struct client clients[DESK_CLIENTS];
	uint32_t next_client, next_ingest;

	struct queue to_keep, to_parse, to_decide;
	struct finished finished[DESK_BOXES];
	size_t n_finished;
	int64_t pending_ms; /* since when something waits for the batch; 0: nothing */
	bool flush_now;
	bool recovering;      /* open entries of an earlier life are still being taken up */
	bool careful;	      /* after an unclean end: one mail at a time */
	int64_t recovered_to; /* last entry id taken up */

	int64_t next_timer; /* UTC; INT64_MAX none */
	int64_t armed_for;
	bool timers_due;
	int64_t trouble_until_ms;   /* no transactions before this moment */
	int64_t wall_minus_mono_ms; /* the wall clock's place, to notice jumps */
	int64_t clock_hold_until_ms;
	bool clock_back; /* the wall clock is before the last event */

	bool drain, quiet, ready, stopping, reloading, failed;
	int64_t stop_by_ms, quiet_since_ms;
	int64_t moves_by_ms; /* --drain: nothing else is left, and it is not waited longer */
	int exit_code;
	int64_t watchdog_next_ms;
	int64_t wake_ms; /* what the workers ask for (sleep_ms) */
	bool watches_write[WATCH_KINDS][DESK_BOXES];
};

/* desk.c */
typedef bool frame_fn(struct desk *d, size_t i, struct frame *f, struct err *e);
typedef void fell_fn(struct desk *d, size_t i, const char *why); /* NULL: an orderly stop */
/* Read what a worker has sent, bounded; a bad frame or its end costs the worker. */
void desk_read_worker(struct desk *d, struct worker *w, size_t i, frame_fn *on, fell_fn *fell);
bool desk_watch(struct desk *d, int fd, uint32_t tag, struct err *e);
void desk_look_at_clock(struct desk *d);
void desk_pending(struct desk *d); /* something waits for the batch */
void desk_run(struct desk *d);
void desk_stop_workers(struct desk *d);

/* batch.c */
void batch_run(struct desk *d);
size_t batch_pending(const struct desk *d); /* what a batch would take up now */
bool batch_wanted(const struct desk *d, int64_t now_ms);
void batch_news(const struct desk *d); /* the events of the last commit, to the log */

/* box.c */
void box_start(struct desk *d, size_t i, int64_t now_ms);
void box_read(struct desk *d, size_t i);
void box_fell(struct desk *d, size_t i, const char *why);
void box_done(struct desk *d, const struct item *it); /* its fate is committed */
void box_settle(struct desk *d, size_t i);	      /* in_hand may have become 0 */
void box_relist(struct desk *d, size_t i, int64_t due);
bool boxes_listed_since(struct desk *d, int64_t due);
void boxes_clock_back(struct desk *d, int64_t now); /* what was listed «later» than now */
bool boxes_but_moves_quiet(const struct desk *d);   /* listed, nothing in hand */
bool boxes_quiet(const struct desk *d);		    /* and nothing to move */

/* listing.c */
bool listing_frame(struct desk *d, struct box *b, struct unpack *u, struct err *e); /* LIST */
void listing_drop(struct listing *l);
size_t boxes_to_reconcile(const struct desk *d);
bool boxes_reconcile(struct desk *d, struct err *e); /* within the batch */
void boxes_reconciled(struct desk *d);		     /* after its commit */

/* firing.c */
/* Fires the timers that are due and may, within the batch. */
bool firing_run(struct desk *d, int64_t now, bool *fired, struct err *e);

/* reading.c */
void reading_pump(struct desk *d, int64_t now_ms);
bool reading_wants(const struct desk *d, int64_t now_ms); /* a parser could take a mail now */
void reading_read(struct desk *d, size_t i);
void reading_fell(struct desk *d, size_t i, const char *why);
size_t reading_busy(const struct desk *d);
void reading_recover(struct desk *d);
/* What waits for a sane clock goes back to the ledger and the mailboxes: it is taken up again. */
void reading_put_down(struct desk *d);

/* post.c */
void post_start(struct desk *d, int64_t now_ms);
void post_claim(struct desk *d, int64_t now); /* within the batch */
void post_hand_out(struct desk *d);	      /* after its commit */
bool post_settle(struct desk *d);	      /* free the slots whose results are committed; any? */
void post_unclaim(struct desk *d); /* the batch failed: rows claimed in it are not ours */
void post_read(struct desk *d);
void post_fell(struct desk *d, const char *why);

/* web.c */
void web_start(struct desk *d, int64_t now_ms);
void web_read(struct desk *d);
void web_fell(struct desk *d, const char *why);

/* control.c */
void control_accept(struct desk *d);
void control_read(struct desk *d, size_t i);
void control_told(struct desk *d, const struct item *it); /* its fate is committed */
size_t control_clients(const struct desk *d);

/* main.c */
void desk_reload(struct desk *d); /* the configuration anew; a bad one keeps the old */

/* token.c */
/* FRAME_TOKEN: a refreshed token is on disk before the worker is told that it may use it. */
bool token_save(struct desk *d, const struct server_conf *s, struct worker *w, struct unpack *u,
		struct err *e);
