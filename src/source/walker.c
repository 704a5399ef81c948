#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/limits.h"
#include "source/walk_p.h"

/*
 * Each thread works on its own stack of folders, the deepest first, and gives
 * some of it away only when another thread has nothing to do: half of its
 * waiting folders, the ones nearest to the root, or half of the entries it has
 * just listed. So a tree of many folders and one folder of many files both
 * spread, and as long as all are busy nobody takes a lock for a file.
 */

/* What the caller sees of a path. */
static struct rsk_slice shown(
	const struct rsk_walker *walker, struct rsk_slice path)
{
	return rsk_slice_cut(path, walker->walk->root_start, path.len);
}

static const char *shown_cstr(const struct rsk_walker *walker)
{
	size_t start = walker->walk->root_start;
	size_t len = walker->path.len;

	return rsk_buf_cstr(&walker->path) + (start < len ? start : len);
}

void rsk_walker_gap(
	struct rsk_walker *walker, enum rsk_gap_class class, const char *detail)
{
	rsk_coverage_gap(walker->ledger, NULL, class,
		shown(walker, rsk_buf_slice(&walker->path)), detail);
}

const char *rsk_walker_why(enum rsk_err err)
{
	return err == RSK_IO ? strerror(errno) : rsk_err_text(err);
}

/* --- paths -------------------------------------------------------------- */

static void put_back(
	struct rsk_buf *path, size_t end, const char *name, size_t len)
{
	memcpy(path->ptr + end - len, name, len);
	if (end > len)
		path->ptr[end - len - 1] = '/';
}

/* Make walker->path the folder's; usually its parent's is there already. */
static enum rsk_err enter_path(
	struct rsk_walker *walker, const struct rsk_folder *folder)
{
	struct rsk_buf *path = &walker->path;
	bool near = folder->parent && walker->path_of == folder->parent->id;
	enum rsk_err err;

	walker->path_of = 0;
	rsk_buf_truncate(path, near ? folder->parent->path_len : 0);
	err = rsk_buf_reserve(path, folder->path_len - path->len);
	if (err)
		return err;

	size_t known = path->len;
	rsk_buf_commit(path, folder->path_len - known);
	for (const struct rsk_folder *f = folder; f && f->path_len > known;
		f = f->parent)
		put_back(path, f->path_len, f->name, f->name_len);
	walker->path_of = folder->id;
	return RSK_OK;
}

static enum rsk_err push_name(struct rsk_walker *walker, const char *name)
{
	struct rsk_buf *path = &walker->path;
	size_t len = path->len;
	enum rsk_err err = len ? rsk_buf_add_byte(path, '/') : RSK_OK;

	if (!err)
		err = rsk_buf_add_str(path, name);
	if (err)
		rsk_buf_truncate(path, len);
	return err;
}

/* --- tasks -------------------------------------------------------------- */

void rsk_walk_free_task(struct rsk_walk *walk, struct rsk_task *task)
{
	free(task->entries);
	rsk_folder_done(walk, task->folder);
}

static void stop_walk(struct rsk_walk *walk, enum rsk_err err)
{
	int none = RSK_OK;

	atomic_compare_exchange_strong(&walk->stop, &none, (int)err);
}

static bool stopped(const struct rsk_walk *walk)
{
	return atomic_load_explicit(&walk->stop, memory_order_relaxed) !=
	       RSK_OK;
}

static bool others_hungry(const struct rsk_walk *walk)
{
	return atomic_load_explicit(&walk->hungry, memory_order_relaxed) > 0;
}

static void give(struct rsk_walk *walk, const struct rsk_task *tasks, size_t n)
{
	pthread_mutex_lock(&walk->lock);
	for (size_t i = 0; i < n; i++)
		*RSK_VEC_PUSH(&walk->tasks) = tasks[i];
	pthread_cond_broadcast(&walk->wake);
	pthread_mutex_unlock(&walk->lock);
}

