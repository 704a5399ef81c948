#include "base/fault.h"

#ifdef RSK_FAULTS

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"

static const char *faults;
static int pipe_out = -1;

/* ---- what a bug can do ---- */

static void do_segv(void)
{
	*(volatile char *)8 = 1;
}

static void do_abort(void)
{
	abort();
}

static unsigned deeper(volatile unsigned *above)
{
	volatile unsigned here[256];

	here[0] = above[0] + 1;
	return here[0] ? deeper(here) + here[0] : 0;
}

static void do_stack(void)
{
	volatile unsigned start = 0;

	deeper(&start);
}

static void do_hang(void)
{
	for (;;)
		pause();
}

static void do_memory(void)
{
	enum { AT_ONCE = 64 * 1024 * 1024 };
	size_t total = 0;

	/* No more than a test machine has; there, it is as if it were less. */
	for (; total < (size_t)8 << 30; total += AT_ONCE) {
		char *more = malloc(AT_ONCE);

		if (!more)
			break;
		for (size_t i = 0; i < AT_ONCE; i += AT_ONCE / 4)
			more[i] = 1;
	}
	rsk_input_blame(RSK_NOMEM);
	_exit(4);
}

static void do_exit(void)
{
	_exit(0);
}

static void do_broken(void)
{
	static const char text[] = "\xff\xff\xff\xff this is no message";

	if (write(pipe_out, text, sizeof(text)) < 0)
		abort();
	do_hang();
}

/* ---- what it must not be able to do ---- */

static void must_fail(bool worked)
{
	if (worked)
		abort();
}

static void do_open(void)
{
	must_fail(open("/dev/null", O_WRONLY) >= 0);
	must_fail(open("/dev/null", O_RDWR) >= 0);
	must_fail(open("/etc/passwd", O_RDONLY) >= 0);
}

static void do_create(void)
{
	must_fail(open("made-by-a-fault", O_RDONLY | O_CREAT, 0600) >= 0);
	must_fail(mkdir("made-by-a-fault", 0700) == 0);
	must_fail(symlink("x", "made-by-a-fault") == 0);
	must_fail(rename("evil.js", "made-by-a-fault") == 0);
	must_fail(unlink("evil.js") == 0);
	must_fail(truncate("evil.js", 0) == 0);
	must_fail(chmod("evil.js", 0) == 0);
}

static void do_write(void)
{
	for (int fd = 0; fd < 64; fd++)
		must_fail(fd != pipe_out && write(fd, "x", 1) == 1);
}

static void do_connect(void)
{
	must_fail(socket(AF_INET, SOCK_STREAM, 0) >= 0);
	must_fail(socket(AF_UNIX, SOCK_DGRAM, 0) >= 0);
}

static void do_exec(void)
{
	char name[] = "true";
	char *arguments[] = { name, NULL };

	execv("/bin/true", arguments);
	execv("/usr/bin/true", arguments);
}

static void do_fork(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	must_fail(child > 0);
}

static void do_trace(void)
{
	must_fail(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
	must_fail(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0);
}

static void do_kill(void)
{
	must_fail(kill(getppid(), 0) == 0);
	must_fail(fcntl(pipe_out, F_SETOWN, getppid()) == 0);
}

static void do_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must_fail(page != MAP_FAILED);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must_fail(page != MAP_FAILED &&
		  mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
}

static const struct {
	const char *name;
	void (*cause)(void);
} kinds[] = {
	{ "segv", do_segv },
	{ "abort", do_abort },
	{ "stack", do_stack },
	{ "hang", do_hang },
	{ "memory", do_memory },
	{ "exit", do_exit },
	{ "broken", do_broken },
	{ "open", do_open },
	{ "create", do_create },
	{ "write", do_write },
	{ "connect", do_connect },
	{ "exec", do_exec },
	{ "fork", do_fork },
	{ "trace", do_trace },
	{ "kill", do_kill },
	{ "code", do_code },
};

/* ---- which, and when ---- */

void rsk_fault_arm(int out)
{
	faults = getenv("RSKAN_FAULT");
	pipe_out = out;
}

/* What is slow under ThreadSanitizer, on a busy machine, does not hang. */
unsigned rsk_fault_ms(unsigned usual)
{
	const char *text = getenv("RSKAN_FAULT");

#ifdef __SANITIZE_THREAD__
	usual *= 10;
#endif
	return text && strstr(text, "hang:") ? 300 : usual;
}

/* "evil.js", or an object's id in hex. */
static bool is_called(
	enum rsk_input_kind kind, struct rsk_slice name, struct rsk_slice what)
{
	char hex[2 * RSK_SHA256_BYTES + 1];

	if (rsk_slice_starts(what, RSK_LIT("code:"))) {
		if (kind != RSK_INPUT_CODE)
			return false;
		what = rsk_slice_cut(what, 5, what.len);
	} else if (kind == RSK_INPUT_CODE) {
		return false;
	}
	if (rsk_slice_eq(rsk_path_base(name), what))
		return true;
	if ((kind != RSK_INPUT_OBJECT && kind != RSK_INPUT_PACKED) ||
		name.len > RSK_SHA256_BYTES)
		return false;
	rsk_hex(hex, name.ptr, name.len);
	return rsk_slice_eq_str(what, hex);
}

static void cause(struct rsk_slice fault)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (rsk_slice_eq_str(fault, kinds[i].name))
			kinds[i].cause();
}

void rsk_fault_at(enum rsk_input_kind kind, struct rsk_slice name)
{
	struct rsk_slice rest = rsk_slice_str(faults);

	while (rest.len) {
		size_t comma = rsk_slice_find(rest, RSK_LIT(","));
		struct rsk_slice one = rsk_slice_cut(rest, 0, comma);
		size_t colon = rsk_slice_find(one, RSK_LIT(":"));

		rest = rsk_slice_cut(rest, comma + 1, rest.len);
		if (is_called(
			    kind, name, rsk_slice_cut(one, colon + 1, one.len)))
			cause(rsk_slice_cut(one, 0, colon));
	}
}

#endif
