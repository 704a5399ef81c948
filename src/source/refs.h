#ifndef RSK_SOURCE_REFS_H
#define RSK_SOURCE_REFS_H

#include "source/repo.h"

/*
 * What a repository's names stand for. Loose refs, packed-refs and the pseudo
 * refs (HEAD, ORIG_HEAD, MERGE_HEAD, ...) of this and of the other worktrees.
 * Read by our own reader: no symlink is followed, nothing blocks, and a name
 * never leads out of the repository.
 */
struct rsk_ref {
	struct rsk_slice name; /* "refs/heads/main", "HEAD"; for the call */
	struct rsk_oid oid;    /* what it names, symbolic refs followed */
	bool is_unborn;        /* a symbolic ref to what does not exist yet */

	/*
	 * RSK_OK, or why `oid` is not there: the ref is broken, a special file,
	 * or a chain of symbolic refs that is too long.
	 */
	enum rsk_err err;
};

typedef enum rsk_err rsk_on_ref(void *ctx, const struct rsk_ref *ref);

/*
 * Call `on_ref` for every ref, each name once; FETCH_HEAD and MERGE_HEAD once
 * for each line they have. No order is promised. Broken refs come with their
 * error, and so do lines of packed-refs that are none, all together (`name`
 * says which and how many); anything but RSK_OK from `on_ref` ends it.
 *
 * RSK_SPECIAL, RSK_TOOBIG, RSK_IO  packed-refs or a folder of refs; `diag`
 */
RSK_MUST_CHECK enum rsk_err rsk_refs_each(const struct rsk_repo *repo,
	rsk_on_ref *on_ref, void *ctx, struct rsk_diag *diag);

/*
 * The object that `name` stands for, looked up as git does: a whole object
 * name in hex, HEAD and the like, "refs/...", then a tag, a branch, a remote's
 * branch of that name. A tag is not peeled.
 *
 * RSK_NOTFOUND     nothing is called so, or it is not born yet
 * RSK_SYNTAX       not the form of a name
 * RSK_CORRUPT, RSK_SPECIAL, RSK_IO  the ref is broken
 */
RSK_MUST_CHECK enum rsk_err rsk_refs_resolve(struct rsk_oid *out,
	const struct rsk_repo *repo, struct rsk_slice name);

#endif
