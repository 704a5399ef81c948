#ifndef RSK_TESTS_SOURCE_GIT_H
#define RSK_TESTS_SOURCE_GIT_H

/*
 * Real repositories for tests, made by git in a folder of their own.
 *
 *	char *dir = make_dir();
 *	free(shell(dir, "git init -q . && echo a > a && git add a"));
 *	...
 *	remove_dir(dir);
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/slice.h"

static inline char *make_dir(void)
{
	const char *base = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/rskan-test-XXXXXX",
		base ? base : "/tmp");
	cr_assert(mkdtemp(path));

	/* The same name that the program will see. */
	char *real = realpath(path, NULL);
	cr_assert(real);
	return real;
}

static inline void set_git_environment(void)
{
	static const char *const pairs[][2] = {
		{ "GIT_CONFIG_GLOBAL", "/dev/null" },
		{ "GIT_CONFIG_SYSTEM", "/dev/null" },
		{ "GIT_AUTHOR_NAME", "a" },
		{ "GIT_AUTHOR_EMAIL", "a@example.com" },
		{ "GIT_COMMITTER_NAME", "a" },
		{ "GIT_COMMITTER_EMAIL", "a@example.com" },
		{ "GIT_CONFIG_COUNT", "2" },
		{ "GIT_CONFIG_KEY_0", "protocol.file.allow" },
		{ "GIT_CONFIG_VALUE_0", "always" },
		{ "GIT_CONFIG_KEY_1", "init.defaultBranch" },
		{ "GIT_CONFIG_VALUE_1", "main" },
		{ "LC_ALL", "C" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		setenv(pairs[i][0], pairs[i][1], 1);
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("GIT_WORK_TREE");
}

/* What `command` prints, all of it; *len may be NULL. It has to succeed. */
static inline char *shell_len(const char *dir, const char *command, size_t *len)
{
	int pipes[2];
	size_t got = 0;
	char *out = NULL;
	FILE *copy = open_memstream(&out, &got);
	int status = 0;

	cr_assert(copy && pipe(pipes) == 0);
	pid_t child = fork();
	cr_assert(child >= 0);
	if (!child) {
		set_git_environment();
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		if (chdir(dir) == 0)
			execl("/bin/sh", "sh", "-euc", command, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);

	char piece[65536];
	for (ssize_t n; (n = read(pipes[0], piece, sizeof(piece))) > 0;)
		fwrite(piece, 1, (size_t)n, copy);
	fclose(copy);
	close(pipes[0]);
	waitpid(child, &status, 0);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"'%s' ended with %d", command, status);
	if (len)
		*len = got;
	return out;
}

static inline char *shell(const char *dir, const char *command)
{
	return shell_len(dir, command, NULL);
}

static inline void run(const char *dir, const char *command)
{
	free(shell(dir, command));
}

static inline void remove_dir(char *dir)
{
	run(dir, "chmod -R u+rwX . && rm -rf \"$PWD\"");
	free(dir);
}

static inline char *path_in(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = rsk_alloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}

static inline void write_bytes(
	const char *dir, const char *name, const void *bytes, size_t len)
{
	char *path = path_in(dir, name);
	FILE *out = fopen(path, "wb");

	cr_assert(out && fwrite(bytes, 1, len, out) == len, "%s", path);
	fclose(out);
	free(path);
}

#endif
