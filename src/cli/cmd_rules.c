#include <errno.h>
#include <string.h>

#include "cli/cmd.h"

static void list_rules(const struct rsk_ruleset *rules)
{
	for (size_t i = 0; i < rules->rules.len; i++) {
		const struct rsk_rule *rule = &rules->rules.ptr[i];

		if (rsk_rule_reports(rule))
			printf("%-28s %-8s %s\n", rule->id,
				rsk_severity_name(rule->severity), rule->title);
	}
}

static void print_part(const char *heading, const char *text)
{
	struct rsk_slice rest = rsk_slice_str(text);
	struct rsk_slice line;

	if (!text || !*text)
		return;
	printf("\n%s\n", heading);
	while (rsk_slice_line(&line, &rest))
		printf("  %.*s\n", (int)line.len, (const char *)line.ptr);
}

static void print_strings(const char *heading, const struct rsk_strings *list)
{
	if (list->len)
		printf("\n%s\n", heading);
	for (size_t i = 0; i < list->len; i++)
		printf("  %s\n", list->ptr[i]);
}

static void explain(const struct rsk_rule *rule)
{
	printf("%s (%s, confidence %s)\n%s\n", rule->id,
		rsk_severity_name(rule->severity),
		rsk_confidence_name(rule->confidence), rule->title);
	print_part("What it finds", rule->what);
	print_part("Why it matters", rule->why);
	print_part("Bad", rule->bad);
	print_part("Good", rule->good);
	print_part("What to do", rule->fix);
	print_strings("References", &rule->references);
	print_strings("Weakness", &rule->cwe);
	printf("\nChecklist item: %s\n", rsk_item_name(rule->item));
}

static void show_problem(void *ctx, const char *text)
{
	(void)ctx;
	rsk_complain("%s", text);
}

/* Run every rule's examples; adds the number of them to *problems. */
static enum rsk_err check_examples(
	const struct rsk_ruleset *rules, size_t *problems)
{
	const struct rsk_scan_options options = { .jobs = 1 };
	struct rsk_scan *scan = NULL;
	struct rsk_diag diag = { 0 };
	enum rsk_err err = rsk_scan_new(&scan, rules, &options, &diag);

	if (err)
		rsk_complain_diag(&diag);
	else
		*problems = rsk_scan_check_rules(scan, show_problem, NULL);
	rsk_scan_free(scan);
	return err;
}

static enum rsk_exit check(const struct rsk_ruleset *rules)
{
	size_t problems = 0;
	size_t examples = 0;

	if (check_examples(rules, &problems))
		return RSK_EXIT_USAGE;
	for (size_t i = 0; i < rules->rules.len; i++)
		examples += rules->rules.ptr[i].examples_len;
	printf("%zu rules, %zu patterns, %zu examples: %zu %s\n",
		rules->rules.len, rules->patterns.len, examples, problems,
		problems == 1 ? "problem" : "problems");
	return problems ? RSK_EXIT_USAGE : RSK_EXIT_CLEAN;
}

static enum rsk_exit show(
	const struct rsk_ruleset *rules, const struct rsk_options *options)
{
	const struct rsk_rule *rule;

	if (options->check && options->paths.len) {
		rsk_complain("option '--check' looks at every rule: it takes "
			     "no ID");
		return RSK_EXIT_USAGE;
	}
	if (options->check)
		return check(rules);
	if (!options->paths.len) {
		list_rules(rules);
		return RSK_EXIT_CLEAN;
	}
	rule = rsk_ruleset_find(rules, rsk_slice_str(options->paths.ptr[0]));
	if (!rule) {
		rsk_complain("no rule '%s': see 'rskan rules'",
			options->paths.ptr[0]);
		return RSK_EXIT_USAGE;
	}
	explain(rule);
	return RSK_EXIT_CLEAN;
}

enum rsk_exit rsk_cmd_rules(
	const struct rsk_command *command, const struct rsk_options *options)
{
	struct rsk_ruleset *rules = NULL;
	enum rsk_exit status;

	(void)command;
	if (rsk_load_rules(&rules, options, NULL))
		return RSK_EXIT_USAGE;
	status = show(rules, options);
	rsk_ruleset_free(rules);
	return rsk_printed(status);
}
