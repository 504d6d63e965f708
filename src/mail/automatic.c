#include "mail/automatic.h"

#include "base/text.h"
#include "mail/answer.h"
#include "mail/automatic_phrases.h"
#include "mail/automatic_words.h"
#include "mail/quote_marks.h"

#include <string.h>

enum { CALENDAR_BYTES = 4000 };

struct looking {
	struct arena *a;
	const struct headers *h;
	const struct mime_tree *t;
};

/* ---- the structure ---- */

static bool has_leaf(const struct mime_tree *t, const char *types)
{
	for (size_t i = 0; i < t->n; i++)
		if (quote_alt_equals(types, slice_of(t->leaves[i].type)) > 0)
			return true;
	return false;
}

static bool read_report(const struct looking *k, struct automatic *out)
{
	static const struct {
		const char *leaves, *report, *reason;
	} rows[] = {
		{"message/feedback-report", "feedback",
		 "multipart/report; report-type=feedback-report"},
		{"message/disposition-notification|message/global-disposition-notification", "mdn",
		 "multipart/report; report-type=disposition-notification"},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (has_leaf(k->t, rows[i].leaves)) {
			*out = (struct automatic){KIND_AUTO_REPLY, rows[i].reason, rows[i].report};
			return true;
		}
	/* a failure was read before; what is left is good news, or none at all */
	if (strcmp(k->t->type, "multipart/report") != 0 ||
	    !has_leaf(k->t, "message/delivery-status|message/global-delivery-status"))
		return false;
	*out = (struct automatic){KIND_AUTO_REPLY, "multipart/report; report-type=delivery-status",
				  ""};
	return true;
}

/* Answers to invitations are written by calendars, wherever in the mail they stand. */
static bool answers_invitation(const struct mime_leaf *f)
{
	static const char *const methods[] = {"METHOD:REPLY", "METHOD:COUNTER", "METHOD:CANCEL"};

	for (size_t i = 0; i < COUNT(methods); i++)
		if (slice_ifind(slice_sub(f->bytes, 0, CALENDAR_BYTES), slice_of(methods[i])) !=
		    SIZE_MAX)
			return true;
	return false;
}

/* An invitation or its answer is the mail, not a file that a person attached. */
static bool read_calendar(const struct looking *k, struct automatic *out)
{
	const struct slice *class = header_get(k->h, "Content-Class");
	bool is = strcmp(k->t->type, "text/calendar") == 0 ||
		  (class != NULL && slice_ifind(*class, SLICE("calendarmessage")) != SIZE_MAX);
	for (size_t i = 0; i < k->t->n && !is; i++) {
		const struct mime_leaf *f = &k->t->leaves[i];
		is = strcmp(f->type, "text/calendar") == 0 &&
		     (strcmp(f->parent, "multipart/alternative") == 0 || answers_invitation(f));
	}
	if (is)
		*out = (struct automatic){KIND_CALENDAR, "text/calendar", ""};
	return is;
}

/* ---- headers ---- */

/* «Auto-Submitted: no (a person)» (RFC 3834): it came through a gateway that sends in bulk. */
static bool says_person(const struct looking *k)
{
	const struct slice *v = header_get(k->h, "Auto-Submitted");
	struct slice s = v != NULL ? slice_trim(*v) : SLICE("");
	size_t n = 0;

	while (n < s.n && strchr("(; \t", s.p[n]) == NULL)
		n++;
	return slice_ieqs(slice_sub(s, 0, n), "no");
}

static bool is_bulk(const struct automatic_header *r)
{
	return slice_iends(slice_of(r->name), "precedence") &&
	       (strcmp(r->value, "bulk") == 0 || strcmp(r->value, "junk") == 0);
}

static bool read_headers(const struct looking *k, struct automatic *out)
{
	bool person = says_person(k);

	for (size_t i = 0; i < automatic_headers_n; i++) {
		const struct automatic_header *r = &automatic_headers[i];
		const struct slice *v = header_get(k->h, r->name);
		if (v == NULL || (person && is_bulk(r)))
			continue;
		const char *value = header_unfold(k->a, *v);
		struct slice fold = slice_trim(slice_of(text_fold(k->a, slice_of(value))));
		/* «X-Autoreply: no» */
		if (slice_eq(fold, SLICE("no")) || slice_eq(fold, SLICE("false")) ||
		    slice_find(fold, slice_of(r->value)) == SIZE_MAX)
			continue;
		const char *line = arena_printf(k->a, "%s: %s", r->name, value);
		*out = (struct automatic){r->kind, text_line(k->a, text_cut(slice_of(line), 200)),
					  ""};
		return true;
	}
	return false;
}

/* RFC 3834 section 3.3: nobody can answer such a mail, and no person's program sends one. */
static bool read_null_sender(const struct looking *k, struct automatic *out)
{
	const struct slice *v = header_get(k->h, "Return-Path");
	if (v == NULL || !(slice_eq(slice_trim(*v), SLICE("<>")) ||
			   slice_ieqs(slice_trim(*v), "<MAILER-DAEMON>")))
		return false;
	*out = (struct automatic){KIND_AUTO_REPLY, "Return-Path: <>", ""};
	return true;
}

/* Whatever it says, and in whatever language: an answer to it comes back as the next one. */
static bool read_daemon(const struct looking *k, struct automatic *out)
{
	static const struct slice daemon = SLICE("mailer-daemon@");
	const struct slice *v = header_get(k->h, "From");
	size_t at = v ? slice_ifind(*v, daemon) : SIZE_MAX;
	if (at == SIZE_MAX || (at > 0 && strchr("< \t\"", v->p[at - 1]) == NULL))
		return false;
	*out = (struct automatic){KIND_AUTO_REPLY, "From: MAILER-DAEMON", ""};
	return true;
}

struct automatic automatic_read(struct arena *a, const struct headers *h, const struct mime_tree *t,
				const char *subject, struct slice text)
{
	struct looking k = {.a = a, .h = h, .t = t};
	struct automatic out = {KIND_NEW, "", ""};

	if (read_report(&k, &out) || read_calendar(&k, &out) || read_headers(&k, &out) ||
	    read_null_sender(&k, &out) || read_daemon(&k, &out) ||
	    automatic_words(a, h, subject, text, &out))
		return out;
	if (answer_is(a, h, subject))
		out.kind = KIND_REPLY;
	return out;
}
