#include "mail/who.h"

#include "base/text.h"
#include "mail/token.h"

/* Who wrote, best source first: a mail without From still has a sender. */
static const char *const author_fields[] = {"From", "Sender", "Return-Path", "Reply-To"};

static const char *clean(struct arena *a, const char *name)
{
	return text_line(a, slice_of(name));
}

/* The first mailbox of a field with an address; its name stands alone where there is no address. */
static struct address first_mailbox(struct arena *a, const struct headers *h, const char *field)
{
	const struct slice *v = header_get(h, field);
	struct address found = {"", ""}, *list;
	size_t n = v ? header_addresses(a, *v, &list) : 0;

	for (size_t i = 0; i < n; i++) {
		if (list[i].addr[0])
			return list[i];
		if (found.name[0] == '\0')
			found = list[i];
	}
	return found;
}

static unsigned count_mailboxes(struct arena *a, const struct headers *h)
{
	unsigned count = 0;
	struct address *list;

	for (size_t i = 0; i < h->n; i++) {
		if (!slice_ieqs(h->fields[i].name, "From"))
			continue;
		for (size_t j = header_addresses(a, h->fields[i].value, &list); j > 0; j--)
			count += list[j - 1].addr[0] != '\0';
	}
	return count;
}

/* Take an address; the name that is there already (decoded) stays when the address is the same. */
static void put(struct arena *a, struct address *to, struct address found)
{
	const char *name = to->name;

	if (str_empty(name) || !str_eq(to->addr, found.addr))
		name = clean(a, found.name);
	*to = (struct address){.addr = found.addr, .name = name};
}

static void read_author(struct arena *a, const struct headers *h, struct facts *f)
{
	struct address found = {"", ""};

	for (size_t i = 0; i < COUNT(author_fields) && found.addr[0] == '\0'; i++) {
		struct address next = first_mailbox(a, h, author_fields[i]);

		if (next.addr[0] || found.name[0] == '\0')
			found = (struct address){next.addr, found.name[0] ? found.name : next.name};
	}
	put(a, &f->from, found);
	put(a, &f->sender, first_mailbox(a, h, "Sender"));
	put(a, &f->reply_to, first_mailbox(a, h, "Reply-To"));
	f->from_count = count_mailboxes(a, h);
}

static size_t field_ids(struct arena *a, const struct headers *h, const char *field,
			const char ***ids)
{
	const struct slice *v = header_get(h, field);

	*ids = NULL;
	return v ? header_ids(a, *v, ids) : 0;
}

static bool has_id(const char *const *ids, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(ids[i], id))
			return true;
	return false;
}

static void read_thread(struct arena *a, const struct headers *h, struct facts *f)
{
	const char **own, **answered, **older;
	size_t n_own = field_ids(a, h, "Message-ID", &own);
	size_t n_answered = field_ids(a, h, "In-Reply-To", &answered);
	size_t n_older = field_ids(a, h, "References", &older);

	f->message_id = n_own ? own[0] : "";
	f->in_reply_to = n_answered ? answered[0] : "";
	f->references = arena_array(a, n_older + n_answered, sizeof *f->references);
	f->n_references = 0;
	for (size_t i = 0; i < n_older; i++)
		f->references[f->n_references++] = older[i];
	for (size_t i = 0; i < n_answered; i++)
		if (!has_id(f->references, f->n_references, answered[i]))
			f->references[f->n_references++] = answered[i];
}

/* The tag of ours under which it arrived: only what has the form of one. */
static void read_token(struct arena *a, const struct headers *h, struct facts *f)
{
	static const char *const fields[] = {"To", "Delivered-To", "X-Original-To", "Cc"};

	f->reply_token = "";
	for (size_t i = 0; i < COUNT(fields); i++) {
		const struct slice *v = header_get(h, fields[i]);
		struct address *list;
		size_t n = v ? header_addresses(a, *v, &list) : 0;

		for (size_t j = 0; j < n; j++) {
			struct slice tag = address_tag(list[j].addr);
			const char *number, *code;

			if (tag.n && token_reply_split(a, tag, &number, &code)) {
				f->reply_token = slice_dup(a, tag);
				return;
			}
		}
	}
}

void who_read(struct arena *a, const struct headers *h, struct facts *f)
{
	read_author(a, h, f);
	read_thread(a, h, f);
	read_token(a, h, f);
	f->hops = (unsigned)header_count(h, "Received");
	f->ours = header_get(h, "X-Mesad") != NULL;
}
