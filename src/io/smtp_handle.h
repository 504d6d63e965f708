/* smtp_handle: what smtp.c and smtp_handle.c share: curl's handle and what it tells. */
#pragma once

#include "io/smtp.h"

#include <curl/curl.h>

/* Before the last byte of a mail is out, an answer that takes longer than this will not come. */
enum { SMTP_COMMAND_MS = 120000, SMTP_REPLY_LINE_MAX = 1000, SMTP_SOCKETS_MAX = 8 };

enum stage { STAGE_CONNECT, STAGE_LOGIN, STAGE_MAIL, STAGE_RCPT, STAGE_DATA };

struct smtp {
	const struct smtp_conf *conf;
	char *access; /* oauth2 */
	CURL *curl;   /* NULL: none, or thrown away */
	unsigned sent;
	int sockets[SMTP_SOCKETS_MAX]; /* curl's, -1: none */

	/* the transaction under way */
	struct slice mail;
	size_t at;
	enum stage stage;
	bool distrust; /* its certificate is not one for a relay */
	bool quit;     /* curl says good-bye: what is answered to that is no verdict */
	uint32_t code; /* of the relay's last line, 0: none yet */
	char line[SMTP_REPLY_LINE_MAX];
	int64_t deadline_ms;
};

CURL *smtp_handle_new(struct smtp *s); /* NULL: out of memory */
void smtp_stop_listening(const struct smtp *s);
