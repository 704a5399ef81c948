#include <criterion/criterion.h>

#include "base/limits.h"
#include "rules/pack_p.h"

static struct rsk_arena arena;

static void teardown(void)
{
	rsk_arena_release(&arena);
}

TestSuite(pack, .fini = teardown);

static const char text[] = "a: 'x'\n"
			   "b: [1, {c: \"\", d: []}, [[e]], 'long "
			   "...............................................'"
			   "]\n"
			   "f: |\n"
			   "  two\n"
			   "  lines\n"
			   "g: {h: {i: {}}}\n";

static bool same_scalar(const struct rsk_node *a, const struct rsk_node *b)
{
	return a->kind == b->kind && a->plain == b->plain &&
	       a->flat == b->flat && a->line == b->line &&
	       a->column == b->column && a->key_line == b->key_line &&
	       a->key_column == b->key_column && a->len == b->len &&
	       rsk_slice_eq(a->text, b->text) && rsk_slice_eq(a->key, b->key);
}

static bool same(const struct rsk_node *a, const struct rsk_node *b)
{
	if (!a || !b)
		return a == b;
	return same_scalar(a, b) && same(a->first, b->first) &&
	       same(a->next, b->next);
}

static struct rsk_node *parse(const char *yaml)
{
	struct rsk_node *root = NULL;

	cr_assert_eq(
		rsk_yaml_parse(&root, &arena, rsk_slice_str(yaml), "", NULL),
		RSK_OK);
	return root;
}

Test(pack, there_and_back)
{
	static const char *const texts[] = { text, "a", "[]", "{}", "[a, b]",
		"[[[[]], a]]", "- - - - x" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rsk_buf packed = RSK_BUF_INIT(RSK_MIB);
		struct rsk_node *root = parse(texts[i]);
		struct rsk_node *again = NULL;

		cr_assert_eq(rsk_tree_pack(&packed, root), RSK_OK);
		cr_assert_eq(
			rsk_tree_unpack(&again, &arena, rsk_buf_slice(&packed)),
			RSK_OK);
		cr_expect(same(root, again), "%s", texts[i]);
		rsk_buf_release(&packed);
	}
}

/* Cut at any byte, or with any byte changed: refused, or a tree of its own. */
Test(pack, damaged)
{
	struct rsk_buf packed = RSK_BUF_INIT(RSK_MIB);
	struct rsk_node *root = NULL;

	cr_assert_eq(rsk_tree_pack(&packed, parse(text)), RSK_OK);
	for (size_t i = 0; i < packed.len; i++) {
		struct rsk_buf cut = RSK_BUF_INIT(RSK_MIB);

		cr_assert_eq(rsk_buf_add(&cut, packed.ptr, i), RSK_OK);
		cr_expect_eq(
			rsk_tree_unpack(&root, &arena, rsk_buf_slice(&cut)),
			RSK_CORRUPT);
		rsk_buf_release(&cut);
		for (int bit = 0; bit < 8; bit++) {
			packed.ptr[i] ^= (uint8_t)(1u << bit);
			(void)!rsk_tree_unpack(
				&root, &arena, rsk_buf_slice(&packed));
			packed.ptr[i] ^= (uint8_t)(1u << bit);
		}
	}
	rsk_buf_release(&packed);
}
