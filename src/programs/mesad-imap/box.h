/* box: the state of mesad-imap: one mailbox, one connection at a time, one channel to the desk.
 *   main.c   life: configuration, connect, back off, idle
 *   desk.c   frames in and out, credit
 *   round.c  one listing and what follows from it
 *   fetch.c  bodies, in batches
 *   move.c   what is done is moved or marked */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "io/imap.h"
#include "work/protocol.h"

#include <stdint.h>

enum box_state { BOX_CONNECTING, BOX_WORKING, BOX_IDLE, BOX_WAITING, BOX_REFUSED };

/* An answer of the desk: NEEDS, FETCH or TOKEN_SAVED. */
struct answer {
	uint16_t type; /* 0: none yet */
	uint32_t validity;
	struct imap_uids uids; /* in the order of the question */
	uint8_t *what;	       /* beside each */
};

/* A mail whose FETCH went wrong; many of these only in a very sick mailbox. */
enum { TROUBLES_MAX = 256 };
struct trouble {
	uint32_t uid;
	int weight;
	unsigned brought; /* of all mails, when it was weighed last */
	int64_t weighed_ms;
	bool alone; /* others came while it did not */
};

struct box {
	int sock;
	struct arena *arena; /* as long as the process */
	struct imap_conf conf;
	bool has_conf;

	/* from the desk */
	bool gone;    /* end of file, or nonsense: leave at once */
	bool stop;    /* log out and leave */
	bool relist;  /* a whole listing is asked for */
	bool renewed; /* another worker of this account got a new refresh token */
	struct answer answer;
	int64_t used; /* credit */
	unsigned in_hand;
	uint32_t done_validity;
	struct imap_uids done; /* to be moved or marked; unsorted */
	size_t done_room;

	/* the connection */
	struct imap *imap;
	bool logged_in;
	uint32_t validity, highest; /* UIDs above highest were never listed */
	int64_t open_ms;	    /* when it began */
	bool listed;		    /* wholly, in this connection */
	int64_t whole_ms;	    /* when the next whole listing is due */
	int64_t move_ms;	    /* not tried again before: the server said no */
	int64_t moved_ms;	    /* the last time */
	struct oauth_access access;

	unsigned failures; /* in a row */
	enum fault fault;  /* of the last */
	enum box_state state;
	bool state_told;
	struct trouble trouble[TROUBLES_MAX];
	size_t n_trouble;
	unsigned brought; /* mails handed to the desk */
	bool skipped;	  /* in this round a mail was left for a later one */
};

/* --- desk.c --- */
/* Read what frames are there. True: leave off what you are doing (the stream's stop). */
bool box_listen(void *ctx);
bool box_say(struct box *b, uint16_t type, const struct sbuf *body, int fd);
void box_tell(struct box *b, enum box_state state, const char *why);
/* Wait for the answer; the connection is kept awake meanwhile. */
bool box_answer(struct box *b, uint16_t type, struct err *e);
void box_answer_clear(struct box *b);
/* Wait at most ms for any frame. */
void box_pause(struct box *b, int64_t ms);
bool box_gone(const struct box *b, struct err *e); /* true, with e set, when the desk is gone */

/* --- round.c --- */
bool box_round(struct box *b, bool whole, struct err *e);

/* --- fetch.c --- */
struct job {
	uint32_t uid;
	int64_t size, internaldate;
	enum imap_how how;
	bool delivered;
};
/* Brings every job to the desk (or says that it is gone), with moves in between. */
bool box_fetch(struct box *b, struct job *jobs, size_t n, struct err *e);
bool box_say_gone(struct box *b, uint32_t uid);

/* --- move.c --- */
void box_done_add(struct box *b, uint32_t validity, uint32_t uid);
/* One batch of them. False only when the connection is lost. */
bool box_moves(struct box *b, struct err *e);
/* While there is mail to fetch, that goes first: a MOVE may cost a server seconds. */
bool box_moves_between(struct box *b, struct err *e);
