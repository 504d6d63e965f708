#include "mail/automatic_words.h"

#include "base/text.h"
#include "mail/answer.h"
#include "mail/automatic_phrases.h"
#include "mail/quote.h"
#include "mail/quote_marks.h"

#include <string.h>

enum {
	TEXT_BYTES = 4000,  /* a machine says soon that it is one */
	SHORT_BYTES = 1500, /* automatic answers are short */
	SENTENCE_BYTES = 200,
	CITED_BYTES = 300,
	GREETING_WORDS = 3 /* a text of no more says nothing */
};

struct looking {
	struct arena *a;
	const struct headers *h;
	const char *subject, *whole; /* folded */
	const char *text;	     /* folded, too: the writer's own words */
	bool tells;		     /* something in whole may turn out to be a machine's */
	size_t text_len;
};

static void join(struct sbuf *b, const char *phrases)
{
	sbuf_cstr(b, phrases);
	sbuf_chr(b, '|');
}

static void join_rows(struct sbuf *b, const struct automatic_phrase *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		join(b, rows[i].phrases);
}

/* The phrases of all languages as one table, so that a text is gone through once. */
static const char *joined(const struct automatic_phrase *rows, size_t n, char **once)
{
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);

	if (*once == NULL) {
		join_rows(&b, rows, n);
		*once = mem_str(b.p);
	}
	sbuf_free(&b);
	return *once;
}

static bool says_absent(const char *fold)
{
	static char *all;

	return quote_alt_inside(joined(automatic_absences, automatic_absences_n, &all), fold);
}

/* The next sentence, or as much of it as a machine needs to name itself. */
static char *next_sentence(struct arena *a, struct slice *rest)
{
	size_t n = 0;

	while (n < rest->n && n < SENTENCE_BYTES && strchr(".!?;", rest->p[n]) == NULL)
		n++;
	char *one = slice_dup(a, slice_sub(*rest, 0, n));
	*rest = slice_sub(*rest, n + 1, rest->n);
	return one;
}

static bool in_one_sentence(struct arena *a, const char *fold, const struct automatic_statement *r)
{
	struct slice rest = slice_of(fold);

	while (rest.n > 0) {
		const char *one = next_sentence(a, &rest);
		if (quote_alt_inside(r->mails, one) && quote_alt_inside(r->ways, one))
			return true;
	}
	return false;
}

/* «Este correo lo genera automáticamente nuestro sistema» */
static bool states_way(struct arena *a, const char *fold)
{
	for (size_t i = 0; i < automatic_statements_n; i++)
		if (quote_alt_inside(automatic_statements[i].ways, fold) &&
		    in_one_sentence(a, fold, &automatic_statements[i]))
			return true;
	return false;
}

static bool says_machine(struct arena *a, const char *fold)
{
	static char *all;

	return quote_alt_inside(joined(automatic_machines, automatic_machines_n, &all), fold) ||
	       quote_alt_inside(automatic_answers, fold) || states_way(a, fold);
}

enum title {
	TITLE_NONE,
	TITLE_LIKE,  /* it may begin so */
	TITLE_STATE, /* «Vacaciones: …»: programs write it, people may */
	TITLE_SURE   /* «Respuesta automática: …» */
};

static enum title title_in(const struct automatic_phrase *rows, size_t n_rows, const char *s,
			   enum title marked)
{
	static const char until[] = "until |till |from |returning|hasta |desde |del |bis |ab |"
				    "jusqu|du |ate |fino |dal |tot |van |t/m ";
	for (size_t i = 0; i < n_rows; i++) {
		size_t n = quote_alt_starts(rows[i].phrases, s);
		const char *after = s + n;
		while (*after == ' ')
			after++;
		if (n == 0)
			continue;
		if ((*after != '\0' && strchr(":])", *after) != NULL) ||
		    strncmp(after, "re:", 3) == 0 || strncmp(after, "\xEF\xBC\x9A", 3) == 0)
			return marked;
		if (*after == '\0' || strchr("-(!.,", *after) != NULL ||
		    quote_alt_starts(until, after) > 0)
			return TITLE_LIKE;
	}
	return TITLE_NONE;
}

/* «Fuera de la oficina no imprime» is what neither begins with. */
static enum title title_at(const char *s)
{
	enum title t = title_in(automatic_subjects, automatic_subjects_n, s, TITLE_SURE);

	return t != TITLE_NONE ? t : title_in(automatic_states, automatic_states_n, s, TITLE_STATE);
}

/* «Ana Ruiz/HOU/ECT is out of the office.» (Notes); people write it too, and in their answers. */
static bool states_at_end(const char *subject)
{
	struct slice s = slice_of(subject), end;
	while (s.n > 0 && strchr(".! ", s.p[s.n - 1]) != NULL)
		s.n--;
	return s.n > 0 && !slice_has_any(s, ":[") &&
	       quote_alt_ends(automatic_states_at_end, 0, s, &end) > 0;
}

