#include "cage/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cage/sanitized_p.h"

/* ---- the list of system calls ---- */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#define MACHINE 0 /* no list for it: not supported */
#endif

#define LOAD(what)                                                             \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define GIVE(what)       BPF_STMT(BPF_RET | BPF_K, (what))
#define UNLESS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define UNLESS_BITS(bits, n)                                                   \
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, (n))
#define REFUSE(error) GIVE(SECCOMP_RET_ERRNO | (error))

/* The low half of an argument: flags and descriptors have no more. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LOW(n) args[n]
#else
#error "the filters read the low half of an argument at its start"
#endif

/* A call that is fine whatever its arguments are. */
#define ALLOW(call)       UNLESS(SYS_##call, 1), GIVE(SECCOMP_RET_ALLOW)
#define REFUSE_CALL(call) UNLESS(SYS_##call, 1), REFUSE(EPERM)

enum {
	WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND |
		  (O_TMPFILE & ~O_DIRECTORY),
	THREAD = CLONE_VM | CLONE_THREAD,
};

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

static const struct sock_filter calls[] = {
	LOAD(arch),
	UNLESS(MACHINE, 1),
	BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
	GIVE(SECCOMP_RET_KILL_PROCESS),
	LOAD(nr),

	/* The most frequent ones first. */
	ALLOW(read),
	ALLOW(close),
	ALLOW(fstat),
	ALLOW(newfstatat),
	ALLOW(futex),
	ALLOW(pread64),
	ALLOW(getdents64),
	ALLOW(lseek),
	ALLOW(readv),
	ALLOW(preadv),
	ALLOW(statx),
	ALLOW(fstatfs),
	ALLOW(statfs),
	ALLOW(readlinkat),
	ALLOW(faccessat),
	ALLOW(getcwd),
	ALLOW(dup),
	ALLOW(fadvise64),
#ifdef SYS_open /* old names of what is above, where they still exist */
	ALLOW(stat),
	ALLOW(lstat),
	ALLOW(readlink),
	ALLOW(access),
	ALLOW(poll),
#endif
	ALLOW(ppoll),

	/* Memory. rsk_lock_code() takes PROT_EXEC away. */
	ALLOW(mmap),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(mprotect),
	ALLOW(madvise),
	ALLOW(brk),

	/* Threads, clocks, signals to oneself. */
	ALLOW(set_robust_list),
#ifdef SYS_rseq
	ALLOW(rseq),
#endif
	ALLOW(sched_yield),
	ALLOW(sched_getaffinity),
	ALLOW(clock_gettime),
	ALLOW(clock_nanosleep),
	ALLOW(nanosleep),
	ALLOW(gettimeofday),
	ALLOW(getrandom),
	ALLOW(getpid),
	ALLOW(gettid),
	ALLOW(getuid),
	ALLOW(geteuid),
	ALLOW(getgid),
	ALLOW(getegid),
	ALLOW(sysinfo),
	ALLOW(uname),
	ALLOW(getrlimit),
	ALLOW(sigaltstack),
	ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask),
	ALLOW(rt_sigreturn),
	ALLOW(restart_syscall),
	ALLOW(exit),
	ALLOW(exit_group),

	/* What takes more away; rsk_lock_code() ends that, too. */
	ALLOW(landlock_create_ruleset),
	ALLOW(landlock_add_rule),
	ALLOW(landlock_restrict_self),
	ALLOW(seccomp),
	ALLOW(prctl),

/* Its flags are in memory, where they can change: as if there were no
 * such call, which has the C library use clone(). */
#ifdef SYS_clone3
	UNLESS(SYS_clone3, 1),
	REFUSE(ENOSYS),
#endif
#ifdef SYS_openat2
	UNLESS(SYS_openat2, 1),
	REFUSE(ENOSYS),
#endif
#ifdef SYS_faccessat2
	UNLESS(SYS_faccessat2, 1),
	REFUSE(ENOSYS),
