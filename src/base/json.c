#include "base/json.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

struct json json_to(struct sbuf *out)
{
	return (struct json){.out = out};
}

/* Bytes that pass as they are go out in runs. U+2028, U+2029 and DEL are legal in JSON. */
static void quoted(struct sbuf *out, struct slice s)
{
	static const char names[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	uint32_t cp;

	sbuf_chr(out, '"');
	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n)) {
		if (cp == '"' || cp == '\\')
			sbuf_printf(out, "\\%c", (char)cp);
		else if (cp < 0x20 && names[cp])
			sbuf_printf(out, "\\%c", names[cp]);
		else if (cp < 0x20 || cp == 0x7F)
			sbuf_printf(out, "\\u%04x", cp);
		else if (cp == 0xFFFD)
			text_put(out, cp);
		else
			sbuf_put(out, s.p, len);
	}
	sbuf_chr(out, '"');
}

static void begin(struct json *j, const char *key)
{
	if (j->comma[j->depth])
		sbuf_chr(j->out, ',');
	j->comma[j->depth] = true;
	if (key) {
		quoted(j->out, slice_of(key));
		sbuf_chr(j->out, ':');
	}
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	sbuf_chr(j->out, bracket);
	if (++j->depth >= JSON_DEPTH)
		abort(); /* our own nesting, never the input's */
	j->comma[j->depth] = false;
}

void json_close(struct json *j, char bracket)
{
	if (--j->depth < 0)
		abort();
	sbuf_chr(j->out, bracket);
}

void json_str(struct json *j, const char *key, const char *value)
{
	if (value)
		json_slice(j, key, slice_of(value));
	else
		json_null(j, key);
}

void json_slice(struct json *j, const char *key, struct slice value)
{
	begin(j, key);
	quoted(j->out, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	sbuf_printf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	json_raw(j, key, value ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	json_raw(j, key, "null");
}

void json_raw(struct json *j, const char *key, const char *value)
{
	begin(j, key);
	sbuf_cstr(j->out, value);
}
