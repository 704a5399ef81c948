/* rooms: pack */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "pack/delta.h"

/*
 * The first two bytes say how much of the rest is the base; what follows is a
 * delta. The segments must cover the result and tell the truth about it.
 */
enum { RESULT_MAX = 1 << 20 };

static void check(struct rsk_slice base, const uint8_t *result, uint64_t size,
	const rsk_segments *segments)
{
	uint64_t at = 0;

	for (size_t i = 0; i < segments->len; i++) {
		const struct rsk_segment *s = &segments->ptr[i];

		if (s->at != at || !s->len || s->len > size - at)
			abort();
		at += s->len;
		if (s->from == RSK_INSERTED)
			continue;
		if (s->from > base.len || s->len > base.len - s->from ||
			memcmp(base.ptr + s->from, result + s->at, s->len) != 0)
			abort();
	}
	if (at != size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rsk_pack_delta delta;
	rsk_segments segments = { 0 };
	uint8_t *result = NULL;

	if (size < 2)
		return 0;
	size_t cut = 2 + ((size_t)data[0] << 8 | data[1]) % (size - 1);
	struct rsk_slice base = rsk_slice(data + 2, cut - 2);

	if (rsk_delta_begin(&delta, rsk_slice(data + cut, size - cut)) ||
		delta.size > RESULT_MAX)
		return 0;
	result = malloc(delta.size ? delta.size : 1);
	if (result &&
		!rsk_delta_apply(&delta, base, result, RSK_WHOLE, &segments))
		check(base, result, delta.size, &segments);
	free(result);
	RSK_VEC_RELEASE(&segments);
	return 0;
}
