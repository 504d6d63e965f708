/* gmime_parts: every leaf of each mail as GMime decodes it: a second opinion for
 * tests/mail/gmime.py. gmime_parts FILE… prints for each leaf: file, TAB, size, TAB, SHA-256, TAB,
 * type. */
#include <gmime/gmime.h>
#include <stdio.h>

static void visit(GMimeObject *parent, GMimeObject *part, void *file)
{
	GMimeStream *bytes;
	GByteArray *got;
	char *type, *sum;

	(void)parent;
	if (!GMIME_IS_PART(part) || g_mime_part_get_content(GMIME_PART(part)) == NULL)
		return;
	bytes = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), bytes);
	got = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(bytes));
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, got->data, got->len);
	type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
	printf("%s\t%u\t%s\t%s\n", (const char *)file, got->len, sum, type);
	g_free(type);
	g_free(sum);
	g_object_unref(bytes);
}

static void one(char *file, const char *p, size_t n)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(p, n);
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	if (m) {
		g_mime_message_foreach(m, visit, file);
		g_object_unref(m);
	}
	g_object_unref(parser);
	g_object_unref(s);
}

int main(int argc, char **argv)
{
	g_mime_init();
	for (int i = 1; i < argc; i++) {
		gchar *p;
		gsize n;

		if (!g_file_get_contents(argv[i], &p, &n, NULL))
			return 1;
		one(argv[i], p, n);
		g_free(p);
	}
	return 0;
}
