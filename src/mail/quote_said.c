/* Attributions: «El lun, 2 nov 2026 a las 10:00, Ana Ruiz (<ana@entidad.example>) escribió:». */
#include "mail/quote_marks.h"

#include <ctype.h>
#include <string.h>

enum {
	DATE_WITHIN = 48, /* an attribution that begins with «El …» has a digit so early */
	FIRST_DATE_WITHIN = 60,
	LINE_BYTES = 400, /* longer lines are no attribution */
	FRAME_MARKS = 3,
	WHEN_BYTES = 48,
	SHORT_BYTES = 100,
	SHORT_NAMES = 5,
	WEEKDAY_LETTERS = 3,
	WHOLE_DATE_WITHIN = 24,
	VERB_BYTES = 24
};

/* What an attribution consists of besides words. */
struct evidence {
	bool date, time, address;
	size_t date_at;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(struct slice s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && is_digit(s.p[at + n]))
		n++;
	return n;
}

/* «/11/26», «. 11. 2026» behind a day. */
static bool is_parted(struct slice s, size_t at)
{
	char sep = at < s.n ? s.p[at] : '\0';
	size_t gap = sep == '.' && at + 1 < s.n && s.p[at + 1] == ' ' ? 2 : 1;
	size_t month = digits(s, at + gap), end = at + gap + month;
	return (sep == '/' || sep == '.' || sep == '-') && month >= 1 && month <= 2 && end < s.n &&
	       s.p[end] == sep && digits(s, end + gap) >= 2;
}

/* A year, 2/11/26, 2026-11-02, 10:00, 10.00, 10h00 at a run of digits. */
static void read_number(struct slice s, size_t at, size_t n, struct evidence *e)
{
	size_t after = at + n;
	char sep = after < s.n ? s.p[after] : '\0';
	size_t next = digits(s, after + 1);
	bool year = n == 4 && (memcmp(s.p + at, "19", 2) == 0 || memcmp(s.p + at, "20", 2) == 0);
	bool parted = n <= 2 && is_parted(s, after);
	if ((year || parted) && !e->date) {
		e->date = true;
		e->date_at = at;
	}
	if (n <= 2 && next == 2 && (sep == ':' || sep == 'h' || (sep == '.' && !parted)))
		e->time = true;
}

static struct evidence evidence_of(struct slice s)
{
	struct evidence e = {0};
	for (size_t i = 0, n; i<s.n; i += n> 0 ? n : 1) {
		n = digits(s, i);
		if (n > 0 && (i == 0 || !is_digit(s.p[i - 1])))
			read_number(s, i, n, &e);
		if (s.p[i] == '@' && i > 0 && i + 1 < s.n && s.p[i - 1] != ' ' && s.p[i + 1] != ' ')
			e.address = true;
		if (s.p[i] == '<' && slice_chr(slice_sub(s, i, s.n), '>') != SIZE_MAX)
			e.address = true;
	}
	return e;
}

bool quote_tells_day(struct slice s)
{
	return evidence_of(s).date;
}

/* ---- one joined statement ---- */

struct said {
	struct slice s; /* without dashes and colon around */
	bool colon;
	bool verb; /* a verb of any language ends it */
	struct evidence e;
};

/* The verbs of all languages as one table: most lines end with none. */
static const char *all_verbs(void)
{
	static char *all;
	struct sbuf b = SBUF_INIT(SIZE_MAX / 8);
	for (size_t i = 0; all == NULL && i < quote_said_n; i++) {
		sbuf_cstr(&b, quote_said_rows[i].verb);
		sbuf_chr(&b, '|');
	}
	if (all == NULL)
		all = mem_str(b.p);
	sbuf_free(&b);
	return all;
}

static struct said said_of(struct slice joined)
{
	struct said q = {.s = slice_trim(joined)};
	while (q.s.n > 0 && strchr("-#>~ [", q.s.p[0]) != NULL)
		q.s = slice_sub(q.s, 1, q.s.n);
	while (q.s.n > 0 && strchr("-:~ _]", q.s.p[q.s.n - 1]) != NULL) {
		q.colon = q.colon || q.s.p[q.s.n - 1] == ':';
		q.s.n--;
	}
	struct slice verb;
	q.verb = q.s.n > 0 && quote_alt_ends(all_verbs(), 0, q.s, &verb) > 0;
	q.e = evidence_of(q.s);
	return q;
}

static bool breaks_word(struct slice s, size_t at)
{
	return at == 0 || at >= s.n || (unsigned char)s.p[at] >= 0x80 ||
	       strchr(" ,:;>)\"]", s.p[at]) != NULL;
}

