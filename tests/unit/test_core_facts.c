#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/facts.h"

#include <string.h>

enum { RAW = 1000 };

struct fixture {
	struct facts f;
	struct span spans[2];
	struct attachment att[1];
	struct address to[1];
	struct bounce bounce[1];
	struct command_line command[1];
	struct ref ref[1];
	const char *references[2];
	const char *warnings[1];
};

static void fill(struct fixture *x)
{
	memset(x, 0, sizeof *x);
	facts_init(&x->f);
	x->f.kind = KIND_REPLY;
	x->f.from = (struct address){"ana@x.example", "Ana Muñoz"};
	x->f.from_count = 1;
	x->f.subject = "Impresora";
	x->f.text = "hola\n> ñandú\n";
	x->spans[0] = (struct span){SPAN_NEW, 0, 5};
	x->spans[1] = (struct span){SPAN_QUOTED, 5, 10};
	x->f.spans = x->spans;
	x->f.n_spans = 2;
	x->att[0] = (struct attachment){.name = "acta.pdf",
					.type = "application/pdf",
					.encoding = "base64",
					.offset = 100,
					.len = 900,
					.size = 600,
					.flags = ATT_INLINE};
	x->att[0].sha256 = sha256_of("x", 1);
	x->f.attachments = x->att;
	x->f.n_attachments = 1;
	x->to[0] = (struct address){"mesa@x.example", ""};
	x->f.to = x->to;
	x->f.n_to = 1;
	x->bounce[0] = (struct bounce){"z@x.example", "5.1.1", "no existe", true, false};
	x->f.bounces = x->bounce;
	x->f.n_bounces = 1;
	x->command[0].line = "#nota";
	x->f.commands = x->command;
	x->f.n_commands = 1;
	x->ref[0] = (struct ref){"ST-2026-000123", "k7f3q9wm"};
	x->f.refs = x->ref;
	x->f.n_refs = 1;
	x->references[0] = "a@x.example";
	x->references[1] = "b@x.example";
	x->f.references = x->references;
	x->f.n_references = 2;
	x->warnings[0] = "no usable Date";
	x->f.warnings = x->warnings;
	x->f.n_warnings = 1;
	x->f.date = -5;
	x->f.size = RAW;
	x->f.verdict = VERDICT_PASS;
}

static bool round_trip(struct arena *a, const struct facts *f, struct facts *out)
{
	struct sbuf b = SBUF_INIT(1 << 20);
	bool ok;

	facts_pack(&b, f);
	ok = facts_unpack(a, sbuf_view(&b), RAW, out);
	sbuf_free(&b);
	return ok;
}

static void test_round_trip(void **state)
{
	struct arena *a = arena_new();
	struct fixture x;
	struct facts g;

	(void)state;
	fill(&x);
	assert_true(round_trip(a, &x.f, &g));
	assert_string_equal(g.from.addr, "ana@x.example");
	assert_string_equal(g.from.name, "Ana Muñoz");
	assert_string_equal(g.subject, "Impresora");
	assert_string_equal(g.message_id, "");
	assert_int_equal(g.kind, KIND_REPLY);
	assert_int_equal(g.verdict, VERDICT_PASS);
	assert_int_equal(g.date, -5);
	assert_int_equal(g.n_spans, 2);
	assert_int_equal(g.spans[1].kind, SPAN_QUOTED);
	assert_int_equal(g.attachments[0].len, 900);
	assert_int_equal(g.attachments[0].flags, ATT_INLINE);
	assert_memory_equal(g.attachments[0].sha256.b, x.att[0].sha256.b, SHA256_LEN);
	assert_string_equal(g.to[0].addr, "mesa@x.example");
	assert_true(g.bounces[0].permanent);
	assert_false(g.bounces[0].delayed);
	assert_string_equal(g.commands[0].line, "#nota");
	assert_string_equal(g.refs[0].code, "k7f3q9wm");
	assert_string_equal(g.references[1], "b@x.example");
	assert_string_equal(g.warnings[0], "no usable Date");
	assert_string_equal(facts_span_text(a, &g, SPAN_NEW), "hola");
	assert_string_equal(facts_span_text(a, &g, SPAN_QUOTED), "> ñandú");
	assert_string_equal(facts_span_text(a, &g, SPAN_SIGNATURE), "");
	arena_free(&a);
}

static void spoil_gap(struct fixture *x)
{
	x->spans[1].from = 6;
	x->spans[1].len = 9;
}
static void spoil_short(struct fixture *x)
{
	x->spans[1].len = 9;
}
static void spoil_past(struct fixture *x)
{
	x->spans[1].len = 11;
}
static void spoil_character(struct fixture *x)
{
	x->spans[0].len = 8; /* within the ñ */
	x->spans[1].from = 8;
	x->spans[1].len = 7;
}
static void spoil_span_kind(struct fixture *x)
{
	x->spans[0].kind = SPAN_COUNT;
}
static void spoil_kind(struct fixture *x)
{
	x->f.kind = KIND_COUNT;
}
static void spoil_utf8(struct fixture *x)
{
	x->f.subject = "ma\xF1"
		       "ana";
}
static void spoil_offset(struct fixture *x)
{
	x->att[0].offset = -1;
}
static void spoil_len(struct fixture *x)
{
	x->att[0].len = 901;
}
static void spoil_huge(struct fixture *x)
{
	x->att[0].offset = INT64_MAX;
	x->att[0].len = INT64_MAX;
}
static void spoil_flags(struct fixture *x)
{
	x->att[0].flags = 1u << 20;
}
static void spoil_name(struct fixture *x)
{
	x->att[0].name = "";
}
static void spoil_verdict(struct fixture *x)
{
	x->f.verdict = (enum verdict)7;
}

static void test_refused(void **state)
{
	static void (*const spoilers[])(struct fixture *) = {
		spoil_gap,   spoil_short, spoil_past,	 spoil_character, spoil_span_kind,
		spoil_kind,  spoil_utf8,  spoil_offset,	 spoil_len,	  spoil_huge,
		spoil_flags, spoil_name,  spoil_verdict,
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(spoilers); i++) {
		struct fixture x;
		struct facts g;

		fill(&x);
		spoilers[i](&x);
		if (round_trip(a, &x.f, &g))
			fail_msg("spoiler %zu was taken", i);
	}
	arena_free(&a);
}

/* Cut anywhere, changed anywhere: never more than a refusal. */
static void test_damaged(void **state)
{
	struct sbuf b = SBUF_INIT(1 << 20);
	struct fixture x;

	(void)state;
	fill(&x);
	facts_pack(&b, &x.f);
	for (size_t n = 0; n < b.n; n++) {
		struct arena *a = arena_new();
		struct facts g;
		char keep = b.p[n];

		assert_false(facts_unpack(a, slice_sub(sbuf_view(&b), 0, n), RAW, &g));
		b.p[n] = (char)(keep ^ 0x80);
		facts_unpack(a, sbuf_view(&b), RAW, &g);
		b.p[n] = keep;
		arena_free(&a);
	}
	sbuf_chr(&b, 'x');
	struct arena *a = arena_new();
	struct facts g;

	assert_false(facts_unpack(a, sbuf_view(&b), RAW, &g));
	arena_free(&a);
	sbuf_free(&b);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(mail_kind_name(KIND_NEW), "new");
	assert_string_equal(mail_kind_name(KIND_AUTO_REPLY), "auto_reply");
	assert_string_equal(mail_kind_name(KIND_CALENDAR), "calendar");
	assert_string_equal(mail_kind_name(KIND_COUNT), "malformed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
