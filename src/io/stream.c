#include "io/stream.h"

#include "base/mem.h"
#include "base/str.h"
#include "io/connect.h"
#include "io/sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Until the first command sets its own: a greeting. */
enum { GREETING_SECONDS = 60, GREETING_BYTES = 65536, REASON_MAX = 600 };

static const char priority[] = "-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM";

struct stream {
	const struct stream_conf *conf;
	int fd;
	gnutls_session_t tls;
	gnutls_certificate_credentials_t trust;
	gnutls_typed_vdata_st must[2]; /* GnuTLS keeps pointers to them */
	char *host, purpose[sizeof GNUTLS_KP_TLS_WWW_SERVER];
	int64_t deadline_ms, budget;
	enum fault fault;
	char text[REASON_MAX];
};

bool stream_fail(struct stream *s, enum fault f, const char *text)
{
	if (s->fault == FAULT_NONE) {
		s->fault = f;
		snprintf(s->text, sizeof s->text, "%s", text);
	}
	return false;
}

static ssize_t failed(struct stream *s, enum fault f, const char *text)
{
	stream_fail(s, f, text);
	return -1;
}

static ssize_t failed_errno(struct stream *s, const char *what)
{
	char text[128], buf[96];
	int error = errno;

	snprintf(text, sizeof text, "%s: %s", what, strerror_r(error, buf, sizeof buf));
	return failed(s, FAULT_LOST, text);
}

/* True when fd is ready; otherwise the fault is set. */
static bool ready(struct stream *s, short events, const char *doing)
{
	char text[96];

	switch (connect_wait(s->fd, events, &s->conf->wake, s->deadline_ms)) {
	case 1:
		return true;
	case 0:
		snprintf(text, sizeof text, "no answer in time while %s", doing);
		return stream_fail(s, FAULT_TIMEOUT, text);
	default:
		return stream_fail(s, FAULT_STOPPED, "stopped");
	}
}

/* --- TLS --- */

static bool is_address(const char *host)
{
	unsigned char raw[16];

	return inet_pton(AF_INET, host, raw) == 1 || inet_pton(AF_INET6, host, raw) == 1;
}

static bool load_trust(struct stream *s)
{
	const char *file = s->conf->ca_file;
	char text[256];
	int n;

	gnutls_certificate_allocate_credentials(&s->trust);
	n = str_empty(file)
		    ? gnutls_certificate_set_x509_system_trust(s->trust)
		    : gnutls_certificate_set_x509_trust_file(s->trust, file, GNUTLS_X509_FMT_PEM);
	if (n > 0)
		return true;
	snprintf(text, sizeof text, "no authorities in %s: %s",
		 str_empty(file) ? "the system's store" : file,
		 n < 0 ? gnutls_strerror(n) : "the file has none");
	return stream_fail(s, FAULT_CONFIG, text);
}

/* The first certificate names itself as its issuer. */
static bool is_self_signed(gnutls_session_t tls)
{
	unsigned n = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(tls, &n);
	gnutls_x509_crt_t crt;
	bool self = false;

	if (!list || n == 0 || gnutls_x509_crt_init(&crt) < 0)
		return false;
	if (gnutls_x509_crt_import(crt, &list[0], GNUTLS_X509_FMT_DER) >= 0)
		self = gnutls_x509_crt_check_issuer(crt, crt) != 0;
	gnutls_x509_crt_deinit(crt);
	return self;
}

static enum fault certificate_fault(gnutls_session_t tls, unsigned status)
{
	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
		return is_self_signed(tls) ? FAULT_CERT_SELF : FAULT_CERT_CA;
	if (status & GNUTLS_CERT_EXPIRED)
		return FAULT_CERT_EXPIRED;
	if (status & GNUTLS_CERT_NOT_ACTIVATED)
		return FAULT_CERT_FUTURE;
	if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
		return FAULT_CERT_NAME;
	return FAULT_CERT_OTHER;
}

