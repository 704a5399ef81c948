#ifndef RSK_SOURCE_AT_P_H
#define RSK_SOURCE_AT_P_H

#include "base/buf.h"

/*
 * Opening things below a folder that somebody else may have prepared: no part
 * of the path is followed when it is a symlink, and nothing blocks. The path
 * may be longer than PATH_MAX.
 */

/*
 * Open `path` (relative, "" is the folder itself) with the open(2) `flags`;
 * O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK and O_NOCTTY are added.
 *
 * RSK_NOTFOUND  no such file
 * RSK_SPECIAL   a part of it is a symlink or leads out of the folder
 * RSK_IO        errno
 */
RSK_MUST_CHECK enum rsk_err rsk_at_open(
	int *fd, int dirfd, const char *path, int flags);

/* As rsk_file_read_at(), no symlink on the whole way. */
RSK_MUST_CHECK enum rsk_err rsk_at_read(
	struct rsk_buf *out, int dirfd, const char *path);

/* close(2) that keeps errno; a negative fd is fine. */
void rsk_at_close(int fd);

#endif
