#include "pack/plan_p.h"

#include <assert.h>
#include <stdlib.h>

#include "base/aside.h"
#include "base/limits.h"
#include "base/mem.h"
#include "pack/reader_p.h"

/* Sorting by offset: a radix sort, since there may be millions. */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

struct sorted {
	uint64_t offset;
	uint32_t place;
};

_Static_assert(sizeof(struct sorted) <= sizeof(struct rsk_node),
	"make_nodes() sorts in the room of the nodes");

static void sort_digit(const struct sorted *from, struct sorted *to, size_t len,
	unsigned shift)
{
	size_t begins[DIGITS] = { 0 };
	size_t begin = 0;

	for (size_t i = 0; i < len; i++)
		begins[(from[i].offset >> shift) % DIGITS]++;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t count = begins[d];

		begins[d] = begin;
		begin += count;
	}
	for (size_t i = 0; i < len; i++)
		to[begins[(from[i].offset >> shift) % DIGITS]++] = from[i];
}

/* Both arrays have `len` elements; the sorted one is returned. */
static struct sorted *sort(
	struct sorted *a, struct sorted *b, size_t len, uint64_t largest)
{
	for (unsigned shift = 0; largest;
		shift += DIGIT_BITS, largest >>= DIGIT_BITS) {
		struct sorted *c = a;

		sort_digit(a, b, len, shift);
		a = b;
		b = c;
	}
	return a;
}

/* rsk_pack_load() has looked at all of them. */
static uint64_t offset_of(const struct rsk_pack *pack, uint32_t place)
{
	uint64_t offset = 0;
	enum rsk_err err = rsk_pack_offset(pack, place, &offset);

	assert(!err);
	return offset;
}

static enum rsk_err make_nodes(struct rsk_plan *plan, const uint8_t *marks)
{
	struct rsk_pack *pack = plan->pack;
	size_t len = pack->count;
	struct sorted *a;

	if (!len)
		return RSK_OK;
	a = calloc(len, sizeof(*a));
	plan->nodes = calloc(len, sizeof(*plan->nodes));
	if (!a || !plan->nodes) {
		free(a);
		return RSK_NOMEM;
	}
	rsk_mem_scattered(plan->nodes, len * sizeof(*plan->nodes));
	for (uint32_t i = 0; i < len; i++)
		a[i] = (struct sorted){ offset_of(pack, i), i };

	/* The nodes' own room serves for sorting, and they are made from the
	 * last one on: none is written over what is still to be read. */
	struct sorted *done =
		sort(a, (struct sorted *)plan->nodes, len, pack->size);
	for (size_t i = len; i-- > 0;) {
		const struct sorted from = done[i];

		plan->nodes[i] = (struct rsk_node){
			.offset = from.offset,
			.place = from.place,
			.base = RSK_NO_NODE,
			.child = RSK_NO_NODE,
			.flags = marks[from.place],
		};
	}
	plan->len = pack->count;
	free(a);
	return RSK_OK;
}

uint64_t rsk_plan_end(const struct rsk_plan *plan, uint32_t node)
{
	uint64_t offset = plan->nodes[node].offset;

	/* A broken index may name one offset twice. */
	while (node < plan->len && plan->nodes[node].offset == offset)
		node++;
	return node < plan->len ? plan->nodes[node].offset
				: rsk_pack_end(plan->pack);
}

/* Linking */

/* From `low` on. The node at `high`, or one before it, has an offset that is at
 * least as large. */
