#include "mail/bounce.h"

#include "base/text.h"
#include "mail/bounce_marks.h"
#include "mail/quote_marks.h"

#include <string.h>

/* What speaks for a report; see is_report. */
struct signs {
	bool daemon;		    /* From is a mail system beyond doubt */
	bool role;		    /* From may be one: postmaster, System Administrator */
	bool null_sender;	    /* Return-Path: <> */
	bool answered;		    /* Re: or Fwd: a person has had it in hand */
	const char *subject, *text; /* dialect by its subject, by its words; NULL for none */
	bool coded;		    /* an address and a reply code stand in it */
};

struct reading {
	struct arena *a;
	const struct headers *h;
	const struct mime_tree *t;
	const char *subject; /* folded */
	struct bounce_line *l;
	size_t n, report;
	struct signs s;
};

/* ---- signs ---- */

static struct slice field(const struct reading *r, const char *name)
{
	const struct slice *v = header_get(r->h, name);
	return v == NULL ? (struct slice){"", 0} : *v;
}

static void read_sender(struct reading *r)
{
	static const char roles[] = "postmaster|mailadmin|antispam|mailgateway";
	struct slice from = field(r, "From");
	const char *fold = text_fold(r->a, slice_trim(from));
	const char *at = strchr(fold, '@'), *local = at;
	while (local != NULL && local > fold && strchr(" <\"':;,", local[-1]) == NULL)
		local--;
	struct slice who = slice_of(fold);
	if (at != NULL)
		who = (struct slice){local, (size_t)(at - local)};
	while (who.n > 0 && strchr("<\" ", who.p[0]) != NULL)
		who = slice_sub(who, 1, who.n);
	while (who.n > 0 && strchr(">\" ", who.p[who.n - 1]) != NULL)
		who.n--;
	r->s.role = quote_alt_equals(roles, who) > 0 || quote_alt_inside(bounce_sender_names, fold);
	r->s.daemon = !quote_alt_equals(roles, who) && (quote_alt_equals(bounce_senders, who) > 0 ||
							strstr(fold, "mailer-daemon") != NULL);
	const struct slice *path = header_get(r->h, "Return-Path");
	if (path != NULL) {
		struct slice p = slice_trim(*path);
		r->s.null_sender = slice_eq(p, SLICE("<>")) || p.n == 0 ||
				   slice_ifind(p, SLICE("mailer-daemon")) != SIZE_MAX;
	}
}

static const char *dialect_of(const struct reading *r, bool by_subject)
{
	size_t written = 0;
	if (by_subject) {
		for (size_t i = 0; i < bounce_dialects_n; i++)
			if (quote_alt_inside(bounce_dialects[i].subjects, r->subject))
				return bounce_dialects[i].name;
		return NULL;
	}
	for (size_t l = 0; l < r->report && written < BOUNCE_MARK_LINES; l++) {
		written += r->l[l].fold[0] != '\0';
		for (size_t i = 0; r->l[l].fold[0] != '\0' && i < bounce_dialects_n; i++)
			if (quote_alt_inside(bounce_dialects[i].texts, r->l[l].fold))
				return bounce_dialects[i].name;
	}
	return NULL;
}

static bool is_coded(const struct reading *r)
{
	bool code = false, address = false;
	char status[16];
	for (size_t i = 0; i < r->report && !(code && address); i++) {
		address = address || slice_chr(r->l[i].raw, '@') != SIZE_MAX;
		code = code || bounce_codes(r->l[i].raw, status) > 0 || status[0] != '\0';
	}
	return code && address;
}

static void read_signs(struct reading *r)
{
	static const char prefixes[] = "re:|re :|rv:|fw:|fwd:|aw:|sv:|tr:|wg:|res:|enc:|reenv:";
	read_sender(r);
	r->s.answered = quote_alt_starts(prefixes, r->subject) > 0;
	r->s.subject = dialect_of(r, true);
	r->s.text = dialect_of(r, false);
	r->s.coded = is_coded(r);
}

/* A person who pastes a report into her mail is a person: words alone prove nothing. */
static bool is_report(const struct signs *s)
{
	bool words = s->text != NULL, title = s->subject != NULL;
	if (s->daemon)
		return words || title || s->coded;
	if (s->role && s->null_sender)
		return words || (title && !s->answered) || s->coded;
	if (s->role || s->null_sender)
		return (title && !s->answered && (words || s->coded)) || (words && s->coded);
	return title && !s->answered && words && s->coded;
}

/* ---- the returned mail ---- */

