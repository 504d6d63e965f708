#include "face/facts_json.h"

#include <stdio.h>
#include <time.h>

void facts_json_time(int64_t utc, char *out)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(out, FACTS_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}

static void addresses(struct json *j, const char *key, const struct address *list, size_t n)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < n; i++)
		if (list[i].addr[0])
			json_str(j, NULL, list[i].addr);
	json_close(j, ']');
}

static void strings(struct json *j, const char *key, const char *const *list, size_t n)
{
	json_open(j, key, '[');
	for (size_t i = 0; i < n; i++)
		json_str(j, NULL, list[i]);
	json_close(j, ']');
}

static void address(struct json *j, const char *key, const struct address *who)
{
	if (!who->addr[0] && !who->name[0]) {
		json_null(j, key);
		return;
	}
	json_open(j, key, '{');
	json_str(j, "name", who->name);
	json_str(j, "address", who->addr);
	json_close(j, '}');
}

static void text_or_null(struct json *j, const char *key, const char *value)
{
	json_str(j, key, value[0] ? value : NULL);
}

/* What a file is besides its type; a plain one is nothing of it. */
static void marks(struct json *j, unsigned flags)
{
	static const struct {
		enum attachment_flag flag;
		const char *name;
	} rows[] = {{ATT_INLINE, "inline"},	  {ATT_CALENDAR, "calendar"},
		    {ATT_ENCRYPTED, "encrypted"}, {ATT_SIGNATURE, "signature"},
		    {ATT_MESSAGE, "message"},	  {ATT_TNEF_PART, "tnef"}};

	json_open(j, "marks", '[');
	for (size_t i = 0; i < COUNT(rows); i++)
		if (flags & (unsigned)rows[i].flag)
			json_str(j, NULL, rows[i].name);
	json_close(j, ']');
}

static void attachments(struct json *j, const struct facts *f)
{
	json_open(j, "attachments", '[');
	for (size_t i = 0; i < f->n_attachments; i++) {
		const struct attachment *t = &f->attachments[i];
		char hex[SHA256_HEX];

		hex_encode(t->sha256.b, SHA256_LEN, hex);
		json_open(j, NULL, '{');
		json_str(j, "name", t->name);
		json_str(j, "type", t->type);
		json_int(j, "size", t->size);
		json_str(j, "sha256", hex);
		marks(j, t->flags);
		json_int(j, "offset", t->offset);
		json_int(j, "length", t->len);
		json_str(j, "encoding", t->encoding);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void bounce(struct json *j, const char *key, const struct bounce *b)
{
	json_open(j, key, '{');
	text_or_null(j, "recipient", b->recipient);
	text_or_null(j, "status", b->status);
	json_bool(j, "permanent", b->permanent);
	json_bool(j, "delayed", b->delayed);
	text_or_null(j, "diagnostic", b->diagnostic);
	json_close(j, '}');
}

static void bounces(struct json *j, const struct facts *f)
{
	if (f->n_bounces)
		bounce(j, "bounce", &f->bounces[0]);
	else
		json_null(j, "bounce");
	json_open(j, "bounces", '[');
	for (size_t i = 0; i < f->n_bounces; i++)
		bounce(j, NULL, &f->bounces[i]);
	json_close(j, ']');
	text_or_null(j, "bounced_id", f->bounced_id);
	text_or_null(j, "report", f->report);
}

/* What is no new text: quotes and signatures, in their order, one after the other. */
static char *not_new(struct arena *a, const struct facts *f)
{
	struct sbuf b = SBUF_INIT(2 * slice_of(f->text).n + 1);
	char *out;

	for (size_t i = 0; i < f->n_spans; i++) {
		if (f->spans[i].kind != SPAN_QUOTED && f->spans[i].kind != SPAN_SIGNATURE)
			continue;
		if (b.n && b.p[b.n - 1] != '\n')
			sbuf_chr(&b, '\n');
		sbuf_put(&b, f->text + f->spans[i].from, f->spans[i].len);
	}
	out = slice_dup(a, slice_trim(sbuf_view(&b)));
	sbuf_free(&b);
	return out;
}

/* Bytes of the text, so that nobody has to find a quote by its words. */
static void spans(struct json *j, const struct facts *f)
{
	static const char *const names[SPAN_COUNT] = {[SPAN_NEW] = "new",
						      [SPAN_QUOTED] = "quoted",
						      [SPAN_SIGNATURE] = "signature",
						      [SPAN_FORWARDED] = "forwarded"};

	json_open(j, "spans", '[');
	for (size_t i = 0; i < f->n_spans; i++) {
		json_open(j, NULL, '{');
		json_str(j, "kind", names[f->spans[i].kind]);
		json_int(j, "from", f->spans[i].from);
		json_int(j, "length", f->spans[i].len);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void texts(struct json *j, const struct facts *f)
{
	struct arena *a = arena_new();

	json_str(j, "text", f->text);
	json_str(j, "reply_text", facts_new_text(a, f));
	json_str(j, "quoted_text", not_new(a, f));
	spans(j, f);
	address(j, "forwarded_from", &f->forwarded_from);
	arena_free(&a);
}

static void header(struct json *j, const char *file, const struct facts *f)
{
	char date[FACTS_TIME_MAX];

	json_str(j, "file", file);
	json_str(j, "kind", mail_kind_name(f->kind));
	json_str(j, "subject", f->subject);
	/* «MAILER-DAEMON» alone is no address, but it is who wrote */
	json_str(j, "from", f->from.addr[0] ? f->from.addr : f->from.name);
	json_str(j, "from_name", f->from.name);
	addresses(j, "to", f->to, f->n_to);
	addresses(j, "cc", f->cc, f->n_cc);
	facts_json_time(f->date, date);
	json_str(j, "date", f->date ? date : NULL);
	text_or_null(j, "message_id", f->message_id);
	text_or_null(j, "in_reply_to", f->in_reply_to);
	strings(j, "references", f->references, f->n_references);
}

void facts_json_fields(struct json *j, const char *file, const struct facts *f)
{
	header(j, file, f);
	texts(j, f);
	attachments(j, f);
	bounces(j, f);
	text_or_null(j, "auto_reason", f->auto_reason);
	text_or_null(j, "authentication", f->authentication);
	json_open(j, "commands", '[');
	for (size_t i = 0; i < f->n_commands; i++)
		json_str(j, NULL, f->commands[i].line);
	json_close(j, ']');
	strings(j, "warnings", f->warnings, f->n_warnings);
}

void facts_json(struct sbuf *out, const char *file, const struct facts *f)
{
	struct json j = json_to(out);

	json_open(&j, NULL, '{');
	facts_json_fields(&j, file, f);
	json_close(&j, '}');
	sbuf_chr(out, '\n');
}
