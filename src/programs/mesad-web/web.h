/* web: the HTTP side of the survey. It knows one route and no content: every page comes from the
 * desk, every submission goes there.
 *   main.c  life: the channel, the loop, deadlines
 *   http.c  requests: what is let through, and how it is answered */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "face/page.h"
#include "work/protocol.h"

#include <stdint.h>

enum {
	WEB_CONNECTIONS = 64,
	WEB_PER_ADDRESS = 16,	  /* where browsers come directly; a proxy is one address */
	WEB_HEAD_MAX = 16384,	  /* request line and headers, and MHD's own needs */
	WEB_BODY_MAX = 64 * 1024, /* a comment of PAGE_COMMENT_MAX, each character escaped */
	WEB_COMMENT_MAX = PAGE_COMMENT_MAX * 4,
	WEB_CHOICE_MAX = 16,
	WEB_TOKEN_MIN = 10,
	WEB_TOKEN_MAX = 120,
	WEB_IDLE_SECONDS = 10,
	WEB_DESK_MS = 10000, /* then «try again»: the vote may have been taken all the same */
	WEB_AGE_MS = 30000   /* one byte now and then keeps nobody connected for ever */
};

struct MHD_Daemon;
struct MHD_Connection;

enum web_method { WEB_GET, WEB_HEAD, WEB_POST, WEB_OTHER };

/* One connection carries one request. */
struct request {
	struct MHD_Connection *connection; /* NULL: the slot is free */
	int fd;
	int64_t born_ms;

	bool seen; /* the head was looked at */
	enum web_method method;
	char token[WEB_TOKEN_MAX + 1];
	uint32_t refused; /* HTTP status; 0: still welcome */
	size_t body;
	struct MHD_PostProcessor *post;
	struct sbuf score, solved, comment;
	bool answered;

	uint32_t id; /* of the question to the desk, 0: none yet */
	int64_t asked_ms;
	bool waiting;	 /* suspended */
	uint32_t status; /* of the answer, 0: none yet */
	struct sbuf page;
};

struct web {
	int sock;
	bool gone;
	struct MHD_Daemon *daemon;
	char *path;   /* before "/e/": "" or "/soporte" */
	char *origin; /* "https://soporte.example" */
	uint32_t next_id;
	struct request slots[WEB_CONNECTIONS];
};

/* --- http.c --- */
bool web_open(struct web *w, int listener, const char *base_url, struct err *e);
/* The desk's answer, or the lack of one: page is taken over. */
void web_answer(struct request *r, uint32_t status, const struct slice *page);
bool web_is_token(struct slice s);
/* "https://host:1/a/" → "https://host:1" and "/a". */
void web_split_url(struct arena *a, const char *url, char **origin, char **path);

/* --- main.c --- */
bool web_ask(struct web *w, struct request *r, const char *origin, const char *address);
