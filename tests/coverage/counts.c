#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Keeps what clang's coverage counts, for programs that fork, lock themselves
 * in and are made to fail. Linked into every program of the coverage build
 * instead of the part of clang's runtime that writes a file at exit.
 *
 * Where a program begins it maps RSK_COUNTS/<its name>, which all of its runs
 * share. Where a process ends, by exit() or _exit(), it adds what it has
 * counted: memory, no system call, so a process that may make none is counted
 * as well, and no fault can hit it. Nothing is opened after main() has begun.
 *
 * Clang does not count all: how often a condition was false it derives from how
 * often the code around was run, and that goes wrong where a process ended in
 * the middle of it. So there are two sums: of processes that came to their end
 * (exit() is called by main() alone, _exit(0) at the end of what was forked),
 * and of all, of which only what was really counted may be believed. Who is
 * killed adds nothing; who is forked begins to count then.
 *
 *	RSK_COUNTS_TO=FILE RSK_COUNTS_OF=ended|all|numbers program
 *
 * writes a profile for llvm-profdata, and does no more: one of the two sums, or
 * a different number for each counter, which tells what is counted and what is
 * derived.
 */

/* Of clang's runtime; compiler-rt/lib/profile/InstrProfiling.h.
 * NOLINTBEGIN(bugprone-reserved-identifier) */
char *__llvm_profile_begin_counters(void);
char *__llvm_profile_end_counters(void);
char *__llvm_profile_begin_bitmap(void);
char *__llvm_profile_end_bitmap(void);
void __llvm_profile_set_filename(const char *name);
int __llvm_profile_write_file(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
int __llvm_profile_runtime; /* that it is here keeps the writing part out */
/* NOLINTEND(bugprone-reserved-identifier) */

static struct {
	uint64_t *ended, *all;
	unsigned char *bits; /* which combinations of conditions there were */
	size_t n_counters, n_bits;
} shared;

static uint64_t *own_counters(void)
{
	return (uint64_t *)(void *)__llvm_profile_begin_counters();
}

/* Writable for all: some tests run the program as another user. */
static int open_shared(size_t size)
{
	char self[4096] = "";
	char path[sizeof(self) + sizeof(RSK_COUNTS)];
	struct stat st;
	int fd;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", RSK_COUNTS,
		strrchr(self, '/') + 1);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	(void)fchmod(fd, 0666);
	/* Of another size are those of an earlier build. */
	if (fstat(fd, &st) == 0 &&
		((size_t)st.st_size == size ||
			((!st.st_size || !ftruncate(fd, 0)) &&
				!ftruncate(fd, (off_t)size))))
		return fd;
	close(fd);
	return -1;
}

static void write_profile(const char *name, const char *of)
{
	uint64_t *own = own_counters();
	bool all = of && !strcmp(of, "all");
	bool numbers = of && !strcmp(of, "numbers");

	for (size_t i = 0; i < shared.n_counters; i++)
		own[i] = numbers ? (i + 1) * 0x9e3779b97f4a7c15U >> 14
			 : all	 ? shared.all[i]
				 : shared.ended[i];
	memcpy(__llvm_profile_begin_bitmap(), shared.bits, shared.n_bits);
	__llvm_profile_set_filename(name);
	__real__exit(__llvm_profile_write_file() ? 1 : 0);
}

static void add(bool ended)
{
	const uint64_t *own = own_counters();
	const char *bits = __llvm_profile_begin_bitmap();
	static bool done;

	if (!shared.all || done)
		return;
	done = true;
	for (size_t i = 0; i < shared.n_counters; i++) {
		if (!own[i])
			continue;
		__atomic_fetch_add(shared.all + i, own[i], __ATOMIC_RELAXED);
		if (ended)
			__atomic_fetch_add(
				shared.ended + i, own[i], __ATOMIC_RELAXED);
	}
	for (size_t i = 0; i < shared.n_bits; i++)
		if (bits[i])
			__atomic_fetch_or(shared.bits + i,
				(unsigned char)bits[i], __ATOMIC_RELAXED);
}

static void begin_anew(void)
{
	memset(own_counters(), 0, shared.n_counters * sizeof(uint64_t));
}

__attribute__((constructor)) static void begin(void)
{
	size_t size = (size_t)(__llvm_profile_end_counters() -
			       __llvm_profile_begin_counters());
	size_t n_bits = (size_t)(__llvm_profile_end_bitmap() -
				 __llvm_profile_begin_bitmap());
	const char *name = getenv("RSK_COUNTS_TO");
	void *map;
	int fd;

	if (!size)
		return;
	fd = open_shared(2 * size + n_bits);
	if (fd < 0)
		return;
	map = mmap(NULL, 2 * size + n_bits, PROT_READ | PROT_WRITE, MAP_SHARED,
		fd, 0);
	close(fd);
	if (map == MAP_FAILED || pthread_atfork(NULL, NULL, begin_anew))
		return;
	shared.n_counters = size / sizeof(uint64_t);
	shared.n_bits = n_bits;
	shared.ended = map;
	shared.all = shared.ended + shared.n_counters;
	shared.bits = (unsigned char *)map + 2 * size;
	if (name)
		write_profile(name, getenv("RSK_COUNTS_OF"));
}

__attribute__((destructor)) static void end(void)
{
	add(true);
}

/* Linked with --wrap=_exit. */
_Noreturn void __wrap__exit(int status)
{
	add(!status);
	__real__exit(status);
}