static uint32_t node_at(const struct rsk_plan *plan, uint64_t offset,
	uint32_t low, uint32_t high)
{
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (plan->nodes[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return plan->nodes[low].offset == offset ? low : RSK_NO_NODE;
}

/* Most bases stand a few objects before what is made from them. */
static uint32_t node_before(
	const struct rsk_plan *plan, uint64_t offset, uint32_t node)
{
	uint32_t back = 8;

	while (back < node && plan->nodes[node - back].offset > offset)
		back *= 2;
	return node_at(plan, offset, back < node ? node - back : 0, node);
}

static uint32_t base_of(const struct rsk_plan *plan,
	const struct rsk_entry *entry, uint32_t node)
{
	uint32_t place = 0;

	if (entry->kind == RSK_ENTRY_OFS_DELTA)
		return node_before(plan, entry->base, node);
	if (rsk_pack_find(plan->pack, &entry->base_oid, &place))
		return RSK_NO_NODE;
	return node_at(plan, offset_of(plan->pack, place), 0, plan->len);
}

static void link_node(
	struct rsk_plan *plan, uint32_t number, struct rsk_slice head)
{
	struct rsk_node *node = &plan->nodes[number];
	struct rsk_entry entry;

	if (rsk_entry_parse(&entry, head, node->offset, plan->pack->oid_len)) {
		node->flags |= RSK_NODE_LOST;
		return;
	}
	if (entry.kind < RSK_ENTRY_OFS_DELTA) {
		node->type = entry.kind;
		return;
	}
	node->base = base_of(plan, &entry, number);
	if (node->base == RSK_NO_NODE)
		node->flags |= RSK_NODE_LOST;
}

/* Heads are read by several threads, each those of a stretch of the nodes. */
struct heads {
	struct rsk_plan *plan;
	uint32_t begin, end;
	enum rsk_err err;
	struct rsk_aside aside;
};

/* The head of an entry that is read soon; heads are about a line apart. */
static void fetch_head(const struct heads *heads, uint32_t node)
{
	enum { AHEAD = 16 };
	const struct rsk_plan *plan = heads->plan;

	if (plan->pack->mapped && node + AHEAD < heads->end)
		__builtin_prefetch(rsk_mapped_bytes(plan->pack->mapped) +
				   plan->nodes[node + AHEAD].offset);
}

static void read_some(void *arg)
{
	struct heads *heads = arg;
	struct rsk_plan *plan = heads->plan;
	struct rsk_reader reader;

	rsk_reader_init(&reader);
	for (uint32_t i = heads->begin; !heads->err && i < heads->end; i++) {
		struct rsk_slice head;

		fetch_head(heads, i);
		heads->err = rsk_reader_get(&reader, plan->pack,
			plan->nodes[i].offset, RSK_ENTRY_MAX, &head);
		if (!heads->err)
			link_node(plan, i, head);
	}
	rsk_reader_release(&reader);
}

/* The calling thread reads the first stretch, once the others are at work. */
static enum rsk_err read_heads(struct rsk_plan *plan, unsigned jobs)
{
	struct heads *all = rsk_alloc_array(jobs, sizeof(*all));
	enum rsk_err err = RSK_OK;

	for (unsigned i = jobs; i-- > 0;) {
		all[i].plan = plan;
		all[i].begin = (uint32_t)((uint64_t)plan->len * i / jobs);
		all[i].end = (uint32_t)((uint64_t)plan->len * (i + 1) / jobs);
		rsk_aside_begin(&all[i].aside, i > 0, read_some, &all[i]);
	}
	for (unsigned i = 0; i < jobs; i++) {
		rsk_aside_end(&all[i].aside);
		err = err ? err : all[i].err;
	}
	free(all);
	return err;
}

/* Types */

enum { UNKNOWN = 0, ON_THE_WAY = 0xff };

/*
 * Give `start` and all on its way to a known one their type. A chain that
 * comes back to itself has none.
 */
static void resolve_type(struct rsk_plan *plan, uint32_t start)
{
	struct rsk_node *nodes = plan->nodes;
	uint32_t at = start;
	uint8_t type;

	while (nodes[at].type == UNKNOWN &&
		!(nodes[at].flags & RSK_NODE_LOST)) {
		nodes[at].type = ON_THE_WAY;
		at = nodes[at].base;
	}
	type = nodes[at].type == ON_THE_WAY ? UNKNOWN : nodes[at].type;
	for (at = start; nodes[at].type == ON_THE_WAY; at = nodes[at].base) {
		nodes[at].type = type;
		if (!type)
			nodes[at].flags |= RSK_NODE_LOST;
	}
}

/* From the last one on, so that the lists of children have rising offsets. */
static void link_child(struct rsk_plan *plan, uint32_t number)
{
	struct rsk_node *node = &plan->nodes[number];

	node->sibling = RSK_NO_NODE;
	if (node->base == RSK_NO_NODE)
		return;
	node->sibling = plan->nodes[node->base].child;
	plan->nodes[node->base].child = number;
}

uint32_t rsk_plan_next(const struct rsk_plan *plan, uint32_t top, uint32_t node)
{
	const struct rsk_node *nodes = plan->nodes;

	if (nodes[node].child != RSK_NO_NODE)
		return nodes[node].child;
	while (node != top && nodes[node].sibling == RSK_NO_NODE)
		node = nodes[node].base;
	return node == top ? RSK_NO_NODE : nodes[node].sibling;
}

/* Weights */

uint32_t rsk_plan_needed(const struct rsk_plan *plan, uint32_t node)
{
	while (node != RSK_NO_NODE &&
		!(plan->nodes[node].flags & RSK_NODE_NEEDED))
		node = plan->nodes[node].sibling;
	return node;
}

/* Move the heaviest of a node's children to the end of their list. */
static void heaviest_last(struct rsk_plan *plan, struct rsk_node *node)
{
	struct rsk_node *nodes = plan->nodes;
	uint32_t *link = &node->child;
	uint32_t *heaviest = link;

	if (*link == RSK_NO_NODE || nodes[*link].sibling == RSK_NO_NODE)
		return;
	for (; *link != RSK_NO_NODE; link = &nodes[*link].sibling)
		if (nodes[*link].weight >= nodes[*heaviest].weight)
			heaviest = link;

	uint32_t moved = *heaviest;
	if (nodes[moved].sibling == RSK_NO_NODE)
		return;
	*heaviest = nodes[moved].sibling;
	nodes[moved].sibling = RSK_NO_NODE;
	*link = moved;
}

/* All below `node` are done: add it to its base. */
static void finish(struct rsk_plan *plan, uint32_t at)
{
	struct rsk_node *node = &plan->nodes[at];

	heaviest_last(plan, node);
	if (node->weight || rsk_node_is_shown(node)) {
		node->weight++;
		node->flags |= RSK_NODE_NEEDED;
	}
	if (node->base != RSK_NO_NODE)
		plan->nodes[node->base].weight += node->weight;
}

/* What hangs on a chain that is too long is lost. */
static void limit_depth(struct rsk_node *node, uint32_t depth)
{
	if (depth > RSK_MAX_DELTA_CHAIN)
		node->flags |= RSK_NODE_LOST;
}

/*
 * Finish `at` and the bases whose last child that was; the node to go on with,
 * or RSK_NO_NODE when `root` is finished. Finishing reorders children, never
 * siblings.
 */
static uint32_t finish_up(
	struct rsk_plan *plan, uint32_t root, uint32_t at, uint32_t *depth)
{
	const struct rsk_node *nodes = plan->nodes;

	finish(plan, at);
	while (at != root && nodes[at].sibling == RSK_NO_NODE) {
		at = nodes[at].base;
		--*depth;
		finish(plan, at);
	}
	return at == root ? RSK_NO_NODE : nodes[at].sibling;
}

/* From the leaves up, without a stack: every node knows its base. */
static void weigh_tree(struct rsk_plan *plan, uint32_t root)
{
	struct rsk_node *nodes = plan->nodes;
	uint32_t depth = 0;

	for (uint32_t at = root; at != RSK_NO_NODE;) {
		limit_depth(&nodes[at], depth);
		if (nodes[at].child == RSK_NO_NODE) {
			at = finish_up(plan, root, at, &depth);
		} else {
			at = nodes[at].child;
			depth++;
		}
	}
}

/* Any pack: bases may come anywhere, and go in circles. */
static void weigh_any(struct rsk_plan *plan)
{
	for (uint32_t i = 0; i < plan->len; i++)
		resolve_type(plan, i);
	for (uint32_t i = plan->len; i-- > 0;)
		link_child(plan, i);
	for (uint32_t i = 0; i < plan->len; i++)
		if (plan->nodes[i].base == RSK_NO_NODE && plan->nodes[i].type)
			weigh_tree(plan, i);
}

/* Packs as git writes them */

/*
 * Give all their type, if each base comes before what is made from it. Depths
 * are kept in `sibling`, which is still 0 in all.
 */
static bool has_plain_types(struct rsk_plan *plan)
{
	struct rsk_node *nodes = plan->nodes;

	for (uint32_t i = 0; i < plan->len; i++) {
		struct rsk_node *node = &nodes[i];

		if (node->base == RSK_NO_NODE)
			continue;
		if (node->base >= i)
			return false;
		node->sibling = nodes[node->base].sibling + 1;
		limit_depth(node, node->sibling);
		node->type = nodes[node->base].type;
		if (node->type == UNKNOWN)
			node->flags |= RSK_NODE_LOST;
	}
	return true;
}

/* Then all that is made from a node is done before the node is reached. */
static void weigh_plain(struct rsk_plan *plan)
{
	for (uint32_t i = plan->len; i-- > 0;) {
		finish(plan, i);
		link_child(plan, i);
	}
}

/* Together */

enum rsk_err rsk_plan_make(
	struct rsk_plan *plan, const uint8_t *marks, unsigned jobs)
{
	enum rsk_err err = make_nodes(plan, marks);

	if (!err)
		err = read_heads(plan, jobs);
	if (err) {
		rsk_plan_release(plan);
		return err;
	}
	if (has_plain_types(plan))
		weigh_plain(plan);
	else
		weigh_any(plan);
	return RSK_OK;
}

void rsk_plan_release(struct rsk_plan *plan)
{
	free(plan->nodes);
	plan->nodes = NULL;
	plan->len = 0;
}
