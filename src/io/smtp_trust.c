#include "io/smtp_trust.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

/* The same as the IMAP side's %PROFILE_MEDIUM. */
static bool is_strong(gnutls_x509_crt_t crt)
{
	unsigned bits = 0;
	int algorithm = gnutls_x509_crt_get_pk_algorithm(crt, &bits);

	return algorithm >= 0 && gnutls_pk_bits_to_sec_param((gnutls_pk_algorithm_t)algorithm,
							     bits) >= GNUTLS_SEC_PARAM_MEDIUM;
}

static bool fits(const gnutls_datum_t *der)
{
	gnutls_x509_crt_t crt;
	bool ok;

	if (gnutls_x509_crt_init(&crt) < 0)
		return false;
	ok = gnutls_x509_crt_import(crt, der, GNUTLS_X509_FMT_DER) >= 0 &&
	     gnutls_x509_crt_check_key_purpose(crt, GNUTLS_KP_TLS_WWW_SERVER, 0) && is_strong(crt);
	gnutls_x509_crt_deinit(crt);
	return ok;
}

bool smtp_trusted(CURL *curl)
{
	const struct curl_tlssessioninfo *tls = NULL;
	const gnutls_datum_t *peers;
	unsigned n = 0;

	if (curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || !tls ||
	    tls->backend != CURLSSLBACKEND_GNUTLS || !tls->internals)
		return true; /* in the clear still: curl itself insists on TLS where we do */
	peers = gnutls_certificate_get_peers(tls->internals, &n);
	return !peers || n == 0 || fits(&peers[0]);
}
