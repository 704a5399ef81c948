#include <stdlib.h>

#include "rules/rules_p.h"

/*
 * The last step of building a rule set: what rules say about each other is
 * looked up, then they are sorted by id and every index is moved along.
 */

static enum rsk_err fail_reference(struct rsk_diag *diag,
	const struct rsk_reference *reference, const char *what)
{
	rsk_diag_at(diag, reference->file, reference->line, reference->column);
	return rsk_diag_set(diag, RSK_SYNTAX, "'%s' %s", reference->id, what);
}

static bool names(const struct rsk_rule *rule, const char *id)
{
	for (size_t i = 0; i < rule->overrides.len; i++)
		if (!strcmp(rule->overrides.ptr[i], id))
			return true;
	return false;
}

static enum rsk_err resolve_override(const struct rsk_ruleset *rules,
	const struct rsk_reference *reference, uint32_t named,
	struct rsk_diag *diag)
{
	const struct rsk_rule *rule = &rules->rules.ptr[reference->rule];
	const struct rsk_rule *other = &rules->rules.ptr[named];

	if (other->kind != RSK_RULE_FINDING && other->kind != RSK_RULE_CODE)
		return fail_reference(
			diag, reference, "is no rule of kind finding or code");
	if (names(other, rule->id))
		return fail_reference(diag, reference,
			rule == other ? "is this rule itself"
				      : "overrides this rule, too");
	return RSK_OK;
}

static enum rsk_err resolve_context(const struct rsk_ruleset *rules,
	const struct rsk_reference *reference, uint32_t named,
	struct rsk_diag *diag)
{
	if (rules->rules.ptr[named].kind != RSK_RULE_CONTEXT)
		return fail_reference(
			diag, reference, "is no rule of kind context");
	rules->patterns.ptr[reference->pattern].context = named;
	return RSK_OK;
}

enum rsk_err rsk_rules_resolve(struct rsk_ruleset *rules, struct rsk_diag *diag)
{
	const struct rsk_rules_private *own = rules->own;
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < own->references.len && !err; i++) {
		const struct rsk_reference *reference = &own->references.ptr[i];
		const uint32_t *at =
			rsk_map_get(&own->ids, rsk_slice_str(reference->id));

		if (!at)
			return fail_reference(
				diag, reference, "is no rule that was loaded");
		err = reference->pattern == RSK_NO_RULE
			      ? resolve_override(
					rules, reference, *at - 1, diag)
			      : resolve_context(
					rules, reference, *at - 1, diag);
	}
	return err;
}

static int cmp_rule(const void *left, const void *right)
{
	const struct rsk_rule *a = left;
	const struct rsk_rule *b = right;

	return strcmp(a->id, b->id);
}

/* Where each rule went: ids -> index + 1, and the old indices through ids. */
static uint32_t *map_indices(struct rsk_ruleset *rules, char const **old_ids)
{
	uint32_t *moved = rsk_alloc_array(rules->rules.len, sizeof(*moved));

	for (size_t i = 0; i < rules->rules.len; i++)
		*rsk_map_put(&rules->own->ids,
			rsk_slice_str(rules->rules.ptr[i].id)) =
			(uint32_t)i + 1;
	for (size_t i = 0; i < rules->rules.len; i++)
		moved[i] = *rsk_map_get(&rules->own->ids,
				   rsk_slice_str(old_ids[i])) -
			   1;
	return moved;
}

/* Patterns follow the order of their rules. */
static void move_patterns(struct rsk_ruleset *rules, const uint32_t *moved)
{
	size_t len = rules->patterns.len;
	struct rsk_pattern *sorted = rsk_alloc_array(len, sizeof(*sorted));
	uint32_t at = 0;

	for (size_t i = 0; i < rules->rules.len; i++) {
		struct rsk_rule *rule = &rules->rules.ptr[i];

		for (uint32_t j = 0; j < rule->patterns; j++) {
			struct rsk_pattern *pattern = &sorted[at + j];

			*pattern = rules->patterns.ptr[rule->first_pattern + j];
			pattern->rule = moved[pattern->rule];
			if (pattern->context != RSK_NO_RULE)
				pattern->context = moved[pattern->context];
		}
		rule->first_pattern = at;
		at += rule->patterns;
	}
	memcpy(rules->patterns.ptr, sorted, len * sizeof(*sorted));
	free(sorted);
}

void rsk_rules_sort(struct rsk_ruleset *rules)
{
	size_t len = rules->rules.len;
	const char **old_ids;
	uint32_t *moved;

	if (!len)
		return;
	old_ids = rsk_alloc_array(len, sizeof(*old_ids));
	for (size_t i = 0; i < len; i++)
		old_ids[i] = rules->rules.ptr[i].id;
	qsort(rules->rules.ptr, len, sizeof(*rules->rules.ptr), cmp_rule);
	moved = map_indices(rules, old_ids);
	if (rules->patterns.len)
		move_patterns(rules, moved);
	free(moved);
	free(old_ids);
}
