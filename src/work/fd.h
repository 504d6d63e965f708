/* fd: bytes that travel as descriptors. A sealed memfd can be neither changed nor shrunk by the
 * peer while it is being read. */
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

/* A sealed memfd that holds bytes; the caller closes it. -1 with e set. */
int fd_seal(struct slice bytes, struct err *e);

/* The same in steps, for what comes piece by piece: create, write, finish. */
int fd_create(struct err *e);
bool fd_write_all(int fd, struct slice bytes, struct err *e); /* any descriptor; EINTR-safe */
bool fd_finish(int fd, struct err *e);			      /* adds the seals */

/* The whole of fd, read-only: mapped, or copied where it is small (a page that is mapped, touched
 * and unmapped costs as much as reading tens of kilobytes). fd may be closed afterwards. Refused:
 * what is no regular file, is larger than max, changes meanwhile, or has not all seals when
 * must_be_sealed. An empty file gives "", 0. Give *out back whole, with fd_unmap. */
bool fd_map(int fd, int64_t max, bool must_be_sealed, struct slice *out, struct err *e);
void fd_unmap(struct slice *mapped); /* NULL-safe; empties *mapped */
