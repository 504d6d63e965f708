#include "mail/mime.h"

#include "base/text.h"
#include "mail/attach.h"
#include "mail/cms.h"
#include "mail/embedded.h"
#include "mail/encoding.h"
#include "mail/mime_choose.h"
#include "mail/mime_split.h"
#include "mail/rtf.h"
#include "mail/tnef.h"
#include "mail/words.h"

enum { WARNINGS_MAX = 16, LEAVES_FIRST = 8, LEAVES_MAX = MIME_PARTS_MAX + 200 };

struct builder {
	struct arena *a;
	struct slice raw;
	struct mime_tree *tree;
	struct choice *choices; /* one a leaf: in which alternative it stands */
	size_t cap;
	bool seen_text;
	struct sbuf decoded; /* used again for each part */
};

static void warn(struct builder *b, const char *line)
{
	struct mime_tree *t = b->tree;

	for (size_t i = 0; i < t->n_warnings; i++)
		if (str_eq(t->warnings[i], line))
			return;
	if (t->n_warnings < WARNINGS_MAX)
		t->warnings[t->n_warnings++] = line;
}

static void grow(struct builder *b)
{
	struct mime_tree *t = b->tree;
	size_t cap = b->cap ? 2 * b->cap : LEAVES_FIRST;
	struct mime_leaf *leaves = arena_array(b->a, cap, sizeof *leaves);
	struct choice *choices = arena_array(b->a, cap, sizeof *choices);

	for (size_t i = 0; b->choices && i < t->n; i++) {
		leaves[i] = t->leaves[i];
		choices[i] = b->choices[i];
	}
	t->leaves = leaves;
	b->choices = choices;
	b->cap = cap;
}

static struct mime_leaf *add_leaf(struct builder *b, const struct mime_part *p)
{
	struct mime_tree *t = b->tree;

	if (t->n == LEAVES_MAX) {
		warn(b, "too many parts: the rest was not read");
		return NULL;
	}
	if (t->n == b->cap)
		grow(b);
	b->choices[t->n] = (struct choice){.group = p->alternative, .branch = p->branch};
	t->leaves[t->n] = (struct mime_leaf){
		.type = p->type, .charset = "", .parent = p->parent, .depth = p->depth};
	return &t->leaves[t->n++];
}

static const char *field_token(struct arena *a, const struct headers *h, const char *name)
{
	const struct slice *v = header_get(h, name);

	return v ? header_token(a, *v) : "";
}

static const char *type_param(struct arena *a, const struct headers *h, const char *name)
{
	const struct slice *v = header_get(h, "Content-Type");
	struct slice value;
	const char *charset;

	return v && header_param(a, *v, name, &value, &charset) ? slice_dup(a, value) : "";
}

/* The span of p without its transfer encoding; borrowed from raw where there is none. */
static struct slice decode(struct builder *b, const char *encoding, struct slice span)
{
	if (!slice_ieqs(slice_of(encoding), "base64") &&
	    !slice_ieqs(slice_of(encoding), "quoted-printable") &&
	    slice_ifind(slice_of(encoding), SLICE("uu")) == SIZE_MAX)
		return span;
	b->decoded.max = 2 * span.n + 64;
	sbuf_clear(&b->decoded);
	encoding_decode(&b->decoded, encoding, span);
	return (struct slice){arena_copy(b->a, b->decoded.p ? b->decoded.p : "", b->decoded.n),
			      b->decoded.n};
}

/* --- what a part is --- */

