#include "source/refs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "source/at_p.h"
#include "source/repo_p.h"

/* packed-refs, read when a name is not found as a file of its own. */
struct packed {
	struct rsk_buf bytes;
	struct rsk_map by_name; /* name -> offset of its line, plus one */
	bool is_loaded;
	enum rsk_err err;  /* of loading it, for everybody who asks */
	uint32_t bad_line; /* [human] the first that is no ref; 0: none */
	uint32_t bad_lines;
};

struct refs {
	const struct rsk_repo *repo;
	struct packed packed;
	struct rsk_map done; /* names handed out */
	struct rsk_arena arena;
	RSK_VEC(const char *) folders; /* still to be listed */
	rsk_on_ref *on_ref;
	void *ctx;
	struct rsk_diag *diag;
};

static void release(struct refs *refs)
{
	rsk_buf_release(&refs->packed.bytes);
	rsk_map_release(&refs->packed.by_name);
	rsk_map_release(&refs->done);
	rsk_arena_release(&refs->arena);
	RSK_VEC_RELEASE(&refs->folders);
}

/* --- names -------------------------------------------------------------- */

static bool valid_part(struct rsk_slice part)
{
	static const char never[] = " ~^:?*[\\\x7f";

	if (!part.len || part.ptr[0] == '.' ||
		rsk_slice_ends(part, RSK_LIT(".lock")) ||
		rsk_slice_find(part, RSK_LIT("..")) < part.len)
		return false;
	for (size_t i = 0; i < part.len; i++)
		if (part.ptr[i] < 0x20 || strchr(never, part.ptr[i]))
			return false;
	return true;
}

/* git's rules for names; above all, nothing that leads elsewhere. */
static bool valid_name(struct rsk_slice name)
{
	if (name.len >= RSK_MAX_REF_BYTES)
		return false;
	for (size_t begin = 0; begin <= name.len;) {
		struct rsk_slice rest = rsk_slice_cut(name, begin, name.len);
		size_t len = rsk_slice_find(rest, RSK_LIT("/"));

		if (!valid_part(rsk_slice_cut(rest, 0, len)))
			return false;
		begin += len + 1;
	}
	return true;
}

/* What each worktree has for itself. */
static bool is_private(struct rsk_slice name)
{
	return rsk_slice_find(name, RSK_LIT("/")) == name.len ||
	       rsk_slice_starts(name, RSK_LIT("refs/bisect/")) ||
	       rsk_slice_starts(name, RSK_LIT("refs/worktree/")) ||
	       rsk_slice_starts(name, RSK_LIT("refs/rewritten/"));
}

/* --- packed-refs -------------------------------------------------------- */

static struct rsk_slice take_line(struct rsk_slice *rest)
{
	size_t len = rsk_slice_find(*rest, RSK_LIT("\n"));
	struct rsk_slice line = rsk_slice_cut(*rest, 0, len);

	*rest = rsk_slice_cut(*rest, len + 1, rest->len);
	return line;
}

static size_t hex_len(const struct rsk_repo *repo)
{
	return 2 * (size_t)repo->oid_len;
}

static bool parse_oid(
	struct rsk_oid *out, const struct rsk_repo *repo, struct rsk_slice line)
{
	return line.len >= hex_len(repo) &&
	       rsk_oid_parse(out, rsk_slice_cut(line, 0, hex_len(repo)));
}

static void index_packed(struct refs *refs)
{
	struct packed *packed = &refs->packed;
	struct rsk_slice all = rsk_buf_slice(&packed->bytes);
	struct rsk_slice rest = all;

	for (uint32_t number = 1; rest.len; number++) {
		size_t offset = all.len - rest.len;
		struct rsk_slice line = take_line(&rest);
		size_t name = hex_len(refs->repo) + 1;
		struct rsk_oid oid;

		/* A comment, or what the tag before points to. */
		if (!line.len || line.ptr[0] == '#' || line.ptr[0] == '^')
			continue;
		if (line.len > name && line.ptr[name - 1] == ' ' &&
			parse_oid(&oid, refs->repo, line)) {
			*rsk_map_put(&packed->by_name,
				rsk_slice_cut(line, name, line.len)) =
				(uint32_t)offset + 1;
			continue;
		}
		if (!packed->bad_lines++)
			packed->bad_line = number;
	}
}

static enum rsk_err read_packed(struct refs *refs)
{
	struct packed *packed = &refs->packed;
	enum rsk_err err;

