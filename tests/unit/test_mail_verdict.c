#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/verdict.h"

#define AR "Authentication-Results: "
#define OURS AR "mx.x.example; "

static const struct verdict_trust by_id = {.authserv_id = "mx.x.example"};
static const struct verdict_trust topmost = {.topmost = true};
static const struct verdict_trust nothing = {0};

static const struct {
	const char *name, *header;
	const struct verdict_trust *trust;
	enum verdict verdict;
} rows[] = {
	{"absent", "Subject: x\n", &by_id, VERDICT_NONE},
	{"dmarc", OURS "dmarc=pass header.from=y.example\n", &by_id, VERDICT_PASS},
	{"id in another case", AR "MX.X.Example; dmarc=pass\n", &by_id, VERDICT_PASS},
	{"id with a version", AR "mx.x.example 1; dmarc=pass\n", &by_id, VERDICT_PASS},
	{"id in quotes", AR "\"mx.x.example\"; dmarc=pass\n", &by_id, VERDICT_PASS},
	{"another's id", AR "mx.evil.example; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id as a prefix", AR "mx.x.example.evil.example; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"nothing configured", OURS "dmarc=pass\n", &nothing, VERDICT_NONE},
	{"dmarc fails", OURS "dmarc=fail (p=NONE) header.from=y.example\n", &by_id, VERDICT_FAIL},
	{"fails although dkim passes", OURS "dkim=pass header.d=y.example; dmarc=fail\n", &by_id,
	 VERDICT_FAIL},
	{"none is not fail", OURS "dmarc=none; spf=none; dkim=none\n", &by_id, VERDICT_NONE},
	{"temperror is not fail", OURS "dmarc=temperror; spf=temperror\n", &by_id, VERDICT_NONE},
	{"best guess is no pass", OURS "dmarc=bestguesspass\n", &by_id, VERDICT_NONE},
	{"dkim aligned", OURS "dkim=pass header.d=y.example\n", &by_id, VERDICT_PASS},
	{"dkim aligned above", OURS "dkim=pass header.d=example.y.example\n", &by_id, VERDICT_NONE},
	{"dkim by its identity", OURS "dkim=pass header.i=@y.example\n", &by_id, VERDICT_PASS},
	{"dkim of another", OURS "dkim=pass header.d=evil.example\n", &by_id, VERDICT_NONE},
	{"dkim of a top domain", OURS "dkim=pass header.d=example\n", &by_id, VERDICT_NONE},
	{"two dkim", OURS "dkim=fail header.d=y.example; dkim=pass header.d=y.example\n", &by_id,
	 VERDICT_PASS},
	{"spf alone proves nothing", OURS "spf=pass smtp.mailfrom=y.example\n", &by_id,
	 VERDICT_NONE},
	{"spf and dkim fail", OURS "spf=fail; dkim=fail\n", &by_id, VERDICT_FAIL},
	{"spf fails, dkim of another", OURS "spf=fail; dkim=pass header.d=z.example\n", &by_id,
	 VERDICT_NONE},
	{"spf fails alone", OURS "spf=fail\n", &by_id, VERDICT_NONE},
	{"blanks", OURS "dkim = pass header.d = y.example\n", &by_id, VERDICT_PASS},
	{"version of a method", OURS "dkim/1=pass header.d=y.example\n", &by_id, VERDICT_PASS},
	{"folded", OURS "\n\tdkim=pass\n\theader.d=y.example;\n\tdmarc=pass\n", &by_id,
	 VERDICT_PASS},
	{"comment with a semicolon", OURS "spf=fail (x; dmarc=pass); dkim=none\n", &by_id,
	 VERDICT_NONE},
	{"quoted semicolon", OURS "spf=fail reason=\"x; dmarc=pass\"\n", &by_id, VERDICT_NONE},
	{"nested comment", OURS "spf=none (a (b) ; dmarc=pass)\n", &by_id, VERDICT_NONE},
	{"id in a comment", AR "(mx.x.example) mx.evil.example; dmarc=pass\n", &by_id,
	 VERDICT_NONE},
	{"the topmost of ours", OURS "dmarc=fail\n" OURS "dmarc=pass\n", &by_id, VERDICT_FAIL},
	{"ours below another", AR "mx.evil.example; dmarc=fail\n" OURS "dmarc=pass\n", &by_id,
	 VERDICT_PASS},
	{"without id",
	 AR "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=y.example; dkim=none "
	    "(message not signed) header.d=none;dmarc=pass action=none header.from=y.example;\n",
	 &topmost, VERDICT_PASS},
	{"without id, forged below", AR "dmarc=none\n" AR "dmarc=pass\n", &topmost, VERDICT_NONE},
	{"without id, not topmost", AR "dmarc=pass\n", &by_id, VERDICT_NONE},
	/* look-alikes and other fields */
	{"our id with an escape", AR "\"mx.x.ex\\zample\"; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id, escaped for nothing", AR "\"mx.x.exam\\ple\"; dmarc=pass\n", &by_id,
	 VERDICT_PASS},
	{"our id with a comment inside", AR "mx.x(y).example; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id as a suffix", AR "evil.mx.x.example; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id, quoted with more", AR "\"mx.x.example\"evil; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id and its dot", AR "mx.x.example.; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"our id as a result", AR "mx.x.example=pass; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"a version of tomorrow", AR "mx.x.example 2; dmarc=pass\n", &by_id, VERDICT_NONE},
	{"comments about id and version",
	 AR "(a) mx.x.example (b) 1 (c); (d) dmarc (e) = (f) pass\n", &by_id, VERDICT_PASS},
	{"ARC's copy", "ARC-Authentication-Results: i=1; mx.x.example; dmarc=pass\n", &by_id,
	 VERDICT_NONE},
	{"a field of old", "X-Authentication-Results: mx.x.example; dmarc=pass\n", &by_id,
	 VERDICT_NONE},
	{"what stood there before", "Authentication-Results-Original: mx.x.example; dmarc=pass\n",
	 &by_id, VERDICT_NONE},
	{"name in capitals", "AUTHENTICATION-RESULTS: mx.x.example; DMARC=PASS\n", &by_id,
	 VERDICT_PASS},
	{"arc=pass says nothing", OURS "arc=pass (i=1 dmarc=pass); dmarc=none\n", &by_id,
	 VERDICT_NONE},
	/* whom the server judged */
	{"dmarc of the same From", OURS "dmarc=pass header.from=Y.example\n", &by_id, VERDICT_PASS},
	{"dmarc of another From", OURS "dmarc=pass header.from=evil.example\n", &by_id,
	 VERDICT_NONE},
	{"dmarc with an address", OURS "dmarc=pass header.from=ana@y.example\n", &by_id,
	 VERDICT_PASS},
	{"dmarc, From in quotes", OURS "dmarc=pass (p=reject) header.from=\"y.example\"\n", &by_id,
	 VERDICT_PASS},
	{"dmarc fails for another", OURS "dmarc=fail header.from=evil.example\n", &by_id,
	 VERDICT_FAIL},
	{"dkim with a comment and a reason",
	 OURS "dkim=pass (2048-bit key) reason=\"a; b\" header.b=abc header.d=\"y.example\"\n",
	 &by_id, VERDICT_PASS},
	{"dkim of another in our name",
	 OURS "dkim=pass header.i=@y.example header.d=evil.example\n", &by_id, VERDICT_NONE},
	{"dkim under policy", OURS "dkim=policy header.d=y.example\n", &by_id, VERDICT_NONE},
	{"a property of another method", OURS "spf=pass header.d=y.example\n", &by_id,
	 VERDICT_NONE},
	{"a method of one's own", OURS "x-dmarc=pass; dmarc2=pass\n", &by_id, VERDICT_NONE},
	{"empty", AR "\n", &topmost, VERDICT_NONE},
	{"semicolons", AR ";;;;;=;=;\n", &topmost, VERDICT_NONE},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		struct headers h = header_split(a, slice_of(rows[i].header));
		struct facts f;

		facts_init(&f);
		verdict_read(a, &h, rows[i].trust, "ana@y.example", &f);
		if (f.verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].name, (int)f.verdict);
		assert_non_null(f.authentication);
		arena_free(&a);
	}
}

