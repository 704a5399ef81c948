#include "base/limits.h"
#include "checks/environment.h"
#include "checks/recipe_p.h"

/*
 * The environments that a project has, and the variable or secret that gives
 * each its key: in recipes of CI, profiles of eas.json, compose files and env
 * templates. A key itself is a sighting, and told by others.
 *
 * Which environment a line is about, is said by what it is part of (a job with
 * `environment: production`, a profile called "production"), by the name of
 * the secret (RESYNC_API_KEY_STAGING), or by the file's own name.
 */
struct reading {
	const struct rsk_check *check;
	struct rsk_slice path;
	struct rsk_recipe recipe;
	unsigned mentions;
};

static bool is_name_byte(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* RESYNC_API_KEY, VITE_RESYNC_API_KEY, RESYNC_SECRET_KEY_STAGING */
static bool names_key(struct rsk_slice name)
{
	size_t at = rsk_slice_find(name, RSK_LIT("RESYNC_"));

	if (at == name.len || (at && name.ptr[at - 1] != '_'))
		return false;
	return rsk_slice_find(name, RSK_LIT("_KEY")) < name.len;
}

/* The last name in `text` that is one of a Resync key; empty: none. */
static struct rsk_slice last_key_name(struct rsk_slice text)
{
	struct rsk_slice found = { 0 };
	size_t begin = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && is_name_byte(text.ptr[i]))
			continue;
		if (names_key(rsk_slice_cut(text, begin, i)))
			found = rsk_slice_cut(text, begin, i);
		begin = i + 1;
	}
	return found;
}

/* A literal key is a sighting; what is neither that nor a reference is a gap
 * in a template. */
static bool is_reference(struct rsk_slice value)
{
	return rsk_slice_starts(value, RSK_LIT("$")) ||
	       rsk_slice_starts(value, RSK_LIT("@")) ||
	       rsk_slice_find(value, RSK_LIT("secrets.")) < value.len ||
	       rsk_slice_find(value, RSK_LIT("credentials(")) < value.len;
}

/* What `environment: production` or `environment: { name: x }` says. */
static enum rsk_environment said_by(
	const struct rsk_recipe *recipe, size_t parent, const char *key)
{
	size_t at = rsk_recipe_child(recipe, parent, key);
	struct rsk_slice value;

	if (at == SIZE_MAX)
		return RSK_ENVIRONMENT_UNKNOWN;
	value = rsk_recipe_value(&recipe->lines.ptr[at]);
	if (!value.len) {
		at = rsk_recipe_child(recipe, at, "name");
		if (at != SIZE_MAX)
			value = rsk_recipe_value(&recipe->lines.ptr[at]);
	}
	return rsk_environment_of(value);
}

/* A profile, job or block. "preview" says it here, and is a word like any
 * other in a path. */
static enum rsk_environment of_block_name(struct rsk_slice name)
{
	return rsk_slice_eq_str(name, "preview") ? RSK_ENVIRONMENT_STAGING
						 : rsk_environment_of(name);
}

static enum rsk_environment said_by_block(
	const struct rsk_recipe *recipe, size_t parent)
{
	static const char *const keys[] = { "environment", "context", "stage" };
	enum rsk_environment found = RSK_ENVIRONMENT_UNKNOWN;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !found; i++)
		found = said_by(recipe, parent, keys[i]);
	if (!found)
		found = of_block_name(
			rsk_recipe_key(&recipe->lines.ptr[parent]));
	return found;
}

static enum rsk_environment of_line(const struct reading *r, size_t line)
{
	enum rsk_environment found = RSK_ENVIRONMENT_UNKNOWN;

	for (size_t at = rsk_recipe_parent(&r->recipe, line);
		at != SIZE_MAX && !found;
		at = rsk_recipe_parent(&r->recipe, at))
		found = said_by_block(&r->recipe, at);
	return found;
}

static struct rsk_fact fact_at(const struct reading *r, size_t line,
	enum rsk_environment environment, const char *variable)
{
	return (struct rsk_fact){
		.rule = "environment",
		.item = RSK_ITEM_SEPARATE_KEYS,
		.topic = RSK_TOPIC_ENVIRONMENT,
		.says = RSK_EVIDENCE_FOR,
		.path = r->path,
		.line = r->recipe.lines.ptr[line].number,
		.subject = rsk_environment_name(environment),
		.variable = variable,
	};
}

static void tell(
	const struct reading *r, size_t line, struct rsk_slice variable)
{
	enum rsk_environment named = rsk_environment_of(variable);
	enum rsk_environment block = of_line(r, line);
	enum rsk_environment own = block ? block : named;
	const char *name = rsk_arena_printf(r->check->project->arena, "%.*s",
		(int)variable.len, (const char *)variable.ptr);
	struct rsk_fact fact;

	if (!own)
		own = rsk_environment_of(r->path);
	if (!own)
		return;
	fact = fact_at(r, line, own, name);
	if (!named || named == own) {
		rsk_check_tell(r->check, fact, "%s: the key is %s",
			rsk_environment_name(own), name);
		return;
	}
	fact.says = RSK_EVIDENCE_OPEN;
	rsk_check_tell(r->check, fact,
		"%s: the key is %s, by its name that of %s",
		rsk_environment_name(own), name, rsk_environment_name(named));
}

