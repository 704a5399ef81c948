#include "program/program_p.h"

/*
 * From a specifier to a file. Tried in this order: the file as it is written,
 * the file it is compiled from, the endings that may be left out, the index
 * of a folder.
 */

enum { MAX_PATH_BYTES = 1024 };

static uint32_t try_path(const struct rsk_program *program,
	struct rsk_slice stem, const char *ending)
{
	uint8_t path[MAX_PATH_BYTES];
	struct rsk_slice end = rsk_slice_str(ending);

	if (!stem.len)
		return rsk_program_index(program, end);
	if (stem.len + end.len > sizeof(path))
		return UINT32_MAX;
	memcpy(path, stem.ptr, stem.len);
	memcpy(path + stem.len, end.ptr, end.len);
	return rsk_program_index(program, rsk_slice(path, stem.len + end.len));
}

static const char *const endings[] = { ".ts", ".tsx", ".js", ".jsx", ".mjs",
	".cjs", ".mts", ".cts", ".vue", ".svelte", ".native.ts", ".native.tsx",
	".native.js", ".ios.ts", ".ios.tsx", ".ios.js", ".android.ts",
	".android.tsx", ".android.js", ".web.ts", ".web.tsx", ".web.js",
	"/index.ts", "/index.tsx", "/index.js", "/index.jsx", "/index.mjs",
	"/index.cjs", "/index.native.ts", "/index.native.tsx",
	"/index.native.js", "/index.mts", "/index.vue" };

/* What is written, and what it is compiled from. */
static const struct {
	const char *written, *meant;
} swaps[] = {
	{ ".js", ".ts" },
	{ ".js", ".tsx" },
	{ ".jsx", ".tsx" },
	{ ".mjs", ".mts" },
	{ ".cjs", ".cts" },
};

static bool is_module(const struct rsk_program *program, uint32_t at)
{
	enum rsk_js_language language;

	if (at == UINT32_MAX)
		return false;
	language = rsk_js_language(program->source->paths[at]);
	return language != RSK_JS_NO_LANGUAGE && language != RSK_JS_DECLARATION;
}

static uint32_t try_file(
	const struct rsk_program *program, struct rsk_slice path)
{
	uint32_t at = rsk_program_index(program, path);

	if (is_module(program, at))
		return at;
	for (size_t i = 0; i < sizeof(swaps) / sizeof(swaps[0]); i++) {
		struct rsk_slice written = rsk_slice_str(swaps[i].written);

		if (!rsk_slice_ends(path, written))
			continue;
		at = try_path(program,
			rsk_slice_cut(path, 0, path.len - written.len),
			swaps[i].meant);
		if (at != UINT32_MAX)
			return at;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const char *ending = endings[i];

		at = try_path(
			program, path, ending + (!path.len && *ending == '/'));
		if (at != UINT32_MAX)
			return at;
	}
	return UINT32_MAX;
}

static uint32_t try_join(struct rsk_program *program, struct rsk_slice dir,
	struct rsk_slice path)
{
	struct rsk_slice joined;

	if (!rsk_path_join(&program->arena, dir, path, &joined))
		return UINT32_MAX;
	return try_file(program, joined);
}

/* ---- tsconfig ---- */

static bool fits(const struct rsk_alias *alias, struct rsk_slice specifier)
{
	if (!alias->star)
		return rsk_slice_eq(specifier, alias->prefix);
	return specifier.len >= alias->prefix.len + alias->suffix.len &&
	       rsk_slice_starts(specifier, alias->prefix) &&
	       rsk_slice_ends(specifier, alias->suffix);
}

static uint32_t try_alias(struct rsk_program *program,
	const struct rsk_alias *alias, struct rsk_slice specifier)
{
	struct rsk_slice middle = rsk_slice_cut(specifier, alias->prefix.len,
		specifier.len - alias->suffix.len);
	size_t star = rsk_slice_find(alias->target, RSK_LIT("*"));
	struct rsk_slice head = rsk_slice_cut(alias->target, 0, star);
	struct rsk_slice tail =
		rsk_slice_cut(alias->target, star + 1, alias->target.len);

	if (star == alias->target.len)
		return try_file(program, alias->target);
	return try_join(program, RSK_LIT(""),
		rsk_slice_str(rsk_arena_printf(&program->arena, "%.*s%.*s%.*s",
			(int)head.len, (const char *)head.ptr, (int)middle.len,
			(const char *)middle.ptr, (int)tail.len,
			(const char *)tail.ptr)));
}

static uint32_t by_tsconfig(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier)
{
	const struct rsk_tsconfig *config = rsk_program_tsconfig(program, from);
	uint32_t at = UINT32_MAX;

	if (!config)
		return at;
	for (size_t i = 0; i < config->aliases.len && at == UINT32_MAX; i++)
		if (fits(&config->aliases.ptr[i], specifier))
			at = try_alias(
				program, &config->aliases.ptr[i], specifier);
	if (at == UINT32_MAX && config->has_base)
		at = try_join(program, config->base, specifier);
	return at;
}

