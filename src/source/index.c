#include "source/index_p.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"
#include "source/at_p.h"
#include "source/repo_p.h"

/* The file: a header, entries, extensions, a hash over all before it. */
enum {
	HEADER_BYTES = 12,
	STAT_BYTES = 40, /* times, device, inode, mode, owner, size */
	MODE_AT = 24,    /* in them */
	EXTENSION_HEADER_BYTES = 8,
};

/* The 16 bits of flags behind the object's name, and 16 more. */
enum {
	FLAG_NAME_LEN = 0x0fff, /* all set: longer than that */
	FLAG_STAGE_SHIFT = 12,
	FLAG_EXTENDED = 0x4000,
	FLAG2_INTENT_TO_ADD = 0x2000,
	FLAG2_KNOWN = 0x6000, /* and skip-worktree */
};

struct reader {
	struct rsk_index *index;
	struct rsk_slice rest; /* of entries and extensions, without the hash */
	uint32_t version;
	uint32_t count;
	size_t previous; /* version 4: where in `names` the last path is */
	size_t previous_len;
	bool has_sdir;
	struct rsk_diag *diag;
};

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static enum rsk_err corrupt(struct reader *r, const char *what)
{
	return rsk_diag_set(
		r->diag, RSK_CORRUPT, "the index is broken: %s", what);
}

static void skip(struct reader *r, size_t n)
{
	r->rest = rsk_slice_cut(r->rest, n, r->rest.len);
}

/* git writes zeros under index.skipHash. */
static bool is_unhashed(const uint8_t *hash, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (hash[i])
			return false;
	return true;
}

static bool hash_agrees(struct rsk_slice body, const uint8_t *hash, size_t len)
{
	uint8_t digest[RSK_OID_MAX];

	if (is_unhashed(hash, len))
		return true;
	if (len == RSK_SHA1_BYTES) {
		struct rsk_sha1 sha;

		rsk_sha1_init(&sha);
		rsk_sha1_update(&sha, body);
		rsk_sha1_final(&sha, digest);
	} else {
		struct rsk_sha256 sha;

		rsk_sha256_init(&sha);
		rsk_sha256_update(&sha, body);
		rsk_sha256_final(&sha, digest);
	}
	return !memcmp(digest, hash, len);
}

static enum rsk_err read_header(struct reader *r)
{
	struct rsk_index *index = r->index;
	struct rsk_slice all = rsk_buf_slice(&index->bytes);

	if (all.len < HEADER_BYTES + (size_t)index->oid_len ||
		memcmp(all.ptr, "DIRC", 4) != 0)
		return corrupt(r, "no header");

	size_t body = all.len - index->oid_len;
	r->version = be32(all.ptr + 4);
	r->count = be32(all.ptr + 8);
	if (r->version < 2 || r->version > 4)
		return rsk_diag_set(r->diag, RSK_UNSUPPORTED,
			"index version %lu is not supported",
			(unsigned long)r->version);
	if (!hash_agrees(
		    rsk_slice(all.ptr, body), all.ptr + body, index->oid_len))
		return corrupt(r, "its checksum is another");
	r->rest = rsk_slice_cut(all, HEADER_BYTES, body);
	if (r->count > r->rest.len / (STAT_BYTES + index->oid_len + 2u))
		return corrupt(r, "more entries than bytes");
	return RSK_OK;
}

/* git's variable-width number: 7 bits a byte, each step adds one. */
static enum rsk_err read_varint(struct reader *r, size_t *out)
{
	size_t value = 0;

	for (int i = 0; i < 5 && i < (int)r->rest.len; i++) {
		uint8_t byte = r->rest.ptr[i];

		value = (value << 7) + (byte & 0x7f);
		if (!(byte & 0x80)) {
			skip(r, (size_t)i + 1);
			*out = value;
			return RSK_OK;
		}
		value++;
	}
	return corrupt(r, "a number does not end");
}

/*
 * Version 4: cut `strip` bytes off the last path, add a string. `names` moves
 * as it grows, so the entry keeps an offset until the end.
 */
