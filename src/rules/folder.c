#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "rules/rules_p.h"

/*
 * Rule files from the file system. A folder is listed first, all of it, and
 * then read in byte order of the names, files of path sets before the others,
 * so that what is loaded does not depend on the file system.
 *
 * No symlink is followed below the place that was named, and names that begin
 * with a dot (.git, .github) are passed over.
 */
struct folder {
	int root;          /* what paths are relative to */
	const char *shown; /* how the root is called in messages */
	struct rsk_arena arena;
	RSK_VEC(const char *) dirs; /* also those that were listed */
	RSK_VEC(const char *) files;
	struct rsk_diag *diag;
};

static const char *join_path(
	struct rsk_arena *arena, const char *dir, const char *name)
{
	return *dir ? rsk_arena_printf(arena, "%s/%s", dir, name) : name;
}

static enum rsk_err fail_path(struct rsk_diag *diag, enum rsk_err err,
	const char *path, const char *why)
{
	rsk_diag_at(diag, path, 0, 0);
	return rsk_diag_set(diag, err, "%s", why);
}

static enum rsk_err fail_errno(struct rsk_diag *diag, const char *path)
{
	enum rsk_err err = errno == ENOENT || errno == ENOTDIR ? RSK_NOTFOUND
			   : errno == ELOOP                    ? RSK_SPECIAL
							       : RSK_IO;

	return fail_path(diag, err, path, strerror(errno));
}

/* --- one file ----------------------------------------------------------- */

static enum rsk_err add_file(struct rsk_ruleset *rules, int dirfd,
	const char *name, const char *shown, struct rsk_diag *diag)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_YAML_BYTES);
	enum rsk_err err = rsk_file_read_at(&text, dirfd, name);

	if (err == RSK_IO)
		err = fail_errno(diag, shown);
	else if (err)
		err = fail_path(diag, err, shown, rsk_err_text(err));
	else
		err = rsk_ruleset_add_text(
			rules, shown, rsk_buf_slice(&text), diag);
	rsk_buf_release(&text);
	return err;
}

/* --- listing ------------------------------------------------------------ */

static enum rsk_err see_file(struct folder *folder, const char *path)
{
	struct rsk_slice name = rsk_slice_str(path);

	if (rsk_slice_ends(name, RSK_LIT(".yml")))
		return fail_path(folder->diag, RSK_SYNTAX,
			join_path(&folder->arena, folder->shown, path),
			"a rule file is called *.yaml");
	if (!rsk_slice_ends(name, RSK_LIT(".yaml")))
		return RSK_OK;
	if (folder->files.len == RSK_MAX_RULES)
		return fail_path(folder->diag, RSK_LIMIT, folder->shown,
			"too many rule files");
	*RSK_VEC_PUSH(&folder->files) = path;
	return RSK_OK;
}

static enum rsk_err see_entry(
	struct folder *folder, int dirfd, const char *dir, const char *name)
{
	struct stat st;
	const char *path;

	if (name[0] == '.')
		return RSK_OK;
	path = join_path(&folder->arena, dir,
		rsk_arena_str(&folder->arena, rsk_slice_str(name)));
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_errno(folder->diag, path);
	if (!S_ISDIR(st.st_mode))
		return see_file(folder, path);
	if (folder->dirs.len == RSK_MAX_RULE_DIRS)
		return fail_path(folder->diag, RSK_LIMIT, folder->shown,
			"too many folders");
	*RSK_VEC_PUSH(&folder->dirs) = path;
	return RSK_OK;
}

static enum rsk_err list_dir(struct folder *folder, const char *dir)
{
	const char *shown = join_path(&folder->arena, folder->shown, dir);
	enum rsk_err err = RSK_OK;
	int fd = rsk_openat(folder->root, *dir ? dir : ".",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (!stream) {
		err = fail_errno(folder->diag, shown);
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err) {
		errno = 0;
		const struct dirent *entry = readdir(stream);

		if (!entry && errno)
			err = fail_errno(folder->diag, shown);
		if (!entry)
			break;
		err = see_entry(folder, fd, dir, entry->d_name);
	}
	closedir(stream);
	return err;
}

static bool is_paths(const char *path)
{
	return rsk_slice_eq_str(
		rsk_path_base(rsk_slice_str(path)), "paths.yaml");
}

static int cmp_path(const void *left, const void *right)
{
	const char *a = *(const char *const *)left;
	const char *b = *(const char *const *)right;

	if (is_paths(a) != is_paths(b))
		return is_paths(a) ? -1 : 1;
	return strcmp(a, b);
}

static enum rsk_err add_folder(struct rsk_ruleset *rules, struct folder *folder)
{
	enum rsk_err err = RSK_OK;

	*RSK_VEC_PUSH(&folder->dirs) = "";
	for (size_t i = 0; i < folder->dirs.len && !err; i++)
		err = list_dir(folder, folder->dirs.ptr[i]);
	if (!err && !folder->files.len)
		err = fail_path(folder->diag, RSK_NOTFOUND, folder->shown,
			"no *.yaml in this folder");
	if (err)
		return err;
	qsort(folder->files.ptr, folder->files.len, sizeof(*folder->files.ptr),
		cmp_path);
	for (size_t i = 0; i < folder->files.len && !err; i++)
		err = add_file(rules, folder->root, folder->files.ptr[i],
			join_path(&folder->arena, folder->shown,
				folder->files.ptr[i]),
			folder->diag);
	return err;
}

/* --- what was named ----------------------------------------------------- */

/* A file or folder called `name` in `dirfd`; no symlink. */
static enum rsk_err add_at(struct rsk_ruleset *rules, int dirfd,
	const char *name, const char *shown, struct rsk_diag *diag)
{
	struct folder folder = { .root = -1, .shown = shown, .diag = diag };
	struct stat st;
	enum rsk_err err;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_errno(diag, shown);
	if (!S_ISDIR(st.st_mode))
		return add_file(rules, dirfd, name, shown, diag);

	folder.root = rsk_openat(
		dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder.root < 0)
		return fail_errno(diag, shown);
	err = add_folder(rules, &folder);
	close(folder.root);
	rsk_arena_release(&folder.arena);
	RSK_VEC_RELEASE(&folder.dirs);
	RSK_VEC_RELEASE(&folder.files);
	return err;
}

enum rsk_err rsk_ruleset_add_path(
	struct rsk_ruleset *rules, const char *path, struct rsk_diag *diag)
{
	/* What a person names may be a symlink; what is below it may not. */
	char *real = rsk_realpath(path);
	enum rsk_err err;

	if (!real)
		return fail_errno(diag, path);
	err = add_at(rules, AT_FDCWD, real, path, diag);
	free(real);
	return err;
}

enum rsk_err rsk_ruleset_add_below(struct rsk_ruleset *rules, const char *root,
	const char *path, struct rsk_diag *diag)
{
	struct rsk_arena arena = { 0 };
	const char *last = NULL;
	enum rsk_err err;
	int fd = rsk_open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(diag, root);
	err = rsk_file_open_parent(&fd, &arena, path, &last);
	if (err == RSK_DENIED)
		err = fail_path(diag, err, path,
			"rules of a configuration are inside the target");
	else if (err)
		err = fail_errno(diag, path);
	else
		err = add_at(rules, fd, last, path, diag);
	close(fd);
	rsk_arena_release(&arena);
	return err;
}
