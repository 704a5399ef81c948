#include "pack/reader_p.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

void rsk_reader_init(struct rsk_reader *reader)
{
	*reader = (struct rsk_reader){ .bytes = NULL };
}

void rsk_reader_release(struct rsk_reader *reader)
{
	free(reader->bytes);
	free(reader->joined);
	*reader = (struct rsk_reader){ 0 };
}

/* Point *out at the bytes of block `number`, reading it if it is not there. */
static enum rsk_err get_block(struct rsk_reader *reader,
	const struct rsk_pack *pack, uint64_t number, const uint8_t **out)
{
	size_t slot = (size_t)(number % RSK_READER_BLOCKS);
	struct rsk_reader_block *block = &reader->blocks[slot];
	uint8_t *bytes = reader->bytes + slot * RSK_READER_BLOCK;
	uint64_t begin = number * RSK_READER_BLOCK;
	uint64_t left = rsk_pack_end(pack) - begin;
	size_t len = left < RSK_READER_BLOCK ? (size_t)left : RSK_READER_BLOCK;
	enum rsk_err err = RSK_OK;

	if (block->pack != pack || block->number != number) {
		block->pack = NULL;
		err = rsk_pack_bytes(pack, begin, bytes, len);
		if (err)
			return err;
		*block = (struct rsk_reader_block){ pack, number };
	}
	*out = bytes;
	return RSK_OK;
}

/* Collect what lies in several blocks. */
static enum rsk_err join(struct rsk_reader *reader, const struct rsk_pack *pack,
	uint64_t offset, size_t len)
{
	size_t done = 0;

	while (done < len) {
		uint64_t at = offset + done;
		size_t skip = (size_t)(at % RSK_READER_BLOCK);
		size_t part = RSK_READER_BLOCK - skip;
		const uint8_t *bytes = NULL;
		enum rsk_err err =
			get_block(reader, pack, at / RSK_READER_BLOCK, &bytes);

		if (err)
			return err;
		if (part > len - done)
			part = len - done;
		memcpy(reader->joined + done, bytes + skip, part);
		done += part;
	}
	return RSK_OK;
}

enum rsk_err rsk_reader_get(struct rsk_reader *reader,
	const struct rsk_pack *pack, uint64_t offset, size_t len,
	struct rsk_slice *out)
{
	uint64_t left = rsk_pack_end(pack) - offset;
	size_t skip = (size_t)(offset % RSK_READER_BLOCK);
	const uint8_t *bytes = NULL;
	enum rsk_err err;

	if (len > left)
		len = (size_t)left;
	if (pack->mapped) {
		*out = rsk_slice(rsk_mapped_bytes(pack->mapped) + offset, len);
		return RSK_OK;
	}
	assert(len <= RSK_READER_MAX);
	if (!reader->bytes) {
		reader->bytes =
			rsk_alloc_array(RSK_READER_BLOCKS, RSK_READER_BLOCK);
		reader->joined = rsk_alloc(RSK_READER_MAX);
	}
	if (skip + len > RSK_READER_BLOCK) {
		err = join(reader, pack, offset, len);
		bytes = reader->joined;
		skip = 0;
	} else {
		err = get_block(
			reader, pack, offset / RSK_READER_BLOCK, &bytes);
	}
	if (err)
		return err;
	*out = rsk_slice(bytes + skip, len);
	return RSK_OK;
}
