#include "base/text.h"
#include "io/oauth.h"

#include <string.h>

/* The little JSON that a token endpoint speaks: one flat object. What lies deeper is skipped. */
enum { LIFE_MARGIN = 60, REASON_MAX = 200, DEPTH_MAX = 32 };

struct scan {
	struct slice s;
	struct arena *a;
	bool bad;
};

static void blanks(struct scan *j)
{
	size_t n = 0;

	while (n < j->s.n && strchr(" \t\r\n", j->s.p[n]) && j->s.p[n])
		n++;
	j->s = slice_sub(j->s, n, j->s.n);
}

/* The next character that counts; '\0' at the end. */
static char peek(struct scan *j)
{
	blanks(j);
	return j->s.n > 0 ? j->s.p[0] : '\0';
}

static char take(struct scan *j)
{
	char c = j->s.n > 0 ? j->s.p[0] : '\0';

	j->bad = j->bad || j->s.n == 0;
	j->s = slice_sub(j->s, 1, j->s.n);
	return c;
}

static uint32_t four_digits(struct scan *j)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef";
		char c = take(j);
		const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

		j->bad = j->bad || !at;
		v = v << 4 | (at ? (uint32_t)(at - digits) : 0);
	}
	return v;
}

static void escape(struct scan *j, struct sbuf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = take(j);
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		sbuf_chr(out, to[at - from]);
	else if (c == 'u')
		text_put(out, four_digits(j)); /* surrogates become U+FFFD: no token has them */
	else
		j->bad = true;
}

static char *string(struct scan *j)
{
	struct sbuf out = SBUF_INIT(OAUTH_ANSWER_MAX);
	char *copy;
	char c;

	if (peek(j) != '"')
		j->bad = true;
	take(j);
	while (!j->bad && (c = take(j)) != '"') {
		if (c == '\\')
			escape(j, &out);
		else
			sbuf_chr(&out, c);
	}
	copy = sbuf_dup(j->a, &out);
	sbuf_free(&out);
	return copy;
}

/* Anything but a string, as it stands. */
static char *other(struct scan *j)
{
	struct slice start = j->s;
	size_t n = 0;
	int depth = 0;

	do {
		char c = peek(j);

		if (c == '"') {
			string(j);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			break;
		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		j->bad = j->bad || depth > DEPTH_MAX;
		take(j);
	} while (!j->bad);
	n = start.n - j->s.n;
	return slice_dup(j->a, slice_trim(slice_sub(start, 0, n)));
}

/* The value of a key of the outermost object; "" when it is not there, is no string where one is
 * wanted, or nothing is well-formed. */
static char *value_of(struct slice json, const char *key, bool only_string, struct arena *a)
{
	struct scan j = {.s = json, .a = a};
	char *found = arena_str(a, "");

	if (peek(&j) != '{')
		return found;
	take(&j);
	while (!j.bad && peek(&j) == '"') {
		char *k = string(&j), *v;
		bool is_string;

		if (peek(&j) != ':')
			break;
		take(&j);
		is_string = peek(&j) == '"';
		v = is_string ? string(&j) : other(&j);
		if (!j.bad && str_eq(k, key) && (is_string || !only_string))
			found = v;
		if (peek(&j) == ',')
			take(&j);
	}
	return found;
}

static bool is_token(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7F)
			return false;
	return true;
}

bool oauth_read(struct slice json, struct arena *a, struct oauth_token *out, struct err *e)
{
	uint64_t life = 0;

	*out = (struct oauth_token){.access = value_of(json, "access_token", true, a),
				    .refresh = value_of(json, "refresh_token", true, a)};
	if (!*out->access || !is_token(out->access) || !is_token(out->refresh))
		return err_set(e, "the answer holds no access token");
	if (!slice_u64(slice_of(value_of(json, "expires_in", false, a)), &life) || life > 86400)
		life = OAUTH_LIFE_DEFAULT;
	out->life = life > 2 * LIFE_MARGIN ? (int64_t)life - LIFE_MARGIN : (int64_t)life / 2;
	return true;
}

const char *oauth_reason(struct slice json, struct arena *a)
{
	const char *code = value_of(json, "error", true, a);
	struct slice more =
		text_cut(slice_of(value_of(json, "error_description", true, a)), REASON_MAX);

	return arena_printf(a, "%s %.*s", *code ? code : "no reason given", (int)more.n, more.p);
}
