#ifndef RSK_SOURCE_INDEX_P_H
#define RSK_SOURCE_INDEX_P_H

#include "base/buf.h"
#include "source/repo.h"

/* git's file modes, as the index and trees have them. */
enum {
	RSK_GIT_TYPE = 0170000,
	RSK_GIT_FOLDER = 0040000,
	RSK_GIT_LINK = 0160000, /* a submodule's commit */
};

/*
 * A folder in the TREE extension: what tree object the entries below it would
 * make. Nodes are in preorder; the children of a node are named by
 * rsk_index.kids[first_kid .. first_kid + kids), shorter names first.
 */
struct rsk_cached_tree {
	struct rsk_slice name; /* of this folder in its parent */
	struct rsk_oid oid;
	int32_t entries; /* index entries below it; -1: something changed */
	uint32_t first_kid, kids;
};

struct rsk_index {
	struct rsk_buf bytes; /* the file */
	struct rsk_buf names; /* version 4: the paths in full */
	struct rsk_index_entry *entries;
	size_t len;
	struct rsk_cached_tree *trees; /* NULL: no (usable) TREE extension */
	uint32_t *kids;
	size_t n_trees;
	uint8_t oid_len;
	bool has_folders; /* a sparse index: entries that are whole folders */
};

/*
 * Parse the bytes of an index file, which are taken (`bytes` is empty
 * afterwards, even on failure).
 */
RSK_MUST_CHECK enum rsk_err rsk_index_parse(struct rsk_index **out,
	struct rsk_buf *bytes, uint8_t oid_len, struct rsk_diag *diag);

/* The first entry in [lo, hi) that is not before the folder `path` + '/'. */
size_t rsk_index_folder_begin(const struct rsk_index *index, size_t lo,
	size_t hi, struct rsk_slice path);

/* The first entry in [lo, hi) that is past all of the folder's. */
size_t rsk_index_folder_end(const struct rsk_index *index, size_t lo, size_t hi,
	struct rsk_slice path);

/* Any stage of `path` in [lo, hi), or NULL. */
const struct rsk_index_entry *rsk_index_find_in(const struct rsk_index *index,
	size_t lo, size_t hi, struct rsk_slice path);

/* The child of `parent` (a node) called `name`, or NULL. */
const struct rsk_cached_tree *rsk_index_cached(const struct rsk_index *index,
	const struct rsk_cached_tree *parent, struct rsk_slice name);

#endif
