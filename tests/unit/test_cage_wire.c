#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "cage/wire.h"

/* Each kind of member at its limits; test_cage_shapes has whole reports. */

enum colour { RED, GREEN, COLOURS };

struct pair {
	char a, b;
};

/* One of each; a shape here has one row of it. */
struct thing {
	bool flag;
	enum colour colour;
	const char *text;
	struct rsk_slice slice;
	struct pair *maybe;
	struct pair *list;
	size_t list_len;
	struct pair first[2];
	size_t first_len;
	RSK_VEC(struct pair) vector;
	int own;
};

/* Both bytes; the last two rows are no longer its own. */
static const struct rsk_wire_field pair_fields[] = {
	{ .kind = RSK_WIRE_BYTES, .at = 0, .size = 1 },
	{ .kind = RSK_WIRE_BYTES, .at = 1, .size = 1 },
	{ .kind = RSK_WIRE_BYTES, .at = 0, .size = 100 },
	{ .kind = RSK_WIRE_OWN },
};
static const struct rsk_wire_shape pair = { sizeof(struct pair), pair_fields,
	2 };

#define AT(member)                                                             \
	.at = offsetof(struct thing, member),                                  \
	.size = sizeof(((struct thing *)0)->member)

static const struct rsk_wire_field flag = { .kind = RSK_WIRE_FLAG, AT(flag) };
static const struct rsk_wire_field colour = {
	.kind = RSK_WIRE_ENUM, .limit = COLOURS, AT(colour)
};
static const struct rsk_wire_field text = { .kind = RSK_WIRE_TEXT, AT(text) };
static const struct rsk_wire_field slice = { .kind = RSK_WIRE_SLICE,
	AT(slice) };
static const struct rsk_wire_field maybe = {
	.kind = RSK_WIRE_MAYBE, .shape = &pair, AT(maybe)
};
static const struct rsk_wire_field list = { .kind = RSK_WIRE_LIST,
	.shape = &pair,
	.len_at = offsetof(struct thing, list_len),
	AT(list) };
static const struct rsk_wire_field first = { .kind = RSK_WIRE_FIRST,
	.shape = &pair,
	.limit = 2,
	.len_at = offsetof(struct thing, first_len),
	AT(first) };
static const struct rsk_wire_field vector = {
	.kind = RSK_WIRE_VECTOR, .shape = &pair, AT(vector)
};

static struct thing thing;
static struct rsk_arena arena;

/* All of the bytes must have been used. */
static enum rsk_err decode(
	const struct rsk_wire_field *field, const struct rsk_buf *bytes)
{
	const struct rsk_wire_shape shape = { sizeof(thing), field, 1 };
	struct rsk_wire_in in = { rsk_buf_slice(bytes), &arena };
	enum rsk_err err;

	thing = (struct thing){ 0 };
	err = rsk_wire_decode(&in, &shape, &thing);
	cr_expect(err || !in.rest.len);
	return err;
}

static void release(void)
{
	RSK_VEC_RELEASE(&thing.vector);
	rsk_arena_release(&arena);
}

/* So many are announced, and so many bytes follow. */
static struct rsk_buf announced(uint64_t count, size_t bytes)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000);

	cr_assert_eq(rsk_buf_add(&buf, &count, sizeof(count)), RSK_OK);
	for (size_t i = 0; i < bytes; i++)
		cr_assert_eq(rsk_buf_add_byte(&buf, 'x'), RSK_OK);
	return buf;
}

static const struct row {
	const char *name;
	const struct rsk_wire_field *field;
	uint64_t count;
	size_t bytes;
	enum rsk_err err;
} rows[] = {
	{ "text", &text, 3, 3, RSK_OK },
	{ "no text", &text, 0, 0, RSK_OK },
	{ "long text", &text, 3, 2, RSK_CORRUPT },
	{ "NULL", &text, SIZE_MAX, 0, RSK_CORRUPT },
	{ "slice", &slice, 3, 3, RSK_OK },
	{ "no slice", &slice, 0, 0, RSK_OK },
	{ "long slice", &slice, 3, 2, RSK_CORRUPT },
	{ "list", &list, 2, 4, RSK_OK },
	{ "long list", &list, 3, 5, RSK_CORRUPT },
	{ "vector", &vector, 2, 4, RSK_OK },
	{ "long vector", &vector, 3, 5, RSK_CORRUPT },
	{ "none", &maybe, 0, 0, RSK_OK },
	{ "one", &maybe, 1, 2, RSK_OK },
	{ "more than one", &maybe, 2, 4, RSK_CORRUPT },
	{ "first", &first, 2, 4, RSK_OK },
	{ "none of the first", &first, 0, 0, RSK_OK },
	{ "more than the first", &first, 3, 6, RSK_CORRUPT },
	{ "absurd", &list, UINT64_MAX / 2, 4, RSK_CORRUPT },
};

