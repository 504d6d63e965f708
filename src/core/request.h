/* request: mail of the requester or a participant about their case (PROCEDURE.md, «What a
 * requester's reply does»). */
#pragma once

#include "core/act.h"
#include "core/thread.h"

struct plan *request_mail(struct arena *a, const struct world *w, const struct facts *f,
			  const struct thread *th, const struct trust *tr, const char *channel);
