/* What io does to text: configurations, addresses, canonical mail, folder names, tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/fault.h"
#include "io/imap.h"
#include "io/sasl.h"
#include "io/smtp.h"

#include <stdio.h>
#include <string.h>

/* --- configurations --- */

static const struct imap_conf box = {
	.name = "sistemas",
	.host = "imap.example",
	.port = 993,
	.tls = STREAM_STARTTLS,
	.ca_file = "/etc/ca.pem",
	.user = "sistemas",
	.password = "contraseña",
	.oauth2 = true,
	.oauth = {"https://token.example/", "id", "secreto", "refresco", "mail", ""},
	.folder = "INBOX",
	.move_to = "Procesados",
	.poll_seconds = 60,
	.idle_renew = 540,
	.message_max = 50 << 20};

static void imap_conf_comes_back(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(65536);
	struct imap_conf got;

	(void)state;
	imap_conf_pack(&b, &box);
	assert_true(imap_conf_unpack(sbuf_view(&b), a, &got));
	assert_string_equal(got.host, "imap.example");
	assert_int_equal(got.port, 993);
	assert_int_equal(got.tls, STREAM_STARTTLS);
	assert_string_equal(got.password, "contraseña");
	assert_true(got.oauth2);
	assert_string_equal(got.oauth.refresh_token, "refresco");
	assert_string_equal(got.move_to, "Procesados");
	assert_int_equal(got.message_max, 50 << 20);
	/* Cut short anywhere, or with more behind it, it is none. */
	for (size_t n = 0; n < b.n; n++)
		assert_false(imap_conf_unpack((struct slice){b.p, n}, a, &got));
	sbuf_chr(&b, 'x');
	assert_false(imap_conf_unpack(sbuf_view(&b), a, &got));
	sbuf_free(&b);
	arena_free(&a);
}

static void imap_conf_refuses(void **state)
{
	struct imap_conf rows[6];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = box;
	rows[0].port = 0;
	rows[1].port = 65536;
	rows[2].host = "";
	rows[3].message_max = 0;
	rows[4].idle_renew = 3600;
	rows[5].tls = (enum stream_tls)7;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct sbuf b = SBUF_INIT(65536);
		struct imap_conf got;

		imap_conf_pack(&b, &rows[i]);
		assert_false(imap_conf_unpack(sbuf_view(&b), a, &got));
		sbuf_free(&b);
		arena_free(&a);
	}
}

static void smtp_conf_comes_back(void **state)
{
	const struct smtp_conf c = {.host = "smtp.example",
				    .port = 465,
				    .tls = STREAM_IMPLICIT,
				    .user = "sistemas",
				    .password = "x",
				    .ehlo = "mesa.example"};
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(65536);
	struct smtp_conf got;

	(void)state;
	smtp_conf_pack(&b, &c);
	assert_true(smtp_conf_unpack(sbuf_view(&b), a, &got));
	assert_string_equal(got.host, "smtp.example");
	assert_string_equal(got.ca_file, "");
	assert_string_equal(got.ehlo, "mesa.example");
	for (size_t n = 0; n < b.n; n++)
		assert_false(smtp_conf_unpack((struct slice){b.p, n}, a, &got));
	sbuf_free(&b);
	arena_free(&a);
}

/* --- mail that may leave --- */

static void mail_is_canonical(void **state)
{
	static const struct {
		const char *mail;
		bool ok;
	} rows[] = {
		{"Subject: a\r\n\r\nhola\r\n", true},
		{"\r\n", true},
		{".\r\n..\r\n", true},
		{"", false},
		{"hola", false},
		{"hola\n", false},
		{"hola\r", false},
		{"a\r\n.\nMAIL FROM:<x@y.example>\r\n", false},
		{"a\r\n\n.\r\n", false},
		{"a\rb\r\n", false},
		{"a\r\r\n", false},
		{"a\r\n.\r", false},
	};
	char line[1004];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (smtp_check(slice_of(rows[i].mail), NULL) != rows[i].ok)
			fail_msg("row %zu", i);
	assert_false(smtp_check((struct slice){"a\0b\r\n", 5}, NULL));
	memset(line, 'x', sizeof line);
	memcpy(line + 998, "\r\n", 2);
	assert_true(smtp_check((struct slice){line, 1000}, NULL));
	memcpy(line + 998, "x\r\n", 3);
	assert_false(smtp_check((struct slice){line, 1001}, NULL));
}

