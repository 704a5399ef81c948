#ifndef RSK_SOURCE_GITCONFIG_P_H
#define RSK_SOURCE_GITCONFIG_P_H

#include "base/diag.h"
#include "base/slice.h"

/*
 * The few settings of a repository's own config file that change how it must
 * be read. Includes are not followed, and nothing that names a program is
 * looked at.
 */
struct rsk_git_config {
	uint32_t version;    /* core.repositoryformatversion */
	bool is_bare;        /* core.bare */
	bool ignore_case;    /* core.ignorecase */
	bool is_sha256;      /* extensions.objectformat */
	bool is_partial;     /* extensions.partialclone */
	char worktree[4096]; /* core.worktree, "" when it is not set */
	char foreign[64];    /* a value or extension that we do not read */
};

/*
 * Read `text`. Later settings win, as in git.
 *
 * RSK_SYNTAX  no configuration file; `diag` has the line, `out` what stands
 *             before it
 */
RSK_MUST_CHECK enum rsk_err rsk_git_config_parse(struct rsk_git_config *out,
	struct rsk_slice text, struct rsk_diag *diag);

#endif
