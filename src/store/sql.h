/* sql: the migrations (sql/NNN-NAME.sql), in order, as the build embeds them. The number of those
 * that were applied is the file's user_version. */
#pragma once

#include <stddef.h>

struct sql_file {
	const char *name, *text;
};

extern const struct sql_file sql_migrations[];
extern const size_t sql_migrations_n;
