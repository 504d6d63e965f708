#include "io/imap_session.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { LOGOUT_SECONDS = 5, STREAM_BUFFER = 16384, ANSWER_MAX = 300 };

/* --- libetpan's view of a stream --- */

static ssize_t low_read(mailstream_low *low, void *p, size_t n)
{
	return stream_read(low->data, p, n);
}

static ssize_t low_write(mailstream_low *low, const void *p, size_t n)
{
	return stream_write(low->data, p, n) ? (ssize_t)n : -1;
}

static int low_close(mailstream_low *low)
{
	(void)low; /* imap_close does it */
	return 0;
}

static int low_fd(mailstream_low *low)
{
	return stream_fd(low->data);
}

static void low_free(mailstream_low *low)
{
	free(low);
}

static void low_cancel(mailstream_low *low)
{
	stream_fail(low->data, FAULT_STOPPED, "stopped");
}

static mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_fd,
	.mailstream_free = low_free,
	.mailstream_cancel = low_cancel,
};

/* --- results --- */

void imap_limit(struct imap *m, int64_t bytes)
{
	stream_limit(m->stream, IMAP_CONTROL_SECONDS, IMAP_CONTROL_BYTES + bytes);
}

/* After these the library does not know where in the conversation it is. */
static bool out_of_step(int rc)
{
	switch (rc) {
	case MAILIMAP_ERROR_BAD_STATE:
	case MAILIMAP_ERROR_STREAM:
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_MEMORY:
	case MAILIMAP_ERROR_FATAL:
	case MAILIMAP_ERROR_PROTOCOL:
	case MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION:
		return true;
	default:
		return false;
	}
}

bool imap_ok(struct imap *m, int rc, enum fault no, const char *what, struct err *e)
{
	struct slice said = slice_of(m->session->imap_response);

	if (rc == MAILIMAP_NO_ERROR || rc == MAILIMAP_NO_ERROR_AUTHENTICATED ||
	    rc == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return true;
	m->dead = m->dead || out_of_step(rc) || stream_fault(m->stream) != FAULT_NONE;
	if (stream_fault(m->stream) != FAULT_NONE) {
		m->fault = stream_fault(m->stream);
		return err_set(e, "%s: %s", what, stream_text(m->stream));
	}
	if (m->dead) {
		m->fault = FAULT_PROTOCOL;
		return err_set(e, "%s: the server says BAD, or what is no IMAP (code %d)", what,
			       rc);
	}
	m->fault = no;
	said = slice_trim(slice_sub(said, 0, ANSWER_MAX));
	return err_set(e, "%s: the server says no: %.*s", what, (int)said.n, said.p);
}

bool imap_alive(const struct imap *m)
{
	return !m->dead && stream_fault(m->stream) == FAULT_NONE;
}

enum fault imap_fault(const struct imap *m)
{
	return m->fault;
}

bool imap_put(struct imap *m, const char *text)
{
	mailstream *s = m->session->imap_stream;
	size_t n = strlen(text);

	return mailstream_write(s, text, n) == (ssize_t)n && mailstream_flush(s) == 0;
}

int imap_end(struct imap *m)
{
	struct mailimap_response *r = NULL;
	int rc = mailimap_parse_response(m->session, &r);
	const struct mailimap_response_done *done;

	if (rc != MAILIMAP_NO_ERROR)
		return rc;
	done = r->rsp_resp_done;
	rc = done->rsp_type != MAILIMAP_RESP_DONE_TYPE_TAGGED ? MAILIMAP_ERROR_FATAL
	     : done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type == MAILIMAP_RESP_COND_STATE_OK
		     ? MAILIMAP_NO_ERROR
		     : MAILIMAP_ERROR_EXTENSION;
	mailimap_response_free(r);
	return rc;
}

struct mailimap_set *imap_set(const struct imap_uids *uids, size_t from, size_t n)
{
	struct mailimap_set *set = mailimap_set_new_empty();
	const uint32_t *uid = uids->uid + from;

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && uid[end] == uid[end - 1] + 1; end++)
			;
		mailimap_set_add_interval(set, uid[i], uid[end - 1]);
	}
	return set;
}

