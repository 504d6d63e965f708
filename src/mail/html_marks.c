#include "mail/html_marks.h"

#include "mail/html.h"
#include "mail/html_rule.h"

#include <string.h>

enum {
	LABEL_BYTES = 48, /* «Enviado el:» … */
	ROOM = 400	  /* more than all the lines that are written here */
};

enum mark {
	MARK_NONE,
	MARK_SIGNATURE,
	MARK_BELOW, /* the quoted mail comes next */
	MARK_MAIL,  /* its headers are in here */
	MARK_BOX    /* quoted, and its text shows it */
};

struct named {
	const char *name;
	enum mark mark;
};

/* «x_»: Outlook renames what stood in the mail that it quotes. */
static const struct named ids[] = {
	{"Signature", MARK_SIGNATURE}, {"ms-outlook-mobile-signature", MARK_SIGNATURE},
	{"appendonsend", MARK_BELOW},  {"x_appendonsend", MARK_BELOW},
	{"divRplyFwdMsg", MARK_MAIL},  {"x_divRplyFwdMsg", MARK_MAIL},
};

static const struct named classes[] = {
	{"gmail_signature", MARK_SIGNATURE}, {"gmail_quote", MARK_BOX},
	{"gmail_quote_container", MARK_BOX}, {"OutlookMessageHeader", MARK_BOX},
	{"moz-cite-prefix", MARK_BOX},	     {"yahoo_quoted", MARK_BOX},
	{"protonmail_quote", MARK_BOX},
};

static enum mark find(const struct named *rows, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_ieqs(name, rows[i].name))
			return rows[i].mark;
	return MARK_NONE;
}

static enum mark mark_of(const char *id, const char *class, const char *smart)
{
	struct slice rest = slice_of(class), word;
	enum mark found = find(ids, COUNT(ids), slice_trim(slice_of(id)));

	while (found == MARK_NONE && slice_next(&rest, ' ', &word))
		found = find(classes, COUNT(classes), word);
	if (found == MARK_NONE && slice_ieqs(slice_of(smart), "gmail_signature"))
		found = MARK_SIGNATURE;
	return found;
}

/* Of several the last before the quoted mail is the writer's; words between showed it. */
static void open_signature(struct html_marks *m, const struct html_writer *w, size_t depth)
{
	if (m->boxed || m->signature.set || w->out.n == 0)
		return;
	m->signature = (struct html_mark){w->out.n, true};
	m->signed_to = SIZE_MAX;
	m->depth = depth;
}

void html_marks_open(struct html_marks *m, const struct html_writer *w, size_t depth,
		     const char *id, const char *class, const char *smart)
{
	enum mark mark = mark_of(id, class, smart);

	if (mark == MARK_NONE)
		return;
	if (w->quote > 0) {
		m->boxed = true;
		return;
	}
	if (mark == MARK_SIGNATURE) {
		open_signature(m, w, depth);
		return;
	}
	/* the outermost mail is the one that is quoted; its head tells better where it begins */
	if (mark == MARK_MAIL ? !m->named : mark == MARK_BELOW && !m->mail.set) {
		m->mail = (struct html_mark){w->out.n, true};
		m->named = mark == MARK_MAIL;
	}
	m->boxed = true;
}

void html_marks_close(struct html_marks *m, const struct html_writer *w, size_t depth)
{
	if (m->depth == 0 || m->depth != depth)
		return;
	m->depth = 0;
	m->signed_to = w->out.n;
}

void html_marks_words(struct html_marks *m, const struct html_writer *w, struct slice text)
{
	m->boxed = m->boxed || (w->quote > 0 && m->depth == 0);
	if (m->boxed || !m->signature.set || m->depth > 0)
		return;
	if (slice_trim(text).n > 0 && !slice_eq(slice_trim(text), SLICE("\xC2\xA0")))
		m->signature.set = false;
}

/* --- into the text --- */

static struct slice trim_blank_end(struct slice s)
{
	while (s.n > 0 && strchr(" \n", s.p[s.n - 1]) != NULL)
		s.n--;
	return s;
}

static struct slice trim_blank_start(struct slice s)
{
	while (s.n > 0 && strchr(" \n", s.p[0]) != NULL)
		s = slice_sub(s, 1, s.n);
	return s;
}

static bool is_whole_line_end(struct slice s, struct slice line)
{
	return s.n >= line.n && slice_eq(slice_sub(s, s.n - line.n, line.n), line) &&
	       (s.n == line.n || s.p[s.n - line.n - 1] == '\n');
}

static struct slice without_rule_end(struct slice s)
{
	s = trim_blank_end(s);
	return is_whole_line_end(s, HTML_RULE) ? trim_blank_end(slice_sub(s, 0, s.n - HTML_RULE.n))
					       : s;
}

static struct slice without_rule_start(struct slice s)
{
	s = trim_blank_start(s);
	return slice_starts(s, HTML_RULE) ? trim_blank_start(slice_sub(s, HTML_RULE.n, s.n)) : s;
}

/* Is the first line «label: …»? Which labels there are knows mail/quote. */
static bool is_labelled(struct slice s)
{
	size_t colon = slice_chr(slice_sub(s, 0, LABEL_BYTES), ':');

	return colon != SIZE_MAX && colon < slice_chr(s, '\n');
}

static void replace(struct html_writer *w, struct slice before, struct slice line,
		    struct slice after)
{
	struct sbuf b = SBUF_INIT(HTML_TEXT_MAX);

	sbuf_slice(&b, before);
	if (before.n > 0)
		sbuf_chr(&b, '\n');
	sbuf_slice(&b, line);
	sbuf_chr(&b, '\n');
	sbuf_slice(&b, after);
	sbuf_free(&w->out);
	w->out = b;
}

/* Behind a mark a line ends; where it does not, the writer took back what it had written. */
static bool stands(const struct html_mark *m, struct slice all)
{
	return m->set && (m->at == 0 || (m->at < all.n && all.p[m->at] == '\n'));
}

/* The rule that Outlook shows above the quoted mail becomes one that nobody else draws. */
static void write_mail(const struct html_marks *m, struct html_writer *w)
{
	struct slice all = sbuf_view(&w->out);
	struct slice after = without_rule_start(slice_sub(all, m->mail.at, all.n));

	if (stands(&m->mail, all) && is_labelled(after))
		replace(w, without_rule_end(slice_sub(all, 0, m->mail.at)), HTML_RULE_MAIL, after);
}

/* Who asks in what he wrote into his signature did not write it there to sign. */
static bool asks(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '?' && (i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\n'))
			return true;
	return false;
}

/* Gmail and others write the dashes themselves. */
static bool is_dashed(struct slice before)
{
	return is_whole_line_end(before, SLICE("--"));
}

static void write_signature(const struct html_marks *m, struct html_writer *w)
{
	struct slice all = sbuf_view(&w->out);
	size_t to = m->signed_to < all.n ? m->signed_to : all.n, at = m->signature.at;

	if (!stands(&m->signature, all) || at >= to || asks(slice_sub(all, at, to - at)))
		return;
	struct slice before = trim_blank_end(slice_sub(all, 0, at));
	struct slice after = trim_blank_start(slice_sub(all, at, all.n));
	if (before.n > 0 && !is_dashed(before))
		replace(w, before, SLICE("--"), after);
}

void html_marks_write(const struct html_marks *m, struct html_writer *w)
{
	if (html_writer_full(w) || w->out.n + ROOM > HTML_TEXT_MAX)
		return;
	write_mail(m, w); /* it stands below the signature: what is above keeps its place */
	write_signature(m, w);
}
