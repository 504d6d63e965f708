#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"
#include "face/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct page_house HOUSE = {"Entidad & Cía.", "Mesa de ayuda", "mesa@a.example"};
static const char EVIL[] = "\"><script>alert('x')</script>&";

static struct page_survey survey(void)
{
	return (struct page_survey){.house = HOUSE,
				    .number = "ST-2026-000123",
				    .subject = "El computador no enciende",
				    .author = "Ana Ruiz",
				    .solution = "Se cambió la fuente.",
				    .close_day = "jueves 5 de noviembre de 2026",
				    .close_hour = "3:41 p. m.",
				    .error = "",
				    .comment = ""};
}

static size_t times(const char *page, const char *what)
{
	size_t n = 0;

	for (const char *p = page; (p = strstr(p, what)) != NULL; p++)
		n++;
	return n;
}

/* Every page there is, into one list. */
static size_t every_page(char **pages)
{
	struct page_survey m = survey();
	struct sbuf b = SBUF_INIT(PAGE_MAX);
	size_t n = 0;

	page_survey(&b, &m);
	pages[n++] = strdup(b.p);
	for (int i = 0; i < PAGE_NOTICE_COUNT; i++) {
		sbuf_clear(&b);
		page_notice(&b, &HOUSE, (enum page_notice)i, "ST-2026-000123", 5);
		pages[n++] = strdup(b.p);
	}
	for (int status = 400; status <= 503; status++) {
		sbuf_clear(&b);
		page_error(&b, &HOUSE, status, "");
		if (status % 10 < 6)
			pages[n++] = strdup(b.p);
	}
	sbuf_free(&b);
	return n;
}

static void every_page_stands_alone(void **state)
{
	static const char *const never[] = {"<script",	"<img", "<link",   "http:",   "https:",
					    "style=\"", "url(", "@import", "onclick", "%s"};
	char *pages[200];
	size_t n = every_page(pages);

	for (size_t i = 0; i < n; i++) {
		assert_true(slice_starts(slice_of(pages[i]),
					 SLICE("<!DOCTYPE html>\n<html lang=\"es-CO\">")));
		assert_true(slice_iends(slice_of(pages[i]), "</html>\n"));
		assert_int_equal(times(pages[i], "<h1>"), 1);
		assert_int_equal(times(pages[i], "<main>"), 1);
		assert_int_equal(times(pages[i], "<title>"), 1);
		assert_non_null(strstr(pages[i], "Entidad &amp; Cía."));
		for (size_t k = 0; k < COUNT(never); k++)
			assert_null(strstr(pages[i], never[k]));
		free(pages[i]);
	}
}

static void the_form_has_what_was_promised(void **state)
{
	static const char *const scores[] = {"1", "2", "3", "4", "5"};
	struct page_survey m = survey();
	struct sbuf b = SBUF_INIT(PAGE_MAX);
	char field[80];

	page_survey(&b, &m);
	assert_int_equal(times(b.p, "<form "), 1);
	assert_int_equal(times(b.p, "<form method=\"post\">"), 1); /* to its own address */
	assert_int_equal(times(b.p, "name=\"score\""), 5);
	assert_int_equal(times(b.p, "name=\"solved\""), 2);
	assert_int_equal(times(b.p, "<textarea id=\"comment\" name=\"comment\""), 1);
	assert_int_equal(times(b.p, "type=\"submit\""), 1);
	assert_int_equal(times(b.p, "<legend>"), times(b.p, "<fieldset"));
	assert_int_equal(times(b.p, "<label"), 8); /* seven radios and the comment */
	for (size_t i = 0; i < COUNT(scores); i++) {
		snprintf(field, sizeof field, "name=\"score\" value=\"%s\">", scores[i]);
		assert_int_equal(times(b.p, field), 1); /* none is chosen beforehand */
	}
	assert_true(strstr(b.p, "value=\"yes\"") < strstr(b.p, "value=\"no\""));
	assert_null(strstr(b.p, "role=\"alert\""));
	sbuf_free(&b);
}

static void what_was_sent_is_shown_again(void **state)
{
	struct page_survey m = survey();
	struct sbuf b = SBUF_INIT(PAGE_MAX);

	m.score = 4;
	m.unsolved = true;
	m.comment = "\nMuy <bien>";
	m.error = "Elija una calificación.";
	page_survey(&b, &m);
	assert_non_null(strstr(b.p, "name=\"score\" value=\"4\" checked>"));
	assert_non_null(strstr(b.p, "name=\"solved\" value=\"no\" checked>"));
	assert_int_equal(times(b.p, " checked>"), 2);
	assert_non_null(strstr(b.p, ">\n\nMuy &lt;bien&gt;</textarea>")); /* HTML eats one LF */
	assert_non_null(strstr(b.p, "role=\"alert\" id=\"error\">Elija una calificación.</div>"));
	assert_non_null(strstr(b.p, "aria-describedby=\"error\""));
	sbuf_free(&b);
}

