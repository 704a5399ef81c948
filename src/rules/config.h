#ifndef RSK_RULES_CONFIG_H
#define RSK_RULES_CONFIG_H

#include "base/arena.h"
#include "rules/vocabulary.h"

/*
 * The configuration of a target: `.rskan.yaml` in its root (docs/rules.md has
 * every key). It adds to the built-in rules. What it takes out of sight is
 * kept with its line, so that every report can say ".rskan.yaml:3".
 *
 *	struct rsk_config config = { 0 };
 *	enum rsk_err err = rsk_config_load_text(
 *		&config, ".rskan.yaml", text, &diag);
 *
 *	for (size_t i = 0; i < config.rules.len && !err; i++)
 *		err = rsk_ruleset_add_below(
 *			rules, root, config.rules.ptr[i].path, &diag);
 *	if (!err)
 *		err = rsk_config_add_triggers(&config, rules, &diag);
 *	if (!err)
 *		err = rsk_ruleset_freeze(rules, &diag);
 *	if (!err)
 *		err = rsk_config_apply(&config, rules, &diag);
 *	...
 *	rsk_config_free(&config);
 *
 * The loader is as strict as that of the rules: what it does not know is an
 * error with file, line and column.
 *
 * Threads   read-only once loaded.
 * Memory    everything belongs to the configuration.
 */

/* `disable`: a rule that shall not run. */
struct rsk_config_disable {
	uint32_t line; /* [human] of the entry, as in all that follow */
	const char *rule;
	const char *reason;
};

/* `exclude`: paths that shall not be scanned. */
struct rsk_config_exclude {
	uint32_t line;
	struct rsk_globs paths;
	const char *reason;
};

/* `severity`: another severity for all patterns of a rule. */
struct rsk_config_severity {
	uint32_t line;
	const char *rule;
	enum rsk_severity severity;
};

/* `suppressions`: known findings that shall not be reported. */
struct rsk_config_suppression {
	uint32_t line;
	const char *rule;
	struct rsk_globs path;   /* one glob */
	const char *fingerprint; /* lower-case hex; NULL: any */
	const char *reason;
	const char *until; /* "2027-01-31"; NULL: for ever */
	int64_t until_day; /* the same in days since 1970; holds on that day */
};

/* `rules`: more rule files, relative to the target and inside it. */
struct rsk_config_rules {
	uint32_t line;
	const char *path;
};

struct rsk_config {
	const char *name; /* the file, for messages and reports */
	bool has_fail_on;
	enum rsk_severity fail_on; /* RSK_SEVERITIES: "none" */
	uint32_t fail_on_line;
	RSK_VEC(struct rsk_config_disable) disable;
	RSK_VEC(struct rsk_config_exclude) exclude;
	RSK_VEC(struct rsk_config_severity) severity;
	RSK_VEC(struct rsk_config_suppression) suppressions;
	RSK_VEC(struct rsk_config_rules) rules;
	struct {
		uint32_t max_age; /* days a key may live; 0: not said */
		uint32_t line;
	} rotation;
	struct {
		const char *path; /* inside the target; NULL: none */
		uint32_t line;
	} baseline;
	struct rsk_vocabulary vocabulary; /* more of it; no words */
	struct rsk_globs excluded;        /* all globs of `exclude`, in order */
	struct rsk_arena arena;
};

/*
 * Read a configuration; `name` is copied. *out must be zeroed; on failure it
 * is zeroed again and `diag` says where and why.
 *
 * RSK_SYNTAX, RSK_TOOBIG, RSK_LIMIT
 */
RSK_MUST_CHECK enum rsk_err rsk_config_load_text(struct rsk_config *out,
	const char *name, struct rsk_slice text, struct rsk_diag *diag);

/*
 * Make files that name one of the configuration's `hosts` be read as code, as
 * those are that name the product's. Before the rule set is frozen. RSK_SYNTAX:
 * what is no host's name.
 */
RSK_MUST_CHECK enum rsk_err rsk_config_add_triggers(
	const struct rsk_config *config, struct rsk_ruleset *rules,
	struct rsk_diag *diag);

/*
 * Disable rules and set severities in a frozen rule set that no other thread
 * reads yet. RSK_SYNTAX: a rule that is named anywhere in the configuration
 * does not exist; nothing was changed.
 */
RSK_MUST_CHECK enum rsk_err rsk_config_apply(const struct rsk_config *config,
	struct rsk_ruleset *rules, struct rsk_diag *diag);

/* All paths that are taken out, as one list; empty when there are none. */
static inline struct rsk_globs rsk_config_excluded(
	const struct rsk_config *config)
{
	return config->excluded;
}

/* A finding, as far as a suppression looks at it. */
struct rsk_config_subject {
	const char *rule;
	struct rsk_slice path;
	const char *fingerprint; /* lower-case hex */
	int64_t today;           /* days since 1970 */
};

/* The first suppression that hides it, or NULL. Expired ones hide nothing. */
const struct rsk_config_suppression *rsk_config_suppresses(
	const struct rsk_config *config,
	const struct rsk_config_subject *subject);

/* Has its day passed? */
bool rsk_config_is_expired(
	const struct rsk_config_suppression *suppression, int64_t today);

/* Free the contents; it is zeroed. */
void rsk_config_free(struct rsk_config *config);

#endif
