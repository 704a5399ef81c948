#ifndef RSK_CHECKS_RECIPE_P_H
#define RSK_CHECKS_RECIPE_P_H

#include "base/vec.h"
#include "checks/check_p.h"

/*
 * Recipes (YAML, JSON, env files) as lines with an indentation: enough to ask
 * what a line is part of, in files that people write by hand, and with
 * nothing in it that a hostile file could blow up.
 *
 *	struct rsk_recipe recipe = { 0 };
 *
 *	rsk_recipe_read(&recipe, path, text);
 *	...
 *	RSK_VEC_RELEASE(&recipe.lines);
 */
struct rsk_recipe_line {
	struct rsk_slice text; /* trimmed, no comment, no list hyphen */
	uint32_t number;       /* [human] */
	uint32_t column;       /* [human] of `text` */
	uint32_t indent;       /* columns in front of `text`, or its depth */
	bool item;             /* it began with a hyphen */
};

struct rsk_recipe {
	RSK_VEC(struct rsk_recipe_line) lines; /* that are not empty */
	bool cut; /* there are more than RSK_MAX_RECIPE_LINES */
};

/* app.config.ts and the like, of Expo: JavaScript that gives an object. */
bool rsk_recipe_is_code(struct rsk_slice path);

/*
 * `text` is borrowed. In JSON, YAML and app.config.*, by the path, what stands
 * in braces is read as if each of its parts had a line of its own, however it
 * is laid out: { "build": { "production": { ... } } } in one line, too.
 */
void rsk_recipe_read(struct rsk_recipe *recipe, struct rsk_slice path,
	struct rsk_slice text);

/* "name" of `name: value`, `"name": value`, NAME=value; "" for others. */
struct rsk_slice rsk_recipe_key(const struct rsk_recipe_line *line);

/* What stands behind it, without quotes and a last comma. */
struct rsk_slice rsk_recipe_value(const struct rsk_recipe_line *line);

/* The line that `i` is part of, or SIZE_MAX. */
size_t rsk_recipe_parent(const struct rsk_recipe *recipe, size_t i);

/* The first line that is directly part of `parent` and has this key; SIZE_MAX
 * as parent: of the whole recipe. SIZE_MAX: there is none. */
size_t rsk_recipe_child(
	const struct rsk_recipe *recipe, size_t parent, const char *key);

/* Behind the last line that is part of `parent`. */
size_t rsk_recipe_end(const struct rsk_recipe *recipe, size_t parent);

#endif
