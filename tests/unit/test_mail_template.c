#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "mail/template.h"
#include "mail/template_html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	struct arena *a = *state;

	arena_free(&a);
	return 0;
}

static const struct var SOME[] = {
	{"number", "ST-2026-000123"},
	{"ref", "k7f3q9wm"},
	{"requester", "Luz <b>Peña</b> & hijos"},
	{"text", "  uno\n\ndos\r\n#tomar\n"},
	{"survey_url", "https://soporte.example/e/3v-1-0123"},
	{"guide", "la guía está en https://soporte.example/guia?a=1&b=2"},
	{"due_hour", "3:41 p. m."},
	{"score", ""},
};

static char *text_of(struct arena *a, const char *source)
{
	struct marked m = {SBUF_INIT(1 << 20), SBUF_INIT(1 << 20)};
	struct template_nodes nodes;
	struct err e;
	char *out;

	if (!template_parse(a, "prueba", 1, slice_of(source), &nodes, &e))
		return arena_str(a, e.text);
	template_put(a, &m, &nodes, SOME, COUNT(SOME));
	assert_int_equal(m.text.n, m.marks.n);
	out = arena_strn(a, m.text.p ? m.text.p : "", m.text.n);
	sbuf_free(&m.text);
	sbuf_free(&m.marks);
	return out;
}

static char *html_of(struct arena *a, const char *source)
{
	struct marked m = {SBUF_INIT(1 << 20), SBUF_INIT(1 << 20)};
	struct sbuf html = SBUF_INIT(1 << 20);
	struct template_nodes nodes;
	char *out;

	assert_true(template_parse(a, "prueba", 1, slice_of(source), &nodes, NULL));
	template_put(a, &m, &nodes, SOME, COUNT(SOME));
	template_html(&html, &m);
	out = sbuf_dup(a, &html);
	sbuf_free(&html);
	sbuf_free(&m.text);
	sbuf_free(&m.marks);
	return out;
}

