#include "base/buf.h"
#include "base/limits.h"
#include "unit/rules_help.h"

static struct rsk_ruleset *rules;
static struct rsk_diag diag;
static char line[RSK_DIAG_LINE_MAX];

static void setup(void)
{
	rules = rsk_ruleset_new();
	memset(&diag, 0, sizeof(diag));
}

static void teardown(void)
{
	rsk_ruleset_free(rules);
}

TestSuite(load, .init = setup, .fini = teardown);

static enum rsk_err add_as(const char *name, const char *text)
{
	return rsk_ruleset_add_text(rules, name, rsk_slice_str(text), &diag);
}

static enum rsk_err add(const char *text)
{
	return add_as("test", text);
}

#define MUST(call) cr_assert_eq(call, RSK_OK, "%s", rsk_diag_text(&diag, line))

static const struct rsk_pattern *only_pattern(void)
{
	cr_assert_eq(rules->patterns.len, 1);
	return &rules->patterns.ptr[0];
}

Test(load, small_rule)
{
	MUST(add(RULE_TEXT));
	MUST(rsk_ruleset_freeze(rules, &diag));

	const struct rsk_rule *rule =
		rsk_ruleset_find(rules, RSK_LIT("test-rule"));
	cr_assert_not_null(rule);
	cr_expect_eq(rule->kind, RSK_RULE_FINDING);
	cr_expect_str_eq(rule->title, "A test");
	cr_expect_str_eq(rule->file, "test");
	cr_expect_eq(rule->severity, RSK_HIGH);
	cr_expect_eq(rule->confidence, RSK_CONFIDENCE_MEDIUM);
	cr_expect_eq(rule->item, RSK_ITEM_ENV_KEYS);
	cr_expect_str_eq(rule->why, "y");
	cr_expect_str_eq(rule->references.ptr[0], "https://example.org");
	cr_expect_eq(rule->patterns, 1);
	cr_assert_eq(rule->examples_len, 2);
	cr_expect(rule->examples[0].fires);
	cr_expect_not(rule->examples[1].fires);
	cr_expect_str_eq(rule->examples[1].text, "abc-defg");
	cr_expect_null(rsk_ruleset_find(rules, RSK_LIT("test")));
}

/* What a pattern does not say it has from its rule. */
Test(load, defaults_of_a_pattern)
{
	MUST(add(RULE_TEXT));

	const struct rsk_pattern *p = only_pattern();
	cr_expect_eq(p->severity, RSK_HIGH);
	cr_expect_eq(p->confidence, RSK_CONFIDENCE_MEDIUM);
	cr_expect_eq(p->confidence_without, RSK_CONFIDENCE_MEDIUM);
	cr_expect_str_eq(p->message, "A message");
	cr_expect_str_eq(p->fix, "Do it");
	cr_expect_eq(p->context, RSK_NO_RULE);
	cr_expect_eq(p->max_width, 12);
	cr_expect_null(p->kind);
	cr_expect_not(p->caseless);
	cr_expect_eq(p->filters, 0);
	cr_expect_eq(p->vcs, 0);
	cr_expect_eq(p->only.len + p->except.len, 0);
}

