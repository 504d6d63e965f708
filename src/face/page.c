#include "face/page.h"

#include "base/digest.h"

#include <stdio.h>
#include <string.h>

static const char STYLE[] =
	":root{color-scheme:light dark;--back:#f3f5f3;--card:#fff;--ink:#1d2629;--quiet:#55616a;"
	"--edge:#dfe5e2;--line:#76838a;--main:#0b5d5e;--on:#fff;--soft:#e8f1ef;--bad:#9b1c1c;"
	"--bad-soft:#fdf0ef}"
	"@media (prefers-color-scheme:dark){:root{--back:#14191b;--card:#1e2629;--ink:#e6ebea;"
	"--quiet:#a9b6b8;--edge:#334044;--line:#8a989c;--main:#7fd1c7;--on:#10201f;--soft:#263a3a;"
	"--bad:#f2b8b5;--bad-soft:#3a2525}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--back);color:var(--ink);font:17px/1.55 system-ui,"
	"-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
	"-webkit-text-size-adjust:100%;overflow-wrap:anywhere}"
	"header,main,footer{max-width:40rem;margin:0 auto;padding:0 1.25rem}"
	"header{padding-top:1.5rem;padding-bottom:.75rem;color:var(--main);font-size:.95rem}"
	"header b{font-weight:650}"
	".card{background:var(--card);border:1px solid var(--edge);border-radius:12px;"
	"padding:1.5rem 1.25rem}"
	"strong{white-space:nowrap}" /* numbers are full of hyphens */
	"h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem;font-weight:650;"
	"letter-spacing:-.01em}"
	"p{margin:0 0 1rem}p:last-child{margin-bottom:0}"
	".quiet{color:var(--quiet);font-size:.95rem}"
	".said{margin:0 0 1.5rem;padding:.25rem 0 .25rem 1rem;border-left:3px solid var(--main);"
	"white-space:pre-line}"
	"form{margin:0 0 1.25rem}form:last-child{margin:0}"
	"fieldset{border:0;margin:0 0 1.75rem;padding:0;min-width:0}"
	"legend,.ask{display:block;font-weight:650;padding:0;margin:0 0 .6rem}"
	".ask small{font-weight:400;color:var(--quiet);font-size:.95rem}"
	".choice{display:flex;align-items:center;gap:.75rem;min-height:3rem;margin:0 0 .5rem;"
	"padding:.6rem .9rem;border:1px solid var(--line);border-radius:8px;cursor:pointer}"
	".choice:hover{border-color:var(--main);background:var(--soft)}"
	".choice:has(:checked){border-color:var(--main);background:var(--soft);"
	"box-shadow:inset 0 0 0 1px var(--main)}"
	".choice:focus-within{outline:3px solid var(--main);outline-offset:2px}"
	".choice b{font-weight:650;min-width:1ch}"
	"input{accent-color:var(--main);width:1.25rem;height:1.25rem;margin:0;flex:none}"
	"input:focus{outline:none}"
	"textarea{display:block;width:100%;min-height:7rem;padding:.7rem .9rem;font:inherit;"
	"color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;"
	"resize:vertical;margin:0 0 1.75rem}"
	"button{font:inherit;font-weight:650;color:var(--on);background:var(--main);"
	"border:1px solid var(--main);border-radius:8px;padding:.8rem 2rem;width:100%;"
	"min-height:3rem;cursor:pointer}"
	"button:hover{filter:brightness(1.12)}"
	"a{color:var(--main)}"
	"textarea:focus,button:focus-visible,a:focus-visible{outline:3px solid var(--main);"
	"outline-offset:2px}"
	".error{margin:0 0 1.5rem;padding:.8rem 1rem;border:1px solid var(--bad);border-radius:8px;"
	"color:var(--bad);background:var(--bad-soft);font-weight:650}"
	".mark{display:block;width:3rem;height:3rem;margin:0 0 1rem;color:var(--main)}"
	"footer{padding-top:1rem;padding-bottom:2rem;color:var(--quiet);font-size:.9rem}"
	"@media (min-width:36rem){.card{padding:2.25rem}h1{font-size:1.75rem}button{width:auto}"
	".scale{display:grid;grid-template-columns:repeat(5,1fr);gap:.6rem}"
	".scale .choice{flex-direction:column;justify-content:flex-start;gap:.35rem;margin:0;"
	"padding:1rem .4rem;text-align:center;line-height:1.25;font-size:.95rem}"
	".scale .choice b{font-size:1.35rem}}"
	"@media (forced-colors:active){.choice:has(:checked){outline:3px solid Highlight}}"
	"@media print{body{background:none}button{display:none}}";

