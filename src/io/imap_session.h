/* imap_session: what the files of imap share. */
#pragma once

#include "io/imap.h"

#include <libetpan/libetpan.h>

struct imap {
	const struct imap_conf *conf;
	struct stream_conf where;
	struct stream *stream;
	mailimap *session;
	struct arena *names;	 /* folders' names on the wire */
	bool dead;		 /* out of step: close it */
	bool no_idle;		 /* offered, but refused */
	bool no_move;		 /* the same */
	struct imap_uids copied; /* into the folder, and not marked yet: ascending */
	enum fault fault;	 /* of the last failure */
};

void imap_limit(struct imap *m, int64_t bytes); /* the next command is a short one */

/* True for a success code; else e and m->fault are set, and m->dead unless it was a plain NO. */
bool imap_ok(struct imap *m, int rc, enum fault no, const char *what, struct err *e);

/* uids[from .. from + n) as a set; never empty. The caller frees it. */
struct mailimap_set *imap_set(const struct imap_uids *uids, size_t from, size_t n);

/* Write a command after its tag, and the rest of the exchange line by line. */
bool imap_put(struct imap *m, const char *text);
/* The tagged end of a command whose last line was read already. */
int imap_end(struct imap *m);

/* imap_login.c: capabilities, the way to log in, capabilities again. */
bool imap_login(struct imap *m, const char *access_token, struct err *e);
