#include <criterion/criterion.h>
#include <stdlib.h>

#include "pack/delta.h"

/* A base that no two places of look alike. */
enum { BASE = 0x10000 + 3 };

static uint8_t base[BASE];

static void fill_base(void)
{
	for (size_t i = 0; i < BASE; i++)
		base[i] = (uint8_t)(i * 31 + i / 251);
}

TestSuite(pack_delta, .init = fill_base);

struct row {
	const char *what;
	uint8_t delta[16];
	size_t len;
	enum rsk_err err;
	size_t from, size; /* when it is one copy */
};

static void check(const struct row *row)
{
	struct rsk_pack_delta delta;
	rsk_segments segments = { 0 };
	enum rsk_err err =
		rsk_delta_begin(&delta, rsk_slice(row->delta, row->len));
	uint8_t *out = err ? NULL : malloc(delta.size + 1);

	if (!err)
		err = rsk_delta_apply(&delta, rsk_slice(base, BASE), out,
			RSK_WHOLE, &segments);
	cr_expect_eq(err, row->err, "%s", row->what);
	if (!err) {
		cr_expect_eq(delta.size, row->size, "%s", row->what);
		cr_expect_eq(memcmp(out, base + row->from, row->size), 0, "%s",
			row->what);
		cr_expect_eq(segments.len, 1, "%s", row->what);
		cr_expect_eq(segments.ptr[0].from, row->from);
		cr_expect_eq(segments.ptr[0].len, row->size);
	}
	RSK_VEC_RELEASE(&segments);
	free(out);
}

