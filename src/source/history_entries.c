#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "source/history_entries_p.h"

enum { KNOWN = 1 << 14, SEEN = 1 << 15 };

static struct rsk_history_worker *worker_of(const struct rsk_entries *entries)
{
	return &entries->history->workers[entries->worker];
}

static bool holds(const struct rsk_history *history, uint32_t number)
{
	return history->holds[number / 8] >> number % 8 & 1;
}

/* Names get their numbers as they are met, under the lock. */

static void number_name(const struct rsk_entries *entries,
	struct rsk_slice text, struct rsk_known_name *out)
{
	struct rsk_history *history = entries->history;
	const struct rsk_history_names *names = entries->names;
	uint32_t *known = rsk_map_get(&history->names_map, text);

	if (known) {
		out->number = *known;
		out->text = history->names.ptr[*known];
		out->matters = history->name_matters.ptr[*known];
		return;
	}
	out->number = (uint32_t)history->names.len;
	out->text = rsk_arena_slice(&history->arena, text);
	*rsk_map_put(&history->names_map, out->text) = out->number;
	*RSK_VEC_PUSH(&history->names) = out->text;
	out->matters = names->name(
		names->ctx, entries->worker, out->text, out->number);
	*RSK_VEC_PUSH(&history->name_matters) = out->matters;
}

/*
 * There are hundreds of thousands of pairs, and threads would wait for each
 * other at each. So every thread has pairs of its own, and the same pair may
 * have several numbers: each thread takes every jobs-th one.
 */

/*
 * Both are numbers that we gave. Multiplying by what nobody knows keeps anyone
 * from choosing them so that all are alike (multiply-shift hashing,
 * Dietzfelbinger et al., J. Algorithms 25, 1997).
 */
static uint32_t *pair_slot(
	const struct rsk_history_worker *worker, const struct rsk_pair *pair)
{
	uint64_t factor = rsk_siphash_process_key().k0 | 1;
	uint64_t both = (uint64_t)pair->child << 32 | pair->name;
	size_t i = (size_t)(both * factor >> 32) & (worker->pair_cap - 1);

	for (;; i = (i + 1) & (worker->pair_cap - 1)) {
		uint32_t *slot = &worker->pair_slots[i];

		if (*slot == RSK_NONE)
			return slot;
		const struct rsk_pair *here = &worker->pairs.ptr[*slot];
		if (here->child == pair->child && here->name == pair->name)
			return slot;
	}
}

static void grow_pairs(struct rsk_history_worker *worker)
{
	enum { FIRST = 1 << 12 };
	size_t cap = worker->pair_cap ? worker->pair_cap * 2 : FIRST;

	free(worker->pair_slots);
	worker->pair_slots = rsk_alloc_array(cap, sizeof(uint32_t));
	worker->pair_cap = cap;
	memset(worker->pair_slots, 0xff, cap * sizeof(uint32_t));
	for (uint32_t i = 0; i < worker->pairs.len; i++)
		*pair_slot(worker, &worker->pairs.ptr[i]) = i;
}

static uint32_t number_pair(
	struct rsk_history *history, unsigned number, struct rsk_pair pair)
{
	struct rsk_history_worker *worker = &history->workers[number];

	if (worker->pairs.len >= worker->pair_cap / 2)
		grow_pairs(worker);

	uint32_t *slot = pair_slot(worker, &pair);
	if (*slot == RSK_NONE) {
		*slot = (uint32_t)worker->pairs.len;
		*RSK_VEC_PUSH(&worker->pairs) = pair;
	}
	return *slot * history->jobs + number;
}

/* Some numbers are nobody's. */
void rsk_entries_gather(struct rsk_history *history)
{
	const struct rsk_pair nobody = { RSK_NONE, RSK_NONE };
	size_t most = 0;

	for (unsigned w = 0; w < history->jobs; w++)
		if (history->workers[w].pairs.len > most)
			most = history->workers[w].pairs.len;
	for (size_t i = 0; i < most; i++)
		for (unsigned w = 0; w < history->jobs; w++) {
			const rsk_pairs_met *met = &history->workers[w].pairs;

			*RSK_VEC_PUSH(&history->pairs) =
				i < met->len ? met->ptr[i] : nobody;
		}
	for (unsigned w = 0; w < history->jobs; w++) {
		RSK_VEC_RELEASE(&history->workers[w].pairs);
		free(history->workers[w].pair_slots);
		history->workers[w].pair_slots = NULL;
		history->workers[w].pair_cap = 0;
	}
}

/* The number that stands for an object that is not there. */
static uint32_t number_missing(
	struct rsk_history *history, const struct rsk_oid *oid, bool is_tree)
{
	struct rsk_slice key = rsk_slice(oid->bytes, oid->len);
	uint32_t *known;

	pthread_mutex_lock(&history->lock);
	known = rsk_map_get(&history->missing_map, key);
	if (!known) {
		key = rsk_arena_slice(&history->arena, key);
		known = rsk_map_put(&history->missing_map, key);
		*known = (uint32_t)history->missing.len;
		*RSK_VEC_PUSH(&history->missing) =
			(struct rsk_missing){ *oid, is_tree, false };
	}
	uint32_t number = history->numbers + *known;
	pthread_mutex_unlock(&history->lock);
	return number;
}

/*
 * What a thread remembers: names, and whole entries. Both are compared byte by
 * byte, so that nothing which looks alike can hide something, and where they
 * are kept may be chosen carelessly.
 */
