/* mesad-smtp: hands mails to the relay, one after the other, and tells the desk what became of
 * each. It decides nothing: whether and when a mail is tried again is the desk's. */
#include "base/backoff.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/str.h"
#include "base/version.h"
#include "io/sandbox.h"
#include "io/smtp.h"
#include "io/sys.h"
#include "work/protocol.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	QUEUE_MAX = 64, /* the desk keeps half as many in flight */
	MAIL_MAX = 256 * 1024 * 1024,
	ADDRESS_MAX = 1024,
	HOLD_FIRST_MS = 1000,
	HOLD_MOST_MS = 30000,
	HOLD_LOGIN_MS = 15 * 60000, /* more often, and servers lock the account */
	SEND_AGAIN_MS = 20
};

enum relay_state { RELAY_CONNECTING, RELAY_WORKING, RELAY_IDLE, RELAY_WAITING, RELAY_REFUSED };

struct waiting {
	uint32_t id;
	char from[ADDRESS_MAX], to[ADDRESS_MAX];
	int fd;
};

struct sender {
	int sock;
	bool gone, saved;
	struct arena *arena;
	struct smtp_conf conf;
	struct smtp *smtp; /* NULL: no configuration yet */
	struct oauth_access access;
	struct waiting queue[QUEUE_MAX];
	size_t first, n;
	enum relay_state state;

	/* After a failure that is not about one mail, nothing is tried for a while. */
	int64_t hold_until_ms;
	unsigned failures;
	struct smtp_result hold;
};

/* --- the desk --- */

static bool say(struct sender *s, uint16_t type, uint32_t id, const struct sbuf *body)
{
	enum frame_rc rc;

	while ((rc = frame_send(s->sock, type, id, sbuf_view(body), -1)) == FRAME_AGAIN)
		poll(NULL, 0, SEND_AGAIN_MS);
	if (rc != FRAME_OK)
		s->gone = true;
	return rc == FRAME_OK;
}

static void tell_state(struct sender *s, enum relay_state state, const char *why)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	if (state == s->state && !*why)
		return;
	s->state = state;
	pack_u8(&body, (uint8_t)state);
	pack_str(&body, why);
	say(s, FRAME_SMTP_STATE, 0, &body);
	sbuf_free(&body);
}

static bool copy_address(struct unpack *u, char *out)
{
	struct slice s = unpack_slice(u);

	if (s.n >= ADDRESS_MAX || (s.n > 0 && memchr(s.p, '\0', s.n)))
		return false;
	memcpy(out, s.n ? s.p : "", s.n);
	out[s.n] = '\0';
	return true;
}

/* Takes f->fd over. */
static bool on_send(struct sender *s, const struct frame *f)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);
	struct waiting *w = &s->queue[(s->first + s->n) % QUEUE_MAX];

	if (f->fd < 0)
		return false;
	if (!s->smtp || s->n == QUEUE_MAX || !copy_address(&u, w->from) ||
	    !copy_address(&u, w->to) || !unpack_done(&u)) {
		close(f->fd);
		return false;
	}
	w->id = f->id;
	w->fd = f->fd;
	s->n++;
	return true;
}

static bool is_login_fault(enum fault f)
{
	return f == FAULT_LOGIN || f == FAULT_NO_AUTH || f == FAULT_TOKEN;
}

/* Another worker of this account got a new refresh token. */
static bool on_token(struct sender *s, const struct frame *f)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);
	struct arena *a = arena_new();
	const char *token = unpack_str(&u, a);
	bool ok = unpack_done(&u) && s->smtp;

	if (ok) {
		oauth_replace(&s->access, token);
		if (is_login_fault(s->hold.fault))
			s->hold_until_ms = 0;
	}
	arena_free(&a);
	return ok;
}

static bool save_refresh(void *ctx, const char *refresh, struct err *e);

static bool on_conf(struct sender *s, const struct frame *f)
{
	if (s->smtp || !smtp_conf_unpack(f->body, s->arena, &s->conf))
		return false;
	s->smtp = smtp_new(&s->conf);
	s->access = (struct oauth_access){.conf = s->conf.oauth, .save = save_refresh, .ctx = s};
	return true;
}

static bool on_frame(struct sender *s, const struct frame *f)
{
	if (f->type == FRAME_SMTP_SEND)
		return on_send(s, f);
	if (f->fd >= 0)
		close(f->fd);
	switch (f->type) {
	case FRAME_SMTP_CONF:
		return on_conf(s, f);
	case FRAME_TOKEN:
		return on_token(s, f);
	case FRAME_TOKEN_SAVED:
		s->saved = true;
		return true;
	default:
		return false;
	}
}

/* Frames that are there, or come within ms (-1: however long). */
static void listen_desk(struct sender *s, int ms)
{
	static char buf[FRAME_MAX];
	struct pollfd p = {.fd = s->sock, .events = POLLIN};

	while (!s->gone && s->n < QUEUE_MAX && poll(&p, 1, ms) > 0) {
		struct frame f;
		enum frame_rc rc = frame_recv(s->sock, buf, &f);

		if (rc == FRAME_EOF || rc == FRAME_BAD || (rc == FRAME_OK && !on_frame(s, &f)))
			s->gone = true;
		ms = 0;
	}
}

