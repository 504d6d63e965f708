/* parse_worker: mails a second through the sandboxed parser, the way the desk asks it: one in
 * flight, bytes by sealed memfd, facts unpacked. parse_worker PROGRAM ROUNDS FILE… */
#include "core/facts.h"
#include "io/sys.h"
#include "work/protocol.h"
#include "work/worker.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MOST = 64 * 1024 * 1024, FACTS_MOST = 64 * 1024 * 1024, WAIT_MS = 4000 };

static char frame_buf[FRAME_MAX];

static struct slice load(struct arena *a, const char *path)
{
	FILE *in = fopen(path, "rb");
	struct slice s = {"", 0};
	long n;

	if (!in)
		return s;
	if (fseek(in, 0, SEEK_END) == 0 && (n = ftell(in)) > 0 && n <= FILE_MOST) {
		char *p = arena_alloc(a, (size_t)n);

		rewind(in);
		s = (struct slice){p, fread(p, 1, (size_t)n, in)};
	}
	fclose(in);
	return s;
}

static bool answered(struct worker *w, uint32_t id, int64_t raw_size)
{
	struct slice bytes = {NULL, 0};
	struct frame f;
	struct err e;

	do {
		struct pollfd p = {.fd = w->sock, .events = POLLIN};

		if (poll(&p, 1, WAIT_MS) != 1 || frame_recv(w->sock, frame_buf, &f) != FRAME_OK)
			return false;
	} while (f.type == FRAME_HELLO);
	bool ok = f.type == FRAME_PARSED && f.id == id && f.fd >= 0 &&
		  fd_map(f.fd, FACTS_MOST, true, &bytes, &e);

	if (ok) {
		struct arena *a = arena_new();
		struct facts facts;

		ok = facts_unpack(a, bytes, raw_size, &facts);
		arena_free(&a);
		fd_unmap(&bytes);
	}
	if (f.fd >= 0)
		close(f.fd);
	return ok;
}

static bool one(struct worker *w, uint32_t id, struct slice raw)
{
	struct err e;
	int fd = fd_seal(raw, &e);
	bool ok = fd >= 0 && worker_send(w, FRAME_PARSE, id, (struct slice){NULL, 0}, fd, &e) &&
		  answered(w, id, (int64_t)raw.n);

	if (fd >= 0)
		close(fd);
	return ok;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct worker w;
	struct err e;
	uint32_t id = 0;
	int bad = 0;

	if (argc < 4)
		return 64;
	int n = argc - 3, rounds = (int)strtol(argv[2], NULL, 10);
	struct slice *raw = arena_array(a, (size_t)n, sizeof *raw);

	for (int i = 0; i < n; i++)
		raw[i] = load(a, argv[i + 3]);
	worker_init(&w, "mesad-parse", argv[1]);
	if (!worker_start(&w, sys_mono_ms(), &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 70;
	}
	one(&w, ++id, raw[0]);
	int64_t from = sys_mono_ms();

	for (int r = 0; r < rounds; r++) {
		for (int i = 0; i < n; i++) {
			if (one(&w, ++id, raw[i]))
				continue;
			fprintf(stderr, "no answer: %s\n", argv[i + 3]);
			bad++;
			worker_kill(&w, sys_mono_ms(), "no answer");
			w.next_ms = 0;
			if (!worker_start(&w, sys_mono_ms(), &e))
				return 70;
		}
	}
	from = sys_mono_ms() - from;
	printf("%.0f mails/s, %d without an answer\n",
	       n * rounds * 1000.0 / (double)(from ? from : 1), bad);
	worker_kill(&w, sys_mono_ms(), "done");
	arena_free(&a);
	return bad != 0;
}
