/* mesad-parse: reads one mail at a time for the desk, in a process that can neither open a file nor
 * a socket. What it says about who wrote is not believed; what it dies of is. */
#include "base/log.h"
#include "base/pack.h"
#include "base/version.h"
#include "core/facts.h"
#include "io/sandbox.h"
#include "mail/read.h"
#include "work/protocol.h"
#include "work/worker.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum {
	RAW_MOST = 256 * 1024 * 1024, /* larger ones never come: the desk asks for their headers */
	FACTS_MOST = 64 * 1024 * 1024,
	KEEP_MEMORY =
		64 * 1024 * 1024, /* what malloc keeps between mails instead of giving it back */
};

struct worker_state {
	int sock;
	struct sbuf packed; /* used again for each mail */
	char buf[FRAME_MAX];
};

static bool answer(struct worker_state *w, uint16_t type, uint32_t id, struct slice bytes,
		   struct err *e)
{
	int fd = fd_seal(bytes, e);
	bool ok;

	if (fd < 0)
		return false;
	ok = frame_send(w->sock, type, id, (struct slice){NULL, 0}, fd) == FRAME_OK;
	close(fd);
	return ok || err_set(e, "the desk does not take the answer");
}

/* The mail is let go of before its answer leaves: who has one open has not answered yet. */
static bool parse(struct worker_state *w, struct frame *f, struct slice *raw, struct err *e)
{
	struct arena *a = arena_new();
	struct facts facts;
	bool ok;

	read_mail(a, *raw, &facts);
	sbuf_clear(&w->packed);
	facts_pack(&w->packed, &facts);
	arena_free(&a);
	fd_unmap(raw);
	close(f->fd);
	f->fd = -1;
	ok = !w->packed.over || err_set(e, "the facts of one mail are too large");
	return ok && answer(w, FRAME_PARSED, f->id, sbuf_view(&w->packed), e);
}

static bool extract(struct worker_state *w, const struct frame *f, struct slice raw, struct err *e)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);
	uint32_t index = unpack_u32(&u);
	struct arena *a = arena_new();
	struct slice bytes;
	bool ok;

	if (!unpack_done(&u) || !read_attachment(a, raw, index, &bytes))
		ok = err_set(e, "there is no attachment %u", index);
	else
		ok = answer(w, FRAME_EXTRACTED, f->id, bytes, e);
	arena_free(&a);
	return ok;
}

static bool serve(struct worker_state *w, struct frame *f, struct err *e)
{
	struct slice raw = {NULL, 0};
	bool ok;

	if (f->type == FRAME_HELLO)
		return frame_hello_check(f, e);
	if (f->fd < 0 || (f->type != FRAME_PARSE && f->type != FRAME_EXTRACT))
		return err_set(e, "a frame that is no request");
	/* the desk has looked at the seals before it handed this over */
	if (!fd_map(f->fd, RAW_MOST, false, &raw, e))
		return false;
	ok = f->type == FRAME_PARSE ? parse(w, f, &raw, e) : extract(w, f, raw, e);
	fd_unmap(&raw);
	return ok;
}

/* Until the desk closes its end. A bad request ends the worker: the desk starts another. */
static int run(struct worker_state *w)
{
	struct err e = {""};

	for (;;) {
		struct frame f = {.fd = -1};
		enum frame_rc rc = frame_recv(w->sock, w->buf, &f);
		bool ok;

		if (rc == FRAME_EOF)
			return EX_OK;
		if (rc != FRAME_OK) {
			log_event(LOG_LEVEL_ERROR, "bad_frame", "worker=mesad-parse");
			return EX_PROTOCOL;
		}
		ok = serve(w, &f, &e);
		if (f.fd >= 0)
			close(f.fd);
		if (!ok) {
			log_event(LOG_LEVEL_ERROR, "request_failed",
				  "worker=mesad-parse why=\"%s\"", e.text);
			return EX_SOFTWARE;
		}
	}
}

int main(int argc, char **argv)
{
	struct worker_state *w;
	struct err e = {""};
	int rc;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("mesad-parse %s\n", mesad_version);
		return EX_OK;
	}
	log_open("mesad-parse", LOG_LEVEL_INFO);
	w = mem_alloc(sizeof *w);
	w->sock = work_channel();
	w->packed = SBUF_INIT(FACTS_MOST);
	if (w->sock < 0) {
		fputs("mesad-parse is started by mesad and serves nobody else\n", stderr);
		return EX_USAGE;
	}
	work_die_with_parent();
	mallopt(M_TRIM_THRESHOLD, KEEP_MEMORY);
	mallopt(M_MMAP_THRESHOLD, KEEP_MEMORY);
	tzset(); /* the log's clock would open the time zone later */
	read_init();
	if (!sandbox_enter(SANDBOX_PARSE, &e) || !frame_hello_send(w->sock)) {
		log_event(LOG_LEVEL_ERROR, "no_sandbox", "worker=mesad-parse why=\"%s\"", e.text);
		return EX_OSERR;
	}
	rc = run(w);
	sbuf_free(&w->packed);
	free(w);
	return rc;
}