Test(load, every_key_of_a_pattern)
{
	MUST(add_as("rules/paths.yaml", "sets:\n"
					"  env: [.env, '@more']\n"
					"  no-code: ['*.txt', '!@code']\n"
					"  code: ['*.c', '*.h']\n"
					"  more: [.env.*, '!*.example']\n"));
	MUST(add(CONTEXT_TEXT));
	MUST(add(RULE_HEAD RULE_PAGE
		"patterns:\n" RULE_PATTERN "    kind: live\n"
		"    severity: low\n"
		"    confidence: high\n"
		"    message: other\n"
		"    fix: |\n"
		"      two\n"
		"      lines\n"
		"    caseless: true\n"
		"    keep: [abc_]\n"
		"    filters: [luhn, placeholder]\n"
		"    entropy: 2.25\n"
		"    stopwords: [test, '123']\n"
		"    paths: {only: ['@env'], except: [docs/, '@no-code']}\n"
		"    vcs: [untracked, none]\n"
		"    binary: true\n"
		"    context: test-context\n"
		"    confidence-without-context: low\n" RULE_EXAMPLES));
	MUST(rsk_ruleset_freeze(rules, &diag));
	cr_assert_eq(rules->patterns.len, 2);

	const struct rsk_pattern *p = &rules->patterns.ptr[1];
	cr_expect_str_eq(p->name, "one");
	cr_expect_str_eq(p->kind, "live");
	cr_expect_eq(p->severity, RSK_LOW);
	cr_expect_eq(p->confidence, RSK_CONFIDENCE_HIGH);
	cr_expect_eq(p->confidence_without, RSK_CONFIDENCE_LOW);
	cr_expect_str_eq(p->message, "other");
	cr_expect_str_eq(p->fix, "two\nlines");
	cr_expect(p->caseless);
	cr_expect(p->binary);
	cr_expect_str_eq(p->keep.ptr[0], "abc_");
	cr_expect_eq(p->filters,
		1u << RSK_FILTER_LUHN | 1u << RSK_FILTER_PLACEHOLDER);
	cr_expect_eq(p->entropy, 2.25);
	cr_expect_str_eq(p->stopwords.ptr[1], "123");
	cr_expect_eq(p->vcs, RSK_VCS_UNTRACKED | RSK_VCS_NONE);
	cr_expect_eq(p->context, 0);
	cr_expect_eq(p->rule, 1);
	cr_expect_str_eq(rules->rules.ptr[p->context].id, "test-context");

	cr_expect(rsk_globs_match(&p->only, RSK_LIT(".env.local")));
	cr_expect_not(rsk_globs_match(&p->only, RSK_LIT(".env.example")));
	cr_assert_eq(p->except.len, 4);
	cr_expect(rsk_slice_eq_str(p->except.ptr[3], "!*.h"));
	cr_expect_eq(rsk_ruleset_paths(rules, "env")->len, 3);
	cr_expect_null(rsk_ruleset_paths(rules, "nope"));
}

Test(load, join_is_taken_out_of_examples)
{
	MUST(add(
		RULE_HEAD RULE_PAGE "patterns:\n" RULE_PATTERN "examples:\n"
				    "  match: [{path: 'a{{join}}b', "
				    "text: 'x{{join}}abc{{join}}_d{{join}}'}]\n"
				    "  near: [{path: a, text: '{{join}}'}]\n"));

	const struct rsk_example *examples = rules->rules.ptr[0].examples;
	cr_expect_str_eq(examples[0].path, "ab");
	cr_expect_str_eq(examples[0].text, "xabc_d");
	cr_expect_str_eq(examples[1].text, "");
}

/* Rules and patterns are sorted, and every index goes along. */
Test(load, freezing_sorts)
{
	MUST(add("id: z-context\n"
		 "kind: context\n"
		 "patterns: [{name: z, anchors: [zzz], regex: zzz}]\n"
		 "examples: {match: [{path: a, text: zzz}]}\n"));
	MUST(add(RULE_HEAD "overrides: [a-rule]\n" RULE_PAGE
			   "patterns:\n" RULE_PATTERN
			   "    context: z-context\n" RULE_EXAMPLES));
	MUST(add(
		"id: a-rule\n"
		"title: a\nseverity: low\nconfidence: low\n"
		"checklist: https-everywhere\nmessage: m\nfix: f\n" RULE_PAGE
		"patterns:\n"
		"  - {name: b, anchors: [bbb], regex: bbb}\n"
		"  - {name: a, anchors: [abc_], regex: abc_}\n" RULE_EXAMPLES));
	MUST(add(CONTEXT_TEXT));
	MUST(rsk_ruleset_freeze(rules, &diag));

	static const char *const ids[] = { "a-rule", "test-context",
		"test-rule", "z-context" };
	cr_assert_eq(rules->rules.len, 4);
	for (uint32_t i = 0; i < 4; i++) {
		const struct rsk_rule *rule = &rules->rules.ptr[i];

		cr_expect_str_eq(rule->id, ids[i]);
		cr_expect_eq(
			rsk_ruleset_find(rules, rsk_slice_str(ids[i])), rule);
		for (uint32_t j = 0; j < rule->patterns; j++)
			cr_expect_eq(
				rules->patterns.ptr[rule->first_pattern + j]
					.rule,
				i);
	}
	cr_expect_str_eq(rules->patterns.ptr[0].name, "b");
	cr_expect_eq(rules->patterns.ptr[3].context, 3);
}

