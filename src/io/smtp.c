#include "io/smtp_handle.h"

#include "base/str.h"
#include "base/text.h"
#include "io/sys.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop(struct smtp *s)
{
	smtp_stop_listening(s);
	curl_easy_cleanup(s->curl);
	s->curl = NULL;
	s->sent = 0;
}

struct smtp *smtp_new(const struct smtp_conf *c)
{
	struct smtp *s = mem_alloc(sizeof *s);

	s->conf = c;
	for (size_t i = 0; i < SMTP_SOCKETS_MAX; i++)
		s->sockets[i] = -1;
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
	if (s->distrust)
		out->fault = FAULT_CERT_OTHER;
	else if (rc == CURLE_PEER_FAILED_VERIFICATION)
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
	if (s->distrust)
		smtp_result_text(out, "its certificate is not one for servers, or is weak");
	else if (rc == CURLE_OK || (is_code(s->code) && out->verdict != SMTP_UNCERTAIN))
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
		s->curl = smtp_handle_new(s);
	if (!s->curl || !rcpt)
		abort(); /* out of memory */
	s->at = 0;
	s->stage = STAGE_CONNECT;
	s->distrust = s->quit = false;
	s->code = 0;
	s->line[0] = '\0';
	s->deadline_ms = sys_mono_ms() + SMTP_COMMAND_MS;
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