static const char MARK_DONE[] =
	"<svg class=\"mark\" viewBox=\"0 0 48 48\" fill=\"none\" stroke=\"currentColor\" "
	"stroke-width=\"3\" stroke-linecap=\"round\" stroke-linejoin=\"round\" "
	"aria-hidden=\"true\" focusable=\"false\"><circle cx=\"24\" cy=\"24\" r=\"21\"/>"
	"<path d=\"M15 25l6 6 12-13\"/></svg>\n";
static const char MARK_INFO[] =
	"<svg class=\"mark\" viewBox=\"0 0 48 48\" fill=\"none\" stroke=\"currentColor\" "
	"stroke-width=\"3\" stroke-linecap=\"round\" aria-hidden=\"true\" focusable=\"false\">"
	"<circle cx=\"24\" cy=\"24\" r=\"21\"/><path d=\"M24 22v12M24 14v.5\"/></svg>\n";

static const char *const SCORES[] = {"", "Muy mala", "Mala", "Regular", "Buena", "Excelente"};
enum { SCORE_MAX = 5 };

/* What each notice says. %s is the case's number, with a blank before it, or nothing. */
static const struct {
	const char *mark, *title, *text;
	bool score;
} NOTICES[PAGE_NOTICE_COUNT] = {
	[PAGE_NOTICE_THANKS] = {MARK_DONE, "Gracias por su calificación",
				"Quedó registrada y su caso%s está cerrado. Lo que nos cuenta nos "
				"ayuda a mejorar.",
				true},
	[PAGE_NOTICE_ALREADY] =
		{MARK_DONE, "Ya recibimos su calificación",
		 "El caso%s ya tiene una calificación registrada; no es necesario que "
		 "envíe otra.",
		 false},
	[PAGE_NOTICE_LATE] = {MARK_DONE, "Gracias por su calificación",
			      "El caso%s ya estaba cerrado. Su calificación quedó registrada como "
			      "tardía y el caso sigue cerrado.",
			      true},
	[PAGE_NOTICE_CLOSED] =
		{MARK_INFO, "Este caso ya está cerrado",
		 "Pasó el tiempo para calificar el caso%s. Si necesita ayuda, escríbanos "
		 "y con gusto le atenderemos.",
		 false},
	[PAGE_NOTICE_REOPENED] =
		{MARK_DONE, "Su caso vuelve a estar en atención",
		 "Recibimos su mensaje sobre el caso%s. Seguiremos trabajando en él y "
		 "le escribiremos.",
		 false},
	[PAGE_NOTICE_WITHDRAWN] = {MARK_INFO, "Su caso está de nuevo en atención",
				   "El caso%s se sigue atendiendo, así que esta encuesta ya no "
				   "aplica. Cuando se solucione le enviaremos otra.",
				   false},
	[PAGE_NOTICE_OLDER] = {MARK_INFO, "Esta encuesta ya no aplica",
			       "Después de enviarla, el caso%s volvió a atención y se solucionó de "
			       "nuevo. Use el enlace del último correo que le enviamos.",
			       false},
};