static void addresses_are_safe(void **state)
{
	static const struct {
		const char *address, *wire; /* NULL: refused */
	} rows[] = {
		{"ana@entidad.example", "ana@entidad.example"},
		{"a.b+c_d'e@x-1.example", "a.b+c_d'e@x-1.example"},
		{"ana@ñandú.example", "ana@xn--and-6ma2c.example"},
		{"ñ@entidad.example", NULL},
		{"ana", NULL},
		{"@entidad.example", NULL},
		{"ana@", NULL},
		{"ana@x@y.example", NULL},
		{"b@y.example>\r\nRCPT TO:<mal@x.example", NULL},
		{"ana @entidad.example", NULL},
		{"<ana@entidad.example>", NULL},
		{"ana@entidad.example\x7f", NULL},
		{"ana@entidad.example\t", NULL},
		{"\"a b\"@entidad.example", NULL},
		{"ana,beto@entidad.example", NULL},
		{"ana@[127.0.0.1]", NULL},
	};
	struct arena *a = arena_new();
	char *wire;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool ok = smtp_address(a, rows[i].address, false, &wire, NULL);

		if (ok != (rows[i].wire != NULL))
			fail_msg("row %zu: %s", i, rows[i].address);
		if (ok)
			assert_string_equal(wire, rows[i].wire);
	}
	assert_true(smtp_address(a, "", true, &wire, NULL));
	assert_string_equal(wire, "");
	assert_false(smtp_address(a, "", false, &wire, NULL));
	arena_free(&a);
}

static void long_addresses_are_refused(void **state)
{
	char address[300];
	struct arena *a = arena_new();
	char *wire;

	(void)state;
	memset(address, 'a', sizeof address);
	snprintf(address + 200, sizeof address - 200, "@entidad.example");
	assert_true(smtp_address(a, address, false, &wire, NULL));
	memset(address, 'a', sizeof address);
	snprintf(address + 250, sizeof address - 250, "@entidad.example");
	assert_false(smtp_address(a, address, false, &wire, NULL));
	arena_free(&a);
}

/* --- folders --- */

static void folder_names(void **state)
{
	static const struct {
		const char *name, *wire;
	} rows[] = {
		{"INBOX", "INBOX"},
		{"Procesados/2026", "Procesados/2026"},
		{"Tom & Jerry", "Tom &- Jerry"},
		{"Atención", "Atenci&APM-n"},
		{"ñandú", "&APE-and&APo-"},
		{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"}, /* RFC 3501 5.1.3 */
		{"😀", "&2D3eAA-"},
		{"", NULL},
		{"a\r\nb", NULL},
		{"a\x7f", NULL},
		{"\xff", NULL},
	};
	struct arena *a = arena_new();
	char *wire;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool ok = imap_folder_name(a, rows[i].name, &wire);

		if (ok != (rows[i].wire != NULL))
			fail_msg("row %zu: %s", i, rows[i].name);
		if (ok)
			assert_string_equal(wire, rows[i].wire);
	}
	arena_free(&a);
}

/* --- logging in --- */

static void initial_responses(void **state)
{
	static const struct {
		const char *text, *base64;
	} rows[] = {{"", ""},
		    {"f", "Zg=="},
		    {"fo", "Zm8="},
		    {"foo", "Zm9v"},
		    {"foob", "Zm9vYg=="},
		    {"fooba", "Zm9vYmE="},
		    {"foobar", "Zm9vYmFy"}}; /* RFC 4648 10 */
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(sasl_base64(a, slice_of(rows[i].text)), rows[i].base64);
	assert_string_equal(sasl_plain(a, "tim", "tanstaaftanstaaf"),
			    "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"); /* RFC 4616 4, without authzid */
	assert_string_equal(sasl_xoauth2(a, "u@x.example", "T"),
			    sasl_base64(a, SLICE("user=u@x.example\001auth=Bearer T\001\001")));
	arena_free(&a);
}

