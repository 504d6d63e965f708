#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/sandbox.h"
#include "mail/read.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FINE = 0, REFUSED = 7, NO_SANDBOX = 8 };

/* How a child ends that does one thing inside the sandbox: an exit code, or 128 + signal. */
static int inside(enum sandbox_role role, int (*act)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct err e;

		read_init();
		if (!sandbox_enter(role, &e))
			_exit(NO_SANDBOX);
		_exit(act());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0 ? FINE : REFUSED;
}

static int open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? FINE : REFUSED;
}

static int run_program(void)
{
	char *argv[] = {(char *)"/bin/true", NULL};

	execv(argv[0], argv);
	return errno == EPERM ? REFUSED : FINE;
}

static int look_at_itself(void)
{
	return prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? FINE
											  : REFUSED;
}

/* All that reading needs is still there: every converter, memory, digests. */
static int read_a_mail(void)
{
	static const char raw[] =
		"Subject: =?gb2312?B?z/LX8w==?= =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= "
		"=?big5?B?pKSk5Q==?=\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; "
		"charset=koi8-r\n\n"
		"<p>\xD0\xD2\xC9\xD7\xC5\xD4</p>\n--b\nContent-Type: image/png; name=a.png\n"
		"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n";
	struct arena *a = arena_new();
	struct facts f;
	bool ok;

	read_mail(a, slice_of(raw), &f);
	ok = str_eq(f.subject, "向左テスト中文") && str_eq(f.text, "привет") &&
	     f.n_attachments == 1;
	arena_free(&a);
	return ok ? FINE : REFUSED;
}

static void the_parser_still_reads(void **state)
{
	(void)state;
	assert_int_equal(inside(SANDBOX_PARSE, read_a_mail), FINE);
}

#if !defined(__SANITIZE_ADDRESS__)
static int make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	return p == MAP_FAILED ? REFUSED : FINE;
}

static void the_parser_can_do_nothing_else(void **state)
{
	static int (*const acts[])(void) = {open_file, open_socket, run_program, make_code,
					    look_at_itself};

	(void)state;
	for (size_t i = 0; i < COUNT(acts); i++)
		if (inside(SANDBOX_PARSE, acts[i]) != 128 + SIGSYS)
			fail_msg("act %zu was let through", i);
}
#endif

static void the_others_keep_their_files_and_sockets(void **state)
{
	static const enum sandbox_role roles[] = {SANDBOX_WEB, SANDBOX_SMTP, SANDBOX_IMAP};

	(void)state;
	for (size_t i = 0; i < COUNT(roles); i++) {
		assert_int_equal(inside(roles[i], open_file), FINE);
		assert_int_equal(inside(roles[i], open_socket), FINE);
		assert_int_equal(inside(roles[i], look_at_itself), FINE);
		assert_int_equal(inside(roles[i], run_program), REFUSED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parser_still_reads),
#if !defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(the_parser_can_do_nothing_else),
#endif
		cmocka_unit_test(the_others_keep_their_files_and_sockets),
	};

	/* run: no valgrind (it makes calls itself that the filter kills) */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
