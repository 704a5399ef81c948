#include <string.h>

#include "checks/check_p.h"
#include "checks/environment.h"

/*
 * One key, two environments: a leak in development is then a leak in
 * production, and neither can be rotated alone.
 */

static bool same_key(const struct rsk_sighting *a, const struct rsk_sighting *b)
{
	return !memcmp(&a->secret.id, &b->secret.id, sizeof(a->secret.id));
}

/* The first earlier place of the same key in another environment. */
static const struct rsk_sighting *elsewhere(
	const struct rsk_project *project, size_t i)
{
	const struct rsk_sighting *here = &project->sightings[i];
	enum rsk_environment own = rsk_environment_of(here->path);

	for (size_t j = 0; j < i; j++) {
		const struct rsk_sighting *other = &project->sightings[j];
		enum rsk_environment environment =
			rsk_environment_of(other->path);

		if (environment != RSK_ENVIRONMENT_UNKNOWN &&
			environment != own && same_key(here, other))
			return other;
	}
	return NULL;
}

static bool is_first_of_file(const struct rsk_project *project, size_t i)
{
	const struct rsk_sighting *s = project->sightings;

	for (size_t j = i; j > 0 && rsk_slice_eq(s[j - 1].path, s[i].path); j--)
		if (same_key(&s[i], &s[j - 1]))
			return false;
	return true;
}

static void report(const struct rsk_check *check,
	const struct rsk_sighting *here, const struct rsk_sighting *other)
{
	struct rsk_finding finding =
		rsk_check_finding(check, here->path, here->at.line);

	finding.start = finding.end = here->at;
	finding.secret = here->secret;
	finding.message = rsk_arena_printf(check->project->arena,
		"the key of %s is also the key of %s (%.*s:%u)",
		rsk_environment_name(rsk_environment_of(here->path)),
		rsk_environment_name(rsk_environment_of(other->path)),
		(int)other->path.len, (const char *)other->path.ptr,
		other->at.line);
	rsk_check_push(check, &finding);
}

void rsk_check_same_key(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;

	for (size_t i = 0; i < project->sightings_len; i++) {
		const struct rsk_sighting *here = &project->sightings[i];
		const struct rsk_sighting *other;

		if (rsk_environment_of(here->path) == RSK_ENVIRONMENT_UNKNOWN ||
			!is_first_of_file(project, i))
			continue;
		other = elsewhere(project, i);
		if (other)
			report(check, here, other);
	}
}
