/* who: the fields of «who wrote», read by the splitter alone, in the desk itself. */
#pragma once

#include "core/facts.h"
#include "mail/header.h"

/* Overwrites from, from_count, sender, reply_to, message_id, in_reply_to, references, reply_token,
 * hops and `ours` in f from the raw header. A display name of f is kept (decoded) where its address
 * is the same; otherwise the raw name is used as a clean line. Pure; linked into the desk and the
 * parser. */
void who_read(struct arena *a, const struct headers *h, struct facts *f);
