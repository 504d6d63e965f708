#include "mail/verdict.h"

#include "base/text.h"

/* What the trusted field says. */
struct findings {
	bool dmarc_pass, dmarc_fail;
	bool dkim_aligned, dkim_pass, dkim_fail;
	bool spf_fail;
};

/* What a quoted byte stands for, where it cannot be taken for a mark. */
static char harmless(char c)
{
	return c == ';' || c == '=' || c == ' ' ? '_' : c;
}

/* The value with comments cut out and quoted «;» made harmless, so that it can be cut at «;». */
static char *flatten(struct arena *a, struct slice v)
{
	char *out = arena_alloc(a, v.n + 1);
	size_t n = 0, depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '\\' && (quoted || depth) && i + 1 < v.n) {
			i++;
			if (!depth)
				out[n++] = harmless(v.p[i]);
			continue;
		}
		if (c == '"' && !depth)
			quoted = !quoted;
		else if (c == '(' && !quoted)
			depth++;
		else if (c == ')' && !quoted)
			depth -= depth > 0; /* never two bytes for one, see the blank below */
		else if (!depth && quoted)
			out[n++] = harmless(c);
		else if (!depth)
			out[n++] = c == '\r' || c == '\n' || c == '\t' ? ' ' : c;
		if (c == ')' && !depth && !quoted)
			out[n++] = ' ';
	}
	out[n] = '\0';
	return out;
}

static struct slice next_word(struct slice *rest)
{
	*rest = slice_trim(*rest);
	size_t n = slice_chr(*rest, ' ');
	struct slice word = slice_sub(*rest, 0, n);

	*rest = slice_sub(*rest, word.n, rest->n);
	return word;
}

/* «method/1=result»: name and result. «method = result» has blanks taken out before. */
static bool cut_equals(struct slice word, struct slice *name, struct slice *value)
{
	size_t at = slice_chr(word, '=');

	if (at == SIZE_MAX)
		return false;
	*name = slice_sub(word, 0, at);
	*value = slice_sub(word, at + 1, word.n);
	*name = slice_sub(*name, 0, slice_chr(*name, '/'));
	return true;
}

/* Blanks around «=» away. */
static char *tighten(struct arena *a, struct slice s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '=')
			while (n && out[n - 1] == ' ')
				n--;
		out[n++] = s.p[i];
		if (s.p[i] == '=')
			while (i + 1 < s.n && s.p[i + 1] == ' ')
				i++;
	}
	out[n] = '\0';
	return out;
}

/* Does the signing domain speak for From? The same domain, or one above it that is no bare top. */
static bool aligned(struct arena *a, struct slice domain, const char *from)
{
	const char *d;
	size_t at = slice_chr(domain, '@');

	if (at != SIZE_MAX) /* header.i=@x.example */
		domain = slice_sub(domain, at + 1, domain.n);
	if (slice_chr(domain, '.') == SIZE_MAX)
		return false;
	d = slice_dup(a, domain);
	return address_in(from, &d, 1);
}

/* A property of a result, or an empty slice. */
static struct slice property(struct slice props, const char *wanted)
{
	struct slice name, value;

	while (slice_trim(props).n) {
		struct slice word = next_word(&props);

		if (cut_equals(word, &name, &value) && slice_ieqs(name, wanted))
			return value;
	}
	return (struct slice){"", 0};
}

/* header.d is who signed; header.i is the signer's own word and counts where d is not told. */
static void read_dkim(struct arena *a, struct slice result, struct slice props, const char *from,
		      struct findings *f)
{
	struct slice domain = property(props, "header.d");

	if (!slice_ieqs(result, "pass")) {
		f->dkim_fail = f->dkim_fail || slice_ieqs(result, "fail");
		return;
	}
	f->dkim_pass = true;
	if (!domain.n)
		domain = property(props, "header.i");
	f->dkim_aligned = f->dkim_aligned || aligned(a, domain, from);
}

