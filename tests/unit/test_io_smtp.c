/* The sender against scripted relays, and token endpoints: what each answer means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "io/oauth.h"
#include "io/smtp.h"
#include "io_server.h"

#include <string.h>

#define HELLO "S:220 r\r\n", "L:EHLO mesa.example\r\n", "S:250-r\r\n250 SIZE 100000\r\n"
#define MAIL "L:MAIL FROM:<mesa@entidad.example> SIZE=17\r\n"
#define RCPT "L:RCPT TO:<ana@entidad.example>\r\n"
#define TO_DATA HELLO, MAIL, "S:250 ok\r\n", RCPT, "S:250 ok\r\n", "L:DATA\r\n", "S:354 go\r\n"
#define BODY "L:A: b\r\n", "L:\r\n", "L:..\r\n", "L:hola\r\n", "L:.\r\n"
#define QUIT "L:QUIT\r\n", "S:221 x\r\n"

static const struct slice mail = {"A: b\r\n\r\n.\r\nhola\r\n", 17};

static struct smtp_conf conf_at(int port, enum stream_tls tls, const char *user)
{
	return (struct smtp_conf){.host = "127.0.0.1",
				  .port = port,
				  .tls = tls,
				  .ca_file = "",
				  .user = user,
				  .password = "clave",
				  .ehlo = "mesa.example"};
}

static size_t steps(const char *const *script, size_t most)
{
	size_t n = 0;

	while (n < most && script[n])
		n++;
	return n;
}

static void verdicts(void **state)
{
	static const struct {
		const char *script[20];
		enum stream_tls tls;
		const char *user;
		enum smtp_verdict verdict;
		enum fault fault;
		uint32_t code;
		const char *text;
	} rows[] = {
		{{TO_DATA, BODY, "S:250 2.0.0 en cola como Q1\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_ACCEPTED,
		 FAULT_NONE,
		 250,
		 "250 2.0.0 en cola como Q1"},
		{{"S:554 hoy no\r\n", "E"},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_PROTOCOL,
		 554,
		 "554 hoy no"},
		{{HELLO, MAIL, "S:451 luego\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_NONE,
		 451,
		 "451 luego"},
		{{HELLO, MAIL, "S:550 no\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_REFUSED,
		 FAULT_NONE,
		 550,
		 "550 no"},
		{{HELLO, MAIL, "S:530 5.7.0 identif\xc3\xadquese\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_LOGIN,
		 530,
		 "530 5.7.0 identifíquese"},
		{{HELLO, MAIL, "S:250 ok\r\n", RCPT, "S:450 gris\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_NONE,
		 450,
		 "450 gris"},
		{{HELLO, MAIL, "S:250 ok\r\n", RCPT, "S:550-no\r\n550 existe\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_REFUSED,
		 FAULT_NONE,
		 550,
		 "550 existe"},
		{{HELLO, MAIL, "S:250 ok\r\n", RCPT, "S:250 ok\r\n", "L:DATA\r\n",
		  "S:452 lleno\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_NONE,
		 452,
		 "452 lleno"},
		{{TO_DATA, BODY, "S:451 luego\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_NONE,
		 451,
		 "451 luego"},
		{{TO_DATA, BODY, "S:554 basura\r\n", QUIT},
		 STREAM_PLAIN,
		 "",
		 SMTP_REFUSED,
		 FAULT_NONE,
		 554,
		 "554 basura"},
		/* Lost behind the final dot: it may have been taken. */
		{{TO_DATA, BODY}, STREAM_PLAIN, "", SMTP_UNCERTAIN, FAULT_LOST, 354, NULL},
		{{TO_DATA, BODY, "S:que?\r\n"},
		 STREAM_PLAIN,
		 "",
		 SMTP_UNCERTAIN,
		 FAULT_LOST,
		 354,
		 NULL},
		{{TO_DATA, BODY, "S:421 cierro\r\n", "E"},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_LOGIN_LATER,
		 421,
		 "421 cierro"},
		{{HELLO, MAIL, "S:250 ok\r\n"},
		 STREAM_PLAIN,
		 "",
		 SMTP_LATER,
		 FAULT_LOST,
		 250,
		 NULL},
		/* No encryption, no password. */
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH PLAIN\r\n", "E"},
		 STREAM_STARTTLS,
		 "ana",
		 SMTP_LATER,
		 FAULT_NO_STARTTLS,
		 250,
		 NULL},
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH PLAIN\r\n", "L:AUTH PLAIN\r\n",
		  "S:334 \r\n", "L:AGFuYQBjbGF2ZQ==\r\n", "S:535 mal\r\n", "E"},
		 STREAM_PLAIN,
		 "ana",
		 SMTP_LATER,
		 FAULT_LOGIN,
		 535,
		 "535 mal"},
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH PLAIN\r\n", "L:AUTH PLAIN\r\n",
		  "S:334 \r\n", "L:AGFuYQBjbGF2ZQ==\r\n", "S:454 luego\r\n", "E"},
		 STREAM_PLAIN,
		 "ana",
		 SMTP_LATER,
		 FAULT_LOGIN_LATER,
		 454,
		 "454 luego"},
		/* What a server offers and its accounts seldom have is not tried. */
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH GSSAPI NTLM DIGEST-MD5 LOGIN\r\n",
		  "L:AUTH LOGIN\r\n", "S:334 VXNlcm5hbWU6\r\n", "L:YW5h\r\n",
		  "S:334 UGFzc3dvcmQ6\r\n", "L:Y2xhdmU=\r\n", "S:535 mal\r\n", "E"},
		 STREAM_PLAIN,
		 "ana",
		 SMTP_LATER,
		 FAULT_LOGIN,
		 535,
		 "535 mal"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct io_server server = io_server_start(
			rows[i].script, steps(rows[i].script, COUNT(rows[i].script)));
		struct smtp_conf c = conf_at(server.port, rows[i].tls, rows[i].user);
		struct smtp *s = smtp_new(&c);
		struct smtp_result r;

		smtp_send(s, "mesa@entidad.example", "ana@entidad.example", mail, &r);
		smtp_free(&s);
		if (r.verdict != rows[i].verdict || r.fault != rows[i].fault ||
		    r.code != rows[i].code)
			fail_msg("row %zu: verdict %d, %s, code %u: %s", i, (int)r.verdict,
				 fault_name(r.fault), r.code, r.text);
		if (rows[i].text)
			assert_string_equal(r.text, rows[i].text);
		assert_true(r.text[0] != '\0');
		if (!io_server_end(&server))
			fail_msg("row %zu: not as written", i);
	}
}

