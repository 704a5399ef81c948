#include "rules/config.h"
#include "unit/rules_help.h"

static struct rsk_config config;
static struct rsk_diag diag;
static char line[RSK_DIAG_LINE_MAX];

static void teardown(void)
{
	rsk_config_free(&config);
}

TestSuite(config, .fini = teardown);

static enum rsk_err load(const char *text)
{
	memset(&diag, 0, sizeof(diag));
	return rsk_config_load_text(
		&config, ".rskan.yaml", rsk_slice_str(text), &diag);
}

#define MUST(call) cr_assert_eq(call, RSK_OK, "%s", rsk_diag_text(&diag, line))

static const char full[] =
	"fail-on: none\n"
	"rules: [team/rules/, my.yaml]\n"
	"disable:\n"
	"  - {rule: test-rule, reason: not for us}\n"
	"severity: {test-rule: critical}\n"
	"exclude:\n"
	"  - paths: [vendor/, '!vendor/ours/']\n"
	"    reason: not ours\n"
	"  - {paths: ['*.min.js'], reason: made}\n"
	"suppressions:\n"
	"  - rule: test-rule\n"
	"    path: 'src/**/*.js'\n"
	"    fingerprint: '0123456789abcdef0123456789abcdef'\n"
	"    reason: revoked\n"
	"    until: 2027-03-01\n"
	"rotation: {max-age: 90}\n";

Test(config, every_key)
{
	MUST(load(full));
	cr_expect(config.has_fail_on);
	cr_expect_eq(config.fail_on, RSK_SEVERITIES);
	cr_expect_eq(config.fail_on_line, 1);
	cr_assert_eq(config.rules.len, 2);
	cr_expect_str_eq(config.rules.ptr[0].path, "team/rules/");
	cr_assert_eq(config.disable.len, 1);
	cr_expect_str_eq(config.disable.ptr[0].reason, "not for us");
	cr_expect_eq(config.disable.ptr[0].line, 4);
	cr_assert_eq(config.severity.len, 1);
	cr_expect_eq(config.severity.ptr[0].severity, RSK_CRITICAL);
	cr_expect_eq(config.severity.ptr[0].line, 5);
	cr_assert_eq(config.exclude.len, 2);
	cr_expect_eq(config.exclude.ptr[1].line, 9);
	cr_assert_eq(config.suppressions.len, 1);
	cr_expect_str_eq(config.suppressions.ptr[0].until, "2027-03-01");
	cr_expect_eq(config.suppressions.ptr[0].until_day, 20878);
	cr_expect_eq(config.suppressions.ptr[0].line, 11);
	cr_expect_eq(config.rotation.max_age, 90);
	cr_expect_eq(config.rotation.line, 16);
	cr_expect_str_eq(config.name, ".rskan.yaml");

	struct rsk_globs excluded = rsk_config_excluded(&config);
	cr_assert_eq(excluded.len, 3);
	cr_expect(rsk_globs_match(&excluded, RSK_LIT("vendor/a.c")));
	cr_expect_not(rsk_globs_match(&excluded, RSK_LIT("vendor/ours/a.c")));
	cr_expect(rsk_globs_match(&excluded, RSK_LIT("x/a.min.js")));
}