/* The oldest half: the folders nearest to the root have most below them. */
static void share_folders(struct rsk_walker *walker)
{
	size_t n = (walker->tasks.len + 1) / 2;

	if (!n || !others_hungry(walker->walk))
		return;
	give(walker->walk, walker->tasks.ptr, n);
	walker->tasks.len -= n;
	memmove(walker->tasks.ptr, walker->tasks.ptr + n,
		walker->tasks.len * sizeof(*walker->tasks.ptr));
}

/* Wait for a task somebody gives away. False when all threads wait. */
static bool take_shared(struct rsk_walker *walker, struct rsk_task *task)
{
	struct rsk_walk *walk = walker->walk;
	bool got = false;

	pthread_mutex_lock(&walk->lock);
	atomic_fetch_add(&walk->hungry, 1);
	while (!walk->tasks.len && !walk->done) {
		if (atomic_load(&walk->hungry) >= walk->workers ||
			stopped(walk)) {
			walk->done = true;
			pthread_cond_broadcast(&walk->wake);
			break;
		}
		pthread_cond_wait(&walk->wake, &walk->lock);
	}
	if (walk->tasks.len && !walk->done) {
		*task = walk->tasks.ptr[--walk->tasks.len];
		got = true;
	}
	atomic_fetch_sub(&walk->hungry, 1);
	pthread_mutex_unlock(&walk->lock);
	return got;
}

static bool next_task(struct rsk_walker *walker, struct rsk_task *task)
{
	if (stopped(walker->walk))
		return false;
	share_folders(walker);
	if (!walker->tasks.len)
		return take_shared(walker, task);
	*task = walker->tasks.ptr[--walker->tasks.len];
	return true;
}

/* --- entries ------------------------------------------------------------ */

static bool is_excluded(const struct rsk_walker *walker, struct rsk_slice path)
{
	const struct rsk_globs *globs = &walker->walk->options->exclude;

	return globs->len && rsk_globs_match(globs, shown(walker, path));
}

/* Is everything below the folder excluded? */
static bool is_pruned(const struct rsk_walker *walker, struct rsk_slice path)
{
	const struct rsk_globs *globs = &walker->walk->options->exclude;

	for (size_t i = 0; walker->walk->can_prune && i < globs->len; i++) {
		struct rsk_slice glob = globs->ptr[i];

		if (rsk_slice_ends(glob, RSK_LIT("/")))
			glob.len--;
		if (glob.len && rsk_glob_match(glob, shown(walker, path)))
			return true;
	}
	return false;
}

static void skip(
	struct rsk_walker *walker, enum rsk_skip reason, struct rsk_slice path)
{
	rsk_coverage_skip(walker->ledger, &walker->ledger->files, reason,
		shown(walker, path));
}

static struct rsk_slice in_zone(
	const struct rsk_folder *folder, struct rsk_slice path)
{
	return rsk_slice_cut(path, folder->zone->start, path.len);
}

static bool is_tracked(const struct rsk_folder *folder, struct rsk_slice path)
{
	if (folder->all_tracked)
		return true;
	return folder->begin < folder->end &&
	       rsk_index_find_in(folder->zone->index, folder->begin,
		       folder->end, in_zone(folder, path));
}

static void visit_file(struct rsk_walker *walker, struct rsk_folder *folder,
	int dirfd, const char *name)
{
	const struct rsk_walk *walk = walker->walk;
	struct rsk_slice path = rsk_buf_slice(&walker->path);
	struct rsk_tree_file file = {
		.path = shown(walker, path),
		.dirfd = dirfd,
		.name = name,
		.vcs = RSK_VCS_NONE,
	};

	if (is_excluded(walker, path)) {
		skip(walker, RSK_SKIP_EXCLUDED, path);
		return;
	}
	if (folder->zone->has_repo) {
		bool tracked = is_tracked(folder, path);

		file.vcs = tracked ? RSK_VCS_TRACKED : RSK_VCS_UNTRACKED;
		file.is_ignored = !tracked &&
				  rsk_zone_ignores(walker, folder, path, false);
	}
	if (file.is_ignored && !walk->options->ignored) {
		skip(walker, RSK_SKIP_IGNORED, path);
		return;
	}

	enum rsk_err err =
		walk->visit->file(walk->visit->ctx, walker->number, &file);
	if (err)
		stop_walk(walker->walk, err);
}

