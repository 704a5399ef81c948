#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Runs a program and lets some of its system calls go wrong.
 *
 *	fault_inject -c read,pread64 -n 7 -e 5 -r report -- rskan scan .
 *
 *	-c CALLS  which calls count (names of the table below)
 *	-n N      the N-th of them is hit; 0: none, they are only counted
 *	-f        and all that follow as well
 *	-e ERRNO  it fails with this number
 *	-b BYTES  it is given room for so many bytes at most (reads and writes)
 *	-i        every one fails once with EINTR before it is done
 *	-s SIGNAL the first process gets this signal at the call
 *	-k SIGNAL whoever makes the call gets it, unless that is the first
 *	-r FILE   gets one line: "calls N hit N exit N signal N left N PATH"
 *
 * It is a tracer, no preloaded library: so it sees the calls that the C
 * library makes for stdio and folders, follows into processes that are forked,
 * and works for sanitized builds. A seccomp filter stops only at calls that
 * count, the others run at full speed. The count is one for all processes.
 *
 * Calls count from where main() begins, which is known by what it does first:
 * it asks about its standard descriptors.
 */
struct call {
	const char *name;
	int number;
	int bytes; /* the argument that says how many bytes, or -1 */
	int path;  /* the argument that is a path, or -1 */
};

static const struct call table[] = {
	{ "read", SYS_read, 2, -1 },
	{ "pread64", SYS_pread64, 2, -1 },
	{ "write", SYS_write, 2, -1 },
	{ "openat", SYS_openat, -1, 1 },
	{ "openat2", SYS_openat2, -1, 1 },
	{ "fstat", SYS_fstat, -1, -1 },
	{ "newfstatat", SYS_newfstatat, -1, 1 },
	{ "getdents64", SYS_getdents64, -1, -1 },
	{ "lseek", SYS_lseek, -1, -1 },
	{ "close", SYS_close, -1, -1 },
	{ "fsync", SYS_fsync, -1, -1 },
	{ "renameat", SYS_renameat, -1, 1 },
	{ "renameat2", SYS_renameat2, -1, 1 },
	{ "fchmod", SYS_fchmod, -1, -1 },
	{ "readlinkat", SYS_readlinkat, -1, 1 },
	{ "mmap", SYS_mmap, -1, -1 },
	{ "fcntl", SYS_fcntl, -1, -1 },
	{ "dup", SYS_dup, -1, -1 },
	{ "getrandom", SYS_getrandom, -1, -1 },
	{ "clone", SYS_clone, -1, -1 },
	{ "clone3", SYS_clone3, -1, -1 },
	{ "pipe2", SYS_pipe2, -1, -1 },
	{ "ppoll", SYS_ppoll, -1, -1 },
	{ "wait4", SYS_wait4, -1, -1 },
	{ "prctl", SYS_prctl, -1, -1 },
	{ "seccomp", SYS_seccomp, -1, -1 },
	{ "landlock_create_ruleset", 444, -1, -1 },
	{ "landlock_add_rule", 445, -1, -1 },
	{ "landlock_restrict_self", 446, -1, -1 },
	{ "sendmsg", SYS_sendmsg, -1, -1 },
	{ "recvmsg", SYS_recvmsg, -1, -1 },
	{ "statx", SYS_statx, -1, 1 },
	{ "prlimit64", SYS_prlimit64, -1, -1 },
#ifdef SYS_open
	{ "open", SYS_open, -1, 0 },
	{ "stat", SYS_stat, -1, 0 },
	{ "lstat", SYS_lstat, -1, 0 },
	{ "rename", SYS_rename, -1, 0 },
	{ "readlink", SYS_readlink, -1, 0 },
	{ "poll", SYS_poll, -1, -1 },
	{ "fork", SYS_fork, -1, -1 },
	{ "vfork", SYS_vfork, -1, -1 },
#endif
};

enum { CALLS = sizeof(table) / sizeof(table[0]), PIDS = 4096, MOMENTS = 1000 };

static struct {
	bool chosen[CALLS];
	long number;
	bool follow, eintr;
	int error, signal_first, signal_caller;
	long bytes;
	const char *report;
} options;

static struct {
	pid_t first;
	bool begun;
	long calls, hit;
	char path[256]; /* of the first call that was hit */
	int status;
	struct {
		pid_t pid;
		int call;
	} again[PIDS]; /* that failed with EINTR and are done next time */
	size_t n_again;
	long left;
} run;

static void die(const char *what)
{
	perror(what);
	exit(99);
}

/* ---- registers ---------------------------------------------------------- */