static bool fail_certificate(struct stream *s)
{
	unsigned status = gnutls_session_get_verify_cert_status(s->tls);
	gnutls_datum_t said = {0};
	char text[REASON_MAX];

	gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &said, 0);
	snprintf(text, sizeof text, "certificate of %s: %s", s->conf->host,
		 said.data ? (const char *)said.data : "refused");
	gnutls_free(said.data);
	return stream_fail(s, certificate_fault(s->tls, status), text);
}

static bool fail_handshake(struct stream *s, int rc)
{
	char text[256];
	enum fault f = FAULT_TLS;

	if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return fail_certificate(s);
	if (rc == GNUTLS_E_UNSUPPORTED_VERSION_PACKET ||
	    (rc == GNUTLS_E_FATAL_ALERT_RECEIVED &&
	     gnutls_alert_get(s->tls) == GNUTLS_A_PROTOCOL_VERSION))
		f = FAULT_TLS_OLD;
	else if (rc == GNUTLS_E_PREMATURE_TERMINATION || rc == GNUTLS_E_PULL_ERROR)
		f = FAULT_LOST;
	snprintf(text, sizeof text, "TLS with %s: %s", s->conf->host, gnutls_strerror(rc));
	return stream_fail(s, f, text);
}

static bool set_up_tls(struct stream *s)
{
	int rc = gnutls_init(&s->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (rc < 0)
		return stream_fail(s, FAULT_TLS, gnutls_strerror(rc));
	rc = gnutls_set_default_priority_append(s->tls, priority, NULL, 0);
	if (rc >= 0)
		rc = gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, s->trust);
	if (rc >= 0 && !is_address(s->conf->host))
		rc = gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, s->conf->host,
					    strlen(s->conf->host));
	if (rc < 0)
		return stream_fail(s, FAULT_TLS, gnutls_strerror(rc));
	/* The name, and that the certificate is one for servers; an IP address is looked for among
	 * the certificate's addresses. */
	s->must[0] = (gnutls_typed_vdata_st){.type = GNUTLS_DT_DNS_HOSTNAME,
					     .data = (unsigned char *)s->host};
	s->must[1] = (gnutls_typed_vdata_st){.type = GNUTLS_DT_KEY_PURPOSE_OID,
					     .data = (unsigned char *)s->purpose};
	gnutls_session_set_verify_cert2(s->tls, s->must, COUNT(s->must), 0);
	gnutls_transport_set_int(s->tls, s->fd);
	gnutls_handshake_set_timeout(s->tls, 0); /* the deadline is ours */
	return true;
}

/* What GnuTLS waits for. */
static short wanted(gnutls_session_t tls)
{
	return gnutls_record_get_direction(tls) ? POLLOUT : POLLIN;
}

bool stream_handshake(struct stream *s)
{
	int rc;

	if (s->fault != FAULT_NONE || !load_trust(s) || !set_up_tls(s))
		return false;
	s->deadline_ms = sys_mono_ms() + STREAM_HANDSHAKE_SECONDS * 1000;
	while ((rc = gnutls_handshake(s->tls)) < 0) {
		if (gnutls_error_is_fatal(rc))
			return fail_handshake(s, rc);
		if (sys_mono_ms() >= s->deadline_ms)
			return stream_fail(s, FAULT_TIMEOUT, "no TLS agreed on in time");
		if (rc == GNUTLS_E_AGAIN && !ready(s, wanted(s->tls), "agreeing on TLS"))
			return false;
	}
	return true;
}

bool stream_is_tls(const struct stream *s)
{
	return s->tls && s->fault == FAULT_NONE;
}

/* --- reading and writing --- */

void stream_limit(struct stream *s, int64_t seconds, int64_t bytes)
{
	s->deadline_ms = sys_mono_ms() + seconds * 1000;
	s->budget = bytes;
}

