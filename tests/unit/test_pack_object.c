#include "unit/pack_made.h"

#include "base/limits.h"
#include "pack/pack_p.h"

/*
 * One object out of a pack: what comes out byte by byte, how long a chain of
 * deltas, a stream and an object may be, and what is said of one that is not.
 */

TestSuite(object, .init = made_enter, .fini = made_leave);

struct packed {
	struct made made;
	struct rsk_pack *pack;
	struct rsk_inflater *inflater;
	enum rsk_object_type type; /* of the object that was read last */
	struct rsk_buf bytes;
};

/* Write and open what is in p->made; with NULL for the rest. */
static void open_made(struct packed *p)
{
	int dir = open("objects/pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *why = NULL;

	made_write(&p->made, "objects/pack/pack-1");
	cr_assert_eq(rsk_pack_open(
			     &p->pack, dir, "objects/pack", "pack-1.idx", &why),
		RSK_OK, "%s", why);
	p->inflater = rsk_inflater_new();
	close(dir);
}

static void close_made(struct packed *p)
{
	rsk_buf_release(&p->bytes);
	rsk_inflater_free(p->inflater);
	rsk_pack_free(p->pack);
	made_release(&p->made);
}

/* The bytes stay in p->bytes until the next call. */
static enum rsk_err read_at(struct packed *p, uint64_t offset, size_t max)
{
	rsk_buf_release(&p->bytes);
	p->bytes = RSK_BUF_INIT(max);
	p->type = 0;
	return rsk_pack_read(p->pack, p->inflater, offset, &p->type, &p->bytes);
}

static uint64_t here(const struct made *made)
{
	return made->pack.len;
}

/* "hello", whose zlib stream begins with so many blocks of nothing. */
static void put_with_empty_blocks(struct made *made, size_t blocks)
{
	made_numbered(made, 1);
	made_head(made, RSK_OBJECT_TAG, 5);
	made_zlib(made);
	for (size_t i = 0; i < blocks; i++)
		made_block(made, false, "", 0);
	made_block(made, true, "hello", 5);
	made_sum(made, "hello", 5);
}

struct stream {
	size_t blocks;
	enum rsk_err err;
	bool last; /* of the pack: there is no more than the stream to read */
};

/* Its stream may be as long as twice the object and 64 KiB: 65546 bytes. */
Test(object, length_of_a_stream)
{
	static const struct stream streams[] = {
		{ 0, RSK_OK, false },
		{ 0, RSK_OK, true },
		{ 20, RSK_OK, false },
		{ 20, RSK_OK, true },
		{ 13106, RSK_OK, false },
		{ 13106, RSK_OK, true },
		{ 13107, RSK_CORRUPT, false },
	};
	char *more = calloc(1, 100000);

	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		struct packed p = { 0 };

		made_begin(&p.made, 20);
		uint64_t offset = here(&p.made);
		put_with_empty_blocks(&p.made, streams[i].blocks);
		if (!streams[i].last)
			made_blob(&p.made, more, 100000);
		open_made(&p);
		/* With a ceiling that it touches, and with a high one. */
		for (size_t max = 5; max <= 1000000; max += 999995)
			cr_expect_eq(read_at(&p, offset, max), streams[i].err,
				"%zu blocks of nothing, at most %zu",
				streams[i].blocks, max);
		close_made(&p);
	}
	free(more);
}

/* Bytes that do not deflate have a longer stream than they are. */
Test(object, bytes_that_do_not_deflate)
{
	enum { SIZE = 300000 };
	struct packed p = { 0 };
	uint8_t *bytes = malloc(SIZE);

	cr_assert(bytes);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	made_begin(&p.made, 20);
	uint64_t offset = here(&p.made);
	made_blob(&p.made, bytes, SIZE);
	open_made(&p);
	cr_expect_eq(read_at(&p, offset, SIZE), RSK_OK);
	cr_expect_eq(p.type, RSK_OBJECT_BLOB);
	cr_expect_eq(p.bytes.len, SIZE);
	cr_expect_eq(memcmp(p.bytes.ptr, bytes, SIZE), 0);
	cr_expect_eq(read_at(&p, offset, SIZE - 1), RSK_TOOBIG);
	cr_expect_eq(p.type, RSK_OBJECT_BLOB);
	cr_expect_eq(p.bytes.len, 0);
	close_made(&p);
	free(bytes);
}

