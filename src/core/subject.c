#include "core/subject.h"

#include "base/text.h"

/* What mail programs put before a subject, folded, without the colon. */
static const struct {
	const char *word;
	enum subject_prefix kind;
} prefixes[] = {
	{"re", PREFIX_REPLY},	 {"resp", PREFIX_REPLY},    {"respuesta", PREFIX_REPLY},
	{"res", PREFIX_REPLY},	 {"rta", PREFIX_REPLY},	    {"aw", PREFIX_REPLY},
	{"antw", PREFIX_REPLY},	 {"sv", PREFIX_REPLY},	    {"rif", PREFIX_REPLY},
	{"r", PREFIX_REPLY},	 {"vs", PREFIX_REPLY},	    {"vast", PREFIX_REPLY},
	{"odp", PREFIX_REPLY},	 {"ynt", PREFIX_REPLY},	    {"bls", PREFIX_REPLY},
	{"απ", PREFIX_REPLY},	 {"σχετ", PREFIX_REPLY},    {"תשובה", PREFIX_REPLY},
	{"回复", PREFIX_REPLY},	 {"回覆", PREFIX_REPLY},    {"答复", PREFIX_REPLY},
	{"返信", PREFIX_REPLY},	 {"fw", PREFIX_FORWARD},    {"fwd", PREFIX_FORWARD},
	{"rv", PREFIX_FORWARD},	 {"reenv", PREFIX_FORWARD}, {"reenviado", PREFIX_FORWARD},
	{"enc", PREFIX_FORWARD}, {"wg", PREFIX_FORWARD},    {"tr", PREFIX_FORWARD},
};

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The first colon, narrow or wide («回复：»), and its length; SIZE_MAX where there is none. */
static size_t find_colon(struct slice s, size_t *len)
{
	static const struct slice wide = {"\xEF\xBC\x9A", 3};
	size_t at = slice_chr(s, ':'), other = slice_find(s, wide);

	*len = other < at ? wide.n : 1;
	return other < at ? other : at;
}

static bool is_count(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (slice_chr(SLICE("[]() \t0123456789"), s.p[i]) == SIZE_MAX)
			return false;
	return true;
}

/* Cuts one «word:», «word[2]:» or «word (2):» off *s. */
static enum subject_prefix cut_prefix(struct slice *s)
{
	size_t len, colon = find_colon(*s, &len);
	struct slice word = slice_sub(*s, 0, colon == SIZE_MAX ? 0 : colon);

	for (size_t i = 0; i < word.n; i++)
		if (slice_chr(SLICE("[( \t"), word.p[i]) != SIZE_MAX) {
			if (!is_count(slice_sub(word, i, word.n)))
				return PREFIX_NONE; /* «Respuesta automática:» */
			word = slice_sub(word, 0, i);
			break;
		}
	for (size_t i = 0; word.n && i < COUNT(prefixes); i++)
		if (slice_eq(word, slice_of(prefixes[i].word))) {
			*s = slice_trim(slice_sub(*s, colon + len, s->n));
			return prefixes[i].kind;
		}
	return PREFIX_NONE;
}

enum subject_prefix subject_prefix(struct arena *a, const char *subject)
{
	struct slice s = slice_trim(slice_of(text_fold(a, slice_of(subject))));

	return cut_prefix(&s);
}

bool subject_answers(struct arena *a, const char *subject)
{
	struct slice s = slice_trim(slice_of(text_fold(a, slice_of(subject))));

	while (s.n && s.p[0] == '[') {
		size_t close = slice_chr(s, ']');

		s = slice_trim(slice_sub(s, close == SIZE_MAX ? s.n : close + 1, s.n));
	}
	return cut_prefix(&s) == PREFIX_REPLY;
}

/* Cuts a «[…]» at the start that holds one of our numbers. */
static bool cut_tag(struct arena *a, const struct policy *p, struct slice *s)
{
	size_t close = slice_chr(*s, ']');
	const char *number;

	if (s->n == 0 || s->p[0] != '[' || close == SIZE_MAX ||
	    policy_numbers_in(a, p, slice_sub(*s, 0, close), &number, 1) == 0)
		return false;
	*s = slice_trim(slice_sub(*s, close + 1, s->n));
	return true;
}

char *subject_key(struct arena *a, const struct policy *p, const char *subject)
{
	struct slice s = slice_trim(slice_of(text_fold(a, slice_of(subject))));
	char *out;
	size_t n = 0;

	while (cut_prefix(&s) != PREFIX_NONE || cut_tag(a, p, &s))
		;
	out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (!blank(s.p[i]) || !blank(out[n - 1]))
			out[n++] = blank(s.p[i]) ? ' ' : s.p[i];
	return out;
}
