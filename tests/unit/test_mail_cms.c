#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/cms.h"

#define OID_DATA "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
#define OID_SIGNED "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
#define OID_ENVELOPED "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"
#define VERSION "\x02\x01\x01"

static const struct {
	const char *name;
	struct slice der;
	const char *content; /* NULL: none */
} rows[] = {
	{"told lengths",
	 SLICE("\x30\x26" OID_SIGNED "\xA0\x19\x30\x17" VERSION "\x31\x00\x30\x10" OID_DATA
	       "\xA0\x03\x04\x01z"),
	 "z"},
	{"long lengths",
	 SLICE("\x30\x82\x00\x2A" OID_SIGNED "\xA0\x81\x1C\x30\x81\x19" VERSION
	       "\x31\x00\x30\x81\x11" OID_DATA "\xA0\x04\x04\x81\x01z"),
	 "z"},
	{"open lengths and pieces",
	 SLICE("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80" VERSION "\x31\x80\x30\x80\0\0\0\0"
	       "\x30\x80" OID_DATA "\xA0\x80\x24\x80\x04\x02ho\x04\x02la\0\0\0\0\0\0"),
	 "hola"},
	{"pieces of a told length",
	 SLICE("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80" VERSION "\x31\x00\x30\x80" OID_DATA
	       "\xA0\x80\x24\x08\x04\x02ho\x04\x02la"),
	 "hola"},
	{"cut off",
	 SLICE("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80" VERSION "\x31\x00\x30\x80" OID_DATA
	       "\xA0\x80\x04\x7Fhola"),
	 "hola"},
	{"encrypted", SLICE("\x30\x80" OID_ENVELOPED "\xA0\x80\x30\x80" VERSION "\x31\x00"), NULL},
	{"signature without a content",
	 SLICE("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80" VERSION "\x31\x00\x30\x0B" OID_DATA), NULL},
	{"set that never ends",
	 SLICE("\x30\x80" OID_SIGNED "\xA0\x80\x30\x80" VERSION "\x31\x80\x30\x80\0\0"), NULL},
	{"text", SLICE("0 hola"), NULL},
	{"nothing", SLICE(""), NULL},
};

static void finds_the_content(void **state)
{
	struct arena *a = arena_new();
	struct slice got;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool ok = cms_signed_content(a, rows[i].der, &got);

		if (ok != (rows[i].content != NULL) ||
		    (ok && !slice_eq(got, slice_of(rows[i].content))))
			fail_msg("%s: «%.*s»", rows[i].name, ok ? (int)got.n : 0, ok ? got.p : "");
		for (size_t n = 0; n < rows[i].der.n; n++)
			cms_signed_content(a, slice_sub(rows[i].der, 0, n), &got);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_content)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
