#include "io/imap_session.h"

/* One FETCH under way. */
struct fetch {
	struct imap *m;
	const struct imap_sink *sink;
	bool chunks; /* of the mail that is coming */
	bool failed;
};

static bool on_chunk(int type, struct mailimap_msg_att_body_section *section, const char *p,
		     size_t n, void *ctx)
{
	struct fetch *f = ctx;

	(void)section;
	if (type != MAILIMAP_MSG_ATT_BODY_SECTION || n == 0)
		return true;
	f->chunks = true;
	if (!f->sink->chunk(f->sink->ctx, p, n))
		f->failed = true;
	return !f->failed;
}

/* Returns the UID, 0 where the answer has none; *body is the section, NULL where it has none. */
static uint32_t read_mail(const struct mailimap_msg_att *att,
			  const struct mailimap_msg_att_body_section **body)
{
	uint32_t uid = 0;

	*body = NULL;
	for (const clistiter *it = att->att_list->first; it; it = it->next) {
		const struct mailimap_msg_att_item *item = it->data;
		const struct mailimap_msg_att_static *s = item->att_data.att_static;

		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC || !s)
			continue;
		if (s->att_type == MAILIMAP_MSG_ATT_UID)
			uid = s->att_data.att_uid;
		else if (s->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
			*body = s->att_data.att_body_section;
	}
	return uid;
}

/* The end of one answer. What changed flags elsewhere has no body, and is nobody's mail. */
static void on_mail(struct mailimap_msg_att *att, void *ctx)
{
	struct fetch *f = ctx;
	const struct mailimap_msg_att_body_section *body;
	uint32_t uid = read_mail(att, &body);
	bool exists = f->chunks || (body && body->sec_body_part);

	if (f->failed || (!body && !f->chunks))
		return;
	/* Short bodies come as quoted strings, which are not streamed. */
	if (!f->chunks && exists && body->sec_length > 0 &&
	    !f->sink->chunk(f->sink->ctx, body->sec_body_part, body->sec_length))
		f->failed = true;
	f->chunks = false;
	if (!f->failed && !f->sink->mail(f->sink->ctx, uid, exists))
		f->failed = true;
	if (f->failed)
		stream_fail(f->m->stream, FAULT_STOPPED, "the mail was not taken");
}

/* Without a progress callback the library does not call the handlers at all. */
static void no_progress(size_t at, size_t of, void *ctx)
{
	(void)at;
	(void)of;
	(void)ctx;
}

static struct mailimap_fetch_type *wanted(enum imap_how how)
{
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_section *section =
		how == IMAP_HEADERS ? mailimap_section_new_header() : mailimap_section_new(NULL);

	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(
		what, mailimap_fetch_att_new_body_peek_section(section));
	return what;
}

bool imap_fetch(struct imap *m, const struct imap_uids *uids, enum imap_how how, int64_t bytes,
		const struct imap_sink *sink, struct err *e)
{
	struct fetch f = {.m = m, .sink = sink};
	struct mailimap_set *set = imap_set(uids, 0, uids->n);
	struct mailimap_fetch_type *what = wanted(how);
	mailimap *s = m->session;
	clist *list = NULL;
	int rc;

	stream_limit(m->stream, IMAP_FETCH_SECONDS + bytes / IMAP_FETCH_RATE,
		     2 * bytes + m->conf->message_max + IMAP_CONTROL_BYTES);
	mailimap_set_progress_callback(s, no_progress, no_progress, NULL);
	mailimap_set_msg_body_handler(s, on_chunk, &f);
	mailimap_set_msg_att_handler(s, on_mail, &f);
	rc = mailimap_uid_fetch(s, set, what, &list);
	mailimap_set_msg_att_handler(s, NULL, NULL);
	mailimap_set_msg_body_handler(s, NULL, NULL);
	mailimap_set_progress_callback(s, NULL, NULL, NULL);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (rc == MAILIMAP_NO_ERROR) /* after a NO the library has freed it, and not said so */
		mailimap_fetch_list_free(list);
	if (f.failed)
		m->dead = true;
	return imap_ok(m, f.failed ? MAILIMAP_ERROR_STREAM : rc, FAULT_SERVER, "FETCH", e);
}
