#include "mail/read.h"

#include "base/text.h"
#include "core/command_words.h"
#include "mail/answer.h"
#include "mail/attach.h"
#include "mail/automatic.h"
#include "mail/bounce.h"
#include "mail/charset.h"
#include "mail/mime.h"
#include "mail/quote.h"
#include "mail/read_attached.h"
#include "mail/who.h"
#include "mail/words.h"

enum { COMMAND_LINES_MAX = 30, COMMAND_LINE_LEN_MAX = 400, REFS_MAX = 50, REF_WORD_MAX = 60 };

struct reader {
	struct arena *a;
	struct slice raw;
	struct headers h;
	struct mime_tree tree;
	const char *own; /* text, without that of a mail in it */
	struct facts *f;
};

void read_init(void)
{
	charset_open_all();
}

static void warn(struct reader *r, const char *line)
{
	struct facts *f = r->f;

	if (f->n_warnings < READ_WARNINGS_MAX)
		f->warnings[f->n_warnings++] = line;
}

static const struct slice *field(const struct reader *r, const char *name)
{
	return header_get(&r->h, name);
}

/* --- header --- */

/* The name that a field gives this address, decoded. NULL when the address is not in it. */
static const char *name_in(struct reader *r, const char *name, const char *addr)
{
	const struct slice *v = field(r, name);
	struct address *list;
	size_t n = v ? header_addresses(r->a, *v, &list) : 0;

	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].addr, addr))
			return words_decode(r->a, slice_of(list[i].name));
	return NULL;
}

static void decode_name(struct reader *r, struct address *who, const char *const *fields, size_t n)
{
	const char *name = NULL;

	for (size_t i = 0; i < n && str_empty(name); i++)
		name = name_in(r, fields[i], who->addr);
	if (name)
		who->name = name;
}

static void read_who(struct reader *r)
{
	static const char *const author[] = {"From", "Sender", "Return-Path", "Reply-To"};
	struct facts *f = r->f;

	who_read(r->a, &r->h, f);
	decode_name(r, &f->from, author, COUNT(author));
	decode_name(r, &f->sender, &author[1], 1);
	decode_name(r, &f->reply_to, &author[3], 1);
	if (f->from_count == 0)
		warn(r, f->from.addr[0] ? "no usable From: the sender was taken from another field"
					: "no usable sender");
	else if (f->from_count > 1)
		warn(r, "From names more than one mailbox: the first one was taken");
}

/* All fields of that name: some programs write one for each recipient. */
static size_t read_list(struct reader *r, const char *name, struct address **out)
{
	struct sbuf all = SBUF_INIT(HEADER_FIELD_MAX);
	bool limited;
	size_t n;

	for (size_t i = 0; i < r->h.n; i++) {
		if (!slice_ieqs(r->h.fields[i].name, name))
			continue;
		if (all.n)
			sbuf_chr(&all, ',');
		sbuf_slice(&all, r->h.fields[i].value);
	}
	limited = all.over;
	n = header_addresses(r->a, slice_of(sbuf_dup(r->a, &all)), out);
	sbuf_free(&all);
	for (size_t i = 0; i < n; i++)
		(*out)[i].name = words_decode(r->a, slice_of((*out)[i].name));
	if (n == HEADER_ADDRESSES_MAX || limited)
		warn(r, "too many recipients: the rest was not read");
	return n;
}

/* The newest Received says when it came, where Date says nothing. */
static bool received_date(const struct reader *r, int64_t *utc)
{
	const struct slice *v = field(r, "Received");
	size_t at = 0;

	if (!v)
		return false;
	for (size_t i = 0; i < v->n; i++)
		if (v->p[i] == ';')
			at = i + 1;
	return at && header_date(slice_sub(*v, at, v->n), utc);
}

static void read_date(struct reader *r)
{
	const struct slice *v = field(r, "Date");

	if (v && header_date(*v, &r->f->date))
		return;
	r->f->date = 0;
	warn(r, received_date(r, &r->f->date) ? "no usable Date: taken from Received"
					      : "no usable Date");
}

