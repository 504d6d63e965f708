#include "mail/token.h"

#include "base/digest.h"
#include "base/pack.h"
#include "core/address.h"

#include <string.h>

enum {
	ID_MAC_BYTES = 10, /* 80 bits, 16 characters */
	ID_MAC_LEN = 16,
	SURVEY_MAC_BYTES = 16, /* 128 bits, 26 characters: this one opens by itself */
	SURVEY_MAC_LEN = 26,
	NUMBER_DIGITS = 13, /* base32 digits of INT64_MAX */
	LOCAL_MAX = 64	    /* RFC 5321 section 4.5.3.1.1 */
};

static const struct slice DIGITS = {"0123456789abcdefghjkmnpqrstvwxyz", 32};
static const char ID_PREFIX[] = "mesa.";
static const char ID_PURPOSE[] = "mesad message-id 1";
static const char SURVEY_PURPOSE[] = "mesad survey 1";

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static void put_number(struct sbuf *b, int64_t n)
{
	char text[NUMBER_DIGITS + 1];
	size_t at = sizeof text;
	uint64_t v = n > 0 ? (uint64_t)n : 0;

	do {
		text[--at] = DIGITS.p[v & 31];
	} while ((v >>= 5) > 0);
	sbuf_put(b, text + at, sizeof text - at);
}

/* One text a number: leading zeros would make a second name for the same thing. */
static bool read_number(struct slice s, int64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > NUMBER_DIGITS || s.p[0] == '0')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		size_t digit = slice_chr(DIGITS, lower(s.p[i]));

		if (digit == SIZE_MAX || v > (uint64_t)INT64_MAX >> 5)
			return false;
		v = v << 5 | digit;
	}
	*out = (int64_t)v;
	return true;
}

/* len characters of the HMAC over purpose, both numbers and whom it was made for. */
static void mac(const struct token_key *k, const char *purpose, int64_t first, int64_t second,
		const char *recipient_key, size_t bytes, char *out)
{
	struct sbuf in = SBUF_INIT(4096);
	struct sha256 d;

	pack_str(&in, purpose);
	pack_i64(&in, first);
	pack_i64(&in, second);
	pack_str(&in, recipient_key);
	d = hmac_sha256(k->b, sizeof k->b, in.p, in.n);
	base32_encode(d.b, bytes, out);
	sbuf_free(&in);
}

/* Without case: the alphabet is lower case, and some programs shout. */
static bool mac_is(struct slice given, const char *expected, size_t len)
{
	char folded[SURVEY_MAC_LEN + 1] = "";

	if (given.n != len || len > SURVEY_MAC_LEN)
		return false;
	for (size_t i = 0; i < len; i++)
		folded[i] = lower(given.p[i]);
	return digest_equal(folded, expected, len);
}

