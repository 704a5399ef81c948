#ifndef RSK_CHECKS_CHECK_P_H
#define RSK_CHECKS_CHECK_P_H

#include "checks/project.h"
#include "source/repo.h"

/* What a check of a whole project gets. */
struct rsk_check {
	const struct rsk_project *project;
	const struct rsk_project_sink *sink;
	const struct rsk_rule *rule; /* the page of what it finds */

	/* The repository that the root lies in; all NULL outside of one. */
	struct rsk_repo *repo;
	struct rsk_ignore *ignore;
	struct rsk_index *index;
	struct rsk_slice
		prefix; /* of the root in the work tree: "" or "a/b/" */
};

/* A finding of check->rule with the rule's own words, to be changed and
 * pushed. */
struct rsk_finding rsk_check_finding(
	const struct rsk_check *check, struct rsk_slice path, uint32_t line);
void rsk_check_push(
	const struct rsk_check *check, const struct rsk_finding *finding);

/* A fact for the checklist; its text is put together here. */
void rsk_check_tell(const struct rsk_check *check, struct rsk_fact fact,
	const char *format, ...) RSK_PRINTF(3, 4);

/* Would git ignore this path of the project? Not outside a repository. Unknown
 * where its rules cannot be read: a gap, and nothing may be claimed of it. */
enum rsk_ignored { RSK_NOT_IGNORED, RSK_IGNORED, RSK_IGNORED_UNKNOWN };

enum rsk_ignored rsk_check_ignored(
	const struct rsk_check *check, struct rsk_slice path);

/* Is this path of the project in the index? False outside a repository. */
bool rsk_check_tracked(const struct rsk_check *check, struct rsk_slice path);

/*
 * The text of a small file of the project. False when there is none; a file
 * that is there and cannot be read is a gap.
 */
bool rsk_check_read(const struct rsk_check *check, struct rsk_slice path,
	struct rsk_buf *out);

/* The same where a file that cannot be read is as good as none. */
bool rsk_check_peek(const struct rsk_check *check, struct rsk_slice path,
	struct rsk_buf *out);

/* Is the path one of the named set of rules/paths.yaml? */
bool rsk_check_in_set(
	const struct rsk_check *check, const char *set, struct rsk_slice path);

/* An env file that holds where node is, for Xcode, and is meant to be
 * committed, unlike .xcode.env.local. */
bool rsk_check_is_shared_env(struct rsk_slice path);

/* The first sighting of a key in the file `path`, or NULL. */
const struct rsk_sighting *rsk_check_key_in(
	const struct rsk_check *check, struct rsk_slice path);

/* One file each. */
void rsk_check_audits(const struct rsk_check *check);
void rsk_check_environments(const struct rsk_check *check);
void rsk_check_env_ignore(const struct rsk_check *check);
void rsk_check_env_tracked(const struct rsk_check *check);
void rsk_check_same_key(const struct rsk_check *check);
void rsk_check_package(const struct rsk_check *check);

#endif
