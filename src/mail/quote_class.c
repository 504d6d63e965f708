/* One class for each line: marks first, then what they make of the lines around them. */
#include "mail/quote_marks.h"

#include <string.h>

enum {
	SIGNATURE_LINES = 20, /* below «--» without the blank that a signature has by the book */
	WRAPPED_FROM = 60,    /* a quoted line that long may have been wrapped behind its mark */
	DASHED_NAME_BYTES = 40,
	FENCED_LINES = 400,
	LABELS_ABOVE = 4,
	RULED = 10
};

struct classes {
	const struct quote_line *l;
	enum quote_class *c;
	size_t n;
};

static bool is_mark(enum quote_class c)
{
	return c == CLASS_QUOTE || c == CLASS_SAID || c == CLASS_HEAD || c == CLASS_ORIGINAL ||
	       c == CLASS_FORWARD || c == CLASS_ABOVE;
}

static void fill(struct classes *k, size_t from, size_t to, enum quote_class c)
{
	for (size_t i = from; i < to && i < k->n; i++)
		k->c[i] = c;
}

static size_t next_written(const struct classes *k, size_t at)
{
	/* «****» folds to nothing, too */
	while (at < k->n && k->l[at].fold[0] == '\0' && k->c[at] != CLASS_RULE)
		at++;
	return at;
}

/* A separator and the headers below it. */
static size_t class_separator(struct classes *k, size_t at, enum quote_separator sep)
{
	static const enum quote_class as[] = {[SEP_NONE] = CLASS_TEXT,
					      [SEP_ORIGINAL] = CLASS_ORIGINAL,
					      [SEP_FORWARD] = CLASS_FORWARD,
					      [SEP_ABOVE] = CLASS_ABOVE};
	k->c[at] = as[sep];
	size_t next = next_written(k, at + 1);
	struct quote_block b = {0};
	if (sep != SEP_ABOVE && next < k->n)
		b = quote_block_read(k->l, k->n, next, true);
	fill(k, next, next + b.lines, CLASS_HEAD);
	return b.lines > 0 ? next + b.lines : at + 1;
}

static enum quote_class class_plain(const struct quote_line *l)
{
	if (quote_is_rule(l))
		return CLASS_RULE;
	return quote_is_footer(l) ? CLASS_FOOTER : CLASS_TEXT;
}

/* Code between «```» is text, whatever it looks like. */
static size_t fenced(const struct classes *k, size_t at)
{
	if (k->l[at].depth > 0 || strncmp(k->l[at].fold, "```", 3) != 0)
		return 0;
	for (size_t i = at + 1; i < k->n && i < at + FENCED_LINES; i++)
		if (k->l[i].depth == 0 && strcmp(k->l[i].fold, "```") == 0)
			return i + 1 - at;
	return 0;
}

static bool is_ruled(const char *fold)
{
	size_t rule = strspn(fold, fold[0] == '-' ? "-" : "_");
	return rule >= RULED && fold[rule] == '\0';
}

static size_t name_words(struct slice s)
{
	size_t n = s.n > 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ';
	return n;
}

/* Below a ruled line (Outlook on the web) an address with a date or a subject are headers enough,
 * or a name with a subject: «De: Bogotá», «Para: Cali» is somebody's journey. */
static size_t head_lines(const struct classes *k, size_t at)
{
	struct quote_block b = quote_block_read(k->l, k->n, at, false);
	if (b.lines > 0)
		return b.lines;
	if (at == 0 || !is_ruled(k->l[at - 1].fold))
		return quote_pair(k->l, k->n, at);
	b = quote_block_read(k->l, k->n, at, true);
	bool addressed = slice_chr(b.from, '@') != SIZE_MAX, about = b.subject.n > 0;
	if (addressed ? b.dated || about : about && quote_is_name(b.from, name_words(b.from)))
		return b.lines;
	return quote_pair(k->l, k->n, at);
}

static size_t class_line(struct classes *k, size_t at)
{
	const struct quote_line *l = &k->l[at];
	bool quoted = l->depth > 0;
	if (l->fold[0] == '\0') {
		k->c[at] = quoted ? CLASS_QUOTE : quote_is_rule(l) ? CLASS_RULE : CLASS_BLANK;
		return at + 1;
	}
	enum quote_separator sep = quote_separator_of(k->l, k->n, at);
	/* inside a quote only a forward at its very start says something new */
	bool starts = at == 0 || k->l[at - 1].depth == 0;
	if (sep != SEP_NONE && (!quoted || (sep == SEP_FORWARD && starts)))
		return class_separator(k, at, sep);
	if (quoted) {
		k->c[at] = quote_said_framed(l) ? CLASS_SAID : CLASS_QUOTE;
		return at + 1;
	}
	size_t lines = fenced(k, at);
	fill(k, at, at + lines, CLASS_CODE);
	if (lines == 0) {
		lines = head_lines(k, at);
		fill(k, at, at + lines, CLASS_HEAD);
	}
	if (lines == 0) {
		lines = quote_said(k->l, k->n, at);
		fill(k, at, at + lines, CLASS_SAID);
	}
	if (lines == 0)
		k->c[at] = class_plain(l);
	return at + (lines > 0 ? lines : 1);
}

