#include "checks/project.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "checks/check_p.h"

/*
 * One row per check: the rule whose page it fills, and the function. One that
 * only gathers facts fills none.
 */
static const struct {
	const char *rule;
	void (*run)(const struct rsk_check *check);
} checks[] = {
	{ NULL, rsk_check_audits },
	{ NULL, rsk_check_environments },
	{ "env-file-not-ignored", rsk_check_env_ignore },
	{ "env-file-tracked", rsk_check_env_tracked },
	{ "key-in-package", rsk_check_package },
	{ "same-key-in-environments", rsk_check_same_key },
};

enum { CHECKS = sizeof(checks) / sizeof(checks[0]) };

struct rsk_finding rsk_check_finding(
	const struct rsk_check *check, struct rsk_slice path, uint32_t line)
{
	const struct rsk_rule *rule = check->rule;

	return (struct rsk_finding){
		.rule = rule->id,
		.severity = rule->severity,
		.confidence = rule->confidence,
		.item = rule->item,
		.origin = RSK_ORIGIN_TREE,
		.at_head = true,
		.message = rule->message,
		.fix = rule->fix,
		.path = path,
		.start = { line, 1 },
		.end = { line, 1 },
	};
}

void rsk_check_push(
	const struct rsk_check *check, const struct rsk_finding *finding)
{
	check->sink->finding(check->sink->ctx, finding);
}

/* The path as the repository names it. */
static struct rsk_slice in_worktree(
	const struct rsk_check *check, struct rsk_slice path)
{
	return rsk_slice_str(rsk_arena_printf(check->project->arena, "%.*s%.*s",
		(int)check->prefix.len, (const char *)check->prefix.ptr,
		(int)path.len, (const char *)path.ptr));
}

enum rsk_ignored rsk_check_ignored(
	const struct rsk_check *check, struct rsk_slice path)
{
	bool ignored = false;

	if (!check->ignore)
		return RSK_NOT_IGNORED;
	if (rsk_ignore_check(
		    &ignored, check->ignore, in_worktree(check, path), false)) {
		check->sink->gap(check->sink->ctx, RSK_GAP_GIT_SPECIAL, path,
			"its ignore rules could not be read");
		return RSK_IGNORED_UNKNOWN;
	}
	return ignored ? RSK_IGNORED : RSK_NOT_IGNORED;
}

bool rsk_check_tracked(const struct rsk_check *check, struct rsk_slice path)
{
	return check->index &&
	       rsk_index_find(check->index, in_worktree(check, path));
}

bool rsk_check_read(const struct rsk_check *check, struct rsk_slice path,
	struct rsk_buf *out)
{
	char *name = rsk_arena_printf(check->project->arena, "%s/%.*s",
		check->project->root, (int)path.len, (const char *)path.ptr);
	enum rsk_err err;

	rsk_buf_truncate(out, 0);
	err = rsk_file_read_at(out, AT_FDCWD, name);
	if (err && err != RSK_NOTFOUND)
		check->sink->gap(check->sink->ctx,
			err == RSK_TOOBIG ? RSK_GAP_LIMIT : RSK_GAP_IO, path,
			err == RSK_IO ? strerror(errno) : rsk_err_text(err));
	return !err;
}

bool rsk_check_peek(const struct rsk_check *check, struct rsk_slice path,
	struct rsk_buf *out)
{
	char *name = rsk_arena_printf(check->project->arena, "%s/%.*s",
		check->project->root, (int)path.len, (const char *)path.ptr);

	rsk_buf_truncate(out, 0);
	return !rsk_file_read_at(out, AT_FDCWD, name);
}

bool rsk_check_in_set(
	const struct rsk_check *check, const char *set, struct rsk_slice path)
{
	const struct rsk_globs *globs =
		rsk_ruleset_paths(check->project->rules, set);

	return globs && rsk_globs_match(globs, path);
}

void rsk_check_tell(const struct rsk_check *check, struct rsk_fact fact,
	const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fact.text = rsk_arena_vprintf(check->project->arena, format, args);
	va_end(args);
	check->sink->fact(check->sink->ctx, &fact);
}

const struct rsk_sighting *rsk_check_key_in(
	const struct rsk_check *check, struct rsk_slice path)
{
	for (size_t i = 0; i < check->project->sightings_len; i++)
		if (rsk_slice_eq(check->project->sightings[i].path, path))
			return &check->project->sightings[i];
	return NULL;
}

/* What the walk could still read: otherwise it has told so itself. */
static void tell_unread(const struct rsk_check *check, const char *why)
{
	if (check->project->has_gaps)
		return;
	check->sink->gap(check->sink->ctx, RSK_GAP_IO, RSK_LIT(".git"), why);
}

/* "" when the root is the top of the work tree, else "a/b/". */
static struct rsk_slice find_prefix(
	const struct rsk_check *check, const char *workdir)
{
	const struct rsk_project *project = check->project;
	char *root = rsk_realpath(project->root);
	char *top = rsk_realpath(workdir);
	struct rsk_slice prefix = { 0 };
	size_t len = top ? strlen(top) : 0;

	if (!root || !top)
		tell_unread(check, strerror(errno));
	if (root && len && !strncmp(root, top, len) && root[len] == '/')
		prefix = rsk_slice_str(rsk_arena_printf(
			project->arena, "%s/", root + len + 1));
	free(root);
	free(top);
	return prefix;
}

/* The walk has already reported a repository that cannot be used. */
static void open_repo(struct rsk_check *check)
{
	const struct rsk_repo_options options = {
		.trust_ownership = check->project->trust_ownership,
		.sudo_uid = check->project->sudo_uid,
	};

	enum rsk_err err = rsk_repo_find(
		&check->repo, check->project->root, &options, NULL);

	if (err == RSK_IO)
		tell_unread(check, strerror(errno));
	if (err)
		return;

	const char *workdir = rsk_repo_workdir(check->repo);
	if (!workdir)
		return;
	check->prefix = find_prefix(check, workdir);
	err = rsk_ignore_open(&check->ignore, check->repo, NULL);
	if (err == RSK_IO)
		tell_unread(check, "its ignore rules could not be read");
	err = rsk_index_open(&check->index, check->repo, NULL);
	if (err == RSK_IO)
		tell_unread(check, "its index could not be read");
}

static void close_repo(struct rsk_check *check)
{
	rsk_index_free(check->index);
	rsk_ignore_free(check->ignore);
	rsk_repo_free(check->repo);
}

bool rsk_project_check(
	const struct rsk_project *project, const struct rsk_project_sink *sink)
{
	struct rsk_check check = { .project = project, .sink = sink };
	bool in_repository;

	open_repo(&check);
	in_repository = check.repo != NULL;
	for (size_t i = 0; i < CHECKS; i++) {
		check.rule = rsk_ruleset_find(
			project->rules, rsk_slice_str(checks[i].rule));
		if (!checks[i].rule || (check.rule && !check.rule->disabled))
			checks[i].run(&check);
	}
	close_repo(&check);
	return in_repository;
}