#endif

	/* Open, but for reading only. */
	UNLESS(SYS_openat, 4),
	LOAD(LOW(2)),
	UNLESS_BITS(WRITING, 1),
	REFUSE(EACCES),
	GIVE(SECCOMP_RET_ALLOW),

	/* Descriptors, but not whom the kernel signals about them. */
	UNLESS(SYS_fcntl, 10),
	LOAD(LOW(1)),
	UNLESS(F_GETFL, 1),
	GIVE(SECCOMP_RET_ALLOW),
	UNLESS(F_GETFD, 1),
	GIVE(SECCOMP_RET_ALLOW),
	UNLESS(F_SETFD, 1),
	GIVE(SECCOMP_RET_ALLOW),
	UNLESS(F_DUPFD_CLOEXEC, 1),
	GIVE(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),

	/* Threads, but no processes. */
	UNLESS(SYS_clone, 5),
	LOAD(LOW(0)),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, THREAD),
	UNLESS(THREAD, 1),
	GIVE(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),

	/* Limits may be asked for, not set. */
	UNLESS(SYS_prlimit64, 7),
	LOAD(LOW(2)),
	UNLESS(0, 4),
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, args[2]) + 4),
	UNLESS(0, 2),
	GIVE(SECCOMP_RET_ALLOW),
	REFUSE(EPERM),
	REFUSE(EPERM),
};

/* Behind `calls`: what needs a number that is known only now. */
enum {
	CALLS = sizeof(calls) / sizeof(calls[0]),
	LATE = 12,
	ALL = CALLS + LATE,
};

static void add_late(struct sock_filter *late, int out, int self)
{
	/* Standard error is a sanitizer's. */
	const int other = SANITIZED ? STDERR_FILENO : out;
	const struct sock_filter filter[LATE] = {
		UNLESS(SYS_write, 6),
		LOAD(LOW(0)),
		UNLESS((uint32_t)out, 1),
		GIVE(SECCOMP_RET_ALLOW),
		UNLESS((uint32_t)other, 1),
		GIVE(SECCOMP_RET_ALLOW),
		REFUSE(EPERM),

		/* abort() and raise(): a signal to a thread of our own. */
		UNLESS(SYS_tgkill, 3),
		LOAD(LOW(0)),
		UNLESS((uint32_t)self, 1),
		GIVE(SECCOMP_RET_ALLOW),
		REFUSE(EPERM),
	};

	memcpy(late, filter, sizeof(filter));
}

static enum rsk_err install(struct sock_filter *filter, size_t len)
{
	const struct sock_fprog program = {
		.len = (unsigned short)len,
		.filter = filter,
	};

	/* Through prctl(), which is older and allowed in more containers. */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		return RSK_OK;
	return errno == EINVAL || errno == ENOSYS || errno == EPERM ||
			       errno == EACCES
		       ? RSK_UNSUPPORTED
		       : RSK_IO;
}

static enum rsk_err list_calls(int out)
{
	struct sock_filter filter[ALL];

	if (!MACHINE)
		return RSK_UNSUPPORTED;
	memcpy(filter, calls, sizeof(calls));
	add_late(filter + CALLS, out, (int)getpid());
	return install(filter, ALL);
}

/* /proc/self/maps, opened while it still can be. */
static int own_maps = -1;

/* ---- limits ---- */

static void limit(int what, rlim_t most)
{
	struct rlimit now;

	/* Never more than there was; RLIM_INFINITY is the most of all. What
	 * cannot be limited stays as it is. */
	if (getrlimit((__rlimit_resource_t)what, &now) < 0)
		return;
	if (now.rlim_max > most)
		now.rlim_max = most;
	if (now.rlim_cur > now.rlim_max)
		now.rlim_cur = now.rlim_max;
	(void)setrlimit((__rlimit_resource_t)what, &now);
}

