#include "mail/compose.h"

#include "base/text.h"
#include "core/calendar.h"
#include "mail/compose_header.h"
#include "mail/encoding.h"

#include <string.h>

enum {
	NAME_MAX_BYTES = 120, /* of a display name */
	BOUNDARY_HASH = 12,   /* bytes of the Message-ID's hash in a boundary */
	FILE_NAME_MAX = 255
};

struct mail {
	struct arena *a;
	const struct compose_in *in;
	struct composed *out;
	struct sbuf lit; /* literal bytes since the last reference */
	size_t cap;
	bool over; /* some literal was cut */
	struct err *e;
};

/* Types that a mail program may show by itself without running anything. What is not here goes as
 * application/octet-stream: HTML, SVG, scripts, programs, whole mails. */
static const char *const TYPES[] = {
	"application/gzip",
	"application/json",
	"application/msword",
	"application/pdf",
	"application/rtf",
	"application/vnd.ms-excel",
	"application/vnd.ms-powerpoint",
	"application/vnd.oasis.opendocument.presentation",
	"application/vnd.oasis.opendocument.spreadsheet",
	"application/vnd.oasis.opendocument.text",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"application/zip",
	"audio/mp4",
	"audio/mpeg",
	"audio/ogg",
	"audio/wav",
	"image/bmp",
	"image/gif",
	"image/heic",
	"image/jpeg",
	"image/png",
	"image/tiff",
	"image/webp",
	"text/csv",
	"text/plain",
	"video/mp4",
	"video/mpeg",
	"video/quicktime",
	"video/webm",
};

static const char *safe_type(const char *type)
{
	for (size_t i = 0; i < COUNT(TYPES); i++)
		if (str_eq(TYPES[i], type))
			return TYPES[i];
	return "application/octet-stream";
}

static void put_line(struct mail *m, const char *name, const char *value)
{
	struct field f = field_begin(&m->lit, name);

	field_word(&f, slice_of(value));
	field_end(&f);
}

/* --- header --- */

static bool put_address(struct mail *m, const char *name, struct address who)
{
	struct slice shown =
		text_cut(slice_of(text_line(m->a, slice_of(who.name))), NAME_MAX_BYTES);
	struct field f;

	if (!address_valid(who.addr))
		return err_set(m->e, "%s: no valid address", name);
	f = field_begin(&m->lit, name);
	shown = slice_trim(shown);
	if (shown.n > 0 && !slice_ieqs(shown, who.addr)) {
		field_phrase(&f, shown);
		field_word(&f, slice_of(arena_printf(m->a, "<%s>", who.addr)));
	} else {
		field_word(&f, slice_of(who.addr));
	}
	field_end(&f);
	return true;
}

