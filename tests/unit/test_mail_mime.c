#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/attach.h"
#include "mail/encoding.h"
#include "mail/flowed.h"
#include "mail/mime.h"
#include "mail/read.h"
#include "mail/tnef.h"

#include <string.h>

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static struct mime_tree tree_of(struct slice raw)
{
	struct headers h = header_split(a, raw);
	struct mime_tree t;

	mime_read(a, raw, &h, &t);
	return t;
}

/* One line that says what was found: «text:hola;file:a.txt(application/x)». */
static char *summary(const struct mime_tree *t)
{
	char *s = arena_str(a, "");

	for (size_t i = 0; i < t->n; i++) {
		const struct mime_leaf *l = &t->leaves[i];
		static const char *const roles[] = {"text", "html", "file", "status", "report"};
		struct slice b = slice_trim(l->bytes);

		s = arena_printf(a, "%s%s%s:", s, i ? ";" : "", roles[l->role]);
		if (l->role == MIME_ATTACHMENT)
			s = arena_printf(a, "%s%s(%s)", s, l->att.name, l->att.type);
		else
			s = arena_printf(a, "%s%.*s", s, (int)b.n, b.p);
	}
	return s;
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define ALT "Content-Type: multipart/alternative; boundary=b\n\n"
#define TEXT "Content-Type: text/plain\n\n"
#define HTML "Content-Type: text/html\n\n"

static const struct {
	const char *name, *raw, *found;
	size_t warnings;
} rows[] = {
	{"no header", "hola", "text:hola", 0},
	{"text", "Subject: x\n\nhola\n", "text:hola", 0},
	{"html", HTML "<p>hola", "html:<p>hola", 0},
	{"empty", "", "text:", 0},
	{"two texts", MIXED "--b\n" TEXT "uno\n--b\n" TEXT "dos\n--b--\n", "text:uno;text:dos", 0},
	{"part without head", MIXED "--b\n\nuno\n--b--\n", "text:uno", 0},
	{"part that looks like a head", MIXED "--b\n\nNota: uno\n--b--\n", "text:Nota: uno", 0},
	{"preamble and epilogue", MIXED "pre\n--b\n" TEXT "uno\n--b--\npost\n", "text:uno", 0},
	{"CRLF",
	 "Content-Type: multipart/mixed; boundary=\"b c\"\r\n\r\n--b c\r\n\r\nuno\r\n--b c--\r\n",
	 "text:uno", 0},
	{"bare CR", "Content-Type: multipart/mixed; boundary=b\r\r--b\r\runo\r--b--\r", "text:uno",
	 0},
	{"blanks after a boundary", MIXED "--b \t\n\nuno\n--b-- \n", "text:uno", 0},
	{"blanks before the end of the end", MIXED "--b\n\nuno\n--b  --\npost\n", "text:uno", 0},
	{"first boundary moved to the right", MIXED "pre\n --b\n\nuno\n --b\n\n--b\n\ndos\n--b--\n",
	 "text:uno\n --b;text:dos", 0},
	{"boundary as a prefix", MIXED "--b\n\nuno\n--bc\ndos\n--b--\n", "text:uno\n--bc\ndos", 0},
	/* alternatives */
	{"plain is preferred", ALT "--b\n" TEXT "uno\n--b\n" HTML "<p>uno\n--b--\n", "text:uno", 0},
	{"empty plain", ALT "--b\n" TEXT " \n--b\n" HTML "<p>uno\n--b--\n", "html:<p>uno", 0},
	{"stub",
	 ALT "--b\n" TEXT "Your client does not support HTML.\n--b\n" HTML "<p>uno\n--b--\n",
	 "html:<p>uno", 0},
	{"empty html", ALT "--b\n" TEXT "uno\n--b\n" HTML "<p></p>\n--b--\n", "text:uno", 0},
	{"html alone", ALT "--b\n" HTML "<p>uno\n--b--\n", "html:<p>uno", 0},
	{"html in related",
	 ALT
	 "--b\n" TEXT "uno\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\n" HTML
	 "<p>uno\n--c\nContent-Type: image/png; name=f.png\nContent-ID: <1>\n\nx\n--c--\n--b--\n",
	 "text:uno;file:f.png(image/png)", 0},
	{"related before plain",
	 ALT "--b\nContent-Type: multipart/related; boundary=c\n\n--c\n" HTML
	     "<p>uno\n--c--\n--b\n" TEXT "uno\n--b--\n",
	 "text:uno", 0},
	/* files */
	{"file", MIXED "--b\nContent-Type: application/pdf; name=a.pdf\n\n%PDF-1\n--b--\n",
	 "file:a.pdf(application/pdf)", 0},
	{"name of the disposition first",
	 MIXED "--b\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment; "
	       "filename=b.png\n\nx\n--b--\n",
	 "file:b.png(image/png)", 0},
	{"name in single quotes",
	 MIXED "--b\nContent-Disposition: attachment; filename='acta final.pdf'\n\n%PDF-1\n--b--\n",
	 "file:acta final.pdf(application/pdf)", 0},
	{"one single quote",
	 MIXED "--b\nContent-Disposition: attachment; filename='90s.pdf\n\n%PDF-1\n--b--\n",
	 "file:'90s.pdf(application/pdf)", 0},
	{"a boundary in single quotes is what it says",
	 "Content-Type: multipart/mixed; boundary=\"'b'\"\n\n--'b'\n\nuno\n--'b'--\n", "text:uno",
	 0},
	{"attached text",
	 MIXED "--b\n\nuno\n--b\nContent-Disposition: attachment; filename=n.txt\n\ndos\n--b--\n",
	 "text:uno;file:n.txt(text/plain)", 0},
	{"named text after text",
	 MIXED "--b\n\nuno\n--b\nContent-Type: text/plain; name=n.txt\n\ndos\n--b--\n",
	 "text:uno;file:n.txt(text/plain)", 0},
	{"named text alone", MIXED "--b\nContent-Type: text/plain; name=n.txt\n\ndos\n--b--\n",
	 "text:dos", 0},
	{"named code", MIXED "--b\nContent-Type: text/plain; name=n.rb\n\ndos\n--b--\n",
	 "file:n.rb(text/plain)", 0},
	{"body called attachment", "Content-Disposition: attachment\n\nhola", "text:hola", 0},
	{"nameless file", MIXED "--b\nContent-Type: image/gif\n\nx\n--b--\n",
	 "file:adjunto-1.gif(image/gif)", 0},
	{"type by content", MIXED "--b\nContent-Type: image/png; name=a.png\n\n<html>x\n--b--\n",
	 "file:a.png(text/html)", 0},
	{"attached mail",
	 MIXED "--b\nContent-Type: message/rfc822\n\nSubject: Otra cosa\n\nhola\n--b--\n",
	 "file:Otra cosa.eml(message/rfc822)", 0},
	{"first piece of a mail", "Content-Type: message/partial; id=a@b\n\nSubject: uno\n\nhola",
	 "file:uno.eml(message/partial)", 0},
	{"the same for one program",
	 ALT "--b\n" TEXT "uno\n--b\nContent-Type: text/x-amp-html\n\n<html amp>\n--b\n" HTML
	     "<p>uno\n--b--\n",
	 "text:uno;report:<html amp>", 0},
	{"body that is RTF", "Content-Type: text/rtf\n\n{\\rtf1 hola\\par}", "text:hola", 0},
	{"RTF beside a text",
	 ALT "--b\n" TEXT "uno\n--b\nContent-Type: application/rtf\n\n{\\rtf1 uno}\n--b--\n",
	 "text:uno;file:adjunto-1.rtf(application/rtf)", 0},
	{"RTF as a file", "Content-Type: application/rtf; name=a.rtf\n\n{\\rtf1 hola}",
	 "file:a.rtf(application/rtf)", 0},
	{"both halves of a Macintosh file",
	 "Content-Type: multipart/appledouble; boundary=b\n\n--b\nContent-Type: "
	 "application/applefile; name=f.jpg\n\nx\n--b\nContent-Type: image/jpeg; "
	 "name=f.jpg\n\ny\n--b--\n",
	 "report:x;file:f.jpg(image/jpeg)", 0},
	{"digest",
	 "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: uno\n\nx\n--b--\n",
	 "file:uno.eml(message/rfc822)", 0},
	{"invitation",
	 MIXED "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
	 "file:invitacion.ics(text/calendar)", 0},
	{"report",
	 "Content-Type: multipart/report; report-type=delivery-status; "
	 "boundary=b\n\n--b\n\nno\n--b\n"
	 "Content-Type: message/delivery-status\n\nStatus: 5.1.1\n--b\nContent-Type: "
	 "text/rfc822-headers\n\n"
	 "To: z\n--b--\n",
	 "text:no;status:Status: 5.1.1;report:To: z", 0},
	{"uuencode", "Subject: x\n\nantes\nbegin 644 a.txt\n$:&]L80``\n`\nend\ndespu\xC3\xA9s\n",
	 "text:antes\ndespu\xC3\xA9s;file:a.txt(text/plain)", 0},
	{"the word begin", "Subject: x\n\nbegin 644 y no m\xC3\xA1s\nhola\n",
	 "text:begin 644 y no m\xC3\xA1s\nhola", 0},
	{"yEnc", "Subject: x\n\nantes\n=ybegin line=128 size=3 name=f.bin\nabc\n=yend size=3\n",
	 "text:antes;file:f.bin(application/octet-stream)", 1},
	/* broken */
	{"never closed", MIXED "--b\n\nuno\n", "text:uno", 1},
	{"inner never closed",
	 MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nuno\n--b\n\ndos\n--b--\n",
	 "text:uno;text:dos", 1},
	{"boundary missing", "Content-Type: multipart/mixed\n\n--x\n" TEXT "uno\n--x--\n",
	 "text:uno", 1},
	{"boundary wrong", MIXED "--x\n" TEXT "uno\n--x--\n", "text:uno", 1},
	{"no parts at all", MIXED "hola\n", "text:hola", 1},
	{"empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\nhola\n", "text:hola",
	 1},
	{"a quote as boundary", "Content-Type: multipart/mixed; boundary=\"\\\"\"\n\nhola\n",
	 "text:hola", 1},
	{"type without slash", "Content-Type: text; charset=utf-8\n\nhola", "text:hola", 0},
	{"type html", "Content-Type: html\n\n<p>hola", "html:<p>hola", 0},
	{"head cut by a boundary", MIXED "--b\nContent-Type: text/plain\n--b\n\ndos\n--b--\n",
	 "text:;text:dos", 0},
	{"same boundary twice",
	 MIXED
	 "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nuno\n--b--\n--b\n\ndos\n--b--\n",
	 "text:uno;text:dos", 0},
};

static void test_structure(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mime_tree t = tree_of(slice_of(rows[i].raw));

		if (!str_eq(summary(&t), rows[i].found))
			fail_msg("%s: «%s»", rows[i].name, summary(&t));
		if (t.n_warnings != rows[i].warnings)
			fail_msg("%s: %zu warnings (%s)", rows[i].name, t.n_warnings,
				 t.n_warnings ? t.warnings[0] : "");
	}
}

