/* compose_header: header lines, built word by word so that no value can begin another field. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

enum {
	FOLD_AT = 78,	       /* RFC 5322 section 2.1.1 */
	FOLD_ENCODED_AT = 76,  /* RFC 2047 section 2: lines with encoded words */
	HEADER_WORD_MAX = 200, /* a longer plain word is encoded, so that it can be folded */
	HEADER_MSGID_MAX = 900 /* a Message-ID cannot be folded: 998 less name and brackets */
};

/* One field in the making. */
struct field {
	struct sbuf *out;
	size_t column;
};

struct field field_begin(struct sbuf *out, const char *name);
/* A word that must stay whole; a blank or a fold goes before it. The caller knows it is fit. */
void field_word(struct field *f, struct slice word);
/* UTF-8 text without controls: plain where it can be, RFC 2047 where it must. */
void field_text(struct field *f, struct slice text);
/* A display name: atoms, a quoted string or encoded words. */
void field_phrase(struct field *f, struct slice name);
void field_end(struct field *f);

/* `; name="…"` in ASCII or as encoded words (old readers), `; name*=…` by RFC 2231 in pieces. */
void field_param_old(struct field *f, const char *name, struct slice value);
void field_param(struct field *f, const char *name, struct slice value);

/* No control characters, and UTF-8. */
bool header_fit(struct slice value);
/* Fit to stand between < and >. */
bool header_id_fit(const char *id);
