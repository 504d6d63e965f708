/* fault: what can go wrong between us and a mail server, told apart as far as the remedy differs.
 */
#pragma once

#include "base/str.h"

enum fault {
	FAULT_NONE,
	FAULT_CONFIG,	    /* ours: a CA file that cannot be read, a refused address */
	FAULT_NAME,	    /* the name has no address, or name service does not answer */
	FAULT_REFUSED,	    /* nobody listens there */
	FAULT_UNREACHABLE,  /* no route, or a firewall says so */
	FAULT_TIMEOUT,	    /* nobody answers in time */
	FAULT_LOST,	    /* the connection broke */
	FAULT_CERT_CA,	    /* certificate of an authority that is not trusted here */
	FAULT_CERT_SELF,    /* signed by itself */
	FAULT_CERT_NAME,    /* of another name */
	FAULT_CERT_EXPIRED, /* its time is over */
	FAULT_CERT_FUTURE,  /* its time has not begun */
	FAULT_CERT_OTHER,   /* revoked, weak, not for servers */
	FAULT_TLS_OLD,	    /* the server knows nothing newer than TLS 1.1 */
	FAULT_TLS,	    /* any other failure of the handshake: often no TLS at that port */
	FAULT_NO_STARTTLS,  /* STARTTLS asked for but not offered */
	FAULT_INJECTED,	    /* bytes between STARTTLS and the handshake */
	FAULT_PROTOCOL,	    /* it does not speak the protocol, or broke its rules or our limits */
	FAULT_NO_AUTH,	    /* no way to log in that we know (or may use) */
	FAULT_LOGIN,	    /* user or password refused */
	FAULT_LOGIN_LATER,  /* login refused for now */
	FAULT_TOKEN,	    /* the OAuth2 server gives no access token */
	FAULT_FOLDER,	    /* the folder does not exist */
	FAULT_SENDER,	    /* the relay does not take mail from our address */
	FAULT_SERVER,	    /* any other NO */
	FAULT_CRASH,	    /* its answer made our worker fall */
	FAULT_STOPPED	    /* by our own side */
};

const char *fault_name(enum fault f); /* for logs: "cert_name" */
/* One Spanish sentence or two for people: what happened and what to do. */
const char *fault_advice(enum fault f);
/* Trying again soon changes nothing, and hammering may lock the account. */
bool fault_is_refusal(enum fault f);
