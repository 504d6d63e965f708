#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

/* --- splitter --- */

static const struct {
	const char *name, *raw;
	size_t fields;
	const char *subject; /* NULL: none */
	const char *body;
} splits[] = {
	{"LF", "Subject: a\nTo: b\n\nhola", 2, "a", "hola"},
	{"CRLF", "Subject: a\r\nTo: b\r\n\r\nhola", 2, "a", "hola"},
	{"bare CR", "Subject: a\rTo: b\r\rhola", 2, "a", "hola"},
	{"folded", "Subject: a\n b\n\tc\n\nhola", 1, "a b c", "hola"},
	{"first of two", "Subject: a\nSubject: b\n\nhola", 2, "a", "hola"},
	{"case of names", "sUBJECT: a\n\nhola", 1, "a", "hola"},
	{"blank before the colon", "Subject : a\n\nhola", 1, "a", "hola"},
	{"no value", "Subject:\n\nhola", 1, "", "hola"},
	{"mailbox line", "From ana@x.example Mon Mar  3\nSubject: a\n\nhola", 1, "a", "hola"},
	{"quoted mailbox line", ">From ana@x.example\nSubject: a\n\nhola", 1, "a", "hola"},
	{"mark of UTF-8", "\xEF\xBB\xBFSubject: a\n\nhola", 1, "a", "hola"},
	{"senseless line, then fields", "Subject: a\nsin sentido\nX-A: b\nList-Id: c\n\nhola", 3,
	 "a", "hola"},
	{"a fold that lost its blank",
	 "Content-Type: text/plain;\ncharset=utf-8\nSubject: a\n\nx=y", 2, "a", "x=y"},
	{"no fold: the body's first line", "Subject: a\nx=y\n\nhola", 1, "a", "x=y\n\nhola"},
	{"no blank line before the body", "Subject: a\nhola\nNota: b\n\nfin", 1, "a",
	 "hola\nNota: b\n\nfin"},
	{"blank lines first", "\n\r\nSubject: a\n\nhola", 1, "a", "hola"},
	{"blank line, then text", "\nhola\n", 0, NULL, "hola\n"},
	{"no header at all", "hola, no anda\nla impresora\n", 0, NULL,
	 "hola, no anda\nla impresora\n"},
	{"no blank line", "Subject: a\nhola, no anda\n", 1, "a", "hola, no anda\n"},
	{"damage inside", "To: b\nsin sentido\nSubject: a\n\nhola", 2, "a", "hola"},
	{"a boundary is no damage", "To: b\n--x\nContent-Type: a/b\n\n", 1, NULL,
	 "--x\nContent-Type: a/b\n\n"},
	{"header only", "Subject: a", 1, "a", ""},
	{"empty", "", 0, NULL, ""},
	{"fold first", " x\nSubject: a\n\nhola", 1, "a", "hola"},
	{"zero byte", "Sub\0ject", 0, NULL, "Sub"},
	{"name without text", ": x\nSubject: a\n\nhola", 0, NULL, ": x\nSubject: a\n\nhola"},
};

static void test_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(splits); i++) {
		struct slice raw = slice_of(splits[i].raw);
		struct headers h = header_split(a, raw);
		const struct slice *s = header_get(&h, "Subject");

		if (h.n != splits[i].fields)
			fail_msg("%s: %zu fields", splits[i].name, h.n);
		if (!str_eq(s ? header_unfold(a, *s) : NULL, splits[i].subject))
			fail_msg("%s: subject", splits[i].name);
		if (!slice_eq(slice_sub(raw, h.body_at, raw.n), slice_of(splits[i].body)))
			fail_msg("%s: body at %zu", splits[i].name, h.body_at);
		assert_false(h.limited);
	}
}

