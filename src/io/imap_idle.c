#include "base/str.h"
#include "io/imap_session.h"
#include "io/sys.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

/* Lines without news while idling: «still here» every two minutes is usual. */
enum { IDLE_LINES_MAX = 1000 };

bool imap_has_idle(const struct imap *m)
{
	return !m->no_idle && mailimap_has_extension(m->session, "IDLE") != 0;
}

bool imap_noop(struct imap *m, struct err *e)
{
	imap_limit(m, 0);
	return imap_ok(m, mailimap_noop(m->session), FAULT_SERVER, "NOOP", e);
}

/* "* 6 EXISTS": a line that the library does not see is told to it by hand. */
static bool is_news(struct imap *m, const char *line)
{
	struct mailimap_selection_info *info = m->session->imap_selection_info;
	struct slice s = slice_of(line), star, number, word;
	uint64_t n;

	if (!slice_next(&s, ' ', &star) || !slice_eq(star, SLICE("*")) ||
	    !slice_next(&s, ' ', &number) || !slice_u64(number, &n) || n > UINT32_MAX)
		return false;
	word = slice_trim(s);
	if (slice_ieqs(word, "EXISTS") && info)
		info->sel_exists = (uint32_t)n;
	return slice_ieqs(word, "EXISTS") || slice_ieqs(word, "RECENT");
}

static bool is_bye(const char *line)
{
	return strncasecmp(line, "* BYE", 5) == 0;
}

/* Something can be read without waiting: the socket alone does not tell. */
static bool has_line(const struct imap *m)
{
	return m->session->imap_stream->read_buffer_len > 0 || stream_pending(m->stream);
}

static enum imap_woken failed(struct imap *m, int rc, const char *what, struct err *e)
{
	imap_ok(m, rc, FAULT_SERVER, what, e);
	return IMAP_WOKEN_ERROR;
}

/* Ready, nothing in time, or a call. What the caller waits for may have come already, while
 * something was read from the server. */
static enum imap_woken wait_both(const struct imap *m, const struct stream_wake *call,
				 int64_t until_ms)
{
	bool ask = true;

	for (;;) {
		struct pollfd p[2] = {{stream_fd(m->stream), POLLIN, 0}, {call->fd, POLLIN, 0}};
		int64_t left = until_ms - sys_mono_ms();
		int n;

		if (ask && call->stop && call->stop(call->ctx))
			return IMAP_WOKEN_CALL;
		if (left < 0)
			left = 0;
		n = poll(p, call->fd >= 0 ? 2 : 1, left > INT_MAX ? INT_MAX : (int)left);
		ask = n > 0 && p[1].revents;
		if (n == 0)
			return IMAP_WOKEN_TIME;
		if (n < 0 && errno != EINTR)
			return IMAP_WOKEN_ERROR;
		if (n > 0 && p[0].revents)
			return IMAP_WOKEN_NEWS;
	}
}

/* One line while idling: NEWS, ERROR, or TIME for "nothing that matters". */
static enum imap_woken idle_line(struct imap *m, struct err *e)
{
	const char *line;

	imap_limit(m, 0);
	line = mailimap_read_line(m->session);
	if (!line)
		return failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
	if (is_bye(line)) {
		stream_fail(m->stream, FAULT_LOST, "the server says BYE");
		return failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
	}
	/* Its end by itself, or nonsense: nobody would tell of news any more. */
	if (line[0] != '*' && line[0] != '+') {
		stream_fail(m->stream, FAULT_PROTOCOL, "the server leaves IDLE by itself");
		return failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
	}
	return is_news(m, line) ? IMAP_WOKEN_NEWS : IMAP_WOKEN_TIME;
}

static enum imap_woken idle_loop(struct imap *m, const struct stream_wake *call, int64_t until_ms,
				 struct err *e)
{
	for (int i = 0; i < IDLE_LINES_MAX; i++) {
		enum imap_woken woken =
			has_line(m) ? IMAP_WOKEN_NEWS : wait_both(m, call, until_ms);

		if (woken != IMAP_WOKEN_NEWS)
			return woken;
		woken = idle_line(m, e);
		if (woken != IMAP_WOKEN_TIME)
			return woken;
	}
	stream_fail(m->stream, FAULT_PROTOCOL, "the server talks without end");
	return failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
}

/* Enter IDLE. The continuation may come after untagged lines, which may be the news already. */
static bool idle_start(struct imap *m, bool *news, enum imap_woken *result, struct err *e)
{
	const char *line;

	imap_limit(m, 0);
	if (mailimap_send_current_tag(m->session) != MAILIMAP_NO_ERROR ||
	    !imap_put(m, "IDLE\r\n")) {
		*result = failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
		return false;
	}
	do {
		line = mailimap_read_line(m->session);
		if (line && is_news(m, line))
			*news = true;
	} while (line && line[0] == '*' && !is_bye(line));
	if (line && line[0] == '+')
		return true;
	if (!line || line[0] == '*') {
		stream_fail(m->stream, FAULT_LOST, "the server says BYE");
		*result = failed(m, MAILIMAP_ERROR_STREAM, "IDLE", e);
		return false;
	}
	m->no_idle = true; /* a tagged refusal: poll from now on */
	*result = *news ? IMAP_WOKEN_NEWS : IMAP_WOKEN_TIME;
	return false;
}

static enum imap_woken idle(struct imap *m, const struct stream_wake *call, int64_t ms,
			    struct err *e)
{
	enum imap_woken result = IMAP_WOKEN_ERROR;
	bool news = false;
	int rc;

	if (!idle_start(m, &news, &result, e))
		return result;
	result = news ? IMAP_WOKEN_NEWS : idle_loop(m, call, sys_mono_ms() + ms, e);
	if (result == IMAP_WOKEN_ERROR)
		return result;
	imap_limit(m, 0);
	rc = imap_put(m, "DONE\r\n") && mailimap_read_line(m->session) ? imap_end(m)
								       : MAILIMAP_ERROR_STREAM;
	return imap_ok(m, rc, FAULT_SERVER, "IDLE", e) ? result : IMAP_WOKEN_ERROR;
}

enum imap_woken imap_wait(struct imap *m, const struct stream_wake *call, int64_t ms, struct err *e)
{
	enum imap_woken woken;
	uint32_t before = imap_exists(m);

	if (imap_has_idle(m)) {
		woken = idle(m, call, ms, e);
		/* What came between DONE and its end. */
		return woken != IMAP_WOKEN_ERROR && imap_exists(m) > before ? IMAP_WOKEN_NEWS
									    : woken;
	}
	woken = wait_both(m, call, sys_mono_ms() + ms);
	if (woken == IMAP_WOKEN_CALL)
		return woken;
	if (!imap_noop(m, e))
		return IMAP_WOKEN_ERROR;
	return imap_exists(m) != before ? IMAP_WOKEN_NEWS : IMAP_WOKEN_TIME;
}