static const struct {
	const char *type;
	enum mime_role role;
	unsigned flags;
} types[] = {
	{"message/delivery-status", MIME_DELIVERY_STATUS, 0},
	{"message/global-delivery-status", MIME_DELIVERY_STATUS, 0},
	{"message/disposition-notification", MIME_REPORT_PART, 0},
	{"message/global-disposition-notification", MIME_REPORT_PART, 0},
	{"message/feedback-report", MIME_REPORT_PART, 0},
	{"text/rfc822-headers", MIME_REPORT_PART, 0},
	{"text/rfc822-header", MIME_REPORT_PART, 0},
	{"message/global-headers", MIME_REPORT_PART, 0},
	{"message/rfc822-headers", MIME_REPORT_PART, 0},
	{"message/rfc822", MIME_ATTACHMENT, ATT_MESSAGE},
	{"message/rfc2822", MIME_ATTACHMENT, ATT_MESSAGE},
	{"message/global", MIME_ATTACHMENT, ATT_MESSAGE},
	{"message/partial", MIME_ATTACHMENT, ATT_MESSAGE}, /* the first piece has the beginning */
	{"text/calendar", MIME_ATTACHMENT, ATT_CALENDAR},
	{"application/ics", MIME_ATTACHMENT, ATT_CALENDAR},
	{"application/pgp-signature", MIME_ATTACHMENT, ATT_SIGNATURE},
	{"application/pkcs7-signature", MIME_ATTACHMENT, ATT_SIGNATURE},
	{"application/x-pkcs7-signature", MIME_ATTACHMENT, ATT_SIGNATURE},
	{"application/pgp-encrypted", MIME_ATTACHMENT, ATT_ENCRYPTED},
	{"application/pkcs7-mime", MIME_ATTACHMENT, ATT_ENCRYPTED},
	{"application/x-pkcs7-mime", MIME_ATTACHMENT, ATT_ENCRYPTED},
	{"text/html", MIME_HTML, 0},
	{"application/xhtml+xml", MIME_HTML, 0},
	{"text/plain", MIME_TEXT, 0},
	/* the same once more, for one program each */
	{"text/x-amp-html", MIME_REPORT_PART, 0},
	{"text/watch-html", MIME_REPORT_PART, 0},
	{"text/enriched", MIME_HTML, 0}, /* its commands look like tags and are read as such */
	{"text/richtext", MIME_HTML, 0},
	{"text/markdown", MIME_TEXT, 0},
	{"text", MIME_TEXT, 0},
};

static enum mime_role role_of(const char *type, unsigned *flags)
{
	*flags = 0;
	for (size_t i = 0; i < COUNT(types); i++) {
		if (str_eq(type, types[i].type)) {
			*flags = types[i].flags;
			return types[i].role;
		}
	}
	return MIME_ATTACHMENT;
}

static bool text_name(const char *name)
{
	struct slice s = slice_of(name);

	return slice_chr(s, '.') == SIZE_MAX || slice_iends(s, ".txt") || slice_iends(s, ".html") ||
	       slice_iends(s, ".htm");
}

/* Text that is meant as a file: it says so, or it has a name and another text came before. */
static bool attached_text(const struct builder *b, const struct mime_part *p,
			  const char *disposition, const char *name)
{
	if (str_eq(disposition, "attachment"))
		return name[0] != '\0' || b->seen_text || p->depth > 1;
	if (name[0] == '\0' || p->depth == 0)
		return false;
	return !text_name(name) || (b->seen_text && p->alternative < 0);
}

/* --- attachments --- */

static const char *default_name(struct builder *b, const struct mime_leaf *l, const char *type)
{
	unsigned number = 1;

	for (size_t i = 0; i + 1 < b->tree->n; i++)
		number += b->tree->leaves[i].role == MIME_ATTACHMENT;
	if (l->att.flags & ATT_CALENDAR)
		return "invitacion.ics";
	return arena_printf(b->a, "adjunto-%u%s", number, attach_extension(type));
}

/* A mail that was attached is called by its subject. */
static const char *message_name(struct builder *b, struct slice bytes)
{
	struct headers h = header_split(b->a, slice_sub(bytes, 0, HEADER_BLOCK_MAX));
	const struct slice *subject = header_get(&h, "Subject");
	const char *s = subject ? words_decode(b->a, *subject) : "";

	return s[0] ? arena_printf(b->a, "%.*s.eml", (int)text_cut(slice_of(s), 120).n, s) : "";
}

static void fill_attachment(struct builder *b, struct mime_leaf *l, const char *name)
{
	struct attachment *t = &l->att;

	l->role = MIME_ATTACHMENT;
	t->type = attach_type(l->bytes, l->type, name);
	if (name[0] == '\0' && (t->flags & ATT_MESSAGE))
		name = message_name(b, l->bytes);
	t->name = words_filename(b->a, name, default_name(b, l, t->type));
	t->size = (int64_t)l->bytes.n;
	t->sha256 = sha256_of(l->bytes.p, l->bytes.n);
}

