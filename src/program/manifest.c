#include <stdlib.h>

#include "base/limits.h"
#include "program/program_p.h"

/*
 * package.json and tsconfig.json. JSON, also with comments and commas too
 * many, is an expression of JavaScript, so the reader for that serves: it is
 * linear, bounded and fuzzed.
 */
struct json {
	struct rsk_buf text;
	struct rsk_js_file file;
	const struct rsk_js_node *root;
	struct rsk_arena *arena;
	bool open;
};

static bool json_open(
	struct json *json, struct rsk_program *program, struct rsk_slice path)
{
	*json = (struct json){ .text = RSK_BUF_INIT(RSK_MAX_SYNTAX_BYTES),
		.arena = &program->arena };
	if (rsk_buf_add_str(&json->text, "x=") ||
		program->source->read(program->source->ctx, path, &json->text))
		return false;
	json->open = !rsk_js_file_open(&json->file, RSK_LIT("manifest.js"),
		rsk_buf_slice(&json->text));
	if (json->open)
		json->root = rsk_js_expr(&json->file.exprs, 3);
	return json->open && json->root->kind == RSK_JS_N_OBJECT;
}

static void json_close(struct json *json)
{
	if (json->open)
		rsk_js_file_close(&json->file);
	rsk_buf_release(&json->text);
}

static struct rsk_slice json_key(
	struct json *json, const struct rsk_js_item *item)
{
	return item->key ? rsk_js_value(json->file.js, item->key, json->arena)
			 : RSK_LIT("");
}

static const struct rsk_js_node *json_get(
	struct json *json, const struct rsk_js_node *node, const char *key)
{
	if (!node || node->kind != RSK_JS_N_OBJECT)
		return NULL;
	for (uint32_t i = 0; i < node->n_items; i++)
		if (node->items[i].value &&
			rsk_slice_eq_str(json_key(json, &node->items[i]), key))
			return rsk_js_expr(
				&json->file.exprs, node->items[i].value);
	return NULL;
}

/* The text of a string, in memory of the program; "" for anything else. */
static struct rsk_slice json_text(
	struct json *json, const struct rsk_js_node *node)
{
	if (!node || node->kind != RSK_JS_N_STRING)
		return RSK_LIT("");
	return rsk_arena_slice(json->arena,
		rsk_js_value(json->file.js, node->token, json->arena));
}

/* ---- names for paths ---- */

void rsk_program_add_alias(struct rsk_program *program,
	struct rsk_tsconfig *config, struct rsk_slice pattern,
	struct rsk_slice base, struct rsk_slice target)
{
	struct rsk_alias alias = { 0 };
	size_t star = rsk_slice_find(pattern, RSK_LIT("*"));

	alias.star = star < pattern.len;
	alias.prefix = rsk_slice_cut(pattern, 0, star);
	alias.suffix = rsk_slice_cut(pattern, star + 1, pattern.len);
	if (rsk_path_join(&program->arena, base, target, &alias.target))
		*RSK_VEC_PUSH(&config->aliases) = alias;
}

/* ---- package.json ---- */

/* "exports": a text, or by condition, or by subpath and then condition. */
static struct rsk_slice read_exports(
	struct json *json, const struct rsk_js_node *node)
{
	static const char *const conditions[] = { ".", "source", "import",
		"module", "default", "node", "require" };

	for (int depth = 0; node && depth < 4; depth++) {
		const struct rsk_js_node *next = NULL;

		if (node->kind == RSK_JS_N_STRING)
			return json_text(json, node);
		for (size_t i = 0; i < 7 && !next; i++)
			next = json_get(json, node, conditions[i]);
		node = next;
	}
	return RSK_LIT("");
}

static struct rsk_slice read_entry(struct json *json)
{
	static const char *const fields[] = { "source", "module", "main",
		"types" };
	struct rsk_slice entry =
		read_exports(json, json_get(json, json->root, "exports"));

	for (size_t i = 0; i < 4 && !entry.len; i++)
		entry = json_text(json, json_get(json, json->root, fields[i]));
	return entry;
}

