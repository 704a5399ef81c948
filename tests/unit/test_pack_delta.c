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
