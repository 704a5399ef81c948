#ifndef RSK_SOURCE_HISTORY_ENTRIES_P_H
#define RSK_SOURCE_HISTORY_ENTRIES_P_H

#include "source/commit.h"
#include "source/history_p.h"

/*
 * Which entries of trees may lead to an item, as pairs of an object and the
 * name it has there. What an entry names is far away in memory, wherever that
 * is, so a thread looks up many at a time:
 *
 *	const struct rsk_entries entries = { history, names, worker, id_len };
 *
 *	while (!rsk_tree_next(&entry, bytes, &at, id_len))
 *		rsk_entries_take(&entries, &entry, at, &kept);
 *	...                                     other trees
 *	rsk_entries_settle(&entries);
 *	rsk_entries_prune(&kept);
 *
 * Until then the pair of a kept entry may be RSK_NONE, and the list has to stay
 * where it is. When all threads are done, rsk_entries_gather() puts their pairs
 * under the numbers that they have.
 */
struct rsk_entries {
	struct rsk_history *history;
	const struct rsk_history_names *names; /* told of new names */
	unsigned worker;
	size_t id_len; /* bytes */
};

/* Keep the entry that begins at `at`, unless it is known to lead nowhere.
 * False: it is not known yet. */
bool rsk_entries_take(const struct rsk_entries *entries,
	const struct rsk_tree_entry *entry, size_t at, rsk_kept_entries *kept);
void rsk_entries_settle(const struct rsk_entries *entries);

/* Take out what leads nowhere. */
void rsk_entries_prune(rsk_kept_entries *kept);

/* Have at hand what an entry with this id is likely looked up in. */
void rsk_entries_fetch(const struct rsk_entries *entries, const uint8_t *id);

void rsk_entries_gather(struct rsk_history *history);

#endif