static void read_depends(struct json *json, struct rsk_package *package)
{
	static const char *const fields[] = { "dependencies", "devDependencies",
		"peerDependencies" };
	RSK_VEC(struct rsk_slice) names = { 0 };

	for (size_t i = 0; i < 3; i++) {
		const struct rsk_js_node *node =
			json_get(json, json->root, fields[i]);

		for (uint32_t j = 0; node && node->kind == RSK_JS_N_OBJECT &&
				     j < node->n_items;
			j++)
			*RSK_VEC_PUSH(&names) = rsk_arena_slice(
				json->arena, json_key(json, &node->items[j]));
	}
	package->depends = rsk_arena_array(
		json->arena, names.len + 1, sizeof(*package->depends));
	for (size_t i = 0; i < names.len; i++)
		package->depends[i] = names.ptr[i];
	package->n_depends = names.len;
	RSK_VEC_RELEASE(&names);
}

static struct rsk_slice dir_of(struct rsk_slice path)
{
	struct rsk_slice dir = rsk_path_dir(path);

	while (dir.len && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	return dir;
}

/* "imports": "#a" in the package; "exports": "./a" as package/a in all. */
static void read_subpaths(struct rsk_program *program, struct json *json,
	struct rsk_slice dir, const char *field, struct rsk_slice package)
{
	const struct rsk_js_node *node = json_get(json, json->root, field);
	struct rsk_tsconfig config = { .dir = package.len ? RSK_LIT("") : dir };

	for (uint32_t i = 0;
		node && node->kind == RSK_JS_N_OBJECT && i < node->n_items;
		i++) {
		const struct rsk_js_item *item = &node->items[i];
		struct rsk_slice key = json_key(json, item);
		struct rsk_slice target = RSK_LIT("");

		if (item->value && key.len > 1)
			target = read_exports(json,
				rsk_js_expr(&json->file.exprs, item->value));
		if (!target.len || key.ptr[0] != (package.len ? '.' : '#'))
			continue;
		key = rsk_slice_cut(key, package.len ? 1 : 0, key.len);
		rsk_program_add_alias(program, &config,
			rsk_slice_str(rsk_arena_printf(&program->arena,
				"%.*s%.*s", (int)package.len,
				(const char *)package.ptr, (int)key.len,
				(const char *)key.ptr)),
			dir, target);
	}
	if (config.aliases.len)
		*RSK_VEC_PUSH(&program->aliases) = config;
}

static void read_package(struct rsk_program *program, struct rsk_slice path)
{
	struct rsk_package package = { .dir = dir_of(path) };
	struct json json;

	if (json_open(&json, program, path)) {
		package.name =
			json_text(&json, json_get(&json, json.root, "name"));
		package.entry = read_entry(&json);
		read_depends(&json, &package);
		read_subpaths(
			program, &json, package.dir, "imports", RSK_LIT(""));
		if (package.name.len)
			read_subpaths(program, &json, package.dir, "exports",
				package.name);
	}
	json_close(&json);
	*RSK_VEC_PUSH(&program->packages) = package;
}

/* ---- tsconfig.json ---- */

static void read_paths(struct rsk_program *program, struct json *json,
	struct rsk_tsconfig *config, struct rsk_slice base)
{
	const struct rsk_js_node *paths = json_get(
		json, json_get(json, json->root, "compilerOptions"), "paths");

	for (uint32_t i = 0;
		paths && paths->kind == RSK_JS_N_OBJECT && i < paths->n_items;
		i++) {
		const struct rsk_js_item *item = &paths->items[i];
		const struct rsk_js_node *list =
			item->value
				? rsk_js_expr(&json->file.exprs, item->value)
				: NULL;

		for (uint32_t j = 0; list && list->kind == RSK_JS_N_ARRAY &&
				     j < list->n_items;
			j++)
			if (list->items[j].value)
				rsk_program_add_alias(program, config,
					rsk_arena_slice(&program->arena,
						json_key(json, item)),
					base,
					json_text(json,
						rsk_js_expr(&json->file.exprs,
							list->items[j].value)));
	}
}

/* The file that `extends` names: relative, or in a package of the project. */
static uint32_t extended(
	struct rsk_program *program, struct json *json, struct rsk_slice path)
{
	struct rsk_slice name =
		json_text(json, json_get(json, json->root, "extends"));
	struct rsk_slice joined;
	uint32_t at = UINT32_MAX;

