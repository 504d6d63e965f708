/* charset: bytes of known, unknown or wrong charset -> UTF-8, never losing a byte.
 * The ladder: as declared (with the aliases of the WHATWG), then UTF-8, then a detected one, then
 * Windows-1252. All converters are opened before the sandbox closes the files. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

/* Open every converter of the ladder. Call once, before the sandbox. Returns how many there are. */
size_t charset_open_all(void);

/* Is it the name of one of the ladder's charsets? */
bool charset_known(const char *declared);

enum charset_rung { RUNG_DECLARED, RUNG_UTF8, RUNG_DETECTED, RUNG_FALLBACK };

/* declared may be NULL. The result is valid UTF-8 without NUL, LF kept as it is. */
struct slice charset_to_utf8(struct arena *a, const char *declared, struct slice bytes,
			     enum charset_rung *rung);
