/* statements_parts: the table of statements, a part for each kind of reader. */
#pragma once

#include "store/statements.h"

struct statement {
	const char *text; /* NULL: in another part */
	bool scans;	  /* may read more the older the desk is */
};

extern const struct statement statements_mail[SQL_COUNT], statements_case[SQL_COUNT],
	statements_out[SQL_COUNT], statements_ask[SQL_COUNT];

#define OPEN_STATES "('new', 'open', 'waiting', 'external', 'verifying')"
