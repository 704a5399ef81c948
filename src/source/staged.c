#include <string.h>

#include "base/limits.h"
#include "source/index_p.h"
#include "source/refs.h"
#include "source/repo_p.h"

/*
 * The index against HEAD's tree, folder by folder, both sides in their common
 * order. A folder whose cached tree is HEAD's tree is passed over unread; that
 * is what makes the cost follow the change. A stack of frames instead of
 * recursion: how deep folders are is up to the input.
 */
struct frame {
	const struct rsk_cached_tree *cached; /* may be NULL */
	size_t at, end;                       /* index entries below it */
	size_t prefix_len; /* of their paths: the folder and its slash */
	struct rsk_buf tree;
	struct rsk_slice rest; /* of `tree` */
};

struct diff {
	const struct rsk_repo *repo;
	struct rsk_index *index;
	struct rsk_odb *odb;
	RSK_VEC(struct frame) frames;
	size_t held; /* bytes of trees in the frames */
	rsk_on_staged *on_staged;
	void *ctx;
	struct rsk_diag *diag;
};

/* What a folder has next on one side: a file, or all of a folder in it. */
struct unit {
	struct rsk_slice name;
	bool is_folder;
	uint32_t mode;
	struct rsk_oid oid; /* tree side only */
};

static enum rsk_err read_object(struct diff *diff, const struct rsk_oid *oid,
	enum rsk_object_type want, struct rsk_buf *bytes)
{
	char hex[RSK_OID_HEX_MAX];
	enum rsk_object_type type;
	enum rsk_err err = rsk_odb_read(diff->odb, oid, &type, bytes);

	if (!err && type != want)
		err = RSK_CORRUPT;
	if (err) {
		rsk_oid_hex(hex, oid);
		rsk_diag_set(diff->diag, err, "object %s: %s", hex,
			rsk_err_text(err));
	}
	return err;
}

/* --- the tree's side ---------------------------------------------------- */

static enum rsk_err broken_tree(struct diff *diff)
{
	return rsk_diag_set(diff->diag, RSK_CORRUPT, "a broken tree in HEAD");
}

static bool parse_mode(uint32_t *out, struct rsk_slice digits)
{
	uint32_t mode = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '7')
			return false;
		mode = mode << 3 | (digits.ptr[i] - (uint32_t)'0');
	}
	*out = mode;
	return digits.len > 0 && digits.len <= 7;
}

/* "mode name\0oid", which stays in `rest` until step_tree(). */
static enum rsk_err peek_tree(
	struct diff *diff, const struct frame *frame, struct unit *out)
{
	struct rsk_slice rest = frame->rest;
	size_t space = rsk_slice_find(rest, RSK_LIT(" "));
	struct rsk_slice tail = rsk_slice_cut(rest, space + 1, rest.len);
	const uint8_t *nul = tail.len ? memchr(tail.ptr, 0, tail.len) : NULL;

	if (!nul || !parse_mode(&out->mode, rsk_slice_cut(rest, 0, space)))
		return broken_tree(diff);
	out->name = rsk_slice(tail.ptr, (size_t)(nul - tail.ptr));
	tail = rsk_slice_cut(tail, out->name.len + 1, tail.len);
	if (tail.len < diff->repo->oid_len || !out->name.len)
		return broken_tree(diff);
	out->oid = rsk_oid_of(tail.ptr, diff->repo->oid_len);
	out->is_folder = (out->mode & RSK_GIT_TYPE) == RSK_GIT_FOLDER;
	return RSK_OK;
}

static void step_tree(
	const struct diff *diff, struct frame *frame, const struct unit *unit)
{
	size_t used = (size_t)(unit->name.ptr - frame->rest.ptr) +
		      unit->name.len + 1 + diff->repo->oid_len;

	frame->rest = rsk_slice_cut(frame->rest, used, frame->rest.len);
}

/* --- the index's side --------------------------------------------------- */

static const struct rsk_index_entry *entry_at(const struct diff *diff, size_t i)
{
	return &diff->index->entries[i];
}

static void peek_index(
	const struct diff *diff, const struct frame *frame, struct unit *out)
{
	const struct rsk_index_entry *entry = entry_at(diff, frame->at);
	struct rsk_slice path =
		rsk_slice_cut(entry->path, frame->prefix_len, entry->path.len);
	size_t slash = rsk_slice_find(path, RSK_LIT("/"));

	out->name = rsk_slice_cut(path, 0, slash);
	out->is_folder = slash < path.len;
	out->mode = entry->mode;
}

static bool is_below(struct rsk_slice path, struct rsk_slice folder)
{
	return path.len > folder.len && path.ptr[folder.len] == '/' &&
	       rsk_slice_starts(path, folder);
}