Test(load, disable_and_severity)
{
	MUST(add(RULE_TEXT));
	MUST(rsk_ruleset_freeze(rules, &diag));
	MUST(rsk_ruleset_disable(rules, RSK_LIT("test-rule")));
	MUST(rsk_ruleset_set_severity(
		rules, RSK_LIT("test-rule"), RSK_CRITICAL));
	cr_expect(rules->rules.ptr[0].disabled);
	cr_expect_eq(rules->rules.ptr[0].severity, RSK_CRITICAL);
	cr_expect_eq(rules->patterns.ptr[0].severity, RSK_CRITICAL);
	cr_expect_eq(rsk_ruleset_disable(rules, RSK_LIT("x")), RSK_NOTFOUND);
	cr_expect_eq(rsk_ruleset_set_severity(rules, RSK_LIT("x"), RSK_LOW),
		RSK_NOTFOUND);
}

/* --- what is refused ----------------------------------------------------- */

#define PATTERNS(more)                                                         \
	RULE_HEAD RULE_PAGE "patterns:\n" RULE_PATTERN more RULE_EXAMPLES
#define EXAMPLES(more)                                                         \
	RULE_HEAD RULE_PAGE "patterns:\n" RULE_PATTERN "examples:\n" more

/* The head has 7 lines, the page 7 more, a pattern is at 16 to 18. */
static const struct {
	const char *text;
	uint32_t line, column;
	const char *says;
} bad[] = {
	{ "", 1, 1, "empty" },
	{ "[a]", 1, 1, "a rule is a mapping" },
	{ "a", 1, 1, "a rule is a mapping" },
	{ "kind: wrong", 1, 7,
		"finding, fact, context, check, code or trigger" },
	{ "kind: [fact]", 1, 7,
		"finding, fact, context, check, code or trigger" },
	{ "kind: context", 1, 1, "'id' is missing" },
	{ RULE_HEAD "color: red\n", 8, 1, "no key 'color', but id, kind" },
	{ RULE_HEAD "patterns: []\n", 1, 1, "'page' is missing" },
	{ RULE_HEAD RULE_PAGE, 1, 1, "'patterns' is missing" },
	{ RULE_HEAD RULE_PAGE "patterns: []\n", 15, 11, "list of 1 to" },
	{ RULE_HEAD RULE_PAGE "patterns: x\n", 15, 11, "expects a list" },
	{ RULE_HEAD RULE_PAGE "patterns:\n" RULE_PATTERN, 1, 1,
		"'examples' is missing" },
	{ CHECK_TEXT "patterns: []\n", 16, 1, "no key 'patterns'" },
	{ CONTEXT_TEXT "severity: low\n", 7, 1, "no key 'severity'" },
	{ "id: Test\n", 1, 5, "a-z" },
	{ "id: -a\n", 1, 5, "a-z" },
	{ "id:\n", 1, 4, "a-z" },
	{ "id: a\ntitle: [b]\n", 2, 8, "expects a text" },
	{ "id: a\ntitle:\n", 2, 7, "empty" },
	{ "id: a\ntitle: a.\n", 2, 8, "full stop" },
	{ "id: a\ntitle: \"a\\nb\"\n", 2, 8, "one line" },
	{ "id: a\ntitle: \"a\\0b\"\n", 2, 8, "NUL" },
	{ "id: a\ntitle: a\nseverity: bad\n", 3, 11, "critical, high" },
	{ "id: a\ntitle: a\nseverity: low\nconfidence: 1\n", 4, 13,
		"high, medium or low" },
	{ "id: a\ntitle: a\nseverity: low\nconfidence: low\n"
	  "checklist: x\n",
		5, 12, "checklist" },
	{ RULE_HEAD "cwe: [798]\n", 8, 7, "CWE-" },
	{ RULE_HEAD "cwe: []\n", 8, 6, "1 to" },
	{ RULE_HEAD "tags: [a, b, a]\n", 8, 14, "twice" },
	{ RULE_HEAD "page: {what: a}\n", 8, 7, "'why' is missing" },
	{ RULE_HEAD "page: {what: a, when: b}\n", 8, 17, "no key 'when'" },
	{ PATTERNS("    color: red\n"), 19, 5, "a pattern has no key" },
	{ PATTERNS("    caseless: yes\n"), 19, 15, "true or false" },
	{ PATTERNS("    caseless: 'true'\n"), 19, 15, "true or false" },
	{ PATTERNS("    entropy: 9\n"), 19, 14, "bits per byte" },
	{ PATTERNS("    entropy: 1e1\n"), 19, 14, "bits per byte" },
	{ PATTERNS("    entropy: -1\n"), 19, 14, "bits per byte" },
	{ PATTERNS("    filters: [lunh]\n"), 19, 15, "filters" },
	{ PATTERNS("    filters: [hex, hex]\n"), 19, 20, "twice" },
	{ PATTERNS("    filters: []\n"), 19, 14, "a list" },
	{ PATTERNS("    vcs: tracked\n"), 19, 10, "a list" },
	{ PATTERNS("    paths: {only: []}\n"), 19, 19, "globs" },
	{ PATTERNS("    paths: {only: ['[a']}\n"), 19, 20, "']'" },
	{ PATTERNS("    paths: {only: ['@env']}\n"), 19, 20, "no path set" },
	{ PATTERNS("    paths: {only: [a, '@env']}\n"), 19, 23,
		"no path set 'env'" },
	{ PATTERNS("    paths: {only: ['!a']}\n"), 19, 19, "takes back" },
	{ PATTERNS("    paths: {only: {a: '@env'}}\n"), 19, 19, "a list" },
	{ PATTERNS("    paths: [a]\n"), 19, 12, "mapping" },
	{ PATTERNS("    requires-context: true\n"), 19, 5,
		"without 'context'" },
	{ PATTERNS("    confidence-without-context: low\n"), 19, 5,
		"without 'context'" },
	{ PATTERNS("    context: c\n    requires-context: true\n"
		   "    confidence-without-context: low\n"),
		21, 5, "beside" },
	{ PATTERNS("    context: [c]\n"), 19, 14, "id of a rule" },
	{ PATTERNS(RULE_PATTERN), 19, 5, "second pattern" },
	{ PATTERNS("  - {name: b, anchors: [ab], regex: ab}\n"), 19, 25,
		"3 to" },
	{ PATTERNS("  - {name: b, anchors: [], regex: ab}\n"), 19, 24, "1 to" },
	{ PATTERNS("  - {name: b, regex: ab}\n"), 19, 5,
		"'anchors' is missing" },
	{ PATTERNS("  - {name: b, anchors: [\"\xc3\xa4\xc3\xa4\"], regex: ab, "
		   "caseless: true}\n"),
		19, 25, "ASCII" },
	{ PATTERNS("  - {name: b, anchors: [abc], regex: abc, keep: [abc]}\n"),
		19, 43, "(?<secret>" },
	{ PATTERNS("  - {name: b, anchors: [abc], regex: abc}\n"
		   "  - {name: c, anchors: [abc], regex: ab+}\n"),
		20, 40, "upper bound" },
	{ PATTERNS("  - {name: b, anchors: [abc], regex: 'ab+'}\n"), 19, 41,
		"upper bound" },
	{ PATTERNS("  - {name: b, anchors: [abc], regex: \"ab\\\\C\"}\n"), 19,
		38, "at byte 3" },
	{ PATTERNS("  - name: b\n    anchors: [abc]\n    regex: |-\n"
		   "      a*\n"),
		21, 12, "at byte 2" },
	{ EXAMPLES("  near: [{path: a, text: b}]\n"), 20, 3,
		"'match' is missing" },
	{ EXAMPLES("  match: [{path: a, text: abc_}]\n"), 20, 3,
		"'near' is missing" },
	{ EXAMPLES("  match: []\n"), 20, 10, "at least one" },
	{ EXAMPLES("  match: [{path: a, text: b}]\n"), 20, 11,
		"none of the anchors of any pattern" },
	{ EXAMPLES("  match: [{path: a, text: abc_, pattern: two}]\n"), 20, 11,
		"no pattern is called 'two'" },
	{ EXAMPLES("  match: [{path: a, text: b, pattern: one}]\n"), 20, 11,
		"anchors of pattern one" },
	{ EXAMPLES("  match: [{path: a}]\n"), 20, 11, "'text' is missing" },
	{ EXAMPLES("  match: [{path: a, text: abc_}]\n"
		   "  near: [{path: a, text: b, pattern: one}]\n"),
		21, 29, "no key 'pattern'" },
};

