/* oauth: an access token from a token endpoint (RFC 6749), by libcurl. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/pack.h"
#include "io/fault.h"

#include <stdint.h>

/* Strings are never NULL. */
struct oauth_conf {
	const char *token_url, *client_id;
	const char *client_secret; /* "": none */
	const char *refresh_token; /* "": the grant is client_credentials */
	const char *scope;	   /* "": not sent */
	const char *ca_file;	   /* "": the system's */
};

void oauth_conf_pack(struct sbuf *b, const struct oauth_conf *c);
void oauth_conf_unpack(struct unpack *u, struct arena *a, struct oauth_conf *out);

enum { OAUTH_ANSWER_MAX = 65536, OAUTH_SECONDS = 30, OAUTH_LIFE_DEFAULT = 3000 };

struct oauth_token {
	char *access;  /* what to log in with */
	char *refresh; /* "" unless the server gave a new one: it must be on disk before access is
			  used, or the account is locked out after a power cut */
	int64_t life;  /* seconds that access is good for, less a margin */
};

/* FAULT_TOKEN: the server says no (a person has to look); others: try again. https only, except to
 * loopback. */
bool oauth_fetch(const struct oauth_conf *c, struct arena *a, struct oauth_token *out,
		 enum fault *fault, struct err *e);
/* The answer's bytes → token. */
bool oauth_read(struct slice json, struct arena *a, struct oauth_token *out, struct err *e);
/* What the endpoint gives as its reason: "invalid_grant Token has been revoked". */
const char *oauth_reason(struct slice json, struct arena *a);

/* The access token of one account, fetched again when its time is over. */
struct oauth_access {
	struct oauth_conf conf; /* refresh_token is replaced when the server gives a new one */
	/* Put a new refresh token on disk; nothing that came with it is used before. */
	bool (*save)(void *ctx, const char *refresh_token, struct err *e);
	void *ctx;
	struct arena *arena;
	const char *token; /* NULL: none */
	int64_t until_ms;
	bool fresh; /* token is newer than at the call before */
};

bool oauth_access(struct oauth_access *o, enum fault *fault, struct err *e);
void oauth_forget(struct oauth_access *o); /* the server did not want it */
/* The next access token is asked for with this one. */
void oauth_replace(struct oauth_access *o, const char *refresh_token);
