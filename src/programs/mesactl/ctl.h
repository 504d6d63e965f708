/* ctl: mesactl, one table of verbs. Reading opens the database read-only; writing goes through the
 * daemon's socket, and where no daemon runs, through a quiet one that is started for it. */
#pragma once

#include "base/json.h"
#include "conf/conf.h"
#include "engine/engine.h"
#include "store/store.h"
#include "work/frame.h"

enum {
	CTL_OK = 0,
	CTL_USAGE = 64,
	CTL_DATA = 65,
	CTL_NOINPUT = 66,
	CTL_UNAVAILABLE = 69,
	CTL_SOFTWARE = 70,
	CTL_CANTCREAT = 73,
	CTL_TRYAGAIN = 75,
	CTL_NOPERM = 77,
	CTL_CONFIG = 78
};

struct ctl {
	const char *dir; /* configuration directory, NULL: the default one */
	bool json, colour;
	int argc; /* arguments after the verb */
	char **argv;
	int literal;	 /* the last of them, which came after «--»: never options */
	struct arena *a; /* lives as long as the command */
	struct conf *conf_owner;
	const struct mesad_conf *conf; /* after ctl_conf */
	struct store *store;	       /* after ctl_store */
	char *scratch;		       /* the folder of an empty store that goes with the command */
};

struct ctl_verb {
	const char *name, *es; /* English and Spanish */
	int (*run)(struct ctl *c);
	const char *args; /* «FILE…» */
	const char *what; /* one Spanish line */
	const char *more; /* further help with examples, or "" */
};
const struct ctl_verb *ctl_verbs(size_t *n);

/* --- open.c: each tells on stderr what is wrong and returns an exit code, 0 for good --- */
int ctl_conf(struct ctl *c);
int ctl_store(struct ctl *c); /* configuration, owner, database read-only */
/* The same before the first start: an empty database of its own, told on stderr. */
int ctl_store_or_empty(struct ctl *c);
void ctl_close(struct ctl *c);
int ctl_fail(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int ctl_usage(const char *verb);
/* The whole of a plain file (or stdin for «-»), at most max bytes. 0, CTL_NOINPUT, or CTL_DATA for
 * one that is larger. */
int ctl_file(struct ctl *c, const char *path, size_t max, struct slice *out);
void ctl_line(const struct sbuf *b); /* to stdout, with LF */

/* --- target.c: each tells what is wrong, and returns an exit code --- */
struct target {
	const char *path; /* NULL: stdout */
	int fd;
};
/* A file that is not there yet, for its owner alone; «-»: stdout. Before ctl_store. */
int target_open(struct target *t, const char *path);
int target_write(const struct target *t, struct slice bytes);
/* rc, or what closing gave; after a failure the file goes away. */
int target_close(struct target *t, int rc);

/* --- `--name value` and `--flag` anywhere after the verb, removed from argv --- */
void ctl_literal(struct ctl *c);			 /* first of all: takes the «--» out */
const char *ctl_option(struct ctl *c, const char *name); /* NULL: not there */
bool ctl_flag(struct ctl *c, const char *name);

/* --- client.c: the control socket --- */
struct client;
/* Connects, starting a quiet desk when none runs. 0 or an exit code. */
int client_open(struct ctl *c, struct client **out);
void client_close(struct client **cp);
/* Ask and read the answer: each line goes to on_line. Returns the desk's exit code (its message is
 * told on stderr). fd -1: none. */
int client_ask(struct client *cl, const char *verb, const char *const *args, size_t n, int fd,
	       void (*on_line)(void *ctx, struct slice line), void *ctx);
/* Only if a desk runs: false otherwise. */
bool client_try(struct ctl *c, struct client **out);

/* --- reader.c: the sandboxed parser, from here --- */
struct reader;
struct reader *reader_new(struct ctl *c);
void reader_free(struct reader **rp);
/* Facts of one mail; never fails: at worst KIND_MALFORMED with a warning. */
void reader_read(struct reader *r, struct arena *a, struct slice raw, struct facts *out);
/* One attachment's decoded bytes, for what only the sandbox may open. */
bool reader_extract(struct reader *r, struct arena *a, struct slice raw, uint32_t index,
		    struct slice *out, struct err *e);

/* --- casejson.c --- */
/* The keys of `show` that `list` has too; then the object is still open. */
void case_fields(struct json *j, const struct policy *p, const struct ticket *t);
char *case_time(struct arena *a, const struct policy *p,
		int64_t utc); /* RFC 3339 local, NULL for 0 */

/* answer.c: one line of the desk's answer to a write; ctx is the struct ctl. To a program as it is,
 * to people what is inside it, a refusal on stderr. */
void answer_print(void *ctx, struct slice line);

/* acts.c: one write by verb, subverb and id. */
int ctl_write(struct ctl *c, const char *verb, const char *what, const char *id);

/* --- verbs --- */
int check_connect(struct ctl *c); /* connect.c: servers, one by one */
int run_check(struct ctl *c);
int run_parse(struct ctl *c);
int run_explain(struct ctl *c);
int run_ingest(struct ctl *c);
int run_new(struct ctl *c);
int run_list(struct ctl *c);
int run_show(struct ctl *c);
int run_history(struct ctl *c);
int run_do(struct ctl *c);
int run_attachment(struct ctl *c);
int run_outbox(struct ctl *c);
int run_quarantine(struct ctl *c);
int run_clock(struct ctl *c);
int run_verify(struct ctl *c);
int run_backup(struct ctl *c);
int run_board(struct ctl *c);
int run_demo(struct ctl *c);
int run_help(struct ctl *c);
