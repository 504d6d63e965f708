/* json: a writer of compact JSON (RFC 8259). Commas are its own business; invalid UTF-8 is
 * written as U+FFFD; controls are escaped. */
#pragma once

#include "base/str.h"

#include <stdint.h>

enum { JSON_DEPTH = 32 };

struct json {
	struct sbuf *out;
	int depth;
	bool comma[JSON_DEPTH];
};

struct json json_to(struct sbuf *out);
/* key is NULL inside arrays and at the top. */
void json_open(struct json *j, const char *key, char bracket);	   /* '{' or '[' */
void json_close(struct json *j, char bracket);			   /* '}' or ']' */
void json_str(struct json *j, const char *key, const char *value); /* NULL value: null */
void json_slice(struct json *j, const char *key, struct slice value);
void json_int(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
void json_raw(struct json *j, const char *key, const char *value); /* already JSON */
