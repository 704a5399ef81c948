#include <stddef.h>

#include "base/limits.h"
#include "rules/rules_p.h"

/* Globs of a list, unfolded one by one. */
struct unfold {
	struct rsk_fields *in;
	struct rsk_rules_private *own;
	RSK_VEC(struct rsk_slice) globs;
};

static const struct rsk_path_set *find_set(
	const struct rsk_rules_private *own, struct rsk_slice name)
{
	const uint32_t *at = rsk_map_get(&own->set_ids, name);

	return at ? &own->sets.ptr[*at - 1] : NULL;
}

static bool is_set_name(struct rsk_slice text)
{
	return text.len && text.ptr[0] == '@';
}

/* '@name' or '!@name': the name, else an empty slice. */
static struct rsk_slice set_name(const struct rsk_node *node)
{
	struct rsk_slice text = node->text;

	if (node->kind != RSK_NODE_SCALAR)
		return (struct rsk_slice){ 0 };
	if (text.len && text.ptr[0] == '!')
		text = rsk_slice_cut(text, 1, text.len);
	return is_set_name(text) ? rsk_slice_cut(text, 1, text.len)
				 : (struct rsk_slice){ 0 };
}

/* The set that `node` names. */
static enum rsk_err want_set(struct rsk_fields *in,
	const struct rsk_rules_private *own, const struct rsk_node *node,
	const struct rsk_path_set **out)
{
	struct rsk_slice name = set_name(node);

	*out = find_set(own, name);
	if (*out)
		return RSK_OK;
	return rsk_node_fail(in, node,
		"no path set '%.40s' (a file name that begins with '@' is "
		"written '\\@...')",
		(const char *)name.ptr);
}

static enum rsk_err push_glob(struct unfold *unfold,
	const struct rsk_node *node, struct rsk_slice glob)
{
	if (unfold->globs.len == RSK_MAX_GLOBS)
		return rsk_node_fail(unfold->in, node,
			"more than %u globs in one list", RSK_MAX_GLOBS);
	*RSK_VEC_PUSH(&unfold->globs) = glob;
	return RSK_OK;
}

/* What `!glob` takes back. A set with a '!' of its own cannot be taken back:
 * that would have to give again what was never given. */
static enum rsk_err push_negated(struct unfold *unfold,
	const struct rsk_node *node, struct rsk_slice glob)
{
	if (glob.ptr[0] == '!')
		return rsk_node_fail(unfold->in, node,
			"a path set that holds a '!' cannot be taken back");

	char *text = rsk_arena_alloc(unfold->in->arena, glob.len + 2);
	text[0] = '!';
	memcpy(text + 1, glob.ptr, glob.len);
	return push_glob(unfold, node, rsk_slice(text, glob.len + 1));
}

static enum rsk_err unfold_set(
	struct unfold *unfold, const struct rsk_node *node)
{
	const struct rsk_path_set *set = NULL;
	bool negated = !is_set_name(node->text);
	enum rsk_err err = want_set(unfold->in, unfold->own, node, &set);

	for (size_t i = 0; !err && i < set->globs.len; i++)
		err = negated ? push_negated(unfold, node, set->globs.ptr[i])
			      : push_glob(unfold, node, set->globs.ptr[i]);
	return err;
}

static enum rsk_err unfold_node(
	struct unfold *unfold, const struct rsk_node *node)
{
	struct rsk_slice glob = { 0 };
	enum rsk_err err;

	if (set_name(node).len)
		return unfold_set(unfold, node);
	err = rsk_read_glob(unfold->in, node, &glob);
	return err ? err : push_glob(unfold, node, glob);
}

static struct rsk_globs keep_globs(struct unfold *unfold)
{
	struct rsk_slice *ptr = rsk_arena_array(
		unfold->in->arena, unfold->globs.len, sizeof(*ptr));

	for (size_t i = 0; i < unfold->globs.len; i++)
		ptr[i] = unfold->globs.ptr[i];
	return (struct rsk_globs){ ptr, unfold->globs.len };
}

static enum rsk_err unfold_list(
	struct unfold *unfold, const struct rsk_node *node)
{
	enum rsk_err err = rsk_node_want(unfold->in, node, RSK_NODE_SEQUENCE);

	if (err)
		return err;
	for (const struct rsk_node *n = node->first; n && !err; n = n->next)
		err = unfold_node(unfold, n);
	if (!err && !unfold->globs.len)
		return rsk_node_fail(
			unfold->in, node, "expected a list of globs");
	unfold->own->globs += unfold->globs.len;
	if (!err && unfold->own->globs > RSK_MAX_ALL_GLOBS)
		return rsk_node_fail(unfold->in, node,
			"more than %u globs in all rules", RSK_MAX_ALL_GLOBS);
	if (!err && unfold->globs.ptr[0].ptr[0] == '!')
		return rsk_node_fail(unfold->in, node,
			"the first glob takes back what none has given");
	return err;
}

