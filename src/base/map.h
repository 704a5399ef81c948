#ifndef RSK_BASE_MAP_H
#define RSK_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * A hash table from bytes to a number: an index into somebody's array, a
 * count, a flag. Open addressing with SipHash under a key of the process, so
 * that hostile keys cannot make it slow. Growth does not fail (base/mem.h).
 *
 *	struct rsk_map ids = { 0 };
 *	uint32_t *id = rsk_map_put(&ids, name);
 *
 *	if (!*id)
 *		*id = ++last_id;
 *	rsk_map_release(&ids);
 *
 * Keys are borrowed: they must live as long as the map. Pointers to values
 * live until the next put.
 */
struct rsk_map {
	struct rsk_map_slot *slots;
	size_t len; /* keys in it */
	size_t cap; /* slots, a power of two, or 0 */
};

struct rsk_map_slot {
	struct rsk_slice key; /* free slot: key.ptr is NULL */
	uint32_t hash;
	uint32_t value;
};

/* The value under `key`, or NULL. */
uint32_t *rsk_map_get(const struct rsk_map *map, struct rsk_slice key);

/* The value under `key`, put in with 0 if it was not there. */
uint32_t *rsk_map_put(struct rsk_map *map, struct rsk_slice key);

/* Free the slots; the map is empty and can be used again. */
void rsk_map_release(struct rsk_map *map);

#endif