/* A key that is written down in the block of an environment; a file that is
 * for one as a whole is told by tell_sightings(). */
static void tell_literal(const struct reading *r, size_t line)
{
	const struct rsk_project *project = r->check->project;
	enum rsk_environment own = of_line(r, line);
	struct rsk_fact fact;

	/* "preview": { "env": { ... } } in one line */
	if (!own)
		own = of_block_name(rsk_recipe_key(&r->recipe.lines.ptr[line]));
	fact = fact_at(r, line, own, NULL);
	if (!own || rsk_environment_of(r->path))
		return;
	for (size_t i = 0; i < project->sightings_len; i++) {
		const struct rsk_sighting *s = &project->sightings[i];

		/* The past has lines of its own. */
		if (!s->at_head || s->at.line != fact.line ||
			!rsk_slice_eq(s->path, r->path))
			continue;
		fact.secret = s->secret;
		rsk_check_tell(r->check, fact, "%s: the key is %s",
			rsk_environment_name(own), s->secret.masked);
		return;
	}
}

static void look_at_line(struct reading *r, size_t i)
{
	const struct rsk_recipe_line *line = &r->recipe.lines.ptr[i];
	struct rsk_slice key = rsk_recipe_key(line);
	struct rsk_slice value = rsk_recipe_value(line);
	struct rsk_slice name = last_key_name(value);

	/* RESYNC_API_KEY: ${{ secrets.RESYNC_API_KEY_STAGING }} */
	if (name.len && is_reference(value))
		;
	/* A template: RESYNC_API_KEY= */
	else if (names_key(key) && (!value.len || is_reference(value)))
		name = key;
	else {
		tell_literal(r, i);
		return;
	}
	if (r->mentions++ < RSK_MAX_RECIPE_KEYS)
		tell(r, i, name);
}

/*
 * A build profile that takes its variables from an environment of the build
 * service: "production": { "environment": "production" } of eas.json.
 */
static void look_at_profiles(const struct reading *r)
{
	for (size_t i = 0; i < r->recipe.lines.len; i++) {
		const struct rsk_recipe_line *line = &r->recipe.lines.ptr[i];
		enum rsk_environment environment =
			rsk_environment_of(rsk_recipe_value(line));

		if (!rsk_slice_eq_str(rsk_recipe_key(line), "environment") ||
			!environment)
			continue;
		rsk_check_tell(r->check,
			fact_at(r, i, environment,
				rsk_arena_printf(r->check->project->arena,
					"a variable of the EAS environment %s",
					rsk_environment_name(environment))),
			"%s: the build takes its variables from the EAS "
			"environment of that name",
			rsk_environment_name(environment));
	}
}

static void look_at_recipe(struct reading *r)
{
	for (size_t i = 0; i < r->recipe.lines.len; i++)
		look_at_line(r, i);
	if (rsk_slice_eq_str(rsk_path_base(r->path), "eas.json") &&
		!r->mentions && r->check->project->has_context)
		look_at_profiles(r);
	if (r->mentions > RSK_MAX_RECIPE_KEYS || r->recipe.cut)
		r->check->sink->gap(r->check->sink->ctx, RSK_GAP_LIMIT, r->path,
			"too long to be read for its environments");
}

/* Keys themselves, in files of a named environment. */
static void tell_sightings(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;

	for (size_t i = 0; i < project->sightings_len; i++) {
		const struct rsk_sighting *s = &project->sightings[i];
		enum rsk_environment own = rsk_environment_of(s->path);

		if (!own)
			continue;
		rsk_check_tell(check,
			(struct rsk_fact){
				.rule = "environment",
				.item = RSK_ITEM_SEPARATE_KEYS,
				.topic = RSK_TOPIC_ENVIRONMENT,
				.says = RSK_EVIDENCE_FOR,
				.path = s->path,
				.line = s->at.line,
				.subject = rsk_environment_name(own),
				.secret = s->secret,
			},
			"%s: the key is %s", rsk_environment_name(own),
			s->secret.masked);
	}
}

void rsk_check_environments(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct reading r = { .check = check };

	tell_sightings(check);
	for (size_t i = 0; i < project->manifests_len; i++) {
		r.path = project->manifests[i];
		if (rsk_slice_eq_str(rsk_path_base(r.path), "package.json") ||
			!rsk_check_read(check, r.path, &text))
			continue;
		r.mentions = 0;
		r.recipe.lines.len = 0;
		rsk_recipe_read(&r.recipe, rsk_buf_slice(&text));
		look_at_recipe(&r);
	}
	RSK_VEC_RELEASE(&r.recipe.lines);
	rsk_buf_release(&text);
}
