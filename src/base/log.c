#include "base/log.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, QUOTE_MAX = 200 };

static struct {
	const char *program;
	enum log_level most;
	bool journal;
} state = {.program = "mesad", .most = LOG_LEVEL_INFO};

void log_open(const char *program, enum log_level most)
{
	state.program = program;
	state.most = most;
	state.journal = !str_empty(getenv("JOURNAL_STREAM"));
}

/* Nothing that moves a cursor, ends a line or turns the reading direction. */
static bool is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x200E && cp <= 0x200F) ||
	       (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void put_escaped(struct sbuf *b, struct slice s, const char *also)
{
	uint32_t cp;

	for (size_t len; (len = text_next(s, &cp)) > 0; s = slice_sub(s, len, s.n)) {
		char piece[8];
		int n = 0;

		if (len == 1 && cp == 0xFFFD)
			n = snprintf(piece, sizeof piece, "\\x%02x", (unsigned char)s.p[0]);
		else if (is_unsafe(cp))
			n = snprintf(piece, sizeof piece, cp < 0x80 ? "\\x%02x" : "\\u%04x", cp);
		else if (cp < 0x80 && strchr(also, (int)cp))
			n = snprintf(piece, sizeof piece, "\\%c", (char)cp);
		if (b->n + (n ? (size_t)n : len) > b->max) {
			b->over = true; /* whole characters or nothing */
			return;
		}
		sbuf_put(b, n ? piece : s.p, n ? (size_t)n : len);
	}
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARN:
		return "warn";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		return "debug";
	}
	return "info";
}

static void put_head(struct sbuf *line, enum log_level level)
{
	struct timespec now;
	struct tm tm;

	if (state.journal) {
		sbuf_printf(line, "<%d>", (int)level);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	sbuf_printf(line, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s[%ld] %s ", tm.tm_year + 1900,
		    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		    now.tv_nsec / 1000000, state.program, (long)getpid(), level_name(level));
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	struct sbuf body = SBUF_INIT(LINE_MAX_BYTES), line = SBUF_INIT(LINE_MAX_BYTES - 1);
	int saved = errno;
	va_list ap;
	ssize_t written;

	if (level > state.most)
		return;
	put_head(&line, level);
	sbuf_printf(&line, "event=%s", event);
	va_start(ap, fmt);
	sbuf_vprintf(&body, fmt, ap);
	va_end(ap);
	if (body.n > 0)
		sbuf_chr(&line, ' ');
	put_escaped(&line, sbuf_view(&body), "");
	line.max++;
	line.over = false;
	sbuf_chr(&line, '\n');
	/* One write a line: lines of several processes on one stderr do not mix. A log that cannot
	 * be written is nobody's to report. */
	do
		written = write(STDERR_FILENO, line.p, line.n);
	while (written < 0 && errno == EINTR);
	sbuf_free(&body);
	sbuf_free(&line);
	errno = saved;
}

const char *log_quote(struct arena *a, const char *value)
{
	struct sbuf b = SBUF_INIT(4 * QUOTE_MAX + 8);
	struct slice s = slice_of(value), cut = text_cut(s, QUOTE_MAX);
	const char *out;

	sbuf_chr(&b, '"');
	put_escaped(&b, cut, "\"\\");
	if (cut.n < s.n)
		sbuf_cstr(&b, "…");
	sbuf_chr(&b, '"');
	out = sbuf_dup(a, &b);
	sbuf_free(&b);
	return out;
}
