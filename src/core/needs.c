#include "core/command.h"
#include "core/rule.h"
#include "core/snapshot.h"
#include "core/subject.h"
#include "core/trust.h"

/* --- looking things up in what was loaded --- */

const struct known_ticket *snapshot_ticket(const struct snapshot *s, int64_t id)
{
	for (size_t i = 0; i < s->n_tickets; i++)
		if (id != 0 && s->tickets[i].t.id == id)
			return &s->tickets[i];
	return NULL;
}

static struct slice last_digits(struct slice s)
{
	size_t from = s.n;

	while (from > 0 && s.p[from - 1] >= '0' && s.p[from - 1] <= '9')
		from--;
	return slice_sub(s, from, s.n);
}

/* «123» is the newest case whose number ends in that many units. */
static const struct known_ticket *by_last_digits(const struct snapshot *s, uint64_t seq)
{
	const struct known_ticket *found = NULL;
	uint64_t has;

	for (size_t i = 0; i < s->n_tickets; i++) {
		const struct known_ticket *k = &s->tickets[i];

		if (slice_u64(last_digits(slice_of(k->t.number)), &has) && has == seq &&
		    (!found || k->t.opened_at > found->t.opened_at))
			found = k;
	}
	return found;
}

const struct known_ticket *snapshot_number(const struct snapshot *s, const char *number)
{
	struct slice n = slice_of(number);
	uint64_t seq;

	for (size_t i = 0; i < s->n_tickets; i++)
		if (n.n && slice_ieqs(n, s->tickets[i].t.number))
			return &s->tickets[i];
	return slice_u64(n, &seq) ? by_last_digits(s, seq) : NULL;
}

/* --- what to load for a mail --- */

static void want_id(struct keys *k, const char *id)
{
	for (size_t i = 0; i < k->n_message_ids; i++)
		if (str_eq(k->message_ids[i], id))
			return;
	if (!str_empty(id) && k->n_message_ids < KEYS_IDS_MAX)
		k->message_ids[k->n_message_ids++] = id;
}

static void want_number(struct keys *k, const char *number)
{
	for (size_t i = 0; i < k->n_numbers; i++)
		if (str_eq(k->numbers[i], number))
			return;
	if (!str_empty(number) && k->n_numbers < KEYS_NUMBERS_MAX)
		k->numbers[k->n_numbers++] = number;
}

static void want_numbers_in(struct arena *a, struct keys *k, const struct policy *p,
			    const char *text)
{
	const char *found[KEYS_NUMBERS_MAX];
	size_t n = policy_numbers_in(a, p, slice_of(text), found, KEYS_NUMBERS_MAX);

	for (size_t i = 0; i < n; i++)
		want_number(k, found[i]);
}

static void want_command_numbers(struct arena *a, struct keys *k, const char *text,
				 const struct policy *p)
{
	struct commands c = commands_read(a, text);

	for (size_t i = 0; i < c.n; i++) {
		size_t before = k->n_numbers;

		if (verb_row(c.list[i].verb)->arg != ARG_NUMBER_OPTIONAL)
			continue;
		want_numbers_in(a, k, p, c.list[i].arg);
		if (k->n_numbers == before)
			want_number(k, c.list[i].arg);
	}
}

static void want_ids(struct keys *k, const struct facts *f)
{
	want_id(k, f->in_reply_to);
	want_id(k, f->bounced_id);
	/* the newest say most; the oldest are what a long thread's phone keeps */
	for (size_t i = f->n_references; i > 0; i--)
		want_id(k, f->references[i - 1]);
}

struct keys needs_mail(struct arena *a, const struct facts *f, const struct policy *p)
{
	struct ref token;
	struct keys k = {
		.message_ids = arena_array(a, KEYS_IDS_MAX, sizeof(*k.message_ids)),
		.numbers = arena_array(a, KEYS_NUMBERS_MAX, sizeof(*k.numbers)),
		.message_id = f->message_id,
		.from = address_key(a, rule_requester(p, f).addr),
		.subject_key = subject_key(a, p, f->subject),
		.sha256 = f->sha256,
		.body_sha256 = f->body_sha256,
		.loads = true,
		.sent = f->kind == KIND_BOUNCE && f->n_refs > 0,
	};

	want_ids(&k, f);
	if (trust_token_read(a, p, f->reply_token, &token))
		want_number(&k, token.number);
	for (size_t i = 0; i < f->n_refs; i++)
		want_numbers_in(a, &k, p, f->refs[i].number);
	want_numbers_in(a, &k, p, f->subject);
	if (policy_staff_by_mail(p, f->from.addr))
		want_command_numbers(a, &k, facts_span_text(a, f, SPAN_NEW), p);
	return k;
}

struct keys needs_command(struct arena *a, const char *number, const char *text,
			  const struct policy *p)
{
	struct keys k = {
		.numbers = arena_array(a, KEYS_NUMBERS_MAX, sizeof(*k.numbers)),
		.message_id = "",
		.from = "",
		.subject_key = "",
		.loads = true,
	};

	want_number(&k, number);
	want_command_numbers(a, &k, text, p);
	return k;
}