Test(config, empty)
{
	MUST(load(""));
	cr_expect_not(config.has_fail_on);
	cr_expect_eq(rsk_config_excluded(&config).len, 0);
	rsk_config_free(&config);
	MUST(load("# nothing yet\n"));
	rsk_config_free(&config);
	MUST(load("fail-on: high\n"));
	cr_expect_eq(config.fail_on, RSK_HIGH);
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *says;
} bad[] = {
	{ "[a]", 1, 1, "mapping" },
	{ "sink: []", 1, 1, "no key 'sink', but fail-on" },
	{ "fail-on: bad", 1, 10, "critical" },
	{ "fail-on: [none]", 1, 10, "critical" },
	{ "disable: [test-rule]", 1, 11, "is a mapping" },
	{ "disable: test-rule", 1, 10, "a list" },
	{ "disable: [{rule: a}]", 1, 11, "'reason' is missing" },
	{ "disable: [{rule: a, reason: ''}]", 1, 29, "empty" },
	{ "disable: [{rule: A, reason: x}]", 1, 18, "a-z" },
	{ "severity: [a]", 1, 11, "mapping" },
	{ "severity: {a: bad}", 1, 15, "critical" },
	{ "severity: {A: low}", 1, 12, "id of a rule" },
	{ "exclude: [{paths: [], reason: a}]", 1, 19, "1 to" },
	{ "exclude: [{paths: a, reason: a}]", 1, 19, "a list" },
	{ "exclude: [{paths: ['@docs'], reason: a}]", 1, 20, "no path sets" },
	{ "exclude: [{paths: [a]}]", 1, 11, "'reason' is missing" },
	{ "suppressions: [{rule: a, reason: b}]", 1, 16, "'path' is missing" },
	{ "suppressions: [{rule: a, path: '!x', reason: b}]", 1, 32, "'!'" },
	{ "suppressions: [{rule: a, path: x, reason: b, until: 2027-02-29}]", 1,
		53, "YYYY-MM-DD" },
	{ "suppressions: [{rule: a, path: x, reason: b, until: soon}]", 1, 53,
		"YYYY-MM-DD" },
	{ "suppressions: [{rule: a, path: x, reason: b, fingerprint: 'AB'}]", 1,
		59, "32 hex digits" },
	{ "rules: [/etc/x.yaml]", 1, 9, "inside" },
	{ "rules: [a/../../x.yaml]", 1, 9, "inside" },
	{ "rules: [a//b]", 1, 9, "inside" },
	{ "rotation: {max-age: 0}", 1, 21, "whole number" },
	{ "rotation: {max-age: 99999999999}", 1, 21, "whole number" },
	{ "rotation: {max-age: '9'}", 1, 21, "whole number" },
	{ "rotation: {}", 1, 11, "'max-age' is missing" },
	{ "rotation: 90", 1, 11, "mapping" },
};

Test(config, refused_with_the_place)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_eq(load(bad[i].text), RSK_SYNTAX, "accepted: %s",
			bad[i].text);
		rsk_diag_text(&diag, line);
		cr_expect(diag.line == bad[i].line &&
				  diag.column == bad[i].column,
			"'%s': %s", bad[i].text, line);
		cr_expect_not_null(strstr(diag.text, bad[i].says), "'%s': %s",
			bad[i].text, line);
		cr_expect_null(config.name);
		rsk_config_free(&config);
	}
}

Test(config, applied_to_rules)
{
	static const char *const texts[] = { RULE_TEXT, NULL };
	struct rsk_ruleset *rules = load_rules(texts);

	MUST(load(full));
	MUST(rsk_config_apply(&config, rules, &diag));
	cr_expect(rules->rules.ptr[0].disabled);
	cr_expect_eq(rules->patterns.ptr[0].severity, RSK_CRITICAL);
	rsk_ruleset_free(rules);
}

Test(config, unknown_rules)
{
	static const char *const unknown[] = {
		"disable:\n  - {rule: nope, reason: a}\n",
		"severity:\n  nope: low\n",
		"suppressions:\n  - {rule: nope, path: a, reason: b}\n",
	};
	static const char *const texts[] = { RULE_TEXT, NULL };
	struct rsk_ruleset *rules = load_rules(texts);

	for (size_t i = 0; i < 3; i++) {
		MUST(load(unknown[i]));
		cr_expect_eq(
			rsk_config_apply(&config, rules, &diag), RSK_SYNTAX);
		cr_expect_eq(diag.line, 2);
		cr_expect_str_eq(diag.file, ".rskan.yaml");
		cr_expect_str_eq(diag.text, "no rule is called 'nope'");
		rsk_config_free(&config);
	}
	rsk_ruleset_free(rules);
}

Test(config, suppressions)
{
	struct rsk_config_subject subject = {
		.rule = "test-rule",
		.path = RSK_LIT("src/a/b.js"),
		.fingerprint = "0123456789abcdef0123456789abcdef",
		.today = 20878,
	};

	MUST(load(full));
	cr_expect_eq(rsk_config_suppresses(&config, &subject),
		&config.suppressions.ptr[0]);
	subject.today++;
	cr_expect_null(rsk_config_suppresses(&config, &subject));
	cr_expect(rsk_config_is_expired(
		&config.suppressions.ptr[0], subject.today));
	subject.today--;
	subject.path = RSK_LIT("lib/a.js");
	cr_expect_null(rsk_config_suppresses(&config, &subject));
	subject.path = RSK_LIT("src/a.js");
	cr_expect_not_null(rsk_config_suppresses(&config, &subject));
	subject.rule = "test-rul";
	cr_expect_null(rsk_config_suppresses(&config, &subject));
	subject.rule = "test-rule";
	subject.fingerprint = "1123456789abcdef0123456789abcdef";
	cr_expect_null(rsk_config_suppresses(&config, &subject));
}
