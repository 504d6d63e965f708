#include "io/smtp.h"

#include "base/str.h"
#include "base/text.h"
#include "io/sys.h"

#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Before the mail's last byte is out, an answer that takes longer than this will not come. */
enum { COMMAND_MS = 120000, CONNECTION_AGE_SECONDS = 30, EHLO_MAX = 255, REPLY_LINE_MAX = 1000 };

enum stage { STAGE_CONNECT, STAGE_LOGIN, STAGE_MAIL, STAGE_RCPT, STAGE_DATA };

struct smtp {
	const struct smtp_conf *conf;
	char *access; /* oauth2 */
	CURL *curl;   /* NULL: none, or thrown away */
	unsigned sent;

	/* the transaction under way */
	struct slice mail;
	size_t at;
	enum stage stage;
	bool quit;     /* curl says good-bye: what is answered to that is no verdict */
	uint32_t code; /* of the relay's last line, 0: none yet */
	char line[REPLY_LINE_MAX];
	int64_t deadline_ms;
};

/* --- what curl tells --- */

static size_t on_read(char *to, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	size_t room = size * n, left = s->mail.n - s->at;
	size_t take = left < room ? left : room;

	memcpy(to, s->mail.p + s->at, take);
	s->at += take;
	s->deadline_ms =
		sys_mono_ms() + (s->at == s->mail.n ? SMTP_REPLY_SECONDS * 1000 : COMMAND_MS);
	return take;
}

static size_t on_line(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	struct slice line = slice_trim((struct slice){p, size * n});
	uint64_t code;

	if (s->quit)
		return size * n;
	if (slice_u64(slice_sub(line, 0, 3), &code) && code >= 100 && code < 600)
		s->code = (uint32_t)code;
	snprintf(s->line, sizeof s->line, "%.*s", (int)line.n, line.p);
	if (s->at < s->mail.n)
		s->deadline_ms = sys_mono_ms() + COMMAND_MS;
	return size * n;
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
		return;
	}
	curl_easy_setopt(h, CURLOPT_XOAUTH2_BEARER, s->access ? s->access : "");
	curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
}

static CURL *handle_new(struct smtp *s)
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

static void drop(struct smtp *s)
{
	curl_easy_cleanup(s->curl);
	s->curl = NULL;
	s->sent = 0;
}

struct smtp *smtp_new(const struct smtp_conf *c)
{
	struct smtp *s = mem_alloc(sizeof *s);

	s->conf = c;
	return s;
}

void smtp_free(struct smtp **sp)
{
	struct smtp *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	drop(s);
	free(s->access);
	free(s);
}

void smtp_token(struct smtp *s, const char *access_token)
{
	drop(s);
	free(s->access);
	s->access = mem_str(access_token);
}

/* --- the verdict --- */

static enum fault fault_of(CURLcode rc)
{
	static const struct {
		CURLcode rc;
		enum fault fault;
	} map[] = {
		{CURLE_COULDNT_RESOLVE_HOST, FAULT_NAME},
		{CURLE_COULDNT_CONNECT, FAULT_REFUSED},
		{CURLE_OPERATION_TIMEDOUT, FAULT_TIMEOUT},
		{CURLE_ABORTED_BY_CALLBACK, FAULT_TIMEOUT},
		{CURLE_PEER_FAILED_VERIFICATION, FAULT_CERT_OTHER},
		{CURLE_SSL_CONNECT_ERROR, FAULT_TLS},
		{CURLE_SSL_CACERT_BADFILE, FAULT_CONFIG},
		{CURLE_SSL_ISSUER_ERROR, FAULT_CERT_CA},
		{CURLE_USE_SSL_FAILED, FAULT_NO_STARTTLS},
		{CURLE_LOGIN_DENIED, FAULT_LOGIN},
		{CURLE_WEIRD_SERVER_REPLY, FAULT_PROTOCOL},
	};

	for (size_t i = 0; i < COUNT(map); i++)
		if (map[i].rc == rc)
			return map[i].fault;
	return FAULT_LOST;
}

/* curl keeps GnuTLS's status; where that has nothing to say, it was the name. */
static enum fault certificate_fault(CURL *h)
{
	long status = 0;

	curl_easy_getinfo(h, CURLINFO_SSL_VERIFYRESULT, &status);
	return status & GNUTLS_CERT_EXPIRED	       ? FAULT_CERT_EXPIRED
	       : status & GNUTLS_CERT_NOT_ACTIVATED    ? FAULT_CERT_FUTURE
	       : status & GNUTLS_CERT_SIGNER_NOT_FOUND ? FAULT_CERT_CA
	       : (status & ~(long)GNUTLS_CERT_INVALID) ? FAULT_CERT_OTHER
						       : FAULT_CERT_NAME;
}

static bool is_code(uint32_t code)
{
	return code >= 400 && code < 600;
}

/* About the session, not about this mail. */
static bool is_login_code(uint32_t code)
{
	return code == 421 || code == 454 || code == 530 || code == 534 || code == 535 ||
	       code == 538;
}