static void skip_folder(struct rsk_walker *walker, enum rsk_skip reason)
{
	size_t len = walker->path.len;

	/* The slash tells it from a file. */
	if (!rsk_buf_add_byte(&walker->path, '/'))
		skip(walker, reason, rsk_buf_slice(&walker->path));
	rsk_buf_truncate(&walker->path, len);
}

/* Part of a repository: a tracked folder, a submodule, or one to ask about. */
struct standing {
	uint32_t begin, end;
	bool all_tracked;
	enum rsk_ignored ignored;
};

static struct standing standing_of(struct rsk_walker *walker,
	struct rsk_folder *folder, struct rsk_slice path)
{
	const struct rsk_index *index = folder->zone->index;
	struct standing it = { .all_tracked = folder->all_tracked };
	struct rsk_slice inside = in_zone(folder, path);

	if (!folder->zone->has_repo || it.all_tracked)
		return it;
	if (folder->begin < folder->end) {
		it.begin = (uint32_t)rsk_index_folder_begin(
			index, folder->begin, folder->end, inside);
		it.end = (uint32_t)rsk_index_folder_end(
			index, it.begin, folder->end, inside);
	}
	if (it.begin < it.end) {
		/* "folder/" itself is an entry: a sparse index. */
		it.all_tracked =
			index->entries[it.begin].path.len == inside.len + 1;
		return it;
	}
	if (!is_tracked(folder, path))
		it.ignored = rsk_zone_ignores(walker, folder, path, true)
				     ? RSK_IGNORED_YES
				     : RSK_IGNORED_NO;
	return it;
}

static void add_folder(
	struct rsk_walker *walker, struct rsk_folder *folder, const char *name)
{
	struct rsk_slice path = rsk_buf_slice(&walker->path);

	if (is_pruned(walker, path)) {
		skip_folder(walker, RSK_SKIP_EXCLUDED);
		return;
	}

	struct standing it = standing_of(walker, folder, path);
	if (it.ignored == RSK_IGNORED_YES && !walker->walk->options->ignored) {
		skip_folder(walker, RSK_SKIP_IGNORED);
		return;
	}

	struct rsk_folder *child = rsk_folder_new(
		walker->walk, folder, folder->zone, rsk_slice_str(name));
	child->begin = it.begin;
	child->end = it.end;
	child->all_tracked = it.all_tracked;
	child->ignores_nothing = folder->ignores_nothing;
	atomic_store(&child->ignored, (unsigned char)it.ignored);
	*RSK_VEC_PUSH(&walker->tasks) = (struct rsk_task){ .folder = child };
}

/* Some file systems do not say what an entry is. */
static unsigned char type_of(int dirfd, const struct dirent64 *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(dirfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_UNKNOWN;
	return (unsigned char)IFTODT(st.st_mode);
}

static void visit_entry(struct rsk_walker *walker, struct rsk_folder *folder,
	int dirfd, const struct dirent64 *entry)
{
	const char *name = entry->d_name;
	struct rsk_buf *path = &walker->path;
	size_t len = path->len;

	if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, ".git"))
		return;
	if (push_name(walker, name)) {
		rsk_walker_gap(walker, RSK_GAP_LIMIT,
			"something in it: path too long");
		return;
	}
	switch (type_of(dirfd, entry)) {
	case DT_DIR:
		add_folder(walker, folder, name);
		break;
	case DT_REG:
		visit_file(walker, folder, dirfd, name);
		break;
	case DT_LNK:
		skip(walker, RSK_SKIP_SYMLINK, rsk_buf_slice(path));
		break;
	case DT_UNKNOWN:
		rsk_coverage_gap(walker->ledger, &walker->ledger->files,
			RSK_GAP_IO, shown(walker, rsk_buf_slice(path)),
			strerror(errno));
		break;
	default:
		skip(walker, RSK_SKIP_SPECIAL, rsk_buf_slice(path));
	}
	rsk_buf_truncate(path, len);
}

