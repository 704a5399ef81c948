#ifndef RSK_TESTS_RULES_HELP_H
#define RSK_TESTS_RULES_HELP_H

#include <criterion/criterion.h>

#include "rules/ruleset.h"

/* A small rule that is right, in pieces that tests put together. */

#define RULE_HEAD                                                              \
	"id: test-rule\n"                                                      \
	"title: A test\n"                                                      \
	"severity: high\n"                                                     \
	"confidence: medium\n"                                                 \
	"checklist: env-keys\n"                                                \
	"message: \"A message\"\n"                                             \
	"fix: \"Do it\"\n"

#define RULE_PAGE                                                              \
	"page:\n"                                                              \
	"  what: w\n"                                                          \
	"  why: |\n"                                                           \
	"    y\n"                                                              \
	"  bad: b\n"                                                           \
	"  good: g\n"                                                          \
	"  references: [https://example.org]\n"

#define RULE_PATTERN                                                           \
	"  - name: one\n"                                                      \
	"    anchors: [abc_]\n"                                                \
	"    regex: 'abc_(?<secret>[a-z]{4,8})'\n"

#define RULE_EXAMPLES                                                          \
	"examples:\n"                                                          \
	"  match:\n"                                                           \
	"    - {path: a.js, text: 'abc_defg'}\n"                               \
	"  near:\n"                                                            \
	"    - {path: a.js, text: 'abc-defg'}\n"

#define RULE_TEXT RULE_HEAD RULE_PAGE "patterns:\n" RULE_PATTERN RULE_EXAMPLES

#define CONTEXT_TEXT                                                           \
	"id: test-context\n"                                                   \
	"kind: context\n"                                                      \
	"patterns:\n"                                                          \
	"  - {name: one, anchors: [Resync], regex: Resync}\n"                  \
	"examples:\n"                                                          \
	"  match: [{path: a, text: Resync}]\n"

#define CHECK_TEXT                                                             \
	"id: test-check\n"                                                     \
	"kind: check\n"                                                        \
	"title: A check\n"                                                     \
	"severity: low\n"                                                      \
	"confidence: low\n"                                                    \
	"checklist: env-keys\n"                                                \
	"message: m\n"                                                         \
	"fix: f\n" RULE_PAGE

/* Load texts up to a NULL; the rule set is frozen. */
static inline struct rsk_ruleset *load_rules(const char *const *texts)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];

	for (; *texts; texts++)
		cr_assert_eq(rsk_ruleset_add_text(rules, "test",
				     rsk_slice_str(*texts), &diag),
			RSK_OK, "%s", rsk_diag_text(&diag, line));
	cr_assert_eq(rsk_ruleset_freeze(rules, &diag), RSK_OK, "%s",
		rsk_diag_text(&diag, line));
	return rules;
}

#endif