static void read_header(struct reader *r)
{
	struct facts *f = r->f;
	const struct slice *subject = field(r, "Subject");

	read_who(r);
	f->subject = subject ? words_decode(r->a, *subject) : "";
	f->n_to = read_list(r, "To", &f->to);
	f->n_cc = read_list(r, "Cc", &f->cc);
	read_date(r);
	if (r->h.limited)
		warn(r, "the header is too large: the rest of it was not read");
}

/* --- text --- */

static void warn_text(struct reader *r, const struct read_text *t)
{
	if (t->limited)
		warn(r, "the text is too long: the rest of it was not read");
	if (t->guessed)
		warn(r, "a text is not in the charset that it declares: the charset was guessed");
}

static void read_body(struct reader *r)
{
	struct read_text t;

	mime_read(r->a, r->raw, &r->h, &r->tree);
	read_text(r->a, &r->tree, &t);
	r->own = t.text;
	attached_text(r->a, &r->tree, &t);
	r->f->text = t.text;
	for (size_t i = 0; i < r->tree.n_warnings; i++)
		warn(r, r->tree.warnings[i]);
	warn_text(r, &t);
	if (r->tree.encrypted || t.armored)
		warn(r, "encrypted: the content cannot be read here");
	else if (r->tree.sign)
		warn(r, "signed: the signature was not checked here");
}

static size_t attachments_of(struct arena *a, const struct mime_tree *t, struct attachment **out)
{
	size_t n = 0;

	*out = arena_array(a, t->n, sizeof **out);
	for (size_t i = 0; i < t->n; i++)
		if (t->leaves[i].role == MIME_ATTACHMENT)
			(*out)[n++] = t->leaves[i].att;
	attach_distinct(a, *out, n);
	return n;
}

/* --- machine or person --- */

static const char *first_of(const char *a, const char *b)
{
	return str_empty(a) ? (b ? b : "") : a;
}

static void read_kind(struct reader *r)
{
	struct facts *f = r->f;
	struct slice text = slice_of(f->text);
	struct bounce_report b = bounce_read(r->a, &r->h, &r->tree, f->subject, text);
	struct automatic m = automatic_read(r->a, &r->h, &r->tree, f->subject, text);

	f->kind = b.is_bounce ? KIND_BOUNCE : m.kind;
	f->auto_reason = b.is_bounce ? first_of(b.reason, m.reason) : first_of(m.reason, NULL);
	/* a refusal in the form of a receipt is a refusal */
	f->report = b.is_bounce ? b.report : first_of(b.report, m.report);
	f->bounces = b.list;
	f->n_bounces = b.n;
	f->bounced_id = first_of(b.original_id, NULL);
}

/* --- what is new --- */

/* A person who attaches a mail hands it on: its words are to be read with theirs. */
static void read_attached(struct reader *r)
{
	struct read_text t = {.text = ""};
	const char *all;
	bool more;

	if (r->f->kind != KIND_NEW && r->f->kind != KIND_REPLY)
		return;
	all = attached_below(r->a, &r->tree, r->own, &t, &more);
	if (all[0])
		r->f->text = all;
	warn_text(r, &t);
	if (more)
		warn(r, "many mails are attached: the last of them are files only");
}

static bool is_answer(const struct facts *f)
{
	return f->kind == KIND_REPLY || f->in_reply_to[0] || f->n_references;
}

static void read_spans(struct reader *r)
{
	struct facts *f = r->f;

	f->forwarded_from = (struct address){"", ""};
	f->n_spans = quote_spans(r->a, slice_of(f->text), is_answer(f), f->subject, &f->spans,
				 &f->forwarded_from);
	if (f->forwarded_from.addr[0] == '\0' && !is_answer(f) && f->kind != KIND_BOUNCE)
		f->forwarded_from = attached_author(r->a, &r->tree);
	if (f->kind == KIND_NEW && answer_cites(r->a, f))
		f->kind = KIND_REPLY;
}

