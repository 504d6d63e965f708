#include "io/oauth.h"

#include "io/sys.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/* --- the request --- */

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct sbuf *answer = ctx;

	sbuf_put(answer, p, size * n);
	return answer->over ? 0 : size * n;
}

static void add_field(CURL *h, struct sbuf *form, const char *key, const char *value)
{
	char *escaped = curl_easy_escape(h, value, (int)strlen(value));

	sbuf_printf(form, "%s%s=%s", form->n ? "&" : "", key, escaped ? escaped : "");
	curl_free(escaped);
}

static void fill_form(CURL *h, struct sbuf *form, const struct oauth_conf *c)
{
	bool refresh = !str_empty(c->refresh_token);

	add_field(h, form, "grant_type", refresh ? "refresh_token" : "client_credentials");
	add_field(h, form, "client_id", c->client_id);
	if (!str_empty(c->client_secret))
		add_field(h, form, "client_secret", c->client_secret);
	if (refresh)
		add_field(h, form, "refresh_token", c->refresh_token);
	if (!str_empty(c->scope))
		add_field(h, form, "scope", c->scope);
}

/* Secrets go to https only; a server on this machine is a test's. */
static bool may_ask(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
		  curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		  curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		  (str_eq(scheme, "https") || (str_eq(scheme, "http") && sys_is_loopback(host)));

	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return ok;
}

static CURLcode post(CURL *h, const struct oauth_conf *c, const struct sbuf *form,
		     struct sbuf *answer, long *status)
{
	CURLcode rc;

	curl_easy_setopt(h, CURLOPT_URL, c->token_url);
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)OAUTH_SECONDS);
	curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!str_empty(c->ca_file)) {
		curl_easy_setopt(h, CURLOPT_CAINFO, c->ca_file);
		curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(h, CURLOPT_POSTFIELDS, form->p);
	curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)form->n);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, answer);
	rc = curl_easy_perform(h);
	curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, status);
	return rc;
}

/* 400 and 401 are the endpoint's final word (RFC 6749 5.2); the rest may pass. */
static bool judge(CURLcode rc, long status, struct slice answer, struct arena *a,
		  struct oauth_token *out, enum fault *fault, struct err *e)
{
	if (rc != CURLE_OK) {
		*fault = rc == CURLE_PEER_FAILED_VERIFICATION ? FAULT_CERT_OTHER
			 : rc == CURLE_COULDNT_RESOLVE_HOST   ? FAULT_NAME
			 : rc == CURLE_OPERATION_TIMEDOUT     ? FAULT_TIMEOUT
							      : FAULT_LOST;
		return err_set(e, "token: %s", curl_easy_strerror(rc));
	}
	if (status == 200 && oauth_read(answer, a, out, e))
		return true;
	*fault = status == 400 || status == 401 || status == 403 || status == 200 ? FAULT_TOKEN
										  : FAULT_SERVER;
	if (status == 200)
		return err_prefix(e, "token");
	return err_set(e, "token: the server answers %ld: %s", status, oauth_reason(answer, a));
}

bool oauth_fetch(const struct oauth_conf *c, struct arena *a, struct oauth_token *out,
		 enum fault *fault, struct err *e)
{
	struct sbuf form = SBUF_INIT(OAUTH_ANSWER_MAX), answer = SBUF_INIT(OAUTH_ANSWER_MAX);
	CURL *h = curl_easy_init();
	long status = 0;
	CURLcode rc;
	bool ok;

	*fault = FAULT_CONFIG;
	if (!h || !may_ask(c->token_url)) {
		ok = err_set(e, "token: token_url must be https");
		goto out;
	}
	fill_form(h, &form, c);
	rc = post(h, c, &form, &answer, &status);
	ok = judge(rc, status, sbuf_view(&answer), a, out, fault, e);
	if (ok)
		*fault = FAULT_NONE;
out:
	curl_easy_cleanup(h);
	if (form.p)
		explicit_bzero(form.p, form.cap);
	if (answer.p)
		explicit_bzero(answer.p, answer.cap);
	sbuf_free(&form);
	sbuf_free(&answer);
	return ok;
}
