/* err: one error text that gains context on its way up and is logged once, at the top. */
#pragma once

#include <stdbool.h>

struct err {
	char text[1024]; /* UTF-8, one line, never empty after err_set */
};

/* Replace the text. Always returns false, so that `return err_set(e, ...)` reads well.
 * e may be NULL (the caller does not care). */
bool err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As err_set, with ": " and the text of errno appended. Keeps errno. */
bool err_sys(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put "prefix: " before the text that is there. Always returns false. */
bool err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
