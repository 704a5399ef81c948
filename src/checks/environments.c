#include "base/limits.h"
#include "checks/environment.h"
#include "checks/recipe_p.h"

/*
 * The environments that a project has, and the variable or secret that gives
 * each its key: in recipes of CI, profiles of eas.json, compose files, scripts
 * of package.json and env templates. A key itself is a sighting, and told by
 * others.
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

static void tell(const struct reading *r, size_t line,
	enum rsk_environment block, struct rsk_slice variable)
{
	enum rsk_environment named = rsk_environment_of(variable);
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

/* The first sighting that is not before the place; they are sorted. */
static size_t first_sighting(
	const struct rsk_project *project, struct rsk_slice path, uint32_t line)
{
	size_t low = 0;
	size_t high = project->sightings_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct rsk_sighting *s = &project->sightings[middle];
		int order = rsk_slice_cmp(s->path, path);

		if (order < 0 || (!order && s->at.line < line))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t runes_of(struct rsk_slice text)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += (text.ptr[i] & 0xc0) != 0x80;
	return n;
}

static bool is_in_line(const struct reading *r,
	const struct rsk_recipe_line *line, const struct rsk_sighting *s)
{
	return s->at.line == line->number && rsk_slice_eq(s->path, r->path);
}

/* The key of now that stands in the line's text; NULL: none does. The past has
 * lines of its own. */
static const struct rsk_sighting *sighting_in(
	const struct reading *r, const struct rsk_recipe_line *line)
{
	const struct rsk_project *project = r->check->project;
	uint32_t end = line->column + runes_of(line->text);

	for (size_t i = first_sighting(project, r->path, line->number);
		i < project->sightings_len; i++) {
		const struct rsk_sighting *s = &project->sightings[i];

		if (!is_in_line(r, line, s))
			break;
		if (s->at_head && s->at.column >= line->column &&
			s->at.column < end)
			return s;
	}
	return NULL;
}

/* A key that is written down in the block of an environment; a file that is
 * for one as a whole is told by tell_sightings(). */
static void tell_literal(const struct reading *r, size_t at)
{
	const struct rsk_recipe_line *line = &r->recipe.lines.ptr[at];
	enum rsk_environment own = of_line(r, at);
	const struct rsk_sighting *sighting;
	struct rsk_fact fact;

	/* production: rsk_live_... */
	if (!own)
		own = of_block_name(rsk_recipe_key(line));
	if (!own || rsk_environment_of(r->path))
		return;
	sighting = sighting_in(r, line);
	if (!sighting)
		return;
	fact = fact_at(r, at, own, NULL);
	fact.secret = sighting->secret;
	rsk_check_tell(r->check, fact, "%s: the key is %s",
		rsk_environment_name(own), sighting->secret.masked);
}

/* "build:staging": "RESYNC_API_KEY=$RESYNC_API_KEY_STAGING vite build" */
static bool is_expanded(struct rsk_slice value, struct rsk_slice name)
{
	const uint8_t *front = name.ptr;

	if (!name.len || front == value.ptr)
		return false;
	if (front[-1] == '{' && front - value.ptr > 1)
		front--;
	return front[-1] == '$';
}

static void look_at_script(struct reading *r, size_t i)
{
	const struct rsk_recipe_line *line = &r->recipe.lines.ptr[i];
	struct rsk_slice value = rsk_recipe_value(line);
	struct rsk_slice name = last_key_name(value);

	if (!is_expanded(value, name))
		tell_literal(r, i);
	else if (r->mentions++ < RSK_MAX_RECIPE_KEYS)
		tell(r, i, of_block_name(rsk_recipe_key(line)), name);
}

static void look_at_scripts(struct reading *r)
{
	size_t scripts = rsk_recipe_child(&r->recipe, SIZE_MAX, "scripts");

	if (scripts == SIZE_MAX)
		return;
	for (size_t i = scripts + 1; i < rsk_recipe_end(&r->recipe, scripts);
		i++)
		look_at_script(r, i);
}

/*
 * app.config.ts: what it reads, by the object that it is in or the variable's
 * name; what it holds, by the object or, in `production ? a : b`, the key's own
 * prefix.
 */
static bool is_read(struct rsk_slice text, struct rsk_slice name)
{
	struct rsk_slice front =
		rsk_slice_cut(text, 0, (size_t)(name.ptr - text.ptr));

	return rsk_slice_ends(front, RSK_LIT("env.")) ||
	       rsk_slice_ends(front, RSK_LIT("env['")) ||
	       rsk_slice_ends(front, RSK_LIT("env[\""));
}

static void tell_reads(struct reading *r, size_t at, enum rsk_environment block)
{
	struct rsk_slice text = r->recipe.lines.ptr[at].text;
	struct rsk_slice rest = text;
	struct rsk_slice name = last_key_name(rest);

	for (; name.len; name = last_key_name(rest)) {
		if (is_read(text, name) && r->mentions++ < RSK_MAX_RECIPE_KEYS)
			tell(r, at, block, name);
		rest = rsk_slice_cut(text, 0, (size_t)(name.ptr - text.ptr));
	}
}

