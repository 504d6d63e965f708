#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/html.h"

#include <string.h>

#define RULE_MAIL "────────────────────────────────"

static const struct {
	const char *name, *html, *text;
} rows[] = {
	{"plain", "hola", "hola"},
	{"white space", "  hola \n\t  mundo ", "hola mundo"},
	{"paragraphs", "<p>uno</p><p>dos</p>", "uno\n\ndos"},
	{"lines", "uno<br>dos<br/>tres", "uno\ndos\ntres"},
	{"blank line", "uno<br><br>dos", "uno\n\ndos"},
	{"divs", "<div>uno</div><div>dos</div>", "uno\ndos"},
	{"Gmail's blank line", "<div>uno</div><div><br></div><div>dos</div>", "uno\n\ndos"},
	{"Outlook's lines",
	 "<p class=MsoNormal>uno</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>dos</p>",
	 "uno\n\ndos"},
	{"heading", "<h1>T&iacute;tulo</h1>texto", "Título\n\ntexto"},
	{"inline", "u<b>n</b>o <i>d</i>os", "uno dos"},
	{"entities", "&lt;a&gt; &amp; &#241;&#xf1; &euro; &eacute; &nbsp;x", "<a> & ññ € é x"},
	{"entities of Windows", "&#147;a&#148; &#150;", "“a” –"},
	{"loose ampersand", "a & b &nada; c", "a & b &nada; c"},
	{"link", "<a href=\"https://x.example/a\">aqu\xC3\xAD</a>", "aquí <https://x.example/a>"},
	{"link that says itself", "<a href=\"https://x.example/\">x.example</a>", "x.example"},
	{"link to itself", "<a href=\"https://x.example/a\">https://x.example/a</a>",
	 "https://x.example/a"},
	{"mail link", "<a href=\"mailto:ana@x.example?subject=a\">Ana</a>", "Ana <ana@x.example>"},
	{"mail link to itself", "<a href=\"mailto:ana@x.example\">ana@x.example</a>",
	 "ana@x.example"},
	{"no script link", "<a href=\"javascript:alert(1)\">x</a>", "x"},
	{"anchor", "<a name=x>x</a><a href=\"#x\">y</a>", "xy"},
	{"picture", "a <img src=cid:1 alt=\"Foto del error\"> b", "a [Foto del error] b"},
	{"tracking picture", "a<img src=http://t.example/x alt=x width=1 height=1>b", "ab"},
	{"nameless picture", "a<img src=cid:1>b", "ab"},
	{"list", "<ul><li>uno<li>dos</ul>fin", "- uno\n- dos\nfin"},
	{"numbered list", "<ol><li>uno</li><li>dos</li></ol>", "1. uno\n2. dos"},
	{"list that goes on", "<ol start=3><li>a<li>b</ol><ol start=-1><li>c</ol>",
	 "3. a\n4. b\n1. c"},
	{"list in a list", "<ul><li>uno<ul><li>a</li></ul></li><li>dos</li></ul>",
	 "- uno\n  - a\n- dos"},
	{"list with paragraphs", "<ul><li><p>uno</p></li><li><p>dos</p></li></ul>",
	 "- uno\n\n- dos"},
	{"table",
	 "<table><tr><th>Equipo</th><th>Sala</th></tr><tr><td>PC 7</td><td>12</td></tr></table>",
	 "Equipo | Sala\nPC 7 | 12"},
	{"table of paragraphs",
	 "<table><tr><td><p class=MsoNormal>a</p></td><td><p>b</p></td></tr></table>", "a | b"},
	{"empty cells", "<table><tr><td></td><td>a</td><td> </td></tr></table>", "a"},
	{"cells with lines", "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"},
	{"table in a table",
	 "<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></"
	 "table></td>"
	 "<td>e</td></tr></table>",
	 "a | b\nc | d\ne"},
	{"rule", "a<hr>b", "a\n________________________________\nb"},
	{"preformatted", "<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"},
	{"quote", "uno<blockquote type=cite>dos<br>tres</blockquote>cuatro",
	 "uno\n> dos\n> tres\ncuatro"},
	{"quote in a quote", "<blockquote>a<blockquote>b</blockquote>c</blockquote>",
	 "> a\n> > b\n> c"},
	{"quote with paragraphs", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"},
	{"indentation", "<blockquote class=\"webkit-indent-blockquote\">a</blockquote>", "a"},
	{"script", "a<script>x<b>y</b></script>b", "ab"},
	{"style", "<style>p{color:red}</style>hola", "hola"},
	{"head",
	 "<html><head><title>t</title><meta charset=iso-8859-1></head><body>ma\xC3\xB1"
	 "ana</body></html>",
	 "mañana"},
	{"comment", "a<!-- x -->b<!--[if mso]>c<![endif]-->d", "abd"},
	{"kept lines", "<div style='white-space: pre-wrap'>uno\n  dos\n\ntres</div>cua\ntro",
	 "uno\n  dos\n\ntres\ncua tro"},
	{"transparent", "<p style='opacity:0'>a</p><p style='opacity:0.5'>b</p>", "b"},
	{"conditional that browsers pass over",
	 "<p>a<![if !supportLists]><b>·</b> <![endif]>b</p><!--[if mso]><![endif]--><p>c</p>",
	 "a· b\n\nc"},
	{"comment without an end", "a<!-- b <![if x]>", "a"},
	{"conditional without an end", "a<![if b", "a<![if b"},
	{"hidden", "a<div style=\"display: none\">b<p>c</p></div>d", "a\nd"},
	{"hidden otherwise", "a<span style='visibility:hidden'>b</span>c<p hidden>d</p>e", "ac\ne"},
	{"preview filler", "a&zwnj;&nbsp;&#8203;&#847; b", "a b"},
	{"shown again", "<p style=\"display:none\">a</p><p>b</p>", "b"},
	{"not hidden", "<p style=\"display:block;color:none\">a</p>", "a"},
	{"svg", "a<svg><title>x</title><text>y</text></svg>b", "ab"},
	{"form", "<form><input value=x>a<button>b</button><textarea>c</textarea></form>", "abc"},
	{"options", "<select><option>uno<option>dos</select>", "uno\ndos"},
	{"unclosed", "<b><i>hola<p>mundo", "hola\n\nmundo"},
	{"crossed", "<b><i>hola</b></i> mundo", "hola mundo"},
	{"less than", "a < b y c > d", "a < b y c > d"},
	/* what Outlook and Gmail say with ids and classes */
	{"quoted mail", "Listo.<div id=appendonsend></div><hr><div><b>De:</b> Mesa</div>",
	 "Listo.\n" RULE_MAIL "\nDe: Mesa"},
	{"quoted mail by its head", "Listo.<hr><div id=divRplyFwdMsg><b>De:</b> Mesa</div>viejo",
	 "Listo.\n" RULE_MAIL "\nDe: Mesa\nviejo"},
	{"quoted mail, both marks",
	 "Listo.<div id=x_appendonsend></div><hr><div id=x_divRplyFwdMsg>De: Mesa</div>"
	 "<div id=divRplyFwdMsg>De: Ana</div>",
	 "Listo.\n" RULE_MAIL "\nDe: Mesa\nDe: Ana"},
	{"quoted mail without words above", "<div id=divRplyFwdMsg>De: Mesa</div>viejo",
	 RULE_MAIL "\nDe: Mesa\nviejo"},
	{"quoted mail without a head", "Listo.<div id=appendonsend></div><hr>Gracias",
	 "Listo.\n________________________________\nGracias"},
	{"quoted mail in a quote", "<blockquote>a<div id=divRplyFwdMsg>De: Mesa</div></blockquote>",
	 "> a\n> De: Mesa"},
	{"nobody's rule", "Van:<hr><div id=viaje>De: Cali</div>",
	 "Van:\n________________________________\nDe: Cali"},
	{"signature", "Listo.<div class=gmail_signature>Ana Ruiz<br>Mesa</div>",
	 "Listo.\n--\nAna Ruiz\nMesa"},
	{"signature by its data", "Listo.<div data-smartmail=gmail_signature>Ana</div>",
	 "Listo.\n--\nAna"},
	{"signature above the quoted mail",
	 "Listo.<div id=Signature>Ana</div><div id=appendonsend></div><hr>"
	 "<div id=divRplyFwdMsg>De: Mesa</div>",
	 "Listo.\n--\nAna\n" RULE_MAIL "\nDe: Mesa"},
	{"signature above a quote",
	 "Listo.<div class='x gmail_signature'>Ana</div><div class=gmail_quote>El lunes escribió:"
	 "<blockquote>a</blockquote></div>",
	 "Listo.\n--\nAna\nEl lunes escribió:\n> a"},
	{"signature with its own dashes",
	 "Listo.<br><span>-- </span><br><div class=gmail_signature>Ana</div>", "Listo.\n--\nAna"},
	{"signature with words below", "Listo.<div id=Signature>Ana</div>Otra cosa más.",
	 "Listo.\nAna\nOtra cosa más."},
	{"signature that is all", "<div class=gmail_signature>No imprime.<br>Ana</div>",
	 "No imprime.\nAna"},
	{"signature that asks", "Hola<div id=Signature>¿Ya quedó?<br>Ana</div>",
	 "Hola\n¿Ya quedó?\nAna"},
	{"signature in the quoted mail",
	 "Listo.<blockquote>a<div class=gmail_signature>Luis</div></blockquote>",
	 "Listo.\n> a\n> Luis"},
	{"signature in the forwarded mail",
	 "Miren.<div class=gmail_quote>De: Luis<div class=gmail_signature>Luis</div></div>",
	 "Miren.\nDe: Luis\nLuis"},
	{"two signatures", "Uno.<div id=Signature>Ana</div>Dos.<div id=Signature>Ana</div>",
	 "Uno.\nAna\nDos.\n--\nAna"},
	{"signature behind a joiner that goes", "Listo.&zwnj;<div id=Signature>&nbsp;ñañá</div>",
	 "Listo.\n ñañá"},
	{"signature in a table", "a<table><tr><td><div id=Signature>b</div></td></tr></table>",
	 "a\nb"},
	{"nothing", "", ""},
	{"only tags", "<p><br></p>", ""},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *a = arena_new();
		bool limited = true;
		char *got = html_to_text(a, slice_of(rows[i].html), &limited);

		if (!str_eq(got, rows[i].text))
			fail_msg("%s: «%s»", rows[i].name, got);
		assert_false(limited);
		arena_free(&a);
	}
}