/* Only a refusal is about the password: what curl calls denied may be nonsense, too. */
static enum fault login_fault(const struct smtp *s)
{
	if (s->code >= 500 && s->code < 600)
		return FAULT_LOGIN;
	if (s->code >= 400 && s->code < 500)
		return FAULT_LOGIN_LATER;
	return s->stage < STAGE_LOGIN ? FAULT_NO_AUTH : FAULT_PROTOCOL;
}

/* By what was handed over and what was answered; curl's own code names the step that it was in, and
 * after a lost connection its response code belongs to another one. */
static void judge(const struct smtp *s, CURLcode rc, struct smtp_result *out)
{
	bool whole = s->at == s->mail.n;

	out->code = s->code;
	if (rc == CURLE_OK) {
		out->verdict = SMTP_ACCEPTED;
		return;
	}
	if (whole && !(rc == CURLE_WEIRD_SERVER_REPLY && is_code(s->code))) {
		out->verdict = SMTP_UNCERTAIN;
		out->fault = fault_of(rc);
		return;
	}
	if (s->stage >= STAGE_MAIL && is_code(s->code) && !is_login_code(s->code)) {
		out->verdict = s->code >= 500 ? SMTP_REFUSED : SMTP_LATER;
		return;
	}
	out->verdict = SMTP_LATER;
	out->fault = fault_of(rc);
	if (rc == CURLE_PEER_FAILED_VERIFICATION)
		out->fault = certificate_fault(s->curl);
	else if (is_login_code(s->code) || rc == CURLE_LOGIN_DENIED)
		out->fault = login_fault(s);
}

void smtp_result_text(struct smtp_result *out, const char *text)
{
	struct err clean;
	struct slice cut;

	err_set(&clean, "%s", text); /* one line of valid UTF-8, whatever the relay said */
	cut = text_cut(slice_of(clean.text), sizeof out->text - 1);
	memcpy(out->text, cut.p, cut.n);
	out->text[cut.n] = '\0';
}

/* Where the relay said nothing about it, curl's words. */
static void tell(const struct smtp *s, CURLcode rc, const char *curl_text, struct smtp_result *out)
{
	if (rc == CURLE_OK || (is_code(s->code) && out->verdict != SMTP_UNCERTAIN))
		smtp_result_text(out, s->line);
	else
		smtp_result_text(out, *curl_text ? curl_text : curl_easy_strerror(rc));
}

/* --- sending --- */

static CURLcode transact(struct smtp *s, const char *from, const char *to, char *curl_text)
{
	struct curl_slist *rcpt = curl_slist_append(NULL, to);
	CURLcode rc;

	if (!s->curl)
		s->curl = handle_new(s);
	if (!s->curl || !rcpt)
		abort(); /* out of memory */
	s->at = 0;
	s->stage = STAGE_CONNECT;
	s->quit = false;
	s->code = 0;
	s->line[0] = '\0';
	s->deadline_ms = sys_mono_ms() + COMMAND_MS;
	curl_text[0] = '\0';
	curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, curl_text);
	curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, rcpt);
	curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->mail.n);
	rc = curl_easy_perform(s->curl);
	curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(rcpt);
	return rc;
}

/* The relay had closed the kept connection before it heard of this mail. */
static bool was_stale(const struct smtp *s, CURLcode rc, unsigned sent)
{
	return rc != CURLE_OK && sent > 0 && s->at == 0 && (s->code == 0 || s->code == 421);
}

static void deliver(struct smtp *s, const char *from, const char *to, struct smtp_result *out)
{
	char curl_text[CURL_ERROR_SIZE];
	unsigned sent = s->sent;
	CURLcode rc = transact(s, from, to, curl_text);

	if (was_stale(s, rc, sent)) {
		drop(s);
		rc = transact(s, from, to, curl_text);
	}
	judge(s, rc, out);
	tell(s, rc, curl_text, out);
	s->sent++;
	/* After any error but a refusal behind the final dot, the next mail would read this one's
	 * late answers. */
	if (rc != CURLE_OK && !(rc == CURLE_WEIRD_SERVER_REPLY && s->at == s->mail.n &&
				out->verdict != SMTP_UNCERTAIN && s->code != 421))
		drop(s);
}

void smtp_send(struct smtp *s, const char *from, const char *to, struct slice mail,
	       struct smtp_result *out)
{
	struct arena *a = arena_new();
	char *wire_from, *wire_to;
	struct err e;

	*out = (struct smtp_result){.verdict = SMTP_REFUSED, .fault = FAULT_CONFIG};
	if (smtp_address(a, from, true, &wire_from, &e) &&
	    smtp_address(a, to, false, &wire_to, &e) && smtp_check(mail, &e)) {
		*out = (struct smtp_result){0};
		s->mail = mail;
		deliver(s, wire_from, wire_to, out);
		s->mail = (struct slice){0};
	} else {
		smtp_result_text(out, e.text);
	}
	arena_free(&a);
}
