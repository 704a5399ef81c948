#include <stdlib.h>

#include "base/aside.h"
#include "base/mem.h"
#include "source/history_entries_p.h"

/*
 * One walk over all trees, which keeps for each the few entries that may lead
 * to an item: folders, blobs that hold one, names that hold one.
 *
 * A tree of a thousand entries differs from its base in one or two, so the
 * entries of a base are carried over where the delta copies them: only new
 * entries are looked up. Where entries begin has to be known for that, since
 * a delta may cut one anywhere: from an entry's beginning within a copy that
 * was one in the base, all that lie whole in the copy are the same.
 */
struct tree_state {
	RSK_VEC(uint32_t) starts; /* where entries begin, and the end */
	rsk_kept_entries kept;
	bool waits;              /* some are not known yet */
	uint32_t number;         /* of the tree, or RSK_NONE */
	struct tree_state *next; /* spare ones, or those that wait */
};

/*
 * Most trees have one entry that is new, and nothing is made from most. So
 * those wait until there are many entries to be looked up.
 */
enum { WAITING_MAX = 32 };

/* By worker. */
struct tree_states {
	struct tree_state *spare;
	struct tree_state *waiting;
	size_t waiting_len;
	RSK_APART;
};

struct tree_pass {
	struct rsk_history *history;
	const struct rsk_history_names *names;
	struct tree_states *states;
};

/* The tree at work. */
struct building {
	const struct rsk_entries *entries;
	struct tree_state *into;
	const struct rsk_walk_object *object;
	size_t at;                         /* next entry */
	const struct rsk_segment *segment; /* it begins in; NULL: no base */
	size_t from, kept_from; /* of the base's: where to begin to look */
	bool sparse;            /* some of the bytes are left out */
};

/*
 * What is inserted ends with an id, mostly: what its entry will be looked up
 * in is fetched while the entries before it are carried over. It is a guess,
 * and does no more than that.
 */
static void fetch_ahead_of(const struct building *b)
{
	enum { SEGMENTS = 8 };
	const struct rsk_walk_object *object = b->object;
	size_t id_len = object->id_len;

	for (size_t i = 0; i < object->segments_len && i < SEGMENTS; i++) {
		const struct rsk_segment *s = &object->segments[i];

		if (s->from == RSK_INSERTED && s->len >= id_len)
			rsk_entries_fetch(b->entries,
				object->bytes.ptr + s->at + s->len - id_len);
	}
}

static bool is_whole(const struct rsk_segment *s)
{
	return s->from == RSK_INSERTED || s->len / 2 < RSK_WALK_MARGIN;
}

/* Where the bytes end that are there from the next entry's beginning on. There
 * may be more: few entries are as long. */
static uint64_t end_of_sight(const struct building *b)
{
	const struct rsk_segment *s = b->segment;
	const struct rsk_segment *end =
		b->object->segments + b->object->segments_len;

	if (!is_whole(s) && b->at < s->at + s->len - RSK_WALK_MARGIN)
		return b->at < s->at + RSK_WALK_MARGIN ? s->at + RSK_WALK_MARGIN
						       : b->at;
	while (s + 1 < end && s->at + s->len - b->at < RSK_WALK_MARGIN) {
		s++;
		if (!is_whole(s))
			return s->at + RSK_WALK_MARGIN;
	}
	return s->at + s->len;
}

static enum rsk_err next_entry(struct building *b, struct rsk_tree_entry *out)
{
	const struct rsk_walk_object *object = b->object;
	size_t at = b->at;

	if (b->sparse) {
		struct rsk_slice there = rsk_slice_cut(
			object->bytes, 0, (size_t)end_of_sight(b));

		if (!rsk_tree_next(out, there, &b->at, object->id_len))
			return RSK_OK;
		rsk_walk_fill(object);
		b->sparse = false;
		b->at = at;
	}
	return rsk_tree_next(out, object->bytes, &b->at, object->id_len);
}

static enum rsk_err parse_one(struct building *b)
{
	struct rsk_tree_entry entry;
	size_t at = b->at;
	enum rsk_err err = next_entry(b, &entry);

	if (err)
		return err;
	if (!b->object->childless)
		*RSK_VEC_PUSH(&b->into->starts) = (uint32_t)at;
	if (!rsk_entries_take(b->entries, &entry, at, &b->into->kept))
		b->into->waits = true;
	return RSK_OK;
}