enum rsk_err rsk_lock_begin(const struct rsk_lock_options *options)
{
	own_maps = rsk_open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CPU, RSK_CAGE_CPU_SECONDS);
	limit(RLIMIT_NOFILE, RSK_CAGE_DESCRIPTORS);
	if (options->memory && !SANITIZED) {
		limit(RLIMIT_DATA, options->memory);
		limit(RLIMIT_AS, 4 * (rlim_t)options->memory);
	}
	if (!SANITIZED)
		(void)prctl(PR_SET_DUMPABLE, 0UL);
	(void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL);
	/* It may have ended before we asked to be told. */
	if (options->parent && getppid() != (pid_t)options->parent)
		_exit(RSK_EXIT_NOMEM);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return RSK_UNSUPPORTED;
	return list_calls(options->out);
}

/* ---- places ---- */

/* Rights of later kernels than the header's. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif

static uint64_t rights_of(long abi)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;

	if (abi >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (abi >= 5)
		rights |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return rights;
}

static enum rsk_err allow_place(int ruleset, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = rsk_open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	long failed;

	if (rule.parent_fd < 0)
		return RSK_OK;
	if (fstat(rule.parent_fd, &st) == 0 && S_ISDIR(st.st_mode))
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	failed = syscall(SYS_landlock_add_rule, ruleset,
		LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return failed ? RSK_IO : RSK_OK;
}

enum rsk_err rsk_lock_places(const char *const *paths, size_t len)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0,
		LANDLOCK_CREATE_RULESET_VERSION);
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = rights_of(abi),
	};
	enum rsk_err err = RSK_OK;
	int ruleset;

	if (abi < 1)
		return RSK_UNSUPPORTED;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr,
		sizeof(attr.handled_access_fs), 0U);
	if (ruleset < 0)
		return RSK_UNSUPPORTED;
	for (size_t i = 0; i < len && !err; i++)
		err = allow_place(ruleset, paths[i]);
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0U))
		err = RSK_UNSUPPORTED;
	close(ruleset);
	return err;
}

/* ---- machine code ---- */

/* "7f00-7f01 rwxp ...": what is both written and run is only run from now. */
static bool seal_line(const char *line)
{
	unsigned long from;
	unsigned long to;
	char writes;
	char runs;

	if (sscanf(line, "%lx-%lx %*c%c%c", &from, &to, &writes, &runs) != 4)
		return false;
	if (writes != 'w' || runs != 'x')
		return true;
	return mprotect((void *)from, to - from, PROT_READ | PROT_EXEC) == 0;
}

static enum rsk_err seal(void)
{
	FILE *maps = own_maps < 0 ? NULL : fdopen(own_maps, "r");
	char line[8192];
	bool ok = true;

	if (!maps)
		return RSK_UNSUPPORTED;
	while (ok && fgets(line, sizeof(line), maps))
		ok = seal_line(line);
	fclose(maps);
	own_maps = -1;
	return ok ? RSK_OK : RSK_UNSUPPORTED;
}

enum rsk_err rsk_lock_code(void)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		UNLESS(SYS_mmap, 4),
		LOAD(LOW(2)),
		UNLESS_BITS(PROT_EXEC, 1),
		REFUSE(EPERM),
		GIVE(SECCOMP_RET_ALLOW),
		UNLESS(SYS_mprotect, 4),
		LOAD(LOW(2)),
		UNLESS_BITS(PROT_EXEC, 1),
		REFUSE(EPERM),
		GIVE(SECCOMP_RET_ALLOW),
		REFUSE_CALL(prctl),
		REFUSE_CALL(seccomp),
		REFUSE_CALL(landlock_create_ruleset),
		REFUSE_CALL(landlock_add_rule),
		REFUSE_CALL(landlock_restrict_self),
		GIVE(SECCOMP_RET_ALLOW),
	};
	enum rsk_err err = seal();

	return err ? err : install(filter, sizeof(filter) / sizeof(filter[0]));
}
