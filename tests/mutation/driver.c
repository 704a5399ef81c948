/*
 * Runs a program's tests (of criterion.h here, or a fuzz target's corpus)
 * against mutants, for tools/mutate.py:
 *
 *     test_pack_delta 1007 1008 ...       "1007 killed pack_delta copies"
 *                                         "1008 survived 3"
 *     RSK_CORPUS=FOLDER fuzz_report 1007
 *
 * First each test runs as the code is, and must pass; what functions it comes
 * through and how long it takes is kept. Then, for each mutant, those that come
 * through its function, the best killer first, until one fails. Each is a
 * fork() of this process; one that takes five times as long (a second more) has failed. The
 * number behind "survived" is how many tests came through.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "criterion/criterion.h"

enum {
	MUTANTS = 1 << 17, /* numbers that there may be */
	CASES = 4096,
	LEAST_MS = 1000,
	TIMES = 5,
};

extern int rsk_mutant __attribute__((weak));
extern unsigned char *rsk_mutant_reached __attribute__((weak));

struct each {
	const struct rsk_test *test;
	void *param;
	int ms;
	unsigned kills;
	unsigned char *reached;
};

static struct rsk_test *tests;
static struct rsk_suite *suites;
static struct each cases[CASES];
static size_t len;
static const struct rsk_suite *running; /* the suite of the test, or NULL */
static const struct rsk_test *current;
static pid_t test_process;

void rsk_test_add(struct rsk_test *test)
{
	test->next = tests;
	tests = test;
}

void rsk_suite_add(struct rsk_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

static void begin(const struct rsk_test *test)
{
	running = NULL;
	current = test;
	test_process = getpid();
	for (const struct rsk_suite *s = suites; s; s = s->next)
		if (!strcmp(s->name, test->suite))
			running = s;
	if (running && running->init)
		running->init();
	if (test->options.init)
		test->options.init();
}

static void end(void)
{
	if (current && current->options.fini)
		current->options.fini();
	if (running && running->fini)
		running->fini();
	current = NULL;
	running = NULL;
}

void rsk_test_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	if (getpid() == test_process)
		end(); /* leaves no folder behind */
	_exit(1);
}

void rsk_test_skipped(void)
{
	end();
	_exit(0);
}

/* In the child. Ends with exit(), where a sanitizer tells of leaks. */
static void live(const struct each *each)
{
	const struct rlimit none = { 0, 0 };
	int quiet = open("/dev/null", O_RDWR | O_CLOEXEC);

	setpgid(0, 0);
	setrlimit(RLIMIT_CORE, &none);
	if (quiet >= 0 && !getenv("RSK_LOUD")) {
		dup2(quiet, STDIN_FILENO);
		dup2(quiet, STDOUT_FILENO);
		dup2(quiet, STDERR_FILENO);
	}
	begin(each->test);
	if (each->test->run)
		each->test->run();
	else
		each->test->run_each(each->param);
	end();
	exit(0);
}

/* In place of the system's: no test sees whether a file has reached the disk,
 * and to wait for that takes longer than all the rest. */
int fsync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return 0;
	return (int)syscall(SYS_fsync, fd);
}

static int now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int)(now.tv_sec % 1000000 * 1000 + now.tv_nsec / 1000000);
}

/* Its status, or -1 when it was too slow. */
static int wait_for(pid_t child, int most_ms)
{
	int status = 0, from = now_ms();
	sigset_t ended;
	const struct timespec moment = { .tv_nsec = 50000000 };

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (now_ms() - from >= most_ms) {
			kill(-child, SIGKILL);
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return -1;
		}
		sigtimedwait(&ended, NULL, &moment);
	}
	kill(-child, SIGKILL); /* what it has left behind */
	return status;
}

