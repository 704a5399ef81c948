#ifndef RSK_TESTS_PACK_FIXTURE_H
#define RSK_TESTS_PACK_FIXTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "pack/odb.h"

/*
 * Repositories for tests, made by shell scripts with git in a folder of their
 * own, away from the configuration of whoever runs the tests.
 */
struct fixture {
	char dir[64];
};

static const char fixture_prelude[] =
	"set -eu\n"
	"export HOME=\"$PWD\" GIT_CONFIG_NOSYSTEM=1 "
	"GIT_CONFIG_GLOBAL=/dev/null\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org\n"
	"export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org\n"
	"export GIT_AUTHOR_DATE='1700000000 +0000'\n"
	"export GIT_COMMITTER_DATE='1700000000 +0000'\n"
	"unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE\n";

/* Run a script in the folder; false when it fails. */
static inline bool fixture_run(
	const struct fixture *fixture, const char *script)
{
	int status = 0;
	pid_t child = fork();

	if (!child) {
		char *text = NULL;

		if (chdir(fixture->dir) ||
			asprintf(&text, "%s%s", fixture_prelude, script) < 0)
			_exit(126);
		execl("/bin/sh", "sh", "-c", text, (char *)NULL);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static inline void fixture_make(struct fixture *fixture, const char *script)
{
	snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/rskan-pack.XXXXXX");
	cr_assert(mkdtemp(fixture->dir));
	cr_assert(fixture_run(fixture, script), "the script failed");
}

static inline void fixture_remove(struct fixture *fixture)
{
	cr_assert(fixture_run(fixture, "chmod -R u+w . ; rm -rf \"$PWD\""));
}

static inline char *fixture_path(
	const struct fixture *fixture, const char *name, char out[256])
{
	snprintf(out, 256, "%s/%s", fixture->dir, name);
	return out;
}

/* A whole small file, with a closing NUL; the caller frees it. */
static inline char *fixture_file(
	const struct fixture *fixture, const char *name, size_t *len)
{
	char path[256];
	FILE *file = fopen(fixture_path(fixture, name, path), "rbe");
	char *text = NULL;
	long size;

	cr_assert(file, "%s", path);
	cr_assert_eq(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)size + 1);
	cr_assert(text);
	cr_assert_eq(fread(text, 1, (size_t)size, file), (size_t)size);
	fclose(file);
	if (len)
		*len = (size_t)size;
	return text;
}

/* The object id that a script wrote to a file. */
static inline struct rsk_oid fixture_oid(
	const struct fixture *fixture, const char *name)
{
	char *text = fixture_file(fixture, name, NULL);
	struct rsk_oid oid = { 0 };

	cr_assert(rsk_oid_parse(&oid, rsk_slice_trim(rsk_slice_str(text))));
	free(text);
	return oid;
}

static inline struct rsk_odb *fixture_odb(
	const struct fixture *fixture, const char *objects)
{
	char path[256];
	struct rsk_odb *odb = NULL;
	struct rsk_diag diag = { 0 };

	cr_assert_eq(
		rsk_odb_open(&odb, fixture_path(fixture, objects, path), &diag),
		RSK_OK, "%s", diag.text);
	return odb;
}

#endif
