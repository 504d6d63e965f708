#include "mail/automatic.h"

#include "base/text.h"
#include "mail/automatic_phrases.h"
#include "mail/quote_marks.h"

#include <string.h>

enum {
	TEXT_BYTES = 4000, /* a machine says soon that it is one */
	SHORT_BYTES = 1500 /* automatic answers are short */
};

struct looking {
	struct arena *a;
	const struct headers *h;
	const struct mime_tree *t;
	const char *subject, *text; /* folded */
	size_t text_len;
};

static const struct automatic person = {KIND_NEW, "", ""};

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

/* An invitation or its answer is the mail, not a file that a person attached. */
static bool read_calendar(const struct looking *k, struct automatic *out)
{
	const struct slice *class = header_get(k->h, "Content-Class");
	bool is = strcmp(k->t->type, "text/calendar") == 0 ||
		  (class != NULL && slice_ifind(*class, SLICE("calendarmessage")) != SIZE_MAX);
	for (size_t i = 0; i < k->t->n && !is; i++) {
		const struct mime_leaf *f = &k->t->leaves[i];
		is = strcmp(f->type, "text/calendar") == 0 &&
		     strcmp(f->parent, "multipart/alternative") == 0;
	}
	if (is)
		*out = (struct automatic){KIND_CALENDAR, "text/calendar", ""};
	return is;
}

/* ---- headers ---- */

static bool read_headers(const struct looking *k, struct automatic *out)
{
	for (size_t i = 0; i < automatic_headers_n; i++) {
		const struct automatic_header *r = &automatic_headers[i];
		const struct slice *v = header_get(k->h, r->name);
		if (v == NULL)
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
	if (v == NULL || !slice_eq(slice_trim(*v), SLICE("<>")))
		return false;
	*out = (struct automatic){KIND_AUTO_REPLY, "Return-Path: <>", ""};
	return true;
}

/* ---- words ---- */

/* The phrases of all languages as one table, so that a text is gone through once. */
static const char *joined(const struct automatic_phrase *rows, size_t n, char **once)
{
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);

	for (size_t i = 0; *once == NULL && i < n; i++) {
		sbuf_cstr(&b, rows[i].phrases);
		sbuf_chr(&b, '|');
	}
	if (*once == NULL)
		*once = mem_str(b.p);
	sbuf_free(&b);
	return *once;
}

static bool says_absent(const char *fold)
{
	static char *all;

	return quote_alt_inside(joined(automatic_absences, automatic_absences_n, &all), fold);
}

static bool says_machine(const char *fold)
{
	static char *all;

	return quote_alt_inside(joined(automatic_machines, automatic_machines_n, &all), fold);
}

enum title { TITLE_NONE, TITLE_LIKE, TITLE_SURE };

/* «Respuesta automática: …» is what programs write; «Fuera de la oficina no imprime» is not. */
static enum title title_at(const char *s)
{
	static const char until[] = "until |till |from |returning|hasta |desde |del |bis |ab |"
				    "jusqu|du |ate |fino |dal |tot |van |t/m ";
	for (size_t i = 0; i < automatic_subjects_n; i++) {
		size_t n = quote_alt_starts(automatic_subjects[i].phrases, s);
		const char *after = s + n;
		while (*after == ' ')
			after++;
		if (n == 0)
			continue;
		if (*after == ':' || *after == ']' || strncmp(after, "re:", 3) == 0 ||
		    strncmp(after, "\xEF\xBC\x9A", 3) == 0)
			return TITLE_SURE;
		if (*after == '\0' || strchr("-(!.,", *after) != NULL ||
		    quote_alt_starts(until, after) > 0)
			return TITLE_LIKE;
	}
	return TITLE_NONE;
}

/* Tags of other desks may stand before: «[#42] Automatic reply: …», «[Automatyczna odpowiedź] …».
 */
static enum title title_of(const struct looking *k)
{
	const char *s = k->subject;
	enum title t = TITLE_NONE;
	while (t == TITLE_NONE && *s != '\0') {
		while (*s == '*' || *s == '(' || *s == ' ')
			s++;
		t = title_at(*s == '[' ? s + 1 : s);
		const char *end = *s == '[' ? strchr(s, ']') : NULL;
		s = end == NULL ? "" : end + 1;
	}
	if (t == TITLE_NONE && (strstr(k->subject, "(automatic response)") != NULL ||
				strstr(k->subject, "(autoreply)") != NULL))
		t = TITLE_SURE;
	return t;
}

static bool answers_us(const struct looking *k)
{
	static const char *const fields[] = {"In-Reply-To", "References"};
	for (size_t i = 0; i < COUNT(fields); i++) {
		const struct slice *v = header_get(k->h, fields[i]);
		const char **ids;
		if (v != NULL && header_ids(k->a, *v, &ids) > 0)
			return true;
	}
	return false;
}

static bool from_nobody(const struct looking *k)
{
	const struct slice *v = header_get(k->h, "From");
	struct address *list;
	if (v == NULL || header_addresses(k->a, *v, &list) == 0)
		return false;
	const char *fold = text_fold(k->a, slice_of(list[0].addr)), *at = strchr(fold, '@');
	return at != NULL &&
	       quote_alt_equals(automatic_nobodies, (struct slice){fold, (size_t)(at - fold)}) > 0;
}

static bool read_words(const struct looking *k, struct automatic *out)
{
	bool absent = says_absent(k->text);
	bool machine = says_machine(k->text);
	bool brief = k->text_len <= SHORT_BYTES, nobody = from_nobody(k);
	enum title title = title_of(k);
	const char *why = NULL;
	if (quote_alt_inside(automatic_challenges, k->text) && (nobody || machine || !brief))
		why = "challenge to the sender";
	else if (title == TITLE_SURE)
		why = "subject of an automatic answer";
	else if (title == TITLE_LIKE && (machine || (absent && answers_us(k))))
		why = "subject and words of an automatic answer";
	else if (machine && (nobody || absent))
		why = "words of an automatic answer";
	if (why != NULL)
		*out = (struct automatic){KIND_AUTO_REPLY, why, ""};
	return why != NULL;
}

/* ---- a person ---- */

static bool is_answer(const struct looking *k)
{
	static const char prefixes[] = "re:|re :|re[|aw:|sv:|rv: re:|res:|rif:|r:|antw:|vs:|odp:|"
				       "ynt:|vast:|respuesta:|回复:|回覆:|答复:|返信:";
	if (answers_us(k))
		return true;
	const char *s = k->subject;
	while (*s == '[') {
		const char *end = strchr(s, ']');
		s = end == NULL ? "" : end + 1;
		while (*s == ' ')
			s++;
	}
	return quote_alt_starts(prefixes, s) > 0;
}

struct automatic automatic_read(struct arena *a, const struct headers *h, const struct mime_tree *t,
				const char *subject, struct slice text)
{
	struct slice start = text_cut(slice_trim(text), TEXT_BYTES);
	struct looking k = {.a = a, .h = h, .t = t, .text_len = slice_trim(text).n};
	struct automatic out = person;
	k.subject = text_fold(a, slice_trim(slice_of(subject)));
	k.text = text_fold(a, start);
	if (read_report(&k, &out) || read_calendar(&k, &out) || read_headers(&k, &out) ||
	    read_null_sender(&k, &out) || read_words(&k, &out))
		return out;
	out.kind = is_answer(&k) ? KIND_REPLY : KIND_NEW;
	return out;
}