enum rsk_err rsk_paths_read(struct rsk_fields *in,
	struct rsk_rules_private *own, const struct rsk_node *node,
	struct rsk_globs *out)
{
	struct unfold unfold = { .in = in, .own = own };
	const struct rsk_path_set *set = NULL;
	enum rsk_err err;

	/* The common case: one set and nothing else. No copy. */
	if (node->kind == RSK_NODE_SEQUENCE && node->len == 1 &&
		is_set_name(node->first->text)) {
		err = want_set(in, own, node->first, &set);
		if (!err)
			*out = set->globs;
		return err;
	}
	err = unfold_list(&unfold, node);
	if (!err)
		*out = keep_globs(&unfold);
	RSK_VEC_RELEASE(&unfold.globs);
	return err;
}

/* --- the file of path sets ---------------------------------------------- */

static enum rsk_err load_set(struct rsk_fields *in,
	struct rsk_rules_private *own, const struct rsk_node *node)
{
	struct rsk_path_set set = { .file = in->name };
	const struct rsk_path_set *other = find_set(own, node->key);
	enum rsk_err err;

	if (!rsk_is_id(node->key))
		return rsk_key_fail(in, node,
			"the name of a path set is of a-z, 0-9 and '-'");
	if (other)
		return rsk_key_fail(in, node,
			"path set '%s' is already defined in %s", other->name,
			other->file);
	err = rsk_paths_read(in, own, node, &set.globs);
	if (err)
		return err;
	set.name = (const char *)node->key.ptr;
	*RSK_VEC_PUSH(&own->sets) = set;
	*rsk_map_put(&own->set_ids, node->key) = (uint32_t)own->sets.len;
	return RSK_OK;
}

struct paths_file {
	const struct rsk_node *sets;
};

static enum rsk_err read_sets(
	struct rsk_fields *in, const struct rsk_node *node, void *where)
{
	*(const struct rsk_node **)where = node;
	return rsk_node_want(in, node, RSK_NODE_MAPPING);
}

static const struct rsk_field file_rows[] = {
	{ "sets", read_sets, offsetof(struct paths_file, sets), 1, 1 },
};
static const struct rsk_schema file_schema =
	RSK_SCHEMA("a file of path sets", file_rows);

/* The first entry that names a set which is not there (yet), or NULL. */
static const struct rsk_node *missing_set(
	const struct rsk_rules_private *own, const struct rsk_node *list)
{
	for (const struct rsk_node *n = list->first; n; n = n->next) {
		struct rsk_slice name = set_name(n);

		if (name.len && !find_set(own, name))
			return n;
	}
	return NULL;
}

/*
 * Sets may name others that stand further down: those that can be unfolded
 * are, again and again until none is left. `waiting` is at most RSK_MAX_SETS
 * long, so that this ends soon.
 */
static enum rsk_err load_round(struct rsk_fields *in,
	struct rsk_rules_private *own, const struct rsk_node **waiting,
	size_t *len)
{
	size_t left = 0;
	enum rsk_err err = RSK_OK;

	for (size_t i = 0; i < *len && !err; i++) {
		if (missing_set(own, waiting[i]))
			waiting[left++] = waiting[i];
		else
			err = load_set(in, own, waiting[i]);
	}
	if (!err && left == *len)
		return rsk_node_fail(in, missing_set(own, waiting[0]),
			"no such path set, or one that leads back here");
	*len = left;
	return err;
}

enum rsk_err rsk_paths_load(struct rsk_ruleset *rules, const char *name,
	const struct rsk_node *root, struct rsk_diag *diag)
{
	struct rsk_fields in = {
		.arena = &rules->own->arena,
		.name = name,
		.diag = diag,
		.mode = 1,
	};
	const struct rsk_node *waiting[RSK_MAX_SETS];
	size_t len = 0;
	struct paths_file file = { 0 };
	enum rsk_err err = rsk_fields_read(&in, &file_schema, root, &file);

	if (err)
		return err;
	if (file.sets->len > RSK_MAX_SETS)
		return rsk_node_fail(&in, file.sets,
			"more than %u path sets in one file", RSK_MAX_SETS);
	for (const struct rsk_node *n = file.sets->first; n; n = n->next)
		waiting[len++] = n;
	while (len && !err)
		err = load_round(&in, rules->own, waiting, &len);
	return err;
}

const struct rsk_globs *rsk_ruleset_paths(
	const struct rsk_ruleset *rules, const char *name)
{
	const struct rsk_path_set *set =
		find_set(rules->own, rsk_slice_str(name));

	return set ? &set->globs : NULL;
}
