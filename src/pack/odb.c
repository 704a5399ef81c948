#include "pack/odb_p.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "pack/loose_p.h"

void rsk_odb_note(struct rsk_odb *odb, enum rsk_err err, const char *path,
	const char *text)
{
	*RSK_VEC_PUSH(&odb->problems) = (struct rsk_odb_problem){
		.err = err,
		.path = rsk_arena_str(&odb->arena, rsk_slice_str(path)),
		.text = rsk_arena_str(&odb->arena, rsk_slice_str(text)),
	};
}

size_t rsk_odb_problems(const struct rsk_odb *odb)
{
	return odb->problems.len;
}

const struct rsk_odb_problem *rsk_odb_problem(
	const struct rsk_odb *odb, size_t i)
{
	return &odb->problems.ptr[i];
}

size_t rsk_odb_folders(const struct rsk_odb *odb)
{
	return odb->stores.len;
}

const char *rsk_odb_folder(const struct rsk_odb *odb, size_t i)
{
	return odb->stores.ptr[i].path;
}

bool rsk_odb_is_partial(const struct rsk_odb *odb)
{
	return odb->partial;
}

size_t rsk_odb_oid_len(const struct rsk_odb *odb)
{
	return odb->oid_len;
}

/* Packs of one store */

typedef RSK_VEC(char *) names;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void release_names(names *list)
{
	for (size_t i = 0; i < list->len; i++)
		free(list->ptr[i]);
	RSK_VEC_RELEASE(list);
}

static bool ends_with(const char *name, const char *end)
{
	return rsk_slice_ends(rsk_slice_str(name), rsk_slice_str(end));
}

/* The *.idx and *.pack files that git would look at, sorted. */
static enum rsk_err list_packs(int dirfd, names *list)
{
	int fd = dup(dirfd);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return RSK_IO;
	}
	errno = 0;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "pack-", 5) &&
			(ends_with(entry->d_name, ".idx") ||
				ends_with(entry->d_name, ".pack") ||
				ends_with(entry->d_name, ".promisor")))
			*RSK_VEC_PUSH(list) = rsk_strdup(entry->d_name);
	enum rsk_err err = errno ? RSK_IO : RSK_OK;
	closedir(dir);
	if (list->len)
		qsort(list->ptr, list->len, sizeof(*list->ptr), by_name);
	return err;
}

/* Two files of one name but for its ending, which are then neighbours. */
static bool same_stem(const char *idx, const char *pack)
{
	size_t stem = strlen(idx) - strlen(".idx");

	return !strncmp(idx, pack, stem) && !strcmp(pack + stem, ".pack");
}

static void add_pack(struct rsk_odb *odb, struct rsk_pack *pack)
{
	if (!odb->oid_len)
		odb->oid_len = pack->oid_len;
	if (odb->oid_len != pack->oid_len) {
		rsk_odb_note(odb, RSK_UNSUPPORTED, pack->path,
			"its object ids have another length");
		rsk_pack_free(pack);
		return;
	}
	*RSK_VEC_PUSH(&odb->packs) = pack;
}

static void note_in(struct rsk_odb *odb, enum rsk_err err, const char *dir,
	const char *name, const char *text)
{
	char *path = rsk_arena_printf(&odb->arena, "%s/%s", dir, name);

	rsk_odb_note(odb, err, path, text);
}

static void open_packs(
	struct rsk_odb *odb, int dirfd, const char *dir, const names *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const char *name = list->ptr[i];
		const char *next = i + 1 < list->len ? list->ptr[i + 1] : "";
		const char *why = "";
		struct rsk_pack *pack = NULL;
		enum rsk_err err;

		if (ends_with(name, ".promisor")) {
			odb->partial = true;
			continue;
		}
		if (!ends_with(name, ".idx")) {
			/* The index before it has taken its pack along. */
			if (!i || !ends_with(list->ptr[i - 1], ".idx") ||
				!same_stem(list->ptr[i - 1], name))
				note_in(odb, RSK_NOTFOUND, dir, name,
					"a pack without an index");
			continue;
		}
		/* Git removes the pack first: an index alone is a leftover. */
		if (!same_stem(name, next))
			continue;
		err = rsk_pack_open(&pack, dirfd, dir, name, &why);
		if (err)
			note_in(odb, err, dir, next, why);
		else
			add_pack(odb, pack);
	}
}

