#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "source/history_p.h"

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
	uint32_t *starts; /* where entries begin, and the end */
	uint32_t starts_len;
	struct kept_entry *kept;
	uint32_t kept_len;
};

/* An entry that may lead to an item. */
struct kept_entry {
	uint32_t at; /* where it begins */
	uint32_t pair;
};

enum { KNOWN = 1 << 14 };

struct tree_pass {
	struct rsk_history *history;
	const struct rsk_history_names *names;
	struct tree_worker {
		RSK_VEC(uint32_t) starts;
		RSK_VEC(struct kept_entry) kept;
	} * workers;
};

/* The tree at work. */
struct building {
	struct tree_pass *pass;
	unsigned worker;
	struct tree_worker *into;
	const struct rsk_walk_object *object;
	size_t at; /* next entry */
};

static bool holds(const struct rsk_history *history, uint32_t number)
{
	return history->holds[number / 8] >> number % 8 & 1;
}

/* Most blobs hold nothing: told from the first bytes of their ids. */
static bool may_hold(const struct rsk_history *history, const uint8_t *oid)
{
	uint32_t bit = rsk_history_bit(oid);

	return history->may_hold[bit / 8] >> bit % 8 & 1;
}

/* Names and pairs get their numbers as they are met, under the lock. */

static uint32_t number_name(
	struct building *b, struct rsk_slice text, bool *matters)
{
	struct rsk_history *history = b->pass->history;
	const struct rsk_history_names *names = b->pass->names;
	uint32_t *known = rsk_map_get(&history->names_map, text);

	if (known) {
		*matters = history->name_matters.ptr[*known];
		return *known;
	}

	uint32_t number = (uint32_t)history->names.len;
	struct rsk_slice copy = rsk_arena_slice(&history->arena, text);

	*rsk_map_put(&history->names_map, copy) = number;
	*RSK_VEC_PUSH(&history->names) = copy;
	*matters = names->name(names->ctx, b->worker, copy, number);
	*RSK_VEC_PUSH(&history->name_matters) = *matters;
	return number;
}

static uint32_t number_pair(
	struct rsk_history *history, uint32_t child, uint32_t name)
{
	struct rsk_pair pair = { child, name };
	uint32_t *known = rsk_map_get(
		&history->pairs_map, rsk_slice(&pair, sizeof(pair)));

	if (known)
		return *known;

	uint32_t number = (uint32_t)history->pairs.len;
	struct rsk_pair *key = rsk_arena_alloc(&history->arena, sizeof(pair));

	*key = pair;
	*rsk_map_put(&history->pairs_map, rsk_slice(key, sizeof(*key))) =
		number;
	*RSK_VEC_PUSH(&history->pairs) = pair;
	return number;
}

/*
 * Most entries are blobs without an item under a name that is none: the thread
 * remembers such names by their hash and asks nobody.
 */
static uint64_t *known_slot(struct building *b, uint64_t hash)
{
	struct rsk_history_worker *worker =
		&b->pass->history->workers[b->worker];

	if (!worker->known)
		worker->known = rsk_alloc_array(KNOWN, sizeof(uint64_t));
	return &worker->known[hash % KNOWN];
}

static uint32_t find_child(
	struct building *b, const struct rsk_tree_entry *entry)
{
	struct rsk_oid oid = rsk_oid_of(entry->oid, b->object->oid->len);
	uint32_t child = RSK_NONE;

	if (rsk_tree_entry_is_commit(entry) ||
		!rsk_walk_find(b->pass->history->walk, &oid, &child))
		return RSK_NONE;
	return child;
}

/* Number the name and, where the entry may lead to an item, the pair. */
static bool keep_entry(struct building *b, size_t at,
	const struct rsk_tree_entry *entry, uint32_t child)
{
	struct rsk_history *history = b->pass->history;
	bool matters = false;

	pthread_mutex_lock(&history->lock);
	uint32_t name = number_name(b, entry->name, &matters);
	if (matters && child == RSK_NONE)
		child = find_child(b, entry);
	if (child != RSK_NONE)
		*RSK_VEC_PUSH(&b->into->kept) = (struct kept_entry){
			(uint32_t)at,
			number_pair(history, child, name),
		};
	pthread_mutex_unlock(&history->lock);
	return matters;
}

static void take_entry(
	struct building *b, size_t at, const struct rsk_tree_entry *entry)
{
	struct rsk_history *history = b->pass->history;
	bool is_tree = rsk_tree_entry_is_tree(entry);
	uint64_t hash = rsk_siphash(rsk_siphash_process_key(), entry->name);
	uint64_t *known = known_slot(b, hash);
	uint32_t child = RSK_NONE;

	if (is_tree || may_hold(history, entry->oid))
		child = find_child(b, entry);
	if (child != RSK_NONE && !is_tree && !holds(history, child))
		child = RSK_NONE;
	if ((child != RSK_NONE || *known != hash) &&
		!keep_entry(b, at, entry, child))
		*known = hash;
}

static enum rsk_err parse_one(struct building *b)
{
	struct rsk_tree_entry entry;
	size_t at = b->at;
	enum rsk_err err = rsk_tree_next(
		&entry, b->object->bytes, &b->at, b->object->oid->len);

	if (err)
		return err;
	*RSK_VEC_PUSH(&b->into->starts) = (uint32_t)at;
	take_entry(b, at, &entry);
	return RSK_OK;
}

