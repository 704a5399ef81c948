#include "unit/pack_made.h"

#include "base/limits.h"
#include "pack/pack_p.h"
#include "unit/kept.h"

/*
 * One pack and its index, opened by themselves: what is said of each that
 * cannot be used, every name and offset of one that can, and what is left
 * behind.
 */

TestSuite(pack_index, .init = made_enter, .fini = made_leave);

#define PACK "objects/pack/pack-1"

/* Over the bytes of a file that there is; a file of holes up to there. */
static void put(const char *end, off_t at, const void *bytes, size_t len)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), PACK "%s", end);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	cr_assert(fd >= 0);
	cr_assert_eq(pwrite(fd, bytes, len, at), (ssize_t)len);
	close(fd);
}

static void put_be32(const char *end, off_t at, uint32_t value)
{
	const uint8_t bytes[] = { (uint8_t)(value >> 24),
		(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };

	put(end, at, bytes, sizeof(bytes));
}

static off_t size_of(const char *end)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), PACK "%s", end);
	cr_assert_eq(stat(path, &st), 0);
	return st.st_size;
}

static void cut(const char *end, off_t size)
{
	char path[64];

	snprintf(path, sizeof(path), PACK "%s", end);
	cr_assert_eq(truncate(path, size), 0, "no sparse files here");
}

static enum rsk_err try_open(struct rsk_pack **pack, const char **why)
{
	return rsk_pack_open(pack, AT_FDCWD, "here", PACK ".idx", why);
}

static struct rsk_pack *open_pack(void)
{
	struct rsk_pack *pack = NULL;
	const char *why = "";

	cr_assert_eq(try_open(&pack, &why), RSK_OK, "%s", why);
	return pack;
}

static void load(struct rsk_pack *pack)
{
	const char *why = "";

	cr_assert_eq(rsk_pack_load(pack, &why), RSK_OK, "%s", why);
}

/* ---- names ---- */

static void add_small_blob(struct made *made, const uint8_t *name)
{
	made_named(made, name);
	made_head(made, RSK_OBJECT_BLOB, 5);
	made_stored(made, "hello", 5);
}

/* Sorted: alike in their first 4, 8, 12 bytes, and at the ends of the fan-out.
 */
static const uint8_t names[][32] = {
	{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 },
	{ 0, 1 },
	{ 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7 },
	{ 1 },
	{ 1, 0, 0, 0, 0, 0, 0, 3 },
	{ 1, 0, 0, 0, 0, 0, 0, 5 },
	{ 1, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 },
	{ 1, 0, 0, 0, 0x80 },
	{ 2, 0, 0, 0, 0, 0, 0, 1 },
	{ 0x11, 2 },
	{ 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	{ 0x80 },
	{ 0x80, 0, 0, 0, 0, 0, 0, 0, 0xff },
	{ 0xef, 0xff },
	{ 0xf0 },
	{ 0xfe, 3 },
	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd },
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static void write_names(size_t len, size_t oid_len)
{
	struct made made;

	made_begin(&made, oid_len);
	for (size_t i = 0; i < len; i++)
		add_small_blob(&made, names[i]);
	made_write(&made, PACK);
	made_release(&made);
}

/* A name, and those beside it, which are not there. */
static void expect_found(const struct rsk_pack *pack, uint32_t at)
{
	struct rsk_oid oid = rsk_oid_of(names[at], pack->oid_len);
	uint32_t place = UINT32_MAX;

	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_OK, "%u", at);
	cr_expect_eq(place, at);
	oid.bytes[oid.len - 1] ^= 1;
	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_NOTFOUND, "%u", at);
	oid.bytes[oid.len - 1] ^= 1;
	oid.bytes[7] ^= 2;
	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_NOTFOUND, "%u", at);
	cr_expect_eq(place, at);
}

