#ifndef RSK_SOURCE_HISTORY_H
#define RSK_SOURCE_HISTORY_H

#include "model/key.h"
#include "pack/walk.h"
#include "source/commit.h"
#include "source/repo.h"

/*
 * Where from: which commit first had something, at which path, who still has
 * it. Answered only for what was found, from the graph of all commits and one
 * walk over all trees.
 *
 *	err = rsk_history_new(&history, repo, walk, jobs);
 *	... walk commits and tags, give each to rsk_history_add() ...
 *	err = rsk_history_link(history, &diag);
 *	... for each thing found: item = rsk_history_item(history),
 *	    rsk_history_item_has(history, item, number of a blob) ...
 *	err = rsk_history_trees(history, &names);
 *	err = rsk_history_locate(history);
 *	... rsk_history_life(history, item) ...
 *	rsk_history_free(history);
 *
 * An item is a thing that is in one or more blobs (all versions of a file that
 * have one secret), or in a name. A commit has the item when one of these
 * blobs or names is in its tree.
 *
 * Nothing here is limited to what refs reach: grafts, replacements and a forged
 * list of shallow commits hide nothing. The order of commits is that of the
 * graph, whatever their dates say; dates decide only between commits that do
 * not know each other.
 *
 * Threads   rsk_history_add() may be called by the threads of a walk, each
 *           with its worker number; everything else by one thread.
 */
struct rsk_history;

#define RSK_NO_COMMIT UINT32_MAX

/* `repo` and `walk` must outlive it. */
RSK_MUST_CHECK enum rsk_err rsk_history_new(struct rsk_history **out,
	const struct rsk_repo *repo, struct rsk_walk *walk, unsigned jobs);
void rsk_history_free(struct rsk_history *history);

/* Take in a commit or a tag. RSK_CORRUPT: it is none; *commit is the commit
 * taken apart (may be NULL). */
RSK_MUST_CHECK enum rsk_err rsk_history_add(struct rsk_history *history,
	unsigned worker, const struct rsk_walk_object *object,
	struct rsk_commit *commit);

/* All are in: order them and read what refers to them. */
RSK_MUST_CHECK enum rsk_err rsk_history_link(
	struct rsk_history *history, struct rsk_diag *diag);

/* What a reader of the report should know; after rsk_history_link(). */
struct rsk_history_facts {
	uint32_t commits, tags, refs, broken_refs;
	uint32_t trees;  /* that were walked */
	uint32_t pruned; /* objects that only what no ref reaches names */
	/* Commits that refs reach whose parents or tree are not there. */
	uint32_t missing_parents, missing_trees;
	/* Commits that come from themselves, so that some have names that are
	 * not theirs: a parent is left out of each. */
	uint32_t circular;
	/* The first of each, for a report: the number of a commit, and the
	 * name of a ref with what is wrong with it. */
	uint32_t lacks_parent, lacks_tree, is_circular;
	const char *broken_ref;
	enum rsk_err broken_why;
	uint32_t broken_trees;
	bool shallow, grafts, replaced; /* git would hide or change commits */
};
struct rsk_history_facts rsk_history_facts(const struct rsk_history *history);

/* Commits have places from 0 on: parents come before their children. The place
 * of the commit with this number, or RSK_NO_COMMIT. */
uint32_t rsk_history_place(const struct rsk_history *history, uint32_t number);

/* The number of the commit at a place, for rsk_walk_oid(). */
uint32_t rsk_history_number(const struct rsk_history *history, uint32_t at);

/* What refers to a commit: RSK_ORIGIN_COMMIT, _STASH, _NOTE, _UNREACHABLE. */
enum rsk_origin rsk_history_origin(
	const struct rsk_history *history, uint32_t at);

/* The name of ref `i`, from 0 to facts.refs - 1. */
struct rsk_slice rsk_history_ref(const struct rsk_history *history, uint32_t i);

/*
 * The commit that a word means: a name or id as rsk_refs_resolve() takes, `@`
 * for HEAD, the beginning of an id (4 digits or more), and any of ^ ^N ~ ~N
 * behind it.
 *
 * RSK_NOTFOUND  nothing is called so, or the commit, a parent of it, is not
 *               here
 * RSK_LIMIT     the beginning of several ids
 * RSK_SYNTAX    not the form of one
 */
RSK_MUST_CHECK enum rsk_err rsk_history_revision(
	const struct rsk_history *history, struct rsk_slice word,
	struct rsk_oid *out);

/*
 * Ask what the commits introduce that `to` reaches and `from` (NULL: nothing)
 * does not: see `introduced` in struct rsk_life. RSK_NOTFOUND: one of them is
 * no commit of this repository.
 */
RSK_MUST_CHECK enum rsk_err rsk_history_range(struct rsk_history *history,
	const struct rsk_oid *from, const struct rsk_oid *to);