/* Where the entries of the folder that begins at frame->at end. */
static size_t folder_end(const struct diff *diff, const struct frame *frame,
	struct rsk_slice folder, const struct rsk_cached_tree *cached)
{
	size_t left = frame->end - frame->at;

	if (cached && cached->entries > 0 && (size_t)cached->entries <= left) {
		size_t end = frame->at + (size_t)cached->entries;

		if (is_below(entry_at(diff, end - 1)->path, folder) &&
			(end == frame->end ||
				!is_below(entry_at(diff, end)->path, folder)))
			return end;
	}
	return rsk_index_folder_end(diff->index, frame->at, frame->end, folder);
}

static enum rsk_err emit_file(struct diff *diff, struct frame *frame)
{
	struct rsk_slice path = entry_at(diff, frame->at)->path;
	enum rsk_err err = RSK_OK;

	while (!err && frame->at < frame->end &&
		rsk_slice_eq(entry_at(diff, frame->at)->path, path)) {
		const struct rsk_index_entry *entry =
			entry_at(diff, frame->at++);

		if (!entry->intent_to_add)
			err = diff->on_staged(diff->ctx, entry);
	}
	return err;
}

/* --- both --------------------------------------------------------------- */

/* The order of both sides: a folder's name counts as if it had its slash. */
static int cmp_unit(const struct unit *a, const struct unit *b)
{
	size_t len = a->name.len < b->name.len ? a->name.len : b->name.len;
	int order = len ? memcmp(a->name.ptr, b->name.ptr, len) : 0;

	if (order)
		return order;

	int end_a =
		a->name.len > len ? a->name.ptr[len] : (a->is_folder ? '/' : 0);
	int end_b =
		b->name.len > len ? b->name.ptr[len] : (b->is_folder ? '/' : 0);
	if (end_a == end_b)
		return (a->name.len > b->name.len) -
		       (a->name.len < b->name.len);
	return end_a - end_b;
}

static enum rsk_err push_frame(struct diff *diff, const struct frame *frame,
	const struct rsk_oid *tree)
{
	struct frame added = *frame;
	enum rsk_err err = RSK_OK;

	if (diff->held >= RSK_MAX_OBJECT_BYTES)
		return rsk_diag_set(diff->diag, RSK_TOOBIG,
			"the trees of HEAD are too large");
	added.tree = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES - diff->held);
	if (tree)
		err = read_object(diff, tree, RSK_OBJECT_TREE, &added.tree);
	if (err) {
		rsk_buf_release(&added.tree);
		return err;
	}
	added.rest = rsk_buf_slice(&added.tree);
	diff->held += added.tree.len;
	*RSK_VEC_PUSH(&diff->frames) = added;
	return RSK_OK;
}

static void pop_frame(struct diff *diff)
{
	struct frame *frame = &diff->frames.ptr[--diff->frames.len];

	diff->held -= frame->tree.len;
	rsk_buf_release(&frame->tree);
}

/* The entry "folder/": what is below it is not in the index. */
static bool is_sparse(
	const struct rsk_index_entry *entry, struct rsk_slice folder)
{
	return entry->path.len == folder.len + 1 &&
	       (entry->mode & RSK_GIT_TYPE) == RSK_GIT_FOLDER;
}

/* A folder on the index's side; `tree` is HEAD's, or NULL when it has none. */
static enum rsk_err enter_folder(
	struct diff *diff, struct frame *frame, const struct unit *tree)
{
	const struct rsk_index_entry *first = entry_at(diff, frame->at);
	struct unit unit;

	peek_index(diff, frame, &unit);

	struct rsk_slice folder = rsk_slice_cut(
		first->path, 0, frame->prefix_len + unit.name.len);
	const struct rsk_cached_tree *cached =
		frame->cached ? rsk_index_cached(
					diff->index, frame->cached, unit.name)
			      : NULL;
	const struct frame below = {
		.cached = cached,
		.at = frame->at,
		.end = folder_end(diff, frame, folder, cached),
		.prefix_len = folder.len + 1,
	};

	frame->at = below.end;
	if (is_sparse(first, folder) && below.end == below.at + 1) {
		if (tree && !rsk_oid_cmp(&first->oid, &tree->oid))
			return RSK_OK;
		return rsk_diag_set(diff->diag, RSK_UNSUPPORTED,
			"a sparse index with changes in a folder that is not "
			"checked out; 'git sparse-checkout disable' unfolds "
			"it");
	}
	if (tree && cached && cached->entries >= 0 &&
		below.at + (size_t)cached->entries == below.end &&
		!rsk_oid_cmp(&cached->oid, &tree->oid))
		return RSK_OK;
	return push_frame(diff, &below, tree ? &tree->oid : NULL);
}