/* For each first byte, behind all names that have it. */
static void expect_nothing_else(const struct rsk_pack *pack)
{
	for (unsigned first = 0; first < 256; first++) {
		struct rsk_oid oid = { .len = pack->oid_len };
		uint32_t place;

		oid.bytes[0] = (uint8_t)first;
		memset(oid.bytes + 1, 0xff, oid.len - 1);
		cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_NOTFOUND,
			"%u", first);
	}
}

/* For all first bits there may be: the first name that has them or more. */
static void expect_fine(const struct rsk_pack *pack, unsigned bits)
{
	uint32_t place = 0;

	cr_assert_eq(pack->fine_bits, bits, "%u names: %u bits", pack->count,
		pack->fine_bits);
	for (uint32_t key = 0; key < (uint32_t)1 << bits; key++) {
		while (place < pack->count &&
			((uint32_t)names[place][0] << 8 | names[place][1]) >>
				(16 - bits) < key)
			place++;
		cr_expect_eq(
			pack->fine[key], place, "%u: %u", key, pack->fine[key]);
	}
}

static void expect_names(size_t len, size_t oid_len)
{
	struct rsk_pack *pack;

	write_names(len, oid_len);
	pack = open_pack();
	cr_expect_eq(pack->count, len);
	cr_expect_eq(pack->oid_len, oid_len);
	for (int loaded = 0; loaded < 2; loaded++) {
		for (uint32_t i = 0; i < len; i++)
			expect_found(pack, i);
		expect_nothing_else(pack);
		load(pack);
	}
	expect_fine(pack, 4);
	for (uint32_t i = 0; i < len; i++)
		cr_expect_arr_eq(rsk_pack_name(pack, i), names[i], oid_len);
	rsk_pack_free(pack);
}

Test(pack_index, names)
{
	const size_t lens[] = { 0, 1, 2, 7, 15, 16, NAMES };

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		expect_names(lens[i], 20);
		expect_names(lens[i], 32);
	}
}

Test(pack_index, name_of_another_length)
{
	struct rsk_oid oid = rsk_oid_of(names[0], 32);
	struct rsk_pack *pack;
	uint32_t place;

	write_names(NAMES, 20);
	pack = open_pack();
	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_NOTFOUND);
	load(pack);
	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_NOTFOUND);
	rsk_pack_free(pack);
}

/* ---- offsets ---- */

/* With `len` objects, each of which has a 64-bit offset. */
static void write_bigs(size_t len, uint64_t offset)
{
	struct made made;

	made_begin(&made, 20);
	for (size_t i = 0; i < len; i++) {
		add_small_blob(&made, names[i]);
		made.entries.ptr[i].small = 0x80000000U | (uint32_t)i;
		*RSK_VEC_PUSH(&made.bigs) = offset + i;
	}
	made_write(&made, PACK);
	made_release(&made);
}

/* As many as there are objects; the fan-out does not know of them. */
Test(pack_index, offsets_of_64_bits)
{
	enum { LEN = 7 };
	struct rsk_pack *pack;

	write_bigs(LEN, RSK_PACK_HEAD);
	pack = open_pack();
	cr_expect_eq(pack->bigs, LEN);
	for (int loaded = 0; loaded < 2; loaded++) {
		for (uint32_t i = 0; i < LEN; i++) {
			uint64_t offset = 0;

			cr_expect_eq(rsk_pack_offset(pack, i, &offset), RSK_OK);
			cr_expect_eq(offset, RSK_PACK_HEAD + i);
		}
		load(pack);
	}
	rsk_pack_free(pack);
}

/* The one behind the last is no offset, whatever stands there. */
Test(pack_index, offset_behind_the_last)
{
	enum { LEN = 7 };
	struct rsk_pack *pack;
	uint64_t offset = 77;

	write_bigs(LEN, RSK_PACK_HEAD);
	put_be32(".idx", RSK_IDX_NAMES + LEN * 24, 0x80000000U | LEN);
	put(".idx", size_of(".idx") - 40, "\0\0\0\0\0\0\0\x0c", 8);
	put(".pack", size_of(".pack") - 20, "\0\0\0\0\0\0\0\x0c", 8);
	pack = open_pack();
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_CORRUPT);
	cr_expect_eq(offset, 77);
	rsk_pack_free(pack);
}