/* What is stored is the place of the coded bytes: decoding them again gives the file. */
static void test_span(void **state)
{
	static const char raw[] =
		MIXED "--b\n\nhola\n--b\nContent-Type: application/octet-stream; name=a.bin\n"
		      "Content-Transfer-Encoding: base64\n\naG9sYQ==\naG9sYQ==\n--b\n"
		      "Content-Type: text/x-nota; name=b.txt\nContent-Transfer-Encoding: "
		      "quoted-printable\n\n"
		      "a=C3=B1o\n--b--\n";
	static const char *const want[] = {"holahola", "a\xC3\xB1o"};
	struct mime_tree t = tree_of(slice_of(raw));
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < t.n; i++) {
		const struct attachment *f = &t.leaves[i].att;
		struct sbuf b = SBUF_INIT(100);
		struct sha256 d;

		if (t.leaves[i].role != MIME_ATTACHMENT)
			continue;
		encoding_decode(&b, f->encoding,
				slice_sub(slice_of(raw), (size_t)f->offset, (size_t)f->len));
		assert_string_equal(b.p, want[n]);
		assert_int_equal(f->size, strlen(want[n]));
		d = sha256_of(want[n], strlen(want[n]));
		assert_memory_equal(d.b, f->sha256.b, SHA256_LEN);
		sbuf_free(&b);
		n++;
	}
	assert_int_equal(n, 2);
}