/* Closing parentheses that close nothing must not make the field longer than it was. */
static void test_lone_parentheses(void **state)
{
	struct verdict_trust t = {.authserv_id = "mx.x.example"};
	struct sbuf b = SBUF_INIT(1 << 20);
	struct arena *a = arena_new();
	struct facts f;

	(void)state;
	sbuf_cstr(&b, OURS);
	for (int i = 0; i < 40000; i++)
		sbuf_chr(&b, ')');
	sbuf_cstr(&b, "; dmarc=pass\n\n");
	struct headers h = header_split(a, sbuf_view(&b));
	facts_init(&f);
	verdict_read(a, &h, &t, "ana@y.example", &f);
	assert_int_equal(f.verdict, VERDICT_PASS);
	sbuf_free(&b);
	arena_free(&a);
}

/* Signatures without number before it hide no failure. */
static void test_many_results(void **state)
{
	struct sbuf b = SBUF_INIT(1 << 20);
	struct arena *a = arena_new();
	struct facts f;

	(void)state;
	sbuf_cstr(&b, AR "mx.x.example");
	for (int i = 0; i < 500; i++)
		sbuf_cstr(&b, "; dkim=pass header.d=z.example");
	sbuf_cstr(&b, "; dmarc=fail\n\n");
	struct headers h = header_split(a, sbuf_view(&b));
	facts_init(&f);
	verdict_read(a, &h, &by_id, "ana@y.example", &f);
	assert_int_equal(f.verdict, VERDICT_FAIL);
	sbuf_free(&b);
	arena_free(&a);
}