/* One connection for many; a refusal behind the dot does not end it. */
static void connection_is_kept(void **state)
{
	static const char *const script[] = {TO_DATA,	     BODY, "S:250 uno\r\n",  MAIL,
					     "S:250 ok\r\n", RCPT, "S:250 ok\r\n",   "L:DATA\r\n",
					     "S:354 go\r\n", BODY, "S:554 dos\r\n",  MAIL,
					     "S:250 ok\r\n", RCPT, "S:250 ok\r\n",   "L:DATA\r\n",
					     "S:354 go\r\n", BODY, "S:250 tres\r\n", QUIT};
	static const struct {
		enum smtp_verdict verdict;
		const char *text;
	} want[] = {
		{SMTP_ACCEPTED, "250 uno"}, {SMTP_REFUSED, "554 dos"}, {SMTP_ACCEPTED, "250 tres"}};
	struct io_server server = io_server_start(script, COUNT(script));
	struct smtp_conf c = conf_at(server.port, STREAM_PLAIN, "");
	struct smtp *s = smtp_new(&c);

	(void)state;
	for (size_t i = 0; i < COUNT(want); i++) {
		struct smtp_result r;

		smtp_send(s, "mesa@entidad.example", "ana@entidad.example", mail, &r);
		assert_int_equal(r.verdict, want[i].verdict);
		assert_string_equal(r.text, want[i].text);
	}
	smtp_free(&s);
	assert_true(io_server_end(&server));
}

static void null_sender(void **state)
{
	static const char *const script[] = {HELLO,	     "L:MAIL FROM:<> SIZE=17\r\n",
					     "S:250 ok\r\n", RCPT,
					     "S:250 ok\r\n", "L:DATA\r\n",
					     "S:354 go\r\n", BODY,
					     "S:250 ok\r\n", QUIT};
	struct io_server server = io_server_start(script, COUNT(script));
	struct smtp_conf c = conf_at(server.port, STREAM_PLAIN, "");
	struct smtp *s = smtp_new(&c);
	struct smtp_result r;

	(void)state;
	smtp_send(s, "", "ana@entidad.example", mail, &r);
	assert_int_equal(r.verdict, SMTP_ACCEPTED);
	smtp_free(&s);
	assert_true(io_server_end(&server));
}