static char *repeat(const char *unit, size_t times, const char *end)
{
	size_t n = strlen(unit);
	char *p = arena_alloc(a, n * times + strlen(end) + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(p + n * i, unit, n);
	memcpy(p + n * times, end, strlen(end) + 1);
	return p;
}

static void test_limits(void **state)
{
	struct headers h;
	struct slice raw;

	(void)state;
	raw = slice_of(repeat("X: y\n", 100000, "\nhola"));
	h = header_split(a, raw);
	assert_true(h.limited);
	assert_int_equal(h.n, HEADER_FIELDS_MAX);
	assert_int_equal(h.body_at, raw.n - 4);

	raw = slice_of(arena_printf(a, "Subject: a\n%s", repeat(" bcd\n", 20000, "\nhola")));
	h = header_split(a, raw);
	assert_true(h.limited);
	assert_int_equal(h.n, 1);
	assert_int_equal(header_get(&h, "Subject")->n, HEADER_FIELD_MAX);
	assert_int_equal(h.body_at, raw.n - 4);
	assert_int_equal(header_count(&h, "SUBJECT"), 1);
	assert_null(header_get(&h, "Subj"));
}

/* --- addresses --- */

static const struct {
	const char *value;
	const char *list; /* «addr|name» joined with « ; » */
} lists[] = {
	{"ana@x.example", "ana@x.example|"},
	{"Ana Ruiz <ana@X.Example>", "ana@x.example|Ana Ruiz"},
	{"\"Ruiz, Ana\" <ana@x.example>", "ana@x.example|Ruiz, Ana"},
	{"Ruiz, Ana <ana@x.example>", "ana@x.example|Ruiz, Ana"},
	{"ana@x.example (Ana Ruiz)", "ana@x.example|Ana Ruiz"},
	{"ana@x.example, bea@x.example", "ana@x.example| ; bea@x.example|"},
	{"ana@x.example; bea@x.example", "ana@x.example| ; bea@x.example|"},
	{"Ana <ana@x.example> , , Bea <bea@x.example>,", "ana@x.example|Ana ; bea@x.example|Bea"},
	{"mesa: ana@x.example, Bea <bea@x.example>;", "ana@x.example| ; bea@x.example|Bea"},
	{"undisclosed-recipients:;", ""},
	{"Ana ana@x.example", "ana@x.example|Ana"},
	{"ana@x.example Ana", "ana@x.example|Ana"},
	{"Ana <mailto:ana@x.example>", "ana@x.example|Ana"},
	{"mailto:ana@x.example", "ana@x.example|"},
	{"Ana <@a.example,@b.example:ana@x.example>", "ana@x.example|Ana"},
	{"Ana <<ana@x.example>>", "ana@x.example|Ana"},
	{"Ana <ana@x.example", "ana@x.example|Ana"},
	{"ana @ x . example", "ana@x.example|"},
	{"\"ana.ruiz\"@x.example", "ana.ruiz@x.example|"},
	{"<\"ana\"@x.example>", "ana@x.example|"},
	{"\"ana\"@x.example", "ana@x.example|"},
	/* ruiz@x.example is somebody else */
	{"\"ana ruiz\"@x.example", "|\"ana ruiz\"@x.example"},
	{"<\"ana ruiz\"@x.example>", "|\"ana ruiz\"@x.example"},
	{"Ana <\"ana ruiz\"@x.example>", "|Ana"},
	{"\"ladron@evil.example\" <ana@x.example>", "ana@x.example|ladron@evil.example"},
	{"Ana <ana>", "|Ana"},
	{"MAILER-DAEMON", "|MAILER-DAEMON"},
	{"<>", "|"},
	{"", ""},
	{" \r\n ", ""},
	{"'Ana' <ana@x.example>", "ana@x.example|Ana"},
	{"\"Ana \\\"la jefa\\\" Ruiz\" <ana@x.example>", "ana@x.example|Ana \"la jefa\" Ruiz"},
	{"Ana (casa (vieja)) <ana@x.example>", "ana@x.example|Ana"},
	{"Ana <ana@x.example (casa)>", "ana@x.example|Ana"},
	{"Ana <(una (nota))ana(sede\\))@x.example(fin)>", "ana@x.example|Ana"},
	{"Ana <ana(casa@x.example>", "ana(casa@x.example|Ana"},
	{"<\"ana(casa)\"@x.example>", "ana(casa)@x.example|"},
	{"=?utf-8?q?Ana?= <ana@x.example>", "ana@x.example|=?utf-8?q?Ana?="},
	{"Ana\r\n Ruiz <ana@x.example>", "ana@x.example|Ana Ruiz"},
	{"[ana@x.example]", "ana@x.example|"},
	{"\"Ana Ruiz <ana@x.example>", "ana@x.example|Ana Ruiz"},
	{"Ana Ruiz\" <ana@x.example>", "ana@x.example|Ana Ruiz"},
	{"\"Ana Ruiz <ana@x.example>\"", "ana@x.example|Ana Ruiz"},
	{"\"Ana <otra@x.example>\" <ana@x.example>", "ana@x.example|Ana <otra@x.example>"},
	{"ana@x.example <ana@x.example>", "ana@x.example|ana@x.example"},
	{"Ana Ruiz ana@@x.example", "|Ana Ruiz ana@@x.example"},
};

static void test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct address *list;
		size_t n = header_addresses(a, slice_of(lists[i].value), &list);
		char *got = arena_str(a, "");

		for (size_t j = 0; j < n; j++)
			got = arena_printf(a, "%s%s%s|%s", got, j ? " ; " : "", list[j].addr,
					   list[j].name);
		if (!str_eq(got, lists[i].list))
			fail_msg("%s: got «%s»", lists[i].value, got);
	}
}

