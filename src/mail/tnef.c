#include "mail/tnef.h"

#include "base/pack.h"
#include "mail/charset.h"
#include "mail/rtf.h"

enum {
	TNEF_SIGNATURE = 0x223E9F78,
	LEVEL_MESSAGE = 1,
	LEVEL_FILE = 2,

	ATTR_BODY = 0x800C,
	ATTR_FILE_DATA = 0x800F,
	ATTR_FILE_TITLE = 0x8010,
	ATTR_FILE_BEGIN = 0x9002,
	ATTR_MESSAGE_PROPS = 0x9003,
	ATTR_FILE_PROPS = 0x9005,
	ATTR_CODE_PAGE = 0x9007,

	PROP_BODY = 0x1000,
	PROP_BODY_RTF = 0x1009,
	PROP_BODY_HTML = 0x1013,
	PROP_FILE_DATA = 0x3701,
	PROP_FILE_LONG_NAME = 0x3707,
	PROP_DISPLAY_NAME = 0x3001,

	TYPE_OBJECT = 0x0D,
	TYPE_STRING8 = 0x1E,
	TYPE_UNICODE = 0x1F,
	TYPE_BINARY = 0x102,
	TYPE_MULTIPLE = 0x1000,

	VALUES_MAX = 1000,
	OBJECT_GUID = 16, /* an embedded object begins with the id of its interface */
};

struct reader {
	struct arena *a;
	struct tnef *out;
	bool unicode_text; /* PROP_BODY was found: better than ATTR_BODY */
	struct slice rtf;  /* as it is packed */
};

/* One MAPI property; value is the first one of a list. */
struct prop {
	unsigned id, type;
	struct slice value;
};

static uint32_t take16(struct unpack *u)
{
	uint32_t low = unpack_u8(u);

	return low | (uint32_t)unpack_u8(u) << 8;
}

static struct slice take_bytes(struct unpack *u, size_t n)
{
	struct slice s = {"", 0};

