#include <stdlib.h>

#include "base/mem.h"
#include "syntax/bind_p.h"

/* The bindings of one name: by_name[first, first + count). */
struct rsk_js_chain {
	uint32_t first, count;
};

static bool over_limit(struct rsk_js_walk *walk)
{
	if (++walk->names <= RSK_MAX_SYNTAX_NAMES)
		return false;
	walk->err = RSK_LIMIT;
	return true;
}

uint32_t rsk_js_add_scope(struct rsk_js_walk *walk, struct rsk_js_scope scope)
{
	over_limit(walk);
	*RSK_VEC_PUSH(&walk->bind->scopes) = scope;
	return (uint32_t)walk->bind->scopes.len - 1;
}

uint32_t rsk_js_add_binding(
	struct rsk_js_walk *walk, struct rsk_js_binding binding)
{
	over_limit(walk);
	*RSK_VEC_PUSH(&walk->bind->bindings) = binding;
	return (uint32_t)walk->bind->bindings.len - 1;
}

uint32_t rsk_js_add_step(struct rsk_js_walk *walk, struct rsk_js_step step)
{
	over_limit(walk);
	*RSK_VEC_PUSH(&walk->bind->steps) = step;
	return (uint32_t)walk->bind->steps.len - 1;
}

void rsk_js_add_write(struct rsk_js_walk *walk, struct rsk_js_write write)
{
	over_limit(walk);
	*RSK_VEC_PUSH(&walk->bind->writes) = write;
}

/* ---- the index by name ---- */

struct sort_key {
	uint32_t name, scope, binding;
};

static int key_cmp(const void *a, const void *b)
{
	const struct sort_key *x = a;
	const struct sort_key *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->scope != y->scope)
		return x->scope < y->scope ? -1 : 1;
	return (x->binding > y->binding) - (x->binding < y->binding);
}

static struct sort_key *sorted_keys(struct rsk_js_bind *bind, size_t n)
{
	struct sort_key *keys = rsk_alloc_array(n, sizeof(*keys));

	for (uint32_t i = 1; i < n; i++) {
		const struct rsk_js_binding *b = &bind->bindings.ptr[i];
		uint32_t *id = rsk_map_put(&bind->names,
			rsk_js_value(bind->js, b->name, &bind->arena));

		if (!*id)
			*id = (uint32_t)bind->names.len;
		keys[i] = (struct sort_key){ *id, b->scope, i };
	}
	qsort(keys + 1, n - 1, sizeof(*keys), key_cmp);
	return keys;
}

static bool contains(
	const struct rsk_js_bind *bind, uint32_t outer, uint32_t inner)
{
	const struct rsk_js_scope *scopes = bind->scopes.ptr;

	return scopes[outer].begin <= scopes[inner].begin &&
	       scopes[inner].end <= scopes[outer].end;
}

/* The last binding of the name in a scope around `scope`, from `id` up. */
static uint32_t around(
	const struct rsk_js_bind *bind, uint32_t id, uint32_t scope)
{
	while (id && !contains(bind, bind->bindings.ptr[id].scope, scope))
		id = bind->bindings.ptr[id].outer;
	return id;
}

/* var a = 1; var a = 2; is a write. */
static void note_again(struct rsk_js_bind *bind, const struct rsk_js_binding *b)
{
	if (b->init && b->kind <= RSK_JS_B_CONST)
		*RSK_VEC_PUSH(&bind->writes) = (struct rsk_js_write){
			.kind = b->step ? RSK_JS_WRITE_PATTERN
					: RSK_JS_WRITE_ASSIGN,
			.target = b->name,
			.end = b->name + 1,
			.value = b->init,
			.step = b->step,
			.function = bind->scopes.ptr[b->scope].function,
		};
}

/*
 * Scopes are numbered in the order they begin and lie in each other, so the
 * binding before in the chain, or one of those around that, is the next one
 * outward. A second declaration in the same scope is the same variable.
 */
static void build_index(struct rsk_js_bind *bind)
{
	size_t n = bind->bindings.len;
	struct sort_key *keys = sorted_keys(bind, n);
	uint32_t last = 0;

	bind->by_name = rsk_alloc_array(n, sizeof(*bind->by_name));
	bind->chains =
		rsk_alloc_array(bind->names.len + 1, sizeof(*bind->chains));
	for (uint32_t i = 1; i < n; i++) {
		struct rsk_js_chain *chain = &bind->chains[keys[i].name];
		struct rsk_js_binding *b = &bind->bindings.ptr[keys[i].binding];

		if (!chain->count)
			chain->first = i;
		bool again = chain->count && keys[i - 1].scope == keys[i].scope;
		b->outer = !chain->count ? 0
			   : again       ? bind->bindings.ptr[last].outer
					 : around(bind, last, b->scope);
		chain->count++;
		bind->by_name[i] = again ? last : keys[i].binding;
		last = bind->by_name[i];
		if (again)
			note_again(bind, b);
	}
	free(keys);
}

