/* desk.yaml: senders with a fate of their own. */
#include "base/text.h"
#include "conf/load.h"

struct intake_row {
	const struct node *at;
	const char *name;
	struct strs from;
	int requester;
	bool acknowledge;
};

enum requester { REQUESTER_FROM, REQUESTER_REPLY_TO };
static const struct choice requester_choices[] = {
	{"from", REQUESTER_FROM}, {"reply_to", REQUESTER_REPLY_TO}, {NULL, 0}};

static const struct key intake_keys[] = {
	{.name = "name",
	 .read = read_str,
	 .offset = offsetof(struct intake_row, name),
	 .required = true,
	 .min = 1,
	 .max = 80},
	{.name = "from",
	 .read = read_strs,
	 .offset = offsetof(struct intake_row, from),
	 .required = true,
	 .max = 254},
	{.name = "requester",
	 .read = read_choice,
	 .offset = offsetof(struct intake_row, requester),
	 .choices = requester_choices},
	{.name = "acknowledge",
	 .read = read_bool,
	 .offset = offsetof(struct intake_row, acknowledge),
	 .otherwise = "true"},
};

static void intake_from(struct load *l, struct intake_row *row)
{
	for (size_t i = 0; i < row->from.n; i++) {
		const char *s = row->from.v[i];
		bool domain = s[0] == '@';
		const char *whole = domain ? arena_printf(l->r.a, "x%s", s) : s;

		if (!address_valid(whole))
			tell(&l->r, row->from.at[i], DIAG_ERROR,
			     "escriba una dirección completa o @dominio",
			     "«%.80s» no es una dirección ni un dominio", s);
		row->from.v[i] = text_fold(l->r.a, slice_of(s));
	}
}

void load_intake(struct load *l, const struct node *list)
{
	struct intake_row *rows;
	struct intake *out;
	size_t n;

	rows = schema_rows(&l->r, list, intake_keys, COUNT(intake_keys), sizeof *rows, &n);
	out = arena_array(l->r.a, n, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		intake_from(l, &rows[i]);
		out[i] = (struct intake){.name = rows[i].name ? rows[i].name : "",
					 .from = rows[i].from.v,
					 .n_from = rows[i].from.n,
					 .requester_from_reply_to =
						 rows[i].requester == REQUESTER_REPLY_TO,
					 .case_without_ack = !rows[i].acknowledge};
	}
	l->p->intake = out;
	l->p->n_intake = n;
}