static void test_many_addresses(void **state)
{
	struct address *list;

	(void)state;
	assert_int_equal(header_addresses(a, slice_of(repeat("a@x.example,", 5000, "")), &list),
			 HEADER_ADDRESSES_MAX);
	/* what kills others: depth and groups */
	header_addresses(a, slice_of(repeat("(", 60000, "")), &list);
	header_addresses(a, slice_of(repeat("g: ", 20000, "")), &list);
	header_addresses(a, slice_of(repeat("<", 60000, "")), &list);
}

/* --- ids --- */

static const struct {
	const char *value, *ids; /* joined with blanks */
} idss[] = {
	{"<a@x.example>", "a@x.example"},
	{"<a@x.example> <b@x.example>", "a@x.example b@x.example"},
	{"<a@x.example><b@x.example>", "a@x.example b@x.example"},
	{"a@x.example", "a@x.example"},
	{"a@x.example, b@x.example", "a@x.example b@x.example"},
	{"Su mensaje de ayer <a@x.example> (ana@x.example)", "a@x.example"},
	{"<a@\r\n x.example>", "a@x.example"},
	{"<a@x.example", "a@x.example"},
	{"<<a@x.example>>", "a@x.example"},
	{"<>", ""},
	{"nada", ""},
	{"", ""},
	{"<a\x01\xF1@x.example>", "a?@x.example"},
};

static void test_ids(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(idss); i++) {
		const char **list;
		size_t n = header_ids(a, slice_of(idss[i].value), &list);
		char *got = arena_str(a, "");

		for (size_t j = 0; j < n; j++)
			got = arena_printf(a, "%s%s%s", got, j ? " " : "", list[j]);
		if (!str_eq(got, idss[i].ids))
			fail_msg("%s: got «%s»", idss[i].value, got);
	}
	const char **list;

	assert_int_equal(header_ids(a, slice_of(repeat("<a@b> ", 3000, "")), &list),
			 HEADER_IDS_MAX);
	assert_int_equal(header_ids(a, slice_of(repeat("a", 5000, "@b>")), &list), 0);
}

/* --- dates --- */

static const struct {
	const char *value;
	int64_t utc; /* 0: none */
} dates[] = {
	{"Tue, 04 Mar 2025 10:11:12 +0100", 1741079472},
	{"Tue, 4 Mar 2025 10:11:12 +0100 (CET)", 1741079472},
	{"4 Mar 2025 09:11:12 GMT", 1741079472},
	{"Tue Mar  4 09:11:12 2025", 1741079472},
	{"Tue, 04 Mar 2025 04:11:12 EST", 1741079472},
	{"2025-03-04T09:11:12Z", 1741079472},
	{"Tue, 4 Mar 2025 10.11.12 +0100", 1741079472},
	{"Tue, 4 Mar 2025 04:11:12 PET", 1741079472},
	{"Tue, 4 Mar 2025 05:11:12 AST", 1741079472},
	{"4.3.2025 10:11:12 +0100", 0},
	{"2025-03-04 10:11:12 +01:00", 1741079472},
	{"04-Mar-2025 09:11:12", 1741079472},
	{"Tue, 04 Mar 25 09:11:12 +0000", 1741079472},
	{"Tue, 04 Mar 125 09:11:12 +0000", 1741079472},
	{"mar, 04 mar 2025 09:11:12 +0000", 1741079472},
	{"mar., 2 dic. 2025 09:11:12 +0000", 1764666672},
	{"Tue, 04 Mar 2025 09:11 +0000", 1741079460},
	{"Tue, 04 Mar 2025 09:11:12 PM", 1741122672},
	{"Tue, 04 Mar 2025 09:11:12 +9999", 1741079472},
	{"Sat, 29 Feb 2020 00:00:00 +0000", 1582934400},
	{"Fri, 31 Dec 1999 23:59:60 +0000", 946684799},
	{"Mon, 31 Feb 2025 09:11:12 +0000", 0},
	{"Sat, 29 Feb 2025 00:00:00 +0000", 0},
	{"Mon, 04 Mar 1900 09:11:12 +0000", 0},
	{"Mon, 04 Mar 5000 09:11:12 +0000", 0},
	{"Mon, 04 Mar 99999 09:11:12 +0000", 0},
	{"Mon, 04 Mar 2025 25:11:12 +0000", 0},
	{"ayer por la tarde", 0},
	{"", 0},
	{"-1", 0},
};

