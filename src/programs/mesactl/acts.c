/* acts: the verbs that write. */
#include "programs/mesactl/ctl.h"

#include "base/text.h"
#include "face/history_detail.h"
#include "mail/header.h"
#include "work/fd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BODY_MAX = 48 * 1024, MAIL_MAX = 512 * 1024 * 1024 };

static int ask(struct ctl *c, const char *verb, const char *const *args, size_t n)
{
	struct client *cl = NULL;
	int rc = client_open(c, &cl);

	if (rc == CTL_OK)
		rc = client_ask(cl, verb, args, n, -1, answer_print, c);
	client_close(&cl);
	return rc;
}

int run_do(struct ctl *c)
{
	const char *who = ctl_option(c, "--as");
	const char *args[3];

	if (who == NULL || c->argc != 2)
		return ctl_usage("do");
	args[0] = c->argv[0];
	args[1] = who;
	args[2] = c->argv[1];
	return ask(c, "do", args, COUNT(args));
}

/* «luisa@entidad.example» or «Luisa Peña <luisa@entidad.example>». */
static bool read_from(struct ctl *c, const char *text, struct address *out)
{
	struct address *list;

	if (header_addresses(c->a, slice_of(text), &list) != 1 || !address_valid(list[0].addr))
		return false;
	*out = list[0];
	return true;
}

/* As they are kept: small letters without accents. */
static const char *read_channel(struct ctl *c, const char *name)
{
	char *folded = text_fold(c->a, slice_of(name));

	return history_channel(folded) && !str_eq(folded, "plan") ? folded : NULL;
}

int run_new(struct ctl *c)
{
	const char *from = ctl_option(c, "--from"), *name = ctl_option(c, "--name");
	const char *subject = ctl_option(c, "--subject"), *channel = ctl_option(c, "--channel");
	const char *body = ctl_option(c, "--body"), *by = ctl_option(c, "--as");
	const char *args[6];
	struct address who;
	struct slice text;
	int rc;

	if (from == NULL || subject == NULL || c->argc)
		return ctl_usage("new");
	if (!read_from(c, from, &who))
		return ctl_fail(CTL_DATA, "«%s» no es una dirección de correo", from);
	channel = read_channel(c, channel ? channel : "telefono");
	if (channel == NULL)
		return ctl_fail(CTL_USAGE, "ese canal no existe; los que hay: telefono, "
					   "presencial, chat, email, web");
	if (body && str_eq(body, "-")) {
		rc = ctl_file(c, "-", BODY_MAX, &text);
		if (rc)
			return rc;
		body = slice_dup(c->a, text);
	}
	args[0] = who.addr;
	args[1] = name ? name : who.name;
	args[2] = subject;
	args[3] = channel;
	args[4] = by ? by : "system";
	args[5] = body ? body : "";
	return ask(c, "new", args, COUNT(args));
}

static int ingest_one(const struct ctl *c, struct client *cl, const char *path)
{
	struct ctl own = *c; /* an arena a mail: there may be ten thousand */
	struct slice raw;
	struct err e;
	int fd, rc;

	own.a = arena_new();
	rc = ctl_file(&own, path, MAIL_MAX, &raw);
	if (rc == CTL_OK) {
		fd = fd_seal(raw, &e);
		if (fd < 0)
			rc = ctl_fail(CTL_UNAVAILABLE, "%s", e.text);
		else
			rc = client_ask(cl, "ingest", NULL, 0, fd, answer_print, &own);
		if (fd >= 0)
			close(fd);
	}
	arena_free(&own.a);
	return rc;
}

int run_ingest(struct ctl *c)
{
	struct client *cl = NULL;
	int rc, one;

	if (c->argc == 0)
		return ctl_usage("ingest");
	rc = one = client_open(c, &cl);
	/* one that is missing or refused stops nobody; a desk that went away does */
	for (int i = 0; i < c->argc && (one == CTL_OK || one == CTL_DATA || one == CTL_NOINPUT);
	     i++) {
		one = ingest_one(c, cl, c->argv[i]);
		rc = one > rc ? one : rc;
	}
	client_close(&cl);
	return rc;
}

int run_clock(struct ctl *c)
{
	const char *args[1] = {"accept"};

	if (c->argc != 1 || !str_eq(c->argv[0], "accept"))
		return ctl_usage("clock");
	return ask(c, "clock", args, COUNT(args));
}

/* outbox and quarantine: the parts of them that write. */
int ctl_write(struct ctl *c, const char *verb, const char *what, const char *id)
{
	const char *args[2] = {what, id};

	return ask(c, verb, args, COUNT(args));
}
