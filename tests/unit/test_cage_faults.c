#include "unit/failing.h"

#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/limits.h"
#include "cage/cage.h"
#include "cage/lock.h"

/* What becomes of a process of its own where the kernel lacks a part of what
 * locks it in, or refuses one of the calls that make, watch and end it. */

static int lowest_free(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

/* ---- lock.h ---- */

/* Locking in is for good: in a child. What it came to. */
static int in_child(int (*does)(void))
{
	int status = 0;
	int *result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	cr_assert(result != MAP_FAILED);
	*result = -1;
	child = fork();
	if (!child) {
		*result = does();
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status), "%x", status);
	return *result;
}

static int begin(void)
{
	const struct rsk_lock_options options = { .out = STDERR_FILENO };

	return (int)rsk_lock_begin(&options);
}

TestSuite(lock_faults);

/* prctl() is asked to make memory private, to let the process die with its
 * parent, to renounce privileges, and for the list of calls. */
enum { PRIVATE = 1, MORTAL, RENOUNCE, LIST };

static unsigned nth_prctl(unsigned n)
{
	return n - (RSK_TEST_SANITIZED ? 1 : 0);
}

Test(lock_faults, no_seccomp)
{
	static const struct {
		unsigned at;
		int error;
		enum rsk_err becomes;
	} cases[] = {
		{ MORTAL, EINVAL, RSK_OK },
		{ RENOUNCE, EINVAL, RSK_UNSUPPORTED },
		{ LIST, EINVAL, RSK_UNSUPPORTED },
		{ LIST, ENOSYS, RSK_UNSUPPORTED },
		{ LIST, EPERM, RSK_UNSUPPORTED },
		{ LIST, EACCES, RSK_UNSUPPORTED },
		{ LIST, EFAULT, RSK_IO },
		{ LIST + 1, EINVAL, RSK_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fail_at("prctl", nth_prctl(cases[i].at), cases[i].error);
		cr_expect_eq(in_child(begin), (int)cases[i].becomes, "%zu", i);
	}
}

static bool same_limit(int what, const struct rlimit *then)
{
	struct rlimit now;

	return !getrlimit((__rlimit_resource_t)what, &now) &&
	       now.rlim_cur == then->rlim_cur && now.rlim_max == then->rlim_max;
}

static int begin_without_limit(void)
{
	struct rlimit data, all;

	if (getrlimit(RLIMIT_DATA, &data) || getrlimit(RLIMIT_AS, &all) ||
		begin())
		return 1;
	return same_limit(RLIMIT_DATA, &data) && same_limit(RLIMIT_AS, &all)
		       ? 0
		       : 2;
}

Test(lock_faults, memory_without_a_limit)
{
	cr_expect_eq(in_child(begin_without_limit), 0);
}

/* Not even to itself, nor in the old way. */
static int begin_and_try(void)
{
	if (begin())
		return 1;
	if (kill(getpid(), 0) != -1 || errno != EPERM)
		return 2;
#ifdef SYS_open
	if (syscall(SYS_open, "/dev/null", O_RDONLY, 0, 0) != -1 ||
		errno != EPERM)
		return 3;
#endif
	return 0;
}

Test(lock_faults, what_looks_like_what_is_allowed)
{
	cr_expect_eq(in_child(begin_and_try), 0);
}

/* ---- code ---- */

static int code_unprepared(void)
{
	return (int)rsk_lock_code();
}

/* What was opened for it is closed after it, and not closed twice. */
static int code_twice(void)
{
	int first;

	close(STDIN_FILENO); /* 0 is a descriptor like any other */
	if (begin() || rsk_lock_code())
		return 1;
	first = open("/dev/null", O_RDONLY);
	if (first != STDIN_FILENO)
		return 2;
	if (rsk_lock_code() != RSK_UNSUPPORTED)
		return 3;
	return fcntl(first, F_GETFD) < 0 ? 4 : 0;
}

static int code_unreadable(void)
{
	if (begin())
		return 1;
	fail_at("fdopen", 1, ENOMEM);
	return (int)rsk_lock_code();
}

Test(lock_faults, code)
{
	cr_expect_eq(in_child(code_unprepared), RSK_UNSUPPORTED);
	cr_expect_eq(in_child(code_twice), 0);
	cr_expect_eq(in_child(code_unreadable), RSK_UNSUPPORTED);
}

/* ---- places: a kernel that notes what it was told ---- */

enum { ABI = 444, RULESET = 445, RULE, RESTRICT }; /* as calls; 444 is both */

static struct {
	long abi;
	int lacks; /* one of the above */
	uint64_t rights;
	int ruleset;
	int apart; /* the least number of its descriptor */
	struct {
		uint64_t allowed;
		struct stat place;
	} rules[8];
	size_t rules_len;
	unsigned restricted;
} kernel;

static int null = -1;

static long no(int error)
{
	errno = error;
	return -1;
}

static long make_ruleset(const void *attributes, long size, long flags)
{
	if (!attributes && !size && flags == LANDLOCK_CREATE_RULESET_VERSION)
		return kernel.abi;
	cr_expect_eq(size, 8);
	cr_expect_eq(flags, 0);
	memcpy(&kernel.rights, attributes, sizeof(kernel.rights));
	if (kernel.lacks == RULESET)
		return no(EOPNOTSUPP);
	kernel.ruleset = fcntl(null, F_DUPFD, kernel.apart);
	return kernel.ruleset;
}

static long add_rule(int ruleset, long kind, const void *rule)
{
	struct landlock_path_beneath_attr attributes;
	size_t n = kernel.rules_len++;

	cr_expect_eq(ruleset, kernel.ruleset);
	cr_expect_eq(kind, LANDLOCK_RULE_PATH_BENEATH);
	memcpy(&attributes, rule, sizeof(attributes));
	cr_assert_lt(n, 8);
	kernel.rules[n].allowed = attributes.allowed_access;
	cr_expect_eq(fstatat(attributes.parent_fd, "", &kernel.rules[n].place,
			     AT_EMPTY_PATH),
		0);
	return kernel.lacks == RULE ? no(EINVAL) : 0;
}

static long says(long what, long a, long b, long c)
{
	if (what == SYS_landlock_create_ruleset)
		return make_ruleset((const void *)a, b, (unsigned)c);
	if (what == SYS_landlock_add_rule)
		return add_rule((int)a, b, (const void *)c);
	cr_assert_eq(what, SYS_landlock_restrict_self);
	cr_expect_eq((int)a, kernel.ruleset);
	cr_expect_eq((unsigned)b, 0);
	kernel.restricted++;
	return kernel.lacks == RESTRICT ? no(EPERM) : 0;
}

static const char *const places[] = { "/does/not/exist", "/etc", "/etc/passwd",
	"/", "/tmp" };

enum { READS = LANDLOCK_ACCESS_FS_READ_FILE };
enum { LISTS = READS | LANDLOCK_ACCESS_FS_READ_DIR };

/* Of the first `len` places, with descriptor 0 free: it is one like any. */
static enum rsk_err lock_places(size_t len, long abi, int lacks)
{
	enum { APART = 50 };
	enum rsk_err err;

	memset(&kernel, 0, sizeof(kernel));
	kernel.abi = abi;
	kernel.lacks = lacks;
	kernel.apart = len ? APART : 0;
	failing.kernel = says;
	if (null < 0)
		null = open("/dev/null", O_RDONLY);
	close(STDIN_FILENO);
	err = rsk_lock_places(places, len);
	cr_expect_eq(lowest_free(), STDIN_FILENO);
	cr_expect_lt(fcntl(APART, F_GETFD), 0);
	return err;
}

Test(lock_faults, rights_that_a_kernel_knows)
{
	static const uint64_t rights[] = { 0x1fff, 0x3fff, 0x7fff, 0x7fff,
		0xffff, 0xffff, 0xffff };

	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
		cr_expect_eq(lock_places(0, (long)i + 1, 0), RSK_OK);
		cr_expect_eq(kernel.rights, rights[i], "%zu", i);
		cr_expect_eq(kernel.restricted, 1);
	}
}

