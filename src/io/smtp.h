/* smtp: hand one mail to the relay for one recipient, by libcurl. The connection is kept from mail
 * to mail and thrown away after any doubt. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/pack.h"
#include "io/fault.h"
#include "io/oauth.h"
#include "io/stream.h"

#include <stdint.h>

/* What the desk hands to mesad-smtp (FRAME_SMTP_CONF). Strings are never NULL. */
struct smtp_conf {
	const char *host;
	int port;
	enum stream_tls tls;
	const char *ca_file;	     /* "": the system's */
	const char *user, *password; /* user "": no AUTH */
	bool oauth2;
	struct oauth_conf oauth;
	const char *ehlo; /* our name; "": the machine's */
};

void smtp_conf_pack(struct sbuf *b, const struct smtp_conf *c);
bool smtp_conf_unpack(struct slice body, struct arena *a, struct smtp_conf *out);

enum {
	SMTP_CONNECT_SECONDS = 30,
	SMTP_REPLY_SECONDS = 600, /* RFC 5321 4.5.3.2.6 allows ten minutes after the final dot */
	SMTP_LINE_MAX = 998,
	SMTP_ADDRESS_MAX = 254,
	SMTP_TEXT_MAX = 512
};

enum smtp_verdict { SMTP_ACCEPTED, SMTP_LATER, SMTP_REFUSED, SMTP_UNCERTAIN };

struct smtp_result {
	enum smtp_verdict verdict;
	enum fault fault; /* why LATER, where it is not the relay's own answer about this mail */
	uint32_t code;	  /* the relay's, 0 for none */
	char text[SMTP_TEXT_MAX]; /* its last line, or our words */
};

/* text as one line of valid UTF-8, cut to fit. */
void smtp_result_text(struct smtp_result *r, const char *text);

struct smtp;

struct smtp *smtp_new(const struct smtp_conf *c); /* c must outlive it */
void smtp_free(struct smtp **sp);
void smtp_token(struct smtp *s,
		const char *access_token); /* oauth2: copied; drops the connection */

/* from "" is the null sender. Nothing is sent of what is not canonical: see smtp_check. */
void smtp_send(struct smtp *s, const char *from, const char *to, struct slice mail,
	       struct smtp_result *out);

/* Every line ends in CRLF and has at most SMTP_LINE_MAX bytes, no bare CR or LF, no NUL. */
bool smtp_check(struct slice mail, struct err *e);
/* The address as it goes on the wire: no control, blank or angle bracket; ASCII local part; the
 * domain in its A-label form. empty_ok: "" passes. */
bool smtp_address(struct arena *a, const char *address, bool empty_ok, char **out, struct err *e);
