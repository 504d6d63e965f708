/* conf: the configuration directory as one immutable value: where things are (mesad.yaml) and what
 * the entity decided (struct policy). */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "conf/diag.h"
#include "core/policy.h"

enum tls_mode { TLS_IMPLICIT, TLS_STARTTLS, TLS_NONE };

struct oauth2_conf {
	const char *token_url, *client_id;
	const char *client_secret_file; /* "" : none */
	const char *refresh_token_file; /* "" with client_credentials */
	const char *grant, *scope;	/* grant: refresh_token or client_credentials */
};

/* Strings are never NULL; "" where nothing was said. */
struct server_conf {
	const char *host;
	int port;
	enum tls_mode tls;
	const char *ca_file; /* absolute, "" : the system's */
	const char *user;    /* "" (smtp only): no AUTH */
	const char *password_file;
	bool oauth2;
	struct oauth2_conf oauth;
};

enum start_mode { START_ALL, START_AGE, START_DATE };

struct mailbox_conf {
	const char *name, *address;
	struct server_conf imap;
	const char *folder, *move_to; /* move_to "" : flag only */
	enum start_mode start;
	int64_t start_value; /* START_AGE seconds, START_DATE UTC */
	int64_t poll_seconds;
};

struct mesad_conf {
	const char *dir, *state_dir; /* absolute */
	struct mailbox_conf *mailboxes;
	size_t n_mailboxes;
	struct server_conf smtp;
	const char *smtp_from; /* default: the first mailbox's address */
	bool has_smtp;
	const char *web_listen_host; /* an IP address, without brackets */
	int web_port;
	bool has_web; /* base_url is in the policy */
	struct verdict_conf {
		const char *authserv_id; /* NULL: none */
		bool topmost;
		const char *internal; /* «Header: value», NULL: none */
	} verdict;
	int64_t message_max;			 /* bytes */
	int64_t retry_first, retry_most, expire; /* seconds */
	int64_t idle_renew;			 /* seconds */
	struct policy *policy;
};

struct conf; /* owns an arena */

/* Needs nothing but the directory: secrets, state_dir or authserv_id not there yet are warnings.
 * now, UTC, is what a date may not be past. NULL when d has an error; d may hold warnings either
 * way. d is initialised by the caller. */
struct conf *conf_load(const char *dir, int64_t now, struct diags *d);
const struct mesad_conf *conf_get(const struct conf *c);
void conf_free(struct conf **cp); /* NULL-safe; sets *cp to NULL */

/* $CONFIGURATION_DIRECTORY (its first), else /etc/mesad if it exists, else ./config. */
char *conf_default_dir(struct arena *a);

/* A secret, trimmed: file is absolute, relative to the configuration directory, or names a systemd
 * credential in $CREDENTIALS_DIRECTORY. e says what to do. */
enum { SECRET_MAX = 4096 };
bool conf_secret(struct arena *a, const struct mesad_conf *c, const char *file, const char **out,
		 struct err *e);