/* A style that nothing closes swallows the page: its words are shown all the same. */
static void test_swallowed(void **state)
{
	struct arena *a = arena_new();
	char *html = arena_printf(a, "<style>x{}<p>hola mundo</p>%0300d", 7);
	bool limited;

	(void)state;
	assert_non_null(strstr(html_to_text(a, slice_of(html), &limited), "hola mundo"));
	html = arena_printf(a, "<div style=\"display:none\"><p>todo oculto</p>%0300d</div>", 7);
	assert_non_null(strstr(html_to_text(a, slice_of(html), &limited), "todo oculto"));
	arena_free(&a);
}

static char *repeat(struct arena *a, const char *unit, size_t times)
{
	size_t n = strlen(unit);
	char *p = arena_alloc(a, n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(p + n * i, unit, n);
	return p;
}

static void test_bombs(void **state)
{
	static const char *const units[] = {"<div>",
					    "<blockquote>a",
					    "<table><tr><td>a",
					    "<ul><li>a",
					    "<b>",
					    "<",
					    "&",
					    "<!--",
					    "<a href=x>",
					    "<p style=\"display:none\">a",
					    "</div>",
					    "<td>a",
					    "</td></tr></table>"};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct arena *a = arena_new();
		bool limited;

		html_to_text(a, slice_of(repeat(a, units[i], 20000)), &limited);
		arena_free(&a);
	}
}

/* libxml2 compares each attribute of a tag with all before it: the crowd is cut. */
static void test_crowded_tag(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_INIT(4 << 20);
	bool limited;

	(void)state;
	sbuf_cstr(&b, "antes <p ");
	for (int i = 0; i < 100000; i++)
		sbuf_printf(&b, "a%d=1 ", i);
	sbuf_cstr(&b, ">hola</p>");
	assert_string_equal(html_to_text(a, sbuf_view(&b), &limited), "antes\n\nhola");
	sbuf_free(&b);
	arena_free(&a);
}

static void test_cap(void **state)
{
	struct arena *a = arena_new();
	bool limited = false;
	char *got = html_to_text(a, slice_of(repeat(a, "palabra ", 400000)), &limited);

	(void)state;
	assert_true(limited);
	assert_true(strlen(got) <= HTML_TEXT_MAX);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_swallowed),
		cmocka_unit_test(test_bombs), cmocka_unit_test(test_crowded_tag),
		cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
