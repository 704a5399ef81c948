#include "base/map.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

static const uint8_t empty_key[1];

/* NULL marks a free slot, so the empty key needs an address. */
static struct rsk_slice usable(struct rsk_slice key)
{
	return key.len ? key : rsk_slice(empty_key, 0);
}

static uint32_t hash_of(struct rsk_slice key)
{
	return (uint32_t)rsk_siphash(rsk_siphash_process_key(), key);
}

/* The slot that holds `key`, or the free one where it belongs. */
static struct rsk_map_slot *find(
	const struct rsk_map *map, struct rsk_slice key, uint32_t hash)
{
	size_t i = hash & (map->cap - 1);

	while (map->slots[i].key.ptr) {
		struct rsk_map_slot *slot = &map->slots[i];

		if (slot->hash == hash && rsk_slice_eq(slot->key, key))
			return slot;
		i = (i + 1) & (map->cap - 1);
	}
	return &map->slots[i];
}

static void grow(struct rsk_map *map)
{
	struct rsk_map old = *map;

	map->cap = old.cap ? old.cap * 2 : 16;
	map->slots = rsk_alloc_array(map->cap, sizeof(*map->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key.ptr)
			*find(map, old.slots[i].key, old.slots[i].hash) =
				old.slots[i];
	free(old.slots);
}

uint32_t *rsk_map_get(const struct rsk_map *map, struct rsk_slice key)
{
	if (!map->cap)
		return NULL;

	key = usable(key);
	struct rsk_map_slot *slot = find(map, key, hash_of(key));
	return slot->key.ptr ? &slot->value : NULL;
}

uint32_t *rsk_map_put(struct rsk_map *map, struct rsk_slice key)
{
	if (map->len >= map->cap / 2)
		grow(map);

	key = usable(key);
	uint32_t hash = hash_of(key);
	struct rsk_map_slot *slot = find(map, key, hash);
	if (!slot->key.ptr) {
		*slot = (struct rsk_map_slot){ .key = key, .hash = hash };
		map->len++;
	}
	return &slot->value;
}

void rsk_map_release(struct rsk_map *map)
{
	free(map->slots);
	*map = (struct rsk_map){ 0 };
}
