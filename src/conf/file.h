/* file: a whole small regular file in memory. */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum file_result { FILE_OK, FILE_MISSING, FILE_TROUBLE };

/* name: relative to dir, or absolute. More than max bytes, a directory or a device is trouble.
 * e (Spanish) is set unless FILE_OK. */
enum file_result file_read(struct arena *a, const char *dir, const char *name, size_t max,
			   struct slice *out, struct err *e);
char *file_path(struct arena *a, const char *dir, const char *name);