static void test_subdomain(void **state)
{
	struct arena *a = arena_new();
	struct headers h = header_split(a, SLICE(OURS "dkim=pass header.d=y.example\n"));
	struct facts f;

	(void)state;
	facts_init(&f);
	verdict_read(a, &h, &by_id, "ana@mail.y.example", &f);
	assert_int_equal(f.verdict, VERDICT_PASS);
	verdict_read(a, &h, &by_id, "ana@noty.example", &f);
	assert_int_equal(f.verdict, VERDICT_NONE);
	verdict_read(a, &h, &by_id, "", &f);
	assert_int_equal(f.verdict, VERDICT_NONE);
	assert_string_equal(f.authentication, "mx.x.example; dkim=pass header.d=y.example");
	arena_free(&a);
}

static void test_internal(void **state)
{
	static const struct verdict_trust t = {.internal = "X-Interno: si"};
	static const struct verdict_trust bad = {.internal = "X-Interno"};
	static const struct {
		const char *header;
		bool internal;
	} cases[] = {
		{"X-Interno: si\n", true},
		{"x-interno:  SI \n", true},
		{"X-Interno: no\n", false},
		{"X-Interno: si, claro\n", false},
		{"X-Interno: no\nX-Interno: si\n", false}, /* the first one counts */
		{"Subject: x\n", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct headers h = header_split(a, slice_of(cases[i].header));
		struct facts f;

		facts_init(&f);
		verdict_read(a, &h, &t, "ana@y.example", &f);
		if (f.internal != cases[i].internal)
			fail_msg("%s", cases[i].header);
		verdict_read(a, &h, &bad, "ana@y.example", &f);
		assert_false(f.internal);
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	     cmocka_unit_test(test_lone_parentheses),
		cmocka_unit_test(test_many_results), cmocka_unit_test(test_subdomain),
		cmocka_unit_test(test_internal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
