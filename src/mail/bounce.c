#include "mail/bounce.h"

#include "base/text.h"
#include "mail/automatic_phrases.h"
#include "mail/bounce_marks.h"
#include "mail/quote_marks.h"

#include <string.h>

/* ---- the returned mail ---- */

static const char *id_of(struct arena *a, struct slice value)
{
	const char **ids;
	return header_ids(a, value, &ids) > 0 ? ids[0] : "";
}

static bool is_returned(const struct mime_leaf *f)
{
	return quote_alt_equals("message/rfc822|text/rfc822-headers|message/rfc822-headers|"
				"message/global|message/global-headers|text/rfc822",
				slice_of(f->type)) > 0;
}

static struct headers returned_headers(const struct bounce_reading *r)
{
	for (size_t i = 0; i < r->t->n; i++)
		if (is_returned(&r->t->leaves[i]) && r->t->leaves[i].bytes.n > 0)
			return header_split(r->a, r->t->leaves[i].bytes);
	return (struct headers){0};
}

/* «Message-ID: <…>» of the returned mail, quoted or not; the id may stand on the next line. */
static const char *id_in_line(const struct bounce_reading *r, size_t i)
{
	static const char name[] = "message-id:";
	size_t at = slice_ifind(slice_sub(r->l[i].raw, 0, BOUNCE_LINE_BYTES), SLICE(name));

	if (at == SIZE_MAX)
		return "";
	struct slice value = slice_sub(r->l[i].raw, at + sizeof(name) - 1, BOUNCE_LINE_BYTES);
	if (slice_trim(value).n == 0 && i + 1 < r->n)
		value = r->l[i + 1].raw;
	return id_of(r->a, value);
}

static const char *original_id(const struct bounce_reading *r, const struct headers *returned)
{
	const struct slice *v = header_get(returned, "Message-ID");
	if (v != NULL)
		return id_of(r->a, *v);
	for (size_t i = 0; i < r->n; i++) {
		const char *id = id_in_line(r, i);
		if (id[0] != '\0')
			return id;
	}
	/* where nothing came back with it: Coremail, some relays */
	const char *told = id_of(r->a, bounce_field(r, "X-CM-Original-Message-ID"));
	if (told[0] == '\0')
		told = id_of(r->a, bounce_field(r, "Original-Message-ID"));
	return told[0] != '\0' ? told : id_of(r->a, bounce_field(r, "In-Reply-To"));
}

/* ---- recipients ---- */

static size_t own_addresses(const struct bounce_reading *r, const char **own, size_t max)
{
	static const char *const fields[] = {"To", "From", "Delivered-To", "Reply-To"};
	size_t n = 0;
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct address *list;
		size_t k = header_addresses(r->a, bounce_field(r, fields[i]), &list);
		for (size_t j = 0; j < k && n < max; j++)
			if (list[j].addr[0] != '\0')
				own[n++] = list[j].addr;
	}
	return n;
}

static size_t read_words(struct bounce_reading *r, struct bounce *out, size_t max)
{
	const char *own[20];
	struct address *from;
	struct bounce_source source = {own, own_addresses(r, own, COUNT(own)), "", r->s.delayed,
				       r->s.given_up};
	if (header_addresses(r->a, bounce_field(r, "From"), &from) > 0)
		source.domain = slice_dup(r->a, address_domain(from[0].addr));
	return bounce_text_read(r->a, r->l, r->report, &source, out, max);
}

/* No address in the words: the codes still tell what happened. */
static void read_nobody(struct bounce_reading *r, struct bounce *b)
{
	char status[16] = "";
	unsigned smtp = 0;
	const char *guess = bounce_status_by_phrases(r->l, 0, r->report);
	*b = (struct bounce){.recipient = "", .status = "", .diagnostic = ""};
	for (size_t i = 0; i < r->report; i++) {
		unsigned code = bounce_codes(r->l[i].raw, status);
		smtp = smtp == 0 ? code : smtp;
		if (status[0] != '\0' && b->status[0] == '\0')
			b->status = arena_str(r->a, status);
	}
	b->delayed = r->s.delayed;
	char class = b->status[0] != '\0' ? b->status[0]
		     : smtp >= 500	  ? '5'
		     : smtp > 0		  ? '4'
					  : guess[0];
	b->permanent = !b->delayed && class != '4';
	if (b->status[0] == '\0' && guess[0] == class)
		b->status = guess;
}

