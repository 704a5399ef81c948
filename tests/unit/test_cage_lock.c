#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cage/cage.h"
#include "cage/lock.h"

/*
 * What a process that is locked in can do, and what it cannot. Each check is
 * made in the child, which says what is not as it must be.
 */
static char folder[64]; /* with a file "in" that may be read */
static char outside[96];

static void begin(void)
{
	char path[128];

	snprintf(folder, sizeof(folder), "/tmp/rskan-lock.XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(outside, sizeof(outside), "%s.out", folder);
	snprintf(path, sizeof(path), "%s/in", folder);
	for (int i = 0; i < 2; i++) {
		int fd = creat(i ? outside : path, 0600);

		cr_assert_eq(write(fd, "text", 4), 4);
		close(fd);
	}
}

static void end(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/in", folder);
	unlink(path);
	unlink(outside);
	rmdir(folder);
}

TestSuite(cage_lock, .init = begin, .fini = end);

/* ---- what must not work, and with which error ---- */

static bool refused(long got, int error)
{
	return got < 0 && errno == error;
}

static bool no_file_is_written(void)
{
	return refused(open("/dev/null", O_WRONLY), EACCES) &&
	       refused(open("/dev/null", O_RDWR), EACCES) &&
	       refused(open(outside, O_RDONLY | O_TRUNC), EACCES) &&
	       refused(open(outside, O_RDONLY | O_APPEND), EACCES) &&
	       refused(open("made", O_RDONLY | O_CREAT, 0600), EACCES) &&
	       refused(open("/tmp", O_RDONLY | O_TMPFILE, 0600), EACCES) &&
	       refused(unlink(outside), EPERM) &&
	       refused(rename(outside, "other"), EPERM) &&
	       refused(chmod(outside, 0), EPERM) &&
	       refused(mkdir("made", 0700), EPERM);
}

static bool nothing_else_is_written_to(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (!(RSK_TEST_SANITIZED && fd == STDERR_FILENO) &&
			!refused(write(fd, "x", 1), EPERM))
			return false;
	return refused(pwrite(0, "x", 1, 0), EPERM);
}

static bool nobody_is_talked_to(void)
{
	return refused(socket(AF_INET, SOCK_STREAM, 0), EPERM) &&
	       refused(socket(AF_UNIX, SOCK_DGRAM, 0), EPERM) &&
	       refused(kill(getppid(), 0), EPERM) &&
	       refused(syscall(SYS_tgkill, getppid(), getppid(), 0), EPERM) &&
	       refused(fcntl(0, F_SETOWN, getppid()), EPERM) &&
	       refused(fcntl(0, F_SETFL, O_NONBLOCK), EPERM) &&
	       refused(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL), EPERM);
}

static bool no_process_is_made(void)
{
	char name[] = "true";
	char *arguments[] = { name, NULL };

	return refused(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0), EPERM) &&
	       refused(syscall(SYS_clone, CLONE_VM | SIGCHLD, 0, 0, 0, 0),
		       EPERM) &&
	       refused(syscall(SYS_clone3, NULL, 0), ENOSYS) &&
	       refused(execv("/bin/true", arguments), EPERM);
}

static bool limits_stay(void)
{
	struct rlimit now;
	const struct rlimit more = { 8192, 8192 };

	return getrlimit(RLIMIT_NOFILE, &now) == 0 &&
	       refused(setrlimit(RLIMIT_NOFILE, &more), EPERM) &&
	       refused(prlimit(0, RLIMIT_NOFILE, &now, NULL), EPERM) &&
	       refused(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE,
			       (void *)((uintptr_t)1 << 32), NULL),
		       EPERM);
}

/* ---- what must work ---- */

static void *nothing(void *ctx)
{
	return ctx;
}

static bool threads_are_made(void)
{
	pthread_t thread;
	void *got = NULL;

	return pthread_create(&thread, NULL, nothing, folder) == 0 &&
	       pthread_join(thread, &got) == 0 && got == folder;
}

static bool files_are_read(void)
{
	char path[128];
	char text[8];
	int fd;

	snprintf(path, sizeof(path), "%s/in", folder);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	bool works = fd >= 0 && read(fd, text, sizeof(text)) == 4 &&
		     fcntl(fd, F_GETFL) >= 0 &&
		     fcntl(fd, F_GETFD) == FD_CLOEXEC &&
		     fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
		     fcntl(fd, F_DUPFD_CLOEXEC, 10) >= 10;
	int dir = open(folder, O_RDONLY | O_DIRECTORY);

	return works && dir >= 0 && close(dir) == 0 && close(fd) == 0;
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
	(void)number;
	signals++;
}

