/* A configuration directory made for one test, from texts. */
#pragma once

#include "conf/conf.h"

enum { CONF_DIR_NOW = 1795867200 }; /* 2026-11-28, a Saturday, 12:00 UTC */

struct conf_dir {
	char path[64];
};

struct conf_dir conf_dir_new(void);
void conf_dir_put(const struct conf_dir *d, const char *file, const char *text);
void conf_dir_put_bytes(const struct conf_dir *d, const char *file, const char *p, size_t n);
void conf_dir_free(struct conf_dir *d); /* removes the files and the directory */

/* The smallest mesad.yaml that passes with warnings alone. */
extern const char conf_dir_mesad[];

/* Load and print into a malloc'd text what was told. */
struct conf *conf_dir_load(const struct conf_dir *d, char **told);
