/* imap: one IMAP mailbox through libetpan's protocol layer over our own stream. Only UID, sizes,
 * dates and bodies are ever asked for: the library dies on hostile ENVELOPE and BODYSTRUCTURE. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/pack.h"
#include "io/fault.h"
#include "io/oauth.h"
#include "io/stream.h"

#include <stdint.h>

/* What the desk hands to mesad-imap (FRAME_IMAP_CONF). Strings are never NULL. */
struct imap_conf {
	const char *name; /* of the mailbox, for logs */
	const char *host;
	int port;
	enum stream_tls tls;
	const char *ca_file;	     /* "": the system's */
	const char *user, *password; /* password "" with oauth */
	bool oauth2;
	struct oauth_conf oauth;
	const char *folder;   /* UTF-8 */
	const char *move_to;  /* UTF-8; "": mark with a keyword and leave it where it is */
	int64_t poll_seconds; /* between looks where the server has no IDLE */
	int64_t idle_renew;   /* seconds */
	int64_t message_max;  /* bytes */
};

void imap_conf_pack(struct sbuf *b, const struct imap_conf *c);
/* False when the bytes are not exactly one configuration, or a value is out of range. */
bool imap_conf_unpack(struct slice body, struct arena *a, struct imap_conf *out);

/* The keyword that says «done» in a folder that mail is not moved out of. */
#define IMAP_KEYWORD "$MesadDone"

enum {
	IMAP_CONTROL_SECONDS = 30,
	IMAP_LOGIN_SECONDS = 60, /* servers delay failed logins on purpose */
	IMAP_CONTROL_BYTES = 65536,
	IMAP_FETCH_SECONDS = 60, /* and one more for each … */
	IMAP_FETCH_RATE = 20480, /* … of these bytes */
	IMAP_UID_BYTES = 12,	 /* of a listing, for each mail */
	IMAP_SIZE_BYTES = 256,	 /* of an answer with size and date, for each mail */
	IMAP_MESSAGES_MAX = 2000000
};

struct imap;

struct imap_uids {
	uint32_t *uid; /* ascending, each once */
	size_t n;
};

struct imap_size {
	uint32_t uid;
	int64_t size, internaldate; /* UTC seconds; 0 where the server says none */
};

/* Connect, check the certificate, log in. access_token: for oauth2, else NULL. NULL with fault and
 * e set; the password was sent only over verified TLS or to where the caller said plain. */
struct imap *imap_open(const struct imap_conf *c, const char *access_token,
		       const struct stream_wake *wake, enum fault *fault, struct err *e);
void imap_close(struct imap **mp); /* at once, without LOGOUT; NULL-safe */
void imap_logout(struct imap **mp);

/* Every call below: false with e set. A connection that is still in step after it (the server
 * merely said NO) is imap_alive; a dead one has to be closed. */
bool imap_alive(const struct imap *m);
enum fault imap_fault(const struct imap *m);

/* "PLAIN", "XOAUTH2": may one log in so? Told before the login only. */
bool imap_offers(const struct imap *m, const char *mechanism);
bool imap_select(struct imap *m, const char *folder, struct err *e);
uint32_t imap_uidvalidity(const struct imap *m);
uint32_t imap_exists(const struct imap *m);

/* The UIDs from `from` on (1: all). The caller frees uids->uid. */
bool imap_list(struct imap *m, uint32_t from, struct imap_uids *uids, struct err *e);
/* Those of uids that are still there. */
bool imap_still(struct imap *m, const struct imap_uids *uids, struct imap_uids *there,
		struct err *e);
/* Sizes and dates; out has room for uids->n, *n_r says how many came (in any order). */
bool imap_sizes(struct imap *m, const struct imap_uids *uids, struct imap_size *out, size_t *n_r,
		struct err *e);
/* Mails received before and since the moment (a day's precision, the server's zone). */
bool imap_count_since(struct imap *m, int64_t since, size_t *before, size_t *after, struct err *e);

/* What a FETCH delivers. chunk: more bytes of the mail that is coming (its UID is not known yet);
 * mail: it is complete (empty ones without any chunk), or has no body on the server (exists false).
 * Returning false breaks the connection off. */
struct imap_sink {
	bool (*chunk)(void *ctx, const void *p, size_t n);
	bool (*mail)(void *ctx, uint32_t uid, bool exists);
	void *ctx;
};

enum imap_how { IMAP_SKIP, IMAP_WHOLE, IMAP_HEADERS };

/* bytes: what is expected in all; twice as much and message_max more is where it stops. */
bool imap_fetch(struct imap *m, const struct imap_uids *uids, enum imap_how how, int64_t bytes,
		const struct imap_sink *sink, struct err *e);

/* Move, or where the server cannot: copy and mark. The folder is created when missing. */
bool imap_move(struct imap *m, const struct imap_uids *uids, const char *folder, struct err *e);
bool imap_mark(struct imap *m, const struct imap_uids *uids, struct err *e);

/* --- imap_idle.c --- */
bool imap_has_idle(const struct imap *m);
enum imap_woken {
	IMAP_WOKEN_NEWS, /* the folder changed */
	IMAP_WOKEN_TIME, /* the wait is over */
	IMAP_WOKEN_CALL, /* the caller wants to do something else */
	IMAP_WOKEN_ERROR /* e is set */
};
/* Wait for news at most ms, or until call->stop says so: it is asked at the start and whenever
 * call->fd can be read. Out of IDLE again after it. */
enum imap_woken imap_wait(struct imap *m, const struct stream_wake *call, int64_t ms,
			  struct err *e);
bool imap_noop(struct imap *m, struct err *e);

/* --- imap_name.c --- */
/* A folder's name in the modified UTF-7 of RFC 3501. False when it is no valid UTF-8 or has
 * controls. */
bool imap_folder_name(struct arena *a, const char *utf8, char **out);
