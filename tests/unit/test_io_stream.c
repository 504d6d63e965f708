/* Streams against real TLS servers with bad certificates, and against peers that stop, drip or talk
 * too much. No byte of ours may reach a server that was not verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "io/stream.h"
#include "io/sys.h"
#include "io_server.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* --- certificates, made here --- */

static struct authority {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
} good, other;

static char ca_file[] = "/tmp/test_io_stream.XXXXXX";
static char self_file[] = "/tmp/test_io_stream.XXXXXX";

static gnutls_x509_privkey_t new_key(bool weak)
{
	gnutls_x509_privkey_t key;

	gnutls_x509_privkey_init(&key);
	assert_int_equal(gnutls_x509_privkey_generate(key, weak ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA,
						      weak ? 1024 : 256, 0),
			 0);
	return key;
}

enum { VALID, PAST, FUTURE };

static gnutls_x509_crt_t new_crt(gnutls_x509_privkey_t key, const char *cn, int when)
{
	static const time_t from[] = {[VALID] = -86400, [PAST] = -864000, [FUTURE] = 864000};
	gnutls_x509_crt_t crt;
	unsigned char serial[] = {1, 2, 3, 4};
	time_t now = time(NULL);

	gnutls_x509_crt_init(&crt);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
	gnutls_x509_crt_set_activation_time(crt, now + from[when]);
	gnutls_x509_crt_set_expiration_time(crt, now + from[when] + 2 * 86400);
	gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, cn,
				      (unsigned)strlen(cn));
	gnutls_x509_crt_set_key(crt, key);
	return crt;
}

static void save(const gnutls_x509_crt_t crt, char *file)
{
	gnutls_datum_t pem;
	int fd = mkstemp(file);

	gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
	assert_int_equal(write(fd, pem.data, pem.size), pem.size);
	close(fd);
	gnutls_free(pem.data);
}

static void new_authority(struct authority *a, const char *name)
{
	a->key = new_key(false);
	a->crt = new_crt(a->key, name, VALID);
	gnutls_x509_crt_set_ca_status(a->crt, 1);
	gnutls_x509_crt_set_key_usage(a->crt, GNUTLS_KEY_KEY_CERT_SIGN);
	gnutls_x509_crt_sign2(a->crt, a->crt, a->key, GNUTLS_DIG_SHA256, 0);
}

struct leaf {
	const struct authority *by; /* NULL: itself */
	const char *name;
	int when;
	bool weak, for_clients;
};

struct pair {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
};

static struct pair new_leaf(const struct leaf *l)
{
	static const unsigned char loopback[] = {127, 0, 0, 1};
	struct pair p = {.key = new_key(l->weak)};

	p.crt = new_crt(p.key, "servidor", l->when);
	gnutls_x509_crt_set_subject_alt_name(p.crt, GNUTLS_SAN_DNSNAME, l->name,
					     (unsigned)strlen(l->name), GNUTLS_FSAN_SET);
	if (strcmp(l->name, "localhost") == 0)
		gnutls_x509_crt_set_subject_alt_name(p.crt, GNUTLS_SAN_IPADDRESS, loopback,
						     sizeof loopback, GNUTLS_FSAN_APPEND);
	if (l->for_clients)
		gnutls_x509_crt_set_key_purpose_oid(p.crt, GNUTLS_KP_TLS_WWW_CLIENT, 0);
	gnutls_x509_crt_sign2(p.crt, l->by ? l->by->crt : p.crt, l->by ? l->by->key : p.key,
			      GNUTLS_DIG_SHA256, 0);
	return p;
}

static void free_pair(struct pair *p)
{
	gnutls_x509_crt_deinit(p->crt);
	gnutls_x509_privkey_deinit(p->key);
}

/* --- a TLS server for one connection; says how many bytes of ours it could read --- */

struct tls_server {
	int port;
	pid_t pid;
};

static int serve(int listener, const struct pair *p, const char *versions)
{
	gnutls_certificate_credentials_t cred;
	gnutls_session_t tls;
	char priority[200], buf[256];
	int fd = accept(listener, NULL, NULL), rc, n = 0;

	signal(SIGPIPE, SIG_IGN);
	alarm(20);
	gnutls_certificate_allocate_credentials(&cred);
	gnutls_certificate_set_x509_key(cred, (gnutls_x509_crt_t *)&p->crt, 1, p->key);
	gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
	snprintf(priority, sizeof priority, "NORMAL:%s:%%PROFILE_VERY_WEAK", versions);
	gnutls_priority_set_direct(tls, priority, NULL);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, cred);
	gnutls_transport_set_int(tls, fd);
	do
		rc = gnutls_handshake(tls);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc == 0) {
		gnutls_record_send(tls, "hola\n", 5);
		n = (int)gnutls_record_recv(tls, buf, sizeof buf);
	}
	return n > 0 ? n : 0;
}

