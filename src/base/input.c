#include "base/input.h"

#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "base/hash.h"

enum { NESTED_MAX = 8 };

static struct {
	struct rsk_input_table *table;
	const struct rsk_input_bad *bad;
	size_t bad_len;
} watch;

/* What this thread is at: its place in the table, and the inputs around. */
static _Thread_local struct {
	struct rsk_input_place *place;
	size_t last; /* where it was, and likely is free again */
	uint64_t keys[NESTED_MAX];
	unsigned depth;
} at;

void rsk_input_use(struct rsk_input_table *table,
	const struct rsk_input_bad *bad, size_t bad_len)
{
	watch.table = table;
	watch.bad = bad;
	watch.bad_len = bad_len;
	at.place = NULL;
	at.depth = 0;
}

/*
 * The name of an object is a hash already, and there are millions of them: a
 * part of it will do. Who forges two that are alike loses both.
 */
static uint64_t hash_of(enum rsk_input_kind kind, struct rsk_slice name)
{
	struct rsk_siphash_key key = rsk_siphash_process_key();
	uint64_t part;

	key.k1 ^= (uint64_t)kind;
	if ((kind != RSK_INPUT_OBJECT && kind != RSK_INPUT_PACKED) ||
		name.len < sizeof(part))
		return rsk_siphash(key, name);
	memcpy(&part, name.ptr, sizeof(part));
	return part ^ key.k0 ^ (uint64_t)kind << 2;
}

/* Never 0; the same in every attempt, because the process key is. */
static uint64_t key_of(enum rsk_input_kind kind, struct rsk_slice name)
{
	return ((hash_of(kind, name) | 1) & ~RSK_INPUT_SLOW) |
	       (kind == RSK_INPUT_STORE || kind == RSK_INPUT_CHECK
			       ? RSK_INPUT_SLOW
			       : 0);
}

/* Nobody's place becomes ours. Without one left, the work goes unwatched. */
static void take_place(uint64_t key)
{
	for (size_t i = 0; i < RSK_INPUT_PLACES; i++) {
		size_t n = (at.last + i) % RSK_INPUT_PLACES;
		struct rsk_input_place *place = &watch.table->places[n];
		uint64_t nobody = 0;

		if (!atomic_load_explicit(&place->key, memory_order_relaxed) &&
			atomic_compare_exchange_strong(
				&place->key, &nobody, key)) {
			at.place = place;
			at.last = n;
			return;
		}
	}
}

/* No other thread writes it, so nothing has to be locked for it. */
static void beat(struct rsk_input_place *place)
{
	uint64_t beats =
		atomic_load_explicit(&place->beats, memory_order_relaxed);

	atomic_store_explicit(&place->beats, beats + 1, memory_order_relaxed);
}

static void show(uint64_t key)
{
	if (!at.place && key)
		take_place(key);
	if (!at.place)
		return;
	beat(at.place);
	atomic_store_explicit(&at.place->key, key, memory_order_release);
	if (!key)
		at.place = NULL;
}

enum rsk_err rsk_input_begin(enum rsk_input_kind kind, struct rsk_slice name)
{
	uint64_t key;

	if (!watch.table)
		return RSK_OK;
	assert(at.depth < NESTED_MAX);
	key = key_of(kind, name);
	at.keys[at.depth++] = key;
	show(key);
	for (size_t i = 0; i < watch.bad_len; i++)
		if (watch.bad[i].key == key)
			return watch.bad[i].why;
	rsk_fault_at(kind, name);
	return RSK_OK;
}

void rsk_input_end(void)
{
	if (!watch.table)
		return;
	assert(at.depth > 0);
	at.depth--;
	show(at.depth ? at.keys[at.depth - 1] : 0);
}

void rsk_input_beat(void)
{
	if (at.place)
		beat(at.place);
}

void rsk_input_count(uint64_t units, uint64_t bytes, uint64_t findings)
{
	struct rsk_input_table *table = watch.table;

	if (!table)
		return;
	atomic_fetch_add_explicit(&table->units, units, memory_order_relaxed);
	atomic_fetch_add_explicit(&table->bytes, bytes, memory_order_relaxed);
	if (findings)
		atomic_fetch_add_explicit(
			&table->findings, findings, memory_order_relaxed);
}

void rsk_input_expect(uint64_t units)
{
	if (watch.table)
		atomic_store_explicit(
			&watch.table->expected, units, memory_order_relaxed);
}

void rsk_input_blame(enum rsk_err why)
{
	uint64_t key = at.depth ? at.keys[at.depth - 1] : 0;

	if (!watch.table)
		return;
	atomic_store(&watch.table->culprit, key);
	atomic_store(&watch.table->reason, (uint32_t)why);
}
