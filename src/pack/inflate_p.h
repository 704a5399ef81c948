#ifndef RSK_PACK_INFLATE_P_H
#define RSK_PACK_INFLATE_P_H

#include "base/buf.h"
#include "base/err.h"

/*
 * The room's door to libdeflate: zlib streams whose size is known.
 *
 * Threads   an inflater belongs to one thread.
 */
struct rsk_inflater;

/* Does not fail (see base/mem.h). */
struct rsk_inflater *rsk_inflater_new(void);
void rsk_inflater_free(struct rsk_inflater *inflater);

/*
 * Inflate the stream at the start of `in` to exactly `size` bytes; *used is
 * how long the stream is. RSK_CORRUPT when it is broken, cut off, or inflates
 * to any other size; `out` then holds anything.
 */
RSK_MUST_CHECK enum rsk_err rsk_inflate(struct rsk_inflater *inflater,
	struct rsk_slice in, uint8_t *out, size_t size, size_t *used);

/*
 * The same when the size is not known: at most `room` bytes, *got of them.
 * RSK_TOOBIG when it would be more; the first bytes are then likely, but not
 * surely, in `out`.
 */
RSK_MUST_CHECK enum rsk_err rsk_inflate_some(struct rsk_inflater *inflater,
	struct rsk_slice in, uint8_t *out, size_t room, size_t *got);

#endif
