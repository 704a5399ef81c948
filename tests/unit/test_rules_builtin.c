#include <criterion/criterion.h>

#include "rules/ruleset.h"

/* The rules that are part of the program load, and are those of the tree. */

static struct rsk_ruleset *builtin;
static struct rsk_ruleset *tree;

static void setup(void)
{
	builtin = rsk_ruleset_new();
	tree = rsk_ruleset_new();
}

static void teardown(void)
{
	rsk_ruleset_free(builtin);
	rsk_ruleset_free(tree);
}

TestSuite(builtin, .init = setup, .fini = teardown);

typedef enum rsk_err add_rules(
	struct rsk_ruleset *rules, struct rsk_diag *diag);

static enum rsk_err add_tree(struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	return rsk_ruleset_add_path(rules, RSK_RULES, diag);
}

static void load(struct rsk_ruleset *rules, add_rules *add)
{
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];
	enum rsk_err err = add(rules, &diag);

	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	cr_assert_eq(err, RSK_OK, "%s", rsk_diag_text(&diag, line));
}

/* From the files, so that a message has the name that one can open. */
Test(builtin, all_load_from_the_tree)
{
	load(tree, add_tree);
}

Test(builtin, all_load)
{
	load(builtin, rsk_ruleset_add_builtin);
}

static bool same(const char *a, const char *b)
{
	return (!a && !b) || (a && b && !strcmp(a, b));
}

static bool same_lists(const struct rsk_strings *a, const struct rsk_strings *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!same(a->ptr[i], b->ptr[i]))
			return false;
	return true;
}

static bool same_globs(const struct rsk_globs *a, const struct rsk_globs *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!rsk_slice_eq(a->ptr[i], b->ptr[i]))
			return false;
	return true;
}

static void compare_rules(const struct rsk_rule *a, const struct rsk_rule *b)
{
	cr_expect_str_eq(a->id, b->id);
	cr_expect(same(a->title, b->title) && same(a->message, b->message) &&
			  same(a->fix, b->fix),
		"%s", a->id);
	cr_expect(same(a->what, b->what) && same(a->why, b->why) &&
			  same(a->bad, b->bad) && same(a->good, b->good),
		"%s", a->id);
	cr_expect(a->kind == b->kind && a->severity == b->severity &&
			  a->confidence == b->confidence && a->item == b->item,
		"%s", a->id);
	cr_expect(same_lists(&a->overrides, &b->overrides) &&
			  same_lists(&a->tags, &b->tags) &&
			  same_lists(&a->cwe, &b->cwe) &&
			  same_lists(&a->references, &b->references),
		"%s", a->id);
	cr_assert_eq(a->examples_len, b->examples_len);
	for (size_t i = 0; i < a->examples_len; i++)
		cr_expect(
			a->examples[i].line == b->examples[i].line &&
				same(a->examples[i].path,
					b->examples[i].path) &&
				same(a->examples[i].text, b->examples[i].text),
			"%s: example %zu", a->id, i);
}

static void compare_patterns(
	const struct rsk_pattern *a, const struct rsk_pattern *b)
{
	cr_expect(same(a->name, b->name) && same(a->regex, b->regex) &&
			  same(a->kind, b->kind) && a->line == b->line,
		"%s", a->name);
	cr_expect(same_lists(&a->anchors, &b->anchors) &&
			  same_lists(&a->keep, &b->keep) &&
			  same_lists(&a->stopwords, &b->stopwords),
		"%s", a->name);
	cr_expect(a->rule == b->rule && a->context == b->context &&
			  a->severity == b->severity && a->vcs == b->vcs &&
			  a->filters == b->filters &&
			  a->max_width == b->max_width,
		"%s", a->name);
	cr_expect(same_globs(&a->only, &b->only) &&
			  same_globs(&a->except, &b->except),
		"%s", a->name);
}

Test(builtin, the_same_as_in_the_tree)
{
	load(builtin, rsk_ruleset_add_builtin);
	load(tree, add_tree);

	cr_assert_gt(builtin->rules.len, 0);
	cr_assert_eq(builtin->rules.len, tree->rules.len);
	for (size_t i = 0; i < tree->rules.len; i++)
		compare_rules(&builtin->rules.ptr[i], &tree->rules.ptr[i]);
	cr_assert_eq(builtin->patterns.len, tree->patterns.len);
	for (size_t i = 0; i < tree->patterns.len; i++)
		compare_patterns(
			&builtin->patterns.ptr[i], &tree->patterns.ptr[i]);
}

/* Checks and the scan ask for these by name. */
Test(builtin, path_sets)
{
	static const char *const names[] = { "docs", "test", "env-file" };

	load(builtin, rsk_ruleset_add_builtin);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect_not_null(rsk_ruleset_paths(builtin, names[i]));
}
