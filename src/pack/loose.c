#include "pack/loose_p.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/limits.h"

enum {
	HEAD_MAX = 32,       /* "commit", a blank, twenty digits, NUL */
	PROBE = 1024,        /* enough for a head and the copy it may end in */
	DEFLATE_BEST = 1032, /* a byte deflates no better than to 1/1032 */
};

/* "ab/cdef..." */
static void path_of(char out[RSK_OID_HEX_MAX + 1], const struct rsk_oid *oid)
{
	char hex[RSK_OID_HEX_MAX];

	rsk_oid_hex(hex, oid);
	snprintf(out, RSK_OID_HEX_MAX + 1, "%.2s/%s", hex, hex + 2);
}

bool rsk_loose_has(int objects, const struct rsk_oid *oid)
{
	char path[RSK_OID_HEX_MAX + 1];
	struct stat st;

	path_of(path, oid);
	return fstatat(objects, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool take_type(enum rsk_object_type *type, struct rsk_slice *rest)
{
	for (int t = RSK_OBJECT_COMMIT; t <= RSK_OBJECT_TAG; t++) {
		struct rsk_slice name =
			rsk_slice_str(rsk_object_name((enum rsk_object_type)t));

		if (!rsk_slice_starts(*rest, name) || rest->len <= name.len ||
			rest->ptr[name.len] != ' ')
			continue;
		*rest = rsk_slice_cut(*rest, name.len + 1, rest->len);
		*type = (enum rsk_object_type)t;
		return true;
	}
	return false;
}

static bool take_size(uint64_t *size, struct rsk_slice *rest)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < rest->len && rest->ptr[i]; i++) {
		uint8_t digit = (uint8_t)(rest->ptr[i] - '0');

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	/* "0" stands alone; no other number begins with a zero. */
	if (!i || i == rest->len || (i > 1 && rest->ptr[0] == '0'))
		return false;
	*rest = rsk_slice_cut(*rest, i + 1, rest->len);
	*size = value;
	return true;
}

enum rsk_err rsk_loose_head(struct rsk_slice bytes, enum rsk_object_type *type,
	uint64_t *size, size_t *used)
{
	struct rsk_slice rest = rsk_slice_cut(bytes, 0, HEAD_MAX);
	size_t all = rest.len;

	if (!take_type(type, &rest) || !take_size(size, &rest))
		return RSK_CORRUPT;
	*used = all - rest.len;
	return RSK_OK;
}

/*
 * How many bytes the stream will inflate to. The head says so, and can be
 * read from a short inflation that runs out of room; what that leaves behind
 * is not promised, so a head that cannot be read costs only a larger guess.
 * Nothing here is believed: the inflated object is checked against its head.
 */
static enum rsk_err guess_size(struct rsk_inflater *inflater,
	struct rsk_slice packed, enum rsk_object_type *type, size_t *room,
	size_t max)
{
	uint8_t probe[PROBE];
	size_t got = 0;
	size_t head = 0;
	uint64_t size = 0;
	enum rsk_err err;

	memset(probe, 0xff, sizeof(probe));
	err = rsk_inflate_some(inflater, packed, probe, sizeof(probe), &got);
	if (err != RSK_TOOBIG) {
		*room = sizeof(probe);
		return err;
	}
	if (rsk_loose_head(rsk_slice(probe, sizeof(probe)), type, &size, &head))
		size = packed.len * (uint64_t)DEFLATE_BEST;
	else if (size > max)
		return RSK_TOOBIG;
	if (size > max)
		size = max;
	*room = (size_t)size + HEAD_MAX;
	return RSK_OK;
}

/* The whole stream, head and all, in at most `room` bytes. */
static enum rsk_err inflate_whole(struct rsk_inflater *inflater,
	struct rsk_slice packed, size_t room, struct rsk_buf *whole)
{
	size_t got = 0;
	enum rsk_err err = rsk_buf_reserve(whole, room);

	if (!err)
		err = rsk_inflate_some(
			inflater, packed, whole->ptr, room, &got);
	if (!err)
		rsk_buf_commit(whole, got);
	return err;
}

static enum rsk_err inflate_loose(struct rsk_inflater *inflater,
	struct rsk_slice packed, enum rsk_object_type *type,
	struct rsk_buf *bytes)
{
	size_t room = 0;
	size_t head = 0;
	uint64_t size = 0;
	struct rsk_buf whole = RSK_BUF_INIT(bytes->max + PROBE);
	enum rsk_err err =
		guess_size(inflater, packed, type, &room, bytes->max);

	if (err)
		return err;
	err = inflate_whole(inflater, packed, room, &whole);
	/* More than its head says. */
	if (err == RSK_TOOBIG && room < bytes->max + HEAD_MAX)
		err = RSK_CORRUPT;
	if (!err)
		err = rsk_loose_head(rsk_buf_slice(&whole), type, &size, &head);
	if (!err && size != whole.len - head)
		err = RSK_CORRUPT;
	if (!err)
		err = rsk_buf_add(bytes, whole.ptr + head, whole.len - head);
	rsk_buf_release(&whole);
	return err;
}

enum rsk_err rsk_loose_read(int objects, struct rsk_inflater *inflater,
	const struct rsk_oid *oid, enum rsk_object_type *type,
	struct rsk_buf *bytes)
{
	char path[RSK_OID_HEX_MAX + 1];
	struct rsk_buf packed = RSK_BUF_INIT(2 * bytes->max + 64 * RSK_KIB);
	enum rsk_err err;

	rsk_buf_truncate(bytes, 0);
	path_of(path, oid);
	err = rsk_file_read_at(&packed, objects, path);
	if (!err)
		err = inflate_loose(
			inflater, rsk_buf_slice(&packed), type, bytes);
	rsk_buf_release(&packed);
	return err;
}

static DIR *open_folder(int objects, const char *name)
{
	int fd = rsk_openat(
		objects, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

enum rsk_err rsk_loose_each(
	int objects, uint8_t first, rsk_on_loose *each, void *ctx)
{
	char hex[RSK_OID_HEX_MAX];
	struct rsk_oid oid;
	struct dirent *entry;

	rsk_hex(hex, &first, 1);
	DIR *dir = open_folder(objects, hex);
	if (!dir)
		return errno == ENOENT                      ? RSK_NOTFOUND
		       : errno == ENOTDIR || errno == ELOOP ? RSK_SPECIAL
							    : RSK_IO;
	errno = 0;
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len != 38 && len != 62)
			continue;
		memcpy(hex + 2, entry->d_name, len);
		if (rsk_oid_parse(&oid, rsk_slice(hex, len + 2)))
			each(ctx, &oid);
	}
	enum rsk_err err = errno ? RSK_IO : RSK_OK;
	closedir(dir);
	return err;
}
