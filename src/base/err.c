#include "base/err.h"

#include "base/str.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Texts of servers and libraries get in here: what leaves is one line of valid UTF-8. */
static void err_store(struct err *e, const char *raw)
{
	struct slice s = slice_of(raw);
	size_t at = 0;
	uint32_t cp;

	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n)) {
		bool bad = len == 1 && cp == 0xFFFD;
		bool control =
			cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029;

		if (bad || control) {
			if (at + 1 >= sizeof e->text)
				break;
			e->text[at++] = bad ? '?' : ' ';
			continue;
		}
		if (at + len >= sizeof e->text)
			break;
		memcpy(e->text + at, s.p, len);
		at += len;
	}
	while (at > 0 && e->text[at - 1] == ' ')
		at--;
	e->text[at] = '\0';
	if (at == 0)
		snprintf(e->text, sizeof e->text, "unknown error");
}

bool err_set(struct err *e, const char *fmt, ...)
{
	char raw[sizeof e->text + 8];
	int saved = errno;
	va_list ap;

	if (!e)
		return false;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	err_store(e, raw);
	errno = saved;
	return false;
}

bool err_sys(struct err *e, const char *fmt, ...)
{
	char what[sizeof e->text], why[128], raw[sizeof what + sizeof why + 2];
	int saved = errno;
	va_list ap;

	if (!e)
		return false;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	snprintf(raw, sizeof raw, "%s: %s", what, strerror_r(saved, why, sizeof why));
	err_store(e, raw);
	errno = saved;
	return false;
}

bool err_prefix(struct err *e, const char *fmt, ...)
{
	char prefix[sizeof e->text], raw[2 * sizeof e->text + 2];
	int saved = errno;
	va_list ap;

	if (!e)
		return false;
	va_start(ap, fmt);
	vsnprintf(prefix, sizeof prefix, fmt, ap);
	va_end(ap);
	snprintf(raw, sizeof raw, "%s: %s", prefix, e->text);
	err_store(e, raw);
	errno = saved;
	return false;
}
