#ifndef RSK_BASE_FILE_H
#define RSK_BASE_FILE_H

#include <stdio.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * Reading files that may be anything, and writing a report whole or not at
 * all.
 *
 * Opening never follows a symlink in the last part, never blocks on a FIFO and
 * never acquires a terminal. Reads are read(2), never a mapping: a file that
 * shrinks under us must not kill the process. EINTR is retried everywhere.
 */

/* open(2) and openat(2) without O_CREAT, done again after EINTR. */
int rsk_open(const char *path, int flags);
int rsk_openat(int dirfd, const char *path, int flags);

/*
 * Open a regular file for reading, relative to the directory `dirfd` (or
 * AT_FDCWD). On RSK_OK the caller owns *fd, and *st (may be NULL) is its state
 * when it was opened.
 *
 * RSK_NOTFOUND  no such file, or a part of the path is none
 * RSK_SPECIAL   a symlink, directory, FIFO, socket or device
 * RSK_IO        errno says why
 */
RSK_MUST_CHECK enum rsk_err rsk_file_open_at(
	int *fd, int dirfd, const char *path, struct stat *st);

/*
 * Read up to `size` bytes into `out`, less only at the end of the file.
 * *got is how many. RSK_IO, with errno; what was read before is lost.
 */
RSK_MUST_CHECK enum rsk_err rsk_file_fill(
	size_t *got, int fd, void *out, size_t size);

/* The same at an offset, leaving the file position alone. */
RSK_MUST_CHECK enum rsk_err rsk_file_fill_at(
	size_t *got, int fd, void *out, size_t size, uint64_t offset);

/*
 * Append the whole regular file to `out`. On failure `out` is as it was.
 *
 * RSK_NOTFOUND, RSK_SPECIAL, RSK_IO  as rsk_file_open_at()
 * RSK_TOOBIG   the file would pass out->max
 * RSK_CHANGED  its size or times were others after reading
 */
RSK_MUST_CHECK enum rsk_err rsk_file_read_at(
	struct rsk_buf *out, int dirfd, const char *path);

/*
 * Open the folder that holds the last part of `path`, which is left in *last:
 * from the folder *fd (which is closed for it) one part at a time, so that none
 * of them can be a symlink or "..". An O_PATH descriptor.
 *
 * RSK_DENIED  an empty part, or ".."
 * RSK_IO      errno says why
 */
RSK_MUST_CHECK enum rsk_err rsk_file_open_parent(
	int *fd, struct rsk_arena *arena, const char *path, const char **last);

/* The same, making folders that are not there. */
RSK_MUST_CHECK enum rsk_err rsk_file_make_parent(
	int *fd, struct rsk_arena *arena, const char *path, const char **last);

/* realpath(3): NULL with errno when there is no such path, or it cannot be
 * looked at. The caller frees it. */
char *rsk_realpath(const char *path);

/* Did size, time of change or identity differ between the two? */
bool rsk_file_changed(const struct stat *before, const struct stat *after);

/* Write all the bytes, however many calls that takes. RSK_IO, with errno. */
RSK_MUST_CHECK enum rsk_err rsk_file_write(int fd, struct rsk_slice bytes);

/*
 * Make a file that must not exist yet, with that mode, and these bytes in it,
 * synced. On failure there is none. RSK_IO, with errno (EEXIST: it exists,
 * be it as a symlink).
 */
RSK_MUST_CHECK enum rsk_err rsk_file_write_new(
	const char *path, mode_t mode, struct rsk_slice bytes);

/*
 * Add a line to the end of a file, which is made when it is not there: one
 * write, so that the lines of several processes all arrive, and none is mixed
 * with another. A last line that was cut off before is ended first; of a line
 * that does not fit on the disk nothing stays.
 *
 * RSK_NOTFOUND, RSK_SPECIAL, RSK_IO  as rsk_file_open_at()
 */
RSK_MUST_CHECK enum rsk_err rsk_file_add_line_at(
	int dirfd, const char *path, struct rsk_slice line);

/*
 * A file that appears whole or not at all.
 *
 *	struct rsk_atomic file;
 *	enum rsk_err err = rsk_atomic_open(&file, "report.json");
 *
 *	if (!err)
 *		err = write_report(file.out);
 *	return rsk_atomic_close(&file, err);
 *
 * The bytes go to a temporary file beside `path`, which is flushed, synced and
 * renamed over it only when everything went well; on any error, and on a
 * signal whose handler calls rsk_atomic_abandon(), it is removed and the old
 * file is untouched. A path that exists and is no regular file (/dev/stdout,
 * /dev/full, a FIFO) is written directly.
 */
struct rsk_atomic {
	FILE *out;       /* buffered; write here */
	char *path;      /* owned */
	char *temporary; /* owned; NULL when written directly */
};

RSK_MUST_CHECK enum rsk_err rsk_atomic_open(
	struct rsk_atomic *file, const char *path);

/* Commit when `err` is RSK_OK, else throw away. Returns the first error. */
RSK_MUST_CHECK enum rsk_err rsk_atomic_close(
	struct rsk_atomic *file, enum rsk_err err);

/* Unlink the temporary file of the open rsk_atomic, if any. Signal-safe. */
void rsk_atomic_abandon(void);

#endif