static bool after_pronoun(const struct quote_said_row *r, struct slice before)
{
	before = slice_trim(before);
	struct slice rest = slice_of(r->pronoun), word;
	while (slice_next(&rest, '|', &word))
		if (word.n > 0 && before.n >= word.n &&
		    memcmp(before.p + before.n - word.n, word.p, word.n) == 0 &&
		    (before.n == word.n || before.p[before.n - word.n - 1] == ' '))
			return true;
	return false;
}

/* Is s[at..end) a word of its own, and not somebody's «me dijo»? */
static bool verb_stands(const struct quote_said_row *r, struct slice s, size_t at, size_t end)
{
	bool letters = (unsigned char)s.p[at] < 0xE3; /* CJK writes without blanks */
	bool word = !letters ||
		    ((at == 0 || strchr(" ,>)\"]", s.p[at - 1]) != NULL) && breaks_word(s, end));
	return word && !after_pronoun(r, slice_sub(s, 0, at));
}

static bool ends_with_verb(const struct quote_said_row *r, struct slice s)
{
	struct slice verb;
	for (size_t i = 0; (i = quote_alt_ends(r->verb, i, s, &verb)) > 0;)
		if (verb_stands(r, s, s.n - verb.n, s.n))
			return true;
	return false;
}

/* The verb anywhere in s; *end is past it. */
static bool has_verb(const struct quote_said_row *r, struct slice s, size_t *end)
{
	struct slice rest = slice_of(r->verb), verb;
	while (slice_next(&rest, '|', &verb))
		for (size_t from = 0; from < s.n;) {
			size_t at = slice_find(slice_sub(s, from, s.n), verb);
			if (at == SIZE_MAX)
				break;
			at += from;
			*end = at + verb.n;
			if (verb_stands(r, s, at, *end))
				return true;
			from = at + 1;
		}
	return false;
}

/* «el 4 de marzo de 2025 el cliente»: a date runs straight into a story. */
static bool told_well(const struct said *q)
{
	return q->e.address || (q->e.date && (q->e.time || slice_chr(q->s, ',') != SIZE_MAX)) ||
	       (q->e.date && slice_find(q->s, SLICE(" via ")) != SIZE_MAX);
}

/* Yahoo on phones: «El lun., 2 de nov. …, Ana<ana@…> escribió:   Buenos días», all on one line. */
static bool said_and_begun(const struct said *q, const struct quote_said_row *r)
{
	size_t end;
	if (!has_verb(r, q->s, &end) || end >= q->s.n || q->s.p[end] != ':')
		return false;
	struct evidence e = evidence_of(slice_sub(q->s, 0, end));
	return e.date && e.time && e.address && e.date_at <= FIRST_DATE_WITHIN;
}

static bool said_by_row(const struct said *q, const struct quote_said_row *r)
{
	size_t end;
	bool opens = r->open[0] != '\0' && quote_alt_starts(r->open, q->s.p) > 0;
	bool dated = q->e.date && q->e.date_at <= FIRST_DATE_WITHIN;
	if (q->verb && ends_with_verb(r, q->s)) {
		if (opens && told_well(q))
			return q->colon || q->e.address || q->e.time;
		if (dated && (q->e.time || q->e.address))
			return q->colon || q->e.address;
		/* «Ana Ruiz <ana@entidad.example> escribió:», «ana via Mesa wrote:» */
		return q->colon && (q->e.address || slice_find(q->s, SLICE(" via ")) != SIZE_MAX);
	}
	if (opens && q->e.address && said_and_begun(q, r))
		return true;
	if (!r->named_after || !q->colon || !has_verb(r, q->s, &end))
		return false;
	return (opens || dated || q->e.address) && told_well(q);
}

/* No verb: «30.09.2017, 18.30, "Ana" <ana@…>:», «2026-11-02 10:00 GMT-05:00 Ana <ana@…>:». */
static bool said_by_date(const struct said *q)
{
	static const struct slice zones = SLICE(" gmt");
	if (!q->e.date || q->e.date_at > FIRST_DATE_WITHIN || q->s.n == 0)
		return false;
	char last = q->s.p[q->s.n - 1];
	if (q->e.address)
		return (last == '>' || last == ')' || slice_chr(q->s, '<') == SIZE_MAX) &&
		       slice_chr(q->s, '=') == SIZE_MAX &&
		       ((q->colon && q->e.time) || (q->e.date_at == 0 && last == '>'));
	return q->e.date_at == 0 && q->e.time && slice_find(q->s, zones) != SIZE_MAX &&
	       q->s.n < 100;
}