/* «Fuera de la oficina: …», «Out of Office - …», «Abwesenheitsnotiz» and nothing else: written by
 * programs, and by people about their programs. */
static bool may_title(const char *subject)
{
	static char *all;
	size_t n = quote_alt_starts(automatic_offices, subject);
	const char *after = subject + n;

	if (n > 0) {
		after += strspn(after, " ");
		return *after == '\0' || *after == ':' ||
		       (after > subject + n &&
			(strncmp(after, "- ", 2) == 0 || strncmp(after, "\xE2\x80\x93 ", 4) == 0));
	}
	return quote_alt_equals(joined(automatic_subjects, automatic_subjects_n, &all),
				slice_of(subject)) > 0;
}

/* «[Auto-Reply // Traveling] Re: …»: more words within the brackets. */
static bool tags_itself(const char *subject)
{
	static char *all;
	const char *s = subject + 1;

	if (*subject != '[' || strchr(s, ']') == NULL)
		return false;
	size_t n = quote_alt_starts(joined(automatic_subjects, automatic_subjects_n, &all), s);

	s += n + strspn(s + n, " ");
	return n > 0 && *s != '\0' && strchr("/-|,;", *s) != NULL;
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

/* The first thing that s cites, marks included; empty at its end for none. */
static struct slice next_cited(struct slice s)
{
	static const struct {
		const char *open, *close;
	} marks[] = {{"\xC2\xAB", "\xC2\xBB"}, {"\xE2\x80\x9C", "\xE2\x80\x9D"}, {"\"", "\""}};
	struct slice first = slice_sub(s, s.n, s.n);

	for (size_t i = 0; i < COUNT(marks); i++) {
		size_t from = slice_find(s, slice_of(marks[i].open)), n = strlen(marks[i].open);
		struct slice inner = slice_sub(s, from, from == SIZE_MAX ? 0 : CITED_BYTES);
		size_t to = slice_find(slice_sub(inner, n, inner.n), slice_of(marks[i].close));

		if (to != SIZE_MAX && inner.p < first.p)
			first = slice_sub(inner, 0, n + to + strlen(marks[i].close));
	}
	return first;
}

/* «No me responden: «Este es un mensaje automático»»: what somebody cites he does not say. */
static void drop_cited(struct sbuf *out, struct slice s)
{
	while (s.n > 0) {
		struct slice cited = next_cited(s);
		size_t at = (size_t)(cited.p - s.p);

		sbuf_slice(out, slice_sub(s, 0, at));
		s = slice_sub(s, at + cited.n, s.n);
	}
	sbuf_chr(out, '\n');
}

/* All that is looked for in a text, as one table. */
static const char *all_words(void)
{
	static char *once;
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);

	if (once == NULL) {
		join_rows(&b, automatic_absences, automatic_absences_n);
		join_rows(&b, automatic_machines, automatic_machines_n);
		for (size_t i = 0; i < automatic_statements_n; i++)
			join(&b, automatic_statements[i].ways);
		join(&b, automatic_answers);
		join(&b, automatic_acknowledgements);
		join(&b, automatic_challenges);
		join(&b, automatic_departures);
		join(&b, automatic_returns);
		join(&b, automatic_desk_starts);
		once = mem_str(b.p);
	}
	sbuf_free(&b);
	return once;
}

/* What the writer says: without what is quoted or cited. All of it, where that is nothing. */
static const char *own_words(struct arena *a, struct slice text)
{
	struct sbuf own = SBUF_INIT(2 * TEXT_BYTES);
	struct address author;
	struct span *spans;
	size_t n = quote_spans(a, text, true, "", &spans, &author);

	for (size_t i = 0; i < n; i++)
		if (spans[i].kind != SPAN_QUOTED)
			drop_cited(&own, slice_sub(text, spans[i].from, spans[i].len));
	struct slice said = slice_trim((struct slice){own.p ? own.p : "", own.n});
	const char *fold = text_fold(a, slice_of(text_line(a, said.n > 0 ? said : text)));

	sbuf_free(&own);
	return fold;
}

/* A header that asks for no automatic answers: most programs that set it are themselves automatic,
 * but it proves nothing alone. */
static bool asks_silence(const struct looking *k)
{
	const struct slice *v = header_get(k->h, "X-Auto-Response-Suppress");

	return v != NULL && (slice_ifind(*v, SLICE("all")) != SIZE_MAX ||
			     slice_ifind(*v, SLICE("autoreply")) != SIZE_MAX);
}