/* What stands directly above quoted text and is not known by its words. */
static void class_said_above(struct classes *k)
{
	for (size_t i = 1; i < k->n; i++) {
		if (k->c[i] != CLASS_QUOTE || k->l[i - 1].depth > 0)
			continue;
		size_t end = k->c[i - 1] == CLASS_BLANK ? i - 1 : i;
		if (end == 0 || k->c[end - 1] != CLASS_TEXT)
			continue;
		size_t lines = quote_said_above(k->l, end);
		fill(k, end - lines, end, CLASS_SAID);
	}
}

/* Whom a mail went to and its subject, between a ruled line and the attribution. */
static void class_labels_above(struct classes *k)
{
	for (size_t i = 1; i < k->n; i++) {
		size_t from = i;
		if (k->c[i] != CLASS_SAID || k->c[i - 1] == CLASS_SAID)
			continue;
		while (from > 0 && i - from < LABELS_ABOVE && k->c[from - 1] == CLASS_TEXT &&
		       quote_is_label(&k->l[from - 1]))
			from--;
		if (from > 0 && k->c[from - 1] == CLASS_RULE)
			fill(k, from, i, CLASS_SAID);
	}
}

/* «----- Respuesta original -----» above headers: a separator, whatever it says. */
static void class_framed(struct classes *k)
{
	for (size_t i = 1; i < k->n; i++) {
		size_t above = k->c[i - 1] == CLASS_BLANK && i > 1 ? i - 2 : i - 1;
		if (k->c[i] == CLASS_HEAD && k->c[above] == CLASS_TEXT &&
		    quote_is_framed(&k->l[above]))
			k->c[above] = CLASS_ORIGINAL;
	}
}

/* «Sent from Whatever» by itself, the last thing before a mark or the end. */
static void class_last_footer(struct classes *k)
{
	bool written = false; /* something else than footers was said */
	for (size_t i = 0; i < k->n; i++) {
		if (k->c[i] != CLASS_TEXT)
			continue;
		if (written && k->c[i - 1] == CLASS_BLANK && quote_is_last_footer(&k->l[i])) {
			size_t next = next_written(k, i + 1);
			if (next == k->n || is_mark(k->c[next]) || k->c[next] == CLASS_RULE)
				k->c[i] = CLASS_FOOTER;
		}
		written = true;
	}
}

/* «https://…» alone below a footer of an app. */
static void class_footer_links(struct classes *k)
{
	for (size_t i = 1; i < k->n; i++)
		if (k->c[i] == CLASS_TEXT && k->c[i - 1] == CLASS_FOOTER &&
		    strncmp(k->l[i].fold, "http", 4) == 0 && strchr(k->l[i].fold, ' ') == NULL)
			k->c[i] = CLASS_FOOTER;
}

/* A line between quoted ones without a blank line around, after a long one: its tail, wrapped on
 * the way by a program that lost the mark. */
static void class_wrapped(struct classes *k)
{
	for (size_t i = 1; i + 1 < k->n; i++)
		if (k->c[i] == CLASS_TEXT && k->c[i - 1] == CLASS_QUOTE &&
		    k->l[i - 1].len >= WRAPPED_FROM && k->l[i + 1].depth > 0)
			k->c[i] = CLASS_QUOTE;
}

/* ---- signatures and footers ---- */

static size_t mark_after(const struct classes *k, size_t at)
{
	while (at < k->n && !is_mark(k->c[at]))
		at++;
	return at;
}

static bool is_delimiter(const struct quote_line *l, bool *by_the_book)
{
	*by_the_book = slice_eq(l->text, SLICE("-- ")) || slice_eq(l->text, SLICE("-- \r"));
	struct slice s = slice_trim(l->text);
	return l->depth == 0 && (slice_eq(s, SLICE("--")) || slice_eq(s, SLICE("\xE2\x80\x94")));
}

static void class_signatures(struct classes *k)
{
	for (size_t i = 0; i < k->n; i++) {
		bool book;
		if ((k->c[i] != CLASS_RULE && k->c[i] != CLASS_TEXT) ||
		    !is_delimiter(&k->l[i], &book))
			continue;
		size_t end = mark_after(k, i + 1), written = 0;
		for (size_t j = i + 1; j < end; j++)
			written += k->l[j].fold[0] != '\0';
		if (book || written <= SIGNATURE_LINES)
			fill(k, i, end, CLASS_SIGNATURE);
		i = end > i ? end - 1 : i;
	}
}

