/* gmime_loop: the bare minimum of parsing: GMime over each file, every leaf decoded, nothing kept.
 * gmime_loop ROUNDS FILE… */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>

static void leaf(GMimeObject *parent, GMimeObject *part, void *user)
{
	GMimeStream *null;

	(void)parent;
	(void)user;
	if (!GMIME_IS_PART(part))
		return;
	null = g_mime_stream_null_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), null);
	g_object_unref(null);
}

static void one(const char *p, size_t n)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(p, n);
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	if (m) {
		g_mime_message_foreach(m, leaf, NULL);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(s);
}

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 1;

	g_mime_init();
	for (long r = 0; r < rounds; r++)
		for (int i = 2; i < argc; i++) {
			gchar *p;
			gsize n;

			if (!g_file_get_contents(argv[i], &p, &n, NULL))
				return 1;
			one(p, n);
			g_free(p);
		}
	return 0;
}