/* Longer, shorter and longer again on the way: each of them counts. */
static const uint8_t longer[] = { 5, 8, 0x90, 5, 3, ' ', 'y', 'o' };
static const uint8_t shorter[] = { 8, 2, 0x91, 1, 2 };
static const uint8_t again[] = { 2, 6, 0x90, 2, 0x90, 2, 0x90, 2 };

static const struct {
	const char *text;
	size_t needs; /* the ceiling that is high enough */
} steps[] = { { "hello", 5 }, { "hello yo", 8 }, { "el", 8 }, { "elelel", 8 } };

static void expect_steps(struct packed *p, const uint64_t *offsets)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		cr_expect_eq(read_at(p, offsets[i], steps[i].needs), RSK_OK,
			"%zu", i);
		cr_expect_eq(p->type, RSK_OBJECT_BLOB);
		cr_expect_str_eq(rsk_buf_cstr(&p->bytes), steps[i].text);
		cr_expect_eq(read_at(p, offsets[i], steps[i].needs - 1),
			RSK_TOOBIG, "%zu", i);
		cr_expect_eq(p->type, RSK_OBJECT_BLOB);
	}
}

/* By distance, or by name: then where it is does not matter. */
Test(object, chain_of_deltas)
{
	static const uint8_t *const deltas[] = { longer, shorter, again };
	static const size_t lens[] = { sizeof(longer), sizeof(shorter),
		sizeof(again) };

	for (int by_name = 0; by_name < 2; by_name++) {
		struct packed p = { 0 };
		uint64_t offsets[4];

		made_begin(&p.made, 20);
		for (size_t i = 0; i < 4; i++) {
			size_t k = by_name ? 3 - i : i;

			offsets[k] = here(&p.made);
			made_numbered(&p.made, (uint32_t)k + 1);
			if (!k) {
				made_head(&p.made, RSK_OBJECT_BLOB, 5);
				made_stored(&p.made, "hello", 5);
			} else if (by_name) {
				struct rsk_oid oid = { .len = 20,
					.bytes = { 0, 0, 0, (uint8_t)k, 1 } };

				made_ref(&p.made, &oid, deltas[k - 1],
					lens[k - 1]);
			} else {
				made_ofs(&p.made, k - 1, deltas[k - 1],
					lens[k - 1]);
			}
		}
		open_made(&p);
		expect_steps(&p, offsets);
		close_made(&p);
	}
}

/* As many as there may be, and one more. */
Test(object, chain_that_is_too_long, .timeout = 120)
{
	static const uint8_t same[] = { 5, 5, 0x90, 5 };
	struct packed p = { 0 };
	uint64_t last = 0;

	made_begin(&p.made, 20);
	made_blob(&p.made, "hello", 5);
	for (uint32_t i = 1; i <= RSK_MAX_DELTA_CHAIN; i++) {
		last = here(&p.made);
		made_numbered(&p.made, i);
		made_ofs(&p.made, i - 1, same, sizeof(same));
	}
	uint64_t over = here(&p.made);
	made_numbered(&p.made, RSK_MAX_DELTA_CHAIN + 1);
	made_ofs(&p.made, RSK_MAX_DELTA_CHAIN, same, sizeof(same));
	open_made(&p);
	cr_expect_eq(read_at(&p, last, 100), RSK_OK);
	cr_expect_str_eq(rsk_buf_cstr(&p.bytes), "hello");
	/* What was read before is not taken for it. */
	cr_expect_eq(rsk_pack_read(p.pack, p.inflater, over, &p.type, &p.bytes),
		RSK_LIMIT);
	cr_expect_eq(p.bytes.len, 0);
	close_made(&p);
}
