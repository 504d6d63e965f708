/* Address lists as people really send them: one pass, no recursion. */
#include "mail/header.h"

enum { LIST_FIRST = 8 };

/* One mailbox while it is being read. */
struct piece {
	struct sbuf phrase;  /* words before the angle, quotes removed */
	struct sbuf comment; /* (…) */
	struct sbuf angle;   /* <…> */
	bool has_angle;
	bool quoted; /* the phrase came from quotes: its commas are its own */
};

struct reader {
	struct arena *a;
	struct address *list;
	size_t n, cap;
	struct piece piece;
};

static void piece_clear(struct piece *p)
{
	sbuf_clear(&p->phrase);
	sbuf_clear(&p->comment);
	sbuf_clear(&p->angle);
	p->has_angle = p->quoted = false;
}

static struct address *add(struct reader *r)
{
	if (r->n == HEADER_ADDRESSES_MAX)
		return NULL;
	if (r->n == r->cap) {
		struct address *grown;

		r->cap = r->cap ? 2 * r->cap : LIST_FIRST;
		grown = arena_array(r->a, r->cap, sizeof *grown);
		for (size_t i = 0; i < r->n; i++)
			grown[i] = r->list[i];
		r->list = grown;
	}
	return &r->list[r->n++];
}

static bool wide_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* An address in what was written, domain in lower case; NULL when there is none. Blanks in it are
 * folds or the obsolete «a @ b . c»; in quotes they are part of a name that nobody can be sent. */
static char *clean_addr(struct arena *a, struct slice s)
{
	char *out;
	size_t n = 0, at;
	bool quoted = false;

	s = slice_trim(s);
	if (slice_istarts(s, "mailto:"))
		s = slice_sub(s, 7, s.n);
	if (s.n && s.p[0] == '@') /* source route: <@a,@b:c@d> */
		s = slice_sub(s, slice_chr(s, ':') == SIZE_MAX ? 0 : slice_chr(s, ':') + 1, s.n);
	if (s.n > (size_t)2 * ADDRESS_MAX)
		return NULL;
	out = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		quoted = quoted != (s.p[i] == '"');
		if (quoted && wide_blank(s.p[i]))
			return NULL;
		if (!wide_blank(s.p[i]))
			out[n++] = s.p[i];
	}
	while (n && (out[n - 1] == '.' || out[n - 1] == '>' || out[n - 1] == ';'))
		n--;
	out[n] = '\0';
	at = slice_chr((struct slice){out, n}, '@');
	/* "john.doe"@x: the quotes say nothing that the word does not */
	if (at != SIZE_MAX && at > 2 && out[0] == '"' && out[at - 1] == '"') {
		for (size_t i = 1; i < at - 1; i++)
			out[i - 1] = out[i];
		for (size_t i = at; i <= n; i++)
			out[i - 2] = out[i];
		at -= 2;
		n -= 2;
	}
	for (size_t i = at; at != SIZE_MAX && i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + ('a' - 'A'));
	return address_valid(out) ? out : NULL;
}

/* The first blank-separated word that is an address; *before and *after are what is around it. */
static char *find_addr(struct arena *a, struct slice s, struct slice *before, struct slice *after)
{
	for (size_t i = 0; i < s.n;) {
		size_t start, from, end;

		while (i < s.n && wide_blank(s.p[i]))
			i++;
		from = start = i;
		while (i < s.n && !wide_blank(s.p[i]))
			i++;
		end = i;
		if (end - from > ADDRESS_MAX + 2 ||
		    slice_chr(slice_sub(s, from, end - from), '@') == SIZE_MAX)
			continue;
		/* brackets that some put around: [a@b] */
		if (end - from > 2 && s.p[from] == '[' && s.p[end - 1] == ']') {
			from++;
			end--;
		}
		char *addr = clean_addr(a, slice_sub(s, from, end - from));

		if (addr) {
			*before = slice_sub(s, 0, start);
			*after = slice_sub(s, i, s.n);
			return addr;
		}
	}
	return NULL;
}