/* A file of holes, as long as the offset needs it to be. */
Test(pack_index, offset_behind_four_gib)
{
	const uint64_t far = 0x102030405;
	struct rsk_pack *pack;
	uint64_t offset = 0;

	write_bigs(1, far);
	cut(".pack", (off_t)(far + 1 + 20));
	put(".pack", (off_t)(far + 1), "no one looks whether", 20);
	pack = open_pack();
	cr_expect_eq(rsk_pack_end(pack), far + 1);
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_OK);
	cr_expect_eq(offset, far);
	rsk_pack_free(pack);
}

/* ---- what cannot be used ---- */

static const char no_pack[] = "not a pack";
static const char no_index[] = "an index of version 1, or none at all (git "
			       "index-pack makes a new one)";
static const char short_pack[] = "too short for a pack";
static const char other_version[] = "a pack of another version than 2";
static const char other_index[] = "an index of another version than 2";
static const char falls[] = "the index's fan-out table falls";
static const char other_number[] =
	"index and pack differ in the number of objects";
static const char other_size[] =
	"the index's size does not fit its number of objects";
static const char other_pack[] =
	"the index belongs to another pack, or the pack is cut off";

static void expect_refused(enum rsk_err want, const char *want_why)
{
	struct rsk_pack *pack = NULL;
	const char *why = "";

	cr_expect_eq(try_open(&pack, &why), want, "%s: %s", want_why, why);
	cr_expect_str_eq(why, want_why);
	cr_expect_null(pack);
}

struct spoilt {
	const char *end; /* of the file */
	off_t at;        /* from its end, if negative */
	const char *bytes;
	size_t len;
	enum rsk_err err; /* RSK_OK: it is opened */
	const char *why;
};

/* Of 17 names, which are 1032 + 17 * 28 + 40 bytes. */
static const struct spoilt spoilt[] = {
	{ ".pack", 0, "\0", 1, RSK_CORRUPT, no_pack },
	{ ".pack", 3, "k", 1, RSK_CORRUPT, no_pack },
	{ ".pack", 4, "\1", 1, RSK_UNSUPPORTED, other_version },
	{ ".pack", 7, "\3", 1, RSK_UNSUPPORTED, other_version },
	{ ".pack", 8, "\1", 1, RSK_CORRUPT, other_number },
	{ ".pack", 11, "\20", 1, RSK_CORRUPT, other_number },
	{ ".pack", -1, "\1", 1, RSK_CORRUPT, other_pack },
	{ ".pack", -20, "\1", 1, RSK_CORRUPT, other_pack },
	{ ".idx", 0, "\0", 1, RSK_UNSUPPORTED, no_index },
	{ ".idx", 3, "C", 1, RSK_UNSUPPORTED, no_index },
	{ ".idx", 4, "\1", 1, RSK_UNSUPPORTED, other_index },
	{ ".idx", 7, "\3", 1, RSK_UNSUPPORTED, other_index },
	{ ".idx", 8, "\1", 1, RSK_CORRUPT, falls },
	{ ".idx", 8 + 4 * 255, "\0\0\0\0", 4, RSK_CORRUPT, falls },
	{ ".idx", 8 + 4 * 255 + 3, "\22", 1, RSK_CORRUPT, other_number },
	{ ".idx", -40, "\1", 1, RSK_CORRUPT, other_pack },
	{ ".idx", -21, "\1", 1, RSK_CORRUPT, other_pack },
	/* The sum of the index itself is nobody's business. */
	{ ".idx", -20, "a sum of the index..", 20, RSK_OK, NULL },
};

Test(pack_index, spoilt_bytes)
{
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		const struct spoilt *s = &spoilt[i];
		off_t from = s->at < 0 ? size_of(s->end) : 0;

		write_names(NAMES, 20);
		put(s->end, from + s->at, s->bytes, s->len);
		if (s->err)
			expect_refused(s->err, s->why);
		else
			rsk_pack_free(open_pack());
	}
}

