#include "rules/ruleset.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "rules/pack_p.h"
#include "rules/rules_p.h"
#include "rules/vocabulary_p.h"

struct rsk_ruleset *rsk_ruleset_new(void)
{
	struct rsk_ruleset *rules = rsk_alloc(sizeof(*rules));

	rules->own = rsk_alloc(sizeof(*rules->own));
	return rules;
}

void rsk_ruleset_free(struct rsk_ruleset *rules)
{
	if (!rules)
		return;
	rsk_arena_release(&rules->own->arena);
	rsk_map_release(&rules->own->ids);
	rsk_map_release(&rules->own->set_ids);
	rsk_vocabulary_release(&rules->own->vocabulary);
	RSK_VEC_RELEASE(&rules->own->sets);
	RSK_VEC_RELEASE(&rules->own->references);
	free(rules->own);
	RSK_VEC_RELEASE(&rules->rules);
	RSK_VEC_RELEASE(&rules->patterns);
	free(rules);
}

static bool is_paths_file(const char *name)
{
	return rsk_slice_eq_str(
		rsk_path_base(rsk_slice_str(name)), "paths.yaml");
}

static enum rsk_err add_bytes(struct rsk_ruleset *rules, const char *name,
	size_t len, struct rsk_diag *diag)
{
	rules->own->bytes += len;
	if (rules->own->bytes <= RSK_MAX_RULE_BYTES)
		return RSK_OK;
	rsk_diag_at(diag, name, 0, 0);
	return rsk_diag_set(diag, RSK_TOOBIG,
		"all rule files together are larger than %zu bytes",
		RSK_MAX_RULE_BYTES);
}

/* `name` lives as long as the set. */
static enum rsk_err add_tree(struct rsk_ruleset *rules, const char *name,
	const struct rsk_node *root, struct rsk_diag *diag)
{
	if (!root) {
		rsk_diag_at(diag, name, 1, 1);
		return rsk_diag_set(diag, RSK_SYNTAX, "the file is empty");
	}
	if (is_paths_file(name))
		return rsk_paths_load(rules, name, root, diag);
	if (rsk_slice_eq_str(
		    rsk_path_base(rsk_slice_str(name)), "vocabulary.yaml"))
		return rsk_vocabulary_load(rules, name, root, diag);
	return rsk_rule_load(rules, name, root, diag);
}

enum rsk_err rsk_ruleset_add_text(struct rsk_ruleset *rules, const char *name,
	struct rsk_slice text, struct rsk_diag *diag)
{
	struct rsk_arena *arena = &rules->own->arena;
	const char *kept = rsk_arena_str(arena, rsk_slice_str(name));
	struct rsk_node *root = NULL;
	enum rsk_err err = add_bytes(rules, name, text.len, diag);

	assert(!rules->own->frozen);
	if (!err)
		err = rsk_yaml_parse(&root, arena, text, name, diag);
	return err ? err : add_tree(rules, kept, root, diag);
}

/* The nodes are only needed while the rule is made of them; its texts stay
 * where they are, in the program. */
static enum rsk_err add_packed(struct rsk_ruleset *rules,
	const struct rsk_builtin_file *file, struct rsk_diag *diag)
{
	struct rsk_arena arena = { 0 };
	struct rsk_node *root = NULL;
	enum rsk_err err =
		rsk_tree_unpack(&root, &arena, rsk_slice(file->ptr, file->len));

	if (err) {
		rsk_diag_at(diag, file->name, 0, 0);
		rsk_diag_set(diag, err, "not built as it should be");
	} else {
		err = add_tree(rules, file->name, root, diag);
	}
	rsk_arena_release(&arena);
	return err;
}

static enum rsk_err add_builtin(struct rsk_ruleset *rules,
	const struct rsk_builtin_file *file, struct rsk_diag *diag)
{
	if (file->is_packed)
		return add_packed(rules, file, diag);
	return rsk_ruleset_add_text(
		rules, file->name, rsk_slice(file->ptr, file->len), diag);
}

static enum rsk_err add_builtins(
	struct rsk_ruleset *rules, bool paths, struct rsk_diag *diag)
{
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < rsk_builtin_files_len && !err; i++)
		if (is_paths_file(rsk_builtin_files[i].name) == paths)
			err = add_builtin(rules, &rsk_builtin_files[i], diag);
	return err;
}

enum rsk_err rsk_ruleset_add_builtin(
	struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	enum rsk_err err = add_builtins(rules, true, diag);

	return err ? err : add_builtins(rules, false, diag);
}

enum rsk_err rsk_ruleset_freeze(
	struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	enum rsk_err err;

	assert(!rules->own->frozen);
	err = rsk_rules_resolve(rules, diag);
	if (err)
		return err;
	rsk_rules_sort(rules);
	rules->own->frozen = true;
	return RSK_OK;
}

struct rsk_ruleset *rsk_ruleset_of(const struct rsk_rule *rules, size_t len)
{
	struct rsk_ruleset *set = rsk_ruleset_new();

	for (size_t i = 0; i < len; i++) {
		struct rsk_rule *rule = RSK_VEC_PUSH(&set->rules);

		*rule = rules[i];
		rule->first_pattern = rule->patterns = 0;
		rule->examples = NULL;
		rule->examples_len = 0;
		*rsk_map_put(&set->own->ids, rsk_slice_str(rule->id)) =
			(uint32_t)i + 1;
	}
	set->own->frozen = true;
	return set;
}

static struct rsk_rule *find_rule(
	const struct rsk_ruleset *rules, struct rsk_slice id)
{
	const uint32_t *at = rsk_map_get(&rules->own->ids, id);

	assert(rules->own->frozen);
	return at ? &rules->rules.ptr[*at - 1] : NULL;
}

const struct rsk_rule *rsk_ruleset_find(
	const struct rsk_ruleset *rules, struct rsk_slice id)
{
	return find_rule(rules, id);
}

enum rsk_err rsk_ruleset_disable(struct rsk_ruleset *rules, struct rsk_slice id)
{
	struct rsk_rule *rule = find_rule(rules, id);

	if (!rule)
		return RSK_NOTFOUND;
	rule->disabled = true;
	return RSK_OK;
}

enum rsk_err rsk_ruleset_set_severity(struct rsk_ruleset *rules,
	struct rsk_slice id, enum rsk_severity severity)
{
	struct rsk_rule *rule = find_rule(rules, id);

	if (!rule)
		return RSK_NOTFOUND;
	rule->severity = severity;
	for (uint32_t i = 0; i < rule->patterns; i++)
		rules->patterns.ptr[rule->first_pattern + i].severity =
			severity;
	return RSK_OK;
}
