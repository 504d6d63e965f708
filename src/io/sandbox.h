/* sandbox: what a worker may still do once it has all that it needs: one table of rules. */
#pragma once

#include "base/err.h"

enum sandbox_role { SANDBOX_PARSE, SANDBOX_WEB, SANDBOX_SMTP, SANDBOX_IMAP };

/* No new privileges, not dumpable, no core files, limits, and a filter of system calls.
 * PARSE: only what computing needs; anything else kills. The others keep their sockets and files;
 * what would take the machine over fails with EPERM. Call it once, after the last file was opened.
 * Under a sanitizer the parser gets the filter of the others: the sanitizer itself needs more. */
bool sandbox_enter(enum sandbox_role role, struct err *e);