/*
 * The first of `starts` that is not below `at`. A copy begins near where the
 * one before it ended, so the search begins at `from` and takes steps that
 * double.
 */
static size_t first_start(
	const struct tree_state *base, uint64_t at, size_t from)
{
	const uint32_t *starts = base->starts.ptr;
	size_t low = from;
	size_t step = 1;
	size_t high;

	if (low && starts[low - 1] >= at)
		low = 0;
	high = low;
	while (high < base->starts.len && starts[high] < at) {
		low = high + 1;
		high += step;
		step *= 2;
	}
	if (high > base->starts.len)
		high = base->starts.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (starts[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All starts from `from` to `to`, which are `shift` further on now. There are
 * hundreds of millions of them, so they are not pushed one by one. */
static void carry_starts(struct tree_state *into, const struct tree_state *base,
	size_t from, size_t to, uint64_t shift)
{
	size_t len = to - from;

	while (into->starts.cap - into->starts.len < len)
		into->starts.ptr = rsk_vec_enlarge(into->starts.ptr,
			&into->starts.cap, sizeof(*into->starts.ptr));

	uint32_t *out = into->starts.ptr + into->starts.len;
	const uint32_t *in = base->starts.ptr + from;
	into->starts.len += len;
	/* Most changes are of an id, and move nothing. */
	if (!shift)
		memcpy(out, in, len * sizeof(*out));
	for (size_t i = 0; shift && i < len; i++)
		out[i] = in[i] + (uint32_t)shift;
}

/* The same of what was kept; mostly it is where the last copy ended. */
static size_t first_kept(
	const struct tree_state *base, uint32_t at, size_t likely)
{
	const struct rsk_kept_entry *kept = base->kept.ptr;
	size_t low = 0;
	size_t high = base->kept.len;

	if ((!likely || kept[likely - 1].at < at) &&
		(likely == high || kept[likely].at >= at))
		return likely;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (kept[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void carry_kept(struct building *b, const struct tree_state *base,
	uint32_t begin, uint32_t end, uint64_t shift)
{
	size_t i = first_kept(base, begin, b->kept_from);

	for (; i < base->kept.len && base->kept.ptr[i].at < end; i++)
		*RSK_VEC_PUSH(&b->into->kept) = (struct rsk_kept_entry){
			(uint32_t)(base->kept.ptr[i].at + shift),
			base->kept.ptr[i].pair,
		};
	b->kept_from = i;
}

/* Carry over the base's entries from `from` up to `to`. */
static void carry(struct building *b, const struct tree_state *base,
	size_t from, size_t to, uint64_t shift)
{
	uint32_t end = base->starts.ptr[to];

	if (!b->object->childless)
		carry_starts(b->into, base, from, to, shift);
	carry_kept(b, base, base->starts.ptr[from], end, shift);
	b->at = (size_t)(end + shift);
	b->from = to;
}

/* All entries that begin in the copied segment. */
static enum rsk_err build_copied(struct building *b,
	const struct tree_state *base, const struct rsk_segment *segment)
{
	uint64_t end = segment->at + segment->len;
	/* There is always a start at 0, so something is below. */
	size_t last =
		first_start(base, segment->from + segment->len + 1, b->from) -
		1;
	enum rsk_err err = RSK_OK;

	while (!err && b->at < end) {
		uint64_t in_base = b->at - segment->at + segment->from;
		size_t first = first_start(base, in_base, b->from);

		b->from = first;
		if (first < last && base->starts.ptr[first] == in_base)
			carry(b, base, first, last, b->at - in_base);
		else
			err = parse_one(b);
	}
	return err;
}

static enum rsk_err build(struct building *b)
{
	const struct tree_state *base = b->object->base_state;
	enum rsk_err err = RSK_OK;

	if (!b->object->has_base || !base) {
		rsk_walk_fill(b->object);
		b->sparse = false;
		while (!err)
			err = parse_one(b);
		return err == RSK_DONE ? RSK_OK : err;
	}
	fetch_ahead_of(b);
	for (size_t i = 0; !err && i < b->object->segments_len; i++) {
		const struct rsk_segment *s = &b->object->segments[i];

		b->segment = s;
		if (s->from != RSK_INSERTED)
			err = build_copied(b, base, s);
		while (!err && b->at < s->at + s->len)
			err = parse_one(b);
	}
	return err;
}

/* States keep their memory: most trees need about as much as the last one. */
static struct tree_state *take_state(struct tree_states *states)
{
	struct tree_state *state = states->spare;

	if (!state)
		return rsk_alloc(sizeof(*state));
	states->spare = state->next;
	state->starts.len = state->kept.len = 0;
	state->waits = false;
	return state;
}

static void give_state(struct tree_states *states, struct tree_state *state)
{
	state->next = states->spare;
	states->spare = state;
}

static void free_states(struct tree_states *states)
{
	while (states->spare) {
		struct tree_state *state = states->spare;

		states->spare = state->next;
		RSK_VEC_RELEASE(&state->starts);
		RSK_VEC_RELEASE(&state->kept);
		free(state);
	}
}

/* What is kept is known now. */
static void note_list(
	const struct rsk_entries *entries, struct tree_state *state)
{
	struct rsk_history *history = entries->history;
	struct rsk_pairs *list;
	uint32_t len;

	if (state->waits)
		rsk_entries_prune(&state->kept);
	state->waits = false;
	len = (uint32_t)state->kept.len;
	if (!len || state->number == RSK_NONE)
		return;
	list = rsk_arena_alloc(&history->workers[entries->worker].arena,
		sizeof(*list) + len * sizeof(uint32_t));
	list->len = len;
	for (uint32_t i = 0; i < len; i++)
		list->pairs[i] = state->kept.ptr[i].pair;
	history->lists[state->number] = list;
}

/* Nothing is made from it. */
static void finish(struct tree_states *states,
	const struct rsk_entries *entries, struct tree_state *state)
{
	note_list(entries, state);
	give_state(states, state);
}

static void settle(
	struct tree_states *states, const struct rsk_entries *entries)
{
	rsk_entries_settle(entries);
	while (states->waiting) {
		struct tree_state *state = states->waiting;

		states->waiting = state->next;
		finish(states, entries, state);
	}
	states->waiting_len = 0;
}

static void let_wait(struct tree_states *states,
	const struct rsk_entries *entries, struct tree_state *state)
{
	state->next = states->waiting;
	states->waiting = state;
	if (++states->waiting_len == WAITING_MAX)
		settle(states, entries);
}

static void end_tree(struct tree_states *states,
	const struct rsk_entries *entries, struct tree_state *state,
	bool childless)
{
	if (childless && state->waits) {
		let_wait(states, entries, state);
	} else if (childless) {
		finish(states, entries, state);
	} else {
		if (state->waits)
			settle(states, entries);
		note_list(entries, state);
	}
}

static void tell_broken(const struct tree_pass *pass, unsigned worker,
	const struct rsk_walk_object *object, enum rsk_err err)
{
	struct rsk_oid oid;
	const struct rsk_walk_failure failure =
		rsk_walk_failure_of(object, err, &oid);

	pass->history->workers[worker].broken_trees++;
	if (pass->names->failed)
		pass->names->failed(pass->names->ctx, worker, &failure);
}

static enum rsk_err on_tree(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct tree_pass *pass = ctx;
	struct tree_states *states = &pass->states[worker];
	const struct rsk_entries entries = {
		.history = pass->history,
		.names = pass->names,
		.worker = worker,
		.id_len = object->id_len,
	};
	struct building b = {
		.entries = &entries,
		.into = take_state(states),
		.object = object,
		.sparse = object->rest != NULL,
	};
	enum rsk_err err = build(&b);

	if (err)
		tell_broken(pass, worker, object, err);
	/* What was understood of a broken tree counts all the same. Of a copy,
	 * another one stands for it, under a number that trees lead to. */
	b.into->number = object->context ? RSK_NONE : object->number;
	*RSK_VEC_PUSH(&b.into->starts) = (uint32_t)b.at;
	end_tree(states, &entries, b.into, err || object->childless);
	if (!err && !object->childless)
		*state = b.into;
	pass->history->workers[worker].trees += !object->context;
	if (!object->context && pass->names->tree)
		pass->names->tree(pass->names->ctx, worker);
	return RSK_OK;
}

static void release_state(void *ctx, unsigned worker, void *state)
{
	struct tree_pass *pass = ctx;

	give_state(&pass->states[worker], state);
}

static void on_failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct tree_pass *pass = ctx;

	if (pass->names->failed)
		pass->names->failed(pass->names->ctx, worker, failure);
}

/* What is missing of what refs reach */

/* Bits: most pairs are in thousands of trees, and count once. */
struct reaching {
	struct rsk_history *history;
	uint8_t *trees; /* by number: reached */
	uint8_t *pairs; /* reached */
	RSK_VEC(uint32_t) way;
};

/* Is the bit new? Sets it. */
static bool mark(uint8_t *bits, uint32_t n)
{
	uint8_t bit = (uint8_t)(1U << n % 8);
	bool is_new = !(bits[n / 8] & bit);

	bits[n / 8] |= bit;
	return is_new;
}

static void reach_child(struct reaching *r, uint32_t child)
{
	struct rsk_history *history = r->history;

	if (child < history->numbers)
		*RSK_VEC_PUSH(&r->way) = child;
	else
		history->missing.ptr[child - history->numbers].needed = true;
}

static void reach_tree(struct reaching *r, uint32_t number)
{
	*RSK_VEC_PUSH(&r->way) = number;
	while (r->way.len) {
		uint32_t at = r->way.ptr[--r->way.len];
		const struct rsk_pairs *list = r->history->lists[at];

		if (!list || !mark(r->trees, at))
			continue;
		for (uint32_t i = 0; i < list->len; i++)
			if (mark(r->pairs, list->pairs[i]))
				reach_child(
					r, r->history->pairs.ptr[list->pairs[i]]
						   .child);
	}
}

/* Trees of commits lie anywhere: have their lists come in time. */
static void fetch_ahead(const struct rsk_history *history, size_t commit)
{
	enum { SOON = 8, LATER = 16 };
	const struct rsk_graph_commit *node = &history->commits.ptr[commit];

	if (commit + LATER >= history->commits.len)
		return;
	if (node[LATER].tree < history->numbers)
		__builtin_prefetch(&history->lists[node[LATER].tree]);
	if (node[SOON].tree < history->numbers)
		__builtin_prefetch(history->lists[node[SOON].tree]);
}

static void reach_all(struct rsk_history *history)
{
	struct reaching r = {
		.history = history,
		.trees = rsk_alloc(history->numbers / 8 + 1),
		.pairs = rsk_alloc(history->pairs.len / 8 + 1),
	};

	for (size_t i = 0; i < history->commits.len; i++) {
		const struct rsk_graph_commit *node = &history->commits.ptr[i];

		fetch_ahead(history, i);
		if (node->reach && node->tree != RSK_NONE)
			reach_tree(&r, node->tree);
	}
	free(r.trees);
	free(r.pairs);
	RSK_VEC_RELEASE(&r.way);
}

static void lead(void *history)
{
	rsk_history_lead(history);
}

/*
 * Only what a ref needs is a loss: git prunes what nothing refers to, and not
 * always all of it at once.
 */
void rsk_history_missing(
	struct rsk_history *history, const struct rsk_history_names *names)
{
	bool any = history->missing.len > 0;
	struct rsk_aside aside;

	rsk_aside_begin(&aside, any && history->jobs > 1, lead, history);
	if (any)
		reach_all(history);
	rsk_aside_end(&aside);
	for (size_t i = 0; i < history->missing.len; i++) {
		const struct rsk_missing *missing = &history->missing.ptr[i];
		struct rsk_walk_failure failure = {
			.oid = &missing->oid,
			.type = missing->is_tree ? RSK_OBJECT_TREE
						 : RSK_OBJECT_BLOB,
			.err = RSK_NOTFOUND,
			.path = "",
		};

		history->facts.pruned += !missing->needed;
		if (missing->needed && names->failed)
			names->failed(names->ctx, 0, &failure);
	}
}

enum rsk_err rsk_history_trees(
	struct rsk_history *history, const struct rsk_history_names *names)
{
	struct tree_pass pass = {
		.history = history,
		.names = names,
		.states = rsk_alloc_array(history->jobs, sizeof(*pass.states)),
	};
	struct rsk_walk_visit visit = {
		.object = on_tree,
		.release = release_state,
		.failed = on_failed,
		.sparse = 1U << RSK_OBJECT_TREE,
		.ctx = &pass,
	};
	enum rsk_err err =
		rsk_walk_run(history->walk, 1U << RSK_OBJECT_TREE, &visit);

	for (unsigned i = 0; i < history->jobs; i++) {
		const struct rsk_entries entries = { history, names, i, 0 };

		settle(&pass.states[i], &entries);
		history->facts.broken_trees += history->workers[i].broken_trees;
		history->facts.trees += history->workers[i].trees;
		free_states(&pass.states[i]);
	}
	rsk_entries_gather(history);
	free(pass.states);
	return err;
}
