#include "mail/flowed.h"

enum { DEPTH_MAX = 1000 };

struct line {
	size_t depth;
	struct slice text; /* unstuffed */
	bool flows;
};

static struct line read_line(struct slice s, bool delsp)
{
	struct line l = {0};

	while (l.depth < s.n && l.depth < DEPTH_MAX && s.p[l.depth] == '>')
		l.depth++;
	l.text = slice_sub(s, l.depth, s.n);
	if (l.text.n && l.text.p[0] == ' ')
		l.text = slice_sub(l.text, 1, l.text.n);
	/* the line before a signature never flows */
	l.flows = l.text.n && l.text.p[l.text.n - 1] == ' ' && !slice_eq(l.text, SLICE("-- "));
	if (l.flows && delsp)
		l.text.n--;
	return l;
}

struct slice flowed_join(struct arena *a, struct slice text, bool delsp)
{
	char *out = arena_alloc(a, 2 * text.n +
					   2); /* each line gains a blank after its marks at most */
	size_t n = 0, depth = 0;
	bool joins = false;
	struct slice rest = text, s;

	while (slice_line(&rest, &s)) {
		struct line l = read_line(s, delsp);

		if (!joins || l.depth != depth || slice_eq(l.text, SLICE("-- "))) {
			if (n)
				out[n++] = '\n';
			for (size_t i = 0; i < l.depth; i++)
				out[n++] = '>';
			if (l.depth && l.text.n)
				out[n++] = ' ';
		}
		for (size_t i = 0; i < l.text.n; i++)
			out[n++] = l.text.p[i];
		joins = l.flows;
		depth = l.depth;
	}
	if (n || text.n)
		out[n++] = '\n';
	return (struct slice){out, n};
}
