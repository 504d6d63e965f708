#include "core/policy.h"

#include <string.h>

enum { SEQ_WIDTH_MAX = 12, YEAR_DIGITS = 4, NUMBER_TEXT_MAX = 64 };

static const struct {
	const char *name, *label;
} priorities[PRIORITY_COUNT] = {
	[PRIORITY_LOW] = {"low", "baja"},
	[PRIORITY_MEDIUM] = {"medium", "media"},
	[PRIORITY_HIGH] = {"high", "alta"},
	[PRIORITY_CRITICAL] = {"critical", "crítica"},
};

static const struct {
	const char *folded;
	enum priority priority;
} priority_words[] = {
	{"low", PRIORITY_LOW},		{"baja", PRIORITY_LOW},
	{"medium", PRIORITY_MEDIUM},	{"media", PRIORITY_MEDIUM},
	{"normal", PRIORITY_MEDIUM},	{"high", PRIORITY_HIGH},
	{"alta", PRIORITY_HIGH},	{"critical", PRIORITY_CRITICAL},
	{"critica", PRIORITY_CRITICAL}, {"urgente", PRIORITY_CRITICAL},
	{"urgent", PRIORITY_CRITICAL},
};

const char *priority_name(enum priority p)
{
	return priorities[p].name;
}

const char *priority_label(enum priority p)
{
	return priorities[p].label;
}

bool priority_read(const char *folded, enum priority *out)
{
	for (size_t i = 0; i < COUNT(priority_words); i++)
		if (str_eq(folded, priority_words[i].folded)) {
			*out = priority_words[i].priority;
			return true;
		}
	return false;
}

/* --- numbers: a pattern is literal text around {year} and {seq} or {seq:WIDTH} --- */

enum piece_kind { PIECE_END, PIECE_LITERAL, PIECE_YEAR, PIECE_SEQ };

struct piece {
	enum piece_kind kind;
	char literal;
	size_t width;
};

static struct piece next_piece(struct slice *pattern)
{
	struct piece out = {.kind = PIECE_END};
	size_t close = slice_chr(*pattern, '}'), used = 1;
	struct slice inner =
		slice_sub(*pattern, 1, close == SIZE_MAX || close == 0 ? 0 : close - 1);

	if (pattern->n == 0)
		return out;
	out = (struct piece){.kind = PIECE_LITERAL, .literal = pattern->p[0]};
	if (pattern->p[0] == '{' && slice_eq(inner, SLICE("year"))) {
		out.kind = PIECE_YEAR;
	} else if (pattern->p[0] == '{' && slice_eq(inner, SLICE("seq"))) {
		out = (struct piece){.kind = PIECE_SEQ, .width = 1};
	} else if (pattern->p[0] == '{' && slice_starts(inner, SLICE("seq:"))) {
		uint64_t width = 1;

		slice_u64(slice_sub(inner, 4, inner.n), &width);
		out = (struct piece){.kind = PIECE_SEQ,
				     .width =
					     width < SEQ_WIDTH_MAX ? (size_t)width : SEQ_WIDTH_MAX};
	}
	if (out.kind != PIECE_LITERAL)
		used = close + 1;
	*pattern = slice_sub(*pattern, used, pattern->n);
	return out;
}