static struct rsk_known_name *known_slot(
	struct rsk_history_worker *worker, struct rsk_slice name)
{
	uint32_t hash = (uint32_t)name.len;

	if (!worker->known)
		worker->known = rsk_alloc_array(KNOWN, sizeof(*worker->known));
	for (size_t i = 0; i < name.len; i++)
		hash = hash * 31 + name.ptr[i];
	return &worker->known[hash % KNOWN];
}

static const struct rsk_known_name *known_name(
	const struct rsk_entries *entries, struct rsk_slice name)
{
	struct rsk_known_name *known = known_slot(worker_of(entries), name);

	if (known->text.ptr && rsk_slice_eq(known->text, name))
		return known;
	pthread_mutex_lock(&entries->history->lock);
	number_name(entries, name, known);
	pthread_mutex_unlock(&entries->history->lock);
	return known;
}

static struct rsk_seen_entry *seen_slot(
	struct rsk_history_worker *worker, const uint8_t *id)
{
	uint32_t slot = (uint32_t)(id[16] << 16 | id[17] << 8 | id[18]);

	if (!worker->seen)
		worker->seen = rsk_alloc_array(SEEN, sizeof(*worker->seen));
	return &worker->seen[slot % SEEN];
}

static bool is_seen(
	const struct rsk_seen_entry *seen, const struct rsk_tree_entry *entry)
{
	return seen->name && seen->name_len == entry->name.len &&
	       seen->kind == (entry->mode & RSK_TREE_KIND) &&
	       !memcmp(seen->head, entry->oid, sizeof(seen->head)) &&
	       !memcmp(seen->name, entry->name.ptr, entry->name.len);
}

/* Looking up */

static void want(const struct rsk_entries *entries,
	const struct rsk_tree_entry *entry, struct rsk_seen_entry *seen,
	rsk_kept_entries *kept)
{
	struct rsk_wanted_entries *wanted = &worker_of(entries)->wanted_entries;
	const struct rsk_known_name *name;

	if (wanted->len == RSK_WANTED)
		rsk_entries_settle(entries);
	name = known_name(entries, entry->name);
	wanted->oids[wanted->len] = rsk_oid_of(entry->oid, entries->id_len);
	wanted->whose[wanted->len++] = (struct rsk_wanted_entry){
		.kept = kept,
		.place = kept->len,
		.name = *name,
		.seen = seen,
		.kind = entry->mode & RSK_TREE_KIND,
		.is_tree = rsk_tree_entry_is_tree(entry),
	};
}

bool rsk_entries_take(const struct rsk_entries *entries,
	const struct rsk_tree_entry *entry, size_t at, rsk_kept_entries *kept)
{
	struct rsk_seen_entry *seen = seen_slot(worker_of(entries), entry->oid);
	bool known = is_seen(seen, entry);
	uint32_t pair = known ? seen->pair : RSK_NONE;

	/* A submodule's commit is in another repository, its name is here. */
	if (rsk_tree_entry_is_commit(entry)) {
		known_name(entries, entry->name);
		return true;
	}
	if (known && pair == RSK_NONE)
		return true;
	if (!known)
		want(entries, entry, seen, kept);
	*RSK_VEC_PUSH(kept) = (struct rsk_kept_entry){ (uint32_t)at, pair };
	return known;
}

/* The entry as a pair; RSK_NONE when it leads to nothing. */
static uint32_t pair_of(const struct rsk_entries *entries,
	const struct rsk_wanted_entry *entry, const struct rsk_oid *oid,
	uint32_t child)
{
	struct rsk_history *history = entries->history;

	if (child == RSK_NO_NUMBER)
		child = number_missing(history, oid, entry->is_tree);
	if (!entry->name.matters && !entry->is_tree &&
		child < history->numbers && !holds(history, child))
		return RSK_NONE;
	return number_pair(history, entries->worker,
		(struct rsk_pair){ child, entry->name.number });
}

void rsk_entries_settle(const struct rsk_entries *entries)
{
	struct rsk_wanted_entries *wanted = &worker_of(entries)->wanted_entries;
	uint32_t numbers[RSK_WANTED];

	rsk_walk_find_all(
		entries->history->walk, wanted->oids, wanted->len, numbers);
	for (size_t i = 0; i < wanted->len; i++) {
		const struct rsk_wanted_entry *entry = &wanted->whose[i];
		const struct rsk_oid *oid = &wanted->oids[i];
		uint32_t pair = pair_of(entries, entry, oid, numbers[i]);

		entry->kept->ptr[entry->place].pair = pair;
		*entry->seen = (struct rsk_seen_entry){
			.name = entry->name.text.ptr,
			.name_len = (uint32_t)entry->name.text.len,
			.kind = entry->kind,
			.pair = pair,
		};
		memcpy(entry->seen->head, oid->bytes,
			sizeof(entry->seen->head));
	}
	wanted->len = 0;
}

void rsk_entries_prune(rsk_kept_entries *kept)
{
	size_t len = 0;

	for (size_t i = 0; i < kept->len; i++)
		if (kept->ptr[i].pair != RSK_NONE)
			kept->ptr[len++] = kept->ptr[i];
	kept->len = len;
}

void rsk_entries_fetch(const struct rsk_entries *entries, const uint8_t *id)
{
	__builtin_prefetch(seen_slot(worker_of(entries), id));
}