static const struct {
	const char *end;
	off_t size;
	enum rsk_err err;
	const char *why;
} sizes[] = {
	{ ".pack", 0, RSK_CORRUPT, short_pack },
	{ ".pack", 31, RSK_CORRUPT, short_pack },
	{ ".pack", 32, RSK_CORRUPT, other_pack },
	{ ".idx", 0, RSK_CORRUPT, "too short for an index" },
	{ ".idx", 1031, RSK_CORRUPT, "too short for an index" },
	{ ".idx", 1032, RSK_CORRUPT, other_size },
	{ ".idx", 1032 + 17 * 28 + 39, RSK_CORRUPT, other_size },
	{ ".idx", 1032 + 17 * 28 + 41, RSK_CORRUPT, other_size },
	{ ".idx", 1032 + 17 * 28 + 44, RSK_CORRUPT, other_size },
	{ ".idx", 1032 + 17 * 28 + 39 + 18 * 8, RSK_CORRUPT, other_size },
	{ ".idx", 1032 + 17 * 28 + 40 + 18 * 8, RSK_CORRUPT, other_size },
};

Test(pack_index, sizes_that_do_not_fit)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_names(NAMES, 20);
		cut(sizes[i].end, sizes[i].size);
		expect_refused(sizes[i].err, sizes[i].why);
	}
}

/* Git packs an empty file alone in 41 bytes, and nothing at all in 32. */
Test(pack_index, smallest_packs)
{
	struct made made;

	for (size_t oid_len = 20; oid_len <= 32; oid_len += 12) {
		made_begin(&made, oid_len);
		made_write(&made, PACK);
		made_release(&made);
		cr_expect_eq(size_of(".pack"), 12 + (off_t)oid_len);

		struct rsk_pack *pack = open_pack();
		load(pack);
		cr_expect_eq(pack->count, 0);
		cr_expect_eq(rsk_pack_end(pack), RSK_PACK_HEAD);
		rsk_pack_free(pack);
		cut(".pack", 11 + (off_t)oid_len);
		expect_refused(RSK_CORRUPT, short_pack);
	}
}

Test(pack_index, files_that_are_not_there)
{
	write_names(1, 20);
	cr_assert_eq(unlink(PACK ".idx"), 0);
	expect_refused(RSK_NOTFOUND, "its index cannot be opened");
	cr_assert_eq(mkdir(PACK ".idx", 0777), 0);
	expect_refused(RSK_SPECIAL, "its index cannot be opened");
	cr_assert_eq(unlink(PACK ".pack"), 0);
	expect_refused(RSK_NOTFOUND, rsk_err_text(RSK_NOTFOUND));
	cr_assert_eq(mkfifo(PACK ".pack", 0666), 0);
	expect_refused(RSK_SPECIAL, rsk_err_text(RSK_SPECIAL));
}

/* ---- what is seen when all of an index is read ---- */

static const char bad_fanout[] = "the index's fan-out table is wrong";
static const char bad_order[] = "the index's names are not sorted";
static const char bad_offset[] = "the index points outside the pack";

enum { NAME = RSK_IDX_NAMES, OFFSETS = RSK_IDX_NAMES + NAMES * 24 };