	if (u->bad || n > u->n - u->at) {
		u->bad = true;
		return s;
	}
	s = (struct slice){(const char *)u->p + u->at, n};
	u->at += n;
	return s;
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* The size of a value of a fixed type, as it is stored; 0 for the others. */
static size_t fixed_size(unsigned type)
{
	switch (type) {
	case 0x02: /* short */
	case 0x03: /* long */
	case 0x04: /* float */
	case 0x0A: /* error */
	case 0x0B: /* boolean */
		return 4;
	case 0x05: /* double */
	case 0x06: /* currency */
	case 0x07: /* application time */
	case 0x14: /* long long */
	case 0x40: /* system time */
		return 8;
	case 0x48: /* class id */
		return 16;
	default:
		return 0;
	}
}

static void take_name(struct unpack *u)
{
	take_bytes(u, 16);
	if (unpack_u32(u) == 0)
		unpack_u32(u);
	else
		take_bytes(u, padded(unpack_u32(u)));
}

static bool take_prop(struct unpack *u, struct prop *p)
{
	bool multiple;
	size_t size;
	uint32_t values = 1;

	p->type = take16(u);
	p->id = take16(u);
	p->value = (struct slice){"", 0};
	if (p->id >= 0x8000)
		take_name(u);
	multiple = (p->type & TYPE_MULTIPLE) != 0;
	p->type &= ~(unsigned)TYPE_MULTIPLE;
	size = fixed_size(p->type);
	if (size == 0 && p->type != TYPE_STRING8 && p->type != TYPE_UNICODE &&
	    p->type != TYPE_BINARY && p->type != TYPE_OBJECT)
		return false;
	if (multiple || size == 0)
		values = unpack_u32(u);
	if (values > VALUES_MAX)
		return false;
	for (uint32_t i = 0; i < values && !u->bad; i++) {
		size_t n = size ? size : unpack_u32(u);
		struct slice v = take_bytes(u, n);

		if (!size)
			take_bytes(u, padded(n) - n);
		if (i == 0)
			p->value = v;
	}
	return !u->bad;
}

static char *prop_text(struct reader *r, const struct prop *p)
{
	const char *charset = p->type == TYPE_UNICODE ? "utf-16le" : r->out->charset;

	return slice_dup(r->a, charset_to_utf8(r->a, charset, p->value, NULL));
}

static struct tnef_file *file_now(struct reader *r)
{
	return r->out->n ? &r->out->files[r->out->n - 1] : NULL;
}

static void message_prop(struct reader *r, const struct prop *p)
{
	if (p->id == PROP_BODY && p->type == TYPE_UNICODE) {
		r->out->text = slice_of(prop_text(r, p));
		r->unicode_text = true;
	} else if (p->id == PROP_BODY_HTML && p->type == TYPE_BINARY) {
		r->out->html = p->value;
	} else if (p->id == PROP_BODY_RTF && p->type == TYPE_BINARY) {
		r->rtf = p->value;
	}
}

static void file_prop(struct reader *r, const struct prop *p)
{
	struct tnef_file *f = file_now(r);

	if (!f)
		return;
	if (p->id == PROP_FILE_LONG_NAME || (p->id == PROP_DISPLAY_NAME && str_empty(f->name)))
		f->name = prop_text(r, p);
	else if (p->id == PROP_FILE_DATA && f->bytes.n == 0)
		f->bytes = p->type == TYPE_OBJECT ? slice_sub(p->value, OBJECT_GUID, p->value.n)
						  : p->value;
}

static void props(struct reader *r, struct slice bytes,
		  void (*use)(struct reader *, const struct prop *))
{
	struct unpack u = unpack_of(bytes.p, bytes.n);
	uint32_t n = unpack_u32(&u);
	struct prop p;

	for (uint32_t i = 0; i < n && i < TNEF_PROPS_MAX && take_prop(&u, &p); i++)
		use(r, &p);
}

static struct slice without_nuls(struct slice s)
{
	while (s.n && s.p[s.n - 1] == '\0')
		s.n--;
	return s;
}

static void message_attribute(struct reader *r, unsigned id, struct slice data)
{
	struct unpack u = unpack_of(data.p, data.n);

	if (id == ATTR_CODE_PAGE)
		r->out->charset = arena_printf(r->a, "cp%u", unpack_u32(&u));
	else if (id == ATTR_BODY && !r->unicode_text)
		r->out->text = without_nuls(data);
	else if (id == ATTR_MESSAGE_PROPS)
		props(r, data, message_prop);
}

static void file_attribute(struct reader *r, unsigned id, struct slice data)
{
	struct tnef_file *f;

	if (id == ATTR_FILE_BEGIN && r->out->n < TNEF_FILES_MAX)
		r->out->files[r->out->n++] = (struct tnef_file){.name = "", .bytes = {"", 0}};
	f = file_now(r);
	if (!f)
		return;
	if (id == ATTR_FILE_TITLE && str_empty(f->name))
		f->name = slice_dup(
			r->a, charset_to_utf8(r->a, r->out->charset, without_nuls(data), NULL));
	else if (id == ATTR_FILE_DATA)
		f->bytes = data;
	else if (id == ATTR_FILE_PROPS)
		props(r, data, file_prop);
}

/* Outlook often leaves the text in no other form than this. */
static void body_from_rtf(struct reader *r)
{
	struct slice rtf;
	struct rtf body;
	bool limited;

	if (!rtf_unpack(r->a, r->rtf, &rtf, &limited) || !rtf_read(r->a, rtf, &body))
		return;
	*(body.is_html ? &r->out->html : &r->out->text) = body.text;
	r->out->charset = "utf-8";
	r->out->limited = limited || body.limited;
}

bool tnef_read(struct arena *a, struct slice bytes, struct tnef *out)
{
	struct unpack u = unpack_of(bytes.p, bytes.n);
	struct reader r = {.a = a, .out = out};

	*out = (struct tnef){.charset = "", .text = {"", 0}, .html = {"", 0}};
	if (unpack_u32(&u) != TNEF_SIGNATURE)
		return false;
	out->files = arena_array(a, TNEF_FILES_MAX, sizeof *out->files);
	take16(&u); /* key */
	for (int i = 0; i < TNEF_ATTRIBUTES_MAX && !u.bad && u.at < u.n; i++) {
		uint8_t level = unpack_u8(&u);
		unsigned id = unpack_u32(&u) & 0xFFFF;
		struct slice data = take_bytes(&u, unpack_u32(&u));

		take16(&u); /* checksum: a damaged file is better than none */
		if (u.bad && data.n == 0)
			break;
		if (level == LEVEL_MESSAGE)
			message_attribute(&r, id, data);
		else if (level == LEVEL_FILE)
			file_attribute(&r, id, data);
		else
			break;
	}
	if (r.unicode_text)
		out->charset = out->html.n ? out->charset : "utf-8";
	if (slice_trim(out->text).n == 0 && out->html.n == 0)
		body_from_rtf(&r);
	return true;
}
