#ifndef RSK_PACK_PLAN_P_H
#define RSK_PACK_PLAN_P_H

#include "base/vec.h"
#include "pack/pack_p.h"

/*
 * The plan of a pack: a node for every object, in the order of their offsets,
 * linked to trees. All objects of a tree have the type of its root.
 */
#define RSK_NO_NODE UINT32_MAX

enum rsk_node_flags {
	RSK_NODE_OTHER = 1 << 0,  /* there is another copy somewhere */
	RSK_NODE_AGAIN = 1 << 1,  /* and it comes first */
	RSK_NODE_LOST = 1 << 2,   /* no full object at the end of its chain */
	RSK_NODE_NEEDED = 1 << 3, /* it, or something made from it, is shown */
};

struct rsk_node {
	uint64_t offset;
	uint32_t place;   /* in the index */
	uint32_t base;    /* RSK_NO_NODE: a full object */
	uint32_t child;   /* first one made from it */
	uint32_t sibling; /* next one made from its base */
	uint32_t weight;  /* needed nodes of its tree, itself included */
	uint8_t type;     /* an enum rsk_object_type; 0: lost */
	uint8_t flags;    /* enum rsk_node_flags */
};

struct rsk_plan {
	struct rsk_pack *pack;
	struct rsk_node *nodes;
	uint32_t len;
	uint32_t first;  /* number of the object at place 0 */
	const char *why; /* of a pack that cannot be used */
	enum rsk_err err;
};

/*
 * Make the plan, by `jobs` threads. `marks` has flags by place. The heaviest
 * child of each node comes last. On failure the plan is empty. The
 * pack must be loaded. RSK_NOMEM, RSK_IO, RSK_CHANGED.
 */
RSK_MUST_CHECK enum rsk_err rsk_plan_make(
	struct rsk_plan *plan, const uint8_t *marks, unsigned jobs);
void rsk_plan_release(struct rsk_plan *plan);

/* Is it shown here: not lost, and not in an earlier place as well? */
static inline bool rsk_node_is_shown(const struct rsk_node *node)
{
	return !(node->flags & (RSK_NODE_AGAIN | RSK_NODE_LOST));
}

/* The next needed child in the list that begins with `node`. */
uint32_t rsk_plan_needed(const struct rsk_plan *plan, uint32_t node);

/*
 * The node after `node` in its tree, or RSK_NO_NODE behind the last one below
 * `top`. A node comes before what is made from it.
 */
uint32_t rsk_plan_next(
	const struct rsk_plan *plan, uint32_t top, uint32_t node);

/* Where the entry of `node` ends. */
uint64_t rsk_plan_end(const struct rsk_plan *plan, uint32_t node);

#endif