	packed->bytes = RSK_BUF_INIT(RSK_MAX_REFS_BYTES);
	err = rsk_at_read(&packed->bytes, refs->repo->common_fd, "packed-refs");
	/* That it is no file was found with the repository. */
	if (err == RSK_NOTFOUND ||
		(err == RSK_SPECIAL && rsk_repo_problems(refs->repo)))
		return RSK_OK;
	if (err)
		return rsk_diag_set(refs->diag, err, "'packed-refs': %s",
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	index_packed(refs);
	return RSK_OK;
}

static enum rsk_err load_packed(struct refs *refs)
{
	if (!refs->packed.is_loaded)
		refs->packed.err = read_packed(refs);
	refs->packed.is_loaded = true;
	return refs->packed.err;
}

/* RSK_NOTFOUND: not there either. */
static enum rsk_err find_packed(
	struct rsk_oid *out, struct refs *refs, struct rsk_slice name)
{
	enum rsk_err err = load_packed(refs);
	const uint32_t *offset =
		err ? NULL : rsk_map_get(&refs->packed.by_name, name);

	if (err)
		return err;
	if (!offset)
		return RSK_NOTFOUND;
	return rsk_oid_parse(
		       out, rsk_slice(refs->packed.bytes.ptr + *offset - 1,
				    hex_len(refs->repo)))
		       ? RSK_OK
		       : RSK_CORRUPT;
}

/* --- one ref ------------------------------------------------------------ */

static int folder_of(const struct rsk_repo *repo, struct rsk_slice name)
{
	return is_private(name) ? repo->gitdir_fd : repo->common_fd;
}

/* The text of a loose ref. RSK_NOTFOUND: no file, perhaps a folder. */
static enum rsk_err read_loose(struct rsk_buf *text,
	const struct rsk_repo *repo, struct rsk_slice name)
{
	char path[RSK_MAX_REF_BYTES];
	struct stat st;
	int dirfd = folder_of(repo, name);

	if (!name.len)
		return RSK_NOTFOUND;
	memcpy(path, name.ptr, name.len);
	path[name.len] = '\0';
	rsk_buf_truncate(text, 0);

	enum rsk_err err = rsk_at_read(text, dirfd, path);
	if (err == RSK_SPECIAL &&
		!fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) &&
		S_ISDIR(st.st_mode))
		return RSK_NOTFOUND;
	return err;
}

/* "ref: name" gives *target, an object's name *out. */
static enum rsk_err parse_loose(struct rsk_oid *out, struct rsk_slice *target,
	const struct rsk_repo *repo, struct rsk_slice text)
{
	size_t len = hex_len(repo);

	*target = (struct rsk_slice){ 0 };
	if (rsk_slice_starts(text, RSK_LIT("ref:"))) {
		*target = rsk_slice_trim(
			take_line(&(struct rsk_slice){ text.ptr, text.len }));
		*target =
			rsk_slice_trim(rsk_slice_cut(*target, 4, target->len));
		return valid_name(*target) ? RSK_OK : RSK_CORRUPT;
	}
	if (!parse_oid(out, repo, text) ||
		(text.len > len && !strchr(" \t\r\n", text.ptr[len])))
		return RSK_CORRUPT;
	return RSK_OK;
}

/*
 * Follow `name` to an object. RSK_NOTFOUND: the last name of the chain does
 * not exist; *steps says how many there were before it.
 */
static enum rsk_err follow(struct rsk_oid *out, unsigned *steps,
	struct refs *refs, struct rsk_slice name)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_GIT_TEXT_BYTES);
	char current[RSK_MAX_REF_BYTES];
	enum rsk_err err = RSK_OK;

	for (*steps = 0;; ++*steps) {
		struct rsk_slice target;

		if (*steps > RSK_MAX_SYMREF_DEPTH) {
			err = RSK_LIMIT;
			break;
		}
		err = read_loose(&text, refs->repo, name);
		if (err == RSK_NOTFOUND) {
			err = find_packed(out, refs, name);
			break;
		}
		if (!err)
			err = parse_loose(
				out, &target, refs->repo, rsk_buf_slice(&text));
		if (err || !target.len)
			break;
		memcpy(current, target.ptr, target.len);
		name = rsk_slice(current, target.len);
	}
	rsk_buf_release(&text);
	return err;
}

/* The names beside "refs/", and whether they have a line for each of several.
 */
static const struct {
	const char *name;
	bool has_lines;
} roots[] = {
	{ "AUTO_MERGE", false },
	{ "BISECT_HEAD", false },
	{ "CHERRY_PICK_HEAD", false },
	{ "FETCH_HEAD", true },
	{ "HEAD", false },
	{ "MERGE_HEAD", true },
	{ "ORIG_HEAD", false },
	{ "REBASE_HEAD", false },
	{ "REVERT_HEAD", false },
};

enum { ROOTS = sizeof(roots) / sizeof(roots[0]) };