Test(load, refused_with_the_place)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		teardown();
		setup();
		cr_expect_eq(add(bad[i].text), RSK_SYNTAX, "accepted: %s",
			bad[i].text);
		rsk_diag_text(&diag, line);
		cr_expect(diag.line == bad[i].line &&
				  diag.column == bad[i].column,
			"row %zu: %s", i, line);
		cr_expect_not_null(
			strstr(diag.text, bad[i].says), "row %zu: %s", i, line);
	}
}

Test(load, name_of_the_file)
{
	cr_expect_eq(add_as("a/other.yaml", RULE_TEXT), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "test-rule.yaml"));
	MUST(add_as("a/test-rule.yaml", CHECK_TEXT) == RSK_SYNTAX
			? RSK_OK
			: RSK_CORRUPT);
	teardown();
	setup();
	MUST(add_as("a/test-rule.yaml", RULE_TEXT));
}

Test(load, second_definition)
{
	MUST(add_as("x/test-rule.yaml", RULE_TEXT));
	cr_expect_eq(add_as("y/test-rule.yaml", RULE_TEXT), RSK_SYNTAX);
	cr_expect_str_eq(rsk_diag_text(&diag, line),
		"y/test-rule.yaml:1:5: rule 'test-rule' is already defined in "
		"x/test-rule.yaml");
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *says;
} bad_sets[] = {
	{ "set: {a: [b]}", 1, 1, "no key 'set'" },
	{ "sets: [a]", 1, 7, "mapping" },
	{ "sets: {A: [b]}", 1, 8, "a-z" },
	{ "sets: {a: b}", 1, 11, "a list" },
	{ "sets: {a: []}", 1, 11, "globs" },
	{ "sets: {a: ['@b']}", 1, 12, "no such path set" },
	{ "sets: {a: ['@b'], b: [c, '@a']}", 1, 12, "leads back" },
	{ "sets: {a: ['@a']}", 1, 12, "leads back" },
	{ "sets: {a: [x, '!@b'], b: [c, '!d']}", 1, 15, "taken back" },
};

