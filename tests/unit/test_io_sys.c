#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "io/sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/test_io_sys.XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[4][512];
	static int at;

	at = (at + 1) % 4;
	snprintf(path[at], sizeof path[at], "%s/%s", dir, name);
	return path[at];
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char cmd[64];
	pid_t pid;

	(void)state;
	snprintf(cmd, sizeof cmd, "%s", dir);
	pid = fork();
	if (pid == 0)
		execlp("rm", "rm", "-rf", cmd, (char *)NULL);
	waitpid(pid, NULL, 0);
	return 0;
}

static void lock_is_exclusive(void **state)
{
	const char *path = in_dir("lock");
	struct err e;
	int fd = sys_lock(path, &e);
	int status;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	pid = fork();
	if (pid == 0)
		_exit(sys_lock(path, NULL) == -2 ? 0 : 1);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	close(fd);
	fd = sys_lock(path, &e);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sys_lock(in_dir("no/lock"), &e), -1);
	assert_int_equal(symlink("lock", in_dir("link")), 0);
	assert_int_equal(sys_lock(in_dir("link"), &e), -1);
}

static void talk_over(const char *path)
{
	struct err e = {""};
	int listener = sys_listen_unix(path, &e), client, server;
	struct stat st;
	uid_t uid = 12345;
	char buf[8];

	if (listener < 0)
		fail_msg("%s", e.text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(sys_accept(listener), -1);	 /* nobody yet, and it does not wait */
	assert_int_equal(sys_listen_unix(path, &e), -1); /* somebody answers there */
	client = sys_connect_unix(path, &e);
	assert_true(client >= 0);
	do
		server = sys_accept(listener);
	while (server >= 0 && send(server, "x", 1, MSG_NOSIGNAL) < 0); /* the attempt above */
	assert_true(server >= 0);
	assert_true(sys_peer(server, &uid));
	assert_int_equal(uid, getuid());
	assert_int_equal(recv(client, buf, sizeof buf, 0), 1);
	close(server);
	close(client);
	close(listener);
	/* Left behind, as by a killed one: replaced. */
	listener = sys_listen_unix(path, &e);
	assert_true(listener >= 0);
	close(listener);
	unlink(path);
}

static void unix_sockets(void **state)
{
	char name[100], deep[300];
	struct err e;

	(void)state;
	talk_over(in_dir("socket"));
	/* Longer than a socket's address has room for. */
	memset(name, 'd', sizeof name);
	name[sizeof name - 1] = '\0';
	snprintf(deep, sizeof deep, "%s/s", name);
	assert_int_equal(mkdir(in_dir(name), 0700), 0);
	talk_over(in_dir(deep));
	assert_int_equal(sys_connect_unix(in_dir("nobody"), &e), -1);
	assert_non_null(strstr(e.text, "nobody"));
}

static void tcp_listener(void **state)
{
	struct err e;
	int fd = sys_listen_tcp("127.0.0.1", 0, &e);

	(void)state;
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	close(fd);
	assert_int_equal(sys_listen_tcp("localhost", 0, &e), -1);
	assert_int_equal(sys_listen_tcp("192.0.2.1", 0, &e), -1);
}

static void loopback(void **state)
{
	static const struct {
		const char *host;
		bool yes;
	} rows[] = {{"127.0.0.1", true}, {"127.8.8.8", true},
		    {"::1", true},	 {"localhost", true},
		    {"LocalHost", true}, {"128.0.0.1", false},
		    {"::2", false},	 {"imap.example", false},
		    {"", false},	 {"localhost.mal.example", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (sys_is_loopback(rows[i].host) != rows[i].yes)
			fail_msg("%s", rows[i].host);
}

static void state_folder(void **state)
{
	struct err e;
	struct stat st;

	(void)state;
	assert_true(sys_state_dir(in_dir("a/b/c"), &e));
	assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_true(sys_state_dir(in_dir("a/b/c"), &e)); /* again */
	assert_int_equal(chmod(in_dir("a"), 0777), 0);
	assert_true(sys_state_dir(in_dir("a"), &e)); /* was open to others */
	assert_int_equal(stat(in_dir("a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(mkdir(in_dir("shared"), 0700), 0);
	assert_int_equal(chmod(in_dir("shared"), 01777), 0);
	assert_false(sys_state_dir(in_dir("shared"), &e));
	assert_true(sys_replace_file(in_dir("file"), "x", 1, &e));
	assert_false(sys_state_dir(in_dir("file"), &e));
	assert_true(sys_disk_free(dir) > 0);
	assert_int_equal(sys_disk_free(in_dir("no")), -1);
	assert_true(sys_become_owner(in_dir("a"), &e));
	assert_false(sys_become_owner(in_dir("no"), &e));
}

static void file_is_replaced_whole(void **state)
{
	const char *path = in_dir("token");
	struct err e;
	struct stat st;
	char buf[16] = "";
	int fd;

	(void)state;
	assert_true(sys_replace_file(path, "uno", 3, &e));
	assert_true(sys_replace_file(path, "dos2", 4, &e));
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, buf, sizeof buf), 4);
	close(fd);
	assert_string_equal(buf, "dos2");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(in_dir("token.new"), F_OK), -1);
	assert_false(sys_replace_file(in_dir("no/token"), "x", 1, &e));
}

static void clocks_and_random(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};
	int64_t m = sys_mono_ms();

	(void)state;
	assert_true(sys_now() > 1700000000);
	assert_true(sys_mono_ms() >= m);
	assert_true(sys_random(a, sizeof a) && sys_random(b, sizeof b));
	assert_memory_not_equal(a, b, sizeof a);
}

static void notes_to_systemd(void **state)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char buf[256] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	snprintf(at.sun_path, sizeof at.sun_path, "%s", in_dir("notify"));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	unsetenv("NOTIFY_SOCKET");
	sys_notify("READY=1"); /* to nobody */
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	sys_notify("READY=1\nSTATUS=listo");
	assert_int_equal(recv(fd, buf, sizeof buf, MSG_DONTWAIT), 20);
	assert_string_equal(buf, "READY=1\nSTATUS=listo");
	memset(buf, 0, sizeof buf);
	sys_notify("RELOADING=1");
	assert_true(recv(fd, buf, sizeof buf - 1, MSG_DONTWAIT) > 0);
	assert_int_equal(strncmp(buf, "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	unsetenv("NOTIFY_SOCKET");
	close(fd);

	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(sys_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "60000000", 1);
	assert_int_equal(sys_watchdog_ms(), 30000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(sys_watchdog_ms(), 0); /* another's */
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

static void folders_from_systemd(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	unsetenv("STATE_DIRECTORY");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_null(sys_state_dir_env(a));
	assert_null(sys_credentials_dir());
	setenv("STATE_DIRECTORY", "/var/lib/mesad:/var/lib/otra", 1);
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/mesad", 1);
	assert_string_equal(sys_state_dir_env(a), "/var/lib/mesad");
	assert_string_equal(sys_credentials_dir(), "/run/credentials/mesad");
	unsetenv("STATE_DIRECTORY");
	unsetenv("CREDENTIALS_DIRECTORY");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lock_is_exclusive),	cmocka_unit_test(unix_sockets),
		cmocka_unit_test(tcp_listener),		cmocka_unit_test(loopback),
		cmocka_unit_test(state_folder),		cmocka_unit_test(file_is_replaced_whole),
		cmocka_unit_test(clocks_and_random),	cmocka_unit_test(notes_to_systemd),
		cmocka_unit_test(folders_from_systemd),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
