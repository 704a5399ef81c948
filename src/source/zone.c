#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "source/at_p.h"
#include "source/repo_p.h"
#include "source/walk_p.h"

struct rsk_zone *rsk_zone_new(size_t start)
{
	struct rsk_zone *zone = rsk_alloc(sizeof(*zone));

	zone->start = start;
	return zone;
}

void rsk_zone_free(struct rsk_zone *zone)
{
	if (!zone)
		return;
	rsk_index_free(zone->index);
	rsk_patterns_free(zone->exclude);
	free(zone);
}

/* An exclude file that is none has no patterns, as in git. */
static enum rsk_err load_exclude(
	struct rsk_zone *zone, const struct rsk_repo *repo)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_IGNORE_BYTES);
	enum rsk_err err = rsk_at_read(&text, repo->common_fd, "info/exclude");

	if (!err)
		err = rsk_patterns_new(&zone->exclude, rsk_buf_slice(&text),
			zone->ignore_case);
	else if (err != RSK_TOOBIG && err != RSK_IO)
		err = RSK_OK;
	rsk_buf_release(&text);
	zone->ignores_nothing = err != RSK_OK;
	return err == RSK_IO ? err : RSK_OK;
}

enum rsk_err rsk_zone_load(struct rsk_zone *zone, const struct rsk_repo *repo,
	struct rsk_diag *diag)
{
	enum rsk_err err = rsk_index_open(&zone->index, repo, diag);

	if (err && err != RSK_NOTFOUND)
		return err;
	zone->ignore_case = repo->ignore_case;
	zone->has_repo = true;
	return load_exclude(zone, repo);
}

enum rsk_err rsk_zone_read_ignore(struct rsk_folder *folder, int fd)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_IGNORE_BYTES);
	enum rsk_err err = rsk_file_read_at(&text, fd, ".gitignore");

	if (!err)
		err = rsk_patterns_new(&folder->patterns, rsk_buf_slice(&text),
			folder->zone->ignore_case);
	else if (err != RSK_TOOBIG && err != RSK_IO)
		err = RSK_OK;
	rsk_buf_release(&text);
	if (folder->patterns)
		folder->ruled_by = folder;
	folder->ignores_nothing |= err != RSK_OK;
	return err;
}

static enum rsk_opinion ask(struct rsk_patterns *patterns,
	struct rsk_slice path, size_t start, bool is_folder)
{
	enum rsk_opinion opinion = RSK_OPINION_NONE;

	/* No memory for an answer: what is not ignored is scanned. */
	if (rsk_patterns_ask(&opinion, patterns,
		    rsk_slice_cut(path, start, path.len), is_folder))
		return RSK_OPINION_INCLUDED;
	return opinion;
}

/* What the ignore files say of `path`, an entry of `folder`, by itself. */
static bool files_ignore(
	const struct rsk_folder *folder, struct rsk_slice path, bool is_folder)
{
	const struct rsk_zone *zone = folder->zone;
	enum rsk_opinion opinion = RSK_OPINION_NONE;

	for (const struct rsk_folder *f = folder->ruled_by;
		f && opinion == RSK_OPINION_NONE;
		f = f->is_top ? NULL : f->parent->ruled_by)
		opinion = ask(f->patterns, path,
			f->path_len ? f->path_len + 1 : 0, is_folder);
	if (opinion == RSK_OPINION_NONE && zone->exclude)
		opinion = ask(zone->exclude, path, zone->start, is_folder);
	return opinion == RSK_OPINION_IGNORED;
}

/*
 * A folder with tracked files in it is walked without asking. That it is
 * ignored only matters when something in it is not tracked.
 */
static bool folder_is_ignored(struct rsk_walker *walker,
	struct rsk_folder *folder, struct rsk_slice path)
{
	walker->chain.len = 0;
	while (atomic_load(&folder->ignored) == RSK_IGNORED_UNKNOWN) {
		*RSK_VEC_PUSH(&walker->chain) = folder;
		folder = folder->parent;
	}

	bool ignored = atomic_load(&folder->ignored) == RSK_IGNORED_YES;
	while (walker->chain.len) {
		folder = walker->chain.ptr[--walker->chain.len];
		ignored =
			ignored ||
			files_ignore(folder->parent,
				rsk_slice_cut(path, 0, folder->path_len), true);
		atomic_store(&folder->ignored,
			ignored ? RSK_IGNORED_YES : RSK_IGNORED_NO);
	}
	return ignored;
}

bool rsk_zone_ignores(struct rsk_walker *walker, struct rsk_folder *folder,
	struct rsk_slice path, bool is_folder)
{
	if (!folder->zone->has_repo || folder->zone->ignores_nothing ||
		folder->ignores_nothing)
		return false;
	return folder_is_ignored(walker, folder, path) ||
	       files_ignore(folder, path, is_folder);
}