Test(load, path_sets_refused)
{
	for (size_t i = 0; i < sizeof(bad_sets) / sizeof(bad_sets[0]); i++) {
		teardown();
		setup();
		cr_expect_eq(add_as("paths.yaml", bad_sets[i].text), RSK_SYNTAX,
			"accepted: %s", bad_sets[i].text);
		rsk_diag_text(&diag, line);
		cr_expect(diag.line == bad_sets[i].line &&
				  diag.column == bad_sets[i].column,
			"row %zu: %s", i, line);
		cr_expect_not_null(strstr(diag.text, bad_sets[i].says),
			"row %zu: %s", i, line);
	}
	teardown();
	setup();
	MUST(add_as("paths.yaml", "sets: {a: [b]}"));
	cr_expect_eq(add_as("x/paths.yaml", "sets: {a: [c]}"), RSK_SYNTAX);
}

/* Twice as many globs with every set: an end before memory ends. */
Test(load, path_sets_do_not_explode)
{
	struct rsk_buf buf = RSK_BUF_INIT(100000);

	cr_assert_eq(rsk_buf_add_str(&buf, "sets:\n  s0: [a, b]\n"), RSK_OK);
	for (int i = 1; i < 40; i++)
		cr_assert_eq(rsk_buf_printf(&buf, "  s%d: ['@s%d', '@s%d']\n",
				     i, i - 1, i - 1),
			RSK_OK);
	cr_expect_eq(add_as("paths.yaml", rsk_buf_cstr(&buf)), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "more than"));
	rsk_buf_release(&buf);
}

