#include "mail/answer.h"

#include "core/address.h"
#include "core/subject.h"
#include "mail/token.h"

enum {
	CODE_BYTES = 16,  /* shorter ones may be a word and a year */
	CODE_SWITCHES = 4 /* between letters and digits */
};

bool answer_named(struct arena *a, const struct headers *h)
{
	static const char *const fields[] = {"In-Reply-To", "References"};

	for (size_t i = 0; i < COUNT(fields); i++) {
		const struct slice *v = header_get(h, fields[i]);
		const char **ids;

		if (v && header_ids(a, *v, &ids) > 0)
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* No person thinks up «4f97315cc828096c». */
static bool is_code(struct slice s)
{
	size_t n = 0, switches = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]) && !is_letter(s.p[i])) {
			n = switches = 0;
			continue;
		}
		if (n++ && is_digit(s.p[i]) != is_digit(s.p[i - 1]))
			switches++;
		if (n >= CODE_BYTES && switches >= CODE_SWITCHES)
			return true;
	}
	return false;
}

/* «reply+4f97315cc828096c@…», «sistemas+st-2026-000123.k7f3q9wm@…» (RFC 5233): where the answer
 * goes To; a copy may go there for other reasons. */
static bool to_a_code(struct arena *a, const struct headers *h)
{
	const struct slice *v = header_get(h, "To");
	const char *number, *code;
	struct address *list;
	size_t n = v ? header_addresses(a, *v, &list) : 0;

	for (size_t i = 0; i < n; i++) {
		struct slice tag = address_tag(list[i].addr);

		if (tag.n && (is_code(tag) || token_reply_split(a, tag, &number, &code)))
			return true;
	}
	return false;
}

bool answer_is(struct arena *a, const struct headers *h, const char *subject)
{
	return answer_named(a, h) || subject_answers(a, subject) || to_a_code(a, h);
}

bool answer_cites(struct arena *a, const struct facts *f)
{
	return facts_span_text(a, f, SPAN_FORWARDED)[0] == '\0' &&
	       facts_span_text(a, f, SPAN_QUOTED)[0] && facts_span_text(a, f, SPAN_NEW)[0];
}