#if defined(__x86_64__)
enum { ARCH = AUDIT_ARCH_X86_64 };
typedef struct user_regs_struct registers;

static uint64_t *argument(registers *regs, int i)
{
	unsigned long long *args[] = { &regs->rdi, &regs->rsi, &regs->rdx,
		&regs->r10, &regs->r8, &regs->r9 };

	return (uint64_t *)args[i];
}

static int number_of(const registers *regs)
{
	return (int)regs->orig_rax;
}

static void refuse(pid_t pid, registers *regs, int error)
{
	(void)pid;
	regs->orig_rax = (unsigned long long)-1;
	regs->rax = (unsigned long long)-error;
}
#elif defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64 };
typedef struct user_regs_struct registers;

static uint64_t *argument(registers *regs, int i)
{
	return (uint64_t *)&regs->regs[i];
}

static int number_of(const registers *regs)
{
	return (int)regs->regs[8];
}

static void refuse(pid_t pid, registers *regs, int error)
{
	int none = -1;
	struct iovec part = { &none, sizeof(none) };

	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &part);
	regs->regs[0] = (uint64_t)-error;
}
#else
#error "fault_inject does not know this processor's registers"
#endif

static void get(pid_t pid, registers *regs)
{
	struct iovec part = { regs, sizeof(*regs) };

	ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &part);
}

static void set(pid_t pid, registers *regs)
{
	struct iovec part = { regs, sizeof(*regs) };

	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &part);
}

/* ---- what happens at a call --------------------------------------------- */

/* What the descriptor of a call without a path is. */
static void keep_descriptor(pid_t pid, registers *regs)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)pid,
		(int)*argument(regs, 0));
	if (readlink(name, run.path, sizeof(run.path) - 1) < 0)
		run.path[0] = '\0';
}

static void keep_path(pid_t pid, registers *regs, const struct call *call)
{
	uint64_t at;

	if (call->path < 0) {
		keep_descriptor(pid, regs);
		return;
	}
	at = *argument(regs, call->path);
	for (size_t i = 0; i + sizeof(long) < sizeof(run.path);
		i += sizeof(long)) {
		errno = 0;
		long word = ptrace(PTRACE_PEEKDATA, pid, at + i, NULL);

		if (errno)
			break;
		memcpy(run.path + i, &word, sizeof(word));
		if (memchr(&word, 0, sizeof(word)))
			break;
	}
}

/* Does this process do again what just failed with EINTR? */
static bool second_try(pid_t pid, int call)
{
	for (size_t i = 0; i < run.n_again; i++)
		if (run.again[i].pid == pid && run.again[i].call == call) {
			run.again[i] = run.again[--run.n_again];
			return true;
		}
	if (run.n_again < PIDS) {
		run.again[run.n_again].pid = pid;
		run.again[run.n_again++].call = call;
	}
	return false;
}

static bool is_hit(pid_t pid, int call)
{
	if (options.eintr)
		return !second_try(pid, call);
	return options.number && (run.calls == options.number ||
					 (options.follow &&
						 run.calls > options.number));
}

static void hit(pid_t pid, registers *regs, const struct call *call)
{
	if (options.signal_caller && pid == run.first)
		return;
	if (!run.hit++)
		keep_path(pid, regs, call);
	if (options.eintr)
		refuse(pid, regs, EINTR);
	else if (options.error)
		refuse(pid, regs, options.error);
	else if (options.bytes && call->bytes >= 0 &&
		 *argument(regs, call->bytes) > (uint64_t)options.bytes)
		*argument(regs, call->bytes) = (uint64_t)options.bytes;
	set(pid, regs);
	if (options.signal_first)
		kill(run.first, options.signal_first);
	if (options.signal_caller)
		kill(pid, options.signal_caller);
}

static bool asks_about_descriptor_0(registers *regs)
{
	return number_of(regs) == SYS_fcntl && *argument(regs, 0) == 0 &&
	       *argument(regs, 1) == F_GETFD;
}

static void on_call(pid_t pid)
{
	registers regs;

	get(pid, &regs);
	if (!run.begun) {
		run.begun = asks_about_descriptor_0(&regs);
		return;
	}
	for (size_t i = 0; i < CALLS; i++)
		if (options.chosen[i] && table[i].number == number_of(&regs)) {
			run.calls++;
			if (is_hit(pid, table[i].number))
				hit(pid, &regs, &table[i]);
		}
}

/* ---- the traced program ------------------------------------------------- */