static bool inline_picture(const struct mime_part *p, const char *disposition)
{
	if (!slice_istarts(slice_of(p->type), "image/") || str_eq(disposition, "attachment"))
		return false;
	return str_eq(disposition, "inline") || str_eq(p->parent, "multipart/related") ||
	       header_get(&p->head, "Content-ID") != NULL;
}

static void crypto(struct builder *b, const struct mime_part *p, struct mime_leaf *l)
{
	struct slice content;

	/* opaque S/MIME is signed, with the mail in it, or encrypted: it tells, else smime-type */
	if (slice_iends(slice_of(p->type), "pkcs7-mime") &&
	    (cms_signed_content(b->a, l->bytes, &content) ||
	     slice_istarts(slice_of(type_param(b->a, &p->head, "smime-type")), "signed-data"))) {
		l->att.flags = 0;
		b->tree->sign = true;
	}
	if (l->att.flags & ATT_ENCRYPTED)
		b->tree->encrypted = true;
	if (l->att.flags & ATT_SIGNATURE)
		b->tree->sign = true;
	if (str_eq(p->parent, "multipart/encrypted"))
		l->att.flags |= ATT_ENCRYPTED;
}

static bool is_tnef(const char *type, const char *name)
{
	return str_eq(type, "application/ms-tnef") || str_eq(type, "application/vnd.ms-tnef") ||
	       slice_ieqs(slice_of(name), "winmail.dat");
}

static void open_tnef(struct builder *b, const struct mime_part *p, size_t at)
{
	struct mime_leaf outer = b->tree->leaves[at], *l;
	struct tnef t;

	if (!tnef_read(b->a, outer.bytes, &t)) {
		warn(b, "winmail.dat could not be opened");
		return;
	}
	if (t.limited)
		warn(b, "winmail.dat: its text is too long: the rest of it was not read");
	if (!b->seen_text && (t.text.n || t.html.n) && (l = add_leaf(b, p)) != NULL) {
		l->role = t.text.n ? MIME_TEXT : MIME_HTML;
		l->type = t.text.n ? "text/plain" : "text/html";
		l->bytes = t.text.n ? t.text : t.html;
		l->charset = t.charset;
		b->seen_text = true;
	}
	for (size_t i = 0; i < t.n; i++) {
		if (t.files[i].bytes.n == 0 || (l = add_leaf(b, p)) == NULL)
			continue;
		l->type = "application/octet-stream";
		l->bytes = t.files[i].bytes;
		l->att = outer.att;
		l->att.flags = ATT_TNEF_PART;
		fill_attachment(b, l, t.files[i].name);
	}
}

/* --- text --- */

/* Files written into the text become attachments; the text stays without them. */
static void take_embedded(struct builder *b, const struct mime_part *p, size_t at)
{
	struct slice text = b->tree->leaves[at].bytes;
	struct embedded *list;
	size_t n = embedded_find(b->a, text, &list);

	if (n == 0)
		return;
	b->tree->leaves[at].bytes = embedded_cut(b->a, text, list, n);
	for (size_t i = 0; i < n; i++) {
		struct slice span = slice_sub(text, list[i].from, list[i].to - list[i].from);
		struct mime_leaf *l = add_leaf(b, p);

		if (!l)
			return;
		if (list[i].yenc)
			warn(b, "yEnc is not decoded: the file is kept as it came");
		l->type = "application/octet-stream";
		l->att.encoding = list[i].yenc ? "8bit" : "x-uuencode";
		l->att.offset = span.p - b->raw.p;
		l->att.len = (int64_t)span.n;
		l->bytes = decode(b, l->att.encoding, span);
		fill_attachment(b, l, words_decode(b->a, list[i].name));
	}
}

static void text_params(struct builder *b, const struct mime_part *p, struct mime_leaf *l)
{
	l->charset = type_param(b->a, &p->head, "charset");
	l->flowed = slice_ieqs(slice_of(type_param(b->a, &p->head, "format")), "flowed");
	l->delsp = l->flowed && slice_ieqs(slice_of(type_param(b->a, &p->head, "delsp")), "yes");
}