static void test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		int64_t utc = 0;
		bool ok = header_date(slice_of(dates[i].value), &utc);

		if (ok != (dates[i].utc != 0) || (ok && utc != dates[i].utc))
			fail_msg("%s: %lld", dates[i].value, (long long)utc);
	}
}

/* --- tokens and parameters --- */

static void test_tokens(void **state)
{
	static const struct {
		const char *value, *token;
	} rows[] = {
		{"Text/Plain; charset=utf-8", "text/plain"},
		{"text / plain ; x", "text/plain"},
		{"text/plain charset=utf-8", "text/plain"},
		{" (nota) text/html (otra)", "text/html"},
		{"\"text/html\"; x", "text/html"},
		{"attachment;filename=x", "attachment"},
		{"auto-replied (vacation)", "auto-replied"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(header_token(a, slice_of(rows[i].value)), rows[i].token);
}

static const struct {
	const char *value, *out, *charset; /* out NULL: no such parameter */
} params[] = {
	{"a/b; name=x.txt", "x.txt", ""},
	{"a/b; NAME=\"x y.txt\"", "x y.txt", ""},
	{"a/b; name=x y.txt; z=1", "x y.txt", ""},
	{"a/b; name=x.txt z=1", "x.txt", ""},
	{"a/b; name = \"x.txt\" ; z=1", "x.txt", ""},
	{"a/b name=x.txt", "x.txt", ""},
	{"a/b; name=\"C:\\tmp\\x.txt\"", "C:\\tmp\\x.txt", ""},
	{"a/b; name=\"x \\\"y\\\" z\"", "x \"y\" z", ""},
	{"a/b; name=\"x \"y\" z.txt\"; q=1", "x \"y\" z.txt", ""},
	{"a/b; name=\"x.txt", "x.txt", ""},
	{"a/b; name=\"largo\r\n nombre\"", "largo nombre", ""},
	{"a/b; name*=utf-8''se%C3%B1al.txt",
	 "se\xC3\xB1"
	 "al.txt",
	 "utf-8"},
	{"a/b; name*=utf-8'es'se%C3%B1al.txt",
	 "se\xC3\xB1"
	 "al.txt",
	 "utf-8"},
	{"a/b; name*=\"utf-8''se%C3%B1al.txt\"",
	 "se\xC3\xB1"
	 "al.txt",
	 "utf-8"},
	{"a/b; name=\"utf-8''se%C3%B1al.txt\"",
	 "se\xC3\xB1"
	 "al.txt",
	 "utf-8"},
	{"a/b; name*=x%20y.txt", "x y.txt", ""},
	/* the language and its apostrophe were forgotten */
	{"a/b; name*=UTF-8'acta%20final.txt", "acta final.txt", "UTF-8"},
	{"a/b; name*0*=iso-8859-1'a%F1o; name*1*=%20nuevo.txt", "a\xF1o nuevo.txt", "iso-8859-1"},
	{"a/b; name*=d'ana%20x.txt", "d'ana x.txt", ""},
	{"a/b; name=utf-8'x.txt", "utf-8'x.txt", ""},
	{"a/b; name*0=uno; name*1=dos", "unodos", ""},
	{"a/b; name*1=dos; name*0=uno", "unodos", ""},
	{"a/b; name*0*=iso-8859-1''a%F1o; name*1*=%20nuevo; name*2=.txt", "a\xF1o nuevo.txt",
	 "iso-8859-1"},
	{"a/b; name*0=\"utf-8''a%20b\"; name*1*=%20c", "a b c", "utf-8"},
	{"a/b; name*0=uno; name*2=tres", "unotres", ""},
	{"a/b; name=llano; name*=utf-8''mejor", "mejor", "utf-8"},
	{"a/b; name=llano; name*0=me; name*1=jor", "mejor", ""},
	{"a/b; name=100%25 seguro", "100%25 seguro", ""},
	{"a/b; name=l'amie d'ana.txt", "l'amie d'ana.txt", ""},
	{"a/b; name*=utf-8''mal%2", "mal%2", "utf-8"},
	{"a/b; name=", "", ""},
	{"a/b; filename=x", NULL, ""},
	{"a/b", NULL, ""},
};

static void test_params(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(params); i++) {
		struct slice out;
		const char *charset;
		bool ok = header_param(a, slice_of(params[i].value), "name", &out, &charset);

		if (ok != (params[i].out != NULL))
			fail_msg("%s: found %d", params[i].value, ok);
		if (ok && (!slice_eq(out, slice_of(params[i].out)) ||
			   !str_eq(charset, params[i].charset)))
			fail_msg("%s: «%.*s» in «%s»", params[i].value, (int)out.n, out.p, charset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_split, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tokens, setup, teardown),
		cmocka_unit_test_setup_teardown(test_params, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