static bool same_file(
	const struct rsk_index_entry *entry, const struct unit *tree)
{
	return !entry->stage && !entry->intent_to_add &&
	       entry->mode == tree->mode &&
	       !rsk_oid_cmp(&entry->oid, &tree->oid);
}

/* `frame` may move: pushing a frame grows the stack. */
static enum rsk_err step(struct diff *diff)
{
	struct frame frame = diff->frames.ptr[diff->frames.len - 1];
	size_t number = diff->frames.len - 1;
	struct unit tree = { 0 };
	struct unit index = { 0 };
	int order = frame.at == frame.end; /* > 0: only the tree has it */
	enum rsk_err err = RSK_OK;

	if (order && !frame.rest.len) {
		pop_frame(diff);
		return RSK_OK;
	}
	if (frame.rest.len)
		err = peek_tree(diff, &frame, &tree);
	if (err)
		return err;
	if (!order) {
		peek_index(diff, &frame, &index);
		order = frame.rest.len ? cmp_unit(&index, &tree) : -1;
	}
	if (order >= 0)
		step_tree(diff, &frame, &tree);
	if (order <= 0 && index.is_folder)
		err = enter_folder(diff, &frame, order ? NULL : &tree);
	else if (order < 0 ||
		 (!order && !same_file(entry_at(diff, frame.at), &tree)))
		err = emit_file(diff, &frame);
	else if (!order)
		frame.at++;
	diff->frames.ptr[number].at = frame.at;
	diff->frames.ptr[number].rest = frame.rest;
	return err;
}

/* --- HEAD --------------------------------------------------------------- */

static enum rsk_err tree_of_commit(
	struct rsk_oid *out, struct diff *diff, const struct rsk_oid *commit)
{
	static const char start[] = "tree ";
	size_t hex = 2 * (size_t)diff->repo->oid_len;
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_OBJECT_BYTES);
	enum rsk_err err = read_object(diff, commit, RSK_OBJECT_COMMIT, &bytes);
	struct rsk_slice text = rsk_buf_slice(&bytes);

	if (!err &&
		(!rsk_slice_starts(text, rsk_slice_str(start)) ||
			text.len <= sizeof(start) - 1 + hex ||
			!rsk_oid_parse(out,
				rsk_slice(text.ptr + sizeof(start) - 1, hex))))
		err = rsk_diag_set(
			diff->diag, RSK_CORRUPT, "HEAD's commit names no tree");
	rsk_buf_release(&bytes);
	return err;
}

/* *born: HEAD has a commit. */
static enum rsk_err find_tree(
	struct rsk_oid *out, bool *born, struct diff *diff)
{
	struct rsk_oid commit;
	enum rsk_err err =
		rsk_refs_resolve(&commit, diff->repo, RSK_LIT("HEAD"));

	*born = !err;
	if (err == RSK_NOTFOUND)
		return RSK_OK;
	if (err)
		return rsk_diag_set(
			diff->diag, err, "HEAD: %s", rsk_err_text(err));
	err = rsk_odb_open(&diff->odb, diff->repo->objects, diff->diag);
	if (!err)
		err = tree_of_commit(out, diff, &commit);
	return err;
}

static enum rsk_err compare(struct diff *diff)
{
	const struct rsk_cached_tree *cached = diff->index->trees;
	const struct frame root = { .cached = cached, .end = diff->index->len };
	struct rsk_oid tree;
	bool born = false;
	enum rsk_err err = find_tree(&tree, &born, diff);

	if (err)
		return err;
	if (born && cached && cached->entries >= 0 &&
		(size_t)cached->entries == root.end &&
		!rsk_oid_cmp(&cached->oid, &tree))
		return RSK_OK;
	err = push_frame(diff, &root, born ? &tree : NULL);
	while (!err && diff->frames.len)
		err = step(diff);
	return err;
}

enum rsk_err rsk_staged_each(const struct rsk_repo *repo,
	rsk_on_staged *on_staged, void *ctx, struct rsk_diag *diag)
{
	struct diff diff = {
		.repo = repo,
		.on_staged = on_staged,
		.ctx = ctx,
		.diag = diag,
	};
	enum rsk_err err = rsk_index_open(&diff.index, repo, diag);

	if (err == RSK_NOTFOUND)
		return RSK_OK;
	if (!err)
		err = compare(&diff);
	while (diff.frames.len)
		pop_frame(&diff);
	RSK_VEC_RELEASE(&diff.frames);
	rsk_odb_free(diff.odb);
	rsk_index_free(diff.index);
	return err;
}
