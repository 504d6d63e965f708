#include "io/sandbox.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum {
	MIB = 1024 * 1024,
	PARSE_MEMORY = 1024 * MIB,
	PARSE_FILE = 256 * MIB, /* of a memfd: there is no other file that it could write */
	PARSE_DESCRIPTORS = 16,
};

/* All that the parser calls after its start: its channel, memory, sealed memfds. */
static const int parse_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(close),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fcntl),
	SCMP_SYS(ftruncate),
	SCMP_SYS(memfd_create),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(tgkill),
	SCMP_SYS(sched_yield),
	SCMP_SYS(rseq),
};

/* Calls whose third argument decides: memory is never made executable. */
static const int memory_calls[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

/* What no worker has business with. */
static const int denied_calls[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(setns),
	SCMP_SYS(unshare),
	SCMP_SYS(reboot),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(kcmp),
	SCMP_SYS(ioperm),
	SCMP_SYS(iopl),
#if !SANITIZED
	SCMP_SYS(ptrace), /* the leak checker looks at its own threads */
#endif
};

static const struct {
	int resource;
	rlim_t most;
	bool parse_only, not_sanitized;
} limits[] = {
	{RLIMIT_CORE, 0, false, false},
	{RLIMIT_AS, PARSE_MEMORY, true, true},
	{RLIMIT_FSIZE, PARSE_FILE, true, false},
	{RLIMIT_NOFILE, PARSE_DESCRIPTORS, true, false},
};

static bool set_limits(enum sandbox_role role, struct err *e)
{
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct rlimit now;

		if ((limits[i].parse_only && role != SANDBOX_PARSE) ||
		    (limits[i].not_sanitized && SANITIZED))
			continue;
		if (getrlimit((__rlimit_resource_t)limits[i].resource, &now) < 0)
			return err_sys(e, "sandbox: read a limit");
		if (now.rlim_max > limits[i].most)
			now.rlim_max = limits[i].most;
		if (now.rlim_cur > now.rlim_max)
			now.rlim_cur = now.rlim_max;
		if (setrlimit((__rlimit_resource_t)limits[i].resource, &now) < 0)
			return err_sys(e, "sandbox: set a limit");
	}
	return true;
}

/* 0 or a negative errno, as libseccomp has it. */
static int add_rules(scmp_filter_ctx f, bool strict)
{
	int rc = 0;

	if (!strict) {
		for (size_t i = 0; rc == 0 && i < COUNT(denied_calls); i++)
			rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), denied_calls[i], 0);
		return rc;
	}
	for (size_t i = 0; rc == 0 && i < COUNT(parse_calls); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, parse_calls[i], 0);
	for (size_t i = 0; rc == 0 && i < COUNT(memory_calls); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, memory_calls[i], 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

static bool filter_calls(enum sandbox_role role, struct err *e)
{
	bool strict = role == SANDBOX_PARSE && !SANITIZED;
	scmp_filter_ctx f = seccomp_init(strict ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW);
	bool ok = false;
	int rc;

	if (!f)
		return err_set(e, "sandbox: no filter");
	rc = add_rules(f, strict);
	if (rc == 0)
		rc = seccomp_load(f);
	if (rc == 0)
		ok = true;
	else
		err_set(e, "sandbox: the filter of system calls was refused (error %d)", -rc);
	seccomp_release(f);
	return ok;
}

bool sandbox_enter(enum sandbox_role role, struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "sandbox: no new privileges");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "sandbox: not dumpable");
	return set_limits(role, e) && filter_calls(role, e);
}
