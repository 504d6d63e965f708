/* stream: one connection to a mail server: TCP, TLS (GnuTLS: chain, dates, name, at least 1.2), a
 * deadline, a byte budget, and a descriptor that may wake it up. The first error stays: after it
 * every read and write fails at once. Name lookup blocks as the resolver likes: use it from a
 * process that may be killed. */
#pragma once

#include "base/err.h"
#include "io/fault.h"

#include <stdint.h>
#include <sys/types.h>

enum stream_tls { STREAM_IMPLICIT, STREAM_STARTTLS, STREAM_PLAIN };

/* Called when fd is readable or hung up while a stream waits; true: give up (FAULT_STOPPED). */
struct stream_wake {
	int fd; /* -1: none */
	bool (*stop)(void *ctx);
	void *ctx;
};

struct stream_conf {
	const char *host;
	int port;
	enum stream_tls tls;
	const char *ca_file; /* "": the system's authorities */
	struct stream_wake wake;
};

enum { STREAM_CONNECT_SECONDS = 30, STREAM_HANDSHAKE_SECONDS = 30 };

struct stream;

/* Connected; with STREAM_IMPLICIT, over verified TLS. NULL with fault and e set: nothing was sent
 * but the handshake. c and its strings must outlive the stream. */
struct stream *stream_open(const struct stream_conf *c, enum fault *fault, struct err *e);
/* The handshake in the middle of a connection. The caller has checked that nothing was buffered. */
bool stream_handshake(struct stream *s);
bool stream_is_tls(const struct stream *s);

/* From now on: so many seconds until everything fails, and so many bytes that may be read. */
void stream_limit(struct stream *s, int64_t seconds, int64_t bytes);

/* At least one byte, or -1: never 0. */
ssize_t stream_read(struct stream *s, void *p, size_t n);
bool stream_write(struct stream *s, const void *p, size_t n); /* all of it */
/* Something was read from the socket already: polling stream_fd alone would miss it. */
bool stream_pending(const struct stream *s);
int stream_fd(const struct stream *s);

enum fault stream_fault(const struct stream *s);
const char *stream_text(const struct stream *s); /* "" while there is no fault */
/* Record a fault found above (a line too long, a greeting that is none). Only the first counts.
 * Always false. */
bool stream_fail(struct stream *s, enum fault f, const char *text);
void stream_close(struct stream **sp); /* NULL-safe */