/* Bytes, 0 for "try again after waiting for *events", -1 with the fault set. */
static ssize_t read_some(struct stream *s, void *p, size_t n, short *events)
{
	ssize_t got;

	*events = POLLIN;
	if (s->tls) {
		got = gnutls_record_recv(s->tls, p, n);
		if (got > 0)
			return got;
		if (got == 0 || got == GNUTLS_E_PREMATURE_TERMINATION)
			return failed(s, FAULT_LOST, "the server closed the connection");
		*events = wanted(s->tls);
		if (!gnutls_error_is_fatal((int)got)) /* AGAIN, INTERRUPTED, warnings, tickets */
			return 0;
		return failed(s, FAULT_LOST, gnutls_strerror((int)got));
	}
	got = recv(s->fd, p, n, 0);
	if (got > 0)
		return got;
	if (got == 0)
		return failed(s, FAULT_LOST, "the server closed the connection");
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return failed_errno(s, "read");
}

bool stream_pending(const struct stream *s)
{
	return s->tls && gnutls_record_check_pending(s->tls) > 0;
}

ssize_t stream_read(struct stream *s, void *p, size_t n)
{
	short events = POLLIN;
	ssize_t got = 0;

	if (s->fault != FAULT_NONE)
		return -1;
	if (s->budget <= 0)
		return failed(s, FAULT_PROTOCOL, "the server sends more than was asked for");
	if ((int64_t)n > s->budget)
		n = (size_t)s->budget;
	/* A peer that always has one more byte must not outlive the deadline. */
	if (sys_mono_ms() >= s->deadline_ms)
		return failed(s, FAULT_TIMEOUT, "the answer is not complete in time");
	while ((got = read_some(s, p, n, &events)) == 0)
		if (!ready(s, events, "reading"))
			return -1;
	if (got > 0)
		s->budget -= got;
	return got;
}

static ssize_t write_some(struct stream *s, const void *p, size_t n, short *events)
{
	ssize_t put;

	*events = POLLOUT;
	if (s->tls) {
		put = gnutls_record_send(s->tls, p, n);
		if (put >= 0)
			return put;
		*events = wanted(s->tls);
		if (!gnutls_error_is_fatal((int)put))
			return 0;
		return failed(s, FAULT_LOST, gnutls_strerror((int)put));
	}
	put = send(s->fd, p, n, MSG_NOSIGNAL);
	if (put >= 0)
		return put;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return failed_errno(s, "write");
}

bool stream_write(struct stream *s, const void *p, size_t n)
{
	const char *at = p;

	if (s->fault != FAULT_NONE)
		return false;
	while (n > 0) {
		short events;
		ssize_t put = write_some(s, at, n, &events);

		if (put < 0 || (put == 0 && !ready(s, events, "writing")))
			return false;
		at += put;
		n -= (size_t)put;
	}
	return true;
}

int stream_fd(const struct stream *s)
{
	return s->fd;
}

enum fault stream_fault(const struct stream *s)
{
	return s->fault;
}

const char *stream_text(const struct stream *s)
{
	return s->text;
}

/* --- life --- */

struct stream *stream_open(const struct stream_conf *c, enum fault *fault, struct err *e)
{
	int64_t deadline = sys_mono_ms() + STREAM_CONNECT_SECONDS * 1000;
	struct stream *s = mem_alloc(sizeof *s);

	*s = (struct stream){.conf = c,
			     .fd = connect_to(c, deadline, fault, e),
			     .host = mem_str(c->host),
			     .purpose = GNUTLS_KP_TLS_WWW_SERVER};
	if (s->fd < 0) {
		stream_close(&s);
		return NULL;
	}
	if (c->tls == STREAM_IMPLICIT && !stream_handshake(s)) {
		*fault = s->fault;
		err_set(e, "%s", s->text);
		stream_close(&s);
		return NULL;
	}
	stream_limit(s, GREETING_SECONDS, GREETING_BYTES);
	*fault = FAULT_NONE;
	return s;
}

void stream_close(struct stream **sp)
{
	struct stream *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	/* One close_notify is tried; nobody waits for the answer. */
	if (s->tls && s->fault == FAULT_NONE)
		gnutls_bye(s->tls, GNUTLS_SHUT_WR);
	if (s->tls)
		gnutls_deinit(s->tls);
	if (s->trust)
		gnutls_certificate_free_credentials(s->trust);
	if (s->fd >= 0)
		close(s->fd);
	free(s->host);
	free(s);
}
