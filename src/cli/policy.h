#ifndef RSK_CLI_POLICY_H
#define RSK_CLI_POLICY_H

#include "cli/options.h"
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
};

/*
 * Read `.rskan.yaml` of the target, --config, or the one of --policy-from.
 * RSK_SYNTAX and others, with `diag`.
 */
RSK_MUST_CHECK enum rsk_err rsk_policy_load(struct rsk_policy *policy,
	const char *target, const struct rsk_options *options,
	struct rsk_diag *diag);

/* Say in the report of `scan` what the policy takes out of sight. */
void rsk_policy_notes(const struct rsk_policy *policy,
	const struct rsk_options *options, struct rsk_scan *scan,
	struct rsk_report *report);

void rsk_policy_release(struct rsk_policy *policy);

#endif
