#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/text.h"

#include <pcre2.h>
#include <stdlib.h>
#include <utf8proc.h>

/* PCRE2's own match_limit counts anew at every start position, so it bounds no time. What does:
 * a callout before every item of the pattern, each costing one step and more when the item before
 * it ran over much text. */
enum {
	MATCH_LIMIT_CALLS = 100000,
	HEAP_LIMIT_KIB = 1024,
	PARENS_MAX = 50,
	BYTES_A_STEP = 32,
	BACKREF_COST = 16, /* a backreference compares text unseen by the callouts */
};

struct pattern {
	pcre2_code *code;
};

struct budget {
	int64_t left;
	size_t at;
};

static void *checked_malloc(size_t n, void *unused)
{
	(void)unused;
	return mem_alloc(n);
}

static void checked_free(void *p, void *unused)
{
	(void)unused;
	free(p);
}

struct pattern *pattern_new(const char *source, size_t *offset_r, struct err *e)
{
	pcre2_general_context *general =
		pcre2_general_context_create(checked_malloc, checked_free, NULL);
	pcre2_compile_context *compile = pcre2_compile_context_create(general);
	struct arena *a = arena_new();
	struct pattern *p = NULL;
	pcre2_code *code = NULL;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR why[256];
	int rc = 0;

	*offset_r = 0;
	if (!text_valid(slice_of(source))) {
		err_set(e, "pattern is not valid UTF-8");
		goto out;
	}
	pcre2_set_max_pattern_length(compile, PATTERN_SOURCE_MAX);
	pcre2_set_parens_nest_limit(compile, PARENS_MAX);
	code = pcre2_compile((PCRE2_SPTR)text_nfc(a, slice_of(source)), PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_AUTO_CALLOUT |
				     PCRE2_NEVER_BACKSLASH_C,
			     &rc, &at, compile);
	if (!code) {
		pcre2_get_error_message(rc, why, sizeof why);
		err_set(e, "%s", (const char *)why);
		*offset_r = at;
		goto out;
	}
	p = mem_alloc(sizeof *p);
	p->code = code;
out:
	arena_free(&a);
	pcre2_compile_context_free(compile);
	pcre2_general_context_free(general);
	return p;
}

void pattern_free(struct pattern **pp)
{
	if (!*pp)
		return;
	pcre2_code_free((*pp)->code);
	free(*pp);
	*pp = NULL;
}

static int count_step(pcre2_callout_block *block, void *data)
{
	struct budget *b = data;
	size_t now = block->current_position;
	size_t moved = now > b->at ? now - b->at : b->at - now;

	b->at = now;
	b->left -= 1 + (int64_t)(moved / BYTES_A_STEP);
	return b->left < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

static bool has_marks(struct slice s)
{
	uint32_t cp;

	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n))
		if (cp >= 0x300 && utf8proc_get_property((utf8proc_int32_t)cp)->combining_class)
			return true;
	return false;
}

static enum match run(const struct pattern *p, struct slice text)
{
	struct budget left = {.left = PATTERN_STEPS};
	pcre2_general_context *general =
		pcre2_general_context_create(checked_malloc, checked_free, NULL);
	pcre2_match_context *context = pcre2_match_context_create(general);
	pcre2_match_data *data = pcre2_match_data_create(1, general);
	uint32_t backrefs = 0;
	int rc;

	pcre2_pattern_info(p->code, PCRE2_INFO_BACKREFMAX, &backrefs);
	if (backrefs > 0)
		left.left /= BACKREF_COST;
	pcre2_set_callout(context, count_step, &left);
	pcre2_set_match_limit(context, MATCH_LIMIT_CALLS);
	pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
	rc = pcre2_match(p->code, (PCRE2_SPTR)(text.n ? text.p : ""), text.n, 0, PCRE2_NO_UTF_CHECK,
			 data, context);
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	pcre2_general_context_free(general);
	if (rc >= 0)
		return MATCH_YES;
	return rc == PCRE2_ERROR_NOMATCH ? MATCH_NO : MATCH_LIMIT;
}

enum match pattern_match(const struct pattern *p, struct slice text)
{
	struct arena *a = NULL;
	enum match m;

	text = text_cut(text, PATTERN_TEXT_MAX);
	if (!text_valid(text))
		return MATCH_NO;
	if (has_marks(text)) { /* patterns are in NFC: «avería» must meet its decomposed form */
		a = arena_new();
		text = slice_of(text_nfc(a, text));
	}
	m = run(p, text);
	arena_free(&a);
	return m;
}