Test(lock_faults, places_that_can_be_read)
{
	struct stat st;

	cr_expect_eq(lock_places(4, 1, 0), RSK_OK);
	cr_expect_eq(kernel.rules_len, 3);
	cr_expect_eq(kernel.rules[0].allowed, LISTS);
	cr_expect_eq(kernel.rules[1].allowed, READS);
	cr_expect_eq(kernel.rules[2].allowed, LISTS);
	for (size_t i = 0; i < 3; i++) {
		cr_expect_eq(stat(places[i + 1], &st), 0);
		cr_expect_eq(kernel.rules[i].place.st_ino, st.st_ino);
	}
	cr_expect_eq(kernel.restricted, 1);
}

/* Then it is not listed. */
Test(lock_faults, a_place_of_which_nothing_is_known)
{
	fail_at("fstat", 1, EIO);
	cr_expect_eq(lock_places(2, 1, 0), RSK_OK);
	cr_expect_eq(kernel.rules_len, 1);
	cr_expect_eq(kernel.rules[0].allowed, READS);
}

Test(lock_faults, no_landlock)
{
	static const struct {
		long abi;
		int lacks;
		enum rsk_err becomes;
		size_t rules;
		unsigned restricted;
	} cases[] = {
		{ -1, 0, RSK_UNSUPPORTED, 0, 0 },
		{ 0, 0, RSK_UNSUPPORTED, 0, 0 },
		{ 1, RULESET, RSK_UNSUPPORTED, 0, 0 },
		{ 1, RULE, RSK_IO, 1, 0 },
		{ 1, RESTRICT, RSK_UNSUPPORTED, 3, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_eq(lock_places(4, cases[i].abi, cases[i].lacks),
			cases[i].becomes, "%zu", i);
		cr_expect_eq(kernel.rules_len, cases[i].rules);
		cr_expect_eq(kernel.restricted, cases[i].restricted);
	}
}

/* ---- the child ---- */

static char complaint[128];
static unsigned complaints;
static struct rsk_diag diag;
static bool required, stops;
static bool starves;          /* when it is to report */
static _Atomic bool *went_on; /* the work, behind its locks */

static void complain(const char *text)
{
	snprintf(complaint, sizeof(complaint), "%s", text);
	complaints++;
}

static bool tick(const struct rsk_input_table *table)
{
	(void)table;
	return stops;
}

static enum rsk_err run(struct rsk_cage_result *result, rsk_cage_work *work)
{
	const struct rsk_cage_options options = {
		.work = work,
		.jobs = 2,
		.memory = 64 * RSK_MIB,
		.required = required,
		.complain = complain,
		.tick = tick,
	};
	enum rsk_err err;

	went_on = mmap(NULL, sizeof(*went_on), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	failing.seen = 0;
	err = rsk_cage_run(result, &options, &diag);
	fail_nothing();
	return err;
}

static int lock_and_report(struct rsk_cage *cage, void *ctx)
{
	struct rsk_ruleset *rules = rsk_ruleset_of(NULL, 0);
	struct rsk_report report = {
		.command = "scan", .target = "", .version = "", .complete = true
	};

	(void)ctx;
	rsk_cage_places(cage, places, 2);
	rsk_cage_code(cage);
	*went_on = true;
	if (starves)
		fail_at("realloc", 1, ENOMEM);
	rsk_coverage_note(&report.coverage, "zzz");
	rsk_coverage_finish(&report.coverage);
	rsk_cage_report(cage, &report, rules);
	rsk_report_release(&report);
	rsk_ruleset_free(rules);
	return 0;
}

/* As on Linux 5.12. */
static long without_landlock(long what, long a, long b, long c)
{
	if (what == SYS_landlock_create_ruleset)
		return no(ENOSYS);
	return __real_syscall(what, a, b, c, 0);
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, 0, 0,
		       LANDLOCK_CREATE_RULESET_VERSION, 0) >= 1;
}

static const struct lacking {
	const char *call;
	unsigned at;
	bool places;
	const char *complaint, *note;
} lacking[] = {
	{ "prctl", LIST, false, "--require-sandbox: this system has no seccomp",
		"system calls are not limited (no seccomp)" },
	{ "", 1, true,
		"--require-sandbox: this system has no Landlock (Linux 5.13)",
		"reading is not limited to what is scanned (no Landlock)" },
	{ "fdopen", 1, false,
		"--require-sandbox: machine code cannot be made read-only",
		"memory can be both written and run (no /proc)" },
};

static void let_lack(const struct lacking *what)
{
	unsigned at = what->at;

	fail_at(what->call, at == LIST ? nth_prctl(at) : at, EINVAL);
	failing.kernel = what->places ? without_landlock : NULL;
	complaints = 0;
}

Test(cage_faults, nothing_is_read_without_what_is_required)
{
	struct rsk_cage_result result;

	required = true;
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		if (!has_landlock() && i)
			continue;
		let_lack(&lacking[i]);
		cr_expect_eq(run(&result, lock_and_report), RSK_OK);
		cr_expect_not(result.has_report);
		cr_expect_eq(result.status, RSK_EXIT_NOMEM);
		cr_expect_eq(complaints, 1);
		cr_expect_str_eq(complaint, lacking[i].complaint);
		cr_expect_not(*went_on);
		rsk_cage_release(&result);
		failing.kernel = NULL;
	}
}

