#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "checks/recipe_p.h"

/*
 * Recipes as lines: what stands in braces is read as the block form of it.
 * Expected is for each line "number:column indent text".
 */

static void expect(const char *path, const char *text, const char *wanted)
{
	struct rsk_recipe recipe = { 0 };
	struct rsk_buf got = RSK_BUF_INIT(RSK_MIB);

	rsk_recipe_read(&recipe, rsk_slice_str(path), rsk_slice_str(text));
	for (size_t i = 0; i < recipe.lines.len; i++) {
		const struct rsk_recipe_line *line = &recipe.lines.ptr[i];

		cr_assert_eq(
			rsk_buf_printf(&got, "%u:%u %u %.*s\n", line->number,
				line->column, line->indent, (int)line->text.len,
				(const char *)line->text.ptr),
			RSK_OK);
	}
	cr_assert_eq(rsk_buf_add_byte(&got, 0), RSK_OK);
	cr_expect_str_eq((const char *)got.ptr, wanted, "%s", text);
	cr_expect_not(recipe.cut);
	rsk_buf_release(&got);
	RSK_VEC_RELEASE(&recipe.lines);
}

Test(recipe, a_block_is_read_by_its_indentation)
{
	expect("a.yml", "on: push # x\njobs:\n  - run: a\n    env:\n\n",
		"1:1 0 on: push\n2:1 0 jobs:\n3:5 4 run: a\n4:5 4 env:\n");
}

Test(recipe, braces_are_read_as_blocks)
{
	expect("a.json", "{\"a\":{\"b\":\"c\",\"d\":{}},\"e\":1}",
		"1:2 1 \"a\":\n1:7 2 \"b\":\"c\"\n1:15 2 \"d\":\n"
		"1:23 1 \"e\":1\n");
	expect("a.yaml", "x: { a: b, c: { d: e } }\ny: z\n",
		"1:1 0 x:\n1:6 1 a: b\n1:12 1 c:\n1:17 2 d: e\n2:1 0 y: z\n");
	expect("a.yml", "- { a: b }\n", "1:5 3 a: b\n");
	expect("a.json", "{\n  \"a\":\n  { \"b\": 1 }\n}\n",
		"2:3 1 \"a\":\n3:5 2 \"b\": 1\n");
}

Test(recipe, other_braces_are_left_alone)
{
	expect("a.yml", "{ a: ${{ b.c }}, d: ${E:-{}} }",
		"1:3 1 a: ${{ b.c }}\n1:18 1 d: ${E:-{}}\n");
	expect("a.yml", "a: {{ .Values.b }}\n{{- if c }}\n",
		"1:1 0 a: {{ .Values.b }}\n2:1 0 {{- if c }}\n");
	expect("a.yml", "run: |\n  b: { c: d }\ne: { f: g }\n",
		"1:1 0 run: |\n2:3 2 b: { c: d }\n3:1 0 e:\n3:6 1 f: g\n");
	expect("a.yml", "- |\n  { b\n- c: { d: e }\n",
		"1:3 2 |\n2:3 2 { b\n3:3 2 c:\n3:8 3 d: e\n");
	expect(".husky/pre-commit", "{ a: { b }\n", "1:1 0 { a: { b }\n");
}

Test(recipe, quotes_lists_and_comments_of_braces)
{
	expect("a.json", "{ \"a}\": \"\\\"{,\", 'b,': \"c\" }",
		"1:3 1 \"a}\": \"\\\"{,\"\n1:17 1 'b,': \"c\"\n");
	expect("a.yml", "{ a: it's, b: [c, d], e: [ { f: g } ] }",
		"1:3 1 a: it's\n1:12 1 b: [c, d]\n1:23 1 e:\n1:30 3 f: g\n");
	expect("a.json", "{ // { a\n  \"b\": 1, # }\n  \"c\": \"http://d\" }",
		"2:3 1 \"b\": 1\n3:3 1 \"c\": \"http://d\"\n");
	expect("a.json", "{ \"\xc3\xa4\": 1, \"b\": 2 }",
		"1:3 1 \"\xc3\xa4\": 1\n1:11 1 \"b\": 2\n");
}

Test(recipe, what_does_not_end_ends_with_the_text)
{
	expect("a.json", "{ \"a\": { \"b", "1:3 1 \"a\":\n1:10 2 \"b\n");
	expect("a.json", "{ \"a\": \"b\nc, d: e",
		"1:3 1 \"a\": \"b\nc\n2:4 1 d: e\n");
	expect("a.json", "\xef\xbb\xbf{\"a\":1}}}", "1:2 1 \"a\":1\n");
	expect("a.json", "{ \"a\\", "1:3 1 \"a\\\n");
}

static void read_much(const char *part)
{
	struct rsk_recipe recipe = { 0 };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);

	cr_assert_eq(rsk_buf_add_str(&text, "{"), RSK_OK);
	while (text.len < RSK_MAX_CHECKED_FILE / 4)
		cr_assert_eq(rsk_buf_add_str(&text, part), RSK_OK);
	rsk_recipe_read(&recipe, RSK_LIT("a.json"), rsk_buf_slice(&text));
	cr_expect_leq(recipe.lines.len, RSK_MAX_RECIPE_LINES);
	rsk_buf_release(&text);
	RSK_VEC_RELEASE(&recipe.lines);
}

/* Each is looked at once: none of them makes the reader look back or ahead
 * again and again. */
Test(recipe, much_of_anything_is_read_once, .timeout = 60)
{
	static const char *const parts[] = { "{", "[", "\"", "'", "${", "${{",
		"a[", "a:{", "[]", "\\", "{}", "}", "a,", " //", "\"a\":[1" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		read_much(parts[i]);
}

Test(recipe, values_and_children_are_found_in_braces)
{
	struct rsk_recipe recipe = { 0 };
	size_t env;
	size_t key;

	rsk_recipe_read(&recipe, RSK_LIT("eas.json"),
		RSK_LIT("{\"build\":{\"prod\":{\"env\":{\"K\":\"v\"}}}}"));
	cr_assert_eq(recipe.lines.len, 4);
	cr_expect_eq(rsk_recipe_child(&recipe, SIZE_MAX, "build"), 0);
	env = rsk_recipe_child(&recipe, 1, "env");
	cr_assert_eq(env, 2);
	key = rsk_recipe_child(&recipe, env, "K");
	cr_assert_eq(key, 3);
	cr_expect(rsk_slice_eq_str(
		rsk_recipe_value(&recipe.lines.ptr[key]), "v"));
	cr_expect_eq(rsk_recipe_parent(&recipe, key), env);
	cr_expect_eq(rsk_recipe_end(&recipe, 0), 4);
	RSK_VEC_RELEASE(&recipe.lines);
}