static bool read_receipt(const struct looking *k, struct automatic *out)
{
	for (size_t i = 0; i < automatic_receipts_n; i++) {
		size_t n = quote_alt_starts(automatic_receipts[i].subjects, k->subject);
		const char *after = k->subject + n;
		while (*after == ' ')
			after++;
		if (n == 0 || (*after != ':' && !automatic_receipts[i].named) ||
		    !quote_alt_inside(automatic_receipts[i].texts, k->whole))
			continue;
		*out = (struct automatic){KIND_AUTO_REPLY, "words of a receipt",
					  automatic_receipts[i].report};
		return true;
	}
	return false;
}

static bool says(const struct looking *k, const char *phrases)
{
	return k->tells && quote_alt_inside(phrases, k->text);
}

/* A question mark inside of a link asks nothing. */
static bool asks(const char *text)
{
	for (const char *at = strchr(text, '?'); at != NULL; at = strchr(at + 1, '?')) {
		const char *from = at;

		while (from > text && from[-1] != ' ')
			from--;
		size_t link = slice_find((struct slice){from, (size_t)(at - from)}, SLICE("://"));
		if (link == SIZE_MAX || at[1] == ' ' || at[1] == '\0')
			return true;
	}
	return false;
}

/* People write about such words, and then they ask or go on at length. */
static bool answers_briefly(const struct looking *k, bool machine, bool acked)
{
	bool desk = quote_alt_starts(automatic_desk_starts, k->whole) > 0;
	/* a header that asks for silence does not make her news a machine's */
	bool left = says(k, automatic_departures) && answer_named(k->a, k->h) &&
		    says_machine(k->a, k->text);

	return k->text_len <= SHORT_BYTES && !asks(k->text) &&
	       ((machine && (acked || left || desk)) || (acked && desk) ||
		says(k, automatic_answers));
}

static size_t words_of(const char *s)
{
	size_t n = 0;

	for (const char *at = s; *at != '\0'; at++)
		n += *at != ' ' && (at == s || at[-1] == ' ');
	return n;
}

static bool wants(const char *fold)
{
	return quote_alt_inside(automatic_requests, fold) || asks(fold);
}

/* A picture or a file may say what the words do not. */
static bool carries_files(const struct looking *k)
{
	const struct slice *v = header_get(k->h, "Content-Type");

	return v != NULL && (slice_istarts(slice_trim(*v), "multipart/mixed") ||
			     slice_istarts(slice_trim(*v), "multipart/related"));
}

/* Such a title alone decides only where nobody wants anything: in an answer to a mail of ours,
 * above the word of a return, or above no words at all. */
static bool titled(const struct looking *k)
{
	bool titled = may_title(k->subject) || tags_itself(k->subject);

	return titled && k->text_len <= SHORT_BYTES && !wants(k->text) && !wants(k->subject) &&
	       (answer_named(k->a, k->h) || says(k, automatic_returns) ||
		(words_of(k->text) <= GREETING_WORDS && !carries_files(k)));
}

static bool read_words(const struct looking *k, struct automatic *out)
{
	bool absent = k->tells && says_absent(k->text), acked = says(k, automatic_acknowledgements);
	bool machine = (k->tells && says_machine(k->a, k->text)) || asks_silence(k);
	bool brief = k->text_len <= SHORT_BYTES, nobody = from_nobody(k);
	enum title title = title_of(k);
	const char *why = NULL;
	if (says(k, automatic_challenges) && (nobody || machine || !brief))
		why = "challenge to the sender";
	else if (title == TITLE_SURE)
		why = "subject of an automatic answer";
	else if (title == TITLE_STATE && (machine || absent || answer_named(k->a, k->h)))
		why = "subject and words of an automatic answer";
	else if (title == TITLE_LIKE && (machine || acked || (absent && answer_named(k->a, k->h))))
		why = "subject and words of an automatic answer";
	else if (titled(k))
		why = "subject of an automatic answer";
	else if (states_at_end(k->subject) && (machine || absent))
		why = "subject and words of an automatic answer";
	else if (machine && (nobody || absent))
		why = "words of an automatic answer";
	else if (answers_briefly(k, machine, acked))
		why = "words of an automatic answer";
	if (why != NULL)
		*out = (struct automatic){KIND_AUTO_REPLY, why, ""};
	return why != NULL;
}

bool automatic_words(struct arena *a, const struct headers *h, const char *subject,
		     struct slice text, struct automatic *out)
{
	struct slice start = text_cut(slice_trim(text), TEXT_BYTES);
	struct looking k = {.a = a, .h = h, .text_len = slice_trim(text).n};

	k.subject = text_fold(a, slice_trim(slice_of(subject)));
	k.whole = text_fold(a, slice_of(text_line(a, start)));
	k.tells = quote_alt_inside(all_words(), k.whole); /* most texts hold nothing of it */
	k.text = k.tells ? own_words(a, start) : k.whole;
	return read_receipt(&k, out) || read_words(&k, out);
}
