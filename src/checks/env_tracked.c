#include "checks/check_p.h"

bool rsk_check_is_shared_env(struct rsk_slice path)
{
	return rsk_slice_eq_str(rsk_path_base(path), ".xcode.env");
}

/*
 * A tracked env file with a key in it is found by the patterns of the rule;
 * this adds the tracked ones without a key that we know. Such a file may be
 * meant to be shared (it holds a port or a flag), so it is a hint only.
 */
void rsk_check_env_tracked(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;

	for (size_t i = 0; i < project->env_files_len; i++) {
		const struct rsk_env_file *file = &project->env_files[i];
		struct rsk_finding finding;

		if (file->vcs != RSK_VCS_TRACKED ||
			rsk_check_is_shared_env(file->path) ||
			rsk_check_key_in(check, file->path))
			continue;
		finding = rsk_check_finding(check, file->path, 1);
		finding.severity = RSK_LOW;
		finding.confidence = RSK_CONFIDENCE_MEDIUM;
		finding.message =
			rsk_check_ignored(check, file->path) == RSK_IGNORED
				? "the file is tracked although git is told to "
				  "ignore it: a key put into it would be "
				  "committed"
				: "the file is tracked: a key put into it "
				  "would be committed";
		rsk_check_push(check, &finding);
	}
}
