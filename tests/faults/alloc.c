#include <errno.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Allocations that fail, for a program that is not told so: preloaded, it
 * stands before the C library's malloc, for the program and all its libraries.
 *
 *	LD_PRELOAD=.../librsk_alloc_faults.so RSK_FAIL_AT=17 rskan scan .
 *
 *	RSK_FAIL_AT=n     the n-th allocation fails, once
 *	RSK_FAIL_FROM=n   all fail from the n-th on
 *	RSK_FAIL_SITES=f  none fails; f gets the number of the first and of the
 *	                  last allocation from each different chain of callers
 *
 * The count is one for the process and all that it forks: it lies in memory
 * that they share. So the n-th allocation is hit wherever it happens, and only
 * there. After the fork nothing but memory is touched, so that a worker that
 * may make no system call can fail as well.
 *
 * The C library's own doors are used, not dlsym(), which allocates itself.
 */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

enum { FRAMES = 16, SITES = 1 << 16 };

struct site {
	uint64_t chain;
	long first, last;
};

static atomic_long *count;
static long fail_at, fail_from;
static const char *sites_file;
static struct site sites[SITES];
static _Thread_local bool inside;

/* Where the caller is, as a number that is the same each time. */
static uint64_t chain_of_callers(void)
{
	void *frames[FRAMES];
	int len = backtrace(frames, FRAMES);
	uint64_t chain = 14695981039346656037U;

	for (int i = 0; i < len; i++)
		chain = (chain ^ (uintptr_t)frames[i]) * 1099511628211U;
	return chain ? chain : 1;
}

static void note_site(long n)
{
	uint64_t chain;
	size_t at;

	if (inside)
		return;
	inside = true;
	chain = chain_of_callers();
	at = chain % SITES;
	while (sites[at].chain && sites[at].chain != chain)
		at = (at + 1) % SITES;
	if (!sites[at].chain)
		sites[at] = (struct site){ chain, n, n };
	sites[at].last = n;
	inside = false;
}

static bool fails(void)
{
	long n;

	if (!count)
		return false;
	n = atomic_fetch_add(count, 1) + 1;
	if (sites_file)
		note_site(n);
	if (n != fail_at && (!fail_from || n < fail_from))
		return false;
	errno = ENOMEM;
	return true;
}

static long number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	void *shared = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	void *frame;

	if (shared == MAP_FAILED)
		abort();
	fail_at = number_of("RSK_FAIL_AT");
	fail_from = number_of("RSK_FAIL_FROM");
	sites_file = getenv("RSK_FAIL_SITES");
	/* Its first call loads what it needs, and allocates. */
	(void)backtrace(&frame, 1);
	count = shared;
}

__attribute__((destructor)) static void end(void)
{
	FILE *out;

	count = NULL;
	out = sites_file ? fopen(sites_file, "we") : NULL;
	if (!out)
		return;
	for (size_t i = 0; i < SITES; i++)
		if (sites[i].chain)
			fprintf(out, "%ld %ld\n", sites[i].first,
				sites[i].last);
	fclose(out);
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *ptr, size_t size)
{
	return size && fails() ? NULL : __libc_realloc(ptr, size);
}

void *memalign(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
	void *ptr = memalign(alignment, size);

	if (ptr)
		*out = ptr;
	return ptr ? 0 : ENOMEM;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