static enum rsk_err read_short_path(
	struct reader *r, struct rsk_index_entry *entry)
{
	struct rsk_buf *names = &r->index->names;
	size_t strip = 0;
	enum rsk_err err = read_varint(r, &strip);

	if (err)
		return err;

	const uint8_t *end =
		r->rest.len ? memchr(r->rest.ptr, 0, r->rest.len) : NULL;
	if (!end || strip > r->previous_len)
		return corrupt(r, "a path does not end");

	size_t kept = r->previous_len - strip;
	size_t added = (size_t)(end - r->rest.ptr);
	size_t start = names->len;
	err = rsk_buf_reserve(names, kept + added);
	if (err)
		return err;
	if (kept)
		memcpy(names->ptr + start, names->ptr + r->previous, kept);
	memcpy(names->ptr + start + kept, r->rest.ptr, added);
	rsk_buf_commit(names, kept + added);
	skip(r, added + 1);

	r->previous = start;
	r->previous_len = kept + added;
	entry->path = rsk_slice(NULL, r->previous_len);
	return RSK_OK;
}

/* Versions 2 and 3: the path, then one to eight NULs. */
static enum rsk_err read_path(struct reader *r, struct rsk_index_entry *entry,
	size_t fixed, uint32_t flags)
{
	size_t len = flags & FLAG_NAME_LEN;

	if (len == FLAG_NAME_LEN) {
		const uint8_t *end = memchr(r->rest.ptr, 0, r->rest.len);

		if (!end)
			return corrupt(r, "a path does not end");
		len = (size_t)(end - r->rest.ptr);
	}

	size_t padded = ((fixed + len + 8) & ~(size_t)7) - fixed;
	if (padded > r->rest.len || r->rest.ptr[len])
		return corrupt(r, "a path does not end");
	entry->path = rsk_slice(r->rest.ptr, len);
	skip(r, padded);
	return RSK_OK;
}

static enum rsk_err read_entry(struct reader *r, struct rsk_index_entry *entry)
{
	size_t oid_len = r->index->oid_len;
	size_t fixed = STAT_BYTES + oid_len + 2;
	const uint8_t *p = r->rest.ptr;

	if (r->rest.len < fixed + 2)
		return corrupt(r, "it ends in an entry");

	uint32_t flags = be16(p + STAT_BYTES + oid_len);
	uint32_t more = 0;
	if (flags & FLAG_EXTENDED && r->version > 2) {
		more = be16(p + fixed);
		fixed += 2;
	}
	if (more & ~(uint32_t)FLAG2_KNOWN ||
		(flags & FLAG_EXTENDED && r->version == 2))
		return rsk_diag_set(r->diag, RSK_UNSUPPORTED,
			"the index has unknown flags");

	entry->mode = be32(p + MODE_AT);
	entry->oid.len = (uint8_t)oid_len;
	memcpy(entry->oid.bytes, p + STAT_BYTES, oid_len);
	entry->stage = (uint8_t)(flags >> FLAG_STAGE_SHIFT & 3);
	entry->intent_to_add = more & FLAG2_INTENT_TO_ADD;
	entry->submodule = (entry->mode & RSK_GIT_TYPE) == RSK_GIT_LINK;
	if ((entry->mode & RSK_GIT_TYPE) == RSK_GIT_FOLDER)
		r->index->has_folders = true;
	skip(r, fixed);
	return r->version == 4 ? read_short_path(r, entry)
			       : read_path(r, entry, fixed, flags);
}

/* Look-ups are binary searches, so the order is part of being sound. */
static bool in_order(
	const struct rsk_index_entry *a, const struct rsk_index_entry *b)
{
	int order = rsk_slice_cmp(a->path, b->path);

	return order < 0 || (!order && a->stage < b->stage);
}

static enum rsk_err check_order(struct reader *r)
{
	struct rsk_index *index = r->index;
	const uint8_t *at = index->names.ptr;