/* 0x10003 is 83 80 04, 0x10000 is 80 80 04; a copy: 80 | which bytes follow. */
Test(pack_delta, copies)
{
	static const struct row rows[] = {
		{ "one byte", { 0x83, 0x80, 0x04, 1, 0x91, 7, 1 }, 7, RSK_OK, 7,
			1 },
		{ "no length is 64 KiB",
			{ 0x83, 0x80, 0x04, 0x80, 0x80, 0x04, 0x81, 3 }, 8,
			RSK_OK, 3, 0x10000 },
		{ "one byte too far",
			{ 0x83, 0x80, 0x04, 0x80, 0x80, 0x04, 0x81, 4 }, 8,
			RSK_CORRUPT, 0, 0 },
		{ "the last byte", { 0x83, 0x80, 0x04, 1, 0x95, 2, 1, 1 }, 8,
			RSK_OK, 0x10002, 1 },
		{ "behind the last byte",
			{ 0x83, 0x80, 0x04, 1, 0x95, 3, 1, 1 }, 8, RSK_CORRUPT,
			0, 0 },
		{ "its argument is missing", { 0x83, 0x80, 0x04, 1, 0x91, 7 },
			6, RSK_CORRUPT, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

Test(pack_delta, lies)
{
	static const struct row rows[] = {
		{ "nothing", { 0 }, 0, RSK_CORRUPT, 0, 0 },
		{ "a size that does not end", { 0x83, 0x80 }, 2, RSK_CORRUPT, 0,
			0 },
		{ "another base", { 0x82, 0x80, 0x04, 1, 0x91, 7, 1 }, 7,
			RSK_CORRUPT, 0, 0 },
		{ "short of the result", { 0x83, 0x80, 0x04, 2, 0x91, 7, 1 }, 7,
			RSK_CORRUPT, 0, 0 },
		{ "beyond the result", { 0x83, 0x80, 0x04, 1, 0x91, 7, 2 }, 7,
			RSK_CORRUPT, 0, 0 },
		{ "the command that is none", { 0x83, 0x80, 0x04, 1, 0 }, 5,
			RSK_CORRUPT, 0, 0 },
		{ "inserts more than there is", { 0x83, 0x80, 0x04, 2, 2, 'x' },
			6, RSK_CORRUPT, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

/* Applies what has these commands to the base; the segments are the caller's.
 */
static void apply(const uint8_t *commands, size_t len, uint8_t *out,
	uint64_t size, size_t margin, rsk_segments *segments)
{
	const struct rsk_pack_delta delta = {
		.base_size = BASE,
		.size = size,
		.commands = rsk_slice(commands, len),
	};

	cr_assert_eq(rsk_delta_apply(&delta, rsk_slice(base, BASE), out, margin,
			     segments),
		RSK_OK);
}

static void expect_segment(const rsk_segments *segments, size_t i, uint64_t at,
	uint64_t len, uint64_t from)
{
	cr_assert_lt(i, segments->len);
	cr_expect_eq(segments->ptr[i].at, at);
	cr_expect_eq(segments->ptr[i].len, len);
	cr_expect_eq(segments->ptr[i].from, from);
}

/* What goes on where the one before it ended is of one piece with it. */
Test(pack_delta, neighbours_are_one_segment)
{
	static const uint8_t commands[] = {
		1, 'a', 2, 'b', 'c',                    /* inserted twice */
		0x91, 7, 4, 0x91, 11, 5, 0x91, 16, 1,   /* 7 to 17 */
		0x91, 18, 2, 0x91, 18, 3, 0x91, 0xf, 3, /* 18, again, 15 */
		1, 'd',                                 /* inserted */
	};
	uint8_t out[22];
	rsk_segments segments = { 0 };

	apply(commands, sizeof(commands), out, sizeof(out), RSK_WHOLE,
		&segments);
	cr_expect_eq(segments.len, 6);
	expect_segment(&segments, 0, 0, 3, RSK_INSERTED);
	expect_segment(&segments, 1, 3, 10, 7);
	expect_segment(&segments, 2, 13, 2, 18);
	expect_segment(&segments, 3, 15, 3, 18);
	expect_segment(&segments, 4, 18, 3, 15);
	expect_segment(&segments, 5, 21, 1, RSK_INSERTED);
	cr_expect_eq(memcmp(out, "abc", 3), 0);
	cr_expect_eq(memcmp(out + 3, base + 7, 10), 0);
	cr_expect_eq(out[21], 'd');
	RSK_VEC_RELEASE(&segments);
}

/* A copy of `len` bytes: where the result differs from the base is the gap. */
static void expect_gap(uint8_t len, size_t margin, size_t from, size_t to)
{
	const uint8_t commands[] = { 0x91, 100, len };
	uint8_t out[64 + 1];
	rsk_segments segments = { 0 };

	/* Nothing that was there may be taken for what was copied. */
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)~base[100 + i];
	apply(commands, sizeof(commands), out, len, margin, &segments);
	for (size_t i = 0; i < len; i++) {
		if (i < from || i >= to)
			cr_expect_eq(out[i], base[100 + i], "%d: %zu", len, i);
#ifdef RSK_FAULTS
		else
			cr_expect_eq(out[i], 0xa5, "%d: %zu", len, i);
#endif
	}
	cr_expect_eq(out[len], (uint8_t)~base[100 + len], "behind its end");
	rsk_delta_fill(rsk_slice(base, BASE), out, segments.ptr, segments.len);
	cr_expect_eq(memcmp(out, base + 100, len), 0);
	cr_expect_eq(out[len], (uint8_t)~base[100 + len], "behind its end");
	RSK_VEC_RELEASE(&segments);
}

Test(pack_delta, a_long_copy_is_left_out_but_for_its_margins)
{
	expect_gap(64, 5, 5, 59);
	expect_gap(12, 5, 5, 7);
	expect_gap(10, 5, 10, 10);
	expect_gap(9, 5, 9, 9);
	expect_gap(64, RSK_WHOLE, 64, 64);
}

/* What is inserted is nowhere else, however long it is. */
Test(pack_delta, an_insert_is_never_left_out)
{
	const uint8_t commands[] = { 6, 'a', 'b', 'c', 'd', 'e', 'f' };
	uint8_t out[6];

	apply(commands, sizeof(commands), out, 6, 1, NULL);
	cr_expect_eq(memcmp(out, "abcdef", 6), 0);
}

/* The numbers' bytes: each is there or not, each has its place. */
Test(pack_delta, every_byte_of_a_number)
{
	static const uint8_t commands[] = { 0xf7, 2, 0, 1, 1, 0, 0 };
	static const uint8_t far[] = { 0x98, 1, 1 };
	static const uint8_t sparse[] = { 0xa2, 1, 1 };
	static const uint8_t none[] = { 0x98, 0, 1 };
	uint8_t out[256];
	const struct rsk_pack_delta beyond = {
		.base_size = BASE,
		.size = 1,
		.commands = rsk_slice(far, sizeof(far)),
	};

	apply(commands, sizeof(commands), out, 1, RSK_WHOLE, NULL);
	cr_expect_eq(out[0], base[0x10002]);
	apply(sparse, sizeof(sparse), out, 256, RSK_WHOLE, NULL);
	cr_expect_eq(memcmp(out, base + 256, 256), 0);
	apply(none, sizeof(none), out, 1, RSK_WHOLE, NULL);
	cr_expect_eq(out[0], base[0]);
	cr_expect_eq(rsk_delta_apply(&beyond, rsk_slice(base, BASE), out,
			     RSK_WHOLE, NULL),
		RSK_CORRUPT);
}

/* What does not fit any more, copied or inserted, is not written. */
Test(pack_delta, nothing_is_written_behind_the_result)
{
	static const uint8_t copied[] = { 2, 'a', 'b', 0x91, 7, 2 };
	static const uint8_t inserted[] = { 2, 'a', 'b', 2, 'c', 'd' };
	static const uint8_t *const commands[] = { copied, inserted };

	for (size_t i = 0; i < 2; i++) {
		const struct rsk_pack_delta delta = {
			.base_size = BASE,
			.size = 3,
			.commands = rsk_slice(commands[i], sizeof(copied)),
		};
		uint8_t out[] = "....";

		cr_expect_eq(rsk_delta_apply(&delta, rsk_slice(base, BASE), out,
				     RSK_WHOLE, NULL),
			RSK_CORRUPT);
		cr_expect_str_eq((char *)out, "ab..");
	}
}

/* Each copied segment has its place; what is inserted, and what is behind the
 * last one, is left alone. */
Test(pack_delta, fills_in_every_segment)
{
	static const struct rsk_segment segments[] = {
		{ .at = 0, .len = 2, .from = 100 },
		{ .at = 2, .len = 1, .from = RSK_INSERTED },
		{ .at = 3, .len = 2, .from = 7 },
		{ .at = 5, .len = 1, .from = 300 },
	};
	uint8_t out[] = "......";

	rsk_delta_fill(rsk_slice(base, BASE), out, segments, 3);
	cr_expect_eq(memcmp(out, base + 100, 2), 0);
	cr_expect_eq(out[2], '.');
	cr_expect_eq(memcmp(out + 3, base + 7, 2), 0);
	cr_expect_eq(out[5], '.');
}

static enum rsk_err begin(const char *bytes, size_t len, uint64_t *size)
{
	struct rsk_pack_delta delta;
	enum rsk_err err = rsk_delta_begin(&delta, rsk_slice(bytes, len));

	*size = err ? 0 : delta.size;
	return err;
}

/* Sizes have 64 bits, and none more. */
Test(pack_delta, sizes)
{
	uint64_t size;

	cr_expect_eq(begin("\1\x80\1", 3, &size), RSK_OK);
	cr_expect_eq(size, 128);
	cr_expect_eq(
		begin("\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 11, &size),
		RSK_OK);
	cr_expect_eq(size, UINT64_MAX);
	cr_expect_eq(
		begin("\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\2", 11, &size),
		RSK_CORRUPT);
	cr_expect_eq(begin("\1\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0", 12,
			     &size),
		RSK_CORRUPT);
}