static char *name_of(struct arena *a, const struct piece *p)
{
	struct slice s = slice_trim(sbuf_view(&p->phrase));

	if (s.n == 0)
		s = slice_trim(sbuf_view(&p->comment));
	/* 'Ana' in single quotes is Outlook's way */
	if (s.n > 2 && s.p[0] == '\'' && s.p[s.n - 1] == '\'')
		s = slice_sub(s, 1, s.n - 2);
	return slice_dup(a, s);
}

/* No angle brackets: a bare address somewhere among the words, or none at all. */
static void finish_bare(struct reader *r, struct address *to)
{
	struct piece *p = &r->piece;
	struct slice words = slice_trim(sbuf_view(&p->phrase)), before, after;
	char *addr = find_addr(r->a, words, &before, &after);

	if (!addr && !p->quoted) { /* «ana @ x . example» */
		addr = clean_addr(r->a, words);
		before = after = (struct slice){"", 0};
	}
	if (!addr) { /* «"Ana <ana@x>»: quotes that were not closed, or closed too late */
		size_t open = slice_chr(words, '<');
		struct slice angle = slice_sub(words, open, words.n);

		addr = clean_addr(r->a, slice_sub(angle, 1, slice_chr(angle, '>') - 1));
		before = slice_sub(words, 0, open);
		after = (struct slice){"", 0};
	}
	if (!addr) {
		to->addr = "";
		to->name = name_of(r->a, p);
		return;
	}
	before = slice_trim(before);
	after = slice_trim(after);
	to->addr = addr;
	if (before.n == 0 && after.n == 0)
		before = slice_trim(sbuf_view(&p->comment));
	to->name =
		arena_printf(r->a, "%.*s%s%.*s", (int)before.n, before.p ? before.p : "",
			     before.n && after.n ? " " : "", (int)after.n, after.p ? after.p : "");
}

static void finish_angle(struct reader *r, struct address *to)
{
	struct piece *p = &r->piece;
	char *addr = clean_addr(r->a, sbuf_view(&p->angle));
	struct slice before, after;

	to->name = name_of(r->a, p);
	if (!addr) /* «Ana <"ana@x">», «Ana <ana@x (home)>» */
		addr = find_addr(r->a, sbuf_view(&p->angle), &before, &after);
	if (!addr && slice_trim(sbuf_view(&p->angle)).n == 0) /* «ana@x <>» */
		addr = clean_addr(r->a, sbuf_view(&p->phrase));
	to->addr = addr ? addr : "";
	if (!addr && to->name[0] == '\0')
		to->name = slice_dup(r->a, slice_trim(sbuf_view(&p->angle)));
}

static void piece_end(struct reader *r)
{
	struct piece *p = &r->piece;
	struct address *to;

	if (!p->has_angle && slice_trim(sbuf_view(&p->phrase)).n == 0 &&
	    slice_trim(sbuf_view(&p->comment)).n == 0) {
		piece_clear(p);
		return;
	}
	to = add(r);
	if (to && p->has_angle)
		finish_angle(r, to);
	else if (to)
		finish_bare(r, to);
	piece_clear(p);
}

/* A comma between words that are no address yet is part of a name: «Ruiz, Ana <ana@x>». */
static bool comma_in_name(const struct piece *p, struct slice rest)
{
	size_t stop, angle;

	if (p->has_angle || slice_trim(sbuf_view(&p->phrase)).n == 0 ||
	    slice_chr(sbuf_view(&p->phrase), '@') != SIZE_MAX)
		return false;
	rest = slice_sub(rest, 0, 256);
	stop = slice_chr(rest, ',');
	angle = slice_chr(rest, '<');
	return angle != SIZE_MAX && (stop == SIZE_MAX || angle < stop) &&
	       slice_chr(slice_sub(rest, 0, angle), '@') == SIZE_MAX;
}

/* Each reads from s.p[i], just past its opening, and returns the index after its end. */
static size_t read_quoted(struct slice s, size_t i, struct sbuf *out)
{
	while (i < s.n && s.p[i] != '"') {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		sbuf_chr(out, s.p[i++]);
	}
	return i < s.n ? i + 1 : i;
}

/* «"john doe"@x» keeps its quotes: doe@x is somebody else. */
static size_t read_quoted_word(struct slice s, size_t i, struct sbuf *out)
{
	size_t end = i;
	bool local;

	while (end < s.n && s.p[end] != '"')
		end += s.p[end] == '\\' ? 2 : 1;
	local = end + 1 < s.n && s.p[end + 1] == '@';
	if (local)
		sbuf_chr(out, '"');
	i = read_quoted(s, i, out);
	if (local)
		sbuf_chr(out, '"');
	return i;
}

