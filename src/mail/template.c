#include "mail/template.h"

#include "base/text.h"
#include "mail/template_files.h"
#include "mail/template_html.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SUBJECT_MAX = 300, /* bytes of a subject of ours */
	RENDERED_MAX =
		16 * 1024 * 1024 /* bytes of one part: far past what TEMPLATE_VAR_MAX allows */
};

struct template
{
	struct template_nodes subject, text;
};

struct template_set {
	struct arena *a;
	struct template templates[MAIL_PURPOSE_COUNT];
	struct slice layout; /* around what the desk says */
	struct slice plain;  /* around what a person says */
};

/* --- files --- */

/* 1 read, 0 no such file, -1 error. */
static int read_file(struct arena *a, const char *path, struct slice *out, struct err *e)
{
	struct sbuf b = SBUF_INIT(TEMPLATE_FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = -1;
	char part[4096];
	struct stat st;
	ssize_t n;

	if (fd < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		err_sys(e, "%s", path);
		return -1;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(e, "%s: no es un archivo corriente", path);
		goto out;
	}
	while ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			sbuf_put(&b, part, (size_t)n);
	if (n < 0)
		err_sys(e, "%s", path);
	else if (b.over)
		err_set(e, "%s: pasa de %d bytes", path, TEMPLATE_FILE_MAX);
	else if (!text_valid(sbuf_view(&b)) || memchr(b.p ? b.p : "", '\0', b.n))
		err_set(e, "%s: no es texto UTF-8", path);
	else {
		*out = (struct slice){arena_strn(a, b.p, b.n), b.n};
		rc = 1;
	}
out:
	close(fd);
	sbuf_free(&b);
	return rc;
}

static bool shipped(const char *file, struct slice *out)
{
	for (size_t i = 0; i < template_files_n; i++)
		if (str_eq(template_files[i].name, file)) {
			*out = slice_of(template_files[i].text);
			return true;
		}
	return false;
}

/* The entity's own file, or the shipped one. *path says which, for messages. */
static bool find_file(struct template_set *t, const char *dir, const char *file, const char **path,
		      struct slice *out, struct err *e)
{
	int rc = 0;

	if (dir) {
		*path = arena_printf(t->a, "%s/%s", dir, file);
		rc = read_file(t->a, *path, out, e);
	}
	if (rc != 0)
		return rc > 0;
	*path = arena_printf(t->a, "templates/es/%s", file);
	return shipped(file, out) || err_set(e, "%s: no existe esa plantilla", *path);
}

/* --- one template --- */

/* CRLF and CR to LF, a byte order mark and what trails away. */
static struct slice tidy(struct arena *a, struct slice s)
{
	struct sbuf b = SBUF_INIT(TEMPLATE_FILE_MAX);
	struct slice line = {NULL, 0};
	char *copy;

	if (slice_starts(s, SLICE("\xEF\xBB\xBF")))
		s = slice_sub(s, 3, s.n);
	while (slice_line(&s, &line)) {
		sbuf_slice(&b, line);
		sbuf_chr(&b, '\n');
	}
	while (b.n > 0 && strchr(" \t\n", b.p[b.n - 1]))
		sbuf_cut(&b, b.n - 1);
	copy = sbuf_dup(a, &b);
	sbuf_free(&b);
	return slice_of(copy);
}

static bool read_template(struct template_set *t, const char *dir, const char *name,
			  struct template *out, struct err *e)
{
	struct slice subject_key = SLICE("Asunto:"), source = {NULL, 0}, rest, subject, blank;
	const char *path;

	if (!find_file(t, dir, arena_printf(t->a, "%s.txt", name), &path, &source, e))
		return false;
	rest = tidy(t->a, source);
	if (!slice_line(&rest, &subject) || !slice_starts(subject, subject_key))
		return err_set(e, "%s:1:1: la primera línea debe ser «Asunto: …»", path);
	if (!slice_line(&rest, &blank) || slice_trim(blank).n > 0)
		return err_set(e, "%s:2:1: después del asunto va una línea en blanco", path);
	if (slice_trim(rest).n == 0)
		return err_set(e, "%s:3:1: no hay texto", path);
	/* the key keeps its place as blanks, so that columns are right */
	subject =
		slice_of(arena_printf(t->a, "%*s%.*s", (int)subject_key.n, "",
				      (int)(subject.n - subject_key.n), subject.p + subject_key.n));
	return template_parse(t->a, path, 1, subject, &out->subject, e) &&
	       template_parse(t->a, path, 3, rest, &out->text, e);
}

static bool read_layout(struct template_set *t, const char *dir, const char *file,
			struct slice *out, struct err *e)
{
	struct sbuf probe = SBUF_INIT(RENDERED_MAX);
	struct slice source = {NULL, 0};
	const char *path;
	bool ok;

	if (!find_file(t, dir, file, &path, &source, e))
		return false;
	*out = tidy(t->a, source);
	ok = template_layout(&probe, *out, SLICE(""), "", NULL, 0);
	sbuf_free(&probe);
	return ok || err_set(e, "%s:1:1: falta <!--content-->", path);
}

struct template_set *template_load(const char *dir, struct err *e)
{
	struct template_set *t = mem_alloc(sizeof *t);
	bool ok;

	t->a = arena_new();
	ok = read_layout(t, dir, "layout.html", &t->layout, e) &&
	     read_layout(t, dir, "plain.html", &t->plain, e);
	for (int i = 0; ok && i < MAIL_PURPOSE_COUNT; i++)
		ok = read_template(t, dir, mail_purpose_name((enum mail_purpose)i),
				   &t->templates[i], e);
	if (!ok)
		template_free(&t);
	return t;
}

void template_free(struct template_set **tp)
{
	if (*tp)
		arena_free(&(*tp)->a);
	free(*tp);
	*tp = NULL;
}

/* --- one mail --- */

static void marked_free(struct marked *m)
{
	sbuf_free(&m->text);
	sbuf_free(&m->marks);
}

static const char *render_subject(struct arena *a, const struct template_nodes *t,
				  const struct var *vars, size_t n)
{
	struct marked m = {SBUF_INIT(RENDERED_MAX), SBUF_INIT(RENDERED_MAX)};
	struct slice line, cut;

	template_put(a, &m, t, vars, n);
	line = slice_of(text_line(a, sbuf_view(&m.text)));
	cut = text_cut(line, SUBJECT_MAX);
	marked_free(&m);
	return cut.n == line.n ? line.p : arena_printf(a, "%.*s…", (int)cut.n, cut.p);
}

/* What sections left behind: blank lines at both ends, and more than one between paragraphs. */
static void tidy_rendered(struct marked *m)
{
	size_t n = 0, breaks = 2;

	for (size_t i = 0; i < m->text.n; i++) {
		bool is_break = m->text.p[i] == '\n' && m->marks.p[i] == MARK_TEMPLATE;

		breaks = is_break ? breaks + 1 : 0;
		if (breaks > 2)
			continue;
		m->text.p[n] = m->text.p[i];
		m->marks.p[n++] = m->marks.p[i];
	}
	while (n > 0 && strchr(" \t\n", m->text.p[n - 1]))
		n--;
	sbuf_cut(&m->text, n);
	sbuf_cut(&m->marks, n);
}

static void render_body(struct arena *a, const struct template_set *t, enum mail_purpose purpose,
			const struct var *vars, size_t n, struct rendered *out)
{
	struct marked m = {SBUF_INIT(RENDERED_MAX), SBUF_INIT(RENDERED_MAX)};
	struct sbuf content = SBUF_INIT(RENDERED_MAX), html = SBUF_INIT(RENDERED_MAX);

	template_put(a, &m, &t->templates[purpose].text, vars, n);
	tidy_rendered(&m);
	template_html(&content, &m);
	template_layout(&html, purpose == MAIL_RELAY_OUT ? t->plain : t->layout,
			sbuf_view(&content), out->subject, vars, n);
	sbuf_chr(&m.text, '\n');
	out->text = sbuf_dup(a, &m.text);
	out->html = sbuf_dup(a, &html);
	sbuf_free(&content);
	sbuf_free(&html);
	marked_free(&m);
}

bool template_render(struct arena *a, const struct template_set *t, const char *name,
		     const struct var *vars, size_t n, struct rendered *out, struct err *e)
{
	for (int i = 0; i < MAIL_PURPOSE_COUNT; i++) {
		if (!str_eq(mail_purpose_name((enum mail_purpose)i), name))
			continue;
		out->subject = render_subject(a, &t->templates[i].subject, vars, n);
		render_body(a, t, (enum mail_purpose)i, vars, n, out);
		return true;
	}
	return err_set(e, "no hay una plantilla llamada «%s»", name);
}