	if (!name.len || name.ptr[0] != '.' ||
		!rsk_path_join(&program->arena, dir_of(path), name, &joined))
		return UINT32_MAX;
	at = rsk_program_index(program, joined);
	if (at == UINT32_MAX)
		at = rsk_program_index(
			program, rsk_slice_str(rsk_arena_printf(&program->arena,
					 "%.*s.json", (int)joined.len,
					 (const char *)joined.ptr)));
	return at;
}

enum { MAX_EXTENDS = 8 };

/* What a file says itself goes before what it extends. */
static void take_options(struct rsk_program *program, struct json *json,
	struct rsk_tsconfig *config, struct rsk_slice path)
{
	struct rsk_slice base = dir_of(path);
	struct rsk_slice url = json_text(json,
		json_get(json, json_get(json, json->root, "compilerOptions"),
			"baseUrl"));

	if (url.len)
		(void)rsk_path_join(&program->arena, base, url, &base);
	if (url.len && !config->has_base) {
		config->has_base = true;
		config->base = base;
	}
	if (!config->aliases.len)
		read_paths(program, json, config, base);
}

static void read_tsconfig(struct rsk_program *program, struct rsk_slice path)
{
	struct rsk_tsconfig config = { .dir = dir_of(path) };
	uint32_t next = 0;

	for (int i = 0; i < MAX_EXTENDS && next != UINT32_MAX; i++) {
		struct json json;

		next = UINT32_MAX;
		if (json_open(&json, program, path)) {
			take_options(program, &json, &config, path);
			next = extended(program, &json, path);
		}
		json_close(&json);
		if (next != UINT32_MAX)
			path = program->source->paths[next];
	}
	*RSK_VEC_PUSH(&program->tsconfigs) = config;
}

/* ---- all of them ---- */

static bool is_installed(struct rsk_slice path)
{
	return rsk_slice_find(path, RSK_LIT("node_modules/")) < path.len;
}

void rsk_program_manifests(struct rsk_program *program)
{
	if (program->has_manifests)
		return;
	program->has_manifests = true;
	for (size_t i = 0; i < program->source->paths_len; i++) {
		struct rsk_slice path = program->source->paths[i];
		struct rsk_slice name = rsk_path_base(path);

		if (is_installed(path))
			continue;
		if (rsk_slice_eq_str(name, "package.json"))
			read_package(program, path);
		else if (rsk_slice_eq_str(name, "tsconfig.json") ||
			 rsk_slice_eq_str(name, "jsconfig.json"))
			read_tsconfig(program, path);
		else if (rsk_program_is_bundler(name))
			rsk_program_read_bundler(program, path);
	}
}

static bool is_below(struct rsk_slice path, struct rsk_slice dir)
{
	return !dir.len || (rsk_slice_starts(path, dir) && path.len > dir.len &&
				   path.ptr[dir.len] == '/');
}

const struct rsk_package *rsk_program_package(
	struct rsk_program *program, struct rsk_slice path)
{
	const struct rsk_package *best = NULL;

	rsk_program_manifests(program);
	for (size_t i = 0; i < program->packages.len; i++) {
		const struct rsk_package *p = &program->packages.ptr[i];

		if (is_below(path, p->dir) &&
			(!best || p->dir.len > best->dir.len))
			best = p;
	}
	return best;
}

const struct rsk_tsconfig *rsk_program_tsconfig(
	struct rsk_program *program, struct rsk_slice path)
{
	const struct rsk_tsconfig *best = NULL;

	rsk_program_manifests(program);
	for (size_t i = 0; i < program->tsconfigs.len; i++) {
		const struct rsk_tsconfig *t = &program->tsconfigs.ptr[i];

		if (is_below(path, t->dir) &&
			(!best || t->dir.len > best->dir.len))
			best = t;
	}
	return best;
}