/* A pass is about the From that the server saw: where it tells which, it must be ours. */
static void read_dmarc(struct arena *a, struct slice result, struct slice props, const char *from,
		       struct findings *f)
{
	struct slice seen = property(props, "header.from");
	size_t at = slice_chr(seen, '@');

	if (at != SIZE_MAX)
		seen = slice_sub(seen, at + 1, seen.n);
	if (slice_ieqs(result, "pass"))
		f->dmarc_pass = f->dmarc_pass || !seen.n ||
				slice_ieqs(seen, slice_dup(a, address_domain(from)));
	f->dmarc_fail = f->dmarc_fail || slice_ieqs(result, "fail");
}

static void read_result(struct arena *a, struct slice piece, const char *from, struct findings *f)
{
	struct slice rest = slice_of(tighten(a, slice_trim(piece)));
	struct slice word = next_word(&rest), method, result;

	if (!cut_equals(word, &method, &result))
		return;
	if (slice_ieqs(method, "dmarc")) {
		read_dmarc(a, result, rest, from, f);
	} else if (slice_ieqs(method, "dkim")) {
		read_dkim(a, result, rest, from, f);
	} else if (slice_ieqs(method, "spf")) {
		f->spf_fail = f->spf_fail || slice_ieqs(result, "fail");
	}
}

/* The authserv-id, or an empty slice for servers that write none (their first piece is a result)
 * and for a version that is not known here. */
static struct slice serv_id(struct slice flat)
{
	struct slice first = slice_sub(flat, 0, slice_chr(flat, ';'));
	struct slice word = next_word(&first), version = next_word(&first);

	return slice_chr(word, '=') == SIZE_MAX && (!version.n || slice_eq(version, SLICE("1")))
		       ? word
		       : (struct slice){"", 0};
}

/* The field that may be believed, flattened, or NULL. Ours adds its own above all others, so that
 * the first with our id is the one; a server without id is believed at the top alone. */
static const struct slice *trusted(struct arena *a, const struct headers *h,
				   const struct verdict_trust *t, char **flat)
{
	for (size_t i = 0; i < h->n; i++) {
		struct slice id;

		if (!slice_ieqs(h->fields[i].name, "Authentication-Results"))
			continue;
		*flat = flatten(a, h->fields[i].value);
		id = serv_id(slice_of(*flat));
		if (t->authserv_id && id.n && slice_ieqs(id, t->authserv_id))
			return &h->fields[i].value;
		if (t->topmost)
			return &h->fields[i].value;
	}
	return NULL;
}

static enum verdict weigh(const struct findings *f)
{
	if (f->dmarc_fail)
		return VERDICT_FAIL;
	if (f->dmarc_pass || f->dkim_aligned)
		return VERDICT_PASS;
	return f->spf_fail && f->dkim_fail && !f->dkim_pass ? VERDICT_FAIL : VERDICT_NONE;
}

static bool internal_mark(struct arena *a, const struct headers *h, const char *mark)
{
	struct slice m = slice_of(mark);
	size_t colon = slice_chr(m, ':');
	const struct slice *v;

	if (colon == SIZE_MAX || colon == 0)
		return false;
	v = header_get(h, slice_dup(a, slice_trim(slice_sub(m, 0, colon))));
	return v &&
	       slice_ieq(slice_of(header_unfold(a, *v)), slice_trim(slice_sub(m, colon + 1, m.n)));
}

void verdict_read(struct arena *a, const struct headers *h, const struct verdict_trust *t,
		  const char *from, struct facts *f)
{
	struct findings found = {0};
	char *flat = NULL;
	const struct slice *v = trusted(a, h, t, &flat);
	struct slice rest, piece;

	f->internal = t->internal && internal_mark(a, h, t->internal);
	f->verdict = VERDICT_NONE;
	f->authentication = "";
	if (!v)
		return;
	f->authentication = text_line(a, *v);
	rest = slice_of(flat);
	while (slice_next(&rest, ';', &piece))
		read_result(a, piece, from, &found);
	f->verdict = weigh(&found);
}
