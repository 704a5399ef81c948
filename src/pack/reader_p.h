#ifndef RSK_PACK_READER_P_H
#define RSK_PACK_READER_P_H

#include "pack/pack_p.h"

/*
 * Gives out the bytes of a pack: those of its mapping or, where it could not be
 * mapped, read in blocks, of which the last ones are kept. The entries of a
 * delta tree lie near each other, but not in the order in which they are
 * needed: with one window instead of many blocks, walking a pack read it sixty
 * times.
 *
 * Blocks are made when the first is needed.
 *
 * Threads   a reader belongs to one thread.
 */
enum {
	RSK_READER_BLOCK = 16 * 1024,
	RSK_READER_BLOCKS = 512,
	RSK_READER_MAX = 256 * 1024, /* most at a time of what is not mapped */
};

struct rsk_reader {
	struct rsk_reader_block {
		const struct rsk_pack *pack; /* NULL: nothing in it */
		uint64_t number;             /* of the block in its pack */
	} blocks[RSK_READER_BLOCKS];
	uint8_t *bytes;  /* of all blocks */
	uint8_t *joined; /* what reaches over a border */
};

void rsk_reader_init(struct rsk_reader *reader);
void rsk_reader_release(struct rsk_reader *reader);

/*
 * The bytes of `pack` from `offset` on: `len` of them, at most RSK_READER_MAX
 * if it is not mapped, or less where its last object ends. They live until the
 * next call.
 * RSK_IO, RSK_CHANGED.
 */
RSK_MUST_CHECK enum rsk_err rsk_reader_get(struct rsk_reader *reader,
	const struct rsk_pack *pack, uint64_t offset, size_t len,
	struct rsk_slice *out);

#endif
