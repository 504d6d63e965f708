/* worker: the desk's hold on one worker process: start, deadlines, a bounded queue, back-off.
 * Nothing here blocks on the worker. Times are monotonic milliseconds. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "work/frame.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	WORKER_CHANNEL = 3,	    /* the descriptor that the worker finds its end under */
	WORKER_QUEUE_MAX = 256,	    /* frames that wait for a full socket */
	WORKER_BACKOFF_FIRST = 100, /* ms before the first restart, doubling to … */
	WORKER_BACKOFF_MOST = 60000,
	WORKER_LIVED_WELL = 60000, /* a life this long forgets the deaths before */
};

struct queued;

struct worker {
	const char *name;    /* "mesad-parse": argv[0] and the log's name for it */
	char *path;	     /* of the program; borrowed */
	pid_t pid;	     /* 0: not running */
	int sock;	     /* -1: not running. Non-blocking */
	int status;	     /* of its last death, as wait(2) tells it */
	int64_t deadline_ms; /* set by the owner of the request; 0: nothing owed */
	int64_t started_ms;
	int64_t next_ms; /* not started again before */
	unsigned deaths; /* in a row */
	pid_t late;	 /* killed, but not yet gone when last looked at */
	struct queued *first, *last;
	size_t n_queued;
};

void worker_init(struct worker *w, const char *name, char *path);

/* Beside the running program, else where an installation has it seen from there, else in
 * PREFIX/libexec/mesad. */
char *worker_path(struct arena *a, const char *name);

/* Start the program with its end of a socketpair as WORKER_CHANNEL, stdin from /dev/null, stdout
 * to stderr, every other descriptor closed, signals as at birth, and say hello. A failure counts
 * as a death: the next start waits. */
bool worker_start(struct worker *w, int64_t now_ms, struct err *e);

/* Kill (if it still runs), reap, close, drop the queue and any deadline, set the time of the next
 * start, and log why. Does nothing when it is not running. why NULL: an orderly stop, which is no
 * death: logged for debugging only, and it may start again at once. */
void worker_kill(struct worker *w, int64_t now_ms, const char *why);

bool worker_running(const struct worker *w);
bool worker_may_start(const struct worker *w, int64_t now_ms); /* not running, and waited enough */
bool worker_overdue(const struct worker *w, int64_t now_ms);   /* it owes an answer and is late */
/* When the loop has to look at it again: its deadline, or its next start; INT64_MAX for never. */
int64_t worker_next_ms(const struct worker *w);

/* Send, or queue behind what is queued (the descriptor is duplicated; the caller's stays the
 * caller's). False: the worker is gone or has not read for too long: kill it. */
bool worker_send(struct worker *w, uint16_t type, uint32_t id, struct slice body, int fd,
		 struct err *e);
bool worker_flush(struct worker *w, struct err *e); /* call when writable; false as above */
bool worker_wants_write(const struct worker *w);
