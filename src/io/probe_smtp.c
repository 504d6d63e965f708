#include "io/probe.h"

#include "base/str.h"
#include "io/probe_say.h"
#include "io/sasl.h"

#include <stdio.h>
#include <string.h>

struct talk {
	const struct smtp_conf *conf;
	struct stream_conf where;
	struct stream *stream;
	char in[4096]; /* read, not yet looked at */
	size_t n;
	char line[1024]; /* the last one of the last answer */
	int code;
	struct sbuf offers; /* the lines of EHLO's answer */
	struct arena *a;
	enum fault fault;
};

enum { TALK_SECONDS = 60, TALK_BYTES = 65536, OFFERS_MAX = 16384 };

static bool lost(struct talk *t, struct err *e)
{
	t->fault = stream_fault(t->stream);
	return err_set(e, "%s", stream_text(t->stream));
}

static bool read_line(struct talk *t, struct err *e)
{
	char *end;
	size_t n;

	while (!(end = memchr(t->in, '\n', t->n))) {
		ssize_t got;

		if (t->n == sizeof t->in) {
			stream_fail(t->stream, FAULT_PROTOCOL, "a line without end");
			return lost(t, e);
		}
		got = stream_read(t->stream, t->in + t->n, sizeof t->in - t->n);
		if (got < 0)
			return lost(t, e);
		t->n += (size_t)got;
	}
	n = (size_t)(end - t->in) + 1;
	snprintf(t->line, sizeof t->line, "%.*s", (int)(n - 1), t->in);
	memmove(t->in, t->in + n, t->n - n);
	t->n -= n;
	return true;
}

/* One answer, of as many lines as it has. */
static bool read_answer(struct talk *t, struct err *e)
{
	uint64_t code;

	sbuf_clear(&t->offers);
	do {
		struct slice s;

		if (!read_line(t, e))
			return false;
		s = slice_of(t->line);
		if (!slice_u64(slice_sub(s, 0, 3), &code) || code < 200 || code > 599) {
			stream_fail(t->stream, FAULT_PROTOCOL, "the answer is no SMTP");
			return lost(t, e);
		}
		sbuf_slice(&t->offers, slice_trim(slice_sub(s, 4, s.n)));
		sbuf_chr(&t->offers, '\n');
	} while (t->line[3] == '-');
	t->code = (int)code;
	return true;
}

static bool command(struct talk *t, struct err *e, const char *text)
{
	stream_limit(t->stream, TALK_SECONDS, TALK_BYTES);
	if (!stream_write(t->stream, text, strlen(text)) || !stream_write(t->stream, "\r\n", 2))
		return lost(t, e);
	return read_answer(t, e);
}

static bool refuse(struct talk *t, enum fault f, const char *what, struct err *e)
{
	t->fault = f;
	return err_set(e, "%s: %s", what, t->line);
}

static bool offers(const struct talk *t, const char *keyword)
{
	struct slice all = sbuf_view(&t->offers), line, word;

	while (slice_next(&all, '\n', &line))
		if (slice_next(&line, ' ', &word) && slice_ieqs(word, keyword))
			return true;
	return false;
}

static bool offers_auth(const struct talk *t, const char *mechanism)
{
	struct slice all = sbuf_view(&t->offers), line, word;

	while (slice_next(&all, '\n', &line)) {
		if (!slice_istarts(line, "AUTH"))
			continue;
		while (slice_next(&line, ' ', &word))
			if (slice_ieqs(word, mechanism))
				return true;
	}
	return false;
}

static bool hello(struct talk *t, struct err *e)
{
	const char *name = str_empty(t->conf->ehlo) ? "localhost" : t->conf->ehlo;

	if (!command(t, e, arena_printf(t->a, "EHLO %s", name)))
		return false;
	return t->code == 250 || refuse(t, FAULT_PROTOCOL, "EHLO", e);
}

static bool start_tls(struct talk *t, struct err *e)
{
	if (!offers(t, "STARTTLS"))
		return refuse(t, FAULT_NO_STARTTLS, "EHLO", e);
	if (!command(t, e, "STARTTLS"))
		return false;
	if (t->code != 220)
		return refuse(t, FAULT_NO_STARTTLS, "STARTTLS", e);
	if (t->n > 0) {
		stream_fail(t->stream, FAULT_INJECTED, "bytes between STARTTLS and the handshake");
		return lost(t, e);
	}
	if (!stream_handshake(t->stream))
		return lost(t, e);
	return hello(t, e);
}

