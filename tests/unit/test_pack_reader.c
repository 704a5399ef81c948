#include "pack/reader_p.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/kept.h"

/*
 * The blocks of a pack that is not mapped: every byte at its place, whatever
 * borders it lies at, up to the end, and after a read that failed.
 */

enum {
	BLOCK = RSK_READER_BLOCK,
	MOST = RSK_READER_MAX,
	ROUND = RSK_READER_BLOCKS * BLOCK, /* then a block has the same place */
	WRITTEN = 2 * MOST,
	END = WRITTEN + 100,
	OID = 20,
};

static uint8_t byte_at(uint64_t at)
{
	return (uint8_t)(at * 7 + at / 256 + at / BLOCK);
}

static void write_at(int fd, uint64_t at, size_t len)
{
	uint8_t *bytes = malloc(len);

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < len; i++)
		bytes[i] = byte_at(at + i);
	cr_assert_eq(pwrite(fd, bytes, len, (off_t)at), (ssize_t)len);
	free(bytes);
}

/* No index, no entries: that is not what a reader looks at. */
static struct rsk_pack pack_of(uint64_t size)
{
	char name[] = "/tmp/rskan-reader-XXXXXX";
	struct rsk_pack pack = {
		.fd = mkstemp(name), .size = size + OID, .oid_len = OID
	};

	cr_assert(pack.fd >= 0);
	unlink(name);
	cr_assert_eq(ftruncate(pack.fd, (off_t)pack.size), 0);
	write_at(pack.fd, 0, WRITTEN);
	return pack;
}

static void expect_bytes(struct rsk_reader *reader, const struct rsk_pack *pack,
	uint64_t offset, size_t len)
{
	struct rsk_slice got = { 0 };
	size_t same = 0;

	cr_assert_eq(rsk_reader_get(reader, pack, offset, len, &got), RSK_OK);
	cr_assert_eq(got.len, len, "%zu at %zu", len, (size_t)offset);
	while (same < len && got.ptr[same] == byte_at(offset + same))
		same++;
	cr_expect_eq(same, len, "%zu at %zu", len, (size_t)offset);
}

static const struct {
	uint64_t offset;
	size_t len;
} ranges[] = {
	{ 0, 1 },
	{ BLOCK - 1, 1 },
	{ BLOCK - 1, 2 },
	{ 3 * BLOCK - 10, 20 },
	{ 5 * BLOCK, BLOCK },
	{ 5 * BLOCK, BLOCK + 1 },
	{ 7 * BLOCK - 1, 2 * BLOCK },
	{ 0, MOST },
	{ 1, MOST },
	{ MOST - 1, MOST },
	{ MOST, MOST },
};

/* By a reader of its own, where no block is there, and once more. */
Test(pack_reader, bytes_at_borders)
{
	struct rsk_pack pack = pack_of(END);
	struct rsk_reader used;

	rsk_reader_init(&used);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct rsk_reader fresh;

		rsk_reader_init(&fresh);
		expect_bytes(&fresh, &pack, ranges[i].offset, ranges[i].len);
		expect_bytes(&fresh, &pack, ranges[i].offset, ranges[i].len);
		expect_bytes(&used, &pack, ranges[i].offset, ranges[i].len);
		rsk_reader_release(&fresh);
	}
	rsk_reader_release(&used);
	close(pack.fd);
}

/* Less than was asked for, where the last object ends. */
Test(pack_reader, ends_with_the_last_object)
{
	struct rsk_pack pack = pack_of(END);

	for (int mapped = 0; mapped < 2; mapped++) {
		struct rsk_slice got = { 0 };
		struct rsk_reader reader;

		if (mapped)
			rsk_pack_map(&pack);
		cr_expect_eq(pack.mapped != NULL, mapped);
		rsk_reader_init(&reader);
		for (size_t len = 99; len <= 102; len++) {
			cr_expect_eq(rsk_reader_get(&reader, &pack, WRITTEN,
					     len, &got),
				RSK_OK);
			cr_expect_eq(got.len, len < 100 ? len : 100);
		}
		cr_expect_eq(
			rsk_reader_get(&reader, &pack, END - 1, MOST, &got),
			RSK_OK);
		cr_expect_eq(got.len, 1);
		rsk_reader_release(&reader);
	}
	rsk_mapped_free(pack.mapped);
	close(pack.fd);
}

/* What a read that failed has left is no block that was there before. */
Test(pack_reader, keeps_nothing_of_a_failure)
{
	struct rsk_pack pack = pack_of(ROUND + BLOCK);
	struct rsk_reader reader;
	struct rsk_slice got = { 0 };

	rsk_reader_init(&reader);
	expect_bytes(&reader, &pack, 0, BLOCK);
	cr_assert_eq(ftruncate(pack.fd, ROUND + BLOCK / 2), 0);
	cr_expect_eq(
		rsk_reader_get(&reader, &pack, ROUND, 10, &got), RSK_CHANGED);
	expect_bytes(&reader, &pack, 0, BLOCK);
	cr_expect_eq(rsk_reader_get(&reader, &pack, ROUND - 5, 10, &got),
		RSK_CHANGED);
	cr_expect_null(got.ptr);
	rsk_reader_release(&reader);
	close(pack.fd);
}

/* The block of another pack in the same place is another one. */
Test(pack_reader, tells_packs_apart)
{
	struct rsk_pack one = pack_of(END);
	struct rsk_pack two = pack_of(END);
	struct rsk_slice got = { 0 };
	struct rsk_reader reader;

	cr_assert_eq(pwrite(two.fd, "two", 3, 0), 3);
	rsk_reader_init(&reader);
	expect_bytes(&reader, &one, 0, 100);
	cr_expect_eq(rsk_reader_get(&reader, &two, 0, 3, &got), RSK_OK);
	cr_expect(rsk_slice_eq(got, RSK_LIT("two")));
	expect_bytes(&reader, &one, 0, 100);
	rsk_reader_release(&reader);
	close(one.fd);
	close(two.fd);
}

static struct rsk_pack shared;

static void read_and_release(void)
{
	struct rsk_reader reader;

	rsk_reader_init(&reader);
	expect_bytes(&reader, &shared, BLOCK - 1, 2);
	rsk_reader_release(&reader);
	rsk_reader_release(&reader);
}

Test(pack_reader, memory_is_freed)
{
	shared = pack_of(END);
	expect_nothing_kept(read_and_release);
	close(shared.fd);
}