static void add_packs(struct rsk_odb *odb, const struct rsk_store *store)
{
	char *dir = rsk_arena_printf(&odb->arena, "%s/pack", store->path);
	int fd = rsk_openat(store->fd, "pack",
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	names list = { 0 };
	enum rsk_err err;

	if (fd < 0) {
		if (errno != ENOENT)
			rsk_odb_note(odb, RSK_SPECIAL, dir,
				"not a folder that can be opened");
		return;
	}
	err = list_packs(fd, &list);
	if (err)
		rsk_odb_note(odb, err, dir, rsk_err_text(err));
	open_packs(odb, fd, dir, &list);
	release_names(&list);
	close(fd);
}

/* Stores */

enum { ALTERNATES_MAX_BYTES = 1 << 20, ALTERNATES_MAX_DEPTH = 5 };

static bool is_known(const struct rsk_odb *odb, const struct stat *st)
{
	for (size_t i = 0; i < odb->stores.len; i++)
		if (odb->stores.ptr[i].dev == st->st_dev &&
			odb->stores.ptr[i].ino == st->st_ino)
			return true;
	return false;
}

/* A folder that is there already, by any path, is not added again. */
static enum rsk_err add_store(
	struct rsk_odb *odb, const char *path, unsigned depth)
{
	struct stat st;
	int fd =
		rsk_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT    ? RSK_NOTFOUND
		       : errno == ENOTDIR ? RSK_SPECIAL
					  : RSK_IO;
	if (fstat(fd, &st) < 0) {
		close(fd);
		return RSK_IO;
	}
	if (is_known(odb, &st)) {
		close(fd);
		return RSK_OK;
	}
	*RSK_VEC_PUSH(&odb->stores) = (struct rsk_store){
		.path = rsk_strdup(path),
		.fd = fd,
		.dev = st.st_dev,
		.ino = st.st_ino,
		.depth = depth,
	};
	return RSK_OK;
}

/* `line` of the alternates file of the store at `from`. */
static void add_alternate(
	struct rsk_odb *odb, size_t from, struct rsk_slice line)
{
	const struct rsk_store *store = &odb->stores.ptr[from];
	unsigned depth = store->depth + 1;
	char *path = rsk_arena_str(&odb->arena, line);
	enum rsk_err err = RSK_LIMIT;

	if (path[0] != '/' && path[0] != '"')
		path = rsk_arena_printf(
			&odb->arena, "%s/%s", store->path, path);
	/* A quoted path: git writes one only by hand of its owner. */
	if (path[0] == '"')
		err = RSK_UNSUPPORTED;
	else if (depth <= ALTERNATES_MAX_DEPTH)
		err = add_store(odb, path, depth);
	if (err)
		rsk_odb_note(odb, err, path, "an alternate that is not read");
}

static void add_alternates(struct rsk_odb *odb, size_t from)
{
	struct rsk_buf text = RSK_BUF_INIT(ALTERNATES_MAX_BYTES);
	enum rsk_err err = rsk_file_read_at(
		&text, odb->stores.ptr[from].fd, "info/alternates");
	struct rsk_slice rest = rsk_buf_slice(&text);
	struct rsk_slice line;

	if (err && err != RSK_NOTFOUND)
		note_in(odb, err, odb->stores.ptr[from].path, "info/alternates",
			rsk_err_text(err));
	while (!err && rsk_slice_line(&line, &rest))
		if (line.len && line.ptr[0] != '#')
			add_alternate(odb, from, line);
	rsk_buf_release(&text);
}

static void first_oid(void *ctx, const struct rsk_oid *oid)
{
	size_t *len = ctx;

	*len = oid->len;
}

/* Without a pack, a loose object tells how long ids are. */
static void learn_oid_len(struct rsk_odb *odb)
{
	for (size_t i = 0; i < odb->stores.len; i++)
		for (unsigned first = 0; first < 256 && !odb->oid_len; first++)
			if (rsk_loose_each(odb->stores.ptr[i].fd,
				    (uint8_t)first, first_oid, &odb->oid_len))
				continue;
}

enum rsk_err rsk_odb_open(
	struct rsk_odb **out, const char *objects, struct rsk_diag *diag)
{
	struct rsk_odb *odb = rsk_alloc(sizeof(*odb));
	enum rsk_err err = add_store(odb, objects, 0);

	if (err) {
		rsk_odb_free(odb);
		rsk_diag_at(diag, objects, 0, 0);
		return rsk_diag_set(diag, err, "no folder of objects (%s)",
			rsk_err_text(err));
	}
	/* Alternates are appended as they are found. */
	for (size_t i = 0; i < odb->stores.len; i++) {
		struct rsk_store store = odb->stores.ptr[i];

		add_packs(odb, &store);
		add_alternates(odb, i);
	}
	learn_oid_len(odb);
	*out = odb;
	return RSK_OK;
}

void rsk_odb_list_folders(const char *objects,
	void (*folder)(void *ctx, const char *path), void *ctx)
{
	struct rsk_odb *odb = rsk_alloc(sizeof(*odb));

	if (!add_store(odb, objects, 0))
		for (size_t i = 0; i < odb->stores.len; i++) {
			folder(ctx, odb->stores.ptr[i].path);
			add_alternates(odb, i);
		}
	rsk_odb_free(odb);
}

void rsk_odb_free(struct rsk_odb *odb)
{
	if (!odb)
		return;
	for (size_t i = 0; i < odb->packs.len; i++)
		rsk_pack_free(odb->packs.ptr[i]);
	for (size_t i = 0; i < odb->stores.len; i++) {
		close(odb->stores.ptr[i].fd);
		free(odb->stores.ptr[i].path);
	}
	RSK_VEC_RELEASE(&odb->packs);
	RSK_VEC_RELEASE(&odb->stores);
	RSK_VEC_RELEASE(&odb->problems);
	rsk_arena_release(&odb->arena);
	free(odb);
}

/* Reading */

static enum rsk_err checked(const struct rsk_oid *oid,
	enum rsk_object_type type, const struct rsk_buf *bytes)
{
	struct rsk_oid is;

	rsk_oid_hash(&is, oid->len, type, rsk_buf_slice(bytes));
	return rsk_oid_cmp(&is, oid) ? RSK_CORRUPT : RSK_OK;
}

static enum rsk_err from_pack(const struct rsk_pack *pack,
	struct rsk_inflater *inflater, const struct rsk_oid *oid,
	enum rsk_object_type *type, struct rsk_buf *bytes)
{
	uint32_t place = 0;
	uint64_t offset = 0;
	enum rsk_err err = rsk_pack_find(pack, oid, &place);

	if (!err)
		err = rsk_pack_offset(pack, place, &offset);
	if (!err)
		err = rsk_pack_read(pack, inflater, offset, type, bytes);
	if (!err)
		err = checked(oid, *type, bytes);
	return err;
}

/* The worst thing seen is what is told: "not found" says the least. */
static enum rsk_err worse(enum rsk_err a, enum rsk_err b)
{
	return a == RSK_NOTFOUND ? b : a;
}

enum rsk_err rsk_odb_read(const struct rsk_odb *odb, const struct rsk_oid *oid,
	enum rsk_object_type *type, struct rsk_buf *bytes)
{
	struct rsk_inflater *inflater = rsk_inflater_new();
	enum rsk_err err = RSK_NOTFOUND;

	for (size_t i = 0; err && i < odb->packs.len; i++) {
		enum rsk_err now = from_pack(
			odb->packs.ptr[i], inflater, oid, type, bytes);

		err = now ? worse(err, now) : RSK_OK;
	}
	for (size_t i = 0; err && i < odb->stores.len; i++) {
		enum rsk_err now = rsk_loose_read(
			odb->stores.ptr[i].fd, inflater, oid, type, bytes);

		if (!now)
			now = checked(oid, *type, bytes);
		err = now ? worse(err, now) : RSK_OK;
	}
	if (err)
		rsk_buf_truncate(bytes, 0);
	rsk_inflater_free(inflater);
	return err;
}

bool rsk_odb_has(const struct rsk_odb *odb, const struct rsk_oid *oid)
{
	uint32_t place = 0;

	for (size_t i = 0; i < odb->packs.len; i++)
		if (!rsk_pack_find(odb->packs.ptr[i], oid, &place))
			return true;
	for (size_t i = 0; i < odb->stores.len; i++)
		if (rsk_loose_has(odb->stores.ptr[i].fd, oid))
			return true;
	return false;
}