static void test_flags(void **state)
{
	static const struct {
		const char *part;
		unsigned flags;
		bool encrypted, sign;
	} cases[] = {
		{"Content-Type: image/png; name=a.png\nContent-Disposition: inline", ATT_INLINE,
		 false, false},
		{"Content-Type: image/png; name=a.png\nContent-ID: <1@x>", ATT_INLINE, false,
		 false},
		{"Content-Type: image/png; name=a.png\nContent-Disposition: attachment", 0, false,
		 false},
		{"Content-Type: text/calendar", ATT_CALENDAR, false, false},
		{"Content-Type: application/pkcs7-mime; smime-type=enveloped-data", ATT_ENCRYPTED,
		 true, false},
		/* no detached signature: what was written is in it */
		{"Content-Type: application/pkcs7-mime; smime-type=signed-data", 0, false, true},
		{"Content-Type: application/pgp-signature", ATT_SIGNATURE, false, true},
		{"Content-Type: message/rfc822", ATT_MESSAGE, false, false},
		{"Content-Type: application/pdf", 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mime_tree t = tree_of(
			slice_of(arena_printf(a, MIXED "--b\n%s\n\nx\n--b--\n", cases[i].part)));

		assert_int_equal(t.n, 1);
		if (t.leaves[0].att.flags != cases[i].flags || t.encrypted != cases[i].encrypted ||
		    t.sign != cases[i].sign)
			fail_msg("%s: flags %u", cases[i].part, t.leaves[0].att.flags);
	}
	assert_true(
		tree_of(SLICE("Content-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b--\n"))
			.sign);
	assert_true(
		tree_of(SLICE("Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"))
			.encrypted);
}

static char *repeat(const char *unit, size_t times)
{
	size_t n = strlen(unit);
	char *p = arena_alloc(a, n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(p + n * i, unit, n);
	return p;
}

static void test_limits(void **state)
{
	struct sbuf b = SBUF_INIT(8 << 20);
	struct mime_tree t;

	(void)state;
	t = tree_of(slice_of(arena_printf(a, MIXED "%s", repeat("--b\n\nx\n", 3000))));
	assert_true(t.n <= MIME_PARTS_MAX);
	assert_true(t.n_warnings >= 1);

	for (int i = 0; i < 10000; i++)
		sbuf_printf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	sbuf_cstr(&b, "\nen el fondo\n");
	t = tree_of(sbuf_view(&b));
	assert_int_equal(t.n, 1);
	assert_true(t.n_warnings >= 1);
	assert_non_null(strstr(slice_dup(a, t.leaves[0].bytes), "en el fondo"));
	sbuf_free(&b);

	tree_of(slice_of(repeat("Content-Type: multipart/mixed\n\n--x\n", 20000)));
	tree_of(slice_of(repeat("Content-Type: message/rfc822\n\n", 20000)));
}

static void test_names_differ(void **state)
{
	struct attachment list[] = {{.name = "f.jpg"},
				    {.name = "F.JPG"},
				    {.name = "g"},
				    {.name = "f.jpg"},
				    {.name = "g"}};

	(void)state;
	attach_distinct(a, list, COUNT(list));
	assert_string_equal(list[0].name, "f.jpg");
	assert_string_equal(list[1].name, "F (2).JPG");
	assert_string_equal(list[3].name, "f (3).jpg");
	assert_string_equal(list[4].name, "g (2)");
}

static void test_types(void **state)
{
	static const struct {
		struct slice bytes;
		const char *declared, *name, *type;
	} cases[] = {
		{SLICE("%PDF-1.4"), "application/octet-stream", "x", "application/pdf"},
		{SLICE("%PDF-1.4"), "image/png", "x.png", "application/pdf"},
		{SLICE("PK\x03\x04"), "application/octet-stream", "a.docx",
		 "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{SLICE("PK\x03\x04"), "application/msword", "a.zip", "application/zip"},
		{SLICE("MZ"), "image/png", "a.png",
		 "application/vnd.microsoft.portable-executable"},
		{SLICE("hola"), "application/octet-stream", "a.txt", "text/plain"},
		{SLICE("hola"), "", "a", "application/octet-stream"},
		{SLICE("hola"), "text/csv", "a.pdf", "text/csv"},
		{SLICE("<svg onload=x>"), "image/png", "a.png", "image/svg+xml"},
		{SLICE(""), "image/png", "a.png", "image/png"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(attach_type(cases[i].bytes, cases[i].declared, cases[i].name),
				    cases[i].type);
}

static void test_flowed(void **state)
{
	static const struct {
		const char *in, *out;
		bool delsp;
	} cases[] = {
		{"uno \ndos\ntres\n", "uno dos\ntres\n", false},
		{"uno \ndos\n", "unodos\n", true},
		{"> uno \n> dos\ntres\n", "> uno dos\ntres\n", false},
		{"> uno \n>> dos\n", "> uno \n>> dos\n", false},
		{"uno\n-- \nfirma\n", "uno\n-- \nfirma\n", false},
		{"uno \n-- \nfirma\n", "uno \n-- \nfirma\n", false},
		{" From ana\n", "From ana\n", false},
		{"", "", false},
		{">\n", ">\n", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice got = flowed_join(a, slice_of(cases[i].in), cases[i].delsp);

		if (!slice_eq(got, slice_of(cases[i].out)))
			fail_msg("row %zu: «%.*s»", i, (int)got.n, got.p);
	}
}

/* --- winmail.dat, made here --- */

static void attribute(struct sbuf *b, unsigned level, unsigned id, struct slice data)
{
	sbuf_chr(b, (char)level);
	for (int i = 0; i < 4; i++)
		sbuf_chr(b, (char)(id >> (8 * i)));
	for (int i = 0; i < 4; i++)
		sbuf_chr(b, (char)(data.n >> (8 * i)));
	sbuf_slice(b, data);
	sbuf_put(b, "\0\0", 2);
}

static struct slice make_tnef(struct sbuf *b)
{
	/* one property: PR_ATTACH_LONG_FILENAME, Unicode «ñ.txt» */
	static const char props[] = "\1\0\0\0\x1F\0\7\x37\1\0\0\0\x0C\0\0\0\xF1\0.\0t\0x\0t\0\0\0";

	sbuf_put(b, "\x78\x9F\x3E\x22\1\0", 6);
	attribute(b, 1, 0x00069007, SLICE("\xE4\4\0\0\0\0\0\0")); /* code page 1252 */
	attribute(b, 1, 0x0002800C,
		  SLICE("ma\xF1"
			"ana\0"));
	attribute(b, 2, 0x00069002, SLICE("x"));
	attribute(b, 2, 0x00018010, SLICE("N~1.TXT\0"));
	attribute(b, 2, 0x0006800F, SLICE("contenido"));
	attribute(b, 2, 0x00069005, (struct slice){props, sizeof props - 1});
	return sbuf_view(b);
}

static void test_tnef(void **state)
{
	struct sbuf b = SBUF_INIT(10000);
	struct slice bytes = make_tnef(&b);
	struct tnef t;

	(void)state;
	assert_true(tnef_read(a, bytes, &t));
	assert_int_equal(t.n, 1);
	assert_string_equal(t.files[0].name, "\xC3\xB1.txt");
	assert_true(slice_eq(t.files[0].bytes, SLICE("contenido")));
	assert_true(slice_eq(t.text, SLICE("ma\xF1"
					   "ana")));
	assert_string_equal(t.charset, "cp1252");
	assert_false(tnef_read(a, SLICE("nada de eso"), &t));
	for (size_t n = 0; n < bytes.n; n++)
		tnef_read(a, slice_sub(bytes, 0, n), &t);
	for (size_t i = 6; i < bytes.n; i++) {
		b.p[i] = (char)(b.p[i] ^ 0xFF);
		tnef_read(a, bytes, &t);
		b.p[i] = (char)(b.p[i] ^ 0xFF);
	}
	sbuf_free(&b);
}

/* A body that is only there as packed RTF. */
static void test_tnef_rtf(void **state)
{
	static const char props[] =
		"\1\0\0\0\x02\1\x09\x10\1\0\0\0\x31\0\0\0\x2D\0\0\0\x2B\0\0\0LZFu\xF1\xC5\xC7\xA7"
		"\x03\0\x0A\0rcpg125B2\x0A\xF3 hel\x09\0 bw\x05\xB0ld}\x0A\x80\x0F\xA0\0\0\0";
	struct sbuf b = SBUF_INIT(10000);
	struct tnef t;

	(void)state;
	sbuf_put(&b, "\x78\x9F\x3E\x22\1\0", 6);
	attribute(&b, 1, 0x00069003, (struct slice){props, sizeof props - 1});
	assert_true(tnef_read(a, sbuf_view(&b), &t));
	assert_true(slice_eq(t.text, SLICE("hello world")));
	assert_string_equal(t.charset, "utf-8");
	assert_false(t.limited);
	sbuf_free(&b);
}

static void test_tnef_in_mail(void **state)
{
	struct sbuf b = SBUF_INIT(10000), raw = SBUF_INIT(10000);
	struct facts f;
	struct slice bytes;

	(void)state;
	sbuf_cstr(&raw, "Subject: x\nContent-Type: application/ms-tnef; name=winmail.dat\n"
			"Content-Transfer-Encoding: base64\n\n");
	encoding_base64(&raw, make_tnef(&b));
	read_init();
	read_mail(a, sbuf_view(&raw), &f);
	assert_string_equal(f.text, "mañana");
	assert_int_equal(f.n_attachments, 2);
	assert_string_equal(f.attachments[0].name, "winmail.dat");
	assert_string_equal(f.attachments[1].name, "\xC3\xB1.txt");
	assert_int_equal(f.attachments[1].flags, ATT_TNEF_PART);
	assert_int_equal(f.attachments[1].offset, f.attachments[0].offset);
	assert_true(read_attachment(a, sbuf_view(&raw), 1, &bytes));
	assert_true(slice_eq(bytes, SLICE("contenido")));
	assert_false(read_attachment(a, sbuf_view(&raw), 2, &bytes));
	sbuf_free(&b);
	sbuf_free(&raw);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_structure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_span, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flags, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_differ, setup, teardown),
		cmocka_unit_test_setup_teardown(test_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flowed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tnef, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tnef_rtf, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tnef_in_mail, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