static const struct dirent64 *entry_at(const uint8_t *entries, size_t at)
{
	return (const struct dirent64 *)(const void *)(entries + at);
}

/* Give the second half of the entries away; returns where the first ends. */
static size_t share_entries(struct rsk_walker *walker,
	struct rsk_folder *folder, const uint8_t *entries, size_t at,
	size_t len)
{
	size_t half = at + (len - at) / 2;
	size_t cut = at + entry_at(entries, at)->d_reclen;

	while (cut < half)
		cut += entry_at(entries, cut)->d_reclen;
	if (cut >= len)
		return len;

	struct rsk_task task = { folder, rsk_alloc(len - cut), len - cut };
	memcpy(task.entries, entries + cut, task.len);
	rsk_folder_keep(walker->walk, folder);
	give(walker->walk, &task, 1);
	return cut;
}

static void visit_entries(struct rsk_walker *walker, struct rsk_folder *folder,
	int dirfd, const uint8_t *entries, size_t len)
{
	for (size_t at = 0; at < len && !stopped(walker->walk);) {
		const struct dirent64 *entry = entry_at(entries, at);

		if (others_hungry(walker->walk)) {
			share_folders(walker);
			len = share_entries(walker, folder, entries, at, len);
		}
		visit_entry(walker, folder, dirfd, entry);
		at += entry->d_reclen;
	}
}

/* --- folders ------------------------------------------------------------ */

/* As many entries as fit. *whole: there are no more. False: an error. */
static bool read_entries(
	struct rsk_walker *walker, int fd, size_t *len, bool *whole)
{
	*len = 0;
	*whole = false;
	for (;;) {
		ssize_t n = getdents64(
			fd, walker->entries + *len, RSK_DIRENT_BYTES - *len);

		if (n > 0) {
			*len += (size_t)n;
			continue;
		}
		*whole = n == 0;
		/* EINVAL: no room for one more. */
		return n == 0 || (errno == EINVAL && *len);
	}
}

static bool has_entry(const uint8_t *entries, size_t len, const char *name)
{
	for (size_t at = 0; at < len; at += entry_at(entries, at)->d_reclen)
		if (!strcmp(entry_at(entries, at)->d_name, name))
			return true;
	return false;
}

static void remember_nested(struct rsk_walk *walk, const char *name)
{
	pthread_mutex_lock(&walk->lock);
	*RSK_VEC_PUSH(&walk->nested) = rsk_strdup(name);
	pthread_mutex_unlock(&walk->lock);
}

/* A zone of its own; what cannot be trusted is walked as if it were none. */
static struct rsk_zone *nested_zone(struct rsk_walker *walker, size_t start)
{
	struct rsk_repo_options options = walker->walk->options->repo;
	const char *name = shown_cstr(walker);
	struct rsk_buf full = RSK_BUF_INIT(RSK_MAX_PATH_BYTES);
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;
	struct rsk_zone *zone = NULL;

	options.here_only = true;
	options.index_file = NULL;
	enum rsk_err err =
		rsk_input_begin(RSK_INPUT_STORE, rsk_slice_str(name));
	if (!err)
		err = rsk_buf_printf(&full, "%s/%s", walker->walk->root, name);
	if (!err)
		err = rsk_repo_find(
			&repo, rsk_buf_cstr(&full), &options, &diag);
	if (err != RSK_NOTFOUND)
		zone = rsk_zone_new(start);
	if (!err && rsk_repo_workdir(repo))
		err = rsk_zone_load(zone, repo, &diag);
	rsk_input_end();
	if (err && err != RSK_NOTFOUND)
		rsk_walker_gap(walker, rsk_repo_gap(err),
			diag.text[0] ? diag.text : rsk_walker_why(err));
	else if (zone)
		remember_nested(walker->walk, name);
	rsk_repo_free(repo);
	rsk_buf_release(&full);
	return zone;
}

