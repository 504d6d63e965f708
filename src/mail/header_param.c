/* Structured fields of MIME: a leading token and parameters, RFC 2231 in right and broken forms. */
#include "mail/header.h"

#include "mail/charset.h"

enum { SEGMENTS_MAX = 100, PARAMS_MAX = 200, TOKEN_MAX = 250 };

static bool wide_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct slice s, size_t i)
{
	while (i < s.n && wide_blank(s.p[i]))
		i++;
	return i;
}

/* Blanks and comments. */
static size_t skip_cfws(struct slice s, size_t i)
{
	for (;;) {
		i = skip_blanks(s, i);
		if (i >= s.n || s.p[i] != '(')
			return i;
		for (size_t depth = 0; i < s.n; i++) {
			if (s.p[i] == '\\' && i + 1 < s.n)
				i++;
			else if (s.p[i] == '(')
				depth++;
			else if (s.p[i] == ')' && --depth == 0)
				break;
		}
		i += i < s.n;
	}
}

char *header_token(struct arena *a, struct slice value)
{
	size_t i = skip_cfws(value, 0), n = 0;
	char *out;

	value = slice_sub(value, 0, i + TOKEN_MAX);
	out = arena_alloc(a, value.n + 1);
	for (; i < value.n && value.p[i] != ';' && value.p[i] != '(' && value.p[i] != ','; i++) {
		char c = value.p[i];

		if (wide_blank(
			    c)) { /* «text / plain» is one token, «text/plain charset=x» is not */
			size_t next = skip_blanks(value, i);

			if (next < value.n && (value.p[next] == '/' || (n && out[n - 1] == '/'))) {
				i = next - 1;
				continue;
			}
			break;
		}
		if (c == '"' || c <= ' ' || c > '~')
			continue;
		out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	out[n] = '\0';
	return out;
}

/* «name*2*=»: which parameter, which piece of it, percent-coded or not. */
struct param {
	struct slice name;
	int segment; /* -1: not in pieces */
	bool extended;
	struct slice value; /* quotes removed */
};

/* Does a parameter or the end follow here? Then a quote just before was a closing one. */
static bool param_follows(struct slice s, size_t i)
{
	size_t from;

	i = skip_blanks(s, i);
	if (i >= s.n || s.p[i] == ';' || s.p[i] == '(' || s.p[i] == ',')
		return true;
	from = i;
	while (i < s.n && i - from < 40 &&
	       (s.p[i] > ' ' && s.p[i] < 127 && s.p[i] != '=' && s.p[i] != '"'))
		i++;
	return i > from && i < s.n && s.p[i] == '=';
}

/* 1 at a backslash that escapes. It does so only before quote and backslash: «C:\temp\a.txt» is
 * common and means itself. */
static size_t escape(struct slice s, size_t i)
{
	return s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\');
}

static struct slice read_quoted(struct arena *a, struct slice s, size_t *at)
{
	size_t end = *at, n = 0;
	char *out;

	for (; end < s.n && !(s.p[end] == '"' && param_follows(s, end + 1)); end++)
		end += escape(s, end);
	end = end < s.n ? end : s.n;
	out = arena_alloc(a, end - *at + 1);
	for (size_t i = *at; i < end; i++) {
		i += escape(s, i);
		if (i < end && s.p[i] != '\r' && s.p[i] != '\n') /* a fold: its blank stays */
			out[n++] = s.p[i];
	}
	*at = end < s.n ? end + 1 : end;
	return (struct slice){out, n};
}

static struct slice read_value(struct arena *a, struct slice s, size_t *at)
{
	size_t i = skip_blanks(s, *at), from;

	if (i < s.n && s.p[i] == '"') {
		i++;
		*at = i;
		return read_quoted(a, s, at);
	}
	from = i;
	/* unquoted names with blanks are common; they end at «;» or where «x=» follows a blank */
	while (i < s.n && s.p[i] != ';') {
		if (wide_blank(s.p[i]) && param_follows(s, i))
			break;
		i = wide_blank(s.p[i]) ? skip_blanks(s, i) : i + 1;
	}
	*at = i;
	return slice_trim(slice_sub(s, from, i - from));
}

static void read_name(struct slice s, size_t *at, struct param *p)
{
	size_t i = *at, star, end;
	uint64_t n;

	while (i < s.n && s.p[i] != '=' && s.p[i] != ';')
		i++;
	p->name = slice_trim(slice_sub(s, *at, i - *at));
	p->segment = -1;
	p->extended = false;
	star = slice_chr(p->name, '*');
	if (star != SIZE_MAX) {
		struct slice tail = slice_sub(p->name, star + 1, p->name.n);

		p->name = slice_trim(slice_sub(p->name, 0, star));
		end = slice_chr(tail, '*');
		p->extended = tail.n == 0 || end != SIZE_MAX;
		if (slice_u64(slice_trim(slice_sub(tail, 0, end)), &n) && n < SEGMENTS_MAX)
			p->segment = (int)n;
	}
	*at = i;
}

/* Cut the next parameter off; false at the end. */
static bool next_param(struct arena *a, struct slice s, size_t *at, struct param *p)
{
	size_t i = *at;

	while (i < s.n && (s.p[i] == ';' || wide_blank(s.p[i])))
		i++;
	i = skip_cfws(s, i);
	if (i >= s.n)
		return false;
	read_name(s, &i, p);
	p->value = (struct slice){"", 0};
	if (i < s.n && s.p[i] == '=') {
		i++;
		p->value = read_value(a, s, &i);
	}
	*at = i;
	return true;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_percent(struct sbuf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			sbuf_chr(b, (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])));
			i += 2;
		} else {
			sbuf_chr(b, s.p[i]);
		}
	}
}

