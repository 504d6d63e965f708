/* parse_files: the reader in this process, without sandbox: for measuring and for looking into one
 * mail. Prints the line of `mesactl parse` for each file; `--bench N` reads each N times and prints
 * mails and bytes a second. */
#include "face/facts_json.h"
#include "mail/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX = 64 * 1024 * 1024, LINE_MAX_BYTES = 64 * 1024 * 1024 };

static struct slice load(struct arena *a, const char *path)
{
	FILE *in = fopen(path, "rb");
	struct slice s = {"", 0};
	char *p;
	long n;

	if (!in)
		return s;
	if (fseek(in, 0, SEEK_END) == 0 && (n = ftell(in)) > 0 && n <= FILE_MAX) {
		rewind(in);
		p = arena_alloc(a, (size_t)n);
		s = (struct slice){p, fread(p, 1, (size_t)n, in)};
	}
	fclose(in);
	return s;
}

static void print(const char *path)
{
	struct arena *a = arena_new();
	struct sbuf out = SBUF_INIT(LINE_MAX_BYTES);
	struct facts f;

	read_mail(a, load(a, path), &f);
	facts_json(&out, path, &f);
	fwrite(out.p, 1, out.n, stdout);
	sbuf_free(&out);
	arena_free(&a);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bench(int rounds, char **paths, int n)
{
	struct arena *files = arena_new();
	struct slice *raw = arena_array(files, (size_t)n, sizeof *raw);
	struct sbuf packed = SBUF_INIT(LINE_MAX_BYTES);
	double bytes = 0, from;

	for (int i = 0; i < n; i++)
		raw[i] = load(files, paths[i]);
	from = seconds();
	for (int r = 0; r < rounds; r++) {
		for (int i = 0; i < n; i++) {
			struct arena *a = arena_new();
			struct facts f;

			read_mail(a, raw[i], &f);
			sbuf_clear(&packed);
			facts_pack(&packed, &f);
			bytes += (double)raw[i].n;
			arena_free(&a);
		}
	}
	from = seconds() - from;
	printf("%.0f mails/s, %.1f MB/s, %.1f us a mail\n", (double)n * rounds / from,
	       bytes / from / 1e6, from * 1e6 / n / rounds);
	sbuf_free(&packed);
	arena_free(&files);
}

int main(int argc, char **argv)
{
	read_init();
	if (argc > 3 && strcmp(argv[1], "--bench") == 0) {
		bench((int)strtol(argv[2], NULL, 10), argv + 3, argc - 3);
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		print(argv[i]);
		fflush(stdout);
	}
	return 0;
}
