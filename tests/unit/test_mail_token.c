#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/address.h"
#include "mail/token.h"

#include <string.h>

static const struct token_key KEY = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
static const struct token_key OTHER = {{9, 8, 7, 6, 5, 4, 3, 2, 1}};

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	struct arena *a = *state;

	arena_free(&a);
	return 0;
}

static void a_message_id_names_its_row_and_its_recipient(void **state)
{
	static const int64_t ids[] = {1, 31, 32, 33, 1000000, INT64_MAX / 32};

	for (size_t i = 0; i < COUNT(ids); i++) {
		char *id = token_message_id(*state, &KEY, ids[i], "luz@a.example", "d.example");
		int64_t n = 0;

		assert_true(slice_starts(slice_of(id), SLICE("mesa.")));
		assert_true(slice_iends(slice_of(id), "@d.example"));
		assert_true(address_valid(id));
		assert_true(token_message_id_check(&KEY, id, "luz@a.example", &n));
		assert_int_equal(n, ids[i]);
		assert_false(token_message_id_check(&KEY, id, "leo@a.example", &n));
		assert_false(token_message_id_check(&OTHER, id, "luz@a.example", &n));
	}
}

static void a_message_id_survives_brackets_and_shouting(void **state)
{
	char *id = token_message_id(*state, &KEY, 77, "luz@a.example", "d.example");
	char *loud = arena_printf(*state, "<%s>", id);
	int64_t n = 0;

	for (char *p = loud; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 32);
	assert_true(token_message_id_check(&KEY, loud, "luz@a.example", &n));
	assert_int_equal(n, 77);
}

static void what_is_no_message_id_of_ours_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"@",
		"mesa",
		"mesa.@d",
		"mesa..0123456789abcdef@d",
		"mesa.1.short@d.example",
		"mesa.01.0123456789abcdef@d",		  /* a leading zero is another name */
		"mesa.l.0123456789abcdef@d",		  /* l is not in the alphabet */
		"mesa.zzzzzzzzzzzzzz.0123456789abcdef@d", /* more than 63 bits */
		"casa.1.0123456789abcdef@d",
		"mesa.1.0123456789abcdef",
		"mesa.1.0123456789abcdef@d.example",
	};
	int64_t n;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_false(token_message_id_check(&KEY, rows[i], "luz@a.example", &n));
	assert_false(token_message_id_check(&KEY, NULL, "luz@a.example", &n));
}

/* Every single character of a token counts. */
static void no_altered_token_passes(void **state)
{
	char *id = token_message_id(*state, &KEY, 4321, "luz@a.example", "d.example");
	size_t at = slice_chr(slice_of(id), '@');
	int64_t n;

	for (size_t i = 0; i < at; i++) {
		char was = id[i];

		id[i] = was == '7' ? '8' : '7';
		assert_false(token_message_id_check(&KEY, id, "luz@a.example", &n));
		id[i] = was;
	}
	assert_true(token_message_id_check(&KEY, id, "luz@a.example", &n));
}

static void a_reply_address_carries_number_and_code(void **state)
{
	static const struct {
		const char *desk, *number, *code, *expected;
	} rows[] = {
		{"sistemas@a.example", "ST-2026-000123", "k7f3q9wm",
		 "sistemas+st-2026-000123.k7f3q9wm@a.example"},
		{"sistemas@a.example", "", "k7f3q9wm", NULL},
		{"sistemas@a.example", "ST 1", "k7f3q9wm", NULL},
		{"sistemas@a.example", "ST/1", "k7f3q9wm", NULL},
		{"sistemas@a.example", "ST-1>\r\nBcc", "k7f3q9wm", NULL},
		{"sistemas@a.example", "CASO-Ñ-1", "k7f3q9wm", NULL},
		{"sistemas", "ST-1", "k7f3q9wm", NULL},
		{"una-mesa-de-ayuda-con-un-nombre-muy-largo@a.example", "ST-2026-000123",
		 "k7f3q9wm", NULL}, /* 64 octets are the most that RFC 5321 allows */
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *made = token_reply_to(*state, rows[i].desk, rows[i].number, rows[i].code);
		const char *number, *code;

		if (rows[i].expected == NULL) {
			assert_null(made);
			continue;
		}
		assert_string_equal(made, rows[i].expected);
		assert_true(token_reply_split(*state, address_tag(made), &number, &code));
		assert_string_equal(number, rows[i].number);
		assert_string_equal(code, rows[i].code);
	}
}

static void a_tag_that_is_not_ours_does_not_split(void **state)
{
	static const char *const rows[] = {"", "compras", ".", ".k7f3q9wm", "st-1."};
	const char *number, *code;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_false(token_reply_split(*state, slice_of(rows[i]), &number, &code));
}

static void a_survey_is_good_for_one_case_round_and_person(void **state)
{
	char *token = token_survey(*state, &KEY, 123, 2, "luz@a.example");
	struct slice mac;
	int64_t ticket;
	int round;

	for (const char *p = token; *p; p++)
		assert_true((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-');
	assert_true(token_survey_split(slice_of(token), &ticket, &round, &mac));
	assert_int_equal(ticket, 123);
	assert_int_equal(round, 2);
	assert_int_equal(mac.n, 26);
	assert_true(token_survey_verify(&KEY, 123, 2, "luz@a.example", mac));
	assert_false(token_survey_verify(&KEY, 124, 2, "luz@a.example", mac));
	assert_false(token_survey_verify(&KEY, 123, 3, "luz@a.example", mac));
	assert_false(token_survey_verify(&KEY, 123, 2, "leo@a.example", mac));
	assert_false(token_survey_verify(&OTHER, 123, 2, "luz@a.example", mac));
	assert_false(token_survey_verify(&KEY, 123, 2, "luz@a.example", slice_sub(mac, 0, 25)));
	assert_false(token_survey_verify(&KEY, 123, 2, "luz@a.example", (struct slice){NULL, 0}));
}

static void what_is_no_survey_token_does_not_split(void **state)
{
	static const char *const rows[] = {
		"",
		"-",
		"--",
		"1-1",
		"1-1-",
		"1-1-short",
		"1--0123456789abcdefghjkmnpqrs",
		"-1-0123456789abcdefghjkmnpqrs",
		"0-1-0123456789abcdefghjkmnpqrs",
		"1-zzzzzzzzzzzz-0123456789abcdefghjkmnpqrs", /* a round past any int */
		"1-1-0123456789abcdefghjkmn-qrs",
		"1-1-0123456789abcdefghjkmnpqrst",
	};
	struct slice mac;
	int64_t ticket;
	int round;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_false(token_survey_split(slice_of(rows[i]), &ticket, &round, &mac));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_id_names_its_row_and_its_recipient),
		cmocka_unit_test(a_message_id_survives_brackets_and_shouting),
		cmocka_unit_test(what_is_no_message_id_of_ours_is_refused),
		cmocka_unit_test(no_altered_token_passes),
		cmocka_unit_test(a_reply_address_carries_number_and_code),
		cmocka_unit_test(a_tag_that_is_not_ours_does_not_split),
		cmocka_unit_test(a_survey_is_good_for_one_case_round_and_person),
		cmocka_unit_test(what_is_no_survey_token_does_not_split),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
