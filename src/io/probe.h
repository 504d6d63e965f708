/* probe: one honest try at a mail server, for `mesactl check --connect`: name, connection, TLS,
 * certificate, login, and for IMAP the folder, for SMTP the sender. Nothing is changed and nothing
 * is sent. */
#pragma once

#include "io/imap.h"
#include "io/smtp.h"

enum { PROBE_TEXT_MAX = 700 };

struct probe_result {
	bool ok;
	enum fault fault;
	char say[PROBE_TEXT_MAX];    /* Spanish: what was found, or what is wrong and what to do */
	char detail[PROBE_TEXT_MAX]; /* what the server or the library said, "" when ok */
	bool login_skipped;	     /* OAuth2: the token is the daemon's to renew, not ours */
	size_t messages;	     /* imap: in the folder */
	size_t before, since;	     /* of them, by the day of their arrival */
};

/* since: where mail begins to count (0: all of it does). Both return r->ok. */
bool probe_imap(const struct imap_conf *c, int64_t since, struct probe_result *r);
/* from: the desk's address. */
bool probe_smtp(const struct smtp_conf *c, const char *from, struct probe_result *r);