static size_t paragraph_end(const struct classes *k, size_t at)
{
	while (at < k->n && k->c[at] == CLASS_TEXT)
		at++;
	return at;
}

static void class_disclaimers(struct arena *a, struct classes *k)
{
	bool above = false;
	for (size_t i = 0; i < k->n; i++) {
		if (k->c[i] != CLASS_TEXT) {
			above = above && (k->c[i] == CLASS_BLANK || k->c[i] == CLASS_RULE ||
					  k->c[i] == CLASS_FOOTER);
			continue;
		}
		size_t end = paragraph_end(k, i);
		above = quote_is_legal(a, k->l, i, end, !above);
		if (above)
			fill(k, i, end, CLASS_FOOTER);
		i = end - 1;
	}
}

/* What PGP puts around a signed text. */
static void class_armor(struct classes *k)
{
	static const char end[] = "-----end pgp signature-----";
	for (size_t i = 0; i < k->n; i++) {
		size_t to = i;
		if (k->l[i].depth > 0)
			continue;
		if (strcmp(k->l[i].fold, "-----begin pgp signed message-----") == 0)
			for (to = i + 1; to < k->n && k->l[to].fold[0] != '\0';)
				to++;
		else if (strcmp(k->l[i].fold, "-----begin pgp signature-----") == 0)
			for (to = i + 1; to < k->n && strcmp(k->l[to - 1].fold, end) != 0;)
				to++;
		fill(k, i, to, CLASS_FOOTER);
		i = to > i ? to - 1 : i;
	}
}

/* «____» and «ventas mailing list» below it, to the next mark. */
static void class_list_footers(struct classes *k)
{
	for (size_t i = 0; i + 1 < k->n; i++) {
		if (k->c[i] != CLASS_RULE)
			continue;
		size_t next = next_written(k, i + 1);
		if (next < k->n && k->c[next] == CLASS_TEXT &&
		    quote_alt_inside(quote_list_footers, k->l[next].fold)) {
			size_t end = mark_after(k, next);
			fill(k, i, end, CLASS_FOOTER);
			i = end - 1;
		}
	}
}

/* «--Ana», last thing before a quote or the end. */
static bool is_dashed_name(const struct classes *k, size_t at)
{
	struct slice s = slice_trim(k->l[at].text);
	size_t dashes = 0, words = 0;
	while (dashes < s.n && s.p[dashes] == '-')
		dashes++;
	if (dashes < 2 || dashes == s.n || s.p[dashes] == ' ' || s.n > DASHED_NAME_BYTES ||
	    s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		words += s.p[i] == ' ';
	size_t next = next_written(k, at + 1);
	return words <= 3 && (next >= k->n || is_mark(k->c[next]));
}

bool quote_is_attributed(const struct quote_line *l, size_t n, size_t at)
{
	return at < n && (quote_said(l, n, at) > 0 || quote_block_read(l, n, at, false).lines > 0);
}

/* Ruled lines directly above a mark or a footer belong to it; so do those at the very end. */
static void class_rules(struct classes *k)
{
	enum quote_class below = CLASS_FOOTER;
	for (size_t i = k->n; i-- > 0;) {
		if (k->c[i] == CLASS_BLANK)
			continue;
		if (k->c[i] == CLASS_RULE && below == CLASS_QUOTE &&
		    quote_is_attributed(k->l, k->n, next_written(k, i + 1)))
			below = CLASS_ORIGINAL;
		if (k->c[i] == CLASS_RULE && below != CLASS_TEXT && below != CLASS_QUOTE &&
		    below != CLASS_SAID)
			k->c[i] = below;
		else if (k->c[i] == CLASS_RULE && below == CLASS_SAID)
			k->c[i] = CLASS_ORIGINAL;
		below = k->c[i];
	}
}

enum quote_class *quote_classify(struct arena *a, const struct quote_line *l, size_t n)
{
	struct classes k = {.l = l, .c = arena_array(a, n, sizeof(*k.c)), .n = n};
	for (size_t i = 0; i < n;)
		i = class_line(&k, i);
	class_said_above(&k);
	class_labels_above(&k);
	class_framed(&k);
	class_last_footer(&k);
	class_footer_links(&k);
	class_wrapped(&k);
	class_armor(&k);
	class_signatures(&k);
	class_list_footers(&k);
	class_disclaimers(a, &k);
	for (size_t i = 0; i < n; i++)
		if (k.c[i] == CLASS_TEXT && is_dashed_name(&k, i))
			k.c[i] = CLASS_SIGNATURE;
	class_rules(&k);
	for (size_t i = 0; i < n; i++)
		if (k.c[i] == CLASS_CODE)
			k.c[i] = CLASS_TEXT;
	return k.c;
}
