/* rooms: source */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "source/commit.h"

/* The bytes as a commit, as a tag and as a tree. All slices must lie in them.
 */
static void check(struct rsk_slice whole, struct rsk_slice part)
{
	if (part.len && (part.ptr < whole.ptr ||
				part.ptr + part.len > whole.ptr + whole.len))
		abort();
}

static void try_commit(struct rsk_slice bytes)
{
	struct rsk_commit commit;
	struct rsk_oid parent;

	if (rsk_commit_parse(&commit, bytes))
		return;
	while (rsk_commit_parent(&parent, &commit.parents))
		;
	check(bytes, commit.author.who);
	check(bytes, commit.committer.who);
	check(bytes, commit.message);
	check(bytes, commit.summary);
}

static void try_tag(struct rsk_slice bytes)
{
	struct rsk_tag tag;

	if (rsk_tag_parse(&tag, bytes))
		return;
	check(bytes, tag.name);
	check(bytes, tag.tagger.who);
	check(bytes, tag.message);
	check(bytes, tag.summary);
}

static void try_tree(struct rsk_slice bytes, size_t oid_len)
{
	struct rsk_tree_entry entry;
	size_t at = 0;

	while (!rsk_tree_next(&entry, bytes, &at, oid_len)) {
		check(bytes, entry.name);
		check(bytes, rsk_slice(entry.oid, oid_len));
		if (!entry.name.len || at > bytes.len)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_slice bytes = rsk_slice(data, size);

	try_commit(bytes);
	try_tag(bytes);
	try_tree(bytes, 20);
	try_tree(bytes, 32);
	return 0;
}
