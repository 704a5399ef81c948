#ifndef RSK_SOURCE_REPO_P_H
#define RSK_SOURCE_REPO_P_H

#include "base/arena.h"
#include "source/repo.h"

struct rsk_repo {
	char *workdir;   /* real path; NULL: bare */
	char *gitdir;    /* real path */
	char *commondir; /* real path */
	char *objects;
	char *index_file; /* NULL: gitdir/index */
	int gitdir_fd;    /* O_PATH */
	int common_fd;    /* O_PATH */
	uint8_t oid_len;
	bool ignore_case;
	bool is_partial;
	RSK_VEC(struct rsk_repo_problem) problems;
	struct rsk_arena arena; /* their texts */
};

#endif