static void add(struct sock_filter *code, size_t *len, int number)
{
	const struct sock_filter is =
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1);
	const struct sock_filter stop =
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);

	code[(*len)++] = is;
	code[(*len)++] = stop;
}

static void filter_calls(void)
{
	const struct sock_filter load = BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, nr));
	const struct sock_filter allow =
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_filter code[2 * CALLS + 4];
	size_t len = 0;

	code[len++] = load;
	add(code, &len, SYS_fcntl);
	for (size_t i = 0; i < CALLS; i++)
		if (options.chosen[i])
			add(code, &len, table[i].number);
	code[len++] = allow;

	const struct sock_fprog program = { (unsigned short)len, code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("seccomp");
}

static void start(char **argv)
{
	int ready[2];
	char byte = 0;

	if (pipe2(ready, O_CLOEXEC))
		die("pipe2");
	run.first = fork();
	if (run.first < 0)
		die("fork");
	if (run.first == 0) {
		if (read(ready[0], &byte, 1) != 1)
			_exit(99);
		filter_calls();
		execv(argv[0], argv);
		die(argv[0]);
	}
	if (ptrace(PTRACE_SEIZE, run.first, NULL,
		    PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
			    PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			    PTRACE_O_EXITKILL)) {
		perror("fault_inject: cannot trace here");
		kill(run.first, SIGKILL);
		exit(77);
	}
	if (write(ready[1], &byte, 1) != 1)
		die("write");
}

/* Goes on after a stop; what signal it gets, if that is why it stopped. */
static void go_on(pid_t pid, int status)
{
	int event = status >> 16;
	int number = WSTOPSIG(status);

	if (event == PTRACE_EVENT_SECCOMP)
		on_call(pid);
	if (event == PTRACE_EVENT_STOP && number != SIGTRAP) {
		ptrace(PTRACE_LISTEN, pid, NULL, NULL);
		return;
	}
	ptrace(PTRACE_CONT, pid, NULL, event ? 0 : (long)number);
}

/* Until the first process has ended; what others there are then is counted. */
static void watch(void)
{
	for (;;) {
		int status = 0;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0)
			die("waitpid");
		if (WIFSTOPPED(status)) {
			go_on(pid, status);
			continue;
		}
		if (pid == run.first) {
			run.status = status;
			break;
		}
	}
	/* They may be about to end on their own: a moment, then no more. */
	for (int i = 0; i < MOMENTS && !run.left; i++) {
		int status = 0;
		pid_t pid = waitpid(-1, &status, __WALL | WNOHANG);

		if (pid < 0)
			return;
		if (pid > 0 && WIFSTOPPED(status))
			go_on(pid, status);
		if (!pid)
			usleep(10000);
	}
	run.left = 1;
}

static void report(void)
{
	FILE *out = options.report ? fopen(options.report, "we") : NULL;

	if (!out)
		return;
	fprintf(out, "calls %ld hit %ld exit %d signal %d left %ld %s\n",
		run.calls, run.hit,
		WIFEXITED(run.status) ? WEXITSTATUS(run.status) : 0,
		WIFSIGNALED(run.status) ? WTERMSIG(run.status) : 0, run.left,
		run.path);
	fclose(out);
}

/* ---- options ------------------------------------------------------------ */

static void choose(char *names)
{
	char *rest = NULL;

	for (char *name = strtok_r(names, ",", &rest); name;
		name = strtok_r(NULL, ",", &rest))
		for (size_t i = 0; i < CALLS; i++)
			if (!strcmp(name, table[i].name))
				options.chosen[i] = true;
}

static void take(int option, char *value)
{
	switch (option) {
	case 'c':
		choose(value);
		break;
	case 'n':
		options.number = strtol(value, NULL, 10);
		break;
	case 'f':
		options.follow = true;
		break;
	case 'e':
		options.error = (int)strtol(value, NULL, 10);
		break;
	case 'b':
		options.bytes = strtol(value, NULL, 10);
		break;
	case 'i':
		options.eintr = true;
		break;
	case 's':
		options.signal_first = (int)strtol(value, NULL, 10);
		break;
	case 'k':
		options.signal_caller = (int)strtol(value, NULL, 10);
		break;
	case 'r':
		options.report = value;
		break;
	default:
		exit(99);
	}
}

int main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "+c:n:fe:b:is:k:r:")) != -1)
		take(option, optarg);
	if (optind >= argc)
		die("no program");
	start(argv + optind);
	watch();
	report();
	return WIFEXITED(run.status) ? WEXITSTATUS(run.status)
				     : 128 + WTERMSIG(run.status);
}