uint32_t rsk_js_resolve_name(
	const struct rsk_js_bind *bind, struct rsk_slice name, uint32_t token)
{
	const uint32_t *id = rsk_map_get(&bind->names, name);

	if (!id)
		return 0;

	uint32_t low = bind->chains[*id].first;
	uint32_t high = low + bind->chains[*id].count;
	uint32_t found = 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t b = bind->by_name[middle];

		if (bind->scopes.ptr[bind->bindings.ptr[b].scope].begin <=
			token) {
			found = b;
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	while (found &&
		bind->scopes.ptr[bind->bindings.ptr[found].scope].end <= token)
		found = bind->bindings.ptr[found].outer;
	return found;
}

uint32_t rsk_js_resolve(struct rsk_js_bind *bind, uint32_t token)
{
	if (!rsk_js_is_name(rsk_js_kind(bind->js, token)))
		return 0;
	return rsk_js_resolve_name(
		bind, rsk_js_value(bind->js, token, &bind->arena), token);
}

/* ---- writes ---- */

static int write_cmp(const void *a, const void *b)
{
	const struct rsk_js_write *x = a;
	const struct rsk_js_write *y = b;

	return (x->target > y->target) - (x->target < y->target);
}

static void link_writes(struct rsk_js_bind *bind)
{
	qsort(bind->writes.ptr + 1, bind->writes.len - 1,
		sizeof(*bind->writes.ptr), write_cmp);

	uint32_t *last = rsk_alloc_array(bind->bindings.len, sizeof(*last));

	for (uint32_t i = 1; i < bind->writes.len; i++) {
		struct rsk_js_write *write = &bind->writes.ptr[i];
		uint32_t b = rsk_js_resolve(bind, write->target);

		write->binding = b;
		/* The declaration's own = is no write. */
		if (!b || bind->bindings.ptr[b].name == write->target)
			continue;
		if (last[b])
			bind->writes.ptr[last[b]].next = i;
		else
			bind->bindings.ptr[b].writes = i;
		last[b] = i;
	}
	free(last);
}

/* ---- places ---- */

uint32_t rsk_js_scope_at(const struct rsk_js_bind *bind, uint32_t token)
{
	size_t low = 0;
	size_t high = bind->scopes.len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (bind->scopes.ptr[middle].begin <= token)
			low = middle;
		else
			high = middle;
	}
	while (low && bind->scopes.ptr[low].end <= token)
		low = bind->scopes.ptr[low].parent;
	return (uint32_t)low;
}

uint32_t rsk_js_function_at(const struct rsk_js_bind *bind, uint32_t token)
{
	return bind->scopes.ptr[rsk_js_scope_at(bind, token)].function;
}

uint32_t rsk_js_function_of(const struct rsk_js_bind *bind, uint32_t params)
{
	size_t low = 0;
	size_t high = bind->functions.len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (bind->functions.ptr[middle].params <= params)
			low = middle;
		else
			high = middle;
	}
	return low && bind->functions.ptr[low].params == params ? (uint32_t)low
								: 0;
}

enum { MAX_CLASSES_BACK = 64 };

/* The last class whose body begins at the token or in front of it, or 0. */
static size_t last_class(const struct rsk_js_bind *bind, uint32_t token)
{
	size_t low = 0;
	size_t high = bind->classes.len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (bind->classes.ptr[middle].body <= token)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint32_t rsk_js_class_of(const struct rsk_js_bind *bind, uint32_t body)
{
	size_t i = last_class(bind, body);

	return i && bind->classes.ptr[i].body == body ? (uint32_t)i : 0;
}

uint32_t rsk_js_class_around(
	const struct rsk_js_bind *bind, uint32_t token, uint32_t from)
{
	size_t i = last_class(bind, token);

	/* Classes that end in front of the token are passed over: a few. */
	for (size_t n = 0; i && n < MAX_CLASSES_BACK; i--, n++) {
		uint32_t body = bind->classes.ptr[i].body;

		if (body < from)
			break;
		if (token < rsk_js_partner(bind->js, body))
			return (uint32_t)i;
	}
	return 0;
}

/* ---- all of it ---- */

static struct rsk_js_bind *new_bind(const struct rsk_js *js)
{
	struct rsk_js_bind *bind = rsk_alloc(sizeof(*bind));

	bind->js = js;
	*RSK_VEC_PUSH(&bind->scopes) =
		(struct rsk_js_scope){ .end = js->count + 1 };
	*RSK_VEC_PUSH(&bind->functions) =
		(struct rsk_js_function){ .end = js->count };
	*RSK_VEC_PUSH(&bind->bindings) = (struct rsk_js_binding){ 0 };
	*RSK_VEC_PUSH(&bind->steps) = (struct rsk_js_step){ 0 };
	*RSK_VEC_PUSH(&bind->writes) = (struct rsk_js_write){ 0 };
	*RSK_VEC_PUSH(&bind->returns) = (struct rsk_js_return){ 0 };
	*RSK_VEC_PUSH(&bind->classes) = (struct rsk_js_class){ 0 };
	*RSK_VEC_PUSH(&bind->imports) = (struct rsk_js_import){ 0 };
	*RSK_VEC_PUSH(&bind->exports) = (struct rsk_js_export){ 0 };
	return bind;
}

void rsk_js_bind_free(struct rsk_js_bind *bind)
{
	if (!bind)
		return;
	RSK_VEC_RELEASE(&bind->scopes);
	RSK_VEC_RELEASE(&bind->bindings);
	RSK_VEC_RELEASE(&bind->steps);
	RSK_VEC_RELEASE(&bind->writes);
	RSK_VEC_RELEASE(&bind->functions);
	RSK_VEC_RELEASE(&bind->returns);
	RSK_VEC_RELEASE(&bind->classes);
	RSK_VEC_RELEASE(&bind->imports);
	RSK_VEC_RELEASE(&bind->exports);
	rsk_map_release(&bind->names);
	rsk_arena_release(&bind->arena);
	free(bind->chains);
	free(bind->by_name);
	free(bind);
}

enum rsk_err rsk_js_bind(struct rsk_js_bind **out, const struct rsk_js *js)
{
	struct rsk_js_walk walk = { .bind = new_bind(js), .js = js };

	rsk_js_bind_walk(&walk);
	RSK_VEC_RELEASE(&walk.levels);
	if (walk.err) {
		rsk_js_bind_free(walk.bind);
		return walk.err;
	}
	build_index(walk.bind);
	link_writes(walk.bind);
	*out = walk.bind;
	return RSK_OK;
}
