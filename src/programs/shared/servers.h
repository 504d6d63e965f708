/* servers: a server of mesad.yaml with its secrets, as the workers and the probe want it. Secrets
 * are read anew at each call and live in the arena alone. */
#pragma once

#include "conf/conf.h"
#include "io/imap.h"
#include "io/smtp.h"

bool servers_imap(struct arena *a, const struct mesad_conf *c, const struct mailbox_conf *box,
		  struct imap_conf *out, struct err *e);
bool servers_smtp(struct arena *a, const struct mesad_conf *c, struct smtp_conf *out,
		  struct err *e);
/* Where a refreshed token of this server is kept: in state_dir, never beside the configuration. */
char *servers_token_path(struct arena *a, const struct mesad_conf *c, const struct server_conf *s);
