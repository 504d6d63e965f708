/* message/delivery-status (RFC 3464): groups of fields, the first one about the message. */
#include "base/text.h"
#include "mail/bounce_marks.h"
#include "mail/quote_marks.h"

#include <string.h>

/* The next group of fields, without the blank lines around it. */
static bool next_group(struct slice *rest, struct slice *group)
{
	struct slice line;
	const char *from = NULL, *to = NULL;
	while (slice_line(rest, &line)) {
		if (slice_trim(line).n == 0) {
			if (from != NULL)
				break;
			continue;
		}
		if (from == NULL)
			from = line.p;
		to = line.p + line.n;
	}
	*group = (struct slice){from, from == NULL ? 0 : (size_t)(to - from)};
	return from != NULL;
}

static const char *field(struct arena *a, const struct headers *h, const char *name)
{
	const struct slice *v = header_get(h, name);
	return v == NULL ? "" : header_unfold(a, *v);
}

/* «rfc822; ana@entidad.example» */
static const char *address_of(struct arena *a, const char *value)
{
	size_t at = 0, begin;
	const char *semi = strchr(value, ';');
	struct slice s = slice_of(semi == NULL ? value : semi + 1);
	const char *addr = bounce_next_address(a, s, &at, &begin);
	if (addr != NULL)
		return addr;
	/* what nobody could have delivered, «ana@#entidad», still names whom it was meant for */
	s = slice_trim(s);
	bool one = s.n <= ADDRESS_MAX && slice_chr(s, '@') != SIZE_MAX;
	for (size_t i = 0; i < s.n; i++)
		one = one && s.p[i] > ' ' && s.p[i] < 0x7F && strchr("<>\"(),;", s.p[i]) == NULL;
	return one ? slice_dup(a, s) : "";
}

static const char *status_of(struct arena *a, const char *value, const char *diagnostic,
			     unsigned *smtp)
{
	char own[16], said[16];
	bounce_codes(slice_of(value), own);
	*smtp = bounce_codes(slice_of(diagnostic), said);
	/* the code that the far server gave beside its reply is the finer one */
	bool beside = *smtp > 0 && own[0] == said[0] && !bounce_vague(said);
	if (said[0] != '\0' && (own[0] == '\0' || bounce_finer(said, own) || beside))
		return arena_str(a, said);
	return arena_str(a, own);
}

/* No code at all: what the words of the far server amount to. */
static void guess_status(struct arena *a, struct bounce *b)
{
	struct bounce_line said = {slice_of(b->diagnostic), text_fold(a, slice_of(b->diagnostic))};
	const char *guess = bounce_status_by_phrases(&said, 0, 1);

	if (b->status[0] == '\0' && guess[0] == (b->permanent ? '5' : '4'))
		b->status = guess;
}

static bool read_recipient(struct arena *a, const struct headers *h, struct bounce *b, bool *good)
{
	const char *action = text_fold(a, slice_of(field(a, h, "Action")));
	const char *final = address_of(a, field(a, h, "Final-Recipient"));
	const char *original = address_of(a, field(a, h, "Original-Recipient"));
	const char *diagnostic = field(a, h, "Diagnostic-Code");
	unsigned smtp;
	if (final[0] == '\0')
		final = address_of(a, field(a, h, "X-Actual-Recipient"));
	b->recipient = original[0] != '\0' ? original : final;
	b->status = status_of(a, field(a, h, "Status"), diagnostic, &smtp);
	b->diagnostic = text_line(a, text_cut(slice_of(diagnostic), 400));
	if (quote_alt_starts("delivered|relayed|expanded", action) > 0 ||
	    strncmp(field(a, h, "Status"), "2.", 2) == 0) {
		*good = true;
		return false;
	}
	b->delayed = strncmp(action, "delayed", 7) == 0;
	b->permanent =
		!b->delayed && (b->status[0] == '5' || (b->status[0] == '\0' && smtp >= 500) ||
				(b->status[0] == '\0' && smtp == 0));
	guess_status(a, b);
	return action[0] != '\0' || b->status[0] != '\0' || b->recipient[0] != '\0';
}

struct slice bounce_dsn_find(struct slice bytes)
{
	static const char *const first[] = {
		"\nReporting-MTA:", "\nFinal-Recipient:", "\rReporting-MTA:", "\rFinal-Recipient:"};
	bytes = slice_sub(bytes, 0, BOUNCE_DSN_BYTES);
	for (size_t i = 0; i < COUNT(first); i++) {
		size_t at = slice_ifind(bytes, slice_of(first[i]));
		if (at == SIZE_MAX)
			continue;
		struct slice rest = slice_sub(bytes, at + 1, bytes.n);
		size_t end = slice_find(rest, SLICE("\n--"));
		return slice_sub(rest, 0, end);
	}
	return (struct slice){"", 0};
}

size_t bounce_dsn_read(struct arena *a, struct slice bytes, struct bounce *out, size_t max,
		       bool *delivered, bool *fields)
{
	struct slice rest = slice_sub(bytes, 0, BOUNCE_DSN_BYTES), group;
	bool good = false;
	size_t n = 0;
	for (int groups = 0; groups < BOUNCE_DSN_GROUPS && n < max && next_group(&rest, &group);
	     groups++) {
		struct headers h = header_split(a, group);
		if (header_get(&h, "Final-Recipient") == NULL &&
		    header_get(&h, "Original-Recipient") == NULL &&
		    header_get(&h, "Action") == NULL)
			continue;
		*fields = true;
		n += read_recipient(a, &h, &out[n], &good);
	}
	*delivered = good && n == 0;
	return n;
}