/* A challenge is answered; anything else is the verdict. */
static bool answer_challenge(struct talk *t, const char *text, struct err *e)
{
	return t->code != 334 || command(t, e, text);
}

static bool log_in(struct talk *t, struct err *e)
{
	const struct smtp_conf *c = t->conf;
	bool ok;

	if (offers_auth(t, "PLAIN"))
		ok = command(t, e, "AUTH PLAIN") &&
		     answer_challenge(t, sasl_plain(t->a, c->user, c->password), e);
	else if (offers_auth(t, "LOGIN"))
		ok = command(t, e, "AUTH LOGIN") &&
		     answer_challenge(t, sasl_base64(t->a, slice_of(c->user)), e) &&
		     answer_challenge(t, sasl_base64(t->a, slice_of(c->password)), e);
	else
		return refuse(t, FAULT_NO_AUTH, "EHLO offers no AUTH PLAIN or LOGIN", e);
	if (!ok || t->code == 235)
		return ok;
	return refuse(t, t->code >= 500 ? FAULT_LOGIN : FAULT_LOGIN_LATER, "AUTH", e);
}

static bool try_sender(struct talk *t, const char *from, struct err *e)
{
	char *wire;

	if (!smtp_address(t->a, from, false, &wire, e)) {
		t->fault = FAULT_CONFIG;
		return false;
	}
	if (!command(t, e, arena_printf(t->a, "MAIL FROM:<%s>", wire)))
		return false;
	if (t->code >= 400)
		return refuse(t, t->code >= 500 ? FAULT_SENDER : FAULT_SERVER, "MAIL FROM", e);
	if (!command(t, e, arena_printf(t->a, "RCPT TO:<%s>", wire)))
		return false;
	if (t->code >= 500)
		return refuse(t, FAULT_SENDER, "RCPT TO", e);
	return command(t, e, "RSET"); /* a grey-listed 4xx is fine */
}

static bool converse(struct talk *t, const char *from, struct probe_result *r, struct err *e)
{
	bool login = !str_empty(t->conf->user);

	if (!read_answer(t, e))
		return false;
	if (t->code != 220)
		return refuse(t, FAULT_SERVER, "greeting", e);
	if (!hello(t, e) || (t->conf->tls == STREAM_STARTTLS && !start_tls(t, e)))
		return false;
	if (t->conf->oauth2) {
		r->login_skipped = true;
		return offers_auth(t, "XOAUTH2") || refuse(t, FAULT_NO_AUTH, "EHLO", e);
	}
	return (!login || log_in(t, e)) && try_sender(t, from, e);
}

static void say_smtp(const struct smtp_conf *c, const char *from, struct probe_result *r)
{
	const char *tls = probe_tls_words(c->tls);

	if (r->login_skipped)
		snprintf(r->say, sizeof r->say,
			 "Conexión %s correcta y el servidor admite OAuth2. El ingreso no se "
			 "probó: lo renueva el servicio en marcha.",
			 tls);
	else
		snprintf(r->say, sizeof r->say,
			 "Conexión %s%s; el servidor acepta correo de %.200s.", tls,
			 str_empty(c->user) ? " correcta" : " e ingreso correctos", from);
}

bool probe_smtp(const struct smtp_conf *c, const char *from, struct probe_result *r)
{
	struct talk t = {.conf = c,
			 .where = {.host = c->host,
				   .port = c->port,
				   .tls = c->tls,
				   .ca_file = c->ca_file,
				   .wake = {.fd = -1}},
			 .offers = SBUF_INIT(OFFERS_MAX),
			 .a = arena_new()};
	struct err e = {""};

	*r = (struct probe_result){.ok = true};
	t.stream = stream_open(&t.where, &t.fault, &e);
	if (!t.stream || !converse(&t, from, r, &e))
		probe_bad(r, t.fault, &e);
	else
		say_smtp(c, from, r);
	if (t.stream && stream_fault(t.stream) == FAULT_NONE)
		command(&t, &e, "QUIT");
	stream_close(&t.stream);
	sbuf_free(&t.offers);
	arena_free(&t.a);
	return r->ok;
}
