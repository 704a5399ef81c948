#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/at_p.h"
#include "source/walk_p.h"

struct rsk_folder *rsk_folder_new(struct rsk_walk *walk,
	struct rsk_folder *parent, struct rsk_zone *zone, struct rsk_slice name)
{
	struct rsk_folder *folder = rsk_alloc(sizeof(*folder) + name.len + 1);

	folder->parent = parent;
	folder->zone = zone;
	folder->name_len = (uint32_t)name.len;
	folder->path_len = folder->name_len;
	if (parent && parent->path_len)
		folder->path_len += parent->path_len + 1;
	folder->ruled_by = parent ? parent->ruled_by : NULL;
	folder->refs = folder->users = 1;
	folder->fd = -1;
	if (name.len)
		memcpy(folder->name, name.ptr, name.len);

	pthread_mutex_lock(&walk->lock);
	folder->id = ++walk->last_id;
	zone->refs++;
	if (parent) {
		parent->refs++;
		parent->users++;
	}
	pthread_mutex_unlock(&walk->lock);
	return folder;
}

static void forget_open(struct rsk_walk *walk, size_t i)
{
	rsk_at_close(walk->open[i]->fd);
	walk->open[i]->fd = -1;
	memmove(&walk->open[i], &walk->open[i + 1],
		(walk->n_open - i - 1) * sizeof(*walk->open));
	walk->n_open--;
}

/* Close it when nobody will ask for it again. */
static void close_unused(struct rsk_walk *walk, struct rsk_folder *folder)
{
	if (folder->fd < 0 || folder->users || folder->pins)
		return;
	for (size_t i = walk->n_open; i--;)
		if (walk->open[i] == folder) {
			forget_open(walk, i);
			return;
		}
}

/* The oldest is the one that is needed last. */
static bool close_oldest(struct rsk_walk *walk)
{
	for (size_t i = 0; i < walk->n_open; i++)
		if (!walk->open[i]->pins) {
			forget_open(walk, i);
			return true;
		}
	return false;
}

/* Upward as far as nothing is left to do. The caller holds the lock. */
static void drop_ref(struct rsk_walk *walk, struct rsk_folder *folder)
{
	while (folder && !--folder->refs) {
		struct rsk_folder *parent = folder->parent;

		folder->users = folder->pins = 0;
		close_unused(walk, folder);
		if (!--folder->zone->refs)
			rsk_zone_free(folder->zone);
		rsk_patterns_free(folder->patterns);
		free(folder);
		folder = parent;
	}
}

void rsk_folder_keep(struct rsk_walk *walk, struct rsk_folder *folder)
{
	pthread_mutex_lock(&walk->lock);
	folder->refs++;
	folder->users++;
	pthread_mutex_unlock(&walk->lock);
}

void rsk_folder_done(struct rsk_walk *walk, struct rsk_folder *folder)
{
	pthread_mutex_lock(&walk->lock);
	folder->users--;
	close_unused(walk, folder);
	drop_ref(walk, folder);
	pthread_mutex_unlock(&walk->lock);
}

void rsk_folder_opened(struct rsk_walk *walk, struct rsk_folder *folder)
{
	if (!folder->parent)
		return;
	pthread_mutex_lock(&walk->lock);
	folder->parent->users--;
	close_unused(walk, folder->parent);
	pthread_mutex_unlock(&walk->lock);
}

void rsk_folder_move(
	struct rsk_walk *walk, struct rsk_folder *folder, struct rsk_zone *zone)
{
	pthread_mutex_lock(&walk->lock);
	if (!--folder->zone->refs)
		rsk_zone_free(folder->zone);
	zone->refs++;
	pthread_mutex_unlock(&walk->lock);

	folder->zone = zone;
	folder->ruled_by = NULL;
	folder->begin = 0;
	folder->end = zone->index ? (uint32_t)zone->index->len : 0;
	folder->all_tracked = false;
	folder->ignores_nothing = false;
	folder->is_top = true;
	atomic_store(&folder->ignored, RSK_IGNORED_NO);
}

/* The nearest open folder above, pinned. The root is always open. */
static struct rsk_folder *pin_above(
	struct rsk_walk *walk, const struct rsk_folder *folder)
{
	struct rsk_folder *above = folder->parent;

	pthread_mutex_lock(&walk->lock);
	while (above->fd < 0)
		above = above->parent;
	above->pins++;
	pthread_mutex_unlock(&walk->lock);
	return above;
}

/* Out of descriptors: those of folders that wait can be had again later. */
static bool make_room(struct rsk_walk *walk)
{
	bool closed = false;

	if (errno != EMFILE && errno != ENFILE)
		return false;
	pthread_mutex_lock(&walk->lock);
	closed = close_oldest(walk);
	pthread_mutex_unlock(&walk->lock);
	return closed;
}

static enum rsk_err open_below(int *fd, struct rsk_walk *walk,
	const struct rsk_folder *folder, struct rsk_slice path)
{
	struct rsk_folder *above = pin_above(walk, folder);
	size_t start = above->path_len ? above->path_len + 1 : 0;
	struct rsk_slice below = rsk_slice_cut(path, start, path.len);
	char *text = rsk_alloc(below.len + 1);
	enum rsk_err err;

	memcpy(text, below.ptr, below.len);
	do
		err = rsk_at_open(fd, above->fd, text, O_RDONLY | O_DIRECTORY);
	while (err == RSK_IO && make_room(walk));

	int why = errno;
	free(text);
	rsk_folder_unpin(walk, above);
	errno = why;
	return err;
}

static void remember_open(
	struct rsk_walk *walk, struct rsk_folder *folder, int fd)
{
	if (folder->fd >= 0) {
		rsk_at_close(fd);
		return;
	}
	if (walk->n_open >= walk->max_open)
		close_oldest(walk);
	if (walk->n_open == walk->cap_open) {
		walk->cap_open = walk->cap_open * 2 + 16;
		walk->open = rsk_realloc_array(
			walk->open, walk->cap_open, sizeof(*walk->open));
	}
	walk->open[walk->n_open++] = folder;
	folder->fd = fd;
}

enum rsk_err rsk_folder_pin(int *fd, struct rsk_walk *walk,
	struct rsk_folder *folder, struct rsk_slice path)
{
	int opened = -1;
	enum rsk_err err;

	pthread_mutex_lock(&walk->lock);
	folder->pins++;
	*fd = folder->fd;
	pthread_mutex_unlock(&walk->lock);
	if (*fd >= 0)
		return RSK_OK;

	err = open_below(&opened, walk, folder, path);
	int why = errno;
	pthread_mutex_lock(&walk->lock);
	if (!err)
		remember_open(walk, folder, opened);
	else
		folder->pins--;
	*fd = folder->fd;
	pthread_mutex_unlock(&walk->lock);
	errno = why;
	return err;
}

void rsk_folder_unpin(struct rsk_walk *walk, struct rsk_folder *folder)
{
	pthread_mutex_lock(&walk->lock);
	folder->pins--;
	close_unused(walk, folder);
	pthread_mutex_unlock(&walk->lock);
}
