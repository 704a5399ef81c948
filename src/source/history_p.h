#ifndef RSK_SOURCE_HISTORY_P_H
#define RSK_SOURCE_HISTORY_P_H

#include <pthread.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "source/history.h"

/*
 * Inside a history. history.c has the graph of commits, history_trees.c the
 * walk over trees, history_entries.c what their entries name, history_locate.c
 * what all of it together says.
 */
#define RSK_NONE UINT32_MAX

/* Who reaches a commit. */
enum rsk_reach {
	RSK_REACH_REF = 1 << 0, /* HEAD, branches, tags, remotes, others */
	RSK_REACH_STASH = 1 << 1,
	RSK_REACH_NOTE = 1 << 2,
};

struct rsk_graph_commit {
	uint32_t number;
	uint32_t tree;                 /* number, or RSK_NONE */
	uint32_t parents, parents_len; /* into rsk_history.parents */
	int64_t seconds;               /* of the committer */
	uint8_t reach;                 /* enum rsk_reach */
	bool lacks_parent, lacks_tree; /* named, but not there */
};

struct rsk_graph_tag {
	uint32_t number, target;
};

struct rsk_graph_ref {
	const char *name;
	uint32_t number; /* of the object it names */
	uint32_t place;  /* of the commit it leads to, or RSK_NONE */
	uint8_t reach;
};

/* The name of an entry. */
struct rsk_known_name {
	struct rsk_slice text; /* .ptr is NULL: none */
	uint32_t number;
	bool matters; /* an item may be in it */
};

/* An entry of a tree, met lately: most are in thousands of trees. */
struct rsk_seen_entry {
	const uint8_t *name; /* NULL: none */
	uint32_t name_len;
	uint32_t kind;    /* bits of the mode that say so */
	uint32_t pair;    /* to be kept, or RSK_NONE */
	uint8_t head[12]; /* of the id */
};

/*
 * An object under a name: what a tree entry is. What is missing has the
 * numbers from rsk_history.numbers on.
 */
struct rsk_pair {
	uint32_t child; /* number */
	uint32_t name;
};

typedef RSK_VEC(struct rsk_pair) rsk_pairs_met;

/* Ids that commits name, until there are enough to be found together. */
enum { RSK_WANTED = 32 };

struct rsk_wanted {
	struct rsk_oid oids[RSK_WANTED];
	struct {
		uint32_t at; /* place in `parents`, or of the commit */
		bool is_tree;
	} whose[RSK_WANTED];
	size_t len;
};

/* An entry of a tree that may lead to an item. */
struct rsk_kept_entry {
	uint32_t at; /* where in the tree it begins */
	uint32_t pair;
};

typedef RSK_VEC(struct rsk_kept_entry) rsk_kept_entries;

/* The same for entries of trees; see history_entries_p.h. */
struct rsk_wanted_entries {
	struct rsk_oid oids[RSK_WANTED];
	struct rsk_wanted_entry {
		rsk_kept_entries *kept; /* where its pair has to go */
		size_t place;
		struct rsk_known_name name;
		struct rsk_seen_entry *seen; /* the same */
		uint32_t kind;
		bool is_tree;
	} whose[RSK_WANTED];
	size_t len;
};

/* What one thread of a walk has seen. */
struct rsk_history_worker {
	struct rsk_wanted wanted;
	struct rsk_wanted_entries wanted_entries;
	RSK_VEC(struct rsk_graph_commit) commits;
	RSK_VEC(uint32_t) parents; /* numbers */
	RSK_VEC(struct rsk_graph_tag) tags;
	uint32_t broken_trees;
	uint32_t trees;
	struct rsk_arena arena;       /* lists of tree entries */
	struct rsk_known_name *known; /* lately */
	struct rsk_seen_entry *seen;
	rsk_pairs_met pairs;  /* until they are gathered */
	uint32_t *pair_slots; /* places of pairs by their hash, or RSK_NONE */
	size_t pair_cap;      /* a power of two, or 0 */
	RSK_APART;
};

/* An object that a tree names and that is not there. */
struct rsk_missing {
	struct rsk_oid oid;
	bool is_tree;
	bool needed; /* refs reach a tree that names it */
};

/* The entries of a tree that may lead to an item, as numbers of pairs. */
struct rsk_pairs {
	uint32_t len;
	uint32_t pairs[];
};

/* An item in an object, or in a name. */
struct rsk_holding {
	uint32_t holder; /* number of the blob or the name */
	uint32_t item;
};

struct rsk_history {
	const struct rsk_repo *repo;
	struct rsk_walk *walk;
	unsigned jobs;
	uint32_t numbers;
	struct rsk_history_worker *workers;
	struct rsk_history_facts facts;

	/* The graph, in topological order once linked. */
	RSK_VEC(struct rsk_graph_commit) commits;
	RSK_VEC(uint32_t) parents; /* places once linked */
	RSK_VEC(struct rsk_graph_tag) tags;
	RSK_VEC(struct rsk_graph_ref) refs;
	uint32_t *place_of; /* by number */
	uint32_t head;      /* place, or RSK_NONE */
	struct rsk_arena refs_arena;
	bool *in_range; /* by place; NULL: all are */

	/* Trees. */
	pthread_mutex_t lock; /* for what follows, while trees are walked;
				 linking may go on at the same time */
	struct rsk_map names_map;
	RSK_VEC(struct rsk_slice) names;
	RSK_VEC(bool) name_matters;
	rsk_pairs_met pairs;
	struct rsk_map missing_map; /* ids of children that are not there */
	RSK_VEC(struct rsk_missing) missing;
	struct rsk_pairs **lists; /* by number, NULL: no such entries */
	uint8_t *holds;           /* by number, bits: has an item */
	struct rsk_arena arena;

	RSK_VEC(struct rsk_life) items;
	RSK_VEC(struct rsk_holding) in_blobs;
	RSK_VEC(struct rsk_holding) in_names;
	struct locating *located; /* by history_locate.c; NULL before */
};

/* Which trees lead to items? Items may be united after it, no more. */
void rsk_history_lead(struct rsk_history *history);

/* Forget what history_locate.c found out besides lives. */
void rsk_history_unlocate(struct rsk_history *history);

#endif
