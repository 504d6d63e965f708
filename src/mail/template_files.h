/* template_files: config/templates/es, compiled in (config/templates/embed.sh). */
#pragma once

#include <stddef.h>

struct template_file {
	const char *name; /* «survey.txt», «layout.html» */
	const char *text;
};

extern const struct template_file template_files[];
extern const size_t template_files_n;