static void the_language_says_what_it_means(void **state)
{
	static const struct {
		const char *source, *expected;
	} rows[] = {
		{"", ""},
		{"Hola", "Hola"},
		{"Caso {number}.", "Caso ST-2026-000123."},
		{"[{comment}]", "[]"},
		{"a{?score}b{/score}c", "ac"},
		{"a{!score}b{/score}c", "abc"},
		{"a{?number}b{/number}c", "abc"},
		{"a{!number}b{/number}c", "ac"},
		{"{?number}1{?score}2{/score}{!score}3{/score}4{/number}", "134"},
		{"{?score}1{?number}2{/number}3{/score}", ""},
		{"a\n{?number}\nb\n{/number}\nc", "a\nb\nc"},
		{"a\n  {?score}  \nb\n{/score}\nc", "a\nc"},
		{"a\n{?number}b{/number}\nc", "a\nb\nc"},
		{"{{llaves}", "{llaves}"},
		{"> {text}\n", "> uno\n>\n> dos\n> #tomar\n"},
		{"x {text}", "x uno\n\ndos\n#tomar"},
		{"  {text}", "  uno\n\n  dos\n  #tomar"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(text_of(*state, rows[i].source), rows[i].expected);
}

static void a_mistake_is_told_with_its_place(void **state)
{
	static const struct {
		const char *source, *place;
	} rows[] = {
		{"uno {nadie}", "prueba:1:5: no existe el dato"},
		{"uno\nniño {nadie}", "prueba:2:6: no existe el dato"},
		{"{ number}", "prueba:1:1: no existe el dato"},
		{"{}", "prueba:1:1: no existe el dato"},
		{"uno\n{number", "prueba:2:1: una llave sin cerrar"},
		{"{?number}uno", "prueba:1:13: una sección que no se cierra"},
		{"uno{/number}", "prueba:1:4: cierra lo que no está abierto"},
		{"{?number}{?score}{/number}{/score}", "prueba:1:18: cierra otra sección"},
		{"{?number}{?number}{?number}{?number}{?number}{?number}{?number}{?number}{?"
		 "number}",
		 "prueba:1:73: demasiadas secciones"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(slice_starts(slice_of(text_of(*state, rows[i].source)),
					 slice_of(rows[i].place)));
}

static void markup_is_the_templates_alone(void **state)
{
	static const struct {
		const char *source, *holds, *lacks;
	} rows[] = {
		{"Hola {requester}", "Luz &lt;b&gt;Peña&lt;/b&gt; &amp; hijos</p>", "<b>"},
		{"Hola\n\nAdiós", "Hola</p>\n<p", NULL},
		{"Hola\nAdiós", "Hola<br>\nAdiós</p>", NULL},
		{"- uno\n- dos", "<li style=\"margin:0 0 6px\">uno</li>", NULL},
		{"> {text}", "uno<br>\n<br>\ndos<br>\n#tomar</td>", "<p"},
		{"  Solicitante: {requester}", "Solicitante</td><td", "Solicitante:"},
		{"Use #tomar ya", "#tomar</span> ya", NULL},
		{"{text}", "#tomar</p>", "</span>"}, /* their words are no command of ours */
		{"Calificar:\n{survey_url}", ">Calificar</span></a>", "Calificar:"},
		{"{survey_url}", ">Abrir el enlace</span></a>", NULL},
		{"{guide}", "<a href=\"https://soporte.example/guia?a=1&amp;b=2\"", NULL},
		{"A las {due_hour}", "<strong>3:41&nbsp;p.&nbsp;m.</strong>", NULL},
		{"Ref. {number} · {ref}", "class=\"quiet\"", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *html = html_of(*state, rows[i].source);

		assert_non_null(strstr(html, rows[i].holds));
		if (rows[i].lacks)
			assert_null(strstr(html, rows[i].lacks));
	}
}

static void words_of_others_make_no_markup(void **state)
{
	static const char *const words[] = {
		"- una lista",
		"> una cita",
		"  Clave: valor",
		"Ref. ST-2026-000001 · aaaaaaaa",
		"https://evil.example/x",
		"#cerrar duplicado",
		"<script>alert(1)</script>",
		"Calificar:\nhttps://evil.example/e/1",
	};
	static const char *const never[] = {"<ul", "<table", "<a ", "<span", "<script", "quiet"};

	for (size_t i = 0; i < COUNT(words); i++) {
		struct var v = {"text", words[i]};
		struct marked m = {SBUF_INIT(1 << 20), SBUF_INIT(1 << 20)};
		struct sbuf html = SBUF_INIT(1 << 20);
		struct template_nodes nodes;

		assert_true(template_parse(*state, "p", 1, SLICE("{text}"), &nodes, NULL));
		template_put(*state, &m, &nodes, &v, 1);
		template_html(&html, &m);
		for (size_t k = 0; k < COUNT(never); k++)
			assert_null(strstr(html.p, never[k]));
		sbuf_free(&html);
		sbuf_free(&m.text);
		sbuf_free(&m.marks);
	}
}

static void a_very_long_text_is_cut_and_says_so(void **state)
{
	size_t n = TEMPLATE_VAR_MAX + 1000;
	char *big = arena_alloc(*state, n + 1);
	struct template_set *t = template_load(NULL, NULL);
	struct var v[] = {{"text", big}, {"subject", big}};
	struct rendered r;

	memset(big, 'x', n);
	assert_non_null(t);
	assert_true(template_render(*state, t, "relay_out", v, COUNT(v), &r, NULL));
	assert_non_null(strstr(r.text, "se recortó"));
	assert_true(strlen(r.text) < n);
	assert_true(strlen(r.subject) < 400);
	template_free(&t);
}

/* --- the shipped ones --- */

static const char *purpose_name(int i)
{
	return mail_purpose_name((enum mail_purpose)i);
}

static struct var *every_variable(struct arena *a, size_t *n, bool survey)
{
	const char *const *names = template_variables();
	struct var *v = arena_array(a, 100, sizeof *v);

	for (*n = 0; names[*n]; (*n)++) {
		const char *value = str_eq(names[*n], "number") ? "ST-2026-000123"
				    : str_eq(names[*n], "survey_url")
					    ? (survey ? "https://soporte.example/e/1-1-x" : "")
					    : arena_printf(a, "v-%s", names[*n]);

		v[*n] = (struct var){names[*n], value};
	}
	return v;
}

static void every_purpose_has_a_mail(void **state)
{
	struct template_set *t = template_load(NULL, NULL);
	struct rendered r;
	size_t n;
	struct var *v = every_variable(*state, &n, true);

	assert_non_null(t);
	for (int i = 0; i < MAIL_PURPOSE_COUNT; i++) {
		const char *ref;

		assert_true(template_render(*state, t, purpose_name(i), v, n, &r, NULL));
		assert_non_null(strstr(r.subject, "[ST-2026-000123]"));
		ref = strstr(r.text, "\nRef. ST-2026-000123 · v-ref\n");
		assert_non_null(ref);
		assert_string_equal(ref, "\nRef. ST-2026-000123 · v-ref\n"); /* the last line */
		assert_true(text_valid(slice_of(r.html)));
		assert_non_null(strstr(r.html, "lang=\"es-CO\""));
		assert_null(strstr(r.html, "<!--content-->"));
		assert_null(strstr(r.html, "<img"));
	}
	assert_false(template_render(*state, t, "nadie", v, n, &r, NULL));
	template_free(&t);
}

/* Without a single value nothing is left of a section, no hole of blank lines, no braces. */
static void no_values_leave_no_holes(void **state)
{
	struct template_set *t = template_load(NULL, NULL);
	struct rendered r;

	for (int i = 0; i < MAIL_PURPOSE_COUNT; i++) {
		assert_true(template_render(*state, t, purpose_name(i), NULL, 0, &r, NULL));
		assert_null(strstr(r.text, "\n\n\n"));
		assert_null(strchr(r.text, '{'));
		assert_null(strchr(r.subject, '{'));
		assert_true(r.text[0] != '\n' || r.text[1] == '\0');
	}
	template_free(&t);
}

static void mail_to_staff_begins_with_who_reads_the_answer(void **state)
{
	static const enum mail_purpose to_staff[] = {
		MAIL_ASSIGNMENT, MAIL_RELAY_IN,	  MAIL_WARNING, MAIL_BREACH,
		MAIL_REOPENED,	 MAIL_TRANSCRIPT, MAIL_STATUS,	MAIL_VOTE,
		MAIL_FAILED,	 MAIL_ALERT,	  MAIL_CONFIRM,
	};
	struct template_set *t = template_load(NULL, NULL);
	struct rendered r;
	size_t n;
	struct var *v = every_variable(*state, &n, true);

	for (size_t i = 0; i < COUNT(to_staff); i++) {
		assert_true(
			template_render(*state, t, mail_purpose_name(to_staff[i]), v, n, &r, NULL));
		assert_true(slice_starts(slice_of(r.text), SLICE("v-readers\n")));
	}
	template_free(&t);
}

/* DESIGN, section 4: the acknowledgement carries nothing that the sender chose. */
static void an_acknowledgement_carries_no_words_of_the_sender(void **state)
{
	static const char *const theirs[] = {"v-subject",	   "v-text",
					     "v-requester",	   "v-author",
					     "v-attachment_names", "v-comment"};
	struct template_set *t = template_load(NULL, NULL);
	struct rendered r;
	size_t n;
	struct var *v = every_variable(*state, &n, true);

	assert_true(template_render(*state, t, "acknowledgement", v, n, &r, NULL));
	assert_string_equal(r.subject, "[ST-2026-000123] Recibimos su solicitud");
	for (size_t i = 0; i < COUNT(theirs); i++) {
		assert_null(strstr(r.text, theirs[i]));
		assert_null(strstr(r.html, theirs[i]));
	}
	assert_null(strstr(r.text, "/e/1-1-x"));
	template_free(&t);
}

/* DESIGN, section 5: the first link in the text part is the survey's, alone on its line. */
static void the_first_link_of_a_survey_is_its_own(void **state)
{
	struct template_set *t = template_load(NULL, NULL);
	const char *first;
	struct rendered r;
	size_t n;
	struct var *v = every_variable(*state, &n, true);

	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, "text") || str_eq(v[i].name, "subject"))
			v[i].value = "vea http://otro.example/";
	assert_true(template_render(*state, t, "survey", v, n, &r, NULL));
	first = strstr(r.text, "http");
	assert_non_null(first);
	assert_true(first[-1] == '\n');
	assert_true(slice_starts(slice_of(first), SLICE("https://soporte.example/e/1-1-x\n")));
	assert_non_null(strstr(r.html, "href=\"https://soporte.example/e/1-1-x\""));
	v = every_variable(*state, &n, false);
	assert_true(template_render(*state, t, "survey", v, n, &r, NULL));
	assert_null(strstr(r.text, "http"));
	assert_null(strstr(r.html, "href"));
	template_free(&t);
}

/* --- an entity's own --- */

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void remove_file(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	unlink(path);
}

static void an_entity_may_write_its_own(void **state)
{
	char dir[] = "/tmp/mesad-templates-XXXXXX";
	struct template_set *t;
	struct rendered r;
	struct var v = {"number", "ST-1"};

	assert_non_null(mkdtemp(dir));
	write_file(dir, "closed.txt",
		   "\xEF\xBB\xBF"
		   "Asunto: Listo {number}\r\n\r\nHasta luego.\r\n");
	t = template_load(dir, NULL);
	assert_non_null(t);
	assert_true(template_render(*state, t, "closed", &v, 1, &r, NULL));
	assert_string_equal(r.subject, "Listo ST-1");
	assert_string_equal(r.text, "Hasta luego.\n");
	assert_true(template_render(*state, t, "survey", &v, 1, &r, NULL));
	template_free(&t);
	remove_file(dir, "closed.txt");
	rmdir(dir);
}

static void a_wrong_file_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *name, *text, *said;
	} rows[] = {
		{"closed.txt", "Asunto: {nadie}\n\nHola\n", "closed.txt:1:9: no existe el dato"},
		{"closed.txt", "Asunto: x\n\nHola\n  {nadie}\n",
		 "closed.txt:4:3: no existe el dato"},
		{"closed.txt", "Hola\n", "closed.txt:1:1: la primera línea"},
		{"closed.txt", "", "closed.txt:1:1: la primera línea"},
		{"closed.txt", "Asunto: x\nHola\n", "closed.txt:2:1: después del asunto"},
		{"closed.txt", "Asunto: x\n\n\n", "closed.txt:2:1: después del asunto"},
		{"closed.txt", "Asunto: \xFF\n\nHola\n", "closed.txt: no es texto UTF-8"},
		{"layout.html", "<p>Hola</p>\n", "layout.html:1:1: falta <!--content-->"},
	};
	char dir[] = "/tmp/mesad-templates-XXXXXX";

	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = {""};

		write_file(dir, rows[i].name, rows[i].text);
		assert_null(template_load(dir, &e));
		assert_non_null(strstr(e.text, rows[i].said));
		remove_file(dir, rows[i].name);
	}
	rmdir(dir);
}

static void a_folder_that_is_not_there_is_no_fault(void **state)
{
	struct template_set *t = template_load("/nonexistent/templates", NULL);

	assert_non_null(t);
	template_free(&t);
	assert_null(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_says_what_it_means),
		cmocka_unit_test(a_mistake_is_told_with_its_place),
		cmocka_unit_test(markup_is_the_templates_alone),
		cmocka_unit_test(words_of_others_make_no_markup),
		cmocka_unit_test(a_very_long_text_is_cut_and_says_so),
		cmocka_unit_test(every_purpose_has_a_mail),
		cmocka_unit_test(no_values_leave_no_holes),
		cmocka_unit_test(mail_to_staff_begins_with_who_reads_the_answer),
		cmocka_unit_test(an_acknowledgement_carries_no_words_of_the_sender),
		cmocka_unit_test(the_first_link_of_a_survey_is_its_own),
		cmocka_unit_test(an_entity_may_write_its_own),
		cmocka_unit_test(a_wrong_file_is_refused_with_its_place),
		cmocka_unit_test(a_folder_that_is_not_there_is_no_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
