/* connect: check --connect. Each server is logged in to, and what is wrong is one sentence with its
 * remedy. */
#include "programs/mesactl/ctl.h"

#include "face/terminal.h"
#include "io/probe.h"
#include "io/sys.h"
#include "programs/shared/servers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 64 * 1024 };

/* From when on mail becomes cases at a first start. */
static int64_t start_moment(const struct mailbox_conf *box)
{
	switch (box->start) {
	case START_ALL:
		break;
	case START_AGE:
		return sys_now() - box->start_value;
	case START_DATE:
		return box->start_value;
	}
	return 0;
}

static void print_json(const char *what, const char *name, const struct probe_result *r,
		       bool counts)
{
	struct sbuf b = SBUF_INIT(LINE_BYTES);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_str(&j, "server", what);
	json_str(&j, "name", name);
	json_bool(&j, "ok", r->ok);
	json_str(&j, "fault", r->ok ? NULL : fault_name(r->fault));
	json_str(&j, "say", r->say);
	json_str(&j, "detail", r->detail);
	if (r->ok && counts) {
		json_int(&j, "messages", (int64_t)r->messages);
		json_int(&j, "before_start", (int64_t)r->before);
		json_int(&j, "become_cases", (int64_t)r->since);
	}
	json_close(&j, '}');
	ctl_line(&b);
	sbuf_free(&b);
}

static void tell(struct ctl *c, const char *what, const char *name, const struct probe_result *r,
		 bool counts)
{
	struct terminal to = {.colour = c->colour};
	struct sbuf b = SBUF_INIT(LINE_BYTES);

	if (c->json) {
		print_json(what, name, r, counts);
		return;
	}
	terminal_put(&b, &to, r->ok ? PAINT_GOOD : PAINT_BAD, r->ok ? "✓" : "✗");
	sbuf_printf(&b, " %s %s: ", what, name);
	terminal_put(&b, &to, PAINT_NONE, r->say);
	sbuf_chr(&b, '\n');
	if (!r->ok && r->detail[0]) {
		sbuf_cstr(&b, "    ");
		terminal_put(&b, &to, PAINT_QUIET, r->detail);
		sbuf_chr(&b, '\n');
	}
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
}

/* --- the tries, each in a child of its own: the library may fall over what a server says --- */

struct attempt {
	const struct imap_conf *imap; /* or: */
	const struct smtp_conf *smtp;
	int64_t since;
	const char *from;
};

static void attempt(const struct attempt *t, struct probe_result *r)
{
	if (t->imap)
		probe_imap(t->imap, t->since, r);
	else
		probe_smtp(t->smtp, t->from, r);
}

static void attempt_apart(const struct attempt *t, struct probe_result *r)
{
	int fds[2];
	pid_t pid;
	ssize_t n;

	*r = (struct probe_result){.fault = FAULT_CRASH};
	text_copy(r->say, sizeof(r->say), fault_advice(FAULT_CRASH));
	fflush(stdout);
	if (pipe2(fds, O_CLOEXEC) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		attempt(t, r);
		n = write(fds[1], r, sizeof(*r)); /* less than PIPE_BUF: whole, or not at all */
		_exit(n == (ssize_t)sizeof(*r) ? 0 : CTL_SOFTWARE);
	}
	close(fds[1]);
	while ((n = read(fds[0], r, sizeof(*r))) < 0 && errno == EINTR)
		;
	close(fds[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void no_secret(struct probe_result *r, const struct err *e)
{
	*r = (struct probe_result){.fault = FAULT_CONFIG};
	text_copy(r->say, sizeof(r->say), e->text);
}

/* How many mails wait, and how many of them would become cases when mesad first starts. */
static bool one_mailbox(struct ctl *c, const struct mailbox_conf *box)
{
	struct probe_result r;
	struct imap_conf ic;
	struct err e;

	if (servers_imap(c->a, c->conf, box, &ic, &e))
		attempt_apart(&(struct attempt){.imap = &ic, .since = start_moment(box)}, &r);
	else
		no_secret(&r, &e);
	tell(c, "IMAP", box->name, &r, true);
	return r.ok;
}

static bool the_relay(struct ctl *c)
{
	struct probe_result r;
	struct smtp_conf sc;
	struct err e;

	if (!c->conf->has_smtp)
		return true;
	if (servers_smtp(c->a, c->conf, &sc, &e))
		attempt_apart(&(struct attempt){.smtp = &sc, .from = c->conf->smtp_from}, &r);
	else
		no_secret(&r, &e);
	tell(c, "SMTP", c->conf->smtp.host, &r, false);
	return r.ok;
}

int check_connect(struct ctl *c)
{
	bool ok = true;

	for (size_t i = 0; i < c->conf->n_mailboxes; i++)
		ok = one_mailbox(c, &c->conf->mailboxes[i]) && ok;
	ok = the_relay(c) && ok;
	return ok ? CTL_OK : CTL_UNAVAILABLE;
}