/* A long list again and again, and long examples with many anchors. */
Test(load, products_are_bounded)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000000);
	enum rsk_err err = rsk_buf_add_str(&buf, "sets:\n  s: [");

	for (int i = 0; i < 4000 && !err; i++)
		err = rsk_buf_printf(&buf, "a%d, ", i);
	if (!err)
		err = rsk_buf_add_str(&buf, "b]\n");
	for (int i = 0; i < 199 && !err; i++)
		err = rsk_buf_printf(&buf, "  s%d: [a, '@s']\n", i);
	cr_assert_eq(err, RSK_OK);
	MUST(add_as("paths.yaml", rsk_buf_cstr(&buf)));

	rsk_buf_truncate(&buf, 0);
	err = rsk_buf_add_str(&buf, RULE_HEAD RULE_PAGE "patterns:\n");
	for (int i = 0; i < 100 && !err; i++)
		err = rsk_buf_printf(&buf,
			"  - {name: p%d, anchors: [abc], regex: abc, "
			"paths: {only: [a, '@s']}}\n",
			i);
	if (!err)
		err = rsk_buf_add_str(&buf, RULE_EXAMPLES);
	cr_assert_eq(err, RSK_OK);
	cr_expect_eq(add(rsk_buf_cstr(&buf)), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "globs in all rules"));
	rsk_buf_release(&buf);
}

static enum rsk_err add_wide_rule(struct rsk_buf *buf)
{
	enum rsk_err err = rsk_buf_add_str(buf, RULE_HEAD RULE_PAGE
		"patterns:\n  - name: one\n    regex: abc\n    anchors: [");

	for (int i = 0; i < 999 && !err; i++)
		err = rsk_buf_printf(buf, "n%d_, ", i);
	if (!err)
		err = rsk_buf_add_str(buf, "abc]\nexamples:\n  match:\n");
	for (int i = 0; i < 10 && !err; i++)
		err = rsk_buf_printf(
			buf, "    - {path: a, text: '%08000dabc'}\n", 0);
	return err ? err
		   : rsk_buf_add_str(buf, "  near: [{path: a, text: b}]\n");
}

Test(load, searching_examples_is_bounded)
{
	struct rsk_buf buf = RSK_BUF_INIT(1000000);

	cr_assert_eq(add_wide_rule(&buf), RSK_OK);
	cr_expect_eq(add(rsk_buf_cstr(&buf)), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "too much to search"));
	rsk_buf_release(&buf);
}

/* --- references between rules -------------------------------------------- */

static const struct {
	const char *first, *second;
	uint32_t line, column;
	const char *says;
} bad_references[] = {
	{ CONTEXT_TEXT,
		RULE_HEAD "overrides: [x]\n" RULE_PAGE
			  "patterns:\n" RULE_PATTERN RULE_EXAMPLES,
		8, 13, "'x' is no rule that was loaded" },
	{ CONTEXT_TEXT,
		RULE_HEAD "overrides: [test-rule]\n" RULE_PAGE
			  "patterns:\n" RULE_PATTERN RULE_EXAMPLES,
		8, 13, "this rule itself" },
	{ CHECK_TEXT,
		RULE_HEAD "overrides: [test-check]\n" RULE_PAGE
			  "patterns:\n" RULE_PATTERN RULE_EXAMPLES,
		8, 13, "no rule of kind finding" },
	{ CHECK_TEXT, PATTERNS("    context: test-check\n"), 19, 14,
		"no rule of kind context" },
	{ CHECK_TEXT, PATTERNS("    context: nope\n"), 19, 14,
		"no rule that was loaded" },
};

Test(load, references_refused)
{
	for (size_t i = 0;
		i < sizeof(bad_references) / sizeof(bad_references[0]); i++) {
		teardown();
		setup();
		MUST(add(bad_references[i].first));
		MUST(add_as("second", bad_references[i].second));
		cr_expect_eq(rsk_ruleset_freeze(rules, &diag), RSK_SYNTAX);
		rsk_diag_text(&diag, line);
		cr_expect_str_eq(diag.file, "second");
		cr_expect(diag.line == bad_references[i].line &&
				  diag.column == bad_references[i].column,
			"row %zu: %s", i, line);
		cr_expect_not_null(strstr(diag.text, bad_references[i].says),
			"row %zu: %s", i, line);
	}
}