static void expect_note(const struct rsk_cage_result *result, const char *note)
{
	char text[160];
	const struct rsk_coverage *coverage = &result->report.coverage;

	cr_assert(result->has_report);
	cr_expect(*went_on);
	cr_expect_eq(complaints, 0);
	if (!note) {
		cr_expect_eq(coverage->notes.len, 1);
		return;
	}
	snprintf(text, sizeof(text),
		"on this system the scan could not be locked in as a whole: %s",
		note);
	cr_assert_eq(coverage->notes.len, 2);
	cr_expect_str_eq(coverage->notes.ptr[0], text);
	cr_expect_str_eq(coverage->notes.ptr[1], "zzz");
}

Test(cage_faults, what_it_scans_without_is_said)
{
	struct rsk_cage_result result;

	if (!has_landlock())
		cr_skip_test("no Landlock");
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		let_lack(&lacking[i]);
		cr_expect_eq(run(&result, lock_and_report), RSK_OK);
		expect_note(&result, lacking[i].note);
		rsk_cage_release(&result);
		failing.kernel = NULL;
	}
	cr_expect_eq(run(&result, lock_and_report), RSK_OK);
	expect_note(&result, NULL);
	rsk_cage_release(&result);
}

/* A child of nobody. */
Test(cage_faults, whose_parent_is_gone)
{
	struct rsk_cage_result result;

	fail_at("getppid", 1, EIO);
	cr_expect_eq(run(&result, lock_and_report), RSK_OK);
	cr_assert(result.has_report);
	cr_expect_eq(result.report.coverage.gaps[RSK_GAP_CRASH], 1);
	cr_expect_not(*went_on);
	rsk_cage_release(&result);
}

