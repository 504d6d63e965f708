#include "base/str.h"

#include <stdint.h>
#include <string.h>

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

struct slice slice_of(const char *cstr)
{
	return cstr ? (struct slice){cstr, strlen(cstr)} : SLICE("");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool slice_ieq(struct slice a, struct slice b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool slice_ieqs(struct slice a, const char *b)
{
	return slice_ieq(a, slice_of(b));
}

bool slice_starts(struct slice s, struct slice prefix)
{
	return s.n >= prefix.n && slice_eq(slice_sub(s, 0, prefix.n), prefix);
}

bool slice_istarts(struct slice s, const char *prefix)
{
	struct slice want = slice_of(prefix);

	return s.n >= want.n && slice_ieq(slice_sub(s, 0, want.n), want);
}

bool slice_iends(struct slice s, const char *suffix)
{
	struct slice want = slice_of(suffix);

	return s.n >= want.n && slice_ieq(slice_sub(s, s.n - want.n, want.n), want);
}

size_t slice_find(struct slice hay, struct slice needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return SIZE_MAX;
	at = memmem(hay.p, hay.n, needle.p, needle.n);
	return at ? (size_t)(at - hay.p) : SIZE_MAX;
}

size_t slice_ifind(struct slice hay, struct slice needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if (slice_ieq(slice_sub(hay, i, needle.n), needle))
			return i;
	return SIZE_MAX;
}

size_t slice_chr(struct slice s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : SIZE_MAX;
}

bool slice_has_any(struct slice s, const char *set)
{
	for (; *set; set++)
		if (slice_chr(s, *set) != SIZE_MAX)
			return true;
	return false;
}

bool slice_line(struct slice *rest, struct slice *line)
{
	size_t n = 0, skip = 0;

	if (rest->n == 0)
		return false;
	while (n < rest->n && rest->p[n] != '\r' && rest->p[n] != '\n')
		n++;
	if (n < rest->n)
		skip = rest->p[n] == '\r' && n + 1 < rest->n && rest->p[n + 1] == '\n' ? 2 : 1;
	*line = slice_sub(*rest, 0, n);
	*rest = slice_sub(*rest, n + skip, rest->n);
	return true;
}

bool slice_next(struct slice *rest, char sep, struct slice *piece)
{
	size_t at;

	if (rest->n == 0)
		return false;
	at = slice_chr(*rest, sep);
	*piece = slice_sub(*rest, 0, at);
	*rest = at == SIZE_MAX ? slice_sub(*rest, rest->n, 0) : slice_sub(*rest, at + 1, rest->n);
	return true;
}

bool slice_u64(struct slice s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(v, 10u, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

char *slice_dup(struct arena *a, struct slice s)
{
	return arena_strn(a, s.p, s.n);
}

bool str_eq(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}
