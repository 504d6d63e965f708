/* yaml_reason: why a text is no YAML, in Spanish and with a place. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

struct yaml_reason {
	int line, column; /* from 1; yaml_readable sets them */
	const char *message, *remedy;
};

/* What libyaml refuses without saying where: no UTF-8, control characters. */
bool yaml_readable(struct slice s, struct yaml_reason *why);
/* libyaml's own words for a fault. */
struct yaml_reason yaml_reason(struct arena *a, const char *problem);
