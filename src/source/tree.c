#include "source/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/limits.h"
#include "source/at_p.h"
#include "source/walk_p.h"

/* One that cannot be reached leaves its files unignored, and a gap. */
static void read_outer_ignore(
	struct rsk_walker *walker, struct rsk_folder *folder, int fd)
{
	enum rsk_err err = fd < 0 ? RSK_IO : rsk_zone_read_ignore(folder, fd);

	if (err == RSK_IO)
		rsk_walker_gap(walker, RSK_GAP_IO,
			"a .gitignore above it could not be read");
}

/*
 * Folders from the work tree down to the root of the walk. They are not
 * listed, but their ignore files count.
 */
static struct rsk_folder *add_outer(struct rsk_walker *walker,
	struct rsk_zone *zone, const char *workdir, struct rsk_slice inner)
{
	struct rsk_walk *walk = walker->walk;
	struct rsk_folder *folder =
		rsk_folder_new(walk, NULL, zone, (struct rsk_slice){ 0 });
	int fd = rsk_open(workdir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	folder->is_top = true;
	folder->end = zone->index ? (uint32_t)zone->index->len : 0;
	atomic_store(&folder->ignored, RSK_IGNORED_NO);
	while (inner.len) {
		size_t len = rsk_slice_find(inner, RSK_LIT("/"));
		struct rsk_slice name = rsk_slice_cut(inner, 0, len);

		read_outer_ignore(walker, folder, fd);

		struct rsk_folder *child =
			rsk_folder_new(walk, folder, zone, name);
		int next = rsk_openat(fd, child->name,
			O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		rsk_at_close(fd);
		fd = next;
		child->ignores_nothing = folder->ignores_nothing;
		rsk_folder_done(walk, folder);
		folder = child;
		inner = rsk_slice_cut(inner, len + 1, inner.len);
	}
	rsk_at_close(fd);
	return folder;
}

/* Which entries are below the root, and whether git ignores it. */
static void place_top(struct rsk_walker *walker, struct rsk_slice inner)
{
	struct rsk_folder *top = walker->walk->top;
	const struct rsk_index *index = top->zone->index;

	if (!inner.len)
		return;
	if (index) {
		top->begin = (uint32_t)rsk_index_folder_begin(
			index, 0, index->len, inner);
		top->end = (uint32_t)rsk_index_folder_end(
			index, top->begin, index->len, inner);
	}
	if (top->begin < top->end)
		return;
	if (rsk_zone_ignores(walker, top->parent, inner, true))
		rsk_coverage_note(walker->ledger,
			"git ignores the folder that is scanned");
	atomic_store(&top->ignored, RSK_IGNORED_NO);
}

static void start_plain(struct rsk_walk *walk)
{
	walk->top = rsk_folder_new(
		walk, NULL, rsk_zone_new(0), (struct rsk_slice){ 0 });
	walk->top->is_top = true;
	atomic_store(&walk->top->ignored, RSK_IGNORED_NO);
}

static bool contains(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	if (len == 1)
		return true;
	return !strncmp(dir, path, len) && (!path[len] || path[len] == '/');
}

static void start_in_repo(
	struct rsk_walker *walker, struct rsk_zone *zone, const char *workdir)
{
	struct rsk_walk *walk = walker->walk;
	struct rsk_slice inner = rsk_slice_str(walk->root + strlen(workdir));

	if (inner.len && inner.ptr[0] == '/')
		inner = rsk_slice_cut(inner, 1, inner.len);
	walk->top = add_outer(walker, zone, workdir, inner);
	walk->root_start = inner.len ? inner.len + 1 : 0;
	place_top(walker, inner);
}

/*
 * Find out where the root lies. False: a bare repository, nothing to walk.
 * Whatever is wrong with the repository, its files are there to be scanned.
 */
static bool start_walk(struct rsk_walker *walker)
{
	struct rsk_walk *walk = walker->walk;
	struct rsk_zone *zone = rsk_zone_new(0);
	struct rsk_diag diag = { 0 };
	struct rsk_repo *repo = NULL;
	bool bare = false;
	enum rsk_err err =
		rsk_input_begin(RSK_INPUT_STORE, rsk_slice_str(walk->root));

	if (!err)
		err = rsk_repo_find(
			&repo, walk->root, &walk->options->repo, &diag);
	const char *workdir = err ? NULL : rsk_repo_workdir(repo);

	if (!err && workdir && contains(workdir, walk->root))
		err = rsk_zone_load(zone, repo, &diag);
	rsk_input_end();
	if (!err && !workdir)
		bare = !strcmp(rsk_repo_gitdir(repo), walk->root);
	if (err && err != RSK_NOTFOUND)
		rsk_walker_gap(walker, rsk_repo_gap(err),
			diag.text[0] ? diag.text : rsk_walker_why(err));
	if (workdir && zone->has_repo) {
		start_in_repo(walker, zone, workdir);
	} else {
		rsk_zone_free(zone);
		if (!bare)
			start_plain(walk);
	}
	rsk_repo_free(repo);
	if (bare)
		rsk_coverage_note(walker->ledger,
			"a bare repository has no working tree to scan");
	return !bare;
}

/* Leave room for what others have open: files, packs, nested repositories. */
static size_t open_limit(unsigned jobs)
{
	enum { FOR_EACH_THREAD = 8, MOST = 512 };
	struct rlimit limit;
	size_t all = 256;
	size_t needed = (size_t)jobs * FOR_EACH_THREAD;

	if (!getrlimit(RLIMIT_NOFILE, &limit) &&
		limit.rlim_cur < (rlim_t)4 * MOST)
		all = (size_t)limit.rlim_cur;
	all = all / 2 > needed ? all / 2 - needed : 0;
	if (all > MOST)
		all = MOST;
	return all > jobs + 2 ? all : jobs + 2;
}

static void release_walker(struct rsk_walker *walker)
{
	RSK_VEC_RELEASE(&walker->tasks);
	RSK_VEC_RELEASE(&walker->chain);
	rsk_buf_release(&walker->path);
	free(walker->entries);
}

static void run_workers(struct rsk_walk *walk, struct rsk_walker *walkers)
{
	unsigned jobs = walk->options->jobs;
	pthread_t *threads = rsk_alloc_array(jobs, sizeof(*threads));
	unsigned started = 1;

	walk->workers = jobs;
	while (started < jobs && !pthread_create(&threads[started], NULL,
					 rsk_walker_work, &walkers[started]))
		started++;

	/* With fewer threads than asked for it only takes longer. */
	pthread_mutex_lock(&walk->lock);
	walk->workers = started;
	pthread_cond_broadcast(&walk->wake);
	pthread_mutex_unlock(&walk->lock);
	rsk_walker_work(&walkers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

static int cmp_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted first, so that the same ones are named for any number of threads. */
static void note_nested(struct rsk_walk *walk)
{
	struct rsk_coverage *ledger = &walk->visit->ledgers[0];
	size_t n = walk->nested.len;

	if (n)
		qsort(walk->nested.ptr, n, sizeof(*walk->nested.ptr), cmp_name);
	for (size_t i = 0; i < n && i < RSK_MAX_NESTED; i++)
		rsk_coverage_note(ledger,
			"the repository in '%s' was scanned as a tree of its "
			"own",
			walk->nested.ptr[i]);
	if (n > RSK_MAX_NESTED)
		rsk_coverage_note(ledger,
			"%zu more repositories were scanned as trees of their "
			"own",
			n - RSK_MAX_NESTED);
}

static void release_walk(struct rsk_walk *walk)
{
	for (size_t i = 0; i < walk->tasks.len; i++)
		rsk_walk_free_task(walk, &walk->tasks.ptr[i]);
	if (walk->top) {
		rsk_folder_unpin(walk, walk->top);
		rsk_folder_done(walk, walk->top);
	}
	for (size_t i = 0; i < walk->nested.len; i++)
		free(walk->nested.ptr[i]);
	RSK_VEC_RELEASE(&walk->nested);
	RSK_VEC_RELEASE(&walk->tasks);
	free(walk->open);
	free(walk->root);
	pthread_cond_destroy(&walk->wake);
	pthread_mutex_destroy(&walk->lock);
}

static bool can_prune(const struct rsk_globs *globs)
{
	for (size_t i = 0; i < globs->len; i++)
		if (rsk_slice_starts(globs->ptr[i], RSK_LIT("!")))
			return false;
	return true;
}

static enum rsk_err open_root(int *fd, char **real, const char *root)
{
	struct stat st;

	*fd = rsk_open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOTDIR)
		return lstat(root, &st) ? RSK_NOTFOUND : RSK_SPECIAL;
	if (*fd < 0)
		return errno == ENOENT ? RSK_NOTFOUND : RSK_IO;
	*real = rsk_realpath(root);
	return *real ? RSK_OK : RSK_IO;
}

/* The root stays pinned: every other folder can be reached from it. */
static void pin_top(struct rsk_walk *walk, int fd)
{
	struct rsk_folder *top = walk->top;

	walk->cap_open = 16;
	walk->open = rsk_alloc_array(walk->cap_open, sizeof(*walk->open));
	walk->open[walk->n_open++] = top;
	top->fd = fd;
	top->pins = 1;
	rsk_folder_keep(walk, top);
	*RSK_VEC_PUSH(&walk->tasks) = (struct rsk_task){ .folder = top };
}

enum rsk_err rsk_tree_walk(const char *root,
	const struct rsk_tree_options *options,
	const struct rsk_tree_visit *visit)
{
	struct rsk_walk walk = { .options = options, .visit = visit };
	struct rsk_walker *walkers = NULL;
	int fd = -1;
	enum rsk_err err = open_root(&fd, &walk.root, root);

	if (err) {
		rsk_at_close(fd);
		return err;
	}
	pthread_mutex_init(&walk.lock, NULL);
	pthread_cond_init(&walk.wake, NULL);
	walk.can_prune = can_prune(&options->exclude);
	walk.max_open = open_limit(options->jobs);
	walkers = rsk_alloc_array(options->jobs, sizeof(*walkers));
	for (unsigned i = 0; i < options->jobs; i++) {
		walkers[i].walk = &walk;
		walkers[i].number = i;
		walkers[i].ledger = &visit->ledgers[i];
		walkers[i].path = RSK_BUF_INIT(RSK_MAX_PATH_BYTES);
		walkers[i].entries = rsk_alloc(RSK_DIRENT_BYTES);
	}
	if (start_walk(&walkers[0])) {
		pin_top(&walk, fd);
		run_workers(&walk, walkers);
		note_nested(&walk);
	} else {
		rsk_at_close(fd);
	}
	err = (enum rsk_err)atomic_load(&walk.stop);
	for (unsigned i = 0; i < options->jobs; i++)
		release_walker(&walkers[i]);
	free(walkers);
	release_walk(&walk);
	return err;
}
