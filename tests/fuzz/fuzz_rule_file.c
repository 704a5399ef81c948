/* rooms: rules */
#include <stdlib.h>

#include "rules/ruleset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a rule file and as a file of path sets: loaded or refused with
 * words, and what was loaded holds together. */

static void check_diag(const struct rsk_diag *diag)
{
	if (!diag->text[0])
		abort();
}

static void check_rules(const struct rsk_ruleset *rules)
{
	for (size_t i = 0; i < rules->patterns.len; i++) {
		const struct rsk_pattern *pattern = &rules->patterns.ptr[i];

		if (pattern->rule >= rules->rules.len || !pattern->max_width ||
			!pattern->anchors.len || !pattern->regex)
			abort();
	}
	for (size_t i = 0; i < rules->rules.len; i++)
		if (!rsk_ruleset_find(
			    rules, rsk_slice_str(rules->rules.ptr[i].id)))
			abort();
}

static void load(const char *name, struct rsk_slice text)
{
	struct rsk_ruleset *rules = rsk_ruleset_new();
	struct rsk_diag diag = { 0 };
	enum rsk_err err = rsk_ruleset_add_text(rules, name, text, &diag);

	if (!err)
		err = rsk_ruleset_freeze(rules, &diag);
	if (err)
		check_diag(&diag);
	else
		check_rules(rules);
	rsk_ruleset_free(rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	load("rule", rsk_slice(data, size));
	load("paths.yaml", rsk_slice(data, size));
	return 0;
}
