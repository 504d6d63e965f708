/* words: header text for people: RFC 2047 as people really send it, RFC 2231, raw 8-bit. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

/* One clean line of UTF-8: encoded words decoded (split characters joined before decoding), folds
 * and controls to blanks. */
char *words_decode(struct arena *a, struct slice value);

/* A parameter value from header_param, decoded (RFC 2231 percent already resolved there; RFC 2047
 * inside quotes, as many write it, and within RFC 2231, as some do). */
char *words_param(struct arena *a, struct slice value, const char *charset);

/* A name to offer for a file: no path, control, bidi, device name; 1 to 255 bytes; fallback when
 * nothing is left of it. */
char *words_filename(struct arena *a, const char *name, const char *fallback);
