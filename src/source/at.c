#include "source/at_p.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

/* What one system call takes of a long path. */
enum { PIECE_MAX = PATH_MAX - 64 };

/* openat2 refuses an O_PATH that comes with what O_PATH ignores. */
static int with_always(int flags)
{
	flags |= O_NOFOLLOW | O_CLOEXEC;
	return flags & O_PATH ? flags : flags | O_NONBLOCK | O_NOCTTY;
}

void rsk_at_close(int fd)
{
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
}

static enum rsk_err open_error(void)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return RSK_NOTFOUND;
	/* ELOOP: a symlink. EXDEV: out of the folder. ENXIO: a socket. */
	if (errno == ELOOP || errno == EXDEV || errno == ENXIO)
		return RSK_SPECIAL;
	return RSK_IO;
}

/*
 * Kernels before 5.6 and some sandboxes have no openat2; there every part is
 * opened by itself, which is slower and comes to the same.
 */
static int open_piece(int dirfd, const char *piece, int flags)
{
	struct open_how how = {
		.flags = (unsigned)with_always(flags),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	do
		fd = (int)syscall(SYS_openat2, dirfd, piece, &how, sizeof(how));
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* How many bytes of `path` to open at once: up to `max`, whole parts. */
static size_t piece_len(const char *path, size_t max)
{
	size_t len = strnlen(path, max + 1);

	if (len <= max)
		return len;
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : max;
}

static int open_part(int dirfd, const char *part, int flags)
{
	int fd;

	if (!strcmp(part, "..")) {
		errno = EXDEV;
		return -1;
	}
	do
		fd = rsk_openat(dirfd, part, with_always(flags));
	while (fd < 0 && errno == EINTR);
	return fd;
}

static bool openat2_missing(void)
{
	return errno == ENOSYS || errno == EPERM;
}

/* Open one piece, part by part where the kernel leaves us no other way. */
static int open_parts(int dirfd, char *piece, int flags)
{
	int fd = open_piece(dirfd, piece, flags);

	if (fd >= 0 || !openat2_missing())
		return fd;

	int at = dirfd;
	for (char *part = piece, *end; part; part = end) {
		end = strchr(part, '/');
		if (end)
			*end++ = '\0';
		fd = open_part(at, *part ? part : ".",
			end ? O_PATH | O_DIRECTORY : flags);
		if (at != dirfd)
			rsk_at_close(at);
		if (fd < 0)
			break;
		at = fd;
	}
	return fd;
}

enum rsk_err rsk_at_open(int *fd, int dirfd, const char *path, int flags)
{
	char piece[PATH_MAX];
	int at = dirfd;

	for (;;) {
		size_t len = piece_len(path, PIECE_MAX);
		bool last = !path[len];

		memcpy(piece, path, len);
		piece[len] = '\0';

		if (!len)
			memcpy(piece, ".", sizeof("."));
		int next = open_parts(
			at, piece, last ? flags : O_PATH | O_DIRECTORY);
		if (at != dirfd)
			rsk_at_close(at);
		if (next < 0)
			return open_error();
		at = next;
		if (last)
			break;
		path += len + 1;
	}
	*fd = at;
	return RSK_OK;
}

enum rsk_err rsk_at_read(struct rsk_buf *out, int dirfd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	int fd = -1;

	if (!slash)
		return rsk_file_read_at(out, dirfd, path);
	if ((size_t)(slash - path) >= sizeof(dir))
		return RSK_NOTFOUND;

	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	enum rsk_err err = rsk_at_open(&fd, dirfd, dir, O_PATH | O_DIRECTORY);
	if (!err)
		err = rsk_file_read_at(out, fd, slash + 1);
	rsk_at_close(fd);
	return err;
}