/* --- connect --- */

static bool greet(struct imap *m, struct err *e)
{
	mailstream_low *low = mailstream_low_new(m->stream, &driver);
	mailstream *s = mailstream_new(low, STREAM_BUFFER);
	int rc = mailimap_connect(m->session, s);

	if (rc == MAILIMAP_ERROR_PARSE || rc == MAILIMAP_ERROR_PROTOCOL)
		stream_fail(m->stream, FAULT_PROTOCOL, "no IMAP greeting");
	/* Who is logged in before anything was secured is not us. */
	if (rc == MAILIMAP_NO_ERROR_AUTHENTICATED) {
		stream_fail(m->stream, FAULT_PROTOCOL, "the server greets with PREAUTH");
		rc = MAILIMAP_ERROR_STREAM;
	}
	return imap_ok(m, rc, FAULT_SERVER, "greeting", e);
}

static bool start_tls(struct imap *m, struct err *e)
{
	int rc;

	imap_limit(m, 0);
	rc = mailimap_starttls(m->session);
	/* What came in the clear behind the answer would be taken for the secured server's. */
	if (m->session->imap_stream->read_buffer_len > 0)
		stream_fail(m->stream, FAULT_INJECTED, "bytes between STARTTLS and the handshake");
	if (rc == MAILIMAP_ERROR_PROTOCOL) /* BAD: it has never heard of it */
		rc = MAILIMAP_ERROR_STARTTLS;
	if (!imap_ok(m, rc, FAULT_NO_STARTTLS, "STARTTLS", e))
		return false;
	if (!stream_handshake(m->stream))
		return imap_ok(m, MAILIMAP_ERROR_STREAM, FAULT_TLS, "STARTTLS", e);
	return true;
}

static bool converse(struct imap *m, const char *access_token, struct err *e)
{
	if (!greet(m, e))
		return false;
	if (m->where.tls == STREAM_STARTTLS && !start_tls(m, e))
		return false;
	return imap_login(m, access_token, e);
}

struct imap *imap_open(const struct imap_conf *c, const char *access_token,
		       const struct stream_wake *wake, enum fault *fault, struct err *e)
{
	struct imap *m = mem_alloc(sizeof *m);

	m->conf = c;
	m->where = (struct stream_conf){.host = c->host,
					.port = c->port,
					.tls = c->tls,
					.ca_file = c->ca_file,
					.wake = wake ? *wake : (struct stream_wake){.fd = -1}};
	m->names = arena_new();
	m->stream = stream_open(&m->where, fault, e);
	if (m->stream)
		m->session = mailimap_new(0, NULL);
	if (m->stream && !converse(m, access_token, e)) {
		*fault = m->fault;
		imap_close(&m);
	}
	if (m && !m->stream)
		imap_close(&m);
	return m;
}

static void release(struct imap **mp)
{
	struct imap *m = *mp;

	*mp = NULL;
	if (m->session)
		mailimap_free(m->session);
	stream_close(&m->stream);
	arena_free(&m->names);
	free(m->copied.uid);
	free(m);
}

void imap_close(struct imap **mp)
{
	if (!*mp)
		return;
	/* The library says LOGOUT and waits when it is freed; on a failed stream it does not. */
	if ((*mp)->stream)
		stream_fail((*mp)->stream, FAULT_STOPPED, "closed");
	release(mp);
}

void imap_logout(struct imap **mp)
{
	struct imap *m = *mp;

	if (!m)
		return;
	if (!imap_alive(m)) {
		imap_close(mp);
		return;
	}
	stream_limit(m->stream, LOGOUT_SECONDS, IMAP_CONTROL_BYTES);
	mailimap_logout(m->session);
	release(mp);
}