static const struct spoilt unloadable[] = {
	/* A name that is before, or behind, those of its first byte. */
	{ ".idx", NAME, "\1", 1, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 16 * 20, "\xfe\4", 2, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 3 * 20, "\2", 1, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 8 * 20, "\1\1", 2, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 2 * 20, "\1\1", 2, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 10 * 20, "\x80\0", 2, RSK_CORRUPT, bad_fanout },
	{ ".idx", NAME + 13 * 20, "\xf0\0", 2, RSK_CORRUPT, bad_fanout },
	/* The same as the one before it, less than that in its last byte. */
	{ ".idx", NAME + 2 * 20 + 12, "\0", 1, RSK_CORRUPT, bad_order },
	{ ".idx", NAME + 3 * 20 + 19, "\1\1\0\0\0\0\0\0", 8, RSK_OK, NULL },
	{ ".idx", NAME + 5 * 20 + 19, "\x0a", 1, RSK_CORRUPT, bad_order },
	{ ".idx", OFFSETS, "\0\0\0\x0b", 4, RSK_CORRUPT, bad_offset },
	{ ".idx", OFFSETS, "\0\0\0\x0c", 4, RSK_OK, NULL },
	{ ".idx", OFFSETS + 4, "\0\0\0\0", 4, RSK_CORRUPT, bad_offset },
	{ ".idx", OFFSETS + 16 * 4, "\x7f", 1, RSK_CORRUPT, bad_offset },
	{ ".idx", OFFSETS + 16 * 4, "\x80\0\0\0", 4, RSK_CORRUPT, bad_offset },
};

static void expect_unloadable(const struct spoilt *s)
{
	struct rsk_pack *pack;
	const char *why = "";

	write_names(NAMES, 20);
	put(s->end, s->at, s->bytes, s->len);
	pack = open_pack();
	cr_expect_eq(
		rsk_pack_load(pack, &why), s->err, "%d: %s", (int)s->at, why);
	if (s->err)
		cr_expect_str_eq(why, s->why);
	cr_expect_eq(pack->idx.len, s->err ? 0 : size_of(".idx"));
	/* A later walk tries again. */
	cr_expect_eq(pack->fine == NULL, s->err != RSK_OK);
	rsk_pack_free(pack);
}

Test(pack_index, spoilt_names_and_offsets)
{
	for (size_t i = 0; i < sizeof(unloadable) / sizeof(unloadable[0]); i++)
		expect_unloadable(&unloadable[i]);
}

/* The last offset that is inside, and the first that is not. */
Test(pack_index, offset_at_the_end)
{
	struct rsk_pack *pack;
	uint64_t offset = 0;
	uint32_t end;

	write_names(1, 20);
	end = (uint32_t)size_of(".pack") - 20;
	put_be32(".idx", RSK_IDX_NAMES + 24, end - 1);
	pack = open_pack();
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_OK);
	cr_expect_eq(offset, end - 1);
	put_be32(".idx", RSK_IDX_NAMES + 24, end);
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_CORRUPT);
	rsk_pack_free(pack);
}

static void expect_load_fails(
	struct rsk_pack *pack, enum rsk_err want, const char *want_why)
{
	const char *why = "";

	cr_expect_eq(rsk_pack_load(pack, &why), want);
	cr_expect_str_eq(why, want_why);
	cr_expect_eq(pack->idx.len, 0);
	rsk_pack_free(pack);
}

Test(pack_index, index_that_changes_meanwhile)
{
	static const char changed[] = "its index changed while it was read";
	const off_t entries[] = { 0, 0x80, 0xff };
	struct rsk_pack *pack;

	for (size_t i = 0; i < 3; i++) {
		write_names(NAMES, 20);
		pack = open_pack();
		put(".idx", RSK_IDX_HEAD + 4 * entries[i], "\x70", 1);
		expect_load_fails(pack, RSK_CHANGED, changed);
	}
	write_names(NAMES, 20);
	pack = open_pack();
	cut(".idx", size_of(".idx") - 1);
	expect_load_fails(pack, RSK_CHANGED, "its index cannot be read");
}

/* Of so many million names, all of them in a hole. */
static struct rsk_pack *open_huge(uint64_t n)
{
	const off_t size = (off_t)(RSK_IDX_NAMES + n * 28 + 40);
	static const char sum[] = "no one looks whether";
	struct rsk_pack *pack;

	write_names(0, 20);
	put_be32(".pack", 8, (uint32_t)n);
	put_be32(".idx", RSK_IDX_HEAD + 4 * 0xff, (uint32_t)n);
	cut(".idx", size);
	put(".idx", size - 40, sum, 20);
	pack = open_pack();
	cr_expect_eq(pack->count, n);
	return pack;
}

