#include <criterion/criterion.h>

#include "pack/odb.h"

/* Names of objects: as text, in order, and out of what they are names of. */

Test(oid, parses_and_prints)
{
	static const char hex[] = "00ff0123456789abcdef0123456789abcdefabcd";
	char out[RSK_OID_HEX_MAX];
	struct rsk_oid oid;

	cr_assert(rsk_oid_parse(&oid, rsk_slice_str(hex)));
	cr_expect_eq(oid.len, 20);
	rsk_oid_hex(out, &oid);
	cr_expect_str_eq(out, hex);
	cr_expect_not(rsk_oid_parse(&oid, rsk_slice_str("00ff")));
	cr_expect_not(rsk_oid_parse(&oid,
		rsk_slice_str("00ff0123456789abcdef0123456789abcdefabcg")));
}

/* As `git hash-object -t TYPE` says with either --object-format. */
static const struct {
	enum rsk_object_type type;
	const char *bytes;
	size_t len;
	const char *hex;
} known[] = {
	{ RSK_OBJECT_BLOB, "", 20, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" },
	{ RSK_OBJECT_TREE, "", 20, "4b825dc642cb6eb9a060e54bf8d69288fbee4904" },
	{ RSK_OBJECT_TAG, "hello", 20,
		"b24f716b99f1270b22f04a83a4c4b267f74ba129" },
	{ RSK_OBJECT_BLOB, "", 32,
		"473a0f4c3be8a93681a267e3b1e9a7dc"
		"da1185436fe141f7749120a303721813" },
	{ RSK_OBJECT_BLOB, "hello", 32,
		"8aec4e4876f854f688d0ebfc8f37598f"
		"38e5fd6903cccc850ca36591175aeb60" },
};

Test(oid, hashes_as_git_does)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char out[RSK_OID_HEX_MAX];
		struct rsk_oid oid;

		rsk_oid_hash(&oid, known[i].len, known[i].type,
			rsk_slice_str(known[i].bytes));
		cr_expect_eq(oid.len, known[i].len);
		rsk_oid_hex(out, &oid);
		cr_expect_str_eq(out, known[i].hex);
	}
}

Test(oid, shorter_ones_come_first)
{
	const struct rsk_oid low = { .len = 20, .bytes = { 1 } };
	const struct rsk_oid high = { .len = 20, .bytes = { 1, 2 } };
	const struct rsk_oid wide = { .len = 32 };

	cr_expect_lt(rsk_oid_cmp(&low, &high), 0);
	cr_expect_gt(rsk_oid_cmp(&high, &low), 0);
	cr_expect_eq(rsk_oid_cmp(&high, &high), 0);
	cr_expect_lt(rsk_oid_cmp(&high, &wide), 0);
	cr_expect_gt(rsk_oid_cmp(&wide, &low), 0);
}
