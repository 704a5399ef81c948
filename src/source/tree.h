#ifndef RSK_SOURCE_TREE_H
#define RSK_SOURCE_TREE_H

#include <sys/stat.h>

#include "model/coverage.h"
#include "rules/ruleset.h"
#include "source/repo.h"

/*
 * The working tree: walks a folder on several threads and hands out every
 * file that belongs to the scan.
 *
 *	struct rsk_tree_visit visit = { .file = scan_file, .ctx = workers };
 *	enum rsk_err err = rsk_tree_walk(root, &options, &visit);
 *
 * Inside a repository these are the tracked files and the untracked ones that
 * git does not ignore; outside, all regular files. Symlinks are not followed,
 * `.git` is never entered, and special files are never opened. Submodules and
 * nested repositories are walked by their own index and ignore rules.
 *
 * Threads   `jobs` threads call `visit` at the same time, each with its own
 *           `worker` number from 0 to jobs - 1. No order is promised.
 * Errors    what cannot be read goes to the worker's ledger; the walk goes on.
 *           A repository that cannot be trusted or understood is a gap, and
 *           its files are walked as if there were none.
 * Counting  the walk counts what it passes over (seen and skipped in the
 *           tally `files`; an ignored or excluded folder counts as one, its
 *           path ends in '/'). A file that is handed to `visit` is counted by
 *           `visit`. A folder that cannot be listed is a gap without a unit.
 *
 * A root that git ignores is walked all the same: somebody named it. A root
 * that is a bare repository has no working tree: there is a note, no files.
 */
struct rsk_tree_file {
	struct rsk_slice
		path;     /* from the root of the walk; lives for the call */
	int dirfd;        /* open folder of the file: use with openat(2) */
	const char *name; /* its name in that folder, NUL-terminated */
	uint32_t vcs;     /* one enum rsk_vcs */
	bool is_ignored;  /* only with options->ignored */
};

struct rsk_tree_visit {
	/* Anything but RSK_OK ends the walk. */
	enum rsk_err (*file)(
		void *ctx, unsigned worker, const struct rsk_tree_file *file);
	struct rsk_coverage *ledgers; /* one for each worker */
	void *ctx;
};

struct rsk_tree_options {
	unsigned jobs;
	bool ignored;             /* --ignored: also what git ignores */
	struct rsk_globs exclude; /* paths the configuration takes out */
	struct rsk_repo_options repo;
};

/*
 * Walk the folder `root`.
 *
 * RSK_NOTFOUND  no such folder
 * RSK_SPECIAL   not a folder
 * RSK_IO        it cannot be listed; errno
 */
RSK_MUST_CHECK enum rsk_err rsk_tree_walk(const char *root,
	const struct rsk_tree_options *options,
	const struct rsk_tree_visit *visit);

#endif
