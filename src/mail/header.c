#include "mail/header.h"

enum {
	FIELDS_FIRST = 48,
	LEADING_BLANKS_MAX = 16, /* empty lines before the header that some relays leave */
};

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The name of a field line, or an empty slice when the line is none. */
static struct slice field_name(struct slice line)
{
	size_t i = 0;

	while (i < line.n && line.p[i] > 32 && line.p[i] < 127 && line.p[i] != ':')
		i++;
	struct slice name = slice_sub(line, 0, i);

	while (i < line.n && blank(line.p[i])) /* obsolete: «Subject : x» */
		i++;
	if (i == line.n || line.p[i] != ':')
		name.n = 0;
	return name;
}

static struct slice field_value(struct slice line)
{
	return slice_sub(line, slice_chr(line, ':') + 1, line.n);
}

static bool mbox_line(struct slice line)
{
	return slice_starts(line, SLICE("From ")) || slice_starts(line, SLICE(">From "));
}

/* Skip what relays and mailbox files leave before the first field. */
static struct slice skip_prologue(struct slice raw)
{
	struct slice rest = raw, line;

	if (slice_starts(rest, SLICE("\xEF\xBB\xBF")))
		rest = slice_sub(rest, 3, rest.n);
	for (int blanks = 0; blanks < LEADING_BLANKS_MAX;) {
		struct slice before = rest;

		if (!slice_line(&rest, &line))
			break;
		if (mbox_line(line))
			continue;
		if (line.n == 0) {
			blanks++;
			continue;
		}
		/* blank lines are forgiven only when a field follows them */
		return field_name(line).n || blanks == 0 ? before : raw;
	}
	return raw;
}

struct splitter {
	struct arena *a;
	struct headers *h;
	size_t cap;
};

static struct header_field *add_field(struct splitter *s)
{
	struct headers *h = s->h;

	if (h->n == HEADER_FIELDS_MAX) {
		h->limited = true;
		return NULL;
	}
	if (h->n == s->cap) {
		struct header_field *grown;

		s->cap = s->cap ? 2 * s->cap : FIELDS_FIRST;
		grown = arena_array(s->a, s->cap, sizeof *grown);
		for (size_t i = 0; i < h->n; i++)
			grown[i] = h->fields[i];
		h->fields = grown;
	}
	return &h->fields[h->n++];
}

/* A fold belongs to the field before it; the value grows to the end of the line. */
static void extend(struct headers *h, struct header_field *f, const char *end)
{
	size_t n = (size_t)(end - f->value.p);

	if (n > HEADER_FIELD_MAX) {
		n = HEADER_FIELD_MAX;
		h->limited = true;
	}
	f->value.n = n;
}

/* Fields whose presence after a senseless line shows that the header goes on. */
static bool well_known(struct slice name)
{
	static const char *const names[] = {"From",
					    "To",
					    "Subject",
					    "Date",
					    "Message-ID",
					    "Received",
					    "MIME-Version",
					    "Return-Path",
					    "Cc",
					    "Reply-To",
					    "In-Reply-To",
					    "References",
					    "DKIM-Signature",
					    "Sender",
					    "Bcc",
					    "Delivered-To",
					    "Authentication-Results",
					    "Received-SPF",
					    "Importance",
					    "User-Agent"};
	static const char *const families[] = {"X-",	  "Content-", "List-",
					       "Resent-", "ARC-",     "Thread-"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_ieqs(name, names[i]))
			return true;
	for (size_t i = 0; i < COUNT(families); i++)
		if (slice_istarts(name, families[i]))
			return true;
	return false;
}

/* A line that is neither field nor fold: damage inside the header, or the body of a mail whose
 * blank line was lost? The next line tells. «--» is a boundary. */
static bool header_goes_on(struct slice junk, struct slice rest)
{
	struct slice line;

	return !slice_starts(junk, SLICE("--")) && slice_line(&rest, &line) &&
	       well_known(field_name(line));
}

/* «boundary="x"» at the start of a line, below a value that ends with «;»: a fold that lost its
 * blank. */
static bool lost_fold(const struct header_field *last, struct slice line)
{
	struct slice v = last ? slice_trim(last->value) : line;
	size_t n = 0;

	while (n < line.n && (line.p[n] | 0x20) >= 'a' && (line.p[n] | 0x20) <= 'z')
		n++;
	return last && v.n && v.p[v.n - 1] == ';' && n > 0 && n < line.n && line.p[n] == '=';
}

struct headers header_split(struct arena *a, struct slice raw)
{
	struct headers h = {0};
	struct splitter s = {.a = a, .h = &h};
	struct slice rest = skip_prologue(raw), line;
	struct header_field *last = NULL;
	const char *start = rest.p;

	h.body_at = raw.n;
	for (;;) {
		struct slice before = rest;
		struct slice name;

		if (!slice_line(&rest, &line))
			return h;
		if (line.n == 0) {
			h.body_at = raw.n - rest.n;
			return h;
		}
		if ((size_t)(line.p - start) > HEADER_BLOCK_MAX) {
			h.limited = true; /* go on to the blank line, keep nothing */
			continue;
		}
		if (blank(line.p[0]) || lost_fold(last, line)) {
			if (last)
				extend(&h, last, line.p + line.n);
			continue;
		}
		name = field_name(line);
		if (name.n) {
			last = add_field(&s);
			if (last) {
				last->name = name;
				last->value = field_value(line);
				extend(&h, last, line.p + line.n);
			}
		} else if (h.n == 0 ||
			   (!mbox_line(line) && line.p[0] != ':' && !header_goes_on(line, rest))) {
			h.body_at = raw.n - before.n;
			return h;
		} else {
			last = NULL;
		}
	}
}

const struct slice *header_get(const struct headers *h, const char *name)
{
	struct slice want = slice_of(name);

	for (size_t i = 0; i < h->n; i++)
		if (h->fields[i].name.n == want.n && slice_ieq(h->fields[i].name, want))
			return &h->fields[i].value;
	return NULL;
}

size_t header_count(const struct headers *h, const char *name)
{
	struct slice want = slice_of(name);
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += slice_ieq(h->fields[i].name, want);
	return n;
}

char *header_unfold(struct arena *a, struct slice value)
{
	struct slice v = slice_trim(value);
	char *out = arena_alloc(a, v.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] != '\r' && v.p[i] != '\n') {
			if (v.p[i] != '\0')
				out[n++] = v.p[i];
			continue;
		}
		while (i + 1 < v.n &&
		       (blank(v.p[i + 1]) || v.p[i + 1] == '\r' || v.p[i + 1] == '\n'))
			i++;
		out[n++] = ' ';
	}
	out[n] = '\0';
	return out;
}
