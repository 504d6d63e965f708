/* facts_json: what a mail says, as the line of `mesactl parse` (DESIGN, section 5). */
#pragma once

#include "base/json.h"
#include "core/facts.h"

/* One compact object and LF. file: the name as it was given. */
void facts_json(struct sbuf *out, const char *file, const struct facts *f);

/* The same keys into an object that is open already, for verbs that add their own. */
void facts_json_fields(struct json *j, const char *file, const struct facts *f);

/* «2026-03-04T10:11:12Z»; out holds FACTS_TIME_MAX bytes. */
enum { FACTS_TIME_MAX = 32 };
void facts_json_time(int64_t utc, char *out);