static bool said_by_citing(const struct said *q)
{
	return q->colon && q->e.address && quote_alt_starts(quote_citing, q->s.p) > 0;
}

static bool is_said(struct slice joined)
{
	struct said q = said_of(joined);
	if (q.s.n == 0)
		return false;
	/* without any of these no row says yes */
	bool likely = q.verb || q.colon || q.e.address;
	for (size_t i = 0; likely && i < quote_said_n; i++)
		if (said_by_row(&q, &quote_said_rows[i]))
			return true;
	return said_by_date(&q) || said_by_citing(&q);
}

/* ---- joining lines ---- */

static bool has_digit(const char *s, size_t within)
{
	for (size_t i = 0; i < within && s[i] != '\0'; i++)
		if (is_digit(s[i]))
			return true;
	return false;
}

/* Can an attribution of several lines begin here? The date comes first in all of them, or a name
 * with its address. */
static bool may_begin(const char *fold)
{
	return fold[0] != '\0' && (has_digit(fold, DATE_WITHIN) || strchr(fold, '<') != NULL ||
				   strchr(fold, '@') != NULL || strstr(fold, " via ") != NULL);
}

/* A line that begins another attribution cannot continue this one. */
static bool begins_anew(const char *fold)
{
	for (size_t i = 0; i < quote_said_n; i++)
		if (quote_said_rows[i].open[0] != '\0' &&
		    quote_alt_starts(quote_said_rows[i].open, fold) > 0 &&
		    evidence_of(slice_of(fold)).date)
			return true;
	return false;
}

/* Whatever the language: an address, a date or an hour, a colon at the end, quoted text below. */
static bool is_said_of_quote(struct slice joined)
{
	struct slice s = slice_trim(joined);
	struct evidence e = evidence_of(s);
	return s.n > 0 && s.p[s.n - 1] == ':' && (e.date || e.time) &&
	       slice_chr(s, '@') != SIZE_MAX;
}

/* «"Ana Ruiz" <ana@entidad.example> – 2 de noviembre de 2026 10:00»: who, a dash, when. */
static bool is_who_and_when(struct slice joined)
{
	struct slice s = slice_trim(joined), who = s, when;
	while (slice_next(&who, ' ', &when) && slice_chr(when, '@') == SIZE_MAX)
		;
	when = slice_trim(who);
	if (slice_starts(when, SLICE("- ")))
		when = slice_sub(when, 2, when.n);
	else if (slice_starts(when, SLICE("\xE2\x80\x93 ")))
		when = slice_sub(when, 4, when.n);
	else
		return false;
	struct evidence e = evidence_of(when);
	return e.date && e.time && when.n <= WHEN_BYTES;
}

/* «mon, », «seg...» */
static bool is_weekday(const char *s)
{
	return strnlen(s, WEEKDAY_LETTERS + 1) > WEEKDAY_LETTERS &&
	       (s[WEEKDAY_LETTERS] == ',' || s[WEEKDAY_LETTERS] == '.') &&
	       quote_alt_equals(quote_weekdays, (struct slice){s, WEEKDAY_LETTERS}) > 0;
}

static bool is_capital(const char *s)
{
	return (s[0] >= 'A' && s[0] <= 'Z') ||
	       (s[0] == '\xC3' && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] <= 0x9E);
}

bool quote_is_name(struct slice line, size_t n)
{
	struct slice rest = slice_trim(line), word;
	for (size_t i = 0; i < n && slice_next(&rest, ' ', &word); i++)
		if (word.n == 0 ||
		    !(is_capital(word.p) || (i > 0 && quote_alt_equals(quote_particles, word) > 0)))
			return false;
	return n > 1 && n <= SHORT_NAMES;
}

/* «01/02/03 someone», and no story: «12/10/2026 el usuario». */
static bool is_dated(const char *s)
{
	size_t n = strspn(s, "0123456789");
	if (n == 0 || n > 2 || !is_parted(slice_of(s), n))
		return false;
	s += strspn(s, "0123456789/.-");
	s += strspn(s, " ,");
	return quote_alt_equals(quote_articles, (struct slice){s, strcspn(s, " ")}) == 0;
}