/* The first of `starts` that is not below `at`. */
static uint32_t first_start(const struct tree_state *base, uint64_t at)
{
	uint32_t low = 0;
	uint32_t high = base->starts_len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (base->starts[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t first_kept(const struct tree_state *base, uint64_t at)
{
	uint32_t low = 0;
	uint32_t high = base->kept_len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (base->kept[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Carry over the base's entries from `from` up to `to`, which are `shift`
 * further on now. */
static void carry(struct building *b, const struct tree_state *base,
	uint32_t from, uint32_t to, uint64_t shift)
{
	uint32_t end = base->starts[to];

	for (uint32_t i = from; i < to; i++)
		*RSK_VEC_PUSH(&b->into->starts) =
			(uint32_t)(base->starts[i] + shift);
	for (uint32_t i = first_kept(base, base->starts[from]);
		i < base->kept_len && base->kept[i].at < end; i++)
		*RSK_VEC_PUSH(&b->into->kept) = (struct kept_entry){
			(uint32_t)(base->kept[i].at + shift),
			base->kept[i].pair,
		};
	b->at = (size_t)(end + shift);
}

/* All entries that begin in the copied segment. */
static enum rsk_err build_copied(struct building *b,
	const struct tree_state *base, const struct rsk_segment *segment)
{
	uint64_t end = segment->at + segment->len;
	uint64_t from_end = segment->from + segment->len;
	enum rsk_err err = RSK_OK;

	while (!err && b->at < end) {
		uint64_t in_base = b->at - segment->at + segment->from;
		uint32_t first = first_start(base, in_base);
		uint32_t last = first_start(base, from_end + 1) - 1;

		if (first < base->starts_len &&
			base->starts[first] == in_base && last > first)
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
		while (!err)
			err = parse_one(b);
		return err == RSK_DONE ? RSK_OK : err;
	}
	for (size_t i = 0; !err && i < b->object->segments_len; i++) {
		const struct rsk_segment *s = &b->object->segments[i];

		if (s->from != RSK_INSERTED)
			err = build_copied(b, base, s);
		while (!err && b->at < s->at + s->len)
			err = parse_one(b);
	}
	return err;
}

/* Keep what children of the tree need, and what is known of it for good. */
static struct tree_state *freeze(struct building *b)
{
	struct tree_worker *into = b->into;
	struct tree_state *state = rsk_alloc(sizeof(*state));

	*RSK_VEC_PUSH(&into->starts) = (uint32_t)b->at;
	state->starts_len = (uint32_t)into->starts.len;
	state->starts =
		rsk_alloc_array(into->starts.len, sizeof(*state->starts));
	memcpy(state->starts, into->starts.ptr,
		into->starts.len * sizeof(*state->starts));
	state->kept_len = (uint32_t)into->kept.len;
	if (into->kept.len) {
		state->kept =
			rsk_alloc_array(into->kept.len, sizeof(*state->kept));
		memcpy(state->kept, into->kept.ptr,
			into->kept.len * sizeof(*state->kept));
	}
	return state;
}

static void note_list(struct building *b)
{
	struct rsk_history *history = b->pass->history;
	uint32_t len = (uint32_t)b->into->kept.len;
	struct rsk_pairs *list;

	if (!len)
		return;
	list = rsk_arena_alloc(&history->workers[b->worker].arena,
		sizeof(*list) + len * sizeof(uint32_t));
	list->len = len;
	for (uint32_t i = 0; i < len; i++)
		list->pairs[i] = b->into->kept.ptr[i].pair;
	history->lists[b->object->number] = list;
}

static enum rsk_err on_tree(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	struct tree_pass *pass = ctx;
	struct building b = {
		.pass = pass,
		.worker = worker,
		.into = &pass->workers[worker],
		.object = object,
	};
	enum rsk_err err;

	b.into->starts.len = 0;
	b.into->kept.len = 0;
	err = build(&b);
	if (err) {
		struct rsk_walk_failure failure = {
			.oid = object->oid,
			.type = object->type,
			.err = err,
			.path = "",
		};

		pass->history->workers[worker].broken_trees++;
		if (pass->names->failed)
			pass->names->failed(pass->names->ctx, worker, &failure);
	}
	/* What was understood of a broken tree counts all the same. */
	note_list(&b);
	if (!err)
		*state = freeze(&b);
	return RSK_OK;
}

static void release_state(void *ctx, unsigned worker, void *state)
{
	struct tree_state *tree = state;

	(void)ctx;
	(void)worker;
	free(tree->starts);
	free(tree->kept);
	free(tree);
}

static void on_failed(
	void *ctx, unsigned worker, const struct rsk_walk_failure *failure)
{
	struct tree_pass *pass = ctx;

	if (pass->names->failed)
		pass->names->failed(pass->names->ctx, worker, failure);
}

enum rsk_err rsk_history_trees(
	struct rsk_history *history, const struct rsk_history_names *names)
{
	struct tree_pass pass = {
		.history = history,
		.names = names,
		.workers =
			rsk_alloc_array(history->jobs, sizeof(*pass.workers)),
	};
	struct rsk_walk_visit visit = {
		.object = on_tree,
		.release = release_state,
		.failed = on_failed,
		.ctx = &pass,
	};
	enum rsk_err err =
		rsk_walk_run(history->walk, 1U << RSK_OBJECT_TREE, &visit);

	for (unsigned i = 0; i < history->jobs; i++) {
		history->facts.broken_trees += history->workers[i].broken_trees;
		RSK_VEC_RELEASE(&pass.workers[i].starts);
		RSK_VEC_RELEASE(&pass.workers[i].kept);
	}
	free(pass.workers);
	return err;
}