/* X-Failed-Recipients (Exim, Gmail): whom; why stands in the text. */
static size_t read_failed_field(struct bounce_reading *r, struct bounce *out, size_t max)
{
	struct address *list;
	size_t n = header_addresses(r->a, bounce_field(r, "X-Failed-Recipients"), &list), used = 0;
	struct bounce told[BOUNCE_RECIPIENTS_MAX], all;
	size_t n_told = read_words(r, told, COUNT(told));
	read_nobody(r, &all);
	for (size_t i = 0; i < n && used < max; i++) {
		if (list[i].addr[0] == '\0')
			continue;
		out[used] = n_told > 0 ? told[0] : all;
		for (size_t j = 0; j < n_told; j++)
			if (address_same(told[j].recipient, list[i].addr))
				out[used] = told[j];
		out[used++].recipient = list[i].addr;
	}
	return used;
}

/* Nobody is named: it went to whom the returned mail was sent. */
static size_t read_returned_to(struct bounce_reading *r, const struct headers *returned,
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

/* Left out, or vague without a word of the far server. */
static bool incomplete(const struct bounce *b)
{
	char said[16];

	bounce_codes(slice_of(b->diagnostic), said);
	return b->recipient[0] == '\0' || (bounce_vague(b->status) && said[0] == '\0');
}

/* Fill in what a status part does not say from the words beside it. */
static void complete_one(struct bounce *b, const struct bounce *told)
{
	char code[16];

	bounce_codes(slice_of(told->diagnostic), code);
	if (b->recipient[0] == '\0')
		b->recipient = told->recipient;
	if (b->status[0] == '\0') {
		b->status = told->status;
		b->permanent = !b->delayed && told->permanent;
	} else if (address_same(b->recipient, told->recipient) && str_eq(code, told->status) &&
		   bounce_finer(told->status, b->status)) {
		b->status = told->status;
	}
}

static void complete(struct bounce_reading *r, struct bounce *list, size_t n)
{
	struct bounce told[BOUNCE_RECIPIENTS_MAX];
	bool missing = false;

	for (size_t i = 0; i < n; i++)
		missing = missing || incomplete(&list[i]);
	size_t n_told = missing ? read_words(r, told, COUNT(told)) : 0;
	for (size_t i = 0; i < n && n_told > 0; i++)
		if (incomplete(&list[i]))
			complete_one(&list[i], &told[i < n_told ? i : 0]);
}

/* ---- the whole ---- */

static bool is_status(const struct mime_leaf *f)
{
	return f->role == MIME_DELIVERY_STATUS ||
	       quote_alt_starts("message/delivery-status|message/global-delivery-status", f->type) >
		       0;
}

/* Its fields count in a report, and where a mail system wrote: a person who hands one on has them
 * as a file among others. */
static bool counts(const struct bounce_reading *r, const struct mime_leaf *f)
{
	const struct bounce_signs *s = &r->s;

	if (!is_status(f))
		return false;
	return f->parent[0] == '\0' || strcmp(f->parent, "multipart/report") == 0 || s->daemon ||
	       s->role || s->null_sender || s->marked || (s->subject != NULL && !s->answered);
}

static bool has_status(const struct bounce_reading *r)
{
	for (size_t i = 0; i < r->t->n; i++)
		if (counts(r, &r->t->leaves[i]))
			return true;
	return false;
}

static size_t read_status_parts(struct bounce_reading *r, struct bounce *out, bool *delivered,
				bool *fields)
{
	size_t n = 0;
	for (size_t i = 0; i < r->t->n; i++) {
		const struct mime_leaf *f = &r->t->leaves[i];
		bool good = false;
		if (!counts(r, f))
			continue;
		n += bounce_dsn_read(r->a, f->bytes, out + n, BOUNCE_RECIPIENTS_MAX - n, &good,
				     fields);
		*delivered = *delivered || good;
	}
	return n;
}

/* A report about a report, or one whose fields stand among its words or in a file of text: from
 * mail systems only. */
static size_t read_embedded(struct bounce_reading *r, struct bounce *out, bool *fields)
{
	bool delivered = false;
	size_t n = 0;
	struct slice words = {"", 0};
	if (r->n > 0)
		words = (struct slice){r->l[0].raw.p,
				       (size_t)(r->l[r->n - 1].raw.p - r->l[0].raw.p)};
	struct slice found = bounce_dsn_find(words);
	for (size_t i = 0; i < r->t->n && found.n == 0; i++)
		if (is_returned(&r->t->leaves[i]) ||
		    strcmp(r->t->leaves[i].type, "text/plain") == 0)
			found = bounce_dsn_find(r->t->leaves[i].bytes);
	if (found.n > 0)
		n = bounce_dsn_read(r->a, found, out, BOUNCE_RECIPIENTS_MAX, &delivered, fields);
	return n;
}

static bool has_leaf(const struct mime_tree *t, const char *types)
{
	for (size_t i = 0; i < t->n; i++)
		if (quote_alt_equals(types, slice_of(t->leaves[i].type)) > 0)
			return true;
	return false;
}

/* Dovecot refuses in the form of a receipt: that one failed, others are no failures. */
static bool is_other_report(const struct bounce_reading *r)
{
	if (has_leaf(r->t, "message/feedback-report") ||
	    strcmp(r->t->report_type, "feedback-report") == 0)
		return true;
	bool receipt = has_leaf(r->t, "message/disposition-notification") ||
		       strcmp(r->t->report_type, "disposition-notification") == 0;
	return receipt && !(r->s.role && r->s.subject != NULL && r->s.text != NULL);
}

/* «Prove that you are a person»: nothing has failed yet. */
static bool is_challenge(const struct bounce_reading *r)
{
	for (size_t i = 0; !r->s.daemon && i < r->report; i++)
		if (quote_alt_inside(automatic_challenges, r->l[i].fold))
			return true;
	return false;
}

static const char *reason_of(const struct bounce_reading *r, bool status_part)
{
	if (status_part)
		return "message/delivery-status";
	if (header_get(r->h, "X-Failed-Recipients") != NULL)
		return "X-Failed-Recipients";
	const char *by = r->s.text != NULL ? r->s.text : r->s.subject;
	return arena_printf(r->a, "delivery report (%s)", by != NULL ? by : "code");
}

static size_t read_failed(struct bounce_reading *r, const struct headers *returned,
			  struct bounce *list, bool *fields)
{
	size_t n = 0;
	if (header_get(r->h, "X-Failed-Recipients") != NULL)
		n = read_failed_field(r, list, BOUNCE_RECIPIENTS_MAX);
	if (n == 0)
		n = read_embedded(r, list, fields);
	if (n == 0)
		n = read_words(r, list, BOUNCE_RECIPIENTS_MAX);
	if (n == 0) {
		read_nobody(r, &list[0]);
		read_returned_to(r, returned, &list[0]);
		n = 1;
	}
	return n;
}

/* Those that have failed first: a delay of one says nothing about the others. */
static void failed_first(struct arena *a, struct bounce *list, size_t n)
{
	struct bounce *sorted = arena_array(a, n, sizeof(*sorted));
	size_t used = 0;
	for (int delayed = 0; delayed <= 1; delayed++)
		for (size_t i = 0; i < n; i++)
			if (list[i].delayed == delayed)
				sorted[used++] = list[i];
	for (size_t i = 0; i < n; i++)
		list[i] = sorted[i];
}

struct bounce_report bounce_read(struct arena *a, const struct headers *h,
				 const struct mime_tree *t, const char *subject, struct slice text)
{
	struct bounce_report out = {.report = "", .original_id = "", .reason = ""};
	struct bounce_reading r = {.a = a, .h = h, .t = t};
	bool delivered = false, fields = false;
	r.subject = text_fold(a, slice_trim(slice_of(subject)));
	bounce_signs_read(&r);
	if (!bounce_suspected(&r.s) && !has_status(&r) &&
	    header_get(h, "X-Failed-Recipients") == NULL)
		return out;
	r.n = bounce_lines(a, text, &r.l, &r.report);
	bounce_signs_read_text(&r);
	if (is_other_report(&r) || is_challenge(&r))
		return out;
	struct bounce *list = arena_array(a, BOUNCE_RECIPIENTS_MAX, sizeof(*list));
	size_t n = read_status_parts(&r, list, &delivered, &fields);
	if (n == 0 && delivered) {
		out.report = "delivered";
		return out;
	}
	if (n == 0 && header_get(h, "X-Failed-Recipients") == NULL && !bounce_is_report(&r.s) &&
	    !(r.s.role && r.s.subject != NULL && read_embedded(&r, list, &fields) > 0))
		return out;
	struct headers returned = returned_headers(&r);
	if (n > 0) {
		complete(&r, list, n);
		/* «Final-Recipient: X-Unix; ana» names nobody */
		if (n == 1 && list[0].recipient[0] == '\0')
			read_returned_to(&r, &returned, &list[0]);
	} else {
		n = read_failed(&r, &returned, list, &fields);
	}
	failed_first(a, list, n);
	out.is_bounce = true;
	out.list = list;
	out.n = n;
	out.report = list[0].delayed ? "delayed" : "";
	out.original_id = original_id(&r, &returned);
	out.reason = reason_of(&r, fields);
	return out;
}