static void tokens_are_read(void **state)
{
	static const struct {
		const char *json, *access, *refresh;
		int64_t life;
	} rows[] = {
		{"{\"access_token\":\"abc\",\"expires_in\":3600}", "abc", "", 3540},
		{"{\"expires_in\":\"3600\",\"access_token\":\"abc\"}", "abc", "", 3540},
		{" {\n\"refresh_token\" : \"r\\/1\" , \"access_token\":\"a\\u0062c\"} ", "abc",
		 "r/1", OAUTH_LIFE_DEFAULT - 60},
		{"{\"x\":{\"access_token\":\"no\",\"y\":[1,\"}\",{}]},\"access_token\":\"si\"}",
		 "si", "", OAUTH_LIFE_DEFAULT - 60},
		{"{\"access_token\":\"abc\",\"expires_in\":60}", "abc", "", 30},
		{"{\"access_token\":\"abc\",\"expires_in\":-5,\"n\":null}", "abc", "",
		 OAUTH_LIFE_DEFAULT - 60},
		{"{\"access_token\":\"abc\",\"expires_in\":99999999999999999999}", "abc", "",
		 OAUTH_LIFE_DEFAULT - 60},
		{"", NULL, NULL, 0},
		{"[]", NULL, NULL, 0},
		{"{\"access_token\":\"\"}", NULL, NULL, 0},
		{"{\"access_token\":\"a b\"}", NULL, NULL, 0},
		{"{\"access_token\":\"a\\r\\nX: y\"}", NULL, NULL, 0},
		{"{\"access_token\":\"abc", NULL, NULL, 0},
		{"{\"access_token\":", NULL, NULL, 0},
		{"{\"access_token\":\"\\u12\"}", NULL, NULL, 0},
		{"{\"access_token\":{\"a\":1}}", NULL, NULL, 0},
		{"{\"access_token\":null}", NULL, NULL, 0},
	};
	struct arena *a = arena_new();
	struct oauth_token t;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool ok = oauth_read(slice_of(rows[i].json), a, &t, NULL);

		if (ok != (rows[i].access != NULL))
			fail_msg("row %zu: %s", i, rows[i].json);
		if (!ok)
			continue;
		assert_string_equal(t.access, rows[i].access);
		assert_string_equal(t.refresh, rows[i].refresh);
		assert_int_equal(t.life, rows[i].life);
	}
	assert_string_equal(
		oauth_reason(SLICE("{\"error\":\"invalid_grant\",\"error_description\":\"no\"}"),
			     a),
		"invalid_grant no");
	assert_string_equal(oauth_reason(SLICE("<html>"), a), "no reason given ");
	arena_free(&a);
}

/* --- what people are told --- */

static void every_fault_has_a_remedy(void **state)
{
	(void)state;
	for (int f = FAULT_NONE; f <= FAULT_STOPPED; f++) {
		const char *advice = fault_advice((enum fault)f);
		size_t n = strlen(advice);

		assert_true(n > 20 && advice[n - 1] == '.');
		for (int g = FAULT_NONE; g < f; g++) {
			assert_string_not_equal(fault_name((enum fault)f),
						fault_name((enum fault)g));
			assert_string_not_equal(advice, fault_advice((enum fault)g));
		}
	}
	assert_true(fault_is_refusal(FAULT_LOGIN));
	assert_true(fault_is_refusal(FAULT_CERT_NAME));
	assert_false(fault_is_refusal(FAULT_TIMEOUT));
	assert_false(fault_is_refusal(FAULT_LOGIN_LATER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(imap_conf_comes_back),
		cmocka_unit_test(imap_conf_refuses),
		cmocka_unit_test(smtp_conf_comes_back),
		cmocka_unit_test(mail_is_canonical),
		cmocka_unit_test(addresses_are_safe),
		cmocka_unit_test(long_addresses_are_refused),
		cmocka_unit_test(folder_names),
		cmocka_unit_test(initial_responses),
		cmocka_unit_test(tokens_are_read),
		cmocka_unit_test(every_fault_has_a_remedy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
