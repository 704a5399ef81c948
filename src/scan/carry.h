#ifndef RSK_SCAN_CARRY_H
#define RSK_SCAN_CARRY_H

#include "match/matcher.h"
#include "pack/walk.h"

/*
 * Scanning blobs along a delta tree: what a delta copied from its base is not
 * looked at again, its matches are carried over. The matches of every blob are
 * exactly those of rsk_scanner_bytes().
 *
 *	struct rsk_carrier *carrier = rsk_carrier_new(scanner);
 *	struct rsk_carried *carried = NULL;
 *	enum rsk_err err = rsk_carry_scan(carrier, object, &carried);
 *
 *	if (!err)
 *		look_at(carried->matches);
 *	*state = carried;            given back as object->base_state, and then
 *	...
 *	rsk_carry_drop(carrier, carried);
 *
 * What has to be decoded (UTF-16, UTF-32) is scanned whole, and so is what is
 * made from it. How texts are compared is told in match/delta.h; this unit
 * knows about encodings and about deltas of packs.
 *
 * Threads   a carrier belongs to one thread. What it made may be read by
 *           others, and dropped into theirs.
 */
struct rsk_carrier;

struct rsk_carried {
	const struct rsk_match *matches; /* sorted by begin, then pattern */
	size_t matches_len;
	struct rsk_text_info info;
};

/* Does not fail (see base/mem.h). `scanner` is borrowed. */
struct rsk_carrier *rsk_carrier_new(struct rsk_scanner *scanner);
void rsk_carrier_free(struct rsk_carrier *carrier);

/*
 * Scan a blob of a walk whose states are all made by this function. `object`
 * need not come from a walk: without a base it is scanned whole.
 */
RSK_MUST_CHECK enum rsk_err rsk_carry_scan(struct rsk_carrier *carrier,
	const struct rsk_walk_object *object, struct rsk_carried **out);

/* NULL is fine. */
void rsk_carry_drop(struct rsk_carrier *carrier, struct rsk_carried *carried);

#endif