static void *raise_one(void *failed)
{
	return raise(SIGUSR1) == 0 ? NULL : failed;
}

/* By any thread. */
static bool signals_to_oneself_are_sent(void)
{
	pthread_t thread;
	void *failed = NULL;

	return signal(SIGUSR1, count_signal) != SIG_ERR &&
	       raise(SIGUSR1) == 0 && signals == 1 &&
	       pthread_create(&thread, NULL, raise_one, folder) == 0 &&
	       pthread_join(thread, &failed) == 0 && !failed && signals == 2;
}

/* They are for the parent, which ends us when it wants to. */
static bool the_terminal_does_not_end_it(void)
{
	return raise(SIGINT) == 0 && raise(SIGTERM) == 0 &&
	       raise(SIGHUP) == 0 && raise(SIGQUIT) == 0;
}

/* ---- how it is kept ---- */

/* Of the parent: never more than there was. */
static struct rlimit ours[RLIM_NLIMITS];

static void note_limits(void)
{
	const struct rlimit more = { RSK_MIB, RSK_MIB };

	/* So that there is one to take away, where we may. */
	(void)setrlimit(RLIMIT_CORE, &more);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		cr_assert_eq(getrlimit((__rlimit_resource_t)i, &ours[i]), 0);
}

static bool is_limited(int what, rlim_t most)
{
	struct rlimit now;
	rlim_t hard = ours[what].rlim_max;
	rlim_t soft = ours[what].rlim_cur;

	if (hard == RLIM_INFINITY || hard > most)
		hard = most;
	if (soft == RLIM_INFINITY || soft > hard)
		soft = hard;
	return getrlimit((__rlimit_resource_t)what, &now) == 0 &&
	       now.rlim_cur == soft && now.rlim_max == hard;
}

static bool has_its_limits(void)
{
	const rlim_t memory = RSK_CAGE_MEMORY + 64 * RSK_MIB +
			      3 * (rlim_t)RSK_CAGE_MEMORY_OF_EACH;

	return is_limited(RLIMIT_CORE, 0) && is_limited(RLIMIT_FSIZE, 0) &&
	       is_limited(RLIMIT_CPU, RSK_CAGE_CPU_SECONDS) &&
	       is_limited(RLIMIT_NOFILE, RSK_CAGE_DESCRIPTORS) &&
	       (RSK_TEST_SANITIZED ||
		       (is_limited(RLIMIT_DATA, memory) &&
			       is_limited(RLIMIT_AS, 4 * memory)));
}

