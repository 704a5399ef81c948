#ifndef RSK_TESTS_FAILING_H
#define RSK_TESTS_FAILING_H

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "unit/kept.h"

/*
 * Calls that fail when a test says so. In a program called test_*_faults the
 * linker leads them here (tests/unit.cmake has the list).
 *
 *	fail_each("read", EIO, &copes, &mine);
 *
 * runs copes(&mine) with the first read() failing, then with the second, until
 * none is left to fail; each time it has to return whether what came out is
 * right. Each runs in a child, since what runs out of memory ends; it must not
 * leave a file open.
 *
 *	fail_at("read", 2, EIO);    the same by hand: the second one from now
 *	failing.kernel = says;      answers each syscall()
 *	fail_nothing();
 *
 * tests/faults does the same to the whole program from outside.
 */

/* Instead of an error: one byte at most; the end of the file; nothing fails,
 * but failing.then is called before it. */
enum { SHORT = -1, ENDS = -2, FINE = -3 };

static struct {
	const char *call; /* NULL: none fails */
	unsigned at;      /* the n-th from 1 on */
	unsigned seen;
	int error;
	void (*then)(void);
	long (*kernel)(long what, long a, long b, long c); /* for syscall() */
} failing;

static inline void fail_at(const char *call, unsigned at, int error)
{
	failing.call = call;
	failing.at = at;
	failing.seen = 0;
	failing.error = error;
}

static inline void fail_nothing(void)
{
	failing.call = NULL;
}

static inline bool fails(const char *call)
{
	if (!failing.call || strcmp(failing.call, call) != 0 ||
		++failing.seen != failing.at)
		return false;
	int error = failing.error;

	if (failing.then)
		failing.then(); /* may make another call the next to fail */
	if (error > 0)
		errno = error;
	return error != FINE;
}

typedef bool scenario(void *ctx);

/* How many calls the child saw; `status` is how it ended. */
static inline unsigned run_child(scenario *copes, void *ctx, int *status)
{
	const char *call = failing.call;
	unsigned *seen;
	unsigned saw;
	pid_t child;

	fail_nothing();
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert(seen != MAP_FAILED);
	*seen = failing.at; /* of one that does not come to its end */
	child = fork();
	if (!child) {
		size_t files = files_open();

		failing.call = call;
		bool right = copes(ctx);

		fail_nothing();
		*seen = failing.seen;
		_exit(right && files_open() == files ? 0 : 1);
	}
	cr_assert(waitpid(child, status, 0) == child);
	saw = *seen;
	munmap(seen, sizeof(*seen));
	return saw;
}

static inline void fail_each(
	const char *call, int error, scenario *copes, void *ctx)
{
	enum { MOST = 5000 };

	for (unsigned at = 1; at <= MOST; at++) {
		int status = 0;
		unsigned saw;
		bool right;

		fail_at(call, at, error);
		saw = run_child(copes, ctx, &status);
		right = WIFEXITED(status) &&
			(!WEXITSTATUS(status) ||
				(error == ENOMEM &&
					WEXITSTATUS(status) == RSK_EXIT_NOMEM));
		cr_expect(right, "%s number %u, %s: status %x", call, at,
			error > 0 ? strerror(error) : "short", status);
		if (saw < at)
			return;
	}
	cr_expect_fail("%s: still failing after %d times", call, MOST);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,bugprone-macro-parentheses) */
