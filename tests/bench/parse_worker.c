/* parse_worker: mails a second through the sandboxed parser, the way the desk asks it: a few asked
 * for ahead, bytes by sealed memfd, facts unpacked. parse_worker PROGRAM ROUNDS FILE… */
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

static bool ask(struct worker *w, uint32_t id, struct slice raw)
{
	struct err e;
	int fd = fd_seal(raw, &e);
	bool ok = fd >= 0 && worker_send(w, FRAME_PARSE, id, (struct slice){NULL, 0}, fd, &e);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* All n mails, PARSE_AHEAD of them asked for before the first answer is waited for, as the desk
 * does. False: an answer did not come. */
static bool round_of(struct worker *w, const struct slice *raw, uint32_t n)
{
	uint32_t asked = 0;

	for (uint32_t got = 0; got < n; got++) {
		for (; asked < n && asked < got + PARSE_AHEAD; asked++)
			if (!ask(w, asked, raw[asked]))
				return false;
		if (!answered(w, got, (int64_t)raw[got].n))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct worker w;
	struct err e;
	bool ok;

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
	ok = round_of(&w, raw, 1);
	int64_t from = sys_mono_ms();

	for (int r = 0; r < rounds && ok; r++)
		ok = round_of(&w, raw, (uint32_t)n);
	from = sys_mono_ms() - from;
	if (ok)
		printf("%.0f mails/s\n", n * rounds * 1000.0 / (double)(from ? from : 1));
	else
		fprintf(stderr, "no answer\n");
	worker_kill(&w, sys_mono_ms(), "done");
	arena_free(&a);
	return ok ? 0 : 70;
}
