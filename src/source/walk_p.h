#ifndef RSK_SOURCE_WALK_P_H
#define RSK_SOURCE_WALK_P_H

#include <pthread.h>
#include <stdatomic.h>

#include "source/ignore_p.h"
#include "source/index_p.h"
#include "source/tree.h"

/*
 * The parts of the tree walk: folders (folder.c), the repositories they lie
 * in (zone.c), the threads (walker.c), and
 * the start and end (tree.c).
 *
 * Paths of the walk begin at the work tree of the repository around the root,
 * or at the root when there is none, and have no slash at either end. Folders
 * form a tree that is alive from the root to whatever is still to be done.
 */

/* A repository's part of the walk; also the part that is in none. */
struct rsk_zone {
	struct rsk_index *index; /* NULL: nothing is tracked */
	struct rsk_patterns *exclude;
	bool has_repo;
	bool ignore_case;
	bool ignores_nothing; /* info/exclude is over our limits */
	size_t start;         /* [walk path] where paths of the index begin */
	uint32_t refs;        /* folders in it; under the walk's lock */
};

enum rsk_ignored {
	RSK_IGNORED_UNKNOWN, /* nobody needed to know */
	RSK_IGNORED_NO,
	RSK_IGNORED_YES,
};

struct rsk_folder {
	struct rsk_folder *parent;
	struct rsk_zone *zone;
	struct rsk_patterns *patterns; /* its .gitignore; may be NULL */
	struct rsk_folder *ruled_by;   /* nearest with patterns in the zone */
	uint64_t id;                   /* never used again */
	uint32_t begin, end;           /* index entries below it */
	uint32_t path_len;             /* [walk path] */
	uint32_t name_len;
	atomic_uchar ignored; /* enum rsk_ignored */
	bool all_tracked;     /* an entry of a sparse index covers it */
	bool ignores_nothing; /* patterns over our limits: all is scanned */
	bool is_top;          /* of a zone */

	/* Under the walk's lock. */
	uint32_t refs;  /* children and tasks */
	uint32_t users; /* children to open and tasks: they need `fd` */
	uint32_t pins;  /* threads using `fd` now */
	int fd;         /* -1: closed, perhaps to be opened again */
	char name[];    /* NUL-terminated */
};

/* List a folder, or visit some of its entries. */
struct rsk_task {
	struct rsk_folder *folder;
	uint8_t *entries; /* owned struct dirent64 records; NULL: list it */
	size_t len;
};

struct rsk_walk {
	const struct rsk_tree_options *options;
	const struct rsk_tree_visit *visit;
	char *root;        /* real path */
	size_t root_start; /* [walk path] where what the caller sees begins */
	struct rsk_folder *top;
	bool can_prune;       /* no `!pattern` among the excluded */
	atomic_int stop;      /* what ended the walk early */
	atomic_uint hungry;   /* threads without work */
	pthread_mutex_t lock; /* all below, and the folders' counts */
	pthread_cond_t wake;
	RSK_VEC(struct rsk_task) tasks;
	RSK_VEC(char *) nested;   /* repositories in the tree, for the notes */
	struct rsk_folder **open; /* folders with an fd, oldest first */
	size_t n_open, max_open, cap_open;
	unsigned workers;
	uint64_t last_id;
	bool done;
};

struct rsk_walker {
	struct rsk_walk *walk;
	struct rsk_coverage *ledger;
	unsigned number;
	RSK_VEC(struct rsk_task) tasks;     /* its own, newest first */
	RSK_VEC(struct rsk_folder *) chain; /* scratch */
	struct rsk_buf path;
	uint64_t path_of; /* id of the folder that `path` names */
	uint8_t *entries; /* RSK_DIRENT_BYTES */
};

/* --- folder.c ----------------------------------------------------------- */

/*
 * A new folder in `parent` (NULL: the first one), with one task to come: one
 * reference and one user, which rsk_folder_done() gives back.
 */
struct rsk_folder *rsk_folder_new(struct rsk_walk *walk,
	struct rsk_folder *parent, struct rsk_zone *zone,
	struct rsk_slice name);

/* One task more or less on it. */
void rsk_folder_keep(struct rsk_walk *walk, struct rsk_folder *folder);
void rsk_folder_done(struct rsk_walk *walk, struct rsk_folder *folder);

/* Put it into another zone, that of a repository it is the top of. */
void rsk_folder_move(struct rsk_walk *walk, struct rsk_folder *folder,
	struct rsk_zone *zone);

/*
 * Have it open as *fd until rsk_folder_unpin(). `path` is its path.
 * As rsk_at_open().
 */
RSK_MUST_CHECK enum rsk_err rsk_folder_pin(int *fd, struct rsk_walk *walk,
	struct rsk_folder *folder, struct rsk_slice path);
void rsk_folder_unpin(struct rsk_walk *walk, struct rsk_folder *folder);

/* It was opened once: its parent need not stay open for it. */
void rsk_folder_opened(struct rsk_walk *walk, struct rsk_folder *folder);

/* --- zone.c ------------------------------------------------------------- */

struct rsk_zone *rsk_zone_new(size_t start);
void rsk_zone_free(struct rsk_zone *zone);

/* Fill `zone` from the repository. As rsk_index_open(), but no index is fine.
 */
RSK_MUST_CHECK enum rsk_err rsk_zone_load(struct rsk_zone *zone,
	const struct rsk_repo *repo, struct rsk_diag *diag);

/* Read the .gitignore of an open folder. RSK_IO, or it is over our limits; then
 * nothing below the folder counts as ignored. */
RSK_MUST_CHECK enum rsk_err rsk_zone_read_ignore(
	struct rsk_folder *folder, int fd);

/*
 * Would git ignore the entry `path` of `folder`, not being tracked? `chain`
 * is scratch memory.
 */
bool rsk_zone_ignores(struct rsk_walker *walker, struct rsk_folder *folder,
	struct rsk_slice path, bool is_folder);

/* --- walker.c ----------------------------------------------------------- */

/* A thread: work until nothing is left. `arg` is its struct rsk_walker. */
void *rsk_walker_work(void *arg);

/* A gap about the folder that walker->path names. */
void rsk_walker_gap(struct rsk_walker *walker, enum rsk_gap_class class,
	const char *detail);

/* The words for an error; those of errno for RSK_IO. */
const char *rsk_walker_why(enum rsk_err err);

void rsk_walk_free_task(struct rsk_walk *walk, struct rsk_task *task);

#endif
