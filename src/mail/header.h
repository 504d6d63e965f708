/* header: the bounded splitter of RFC 5322 headers, and readers for the fields that matter.
 * Linear in its input, no recursion, no foreign library: the desk itself trusts it with hostile
 * bytes for everything about who wrote. Readers take a raw field value (folds included). */
#pragma once

#include "base/mem.h"
#include "base/str.h"
#include "core/address.h"

#include <stdint.h>

enum {
	HEADER_BLOCK_MAX = 256 * 1024,
	HEADER_FIELD_MAX = 64 * 1024,
	HEADER_FIELDS_MAX = 1000,
	HEADER_ADDRESSES_MAX = 500,
	HEADER_IDS_MAX = 200,
	HEADER_ID_LEN_MAX = 998
};

struct header_field {
	struct slice name;  /* without the colon */
	struct slice value; /* raw, folded lines included, without the last line end */
};

struct headers {
	struct header_field *fields; /* in order; borrowed from raw */
	size_t n;
	size_t body_at; /* offset of the first byte after the blank line (or of the end) */
	bool limited;	/* a limit above cut something off */
};

/* Split the header block. LF, CRLF and bare CR line ends; a first line «From » (mbox) and
 * «>From » are skipped; a line that is no field and no fold ends the block before it, so that its
 * text is kept as body. */
struct headers header_split(struct arena *a, struct slice raw);

/* The first field of that name (duplicates: the first one counts), or NULL. */
const struct slice *header_get(const struct headers *h, const char *name);
size_t header_count(const struct headers *h, const char *name);

/* Unfolded, comments kept, blanks trimmed. */
char *header_unfold(struct arena *a, struct slice value);

/* Mailboxes of an address list, groups flattened, comments as names where there is no phrase.
 * Names are raw text here (mail/words decodes them); addresses that are not valid are kept in
 * `name` with addr "". At most HEADER_ADDRESSES_MAX. */
size_t header_addresses(struct arena *a, struct slice value, struct address **out);

/* msg-ids without <>, in order; a lonely word with an @ counts too. */
size_t header_ids(struct arena *a, struct slice value, const char ***out);

/* RFC 5322 date with the obsolete and the sloppy forms; false when no sane time can be read
 * (sane: 1980 to 2100). */
bool header_date(struct slice value, int64_t *utc);

/* «type/subtype» or another leading token in lower case, then parameter by name with RFC 2231
 * pieces joined and quotes removed, still in its charset (empty charset when none was told). */
char *header_token(struct arena *a, struct slice value);
bool header_param(struct arena *a, struct slice value, const char *name, struct slice *out,
		  const char **charset);