/* What it has no use for is closed, also without close_range(). */
static long without_close_range(long what, long a, long b, long c)
{
	if (what == SYS_close_range)
		return no(ENOSYS);
	return __real_syscall(what, a, b, c, 0);
}

static bool is_null(int fd)
{
	char name[32], there[32] = "";

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return readlink(name, there, sizeof(there) - 1) > 0 &&
	       !strcmp(there, "/dev/null");
}

enum { DESCRIPTORS = 64 };

static bool was_null[DESCRIPTORS];

/* Besides the first three, there are its pipe and the list of its memory. */
static int look_at_files(struct rsk_cage *cage, void *ctx)
{
	unsigned open_ones = 0;

	if (!is_null(STDOUT_FILENO))
		rsk_cage_complain(cage, "nothing is written");
	if (!RSK_TEST_SANITIZED && !is_null(STDERR_FILENO))
		rsk_cage_complain(cage, "nor told");
	for (int fd = 3; fd < DESCRIPTORS; fd++) {
		open_ones += fcntl(fd, F_GETFD) >= 0;
		if (!was_null[fd] && is_null(fd))
			rsk_cage_complain(cage, "it leaves nothing open");
	}
	if (ctx && open_ones != 2)
		rsk_cage_complain(cage, "nothing of the parent's is left");
	return 0;
}

