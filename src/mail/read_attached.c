#include "mail/read_attached.h"

#include "base/text.h"
#include "mail/cms.h"
#include "mail/who.h"
#include "mail/words.h"

struct attached {
	struct headers h;
	struct mime_tree tree;
};

static bool is_mail(const struct mime_leaf *l)
{
	return l->role == MIME_ATTACHMENT && (l->att.flags & ATT_MESSAGE);
}

/* The mail in a leaf: attached, or wrapped in its own signature. */
static struct slice inner_mail(struct arena *a, const struct mime_leaf *l)
{
	struct slice content = {NULL, 0};

	if (l->att.flags & ATT_MESSAGE)
		return l->bytes;
	if (slice_iends(slice_of(l->type), "pkcs7-mime"))
		cms_signed_content(a, l->bytes, &content);
	return content;
}

static void open_mail(struct arena *a, struct slice raw, struct attached *m, struct read_text *t)
{
	m->h = header_split(a, raw);
	mime_read(a, raw, &m->h, &m->tree);
	read_text(a, &m->tree, t);
}

/* Down from m, as long as nothing was said. */
static void go_down(struct arena *a, struct attached *m, struct read_text *t)
{
	for (int depth = 1; depth < ATTACHED_DEPTH_MAX && t->text[0] == '\0'; depth++) {
		struct slice inner = {NULL, 0};

		for (size_t i = 0; i < m->tree.n && !inner.p; i++)
			inner = inner_mail(a, &m->tree.leaves[i]);
		if (!inner.p)
			return;
		open_mail(a, inner, m, t);
	}
}

void attached_text(struct arena *a, const struct mime_tree *t, struct read_text *out)
{
	struct attached m = {.tree = *t};

	go_down(a, &m, out);
}

static struct address author(struct arena *a, const struct headers *h)
{
	const struct slice *v = header_get(h, "From");
	struct facts f;
	struct address *list;

	facts_init(&f);
	who_read(a, h, &f);
	if (f.from.addr[0] && v && header_addresses(a, *v, &list))
		f.from.name = words_decode(a, slice_of(list[0].name));
	return f.from;
}

struct address attached_author(struct arena *a, const struct mime_tree *t)
{
	struct address who = {"", ""};

	for (size_t i = 0; i < t->n && who.addr[0] == '\0'; i++)
		if (is_mail(&t->leaves[i])) {
			struct headers h =
				header_split(a, slice_sub(t->leaves[i].bytes, 0, HEADER_BLOCK_MAX));

			who = author(a, &h);
		}
	return who;
}

/* The head that a forwarded mail has in a text. */
static void put_head(struct arena *a, struct sbuf *b, const struct headers *h)
{
	static const struct {
		const char *field, *label;
	} rows[] = {{"Date", "Fecha"}, {"Subject", "Asunto"}, {"To", "Para"}};
	struct address who = author(a, h);

	sbuf_cstr(b, "---------- Mensaje reenviado ----------\n");
	if (who.addr[0])
		sbuf_printf(b, "De: %s%s<%s>\n", who.name, who.name[0] ? " " : "", who.addr);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct slice *v = header_get(h, rows[i].field);

		if (v)
			sbuf_printf(b, "%s: %s\n", rows[i].label, words_decode(a, *v));
	}
	sbuf_chr(b, '\n');
}

static void put_mail(struct arena *a, struct sbuf *b, struct slice raw, struct read_text *read)
{
	struct attached m;
	struct read_text t;

	open_mail(a, raw, &m, &t);
	go_down(a, &m, &t);
	if (t.text[0] == '\0')
		return;
	if (b->n)
		sbuf_cstr(b, "\n\n");
	put_head(a, b, &m.h);
	sbuf_cstr(b, t.text);
	read->limited = read->limited || t.limited;
	read->guessed = read->guessed || t.guessed;
}

const char *attached_below(struct arena *a, const struct mime_tree *t, const char *own,
			   struct read_text *read, bool *more)
{
	/* so much more that the cut below finds where a character ends */
	struct sbuf b = SBUF_INIT(MIME_TEXT_MAX + 4);
	size_t n = 0;

	for (size_t i = 0; i < t->n && n <= ATTACHED_MAILS_MAX; i++) {
		if (!is_mail(&t->leaves[i]))
			continue;
		if (n == 0)
			sbuf_cstr(&b, own);
		if (n++ < ATTACHED_MAILS_MAX)
			put_mail(a, &b, t->leaves[i].bytes, read);
	}
	if (n) {
		read->limited = read->limited || b.over;
		own = text_nfc(a, text_cut(sbuf_view(&b), MIME_TEXT_MAX));
	}
	*more = n > ATTACHED_MAILS_MAX;
	sbuf_free(&b);
	return own;
}