/* Directly above quoted text less is enough: «On Mon, Staff wrote:», «Loja do Ouro escreveu:». */
static bool is_short_said(const struct quote_line *l)
{
	struct said q = said_of(slice_of(l->fold));
	struct slice verb;
	if (!q.colon || !q.verb || l->len > SHORT_BYTES)
		return false;
	for (size_t i = 0; i < quote_said_n; i++) {
		const struct quote_said_row *r = &quote_said_rows[i];
		size_t open = r->open[0] != '\0' ? quote_alt_starts(r->open, q.s.p) : 0, names = 1;
		if (!ends_with_verb(r, q.s) || quote_alt_ends(r->verb, 0, q.s, &verb) == 0 ||
		    quote_alt_equals(quote_telling, verb) > 0)
			continue;
		if (open > 0 && (is_weekday(q.s.p + open) || is_dated(q.s.p + open)))
			return true;
		for (size_t k = 0; k + verb.n + 1 < q.s.n; k++)
			names += q.s.p[k] == ' ';
		if (open == 0 && quote_is_name(l->text, names))
			return true;
	}
	return false;
}

/* «Ana <ana@entidad.example> escribió»: the verb that ends at end is directly behind an address. */
static bool follows_address(struct slice s, size_t end)
{
	size_t at = end;
	while (at > 0 && s.p[at - 1] != '>' && s.p[at - 1] != ')' && s.p[at - 1] != '@')
		at--;
	return at > 0 && s.p[at - 1] != '@' && end - at <= VERB_BYTES;
}

bool quote_said_whole(const char *fold, bool begun)
{
	struct said q = said_of(slice_of(fold));
	for (size_t i = 0; i < quote_said_n; i++) {
		const struct quote_said_row *r = &quote_said_rows[i];
		struct evidence e = q.e;
		size_t end;
		if (r->open[0] == '\0' || quote_alt_starts(r->open, q.s.p) == 0)
			continue;
		bool whole = q.colon && ends_with_verb(r, q.s);
		if (!whole && begun && has_verb(r, q.s, &end) && end < q.s.n && q.s.p[end] == ':' &&
		    follows_address(q.s, end)) {
			whole = true;
			e = evidence_of(slice_sub(q.s, 0, end));
		}
		if (whole && e.date && e.date_at <= WHOLE_DATE_WITHIN && e.address)
			return true;
	}
	return false;
}

size_t quote_said_above(const struct quote_line *l, size_t end)
{
	char joined[QUOTE_JOIN_MAX];
	size_t from = sizeof joined;
	for (size_t i = end; i-- > 0 && end - i <= QUOTE_JOIN_ABOVE;) {
		size_t len = strlen(l[i].fold);
		if (len == 0 || l[i].depth > 0 || l[i].len > LINE_BYTES || len + 1 > from)
			return 0;
		from -= len;
		memcpy(joined + from, l[i].fold, len);
		struct slice said = {joined + from, sizeof joined - from};
		if (is_said_of_quote(said) ||
		    (i + 1 == end && (is_who_and_when(said) || is_short_said(&l[i]))))
			return end - i;
		joined[--from] = ' ';
	}
	return 0;
}

/* GroupWise: «>>> Ana Ruiz <ana@entidad.example> 02/11/2026 10:00 >>>», and no marks below it. */
bool quote_said_framed(const struct quote_line *l)
{
	struct slice s = slice_of(l->fold);
	if (l->depth != FRAME_MARKS || s.n < FRAME_MARKS ||
	    memcmp(s.p + s.n - FRAME_MARKS, ">>>", FRAME_MARKS) != 0)
		return false;
	struct evidence e = evidence_of(s);
	return e.date && e.time;
}

size_t quote_said(const struct quote_line *l, size_t n, size_t at)
{
	if (l[at].len > LINE_BYTES || !may_begin(l[at].fold))
		return 0;
	struct sbuf b = SBUF_INIT(QUOTE_JOIN_MAX);
	size_t found = 0;
	for (size_t i = at; i < n && i < at + QUOTE_JOIN_LINES && found == 0; i++) {
		const char *fold = l[i].fold;
		if (l[i].len > LINE_BYTES || (i > at && begins_anew(fold)))
			break;
		if (fold[0] == '\0') {
			if (i + 1 < n && l[i + 1].fold[0] == '<')
				continue;
			break;
		}
		if (i > at)
			sbuf_chr(&b, ' ');
		for (unsigned d = 0; i > at && d < l[i].depth && d < 2; d++)
			sbuf_chr(&b, '>');
		sbuf_cstr(&b, fold);
		if (!b.over && is_said(sbuf_view(&b)))
			found = i + 1 - at;
		else if (fold[strlen(fold) - 1] == ':')
			break; /* the statement ends here, and it was none */
	}
	sbuf_free(&b);
	return found;
}