Test(pack_index, index_over_the_limit)
{
	struct rsk_pack *pack = open_huge(RSK_MAX_PACK_INDEX / 28);

	expect_load_fails(pack, RSK_TOOBIG, "its index cannot be read");
}

/* It would be read, had it not gone, or no memory been there for it. */
Test(pack_index, large_index_under_the_limit)
{
	struct rsk_pack *pack = open_huge(RSK_MAX_PACK_INDEX / 56 + 1);
	const char *why = "";

	cut(".idx", RSK_IDX_NAMES);
	cr_expect_neq(rsk_pack_load(pack, &why), RSK_OK);
	cr_expect_neq(rsk_pack_load(pack, &why), RSK_TOOBIG);
	rsk_pack_free(pack);
}

/* Two to four names to each of the first bits, and four bits at least. */
Test(pack_index, bits_grow_with_the_names)
{
	const struct {
		uint32_t names;
		unsigned bits;
	} rows[] = { { 63, 4 }, { 64, 5 }, { 127, 5 }, { 128, 6 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_pack *pack;
		struct made made;

		made_begin(&made, 20);
		for (uint32_t n = 0; n < rows[i].names; n++) {
			made_numbered(&made, n << 25);
			made_bytes(&made, "2hello", 6);
		}
		made_write(&made, PACK);
		pack = open_pack();
		load(pack);
		cr_expect_eq(pack->fine_bits, rows[i].bits, "%u names: %u",
			rows[i].names, pack->fine_bits);
		for (uint32_t n = 0; n < rows[i].names; n++) {
			struct rsk_oid oid = made_oid(&made, n);
			uint32_t place = UINT32_MAX;

			cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_OK);
			cr_expect_eq(place, n);
		}
		rsk_pack_free(pack);
		made_release(&made);
	}
}

/* ---- what is read, and what is left behind ---- */

Test(pack_index, pack_that_shrinks)
{
	struct rsk_pack *pack;
	uint8_t bytes[4] = { 0 };
	off_t size;

	write_names(2, 20);
	pack = open_pack();
	size = size_of(".pack");
	cr_expect_eq(rsk_pack_bytes(pack, 0, bytes, 4), RSK_OK);
	cr_expect_arr_eq(bytes, "PACK", 4);
	cr_expect_eq(pack->size, size);
	cr_expect_not(rsk_pack_shrank(pack));
	cut(".pack", size + 1);
	cr_expect_not(rsk_pack_shrank(pack));
	cut(".pack", size - 1);
	cr_expect(rsk_pack_shrank(pack));
	cr_expect_eq(rsk_pack_bytes(pack, (uint64_t)size - 4, bytes, 4),
		RSK_CHANGED);
	rsk_pack_free(pack);
}

/* A name is still found, and where its object begins is not. */
Test(pack_index, offsets_that_are_gone)
{
	struct rsk_pack *pack;
	struct rsk_oid oid;
	uint64_t offset = 0;
	uint32_t place = 0;

	write_names(NAMES, 20);
	pack = open_pack();
	cut(".idx", RSK_IDX_NAMES + NAMES * 20);
	oid = rsk_oid_of(names[0], 20);
	cr_expect_eq(rsk_pack_find(pack, &oid, &place), RSK_OK);
	cr_expect_eq(rsk_pack_offset(pack, place, &offset), RSK_CHANGED);
	/* No byte behind it is needed. */
	cut(".idx", OFFSETS + 4);
	put_be32(".idx", OFFSETS, RSK_PACK_HEAD);
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_OK);
	cr_expect_eq(rsk_pack_offset(pack, 1, &offset), RSK_CHANGED);
	rsk_pack_free(pack);
}

Test(pack_index, offset_of_64_bits_that_is_gone)
{
	struct rsk_pack *pack;
	uint64_t offset = 0;

	write_bigs(1, RSK_PACK_HEAD);
	pack = open_pack();
	cut(".idx", RSK_IDX_NAMES + 20 + 4 + 4 + 8);
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_OK);
	cut(".idx", RSK_IDX_NAMES + 20 + 4 + 4);
	cr_expect_eq(rsk_pack_offset(pack, 0, &offset), RSK_CHANGED);
	rsk_pack_free(pack);
}