char *token_message_id(struct arena *a, const struct token_key *k, int64_t outbox_id,
		       const char *recipient_key, const char *domain)
{
	struct sbuf b = SBUF_INIT(1024);
	char code[ID_MAC_LEN + 1], *out;

	mac(k, ID_PURPOSE, outbox_id, 0, recipient_key, ID_MAC_BYTES, code);
	sbuf_cstr(&b, ID_PREFIX);
	put_number(&b, outbox_id);
	sbuf_printf(&b, ".%s@%s", code, domain);
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

bool token_message_id_split(struct slice id, int64_t *outbox_id, struct slice *mac_r)
{
	struct slice local, rest;
	size_t dot;

	id = slice_trim(id);
	if (id.n >= 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		id = slice_sub(id, 1, id.n - 2);
	local = slice_sub(id, 0, slice_chr(id, '@'));
	if (local.n == id.n || !slice_istarts(local, ID_PREFIX))
		return false;
	rest = slice_sub(local, sizeof ID_PREFIX - 1, local.n);
	dot = slice_chr(rest, '.');
	if (dot == SIZE_MAX || rest.n != dot + 1 + ID_MAC_LEN)
		return false;
	*mac_r = slice_sub(rest, dot + 1, ID_MAC_LEN);
	return read_number(slice_sub(rest, 0, dot), outbox_id);
}

bool token_message_id_check(const struct token_key *k, const char *id, const char *recipient_key,
			    int64_t *outbox_id)
{
	char code[ID_MAC_LEN + 1];
	struct slice given;
	int64_t n;

	if (!token_message_id_split(slice_of(id), &n, &given))
		return false;
	mac(k, ID_PURPOSE, n, 0, recipient_key, ID_MAC_BYTES, code);
	if (!mac_is(given, code, ID_MAC_LEN))
		return false;
	*outbox_id = n;
	return true;
}

/* Letters, digits and «-» of a number or code; nothing else stands in a plus address. */
static bool put_tag_word(struct sbuf *b, const char *word)
{
	for (const char *p = word; *p; p++) {
		char c = lower(*p);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
		sbuf_chr(b, c);
	}
	return *word != '\0';
}

char *token_reply_to(struct arena *a, const char *desk_address, const char *number,
		     const char *code)
{
	struct slice desk = slice_of(desk_address);
	size_t at = slice_chr(desk, '@');
	struct sbuf b = SBUF_INIT(ADDRESS_MAX + 1);
	char *out = NULL;
	bool fits;

	if (at == SIZE_MAX)
		return NULL;
	sbuf_slice(&b, slice_sub(desk, 0, at));
	sbuf_chr(&b, '+');
	fits = put_tag_word(&b, number);
	sbuf_chr(&b, '.');
	fits = put_tag_word(&b, code) && fits && b.n <= LOCAL_MAX;
	sbuf_slice(&b, slice_sub(desk, at, desk.n));
	if (fits && !b.over && address_valid(b.p))
		out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

bool token_reply_split(struct arena *a, struct slice tag, const char **number, const char **code)
{
	size_t dot = slice_chr(tag, '.');
	char *upper, *low;

	if (dot == SIZE_MAX || dot == 0 || dot + 1 == tag.n || tag.n > LOCAL_MAX)
		return false;
	upper = slice_dup(a, slice_sub(tag, 0, dot));
	for (char *p = upper; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - ('a' - 'A'));
	low = slice_dup(a, slice_sub(tag, dot + 1, tag.n));
	for (char *p = low; *p; p++)
		*p = lower(*p);
	*number = upper;
	*code = low;
	return true;
}

char *token_survey(struct arena *a, const struct token_key *k, int64_t ticket, int round,
		   const char *recipient_key)
{
	struct sbuf b = SBUF_INIT(128);
	char code[SURVEY_MAC_LEN + 1], *out;

	mac(k, SURVEY_PURPOSE, ticket, round, recipient_key, SURVEY_MAC_BYTES, code);
	put_number(&b, ticket);
	sbuf_chr(&b, '-');
	put_number(&b, round);
	sbuf_printf(&b, "-%s", code);
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}

bool token_survey_split(struct slice token, int64_t *ticket, int *round, struct slice *mac_r)
{
	struct slice rest = token, first, second;
	int64_t n;

	if (!slice_next(&rest, '-', &first) || !slice_next(&rest, '-', &second) ||
	    rest.n != SURVEY_MAC_LEN || slice_chr(rest, '-') != SIZE_MAX)
		return false;
	if (!read_number(first, ticket) || !read_number(second, &n) || n > INT32_MAX)
		return false;
	*round = (int)n;
	*mac_r = rest;
	return true;
}

bool token_survey_verify(const struct token_key *k, int64_t ticket, int round,
			 const char *recipient_key, struct slice mac_given)
{
	char code[SURVEY_MAC_LEN + 1];

	mac(k, SURVEY_PURPOSE, ticket, round, recipient_key, SURVEY_MAC_BYTES, code);
	return mac_is(mac_given, code, SURVEY_MAC_LEN);
}