/* What must not leave never meets the relay. */
static void nothing_is_said(void **state)
{
	static const struct {
		const char *from, *to, *mail;
	} rows[] = {
		{"mesa@entidad.example", "ana@x.example>\r\nRCPT TO:<mal@x.example", "A: b\r\n"},
		{"mesa@entidad.example\r\n", "ana@entidad.example", "A: b\r\n"},
		{"mesa@entidad.example", "", "A: b\r\n"},
		{"mesa@entidad.example", "ana@entidad.example", "A: b\r\n\r\n.\nMAIL\r\n"},
		{"mesa@entidad.example", "ana@entidad.example", ""},
	};
	struct smtp_conf c = conf_at(1, STREAM_PLAIN, ""); /* nobody listens there */
	struct smtp *s = smtp_new(&c);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smtp_result r;

		smtp_send(s, rows[i].from, rows[i].to, slice_of(rows[i].mail), &r);
		assert_int_equal(r.verdict, SMTP_REFUSED);
		assert_int_equal(r.code, 0);
	}
	smtp_free(&s);
}

static void relay_is_not_there(void **state)
{
	struct smtp_conf c = conf_at(1, STREAM_PLAIN, "");
	struct smtp *s = smtp_new(&c);
	struct smtp_result r;

	(void)state;
	smtp_send(s, "mesa@entidad.example", "ana@entidad.example", mail, &r);
	assert_int_equal(r.verdict, SMTP_LATER);
	assert_int_equal(r.fault, FAULT_REFUSED);
	smtp_free(&s);
}

/* --- OAuth2 --- */

#define ANSWER(status, length, body)                                                               \
	"L:POST /token HTTP/1.1\r\n", "L:Host:", "L:Accept:", "L:Content-Length:",                 \
		"L:Content-Type: application/x-www-form-urlencoded\r\n", "L:\r\n",                 \
		"S:HTTP/1.1 " status " x\r\nContent-Length: " length "\r\n\r\n" body

static void token_endpoints(void **state)
{
	static const struct {
		const char *script[8];
		enum fault fault;
		const char *access;
	} rows[] = {
		{{ANSWER("200", "22", "{\"access_token\":\"abc\"}")}, FAULT_NONE, "abc"},
		{{ANSWER("400", "25", "{\"error\":\"invalid_grant\"}")}, FAULT_TOKEN, NULL},
		{{ANSWER("503", "0", "")}, FAULT_SERVER, NULL},
		{{ANSWER("302", "0", "")}, FAULT_SERVER, NULL},
		{{ANSWER("200", "6", "<html>")}, FAULT_TOKEN, NULL},
		{{"L:POST"}, FAULT_LOST, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct io_server server = io_server_start(
			rows[i].script, steps(rows[i].script, COUNT(rows[i].script)));
		struct arena *a = arena_new();
		struct oauth_conf c = {arena_printf(a, "http://127.0.0.1:%d/token", server.port),
				       "id",
				       "",
				       "viejo",
				       "",
				       ""};
		struct oauth_token t;
		enum fault fault;
		struct err e = {""};
		bool ok = oauth_fetch(&c, a, &t, &fault, &e);

		if (fault != rows[i].fault || ok != (rows[i].access != NULL))
			fail_msg("row %zu: %s: %s", i, fault_name(fault), e.text);
		if (ok)
			assert_string_equal(t.access, rows[i].access);
		arena_free(&a);
		assert_true(io_server_end(&server));
	}
}

static void secrets_need_https(void **state)
{
	static const char *const urls[] = {"http://token.example/", "ftp://127.0.0.1/", "", "x",
					   "http://localhost.mal.example/"};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct oauth_conf c = {urls[i], "id", "", "viejo", "", ""};
		struct oauth_token t;
		enum fault fault;
		struct err e;

		assert_false(oauth_fetch(&c, a, &t, &fault, &e));
		assert_int_equal(fault, FAULT_CONFIG);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),	      cmocka_unit_test(connection_is_kept),
		cmocka_unit_test(null_sender),	      cmocka_unit_test(nothing_is_said),
		cmocka_unit_test(relay_is_not_there), cmocka_unit_test(token_endpoints),
		cmocka_unit_test(secrets_need_https),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