static const struct {
	int status;
	const char *title, *text;
} ERRORS[] = {
	{400, "No se pudo leer lo enviado",
	 "Vuelva a abrir el enlace del correo e intente otra vez."},
	{403, "No se aceptó el envío", "Abra el enlace desde el correo e intente otra vez."},
	{404, "Este enlace no es válido",
	 "Revise que esté completo: ábralo directamente desde el correo que recibió."},
	{405, "No se pudo hacer eso", "Abra el enlace desde el correo que recibió."},
	{413, "El comentario es demasiado largo", "Acórtelo, por favor, e intente otra vez."},
	{429, "Demasiados intentos", "Espere un momento, por favor, e intente otra vez."},
	{503, "En este momento no es posible",
	 "Intente otra vez en unos minutos, por favor. También "
	 "puede responder el correo que recibió."},
	{0, "Algo no salió bien",
	 "Intente otra vez en unos minutos, por favor. También puede responder "
	 "el correo que recibió."},
};

static bool given(const char *s)
{
	return s && *s;
}

static void put_escaped(struct sbuf *out, const char *s)
{
	for (; s && *s; s++)
		switch (*s) {
		case '&':
			sbuf_cstr(out, "&amp;");
			break;
		case '<':
			sbuf_cstr(out, "&lt;");
			break;
		case '>':
			sbuf_cstr(out, "&gt;");
			break;
		case '"':
			sbuf_cstr(out, "&quot;");
			break;
		case '\'':
			sbuf_cstr(out, "&#39;");
			break;
		default:
			sbuf_chr(out, *s);
		}
}

/* before, the escaped value, after; nothing at all for "". */
static void put_if(struct sbuf *out, const char *before, const char *value, const char *after)
{
	if (!given(value))
		return;
	sbuf_cstr(out, before);
	put_escaped(out, value);
	sbuf_cstr(out, after);
}

static void page_begin(struct sbuf *out, const struct page_house *house, const char *title,
		       const char *number)
{
	sbuf_cstr(out, "<!DOCTYPE html>\n<html lang=\"es-CO\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<meta name=\"robots\" content=\"noindex\">\n"
		       "<meta name=\"referrer\" content=\"same-origin\">\n<title>");
	put_escaped(out, title);
	put_if(out, " · ", number, "");
	put_if(out, " · ", house->entity, "");
	sbuf_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<header>", STYLE);
	put_if(out, "<b>", house->desk, "</b>");
	sbuf_cstr(out, given(house->desk) && given(house->entity) ? " · " : "");
	put_escaped(out, house->entity);
	sbuf_cstr(out, "</header>\n<main>\n<div class=\"card\">\n");
}

static void page_end(struct sbuf *out, const struct page_house *house)
{
	sbuf_cstr(out, "</div>\n</main>\n<footer>");
	if (given(house->address)) {
		put_if(out, "<p>¿Necesita ayuda? Escriba a <a href=\"mailto:", house->address,
		       "\">");
		put_if(out, "", house->address, "</a></p>");
	}
	sbuf_cstr(out, "</footer>\n</body>\n</html>\n");
}

/* --- the form --- */

static void put_about(struct sbuf *out, const struct page_survey *m)
{
	sbuf_cstr(out, "<h1>¿Cómo le atendimos?</h1>\n");
	put_if(out, "<div class=\"error\" role=\"alert\" id=\"error\">", m->error, "</div>\n");
	put_if(out, "<p>Su caso <strong>", m->number, "</strong>");
	put_if(out, " («", m->subject, "»)");
	sbuf_cstr(out, " fue solucionado");
	put_if(out, " por ", m->author, "");
	sbuf_cstr(out, given(m->solution) ? ". Esto fue lo que se hizo:</p>\n" : ".</p>\n");
	put_if(out, "<div class=\"said\">", m->solution, "</div>\n");
}

static void put_choice(struct sbuf *out, const char *name, const char *value, bool checked,
		       const char *figure, const char *label)
{
	sbuf_printf(out,
		    "<label class=\"choice\"><input type=\"radio\" name=\"%s\" value=\"%s\"%s>",
		    name, value, checked ? " checked" : "");
	if (*figure)
		sbuf_printf(out, " <b>%s</b>", figure);
	sbuf_printf(out, " <span>%s</span></label>\n", label);
}