static void nothing_that_people_wrote_becomes_markup(void **state)
{
	struct page_house house = {EVIL, EVIL, EVIL};
	struct page_survey m = {.house = house,
				.number = EVIL,
				.subject = EVIL,
				.author = EVIL,
				.solution = EVIL,
				.close_day = EVIL,
				.close_hour = EVIL,
				.error = EVIL,
				.comment = "</textarea><script>alert(1)</script>"};
	struct sbuf b = SBUF_INIT(PAGE_MAX);

	page_survey(&b, &m);
	page_notice(&b, &house, PAGE_NOTICE_THANKS, EVIL, 5);
	page_error(&b, &house, 404, EVIL);
	assert_null(strstr(b.p, "<script"));
	assert_null(strstr(b.p, "alert('x')"));
	assert_int_equal(times(b.p, "</textarea>"), 1);
	sbuf_free(&b);
}

static void a_notice_names_the_case_and_the_score(void **state)
{
	struct sbuf b = SBUF_INIT(PAGE_MAX);

	page_notice(&b, &HOUSE, PAGE_NOTICE_THANKS, "ST-2026-000123", 2);
	assert_non_null(strstr(b.p, "su caso <strong>ST-2026-000123</strong> está cerrado"));
	assert_non_null(strstr(b.p, "2 de 5 (Mala)"));
	sbuf_clear(&b);
	page_notice(&b, &HOUSE, PAGE_NOTICE_REOPENED, "", 2);
	assert_null(strstr(b.p, "<strong>"));
	assert_null(strstr(b.p, "de 5"));
	sbuf_clear(&b);
	page_notice(&b, &HOUSE, PAGE_NOTICE_THANKS, "", 9);
	assert_null(strstr(b.p, "de 5"));
	sbuf_free(&b);
}

/* The hash in the policy is that of the style in the page. */
static void the_policy_lets_the_style_through(void **state)
{
	struct sbuf b = SBUF_INIT(PAGE_MAX);
	struct sha256 d;
	uint8_t got[48];
	const char *from, *to, *code;
	size_t n = 0;
	unsigned acc = 0, bits = 0;

	page_error(&b, &HOUSE, 404, "");
	from = strstr(b.p, "<style>") + 7;
	to = strstr(from, "</style>");
	d = sha256_of(from, (size_t)(to - from));
	code = strstr(page_csp(), "'sha256-") + 8;
	for (; *code != '\''; code++) {
		static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					    "0123456789+/";

		if (*code == '=')
			continue;
		acc = acc << 6 | (unsigned)(strchr(digit, *code) - digit);
		if ((bits += 6) >= 8)
			got[n++] = (uint8_t)(acc >> (bits -= 8));
	}
	assert_int_equal(n, SHA256_LEN);
	assert_memory_equal(got, d.b, SHA256_LEN);
	assert_non_null(strstr(page_csp(), "default-src 'none'"));
	assert_non_null(strstr(page_csp(), "form-action 'self'"));
	sbuf_free(&b);
}

/* --- WCAG 2.1, success criterion 1.4.3 --- */

static double luminance(const char *hex)
{
	static const double weight[] = {0.2126, 0.7152, 0.0722};
	size_t len = strspn(hex, "0123456789abcdef") == 3 ? 1 : 2;
	double sum = 0;

	for (size_t i = 0; i < 3; i++) {
		char part[3] = {hex[i * len], hex[i * len + len - 1], '\0'};
		double c = (double)strtol(part, NULL, 16) / 255;

		sum += weight[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* The nth value of «--name» in the page: first the light colours, then the dark ones. */
static double colour(const char *page, const char *name, int nth)
{
	char key[32];
	const char *p = page;

	snprintf(key, sizeof key, "--%s:#", name);
	for (int i = 0; i <= nth; i++) {
		p = strstr(p, key);
		assert_non_null(p);
		p += strlen(key);
	}
	return luminance(p);
}

static void the_contrast_is_enough(void **state)
{
	static const struct {
		const char *ink, *back;
		double least;
	} rows[] = {
		{"ink", "card", 4.5},	{"ink", "back", 4.5},  {"quiet", "card", 4.5},
		{"quiet", "back", 4.5}, {"main", "card", 4.5}, {"main", "back", 4.5},
		{"ink", "soft", 4.5},	{"on", "main", 4.5},   {"bad", "bad-soft", 4.5},
		{"line", "card", 3.0}, /* edges of controls: 1.4.11 */
	};
	struct sbuf b = SBUF_INIT(PAGE_MAX);

	page_error(&b, &HOUSE, 404, "");
	for (int dark = 0; dark <= 1; dark++)
		for (size_t i = 0; i < COUNT(rows); i++) {
			double x = colour(b.p, rows[i].ink, dark);
			double y = colour(b.p, rows[i].back, dark);
			double ratio = (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);

			if (ratio < rows[i].least)
				fail_msg("%s on %s: %.2f", rows[i].ink, rows[i].back, ratio);
		}
	sbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_stands_alone),
		cmocka_unit_test(the_form_has_what_was_promised),
		cmocka_unit_test(what_was_sent_is_shown_again),
		cmocka_unit_test(nothing_that_people_wrote_becomes_markup),
		cmocka_unit_test(a_notice_names_the_case_and_the_score),
		cmocka_unit_test(the_policy_lets_the_style_through),
		cmocka_unit_test(the_contrast_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