static bool passes_within(const struct each *each, int most_ms, bool *slow)
{
	const struct rsk_suite *options = &each->test->options;
	pid_t child = fork();
	int status;

	if (child == 0) {
		sigset_t all;

		sigemptyset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		live(each);
	}
	status = wait_for(child, most_ms);
	*slow = status == -1;
	if (*slow)
		return false;
	if (options->signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == options->signal;
	return WIFEXITED(status) && WEXITSTATUS(status) == options->exit_code;
}

/* A machine may be busy with other things: whoever is too slow gets a second
 * try, with more time. */
static bool passes(const struct each *each, int most_ms)
{
	enum { MORE = 8 };
	bool slow = false;
	bool passed = passes_within(each, most_ms, &slow);

	return slow ? passes_within(each, MORE * most_ms, &slow) : passed;
}

static void list_cases(void)
{
	for (struct rsk_test *t = tests; t; t = t->next) {
		struct criterion_test_params all = { .length = 1 };

		if (t->options.disabled)
			continue;
		if (t->params)
			all = t->params();
		for (size_t i = 0; i < all.length && len < CASES; i++)
			cases[len++] = (struct each){
				.test = t,
				.param = (char *)all.params + i * all.size,
			};
	}
}

static unsigned char *shared(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		exit(2);
	return map;
}

/* As the code is. A case costs only the pages that it comes through. */
static bool try_all(void)
{
	bool ok = true;

	for (size_t i = 0; i < len; i++) {
		int from = now_ms();

		cases[i].reached = shared(MUTANTS);
		if (&rsk_mutant_reached)
			rsk_mutant_reached = cases[i].reached;
		if (!passes(&cases[i], 300000)) {
			fprintf(stderr, "%s %s does not pass as it is\n",
				cases[i].test->suite, cases[i].test->name);
			ok = false;
		}
		cases[i].ms = now_ms() - from;
	}
	if (&rsk_mutant_reached)
		rsk_mutant_reached = NULL;
	return ok;
}

/* The best killers first, then the quick ones. */
static int by_worth(const void *a, const void *b)
{
	const struct each *left = a, *right = b;
	double l = (left->kills + 0.1) / (left->ms + 2);
	double r = (right->kills + 0.1) / (right->ms + 2);

	return (l < r) - (l > r);
}

/* A function's mutants follow each other: its first one is marked. */
static void try_mutant(int number, int first)
{
	unsigned came = 0;

	rsk_mutant = number;
	qsort(cases, len, sizeof(*cases), by_worth);
	for (size_t i = 0; i < len; i++) {
		int most = LEAST_MS + cases[i].ms * TIMES;

		if (!cases[i].reached[first])
			continue;
		came++;
		if (passes(&cases[i], most))
			continue;
		cases[i].kills++;
		printf("%d killed %s %s\n", number, cases[i].test->suite,
			cases[i].test->name);
		fflush(stdout);
		return;
	}
	printf("%d survived %u\n", number, came);
	fflush(stdout);
}

#ifdef RSK_FUZZ_DRIVER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_input(void *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;

	if (!file || fstat(fileno(file), &st))
		_exit(1);
	size_t size = (size_t)st.st_size;
	uint8_t *data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size)
		_exit(1);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	fclose(file);
}

static struct criterion_test_params corpus(void)
{
	const char *folder = getenv("RSK_CORPUS");
	DIR *dir = opendir(folder ? folder : ".");
	char *paths = calloc(CASES, 1024);
	struct criterion_test_params all = { .size = 1024, .params = paths };
	struct dirent *entry;

	while (dir && paths && (entry = readdir(dir)) && all.length < CASES)
		if (entry->d_name[0] != '.')
			snprintf(paths + 1024 * all.length++, 1024, "%s/%s",
				folder, entry->d_name);
	if (dir)
		closedir(dir);
	return all;
}

static struct rsk_test target = {
	.suite = "corpus",
	.name = "input",
	.run_each = run_input,
	.params = corpus,
};

__attribute__((constructor)) static void add_target(void)
{
	rsk_test_add(&target);
}

#endif

/* Arguments: FIRST:NUMBER, the first mutant of its function and the mutant. */
int main(int argc, char **argv)
{
	sigset_t ended;

	sigemptyset(&ended);
	sigaddset(&ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ended, NULL);
	list_cases();
	if (!len || !try_all())
		return 1;
	for (int i = 1; i < argc; i++) {
		char *colon = NULL;
		int first = (int)strtol(argv[i], &colon, 10);

		if (*colon == ':')
			try_mutant((int)strtol(colon + 1, NULL, 10), first);
	}
	return 0;
}
