/* growth: does reading any mail take longer than its size says? Ten nasty shapes at 1, 2, 4 and 8
 * MB, CPU seconds of read_mail, and the factor from each size to the next (2 is linear). growth
 * [MB] */
#include "mail/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MB = 1024 * 1024, SIZES = 4, RAW_MOST = 64 * MB };

typedef void shape_fn(struct sbuf *b, size_t size);

static void head(struct sbuf *b, const char *type)
{
	sbuf_printf(b,
		    "From: Ana <ana@entidad.example>\r\nTo: sistemas@entidad.example\r\nSubject: "
		    "Re: prueba\r\nIn-Reply-To: <1@entidad.example>\r\nMIME-Version: 1.0\r\n"
		    "Content-Type: %s\r\n\r\n",
		    type);
}

static void repeat(struct sbuf *b, size_t size, const char *text)
{
	while (b->n < size && !b->over)
		sbuf_cstr(b, text);
}

static void long_line(struct sbuf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	repeat(b, size, "palabra ");
}

static void quotes(struct sbuf *b, size_t size)
{
	head(b, "text/plain");
	repeat(b, size, "> El lun, 2 nov 2026 a las 10:00, Ana escribió:\r\nDe: Ana\r\n>> x\r\n");
}

static void attributions(struct sbuf *b, size_t size)
{
	head(b, "text/plain; charset=utf-8");
	repeat(b, size, "On Mon, Nov 2, 2026 at 10:00 AM Ana\r\n");
}

static void angles(struct sbuf *b, size_t size)
{
	head(b, "text/html");
	repeat(b, size, "<");
}

static void divs(struct sbuf *b, size_t size)
{
	head(b, "text/html");
	repeat(b, size, "<div><table><tr><td>");
}

static void boundaries(struct sbuf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=a");
	repeat(b, size, "--a\r\n\r\nx\r\n");
}

static void nested(struct sbuf *b, size_t size)
{
	head(b, "multipart/mixed; boundary=a0");
	for (unsigned i = 0; b->n < size && !b->over; i++)
		sbuf_printf(b, "--a%u\r\nContent-Type: multipart/mixed; boundary=a%u\r\n\r\n", i,
			    i + 1);
}

static void headers(struct sbuf *b, size_t size)
{
	while (b->n < size && !b->over)
		sbuf_cstr(b, "Received: from a by b; Mon, 2 Nov 2026 10:00:00 -0500\r\n");
	head(b, "text/plain");
}

static void addresses(struct sbuf *b, size_t size)
{
	sbuf_cstr(b, "To: ");
	repeat(b, size, "g: =?utf-8?q?a?= (((( <a@b.example>, ");
	sbuf_cstr(b, "\r\n");
	head(b, "text/plain");
}

static void codes(struct sbuf *b, size_t size)
{
	head(b, "text/plain; charset=x-unknown");
	sbuf_cstr(b, "550 5.1.1 This is the mail system\r\n");
	repeat(b, size, "<ana@entidad.example>: 550 5.1.1 user unknown \xf1\xe1\r\n");
}

static const struct {
	const char *name;
	shape_fn *make;
} shapes[] = {
	{"one line", long_line},
	{"quotes within quotes", quotes},
	{"attributions without end", attributions},
	{"angle brackets", angles},
	{"open HTML tags", divs},
	{"empty parts", boundaries},
	{"parts within parts", nested},
	{"header fields", headers},
	{"addresses", addresses},
	{"delivery codes, no charset", codes},
};

static double seconds_of(shape_fn *make, size_t size)
{
	struct sbuf b = SBUF_INIT(RAW_MOST);
	struct arena *a = arena_new();
	struct facts f;
	clock_t from;
	double took;

	make(&b, size);
	from = clock();
	read_mail(a, sbuf_view(&b), &f);
	took = (double)(clock() - from) / CLOCKS_PER_SEC;
	arena_free(&a);
	sbuf_free(&b);
	return took;
}

int main(int argc, char **argv)
{
	size_t unit = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1) * MB;

	read_init();
	printf("%-28s %8s %8s %8s %8s   factors\n", "shape (CPU seconds)", "1", "2", "4", "8");
	for (size_t i = 0; i < COUNT(shapes); i++) {
		double s[SIZES];

		printf("%-28s", shapes[i].name);
		for (size_t k = 0; k < SIZES; k++) {
			s[k] = seconds_of(shapes[i].make, unit << k);
			printf(" %8.3f", s[k]);
			fflush(stdout);
		}
		printf("  ");
		for (size_t k = 1; k < SIZES; k++)
			printf(" %.1f", s[k - 1] > 0 ? s[k] / s[k - 1] : 0.0);
		putchar('\n');
	}
	return 0;
}