	for (size_t i = 0; i < index->len; i++) {
		struct rsk_index_entry *entry = &index->entries[i];

		if (r->version == 4) {
			entry->path.ptr = at;
			at += entry->path.len;
		}
		if (!entry->path.len)
			return corrupt(r, "an entry without a path");
		if (i && !in_order(entry - 1, entry))
			return corrupt(r, "its entries are not in order");
	}
	return RSK_OK;
}

static enum rsk_err read_entries(struct reader *r)
{
	struct rsk_index *index = r->index;
	enum rsk_err err = RSK_OK;

	index->names = RSK_BUF_INIT(RSK_MAX_INDEX_BYTES);
	index->entries = calloc(r->count + 1u, sizeof(*index->entries));
	if (!index->entries)
		return RSK_NOMEM;
	while (!err && index->len < r->count)
		err = read_entry(r, &index->entries[index->len++]);
	return err;
}

/* The TREE extension; whatever is odd about it makes it absent. */
struct tree_reader {
	struct rsk_slice rest;
	struct rsk_index *index;
	size_t max; /* nodes that fit into its bytes */
	uint32_t promised;
};

enum { SMALLEST_NODE = 5 }; /* NUL, digit, space, digit, newline */

static bool read_number(int32_t *out, struct rsk_slice *rest, uint8_t end)
{
	bool minus = rest->len && rest->ptr[0] == '-';
	int64_t value = 0;
	size_t i = minus;

	for (; i < rest->len && rest->ptr[i] >= '0' && rest->ptr[i] <= '9';
		i++) {
		value = value * 10 + (rest->ptr[i] - '0');
		if (value > INT32_MAX)
			return false;
	}
	if (i == minus || i >= rest->len || rest->ptr[i] != end)
		return false;
	*rest = rsk_slice_cut(*rest, i + 1, rest->len);
	*out = (int32_t)(minus ? -value : value);
	return true;
}

static bool read_node(struct tree_reader *t, struct rsk_cached_tree *node)
{
	size_t oid_len = t->index->oid_len;
	const uint8_t *end =
		t->rest.len ? memchr(t->rest.ptr, 0, t->rest.len) : NULL;
	int32_t kids = 0;

	if (!end)
		return false;
	node->name = rsk_slice(t->rest.ptr, (size_t)(end - t->rest.ptr));
	t->rest = rsk_slice_cut(t->rest, node->name.len + 1, t->rest.len);
	if (!read_number(&node->entries, &t->rest, ' ') ||
		!read_number(&kids, &t->rest, '\n') || kids < 0 ||
		(size_t)kids >= t->max - t->promised)
		return false;
	node->kids = (uint32_t)kids;
	node->first_kid = t->promised;
	t->promised += node->kids;
	if (node->entries < 0)
		return true;
	if (t->rest.len < oid_len)
		return false;
	node->oid.len = (uint8_t)oid_len;
	memcpy(node->oid.bytes, t->rest.ptr, oid_len);
	t->rest = rsk_slice_cut(t->rest, oid_len, t->rest.len);
	return true;
}

static int cmp_kid(struct rsk_slice a, struct rsk_slice b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return rsk_slice_cmp(a, b);
}

static bool kids_sorted(
	const struct rsk_index *index, const struct rsk_cached_tree *node)
{
	for (uint32_t i = 1; i < node->kids; i++) {
		const uint32_t *kid = &index->kids[node->first_kid + i];

		if (cmp_kid(index->trees[kid[-1]].name,
			    index->trees[*kid].name) >= 0)
			return false;
	}
	return true;
}

/*
 * Preorder without recursion: `open` is the path of nodes whose children are
 * not all read yet, `filled` how many of each one's are.
 */
