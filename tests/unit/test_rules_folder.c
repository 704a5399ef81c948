#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/rules_help.h"

/* Rule files and folders of them, in a folder of the test's own. */

static char root[64];
static struct rsk_ruleset *rules;
static struct rsk_diag diag;

static void setup(void)
{
	snprintf(root, sizeof(root), "/tmp/rskan-test-XXXXXX");
	cr_assert_not_null(mkdtemp(root));
	cr_assert_eq(chdir(root), 0);
	rules = rsk_ruleset_new();
	memset(&diag, 0, sizeof(diag));
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file, "%s", path);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

static void teardown(void)
{
	static const char *const names[] = { "r/sub/test-rule.yaml",
		"r/paths.yaml", "r/test-check.yaml",
		"r/sub/z/test-context.yaml", "r/readme.txt", "r/.git/x.yaml",
		"r/.git", "r/sub/z", "r/sub", "r/bad.yml", "r/link.yaml",
		"r/fifo.yaml", "r/loop", "r", "link" };

	rsk_ruleset_free(rules);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove(names[i]);
	cr_expect_eq(rmdir(root), 0, "left behind: %s", root);
}

TestSuite(folder, .init = setup, .fini = teardown);

static void make_folder(void)
{
	cr_assert_eq(mkdir("r", 0700), 0);
	cr_assert_eq(mkdir("r/sub", 0700), 0);
	cr_assert_eq(mkdir("r/sub/z", 0700), 0);
	cr_assert_eq(mkdir("r/.git", 0700), 0);
	put("r/sub/test-rule.yaml", RULE_HEAD RULE_PAGE
		"patterns:\n" RULE_PATTERN "    paths: {only: ['@env']}\n"
		"    context: test-context\n" RULE_EXAMPLES);
	put("r/sub/z/test-context.yaml", CONTEXT_TEXT);
	put("r/test-check.yaml", CHECK_TEXT);
	put("r/paths.yaml", "sets: {env: [.env]}");
	put("r/readme.txt", "no rule");
	put("r/.git/x.yaml", "no rule either");
}

static enum rsk_err add(const char *path)
{
	return rsk_ruleset_add_path(rules, path, &diag);
}

Test(folder, all_below)
{
	make_folder();
	cr_assert_eq(add("r"), RSK_OK, "%s", diag.text);
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK);
	cr_expect_eq(rules->rules.len, 3);
	cr_expect_str_eq(rules->rules.ptr[2].file, "r/sub/test-rule.yaml");
}

Test(folder, one_file)
{
	make_folder();
	cr_assert_eq(add("r/test-check.yaml"), RSK_OK, "%s", diag.text);
	cr_expect_eq(rules->rules.len, 1);
	cr_expect_eq(add("r/test-check.yaml"), RSK_SYNTAX);
}

Test(folder, what_a_person_names_may_be_a_link)
{
	make_folder();
	cr_assert_eq(symlink("r", "link"), 0);
	cr_assert_eq(add("link"), RSK_OK, "%s", diag.text);
	cr_expect_eq(rules->rules.len, 3);
}

Test(folder, nothing_is_passed_over_in_silence)
{
	char line[RSK_DIAG_LINE_MAX];

	cr_expect_eq(add("nope"), RSK_NOTFOUND);
	cr_expect_str_eq(
		rsk_diag_text(&diag, line), "nope: No such file or directory");
	cr_assert_eq(mkdir("r", 0700), 0);
	cr_expect_eq(add("r"), RSK_NOTFOUND);
	put("r/bad.yml", "x");
	cr_expect_eq(add("r"), RSK_SYNTAX);
	cr_expect_str_eq(rsk_diag_text(&diag, line),
		"r/bad.yml: a rule file is called *.yaml");
}

Test(folder, no_links_and_no_pipes_below)
{
	make_folder();
	cr_assert_eq(symlink("sub/test-rule.yaml", "r/link.yaml"), 0);
	cr_expect_eq(add("r"), RSK_SPECIAL);
	cr_expect_str_eq(diag.file, "r/link.yaml");
	cr_assert_eq(remove("r/link.yaml"), 0);

	/* A failed rule set is only good for being freed. */
	rsk_ruleset_free(rules);
	rules = rsk_ruleset_new();
	cr_assert_eq(mkfifo("r/fifo.yaml", 0600), 0);
	cr_expect_eq(add("r"), RSK_SPECIAL);
	cr_expect_str_eq(diag.file, "r/fifo.yaml");
}

/* A link that is no rule file leads nowhere, not even in circles. */
Test(folder, loops_are_not_entered)
{
	make_folder();
	cr_assert_eq(symlink(".", "r/loop"), 0);
	cr_expect_eq(add("r"), RSK_OK, "%s", diag.text);
	cr_expect_eq(rules->rules.len, 3);
}

Test(folder, below_stays_below)
{
	static const char *const bad[] = { "..", "../x", "r/..", "/etc", "",
		"r//sub", "link/sub" };

	make_folder();
	cr_assert_eq(symlink("r", "link"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_neq(rsk_ruleset_add_below(rules, root, bad[i], &diag),
			RSK_OK, "%s", bad[i]);
	cr_expect_neq(
		rsk_ruleset_add_below(rules, root, "link", &diag), RSK_OK);
	cr_expect_eq(rules->rules.len, 0);
	cr_expect_eq(rsk_ruleset_add_below(rules, root, "r/sub/z/", &diag),
		RSK_OK, "%s", diag.text);
	cr_expect_eq(
		rsk_ruleset_add_below(rules, root, "r/test-check.yaml", &diag),
		RSK_OK, "%s", diag.text);
	cr_expect_str_eq(rules->rules.ptr[1].file, "r/test-check.yaml");
}
