/* desk.yaml: the patterns of the numbers of cases. */
#include "conf/load.h"

#include <string.h>

enum { PATTERNS_MAX = 20, PATTERN_LEN = 40 };

/* Literals that survive a subject, {year} once, {seq} or {seq:1…9} once. */
static bool pattern_ok(struct slice s)
{
	unsigned years = 0, seqs = 0;

	if (s.n == 0 || s.n > PATTERN_LEN)
		return false;
	while (s.n) {
		size_t used = 1;

		if (slice_starts(s, SLICE("{year}"))) {
			years++;
			used = 6;
		} else if (slice_starts(s, SLICE("{seq}"))) {
			seqs++;
			used = 5;
		} else if (slice_starts(s, SLICE("{seq:")) && s.n > 6 && s.p[5] >= '1' &&
			   s.p[5] <= '9' && s.p[6] == '}') {
			seqs++;
			used = 7;
		} else if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				   "0123456789-_/.",
				   s.p[0])) {
			return false;
		}
		s = slice_sub(s, used, SIZE_MAX);
	}
	return years == 1 && seqs == 1;
}

static void add_pattern(struct load *l, const char **list, const struct node *at)
{
	if (!is_scalar(&l->r, at))
		return;
	if (!pattern_ok(slice_of(at->text)) || strstr(at->text, "}{")) {
		tell(&l->r, at, DIAG_ERROR, "escriba por ejemplo \"ST-{year}-{seq:6}\"",
		     "«%.60s» no sirve como número: hacen falta {year} y {seq}, separados",
		     at->text);
		return;
	}
	list[l->p->n_number_patterns++] = at->text;
}

void load_numbers(struct load *l, const struct node *current, const struct node *before)
{
	const char **list = arena_array(l->r.a, PATTERNS_MAX + 1, sizeof *list);

	if (current)
		add_pattern(l, list, current);
	if (!l->p->n_number_patterns)
		list[l->p->n_number_patterns++] = "ST-{year}-{seq:6}";
	l->p->number = list[0];
	l->p->number_patterns = list;
	if (!before || node_blank(before))
		return;
	if (before->kind != NODE_LIST || before->count > PATTERNS_MAX) {
		tell(&l->r, before, DIAG_ERROR, "escriba una lista: [\"SOP-{year}-{seq:4}\"]",
		     "aquí se esperaba una lista de hasta %d números anteriores", PATTERNS_MAX);
		return;
	}
	for (const struct node *one = before->first; one; one = one->next)
		add_pattern(l, list, one);
}
