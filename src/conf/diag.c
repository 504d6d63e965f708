#include "conf/diag.h"

#include "base/text.h"

#include <string.h>

enum { MESSAGE_MAX = 600 };

void diags_init(struct diags *d)
{
	*d = (struct diags){.arena = arena_new()};
}

void diags_free(struct diags *d)
{
	arena_free(&d->arena);
	*d = (struct diags){0};
}

static const char *clean(struct arena *a, const char *s)
{
	return text_line(a, text_cut(slice_of(s), MESSAGE_MAX));
}

static int order(const struct diag *a, const struct diag *b)
{
	int by_file = strcmp(a->file, b->file);

	if (by_file)
		return by_file;
	return a->line != b->line ? a->line - b->line : a->column - b->column;
}

void diags_add(struct diags *d, struct diag one)
{
	size_t *count = one.severity == DIAG_ERROR ? &d->errors : &d->warnings;
	size_t at = d->n;

	if (++*count > DIAGS_MAX)
		return;
	one.file = clean(d->arena, one.file);
	one.message = clean(d->arena, one.message);
	one.remedy = clean(d->arena, one.remedy);
	while (at > 0 && order(&d->list[at - 1], &one) > 0) {
		d->list[at] = d->list[at - 1];
		at--;
	}
	d->list[at] = one;
	d->n++;
}

size_t diags_errors(const struct diags *d)
{
	return d->errors;
}

static void print_one(struct sbuf *out, const struct diag *one, bool colour)
{
	static const char *const words[] = {"error", "aviso"};
	static const char *const colours[] = {"\033[1;31m", "\033[1;33m"};

	sbuf_printf(out, "%s%s", colour ? "\033[1m" : "", one->file);
	if (one->line > 0)
		sbuf_printf(out, ":%d:%d", one->line, one->column);
	sbuf_printf(out, ":%s %s%s:%s %s", colour ? "\033[0m" : "",
		    colour ? colours[one->severity] : "", words[one->severity],
		    colour ? "\033[0m" : "", one->message);
	if (!str_empty(one->remedy))
		sbuf_printf(out, ". Remedio: %s", one->remedy);
	sbuf_chr(out, '\n');
}

void diags_print(struct sbuf *out, const struct diags *d, bool colour)
{
	size_t more = d->errors + d->warnings - d->n;

	for (size_t i = 0; i < d->n; i++)
		print_one(out, &d->list[i], colour);
	if (more)
		sbuf_printf(out, "… y %zu más: corrija estos y revise otra vez.\n", more);
}
