#include "fix/fix_p.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/*
 * Writing the repairs. Each file is replaced by a rename of a finished one
 * beside it. The way to it is walked folder by folder, so that no symlink is
 * followed below the root, and what is replaced must be what was read.
 */
struct applying {
	const struct rsk_fix_file *file;
	struct rsk_arena *arena;
	int dir;          /* the folder of the file */
	const char *name; /* in it */
	const char *temporary;
	struct stat st; /* of the file when it was read again */
};

static enum rsk_err open_folder(struct applying *a, const char *root)
{
	struct rsk_slice rest = a->file->path;
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0) {
		size_t slash = rsk_slice_find(rest, RSK_LIT("/"));
		const char *part =
			rsk_arena_str(a->arena, rsk_slice_cut(rest, 0, slash));
		int next;

		if (slash == rest.len) {
			a->name = part;
			break;
		}
		next = openat(fd, part,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
		rest = rsk_slice_cut(rest, slash + 1, rest.len);
	}
	a->dir = fd;
	return fd < 0 ? RSK_IO : RSK_OK;
}

/* Is the file what it was when the edits were made for it? */
static enum rsk_err check_file(struct applying *a)
{
	struct rsk_buf bytes = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct rsk_sha256 sha;
	uint8_t hash[RSK_SHA256_BYTES];
	enum rsk_err err;

	if (a->file->is_new) {
		a->st.st_mode = 0644;
		return faccessat(a->dir, a->name, F_OK, AT_SYMLINK_NOFOLLOW)
			       ? RSK_OK
			       : RSK_CHANGED;
	}
	err = rsk_file_read_at(&bytes, a->dir, a->name);
	if (!err && fstatat(a->dir, a->name, &a->st, AT_SYMLINK_NOFOLLOW))
		err = RSK_IO;
	rsk_sha256_init(&sha);
	rsk_sha256_update(&sha, rsk_buf_slice(&bytes));
	rsk_sha256_final(&sha, hash);
	if (!err && (memcmp(hash, a->file->hash, sizeof(hash)) != 0 ||
			    a->st.st_nlink > 1))
		err = RSK_CHANGED;
	rsk_buf_release(&bytes);
	return err == RSK_SPECIAL || err == RSK_NOTFOUND ? RSK_CHANGED : err;
}

static int open_temporary(struct applying *a)
{
	enum { TRIES = 100 };
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		a->temporary = rsk_arena_printf(
			a->arena, ".rskan-fix.%ld.%d", (long)getpid(), i);
		fd = openat(a->dir, a->temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

/*
 * Access control lists and what else hangs on the file. A list that a folder
 * gives to new files goes when the old file has none.
 */
static const char acl[] = "system.posix_acl_access";

enum { KERNELS_MAX = 65536 }; /* bytes of a list and of a value */

static bool copy_attribute(int from, int to, const char *name)
{
	char value[KERNELS_MAX];
	ssize_t size = fgetxattr(from, name, value, sizeof(value));

	return size >= 0 && !fsetxattr(to, name, value, (size_t)size, 0);
}

/* Those of the system's own are given anew, and nobody else may set them. */
static bool is_for_users(const char *name)
{
	return !strncmp(name, "user.", 5) || !strcmp(name, acl);
}

static enum rsk_err copy_attributes(int from, int to)
{
	char names[KERNELS_MAX];
	ssize_t size = flistxattr(from, names, sizeof(names));

	if (size < 0)
		return errno == ENOTSUP ? RSK_OK : RSK_IO;
	if (fremovexattr(to, acl) && errno != ENODATA && errno != ENOTSUP)
		return RSK_IO;
	for (ssize_t i = 0; i < size; i += (ssize_t)strlen(&names[i]) + 1)
		if (is_for_users(&names[i]) &&
			!copy_attribute(from, to, &names[i]))
			return RSK_IO;
	return RSK_OK;
}

static enum rsk_err keep_attributes(const struct applying *a, int to)
{
	int from = -1;
	enum rsk_err err = rsk_file_open_at(&from, a->dir, a->name, NULL);

	if (err)
		return err == RSK_IO ? RSK_IO : RSK_CHANGED;
	err = copy_attributes(from, to);
	close(from);
	return err;
}

static enum rsk_err write_temporary(struct applying *a)
{
	struct rsk_buf bytes = RSK_BUF_INIT(2 * RSK_MAX_CHECKED_FILE);
	enum rsk_err err = fix_result(a->file, &bytes);
	int fd = err ? -1 : open_temporary(a);

	if (fd < 0) {
		rsk_buf_release(&bytes);
		return err ? err : RSK_IO;
	}
	/* A new file gets what the user's umask leaves of its mode. */
	if (a->file->is_new) {
		mode_t mask = umask(0);

		umask(mask);
		a->st.st_mode = 0666 & ~mask;
	}
	/* Who may not give a file away owns the new one, without set-uid. */
	else if (fchown(fd, a->st.st_uid, a->st.st_gid))
		a->st.st_mode &= 0777;
	if (rsk_file_write(fd, rsk_buf_slice(&bytes)) ||
		fchmod(fd, a->st.st_mode & 07777))
		err = RSK_IO;
	if (!err && !a->file->is_new)
		err = keep_attributes(a, fd);
	if (!err && fsync(fd))
		err = RSK_IO;
	if (close(fd))
		err = RSK_IO;
	rsk_buf_release(&bytes);
	return err;
}

static enum rsk_err put_in_place(struct applying *a)
{
	struct stat now;

	if (a->file->is_new) {
		/* Never over one that has come meanwhile. */
		if (linkat(a->dir, a->temporary, a->dir, a->name, 0))
			return errno == EEXIST ? RSK_CHANGED : RSK_IO;
		unlinkat(a->dir, a->temporary, 0);
	} else {
		if (fstatat(a->dir, a->name, &now, AT_SYMLINK_NOFOLLOW) ||
			rsk_file_changed(&a->st, &now))
			return RSK_CHANGED;
		if (renameat(a->dir, a->temporary, a->dir, a->name))
			return RSK_IO;
	}
	a->temporary = NULL;
	return fsync(a->dir) ? RSK_IO : RSK_OK;
}

static enum rsk_err apply_file(struct applying *a, const char *root)
{
	enum rsk_err err = open_folder(a, root);
	int saved;

	if (!err)
		err = check_file(a);
	if (!err)
		err = write_temporary(a);
	if (!err)
		err = put_in_place(a);
	saved = errno;
	if (a->temporary && a->dir >= 0)
		unlinkat(a->dir, a->temporary, 0);
	if (a->dir >= 0)
		close(a->dir);
	errno = saved;
	return err;
}

enum rsk_err rsk_fix_apply(const struct rsk_fix *fix,
	const struct rsk_fix_options *options, struct rsk_fix_done *done,
	struct rsk_diag *diag)
{
	struct rsk_arena arena = { 0 };
	enum rsk_err err = RSK_OK;

	*done = (struct rsk_fix_done){ 0 };
	for (size_t i = 0; i < fix->files.len && !err; i++) {
		struct applying a = {
			.file = &fix->files.ptr[i],
			.arena = &arena,
			.dir = -1,
		};

		err = apply_file(&a, options->root);
		done->written += !err;
		done->changed += err == RSK_CHANGED;
		if (err == RSK_CHANGED)
			err = RSK_OK;
		else if (err)
			rsk_diag_set(diag, err, "cannot write '%.*s': %s",
				(int)a.file->path.len,
				(const char *)a.file->path.ptr,
				strerror(errno));
	}
	rsk_arena_release(&arena);
	return err;
}
