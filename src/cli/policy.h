#ifndef RSK_CLI_POLICY_H
#define RSK_CLI_POLICY_H

#include "cli/options.h"
#include "report/baseline.h"
#include "rules/config.h"

/*
 * What is scanned for and what is left out: the configuration of the target
 * and the command line together. All that takes something out of sight is
 * listed in the report.
 */
struct rsk_policy {
	struct rsk_config config;
	bool loaded;        /* there was a configuration */
	bool unreadable;    /* the target itself: nothing else is wrong */
	const char *target; /* the folder that its paths are relative to */
	struct rsk_baseline baseline; /* its name is NULL: there is none */
};

/*
 * Read `.rskan.yaml` of the target, --config, or the one of --policy-from.
 * RSK_SYNTAX and others, with `diag`.
 */
RSK_MUST_CHECK enum rsk_err rsk_policy_load(struct rsk_policy *policy,
	const char *target, const struct rsk_options *options,
	struct rsk_diag *diag);

/*
 * Then read the baseline that the options or the configuration name.
 * `may_miss`: it need not be there yet. Errors as above.
 */
RSK_MUST_CHECK enum rsk_err rsk_policy_load_baseline(struct rsk_policy *policy,
	const struct rsk_options *options, bool may_miss,
	struct rsk_diag *diag);

/* The baseline of a target whose configuration names none. */
#define RSK_BASELINE_NAME ".rskan/baseline.jsonl"

/* Say in the report of `scan` what the policy takes out of sight. */
void rsk_policy_notes(const struct rsk_policy *policy,
	const struct rsk_options *options, struct rsk_scan *scan,
	struct rsk_report *report);

void rsk_policy_release(struct rsk_policy *policy);

#endif
