/* reader: the sandboxed parser as mesactl's own worker: what kills it becomes a line, not an end.
 */
#include "programs/mesactl/ctl.h"

#include "io/sys.h"
#include "mail/header.h"
#include "mail/who.h"
#include "work/protocol.h"
#include "work/worker.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { READER_MS = 3500, FACTS_MAX = 64 * 1024 * 1024, EXTRACT_MAX = 256 * 1024 * 1024 };

struct reader {
	struct worker w;
	struct arena *a;
	char buf[FRAME_MAX];
};

struct reader *reader_new(struct ctl *c)
{
	struct reader *r = mem_alloc(sizeof(*r));

	r->a = c->a;
	worker_init(&r->w, "mesad-parse", worker_path(c->a, "mesad-parse"));
	return r;
}

void reader_free(struct reader **rp)
{
	if (*rp == NULL)
		return;
	worker_kill(&(*rp)->w, sys_mono_ms(), "done");
	free(*rp);
	*rp = NULL;
}

/* The answer to one request: its descriptor, or -1 with e set and the worker put away. */
static int answer(struct reader *r, uint16_t want, struct err *e)
{
	int64_t by = sys_mono_ms() + READER_MS;

	for (;;) {
		struct pollfd p = {.fd = r->w.sock, .events = POLLIN};
		int64_t left = by - sys_mono_ms();
		enum frame_rc rc;
		struct frame f;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0) {
			err_set(e, "the parser took longer than %d ms", READER_MS);
			return -1;
		}
		rc = frame_recv(r->w.sock, r->buf, &f);
		if (rc == FRAME_AGAIN || (rc == FRAME_OK && f.type == FRAME_HELLO))
			continue;
		if (rc == FRAME_OK && f.type == want && f.fd >= 0)
			return f.fd;
		if (rc == FRAME_OK && f.fd >= 0)
			close(f.fd);
		err_set(e,
			rc == FRAME_EOF ? "the parser died of it" : "the parser's answer is bad");
		return -1;
	}
}

static int request(struct reader *r, uint16_t type, uint16_t want, struct slice body,
		   struct slice raw, struct err *e)
{
	int fd = -1, got = -1;

	r->w.next_ms = 0; /* no back-off: the next file is another story */
	if (!worker_running(&r->w) && !worker_start(&r->w, sys_mono_ms(), e))
		return -1;
	fd = fd_seal(raw, e);
	if (fd >= 0 && worker_send(&r->w, type, 1, body, fd, e))
		got = answer(r, want, e);
	if (fd >= 0)
		close(fd);
	if (got < 0)
		worker_kill(&r->w, sys_mono_ms(), e->text);
	return got;
}

static void malformed(struct arena *a, const char *why, struct facts *out)
{
	const char **warning = arena_array(a, 1, sizeof(*warning));

	facts_init(out);
	out->kind = KIND_MALFORMED;
	warning[0] = arena_str(a, why);
	out->warnings = warning;
	out->n_warnings = 1;
}

void reader_read(struct reader *r, struct arena *a, struct slice raw, struct facts *out)
{
	struct slice bytes = {NULL, 0};
	struct err e = {"the parser could not be asked"};
	int fd = request(r, FRAME_PARSE, FRAME_PARSED, (struct slice){NULL, 0}, raw, &e);

	if (fd >= 0 && fd_map(fd, FACTS_MAX, true, &bytes, &e)) {
		if (!facts_unpack(a, bytes, (int64_t)raw.n, out))
			malformed(a, "the parser's answer is malformed", out);
		fd_unmap(&bytes);
	} else {
		malformed(a, e.text, out);
	}
	if (fd >= 0)
		close(fd);
	if (out->kind == KIND_MALFORMED) {
		struct headers h = header_split(a, raw);

		who_read(a, &h, out);
	}
}

bool reader_extract(struct reader *r, struct arena *a, struct slice raw, uint32_t index,
		    struct slice *out, struct err *e)
{
	struct sbuf body = SBUF_INIT(64);
	struct slice bytes = {NULL, 0};
	bool ok = false;
	int fd;

	pack_u32(&body, index);
	fd = request(r, FRAME_EXTRACT, FRAME_EXTRACTED, sbuf_view(&body), raw, e);
	sbuf_free(&body);
	if (fd < 0)
		return false;
	if (fd_map(fd, EXTRACT_MAX, true, &bytes, e)) {
		*out = (struct slice){arena_copy(a, bytes.p, bytes.n), bytes.n};
		fd_unmap(&bytes);
		ok = true;
	}
	close(fd);
	return ok;
}