/* A mapping that broke stays so, though the file is whole again. */
Test(pack_index, mapping_that_breaks)
{
	struct rsk_pack *pack;
	off_t size;

	write_names(NAMES, 20);
	size = size_of(".pack");
	pack = open_pack();
	rsk_pack_map(pack);
	cr_assert_not_null(pack->mapped);
	cr_expect_arr_eq(rsk_mapped_bytes(pack->mapped), "PACK", 4);
	const struct rsk_mapped *first = pack->mapped;
	rsk_pack_map(pack);
	cr_expect_eq(pack->mapped, first);
	cr_expect_not(rsk_pack_shrank(pack));
	cut(".pack", 0);
	cr_expect_eq(rsk_mapped_bytes(pack->mapped)[0], 0);
	cut(".pack", size);
	cr_expect(rsk_pack_shrank(pack));
	rsk_pack_free(pack);
}

/* More often than there may be mappings at a time. */
Test(pack_index, mappings_are_given_back)
{
	write_names(2, 20);
	for (size_t i = 0; i <= RSK_MAX_MAPPINGS; i++) {
		struct rsk_pack *pack = open_pack();

		rsk_pack_map(pack);
		cr_expect_not_null(pack->mapped, "%zu", i);
		rsk_pack_free(pack);
	}
}