/* Its output went somewhere else before. */
static int run_with_files(bool *closes)
{
	struct rsk_cage_result result;
	const struct rsk_cage_options options = {
		.work = look_at_files,
		.ctx = closes,
		.jobs = 1,
		.complain = complain,
	};
	int full = open("/dev/full", O_WRONLY);
	enum rsk_err err;

	dup2(full, STDOUT_FILENO);
	if (!RSK_TEST_SANITIZED)
		dup2(full, STDERR_FILENO);
	close(full);
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		was_null[fd] = is_null(fd);
	err = rsk_cage_run(&result, &options, &diag);
	rsk_cage_release(&result);
	return err || complaints;
}

static int with_others_open(void)
{
	bool closes = true;
	int below = open("/dev/zero", O_RDONLY);
	int in = dup(below);
	int out = dup(below);

	dup2(below, out + 1);
	dup2(below, DESCRIPTORS - 1);
	close(in);
	close(out);
	return run_with_files(&closes);
}

/* The pipe has the numbers 3 and 4, or 0 and 4. */
static int with_one_below(int in)
{
	bool closes = true;

	for (int fd = 3; fd < DESCRIPTORS; fd++)
		close(fd);
	if (in == STDIN_FILENO) {
		dup2(STDOUT_FILENO, 3);
		close(in);
	}
	return run_with_files(&closes);
}

static int with_none_open(void)
{
	return with_one_below(3);
}

static int without_input(void)
{
	return with_one_below(STDIN_FILENO);
}

/* Then they are 0 and 3. */
static int with_the_least(void)
{
	close(STDIN_FILENO);
	return with_one_below(3);
}

/* As before Linux 5.9. */
static int with_an_old_kernel(void)
{
	failing.kernel = without_close_range;
	return run_with_files(NULL);
}

Test(cage_faults, descriptors_that_it_keeps)
{
	cr_expect_eq(in_child(with_others_open), 0);
	cr_expect_eq(in_child(with_none_open), 0);
	cr_expect_eq(in_child(without_input), 0);
	cr_expect_eq(in_child(with_the_least), 0);
	cr_expect_eq(in_child(with_an_old_kernel), 0);
}

/* ---- dying ---- */

static const int deadly[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT,
	SIGTRAP };

/* Shared with the child. */
static struct {
	_Atomic unsigned attempts;
	int signal;
} * dying;

static void *hold_another(void *ready)
{
	if (!rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("other.js")))
		atomic_store((_Atomic bool *)ready, true);
	for (;;)
		sleep(1);
	return NULL;
}

