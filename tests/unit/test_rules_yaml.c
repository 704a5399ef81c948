#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "rules/yaml_p.h"

static struct rsk_arena arena;
static struct rsk_diag diag;

static void release(void)
{
	rsk_arena_release(&arena);
}

TestSuite(yaml, .fini = release);

static enum rsk_err parse(struct rsk_node **out, struct rsk_slice text)
{
	memset(&diag, 0, sizeof(diag));
	return rsk_yaml_parse(out, &arena, text, "test.yaml", &diag);
}

Test(yaml, tree_with_places)
{
	struct rsk_node *root = NULL;
	enum rsk_err err = parse(&root,
		RSK_LIT("# comment\na: 'x''y'\nb:\n  - 1\n  - {c: \"d\\n\"}\n"
			"e: |\n  two\n  lines\nf:\n"));

	cr_assert_eq(err, RSK_OK, "%s", diag.text);
	cr_assert_eq(root->kind, RSK_NODE_MAPPING);
	cr_assert_eq(root->len, 4);

	const struct rsk_node *a = rsk_yaml_get(root, "a");
	cr_expect(rsk_slice_eq_str(a->text, "x'y"));
	cr_expect_eq(a->line, 2);
	cr_expect_eq(a->column, 4);
	cr_expect_eq(a->key_column, 1);
	cr_expect_not(a->plain);
	cr_expect_not(a->flat);

	const struct rsk_node *b = rsk_yaml_get(root, "b");
	cr_assert_eq(b->kind, RSK_NODE_SEQUENCE);
	cr_expect(b->first->plain);
	cr_expect(b->first->flat);
	const struct rsk_node *c = rsk_yaml_get(b->first->next, "c");
	cr_expect(rsk_slice_eq_str(c->text, "d\n"));
	cr_expect_eq(c->line, 5);
	cr_expect_eq(c->column, 9);

	cr_expect(rsk_slice_eq_str(
		rsk_yaml_get(root, "e")->text, "two\nlines\n"));
	cr_expect(rsk_yaml_is_null(rsk_yaml_get(root, "f")));
	cr_expect_null(rsk_yaml_get(root, "g"));
}

Test(yaml, nothing_is_no_error)
{
	static const char *const texts[] = { "", "\n", "# only this\n", "---\n",
		"~", "null\n" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rsk_node *root = NULL;

		cr_expect_eq(parse(&root, rsk_slice_str(texts[i])), RSK_OK);
		cr_expect_null(root);
	}
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *says;
} bad[] = {
	{ "a: &x 1", 1, 4, "anchors" },
	{ "a: *x", 1, 4, "aliases" },
	{ "a: !!int 1", 1, 4, "tags" },
	{ "a: ! b", 1, 4, "tags" },
	{ "a: &x [1]", 1, 4, "anchors" },
	{ "a: 1\n---\nb: 2\n", 2, 1, "second document" },
	{ "%YAML 1.1\n---\na: 1", 1, 1, "directives" },
	{ "a: 1\nb: 2\na: 3", 3, 1, "given before" },
	{ "x: {a: 1, 'a': 2}", 1, 11, "given before" },
	{ "? [a]\n: b", 1, 3, "a key" },
	{ "? {a: b}\n: b", 1, 3, "a key" },
	{ "a: [1, 2", 2, 1, "" },
	{ "a: 'b", 1, 6, "" },
	{ "a: b: c", 1, 5, "" },
	{ "\ta: b", 1, 1, "" },
	{ "a: @b", 1, 4, "" },
	{ "ab\n\xff", 2, 1, "UTF-8" },
	{ "a: \xc3\xa4 \xc0\x80", 1, 6, "UTF-8" },
};

Test(yaml, refused_with_the_place)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rsk_node *root = NULL;

		cr_expect_eq(parse(&root, rsk_slice_str(bad[i].text)),
			RSK_SYNTAX, "%s", bad[i].text);
		cr_expect_null(root);
		cr_expect_str_eq(diag.file, "test.yaml");
		cr_expect(diag.line == bad[i].line &&
				  diag.column == bad[i].column,
			"'%s': %u:%u", bad[i].text, diag.line, diag.column);
		cr_expect_not_null(strstr(diag.text, bad[i].says), "'%s': %s",
			bad[i].text, diag.text);
	}
}

/* `text` n times. */
static struct rsk_slice repeated(
	struct rsk_buf *buf, const char *text, size_t n)
{
	rsk_buf_truncate(buf, 0);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(rsk_buf_add_str(buf, text), RSK_OK);
	return rsk_buf_slice(buf);
}

/* Each of these takes libyaml minutes when it may read on. */
Test(yaml, bombs_are_cut_short)
{
	static const struct {
		const char *unit;
		size_t count;
	} bombs[] = {
		{ "[", 400000 },
		{ "{a: [", 100000 },
		{ "{", 400000 },
		{ "- ", 400000 },
		{ "? ", 400000 },
		{ "a: {b: ", 100000 },
	};
	struct rsk_buf buf = RSK_BUF_INIT(4 * RSK_MIB);

	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		struct rsk_node *root = NULL;
		enum rsk_err err = parse(
			&root, repeated(&buf, bombs[i].unit, bombs[i].count));

		cr_expect(err == RSK_LIMIT || err == RSK_SYNTAX, "%s: %s",
			bombs[i].unit, rsk_err_name(err));
	}
	rsk_buf_release(&buf);
}

Test(yaml, limits)
{
	struct rsk_buf buf = RSK_BUF_INIT(4 * RSK_MIB);
	struct rsk_node *root = NULL;

	cr_expect_eq(parse(&root, repeated(&buf, "- a\n", 99999)), RSK_OK);
	cr_expect_eq(parse(&root, repeated(&buf, "- a\n", 100000)), RSK_LIMIT);
	cr_expect_eq(parse(&root, repeated(&buf, "- ", 31)), RSK_OK);
	cr_expect_eq(parse(&root, repeated(&buf, "- ", 40)), RSK_LIMIT);
	cr_expect_eq(parse(&root, repeated(&buf, "#aaaaaa\n", 131072)), RSK_OK);
	cr_expect_eq(
		parse(&root, repeated(&buf, "#aaaaaa\n", 131073)), RSK_TOOBIG);
	rsk_buf_release(&buf);
}

Test(yaml, many_keys)
{
	struct rsk_buf buf = RSK_BUF_INIT(RSK_MIB);
	struct rsk_node *root = NULL;

	for (int i = 0; i < 5000; i++)
		cr_assert_eq(rsk_buf_printf(&buf, "k%d: 1\n", i), RSK_OK);
	cr_expect_eq(parse(&root, rsk_buf_slice(&buf)), RSK_OK);
	cr_expect_eq(root->len, 5000);
	cr_assert_eq(rsk_buf_add_str(&buf, "k4321: 1\n"), RSK_OK);
	cr_expect_eq(parse(&root, rsk_buf_slice(&buf)), RSK_SYNTAX);
	cr_expect_eq(diag.line, 5001);
	rsk_buf_release(&buf);
}
