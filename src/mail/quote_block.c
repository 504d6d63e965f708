/* Blocks of mail headers inside a text: «De: … Enviado: … Para: … Asunto: …». */
#include "mail/quote_marks.h"

#include <ctype.h>
#include <string.h>

enum {
	LABEL_BYTES = 48,
	CONTINUED_MAX = 8, /* lines of one header */
	ROLES_NEEDED = 3
};

enum quote_role quote_role_of(struct slice label)
{
	label = slice_trim(label);
	for (size_t i = 0; label.n > 0 && i < quote_label_n; i++)
		if (quote_alt_equals(quote_label_rows[i].labels, label) > 0)
			return quote_label_rows[i].role;
	return ROLE_NONE;
}

enum quote_role quote_header_role(const char *fold, const char **value)
{
	size_t n = strnlen(fold, LABEL_BYTES);
	const char *colon = memchr(fold, ':', n);
	if (colon == NULL || colon == fold)
		return ROLE_NONE;
	*value = colon + 1;
	return quote_role_of((struct slice){fold, (size_t)(colon - fold)});
}

bool quote_is_label(const struct quote_line *l)
{
	const char *value;
	enum quote_role role = quote_header_role(l->fold, &value);
	return role == ROLE_TO || role == ROLE_CC || role == ROLE_SUBJECT;
}

bool quote_tells_hour(const char *value)
{
	for (const char *p = value + 1; *value != '\0' && *p != '\0'; p++)
		if ((*p == ':' || *p == '.') && isdigit((unsigned char)p[-1]) &&
		    isdigit((unsigned char)p[1]))
			return true;
	return false;
}

/* Something that only a mail's header has: an address, or a date with its hour. */
static bool looks_real(enum quote_role role, const char *value)
{
	return role == ROLE_DATE ? quote_tells_hour(value) : strpbrk(value, "@<[") != NULL;
}

struct seen {
	bool role[ROLE_COUNT];
	bool real;
	unsigned n; /* different roles that count */
};

static bool see(struct seen *s, enum quote_role role, const char *value)
{
	if (role != ROLE_OTHER && s->role[role])
		return false;
	s->n += role != ROLE_OTHER;
	s->role[role] = true;
	s->real = s->real || looks_real(role, value);
	return true;
}

/* «From: Ana Sent: Monday … To: … Subject: …», all on one line. */
static void see_inline(struct seen *s, const char *fold)
{
	for (const char *colon = strchr(fold, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
		const char *w = colon;
		for (int words = 0; words < 3 && w > fold; words++) {
			while (w > fold && w[-1] != ' ')
				w--;
			enum quote_role r = quote_role_of((struct slice){w, (size_t)(colon - w)});
			if (r != ROLE_NONE) {
				see(s, r, colon + 1);
				break;
			}
			while (w > fold && w[-1] == ' ')
				w--;
		}
	}
}

/* Does another header follow within a few lines without a blank one? */
static bool continues(const struct quote_line *l, size_t n, size_t at)
{
	const char *value;
	for (size_t i = at; i < n && i < at + CONTINUED_MAX && l[i].fold[0] != '\0'; i++)
		if (quote_header_role(l[i].fold, &value) != ROLE_NONE)
			return true;
	return false;
}

static struct slice raw_value(const struct quote_line *l)
{
	size_t colon = slice_chr(l->text, ':');
	struct slice wide = SLICE("\xEF\xBC\x9A");
	size_t at = slice_find(l->text, wide);
	if (colon == SIZE_MAX || (at != SIZE_MAX && at < colon))
		return slice_trim(slice_sub(l->text, at == SIZE_MAX ? 0 : at + wide.n, l->text.n));
	return slice_trim(slice_sub(l->text, colon + 1, l->text.n));
}

static void keep_value(struct quote_block *b, enum quote_role role, const struct quote_line *l)
{
	if (role == ROLE_FROM)
		b->from = raw_value(l);
	else if (role == ROLE_SUBJECT)
		b->subject = raw_value(l);
}

/* «De "Ana Ruiz" <ana@entidad.example>», labels without colons below a separator. */
static enum quote_role spoken_role(const struct quote_line *l, struct slice *value)
{
	struct slice s = slice_trim(l->text);
	size_t label = 0, n = strcspn(l->fold, " ");
	while (label < s.n && s.p[label] != ' ' && s.p[label] != '\t')
		label++;
	if (n == 0 || l->fold[n] == '\0')
		return ROLE_NONE;
	*value = slice_trim(slice_sub(s, label, s.n));
	return quote_role_of((struct slice){l->fold, n});
}

static struct quote_block spoken_block(const struct quote_line *l, size_t n, size_t at)
{
	struct quote_block b = {0}, none = {0};
	struct seen seen = {0};
	struct slice value;
	for (size_t i = at; i < n && i < at + CONTINUED_MAX; i++, b.lines++) {
		enum quote_role role = spoken_role(&l[i], &value);
		if (role == ROLE_NONE || !see(&seen, role, l[i].fold))
			break;
		if (role == ROLE_FROM)
			b.from = value;
		else if (role == ROLE_SUBJECT)
			b.subject = value;
	}
	return seen.n >= ROLES_NEEDED && slice_chr(b.from, '@') != SIZE_MAX ? b : none;
}

struct quote_block quote_block_read(const struct quote_line *l, size_t n, size_t at, bool loose)
{
	struct quote_block b = {0};
	struct seen s = {0};
	const char *value;
	size_t i = at, last = at, stop = n - at > QUOTE_HEADER_LINES ? at + QUOTE_HEADER_LINES : n;
	for (; i < stop; i++) {
		if (l[i].fold[0] == '\0') {
			if (i + 1 < stop && quote_header_role(l[i + 1].fold, &value) != ROLE_NONE)
				continue;
			break;
		}
		enum quote_role role = quote_header_role(l[i].fold, &value);
		if (role == ROLE_NONE) {
			if (i == at || !continues(l, n, i))
				break;
			/* a folded From: the address stands on the second line */
			s.real = s.real || looks_real(ROLE_FROM, l[i].fold);
			if (b.from.n > 0 && s.n == 1 && slice_chr(b.from, '@') == SIZE_MAX)
				b.from.n = (size_t)(l[i].text.p + l[i].text.n - b.from.p);
			continue;
		}
		if (!see(&s, role, value))
			break;
		keep_value(&b, role, &l[i]);
		last = i;
	}
	if (s.n == 1 && s.role[ROLE_FROM])
		see_inline(&s, l[at].fold);
	bool enough = loose ? s.role[ROLE_FROM] || s.n >= 2
			    : s.role[ROLE_FROM] && s.n >= ROLES_NEEDED && s.real;
	b.lines = last + 1 - at;
	b.dated = s.role[ROLE_DATE];
	if (enough)
		return b;
	b = quote_notes(l, n, at);
	return b.lines == 0 && loose ? spoken_block(l, n, at) : b;
}
