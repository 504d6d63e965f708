#include "io/probe.h"

#include "base/str.h"
#include "base/text.h"
#include "io/probe_say.h"

#include <stdio.h>
#include <string.h>

/* Text into a field of n bytes, never half a character. */
static void put(char *to, size_t n, const char *text)
{
	struct slice s = text_cut(slice_of(text), n - 1);

	memcpy(to, s.p ? s.p : "", s.n);
	to[s.n] = '\0';
}

bool probe_bad(struct probe_result *r, enum fault f, const struct err *e)
{
	r->ok = false;
	r->fault = f == FAULT_NONE ? FAULT_PROTOCOL : f;
	put(r->say, sizeof r->say, fault_advice(r->fault));
	put(r->detail, sizeof r->detail, e->text);
	return false;
}

const char *probe_tls_words(enum stream_tls tls)
{
	return tls == STREAM_PLAIN ? "sin cifrado (servidor en este mismo equipo)"
				   : "con cifrado y certificado válido";
}

static bool look_into(struct imap *m, const struct imap_conf *c, int64_t since,
		      struct probe_result *r, struct err *e)
{
	if (!imap_select(m, c->folder, e))
		return false;
	r->messages = imap_exists(m);
	r->since = r->messages;
	return since <= 0 || imap_count_since(m, since, &r->before, &r->since, e);
}

static void say_imap(const struct imap_conf *c, int64_t since, struct probe_result *r)
{
	int n = snprintf(r->say, sizeof r->say, "Conexión %s e ingreso correctos. ",
			 probe_tls_words(c->tls));
	char *at = r->say + n;
	size_t room = sizeof r->say - (size_t)n;

	if (since <= 0)
		snprintf(at, room, "La carpeta «%.200s» tiene %zu mensajes; todos se recibirán.",
			 c->folder, r->messages);
	else
		snprintf(at, room,
			 "La carpeta «%.200s» tiene %zu mensajes: %zu de antes del inicio, que no "
			 "abrirán casos, y %zu desde ese día.",
			 c->folder, r->messages, r->before, r->since);
}

static bool skip_login(struct imap *m, const struct imap_conf *c, struct probe_result *r)
{
	struct err e;

	r->login_skipped = true;
	if (!imap_offers(m, "XOAUTH2")) {
		err_set(&e, "no AUTH=XOAUTH2");
		return probe_bad(r, FAULT_NO_AUTH, &e);
	}
	snprintf(r->say, sizeof r->say,
		 "Conexión %s correcta y el servidor admite OAuth2. El ingreso no se probó: lo "
		 "renueva el servicio en marcha.",
		 probe_tls_words(c->tls));
	return true;
}

bool probe_imap(const struct imap_conf *c, int64_t since, struct probe_result *r)
{
	struct imap_conf as = *c;
	enum fault fault = FAULT_NONE;
	struct err e = {""};
	struct imap *m;

	*r = (struct probe_result){.ok = true};
	if (c->oauth2)
		as.user = ""; /* no login */
	m = imap_open(&as, NULL, NULL, &fault, &e);
	if (!m)
		return probe_bad(r, fault, &e);
	if (c->oauth2)
		skip_login(m, c, r);
	else if (!look_into(m, c, since, r, &e))
		probe_bad(r, imap_fault(m), &e);
	else
		say_imap(c, since, r);
	imap_logout(&m);
	return r->ok;
}
