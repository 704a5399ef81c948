#ifndef RSK_SOURCE_REPO_H
#define RSK_SOURCE_REPO_H

#include "base/diag.h"
#include "base/vec.h"
#include "model/coverage.h"
#include "pack/odb.h"

/*
 * A git repository, seen without trusting it. Found and checked by lstat
 * before anything opens a file in it: a FIFO, device or symlink where git
 * keeps its data, or a redirect out of the repository, is a gap.
 *
 *	struct rsk_repo *repo = NULL;
 *	enum rsk_err err = rsk_repo_find(&repo, path, &options, &diag);
 *	...
 *	rsk_repo_free(repo);
 *
 * No git process is started and no configuration of the user or the system is
 * read: a report is the same on every machine.
 */
struct rsk_repo;

struct rsk_repo_options {
	bool trust_ownership; /* --trust-ownership */
	bool here_only;       /* do not look in parent folders */
	bool tolerant;        /* see rsk_repo_problem() */
	uint32_t sudo_uid;    /* when root: an owner that is fine; 0 for none */
	const char *index_file; /* GIT_INDEX_FILE; NULL for the usual one */
};

/*
 * The repository that `path` lies in (its work tree, or the repository
 * itself), looking upward as git does, up to the border of the file system.
 *
 * A `.git` file may lead out of the work tree only to a repository that names
 * this work tree in turn: a linked worktree, or a submodule's folder below
 * the .git of the repository around it.
 *
 * RSK_NOTFOUND     none
 * RSK_DENIED       it belongs to another user; `diag` has the remedy
 * RSK_UNSUPPORTED  a repository format we do not read
 * RSK_SPECIAL      a symlink, FIFO or device where git keeps data
 * RSK_REDIRECT     it says that it is somewhere else, which does not agree
 * RSK_SYNTAX, RSK_CORRUPT, RSK_TOOBIG  its own files make no sense
 * RSK_IO           errno
 */
RSK_MUST_CHECK enum rsk_err rsk_repo_find(struct rsk_repo **out,
	const char *path, const struct rsk_repo_options *options,
	struct rsk_diag *diag);
void rsk_repo_free(struct rsk_repo *repo);

const char *rsk_repo_workdir(const struct rsk_repo *repo); /* NULL: bare */
const char *rsk_repo_gitdir(const struct rsk_repo *repo);
const char *rsk_repo_objects(const struct rsk_repo *repo);

/* What a linked worktree shares; the same as the gitdir elsewhere. */
const char *rsk_repo_commondir(const struct rsk_repo *repo);

uint8_t rsk_repo_oid_len(const struct rsk_repo *repo); /* 20 or 32 */
bool rsk_repo_is_partial(const struct rsk_repo *repo); /* partial clone */

/*
 * What is wrong with a repository that was found by a `tolerant` search: a
 * symlink, FIFO or device where git keeps refs or settings, a configuration
 * that makes no sense from some line on. Whoever reads all objects can do so
 * without them. A search that is not tolerant is refused for the first one.
 */
struct rsk_repo_problem {
	enum rsk_err err;
	const char *name; /* in the folder of git: "packed-refs" */
	const char *text;
};

size_t rsk_repo_problems(const struct rsk_repo *repo);
const struct rsk_repo_problem *rsk_repo_problem(
	const struct rsk_repo *repo, size_t i);

/*
 * Append a text file of the repository ("shallow", "info/grafts"), as it is,
 * from the folder that worktrees share. Never follows a symlink or blocks.
 * As rsk_file_read_at(); RSK_NOTFOUND when there is none.
 */
RSK_MUST_CHECK enum rsk_err rsk_repo_read(
	struct rsk_buf *out, const struct rsk_repo *repo, const char *name);

/* The class of gap that an error of rsk_repo_find() and the like is. */
enum rsk_gap_class rsk_repo_gap(enum rsk_err err);

/* One entry of the index. */
struct rsk_index_entry {
	struct rsk_slice path; /* from the root of the work tree */
	struct rsk_oid oid;
	uint32_t mode;
	uint8_t stage;      /* 0, or 1..3 in a conflict */
	bool intent_to_add; /* `git add -N`: no content yet */
	bool submodule;
};

/*
 * The index, read by our own reader (versions 2 to 4, SHA-1 and SHA-256).
 * Entries are sorted by path, then stage. `cached_tree` is filled from the
 * TREE extension so that a comparison with HEAD can pass over whole folders.
 *
 * RSK_NOTFOUND     there is none yet (an empty repository)
 * RSK_CORRUPT, RSK_UNSUPPORTED (split index), RSK_TOOBIG, RSK_IO
 */
struct rsk_index;
RSK_MUST_CHECK enum rsk_err rsk_index_open(struct rsk_index **out,
	const struct rsk_repo *repo, struct rsk_diag *diag);
void rsk_index_free(struct rsk_index *index);
size_t rsk_index_len(const struct rsk_index *index);
const struct rsk_index_entry *rsk_index_at(
	const struct rsk_index *index, size_t i);

/* Any stage of `path`, or NULL. */
const struct rsk_index_entry *rsk_index_find(
	const struct rsk_index *index, struct rsk_slice path);

/* Is there an entry below the folder `path` (no slash at its end)? */
bool rsk_index_has_below(const struct rsk_index *index, struct rsk_slice path);

/*
 * Ignore rules, as git applies them in this repository: .gitignore files and
 * info/exclude, not the user's own. We read the files (a symlink or FIFO
 * named .gitignore has no rules, as in git); libgit2 matches their patterns.
 */
struct rsk_ignore;
RSK_MUST_CHECK enum rsk_err rsk_ignore_open(struct rsk_ignore **out,
	const struct rsk_repo *repo, struct rsk_diag *diag);
void rsk_ignore_free(struct rsk_ignore *ignore);

/*
 * Would git ignore `path` (from the root of the work tree), were it untracked?
 * One thread at a time.
 *
 * RSK_LIMIT  an ignore file on the way is over our limits: nobody knows
 */
RSK_MUST_CHECK enum rsk_err rsk_ignore_check(bool *ignored,
	struct rsk_ignore *ignore, struct rsk_slice path, bool is_folder);

/*
 * What the next commit would change: entries of the index that differ from
 * HEAD's tree (an unborn HEAD is an empty tree), all stages of a conflict.
 * Left out: deletions, and `git add -N` entries, which have no content that
 * a commit would take. Cost follows the size of the difference. No index is
 * the same as an empty one. Anything but RSK_OK from `on_staged` ends it.
 *
 * RSK_NOTFOUND     HEAD's commit or a tree is not in the database
 * RSK_CORRUPT, RSK_UNSUPPORTED, RSK_TOOBIG, RSK_IO
 */
typedef enum rsk_err rsk_on_staged(
	void *ctx, const struct rsk_index_entry *entry);
RSK_MUST_CHECK enum rsk_err rsk_staged_each(const struct rsk_repo *repo,
	rsk_on_staged *on_staged, void *ctx, struct rsk_diag *diag);

#endif