static bool is_whole_name(struct rsk_slice name)
{
	for (int i = 0; i < ROOTS; i++)
		if (rsk_slice_eq_str(name, roots[i].name))
			return true;
	return rsk_slice_starts(name, RSK_LIT("refs/")) ||
	       rsk_slice_starts(name, RSK_LIT("worktrees/"));
}

/* RSK_NOTFOUND also for what is too long or no whole name. */
static enum rsk_err resolve_form(struct rsk_oid *out, struct refs *refs,
	const char *prefix, struct rsk_slice name, const char *suffix)
{
	char full[RSK_MAX_REF_BYTES];
	unsigned steps;
	int len = snprintf(full, sizeof(full), "%s%.*s%s", prefix,
		(int)name.len, (const char *)name.ptr, suffix);
	struct rsk_slice whole = rsk_slice(full, (size_t)len);

	if (len < 0 || whole.len >= sizeof(full) || !is_whole_name(whole))
		return RSK_NOTFOUND;
	return follow(out, &steps, refs, whole);
}

enum rsk_err rsk_refs_resolve(
	struct rsk_oid *out, const struct rsk_repo *repo, struct rsk_slice name)
{
	static const char *const forms[][2] = { { "", "" }, { "refs/", "" },
		{ "refs/tags/", "" }, { "refs/heads/", "" },
		{ "refs/remotes/", "" }, { "refs/remotes/", "/HEAD" } };
	struct refs refs = { .repo = repo };
	enum rsk_err err = RSK_NOTFOUND;

	if (name.len == hex_len(repo) && rsk_oid_parse(out, name))
		return RSK_OK;
	if (!valid_name(name))
		return RSK_SYNTAX;
	for (size_t i = 0;
		err == RSK_NOTFOUND && i < sizeof(forms) / sizeof(forms[0]);
		i++)
		err = resolve_form(out, &refs, forms[i][0], name, forms[i][1]);
	release(&refs);
	return err;
}

/* --- all refs ----------------------------------------------------------- */

/* What was found with the repository is told with it. */
static bool is_told(const struct refs *refs, struct rsk_slice name)
{
	for (size_t i = 0; i < rsk_repo_problems(refs->repo); i++)
		if (rsk_slice_eq_str(
			    name, rsk_repo_problem(refs->repo, i)->name))
			return true;
	return false;
}

static enum rsk_err hand_out(struct refs *refs, struct rsk_slice name)
{
	struct rsk_ref ref = { .name = name };
	unsigned steps = 0;

	if (*rsk_map_put(&refs->done, name))
		return RSK_OK;
	*rsk_map_put(&refs->done, name) = 1;
	ref.err = valid_name(name) ? follow(&ref.oid, &steps, refs, name)
				   : RSK_SYNTAX;
	/* Gone since it was listed: as if it had never been there. */
	if (ref.err == RSK_NOTFOUND && !steps)
		return RSK_OK;
	if (ref.err == RSK_SPECIAL && !steps && is_told(refs, name))
		return RSK_OK;
	if (ref.err == RSK_NOTFOUND) {
		ref.err = RSK_OK;
		ref.is_unborn = true;
	}
	return refs->on_ref(refs->ctx, &ref);
}

/* FETCH_HEAD and MERGE_HEAD: an object's name at the start of each line. */
static enum rsk_err hand_out_lines(struct refs *refs, const char *name)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_GIT_TEXT_BYTES);
	struct rsk_ref ref = { .name = rsk_slice_str(name) };
	enum rsk_err err = RSK_OK;

	ref.err = read_loose(&text, refs->repo, ref.name);
	struct rsk_slice rest = rsk_buf_slice(&text);
	if (ref.err && ref.err != RSK_NOTFOUND)
		err = refs->on_ref(refs->ctx, &ref);
	while (!ref.err && !err && rest.len) {
		struct rsk_slice line = take_line(&rest);

		if (!parse_oid(&ref.oid, refs->repo, line))
			ref.err = RSK_CORRUPT;
		err = refs->on_ref(refs->ctx, &ref);
	}
	rsk_buf_release(&text);
	return err;
}

static enum rsk_err each_root(struct refs *refs)
{
	enum rsk_err err = RSK_OK;

	for (int i = 0; !err && i < ROOTS; i++)
		err = roots[i].has_lines
			      ? hand_out_lines(refs, roots[i].name)
			      : hand_out(refs, rsk_slice_str(roots[i].name));
	return err;
}

static unsigned depth_of(struct rsk_slice name)
{
	unsigned depth = 0;

	for (size_t i = 0; i < name.len; i++)
		depth += name.ptr[i] == '/';
	return depth;
}

static enum rsk_err each_entry(
	struct refs *refs, const char *folder, int fd, const char *entry)
{
	const char *name =
		rsk_arena_printf(&refs->arena, "%s/%s", folder, entry);
	struct rsk_slice slice = rsk_slice_str(name);
	struct stat st;

