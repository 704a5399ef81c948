#ifndef RSK_CHECKS_PROJECT_H
#define RSK_CHECKS_PROJECT_H

#include "model/coverage.h"
#include "model/fact.h"
#include "model/sighting.h"
#include "rules/ruleset.h"

/*
 * Checks that look at a project as a whole, after every file was scanned:
 * which env files are not ignored, which key serves two environments, what a
 * package would ship.
 *
 *	rsk_project_check(&project, &sink);
 *
 * A check is one row of a table in project.c and one function in a file of
 * its own. It reads the project, pushes what it finds and keeps nothing.
 *
 * Threads   one thread.
 */

/* A file whose name says that it holds environment variables. */
struct rsk_env_file {
	struct rsk_slice path; /* from the project's root */
	uint32_t vcs;          /* one enum rsk_vcs */
};

struct rsk_project {
	const char *root; /* the folder that was scanned */
	const struct rsk_ruleset *rules;
	const struct rsk_sighting *sightings; /* sorted */
	size_t sightings_len;
	const struct rsk_env_file *env_files; /* sorted by path */
	size_t env_files_len;
	/* What says how the project is built, shipped and checked:
	 * package.json, Dockerfile, recipes of CI, env templates; sorted. */
	const struct rsk_slice *manifests;
	size_t manifests_len;
	bool has_context;        /* some file is about the product */
	bool has_gaps;           /* the scan is known to be incomplete */
	bool trust_ownership;    /* as the user said */
	uint32_t sudo_uid;       /* as in struct rsk_repo_options */
	struct rsk_arena *arena; /* for the strings of what is found */
};

/* Where the results go. The callee copies the structs, not the strings. */
struct rsk_project_sink {
	void (*finding)(void *ctx, const struct rsk_finding *finding);
	void (*fact)(void *ctx, const struct rsk_fact *fact);
	void (*gap)(void *ctx, enum rsk_gap_class class, struct rsk_slice path,
		const char *detail);
	void *ctx;
};

/* Returns whether the project lies in a git repository that can be used. */
bool rsk_project_check(
	const struct rsk_project *project, const struct rsk_project_sink *sink);

#endif
