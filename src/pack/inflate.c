#include "pack/inflate_p.h"

#include <libdeflate.h>

#include "base/mem.h"

/* Only a name of our own: libdeflate's struct stays in this file. */
static struct libdeflate_decompressor *inner(struct rsk_inflater *inflater)
{
	return (struct libdeflate_decompressor *)(void *)inflater;
}

struct rsk_inflater *rsk_inflater_new(void)
{
	struct libdeflate_decompressor *made = libdeflate_alloc_decompressor();

	if (!made)
		rsk_out_of_memory();
	return (struct rsk_inflater *)(void *)made;
}

void rsk_inflater_free(struct rsk_inflater *inflater)
{
	libdeflate_free_decompressor(inner(inflater));
}

enum rsk_err rsk_inflate(struct rsk_inflater *inflater, struct rsk_slice in,
	uint8_t *out, size_t size, size_t *used)
{
	enum libdeflate_result result = libdeflate_zlib_decompress_ex(
		inner(inflater), in.ptr, in.len, out, size, used, NULL);

	return result == LIBDEFLATE_SUCCESS ? RSK_OK : RSK_CORRUPT;
}

enum rsk_err rsk_inflate_some(struct rsk_inflater *inflater,
	struct rsk_slice in, uint8_t *out, size_t room, size_t *got)
{
	size_t used = 0;

	switch (libdeflate_zlib_decompress_ex(
		inner(inflater), in.ptr, in.len, out, room, &used, got)) {
	case LIBDEFLATE_SUCCESS:
		/* Bytes behind the stream belong to nothing. */
		return used == in.len ? RSK_OK : RSK_CORRUPT;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return RSK_TOOBIG;
	default:
		return RSK_CORRUPT;
	}
}
