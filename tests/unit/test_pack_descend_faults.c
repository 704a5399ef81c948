#include "unit/failing.h"

#include "base/limits.h"
#include "pack/walk.h"
#include "unit/pack_growing.h"

/*
 * How often a walk reads what it has let go, and asks for memory: counted by
 * the calls, none of which fails.
 */

TestSuite(descend_faults, .init = made_enter, .fini = made_leave);

static enum rsk_err look(void *ctx, unsigned worker,
	const struct rsk_walk_object *object, void **state)
{
	size_t *objects = ctx;

	(void)worker;
	(void)object;
	(void)state;
	++*objects;
	return RSK_OK;
}

/* Walk so many objects; how many calls of that kind did it take? */
static unsigned calls_of(const char *call, size_t memory, size_t expected)
{
	const struct rsk_walk_options options = { .jobs = 1, .memory = memory };
	size_t objects = 0;
	const struct rsk_walk_visit visit = { .object = look, .ctx = &objects };
	struct rsk_odb *odb = made_odb("objects");
	struct rsk_walk *walk = NULL;

	cr_assert_eq(rsk_walk_new(&walk, odb, &options), RSK_OK);
	fail_at(call, 1000000, FINE);
	cr_expect_eq(rsk_walk_run(walk, 1U << RSK_OBJECT_BLOB, &visit), RSK_OK);
	unsigned calls = failing.seen;
	fail_nothing();
	cr_expect_eq(objects, expected);
	rsk_walk_free(walk);
	rsk_odb_free(odb);
	return calls;
}

/* What is made from `base` by that letter, and one that is made from it. */
static size_t add_branch(struct growing *g, size_t base, char letter)
{
	size_t branch = growing_longer(g, base, letter);

	growing_longer(g, branch, 'x');
	return branch;
}

/*
 * A root of 5000 bytes with three branches. With a branch it is 10001 bytes:
 * less may not be kept. Then it is let go and read again (its head and its
 * stream) for the second branch, and for the third.
 */
Test(descend_faults, memory_for_two)
{
	struct growing g;

	growing_begin(&g);
	growing_full(&g, 'r', 5000);
	for (int i = 0; i < 3; i++)
		add_branch(&g, 0, (char)('a' + i));
	growing_write(&g, "objects/pack/pack-1");
	cr_expect_eq(calls_of("pread", 10001, 7), 0);
	cr_expect_eq(calls_of("pread", 10000, 7), 4);
}

/*
 * Three of them are 15003 bytes, and are on the way in the first branch alone:
 * so the root is let go once. It is kept along the second, and the third is the
 * last one.
 */
Test(descend_faults, memory_for_three)
{
	struct growing g;

	growing_begin(&g);
	growing_full(&g, 'r', 5000);
	for (int i = 0; i < 3; i++) {
		size_t branch = add_branch(&g, 0, (char)('a' + i));

		for (int k = 0; i != 1 && k < 2; k++)
			add_branch(&g, branch, (char)('k' + k));
	}
	growing_write(&g, "objects/pack/pack-1");
	cr_expect_eq(calls_of("pread", 15003, 15), 0);
	cr_expect_eq(calls_of("pread", 15002, 15), 2);
}

/* Memory is used again: more objects do not ask for more of it. */
static unsigned reallocs_of(size_t size, int objects, bool made_from_one)
{
	struct growing g;

	growing_begin(&g);
	growing_full(&g, 'a', size);
	for (int i = 1; i < objects; i++)
		if (made_from_one)
			growing_longer(&g, 0, (char)('a' + i));
		else
			growing_full(&g, (char)('a' + i), size);
	growing_write(&g, "objects/pack/pack-1");
	return calls_of("realloc", 0, (size_t)objects);
}

Test(descend_faults, memory_that_is_used_again)
{
	static const size_t sizes[] = { 10, 4096 - RSK_BUF_PAD, 5000,
		8192 - RSK_BUF_PAD, 60000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int made = 0; made < 2; made++)
			cr_expect_eq(reallocs_of(sizes[i], 9, made),
				reallocs_of(sizes[i], 16, made), "%zu %d",
				sizes[i], made);
}
