#include <criterion/criterion.h>

#include "model/fact.h"
#include "model/finding.h"
#include "model/sighting.h"

typedef int compare(const void *a, const void *b);

/* `list` rises strictly: each element is below all that follow it. */
static void expect_rising(
	compare *cmp, const void *list, size_t count, size_t size)
{
	const char *bytes = list;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			int order = cmp(bytes + i * size, bytes + k * size);

			cr_expect_eq((order > 0) - (order < 0),
				(i > k) - (i < k), "%zu against %zu", i, k);
		}
}

#define EXPECT_RISING(cmp, list)                                               \
	expect_rising(cmp, list, sizeof(list) / sizeof((list)[0]),             \
		sizeof((list)[0]))

#define FINDING(...)                                                           \
	{                                                                      \
		.path = RSK_LIT("b"), .start = { 5, 5 }, .end = { 5, 9 },      \
		.rule = "m", __VA_ARGS__                                       \
	}

/* Every field that the order looks at, in its rank. */
Test(order, findings)
{
	const struct rsk_finding list[] = {
		{ .path = RSK_LIT("a"), .start = { 9, 9 }, .rule = "z" },
		{ .path = RSK_LIT("b"), .start = { 4, 9 }, .rule = "z" },
		{ .path = RSK_LIT("b"), .start = { 5, 4 }, .rule = "z" },
		{ .path = RSK_LIT("b"), .start = { 5, 5 }, .end = { 5, 8 } },
		{ .path = RSK_LIT("b"), .start = { 5, 5 }, .end = { 5, 9 } },
		FINDING(.origin = RSK_ORIGIN_TREE),
		FINDING(.origin = RSK_ORIGIN_INDEX),
		FINDING(.origin = RSK_ORIGIN_INDEX, .commit.oid = "1"),
		FINDING(.origin = RSK_ORIGIN_INDEX, .commit.oid = "2"),
		FINDING(.origin = RSK_ORIGIN_INDEX, .commit.oid = "2",
			.fingerprint = { 1 }),
		FINDING(.origin = RSK_ORIGIN_INDEX, .commit.oid = "2",
			.fingerprint = { 1 }, .message = "x"),
		{ .path = RSK_LIT("b"),
			.start = { 5, 5 },
			.end = { 5, 9 },
			.rule = "n" },
		{ .path = RSK_LIT("b"), .start = { 5, 5 }, .end = { 6, 1 } },
		{ .path = RSK_LIT("b"), .start = { 70000, 1 } },
		{ .path = RSK_LIT("b/c") },
		{ .path = RSK_LIT("\xff") },
	};

	EXPECT_RISING(rsk_finding_cmp, list);
}

Test(order, facts)
{
	const struct rsk_fact list[] = {
		{ .path = RSK_LIT("a"), .line = 9, .rule = "z", .text = "z" },
		{ .path = RSK_LIT("b"), .line = 0, .rule = "z", .text = "z" },
		{ .path = RSK_LIT("b"), .line = 1, .rule = "a", .text = "z" },
		{ .path = RSK_LIT("b"), .line = 1, .rule = "b", .text = "a" },
		{ .path = RSK_LIT("b"), .line = 1, .rule = "b", .text = "b" },
	};

	EXPECT_RISING(rsk_fact_cmp, list);
}

Test(order, sightings)
{
	const struct rsk_sighting list[] = {
		{ .path = RSK_LIT("a"), .at = { 9, 9 }, .pattern = "z" },
		{ .path = RSK_LIT("b"), .at = { 1, 9 }, .pattern = "z" },
		{ .path = RSK_LIT("b"), .at = { 2, 1 }, .pattern = "z" },
		{ .path = RSK_LIT("b"), .at = { 2, 2 }, .pattern = "a" },
		{ .path = RSK_LIT("b"), .at = { 2, 2 }, .pattern = "b" },
	};

	EXPECT_RISING(rsk_sighting_cmp, list);
}
