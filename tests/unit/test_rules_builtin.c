#include <criterion/criterion.h>

#include "rules/ruleset.h"

/* The rules that are part of the program load, all of them. */

Test(builtin, all_load)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];
	enum rsk_err err = rsk_ruleset_add_builtin(rules, &diag);

	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	cr_assert_eq(err, RSK_OK, "%s", rsk_diag_text(&diag, line));
	rsk_ruleset_free(rules);
}

/* The files of the tree, so that a message has the name one can open. */
Test(builtin, all_load_from_the_tree)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	char line[RSK_DIAG_LINE_MAX];
	enum rsk_err err = rsk_ruleset_add_path(rules, RSK_RULES, &diag);

	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	cr_assert_eq(err, RSK_OK, "%s", rsk_diag_text(&diag, line));
	rsk_ruleset_free(rules);
}