static void put_form(struct sbuf *out, const struct page_survey *m)
{
	sbuf_cstr(out, "<form method=\"post\">\n<fieldset>\n"
		       "<legend>¿Quedó solucionado su caso?</legend>\n");
	put_choice(out, "solved", "yes", !m->unsolved, "", "Sí, quedó solucionado");
	put_choice(out, "solved", "no", m->unsolved, "", "No quedó solucionado");
	sbuf_printf(out,
		    "</fieldset>\n<fieldset%s>\n<legend>¿Cómo califica la atención?</legend>\n"
		    "<div class=\"scale\">\n",
		    given(m->error) ? " aria-describedby=\"error\"" : "");
	for (int i = 1; i <= SCORE_MAX; i++) {
		char figure[2] = {(char)('0' + i), '\0'};

		put_choice(out, "score", figure, m->score == i, figure, SCORES[i]);
	}
	sbuf_printf(
		out,
		"</div>\n</fieldset>\n<label class=\"ask\" for=\"comment\">¿Quiere contarnos algo "
		"más? <small>(opcional)</small></label>\n"
		"<textarea id=\"comment\" name=\"comment\" rows=\"4\" maxlength=\"%d\">\n",
		PAGE_COMMENT_MAX);
	put_escaped(out, m->comment);
	sbuf_cstr(out, "</textarea>\n<p><button type=\"submit\">Enviar calificación</button></p>\n"
		       "</form>\n");
}

void page_survey(struct sbuf *out, const struct page_survey *m)
{
	page_begin(out, &m->house, "¿Cómo le atendimos?", m->number);
	put_about(out, m);
	put_form(out, m);
	if (given(m->close_day)) {
		put_if(out,
		       "<p class=\"quiet\">Si no responde, el caso se cerrará automáticamente (",
		       m->close_day, "");
		put_if(out, ", ", m->close_hour, "");
		sbuf_cstr(out, ").</p>\n");
	}
	page_end(out, &m->house);
}

/* --- the rest --- */

void page_notice(struct sbuf *out, const struct page_house *house, enum page_notice what,
		 const char *number, int score)
{
	const char *text = NOTICES[what].text, *hole = strstr(text, "%s");

	page_begin(out, house, NOTICES[what].title, number);
	sbuf_printf(out, "%s<h1>%s</h1>\n<p>", NOTICES[what].mark, NOTICES[what].title);
	sbuf_put(out, text, (size_t)(hole - text));
	put_if(out, " <strong>", number, "</strong>");
	sbuf_printf(out, "%s</p>\n", hole + 2);
	if (NOTICES[what].score && score >= 1 && score <= SCORE_MAX)
		sbuf_printf(out, "<p class=\"quiet\">Su calificación: %d de 5 (%s).</p>\n", score,
			    SCORES[score]);
	page_end(out, house);
}

void page_error(struct sbuf *out, const struct page_house *house, int status, const char *text)
{
	size_t i = 0;

	while (ERRORS[i].status != 0 && ERRORS[i].status != status)
		i++;
	page_begin(out, house, ERRORS[i].title, "");
	sbuf_printf(out, "%s<h1>%s</h1>\n<p>", MARK_INFO, ERRORS[i].title);
	put_escaped(out, given(text) ? text : ERRORS[i].text);
	sbuf_cstr(out, "</p>\n");
	page_end(out, house);
}

const char *page_csp(void)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	static char csp[256];
	struct sha256 d = sha256_of(STYLE, sizeof STYLE - 1);
	char hash[45];
	size_t n = 0;

	for (size_t i = 0; i < SHA256_LEN; i += 3) { /* 32 bytes: the last group has two */
		unsigned v = (unsigned)d.b[i] << 16 | (unsigned)d.b[i + 1] << 8 |
			     (i + 2 < SHA256_LEN ? d.b[i + 2] : 0u);

		hash[n++] = digit[v >> 18];
		hash[n++] = digit[v >> 12 & 63];
		hash[n++] = digit[v >> 6 & 63];
		hash[n++] = i + 2 < SHA256_LEN ? digit[v & 63] : '=';
	}
	hash[n] = '\0';
	snprintf(csp, sizeof csp,
		 "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; "
		 "frame-ancestors 'none'",
		 hash);
	return csp;
}