static void enter_nested(struct rsk_walker *walker, struct rsk_folder *folder)
{
	struct rsk_zone *zone = nested_zone(walker, walker->path.len + 1);

	if (zone)
		rsk_folder_move(walker->walk, folder, zone);
}

static bool has_file(struct rsk_walker *walker, int fd, const char *name)
{
	struct stat st;

	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	if (errno != ENOENT)
		rsk_walker_gap(walker, RSK_GAP_IO, strerror(errno));
	return false;
}

/* What the names in a folder mean for all of them. */
static void look_around(struct rsk_walker *walker, struct rsk_folder *folder,
	int fd, size_t len, bool whole)
{
	bool nested = whole ? has_entry(walker->entries, len, ".git")
			    : has_file(walker, fd, ".git");

	if (nested && folder != walker->walk->top)
		enter_nested(walker, folder);
	if (!folder->zone->has_repo)
		return;
	if (whole && !has_entry(walker->entries, len, ".gitignore"))
		return;

	enum rsk_err err = rsk_zone_read_ignore(folder, fd);
	if (err == RSK_IO)
		rsk_walker_gap(
			walker, RSK_GAP_IO, "its .gitignore could not be read");
	else if (err)
		rsk_coverage_note(walker->ledger,
			"the .gitignore in '/%s' is over the limits: nothing "
			"below it counts as ignored",
			shown_cstr(walker));
}

/* What moved in or out meanwhile may have been seen nowhere. */
static void tell_changed(
	struct rsk_walker *walker, int fd, const struct stat *before)
{
	struct stat after;

	if (fstat(fd, &after) ||
		before->st_mtim.tv_sec != after.st_mtim.tv_sec ||
		before->st_mtim.tv_nsec != after.st_mtim.tv_nsec)
		rsk_walker_gap(walker, RSK_GAP_CHANGED,
			"files came or went while it was read");
}

static void list_open(
	struct rsk_walker *walker, struct rsk_folder *folder, int fd)
{
	size_t len = 0;
	bool whole = false;
	struct stat before = { 0 };
	bool fine =
		!fstat(fd, &before) && read_entries(walker, fd, &len, &whole);

	if (fine)
		look_around(walker, folder, fd, len, whole);
	while (fine && len) {
		visit_entries(walker, folder, fd, walker->entries, len);
		if (whole || stopped(walker->walk))
			break;
		fine = read_entries(walker, fd, &len, &whole);
	}
	if (!fine)
		rsk_walker_gap(walker, RSK_GAP_IO, strerror(errno));
	else
		tell_changed(walker, fd, &before);
}

static void run_task(struct rsk_walker *walker, const struct rsk_task *task)
{
	struct rsk_walk *walk = walker->walk;
	struct rsk_folder *folder = task->folder;
	int fd = -1;
	enum rsk_err err = enter_path(walker, folder);

	if (!err)
		err = rsk_folder_pin(
			&fd, walk, folder, rsk_buf_slice(&walker->path));
	if (!task->entries)
		rsk_folder_opened(walk, folder);
	if (err) {
		rsk_walker_gap(walker,
			err == RSK_SPECIAL ? RSK_GAP_CHANGED : RSK_GAP_IO,
			rsk_walker_why(err));
		return;
	}
	if (task->entries)
		visit_entries(walker, folder, fd, task->entries, task->len);
	else
		list_open(walker, folder, fd);
	rsk_folder_unpin(walk, folder);
}

void *rsk_walker_work(void *arg)
{
	struct rsk_walker *walker = arg;
	struct rsk_task task;

	while (next_task(walker, &task)) {
		run_task(walker, &task);
		rsk_walk_free_task(walker->walk, &task);
	}

	/* On an early end the others are woken, and what is left is let go. */
	pthread_mutex_lock(&walker->walk->lock);
	walker->walk->done = true;
	pthread_cond_broadcast(&walker->walk->wake);
	pthread_mutex_unlock(&walker->walk->lock);
	for (size_t i = 0; i < walker->tasks.len; i++)
		rsk_walk_free_task(walker->walk, &walker->tasks.ptr[i]);
	return NULL;
}
