/* text: UTF-8, folding without accents and case, and patterns with a bounded number of steps. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

bool text_valid(struct slice s); /* well-formed UTF-8 (no surrogates, no overlong), NUL allowed */

/* The longest prefix of at most max bytes that ends at a character boundary. */
struct slice text_cut(struct slice s, size_t max);

/* Copy into a fixed buffer of cap bytes, cut at a character boundary, NUL-terminated. */
void text_copy(char *dst, size_t cap, const char *src);

/* Decode one code point at s.p; returns its length in bytes, 0 at the end, 1 with U+FFFD on a bad
 * byte. */
size_t text_next(struct slice s, uint32_t *cp);
void text_put(struct sbuf *b, uint32_t cp); /* U+FFFD for what is no scalar value */

/* Case-folded, without accents, NFC: what rules, commands and names are compared by.
 * Invalid UTF-8 is folded as far as possible (bad bytes become U+FFFD). */
char *text_fold(struct arena *a, struct slice s);
char *text_nfc(struct arena *a, struct slice s);

/* One line fit for a header, a name or a terminal: controls, line and paragraph separators and
 * bidi overrides become a blank, runs of blanks one blank, ends trimmed. */
char *text_line(struct arena *a, struct slice s);
/* The same for a whole text: keeps LF and TAB, turns CRLF and CR into LF. */
char *text_clean(struct arena *a, struct slice s);

/* Columns that s takes on a terminal (wide characters count two, combining ones none). */
size_t text_width(struct slice s);

/* Edit distance by code points, at most limit + 1 (for «did you mean»). Both already folded. */
size_t text_distance(const char *a, const char *b, size_t limit);

/* --- patterns (PCRE2; UTF, UCP, caseless) ---
 * A match costs at most PATTERN_STEPS callouts: no clock is read, the bound is the same everywhere.
 */
enum { PATTERN_STEPS = 200000, PATTERN_TEXT_MAX = 65536, PATTERN_SOURCE_MAX = 2000 };

enum match { MATCH_NO, MATCH_YES, MATCH_LIMIT }; /* LIMIT: gave up; the caller warns */

struct pattern;

/* NULL with e set; *offset_r is the byte in source at which it fails. */
struct pattern *pattern_new(const char *source, size_t *offset_r, struct err *e);
void pattern_free(struct pattern **pp);
/* Text past PATTERN_TEXT_MAX is not looked at. Text must be valid UTF-8 (else MATCH_NO). */
enum match pattern_match(const struct pattern *p, struct slice text);
