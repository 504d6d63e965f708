/* raw: the bytes of every mail, kept whole, in chunks. */
#pragma once

#include "core/facts.h"
#include "store/store.h"

/* Returns the row id, 0 on failure. */
int64_t raw_add(struct store *st, struct slice bytes, const struct sha256 *sha, struct err *e);
/* The whole mail; false when there is no such row or it cannot be read. */
bool raw_get(struct store *st, struct arena *a, int64_t id, struct slice *out, struct err *e);
/* [offset, offset + len) of it, clamped. */
bool raw_part(struct store *st, struct arena *a, int64_t id, int64_t offset, int64_t len,
	      struct slice *out, struct err *e);
