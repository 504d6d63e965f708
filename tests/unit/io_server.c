#include "io_server.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int io_server_listen(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 8) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		abort();
	*port = ntohs(at.sin_port);
	return fd;
}

/* In one piece, so that it arrives in one. */
static void send_text(FILE *f, const char *text, const char *tag)
{
	char out[4096];
	size_t n = 0;

	for (; *text && n + 40 < sizeof out; text++) {
		if (*text == '%')
			n += (size_t)snprintf(out + n, sizeof out - n, "%s", tag);
		else
			out[n++] = *text;
	}
	fwrite(out, 1, n, f);
}

static void send_bytes(FILE *f, long n, size_t at_once, useconds_t pause)
{
	char block[4096];

	memset(block, 'z', sizeof block);
	for (long left = n; left > 0; left -= (long)at_once) {
		size_t now = (size_t)left < at_once ? (size_t)left : at_once;

		if (fwrite(block, 1, now, f) != now)
			return;
		if (pause)
			usleep(pause);
	}
}

static bool receive(FILE *f, const char *want, char *tag)
{
	static char line[65536];
	char *rest = line;

	if (!fgets(line, sizeof line, f)) {
		fprintf(stderr, "script: end instead of '%s'\n", want);
		return false;
	}
	if (tag) {
		rest = strchr(line, ' ');
		snprintf(tag, 32, "%.*s", rest ? (int)(rest - line) : 0, line);
		rest = rest ? rest + 1 : line;
	}
	if (strncmp(rest, want, strlen(want)) == 0)
		return true;
	fprintf(stderr, "script: '%s' instead of '%s'\n", rest, want);
	return false;
}

static bool step(FILE *f, const char *s, char *tag)
{
	switch (s[0]) {
	case 'S':
		send_text(f, s + 2, tag);
		return true;
	case 'C':
		return receive(f, s + 2, tag);
	case 'L':
		return receive(f, s + 2, NULL);
	case 'Z':
		send_bytes(f, strtol(s + 2, NULL, 10), 4096, 0);
		return true;
	case 'D':
		send_bytes(f, strtol(s + 2, NULL, 10), 1, 20000);
		return true;
	default:
		while (fgetc(f) != EOF)
			;
		return true;
	}
}

struct io_server io_server_start(const char *const *script, size_t n)
{
	struct io_server s;
	int fd = io_server_listen(&s.port);
	char tag[32] = "";
	bool ok = true;
	FILE *f;

	fflush(NULL);
	s.pid = fork();
	if (s.pid != 0) {
		close(fd);
		return s;
	}
	signal(SIGPIPE, SIG_IGN);
	alarm(20);
	f = fdopen(accept(fd, NULL, NULL), "r+");
	setvbuf(f, NULL, _IONBF, 0);
	for (size_t i = 0; ok && i < n; i++)
		ok = step(f, script[i], tag);
	fclose(f);
	_exit(ok ? 0 : 1);
}

bool io_server_end(struct io_server *s)
{
	int status = -1;

	waitpid(s->pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