static bool save_refresh(void *ctx, const char *refresh, struct err *e)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);
	struct sender *s = ctx;

	pack_str(&body, refresh);
	s->saved = false;
	say(s, FRAME_TOKEN, 0, &body);
	sbuf_free(&body);
	while (!s->gone && !s->saved)
		listen_desk(s, -1);
	return s->saved || err_set(e, "the desk is gone");
}

/* --- one mail --- */

static bool have_access(struct sender *s, struct smtp_result *out)
{
	struct err e;

	*out = (struct smtp_result){.verdict = SMTP_LATER};
	if (!s->conf.oauth2)
		return true;
	if (!oauth_access(&s->access, &out->fault, &e)) {
		smtp_result_text(out, e.text);
		return false;
	}
	if (s->access.fresh)
		smtp_token(s->smtp, s->access.token);
	return true;
}

static void try_send(struct sender *s, const struct waiting *w, struct slice mail,
		     struct smtp_result *out)
{
	if (have_access(s, out))
		smtp_send(s->smtp, w->from, w->to, mail, out);
	if (out->fault == FAULT_LOGIN)
		oauth_forget(&s->access);
}

static void send_one(struct sender *s, const struct waiting *w, struct smtp_result *out)
{
	struct slice mail;
	struct err e;

	if (!fd_map(w->fd, MAIL_MAX, true, &mail, &e)) {
		*out = (struct smtp_result){.verdict = SMTP_REFUSED};
		smtp_result_text(out, e.text);
		return;
	}
	try_send(s, w, mail, out);
	/* a token of an earlier login may have been withdrawn before its time: a new one tells */
	if (out->fault == FAULT_LOGIN && s->conf.oauth2 && !s->access.fresh)
		try_send(s, w, mail, out);
	fd_unmap(&mail);
}

/* The relay is not to be had: the mails behind this one need not find out one by one. */
static void hold(struct sender *s, const struct smtp_result *r)
{
	char why[SMTP_TEXT_MAX + 64];

	s->hold = *r;
	s->hold.verdict = SMTP_LATER;
	s->hold_until_ms =
		sys_mono_ms() + (is_login_fault(r->fault) ? HOLD_LOGIN_MS
							  : backoff_ms(s->failures, HOLD_FIRST_MS,
								       HOLD_MOST_MS, sys_seed()));
	s->failures++;
	snprintf(why, sizeof why, "%s: %s", fault_name(r->fault), r->text);
	tell_state(s, fault_is_refusal(r->fault) ? RELAY_REFUSED : RELAY_WAITING, why);
}

static void tell_result(struct sender *s, uint32_t id, const struct smtp_result *r)
{
	static const uint8_t verdicts[] = {[SMTP_ACCEPTED] = SEND_ACCEPTED,
					   [SMTP_LATER] = SEND_LATER,
					   [SMTP_REFUSED] = SEND_REFUSED,
					   [SMTP_UNCERTAIN] = SEND_UNCERTAIN};
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	pack_u8(&body, verdicts[r->verdict]);
	pack_u32(&body, r->code);
	pack_str(&body, r->text);
	say(s, FRAME_SMTP_RESULT, id, &body);
	sbuf_free(&body);
}

static void work_one(struct sender *s)
{
	struct waiting *w = &s->queue[s->first];
	struct smtp_result r;

	if (sys_mono_ms() < s->hold_until_ms) {
		r = s->hold;
	} else {
		tell_state(s, RELAY_WORKING, "");
		send_one(s, w, &r);
		if (r.fault != FAULT_NONE && r.verdict != SMTP_REFUSED)
			hold(s, &r);
		else
			s->failures = 0;
	}
	tell_result(s, w->id, &r);
	close(w->fd);
	s->first = (s->first + 1) % QUEUE_MAX;
	s->n--;
}

/* --- life --- */

static bool greet_desk(int sock, struct err *e)
{
	static char buf[FRAME_MAX];
	struct frame f;

	if (!frame_hello_send(sock) || frame_recv(sock, buf, &f) != FRAME_OK)
		return err_set(e, "no desk");
	return frame_hello_check(&f, e);
}

int main(int argc, char **argv)
{
	static struct sender s;
	struct err e;

	if (argc == 2 && str_eq(argv[1], "--version")) {
		printf("mesad-smtp %s\n", mesad_version);
		return EX_OK;
	}
	log_open("mesad-smtp", LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	s.sock = work_channel();
	if (s.sock < 0) {
		fprintf(stderr, "mesad-smtp is started by mesad.\n");
		return EX_USAGE;
	}
	work_die_with_parent();
	s.arena = arena_new();
	if (!greet_desk(s.sock, &e) || !sandbox_enter(SANDBOX_SMTP, &e)) {
		log_event(LOG_LEVEL_ERROR, "worker_failed", "why=\"%s\"", e.text);
		return EX_SOFTWARE;
	}
	while (!s.gone) {
		if (s.n == 0 && s.smtp && sys_mono_ms() >= s.hold_until_ms)
			tell_state(&s, RELAY_IDLE, "");
		listen_desk(&s, s.n > 0 ? 0 : -1);
		if (s.n > 0 && !s.gone)
			work_one(&s);
	}
	return EX_OK;
}
