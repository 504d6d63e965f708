#include "base/str.h"
#include "io/imap_session.h"
#include "io/sasl.h"

#include <string.h>
#include <strings.h>

/* The library's own CAPABILITY call dies when a server answers without a list; this one does not.
 * What was said before TLS or login is thrown away. */
static bool capabilities(struct imap *m, struct err *e)
{
	struct mailimap_connection_info *info = m->session->imap_connection_info;

	if (info && info->imap_capability) {
		mailimap_capability_data_free(info->imap_capability);
		info->imap_capability = NULL;
	}
	imap_limit(m, 0);
	if (mailimap_send_current_tag(m->session) != MAILIMAP_NO_ERROR ||
	    !imap_put(m, "CAPABILITY\r\n") || !mailimap_read_line(m->session))
		return imap_ok(m, MAILIMAP_ERROR_STREAM, FAULT_LOST, "CAPABILITY", e);
	return imap_ok(m, imap_end(m), FAULT_PROTOCOL, "CAPABILITY", e);
}

static bool is_later(const char *code)
{
	static const char *const later[] = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"};

	for (size_t i = 0; code && i < COUNT(later); i++)
		if (strcasecmp(code, later[i]) == 0)
			return true;
	return false;
}

static enum fault refusal(const struct imap *m)
{
	const struct mailimap_response_info *info = m->session->imap_response_info;

	return info && is_later(info->rsp_atom) ? FAULT_LOGIN_LATER : FAULT_LOGIN;
}

/* The first line that is no untagged one: '+', or the tagged end. 0 when the stream failed. */
static char next_turn(struct imap *m)
{
	const char *line;

	do
		line = mailimap_read_line(m->session);
	while (line && line[0] == '*');
	return !line ? '\0' : line[0] == '+' ? '+' : 't';
}

static bool authenticate(struct imap *m, const char *mechanism, const char *response, struct err *e)
{
	bool ok = mailimap_send_current_tag(m->session) == MAILIMAP_NO_ERROR &&
		  imap_put(m, mechanism);
	char turn = ok ? next_turn(m) : '\0';
	int rc;

	/* A second turn is an explanation of the refusal: an empty line brings the end. */
	for (int i = 0; i < 2 && turn == '+'; i++) {
		ok = imap_put(m, i == 0 ? response : "") && imap_put(m, "\r\n");
		turn = ok ? next_turn(m) : '\0';
	}
	rc = turn == 't' ? imap_end(m) : turn ? MAILIMAP_ERROR_PROTOCOL : MAILIMAP_ERROR_STREAM;
	if (rc == MAILIMAP_NO_ERROR)
		m->session->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	return imap_ok(m, rc, refusal(m), "login", e);
}

static bool is_plain_text(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7E)
			return false;
	return true;
}

bool imap_offers(const struct imap *m, const char *mechanism)
{
	return mailimap_has_authentication(m->session, mechanism) != 0;
}

static bool fail_no_auth(struct imap *m, const char *what, struct err *e)
{
	m->fault = FAULT_NO_AUTH;
	return err_set(e, "login: the server offers no %s", what);
}

static bool login_password(struct imap *m, struct err *e)
{
	const char *user = m->conf->user, *password = m->conf->password;
	bool no_login = mailimap_has_extension(m->session, "LOGINDISABLED") != 0;
	bool simple = is_plain_text(user) && is_plain_text(password);
	int rc;

	/* LOGIN's strings are ASCII; PLAIN takes UTF-8. */
	if (imap_offers(m, "PLAIN") && (no_login || !simple))
		return authenticate(m, "AUTHENTICATE PLAIN\r\n",
				    sasl_plain(m->names, user, password), e);
	if (no_login || !simple)
		return fail_no_auth(m,
				    no_login ? "LOGIN and no AUTH=PLAIN"
					     : "AUTH=PLAIN, which this password needs",
				    e);
	rc = mailimap_login(m->session, user, password);
	return imap_ok(m, rc, refusal(m), "login", e);
}

bool imap_login(struct imap *m, const char *access_token, struct err *e)
{
	bool ok;

	if (!capabilities(m, e))
		return false;
	if (str_empty(m->conf->user))
		return true;
	stream_limit(m->stream, IMAP_LOGIN_SECONDS, IMAP_CONTROL_BYTES);
	if (!access_token)
		ok = login_password(m, e);
	else if (!imap_offers(m, "XOAUTH2"))
		ok = fail_no_auth(m, "AUTH=XOAUTH2", e);
	else
		ok = authenticate(m, "AUTHENTICATE XOAUTH2\r\n",
				  sasl_xoauth2(m->names, m->conf->user, access_token), e);
	return ok && capabilities(m, e);
}