static const char *id_of(struct arena *a, struct slice value)
{
	const char **ids;
	return header_ids(a, value, &ids) > 0 ? ids[0] : "";
}

static bool is_returned(const struct mime_leaf *f)
{
	return quote_alt_starts("message/rfc822|text/rfc822-headers|message/rfc822-headers|"
				"message/global|text/rfc822",
				f->type) > 0;
}

static struct headers returned_headers(const struct reading *r)
{
	for (size_t i = 0; i < r->t->n; i++)
		if (is_returned(&r->t->leaves[i]) && r->t->leaves[i].bytes.n > 0)
			return header_split(r->a, r->t->leaves[i].bytes);
	return (struct headers){0};
}

static const char *original_id(const struct reading *r, const struct headers *returned)
{
	const struct slice *v = header_get(returned, "Message-ID");
	if (v != NULL)
		return id_of(r->a, *v);
	for (size_t i = 0; i < r->n; i++) {
		const char *at =
			strncmp(r->l[i].fold, "message-id:", 11) == 0 ? r->l[i].raw.p : NULL;
		size_t open = at == NULL ? SIZE_MAX : slice_chr(r->l[i].raw, ':');
		if (open != SIZE_MAX) {
			struct slice value = slice_sub(r->l[i].raw, open + 1, r->l[i].raw.n);
			if (slice_trim(value).n == 0 && i + 1 < r->n)
				value = r->l[i + 1].raw;
			return id_of(r->a, value);
		}
	}
	return id_of(r->a, field(r, "In-Reply-To"));
}

/* ---- recipients ---- */

static size_t own_addresses(const struct reading *r, const char **own, size_t max)
{
	static const char *const fields[] = {"To", "From", "Delivered-To", "Reply-To"};
	size_t n = 0;
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct address *list;
		size_t k = header_addresses(r->a, field(r, fields[i]), &list);
		for (size_t j = 0; j < k && n < max; j++)
			if (list[j].addr[0] != '\0')
				own[n++] = list[j].addr;
	}
	return n;
}

static size_t read_words(struct reading *r, struct bounce *out, size_t max)
{
	const char *own[20];
	size_t n_own = own_addresses(r, own, COUNT(own));
	return bounce_text_read(r->a, r->l, r->report, own, n_own, out, max);
}

/* X-Failed-Recipients (Exim, Gmail): whom; why stands in the text. */
static size_t read_failed_field(struct reading *r, struct bounce *out, size_t max)
{
	struct address *list;
	size_t n = header_addresses(r->a, field(r, "X-Failed-Recipients"), &list), used = 0;
	struct bounce told[BOUNCE_RECIPIENTS_MAX];
	size_t n_told = read_words(r, told, COUNT(told));
	for (size_t i = 0; i < n && used < max; i++) {
		if (list[i].addr[0] == '\0')
			continue;
		out[used] = n_told > 0 ? told[0] : (struct bounce){.status = "", .diagnostic = ""};
		for (size_t j = 0; j < n_told; j++)
			if (address_same(told[j].recipient, list[i].addr))
				out[used] = told[j];
		out[used].permanent = n_told == 0 || out[used].permanent;
		out[used++].recipient = list[i].addr;
	}
	return used;
}

/* Nobody is named: it went to whom the returned mail was sent. */
static size_t read_returned_to(struct reading *r, const struct headers *returned,
			       struct bounce *out)
{
	const struct slice *to = header_get(returned, "To");
	struct address *list;
	if (to == NULL)
		for (size_t i = r->report; i < r->n && to == NULL; i++)
			if (strncmp(r->l[i].fold, "to:", 3) == 0)
				to = &r->l[i].raw;
	if (to == NULL)
		return 0;
	struct slice value = *to;
	if (slice_istarts(value, "to:"))
		value = slice_sub(value, 3, value.n);
	if (header_addresses(r->a, value, &list) != 1 || list[0].addr[0] == '\0')
		return 0;
	out->recipient = list[0].addr;
	return 1;
}

/* Fill in what a status part left out from the words beside it. */
static void complete(struct reading *r, struct bounce *list, size_t n)
{
	struct bounce told[BOUNCE_RECIPIENTS_MAX];
	bool missing = false;
	for (size_t i = 0; i < n; i++)
		missing = missing || list[i].recipient[0] == '\0' || list[i].status[0] == '\0';
	size_t n_told = missing ? read_words(r, told, COUNT(told)) : 0;
	for (size_t i = 0; i < n && n_told > 0; i++) {
		const struct bounce *t = &told[i < n_told ? i : 0];
		if (list[i].recipient[0] == '\0')
			list[i].recipient = t->recipient;
		if (list[i].status[0] == '\0') {
			list[i].status = t->status;
			list[i].permanent = !list[i].delayed && t->permanent;
		}
	}
}