static void put_date(struct mail *m)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const struct zone zone = {.name = "", .first_offset = m->in->zone};
	struct civil c = zone_civil(&zone, m->in->date);
	int minutes = m->in->zone / 60, size = minutes < 0 ? -minutes : minutes;

	sbuf_printf(&m->lit, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
		    days[c.weekday], c.day, months[c.month - 1], c.year, c.hour, c.minute, c.second,
		    minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static void put_id(struct mail *m, struct field *f, const char *id)
{
	field_word(f, slice_of(arena_printf(m->a, "<%s>", id)));
}

/* What they wrote, oldest first, the parent last, at most COMPOSE_REFERENCES_MAX. */
static void put_references(struct mail *m)
{
	const struct compose_in *in = m->in;
	const char **fit = arena_array(m->a, in->n_references + 1, sizeof *fit);
	size_t n = 0, skip;
	struct field f;

	for (size_t i = 0; i < in->n_references; i++)
		if (header_id_fit(in->references[i]) && !str_eq(in->references[i], in->in_reply_to))
			fit[n++] = in->references[i];
	if (header_id_fit(in->in_reply_to)) {
		f = field_begin(&m->lit, "In-Reply-To");
		put_id(m, &f, in->in_reply_to);
		field_end(&f);
		fit[n++] = in->in_reply_to;
	}
	if (n == 0)
		return;
	skip = n > COMPOSE_REFERENCES_MAX ? n - COMPOSE_REFERENCES_MAX : 0;
	f = field_begin(&m->lit, "References");
	for (size_t i = 0; i < n; i++)
		if (i == 0 || i > skip)
			put_id(m, &f, fit[i]);
	field_end(&f);
}

/* RFC 3834 and what the programs look at that never read it. */
static bool put_automatic(struct mail *m)
{
	const struct compose_in *in = m->in;

	if (in->automatic == COMPOSE_PERSON)
		return true;
	put_line(m, "Auto-Submitted",
		 in->automatic == COMPOSE_REPLIED ? "auto-replied" : "auto-generated");
	put_line(m, "X-Auto-Response-Suppress", "All");
	put_line(m, "Precedence", "bulk");
	return compose_header(&m->lit, "X-Mesad", str_empty(in->number) ? "-" : in->number) ||
	       err_set(m->e, "X-Mesad: the number holds a control character");
}

static bool put_head(struct mail *m)
{
	const struct compose_in *in = m->in;
	struct field f;

	if (!put_address(m, "From", in->from) || !put_address(m, "To", in->to))
		return false;
	if (!str_empty(in->reply_to) &&
	    !put_address(m, "Reply-To", (struct address){in->reply_to, ""}))
		return false;
	if (!compose_header(&m->lit, "Subject", in->subject))
		return err_set(m->e, "Subject: a control character, or no UTF-8");
	put_date(m);
	if (!header_id_fit(in->message_id))
		return err_set(m->e, "Message-ID: not fit for a header");
	f = field_begin(&m->lit, "Message-ID");
	put_id(m, &f, in->message_id);
	field_end(&f);
	put_references(m);
	if (!put_automatic(m))
		return false;
	put_line(m, "MIME-Version", "1.0");
	return true;
}

/* --- body --- */

/* «=_» never stands in quoted-printable or base64, so no text can end a part. */
static const char *boundary(struct mail *m, const char *kind)
{
	struct sha256 d = sha256_of(m->in->message_id, strlen(m->in->message_id));
	char hex[2 * BOUNDARY_HASH + 1];

	hex_encode(d.b, BOUNDARY_HASH, hex);
	return arena_printf(m->a, "=_%s_%s", kind, hex);
}

static void put_multipart(struct mail *m, const char *subtype, const char *edge)
{
	sbuf_printf(&m->lit, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n", subtype,
		    edge);
}

static void put_text(struct mail *m, const char *subtype, const char *text)
{
	sbuf_printf(&m->lit,
		    "Content-Type: text/%s; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		    subtype);
	encoding_qp(&m->lit, slice_of(text));
	if (m->lit.n < 2 || m->lit.p[m->lit.n - 1] != '\n')
		sbuf_cstr(&m->lit, "\r\n");
}

static void put_words(struct mail *m)
{
	const char *edge;

	if (str_empty(m->in->html)) {
		put_text(m, "plain", m->in->text);
		return;
	}
	edge = boundary(m, "alt");
	put_multipart(m, "alternative", edge);
	sbuf_printf(&m->lit, "--%s\r\n", edge);
	put_text(m, "plain", m->in->text);
	sbuf_printf(&m->lit, "\r\n--%s\r\n", edge);
	put_text(m, "html", m->in->html);
	sbuf_printf(&m->lit, "\r\n--%s--\r\n", edge);
}

static struct segment *add_segment(struct mail *m)
{
	struct composed *out = m->out;

	if (out->n == m->cap) {
		struct segment *more;

		m->cap = m->cap ? m->cap * 2 : 4;
		more = arena_array(m->a, m->cap, sizeof *more);
		if (out->n)
			memcpy(more, out->segments, out->n * sizeof *more);
		out->segments = more;
	}
	out->segments[out->n] = (struct segment){.encoding = ""};
	return &out->segments[out->n++];
}

static void end_literal(struct mail *m)
{
	m->over = m->over || m->lit.over;
	if (m->lit.n > 0)
		add_segment(m)->literal =
			(struct slice){arena_strn(m->a, m->lit.p, m->lit.n), m->lit.n};
	sbuf_clear(&m->lit);
}

/* A part of a winmail.dat has no bytes of its own: the whole winmail.dat goes, once. */
static bool already_there(const struct compose_in *in, size_t i)
{
	const struct attach *x = &in->attachments[i];

	for (size_t k = 0; k < i; k++) {
		const struct attach *y = &in->attachments[k];

		if ((x->att.flags & y->att.flags & ATT_TNEF_PART) && x->raw == y->raw &&
		    x->att.offset == y->att.offset)
			return true;
	}
	return false;
}

static struct slice file_name(struct mail *m, const struct attach *x)
{
	char *name = text_line(
		m->a, slice_of(x->att.flags & ATT_TNEF_PART ? "winmail.dat" : x->att.name));

	for (char *p = name; *p; p++)
		if (strchr("/\\\"<>|:*?", *p))
			*p = '_';
	return *name ? text_cut(slice_of(name), FILE_NAME_MAX) : SLICE("adjunto");
}

static void put_attachment(struct mail *m, const struct attach *x)
{
	struct slice name = file_name(m, x);
	struct field f = field_begin(&m->lit, "Content-Type");
	struct segment *s;

	field_word(&f, slice_of(x->att.flags & ATT_TNEF_PART ? "application/ms-tnef"
							     : safe_type(x->att.type)));
	field_param_old(&f, "name", name);
	field_end(&f);
	f = field_begin(&m->lit, "Content-Disposition");
	field_word(&f, SLICE("attachment"));
	field_param(&f, "filename", name);
	field_end(&f);
	put_line(m, "Content-Transfer-Encoding", "base64");
	sbuf_cstr(&m->lit, "\r\n");
	end_literal(m);
	s = add_segment(m);
	s->raw = x->raw;
	s->offset = x->att.offset;
	s->len = x->att.len;
	s->encoding = arena_str(m->a, x->att.encoding);
}

static void put_body(struct mail *m)
{
	const struct compose_in *in = m->in;
	size_t n = in->n_attachments < COMPOSE_ATTACHMENTS_MAX ? in->n_attachments
							       : COMPOSE_ATTACHMENTS_MAX;
	const char *edge = boundary(m, "mix");

	if (n == 0) {
		put_words(m);
		return;
	}
	put_multipart(m, "mixed", edge);
	sbuf_printf(&m->lit, "--%s\r\n", edge);
	put_words(m);
	for (size_t i = 0; i < n; i++) {
		if (already_there(in, i))
			continue;
		sbuf_printf(&m->lit, "\r\n--%s\r\n", edge);
		put_attachment(m, &in->attachments[i]);
	}
	sbuf_printf(&m->lit, "\r\n--%s--\r\n", edge);
}

bool compose(struct arena *a, const struct compose_in *in, struct composed *out, struct err *e)
{
	struct mail m = {.a = a, .in = in, .out = out, .lit = SBUF_INIT(COMPOSE_SIZE_MAX), .e = e};
	bool ok;

	*out = (struct composed){NULL, 0};
	ok = put_head(&m);
	if (ok)
		put_body(&m);
	end_literal(&m);
	sbuf_free(&m.lit);
	if (ok && m.over)
		return err_set(e, "over %d bytes without its attachments", COMPOSE_SIZE_MAX);
	return ok;
}

void compose_segment(struct sbuf *out, const struct segment *s, struct slice stored)
{
	struct sbuf plain = SBUF_INIT(SIZE_MAX / 8);

	if (s->raw == 0) {
		sbuf_slice(out, s->literal);
		return;
	}
	encoding_decode(&plain, s->encoding, stored);
	encoding_base64(out, sbuf_view(&plain));
	sbuf_free(&plain);
}
