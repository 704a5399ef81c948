#include "pack/inflate_p.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "base/mem.h"

/*
 * libdeflate keeps the tables of the codes that a stream without its own ones
 * uses until another stream needs the room. Streams of both kinds alternate in
 * a pack, and with a decompressor for each the tables are made once.
 */
struct rsk_inflater {
	struct libdeflate_decompressor *fixed, *other;
};

struct rsk_inflater *rsk_inflater_new(void)
{
	struct rsk_inflater *inflater = rsk_alloc(sizeof(*inflater));

	inflater->fixed = libdeflate_alloc_decompressor();
	inflater->other = libdeflate_alloc_decompressor();
	if (!inflater->fixed || !inflater->other)
		rsk_out_of_memory();
	return inflater;
}

void rsk_inflater_free(struct rsk_inflater *inflater)
{
	if (!inflater)
		return;
	libdeflate_free_decompressor(inflater->fixed);
	libdeflate_free_decompressor(inflater->other);
	free(inflater);
}

/* By the kind of the first block, behind the two bytes of zlib's head. */
static struct libdeflate_decompressor *choose(
	const struct rsk_inflater *inflater, struct rsk_slice in)
{
	enum { HEAD = 2, KIND_FIXED = 1 };

	if (in.len > HEAD && (in.ptr[HEAD] >> 1 & 3) == KIND_FIXED)
		return inflater->fixed;
	return inflater->other;
}

enum rsk_err rsk_inflate(struct rsk_inflater *inflater, struct rsk_slice in,
	uint8_t *out, size_t size, size_t *used)
{
	enum libdeflate_result result = libdeflate_zlib_decompress_ex(
		choose(inflater, in), in.ptr, in.len, out, size, used, NULL);

	return result == LIBDEFLATE_SUCCESS ? RSK_OK : RSK_CORRUPT;
}

enum rsk_err rsk_inflate_some(struct rsk_inflater *inflater,
	struct rsk_slice in, uint8_t *out, size_t room, size_t *got)
{
	size_t used = 0;

	switch (libdeflate_zlib_decompress_ex(
		choose(inflater, in), in.ptr, in.len, out, room, &used, got)) {
	case LIBDEFLATE_SUCCESS:
		/* Bytes behind the stream belong to nothing. */
		return used == in.len ? RSK_OK : RSK_CORRUPT;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return RSK_TOOBIG;
	default:
		return RSK_CORRUPT;
	}
}