/* No address in the words: the codes still tell what happened. */
static void read_nobody(struct reading *r, struct bounce *b)
{
	char status[16] = "";
	unsigned smtp = 0;
	const char *guess = "";
	bool delayed = quote_alt_inside(bounce_delays, r->subject), gave_up = false;
	*b = (struct bounce){.recipient = "", .status = "", .diagnostic = ""};
	for (size_t i = 0; i < r->report; i++) {
		unsigned code = bounce_codes(r->l[i].raw, status);
		smtp = smtp == 0 ? code : smtp;
		if (status[0] != '\0' && b->status[0] == '\0')
			b->status = arena_str(r->a, status);
		if (guess[0] == '\0')
			guess = bounce_status_by_phrase(r->l[i].fold);
		delayed = delayed || quote_alt_inside(bounce_delays, r->l[i].fold);
		gave_up = gave_up || quote_alt_inside(bounce_given_up, r->l[i].fold);
	}
	b->delayed = delayed && !gave_up;
	char class = b->status[0] != '\0' ? b->status[0]
		     : smtp >= 500	  ? '5'
		     : smtp > 0		  ? '4'
					  : guess[0];
	b->permanent = !b->delayed && class != '4';
	if (b->status[0] == '\0' && guess[0] == class)
		b->status = guess;
}

/* ---- the whole ---- */

static size_t read_status_parts(struct reading *r, struct bounce *out, bool *delivered,
				bool *fields)
{
	size_t n = 0;
	for (size_t i = 0; i < r->t->n; i++) {
		const struct mime_leaf *f = &r->t->leaves[i];
		bool good = false;
		if (f->role != MIME_DELIVERY_STATUS &&
		    quote_alt_starts("message/delivery-status|message/global-delivery-status",
				     f->type) == 0)
			continue;
		n += bounce_dsn_read(r->a, f->bytes, out + n, BOUNCE_RECIPIENTS_MAX - n, &good,
				     fields);
		*delivered = *delivered || good;
	}
	return n;
}

static bool is_other_report(const struct mime_tree *t)
{
	if (quote_alt_starts("feedback-report|disposition-notification", t->report_type) > 0)
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (quote_alt_starts("message/feedback-report|message/disposition-notification",
				     t->leaves[i].type) > 0)
			return true;
	return false;
}

static const char *reason_of(const struct reading *r, bool status_part)
{
	if (status_part)
		return "message/delivery-status";
	if (header_get(r->h, "X-Failed-Recipients") != NULL)
		return "X-Failed-Recipients";
	const char *by = r->s.text != NULL ? r->s.text : r->s.subject;
	return arena_printf(r->a, "delivery report (%s)", by != NULL ? by : "code");
}

struct bounce_report bounce_read(struct arena *a, const struct headers *h,
				 const struct mime_tree *t, const char *subject, struct slice text)
{
	struct bounce_report out = {.report = "", .original_id = "", .reason = ""};
	struct reading r = {.a = a, .h = h, .t = t};
	bool delivered = false, fields = false;
	if (is_other_report(t))
		return out;
	r.subject = text_fold(a, slice_trim(slice_of(subject)));
	r.n = bounce_lines(a, text, &r.l, &r.report);
	struct bounce *list = arena_array(a, BOUNCE_RECIPIENTS_MAX, sizeof(*list));
	size_t n = read_status_parts(&r, list, &delivered, &fields);
	if (n == 0 && delivered) {
		out.report = "delivered";
		return out;
	}
	read_signs(&r);
	bool failed_field = header_get(h, "X-Failed-Recipients") != NULL;
	if (n == 0 && !failed_field && !is_report(&r.s))
		return out;
	struct headers returned = returned_headers(&r);
	if (n > 0)
		complete(&r, list, n);
	if (n == 0 && failed_field)
		n = read_failed_field(&r, list, BOUNCE_RECIPIENTS_MAX);
	if (n == 0)
		n = read_words(&r, list, BOUNCE_RECIPIENTS_MAX);
	if (n == 0) {
		read_nobody(&r, &list[0]);
		read_returned_to(&r, &returned, &list[0]);
		n = 1;
	}
	out.is_bounce = true;
	out.list = list;
	out.n = n;
	out.report = list[0].delayed ? "delayed" : "";
	out.original_id = original_id(&r, &returned);
	out.reason = reason_of(&r, fields);
	return out;
}