static bool read_nodes(struct tree_reader *t, uint32_t *open, uint32_t *filled)
{
	struct rsk_index *index = t->index;
	size_t depth = 0;

	do {
		uint32_t number = (uint32_t)index->n_trees++;
		struct rsk_cached_tree *node = &index->trees[number];

		if (number >= t->max || !read_node(t, node))
			return false;
		if (depth) {
			uint32_t parent = open[depth - 1];

			index->kids[index->trees[parent].first_kid +
				    filled[parent]++] = number;
		}
		open[depth++] = number;
		while (depth && filled[open[depth - 1]] ==
					index->trees[open[depth - 1]].kids)
			depth--;
	} while (depth);
	return true;
}

static void drop_trees(struct rsk_index *index)
{
	free(index->trees);
	free(index->kids);
	index->trees = NULL;
	index->kids = NULL;
	index->n_trees = 0;
}

static enum rsk_err read_trees(struct rsk_index *index, struct rsk_slice bytes)
{
	struct tree_reader t = { bytes, index, bytes.len / SMALLEST_NODE + 1,
		0 };
	uint32_t *open = calloc(t.max, sizeof(*open));
	uint32_t *filled = calloc(t.max, sizeof(*filled));
	enum rsk_err err = RSK_OK;

	drop_trees(index);
	index->trees = calloc(t.max, sizeof(*index->trees));
	index->kids = calloc(t.max, sizeof(*index->kids));
	if (!open || !filled || !index->trees || !index->kids) {
		err = RSK_NOMEM;
	} else if (!read_nodes(&t, open, filled)) {
		drop_trees(index);
	} else {
		for (size_t i = 0; index->trees && i < index->n_trees; i++)
			if (!kids_sorted(index, &index->trees[i]))
				drop_trees(index);
	}
	free(open);
	free(filled);
	return err;
}

static enum rsk_err apply_link(struct reader *r, struct rsk_slice body)
{
	if (body.len < r->index->oid_len)
		return corrupt(r, "its 'link' extension is cut off");
	/* All zeros: split once, whole again. */
	if (is_unhashed(body.ptr, r->index->oid_len))
		return RSK_OK;
	return rsk_diag_set(r->diag, RSK_UNSUPPORTED,
		"a split index is not supported; "
		"'git update-index --no-split-index' joins it");
}

static enum rsk_err apply_extension(
	struct reader *r, const uint8_t *name, struct rsk_slice body)
{
	if (!memcmp(name, "TREE", 4))
		return read_trees(r->index, body);
	if (!memcmp(name, "link", 4))
		return apply_link(r, body);
	if (!memcmp(name, "sdir", 4)) {
		r->has_sdir = true;
		return RSK_OK;
	}
	/* A capital letter: can be passed over. */
	if (name[0] >= 'A' && name[0] <= 'Z')
		return RSK_OK;
	return rsk_diag_set(r->diag, RSK_UNSUPPORTED,
		"the index has the unknown extension '%.4s'",
		(const char *)name);
}

static enum rsk_err read_extensions(struct reader *r)
{
	enum rsk_err err = RSK_OK;

	while (!err && r->rest.len) {
		const uint8_t *name = r->rest.ptr;

		if (r->rest.len < EXTENSION_HEADER_BYTES)
			return corrupt(r, "an extension is cut off");

		size_t len = be32(name + 4);
		skip(r, EXTENSION_HEADER_BYTES);
		if (len > r->rest.len)
			return corrupt(r, "an extension is cut off");
		err = apply_extension(r, name, rsk_slice(r->rest.ptr, len));
		skip(r, len);
	}
	if (!err && r->index->has_folders && !r->has_sdir)
		err = corrupt(r, "a folder among its entries");
	return err;
}

enum rsk_err rsk_index_parse(struct rsk_index **out, struct rsk_buf *bytes,
	uint8_t oid_len, struct rsk_diag *diag)
{
	struct rsk_index *index = rsk_alloc(sizeof(*index));
	struct reader r = { .index = index, .diag = diag };
	enum rsk_err err;

	index->bytes = *bytes;
	index->oid_len = oid_len;
	*bytes = RSK_BUF_INIT(bytes->max);

	err = read_header(&r);
	if (!err)
		err = read_entries(&r);
	if (!err)
		err = read_extensions(&r);
	/* Last: a split index, which was refused, has entries without names. */
	if (!err)
		err = check_order(&r);
	if (err) {
		rsk_index_free(index);
		return err;
	}
	*out = index;
	return RSK_OK;
}