#define FAILING(type, name, params, args, failed)                              \
	type __real_##name params;                                             \
	type __wrap_##name params;                                             \
	type __wrap_##name params                                              \
	{                                                                      \
		return fails(#name) ? (type)(failed) : __real_##name args;     \
	}

/* With a number of bytes, which may be fewer. */
#define FAILING_BYTES(name, params, args, less)                                \
	ssize_t __real_##name params;                                          \
	ssize_t __wrap_##name params;                                          \
	ssize_t __wrap_##name params                                           \
	{                                                                      \
		if (!fails(#name))                                             \
			return __real_##name args;                             \
		if (failing.error == SHORT)                                    \
			return __real_##name less;                             \
		return failing.error == ENDS ? 0 : -1;                         \
	}

/* That release something even when they fail. */
#define FAILING_END(name, type)                                                \
	int __real_##name(type it);                                            \
	int __wrap_##name(type it);                                            \
	int __wrap_##name(type it)                                             \
	{                                                                      \
		bool failed = fails(#name);                                    \
		int rc = __real_##name(it);                                    \
                                                                               \
		if (failed)                                                    \
			errno = failing.error;                                 \
		return failed ? -1 : rc;                                       \
	}

/* With a mode that may be left away. */
#define FAILING_OPEN(name, params, args)                                       \
	int __real_##name params;                                              \
	int __wrap_##name params;                                              \
	int __wrap_##name params                                               \
	{                                                                      \
		va_list rest;                                                  \
		mode_t mode = 0;                                               \
                                                                               \
		va_start(rest, flags);                                         \
		if (flags & O_CREAT)                                           \
			mode = va_arg(rest, mode_t);                           \
		va_end(rest);                                                  \
		return fails(#name) ? -1 : __real_##name args;                 \
	}

struct pollfd;
struct dirent;
struct sigaction;

FAILING_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
FAILING_OPEN(openat, (int dirfd, const char *path, int flags, ...),
	(dirfd, path, flags, mode))
FAILING_BYTES(read, (int fd, void *out, size_t len), (fd, out, len),
	(fd, out, len ? 1 : 0))
FAILING_BYTES(pread, (int fd, void *out, size_t len, off_t at),
	(fd, out, len, at), (fd, out, len ? 1 : 0, at))
FAILING_BYTES(write, (int fd, const void *bytes, size_t len), (fd, bytes, len),
	(fd, bytes, len ? 1 : 0))
FAILING_END(close, int)
FAILING_END(fclose, FILE *)
FAILING(int, fstat, (int fd, struct stat *st), (fd, st), -1)
FAILING(int, stat, (const char *path, struct stat *st), (path, st), -1)
FAILING(int, fsync, (int fd), (fd), -1)
FAILING(int, fchmod, (int fd, mode_t mode), (fd, mode), -1)
FAILING(int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode),
	-1)
FAILING(int, rename, (const char *from, const char *to), (from, to), -1)
FAILING(int, mkostemp, (char *name, int flags), (name, flags), -1)
FAILING(int, fflush, (FILE * file), (file), EOF)
FAILING(int, ferror, (FILE * file), (file), 1)
FAILING(FILE *, fdopen, (int fd, const char *mode), (fd, mode), NULL)
FAILING(FILE *, fopen, (const char *path, const char *mode), (path, mode), NULL)
FAILING(off_t, lseek, (int fd, off_t at, int how), (fd, at, how), -1)
FAILING(char *, realpath, (const char *path, char *out), (path, out), NULL)
FAILING(void *, fdopendir, (int fd), (fd), NULL)
FAILING(struct dirent *, readdir, (void *dir), (dir), NULL)
FAILING(int, dup, (int fd), (fd), -1)
FAILING(void *, mmap,
	(void *to, size_t len, int rights, int flags, int fd, off_t at),
	(to, len, rights, flags, fd, at), MAP_FAILED)
FAILING(void *, calloc, (size_t n, size_t size), (n, size), NULL)
FAILING(void *, malloc, (size_t size), (size), NULL)
FAILING(void *, realloc, (void *ptr, size_t size), (ptr, size), NULL)
FAILING(char *, strndup, (const char *text, size_t len), (text, len), NULL)
FAILING(int, sigaction,
	(int number, const struct sigaction *to, struct sigaction *from),
	(number, to, from), -1)
FAILING(int, pthread_create,
	(void *thread, const void *how, void *(*body)(void *), void *arg),
	(thread, how, body, arg), EAGAIN)
FAILING(pid_t, fork, (void), (), -1)
FAILING(int, pipe2, (int *ends, int flags), (ends, flags), -1)
FAILING(int, poll, (struct pollfd * ends, unsigned long len, int ms),
	(ends, len, ms), -1)
FAILING(pid_t, waitpid, (pid_t child, int *status, int how),
	(child, status, how), -1)
FAILING(int, prctl,
	(int what, unsigned long a, unsigned long b, unsigned long c,
		unsigned long d),
	(what, a, b, c, d), -1)
long __real_syscall(long what, long a, long b, long c, long d);
long __wrap_syscall(long what, long a, long b, long c, long d);
long __wrap_syscall(long what, long a, long b, long c, long d)
{
	if (failing.kernel)
		return failing.kernel(what, a, b, c);
	return fails("syscall") ? -1 : __real_syscall(what, a, b, c, d);
}
FAILING(int, getppid, (void), (), 1)
/* NOLINTEND(bugprone-reserved-identifier,bugprone-macro-parentheses) */

#endif
