#include <stdlib.h>

#include "base/mem.h"
#include "source/history_p.h"

/*
 * From items to commits. Items are taken in batches, one bit each: a tree has
 * the bits of its entries, a commit those of its tree, and one run over the
 * commits in their order says who was first, who was last, and who has what
 * in its past. So the cost is that of the trees which lead to an item, times
 * the number of batches.
 */
enum { WORDS = 4, BATCH = 64 * WORDS };

struct mask {
	uint64_t words[WORDS];
};

/* An entry of a tree that leads to an item. */
struct edge {
	uint32_t child; /* place in `trees`, or RSK_NONE */
	uint32_t pair;
};

/* A tree that leads to an item. Those below it come before it. */
struct lead {
	uint32_t number;
	uint32_t edges, edges_len;
};

struct path_node {
	uint32_t up; /* RSK_NONE: at the top */
	uint32_t name;
};

enum { PATHS_MAX = 32 };

/* Paths that an object has. */
struct paths {
	uint32_t len;
	uint32_t *ptr; /* path nodes */
	bool more;
};

struct locating {
	struct rsk_history *history;
	uint32_t *lead_of; /* by number: place in `leads`, or RSK_NONE */
	RSK_VEC(struct lead) leads;
	RSK_VEC(struct edge) edges;

	/* The batch at work. */
	uint32_t first_item;
	struct mask *in_lead;   /* by lead */
	struct mask *in_commit; /* by place: in its tree */
	struct mask *in_past;   /* by place: in it or one before it */
	struct mask *blobs;     /* by holder; see holder_of() */
	struct mask *names;
};

void rsk_history_item_has(
	struct rsk_history *history, uint32_t item, uint32_t number)
{
	history->holds[number / 8] |= (uint8_t)(1U << number % 8);
	*RSK_VEC_PUSH(&history->in_blobs) =
		(struct rsk_holding){ number, item };
}

void rsk_history_item_named(
	struct rsk_history *history, uint32_t item, uint32_t name)
{
	*RSK_VEC_PUSH(&history->in_names) = (struct rsk_holding){ name, item };
}

uint32_t rsk_history_item(struct rsk_history *history)
{
	RSK_VEC_PUSH(&history->items)->life = (struct rsk_life){
		.first = RSK_NO_COMMIT,
		.last = RSK_NO_COMMIT,
		.removed = RSK_NO_COMMIT,
		.origin = RSK_ORIGIN_UNREACHABLE,
	};
	return (uint32_t)history->items.len - 1;
}

const struct rsk_life *rsk_history_life(
	const struct rsk_history *history, uint32_t item)
{
	return &history->items.ptr[item].life;
}
