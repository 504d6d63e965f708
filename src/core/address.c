#include "core/address.h"

#include "base/text.h"

static const char NOT_IN_ADDRESS[] = "<>\"\\,", NOT_SENT[] = ";:()[]";

static bool code_point_allowed(uint32_t cp)
{
	if (cp <= 0x20 || (cp >= 0x7F && cp <= 0xA0))
		return false;
	/* line separators, zero-width and direction marks have no business in a mailbox */
	return !(cp >= 0x2000 && cp <= 0x200F) && !(cp >= 0x2028 && cp <= 0x202F) &&
	       !(cp >= 0x2060 && cp <= 0x206F) && cp != 0x3000 && cp != 0xFEFF && cp != 0xFFFD;
}

bool address_valid(const char *addr)
{
	struct slice s = slice_of(addr);
	size_t at = slice_chr(s, '@');

	if (s.n == 0 || s.n > ADDRESS_MAX || at == 0 || at == SIZE_MAX || at + 1 == s.n)
		return false;
	if (slice_chr(slice_sub(s, at + 1, s.n), '@') != SIZE_MAX || !text_valid(s))
		return false;
	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t len = text_next(slice_sub(s, i, s.n), &cp);

		if (!code_point_allowed(cp) ||
		    (cp < 0x80 && slice_chr(slice_of(NOT_IN_ADDRESS), (char)cp) != SIZE_MAX))
			return false;
		i += len;
	}
	return true;
}

bool address_sendable(const char *addr)
{
	struct slice s = slice_of(addr);
	size_t at = slice_chr(s, '@');

	if (!address_valid(addr))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((i < at && (unsigned char)s.p[i] >= 0x80) ||
		    slice_chr(slice_of(NOT_SENT), s.p[i]) != SIZE_MAX)
			return false;
	return true;
}

struct slice address_domain(const char *addr)
{
	struct slice s = slice_of(addr);
	size_t at = slice_chr(s, '@');

	return at == SIZE_MAX ? (struct slice){NULL, 0} : slice_sub(s, at + 1, s.n);
}

struct slice address_tag(const char *addr)
{
	struct slice s = slice_of(addr);
	struct slice local = slice_sub(s, 0, slice_chr(s, '@'));
	size_t plus = slice_chr(local, '+');

	return plus == SIZE_MAX ? (struct slice){NULL, 0} : slice_sub(local, plus + 1, local.n);
}

bool address_in(const char *addr, const char *const *domains, size_t n)
{
	struct slice d = address_domain(addr);

	for (size_t i = 0; d.n && i < n; i++) {
		size_t len = slice_of(domains[i]).n;

		if (len == 0 || d.n < len || !slice_iends(d, domains[i]))
			continue;
		if (d.n == len || d.p[d.n - len - 1] == '.')
			return true;
	}
	return false;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

char *address_key(struct arena *a, const char *addr)
{
	struct slice s = slice_of(addr);
	size_t at = slice_chr(s, '@'), plus = slice_chr(s, '+'), n = 0;
	char *key = arena_alloc(a, s.n + 1);

	/* «+tag@x» has no mailbox name left without its tag: it is one itself */
	if (at == SIZE_MAX || plus > at || plus == 0)
		plus = at;
	for (size_t i = 0; i < s.n; i++)
		if (i < plus || i >= at)
			key[n++] = lower(s.p[i]);
	key[n] = '\0';
	return key;
}

/* Without an arena: walks both, stepping over the tags. */
bool address_same(const char *a, const char *b)
{
	struct slice s[2] = {slice_of(a), slice_of(b)};
	struct slice local[2];

	for (int i = 0; i < 2; i++) {
		size_t at = slice_chr(s[i], '@');
		size_t plus = slice_chr(s[i], '+');

		if (at == SIZE_MAX)
			return slice_ieq(s[0], s[1]);
		local[i] = slice_sub(s[i], 0, plus != 0 && plus < at ? plus : at);
	}
	return slice_ieq(local[0], local[1]) && slice_ieq(address_domain(a), address_domain(b));
}