static bool is_private_and_mortal(void)
{
	int number = 0;

	return (RSK_TEST_SANITIZED ||
		       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0) &&
	       prctl(PR_GET_PDEATHSIG, &number, 0, 0, 0) == 0 &&
	       number == SIGKILL && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

struct check {
	const char *name;
	bool (*holds)(void);
};

static const struct check checks[] = {
	{ "no file is written", no_file_is_written },
	{ "nothing else is written to", nothing_else_is_written_to },
	{ "nobody is talked to", nobody_is_talked_to },
	{ "no process is made", no_process_is_made },
	{ "limits stay", limits_stay },
	{ "threads are made", threads_are_made },
	{ "files are read", files_are_read },
	{ "signals to oneself are sent", signals_to_oneself_are_sent },
	{ "the terminal does not end it", the_terminal_does_not_end_it },
	{ "has its limits", has_its_limits },
	{ "is private, and dies with its parent", is_private_and_mortal },
};

/* ---- the child and the parent ---- */

static size_t complaints;

static void complain(const char *text)
{
	fprintf(stderr, "does not hold: %s\n", text);
	complaints++;
}

static void expect_no_complaint(rsk_cage_work *work)
{
	const struct rsk_cage_options options = {
		.work = work,
		.jobs = 3,
		.memory = 64 * RSK_MIB,
		.complain = complain,
	};
	struct rsk_cage_result result;
	struct rsk_diag diag = { 0 };

	cr_assert_eq(rsk_cage_run(&result, &options, &diag), RSK_OK);
	cr_expect_not(result.has_report);
	cr_expect_eq(result.status, 0);
	cr_expect_eq(complaints, 0);
	rsk_cage_release(&result);
}

static int try_all(struct rsk_cage *cage, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (!checks[i].holds())
			rsk_cage_complain(cage, checks[i].name);
	return 0;
}

Test(cage_lock, what_it_can_and_cannot_do)
{
	note_limits();
	expect_no_complaint(try_all);
}

static bool has_landlock(void)
{
	/* LANDLOCK_CREATE_RULESET_VERSION */
	return syscall(444, NULL, (size_t)0, 1U) >= 1;
}

static int read_elsewhere(struct rsk_cage *cage, void *ctx)
{
	const char *const places[] = { "/does/not/exist", folder };
	bool limited = has_landlock();

	(void)ctx;
	rsk_cage_places(cage, places, 2);
	if (!files_are_read())
		rsk_cage_complain(cage, "what was named is read");
	if (limited && !refused(open(outside, O_RDONLY), EACCES))
		rsk_cage_complain(cage, "nothing else is read");
	if (limited && !refused(open("/tmp", O_RDONLY | O_DIRECTORY), EACCES))
		rsk_cage_complain(cage, "no other folder is read");
	return 0;
}

Test(cage_lock, what_it_reads)
{
	expect_no_complaint(read_elsewhere);
}

/* A file that is named is read; a list of its folder it does not get. */
static int read_one_file(struct rsk_cage *cage, void *ctx)
{
	const char *const places[] = { outside };
	bool limited = has_landlock();
	int fd;

	(void)ctx;
	rsk_cage_places(cage, places, 1);
	fd = open(outside, O_RDONLY);
	if (fd < 0)
		rsk_cage_complain(cage, "the file is read");
	if (limited && !refused(open(folder, O_RDONLY | O_DIRECTORY), EACCES))
		rsk_cage_complain(cage, "and nothing else");
	return 0;
}

Test(cage_lock, a_file_alone)
{
	expect_no_complaint(read_one_file);
}

static const int writes = PROT_READ | PROT_WRITE;
static const int runs = PROT_READ | PROT_EXEC;

static void *page_of(int rights)
{
	return mmap(NULL, 4096, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* What was made before is no longer both written and run. */
static bool is_sealed(const char *page)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[8192];
	bool found = false;

	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long from = 0;
		char rights[5] = "";

		if (sscanf(line, "%lx-%*x %4s", &from, rights) != 2)
			continue;
		if (rights[1] == 'w' && rights[2] == 'x')
			return false;
		found |= from == (uintptr_t)page && !strcmp(rights, "r-xp");
	}
	if (maps)
		fclose(maps);
	return found;
}

static int make_code(struct rsk_cage *cage, void *ctx)
{
	char *page = page_of(writes | PROT_EXEC);
	char *before = page_of(writes);

	(void)ctx;
	if (page == MAP_FAILED || before == MAP_FAILED ||
		mprotect(before, 4096, runs) || mprotect(before, 4096, writes))
		rsk_cage_complain(cage, "code is made before");
	rsk_cage_code(cage);
	if (!is_sealed(page))
		rsk_cage_complain(cage, "what was made is sealed");
	if (page_of(writes | PROT_EXEC) != MAP_FAILED ||
		page_of(runs) != MAP_FAILED || errno != EPERM)
		rsk_cage_complain(cage, "no code is mapped");
	if (!refused(mprotect(before, 4096, runs), EPERM) ||
		!refused(mprotect(page, 4096, writes | PROT_EXEC), EPERM))
		rsk_cage_complain(cage, "nothing becomes code");
	if (page_of(writes) == MAP_FAILED ||
		mprotect(before, 4096, PROT_READ) || !files_are_read())
		rsk_cage_complain(cage, "the rest goes on");
	if (!refused(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), EPERM) ||
		!refused(syscall(SYS_seccomp, 0, 0, NULL), EPERM) ||
		!refused(syscall(444, NULL, (size_t)0, 1U), EPERM) ||
		!refused(syscall(445, 0, 0, NULL, 0), EPERM) ||
		!refused(syscall(446, 0, 0U), EPERM))
		rsk_cage_complain(cage, "the lock is left alone");
	return 0;
}

Test(cage_lock, code)
{
	expect_no_complaint(make_code);
}

/* Without a parent to watch it there is no scan. */
Test(cage_lock, the_parent_is_there)
{
	const struct rsk_lock_options options = { .out = 1, .parent = 1 };
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (rsk_lock_begin(&options))
			_exit(1);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), RSK_EXIT_NOMEM);
}
