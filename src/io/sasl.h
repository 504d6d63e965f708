/* sasl: the initial responses of the ways to log in that we know, in base64. */
#pragma once

#include "base/mem.h"
#include "base/str.h"

char *sasl_base64(struct arena *a, struct slice s);
char *sasl_plain(struct arena *a, const char *user, const char *password); /* RFC 4616 */
char *sasl_xoauth2(struct arena *a, const char *user, const char *token);