/* A body that is RTF and nothing else. */
static bool read_rtf(struct builder *b, const struct mime_part *p, struct mime_leaf *l,
		     const char *disposition, const char *name)
{
	struct rtf body;

	if (!slice_iends(slice_of(p->type), "/rtf") || b->seen_text || name[0] != '\0' ||
	    str_eq(disposition, "attachment") || !rtf_read(b->a, l->bytes, &body))
		return false;
	if (body.limited)
		warn(b, "the text is too long: the rest of it was not read");
	l->role = body.is_html ? MIME_HTML : MIME_TEXT;
	l->bytes = body.text;
	l->charset = "utf-8";
	b->seen_text = slice_trim(body.text).n > 0;
	return true;
}

/* --- one part --- */

static bool identity(struct slice span, struct slice bytes)
{
	return span.p == bytes.p;
}

static void read_part(struct builder *b, const struct mime_part *p)
{
	struct mime_leaf *l = add_leaf(b, p);
	const char *disposition = field_token(b->a, &p->head, "Content-Disposition");
	const char *encoding = field_token(b->a, &p->head, "Content-Transfer-Encoding");
	const char *name = attach_name(b->a, &p->head);
	struct slice span = slice_sub(b->raw, p->from, p->to - p->from);
	size_t at = b->tree->n - 1;

	if (!l)
		return;
	l->role = role_of(p->type, &l->att.flags);
	l->att.encoding = encoding[0] ? encoding : "7bit";
	l->att.offset = (int64_t)p->from;
	l->att.len = (int64_t)span.n;
	l->bytes = decode(b, encoding, span);
	if ((l->att.flags & ATT_MESSAGE) && str_eq(p->parent, "multipart/report"))
		l->role = MIME_REPORT_PART;
	if ((l->role == MIME_TEXT || l->role == MIME_HTML) &&
	    !attached_text(b, p, disposition, name)) {
		text_params(b, p, l);
		b->seen_text = b->seen_text || slice_trim(l->bytes).n > 0;
		if (l->role == MIME_TEXT && identity(span, l->bytes))
			take_embedded(b, p, at);
		return;
	}
	if (read_rtf(b, p, l, disposition, name))
		return;
	if (str_eq(p->parent, "multipart/appledouble") && str_eq(p->type, "application/applefile"))
		l->role = MIME_REPORT_PART; /* what a Macintosh knows about the file beside it */
	if (l->role == MIME_DELIVERY_STATUS || l->role == MIME_REPORT_PART)
		return;
	crypto(b, p, l);
	if (inline_picture(p, disposition))
		l->att.flags |= ATT_INLINE;
	fill_attachment(b, l, name);
	if (is_tnef(p->type, name))
		open_tnef(b, p, at);
}

static void read_container(struct builder *b, const struct mime_part *p)
{
	if (str_eq(p->type, "multipart/signed"))
		b->tree->sign = true;
	if (str_eq(p->type, "multipart/encrypted"))
		b->tree->encrypted = true;
}

/* Drop the texts of alternatives that were not chosen. */
static void keep_chosen(struct builder *b)
{
	struct mime_tree *t = b->tree;
	size_t n = 0;

	mime_choose(b->a, t->leaves, b->choices, t->n);
	for (size_t i = 0; i < t->n; i++)
		if (!b->choices[i].dropped)
			t->leaves[n++] = t->leaves[i];
	t->n = n;
}

void mime_read(struct arena *a, struct slice raw, const struct headers *h, struct mime_tree *out)
{
	struct builder b = {.a = a, .raw = raw, .tree = out, .decoded = SBUF_INIT(0)};
	struct mime_parts parts;

	*out = (struct mime_tree){.type = "text/plain", .report_type = ""};
	out->warnings = arena_array(a, WARNINGS_MAX, sizeof *out->warnings);
	grow(&b);
	mime_split(a, raw, h, &parts);
	if (parts.n) {
		out->type = parts.list[0].type;
		out->report_type = type_param(a, &parts.list[0].head, "report-type");
	}
	for (size_t i = 0; i < parts.n; i++) {
		if (parts.list[i].container)
			read_container(&b, &parts.list[i]);
		else
			read_part(&b, &parts.list[i]);
	}
	sbuf_free(&b.decoded);
	keep_chosen(&b);
	if (parts.too_deep)
		warn(&b, "parts nested too deep: the innermost ones are read as text");
	if (parts.too_many)
		warn(&b, "too many parts: the rest was not read");
	if (parts.repaired)
		warn(&b, "broken multipart structure: a boundary is missing or not closed");
}