/* One more than there may be is read. */
Test(pack_index, mapped_where_there_is_room)
{
	struct rsk_pack *packs[RSK_MAX_MAPPINGS + 1];

	write_names(2, 20);
	for (size_t i = 0; i <= RSK_MAX_MAPPINGS; i++) {
		packs[i] = open_pack();
		rsk_pack_map(packs[i]);
		cr_expect_eq(packs[i]->mapped != NULL, i < RSK_MAX_MAPPINGS);
	}
	for (size_t i = 0; i <= RSK_MAX_MAPPINGS; i++)
		rsk_pack_free(packs[i]);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

/* The first numbers of all are no exception. */
Test(pack_index, files_are_closed)
{
	struct rsk_pack *pack;

	write_names(2, 20);
	close(0);
	close(1);
	pack = open_pack();
	cr_expect_eq(pack->fd, 0);
	cr_expect_eq(pack->idx_fd, 1);
	cr_expect_str_eq(pack->path, "here/" PACK ".pack");
	rsk_pack_free(pack);
	cr_expect_not(is_open(0));
	cr_expect_not(is_open(1));
}

/* Whichever of the two is not there, the other is closed, and nothing else. */
Test(pack_index, files_of_a_failure)
{
	struct rsk_pack *pack = NULL;
	const char *why;
	int first;

	write_names(2, 20);
	close(0);
	cr_assert_eq(open("/dev/null", O_RDONLY), 0);
	first = dup(0);
	close(first);
	cr_assert_eq(unlink(PACK ".idx"), 0);
	cr_expect_eq(try_open(&pack, &why), RSK_NOTFOUND);
	cr_expect_not(is_open(first));
	cr_assert_eq(unlink(PACK ".pack"), 0);
	cr_expect_eq(try_open(&pack, &why), RSK_NOTFOUND);
	cr_expect(is_open(0));
}

static void open_and_load(void)
{
	struct rsk_pack *pack = open_pack();

	load(pack);
	load(pack);
	rsk_pack_free(pack);
}

static void fail_to_open(void)
{
	expect_refused(RSK_CORRUPT, no_pack);
}

/* Whoever has it open may try as often as he likes. */
static void fail_to_load(void)
{
	struct rsk_pack *pack = open_pack();
	const char *why = "";

	for (int i = 0; i < 3; i++)
		cr_expect_eq(rsk_pack_load(pack, &why), RSK_CORRUPT);
	cr_expect_str_eq(why, bad_offset);
	rsk_pack_free(pack);
}

Test(pack_index, memory_is_freed)
{
	write_names(NAMES, 20);
	expect_nothing_kept(open_and_load);
	put(".idx", OFFSETS, "\0\0\0\x0b", 4);
	expect_nothing_kept(fail_to_load);
	put(".pack", 0, "KCAP", 4);
	expect_nothing_kept(fail_to_open);
}

/* ---- entries ---- */

struct entry {
	const char *what;
	uint8_t bytes[16];
	size_t len;
	uint64_t offset;
	struct rsk_entry want; /* kind 0: it is broken */
};

#define AT_1000(...) .offset = 1000, .want = { .offset = 1000, __VA_ARGS__ }

static const struct entry entries[] = {
	{ "a commit", { 0x15 }, 1,
		AT_1000(.kind = 1, .size = 5, .data = 1001) },
	{ "a tag", { 0x4f, 0xff }, 2,
		AT_1000(.kind = 4, .size = 15, .data = 1001) },
	{ "two bytes of size", { 0xb5, 0x7f }, 2,
		AT_1000(.kind = 3, .size = 0x7f5, .data = 1002) },
	{ "three of them", { 0xbf, 0x81, 0x01, 0x01 }, 4,
		AT_1000(.kind = 3, .size = 0x81f, .data = 1003) },
	{ "64 bits",
		{ 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f },
		10, AT_1000(.kind = 3, .size = UINT64_MAX, .data = 1010) },
	{ "a base by name", { 0x75, 1, 2, 3, 4, 5 }, 6,
		AT_1000(.kind = 7, .size = 5, .data = 1005,
			.base_oid = { .len = 4, .bytes = { 1, 2, 3, 4 } }) },
	{ "the object before", { 0x65, 0x0c }, 2,
		AT_1000(.kind = 6, .size = 5, .data = 1002, .base = 988) },
	{ "the first of all", { 0x65, 0x86, 0x5c }, 3,
		AT_1000(.kind = 6, .size = 5, .data = 1003, .base = 12) },
	{ "one byte before it", { 0x65, 0x86, 0x5d }, 3, .offset = 1000 },
	{ "a distance of one", { 0x65, 0x01 }, 2,
		AT_1000(.kind = 6, .size = 5, .data = 1002, .base = 999) },
	{ "the least of two bytes", { 0x65, 0x80, 0x00 }, 3,
		AT_1000(.kind = 6, .size = 5, .data = 1003, .base = 872) },
	/* 2^56 - 1 and one more before the last seven bits. */
	{ "the largest distance",
		{ 0x65, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xff, 0x00 },
		10, .offset = UINT64_MAX,
		.want = { .offset = UINT64_MAX,
			.kind = 6,
			.size = 5,
			.data = 9,
			.base = ((uint64_t)1 << 63) - 1 } },
	{ "one more",
		{ 0x65, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xff, 0x80, 0x00 },
		10, .offset = UINT64_MAX },
};

static void expect_entry(const struct entry *e)
{
	struct rsk_entry entry = { .kind = 77 };
	enum rsk_err err = rsk_entry_parse(
		&entry, rsk_slice(e->bytes, e->len), e->offset, 4);

	if (!e->want.kind) {
		cr_expect_eq(err, RSK_CORRUPT, "%s", e->what);
		cr_expect_eq(entry.kind, 77, "%s", e->what);
		return;
	}
	cr_assert_eq(err, RSK_OK, "%s", e->what);
	cr_expect_eq(entry.kind, e->want.kind, "%s", e->what);
	cr_expect_eq(entry.offset, e->want.offset, "%s", e->what);
	cr_expect_eq(entry.size, e->want.size, "%s", e->what);
	cr_expect_eq(entry.data, e->want.data, "%s", e->what);
	cr_expect_eq(entry.base, e->want.base, "%s", e->what);
	cr_expect_eq(rsk_oid_cmp(&entry.base_oid, &e->want.base_oid), 0, "%s",
		e->what);
}

Test(pack_index, entries)
{
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		expect_entry(&entries[i]);
}