/* Is the commit in the range? All are when none was asked for. */
bool rsk_history_in_range(const struct rsk_history *history, uint32_t at);

/* Of the committer, since 1970; 0 when it cannot be told. */
int64_t rsk_history_seconds(const struct rsk_history *history, uint32_t at);

/* A new item, and what it is in. */
uint32_t rsk_history_item(struct rsk_history *history);
void rsk_history_item_has(
	struct rsk_history *history, uint32_t item, uint32_t number);
void rsk_history_item_named(
	struct rsk_history *history, uint32_t item, uint32_t name);

/*
 * Give what items are in to others as well: `into` has for each item made so
 * far the one that gets its blobs and names, or RSK_NO_ITEM.
 */
#define RSK_NO_ITEM UINT32_MAX
void rsk_history_item_unite(
	struct rsk_history *history, const uint32_t *into, size_t len);

/*
 * Walk all trees; linking may be under way in another thread. `name` is called
 * once for each different name of a tree entry, by one thread at a time,
 * with the number it has for rsk_history_item_named(); it returns whether any
 * item may be in the name, and may make items.
 */
struct rsk_history_names {
	bool (*name)(void *ctx, unsigned worker, struct rsk_slice name,
		uint32_t number);
	/* A tree that cannot be read or has no form; may be NULL. */
	void (*failed)(void *ctx, unsigned worker,
		const struct rsk_walk_failure *failure);
	/* One tree more was seen, by any thread; may be NULL. */
	void (*tree)(void *ctx, unsigned worker);
	void *ctx;
};
RSK_MUST_CHECK enum rsk_err rsk_history_trees(
	struct rsk_history *history, const struct rsk_history_names *names);

/*
 * After both, and when no item gets anything more but what it is united with:
 * tell `failed` what the trees that refs reach name and what is not there
 * (RSK_NOTFOUND).
 */
void rsk_history_missing(
	struct rsk_history *history, const struct rsk_history_names *names);

/* Find the life of every item. */
void rsk_history_locate(struct rsk_history *history);

enum { RSK_LIFE_REFS = 8 };

/* A path that an item had, and the object that was there. */
struct rsk_sight {
	struct rsk_slice path;
	uint32_t number; /* of the blob; of any object for a name */
};

struct rsk_life {
	uint32_t first;   /* place of the first commit that has it */
	uint32_t last;    /* the last one in order */
	uint32_t removed; /* the last one that no longer has it, while all its
			   * parents do; RSK_NO_COMMIT: none, or it is at HEAD
			   */
	uint32_t introduced; /* the first in the range that has it while none
			      * of its parents does; or RSK_NO_COMMIT */
	uint32_t commits;    /* that have it */
	enum rsk_origin origin;
	bool at_head;
	uint32_t refs;                     /* that reach a commit with it */
	uint32_t some_refs[RSK_LIFE_REFS]; /* the first ones by name */
	const struct rsk_sight *sights;    /* the one in `first` is first */
	size_t sights_len;
	bool more_sights; /* there are more than are listed */
};

/* Of an item in no commit: first is RSK_NO_COMMIT, there are no sights. */
const struct rsk_life *rsk_history_life(
	const struct rsk_history *history, uint32_t item);

/*
 * The story of an item: what a time line of it needs. Told for those that are
 * asked for, after rsk_history_locate():
 *
 *	struct rsk_story stories[] = { { .item = a }, { .item = b } };
 *
 *	rsk_history_stories(history, stories, 2);
 *
 * Each costs about as much as a few items do in rsk_history_locate(). What it
 * points to lives as long as the history.
 */
struct rsk_story_event {
	enum rsk_key_event_kind kind;
	uint32_t commit; /* its place */
	uint32_t sight;  /* of the life, or RSK_NO_SIGHT */
};

#define RSK_NO_SIGHT UINT32_MAX

/* What commits have the item at the path of a sight. */
struct rsk_story_path {
	uint32_t first, last; /* places, or RSK_NO_COMMIT: cannot be told */
	bool at_head;
};

enum rsk_ref_class {
	RSK_REF_BRANCH,
	RSK_REF_TAG,
	RSK_REF_REMOTE,
	RSK_REF_CLASSES,
};

/* Refs that reach a commit with the item; the first ones by name. */
struct rsk_story_refs {
	uint32_t total;
	uint32_t some[RSK_LIFE_REFS];
};

struct rsk_story {
	uint32_t item;                        /* asked for */
	const struct rsk_story_event *events; /* in the order of commits */
	size_t events_len;
	bool more_events;
	const struct rsk_story_path *paths; /* one for each of life->sights */
	struct rsk_story_refs refs[RSK_REF_CLASSES];
};

void rsk_history_stories(
	struct rsk_history *history, struct rsk_story *stories, size_t len);

#endif
