#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "scan/scan_p.h"
#include "source/refs.h"
#include "source/repo.h"

/* Reading one file as it was committed: revision, commit, trees, blob. */
struct committed {
	struct rsk_repo *repo;
	struct rsk_odb *odb;
	struct rsk_diag *diag;
	const char *rev;
	struct rsk_buf bytes;
};

static enum rsk_err broken(struct committed *c, const char *what)
{
	return rsk_diag_set(
		c->diag, RSK_CORRUPT, "revision '%s': %s", c->rev, what);
}

/* Read an object of the type that it must have. */
static enum rsk_err read_as(struct committed *c, const struct rsk_oid *oid,
	enum rsk_object_type wanted)
{
	enum rsk_object_type type = wanted;
	enum rsk_err err = rsk_odb_read(c->odb, oid, &type, &c->bytes);

	if (err)
		return rsk_diag_set(c->diag, err,
			"revision '%s' cannot be read: %s (a shallow clone? "
			"fetch with full depth)",
			c->rev,
			err == RSK_NOTFOUND ? "an object is missing"
					    : rsk_err_text(err));
	return type == wanted ? RSK_OK : broken(c, "an object of another type");
}

/* The object named on the line "<word> <hex>" that begins the bytes. */
static bool named_first(
	struct rsk_oid *out, struct rsk_slice bytes, struct rsk_slice word)
{
	struct rsk_slice line;

	return rsk_slice_line(&line, &bytes) && rsk_slice_starts(line, word) &&
	       rsk_oid_parse(out, rsk_slice_cut(line, word.len, line.len));
}

/* From a tag, through tags, to a commit, to its tree. */
static enum rsk_err read_top_tree(struct committed *c, struct rsk_oid *oid)
{
	enum { MAX_TAGS = 16 };
	enum rsk_object_type type = RSK_OBJECT_TAG;

	for (int i = 0; i < MAX_TAGS && type == RSK_OBJECT_TAG; i++) {
		enum rsk_err err = rsk_odb_read(c->odb, oid, &type, &c->bytes);

		if (err)
			return read_as(c, oid, RSK_OBJECT_COMMIT);
		if (type == RSK_OBJECT_TAG &&
			!named_first(oid, rsk_buf_slice(&c->bytes),
				RSK_LIT("object ")))
			return broken(c, "a tag without an object");
	}
	if (type != RSK_OBJECT_COMMIT ||
		!named_first(oid, rsk_buf_slice(&c->bytes), RSK_LIT("tree ")))
		return broken(c, "it is no commit");
	return read_as(c, oid, RSK_OBJECT_TREE);
}

/* One entry off a tree: "<mode> <name>\0<oid>". */
static bool next_entry(struct rsk_slice *rest, size_t oid_len,
	struct rsk_slice *name, struct rsk_oid *oid)
{
	size_t space = rsk_slice_find(*rest, RSK_LIT(" "));
	size_t nul = rsk_slice_find(*rest, rsk_slice("", 1));

	if (space >= nul || rest->len - nul <= oid_len)
		return false;
	*name = rsk_slice_cut(*rest, space + 1, nul);
	*oid = rsk_oid_of(rest->ptr + nul + 1, oid_len);
	*rest = rsk_slice_cut(*rest, nul + 1 + oid_len, rest->len);
	return true;
}

static bool find_entry(
	struct committed *c, struct rsk_slice wanted, struct rsk_oid *oid)
{
	struct rsk_slice rest = rsk_buf_slice(&c->bytes);
	size_t oid_len = rsk_odb_oid_len(c->odb);
	struct rsk_slice name;

	while (next_entry(&rest, oid_len, &name, oid))
		if (rsk_slice_eq(name, wanted))
			return true;
	return false;
}

/* Down from the tree in c->bytes to the blob at `path`. */
static enum rsk_err read_path(struct committed *c, struct rsk_slice path)
{
	while (path.len) {
		size_t slash = rsk_slice_find(path, RSK_LIT("/"));
		bool last = slash == path.len;
		struct rsk_oid oid;
		enum rsk_err err;

		if (!find_entry(c, rsk_slice_cut(path, 0, slash), &oid))
			return RSK_NOTFOUND;
		path = rsk_slice_cut(path, slash + 1, path.len);
		err = read_as(
			c, &oid, last ? RSK_OBJECT_BLOB : RSK_OBJECT_TREE);
		if (err)
			return err;
	}
	return RSK_OK;
}

char *rsk_path_in_repo(
	const struct rsk_repo *repo, const char *path, const char *name)
{
	const char *workdir = rsk_repo_workdir(repo);
	char *folder = rsk_realpath(path);
	char *top = workdir ? rsk_realpath(workdir) : NULL;
	size_t len = top ? strlen(top) : 0;
	size_t size;
	const char *below = "";
	char *out = NULL;

	if (!folder || (workdir && !top))
		goto out;
	if (len && !strncmp(folder, top, len) && folder[len] == '/')
		below = folder + len + 1;

	size = strlen(below) + strlen(name) + 2;
	out = rsk_alloc(size);
	snprintf(out, size, "%s%s%s", below, *below ? "/" : "", name);
out:
	free(folder);
	free(top);
	return out;
}

static enum rsk_err read_committed(
	struct committed *c, const char *path, const char *name)
{
	struct rsk_oid oid;
	char *full = NULL;
	enum rsk_err err =
		rsk_refs_resolve(&oid, c->repo, rsk_slice_str(c->rev));

	if (err)
		return rsk_diag_set(c->diag, RSK_SYNTAX,
			"no revision '%s': a branch, a tag or a whole object "
			"name is wanted",
			c->rev);
	err = rsk_odb_open(&c->odb, rsk_repo_objects(c->repo), c->diag);
	if (!err)
		err = read_top_tree(c, &oid);
	if (err)
		return err;
	full = rsk_path_in_repo(c->repo, path, name);
	if (!full)
		return rsk_diag_set(c->diag, RSK_IO, "cannot read '%s': %s",
			path, strerror(errno));
	err = read_path(c, rsk_slice_str(full));
	free(full);
	return err;
}

enum rsk_err rsk_scan_read_committed(struct rsk_buf *out,
	const struct rsk_committed_file *file, struct rsk_diag *diag)
{
	const struct rsk_repo_options options = {
		.trust_ownership = file->trust_ownership,
		.sudo_uid = file->sudo_uid,
	};
	struct committed c = {
		.diag = diag,
		.rev = file->rev,
		.bytes = RSK_BUF_INIT(out->max > RSK_MAX_CHECKED_FILE
					      ? out->max
					      : RSK_MAX_CHECKED_FILE),
	};
	enum rsk_err err = rsk_repo_find(&c.repo, file->path, &options, diag);

	/* "None" would mean "no configuration" to the caller. */
	if (err == RSK_NOTFOUND)
		err = rsk_diag_set(diag, RSK_SYNTAX,
			"'%s' is in no git repository", file->path);
	if (!err)
		err = read_committed(&c, file->path, file->name);
	if (!err)
		err = rsk_buf_add_slice(out, rsk_buf_slice(&c.bytes));
	rsk_buf_release(&c.bytes);
	rsk_odb_free(c.odb);
	rsk_repo_free(c.repo);
	return err;
}
