#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/address.h"

#include <string.h>

static void test_valid(void **state)
{
	static const struct {
		const char *addr;
		bool valid;
	} rows[] = {
		{"ana@x.example", true},
		{"ana.ruiz+casa@mail.x.example", true},
		{"o'brien@x.example", true},
		{"muñoz@correo.example", true},
		{"ana@[192.0.2.1]", true},
		{"ana@localhost", true},
		{"", false},
		{"ana", false},
		{"@x.example", false},
		{"ana@", false},
		{"a@b@x.example", false},
		{"ana ruiz@x.example", false},
		{"ana@x.example\r\nRCPT TO:<b@x.example>", false},
		{"ana\t@x.example", false},
		{"<ana@x.example>", false},
		{"\"ana\"@x.example", false},
		{"ana\\@x.example", false},
		{"ana@x.example,bea@x.example", false},
		{"ana\x7f@x.example", false},
		{"ana\xC2\x85@x.example", false},     /* NEL */
		{"ana\xE2\x80\xA8@x.example", false}, /* line separator */
		{"ana\xE2\x80\xAE@x.example", false}, /* right-to-left override */
		{"ana\xE2\x80\x8B@x.example", false}, /* zero-width space */
		{"ana\xF1@x.example", false},	      /* Latin-1 */
		{"ana\xC2\xA0@x.example", false},     /* no-break space */
		{"ana\xE2\x80\x90x@x.example", true}, /* hyphen, beside what is refused */
		{"ana\xE2\x80\xB0@x.example", true},  /* per mille: above the line separators */
		{"ana\xE2\x81\xA6@x.example", false}, /* left-to-right isolate */
		{"ana\xE2\x81\xB0@x.example", true},  /* superscript nought: above those */
		{"ana\xE3\x80\x80@x.example", false}, /* ideographic space */
		{"ana\xEF\xBB\xBF@x.example", false}, /* byte order mark */
		{"ana\xEF\xBF\xBD@x.example", false}, /* what could not be decoded */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (address_valid(rows[i].addr) != rows[i].valid)
			fail_msg("row %zu: %s", i, rows[i].addr);
	assert_false(address_valid(NULL));
}

static void test_sendable(void **state)
{
	static const struct {
		const char *addr;
		bool sendable;
	} rows[] = {
		{"ana.ruiz+casa@mail.x.example", true},
		{"o'brien@x.example", true},
		{"ana@ñandú.example", true}, /* the domain has an ASCII form */
		{"muñoz@correo.example", false},
		{"ana;bea@x.example", false},
		{"ana:x@x.example", false},
		{"ana(1)@x.example", false},
		{"ana@[192.0.2.1]", false},
		{"ana", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (address_sendable(rows[i].addr) != rows[i].sendable)
			fail_msg("row %zu: %s", i, rows[i].addr);
	assert_false(address_sendable(NULL));
}

static void test_length(void **state)
{
	char addr[ADDRESS_MAX + 2];

	(void)state;
	memset(addr, 'a', sizeof addr);
	memcpy(addr + ADDRESS_MAX - 10, "@x.example", 10);
	addr[ADDRESS_MAX] = '\0';
	assert_true(address_valid(addr));
	memset(addr, 'a', sizeof addr);
	memcpy(addr + ADDRESS_MAX - 9, "@x.example", 10);
	addr[ADDRESS_MAX + 1] = '\0';
	assert_false(address_valid(addr));
}

static void test_same(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{"ana@x.example", "ANA@X.Example", true},
		{"ana+casa@x.example", "ana@x.example", true},
		{"ana+a@x.example", "ana+b@x.example", true},
		{"ana@x.example", "ana@y.example", false},
		{"ana@x.example", "bea@x.example", false},
		{"+a@x.example", "+b@x.example", false},
		{"ana", "ANA", true},
		{"ana", "ana@x.example", false},
		{"", "", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (address_same(rows[i].a, rows[i].b) != rows[i].same ||
		    address_same(rows[i].b, rows[i].a) != rows[i].same)
			fail_msg("row %zu: %s %s", i, rows[i].a, rows[i].b);
}

static void test_parts(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(slice_eq(address_domain("ana@x.example"), SLICE("x.example")));
	assert_int_equal(address_domain("ana").n, 0);
	assert_true(slice_eq(address_tag("mesa+st-1.abc@x.example"), SLICE("st-1.abc")));
	assert_int_equal(address_tag("mesa@x.example").n, 0);
	assert_int_equal(address_tag("mesa@x+y.example").n, 0);
	assert_string_equal(address_key(a, "Ana+Casa@X.Example"), "ana@x.example");
	assert_string_equal(address_key(a, "+tag@x.example"), "+tag@x.example");
	assert_string_equal(address_key(a, "ANA"), "ana");
	arena_free(&a);
}

static void test_in(void **state)
{
	static const char *const domains[] = {"x.example", "", "gov.example"};
	static const struct {
		const char *addr;
		bool in;
	} rows[] = {
		{"ana@x.example", true},
		{"ana@X.EXAMPLE", true},
		{"ana@mail.x.example", true},
		{"ana@notx.example", false},
		{"ana@y.example", false},
		{"ana@a.b.gov.example", true},
		{"ana", false},
		{"ana@", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (address_in(rows[i].addr, domains, COUNT(domains)) != rows[i].in)
			fail_msg("row %zu: %s", i, rows[i].addr);
	assert_false(address_in("ana@x.example", domains, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),  cmocka_unit_test(test_sendable),
		cmocka_unit_test(test_length), cmocka_unit_test(test_same),
		cmocka_unit_test(test_parts),  cmocka_unit_test(test_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
