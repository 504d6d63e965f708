#include "store/raw.h"

#include "store/db.h"

#include <stdlib.h>

enum { CHUNK = 1 << 20, CHUNK_BITS = 16, CHUNKS_MAX = 1 << CHUNK_BITS };

int64_t raw_add(struct store *st, struct slice bytes, const struct sha256 *sha, struct err *e)
{
	struct slice part = slice_sub(bytes, 0, CHUNK);
	int64_t id;

	if (bytes.n / CHUNK >= CHUNKS_MAX)
		return err_set(e, "mail of %zu bytes is too large to keep", bytes.n);
	if (!sql_run(st, SQL_RAW_ADD, e, VALUES(v_int((int64_t)bytes.n), v_sha(sha), v_blob(part))))
		return 0;
	id = sqlite3_last_insert_rowid(st->db);
	for (int64_t k = 1; (size_t)k * CHUNK < bytes.n; k++) {
		part = slice_sub(bytes, (size_t)k * CHUNK, CHUNK);
		if (!sql_run(st, SQL_RAW_MORE, e,
			     VALUES(v_int(id << CHUNK_BITS | k), v_blob(part))))
			return 0;
	}
	return id;
}

/* n bytes at `from` of chunk k, without reading the rest of it. */
static bool read_chunk(struct store *st, int64_t id, int64_t k, int64_t from, int64_t n, char *to,
		       struct err *e)
{
	sqlite3_blob *b = NULL;
	int rc = sqlite3_blob_open(st->db, "main", k ? "raw_more" : "raw", "bytes",
				   k ? id << CHUNK_BITS | k : id, 0, &b);

	if (rc == SQLITE_OK)
		rc = sqlite3_blob_read(b, to, (int)n, (int)from);
	if (rc != SQLITE_OK)
		sql_fail(st, e);
	sqlite3_blob_close(b);
	return rc == SQLITE_OK ? true : err_prefix(e, "raw mail %lld", (long long)id);
}

static bool raw_size(struct store *st, int64_t id, int64_t *out, struct err *e)
{
	if (!sql_int(st, SQL_RAW_SIZE, -1, out, e, VALUES(v_int(id))))
		return false;
	return *out >= 0 || err_set(e, "no raw mail %lld", (long long)id);
}

bool raw_part(struct store *st, struct arena *a, int64_t id, int64_t offset, int64_t len,
	      struct slice *out, struct err *e)
{
	int64_t size, end;
	char *p;

	if (!raw_size(st, id, &size, e))
		return false;
	offset = offset < 0 ? 0 : offset > size ? size : offset;
	len = len < 0 ? 0 : len > size - offset ? size - offset : len;
	p = arena_alloc(a, (size_t)len);
	*out = (struct slice){p, (size_t)len};
	for (end = offset + len; offset < end;) {
		int64_t k = offset / CHUNK, from = offset % CHUNK;
		int64_t n = CHUNK - from < end - offset ? CHUNK - from : end - offset;

		if (!read_chunk(st, id, k, from, n, p, e))
			return false;
		p += n;
		offset += n;
	}
	return true;
}

bool raw_get(struct store *st, struct arena *a, int64_t id, struct slice *out, struct err *e)
{
	return raw_part(st, a, id, 0, INT64_MAX, out, e);
}
