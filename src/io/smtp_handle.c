#include "io/smtp_handle.h"

#include "base/str.h"
#include "io/smtp_trust.h"
#include "io/sys.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Kept connections that the relay has closed meanwhile cost a retry: none is kept long. */
enum { CONNECTION_AGE_SECONDS = 30, EHLO_MAX = 255 };

/* --- what curl tells --- */

static size_t on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	size_t room = size * n, left = s->mail.n - s->at;
	size_t take = left < room ? left : room;

	memcpy(to, s->mail.p + s->at, take);
	s->at += take;
	s->deadline_ms =
		sys_mono_ms() + (s->at == s->mail.n ? SMTP_REPLY_SECONDS * 1000 : SMTP_COMMAND_MS);
	return take;
}

static size_t on_line(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	struct slice line = slice_trim((struct slice){p, size * n});
	uint64_t code;

	if (s->quit)
		return size * n;
	s->distrust = !smtp_trusted(s->curl);
	if (s->distrust)
		return 0; /* curl breaks off */
	if (slice_u64(slice_sub(line, 0, 3), &code) && code >= 100 && code < 600)
		s->code = (uint32_t)code;
	snprintf(s->line, sizeof s->line, "%.*s", (int)line.n, line.p);
	if (s->at < s->mail.n)
		s->deadline_ms = sys_mono_ms() + SMTP_COMMAND_MS;
	return size * n;
}

static int on_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	struct smtp *s = ctx;

	(void)purpose;
	for (size_t i = 0; i < SMTP_SOCKETS_MAX; i++) {
		if (s->sockets[i] >= 0)
			continue;
		s->sockets[i] = fd;
		return CURL_SOCKOPT_OK;
	}
	return CURL_SOCKOPT_OK;
}

static int on_close(void *ctx, curl_socket_t fd)
{
	struct smtp *s = ctx;

	for (size_t i = 0; i < SMTP_SOCKETS_MAX; i++)
		if (s->sockets[i] == fd)
			s->sockets[i] = -1;
	return close(fd);
}

/* curl says QUIT and waits minutes for the answer; nobody needs it. */
void smtp_stop_listening(const struct smtp *s)
{
	for (size_t i = 0; i < SMTP_SOCKETS_MAX; i++)
		if (s->sockets[i] >= 0)
			shutdown(s->sockets[i], SHUT_RD);
}

/* The verbs alone are looked at: what follows AUTH is a secret. */
static int on_debug(CURL *curl, curl_infotype type, char *p, size_t n, void *ctx)
{
	static const struct {
		const char *verb;
		enum stage stage;
	} verbs[] = {{"AUTH", STAGE_LOGIN},
		     {"MAIL", STAGE_MAIL},
		     {"RCPT", STAGE_RCPT},
		     {"DATA", STAGE_DATA}};
	struct smtp *s = ctx;

	(void)curl;
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	s->quit = slice_istarts((struct slice){p, n}, "QUIT");
	if (s->quit)
		smtp_stop_listening(s);
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (slice_istarts((struct slice){p, n}, verbs[i].verb))
			s->stage = verbs[i].stage;
	return 0;
}

static int on_progress(void *ctx, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
	const struct smtp *s = ctx;

	(void)dt;
	(void)dn;
	(void)ut;
	(void)un;
	return sys_mono_ms() > s->deadline_ms;
}

/* --- the handle --- */

static const char *ehlo_name(const struct smtp_conf *c)
{
	for (const char *p = c->ehlo; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7F || strchr("/?#%\\", *p))
			return "";
	return strlen(c->ehlo) > EHLO_MAX ? "" : c->ehlo;
}

static void set_url(CURL *h, const struct smtp_conf *c)
{
	struct sbuf url = SBUF_INIT(2048);
	bool v6 = strchr(c->host, ':') != NULL;

	sbuf_printf(&url, "%s://%s%s%s:%d/%s", c->tls == STREAM_IMPLICIT ? "smtps" : "smtp",
		    v6 ? "[" : "", c->host, v6 ? "]" : "", c->port, ehlo_name(c));
	curl_easy_setopt(h, CURLOPT_URL, url.p);
	sbuf_free(&url);
}

static void set_trust(CURL *h, const struct smtp_conf *c)
{
	curl_easy_setopt(h, CURLOPT_USE_SSL,
			 (long)(c->tls == STREAM_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (str_empty(c->ca_file))
		return;
	curl_easy_setopt(h, CURLOPT_CAINFO, c->ca_file);
	curl_easy_setopt(h, CURLOPT_CAPATH, NULL); /* these authorities and no others */
}

static void set_login(CURL *h, const struct smtp *s)
{
	const struct smtp_conf *c = s->conf;

	if (str_empty(c->user))
		return;
	curl_easy_setopt(h, CURLOPT_USERNAME, c->user);
	if (!c->oauth2) {
		curl_easy_setopt(h, CURLOPT_PASSWORD, c->password);
		/* curl would rather try what a server offers and its accounts seldom have, and
		 * not fall back when that is refused */
		curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
		return;
	}
	curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER, s->access ? s->access : "");
	curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
}

CURL *smtp_handle_new(struct smtp *s)
{
	CURL *h = curl_easy_init();

	if (!h)
		return NULL;
	set_url(h, s->conf);
	set_trust(h, s->conf);
	set_login(h, s);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(h, CURLOPT_PROXY, ""); /* whatever the environment says */
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)SMTP_CONNECT_SECONDS);
	curl_easy_setopt(h, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)SMTP_REPLY_SECONDS);
	curl_easy_setopt(h, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE_SECONDS);
	curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, on_socket);
	curl_easy_setopt(h, CURLOPT_SOCKOPTDATA, s);
	curl_easy_setopt(h, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(h, CURLOPT_CLOSESOCKETDATA, s);
	curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(h, CURLOPT_READDATA, s);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(h, CURLOPT_DEBUGDATA, s);
	curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(h, CURLOPT_XFERINFODATA, s);
	return h;
}
