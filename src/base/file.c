#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

static enum rsk_err open_error(void)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return RSK_NOTFOUND;
	/* ELOOP: a symlink under O_NOFOLLOW. ENXIO: a socket. */
	if (errno == ELOOP || errno == ENXIO || errno == ENODEV)
		return RSK_SPECIAL;
	return RSK_IO;
}

int rsk_open(const char *path, int flags)
{
	return rsk_openat(AT_FDCWD, path, flags);
}

int rsk_openat(int dirfd, const char *path, int flags)
{
	int fd;

	do
		fd = openat(dirfd, path, flags);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* Hand on what was opened if it is a regular file, else close it. */
static enum rsk_err take_regular(int *fd, int opened, struct stat *st)
{
	struct stat found;

	if (fstat(opened, &found) < 0) {
		int why = errno;

		close(opened);
		errno = why;
		return RSK_IO;
	}
	if (!S_ISREG(found.st_mode)) {
		close(opened);
		return RSK_SPECIAL;
	}
	if (st)
		*st = found;
	*fd = opened;
	return RSK_OK;
}

enum rsk_err rsk_file_open_at(
	int *fd, int dirfd, const char *path, struct stat *st)
{
	int opened = rsk_openat(dirfd, path,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	return opened < 0 ? open_error() : take_regular(fd, opened, st);
}

enum rsk_err rsk_file_fill(size_t *got, int fd, void *out, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, (uint8_t *)out + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return RSK_IO;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*got = done;
	return RSK_OK;
}

enum rsk_err rsk_file_fill_at(
	size_t *got, int fd, void *out, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, (uint8_t *)out + done, size - done,
			(off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return RSK_IO;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*got = done;
	return RSK_OK;
}

static enum rsk_err open_parent(int *fd, struct rsk_arena *arena,
	const char *path, const char **last, bool make)
{
	struct rsk_slice rest = rsk_slice_str(path);

	for (;;) {
		size_t slash = rsk_slice_find(rest, RSK_LIT("/"));
		const char *part =
			rsk_arena_str(arena, rsk_slice_cut(rest, 0, slash));
		bool is_last = slash + 1 >= rest.len;

		if (!*part || !strcmp(part, ".."))
			return RSK_DENIED;
		*last = part;
		if (is_last)
			return RSK_OK;
		if (make && mkdirat(*fd, part, 0777) < 0 && errno != EEXIST)
			return RSK_IO;

		int next = rsk_openat(*fd, part,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return RSK_IO;
		close(*fd);
		*fd = next;
		rest = rsk_slice_cut(rest, slash + 1, rest.len);
	}
}

enum rsk_err rsk_file_open_parent(
	int *fd, struct rsk_arena *arena, const char *path, const char **last)
{
	return open_parent(fd, arena, path, last, false);
}

enum rsk_err rsk_file_make_parent(
	int *fd, struct rsk_arena *arena, const char *path, const char **last)
{
	return open_parent(fd, arena, path, last, true);
}

char *rsk_realpath(const char *path)
{
	char *real = realpath(path, NULL);

	if (!real && errno == ENOMEM)
		rsk_out_of_memory();
	return real;
}

bool rsk_file_changed(const struct stat *before, const struct stat *after)
{
	return before->st_dev != after->st_dev ||
	       before->st_ino != after->st_ino ||
	       before->st_size != after->st_size ||
	       before->st_mtim.tv_sec != after->st_mtim.tv_sec ||
	       before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

/* Is the file as long as it was, and otherwise as it was? */
static enum rsk_err check_unchanged(int fd, const struct stat *before)
{
	struct stat after;
	uint8_t more;
	size_t grown = 0;
	enum rsk_err err = rsk_file_fill(&grown, fd, &more, 1);

	if (err)
		return err;
	if (fstat(fd, &after) < 0)
		return RSK_IO;
	return grown || rsk_file_changed(before, &after) ? RSK_CHANGED : RSK_OK;
}

static enum rsk_err read_all(
	struct rsk_buf *out, int fd, const struct stat *before)
{
	size_t size = (size_t)before->st_size;
	size_t got = 0;
	enum rsk_err err;

	if ((uintmax_t)before->st_size > out->max - out->len)
		return RSK_TOOBIG;

	err = rsk_buf_reserve(out, size);
	if (!err)
		err = rsk_file_fill(&got, fd, out->ptr + out->len, size);
	if (!err)
		err = got == size ? check_unchanged(fd, before) : RSK_CHANGED;

	/* What was read over the padding must not stay there. */
	if (err)
		rsk_buf_truncate(out, out->len);
	else
		rsk_buf_commit(out, got);
	return err;
}

enum rsk_err rsk_file_read_at(struct rsk_buf *out, int dirfd, const char *path)
{
	struct stat st;
	int fd = -1;
	enum rsk_err err = rsk_file_open_at(&fd, dirfd, path, &st);

	if (err)
		return err;
	err = read_all(out, fd, &st);

	int why = errno;
	close(fd);
	errno = why;
	return err;
}

/* What a signal handler has to remove; one report is written at a time. */
static const char *volatile pending;

void rsk_atomic_abandon(void)
{
	const char *name = pending;

	pending = NULL;
	if (name)
		unlink(name);
}

/*
 * An existing FIFO or device keeps its identity: it is written, not replaced.
 * RSK_IO: nobody can tell what is there.
 */
static enum rsk_err look_at_target(bool *special, const char *path)
{
	struct stat st;

	*special = false;
	if (stat(path, &st) == 0)
		*special = !S_ISREG(st.st_mode);
	else if (errno != ENOENT)
		return RSK_IO;
	return RSK_OK;
}

static enum rsk_err open_temporary(struct rsk_atomic *file)
{
	size_t size = strlen(file->path) + sizeof(".XXXXXX");

	int fd;

	file->temporary = rsk_alloc(size);
	do {
		snprintf(file->temporary, size, "%s.XXXXXX", file->path);
		fd = mkostemp(file->temporary, O_CLOEXEC);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return RSK_IO;
	pending = file->temporary;

	mode_t mask = umask(0);
	umask(mask);
	if (fchmod(fd, 0666 & ~mask) == 0)
		file->out = fdopen(fd, "w");
	if (!file->out) {
		close(fd);
		rsk_atomic_abandon();
		return RSK_IO;
	}
	return RSK_OK;
}

static void release(struct rsk_atomic *file)
{
	free(file->path);
	free(file->temporary);
	*file = (struct rsk_atomic){ 0 };
}

enum rsk_err rsk_atomic_open(struct rsk_atomic *file, const char *path)
{
	bool special = false;
	enum rsk_err err = look_at_target(&special, path);

	*file = (struct rsk_atomic){ .path = rsk_strdup(path) };
	if (!err && !special)
		err = open_temporary(file);
	if (special) {
		file->out = fopen(path, "we");
		err = file->out ? RSK_OK : RSK_IO;
	}
	if (err) {
		int why = errno;

		release(file);
		errno = why;
	}
	return err;
}

static int sync_retry(int fd)
{
	int rc;

	do
		rc = fsync(fd);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static void sync_parent(const char *path)
{
	struct rsk_slice dir = rsk_path_dir(rsk_slice_str(path));
	char *name = dir.len ? strndup((const char *)dir.ptr, dir.len)
			     : rsk_strdup(path[0] == '/' ? "/" : ".");

	if (!name)
		rsk_out_of_memory();

	int fd = rsk_open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(name);
	/* The report is in place; a directory we cannot sync is no loss. */
	if (fd >= 0) {
		(void)sync_retry(fd);
		close(fd);
	}
}

static enum rsk_err commit(struct rsk_atomic *file)
{
	if (!file->temporary)
		return RSK_OK;
	if (rename(file->temporary, file->path) < 0)
		return RSK_IO;
	pending = NULL;
	sync_parent(file->path);
	return RSK_OK;
}

enum rsk_err rsk_atomic_close(struct rsk_atomic *file, enum rsk_err err)
{
	int why;

	if (!file->out)
		return err;
	if (!err && (fflush(file->out) || ferror(file->out)))
		err = RSK_IO;
	if (!err && file->temporary && sync_retry(fileno(file->out)) < 0)
		err = RSK_IO;
	why = errno;
	if (fclose(file->out) && !err) {
		why = errno;
		err = RSK_IO;
	}
	if (!err) {
		err = commit(file);
		why = errno;
	}
	rsk_atomic_abandon();
	release(file);
	errno = why;
	return err;
}

/* A file that must not exist yet */

enum rsk_err rsk_file_write(int fd, struct rsk_slice bytes)
{
	while (bytes.len) {
		ssize_t got = write(fd, bytes.ptr, bytes.len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return RSK_IO;
		bytes = rsk_slice_cut(bytes, (size_t)got, bytes.len);
	}
	return RSK_OK;
}

enum rsk_err rsk_file_write_new(
	const char *path, mode_t mode, struct rsk_slice bytes)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, mode);
	bool done;
	int saved;

	if (fd < 0)
		return RSK_IO;
	done = !rsk_file_write(fd, bytes) && !fsync(fd);
	saved = errno;
	if (close(fd) && done) {
		saved = errno;
		done = false;
	}
	if (done)
		return RSK_OK;
	unlink(path);
	errno = saved;
	return RSK_IO;
}

/* A line at the end of a file */

static enum rsk_err open_to_append(int *fd, int dirfd, const char *path)
{
	const int flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW |
			  O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int opened;

	do
		opened = openat(dirfd, path, flags, 0666);
	while (opened < 0 && errno == EINTR);
	if (opened < 0)
		return errno == EISDIR ? RSK_SPECIAL : open_error();
	return take_regular(fd, opened, NULL);
}

/* Does the file end in the middle of a line? */
static bool is_cut_off(int fd, off_t size)
{
	char last = '\n';

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* One write: the system keeps it apart from those of others. */
static enum rsk_err append(int fd, struct rsk_slice text, off_t size)
{
	ssize_t got;
	int why;

	do
		got = write(fd, text.ptr, text.len);
	while (got < 0 && errno == EINTR);
	if (got == (ssize_t)text.len)
		return RSK_OK;
	why = got < 0 ? errno : ENOSPC;
	if (got > 0 && lseek(fd, 0, SEEK_END) == size + got)
		(void)!ftruncate(fd, size);
	errno = why;
	return RSK_IO;
}

static enum rsk_err add_line(int fd, struct rsk_slice line)
{
	struct rsk_buf text = RSK_BUF_INIT(line.len + 2);
	off_t size = lseek(fd, 0, SEEK_END);
	enum rsk_err err = size < 0 ? RSK_IO : RSK_OK;

	if (!err && is_cut_off(fd, size))
		err = rsk_buf_add_str(&text, "\n");
	if (!err)
		err = rsk_buf_add_slice(&text, line);
	if (!err)
		err = rsk_buf_add_str(&text, "\n");
	if (!err)
		err = append(fd, rsk_buf_slice(&text), size);
	rsk_buf_release(&text);
	return err;
}

enum rsk_err rsk_file_add_line_at(
	int dirfd, const char *path, struct rsk_slice line)
{
	int fd = -1;
	enum rsk_err err = open_to_append(&fd, dirfd, path);
	int why;

	if (err)
		return err;
	err = add_line(fd, line);
	why = errno;
	if (close(fd) && !err) {
		why = errno;
		err = RSK_IO;
	}
	errno = why;
	return err;
}