static enum rsk_environment of_kind(const struct rsk_secret_view *secret)
{
	if (!secret->kind)
		return RSK_ENVIRONMENT_UNKNOWN;
	return !strcmp(secret->kind, "live")      ? RSK_ENVIRONMENT_PRODUCTION
	       : !strcmp(secret->kind, "sandbox") ? RSK_ENVIRONMENT_DEVELOPMENT
						  : RSK_ENVIRONMENT_UNKNOWN;
}

static void tell_arm(
	const struct reading *r, size_t at, const struct rsk_sighting *sighting)
{
	enum rsk_environment own = of_kind(&sighting->secret);
	struct rsk_fact fact = fact_at(r, at, own, NULL);

	fact.secret = sighting->secret;
	if (own)
		rsk_check_tell(r->check, fact,
			"%s: the key is %s, by its prefix",
			rsk_environment_name(own), sighting->secret.masked);
}

static bool has_arms(struct rsk_slice text)
{
	return rsk_slice_find(text, RSK_LIT("?")) < text.len;
}

static void look_at_config_line(struct reading *r, size_t i)
{
	const struct rsk_recipe_line *line = &r->recipe.lines.ptr[i];
	const struct rsk_project *project = r->check->project;
	size_t at = first_sighting(project, r->path, line->number);

	if (rsk_slice_starts(line->text, RSK_LIT("//")) ||
		rsk_slice_starts(line->text, RSK_LIT("*")))
		return;
	tell_reads(r, i, of_line(r, i));
	if (!has_arms(line->text)) {
		tell_literal(r, i);
		return;
	}
	for (; at < project->sightings_len; at++) {
		const struct rsk_sighting *s = &project->sightings[at];

		if (!is_in_line(r, line, s))
			break;
		if (s->at_head)
			tell_arm(r, i, s);
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
		tell(r, i, of_line(r, i), name);
}

/*
 * A build profile that takes its variables from an environment of the build
 * service: "production": { "environment": "production" } of eas.json.
 */
static void look_at_profiles(const struct reading *r)
{
	for (size_t i = 0; i < r->recipe.lines.len; i++) {
		const struct rsk_recipe_line *line = &r->recipe.lines.ptr[i];
		struct rsk_slice value = rsk_recipe_value(line);
		enum rsk_environment environment = of_block_name(value);
		const char *variable;

		if (!rsk_slice_eq_str(rsk_recipe_key(line), "environment") ||
			!environment)
			continue;
		variable = rsk_arena_printf(r->check->project->arena,
			"a variable of the EAS environment %.*s",
			(int)value.len, (const char *)value.ptr);
		rsk_check_tell(r->check, fact_at(r, i, environment, variable),
			"%s: the build takes its variables from the EAS "
			"environment %.*s",
			rsk_environment_name(environment), (int)value.len,
			(const char *)value.ptr);
	}
}

static void look_at_lines(
	struct reading *r, void (*look)(struct reading *r, size_t line))
{
	for (size_t i = 0; i < r->recipe.lines.len; i++)
		look(r, i);
}

static void look_at_recipe(struct reading *r)
{
	struct rsk_slice base = rsk_path_base(r->path);

	if (rsk_slice_eq_str(base, "package.json"))
		look_at_scripts(r);
	else if (rsk_recipe_is_code(r->path))
		look_at_lines(r, look_at_config_line);
	else
		look_at_lines(r, look_at_line);
	if (rsk_slice_eq_str(base, "eas.json") && !r->mentions &&
		r->check->project->has_context)
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

/* Most files have nothing in them that would be told. */
static bool may_tell(const struct rsk_check *check, struct rsk_slice path,
	struct rsk_slice text)
{
	const struct rsk_project *project = check->project;
	size_t at = first_sighting(project, path, 0);

	return rsk_slice_find(text, RSK_LIT("RESYNC_")) < text.len ||
	       rsk_slice_eq_str(rsk_path_base(path), "eas.json") ||
	       (at < project->sightings_len &&
		       rsk_slice_eq(project->sightings[at].path, path));
}

void rsk_check_environments(const struct rsk_check *check)
{
	const struct rsk_project *project = check->project;
	struct rsk_buf text = RSK_BUF_INIT(RSK_MAX_CHECKED_FILE);
	struct reading r = { .check = check };

	tell_sightings(check);
	for (size_t i = 0; i < project->manifests_len; i++) {
		r.path = project->manifests[i];
		if (!rsk_check_read(check, r.path, &text) ||
			!may_tell(check, r.path, rsk_buf_slice(&text)))
			continue;
		r.mentions = 0;
		rsk_recipe_read(&r.recipe, r.path, rsk_buf_slice(&text));
		look_at_recipe(&r);
	}
	RSK_VEC_RELEASE(&r.recipe.lines);
	rsk_buf_release(&text);
}