static struct tls_server serve_tls(const struct leaf *l, const char *versions)
{
	struct pair p = new_leaf(l);
	struct tls_server s;
	int fd = io_server_listen(&s.port);

	fflush(NULL);
	s.pid = fork();
	if (s.pid == 0)
		_exit(serve(fd, &p, versions));
	close(fd);
	free_pair(&p);
	return s;
}

static int bytes_seen(struct tls_server *s)
{
	int status = -1;

	waitpid(s->pid, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int make_certificates(void **state)
{
	struct pair self;

	(void)state;
	new_authority(&good, "Autoridad");
	new_authority(&other, "Otra");
	save(good.crt, ca_file);
	self = new_leaf(&(struct leaf){.name = "localhost"});
	save(self.crt, self_file);
	free_pair(&self);
	return 0;
}

static int drop_certificates(void **state)
{
	(void)state;
	gnutls_x509_crt_deinit(good.crt);
	gnutls_x509_privkey_deinit(good.key);
	gnutls_x509_crt_deinit(other.crt);
	gnutls_x509_privkey_deinit(other.key);
	unlink(ca_file);
	unlink(self_file);
	return 0;
}

static struct stream_conf at(const char *host, int port, enum stream_tls tls)
{
	return (struct stream_conf){
		.host = host, .port = port, .tls = tls, .ca_file = ca_file, .wake = {.fd = -1}};
}

static const char modern[] = "-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static void certificates(void **state)
{
	static const struct {
		struct leaf leaf;
		const char *host, *versions, *ca;
		enum fault fault;
	} rows[] = {
		{{&good, "localhost", VALID, false, false}, "localhost", modern, NULL, FAULT_NONE},
		{{&good, "localhost", VALID, false, false}, "127.0.0.1", modern, NULL, FAULT_NONE},
		{{&good, "localhost", VALID, false, false},
		 "localhost",
		 "-VERS-ALL:+VERS-TLS1.2",
		 NULL,
		 FAULT_NONE},
		{{&good, "localhost", VALID, false, false}, "localhost", modern, "", FAULT_CERT_CA},
		{{&other, "localhost", VALID, false, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_CA},
		{{NULL, "localhost", VALID, false, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_SELF},
		{{&good, "otro.example", VALID, false, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_NAME},
		{{&good, "otro.example", VALID, false, false},
		 "127.0.0.1",
		 modern,
		 NULL,
		 FAULT_CERT_NAME},
		{{&good, "localhost", PAST, false, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_EXPIRED},
		{{&good, "localhost", FUTURE, false, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_FUTURE},
		{{&good, "localhost", VALID, true, false},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_OTHER},
		{{&good, "localhost", VALID, false, true},
		 "localhost",
		 modern,
		 NULL,
		 FAULT_CERT_OTHER},
		{{&good, "localhost", VALID, false, false},
		 "localhost",
		 "-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0",
		 NULL,
		 FAULT_TLS_OLD},
		{{&good, "localhost", VALID, false, false},
		 "localhost",
		 modern,
		 "/nonexistent/ca.pem",
		 FAULT_CONFIG},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tls_server server = serve_tls(&rows[i].leaf, rows[i].versions);
		struct stream_conf c = at(rows[i].host, server.port, STREAM_IMPLICIT);
		enum fault fault = FAULT_NONE;
		struct err e = {""};
		struct stream *s;
		char buf[16];
		int seen;

		if (rows[i].ca)
			c.ca_file = rows[i].ca;
		s = stream_open(&c, &fault, &e);
		if (fault != rows[i].fault)
			fail_msg("row %zu: %s: %s", i, fault_name(fault), e.text);
		assert_int_equal(s != NULL, fault == FAULT_NONE);
		if (s) {
			assert_true(stream_is_tls(s));
			assert_int_equal(stream_read(s, buf, sizeof buf), 5);
			assert_true(stream_write(s, "clave\n", 6));
		}
		stream_close(&s);
		seen = bytes_seen(&server);
		if (seen != (fault == FAULT_NONE ? 6 : 0))
			fail_msg("row %zu: the server saw %d bytes", i, seen);
	}
}

static void tls_where_there_is_none(void **state)
{
	static const char *const script[] = {"S:* OK hola\r\n", "E"};
	struct io_server server = io_server_start(script, COUNT(script));
	struct stream_conf c = at("localhost", server.port, STREAM_IMPLICIT);
	enum fault fault;
	struct err e;

	(void)state;
	assert_null(stream_open(&c, &fault, &e));
	assert_int_equal(fault, FAULT_TLS);
	io_server_end(&server);
}

/* --- connecting --- */

static void nobody_there(void **state)
{
	enum fault fault;
	struct err e;
	struct stream_conf c;
	int port, fd = io_server_listen(&port);

	(void)state;
	close(fd);
	c = at("127.0.0.1", port, STREAM_PLAIN);
	assert_null(stream_open(&c, &fault, &e));
	assert_int_equal(fault, FAULT_REFUSED);
	c = at("nadie.invalid", 993, STREAM_PLAIN);
	assert_null(stream_open(&c, &fault, &e));
	assert_int_equal(fault, FAULT_NAME);
	assert_non_null(strstr(e.text, "nadie.invalid"));
}

/* --- peers that misbehave --- */

static struct stream *open_plain(struct stream_conf *c, struct io_server *server)
{
	enum fault fault;
	struct err e = {""};
	struct stream *s;

	c->port = server->port;
	s = stream_open(c, &fault, &e);
	if (!s)
		fail_msg("%s", e.text);
	return s;
}

static void end_is_an_error_and_stays(void **state)
{
	static const char *const script[] = {"S:abc"};
	struct io_server server = io_server_start(script, COUNT(script));
	struct stream_conf c = at("127.0.0.1", 0, STREAM_PLAIN);
	struct stream *s = open_plain(&c, &server);
	char buf[16];

	(void)state;
	assert_int_equal(stream_read(s, buf, sizeof buf), 3);
	assert_int_equal(stream_read(s, buf, sizeof buf), -1);
	assert_int_equal(stream_fault(s), FAULT_LOST);
	assert_int_equal(stream_read(s, buf, sizeof buf), -1);
	assert_false(stream_write(s, "x", 1)); /* and no SIGPIPE */
	assert_false(stream_fail(s, FAULT_PROTOCOL, "later"));
	assert_int_equal(stream_fault(s), FAULT_LOST);
	stream_close(&s);
	assert_null(s);
	stream_close(&s);
	assert_true(io_server_end(&server));
}

static void budget_is_a_limit(void **state)
{
	static const char *const script[] = {"Z:100000"};
	struct io_server server = io_server_start(script, COUNT(script));
	struct stream_conf c = at("127.0.0.1", 0, STREAM_PLAIN);
	struct stream *s = open_plain(&c, &server);
	char buf[700];
	ssize_t n, sum = 0;

	(void)state;
	stream_limit(s, 10, 5000);
	while ((n = stream_read(s, buf, sizeof buf)) > 0)
		sum += n;
	assert_int_equal(sum, 5000);
	assert_int_equal(stream_fault(s), FAULT_PROTOCOL);
	stream_close(&s);
	io_server_end(&server);
}

static void dripping_does_not_help(void **state)
{
	static const char *const script[] = {"D:500"};
	struct io_server server = io_server_start(script, COUNT(script));
	struct stream_conf c = at("127.0.0.1", 0, STREAM_PLAIN);
	struct stream *s = open_plain(&c, &server);
	int64_t start = sys_mono_ms();
	char buf[16];

	(void)state;
	stream_limit(s, 1, 100000);
	while (stream_read(s, buf, sizeof buf) > 0)
		;
	assert_int_equal(stream_fault(s), FAULT_TIMEOUT);
	assert_true(sys_mono_ms() - start < 5000);
	stream_close(&s);
	io_server_end(&server);
}

static bool count_call(void *ctx)
{
	int *calls = ctx;

	return ++*calls == 2;
}

static void wakes_up(void **state)
{
	static const char *const script[] = {"E"};
	struct io_server server = io_server_start(script, COUNT(script));
	struct stream_conf c = at("127.0.0.1", 0, STREAM_PLAIN);
	int calls = 0, fd = eventfd(1, EFD_NONBLOCK); /* readable from the start */
	struct stream *s;
	char buf[16];

	(void)state;
	c.wake = (struct stream_wake){fd, count_call, &calls};
	s = open_plain(&c, &server);
	stream_limit(s, 60, 1000);
	assert_int_equal(stream_read(s, buf, sizeof buf), -1);
	assert_int_equal(stream_fault(s), FAULT_STOPPED);
	assert_int_equal(calls, 2); /* the first call did not stop it */
	stream_close(&s);
	close(fd);
	assert_true(io_server_end(&server));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates),	     cmocka_unit_test(tls_where_there_is_none),
		cmocka_unit_test(nobody_there),	     cmocka_unit_test(end_is_an_error_and_stays),
		cmocka_unit_test(budget_is_a_limit), cmocka_unit_test(dripping_does_not_help),
		cmocka_unit_test(wakes_up),
	};

	return cmocka_run_group_tests(tests, make_certificates, drop_certificates);
}