	/* A lock is a ref being written. */
	if (rsk_slice_ends(slice, RSK_LIT(".lock")))
		return RSK_OK;
	if (fstatat(fd, entry, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? RSK_OK : RSK_IO;
	if (!S_ISDIR(st.st_mode))
		return hand_out(refs, slice);
	if (depth_of(slice) > RSK_MAX_REF_DEPTH)
		return refs->on_ref(refs->ctx,
			&(struct rsk_ref){ .name = slice, .err = RSK_LIMIT });
	*RSK_VEC_PUSH(&refs->folders) = name;
	return RSK_OK;
}

static enum rsk_err list_folder(struct refs *refs, const char *folder)
{
	int fd = -1;
	int at = folder_of(refs->repo, rsk_slice_str(folder));
	enum rsk_err err = rsk_at_open(&fd, at, folder, O_RDONLY | O_DIRECTORY);
	DIR *dir = err ? NULL : fdopendir(fd);

	if (err == RSK_NOTFOUND)
		return RSK_OK;
	if (!dir) {
		rsk_at_close(fd);
		return err ? err : RSK_IO;
	}
	while (!err) {
		errno = 0;
		const struct dirent *entry = readdir(dir);

		if (!entry) {
			err = errno ? RSK_IO : RSK_OK;
			break;
		}
		if (entry->d_name[0] != '.')
			err = each_entry(refs, folder, fd, entry->d_name);
	}
	closedir(dir);
	return err;
}

/* The folders still to list are a stack of our own: depth is hostile. */
static enum rsk_err each_loose(struct refs *refs)
{
	static const char *const tops[] = { "refs", "refs/bisect",
		"refs/worktree", "refs/rewritten" };
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		*RSK_VEC_PUSH(&refs->folders) = tops[i];
	while (!err && refs->folders.len) {
		const char *folder = refs->folders.ptr[--refs->folders.len];

		err = list_folder(refs, folder);
		if (err == RSK_SPECIAL && rsk_repo_problems(refs->repo))
			err = RSK_OK;
		if (err == RSK_IO || err == RSK_SPECIAL)
			rsk_diag_set(refs->diag, err, "'%s' cannot be listed",
				folder);
	}
	return err;
}

/* The HEADs of the linked worktrees, and what they are in the middle of. */
static enum rsk_err each_worktree(struct refs *refs)
{
	int fd = -1;
	enum rsk_err err = rsk_at_open(&fd, refs->repo->common_fd, "worktrees",
		O_RDONLY | O_DIRECTORY);
	DIR *dir = err ? NULL : fdopendir(fd);

	if (err == RSK_NOTFOUND)
		return RSK_OK;
	if (!dir) {
		rsk_at_close(fd);
		return err ? err : RSK_IO;
	}
	for (const struct dirent *entry; !err && (entry = readdir(dir));)
		for (int i = 0; !err && i < ROOTS; i++)
			if (entry->d_name[0] != '.' && !roots[i].has_lines)
				err = hand_out(refs,
					rsk_slice_str(rsk_arena_printf(
						&refs->arena, "worktrees/%s/%s",
						entry->d_name, roots[i].name)));
	closedir(dir);
	return err;
}

/* Only itself is lost with a line that is no ref. */
static enum rsk_err tell_bad_lines(struct refs *refs)
{
	const struct packed *packed = &refs->packed;
	const char *name;

	if (!packed->bad_lines)
		return RSK_OK;
	name = rsk_arena_printf(&refs->arena,
		"packed-refs, line %u (lines that are no refs: %u)",
		packed->bad_line, packed->bad_lines);
	return refs->on_ref(refs->ctx, &(struct rsk_ref){
					       .name = rsk_slice_str(name),
					       .err = RSK_CORRUPT,
				       });
}

static enum rsk_err each_packed(struct refs *refs)
{
	enum rsk_err err = load_packed(refs);
	const struct rsk_map *map = &refs->packed.by_name;

	if (!err)
		err = tell_bad_lines(refs);

	for (size_t i = 0; !err && i < map->cap; i++)
		if (map->slots[i].key.ptr)
			err = hand_out(refs, map->slots[i].key);
	return err;
}

enum rsk_err rsk_refs_each(const struct rsk_repo *repo, rsk_on_ref *on_ref,
	void *ctx, struct rsk_diag *diag)
{
	struct refs refs = {
		.repo = repo,
		.on_ref = on_ref,
		.ctx = ctx,
		.diag = diag,
	};
	enum rsk_err err = each_root(&refs);

	if (!err)
		err = each_loose(&refs);
	if (!err)
		err = each_packed(&refs);
	if (!err)
		err = each_worktree(&refs);
	release(&refs);
	return err;
}
