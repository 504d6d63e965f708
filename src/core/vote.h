/* vote: one evaluation, by page or by reply. */
#pragma once

#include "core/act.h"

enum vote_result vote_on(struct act *x, const struct vote *v);