Test(cage_wire, counts)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rsk_buf bytes = announced(rows[i].count, rows[i].bytes);

		cr_expect_eq(decode(rows[i].field, &bytes), rows[i].err, "%s",
			rows[i].name);
		/* What there are no bytes for takes no memory. */
		cr_expect(!rows[i].err || !arena.total, "%s", rows[i].name);
		release();
		/* The count itself is cut off. */
		rsk_buf_truncate(&bytes, sizeof(uint64_t) - 1);
		cr_expect_eq(decode(rows[i].field, &bytes), RSK_CORRUPT, "%s",
			rows[i].name);
		release();
		rsk_buf_release(&bytes);
	}
}

/* Where what is announced goes. */
Test(cage_wire, members)
{
	struct rsk_buf bytes = announced(2, 4);

	cr_expect_eq(decode(&list, &bytes), RSK_OK);
	cr_expect_eq(thing.list_len, 2);
	cr_expect_eq(thing.list[1].b, 'x');
	release();
	cr_expect_eq(decode(&first, &bytes), RSK_OK);
	cr_expect_eq(thing.first_len, 2);
	cr_expect_eq(thing.first[1].b, 'x');
	cr_expect_eq(decode(&vector, &bytes), RSK_OK);
	cr_expect_eq(thing.vector.len, 2);
	cr_expect_eq(thing.vector.ptr[1].b, 'x');
	release();
	rsk_buf_release(&bytes);
}

Test(cage_wire, values)
{
	for (uint32_t value = RED; value <= COLOURS; value++) {
		struct rsk_buf bytes = RSK_BUF_INIT(100);

		cr_assert_eq(
			rsk_buf_add(&bytes, &value, sizeof(value)), RSK_OK);
		cr_expect_eq(decode(&colour, &bytes),
			value < COLOURS ? RSK_OK : RSK_CORRUPT);
		cr_expect_eq(thing.colour, value < COLOURS ? value : RED);
		rsk_buf_truncate(&bytes, 3);
		cr_expect_eq(decode(&colour, &bytes), RSK_CORRUPT);
		rsk_buf_release(&bytes);
	}
}

/* What is not there leaves nothing. */
Test(cage_wire, no_flag)
{
	struct rsk_buf bytes = RSK_BUF_INIT(100);

	cr_expect_eq(decode(&flag, &bytes), RSK_CORRUPT);
	cr_expect_not(thing.flag);
	rsk_buf_release(&bytes);
}

/* Members that do not travel need no bytes. */
Test(cage_wire, each_side_has_its_own)
{
	static const struct rsk_wire_shape third = { sizeof(struct pair),
		pair_fields + 3, 1 };
	static const struct rsk_wire_field fields[] = {
		{ .kind = RSK_WIRE_PART, .shape = &third, .size = 2 },
		{ .kind = RSK_WIRE_BYTES, .at = 0, .size = 1 },
	};
	static const struct rsk_wire_shape shape = { sizeof(struct pair),
		fields, 2 };
	const struct rsk_wire_field field = { .kind = RSK_WIRE_LIST,
		.shape = &shape,
		.len_at = offsetof(struct thing, list_len),
		AT(list) };
	struct rsk_buf bytes = announced(3, 3);

	cr_expect_eq(decode(&field, &bytes), RSK_OK);
	cr_expect_eq(thing.list_len, 3);
	cr_expect_eq(thing.list[2].a, 'x');
	release();
	rsk_buf_release(&bytes);
}

/* No room in the middle of a list. */
Test(cage_wire, that_is_full)
{
	const struct rsk_wire_shape shape = { sizeof(thing), &list, 1 };
	struct pair many[3] = { { 'a', 'b' }, { 'c', 'd' }, { 'e', 'f' } };
	const struct thing from = { .list = many, .list_len = 3 };

	for (size_t room = 1; room <= sizeof(uint64_t) + 6; room++) {
		struct rsk_buf bytes = RSK_BUF_INIT(room);

		cr_expect_eq(rsk_wire_encode(&bytes, &shape, &from),
			room < sizeof(uint64_t) + 6 ? RSK_TOOBIG : RSK_OK,
			"%zu", room);
		rsk_buf_release(&bytes);
	}
}