/* One of two that are at an input. */
static int die(struct rsk_cage *cage, void *ctx)
{
	static _Atomic bool ready;
	pthread_t thread;

	(void)ctx;
	atomic_fetch_add(&dying->attempts, 1);
	if (!pthread_create(&thread, NULL, hold_another, &ready))
		while (!atomic_load(&ready))
			sched_yield();
	if (!rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("evil.js")))
		raise(dying->signal);
	rsk_input_end();
	rsk_cage_complain(cage, "it goes on");
	return 2;
}

/* It is clear at once who it was. */
Test(cage_faults, signals_that_end_it)
{
	dying = mmap(NULL, sizeof(*dying), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		struct rsk_cage_result result;

		dying->attempts = 0;
		dying->signal = deadly[i];
		complaints = 0;
		cr_expect_eq(run(&result, die), RSK_OK);
		cr_expect_not(result.has_report);
		cr_expect_eq(result.status, 2);
		cr_expect_eq(atomic_load(&dying->attempts), 2, "%d", deadly[i]);
		cr_expect_eq(complaints, 1);
		rsk_cage_release(&result);
	}
}

#ifdef RSK_FAULTS
/* base/fault.h */
static int read_evil(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	return rsk_input_begin(RSK_INPUT_FILE, RSK_LIT("evil.js")) ==
	       RSK_CRASHED;
}

Test(cage_faults, on_demand)
{
	struct rsk_cage_result result;

	setenv("RSKAN_FAULT", "abort:evil.js", 1);
	cr_expect_eq(run(&result, read_evil), RSK_OK);
	cr_expect_eq(result.status, 1);
	rsk_cage_release(&result);
}
#endif

static volatile sig_atomic_t ended_with;

static void on_end(int number, siginfo_t *info, void *ctx)
{
	(void)number;
	(void)ctx;
	ended_with = info->si_code == CLD_EXITED ? info->si_status : -1;
}

/* As a process does that has nothing to complain of: sanitizers end others. */
Test(cage_faults, its_own_end)
{
	struct rsk_cage_result result;
	const struct sigaction action = {
		.sa_sigaction = on_end,
		.sa_flags = SA_SIGINFO,
	};

	ended_with = -2;
	cr_assert_eq(sigaction(SIGCHLD, &action, NULL), 0);
	cr_expect_eq(run(&result, lock_and_report), RSK_OK);
	cr_expect(result.has_report);
	cr_expect_eq(ended_with, 0);
	rsk_cage_release(&result);
}

/* ---- the pipe, from its writer's side ---- */

static bool reports(void *ctx)
{
	struct rsk_cage_result result;
	bool right = !run(&result, lock_and_report) && result.has_report &&
		     result.report.complete &&
		     !strcmp(result.report.command, "scan");

	(void)ctx;
	rsk_cage_release(&result);
	return right;
}

static const int hiccups[] = { EINTR, SHORT, ENDS };

Test(cage_faults, said_a_little_at_a_time)
{
	for (size_t i = 0; i < sizeof(hiccups) / sizeof(hiccups[0]); i++)
		for (unsigned at = 1; at < 12; at++) {
			fail_at("write", at, hiccups[i]);
			cr_expect(reports(NULL), "%zu %u", i, at);
		}
}

static void expect_given_up(const char *how)
{
	struct rsk_cage_result result;
	const struct rsk_coverage *coverage = &result.report.coverage;

	cr_expect_eq(run(&result, lock_and_report), RSK_OK);
	cr_assert_eq(coverage->gap_list.len, 1);
	cr_expect_not_null(strstr(coverage->gap_list.ptr[0].detail, how), "%s",
		coverage->gap_list.ptr[0].detail);
	rsk_cage_release(&result);
}

/* Nobody listens: an error that is not the signal's. */
Test(cage_faults, that_cannot_say_what_it_found)
{
	fail_at("write", 1, EIO);
	expect_given_up("out of memory");
}

Test(cage_faults, without_memory_for_its_report)
{
	starves = true;
	expect_given_up("out of memory");
}

/* ---- the parent ---- */

