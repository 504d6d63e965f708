#include "store/statements_parts.h"

#include "base/str.h"
#include "store/tickets.h"

#include <stdlib.h>

static const struct statement *statement(enum sql id)
{
	static const struct statement *const parts[] = {statements_mail, statements_case,
							statements_out, statements_ask};

	for (size_t i = 0; i < COUNT(parts); i++)
		if (parts[i][id].text)
			return &parts[i][id];
	abort();
}

bool sql_may_scan(enum sql id)
{
	return statement(id)->scans;
}

/* «{name}» -> the ticket's fields, each as before NAME after. */
static void put_fields(struct sbuf *b, struct slice name)
{
	bool marks = slice_ieqs(name, "marks"), sets = slice_ieqs(name, "sets");

	for (size_t i = 0; i < ticket_fields_n; i++) {
		sbuf_cstr(b, i ? ", " : "");
		if (!marks)
			sbuf_cstr(b, ticket_fields[i].column);
		sbuf_cstr(b, marks ? "?" : sets ? " = ?" : "");
	}
}

char *sql_text(enum sql id)
{
	enum { TEXT_MAX = 16384 };
	struct sbuf b = SBUF_INIT(TEXT_MAX);
	struct slice rest = slice_of(statement(id)->text), piece;

	while (slice_next(&rest, '{', &piece)) {
		sbuf_slice(&b, piece);
		if (!slice_next(&rest, '}', &piece))
			break;
		if (piece.n)
			put_fields(&b, piece);
		else
			sbuf_cstr(&b, "{}");
	}
	return b.p;
}
