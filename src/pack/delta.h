#ifndef RSK_PACK_DELTA_H
#define RSK_PACK_DELTA_H

#include "base/buf.h"
#include "base/vec.h"

/*
 * Git's delta format: the size of the base, the size of the result, then
 * instructions that copy a range of the base or insert bytes of their own.
 *
 * What a delta does is also told as segments: the result from left to right,
 * neighbours merged, no byte left out.
 */
#define RSK_INSERTED UINT64_MAX

struct rsk_segment {
	uint64_t at;   /* [result] where it begins */
	uint64_t len;  /* bytes, at least one */
	uint64_t from; /* [base] where it was copied from, or RSK_INSERTED */
};

typedef RSK_VEC(struct rsk_segment) rsk_segments;

struct rsk_pack_delta {
	uint64_t base_size;
	uint64_t size;             /* of the result */
	struct rsk_slice commands; /* what is left of the delta */
};

/* Take the two sizes off the front. RSK_CORRUPT. */
RSK_MUST_CHECK enum rsk_err rsk_delta_begin(
	struct rsk_pack_delta *out, struct rsk_slice delta);

/*
 * Write the result to `out`, which has room for delta->size bytes, and say
 * what was done in `segments` (emptied first; NULL when nobody asks).
 *
 * `margin` RSK_WHOLE: all of it. Else what is copied at once and longer than
 * two margins is left out but for a margin at each end; rsk_delta_fill() puts
 * the rest in. Most of what deltas make is copied, and most of it nobody looks
 * at again.
 *
 * RSK_CORRUPT when the base has another size, a command reaches outside it or
 * the result, or the result comes out short.
 */
#define RSK_WHOLE SIZE_MAX

RSK_MUST_CHECK enum rsk_err rsk_delta_apply(const struct rsk_pack_delta *delta,
	struct rsk_slice base, uint8_t *out, size_t margin,
	rsk_segments *segments);
void rsk_delta_fill(struct rsk_slice base, uint8_t *out,
	const struct rsk_segment *segments, size_t len);

#endif