Test(cage_faults, calls_of_the_parent)
{
	static const struct {
		const char *call;
		int error;
		enum rsk_err becomes;
		const char *text;
	} cases[] = {
		{ "mmap", ENOMEM, RSK_NOMEM,
			"no memory for a process of its own" },
		{ "pipe2", EMFILE, RSK_IO,
			"cannot scan in a process of its own: "
			"Too many open files" },
		{ "fork", EAGAIN, RSK_IO,
			"cannot scan in a process of its own: "
			"Resource temporarily unavailable" },
		{ "poll", EINTR, RSK_OK, "" },
		{ "poll", ENOMEM, RSK_IO,
			"cannot scan in a process of its own: "
			"Cannot allocate memory" },
		{ "read", EINTR, RSK_OK, "" },
		{ "read", EAGAIN, RSK_OK, "" },
		{ "read", EIO, RSK_IO,
			"cannot scan in a process of its own: "
			"Input/output error" },
		{ "waitpid", EINTR, RSK_OK, "" },
		{ "waitpid", ECHILD, RSK_OK, "" },
	};
	int before = lowest_free();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rsk_cage_result result;

		diag.text[0] = '\0';
		fail_at(cases[i].call, 1, cases[i].error);
		cr_expect_eq(run(&result, lock_and_report), cases[i].becomes,
			"%zu", i);
		cr_expect_str_eq(diag.text, cases[i].text);
		cr_expect_eq(result.has_report, !cases[i].becomes);
		cr_expect_eq(lowest_free(), before);
		if (cases[i].error == EINTR)
			cr_expect_lt(waitpid(-1, NULL, WNOHANG), 0);
		rsk_cage_release(&result);
	}
}

static void again(void)
{
	failing.seen = 0;
}

static int end_early(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	_exit(0);
}

/* Another part of the process took its status away. */
Test(cage_faults, that_ends_unknown)
{
	struct rsk_cage_result result;
	const struct rsk_coverage *coverage = &result.report.coverage;

	fail_at("waitpid", 1, ECHILD);
	failing.then = again;
	cr_expect_eq(run(&result, end_early), RSK_OK);
	failing.then = NULL;
	cr_assert_eq(coverage->gap_list.len, 1);
	cr_expect_not_null(
		strstr(coverage->gap_list.ptr[0].detail, "it ended early"));
	rsk_cage_release(&result);
}

/* So much that it is no small thing to keep. */
static int say_much(struct rsk_cage *cage, void *ctx)
{
	enum { MUCH = 8 * 1024 * 1024 };
	char *text = malloc(MUCH);

	(void)ctx;
	fail_nothing();
	memset(text, 'a', MUCH);
	text[MUCH - 1] = '\0';
	rsk_cage_complain(cage, text);
	free(text);
	return 0;
}

Test(cage_faults, without_memory_for_all_that_is_said)
{
	struct rsk_cage_result result;

	fail_at("realloc", 10, ENOMEM);
	cr_expect_eq(run(&result, say_much), RSK_NOMEM);
	cr_expect_str_eq(diag.text, "the scanning process: out of memory");
	cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
	rsk_cage_release(&result);
}

static int wait_for_ever(struct rsk_cage *cage, void *ctx)
{
	(void)cage;
	(void)ctx;
	for (;;)
		sleep(1);
	return 0;
}

/* Whoever was interrupted while waiting waits again: no zombie is left. */
Test(cage_faults, interrupted_twice)
{
	struct rsk_cage_result result;

	stops = true;
	fail_at("waitpid", 1, EINTR);
	cr_expect_eq(run(&result, wait_for_ever), RSK_INTERRUPTED);
	cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
	cr_expect_eq(errno, ECHILD);
	rsk_cage_release(&result);
	fail_at("waitpid", 1, ECHILD);
	cr_expect_eq(run(&result, wait_for_ever), RSK_INTERRUPTED);
	rsk_cage_release(&result);
}