/* What packages and bundlers say, of all that lie at or above the file. */
static uint32_t by_alias(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier)
{
	uint32_t at = UINT32_MAX;

	rsk_program_manifests(program);
	for (size_t i = 0; i < program->aliases.len && at == UINT32_MAX; i++) {
		const struct rsk_tsconfig *config = &program->aliases.ptr[i];

		if (config->dir.len &&
			(!rsk_slice_starts(from, config->dir) ||
				from.ptr[config->dir.len] != '/'))
			continue;
		for (size_t j = 0; j < config->aliases.len && at == UINT32_MAX;
			j++)
			if (fits(&config->aliases.ptr[j], specifier))
				at = try_alias(program, &config->aliases.ptr[j],
					specifier);
	}
	return at;
}

/* ---- packages of the project ---- */

/* What is built is made from what is in src. */
static uint32_t by_entry(
	struct rsk_program *program, const struct rsk_package *package)
{
	uint32_t at = UINT32_MAX;

	if (package->entry.len)
		at = try_join(program, package->dir, package->entry);
	if (at == UINT32_MAX)
		at = try_join(program, package->dir, RSK_LIT("src"));
	if (at == UINT32_MAX)
		at = try_file(program, package->dir);
	return at;
}

static uint32_t by_package(
	struct rsk_program *program, struct rsk_slice specifier)
{
	rsk_program_manifests(program);
	for (size_t i = 0; i < program->packages.len; i++) {
		const struct rsk_package *p = &program->packages.ptr[i];
		struct rsk_slice rest;
		uint32_t at;

		if (!p->name.len || !rsk_slice_starts(specifier, p->name))
			continue;
		rest = rsk_slice_cut(specifier, p->name.len, specifier.len);
		if (!rest.len)
			return by_entry(program, p);
		if (rest.ptr[0] != '/')
			continue;
		at = try_join(program, p->dir, rest);
		if (at != UINT32_MAX)
			return at;
		at = try_join(program, p->dir,
			rsk_slice_str(rsk_arena_printf(&program->arena,
				"src%.*s", (int)rest.len,
				(const char *)rest.ptr)));
		if (at != UINT32_MAX)
			return at;
	}
	return UINT32_MAX;
}

/* "@/x", "~/x", "$lib/x": what bundlers are told, believed where a file is. */
static uint32_t by_custom(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier)
{
	static const char *const marks[] = { "@/", "~/", "#/", "$lib/",
		"src/" };
	static const char *const roots[] = { "src", "", "app", "src/lib" };
	const struct rsk_package *package = rsk_program_package(program, from);
	struct rsk_slice dir = package ? package->dir : RSK_LIT("");
	uint32_t at = UINT32_MAX;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct rsk_slice mark = rsk_slice_str(marks[i]);
		struct rsk_slice rest;

		if (!rsk_slice_starts(specifier, mark))
			continue;
		rest = rsk_slice_cut(specifier, mark.len, specifier.len);
		for (size_t j = 0; j < 4 && at == UINT32_MAX; j++) {
			struct rsk_slice root;

			if (rsk_path_join(&program->arena, dir,
				    rsk_slice_str(roots[j]), &root))
				at = try_join(program, root, rest);
		}
	}
	return at;
}

static uint32_t look_up(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier)
{
	uint32_t at;

	if (!specifier.len || specifier.len > MAX_PATH_BYTES / 2)
		return UINT32_MAX;
	if (specifier.ptr[0] == '.')
		return try_join(program, rsk_path_dir(from), specifier);
	if (specifier.ptr[0] == '/')
		return UINT32_MAX;
	at = by_tsconfig(program, from, specifier);
	if (at == UINT32_MAX)
		at = by_alias(program, from, specifier);
	if (at == UINT32_MAX)
		at = by_package(program, specifier);
	if (at == UINT32_MAX)
		at = by_custom(program, from, specifier);
	return at;
}

/* The same names stand in many files of a folder. */
uint32_t rsk_program_lookup(struct rsk_program *program, struct rsk_slice from,
	struct rsk_slice specifier)
{
	char key[2 * MAX_PATH_BYTES];
	struct rsk_slice dir = rsk_path_dir(from);
	size_t len = dir.len + 1 + specifier.len;
	uint32_t *known;
	uint32_t at;

	if (len > sizeof(key))
		return look_up(program, from, specifier);
	if (dir.len)
		memcpy(key, dir.ptr, dir.len);
	key[dir.len] = '\n';
	memcpy(key + dir.len + 1, specifier.ptr, specifier.len);
	known = rsk_map_get(&program->resolved, rsk_slice(key, len));
	if (known)
		return *known - 1;
	at = look_up(program, from, specifier);
	*rsk_map_put(&program->resolved,
		rsk_arena_slice(&program->arena, rsk_slice(key, len))) = at + 1;
	return at;
}
