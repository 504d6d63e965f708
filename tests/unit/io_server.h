/* io_server: a server on loopback that follows a script, in a process of its own. Steps:
 *   "S:text"  send it, '%' standing for the tag of the last line received
 *   "C:text"  receive a line and its tag; the rest of it begins with text
 *   "L:text"  receive a line without tag that begins with text
 *   "Z:n"     send n bytes
 *   "D:n"     send one byte every 20 ms, n times
 *   "E"       wait until the client has closed
 * After the last step the connection is closed. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct io_server {
	int port;
	pid_t pid;
};

struct io_server io_server_start(const char *const *script, size_t n);
/* Waits for its end: true when every step went as written. */
bool io_server_end(struct io_server *s);
/* For other servers: a listening socket on loopback. */
int io_server_listen(int *port);
