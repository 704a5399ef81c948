#include <fcntl.h>

#include "base/file.h"
#include "base/limits.h"
#include "rules/config.h"
#include "unit/rules_help.h"

/* docs/rules.md: what it shows loads, and it leaves nothing out. */

static struct rsk_buf page;

static void setup(void)
{
	page = RSK_BUF_INIT(RSK_MIB);
	cr_assert_eq(rsk_file_read_at(
			     &page, AT_FDCWD, RSK_RULES "/../docs/rules.md"),
		RSK_OK);
}

static void teardown(void)
{
	rsk_buf_release(&page);
}

TestSuite(docs, .init = setup, .fini = teardown);

/* The text between the n-th fence of YAML and its end. */
static struct rsk_slice block(size_t n)
{
	struct rsk_slice rest = rsk_buf_slice(&page);
	struct rsk_slice fence = RSK_LIT("```yaml\n");

	for (size_t i = 0; i <= n; i++) {
		size_t at = rsk_slice_find(rest, fence);

		cr_assert_lt(at, rest.len);
		rest = rsk_slice_cut(rest, at + fence.len, rest.len);
	}
	return rsk_slice_cut(rest, 0, rsk_slice_find(rest, RSK_LIT("```")));
}

static const char other_rule[] =
	"id: other-rule\ntitle: o\nseverity: low\nconfidence: low\n"
	"checklist: env-keys\nmessage: m\nfix: f\n" RULE_PAGE
	"patterns:\n" RULE_PATTERN RULE_EXAMPLES;

Test(docs, what_is_shown_loads)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_config config = { 0 };
	struct rsk_diag diag = { 0 };
	enum rsk_err err =
		rsk_ruleset_add_text(rules, "paths.yaml", block(1), &diag);

	if (!err)
		err = rsk_ruleset_add_text(
			rules, "example-token.yaml", block(0), &diag);
	if (!err)
		err = rsk_ruleset_add_text(
			rules, "other", rsk_slice_str(other_rule), &diag);
	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	if (!err)
		err = rsk_config_load_text(
			&config, ".rskan.yaml", block(2), &diag);
	if (!err)
		err = rsk_config_apply(&config, rules, &diag);
	cr_expect_eq(err, RSK_OK, "%s:%u: %s", diag.file, diag.line, diag.text);
	rsk_config_free(&config);
	rsk_ruleset_free(rules);
}

static void expect_word(struct rsk_slice word)
{
	struct rsk_buf quoted = RSK_BUF_INIT(RSK_KIB);
	struct rsk_slice text = rsk_buf_slice(&page);

	cr_assert_eq(rsk_buf_printf(&quoted, "`%.*s`", (int)word.len,
			     (const char *)word.ptr),
		RSK_OK);
	cr_expect_lt(rsk_slice_find(text, rsk_buf_slice(&quoted)), text.len,
		"docs/rules.md says nothing of %s", rsk_buf_cstr(&quoted));
	rsk_buf_release(&quoted);
}

/* "...has no key 'x', but a, b, c": each of these. */
static void expect_keys(const char *rule)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	struct rsk_slice rest;

	cr_assert_neq(
		rsk_ruleset_add_text(rules, "rule", rsk_slice_str(rule), &diag),
		RSK_OK);
	rest = rsk_slice_str(strstr(diag.text, ", but ") + 6);
	cr_assert_gt(rest.len, 20);
	while (rest.len) {
		size_t comma = rsk_slice_find(rest, RSK_LIT(", "));

		expect_word(rsk_slice_cut(rest, 0, comma));
		rest = rsk_slice_cut(rest, comma + 2, rest.len);
	}
	rsk_ruleset_free(rules);
}

Test(docs, every_key_is_there)
{
	expect_keys("nope: 1\n");
	expect_keys(RULE_HEAD RULE_PAGE "patterns: [{nope: 1}]\n");
	expect_keys(RULE_HEAD "page: {nope: 1}\n");
}

Test(docs, every_filter_is_there)
{
#define X(name, word) expect_word(rsk_slice_str(word));
	RSK_FILTER_MAP(X)
#undef X
}