/* After blanks only a known verb makes a command: «# Tomar:» is one, «# Título» a heading. */
static bool command_line(struct arena *a, struct slice line)
{
	struct slice verb = slice_trim(slice_sub(line, 1, line.n));
	size_t n = 0;

	if (line.n < 2 || line.n > COMMAND_LINE_LEN_MAX || line.p[0] != '#' || line.p[1] == '#')
		return false;
	if (line.p[1] != ' ' && line.p[1] != '\t')
		return true;
	while (n < verb.n && slice_chr(SLICE(" \t:.,"), verb.p[n]) == SIZE_MAX)
		n++;
	return verb_find(text_fold(a, slice_sub(verb, 0, n))) != NULL;
}

/* The lines at the top of the new text that begin with «#». */
static void read_commands(struct reader *r)
{
	struct facts *f = r->f;
	struct slice rest = slice_of(facts_span_text(r->a, f, SPAN_NEW)), line;

	f->commands = arena_array(r->a, COMMAND_LINES_MAX, sizeof *f->commands);
	while (f->n_commands < COMMAND_LINES_MAX && slice_line(&rest, &line)) {
		line = slice_trim(line);
		if (line.n == 0)
			continue;
		if (!command_line(r->a, line))
			break;
		f->commands[f->n_commands++].line = slice_dup(r->a, line);
	}
}

static struct slice word(struct slice *rest)
{
	size_t n = 0;

	while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
		*rest = slice_sub(*rest, 1, rest->n);
	while (n < rest->n && (unsigned char)rest->p[n] > ' ')
		n++;
	struct slice w = slice_sub(*rest, 0, n);

	*rest = slice_sub(*rest, n, rest->n);
	return w;
}

static bool code_word(struct slice w)
{
	for (size_t i = 0; i < w.n; i++)
		if (!((w.p[i] >= 'a' && w.p[i] <= 'z') || (w.p[i] >= '0' && w.p[i] <= '9')))
			return false;
	return w.n >= 4 && w.n <= REF_WORD_MAX;
}

/* «Ref. ST-2026-000123 · k7f3q9wm» anywhere; what stands between the two words may be damaged. */
static void read_refs(struct reader *r)
{
	struct facts *f = r->f;
	struct slice rest = slice_of(f->text);

	f->refs = arena_array(r->a, REFS_MAX, sizeof *f->refs);
	while (f->n_refs < REFS_MAX) {
		size_t at = slice_find(rest, SLICE("Ref. "));
		struct slice line, number, between, code;

		if (at == SIZE_MAX)
			return;
		rest = slice_sub(rest, at + 5, rest.n);
		line = slice_sub(rest, 0, 4 * REF_WORD_MAX);
		line = slice_sub(line, 0, slice_chr(line, '\n'));
		number = word(&line);
		between = word(&line);
		code = word(&line);
		if (between.n > 4 || !code_word(code) || number.n > REF_WORD_MAX)
			continue;
		f->refs[f->n_refs].number = slice_dup(r->a, number);
		f->refs[f->n_refs++].code = slice_dup(r->a, code);
	}
}

static void start(struct reader *r, struct arena *a, struct slice raw, struct facts *f)
{
	*r = (struct reader){.a = a, .raw = raw, .f = f};
	facts_init(f);
	f->warnings = arena_array(a, READ_WARNINGS_MAX, sizeof *f->warnings);
	r->h = header_split(a, raw);
}

void read_mail(struct arena *a, struct slice raw, struct facts *f)
{
	struct reader r;

	start(&r, a, raw, f);
	read_header(&r);
	read_body(&r);
	f->n_attachments = attachments_of(a, &r.tree, &f->attachments);
	read_kind(&r);
	read_attached(&r);
	read_spans(&r);
	read_commands(&r);
	read_refs(&r);
	f->size = (int64_t)raw.n;
	if (r.h.n == 0 && f->text[0] == '\0' && f->n_attachments == 0) {
		f->kind = KIND_MALFORMED;
		warn(&r, "nothing could be read");
	}
}

bool read_attachment(struct arena *a, struct slice raw, size_t index, struct slice *bytes)
{
	struct headers h = header_split(a, raw);
	struct mime_tree t;
	size_t n = 0;

	mime_read(a, raw, &h, &t);
	for (size_t i = 0; i < t.n; i++) {
		if (t.leaves[i].role != MIME_ATTACHMENT || n++ != index)
			continue;
		*bytes = t.leaves[i].bytes;
		return true;
	}
	return false;
}
