/* frame: typed packets between the desk and its workers, over SOCK_SEQPACKET socketpairs.
 * Control only: mail and pages travel beside them as descriptors (fd.h). What comes in is hostile
 * until checked: a frame that is not exactly right is FRAME_BAD and costs the peer. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "work/fd.h"

#include <stdint.h>

enum { FRAME_MAX = 65536, FRAME_HEAD = 16, FRAME_BODY_MAX = FRAME_MAX - FRAME_HEAD };

/* The first frame in both directions; its body is the build's name. The other types are in
 * protocol.h. */
enum { FRAME_HELLO = 1 };

struct frame {
	uint16_t type;
	uint32_t id;
	struct slice body; /* within the buffer given to frame_recv */
	int fd;		   /* -1, or owned by the receiver */
};

/* AGAIN: the socket is non-blocking and full (or empty). EOF: the peer is gone. BAD: what came
 * in, or what was to go out, is no frame. */
enum frame_rc { FRAME_OK, FRAME_AGAIN, FRAME_EOF, FRAME_BAD };

/* fd: -1 for none; it stays the caller's. Never raises SIGPIPE. */
enum frame_rc frame_send(int sock, uint16_t type, uint32_t id, struct slice body, int fd);

/* buf holds FRAME_MAX bytes and must live as long as out->body is used. Without FRAME_OK no
 * descriptor is handed over. */
enum frame_rc frame_recv(int sock, void *buf, struct frame *out);

bool frame_hello_send(int sock);
/* False with e set when f is no hello or comes from another build. */
bool frame_hello_check(const struct frame *f, struct err *e);

/* --- the worker's side --- */

/* The descriptor of the channel (3), close-on-exec from then on; -1 when there is none. */
int work_channel(void);

/* Be killed when the desk dies. Ends the process at once when it is dead already. */
void work_die_with_parent(void);
