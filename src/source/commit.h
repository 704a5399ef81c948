#ifndef RSK_SOURCE_COMMIT_H
#define RSK_SOURCE_COMMIT_H

#include "pack/odb.h"

/*
 * The text of commits and annotated tags, and the entries of trees, taken
 * apart. Any bytes are fine: what cannot be found is empty or zero, and only
 * an object that cannot be one at all is RSK_CORRUPT.
 */

/* "Name <address> 1700000000 +0100" */
struct rsk_identity {
	struct rsk_slice who; /* name and address as recorded */
	int64_t seconds;      /* since 1970; 0 when it cannot be told */
};

struct rsk_commit {
	struct rsk_oid tree;
	struct rsk_slice parents; /* lines "parent HEX": rsk_commit_parent() */
	struct rsk_identity author, committer;
	struct rsk_slice message; /* all of it */
	struct rsk_slice summary; /* its first line that is not blank */
};

/* Slices point into `bytes`. RSK_CORRUPT: it does not begin with a tree. */
RSK_MUST_CHECK enum rsk_err rsk_commit_parse(
	struct rsk_commit *out, struct rsk_slice bytes);

/* Take the next parent off *parents (a copy of the field). False: no more. */
bool rsk_commit_parent(struct rsk_oid *out, struct rsk_slice *parents);

struct rsk_tag {
	struct rsk_oid object; /* what it names */
	enum rsk_object_type type;
	struct rsk_identity tagger;
	struct rsk_slice name, message, summary;
};

RSK_MUST_CHECK enum rsk_err rsk_tag_parse(
	struct rsk_tag *out, struct rsk_slice bytes);

struct rsk_tree_entry {
	struct rsk_slice name; /* not empty; may hold anything but NUL */
	const uint8_t *oid;
	uint32_t mode; /* as recorded, 0 when it cannot be read */
};

/* The bits of a mode that say what kind of entry it is. */
#define RSK_TREE_KIND 0170000u

/* Kinds of entries: a folder, a submodule's commit; all others are blobs. */
static inline bool rsk_tree_entry_is_tree(const struct rsk_tree_entry *entry)
{
	return (entry->mode & RSK_TREE_KIND) == 0040000;
}

static inline bool rsk_tree_entry_is_commit(const struct rsk_tree_entry *entry)
{
	return (entry->mode & RSK_TREE_KIND) == 0160000;
}

/*
 * The entry that begins at *at, which moves behind it. RSK_DONE at the end,
 * RSK_CORRUPT when it is cut off or has no form.
 */
RSK_MUST_CHECK enum rsk_err rsk_tree_next(struct rsk_tree_entry *out,
	struct rsk_slice bytes, size_t *at, size_t oid_len);

#endif
