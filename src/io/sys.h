/* sys: what the operating system gives: clocks, random bytes, systemd, locks, sockets, folders.
 * Plain libc; no other library. */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int64_t sys_now(void);	   /* wall clock, UTC seconds */
int64_t sys_mono_ms(void); /* for deadlines; counts while suspended too (CLOCK_BOOTTIME) */

/* The kernel's random bytes. False only where the kernel has none to give. */
bool sys_random(void *p, size_t n);
uint32_t sys_seed(void); /* a seed for jitter, never a secret */

/* One datagram to $NOTIFY_SOCKET: "READY=1", "STOPPING=1", "STATUS=…", "WATCHDOG=1", lines joined
 * with LF. "RELOADING=1" gets the MONOTONIC_USEC that systemd asks for. Nothing without systemd. */
void sys_notify(const char *state);
/* How often WATCHDOG=1 is due: half of $WATCHDOG_USEC, 0 when systemd does not ask for it. */
int64_t sys_watchdog_ms(void);
/* $CREDENTIALS_DIRECTORY, $STATE_DIRECTORY (its first); NULL when absent. */
const char *sys_credentials_dir(void);
char *sys_state_dir_env(struct arena *a);

/* An exclusive lock on path (created 0600), held until the descriptor is closed or the process
 * ends; it is close-on-exec. -1 with e set; -2 when another process holds it. */
int sys_lock(const char *path, struct err *e);

/* SOCK_SEQPACKET, non-blocking for the listener, close-on-exec, mode 0600. A socket file that
 * nobody listens on is replaced; one that is answered is an error. -1 with e set. */
int sys_listen_unix(const char *path, struct err *e);
int sys_connect_unix(const char *path, struct err *e); /* blocking */
/* The next waiting connection (blocking, close-on-exec), -1 when there is none. */
int sys_accept(int fd);
bool sys_peer(int fd, uid_t *uid); /* who is at the other end of a unix socket */

/* host: an IP address ("::1" without brackets), port 0: any. Non-blocking, close-on-exec. */
int sys_listen_tcp(const char *host, int port, struct err *e);
/* True for localhost, 127.0.0.0/8, ::1: where plain text is allowed. No lookup is done. */
bool sys_is_loopback(const char *host);

/* The folder exists and nobody else may write to it. What is missing is created (0700, parents
 * 0755); a folder of ours that others may write to is closed to them; one of somebody else's, a
 * shared one (sticky) and a network file system are refused. */
bool sys_state_dir(const char *path, struct err *e);
int64_t sys_disk_free(const char *path); /* bytes for such as us; -1: could not tell */
/* root becomes the owner of path for good (groups too); others must be the owner already. */
bool sys_become_owner(const char *path, struct err *e);

/* The new content is on disk (fsync, rename, fsync of the folder) or the old one is untouched. */
bool sys_replace_file(const char *path, const void *p, size_t n, struct err *e);