Test(load, no_rules_at_all)
{
	MUST(rsk_ruleset_freeze(rules, &diag));
	cr_expect_null(rsk_ruleset_find(rules, RSK_LIT("a")));
}

/* ---- limits ---- */

static void put_head(struct rsk_buf *text, unsigned number)
{
	rsk_buf_truncate(text, 0);
	cr_assert_eq(rsk_buf_printf(text,
			     "id: test-%u\n"
			     "kind: context\n"
			     "examples:\n"
			     "  match: [{path: a, text: abc}]\n"
			     "patterns:\n",
			     number),
		RSK_OK);
}

static void put_patterns(
	struct rsk_buf *text, unsigned patterns, const char *only)
{
	for (unsigned i = 0; i < patterns; i++)
		cr_assert_eq(rsk_buf_printf(text,
				     "  - {name: p%u, anchors: [abc], regex: "
				     "abc%s}\n",
				     i, only),
			RSK_OK);
}

/* Rules of as many patterns as one may have; the last takes what is left. */
static enum rsk_err load_patterns(unsigned patterns)
{
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = RSK_OK;

	teardown();
	setup();
	for (unsigned done = 0; done < patterns && !err;) {
		unsigned n = patterns - done;

		n = n < RSK_MAX_LIST ? n : RSK_MAX_LIST;
		put_head(&text, done);
		put_patterns(&text, n, "");
		err = add((const char *)text.ptr);
		done += n;
	}
	rsk_buf_release(&text);
	return err;
}

Test(load, so_many_patterns)
{
	MUST(load_patterns(RSK_MAX_PATTERNS - 1));
	MUST(load_patterns(RSK_MAX_PATTERNS));
	cr_expect_eq(rules->patterns.len, RSK_MAX_PATTERNS);
	cr_expect_eq(load_patterns(RSK_MAX_PATTERNS + 1), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "all rules: 50000"), "%s",
		rsk_diag_text(&diag, line));
}

/* Two sets of 2,000 globs, unfolded in 249 lists with the sets' own, and a last
 * list of what is left. */
static enum rsk_err load_globs(unsigned globs)
{
	enum { SET = 2000, LISTS = 249 };
	struct rsk_buf text = RSK_BUF_INIT(RSK_MIB);
	enum rsk_err err = rsk_buf_add_str(&text, "sets:\n");
	unsigned rest = globs - LISTS * 2 * SET;

	teardown();
	setup();
	for (unsigned set = 0; set < 2; set++)
		for (unsigned i = 0; i < SET && !err; i++)
			err = rsk_buf_printf(&text, "%s%c%s",
				i     ? ""
				: set ? "  b: ["
				      : "  a: [",
				'x', i + 1 < SET ? ", " : "]\n");
	MUST(err);
	MUST(add_as("paths.yaml", (const char *)text.ptr));
	put_head(&text, 1);
	put_patterns(&text, LISTS - 1, ", paths: {only: ['@a', '@b']}");
	MUST(rsk_buf_add_str(&text,
		"  - {name: last, anchors: [abc], regex: abc, paths: {only: "
		"["));
	for (unsigned i = 0; i < rest && !err; i++)
		err = rsk_buf_add_str(&text, i ? ", x" : "x");
	MUST(err);
	MUST(rsk_buf_add_str(&text, "]}}\n"));
	err = add((const char *)text.ptr);
	rsk_buf_release(&text);
	return err;
}

Test(load, so_many_globs)
{
	MUST(load_globs(RSK_MAX_ALL_GLOBS - 1));
	MUST(load_globs(RSK_MAX_ALL_GLOBS));
	cr_expect_eq(load_globs(RSK_MAX_ALL_GLOBS + 1), RSK_SYNTAX);
	cr_expect_not_null(strstr(diag.text, "globs in all rules"), "%s",
		rsk_diag_text(&diag, line));
}