/* GIT_INDEX_FILE is the caller's word and may lie anywhere. */
static enum rsk_err read_index(
	struct rsk_buf *bytes, const struct rsk_repo *repo)
{
	if (repo->index_file)
		return rsk_file_read_at(bytes, AT_FDCWD, repo->index_file);
	return rsk_at_read(bytes, repo->gitdir_fd, "index");
}

enum rsk_err rsk_index_open(struct rsk_index **out, const struct rsk_repo *repo,
	struct rsk_diag *diag)
{
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_INDEX_BYTES);
	enum rsk_err err = read_index(&bytes, repo);

	if (err && err != RSK_NOTFOUND)
		err = rsk_diag_set(diag, err, "the index: %s",
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	if (!err)
		err = rsk_index_parse(out, &bytes, repo->oid_len, diag);
	rsk_buf_release(&bytes);
	return err;
}

void rsk_index_free(struct rsk_index *index)
{
	if (!index)
		return;
	drop_trees(index);
	free(index->entries);
	rsk_buf_release(&index->names);
	rsk_buf_release(&index->bytes);
	free(index);
}

size_t rsk_index_len(const struct rsk_index *index)
{
	return index->len;
}

const struct rsk_index_entry *rsk_index_at(
	const struct rsk_index *index, size_t i)
{
	return &index->entries[i];
}

/* `path` against `folder` + `end`, in the order of the index. */
static int cmp_folder(
	struct rsk_slice path, struct rsk_slice folder, uint8_t end)
{
	size_t len = path.len < folder.len ? path.len : folder.len;
	int order = len ? memcmp(path.ptr, folder.ptr, len) : 0;

	if (order)
		return order;
	if (path.len <= folder.len)
		return -1;
	if (path.ptr[len] != end)
		return path.ptr[len] < end ? -1 : 1;
	return path.len == len + 1 ? 0 : 1;
}

static size_t lower_bound(const struct rsk_index *index, size_t lo, size_t hi,
	struct rsk_slice folder, uint8_t end)
{
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (cmp_folder(index->entries[middle].path, folder, end) < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

size_t rsk_index_folder_begin(const struct rsk_index *index, size_t lo,
	size_t hi, struct rsk_slice path)
{
	return path.len ? lower_bound(index, lo, hi, path, '/') : lo;
}

size_t rsk_index_folder_end(const struct rsk_index *index, size_t lo, size_t hi,
	struct rsk_slice path)
{
	return path.len ? lower_bound(index, lo, hi, path, '/' + 1) : hi;
}

const struct rsk_index_entry *rsk_index_find_in(const struct rsk_index *index,
	size_t lo, size_t hi, struct rsk_slice path)
{
	size_t end = hi;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (rsk_slice_cmp(index->entries[middle].path, path) < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo < end && rsk_slice_eq(index->entries[lo].path, path))
		return &index->entries[lo];
	return NULL;
}

const struct rsk_index_entry *rsk_index_find(
	const struct rsk_index *index, struct rsk_slice path)
{
	return rsk_index_find_in(index, 0, index->len, path);
}

bool rsk_index_has_below(const struct rsk_index *index, struct rsk_slice path)
{
	size_t begin = rsk_index_folder_begin(index, 0, index->len, path);

	return rsk_index_folder_end(index, begin, index->len, path) > begin;
}

const struct rsk_cached_tree *rsk_index_cached(const struct rsk_index *index,
	const struct rsk_cached_tree *parent, struct rsk_slice name)
{
	size_t lo = 0;
	size_t hi = parent->kids;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		const struct rsk_cached_tree *kid =
			&index->trees[index->kids[parent->first_kid + middle]];
		int order = cmp_kid(kid->name, name);

		if (!order)
			return kid;
		if (order < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return NULL;
}