/* «utf-8'es'texto»: cut charset and language off. False when it is not of that form. */
static bool cut_charset(struct arena *a, struct slice *v, const char **charset)
{
	size_t one = slice_chr(*v, '\''), two;

	if (one == SIZE_MAX || one > 40)
		return false;
	two = slice_chr(slice_sub(*v, one + 1, v->n), '\'');
	if (two == SIZE_MAX || two > 40)
		return false;
	for (size_t i = 0; i < one; i++)
		if (v->p[i] <= ' ' || v->p[i] == '%' || v->p[i] == '.')
			return false;
	*charset = slice_dup(a, slice_sub(*v, 0, one));
	*v = slice_sub(*v, one + two + 2, v->n);
	return true;
}

/* «UTF-8'a%20b»: the language and its apostrophe are forgotten. «d'ana.txt» has no charset. */
static bool cut_bare_charset(struct arena *a, struct slice *v, const char **charset)
{
	size_t one = slice_chr(*v, '\'');
	const char *label = one < 40 ? slice_dup(a, slice_sub(*v, 0, one)) : "";

	if (!charset_known(label))
		return false;
	*charset = label;
	*v = slice_sub(*v, one + 1, v->n);
	return true;
}

struct pieces {
	struct param seg[SEGMENTS_MAX];
	bool have[SEGMENTS_MAX];
	bool any;
	struct param plain, extended;
	bool has_plain, has_extended;
};

static void collect(struct arena *a, struct slice value, const char *name, struct pieces *p)
{
	size_t at = 0;
	struct param q;

	/* the leading token; some leave its «;» out */
	while (at < value.n && value.p[at] != ';' && !wide_blank(value.p[at]))
		at++;
	for (int i = 0; i < PARAMS_MAX && next_param(a, value, &at, &q); i++) {
		if (!slice_ieqs(q.name, name))
			continue;
		if (q.segment >= 0 && !p->have[q.segment]) {
			p->seg[q.segment] = q;
			p->have[q.segment] = p->any = true;
		} else if (q.segment < 0 && q.extended && !p->has_extended) {
			p->extended = q;
			p->has_extended = true;
		} else if (q.segment < 0 && !q.extended && !p->has_plain) {
			p->plain = q;
			p->has_plain = true;
		}
	}
}

static void join(struct arena *a, struct pieces *p, struct sbuf *b, const char **charset)
{
	bool first = true;

	for (size_t i = 0; i < SEGMENTS_MAX; i++) {
		struct slice v = p->seg[i].value;

		if (!p->have[i])
			continue;
		/* a first piece that has a charset is percent-coded, marked or not */
		if (first && (cut_charset(a, &v, charset) ||
			      (p->seg[i].extended && cut_bare_charset(a, &v, charset))))
			p->seg[i].extended = true;
		first = false;
		if (p->seg[i].extended)
			put_percent(b, v);
		else
			sbuf_slice(b, v);
	}
}

bool header_param(struct arena *a, struct slice value, const char *name, struct slice *out,
		  const char **charset)
{
	struct pieces *p = NULL;
	struct sbuf b = SBUF_INIT(HEADER_FIELD_MAX);
	struct slice v;

	*charset = "";
	*out = (struct slice){"", 0};
	if (slice_ifind(value, slice_of(name)) == SIZE_MAX)
		return false;
	p = arena_alloc(a, sizeof *p);
	collect(a, slice_sub(value, 0, HEADER_FIELD_MAX), name, p);
	if (p->has_extended) {
		v = p->extended.value;
		if (!cut_charset(a, &v, charset))
			cut_bare_charset(a, &v, charset);
		put_percent(&b, v);
	} else if (p->any) {
		join(a, p, &b, charset);
	} else if (p->has_plain) {
		v = p->plain.value;
		/* «filename="utf-8''a%20b"»: RFC 2231 in the wrong place */
		if (slice_find(v, SLICE("''")) != SIZE_MAX && cut_charset(a, &v, charset))
			put_percent(&b, v);
		else
			sbuf_slice(&b, v);
	} else {
		return false;
	}
	*out = (struct slice){sbuf_dup(a, &b), b.n};
	sbuf_free(&b);
	return true;
}