char *policy_number(struct arena *a, const struct policy *p, int year, int64_t seq)
{
	struct slice pattern = slice_of(p->number);
	struct sbuf b = SBUF_INIT(NUMBER_TEXT_MAX);
	char *text;

	for (struct piece piece; (piece = next_piece(&pattern)).kind != PIECE_END;) {
		if (piece.kind == PIECE_LITERAL)
			sbuf_chr(&b, piece.literal);
		else if (piece.kind == PIECE_YEAR)
			sbuf_printf(&b, "%0*d", YEAR_DIGITS, year);
		else
			sbuf_printf(&b, "%0*lld", (int)piece.width, (long long)seq);
	}
	text = sbuf_dup(a, &b);
	sbuf_free(&b);
	return text;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool word_char(char c)
{
	return digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

static size_t digits_at(struct slice s, size_t at, size_t most)
{
	size_t n = 0;

	while (n < most && at + n < s.n && digit(s.p[at + n]))
		n++;
	return n;
}

/* One number of this pattern right at s.p[at]: its text as the pattern writes it, or NULL. */
static char *number_at(struct arena *a, struct slice pattern, struct slice s, size_t at,
		       size_t *len)
{
	size_t from = at, digits;
	char *out = arena_alloc(a, pattern.n + YEAR_DIGITS + SEQ_WIDTH_MAX + 1);
	size_t n = 0;

	for (struct piece piece; (piece = next_piece(&pattern)).kind != PIECE_END;) {
		if (piece.kind == PIECE_LITERAL) {
			if (at >= s.n || lower(s.p[at]) != lower(piece.literal))
				return NULL;
			out[n++] = piece.literal;
			at++;
			continue;
		}
		digits = digits_at(s, at, piece.kind == PIECE_YEAR ? YEAR_DIGITS : SEQ_WIDTH_MAX);
		if (digits < (piece.kind == PIECE_YEAR ? YEAR_DIGITS : piece.width))
			return NULL;
		memcpy(out + n, s.p + at, digits);
		n += digits;
		at += digits;
	}
	/* a longer number or word is something else */
	if (at < s.n && word_char(s.p[at]))
		return NULL;
	*len = at - from;
	return out;
}

static bool listed(const char **out, size_t n, const char *number)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(out[i], number))
			return true;
	return false;
}

size_t policy_numbers_in(struct arena *a, const struct policy *p, struct slice s, const char **out,
			 size_t max)
{
	size_t n = 0, len = 1;

	for (size_t at = 0; at < s.n && n < max; at += len) {
		len = 1;
		if (at > 0 && word_char(s.p[at - 1]))
			continue;
		for (size_t i = 0; i < p->n_number_patterns; i++) {
			struct slice pattern = slice_of(p->number_patterns[i]);
			const char *number;

			/* most places fail on the first letter: no copy for those */
			if (pattern.n == 0 ||
			    (pattern.p[0] != '{' && lower(pattern.p[0]) != lower(s.p[at])))
				continue;
			number = number_at(a, pattern, s, at, &len);
			if (number == NULL)
				continue;
			if (!listed(out, n, number))
				out[n++] = number;
			break;
		}
	}
	return n;
}

/* --- people and services --- */

const struct staff *policy_staff(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_staff; i++)
		if (!str_empty(id) && str_eq(p->staff[i].id, id))
			return &p->staff[i];
	return NULL;
}

const struct staff *policy_staff_by_mail(const struct policy *p, const char *addr)
{
	for (size_t i = 0; i < p->n_staff; i++)
		if (!str_empty(addr) && address_same(p->staff[i].email, addr))
			return &p->staff[i];
	return NULL;
}

const struct service *policy_service(const struct policy *p, const char *id)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (!str_empty(id) && str_eq(p->services[i].id, id))
			return &p->services[i];
	return NULL;
}

size_t policy_find_staff(struct arena *a, const struct policy *p, const char *who,
			 const struct staff **out)
{
	const char *folded = text_fold(a, slice_trim(slice_of(who)));
	size_t found = 0;

	*out = NULL;
	if (str_empty(folded))
		return 0;
	for (size_t i = 0; i < p->n_staff; i++)
		if (str_eq(text_fold(a, slice_of(p->staff[i].id)), folded) ||
		    address_same(p->staff[i].email, folded)) {
			*out = &p->staff[i];
			return 1;
		}
	for (size_t i = 0; i < p->n_staff; i++)
		if (strstr(text_fold(a, slice_of(p->staff[i].name)), folded)) {
			*out = &p->staff[i];
			found++;
		}
	if (found > 1)
		*out = NULL;
	return found;
}

bool policy_is_own(const struct policy *p, const char *addr)
{
	for (size_t i = 0; i < p->n_addresses; i++)
		if (!str_empty(addr) && address_same(p->addresses[i], addr))
			return true;
	return false;
}

static bool fits(const char *wanted, const char *has)
{
	return str_empty(wanted) || str_eq(wanted, has);
}

const struct response_policy *policy_response(const struct policy *p, const char *area,
					      const char *service, int level, int priority)
{
	for (size_t i = 0; i < p->n_exceptions; i++) {
		const struct response_exception *x = &p->exceptions[i];

		if (fits(x->area, area) && fits(x->service, service) &&
		    (x->level == 0 || x->level == level) &&
		    (x->priority < 0 || x->priority == priority))
			return &x->response;
	}
	return &p->response;
}