static size_t read_comment(struct slice s, size_t i, struct sbuf *out)
{
	for (size_t depth = 1; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		else if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
		sbuf_chr(out, s.p[i]);
	}
	return i;
}

/* Past the comment that opens at s.p[i], if it is closed within the angle; else i. */
static size_t skip_comment(struct slice s, size_t i)
{
	size_t depth = 0;

	for (size_t k = i; k < s.n && s.p[k] != '>'; k++) {
		if (s.p[k] == '\\')
			k++;
		else if (s.p[k] == '(')
			depth++;
		else if (s.p[k] == ')' && --depth == 0)
			return k + 1;
	}
	return i;
}

static size_t read_angle(struct slice s, size_t i, struct sbuf *out)
{
	bool quoted = false, comments = true;

	while (i < s.n && (quoted || s.p[i] != '>')) {
		size_t past = s.p[i] == '(' && !quoted && comments ? skip_comment(s, i) : i;

		if (past > i) { /* «<ana@x (home)>» */
			i = past;
			continue;
		}
		comments = comments && s.p[i] != '(';
		if (s.p[i] == '"')
			quoted = !quoted;
		if (s.p[i] == '<' && !quoted) /* <<a@b>> */
			sbuf_clear(out);
		else
			sbuf_chr(out, s.p[i]);
		i++;
	}
	while (i < s.n && s.p[i] == '>')
		i++;
	return i;
}

/* «Name:» opens a group, unless the colon is part of «mailto:» or of an address. */
static void colon(struct reader *r)
{
	struct piece *p = &r->piece;
	struct slice words = slice_trim(sbuf_view(&p->phrase));

	if (p->has_angle || slice_chr(words, '@') != SIZE_MAX)
		sbuf_chr(&p->phrase, ':');
	else
		piece_clear(p);
}

static size_t step(struct reader *r, struct slice s, size_t i)
{
	struct piece *p = &r->piece;
	char c = s.p[i++];

	switch (c) {
	case '"':
		p->quoted = true;
		return read_quoted_word(s, i, &p->phrase);
	case '(':
		if (p->comment.n)
			sbuf_chr(&p->comment, ' ');
		return read_comment(s, i, &p->comment);
	case '<':
		if (p->has_angle && clean_addr(r->a, sbuf_view(&p->angle))) {
			struct sbuf unused = SBUF_INIT(HEADER_FIELD_MAX);

			i = read_angle(s, i, &unused);
			sbuf_free(&unused);
			return i;
		}
		sbuf_clear(&p->angle);
		p->has_angle = true;
		return read_angle(s, i, &p->angle);
	case ',':
		if (comma_in_name(p, slice_sub(s, i, s.n)))
			sbuf_chr(&p->phrase, ',');
		else
			piece_end(r);
		return i;
	case ';':
		piece_end(r);
		return i;
	case ':':
		colon(r);
		return i;
	case '\r':
	case '\n':
	case '\t':
		c = ' ';
		break;
	default:
		break;
	}
	if (c != '\0' && !(c == ' ' && p->phrase.n && p->phrase.p[p->phrase.n - 1] == ' '))
		sbuf_chr(&p->phrase, c);
	return i;
}

size_t header_addresses(struct arena *a, struct slice value, struct address **out)
{
	struct reader r = {.a = a};

	value = slice_sub(value, 0, HEADER_FIELD_MAX);
	r.piece = (struct piece){.phrase = SBUF_INIT(HEADER_FIELD_MAX),
				 .comment = SBUF_INIT(HEADER_FIELD_MAX),
				 .angle = SBUF_INIT(HEADER_FIELD_MAX)};
	for (size_t i = 0; i < value.n && r.n < HEADER_ADDRESSES_MAX;)
		i = step(&r, value, i);
	piece_end(&r);
	sbuf_free(&r.piece.phrase);
	sbuf_free(&r.piece.comment);
	sbuf_free(&r.piece.angle);
	*out = r.list;
	return r.n;
}
