/* A mail that is wrapped in another as an attachment is found in it byte for byte: as
 * message/rfc822 as it stands, and as a file in base64. Every fixture of tests/mail is wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/encoding.h"
#include "mail/read.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAIL_MOST = 4 * 1024 * 1024 };

#define BOUNDARY "=_sobre_de_ensayo_7f3a"

static struct slice load(struct arena *a, const char *path)
{
	char *p = arena_alloc(a, MAIL_MOST);
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(p, 1, MAIL_MOST, f);
	fclose(f);
	return (struct slice){p, n};
}

static void head(struct sbuf *b)
{
	sbuf_cstr(b, "From: Luisa <luisa@entidad.example>\r\nTo: sistemas@entidad.example\r\n"
		     "Subject: va adjunto\r\nMIME-Version: 1.0\r\n"
		     "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n\r\n"
		     "--" BOUNDARY "\r\nContent-Type: text/plain\r\n\r\nVa adjunto.\r\n"
		     "--" BOUNDARY "\r\n");
}

static void wrap_message(struct sbuf *b, struct slice inner)
{
	head(b);
	sbuf_cstr(b, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
	sbuf_slice(b, inner);
	sbuf_cstr(b, "\r\n--" BOUNDARY "--\r\n");
}

static void wrap_file(struct sbuf *b, struct slice inner)
{
	head(b);
	sbuf_cstr(b, "Content-Type: application/octet-stream; name=correo.eml\r\n"
		     "Content-Disposition: attachment; filename=correo.eml\r\n"
		     "Content-Transfer-Encoding: base64\r\n\r\n");
	encoding_base64(b, inner);
	sbuf_cstr(b, "--" BOUNDARY "--\r\n");
}

static bool found(const struct facts *f, struct slice raw, struct slice inner)
{
	struct sha256 want = sha256_of(inner.p, inner.n);

	for (size_t i = 0; i < f->n_attachments; i++) {
		const struct attachment *att = &f->attachments[i];
		struct sbuf b = SBUF_INIT(MAIL_MOST * 2);
		struct sha256 is;

		encoding_decode(&b, att->encoding,
				slice_sub(raw, (size_t)att->offset, (size_t)att->len));
		is = sha256_of(b.p, b.n);
		sbuf_free(&b);
		if (digest_equal(&is, &want, sizeof(is)) &&
		    digest_equal(&att->sha256, &want, sizeof(want)) &&
		    att->size == (int64_t)inner.n)
			return true;
	}
	return false;
}

static void try_all(void (*wrap)(struct sbuf *, struct slice))
{
	glob_t g;

	assert_int_equal(glob("tests/mail/*/in.eml", 0, NULL, &g), 0);
	assert_true(g.gl_pathc >= 60);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct arena *a = arena_new();
		struct sbuf b = SBUF_INIT(MAIL_MOST * 2);
		struct slice inner = load(a, g.gl_pathv[i]);
		struct facts f;

		wrap(&b, inner);
		read_mail(a, sbuf_view(&b), &f);
		if (!found(&f, sbuf_view(&b), inner))
			fail_msg("%s is not found in its wrapper", g.gl_pathv[i]);
		sbuf_free(&b);
		arena_free(&a);
	}
	globfree(&g);
}

static void test_as_message(void **state)
{
	(void)state;
	try_all(wrap_message);
}

static void test_as_file(void **state)
{
	(void)state;
	try_all(wrap_file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_message),
		cmocka_unit_test(test_as_file),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
